"""The SQLite view beside Chroma: filters, listings and lexical search (FTS5). Rebuilt from Chroma at any time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from .types import Article, Chunk, Filter, Press, Source, UserError
from .words import terms

NEVER = 99_999_999  # the `known` of a text that nobody dates: later than any day

_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS articles (id TEXT PRIMARY KEY, source TEXT, event INTEGER, known INTEGER, characters INTEGER);
CREATE TABLE IF NOT EXISTS tags (article TEXT, kind TEXT, value TEXT, PRIMARY KEY (article, kind, value)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_value ON tags (kind, value);
CREATE TABLE IF NOT EXISTS chunks (number INTEGER PRIMARY KEY, id TEXT UNIQUE, article TEXT, text TEXT, start INTEGER, stop INTEGER);
CREATE INDEX IF NOT EXISTS chunks_article ON chunks (article);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (title, text, tokenize = "unicode61 remove_diacritics 0 tokenchars '.,:&+'");
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab (words, row);
"""
_TITLE_WEIGHT = 0.5  # of a word in the title beside one in the text: the title stands over every chunk of an article


class View:
    """One SQLite file. `terms` (ingest.words) decides what a word is; SQLite only counts."""

    def __init__(self, path: Path):
        """Opens the view at `path`; one that is damaged is made anew, empty. Raises UserError."""
        try:
            self._db = _open(path)
        except sqlite3.OperationalError as error:  # locked, or not allowed
            raise UserError(f"{path} cannot be opened: {error}", "Check that the index's folder may be written to.") from error
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            self._db = _open(path)

    def close(self) -> None:
        self._db.close()

    @property
    def state(self) -> str:
        """The state of the store that this view shows."""
        row = self._db.execute("SELECT value FROM state WHERE name = 'state'").fetchone()
        return row[0] if row else ""

    def set_state(self, state: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO state VALUES ('state', ?)", [state])

    def rebuild(self, articles: Iterable[tuple[Article, list[Chunk]]], state: str) -> None:
        """Replaces everything by `articles` with their chunks."""
        self._db.execute("BEGIN")
        try:
            for table in ("articles", "tags", "chunks", "words"):
                self._db.execute(f"DELETE FROM {table}")
            for article, chunks in articles:
                self._insert(article, chunks)
            self.set_state(state)
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def put(self, article: Article, chunks: list[Chunk]) -> None:
        """Adds an article, in place of the one with its id."""
        self._db.execute("BEGIN")
        self._delete(article.source.id)
        self._insert(article, chunks)
        self._db.execute("COMMIT")

    def remove(self, article: str) -> None:
        self._db.execute("BEGIN")
        self._delete(article)
        self._db.execute("COMMIT")

    def _insert(self, article: Article, chunks: list[Chunk]) -> None:
        source = article.source
        self._db.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?)",
                         [source.id, dump_source(source), event_day(source), known_day(source), len(article.text)])
        tags = [(source.id, "company", name) for name in source.companies]
        tags += [(source.id, "publisher", name) for name in source.publishers]
        self._db.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)", tags)
        title = " ".join(terms(source.title))
        for chunk in chunks:
            number = self._db.execute("INSERT INTO chunks (id, article, text, start, stop) VALUES (?, ?, ?, ?, ?)",
                                      [chunk.id, source.id, chunk.text, chunk.start, chunk.end]).lastrowid
            self._db.execute("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                             [number, title, " ".join(terms(chunk.text))])

    def _delete(self, article: str) -> None:
        self._db.execute("DELETE FROM words WHERE rowid IN (SELECT number FROM chunks WHERE article = ?)", [article])
        for table, key in (("chunks", "article"), ("tags", "article"), ("articles", "id")):
            self._db.execute(f"DELETE FROM {table} WHERE {key} = ?", [article])

    def sources(self, filter: Filter | None = None) -> list[Source]:
        """The articles' sources by date and id, without their texts."""
        where, values = _where(filter)
        rows = self._db.execute(f"SELECT source FROM articles a WHERE {where} ORDER BY event, id", values)
        return [load_source(row[0]) for row in rows]

    def counts(self) -> tuple[int, int]:
        """How many articles and chunks there are."""
        row = self._db.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)").fetchone()
        return row[0], row[1]

    def latest(self) -> int:
        """The last day on which a text became known, as a number; 0 where none is dated."""
        return self._db.execute("SELECT coalesce(max(known), 0) FROM articles WHERE known < ?", [NEVER]).fetchone()[0]

    def publishers(self, name: str) -> list[str]:
        """The publishers whose name holds `name`, in any case."""
        rows = self._db.execute("SELECT DISTINCT value FROM tags WHERE kind = 'publisher' AND instr(lower(value), lower(?)) "
                                "ORDER BY value", [name.strip()])
        return [row[0] for row in rows]

    def companies(self, name: str) -> list[str]:
        """The companies whose name is `name`, in any case."""
        rows = self._db.execute("SELECT DISTINCT value FROM tags WHERE kind = 'company' AND lower(value) = lower(?) ORDER BY value",
                                [name.strip()])
        return [row[0] for row in rows]

    def chunks(self, ids: list[str]) -> dict[str, Chunk]:
        """The chunks of these ids."""
        marks = ",".join("?" * len(ids))
        rows = self._db.execute(f"SELECT c.id, a.source, c.text, c.start, c.stop FROM chunks c JOIN articles a ON a.id = c.article "
                                f"WHERE c.id IN ({marks})", ids)
        return {id: Chunk(id, load_source(source), text, start, stop) for id, source, text, start, stop in rows}

    def search(self, query: str, k: int, filter: Filter | None = None) -> list[tuple[str, float]]:
        """The ids of the `k` best chunks that hold any word of `query`, with their BM25 score (more is better)."""
        wanted = list(dict.fromkeys(terms(query)))[:64]
        if not wanted:
            return []
        match = " OR ".join('"' + term.replace('"', '""') + '"' for term in wanted)
        where, values = _where(filter)
        rows = self._db.execute(
            f"SELECT c.id, -bm25(words, {_TITLE_WEIGHT}, 1.0) AS score FROM words JOIN chunks c ON c.number = words.rowid "
            f"JOIN articles a ON a.id = c.article WHERE words MATCH ? AND {where} ORDER BY score DESC, c.id LIMIT ?",
            [match, *values, k])
        return [(row[0], row[1]) for row in rows]

    def frequency(self, wanted: Iterable[str]) -> dict[str, int]:
        """In how many chunks each term occurs (title or text)."""
        wanted = list(dict.fromkeys(wanted))
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})", wanted)
        return {**dict.fromkeys(wanted, 0), **dict(rows.fetchall())}


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(_SCHEMA)
    except sqlite3.Error:
        db.close()
        raise
    return db


def day(value: date | None, unknown: int) -> int:
    """A date as a number that sorts: 2025-11-03 is 20251103."""
    return value.year * 10_000 + value.month * 100 + value.day if value else unknown


def event_day(source: Source) -> int:
    """The day of the event as a number; 0 where unknown."""
    return day(source.date or source.published, 0)


def known_day(source: Source) -> int:
    """The day from which the text could be read, as a number; NEVER where unknown."""
    return day(source.known, NEVER)


def dump_source(source: Source) -> str:
    """A source as JSON."""
    def text(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return json.dumps({
        "id": source.id, "title": source.title, "url": source.url, "publisher": source.publisher,
        "date": text(source.date), "published": text(source.published), "companies": source.companies,
        "sources": [{"publisher": p.publisher, "date": text(p.date), "url": p.url} for p in source.sources],
    }, ensure_ascii=False)


def load_source(text: str) -> Source:
    """The source that `dump_source` wrote."""
    def day_of(value: str | None) -> date | None:
        return date.fromisoformat(value) if value else None

    row = json.loads(text)
    press = tuple(Press(p["publisher"], day_of(p["date"]), p["url"]) for p in row["sources"])
    return Source(row["id"], row["title"], row["url"], row["publisher"], day_of(row["date"]), day_of(row["published"]),
                  tuple(row["companies"]), press)


def _where(filter: Filter | None) -> tuple[str, list]:
    """A filter as SQL over `articles a`."""
    parts, values = ["1"], []
    for kind, names in (("company", filter.companies), ("publisher", filter.publishers)) if filter else ():
        if names:
            parts.append(f"a.id IN (SELECT article FROM tags WHERE kind = '{kind}' AND value IN ({','.join('?' * len(names))}))")
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
    return " AND ".join(parts), values
