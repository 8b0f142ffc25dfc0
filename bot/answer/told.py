"""What the evidence tells of a deed that a question takes for granted: by whom, to whom, when, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from longhaul.ingest.companies import Companies
from longhaul.ingest.dates import event_date
from longhaul.ingest.words import stem, words

from ..sides import named
from ..types import Side
from .deeds import GIVEN_UP, KEPT, MIRRORED, OPPOSITES, RUPTURES, Deed, stems_of
from .question import content
from .score import Candidate, Scorer

_IT = re.compile(r"(?:It|The company)\b")
_BY = re.compile(r"\bby (?:the )?$")
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being) (?:\w+ly )?$")
_BESIDE = 25  # characters that may stand between who does something and what he does
_NOT = re.compile(r"\b(?:not|never|no longer|rather than|instead of|den(?:y|ies|ied)|without|n[o']t)\b[^,;.]{0,40}$", re.I)
_HELD, _ALL = 0.5, 0.75  # of a thing, in the words of a sentence and its neighbours: it is spoken of; nothing else can be meant
_SLACK = timedelta(31)  # between a deed and the day of an article that gives no other


def contradicted(done: Deed, scorer: Scorer, companies: Companies, ordered: Sequence[Candidate]) -> Candidate | None:
    """The sentence that tells it otherwise; None where one tells it so, or where none speaks of it."""
    told = [_Told(candidate, done, scorer, companies) for candidate in ordered]
    supporting = [each for each in told if each.supports(_HELD)]
    kept = next((each for each in told if each.keeps() and all(each.own > other.own for other in supporting)), None)
    against = kept or None if supporting else kept or next((each for each in told if each.denies() or each.is_of_another()), None)
    supporting = supporting or [each for each in told if each.supports(0.0)]
    if not against and not supporting:
        against = next((each for each in told if each.swaps() or each.opposes()), None)
    if not against and supporting and done.when and not any(map(_in_time, supporting)):
        against = supporting[0]
    return against.candidate if against else None


def untold_of(done: Deed, scorer: Scorer, companies: Companies, ordered: Sequence[Candidate]) -> Candidate | None:
    """The sentence nearest to a deed of which nothing tells, though its names are known; None where something may tell of it.

    Only of deeds that would be news wherever either party is spoken of.
    """
    known = done.actor.actor and done.direct and (done.names or done.other)
    if done.kind not in RUPTURES or not known or any(map(scorer.unheard, scorer.asked.names)):
        return None
    told = [_Told(candidate, done, scorer, companies) for candidate in ordered]
    if any(each.speaks() for each in told):
        return None
    return max(told, key=lambda each: each.nearness).candidate


class _Told:
    """What one sentence tells of a deed."""

    def __init__(self, candidate: Candidate, done: Deed, scorer: Scorer, companies: Companies):
        self.candidate = candidate
        self.done = done
        self._text = candidate.quote.text
        self._companies = companies
        self._sides: list[Side] | None = None
        self._held = scorer.covered(done.thing, candidate.around)
        self.own = scorer.covered(done.thing, candidate.own)
        self._about = scorer.covered(content(done.actor.text), candidate.around) >= _HELD

    def supports(self, least: float) -> bool:
        """Whether it tells that the actor did it; `least`: the share of the thing that its own words must hold."""
        if self._held < _HELD or self.own < least:
            return False
        return any(self._by_actor(hit) and not _NOT.search(self._text[:hit.start()]) for hit in self._hits(self.done.kind)) or any(
            self._by_actor(hit, mirrored=True) for hit in self._hits(MIRRORED.get(self.done.kind)))

    def speaks(self) -> bool:
        """Whether it may tell of such a deed of the actor or of the thing."""
        return bool(self._hits(self.done.kind)) and (self._about and self._held >= _HELD or self.own >= _HELD)

    @property
    def nearness(self) -> float:
        """How much it tells of the actor and of the thing."""
        return self._about + self._held + self.own

    def denies(self) -> bool:
        """Whether it tells that the actor did it not."""
        return self._held >= _HELD and self._about and any(_NOT.search(self._text[:hit.start()]) for hit in self._hits(self.done.kind))

    def keeps(self) -> bool:
        """Whether it tells that what is said to have been given up was kept."""
        if self.done.kind not in GIVEN_UP or self.own < _ALL or not self._about:
            return False
        parties = (self.done.actor, *self.done.other)
        return any(all(any(self._same(side, one) for one in parties) for side in self.sides if side.end <= hit.start())
                   for hit in self._words(KEPT))

    def swaps(self) -> bool:
        """Whether it tells that another did it to the actor."""
        if self.own < _HELD and not any(self._same(one, other) for one in self.sides for other in self.done.other):
            return False
        return any(self._to_actor(hit) for hit in self._hits(self.done.kind))

    def opposes(self) -> bool:
        """Whether it tells that the actor did the opposite."""
        opposite = [other for pair in OPPOSITES for one, other in (pair, pair[::-1]) if one == self.done.kind]
        return self.own >= _HELD and any(self._by_actor(hit) and not _NOT.search(self._text[:hit.start()])
                                          for kind in opposite for hit in self._hits(kind))

    def is_of_another(self) -> bool:
        """Whether it tells that somebody else did it, to a thing with a name or a figure."""
        if not self.done.names <= self.candidate.own or self.own < _ALL or not self.done.names:
            return False
        if any(self._same(side, self.done.actor) for side in self.sides):
            return False
        thing, about = self.done.other, self.candidate.quote.source.companies[:1]
        if _IT.match(self._text) and about and about[0] != self.done.actor.actor and not self._about:
            return bool(self._hits(self.done.kind))
        return any(any(side.end <= hit.start() and not any(self._same(side, one) for one in thing) for side in self.sides)
                   for hit in self._hits(self.done.kind))

    @property
    def sides(self) -> list[Side]:
        """Whom and what the sentence names."""
        if self._sides is None:
            self._sides = named(self._text, self._companies)
        return self._sides

    def _hits(self, kind: str | None) -> list[re.Match[str]]:
        return list(self._words(stems_of(kind))) if kind else []

    def _words(self, stems: frozenset[str]) -> Iterator[re.Match[str]]:
        yield from (match for match in re.finditer(r"[\w-]+", self._text) if stems & {stem(word) for word in words(match.group())})

    def _by_actor(self, hit: re.Match[str], mirrored: bool = False) -> bool:
        """Whether the deed at `hit` is told of the actor; `mirrored`: of the other side of the deal."""
        before = [side for side in self.sides if side.end <= hit.start()]
        mine = [side for side in self.sides if self._same(side, self.done.actor)]
        if mirrored:
            return bool(before) and any(side.start >= hit.end() for side in mine)
        if _PASSIVE.search(self._text[:hit.start()]) and not re.match(r" by\b", self._text[hit.end():]):
            return self._about
        if not before:
            return self._about or self._passive(hit, mine)
        if not any(side in before for side in mine):
            return self._passive(hit, mine)
        return not self._another_first(before) or before[-1] in mine and hit.start() - before[-1].end < _BESIDE

    def _to_actor(self, hit: re.Match[str]) -> bool:
        """Whether the deed at `hit` is told of another, whom the question names, and the actor stands behind."""
        before = [side for side in self.sides if side.end <= hit.start()]
        mine = [side for side in self.sides if self._same(side, self.done.actor)]
        return bool(mine) and self._another_first(before) and not self._passive(hit, mine)

    def _another_first(self, before: Sequence[Side]) -> bool:
        """Whether of those whom the question names another than the actor is named first."""
        first = next((side for side in before if any(self._same(side, one) for one in (self.done.actor, *self.done.other))), None)
        return bool(first) and not self._same(first, self.done.actor)

    def _passive(self, hit: re.Match[str], mine: Sequence[Side]) -> bool:
        return any(side.start >= hit.end() and _BY.search(self._text[:side.start]) for side in mine)

    @staticmethod
    def _same(one: Side, other: Side) -> bool:
        if one.actor or other.actor:
            return one.actor == other.actor
        return bool(set(content(one.text)) & set(content(other.text)))


def _in_time(told: _Told) -> bool:
    """Whether a sentence tells of a time that the question means; where it gives no day, its article's counts, give or take a month."""
    source, when = told.candidate.quote.source, told.done.when
    day = event_date(told.candidate.quote.text, source.date)
    if day:
        return when.holds(day)
    return not source.date or any(when.holds(source.date + shift) for shift in (-_SLACK, timedelta(0), _SLACK))
