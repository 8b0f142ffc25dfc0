"""Claims → the same claims, those that rest on the same thing under one origin: "4 articles, 1 press release"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from heapq import nlargest
from math import log1p
from operator import mul

from .attribution import Label, judges, own, parsed, press, silent
from .matter import COMMON, agree, copies, ends, figures, share, words
from .types import Claim, Source

_FAR, _NEAR = 10, 3  # days between two tellings of one thing; and where the same analyst speaks, without a word in common
_UNKNOWN = 5  # taken for the days between, where nobody dates one of them
_ALIKE = 0.6  # the share of words in common from which it does not matter who speaks
_STRETCH = 21  # days that are looked through together
_LATEST, _LIKELY = 8, 5  # tellings that have one word in common with another, and those with most of them, that it is compared with
_WITNESS, _OWN, _PRESS = range(3)  # what it rests on: somebody whom it names, the article itself, a report that it digests
_NEVER = date.max.toordinal()

# What speaks for one origin and against it: the same authority; nobody named in one of the two; words in common; figures; only other
# figures; days between; no actor in common. A common word counts a quarter. The weights are made by tests/benchmarks/fit_origins.py.
EVIDENCE = ("same", "open", "words", "figures", "others", "days", "apart")
WEIGHTS = (2.51, 0.05, 1.28, 3.2, -1.19, -1.53, -2.94)
_DAYS = EVIDENCE.index("days")


def grouped(claims: Sequence[Claim]) -> list[Claim]:
    """The claims in their order, `origin` replaced by one label for all that rest on the same thing.

    That is the label of the earliest of them; where several things have one label, the later ones are numbered: (2), (3), ….
    What a later article says never changes the label of an earlier one.
    """
    labels = Grouping(claims).labels()
    return [claim if claim.origin == label else replace(claim, origin=label) for claim, label in zip(claims, labels, strict=True)]


@dataclass(slots=True, eq=False)
class Telling:
    """What one article says on somebody's authority, or one sentence of what it says on its own or has from a report that it digests.

    `by`: the article's own label; `day`: on which it could be read, as an ordinal; `place`: where it begins; `texts`: the numbers of
    its claims, by sentence; `judged`: it is its writer's judgement. The rest follows from these, see `read`.
    """

    source: Source
    kind: int
    label: Label
    by: Label
    day: int
    place: int
    texts: dict[str, list[int]] = field(default_factory=dict)
    actors: set[str] = field(default_factory=set)
    judged: bool = False
    group: int = -1
    open: bool = False  # nobody speaks
    company: bool = False  # a company speaks, which says many things
    said: frozenset[str] = frozenset()  # its words, without the names of its actors and of who speaks
    about: frozenset[str] = frozenset()  # the telling ones of these and of its article's title
    names: frozenset[str] = frozenset()  # all its words
    figures: frozenset[float] = frozenset()
    keys: tuple[object, ...] = ()  # what it is found by: its telling words, and its figures and its actors beside who speaks
    marks: tuple[frozenset[str], ...] = ()  # the words of each name of who speaks

    def read(self) -> None:
        """Reads what it is about."""
        label, actors, known = words(self.label.name), _union(words, self.actors), self.source.known
        self.names, self.figures = _union(words, self.texts), _union(figures, self.texts)
        stale = label.union(actors, (str(known.year), str(known.year - 1)) if known else ())
        self.said = self.names - stale
        telling = self.said - COMMON
        self.about = telling | (words(self.source.title) - COMMON - stale)
        who = self.label.full | self.label.parts | (self.by.full if self.kind != _OWN else frozenset())
        self.keys = (*telling, *self.figures, *(f"{actor}: {name}" for actor in self.actors for name in who))
        if self.kind == _OWN:
            self.open = not self.judged and all(map(silent, self.texts))
        elif self.kind == _WITNESS:
            self.company = not label.isdisjoint(actors) or self.label.name in self.source.companies
            self.marks = tuple(mark for name in self.label.names if (mark := words(name)) and mark.isdisjoint(actors))

    def same(self, other: Telling) -> bool:
        """Whether both may rest on one authority, or one of them on what the other's paper writes."""
        if self.kind == other.kind == _OWN:
            return self.label.text == other.label.text
        return (self.label.meets(other.label) or self.kind != _OWN and self.label.meets(other.by)
                or other.kind != _OWN and other.label.meets(self.by))


def _union(read: Callable[[str], frozenset], texts: Collection[str]) -> frozenset:
    return read(*texts) if len(texts) == 1 else frozenset().union(*map(read, texts))


def evidence(one: Telling, other: Telling) -> tuple[float, ...] | None:
    """What speaks for one origin of two tellings, and against it, as in EVIDENCE; None where it cannot be."""
    mine, its = one.label.days, other.label.days
    gap = max(mine[0] - its[1], its[0] - mine[1], 0) if mine[0] and its[0] else _UNKNOWN
    if gap > _FAR:
        return None
    same, together = one.same(other), not one.actors.isdisjoint(other.actors)
    open_ = together and not same and (one.open and not other.judged or other.open and not one.judged)
    both = one.said & other.said
    alike = len(both) > 2 and share(one.said, other.said) >= _ALIKE
    tied = same or open_ or _named(one, other)
    loose = not tied and together and _OWN in (one.kind, other.kind) and not (one.judged or other.judged)
    if not (tied or loose or alike and _OWN in (one.kind, other.kind)):
        return None
    found = len(both) - 0.75 * len(both & COMMON) if both else 0
    found += min(2, len((one.about & other.about) - both)) / 2  # a word of their titles counts half
    counted = bool(one.figures and other.figures)
    agreed = agree(one.figures, other.figures) if counted else 0
    if alike and counted and not agreed:  # the same form with other figures
        return None
    if tied:
        needed = 0 if agreed or same and together and gap <= _NEAR and one.kind != _OWN and not one.company else 1
    else:
        needed = 1 if agreed or alike else 3
    if found < needed:
        return None
    alike = alike and agreed * 2 >= min(len(one.figures), len(other.figures))
    return same, open_, min(found, 5), min(agreed, 2), counted and not agreed, 0 if alike else log1p(gap), not together


def _named(one: Telling, other: Telling) -> bool:
    """Whether one names who speaks in the other."""
    return any(map(other.names.issuperset, one.marks)) or any(map(one.names.issuperset, other.marks))


class Grouping:
    """Places one telling after another, the earliest first, with what has been placed before."""

    def __init__(self, claims: Sequence[Claim]):
        self._claims = claims
        self._groups: list[str] = []  # the label of each
        self._articles: dict[str, Label] = {}  # the own label of each article, by its id
        self._by: dict[str, int] = {}  # the group of what an article says on its own, by its id
        self._texts: dict[str, Telling] = {}  # the first telling that has each sentence
        self._copies: dict[str, str] = {}  # the article that another has a sentence from
        self._ends: dict[int, str] = {}  # the first sentence that begins or ends so
        self._labelled: dict[str, tuple[int, int]] = {}  # the group and kind of what bears an article's own label
        self._shelves: dict[int, dict[object, list[int]]] = defaultdict(lambda: defaultdict(list))  # by stretch of days and by key
        self.placed: list[Telling] = []
        for telling in self._tellings():
            telling.read()
            telling.group = self._group(telling)
            self._register(telling)

    def labels(self) -> list[str]:
        """The label of each claim."""
        seen: Counter[str] = Counter()
        found = [""] * len(self._claims)
        names = []
        for label in self._groups:
            seen[label] += 1
            names.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
        for telling in self.placed:
            for numbers in telling.texts.values():
                for n in numbers:
                    found[n] = names[telling.group]
        return found

    def _tellings(self) -> list[Telling]:
        """What is to be placed. The order does not depend on that of the claims: of one day, what names its source comes first."""
        found: dict[tuple[str, ...], Telling] = {}
        for n, claim in enumerate(self._claims):
            source, label, text = claim.source, claim.origin, claim.text
            telling = found.get((source.id, label)) or found.get((source.id, label, text))
            if telling is None:
                by = self._articles.get(source.id) or self._articles.setdefault(source.id, parsed(own(source)))
                kind = _OWN if label in (by.text, source.id) else _WITNESS
                if source.sources and kind and any(label == press(report, source) for report in source.sources):
                    kind = _PRESS
                telling = Telling(source, kind, parsed(label), by, source.known.toordinal() if source.known else _NEVER, claim.start)
                found[(source.id, label) if kind == _WITNESS else (source.id, label, text)] = telling
            telling.place = min(telling.place, claim.start)
            telling.texts.setdefault(text, []).append(n)
            telling.actors.add(claim.actor)
            if telling.kind == _OWN and not telling.judged:
                telling.judged = claim.basis in ("opinion", "question") or judges(text)
        return sorted(found.values(), key=lambda told: (told.day, told.kind, told.source.id, told.place, told.label.text, *told.texts))

    def _group(self, telling: Telling) -> int:
        """The group of an earlier telling of the same thing, or a new one. Of two alike the earlier: later ones mostly repeat it."""
        copied = [self._texts[text] for text in map(self._copied, telling.texts) if text]
        if copied:
            first = min(copied, key=lambda other: other.group)
            self._copies.setdefault(telling.source.id, self._first(first))
            return first.group
        best, most = -1, 0.0
        for other in sorted(self._candidates(telling), key=lambda other: other.day):
            found = evidence(telling, other) if self._first(other) != self._first(telling) else None
            score = sum(map(mul, WEIGHTS, found)) if found else 0
            if score > 0 and (score := score - WEIGHTS[_DAYS] * found[_DAYS]) > most:  # the days do not choose between them
                best, most = other.group, score
        if best >= 0:
            return best
        group, kind = self._labelled.get(telling.label.text, (-1, _OWN))
        if group >= 0 and (telling.kind == _PRESS or telling.kind == _OWN and kind == _PRESS):
            return group
        if telling.kind == _OWN and telling.source.id in self._by:
            return self._by[telling.source.id]
        self._groups.append(telling.label.text)
        group = len(self._groups) - 1
        if telling.kind == _OWN:
            self._by[telling.source.id] = group
        return group

    def _first(self, telling: Telling) -> str:
        """The article that a telling's article copies, or that one itself."""
        return self._copies.get(telling.source.id, telling.source.id)

    def _copied(self, text: str) -> str | None:
        """An earlier sentence that is the same but for a few words."""
        if text in self._texts:
            return text
        return next((other for end in ends(text) if (other := self._ends.get(end)) and copies(text, other)), None)

    def _candidates(self, telling: Telling) -> Iterator[Telling]:
        """The earlier tellings of about the same days with most in common."""
        days, hits = telling.label.days, []
        near = range((days[0] - _FAR) // _STRETCH, (days[1] + _FAR) // _STRETCH + 1) if days[0] else list(self._shelves)
        for shelf in [self._shelves[stretch] for stretch in near if stretch in self._shelves]:
            for key in telling.keys:
                if key in shelf:
                    hits += shelf[key][-_LATEST:]
        found = Counter(hits)
        return (self.placed[n] for _, n in nlargest(_LIKELY, zip(found.values(), found, strict=True)))

    def _register(self, telling: Telling) -> None:
        for text in telling.texts:
            self._texts.setdefault(text, telling)
            for end in ends(text):
                self._ends.setdefault(end, text)
        if telling.kind != _WITNESS:
            self._labelled.setdefault(telling.label.text, (telling.group, telling.kind))
        days = telling.label.days
        for stretch in range(days[0] // _STRETCH, days[1] // _STRETCH + 1):
            shelf = self._shelves[stretch]
            for key in telling.keys:
                shelf[key].append(len(self.placed))
        self.placed.append(telling)
