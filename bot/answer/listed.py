"""Answers that set things side by side: the sentences that tell of each side of a comparison."""

from __future__ import annotations

from collections.abc import Sequence

from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder

from ..types import Drafted, Plan, Quote, Side
from .phrases import CONTRAST, FILLER, LEANS
from .question import content
from .score import Candidate, Scorer

_WORDS = 125  # of all quotes
_BOTH = 0.25  # added to a sentence that names more than one side
_AWAY = 0.5  # of the worth of a sentence that names the side only beside itself
_LEAST = 0.2  # of what is asked of the sides, which a sentence and its neighbours must cover, or it must mean what is asked
_NEAR = 0.7  # of the best sentence's score: what is further off is no step
_READ = 20  # sentences that are embedded
_MEANT = 1.0  # how much it counts that a sentence means what is asked


def compared(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder) -> tuple[list[Drafted], list[str]]:
    """The sentences that tell of each side, and the sides of which none does."""
    own_words = {term for side in plan.sides for term in content(side.text)}
    aspect = [term for term in scorer.asked.terms if term not in own_words and term not in FILLER]
    near = _nearest(scorer, plan.sides, companies, embedder)
    least = _NEAR * max(near.values(), default=0.0)
    worth = {side: {candidate: value for candidate, meant in near.items()
                    if (value := _worth(scorer, candidate, side, plan.sides, aspect, meant, least, companies)) > 0} for side in plan.sides}
    taken: list[tuple[Side, Candidate]] = []
    words = 0
    for _ in range(3 if len(plan.sides) == 2 else 2):
        for side in plan.sides:
            open_ = [candidate for candidate in worth[side] if candidate not in (each for _, each in taken)]
            best = max(open_, key=lambda candidate: worth[side][candidate], default=None)
            first = all(each is not side for each, _ in taken)
            if best is None or not first and worth[side][best] < _NEAR * max(worth[side].values()):
                continue
            length = len(best.quote.text.split())
            if first or words + length <= _WORDS:
                taken.append((side, best))
                words += length
    of_all = {candidate for _, candidate in taken if all(names_side(candidate, side, companies) for side in plan.sides)}
    lines = [_line(candidate, "", worth[side][candidate]) for side, candidate in taken if candidate in of_all]
    for side in plan.sides:
        lines += [_line(candidate, side.text, worth[side][candidate]) for each, candidate in taken
                  if each is side and candidate not in of_all]
    return lines, [side.text for side in plan.sides if not worth[side]]


def _nearest(scorer: Scorer, sides: Sequence[Side], companies: Companies, embedder: Embedder) -> dict[Candidate, float]:
    """The sentences that score best, on the whole and of each side, each once, with the cosine between each and the question."""
    best: dict[Quote, Candidate] = {}
    for candidate in sorted(scorer.candidates, key=scorer.score, reverse=True):
        best.setdefault(candidate.quote, candidate)
    candidates = list(best.values())[:_READ]
    candidates += [candidate for candidate in best.values() if sum(names_side(candidate, side, companies) for side in sides) > 1][:_READ]
    for side in sides:
        candidates += [candidate for candidate in best.values()
                       if tells_of(candidate, side, sides, scorer.asked.text, companies)][:_READ // len(sides)]
    return scorer.meaning(list(dict.fromkeys(candidates)), embedder)


def _worth(scorer: Scorer, candidate: Candidate, side: Side, sides: Sequence[Side], aspect: list[str], meant: float,
           least: float, companies: Companies) -> float:
    """How well a sentence tells of one side: 0 where it does not."""
    named = names_side(candidate, side, companies)
    held = set(content(side.text)) <= candidate.around
    leans = held and LEANS.match(candidate.quote.text)
    if not named and not leans and not tells_of(candidate, side, sides, scorer.asked.text, companies):
        return 0.0
    around = scorer.covered(aspect, candidate.around) if aspect else 1.0
    others = sum(names_side(candidate, other, companies) for other in sides if other is not side)
    if (around < _LEAST or others) and meant < least:  # of several sides much is said that is not what is asked
        return 0.0
    value = scorer.covered(aspect, candidate.own) + 0.5 * around + _MEANT * meant
    if named and others:
        value += 2 * _BOTH if CONTRAST.search(candidate.quote.text) else _BOTH
    return value if named else _AWAY * value


def names_side(candidate: Candidate, side: Side, companies: Companies) -> bool:
    """Whether a sentence names one side of a question."""
    if set(content(side.text)) <= candidate.own:
        return True
    product = side.text in companies.rows.get(side.actor or "", {}).get("products", [])
    return bool(side.actor and not product) and any(mention.actor == side.actor for mention in companies.find(candidate.quote.text))


def tells_of(candidate: Candidate, side: Side, sides: Sequence[Side], question: str, companies: Companies) -> bool:
    """Whether a sentence names a side, or, in an article about it, nobody but whom the question names beside its sides."""
    if names_side(candidate, side, companies):
        return True
    if candidate.quote.source.companies[:1] != (side.actor,):
        return False
    beside = {mention.actor for mention in companies.find(question, any_case=True)} - {each.actor for each in sides}
    text = candidate.quote.text
    return all(mention.actor in beside for mention in companies.find(text) if text[mention.start].isupper())


def _line(candidate: Candidate, lead: str, score: float) -> Drafted:
    return Drafted(candidate.quote.text, (candidate.quote,), score, lead)
