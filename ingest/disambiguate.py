"""Forms in a text → those that mean the actor: what tells Orange the carrier from orange juice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .lexicon import (
    ACTING,
    BE,
    DAYS,
    DEMONYMS,
    FUNCTION,
    GIVEN,
    MONTHS,
    NOUNLIKE,
    OBJECT,
    PLACES,
    STATES,
)
from .types import Form

Hit = tuple[Form, int, int]

_NEXT = re.compile(r" ?([^\W_](?:[\w&.'-]*\w)?)")
_LAST = re.compile(r"([^\W_](?:[\w&.'-]*\w)?\.?) $")
_START = re.compile(r"(?:^|[.!?:•*“\"‘]\s*|(?:^|\s)'|[–—-]\s+)$")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@\S+")
_PART = (r"ceo|cfo|cto|coo|chief|chair\w*|spokes\w+|executives?|president|shares?|shareholders?|stock|subsidiary|"
         r"inc|corp|plc|ltd|group|holdings")
_OFFICE = re.compile(rf",? (?:{_PART})\b", re.I)
_ASIDE = re.compile(r", (?:which|who|whose|part|owned|now|long|once|formerly|already|meanwhile|too|by contrast|based|listed|however)\b|"
                    r", (?:an?|the|its) [^,.;]*\b\w+(?:er|or|ier|ny|up|rm|nt)\b|"
                    r" ?\((?:[A-Za-z]+: ?)?[A-Z][A-Z.]*\)")
_IS = re.compile(r" (?:is|was)(?: \w+ly)? (?:\w+(?:ing|ed)|not|also|set|now|among|part|one|still|under|said|up|down|ahead|behind|worth|"
                 r"due|able|likely|unlikely|"
                 r"in talks|[^,.;]*\b"
                 r"(?:compan\w+|carriers?|operators?|mak\w+|own\w+|providers?|suppliers?|group|firms?|buyers?|partners?|vendors?|"
                 r"designers?|customers?|networks?|start-ups?|developers?|giants?|bus\w+))\b")
_LIST = re.compile(r"(?: ?[,/&–]| ?, and| and| or| with| versus| vs\.?) ?")
_COMPOUND = re.compile(r"-(?:owned|backed|led|funded|designed|built|made|run|controlled|branded|style|based|supplied|operated|only)\b")
_THOSE = re.compile(r"\b(?:both|neither|the two|the three|these two)(?: of the)? $", re.I)
_PREFIX = re.compile(r"\b(?:ex|non|pre|post|pro|anti|former)-$", re.I)
_DETERMINER = frozenset("a an the this our my your his her".split())
_OWN = frozenset("their its his her our my your whose 's".split())
_QUANTIFIER = frozenset("many several few other rival big large most two three four five six local national all those such".split())


def judge(unit: str, hits: Sequence[Hit], rows: Mapping[str, dict[str, Any]], lower: frozenset[str]) -> list[bool | None]:
    """For each hit in a sentence or title: True where it is the actor, False where not, None where the document decides.

    `lower`: the words that the document writes in lower case; a name among them is an ordinary word, too.
    """
    shape = _shape(unit)
    addresses = [match.span() for match in _ADDRESS.finditer(unit)]
    verdicts: list[bool | None] = []
    for form, start, end in hits:
        address = any(a <= start < b for a, b in addresses) or bool(re.match(r"\.[a-z]", unit[end:end + 2]))
        if not form.kind or address:
            verdicts.append(False)
        elif form.kind == "group":
            verdicts.append(_group(unit, start, end, form, rows[form.actor], hits))
        else:
            text = unit[start:end]
            ordinary = form.ordinary or form.alone or text.istitle() and text.lower() in lower
            verdict = _name(unit, start, end, form, rows[form.actor], hits, shape) if ordinary or form.once else _venue(unit, end)
            verdicts.append(None if verdict and form.once else verdict)
    return verdicts


def _shape(text: str) -> str:
    """caps, title or plain: how the letters of a sentence or heading stand."""
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 3 and word not in FUNCTION]
    if len(words) > 1 and all(word.isupper() for word in words):
        return "caps"
    return "title" if len(words) > 3 and sum(word[0].islower() for word in words) <= len(words) // 8 else "plain"


def _venue(text: str, end: int) -> bool:
    """False where the next word makes another name of this one: Orange County, T-Mobile Arena."""
    word = _next(text, end)
    return not (word[:1].isupper() and word.lower() in PLACES)


def _name(text: str, start: int, end: int, form: Form, row: Mapping[str, Any], hits: Sequence[Hit], shape: str) -> bool | None:
    before, after = _last(text, start), _next(text, end)
    if after.lower() in _words(row, "not_before") or before.lower() in _words(row, "not_after") or not _venue(text, end):
        return False
    if any(_stands(word, text) for word in row.get("without") or []):
        return False
    if re.match(rf", (?:{'|'.join(map(re.escape, STATES))})(?!\w)", text[end:]):
        return False
    if form.alone and (not alone(text, end) or re.search(r"[\d-]", before) or any(hit[2] == start - 1 for hit in hits)):
        return False
    tail = re.match(r"-(\w+)", text[end:])
    inside = shape == "plain" and not _starts(text, start)  # there the capital letter says that it is a name
    if tail and tail.group(1).lower() in _words(row, "not_before"):
        return False
    if tail and not (inside or _COMPOUND.match(text, end) or any(hit[1] == end + 1 for hit in hits)):
        return False
    if text[start - 1:start] == "-" and not (_PREFIX.search(text, max(0, start - 8), start) or any(hit[2] == start - 1 for hit in hits)):
        return False
    if before.rstrip(".") in GIVEN or re.fullmatch(r"[A-Z]\.", before):
        return False
    if row.get("with") and not any(_stands(word, text) for word in row["with"]):
        return None
    if shape == "caps":
        return None
    if text[start:end].isupper() and shape == "plain":
        return True
    if shape == "title" or _starts(text, start):
        return True if not text[start].islower() and _evidence(text, start, end, hits, shape) else None
    if before[:1].isupper() and not before.isupper() and not re.search(r"-|'s$|s'$", before) and before not in MONTHS | DAYS | DEMONYMS \
            and not any(hit[2] == start - 1 for hit in hits):
        first = _starts(text, start - 1 - len(before))  # else it is a surname or a part of another name
        return (True if before.lower() in FUNCTION else None) if first else False
    if before.lower() in _DETERMINER and alone(text, end):
        return None
    return True


def _evidence(text: str, start: int, end: int, hits: Sequence[Hit], shape: str) -> bool:
    """Whether what follows (in a headline also what precedes) behaves as it does around an actor."""
    rest = text[end:]
    if re.match(r"'s\b|s?'(?= )", rest) or _OFFICE.match(rest) or _ASIDE.match(rest) or _IS.match(rest):
        return True
    joined = _LIST.match(rest)
    names = [hit for hit in hits if hit[0].kind in ("name", "product") and not hit[0].alone]
    if joined and any(hit[1] == end + joined.end() for hit in names):
        return True
    other = re.match(r"(?: and| &|/) ?([A-Z][\w-]+)", rest)
    if other and shape == "plain" and other.group(1).lower() not in FUNCTION:
        return True
    if shape == "title" and any(_LIST.fullmatch(text[hit[2]:start]) for hit in names if hit[2] < start):
        return True
    unit = _next(text, end)  # a part of the actor: "Orange Wholesale has"
    if shape == "plain" and unit[:1].isupper() and unit.isalpha() and _acts(text, end + 1 + len(unit)):
        return True
    return _acts(text, end, shape) or shape == "title" and rest.startswith((" to ", " To "))


def _acts(text: str, end: int, shape: str = "plain") -> bool:
    """Whether a verb of acting or saying follows."""
    if text[end:end + 1] != " ":
        return False
    word = _next(text, end)
    at = end + 1 + len(word)
    if word.lower().endswith("ly"):
        word = _next(text, at)
        at += 1 + len(word)
    word = word.lower() if shape != "plain" else word
    if word in ACTING:
        return True
    following = _next(text, at)
    maybe = word in NOUNLIKE or len(word) > 4 and word.endswith(("s", "ed")) and not word.endswith(("ss", "coloured", "colored"))
    taken = re.match(r" [$€£¥]?\d| [$€£¥]", text[at:]) or following.lower() in OBJECT or following.endswith("ly")
    return maybe and bool(taken or shape == "plain" and following[:1].isupper())


def alone(text: str, end: int) -> bool:
    """Whether no noun follows at `end`, so that the word before it is not an adjective."""
    rest = text[end:]
    joined = re.match(r"(?: and| or|/) [A-Z][\w-]+", rest)  # "Ethernet and InfiniBand switches"
    if joined:
        end += joined.end()
        rest = text[end:]
    if not rest or rest[0] not in " -/" or re.match(r" [–—(\[“\"]| -", rest):
        return True
    if rest[0] == "-":
        return False
    word = _next(text, end)
    lower = word.lower()
    if text[end - 1:end] == "s" and (lower + "s" in ACTING | NOUNLIKE or lower + "es" in ACTING):
        return True
    return lower in FUNCTION or lower in BE or lower.endswith("ly") or _acts(text, end) or lower.endswith("ed") and len(lower) > 4


def _group(text: str, start: int, end: int, form: Form, row: Mapping[str, Any], hits: Sequence[Hit]) -> bool:
    before = _last(text, start)
    if "-" in (text[start - 1:start], text[end:end + 1]) or before.isdigit() or before.lower() in _words(row, "not_after"):
        return False
    if _next(text, end).lower() in _words(row, "not_before") or any(_stands(word, text) for word in row.get("without") or []):
        return False
    if row.get("with") and not any(_stands(word, text) for word in row["with"]):
        return False
    if form.alone and (not alone(text, end) or before.lower() in ("the", "this", "that")):
        return False
    if _THOSE.search(text, max(0, start - 20), start):
        return False  # "both carriers" are two that have been named
    named = any(hit[1] == end + 1 and text[end] == " " and hit[0].kind != "group" for hit in hits)
    if named and before.lower() in ("", "the", "two", "three", "rival"):
        return False  # "the operators Orange and Vodafone" are those
    if re.match(r", [A-Z][\w&-]+(?:, [\w&-]+)* and [A-Z]", text[end:]) and before.lower() in ("two", "both", "three"):
        return False  # so are "two carriers, BT and Lumen"
    capital = text[start].isupper() and text[start:end].split()[0] not in DEMONYMS
    if capital and before[:1].isupper() and _shape(text) == "plain":  # "Cox Enterprises"
        return False
    word = before.lower()
    return not form.bare or not before or word not in _OWN and not before.endswith("'s") and (
        word in FUNCTION - _OWN or word in _QUANTIFIER or word in ACTING or word in NOUNLIKE or word.endswith(("ly", "ing"))
        or before in DEMONYMS or text[start - 2:start - 1] in ",;:")


def _starts(text: str, start: int) -> bool:
    """Whether a sentence, a quotation or a list item begins at `start`."""
    return bool(_START.search(text, max(0, start - 4), start))


def _words(row: Mapping[str, Any], key: str) -> set[str]:
    return {str(word).lower() for word in row.get(key) or []}


def _stands(word: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(str(word))}s?\b", text, re.I))


def _next(text: str, end: int) -> str:
    match = _NEXT.match(text, end)
    return match.group(1) if match and text[end:end + 1] == " " else ""


def _last(text: str, start: int) -> str:
    match = _LAST.search(text, max(0, start - 40), start)
    return match.group(1) if match else ""
