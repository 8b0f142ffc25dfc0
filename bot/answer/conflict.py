"""Where an article says that sources disagree on what is asked: the sentence that says so, and the sides behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..intent import kind_of, pattern
from .decline import focus
from .differ import rivals
from .leader import WHO_LEADS
from .score import Candidate, Scorer

_SOURCES = (r"(?:reports|sources|accounts|sites|writers|outlets|estimates|articles|analysts|digests|(?<!two )(?<!outlook )figures|numbers|"
            r"descriptions)")
_DISAGREE = pattern(rf"{_SOURCES}\b[^.;]{{0,40}}?\b(?:disagree|differ|conflict|contradict|vary|diverge)(?!\w* by\b)",
                    r"(?:conflicts|disagrees|is at odds) with", r"contradicts\b", r"(?:although|while|whereas) [^.;]{0,60}\balready\b",
                    r"cannot (?:all|both) (?:be|describe|hold)\b")
# The question is whether they do.
_ASKED = pattern(rf"(?:do|does|did) (?:the |all |these |both )?(?:\w+ )?{_SOURCES}\b.*\b(?:agree|disagree|differ|match|conflict)",
                 r"agree on (?:that|this)\b")
# What such a sentence calls the thing of which a question of each kind asks.
_SUBJECT = re.compile(rf"(?:\w+ ){{0,2}}{_SOURCES}\b", re.I)
_BACK = re.compile(r"(?:These|Those|The two|Both)\b")  # the sides stand before it
_MUCH = r"\b(?:scale|size|numbers?|figures?|sums?|amounts?|prices?|counts?|totals?|measure)\b"
_THING = {kind: re.compile(words, re.I) for kind, words in (
    ("date", r"\b(?:timing|dates?|days?)\b"), ("money", _MUCH), ("number", _MUCH), ("share", _MUCH))}
_OF_IT, _ON_IT = 0.2, 0.5  # of what is asked, which it must cover, by itself and with what stands behind it
_RIVAL = 0.4  # of what is asked, which the sides must cover where one gives another figure than the answer
_AHEAD, _BEHIND = 2, 3  # sentences before and behind one of the answer, between which it must stand
_SIDES = 2  # sentences behind it that say who says what


def asks_whether(question: str) -> bool:
    """Whether a question is whether the sources agree."""
    return bool(_ASKED.search(question))


def disputed(scorer: Scorer, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The sentence that says that sources disagree on what is asked, and those behind it; empty where none does."""
    wanted = focus(scorer, scorer.asked.terms)
    leads = bool(WHO_LEADS.search(scorer.asked.text))  # who does is told in one place, that others say otherwise in another
    thing = _THING.get(kind_of(scorer.asked.text))
    for place, answer in enumerate(chosen):
        article = sorted({candidate.quote.start: candidate for candidate in scorer.candidates
                          if candidate.quote.source.id == answer.quote.source.id}.values(), key=lambda candidate: candidate.quote.start)
        at = next(n for n, candidate in enumerate(article) if candidate.quote == answer.quote)
        for n, said in enumerate(article):
            if not _DISAGREE.search(said.quote.text):
                continue
            told = article[max(0, n - _SIDES):n + 1] if _BACK.match(said.quote.text) else article[n:n + 1 + _SIDES]
            together = scorer.covered(wanted, said.article if leads else frozenset().union(*(each.own for each in told)))
            named = scorer.covered(wanted, said.own) >= _OF_IT or bool(
                thing and thing.search(said.quote.text) and _SUBJECT.match(said.quote.text))
            near = leads or place < 2 and at - _AHEAD <= n <= at + _BEHIND
            if near and (named and together >= _ON_IT or asks_whether(scorer.asked.text)):
                return told
            rival = next((each for each in told if each is not said and rivals(scorer, answer, each)), None) \
                if not place and named and together >= _RIVAL else None
            if rival:
                return [answer, said, rival]
    return []
