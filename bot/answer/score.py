"""Evidence → sentences scored by how well each answers the question."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.words import STOP, stem, terms
from longhaul.ingest.words import words as words_of

from ..types import Evidence, Quote, Window
from .phrases import ANSWERS, FILLER, LEANS, NAME, NAMELESS, NUMBER_WORD, SPOT
from .question import Asked, Part
from .synonyms import synonyms

# A number that counts things: "280 data centres", not the "800" of an "800-gigabit card".
_COUNT = re.compile(rf"(?<![\w.-])(?:\d[\d.,–]*|{NUMBER_WORD})(?![\w-])", re.I)

# How much each sign counts, set on the development questions (seeds/suites).
_OWN, _AROUND, _ARTICLE, _SIMILARITY, _KIND = 1.0, 0.5, 0.5, 1.0, 0.15
_MEANT, _WITHIN = 1.0, 0.1
_SYNONYM = 0.6  # of a word's weight, where a word of like meaning stands for it
_FILLER, _CONTEXT = 0.5, 0.5  # of the weight of such words
_NEAREST = 3  # sentences that tell how near the evidence is
_NAMED = ("name", "person", "place")
_UNFIT, _BESIDE = 0.3, 0.6  # of a sentence without what is asked for, or with it at a distance


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer: its stems, those of its surroundings, and those of its article as found."""

    quote: Quote
    similarity: float
    own: frozenset[str]
    around: frozenset[str]
    article: frozenset[str]


class Scorer:
    """Scores sentences against the words of one question; rare words of the corpus count for more.

    `leaning`: a sentence that begins with "It" counts as one that names the company of its article.
    """

    def __init__(self, asked: Asked, evidence: Sequence[Evidence], corpus: Snapshot, window: Window | None = None,
                 leaning: bool = False):
        self.asked = asked
        self.evidence = evidence
        self._leaning = leaning
        self.window = window
        chunks = max(1, corpus.counts[1])
        wanted = {term for part in asked.parts for term in part.terms} | set(asked.terms)
        self.frequency = corpus.frequency(sorted(wanted))
        self.weight = {
            term: math.log((chunks + 1) / (self.frequency[term] + 0.5)) * (_FILLER if term in FILLER else 1.0)
            * (_CONTEXT if term in asked.context and term not in asked.names else 1.0) for term in wanted
        }
        self.known = frozenset(terms(asked.text))
        self.candidates = list(_candidates(evidence, leaning))
        self.meant: dict[Quote, float] = {}
        self.least_meant = 0.0
        self.raised: dict[Quote, float] = {}
        self.near: dict[Candidate, float] = {}
        self._embedder: Embedder | None = None

    @cached_property
    def best(self) -> Candidate:
        """The sentence that answers the whole question best."""
        return max(self.candidates, key=self.score)

    def covered(self, wanted: Iterable[str], words: frozenset[str]) -> float:
        """The share, by weight, of `wanted` that `words` hold: 0 to 1."""
        total = held = 0.0
        for term in wanted:
            total += self.weight[term]
            held += self.weight[term] * self.holds(words, term)
        return held / total if total else 0.0

    def holds(self, words: frozenset[str], term: str) -> float:
        """1 where `words` hold `term` or another name for it, less where they hold a word of like meaning, else 0."""
        if term in words or not words.isdisjoint(self.asked.aliases.get(term, frozenset())):
            return 1.0
        return 0.0 if words.isdisjoint(synonyms(term)) else _SYNONYM

    def unheard(self, name: str) -> bool:
        """Whether no article holds the stem of a name, or another name for it."""
        return name.isalpha() and not self.frequency.get(name, 1) and name not in self.asked.aliases

    def fits(self, candidate: Candidate, part: Part) -> float:
        """How far a sentence holds the kind of thing that `part` asks for: 0 to 1."""
        return fits(candidate.quote, part, self.known)

    def meaning(self, candidates: Sequence[Candidate], embedder: Embedder, text: str = "") -> dict[Candidate, float]:
        """The cosine between the question, or `text`, and each of some sentences."""
        vectors = embedder.embed([text or self.asked.text, *(self._meant(candidate.quote) for candidate in candidates)])
        return dict(zip(candidates, (vectors[1:] @ vectors[0]).tolist(), strict=True))

    def _meant(self, quote: Quote) -> str:
        about = _about(quote) if self._leaning else ""
        return f"{about}: {quote.text}" if about else quote.text

    def read(self, embedder: Embedder, most: int, text: str = "") -> None:
        """Takes into the scores how near in meaning to the question, or to `text`, the `most` best sentences are; the rest count as the
        least of them.

        To be done before the best sentence is asked for.
        """
        if self.candidates:
            best = {each.quote: each for each in sorted(self.candidates, key=self.score)[-most:]}
            self.meant = {each.quote: value for each, value in self.meaning(list(best.values()), embedder, text).items()}
            self.least_meant = min(self.meant.values())

    def look(self, embedder: Embedder, most: int = 8) -> None:
        """Finds how near in meaning the `most` best sentences are, without taking it into the scores."""
        self._embedder = embedder
        self.near = self.meaning(sorted(self.candidates, key=self.score)[-most:], embedder)

    def alike(self, phrase: str, text: str) -> float:
        """How near in meaning to `phrase` the nearest word of `text` is; 0 where nothing was looked at."""
        others = [word for word in dict.fromkeys(words_of(text)) if word not in STOP]
        if not self._embedder or not others:
            return 0.0
        vectors = self._embedder.embed([phrase, *others])
        return float((vectors[1:] @ vectors[0]).max())

    @property
    def nearest(self) -> float:
        """How near in meaning to the question the nearest sentences are; that of their chunk where none was read."""
        near = sorted(self.meant.values() or self.near.values(), reverse=True)[:_NEAREST]
        return sum(near) / len(near) if near else self.best.similarity

    def within(self, candidate: Candidate) -> bool:
        """Whether a sentence, or its article, is of the time that is asked about."""
        return bool(self.window) and self.window.holds(candidate.quote.source.date)

    def score(self, candidate: Candidate, part: Part | None = None) -> float:
        """How well a sentence answers the whole question, or one part of it."""
        wanted = part.terms if part else self.asked.terms
        asked = part or self.asked.parts[0]
        return (_OWN * self.covered(wanted, candidate.own) + _AROUND * self.covered(wanted, candidate.around)
                + _ARTICLE * self.covered(wanted, candidate.article) + _SIMILARITY * candidate.similarity
                + _KIND * self.fits(candidate, asked) + _WITHIN * self.within(candidate)
                + _MEANT * self.meant.get(candidate.quote, self.least_meant) + self.raised.get(candidate.quote, 0.0))


def fits(quote: Quote, part: Part, known: frozenset[str]) -> float:
    """How far a sentence holds the kind of thing that is asked for: 1 with it. A name must be one that `known` stems lack.

    "How many X" is answered by a number right before X, less surely by a number beside X, hardly by a number alone.
    """
    if part.kind not in ANSWERS:
        return 1.0
    if not (part.kind == "place" and SPOT.search(quote.text)) and (
            not ANSWERS[part.kind].search(quote.text) or part.kind in _NAMED and not _names_anew(quote.text, known)):
        return _UNFIT
    if part.unit is None:
        return 1.0
    counted = synonyms(part.unit) | {part.unit}
    for number in _COUNT.finditer(quote.text):
        if not counted.isdisjoint(map(stem, words_of(quote.text[number.end():])[:4])):
            return 1.0
    return _BESIDE if not counted.isdisjoint(terms(quote.text)) else _UNFIT


def _names_anew(text: str, known: frozenset[str]) -> bool:
    """Whether a sentence names somebody or something that the question does not."""
    said = [match.group() for match in NAME.finditer(text) if match.start() > 0 or not match.group().istitle()]
    return any(name not in NAMELESS and terms(name) and known.isdisjoint(terms(name)) for name in said)


def _about(quote: Quote) -> str:
    """Who is meant by a sentence that begins with "It": the company that its article is about."""
    return next(iter(quote.source.companies), "") if LEANS.match(quote.text) else ""


def _candidates(evidence: Sequence[Evidence], leaning: bool) -> Iterable[Candidate]:
    articles: dict[str, set[str]] = {}
    stems: dict[Quote, frozenset[str]] = {}
    for found in evidence:
        known = articles.setdefault(found.chunk.source.id, set(terms(found.chunk.source.title)))
        for quote in found.quotes:
            stems[quote] = frozenset(terms(quote.text))
            if leaning:
                stems[quote] |= frozenset(terms(_about(quote)))
            known |= stems[quote]
    for found in evidence:
        title = frozenset(terms(found.chunk.source.title))
        article = frozenset(articles[found.chunk.source.id])
        for n, quote in enumerate(found.quotes):
            around = title.union(*(stems[near] for near in found.quotes[max(0, n - 1):n + 2]))
            yield Candidate(quote, found.similarity, stems[quote], around, article)


def of_query(evidence: Sequence[Evidence], n: int) -> list[Evidence]:
    """What the query `n` found, with its nearness to that one."""
    return [replace(each, similarity=each.near[n]) for each in evidence if each.near[n] is not None]
