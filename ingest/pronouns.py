"""Pronouns → the actors they stand for, and what a sentence is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .disambiguate import alone
from .lexicon import BE, FUNCTION, MODAL, SAYING, WILLING
from .types import Mention

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
# What may stand before the subject: "On 5 August 2024", "In the quarter,", "But".
_LEAD = re.compile(r"(?:(?:But|And|Yet|So|Then|Meanwhile|However|Still|Now|Basically|Look|Later|Instead|Separately|Earlier),? )*"
                  rf"(?:(?:On|In|At|By|Since|Late in|Early in)(?: (?:early|mid|late|\w+day))?"
                  rf"[ -]?(?:\d{{1,2}} )?(?:{_MONTH}|\d{{4}})(?: \d{{1,2}})?,?(?: \d{{4}})?,? |"
                  r"(?:On|In|At|By|For|With|After|Before|During|Since|Over|Under|Unlike|Among|Last|While|Though|Although|As)"
                  r" [^,;:]{2,90}, |(?:\w+ )?(?:[Dd]ays?|[Ww]eeks?|[Mm]onths?|[Yy]ears?) (?:earlier|later|before),? |"
                  r"For the \w+ quarter of \d{4} )?(?:the |The )?$")
_JOIN = re.compile(r"(?:, and|,| and| &|/) ?")
_SAID = "|".join(sorted(SAYING | {"agreed", "plans", "hopes", "claims", "knows", "estimates", "forecasts", "tells"}))
_SAYS = re.compile(rf" (?:(?:also|now|later|then|still|recently|had|has|have) )*(?:{_SAID})"
                   r"(?: (?:investors|analysts|reporters|customers|shareholders))?(?: (?:on|in|at|last|this) [^,;:]{1,40})?(?: that)?"
                   r"(?:,? (?:by|in|over|within|from) [^,;:]{1,30},)? $")
_AND_SAYS = re.compile(r"(?:[,;]? (?:and|but|which)|, (?:which|whose|part of|the|an?) [^,;]*,)"
                       rf" (?:also |now |later )?(?:{_SAID})(?: that)? $")
_SHOWS = re.compile(r"'s (?:[\w-]+ ){1,7}(?:shows|suggests|means|signals|proves|indicates|implies) that $")
_STRIVING = re.compile(r"(?:try|plan|talk|scrambl|work|build|seek|invest|hop|prepar|buy|sell|spend|expect|consider|look)\w*ing$")
_WOULD = re.compile(r"'re\b| (?:\w+ly |also |now )?(?:would|will|had|has|have)\b")


def leads(text: str, end: int) -> bool:
    """Whether nothing but a time or an aside stands before `end`, so that the subject may follow."""
    return end <= 200 and bool(_LEAD.fullmatch(text, 0, end))


def subject(text: str, mentions: Sequence[Mention]) -> list[str] | None:
    """The actors that a sentence is about, where it begins with them; None where it begins with somebody or something else."""
    ordered = sorted(mentions, key=lambda mention: mention.start)
    first = next((n for n, mention in enumerate(ordered) if leads(text, mention.start)), None)
    if first is None:
        return None
    actors, end = [ordered[first].actor], ordered[first].end
    for mention in ordered[first + 1:]:
        if mention.start == ordered[first].start:
            actors.append(mention.actor)
        elif _JOIN.fullmatch(text[end:mention.start]):
            actors.append(mention.actor)
            end = mention.end
        else:
            break
    rest = text[end:]
    word = re.match(r" ([\w-]+)", rest)
    verb = rest.startswith(",") or word and (word.group(1) in FUNCTION or word.group(1) in BE or alone(text, end))
    return actors if verb else None


def pronouns(text: str, mentions: Sequence[Mention], before: Sequence[tuple[str, Sequence[Mention]]]) -> Iterator[Mention]:
    """The "it" and "they" of a sentence that safely stand for an actor; `before`: the sentences before it, nearest first."""
    for match in re.finditer(r"(?<![\w-])(?:[Ii]t|[Tt]hey)(?![\w-])", text):
        plural = match.group().lower() == "they"
        if leads(text, match.start()):
            actors = _antecedent(text, match.end(), plural, *before[0]) if before else []
        else:
            actors = _within(text, match, plural, mentions)
        for actor in actors:
            yield Mention(actor, match.start(), match.end(), "reference")


def _antecedent(text: str, end: int, plural: bool, other: str, named: Sequence[Mention]) -> list[str]:
    """Whom a pronoun at the head of a sentence stands for: the subject of the one before, if its verb needs somebody."""
    if not _wills(text, end, plural):
        return []
    about = subject(other, named)
    if not plural:
        if about and len(about) == 1 and not _is_group(about[0], named):
            return about
        only = {mention.actor for mention in named if mention.kind != "group"}
        possessive = next((mention for mention in named if leads(other, mention.start)), None)
        lone = possessive and len(only) == 1 and other[possessive.end:].startswith("'s ")
        return [possessive.actor] if lone and possessive else []
    if about and (len(about) > 1 or _is_group(about[0], named)):
        return about
    lists = _lists(other, named)
    return lists[0] if len(lists) == 1 else []


def _wills(text: str, end: int, plural: bool) -> bool:
    """Whether the verb after a pronoun is one of somebody who can want: said, plans, is trying."""
    words = re.findall(r"'?[\w-]+", text[end:end + 60])
    while words and (words[0] in MODAL or words[0].endswith("ly")):
        words.pop(0)
    if not words:
        return False
    if words[0] in BE or words[0] == "'re":
        words = [word for word in words[1:] if not word.endswith("ly") and word not in MODAL]
        return bool(words) and bool(_STRIVING.match(words[0]))
    base = words[0]
    return base in WILLING or plural and any(base + ending in WILLING for ending in ("s", "es", "ed", "d"))


def _lists(text: str, named: Sequence[Mention]) -> list[list[str]]:
    """What a plural pronoun may stand for in a sentence: its groups, and its lists of two names and more."""
    ordered = sorted(named, key=lambda mention: mention.start)
    runs: list[list[Mention]] = []
    for mention in ordered:
        gap = text[runs[-1][-1].end:mention.start] if runs else ""
        if runs and (_JOIN.fullmatch(gap) or re.fullmatch(r" (?:like|such as|including) ", gap)):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    plural = [run for run in runs if len(run) > 1 or run[0].kind == "group"]
    return [list(dict.fromkeys(mention.actor for mention in run if len(run) == 1 or mention.kind != "group")) for run in plural]


def _within(text: str, match: re.Match[str], plural: bool, mentions: Sequence[Mention]) -> list[str]:
    """Whom a pronoun inside a sentence stands for: "AT&T said it would hire"."""
    ordered = sorted((mention for mention in mentions if mention.end <= match.start()), key=lambda mention: mention.start)
    if not ordered:
        return []
    if not _WOULD.match(text, match.end()) and not _wills(text, match.end(), plural):
        return []
    for n in range(len(ordered) - 1, max(-1, len(ordered) - 3), -1):
        last = ordered[n]
        governed = re.search(r"\b(?:of|at|from|by|with|to|for) $", text[max(0, last.start - 6):last.start])
        if _SAYS.fullmatch(text[last.end:match.start()]) and not governed:
            joined = n > 0 and bool(_JOIN.fullmatch(text[ordered[n - 1].end:last.start]))
            if joined:
                return [mention.actor for mention in ordered] if plural and len(ordered) == 2 else []
            return [last.actor] if plural == (last.kind == "group") else []
    about = subject(text, ordered)
    if plural or not about or len(about) > 1:
        first = ordered[0]
        lone = not plural and len({mention.actor for mention in ordered}) == 1 and leads(text, first.start)
        return [first.actor] if lone and _SHOWS.fullmatch(text[first.end:match.start()]) else []
    return about if _AND_SAYS.search(text, max(0, match.start() - 200), match.start()) and not _is_group(about[0], ordered) else []


def _is_group(actor: str, named: Sequence[Mention]) -> bool:
    return any(mention.actor == actor and mention.kind == "group" for mention in named)
