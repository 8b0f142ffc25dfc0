"""One state of the index, for reading: every search, filter and text of a question comes from the same state."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from . import ledger
from .loaded import Loaded
from .sources import NEVER, day, load_source
from .types import FIRM, Article, Chunk, Claim, Entry, Filter, Relation, Source, UserError
from .view import SHIFT, spans_of
from .where import where
from .words import terms

_TITLE_WEIGHT = 0.5  # of a word in the title beside one in the text: the title stands over every chunk of an article
# Rows that a lexical search looks at: rarer words come first, and the commonest find nothing by themselves once this many
# rows are in hand (Lucene's "common terms query"); in the best of what was found they count. A corpus of a few thousand
# chunks never comes near it.
_POSTINGS = 20_000
_WEIGHED = 400  # so many of the best; where a filter lets no more pass, all of these
_TIES = 40  # more than are asked for, so that equal ones at the end are seldom cut apart
_NARROW = 0.25  # a filter that lets less than this share of the chunks pass is quicker kept to by comparing those alone
_SLACK = 1e-5  # more than a sum of float32 is off by


class Snapshot:
    """Reads one state of the index; to be closed. Whoever writes meanwhile changes nothing in it."""

    def __init__(self, db: sqlite3.Connection, loaded: Loaded):
        self._db = db
        self._loaded = loaded
        self._passed: dict[Filter | None, np.ndarray | None] = {}
        self._articles: dict[int, tuple[Article, list[tuple[int, int]]]] = {}

    def __enter__(self) -> Snapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @property
    def state(self) -> str:
        """A hash of what is stored: equal for equal articles; "" for none."""
        return self._loaded.state

    @property
    def counts(self) -> tuple[int, int]:
        """How many articles and chunks there are."""
        row = self._db.execute("SELECT count(*), coalesce(sum(chunks), 0) FROM articles").fetchone()
        return row[0], row[1]

    def sources(self, filter: Filter | None = None) -> list[Source]:
        """The sources of the articles that pass `filter`, by date and id."""
        condition, values = where(filter)
        rows = self._db.execute(f"SELECT source FROM articles a WHERE {condition} ORDER BY event, id", values)
        return [load_source(row[0]) for row in rows]

    def article(self, id: str) -> Article:
        """The article of this id. Raises UserError."""
        row = self._db.execute("SELECT a.source, t.text FROM articles a JOIN texts t ON t.article = a.number WHERE a.id = ?",
                               [id]).fetchone()
        if not row:
            raise UserError(f"No article is called {id!r}.", "longhaul articles list shows the ids.")
        return Article(load_source(row[0]), row[1])

    def entries(self) -> Iterator[Entry]:
        """Every article as it is stored, by id."""
        for number, source, digest, text, spans, vectors in self._db.execute(
                "SELECT a.number, a.source, a.hash, t.text, t.spans, v.vectors FROM articles a JOIN texts t ON t.article = a.number "
                "JOIN vectors v ON v.article = a.number ORDER BY a.id"):
            article = Article(load_source(source), text)
            chunks = tuple(_chunk(article, n, *span) for n, span in enumerate(spans_of(spans)))
            yield Entry(article, digest, chunks, np.frombuffer(vectors, dtype="<f4").reshape(len(chunks), -1),
                        ledger.read(self._db, number, article))

    def claims(self, filter: Filter = Filter(), article: str | None = None, least: float = FIRM,
               besides: Iterable[str] = ()) -> list[Claim]:
        """The claims about the filter's companies, by day; of one article where its id is given.

        Those of less confidence than `least` only where `besides` has their id.
        """
        return ledger.find(self._db, filter, article, least, besides)

    def relations(self, filter: Filter = Filter(), article: str | None = None, kinds: Sequence[str] = ()) -> list[Relation]:
        """The relations, of these kinds, that the filter's companies have, by day; of one article where its id is given."""
        return ledger.find_relations(self._db, filter, article, kinds)

    def basis(self, article: str, start: int, end: int) -> str | None:
        """The basis of what stands from `start` to `end` in the article of this id: of several sentences that of the least firm.

        What is no sentence, such as a heading, is reported; None where the article has no ledger.
        """
        row = self._db.execute("SELECT number FROM articles WHERE id = ?", [article]).fetchone()
        bases = ledger.bases(self._db, row[0]) if row else ()
        return max((basis for left, right, basis in bases if left < end and start < right), key=ledger.BASES.index,
                   default="reported" if bases else None)

    def publishers(self, name: str) -> list[str]:
        """The publishers in the corpus whose name holds `name`, in any case."""
        rows = self._db.execute("SELECT DISTINCT value FROM tags WHERE kind = 'publisher' AND instr(lower(value), lower(?)) "
                                "ORDER BY value", [name.strip()])
        return [row[0] for row in rows]

    def companies(self, name: str) -> list[str]:
        """The company in the corpus whose name is `name`, in any case."""
        rows = self._db.execute("SELECT DISTINCT value FROM tags WHERE kind = 'company' AND lower(value) = lower(?) ORDER BY value",
                                [name.strip()])
        return [row[0] for row in rows]

    def dense(self, vector: np.ndarray, k: int, filter: Filter | None = None) -> list[tuple[Chunk, float]]:
        """The `k` chunks nearest to a vector of unit length, with their cosine similarity. Exact: every chunk is compared."""
        vectors, at = self._loaded.vectors, self._passing(filter)
        if not len(vectors) or at is not None and not len(at):
            return []
        if at is None:
            scores = vectors @ vector.astype(np.float32)
        else:
            few = len(at) < _NARROW * len(vectors)
            scores = vectors[at] @ vector.astype(np.float32) if few else (vectors @ vector.astype(np.float32))[at]
        last = max(len(scores) - k, 0)
        near = np.flatnonzero(scores >= np.partition(scores, last)[last] - _SLACK)
        near = near if at is None else at[near]
        # once more and finer: what BLAS gives depends in its last digits on where a row lies
        sums = (vectors[near] * vector.astype(np.float64)).sum(axis=1)
        return self._best(dict(zip(self._loaded.rows[near].tolist(), sums.tolist(), strict=True)), k)

    def lexical(self, query: str, k: int, filter: Filter | None = None) -> list[tuple[Chunk, float]]:
        """The `k` chunks that share words with `query`, with their BM25 score (more is better)."""
        wanted = sorted((count, term) for term, count in self.frequency(list(dict.fromkeys(terms(query)))[:64]).items() if count)
        at = self._passing(filter)
        if not wanted or at is not None and not len(at):
            return []
        if sum(count for count, _ in wanted) <= _POSTINGS:
            return self._best(self._match([term for _, term in wanted], k, k + _TIES, filter), k)
        if at is not None and len(at) <= _WEIGHED:
            found = self._weigh(self._loaded.rows[at].tolist(), wanted)
            return self._best({row: score for row, score in found.items() if score}, k)
        chosen, held = [], 0
        for count, term in wanted:
            if chosen and held + count > _POSTINGS:
                break
            chosen.append(term)
            held += count
        return self._best(self._weigh(self._match(chosen, k, max(k + _TIES, _WEIGHED), filter), wanted), k)

    def _match(self, chosen: list[str], least: int, most: int, filter: Filter | None) -> dict[int, float]:
        """The best rows that hold any of the terms: up to `most`, and of equal ones all or none; more only to have `least`."""
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in chosen)
        condition, values = where(self._needed(filter))
        # the + keeps SQLite from looking up row after row; it scans the words and drops what does not pass
        narrow = "" if condition == "1" else f"AND +(rowid >> {SHIFT}) IN (SELECT number FROM articles a WHERE {condition})"
        query = (f"SELECT rowid, -bm25(words, {_TITLE_WEIGHT}, 1.0) AS score FROM words WHERE words MATCH ? {narrow} "
                 "ORDER BY score DESC LIMIT ?")
        rows = self._db.execute(query, [match, *values, most + 1]).fetchall()
        if len(rows) <= most:
            return dict(rows)
        last = rows[-1][1]
        above = {row: score for row, score in rows if score > last}
        return above if len(above) >= least else {
            row: score for row, score in self._db.execute(query, [match, *values, -1]) if score >= last}

    def _weigh(self, rows: Iterable[int], wanted: list[tuple[int, str]]) -> dict[int, float]:
        """The BM25 score of these rows under all the terms, as SQLite reckons it; `wanted`: each with its frequency."""
        total = len(self._loaded.rows)
        weights = [(f" {term} ", max(math.log((total - count + 0.5) / (count + 0.5)), 1e-6)) for count, term in wanted]
        found = {}
        for row, *columns in self._db.execute(f"SELECT rowid, title, text FROM words WHERE rowid IN ({','.join(map(str, rows))})"):
            length = sum(column.count(" ") + bool(column) for column in columns)
            longer = 1.2 * (0.25 + 0.75 * length / self._loaded.length)
            title, text = (f" {column} ".replace(" ", "  ") for column in columns)  # each word has spaces of its own
            score = 0.0
            for term, weight in weights:
                count = _TITLE_WEIGHT * title.count(term) + text.count(term)
                score += weight * 2.2 * count / (count + longer)
            found[row] = score
        return found

    def frequency(self, wanted: Sequence[str]) -> dict[str, int]:
        """In how many chunks each term (ingest.words.terms) occurs, in title or text."""
        known = self._loaded.frequency
        new = [term for term in dict.fromkeys(wanted) if term not in known]
        if new:
            rows = self._db.execute(f"SELECT term, doc FROM vocabulary WHERE term IN ({','.join('?' * len(new))})", new)
            known.update(rows.fetchall())
        return {term: known.get(term, 0) for term in dict.fromkeys(wanted)}

    def _needed(self, filter: Filter | None) -> Filter | None:
        """The filter without a bound that holds nothing back: it would only cost time."""
        if filter and filter.as_of and filter.undated and self._latest <= day(filter.as_of, 0):
            filter = replace(filter, as_of=None)
        return None if filter == Filter(undated=True) else filter

    @cached_property
    def _latest(self) -> int:
        """The last day on which something became known."""
        return int(self._loaded.knowns.max(where=self._loaded.knowns < NEVER, initial=0))

    def _passing(self, filter: Filter | None) -> np.ndarray | None:
        """The places of the chunks that pass; None where all do."""
        filter = self._needed(filter)
        if filter not in self._passed:
            self._passed[filter] = self._narrowed(filter) if filter and filter != Filter() else None
        return self._passed[filter]

    def _narrowed(self, filter: Filter) -> np.ndarray:
        loaded = self._loaded
        kept = np.ones(len(loaded.numbers), bool)
        condition, values = where(replace(filter, since=None, until=None, as_of=None))
        if values:
            rows = self._db.execute(f"SELECT number FROM articles a WHERE {condition}", values).fetchall()
            kept[:] = False
            kept[np.searchsorted(loaded.numbers, np.array(rows, np.int64).reshape(-1))] = True
        if filter.since:
            kept &= loaded.events >= day(filter.since, 0)
        if filter.until:
            kept &= (loaded.events >= 1) & (loaded.events <= day(filter.until, 0))
        if filter.as_of:
            kept &= (loaded.knowns <= day(filter.as_of, 0)) | (loaded.knowns == (NEVER if filter.undated else -1))
        return np.flatnonzero(kept[loaded.owners])

    def _best(self, scores: dict[int, float], k: int) -> list[tuple[Chunk, float]]:
        """The `k` best rows as chunks; equal scores by id, so that it does not matter in which order articles came in."""
        scores = {row: round(score, 6) for row, score in scores.items()}
        if len(scores) > k:
            last = sorted(scores.values(), reverse=True)[k - 1]
            scores = {row: score for row, score in scores.items() if score >= last}
        numbers = ",".join(map(str, {row >> SHIFT for row in scores}))
        ids = dict(self._db.execute(f"SELECT number, id FROM articles WHERE number IN ({numbers})").fetchall())
        place = (1 << SHIFT) - 1
        ordered = sorted(scores, key=lambda row: (-scores[row], f"{ids[row >> SHIFT]}#{row & place}"))[:k]
        self._fetch({row >> SHIFT for row in ordered} - self._articles.keys())
        found = ((row, row & place, *self._articles[row >> SHIFT]) for row in ordered)
        return [(_chunk(article, n, *spans[n]), scores[row]) for row, n, article, spans in found]

    def _fetch(self, numbers: Iterable[int]) -> None:
        """Reads articles; they are kept as long as the snapshot is, as most are found both by words and by vectors."""
        for number, source, text, spans in self._db.execute(
                "SELECT a.number, a.source, t.text, t.spans FROM articles a JOIN texts t ON t.article = a.number "
                f"WHERE a.number IN ({','.join(map(str, numbers))})"):
            self._articles[number] = Article(load_source(source), text), spans_of(spans)


def _chunk(article: Article, n: int, start: int, end: int) -> Chunk:
    return Chunk(f"{article.source.id}#{n}", article.source, article.text[start:end], start, end)
