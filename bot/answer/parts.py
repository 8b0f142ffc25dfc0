"""Answers of several parts: each part of the question, or each side of it, by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot

from ..types import Drafted, Plan, Sub
from .choose import SENTENCES, choose, join
from .decline import DECLINE, NEARBY, confidence, untold
from .listed import names_side
from .question import analyse
from .score import Candidate, Scorer, of_query

_ROOM, _OF_EACH = 125, 2  # words of all quotes; sentences of one part
_READ = 12  # sentences of a part that are embedded
_FAR = 0.12  # confidence below which not even the nearest sentence is shown for a part


@dataclass(frozen=True, slots=True)
class Parts:
    """The statements, the parts of which nothing is told, and whether one of the others is told only in other words."""

    lines: list[Drafted]
    lacking: list[Sub]
    vague: bool


def part_by_part(whole: Scorer, plan: Plan, companies: Companies, embedder: Embedder, corpus: Snapshot) -> Parts | None:
    """Each part of the question, or each side of it, answered by itself; None where one sentence tells of all sides, or none of any.

    A list of sides shows the nearest sentence of each. What room is left goes to the sentences that answer the whole best.
    """
    if plan.subs[0].side and all(names_side(whole.best, side, companies) for side in plan.sides):
        return None
    told: list[Candidate] = []
    lines: list[Drafted] = []
    lacking: list[Sub] = []
    vague = False
    for n, sub in enumerate(plan.subs, 1):
        scorer = Scorer(analyse(sub.text, companies, sub.context), of_query(whole.evidence, n), corpus, plan.window)
        if sub.side:
            scorer.candidates = [candidate for candidate in scorer.candidates if names_side(candidate, sub.side, companies)]
        scorer.read(embedder, _READ)
        sure = confidence(scorer) if scorer.candidates else 0.0
        near = sub.side and scorer.candidates and scorer.best.similarity >= NEARBY
        gap = untold(scorer, scorer.asked.parts[0]) if scorer.candidates else None
        if gap or sure < DECLINE and not near:
            lacking.append(sub)
        if sure < _FAR and not near:
            continue
        vague = vague or sure < DECLINE
        chosen = [gap] if gap else choose(scorer, _OF_EACH, _ROOM // len(plan.subs))
        fresh = [candidate for candidate in chosen if candidate.quote not in {each.quote for each in told}]
        lines += [replace(line, lead=sub.side.text if sub.side else "") for line in join(scorer, fresh)]
        told += fresh
    if not lines or len(lacking) == len(plan.subs) and confidence(whole) < DECLINE:
        return None
    if not plan.subs[0].side:
        lines += _more(whole, told, SENTENCES + 1 - len(lines))
    return Parts(lines, lacking, vague)


def _more(whole: Scorer, told: list[Candidate], most: int) -> list[Drafted]:
    """Sentences on the whole for which there is still room."""
    left = _ROOM - sum(len(candidate.quote.text.split()) for candidate in told)
    fresh = [candidate for candidate in choose(whole, SENTENCES, left) if candidate.quote not in {each.quote for each in told}]
    lines = []
    for line in join(whole, fresh):
        left -= len(line.text.split())
        if left >= 0 and len(lines) < most:
            lines.append(line)
    return lines
