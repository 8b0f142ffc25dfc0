"""What a question sets side by side."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence

from longhaul.ingest.companies import Companies
from longhaul.ingest.words import STOP

from .types import Side

_NAME = re.compile(r"(?<![\w-])(?:[A-Z][\w&'’+-]*|[a-z]+[A-Z]\w*)(?:[ -](?:[A-Z0-9][\w&+-]*|[a-z]+[A-Z]\w*))*")
_FIRST = STOP | frozenset("compare tell list trace show give name describe explain summarise summarize suppose please today later".split())
_BEGINS = re.compile(r"(?:^|[.?!:;] )[\"“‘']?$")  # what stands before a word that has its capital from the place it stands at
_NOBODY = frozenset("AI I US USA UK EU CEO CFO CTO Q1 Q2 Q3 Q4 H1 H2".split())
_MONTHS = frozenset(month_name[1:])
# What stands between two things that are set side by side, and before the second of them.
_JOINT = re.compile(r"(?:['’]s)?(?: own)?(?: [\w-]+)?(?:,|,? and|,? or| &| versus| vs\.?)(?: (?:that|those|the one) of)?(?: the)? ")
_AGAINST = re.compile(r"\b(?:differ\w* from|(?:compare\w*|stack up|hold up|set|measured) (?:with|to|against)|than|versus|vs\.?|unlike|"
                      r"as against)\b")


def sides(question: str, companies: Companies) -> tuple[Side, ...]:
    """The named things that a question sets side by side, in order; none where it names fewer than two."""
    found = named(question, companies)
    if len(found) < 2:
        return ()
    against = _AGAINST.search(question)
    behind = next((side for side in found[1:] if against and against.end() <= side.start), None)
    if behind and against.start() > found[0].start:
        return found[0], behind
    pairs = _pairs(question, found)
    return tuple(side for side in found if any(side in pair for pair in pairs)) or tuple(found)


def joined(question: str, beside: Sequence[Side]) -> bool:
    """Whether the question names its sides in one breath: "Arista, Celestica and Ciena"."""
    between = beside and question[:beside[0].start].endswith("between ")
    return len(beside) > 1 and not between and len(_pairs(question, beside)) == len(beside) - 1


def _pairs(question: str, found: Sequence[Side]) -> list[tuple[Side, Side]]:
    return [(one, other) for one, other in zip(found, found[1:], strict=False) if _JOINT.fullmatch(question[one.end:other.start])]


def named(question: str, companies: Companies) -> list[Side]:
    """Companies, products and other names as a question, or any text, writes them, in order, each once."""
    found = [Side(question[m.start:m.end], m.actor, m.start, m.end) for m in companies.find(question, any_case=True)]
    for match in _NAME.finditer(question):
        start, text = match.start(), re.sub(r"['’]s?$", "", match.group())
        if _BEGINS.search(question[:start]) and (first := text.split(" ")[0]).lower() in _FIRST:
            text = text[len(first):].strip()  # a capital that the place gives, not the name
            start = question.index(text, start)
        if not text:
            continue
        if text in _NOBODY or text.split(" ")[0] in _MONTHS or any(side.start < match.end() and start < side.end for side in found):
            continue
        found.append(Side(text, None, start, start + len(text)))
    kept: dict[tuple[str | None, str], Side] = {}
    for side in sorted(found, key=lambda side: side.start):
        row = companies.rows.get(side.actor or "", {})
        product = side.text in row.get("products", [])
        kept.setdefault((None, side.text.lower()) if product or not side.actor else (side.actor, ""), side)
    return list(kept.values())
