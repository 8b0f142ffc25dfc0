"""The steps of a development: which of the sentences that were found tell how something went."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.dates import event_date
from longhaul.ingest.embed import Embedder
from longhaul.ingest.words import stem

from ..types import Plan, Quote
from .decline import focus
from .phrases import ANSWERS
from .score import Candidate, Scorer

READ = 24  # sentences that are embedded
NEAR = 0.6  # of the best sentence's worth: what is further off is no step
MEANT = 1.0  # how much it counts that a sentence means what is asked
OCCURRED = 0.8  # how much more a sentence with a day counts in what happened
DOES = 0.4  # how much more one counts that tells what the actor did
_TOLD = 0.2  # how much more a sentence with a day counts in the development of a quantity
_WORDS = 125  # of all quotes
_STEPS, _OF_ONE = 6, 4  # sentences of a development; of these from one article
_THING = 0.6  # how much it counts beside the score that a sentence itself speaks of what is asked about the names
_SAME = 0.15  # how much less a sentence counts for each one of its month that has been chosen: a development is told over its length
_FIGURE = 0.8  # how much more a sentence with a figure counts, where the development of a quantity is asked for
_AWAY = 0.5  # how much less one counts that is not of the time asked about
_GOES_ON = 0.9  # of the worth of the sentence before, for one that sets other figures against it
_ALIKE = 0.6  # of two sentences' words: more makes them the same step

AHEAD = re.compile(r"\b(?:goals?|targets?|guid\w+|forecast|expect\w*|outlook|plan\w*|estimat\w+|will|would)\b", re.I)
_AGAINST = re.compile(r"^(?:That|This|It|They|These)\b.*\b(?:compares? with|up from|down from|against|earlier|before|previous\w*)\b")
_QUANTITY = re.compile(
    r"\b(?:size|how (?:big|large|much|many)|revenues?|sales|goals?|targets?|shares?|dividends?|prices?|values?|amount|"
    r"sum|spending|outlook|guidance|estimates?|numbers?|capacity|orders?|backlog|margins?|profits?|jobs|costs?|total|figures?|"
    r"savings|gr[eo]w\w*|climb\w*|r[io]se|risen|fell|fall\w*|increas\w+|decreas\w+|shr[aiu]nk|swell\w*|swollen|doubl\w+)\b", re.I)
_SHARE = re.compile(r"\b(?:shares? (?:of|in)|(?:of|in) .{1,60}['’]s share|[\w'’]+ share of|per ?cent\w*|margins?|what part)\b", re.I)
_NUMBER = re.compile(r"[$€£¥]\s?\d|\d\s?%|\d (?:million|billion)|\b\d{1,3},\d{3}\b|\b(?:doubl|tripl|halv)\w+|multi-?[bm]illion|"
                     r"\btwo-thirds\b|\bhalf\b")
_FIGURES = re.compile(r"\d[\d.,]*")
_DID = re.compile(r" (?:ha[sd] )?(?:also )?(?:\w+ed|said it|bought|sold|began)\b")
# Words with which a question asks for a development, and which its steps need not hold.
_MOVES = frozenset(map(stem, """change changed develop developed development evolve grow grew grown growth climb rise rose fall fell
    move moved shift progress history course step stage trace chronology timeline sequence order successive first second third then later
    start beginning until since quarter summer autumn spring winter early late describe become became""".split()))


def worth_of(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder,
             candidates: Sequence[Candidate]) -> dict[Candidate, float]:
    """How well each of some sentences tells of what develops; those about the actors, where any are."""
    figures = _QUANTITY.search(plan.asked)
    figure = ANSWERS["share"] if figures and _SHARE.search(plan.asked) else _NUMBER
    thing = [term for term in focus(scorer, scorer.asked.terms) if term not in _MOVES]
    seen = {candidate: scorer.score(candidate) + _THING * (scorer.covered(thing, candidate.own) if thing else 0.0)
            + _FIGURE * bool(figures and figure.search(candidate.quote.text))
            + (_TOLD if figures else OCCURRED) * bool(event_date(candidate.quote.text, candidate.quote.source.date))
            - _AWAY * (not _timely(candidate, plan)) + DOES * (not figures and does(candidate, plan.actors, companies))
            for candidate in candidates}
    read = sorted(seen, key=lambda candidate: -seen[candidate])[:READ]
    worth = {candidate: seen[candidate] + MEANT * meant for candidate, meant in scorer.meaning(read, embedder).items()}
    for before, after in _pairs(scorer):
        if before in worth and _AGAINST.search(after.quote.text) and _NUMBER.search(after.quote.text):
            worth[after] = max(worth.get(after, 0.0), _GOES_ON * worth[before])
    return {candidate: worth[candidate] for candidate in about(list(worth), plan.actors, companies)}


def about(candidates: Sequence[Candidate], actors: Sequence[str], companies: Companies) -> list[Candidate]:
    """Those of some sentences that name one of the actors, or stand in an article on one; all where none does."""
    told = [c for c in candidates if not set(actors).isdisjoint(c.quote.source.companies[:4])
            or any(mention.actor in actors for mention in companies.find(c.quote.text))] if actors else []
    return told or list(candidates)


def steps(worth: dict[Candidate, float]) -> list[Candidate]:
    """The sentences of most worth, rather of months that have none yet, as many as an answer has room for."""
    chosen: list[Candidate] = []
    words = 0
    least = NEAR * max(worth.values())
    open_ = {candidate for candidate, value in worth.items() if value >= least}
    month = {candidate: day_of_step(candidate)[1] for candidate in open_}
    while open_ and len(chosen) < _STEPS:
        best = max(open_, key=lambda c: (worth[c] - _SAME * sum(month[c] == month[each] for each in chosen), -c.quote.start))
        open_.remove(best)
        length = len(best.quote.text.split())
        of_one = sum(each.quote.source.id == best.quote.source.id for each in chosen)
        if words + length <= _WORDS and of_one < _OF_ONE and not any(_alike(best, each) for each in chosen):
            chosen.append(best)
            words += length
    return chosen


def does(candidate: Candidate, actors: Sequence[str | None], companies: Companies) -> bool:
    """Whether a sentence tells what one of the actors did."""
    text = candidate.quote.text
    return any(mention.actor in actors and _DID.match(text, mention.end) for mention in companies.find(text))


def _timely(candidate: Candidate, plan: Plan) -> bool:
    """Whether a sentence is of the time that is asked about, where there is one."""
    return not plan.window or plan.window.holds(day_of_step(candidate)[0])


def found(scorer: Scorer) -> list[Candidate]:
    """The sentences that were found, the best first, each once."""
    best: dict[Quote, Candidate] = {}
    for candidate in sorted(scorer.candidates, key=scorer.score, reverse=True):
        best.setdefault(candidate.quote, candidate)
    return list(best.values())


def _pairs(scorer: Scorer) -> list[tuple[Candidate, Candidate]]:
    """Each sentence with the one behind it, where both were found."""
    best = {(c.quote.source.id, c.quote.start): c for c in reversed(found(scorer))}
    inside = sorted(best)
    return [(best[one], best[other]) for one, other in zip(inside, inside[1:], strict=False)
            if one[0] == other[0] and 0 <= other[1] - best[one].quote.end <= 2]


def _alike(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences tell the same; the same words with other figures are another step."""
    if set(_FIGURES.findall(one.quote.text)) != set(_FIGURES.findall(other.quote.text)):
        return False
    return len(one.own & other.own) >= _ALIKE * min(len(one.own), len(other.own))


def day_of_step(candidate: Candidate) -> tuple[date | None, str]:
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
        return (told, str(told.year)) if told.year < known.year and not AHEAD.search(candidate.quote.text) else (known, f"{known:%B %Y}")
    return told, f"{told:%B %Y}"
