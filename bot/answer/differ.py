"""Two articles that give different answers to one question, though neither says so; and the figures that a state had at other times."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from longhaul.ingest.dates import event_date

from ..intent import kind_of
from .leader import WHO_LEADS, other_leader
from .score import Candidate, Scorer
from .telling import FIGURED, SAYS, SINCE, alike, asked_for, elsewhere, on_it, placed, qualified

_ANCHORED = 0.4  # of what is asked, which a sentence must cover, where one that is surely on it gives another value of the same thing
_APART = 45  # days between two accounts: with more, what they tell of may have changed
_ACROSS = 3  # sentences that answer best, which are held against the others

_AHEAD = re.compile(r"\b(?:plan(?:s|ned)? to|planned|expect\w*|forecast\w*|guid\w+|targets?|aim(?:s|ed)?|hop(?:es?|ed|ing)|could|"
                    r"(?-i:may)|might|intend\w*|outlook|predict\w*|estimat\w+|potential\w*)\b", re.I)
_PERIOD = re.compile(r"\b(?:(?:first|second|third|fourth|last|latest|previous|current)[ -](?:quarter|half)|[QH][1-4]|quarterly|annual|"
                     r"fiscal|a (?:month|year|quarter|day)|per (?:month|year)|monthly|yearly|daily)\b", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
# The figures of an occasion, not of a period: "with fourth-quarter results".
OCCASION = re.compile(r"\b[Ww]ith (?:its |the )?[\w-]+[ -]quarter (?:\d{4} )?results\b")
_WHAT = re.compile(r"what\b", re.I)


def differing(scorer: Scorer) -> list[Candidate]:
    """Two sentences of different articles that cannot both be true of what is asked, the better one first; empty where none are.

    Both name who is asked about, are on the same thing, of the same scope and time, and say it themselves.
    """
    pool = {candidate.quote: candidate for candidate in sorted(scorer.candidates, key=scorer.score) if on_it(scorer, candidate)}
    ranked = sorted(pool.values(), key=scorer.score, reverse=True)
    if WHO_LEADS.search(scorer.asked.text):
        return _first(ranked, lambda one, other: _same_time(one, other) and other_leader(scorer, one, other))
    if kind_of(scorer.asked.text) in FIGURED or _WHAT.match(scorer.asked.text):
        return _first(ranked, lambda one, other: _other_figure(scorer, one, other))
    return []


def told_earlier(scorer: Scorer, day_of: Callable[[Candidate], date | None]) -> list[Candidate]:
    """The sentences that give the figure asked for, each at another time and another one, the latest first; no more than one a time."""
    pool = {candidate.quote: candidate for candidate in sorted(scorer.candidates, key=scorer.score) if day_of(candidate)
            and on_it(scorer, candidate, _ANCHORED) and asked_for(scorer, candidate)}
    ranked = sorted(pool.values(), key=scorer.score, reverse=True)
    if not ranked or not on_it(scorer, ranked[0]):
        return []
    kept = ranked[:1]
    for other in ranked[1:]:
        if all(abs((day_of(other) - day_of(each)).days) > _APART and _moved(scorer, each, other) for each in kept):
            kept.append(other)
    return sorted(kept, key=lambda each: day_of(each), reverse=True)


def rivals(scorer: Scorer, answer: Candidate, other: Candidate) -> bool:
    """Whether a sentence beside one that says that sources disagree gives another figure for what is asked than `answer` does."""
    if answer.quote == other.quote or kind_of(scorer.asked.text) not in FIGURED:
        return False
    said = asked_for(scorer, answer)
    return any(any(alike(a, b) for a in said) and not any(alike(a, b) and a.agrees(b) for a in said)
               for b in asked_for(scorer, other, True))


def _first(ranked: Sequence[Candidate], differ: Callable[[Candidate, Candidate], bool]) -> list[Candidate]:
    """The first pair of sentences that differ, of two articles."""
    for n, one in enumerate(ranked[:_ACROSS]):
        for other in ranked[n + 1:]:
            if one.quote.source.id != other.quote.source.id and differ(one, other):
                return [one, other]
    return []


def _other_figure(scorer: Scorer, one: Candidate, other: Candidate) -> bool:
    """Whether two sentences give different figures for what is asked."""
    both = [(a, b) for a in asked_for(scorer, one) for b in asked_for(scorer, other) if alike(a, b)]
    return (bool(both) and not any(a.agrees(b) for a, b in both) and _same_time(one, other)
            and bool(_AHEAD.search(one.quote.text)) == bool(_AHEAD.search(other.quote.text))
            and qualified(one) == qualified(other)
            and not any(elsewhere(scorer, one, a, other) or elsewhere(scorer, other, b, one) for a, b in both))


def _moved(scorer: Scorer, one: Candidate, other: Candidate) -> bool:
    """Whether two sentences give different figures for the same thing, whatever their times."""
    both = [(a, b) for a in asked_for(scorer, one) for b in asked_for(scorer, other) if alike(a, b)]
    periods = [bool(_PERIOD.search(OCCASION.sub("", each.quote.text))) for each in (one, other)]
    return (bool(both) and not any(a.low == b.low for a, b in both) and periods[0] == periods[1] and qualified(one) == qualified(other)
            and bool(_AHEAD.search(one.quote.text)) == bool(_AHEAD.search(other.quote.text))
            and not placed(scorer, one, other) and not placed(scorer, other, one))


def _same_time(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences are of the same time: of the same period, told within weeks."""
    first, second = _day(one), _day(other)
    texts = [SAYS.sub("", SINCE.sub("", each.quote.text)) for each in (one, other)]
    periods = [{found.lower().replace("-", " ") for found in _PERIOD.findall(text)} for text in texts]
    years = [set(_YEAR.findall(text)) for text in texts]
    if all(years) and years[0].isdisjoint(years[1]):
        return False
    return bool(first and second) and abs((first - second).days) <= _APART and periods[0] == periods[1]


def _day(candidate: Candidate) -> date | None:
    """The day that a sentence is of; what holds since a day holds on the day of the article."""
    source = candidate.quote.source
    known = source.date or source.published
    told = event_date(SINCE.sub("", candidate.quote.text), known)
    return told if told and known and told <= known else known
