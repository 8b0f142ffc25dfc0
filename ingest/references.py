"""Pronouns and "the carrier" → the actors they stand for, only where one reading is safe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .disambiguate import alone
from .lexicon import DEMONYMS
from .pronouns import leads, pronouns, subject
from .types import Mention

Unit = tuple[str, bool, Sequence[Mention]]  # the text, whether it is the title, its mentions

# What a noun needs in the actor's role.
_ROLES = {
    "carrier": "carrier|telecom|fibre operator|fibre builder|long-haul|wavelengths|dark fibre|regional fibre|cable operator",
    "operator": "carrier|telecom|fibre operator|long-haul|wavelengths|dark fibre|regional fibre|cable operator|colocation|data-centre",
    "chipmaker": "silicon|processor|chip|GPU|accelerator", "chip": "silicon|processor|chip|GPU|accelerator",
    "cloud": "hyperscaler|cloud", "hyperscaler": "hyperscaler", "vendor": "switch|rout|optic|silicon|GPU|equipment|network|chip|cable",
    "switch": "switch", "equipment": "switch|rout|optic|radio|equipment", "fibre": "fibre", "fiber": "fibre",
    "glassmaker": "optical fibre", "cable": "cable", "laser": "laser", "optics": "optic|laser", "network": "network",
}
_GENERIC = frozenset(["company", "firm", "group", "vendor", "supplier"])
_SYNONYMS = {"telco": "carrier", "chip maker": "chip", "chipmaker": "chip"}
_HEAD = (r"(?P<noun>(?:(?:chip|semiconductor|cloud|switch|equipment|fibre|fiber|cable|laser|optics|telecoms?|network|networking)[ -])?"
         r"(?:compan(?:y|ies)|firms?|carriers?|operators?|telcos?|chipmakers?|vendors?|suppliers?|hyperscalers?|makers?|glassmakers?|"
         r"giants?|group|groups|provider|sides|parties|partners|technolog(?:y|ies)|standards?|rivals))(?![\w-])")
_WHERE = "|".join(map(re.escape, sorted(DEMONYMS - {"Rival", "Big"})))
_ONE = re.compile(rf"\b[Tt](?:he|his) (?:(?P<where>{_WHERE}) )?{_HEAD}")
_TWO = re.compile(rf"\b(?:(?P<many>[Bb]oth|[Tt]he two|[Tt]hese two|[Ee]ach|[Nn]either)(?: of the(?: two)?)?|[Tt]he) {_HEAD}")
_DEALINGS = re.compile(r"\b(?:buy|buys|buying|bought|acquir\w+|purchase of|merg\w+ with|sued|rival|owner of) (?=[A-Z])")
_AND = re.compile(r" (?:and|&) (?=[A-Z])")
_PREDICATE = re.compile(r"\b(?:is|was|are|were|be|been|as|become|becomes|became|remains?|remained|than|like|called)(?: \w+ly)? $")

_POINTER = re.compile(rf"\b(?:(?:[Tt]he|[Tt]his|[Tt]hese|[Bb]oth|[Nn]either|[Ee]ach)(?: two)? {_HEAD}|"
                      r"(?:[Ii]t|[Tt]hey|[Bb]oth|[Tt]he two|[Ii]ts|[Tt]heir|[Tt]hem)\b)")


def pointer(text: str) -> tuple[int, int] | None:
    """The span of the first pronoun or definite noun in `text` that may stand for an actor, whichever; None where there is none."""
    match = _POINTER.search(text)
    return match.span() if match else None


def refer(units: Sequence[Unit], rows: Mapping[str, dict[str, Any]]) -> list[list[Mention]]:
    """The references in each sentence, with the actors they stand for; what is not safe is left out.

    A pronoun stands for the subject before it, a definite noun ("the carrier") for the one actor of that role in its own
    sentence or the two before. Possessive pronouns are no mentions.
    """
    found: list[list[Mention]] = []
    for n, (text, title, mentions) in enumerate(units):
        before = [(other[0], [*other[2], *found[n - back]]) for back, other in _earlier(units, n)] if not title else []
        heading = [*units[0][2]] if units[0][1] and n else []
        references = [*_nouns(text, mentions, before, heading, rows), *pronouns(text, mentions, before)]
        taken = [(mention.start, mention.end) for mention in mentions]
        found.append([new for new in references if not any(new.start < end and start < new.end for start, end in taken)])
    return found


def _earlier(units: Sequence[Unit], n: int) -> Iterator[tuple[int, Unit]]:
    return ((back, units[n - back]) for back in (1, 2) if n - back >= 0 and not units[n - back][1])


def _nouns(text: str, mentions, before, heading, rows) -> Iterator[Mention]:
    for match in _TWO.finditer(text):
        noun = match.group("noun")
        many = (match.group("many") or "").lower()
        plural = many and noun.endswith("s") or many in ("each", "neither") or noun in ("companies", "firms", "partners")
        if plural and _free(text, match, mentions):
            for actor in _pair(noun, match.start(), mentions, before, heading, rows):
                yield Mention(actor, match.start(), match.end(), "reference")
    for match in _ONE.finditer(text):
        noun = match.group("noun")
        if not noun.endswith("s") and _free(text, match, mentions) and not re.match(r" (?:that|which|whose|with|of)\b", text[match.end():]):
            actor = _single(noun, text, match, mentions, before, rows)
            if actor and (match.group("where") or "") in str(rows[actor].get("role")).replace("US ", "US American "):
                yield Mention(actor, match.start(), match.end(), "reference")


def _free(text: str, match: re.Match[str], mentions: Sequence[Mention]) -> bool:
    """Whether the noun stands by itself: no name in apposition, no noun behind, not what somebody is said to be."""
    after = text[match.end():]
    named = any(0 <= mention.start - match.end() <= 2 for mention in mentions) or re.match(r" [A-Z]", after)
    possessive = after.startswith("'s ")
    beside = text[match.start() - 2:match.start()] == ", " and after.startswith(",") and any(
        match.start() - mention.end in (2, 4) for mention in mentions)  # "Coherent, the laser maker, …"
    said = _PREDICATE.search(text, max(0, match.start() - 40), match.start())
    return not named and not beside and (possessive or alone(text, match.end()) and not said)


def _single(noun: str, text: str, match: re.Match[str], mentions, before, rows) -> str | None:
    here = _fitting(noun, [mention for mention in mentions if mention.end <= match.start()], rows)
    starts = {mention.start for mention in mentions}
    pairs = (_AND.match(text, mention.end) for mention in mentions if mention.end <= match.start())
    joined = any(pair and pair.end() not in starts for pair in pairs)  # "Cox and Charter": one of two
    if joined or noun in _GENERIC and _stranger(text[:match.start()], mentions):
        return None
    if here:
        return here[0] if len(here) == 1 else None
    first = leads(text, match.start())
    window: list[list[str]] = []
    for other, named in before:
        fitting = _fitting(noun, named, rows) or (_fitting("company", named, rows) if noun == "group" and first else [])
        actors = subject(other, named) or []
        if noun in _GENERIC and fitting and _counterpart(other, named):
            return None
        if fitting and not window and first and len(actors) == 1 and actors[0] in fitting:
            return actors[0]
        window += [fitting] if fitting else []
    near = window[0] if window else []
    return near[0] if len(near) == 1 and all(set(fitting) == set(near) for fitting in window) else None


def _stranger(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether somebody off the list has spoken or been named as an owner: "IDC's Paul Nicholson", "Smith of TeleGeography"."""
    starts = {mention.end for mention in mentions}
    return any(match.start(1) not in starts for match in re.finditer(r"\b[A-Z][\w.&-]+('s) [A-Z]", text)) or any(
        match.end() not in starts for match in re.finditer(r"[A-Z]\w+ of [A-Z][\w&-]+", text))


def _counterpart(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether a sentence tells of dealings with somebody off the list: "agreed to buy Starry"."""
    starts = {mention.start for mention in mentions}
    return any(match.end() not in starts for match in _DEALINGS.finditer(text))


def _pair(noun: str, start: int, mentions, before, heading, rows) -> list[str]:
    here = _fitting(noun, [mention for mention in mentions if mention.end <= start], rows)
    if len(here) == 2:
        return here
    if len(here) > 2:
        return []
    seen: list[str] = []
    for _, named in before:
        fitting = _fitting(noun, named, rows)
        if len(fitting) >= 2:
            return fitting if len(fitting) == 2 and set(seen) <= set(fitting) else []
        seen += fitting
    title = _fitting(noun, heading, rows)
    return title if len(title) == 2 and set(seen) | set(here) <= set(title) else []


def _fitting(noun: str, mentions: Sequence[Mention], rows) -> list[str]:
    """The actors among `mentions` that `noun` may stand for, each once."""
    actors = dict.fromkeys(mention.actor for mention in mentions if mention.kind != "group")
    return [actor for actor in actors if _fits(noun, rows[actor])]


def _fits(noun: str, row: Mapping[str, Any]) -> bool:
    kind, role = row.get("kind", "company"), str(row.get("role") or "")
    word = re.split(r"[ -]", noun)[0]
    word = word[:-1] if word.endswith("s") and word != "optics" else word
    if word.startswith("technolog") or word == "standard":
        return kind == "standard"
    if word == "group":
        return kind == "group"
    wanted = _ROLES.get(_SYNONYMS.get(word, word)) or _ROLES["carrier"] * word.startswith("telecom")
    return kind == "company" and (not wanted or bool(re.search(wanted, role)))
