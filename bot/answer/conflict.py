"""Where sources disagree on what is asked: the sentence that says so, and the sides behind it."""

from __future__ import annotations

from collections.abc import Sequence

from ..intent import pattern
from .decline import focus
from .score import Candidate, Scorer

_SOURCES = r"(?:reports|sources|accounts|sites|writers|outlets|estimates|articles|analysts|digests)"
_DISAGREE = pattern(rf"{_SOURCES}\b[^.;]{{0,40}}?\b(?:disagree|differ|conflict|contradict|vary|diverge)",
                    r"(?:conflicts|disagrees|is at odds) with", r"contradicts\b")
# The question is whether they do.
_ASKED = pattern(rf"(?:do|does|did) (?:the |all |these |both )?(?:\w+ )?{_SOURCES}\b.*\b(?:agree|disagree|differ|match|conflict)",
                 r"agree on (?:that|this)\b")
_OF_IT, _ON_IT = 0.2, 0.5  # of what is asked, which it must cover, by itself and with what stands behind it
_AHEAD, _BEHIND = 2, 3  # sentences before and behind one of the answer, between which it must stand
_SIDES = 2  # sentences behind it that say who says what


def asks_whether(question: str) -> bool:
    """Whether a question is whether the sources agree."""
    return bool(_ASKED.search(question))


def disputed(scorer: Scorer, chosen: Sequence[Candidate]) -> list[Candidate]:
    """The sentence that says that sources disagree on what is asked, and those behind it; empty where none does."""
    wanted = focus(scorer, scorer.asked.terms)
    for answer in chosen[:2]:
        article = sorted({candidate.quote.start: candidate for candidate in scorer.candidates
                          if candidate.quote.source.id == answer.quote.source.id}.values(), key=lambda candidate: candidate.quote.start)
        at = next(n for n, candidate in enumerate(article) if candidate.quote == answer.quote)
        for n in range(max(0, at - _AHEAD), min(len(article), at + _BEHIND + 1)):
            said, told = article[n], article[n:n + 1 + _SIDES]
            if not _DISAGREE.search(said.quote.text):
                continue
            together = frozenset().union(*(each.own for each in told))
            of_it = scorer.covered(wanted, said.own) >= _OF_IT and scorer.covered(wanted, together) >= _ON_IT
            if of_it or asks_whether(scorer.asked.text):
                return told
    return []
