"""The extractive answerer: reads the evidence and answers in the articles' own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from longhaul.ingest.companies import Companies
from longhaul.ingest.snapshot import Snapshot

from ..types import Draft, Drafted, Evidence, Plan
from .decline import confidence, untold
from .phrases import SIDES, UNSTAKED
from .question import Asked, analyse
from .score import Candidate, Scorer

_SENTENCES, _WORDS = 4, 100
_NEAR = 0.6  # of the best sentence's score: what is further off is left out
_SAME_ARTICLE = 0.2  # added to the sentences of the article that answers best
_DECLINE, _HEDGE = 0.34, 0.44  # below these confidences the answer is refused, or said to be no more than near

# A sentence that begins so speaks of something named before it.
LEANS = re.compile(r"(?:It|Its|He|His|She|Her|They|Their|This|That|These|Those|The two|None of them)\b")

_NEARBY = 0.4  # similarity to the question below which a passage is not shown as near

_NOTHING = "The corpus holds nothing on this."
_UNSAID = "The corpus does not say."
_VAGUE = "The corpus does not say this in so many words."
_PARTLY = "The corpus does not say all of this."


class OfflineAnswerer:
    """Quotes the sentences that answer the question; invents nothing."""

    name = "offline"
    version = "1"

    def __init__(self, companies: Companies):
        self._companies = companies

    def write(self, plan: Plan, evidence: Sequence[Evidence], corpus: Snapshot) -> Iterator[str | Draft]:
        """The draft; nothing is streamed before it, since it is ready at once."""
        scorer = Scorer(analyse(plan.standalone, self._companies), evidence, corpus)
        yield self._draft(scorer) if scorer.candidates else _hand(scorer, "unanswerable", [], _NOTHING)

    def _draft(self, scorer: Scorer) -> Draft:
        gaps = [gap if gap and not _of_others(gap, scorer.asked) else None for gap in (untold(scorer, part) for part in scorer.asked.parts)]
        silent = list(dict.fromkeys(gap for gap in gaps if gap))
        sure = confidence(scorer)
        if all(gaps) or sure < _DECLINE:
            near = silent or [candidate for candidate in choose(scorer)[:2] if candidate.similarity >= _NEARBY]
            unnamed = all(gaps) and any(_sides(gap.quote.text, UNSTAKED) for gap in silent)
            return replace(_hand(scorer, "unanswerable", near, _UNSAID if near else _NOTHING), silent=unnamed)
        chosen = choose(scorer)
        if silent:
            chosen = chosen[:_SENTENCES - len(silent)] + [gap for gap in silent if gap not in chosen]
            return _hand(scorer, "partial", chosen, _PARTLY)
        return _hand(scorer, "partial", chosen, _VAGUE) if sure < _HEDGE else _hand(scorer, "answered", chosen)


def _of_others(gap: Candidate, asked: Asked) -> bool:
    """Whether it is said that nobody is told to lose, where the question is who gains, or the other way round."""
    sides, told = _sides(asked.text, SIDES), _sides(gap.quote.text, UNSTAKED)
    return bool(sides and told) and sides.isdisjoint(told)


def _sides(text: str, patterns: Mapping[str, re.Pattern[str]]) -> set[str]:
    """Whether a question, or a sentence that says what was not told, speaks of gains or of losses."""
    return {side for side, pattern in patterns.items() if pattern.search(text)}


def _hand(scorer: Scorer, status: str, chosen: list[Candidate], missing: str | None = None) -> Draft:
    """The draft of these sentences, after a line that says what is missing."""
    lead = [Drafted(f"{missing} The nearest it holds:" if chosen else missing, ())] if missing else []
    return Draft((*lead, *_join(scorer, chosen)), status, missing, OfflineAnswerer.name)


def choose(scorer: Scorer) -> list[Candidate]:
    """The sentences of the answer: the best one for each part of the question, then the next best of the whole.

    The most direct comes first, the rest in the order of the text.
    """
    whole = {candidate: scorer.score(candidate) for candidate in scorer.candidates}
    for candidate in whole:
        if candidate.quote.source.id == scorer.best.quote.source.id:
            whole[candidate] += _SAME_ARTICLE
    chosen: list[Candidate] = []
    for part in scorer.asked.parts:
        leader = max(whole, key=lambda c: whole[c] + scorer.score(c, part))
        if leader not in chosen:
            chosen.append(leader)
    words = sum(len(c.quote.text.split()) for c in chosen)
    least = _NEAR * max(whole.values())
    for candidate in sorted(whole, key=lambda c: -whole[c]):
        length = len(candidate.quote.text.split())
        if len(chosen) >= _SENTENCES or whole[candidate] < least:
            break
        if candidate not in chosen and words + length <= _WORDS:
            chosen.append(candidate)
            words += length
    part = scorer.asked.parts[0]
    lead = max(chosen, key=lambda c: scorer.score(c, part) + scorer.fits(c, part))
    articles = [lead.quote.source.id, *(c.quote.source.id for c in chosen)]
    rest = sorted((c for c in chosen if c is not lead), key=lambda c: (articles.index(c.quote.source.id), c.quote.start))
    return [lead, *rest]


def _join(scorer: Scorer, chosen: list[Candidate]) -> tuple[Drafted, ...]:
    """The sentences as statements; one that leans on words left out, the first of its article, follows the article's title."""
    statements: list[Drafted] = []
    told: set[str] = set()
    for candidate in chosen:
        quote = candidate.quote
        alone = quote.source.id not in told and LEANS.match(quote.text)
        statements.append(Drafted(f"{quote.source.title}: {quote.text}" if alone else quote.text, (quote,), scorer.score(candidate)))
        told.add(quote.source.id)
    return tuple(statements)
