"""Claims → the same claims, those that rest on the same thing under one origin: "4 articles, 1 press release"."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from .attribution import Days, Label, judges, own, parsed, press
from .matter import copies, ends, figures, names, weight, words
from .tellings import FAR, LATEST, NEAR, STRETCH, Shelf, Telling, mutual, score, stretches
from .types import Claim, Source

_WITNESS, _OWN, _PRESS = range(3)  # what it rests on: somebody whom it names, the article itself, a report that it digests
_NEVER = date.max.toordinal()

Candidate = tuple[Telling, Days, int]  # an earlier telling, the days of its label, and what speaks for it already


def grouped(claims: Sequence[Claim]) -> list[Claim]:
    """The claims in their order, `origin` replaced by one label for all that rest on the same thing.

    That is the label of the earliest of them; where several things have one label, the later ones are numbered: (2), (3), ….
    What a later article says never changes the label of an earlier one.
    """
    labels = _Grouping(claims).labels()
    return [claim if claim.origin == label else replace(claim, origin=label) for claim, label in zip(claims, labels, strict=True)]


class _Grouping:
    """Places one telling after another, the earliest first, with what has been placed before."""

    def __init__(self, claims: Sequence[Claim]):
        self._claims = claims
        self._groups: list[str] = []  # the label of each
        self._of = [-1] * len(claims)  # the group of each claim
        self._own: dict[str, tuple[str, Label]] = {}  # the own label of each article, by its id
        self._texts: dict[str, int] = {}  # the group of each sentence
        self._ends: dict[int, str] = {}  # the first sentence that begins or ends so
        self._alike: dict[str, list[Telling]] = defaultdict(list)  # what articles say on their own, by label
        self._labelled: dict[str, tuple[int, int]] = {}  # the group and kind of what bears an article's own label
        # Earlier tellings by stretch of days and by: a name in their label, the beginning of a longer one, their publisher.
        self._told, self._begun = (defaultdict[tuple[str, int], Shelf](Shelf) for _ in range(2))
        self._published: dict[tuple[str, int], list[Telling]] = defaultdict(list)
        self._figures: dict[tuple[str, int], list[tuple[Telling, str, int]]] = defaultdict(list)  # by figure and stretch of days
        self._surnames: dict[str, list[Telling]] = defaultdict(list)
        for telling in self._tellings():
            self._place(telling)

    def labels(self) -> list[str]:
        """The label of each claim."""
        seen: Counter[str] = Counter()
        found = []
        for label in self._groups:
            seen[label] += 1
            found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
        return [found[group] for group in self._of]

    def _tellings(self) -> list[Telling]:
        """What is to be placed. The order does not depend on that of the claims: of one day, what names its source comes first."""
        found: dict[tuple[str, ...], Telling] = {}
        for n, claim in enumerate(self._claims):
            source, label, text = claim.source, claim.origin, claim.text
            telling = found.get((source.id, label)) or found.get((source.id, label, text))
            if telling is None:
                kind, day = self._kind(label, source), source.known.toordinal() if source.known else 0
                telling = Telling(source, label, kind, parsed(label), day, claim.start, {})
                found[(source.id, label, text) if kind == _PRESS else (source.id, label)] = telling
            if claim.start < telling.place:
                telling.place = claim.start
            if text in telling.texts:
                telling.texts[text].append(n)
            else:
                telling.texts[text] = [n]
        return sorted(found.values(), key=lambda told: (told.day or _NEVER, told.kind, told.source.id, told.place, told.label))

    def _kind(self, label: str, source: Source) -> int:
        if source.id not in self._own:
            article = own(source)
            self._own[source.id] = article, parsed(article)
        if label in (self._own[source.id][0], source.id):
            return _OWN
        return _PRESS if any(label == press(report, source) for report in source.sources) else _WITNESS

    def _place(self, telling: Telling) -> None:
        copied = {text: group for text in sorted(telling.texts) if (group := self._copied(text)) is not None}
        if telling.kind == _OWN:
            rest = self._place_own(telling, copied)
        else:
            telling.group, rest = min(copied.values(), default=-1), list(telling.texts)
        if rest and telling.group < 0:
            group = self._match(telling)
            if group is None:
                self._groups.append(telling.label)
                group = len(self._groups) - 1
            telling.group = group
        for text in rest:
            self._assign(telling, text, telling.group)
        self._register(telling)

    def _place_own(self, telling: Telling, copied: dict[str, int]) -> list[str]:
        """Places the sentences that another article has, or that tell what it told; gives the others.

        Where most are another article's, the whole is a copy of it.
        """
        if len(copied) * 2 >= len(telling.texts) and (len(copied) > 1 or len(telling.texts) == 1):
            telling.group = min(copied.values())
        rest = []
        for text in telling.texts:
            group = copied[text] if text in copied else self._retold(telling, text)
            if group is None:
                rest.append(text)
            else:
                self._assign(telling, text, group)
        return rest

    def _assign(self, telling: Telling, text: str, group: int) -> None:
        for n in telling.texts[text]:
            self._of[n] = group
        if text not in self._texts:
            self._texts[text] = group
            for end in ends(text):
                self._ends.setdefault(end, text)
        counted = figures(text)
        if counted and not self._judged(telling, text):
            for figure in counted:
                self._figures[figure, telling.day // STRETCH].append((telling, text, group))

    def _copied(self, text: str) -> int | None:
        """The group of an earlier sentence that is the same but for a few words."""
        if text in self._texts:
            return self._texts[text]
        others = (self._ends[end] for end in ends(text) if end in self._ends)
        return next((self._texts[other] for other in others if copies(text, other)), None)

    def _judged(self, telling: Telling, text: str) -> bool:
        return any(self._claims[n].basis in ("opinion", "question") for n in telling.texts[text]) or judges(text)

    def _actors(self, telling: Telling) -> set[str]:
        return {self._claims[n].actor for numbers in telling.texts.values() for n in numbers}

    def _retold(self, telling: Telling, text: str) -> int | None:
        """The group of an earlier telling that has a figure and some words in common with a sentence that names no source."""
        if not figures(text) or self._judged(telling, text):
            return None
        for other, told, group in self._with(telling, figures(text)):
            near = telling.day - other.day <= NEAR and not self._actors(telling).isdisjoint(self._actors(other))
            if other.source.id != telling.source.id and weight(words(text) & words(told)) >= (1 if near else 2):
                return group
        return None

    def _with(self, telling: Telling, counted: frozenset[str]) -> Iterator[tuple[Telling, str, int]]:
        """The earlier sentences of about the same days that have one of the figures, with their tellings and groups."""
        return (found for figure in sorted(counted) for stretch in stretches((telling.day - FAR, telling.day))
                for found in self._figures.get((figure, stretch), ())[-LATEST:] if telling.day - found[0].day <= FAR)

    def _match(self, telling: Telling) -> int | None:
        """The group of the earlier telling of the same matter on the same authority, of several the one with most in common."""
        for candidates in (self._likely, self._possible):
            best, most = None, 0.0
            for other, days, already in candidates(telling):
                found = score(telling, other, days, already)
                if found > most:
                    best, most = other.group, found
            if best is not None:
                return best
        group, kind = self._labelled.get(telling.label, (None, _OWN))
        return group if telling.kind == _PRESS or telling.kind == _OWN and kind == _PRESS else None

    def _likely(self, telling: Telling) -> Iterator[Candidate]:
        """Earlier tellings that rest on the same authority and have several telling words in common."""
        if telling.kind == _OWN:
            return ((other, other.parsed.days, 0) for other in self._alike[telling.label][-LATEST:])
        return self._shelved(telling, True, FAR)

    def _possible(self, telling: Telling) -> Iterator[Candidate]:
        """Those of nearer days that have one word in common, or whose authority is named in another way."""
        if telling.kind == _OWN:
            return
        yield from self._shelved(telling, False, NEAR)
        for key in telling.parsed.keys:
            for stretch in stretches(telling.parsed.days, FAR):
                for other in self._published.get((key, stretch), ())[-LATEST:]:
                    yield other, self._own[other.source.id][1].days, 0
        if telling.kind == _WITNESS:
            yield from ((other, other.parsed.days, 1) for other in self._beside(telling) if mutual(telling, other))

    def _shelved(self, telling: Telling, several: bool, margin: int) -> Iterator[Candidate]:
        keys, topic, near = telling.parsed.keys, telling.about.topic, stretches(telling.parsed.days, margin)
        for shelves, found in ((self._told, keys), (self._begun, keys), (self._told, telling.parsed.parts)):
            for key in found:
                for stretch in near:
                    if (key, stretch) in shelves:
                        for other in shelves[key, stretch].alike(topic, several):
                            yield other, other.parsed.days, 0

    def _beside(self, telling: Telling) -> Iterable[Telling]:
        """Who may tell one thing under another name: two companies of one deal, with its figure; a surname of who speaks for it."""
        yield from (other for other, _, _ in self._with(telling, telling.about.figures) if other.kind == _WITNESS)
        for word in sorted(telling.about.topic & self._surnames.keys()):
            yield from self._surnames[word][-LATEST:]
        if self._surname(telling):
            for name in sorted(frozenset[str]().union(*map(names, telling.texts))):
                for stretch in stretches(telling.parsed.days, NEAR):
                    if (name.lower(), stretch) in self._told:
                        for several in (True, False):
                            yield from self._told[name.lower(), stretch].alike(telling.about.topic, several)

    def _surname(self, telling: Telling) -> bool:
        """Whether the label is one name alone, of nobody who is known."""
        name = telling.parsed.name
        return " " not in name and not name.isupper() and name not in telling.source.companies and name not in self._actors(telling)

    def _register(self, telling: Telling) -> None:
        label, article = telling.parsed, self._own[telling.source.id][1]
        for key in article.keys:
            for stretch in stretches(article.days):
                self._published[key, stretch].append(telling)
        if telling.kind != _WITNESS:
            self._labelled.setdefault(telling.label, (telling.group, telling.kind))
        if telling.kind == _OWN:
            self._alike[telling.label].append(telling)
            return
        if self._surname(telling):
            self._surnames[telling.about.first].append(telling)
        for stretch in stretches(label.days):
            for shelves, keys in ((self._told, label.keys), (self._begun, label.parts)):
                for key in keys:
                    shelves[key, stretch].add(telling)
