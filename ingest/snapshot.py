"""One state of the index, for reading: every search, filter and text of a question comes from the same state."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .sources import NEVER, day, load_source
from .types import Article, Chunk, Entry, Filter, Record, Source, UserError
from .view import SHIFT
from .words import terms

_TITLE_WEIGHT = 0.5  # of a word in the title beside one in the text: the title stands over every chunk of an article
# Rows that a lexical search looks at: rarer words come first, and the commonest find nothing by themselves once this many
# rows are in hand (Lucene's "common terms query"). A corpus of a few thousand chunks never comes near it.
_POSTINGS = 40_000
_TIES = 40  # more than are asked for, so that equal scores at the end do not fall out by chance


@dataclass
class Loaded:
    """What stays in memory from question to question while the state is the same.

    `vectors`: (chunks, dimensions), float32, of unit length; `rows`: the row number of each.
    """

    state: str
    vectors: np.ndarray
    rows: np.ndarray
    frequency: dict[str, int] = field(default_factory=dict)


def load(db: sqlite3.Connection) -> Loaded:
    """Reads the vectors of the view that `db` is a reader of."""
    record = Record.of(dict(db.execute("SELECT name, value FROM state").fetchall()))
    numbers, parts = [], []
    for number, blob, chunks in db.execute("SELECT v.article, v.vectors, a.chunks FROM vectors v JOIN articles a ON a.number = v.article "
                                           "ORDER BY v.article"):
        numbers.append((number << SHIFT) + np.arange(chunks))
        parts.append(np.frombuffer(blob, dtype="<f4").reshape(chunks, -1))
    empty = not parts
    return Loaded(record.state if record else "", np.zeros((0, 1), np.float32) if empty else np.concatenate(parts),
                  np.zeros(0, np.int64) if empty else np.concatenate(numbers))


class Snapshot:
    """Reads one state of the index; to be closed. Whoever writes meanwhile changes nothing in it."""

    def __init__(self, db: sqlite3.Connection, loaded: Loaded):
        self._db = db
        self._loaded = loaded

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
        where, values = _where(filter)
        rows = self._db.execute(f"SELECT source FROM articles a WHERE {where} ORDER BY event, id", values)
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
        for source, digest, text, spans, vectors in self._db.execute(
                "SELECT a.source, a.hash, t.text, t.spans, v.vectors FROM articles a JOIN texts t ON t.article = a.number "
                "JOIN vectors v ON v.article = a.number ORDER BY a.id"):
            article = Article(load_source(source), text)
            chunks = tuple(_chunk(article, n, *span) for n, span in enumerate(_spans(spans)))
            yield Entry(article, digest, chunks, np.frombuffer(vectors, dtype="<f4").reshape(len(chunks), -1))

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
        if not len(self._loaded.rows):
            return []
        scores = self._loaded.vectors @ vector.astype(np.float32)
        rows, filter = self._loaded.rows, self._needed(filter)
        if filter and filter != Filter(undated=filter.undated):
            where, values = _where(filter)
            passing = np.array([row[0] for row in self._db.execute(f"SELECT number FROM articles a WHERE {where}", values)], np.int64)
            kept = np.isin(rows >> SHIFT, passing)
            scores, rows = scores[kept], rows[kept]
        first = np.argpartition(-scores, min(k + _TIES, len(scores)) - 1)[:k + _TIES] if len(scores) else []
        return self._best({int(rows[at]): float(scores[at]) for at in first}, k)

    def lexical(self, query: str, k: int, filter: Filter | None = None) -> list[tuple[Chunk, float]]:
        """The `k` chunks that share words with `query`, with their BM25 score (more is better)."""
        wanted = list(dict.fromkeys(terms(query)))[:64]
        chosen, found = [], 0
        for term, count in sorted(self.frequency(wanted).items(), key=lambda pair: pair[1]):
            if chosen and found + count > _POSTINGS:
                break
            chosen += [term] * (count > 0)
            found += count
        if not chosen:
            return []
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in chosen)
        where, values = _where(self._needed(filter))
        # the + keeps SQLite from looking up row after row; it scans the words and drops what does not pass
        narrow = "" if where == "1" else f"AND +(rowid >> {SHIFT}) IN (SELECT number FROM articles a WHERE {where})"
        rows = self._db.execute(f"SELECT rowid, -bm25(words, {_TITLE_WEIGHT}, 1.0) AS score FROM words WHERE words MATCH ? {narrow} "
                                "ORDER BY score DESC LIMIT ?", [match, *values, k + _TIES])
        return self._best(dict(rows.fetchall()), k)

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
        if filter and filter.as_of and filter.undated:
            latest = self._db.execute("SELECT coalesce(max(known), 0) FROM articles WHERE known < ?", [NEVER]).fetchone()[0]
            if latest <= day(filter.as_of, 0):
                return replace(filter, as_of=None)
        return filter

    def _best(self, scores: dict[int, float], k: int) -> list[tuple[Chunk, float]]:
        """The `k` best rows as chunks; equal scores by id, so that it does not matter in which order articles came in."""
        numbers = sorted({row >> SHIFT for row in scores})
        rows = self._db.execute("SELECT a.number, a.source, t.text, t.spans FROM articles a JOIN texts t ON t.article = a.number "
                                f"WHERE a.number IN ({','.join(map(str, numbers))})")
        articles = {number: (Article(load_source(source), text), _spans(spans)) for number, source, text, spans in rows}
        place = (1 << SHIFT) - 1
        found = []
        for row, score in scores.items():
            article, spans = articles[row >> SHIFT]
            found.append((_chunk(article, row & place, *spans[row & place]), round(score, 6)))
        return sorted(found, key=lambda pair: (-pair[1], pair[0].id))[:k]


def _chunk(article: Article, n: int, start: int, end: int) -> Chunk:
    return Chunk(f"{article.source.id}#{n}", article.source, article.text[start:end], start, end)


def _spans(blob: bytes) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in np.frombuffer(blob, dtype="<i8").reshape(-1, 2)]


def _where(filter: Filter | None) -> tuple[str, list]:
    """A filter as SQL over `articles a`."""
    parts, values = [], []
    for kind, names in (("company", filter.companies), ("publisher", filter.publishers)) if filter else ():
        if names:
            parts.append(f"a.number IN (SELECT article FROM tags WHERE kind = '{kind}' AND value IN ({','.join('?' * len(names))}))")
            values.extend(names)
    if filter and filter.since:
        parts.append("a.event >= ?")
        values.append(day(filter.since, 0))
    if filter and filter.until:
        parts.append("a.event BETWEEN 1 AND ?")
        values.append(day(filter.until, 0))
    if filter and filter.as_of:
        parts.append("(a.known <= ? OR a.known = ?)")
        values += [day(filter.as_of, 0), NEVER if filter.undated else -1]
    return " AND ".join(parts) or "1", values

