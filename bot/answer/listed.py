"""Answers that are lists: each side of a comparison, each step of a development."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.dates import event_date
from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot

from ..types import Drafted, Plan, Quote, Side
from .phrases import CONTRAST, FILLER, LEANS
from .question import analyse, content
from .score import Candidate, Scorer, of_query

_WORDS = 125  # of all quotes
_EARLIER = re.compile(r"\b(?:earlier|previous\w*|former\w*|original\w*|had (?:been|stood|put|set|said)|before that|first)\b", re.I)
_QUANTITY = re.compile(r"\b(?:size|how (?:big|large|much|many)|revenues?|sales|goals?|targets?|shares?|dividends?|prices?|values?|amount|"
                       r"sum|spending|outlook|guidance|estimates?|numbers?|capacity|orders?|backlog|margins?|profits?|jobs|costs?|total)\b",
                       re.I)
_NUMBER = re.compile(r"[$€£¥]\s?\d|\d\s?%|\d (?:million|billion)|\b(?:doubl|tripl|halv)\w+")
_FIGURES = re.compile(r"\d[\d.,]*")
_FIGURE = 0.4  # how much more a sentence with a figure counts, where the development of a quantity is asked for
_AHEAD = re.compile(r"\b(?:goals?|targets?|guid\w+|forecast|expect\w*|outlook|plan\w*|estimat\w+|will)\b", re.I)
_BOTH = 0.25  # added to a sentence that names more than one side
_AWAY = 0.5  # of the worth of a sentence that names the side only beside itself
_LEAST = 0.2  # of what is asked of the sides, which a sentence and its neighbours must cover, or it must mean what is asked
_STEPS, _OF_ONE = 6, 4  # sentences of a development; of these from one article
_NEAR = 0.7  # of the best sentence's score: what is further off is no step
_READ = 20  # sentences that are embedded
_MEANT = 1.0  # how much it counts that a sentence means what is asked
# How much more a sentence counts where an order is asked for: with a day, of the time asked about, in an article on the side.
_DATED, _TIMELY, _OF_IT = 0.3, 0.5, 0.3
_ALIKE = 0.6  # of two sentences' words: more makes them the same step


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


def developed(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder, corpus: Snapshot) -> list[Drafted]:
    """The sentences that tell of a development, in the order of their days."""
    if plan.sides:
        return _in_order(_one_each(scorer, plan, companies, corpus), scorer)
    near = _nearest(scorer, (), companies, embedder)
    figures = bool(_QUANTITY.search(plan.asked))
    scores = {candidate: scorer.score(candidate) + _MEANT * meant + _FIGURE * (figures and bool(_NUMBER.search(candidate.quote.text)))
              for candidate, meant in near.items()}
    if plan.actors:
        about = {c for c in scores if not set(plan.actors).isdisjoint(c.quote.source.companies[:4])
                 or any(mention.actor in plan.actors for mention in companies.find(c.quote.text))}
        scores = {candidate: score for candidate, score in scores.items() if candidate in about} or scores
    chosen: list[Candidate] = []
    words = 0
    least = _NEAR * max(scores.values())
    for candidate in sorted(scores, key=lambda candidate: -scores[candidate]):
        length = len(candidate.quote.text.split())
        of_one = sum(each.quote.source.id == candidate.quote.source.id for each in chosen)
        if len(chosen) >= _STEPS or scores[candidate] < least:
            break
        if candidate in chosen or words + length > _WORDS or of_one >= _OF_ONE or any(_alike(candidate, each) for each in chosen):
            continue
        chosen.append(candidate)
        words += length
    return _in_order(chosen, scorer)


def _in_order(chosen: Sequence[Candidate], scorer: Scorer) -> list[Drafted]:
    """The sentences by their days, which they are headed by."""
    days = {candidate: _day(candidate) for candidate in chosen}
    ordered = sorted(chosen, key=lambda c: (days[c][0] or date.max, c.quote.source.id, not _EARLIER.search(c.quote.text), c.quote.start))
    return [_line(candidate, days[candidate][1], scorer.score(candidate)) for candidate in ordered]


def _one_each(scorer: Scorer, plan: Plan, companies: Companies, corpus: Snapshot) -> list[Candidate]:
    """For each side the sentence that best answers the question about it alone, rather one with a day, in an article on it."""
    chosen: list[Candidate] = []
    for n, sub in enumerate(plan.subs, 1):
        own = Scorer(analyse(sub.text, companies, sub.context), of_query(scorer.evidence, n), corpus, plan.window)

        def worth(candidate: Candidate, own: Scorer = own, actor: str | None = sub.side.actor) -> float:
            source = candidate.quote.source
            dated = event_date(candidate.quote.text, source.date) is not None
            return own.score(candidate) + _DATED * dated + _TIMELY * own.within(candidate) + _OF_IT * (actor in source.companies[:1])

        named = [candidate for candidate in own.candidates if candidate.quote not in {each.quote for each in chosen}
                 and names_side(candidate, sub.side, companies)]
        chosen += sorted(named, key=lambda candidate: -worth(candidate))[:1]
    return chosen


def _nearest(scorer: Scorer, sides: Sequence[Side], companies: Companies, embedder: Embedder) -> dict[Candidate, float]:
    """The sentences that score best, on the whole and of each side, each once, with the cosine between each and the question."""
    best: dict[Quote, Candidate] = {}
    for candidate in sorted(scorer.candidates, key=scorer.score, reverse=True):
        best.setdefault(candidate.quote, candidate)
    candidates = list(best.values())[:_READ]
    candidates += [candidate for candidate in best.values() if sum(names_side(candidate, side, companies) for side in sides) > 1][:_READ]
    for side in sides:
        candidates += [candidate for candidate in best.values() if names_side(candidate, side, companies)][:_READ // len(sides)]
    return scorer.meaning(list(dict.fromkeys(candidates)), embedder)


def _worth(scorer: Scorer, candidate: Candidate, side: Side, sides: Sequence[Side], aspect: list[str], meant: float,
           least: float, companies: Companies) -> float:
    """How well a sentence tells of one side: 0 where it does not."""
    named = names_side(candidate, side, companies)
    held = set(content(side.text)) <= candidate.around
    if not named and not (held and LEANS.match(candidate.quote.text)):
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


def _alike(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences tell the same; the same words with other figures are another step."""
    if set(_FIGURES.findall(one.quote.text)) != set(_FIGURES.findall(other.quote.text)):
        return False
    return len(one.own & other.own) >= _ALIKE * min(len(one.own), len(other.own))


def _day(candidate: Candidate) -> tuple[date | None, str]:
    """The day that a sentence tells of, and how it is written; at the latest that of its article: what is to come was said on that day.

    A year alone counts only where it is over: what is said of a year that runs was said on the article's day.
    """
    source = candidate.quote.source
    known = source.date or source.published
    latest = max(filter(None, (source.date, source.published)), default=None)
    told = event_date(candidate.quote.text, latest)
    if not known or not told or told > latest:
        return known, f"{known:%B %Y}" if known else "undated"
    if (told.month, told.day) == (12, 31):
        return (told, str(told.year)) if told.year < known.year and not _AHEAD.search(candidate.quote.text) else (known, f"{known:%B %Y}")
    return told, f"{told:%B %Y}"


def _line(candidate: Candidate, lead: str, score: float) -> Drafted:
    return Drafted(candidate.quote.text, (candidate.quote,), score, lead)
