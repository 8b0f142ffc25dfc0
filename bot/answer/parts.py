"""Answers of several parts: each part of the question, or each side of it, by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot

from ..types import Drafted, Evidence, Plan, Quote, Sub
from .choose import SENTENCES, choose, join
from .decline import DECLINE, NEARBY, confidence, untold
from .listed import names_side, tells_of
from .question import analyse, content
from .score import Candidate, Scorer, of_query

_ROOM, _OF_EACH = 125, 2  # words of all quotes; sentences of one part
_READ = 12  # sentences of a part that are embedded
_CLOSE = 0.6  # of the score of a part's best sentence, which its second must have
_ELSEWHERE = 0.85  # of it, which the best sentence of an article that is not quoted yet must have
_OF_NAMES, _OF_CONTEXT = 0.5, 0.5  # of the weight of actors' names, and of the words of the other parts
_FAR = 0.12  # confidence below which not even the nearest sentence is shown for a part


@dataclass(frozen=True, slots=True)
class Parts:
    """The statements, the parts of which nothing is told, and whether one of the others is told only in other words."""

    lines: list[Drafted]
    lacking: list[Sub]
    vague: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """One part as read: its sentences, best first, each with its score; the one that says it was not told; how sure it is."""

    sub: Sub
    ranked: list[tuple[Candidate, float]]
    gap: Candidate | None
    sure: float
    near: bool


def part_by_part(whole: Scorer, plan: Plan, companies: Companies, embedder: Embedder, corpus: Snapshot) -> Parts | None:
    """Each part of the question, or each side of it, answered by itself; None where one sentence tells of all sides, or none of any.

    A list of sides shows the nearest sentence of each. What room is left goes to the sentences that answer the whole best.
    """
    if plan.subs[0].side and all(names_side(whole.best, side, companies) for side in plan.sides):
        return None
    parts = [_read(n, whole.evidence, plan, companies, embedder, corpus) for n in range(len(plan.subs))]
    lacking = [part.sub for part in parts if part.gap or part.sure < DECLINE and not part.near]
    shown = [part for part in parts if part.sure >= _FAR or part.near]
    if not shown or len(lacking) == len(plan.subs) and confidence(whole) < DECLINE:
        return None
    sides = bool(plan.subs[0].side)
    ranked = [[(part.gap, part.ranked[0][1]), *part.ranked] if part.gap else part.ranked for part in shown]
    whole_too = [] if sides else choose(whole, SENTENCES, _ROOM)
    named = 0 if sides else sum(len(sub.text.split()) for sub in lacking)  # the answer repeats what is not told
    chosen = _in_turn(ranked, whole_too, _OF_EACH * len(shown) if sides else SENTENCES + 1, _ROOM - named)
    lines: list[Drafted] = []
    for n, part in enumerate(shown):
        own = [candidate for candidate, of in chosen if of == n]
        lines += [replace(line, lead=part.sub.side.text if part.sub.side else "") for line in join(whole, own)]
    lines += join(whole, [candidate for candidate, of in chosen if of == len(shown)])
    return Parts(lines, lacking, any(part.sure < DECLINE for part in shown))


def of_parts(whole: Scorer, evidence: Sequence[Evidence], plan: Plan, companies: Companies, embedder: Embedder,
             corpus: Snapshot) -> list[Candidate]:
    """The sentences of the answer to a question whose parts are about the same: those that answer each part best, in turn."""
    parts = [_read(n, evidence, plan, companies, embedder, corpus) for n in range(len(plan.subs))]
    chosen = _in_turn([part.ranked for part in parts], choose(whole, SENTENCES, _ROOM), SENTENCES + 1, _ROOM)
    return [candidate for candidate, _ in chosen]


def _read(n: int, evidence: Sequence[Evidence], plan: Plan, companies: Companies, embedder: Embedder, corpus: Snapshot) -> _Told:
    """What the evidence tells of one part."""
    sub = plan.subs[n]
    scorer = Scorer(analyse(sub.text, companies, sub.context), of_query(evidence, n + 1), corpus, plan.window, leaning=True)
    actors = {term for mention in companies.find(scorer.asked.text, any_case=True)
              for term in content(scorer.asked.text[mention.start:mention.end])}
    for term in actors & set(scorer.weight):
        scorer.weight[term] *= _OF_NAMES
    for term in scorer.asked.context:
        scorer.weight[term] *= _OF_CONTEXT
    if sub.side:
        scorer.candidates = [candidate for candidate in scorer.candidates
                             if tells_of(candidate, sub.side, plan.sides, plan.asked, companies)]
    if not scorer.candidates:
        return _Told(sub, [], None, 0.0, False)
    scorer.read(embedder, _READ, sub.text)
    best = {candidate.quote: (candidate, scorer.score(candidate)) for candidate in scorer.candidates}
    return _Told(sub, sorted(best.values(), key=lambda pair: -pair[1]), untold(scorer, scorer.asked.parts[0]), confidence(scorer),
                 bool(sub.side) and scorer.best.similarity >= NEARBY)


def _in_turn(parts: Sequence[Sequence[tuple[Candidate, float]]], whole: Sequence[Candidate], most: int,
             room: int) -> list[tuple[Candidate, int]]:
    """Sentences with the number of the part that they are for: the best of each part, the best of all, the next best of each part, the
    best of an article that is not quoted yet, and those of the whole, while there is room."""
    order = [(part[0][0], n) for n, part in enumerate(parts)] + [(candidate, len(parts)) for candidate in whole[:1]]
    for n, part in enumerate(parts):
        taken = {candidate.quote for candidate, _ in order}
        fresh = [candidate for candidate, score in part if candidate.quote not in taken and score >= _CLOSE * part[0][1]]
        order += [(candidate, n) for candidate in fresh[:_OF_EACH - 1]]
    told = {candidate.quote.source.id for candidate, _ in order}
    elsewhere = [(score / part[0][1], n, candidate) for n, part in enumerate(parts) for candidate, score in part
                 if candidate.quote.source.id not in told and score >= _ELSEWHERE * part[0][1]]
    order += [(candidate, n) for _, n, candidate in sorted(elsewhere, key=lambda each: -each[0])[:1]]
    order += [(candidate, len(parts)) for candidate in whole[1:]]
    chosen: dict[Quote, tuple[Candidate, int]] = {}
    words = 0
    for place, (candidate, n) in enumerate(order):
        length = len(candidate.quote.text.split())
        if candidate.quote not in chosen and (not chosen or (place < len(parts) or len(chosen) < most) and words + length <= room):
            chosen[candidate.quote] = candidate, n
            words += length
    return list(chosen.values())
