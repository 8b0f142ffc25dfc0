"""Which sentences make the answer, and in which order."""

from __future__ import annotations

import re

from ..types import Drafted
from .phrases import ACCOUNT, LEANS, OTHER_ACCOUNT
from .score import Candidate, Scorer

SENTENCES, WORDS = 4, 100  # of an answer
_NEAR = 0.6  # of the best sentence's score: what is further off is left out
_SAME_ARTICLE = 0.2  # added to the sentences of the article that answers best
_MORE = 0.25  # added to those that are asked for by their words
_OPENS = 60  # characters in which a sentence says whose account it gives


def choose(scorer: Scorer, most: int = SENTENCES, room: int = WORDS, more: re.Pattern[str] | None = None) -> list[Candidate]:
    """The sentences of the answer, at most so many sentences and words: the best one for each part of the question, then the next best.

    The most direct comes first, the rest in the order of the text. `more`: what makes a sentence count for more.
    """
    whole = {candidate: scorer.score(candidate) + (_MORE if more and more.search(candidate.quote.text) else 0.0)
             for candidate in scorer.candidates}
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
        if len(chosen) >= most or whole[candidate] < least:
            break
        if candidate not in chosen and words + length <= room:
            chosen.append(candidate)
            words += length
    if most >= SENTENCES:
        chosen = _with_other_side(scorer, chosen, most, room)
    part = scorer.asked.parts[0]
    lead = max(chosen, key=lambda c: scorer.score(c, part) + scorer.fits(c, part))
    articles = [lead.quote.source.id, *(c.quote.source.id for c in chosen)]
    rest = sorted((c for c in chosen if c is not lead), key=lambda c: (articles.index(c.quote.source.id), c.quote.start))
    return [lead, *rest]


def _with_other_side(scorer: Scorer, chosen: list[Candidate], most: int, room: int) -> list[Candidate]:
    """The sentences, with the one right behind the best that gives another account of the same, in the place of the last."""
    best = chosen[0].quote
    behind = min((c for c in scorer.candidates if c.quote.source.id == best.source.id and c.quote.start >= best.end),
                 key=lambda c: c.quote.start, default=None)
    if behind is None or behind in chosen or not (ACCOUNT.search(best.text[:_OPENS]) and OTHER_ACCOUNT.match(behind.quote.text)):
        return chosen
    kept = [*chosen[:1], behind]
    for candidate in chosen[1:]:
        if len(kept) < most and sum(len(c.quote.text.split()) for c in [*kept, candidate]) <= room:
            kept.append(candidate)
    return kept


def join(scorer: Scorer, chosen: list[Candidate]) -> tuple[Drafted, ...]:
    """The sentences as statements; one that leans on words left out, the first of its article, follows the article's title."""
    statements: list[Drafted] = []
    told: set[str] = set()
    for candidate in chosen:
        quote = candidate.quote
        alone = quote.source.id not in told and LEANS.match(quote.text)
        statements.append(Drafted(f"{quote.source.title}: {quote.text}" if alone else quote.text, (quote,), scorer.score(candidate)))
        told.add(quote.source.id)
    return tuple(statements)
