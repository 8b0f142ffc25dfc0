"""The view: one SQLite file that holds the whole index for reading. Made from Chroma, and made anew at any time."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from . import ledger
from .sources import dump_source, event_day, known_day
from .sqlite import reading, whole
from .types import Entry, Record, UserError
from .words import terms

VERSION = 5
SHIFT = 20  # a chunk's row number is its article's number << SHIFT, plus its place in the article

_SCHEMA = f"""
CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE articles (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, hash TEXT NOT NULL, source TEXT NOT NULL,
                       event INTEGER NOT NULL, known INTEGER NOT NULL, chunks INTEGER NOT NULL);
CREATE INDEX articles_days ON articles (known, event, chunks);
CREATE TABLE tags (kind TEXT, value TEXT, article INTEGER, PRIMARY KEY (kind, value, article)) WITHOUT ROWID;
CREATE INDEX tags_article ON tags (article);
CREATE TABLE texts (article INTEGER PRIMARY KEY, text TEXT NOT NULL, spans BLOB NOT NULL);
CREATE TABLE vectors (article INTEGER PRIMARY KEY, vectors BLOB NOT NULL);
{ledger.SCHEMA}
CREATE VIRTUAL TABLE words USING fts5 (title, text, tokenize = "unicode61 remove_diacritics 0 tokenchars '.,:&+'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row);
PRAGMA user_version = {VERSION};
"""


class View:
    """One writer, any number of readers: what is written shows all at once, and a reader keeps to what it began with."""

    def __init__(self, path: Path):
        self.path = path

    def record(self) -> Record | None:
        """What the view holds; None where there is no view, or none that can be read."""
        try:
            db = self.connect()
        except sqlite3.Error:
            return None
        try:
            return Record.of(dict(db.execute("SELECT name, value FROM state").fetchall()))
        except sqlite3.DatabaseError:
            return None
        finally:
            db.close()

    def connect(self) -> sqlite3.Connection:
        """A reader's connection, in a transaction of its own; an empty view where there is no file. Raises sqlite3.Error."""
        if not self.path.is_file():
            db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
            db.executescript(_SCHEMA)
        elif not whole(self.path):
            raise sqlite3.DatabaseError(f"{self.path} is cut off")
        else:
            db = reading(self.path)
        try:
            db.execute("BEGIN")
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise UserError(f"{self.path} was made by a newer Longhaul.", "Update Longhaul, or name another index with --index.")
            if version != VERSION:
                raise sqlite3.DatabaseError(f"{self.path} is of another version")
        except (sqlite3.Error, UserError):
            db.close()
            raise
        return db

    def hashes(self) -> dict[str, str]:
        """The content hash of each article; none where the view cannot be read."""
        if self.record() is None:
            return {}
        db = self.connect()
        try:
            return dict(db.execute("SELECT id, hash FROM articles").fetchall())
        finally:
            db.close()

    def write(self, gone: Iterable[str], entries: Iterable[Entry], record: Record, still: Callable[[], bool] = lambda: True) -> bool:
        """Takes articles out and puts others in, all at once. Raises sqlite3.Error, and what `entries` raises.

        Changes nothing and returns False where `still()`, asked at the end, says that the store has moved on.
        """
        db = self._writable()
        try:
            db.execute("BEGIN IMMEDIATE")
            changed = False
            for id in gone:
                _delete(db, id)
                changed = True
            for entry in entries:
                _delete(db, entry.article.source.id)
                _insert(db, entry)
                changed = True
            if changed:
                ledger.share(db)
            # row numbers are this edition's own: two editions of one state may number their articles otherwise
            db.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", [*asdict(record).items(), ("edition", uuid.uuid4().hex)])
            kept = still()
            db.execute("COMMIT" if kept else "ROLLBACK")
            if kept:  # a read-only copy of the folder then needs one file only; a reader that is slow holds no run up
                db.execute("PRAGMA busy_timeout = 200")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return kept
        finally:
            db.close()  # which rolls back what was not committed

    def discard(self) -> None:
        """Removes the file, which is damaged; readers that hold it open keep it. Raises OSError."""
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _writable(self) -> sqlite3.Connection:
        """A writer's connection; a view that is damaged or of another version is made anew, empty."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.connect().close()
        except sqlite3.OperationalError:  # locked, or not allowed: no reason to throw it away
            raise
        except sqlite3.DatabaseError:
            self.discard()
        db = sqlite3.connect(self.path, isolation_level=None, timeout=60)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        except sqlite3.Error:
            db.close()
            raise
        return db


def spans_of(blob: bytes) -> list[tuple[int, int]]:
    """The spans of an article's chunks, as the view holds them."""
    return [(int(start), int(end)) for start, end in np.frombuffer(blob, dtype="<i8").reshape(-1, 2)]


def _insert(db: sqlite3.Connection, entry: Entry) -> None:
    source = entry.article.source
    number = db.execute("INSERT INTO articles (id, hash, source, event, known, chunks) VALUES (?, ?, ?, ?, ?, ?)",
                        [source.id, entry.digest, dump_source(source), event_day(source), known_day(source),
                         len(entry.chunks)]).lastrowid
    spans = np.array([(chunk.start, chunk.end) for chunk in entry.chunks], dtype="<i8")
    db.execute("INSERT INTO texts VALUES (?, ?, ?)", [number, entry.article.text, spans.tobytes()])
    db.execute("INSERT INTO vectors VALUES (?, ?)", [number, entry.vectors.astype("<f4").tobytes()])
    ledger.insert(db, number, entry.article, entry.ledger)
    tags = [("company", name, number) for name in source.companies] + [("publisher", name, number) for name in source.publishers]
    db.executemany("INSERT OR IGNORE INTO tags VALUES (?, ?, ?)", tags)
    title = " ".join(terms(source.title))
    db.executemany("INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                   [((number << SHIFT) + n, title, " ".join(terms(chunk.text))) for n, chunk in enumerate(entry.chunks)])


def _delete(db: sqlite3.Connection, id: str) -> None:
    row = db.execute("SELECT number FROM articles WHERE id = ?", [id]).fetchone()
    if row:
        ledger.delete(db, row[0])
        db.execute("DELETE FROM words WHERE rowid BETWEEN ? AND ?", [row[0] << SHIFT, (row[0] + 1 << SHIFT) - 1])
        for table, key in (("tags", "article"), ("texts", "article"), ("vectors", "article"), ("articles", "number")):
            db.execute(f"DELETE FROM {table} WHERE {key} = ?", row)
