"""What an article tells on somebody's authority, and how much two such tellings have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce

from .attribution import Days, Label
from .matter import COMMON, figures, share, stem, weight, words
from .types import Source

NEAR, FAR = 3, 10  # days between two tellings of one matter: so near, a little in common is enough; so far, it takes more
LATEST = 20  # tellings under one key that another one is compared with
STRETCH = 12  # days that are looked through together
_SOME, _MUCH = 0.5, 2.5  # what they have in common: a figure counts 2, a word 1, a word of their titles a half
_ALIKE = 0.6  # the share of words in common from which other figures make another matter of the same form


@dataclass(slots=True)
class About:
    """What a telling is about. `first`: the first word of its label; `stems` leave out the label's words; `topic`: the telling ones
    of these, and of the article's title, with the `figures`."""

    first: str
    figures: frozenset[str]
    stems: frozenset[str]
    topic: frozenset[str]


@dataclass(slots=True, eq=False)
class Telling:
    """What one article says under one label: the numbers of its claims, by sentence.

    `day`: on which it could be read, as an ordinal; `place`: where it begins; `about` is read when it is first asked for.
    """

    source: Source
    label: str
    kind: int
    parsed: Label
    day: int
    place: int
    texts: dict[str, list[int]]
    group: int = -1
    read: About | None = None

    @property
    def about(self) -> About:
        """What it is about."""
        if self.read is None:
            first, label = _named(self.parsed.name)
            said, counted = (reduce(frozenset.union, map(read, self.texts)) for read in (words, figures))
            topic = said.union(counted, words(self.source.title)).difference(COMMON, label)
            self.read = About(first, counted, said if said.isdisjoint(label) else said - label, topic)
        return self.read


@lru_cache(maxsize=10_000)
def _named(name: str) -> tuple[str, frozenset[str]]:
    """The first word of a name, and all of them, so far as they count."""
    found = name.replace("'", " ").split()
    return stem(found[0]) if found else "", frozenset(map(stem, found))


class Shelf:
    """Tellings in the order in which they came, found by the telling words that they have in common with another."""

    __slots__ = ("_tellings", "_with")

    def __init__(self) -> None:
        self._tellings: list[Telling] = []
        self._with: dict[str, int] = {}  # a bit for each telling that has the word: numbers cost little, however many

    def add(self, telling: Telling) -> None:
        """Puts it behind the others."""
        bit = 1 << len(self._tellings)
        self._tellings.append(telling)
        for word in telling.about.topic:
            self._with[word] = self._with.get(word, 0) | bit

    def alike(self, topic: frozenset[str], several: bool) -> Iterator[Telling]:
        """Those that share one of the words, or `several`: the LATEST, the last first."""
        once = twice = 0
        for word in topic:
            having = self._with.get(word)
            if having:
                twice |= once & having
                once |= having
        left = twice if several else once & ~twice
        for _ in range(LATEST):
            if not left:
                break
            last = left.bit_length() - 1
            left ^= 1 << last
            yield self._tellings[last]


def stretches(days: Days, margin: int = 0) -> range:
    """The stretches of days that a period touches, with a margin on either side, as numbers."""
    return range((days[0] - margin) // STRETCH, (days[1] + margin) // STRETCH + 1)


def mutual(one: Telling, other: Telling) -> bool:
    """Whether each of two tellings names the other's authority."""
    mine, its = one.about, other.about
    return bool(mine.first) and mine.first in its.stems and its.first in mine.stems


def score(one: Telling, other: Telling, days: Days, already: int) -> float:
    """How much two tellings have in common, beside what speaks for them `already`; 0 where it is too little for the days between.

    `days`: those that the other is labelled with.
    """
    when, to, other_to = one.parsed.days, one.parsed.to, other.parsed.to
    gap = max(when[0] - days[1], days[0] - when[1], 0)
    if gap > FAR or to and other_to and to != other_to:
        return 0
    mine, its = one.about, other.read or other.about
    if mine.topic.isdisjoint(its.topic):
        return 0
    counted, said = mine.figures & its.figures, mine.stems & its.stems
    if not counted and mine.figures and its.figures and share(mine.stems, its.stems) > _ALIKE:
        return 0  # the same form with other figures
    titles = len((mine.topic & its.topic) - said - counted)
    found = already + 2 * len(counted) + weight(said) + min(2, titles) / 2
    loose = gap > NEAR or to != other_to or max(when[1] - when[0], days[1] - days[0]) > 31
    return found if found >= (_MUCH if loose else _SOME) else 0
