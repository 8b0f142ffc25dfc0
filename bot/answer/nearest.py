"""The sentences that a question on winners and losers turns on, and what they say of whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from longhaul.ingest.types import FIRM, Claim
from longhaul.ingest.words import terms

from ..types import Plan, Quote, Verdict
from ..verdicts import BASIS, weight
from .phrases import UNTOLD
from .score import Candidate, Scorer
from .spoken import Spoken, place

_NEAR = 8  # sentences in which faint claims and plain words count
_TURNS, _WORDS = 4, 105  # of the sentences that the question turns on: how many, and words of all of them
# Added to the score of a sentence that tells the side that is asked for of somebody asked about, what a rival of his has by it, or another
# side; to that of one that says what is not reported: whether a gain or a loss is more than talk.
_TELLS, _RIVAL, _BESIDE, _UNTOLD = 0.5, 0.4, 0.1, 0.15
_FIRMEST = 0.3  # of what a sentence tells, the part that its basis decides
_FIGURE = 0.4  # how much more it tells with a figure
_AGAIN = 0.3  # taken off one that tells nothing but what those before it tell
_OTHER_SIDE = {"gains": "loses", "loses": "gains"}
_MEASURED = re.compile(r"\d[\d.,]*\s?%|[$€£]\s?\d[\d.,]*|\b(?:half|two-thirds|a third|three-quarters|majority|doubled|tripled)\b",
                       re.IGNORECASE)


class Nearest:
    """How near claims are to what is asked. `sides`: the outcomes asked for, of gains, loses and mixed.

    `others`: it asks for those whom it does not name.
    """

    def __init__(self, plan: Plan, scorer: Scorer, spoken: Spoken, sides: set[str], others: bool):
        self._plan, self._scorer, self._spoken, self._sides, self._open = plan, scorer, spoken, sides, others
        self._similar = {place(candidate.quote): candidate.similarity for candidate in scorer.candidates}
        self._least = min(self._similar.values(), default=0.0)

    @cached_property
    def _near(self) -> list[Candidate]:
        """The sentences in which all counts, the nearest first."""
        return sorted(self._scorer.candidates, key=self._rank, reverse=True)[:_NEAR]

    @cached_property
    def turns(self) -> list[Candidate]:
        """The sentences that the question turns on, the nearest first."""
        found: list[Candidate] = []
        words, told = 0, set()
        left = {candidate: self._rank(candidate) for candidate in self._near}
        while left and len(found) < _TURNS:
            best = max(left, key=lambda candidate: left[candidate] - _AGAIN * (self._tells(candidate.quote) <= told))
            del left[best]
            length = len(best.quote.text.split())
            if words + length <= _WORDS or not found:
                found.append(best)
                words += length
                told |= self._tells(best.quote)
        return [*found, *self._unheard(found)]

    def untold(self) -> list[Candidate]:
        """The best sentence that says what is not told, of the article that answers best, where that is none of those it turns on."""
        first = self.turns[0].quote.source.id
        found = [candidate for candidate in self._scorer.candidates
                 if candidate.quote.source.id == first and UNTOLD.search(candidate.quote.text)]
        return [] if any(candidate in self.turns for candidate in found) else sorted(found, key=self._rank)[-1:]

    def _tells(self, quote: Quote) -> set[tuple[str, str]]:
        """What a sentence has to tell: who gains and who loses, and figures."""
        return {(claim.actor, claim.outcome) for claim in self._spoken.of(quote).values()} | {
            ("", figure) for figure in _MEASURED.findall(quote.text)}

    def _unheard(self, found: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence of each side that is asked for and that none of those `found` tells."""
        def tell(candidate: Candidate) -> set[str]:
            return {claim.outcome for claim in self._spoken.of(candidate.quote).values() if self._concerns(claim) >= _RIVAL}

        missing = self._sides - {"mixed"}.union(*map(tell, found))
        best = (next((candidate for candidate in self._near if side in tell(candidate)), None) for side in sorted(missing))
        return [candidate for candidate in best if candidate]

    @cached_property
    def _turning(self) -> dict[tuple[str, int], int]:
        return {place(candidate.quote): n for n, candidate in enumerate(self.turns)}

    def place_of(self, claim: Claim | Quote) -> int | None:
        """Which of the sentences it turns on this is; None where it is none of them."""
        return self._turning.get(place(claim))

    def turns_on(self, verdict: Verdict) -> bool:
        """Whether one of the claims that decide a verdict stands in a sentence that the question turns on."""
        return any(self.place_of(claim) is not None for side in deciding(verdict) for claim in side)

    def told(self, event: bool) -> list[Claim]:
        """What counts: all that the nearest sentences say, and the firm claims of the ledger.

        Of an event, those of the articles in which these sentences stand.
        """
        spots, articles = {place(candidate.quote) for candidate in self._near}, {id for id, _ in self._turning}
        firm = [claim for at, held in self._spoken.ledger.items() if at not in spots and (not event or at[0] in articles)
                for claim in held.values() if claim.confidence >= FIRM]
        return firm + [claim for candidate in self._near for claim in self._spoken.of(candidate.quote).values()]

    def faint(self) -> list[Claim]:
        """All claims of the ledger about those whom the question names."""
        return [claim for held in self._spoken.ledger.values() for claim in held.values() if claim.actor in self._plan.actors]

    def worth(self, claim: Claim, basis: str = "") -> float:
        """How much it tells: by the words of the question that its sentence has, by its passage, less so by its weight.

        Half as much where it has not the `basis` that is given.
        """
        held = self._scorer.covered(self._scorer.asked.terms, frozenset(terms(claim.text)))
        near = held + self._similar.get(place(claim), self._least)
        return near * weight(claim, claim.day) ** 0.5 * (0.5 if basis and claim.basis != basis else 1)

    def _rank(self, candidate: Candidate) -> float:
        quote = candidate.quote
        tells = max((claim.confidence * (1 - _FIRMEST + _FIRMEST * BASIS[claim.basis]) * self._concerns(claim)
                     for claim in self._spoken.of(quote).values()), default=0.0)
        return (self._scorer.score(candidate) + _UNTOLD * bool(UNTOLD.search(quote.text))
                + (1 + _FIGURE * bool(_MEASURED.search(quote.text))) * tells)

    def _concerns(self, claim: Claim) -> float:
        """How far a claim is on what is asked: of those whom the question names, or is to name, the side that it asks for."""
        named = claim.actor in self._plan.actors
        if not self._open and not named:
            rival = claim.outcome in _OTHER_SIDE and _OTHER_SIDE[claim.outcome] in self._sides and claim.actor in self._rivals
            return _RIVAL if rival else 0.0
        return (_TELLS if claim.outcome in self._sides else _BESIDE) * (0.5 if named and self._open else 1.0)

    @cached_property
    def _rivals(self) -> set[str]:
        """Those that gain where one whom the question names loses, or the other way round: what is said of them bears on it."""
        found = set()
        for candidate in self._scorer.candidates:
            said = self._spoken.of(candidate.quote)
            lost = {_OTHER_SIDE.get(claim.outcome) for actor, claim in said.items() if actor in self._plan.actors}
            found |= {actor for actor, claim in said.items() if claim.outcome in lost and actor not in self._plan.actors}
        return found


def order(verdict: Verdict, nearest: Nearest) -> tuple[int, float]:
    """By what to sort verdicts: those of the sentences that the question turns on first, then those that tell most."""
    sides = [claim for side in deciding(verdict) for claim in side]
    spots = [spot for claim in sides if (spot := nearest.place_of(claim)) is not None]
    return min(spots, default=_TURNS), -max(nearest.worth(claim) for claim in sides) * verdict.confidence ** 0.5


def deciding(verdict: Verdict) -> list[tuple[Claim, ...]]:
    """The side or sides that decide."""
    if verdict.outcome == "wins":
        return [verdict.for_]
    if verdict.outcome in ("loses", "pressured"):
        return [verdict.against]
    return [verdict.for_, verdict.against]


def both(verdict: Verdict) -> list[tuple[Claim, ...]]:
    """Both sides, the one that decides first."""
    first = deciding(verdict)
    return first + [side for side in (verdict.for_, verdict.against) if side not in first]
