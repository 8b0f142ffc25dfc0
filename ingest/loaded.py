"""What a reader keeps in memory of one state of the index: the vectors, and what filters go by."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field

import numpy as np

from .sqlite import damage
from .types import Record
from .view import SHIFT


@dataclass
class Loaded:
    """What stays in memory from question to question while the state is the same.

    `vectors`: (chunks, dimensions), float32, of unit length; `rows`: the row number of each, ascending; `owners`: the place of
    its article in `numbers`, `events` and `knowns`. `length`: the mean of a chunk's words and its title's.
    """

    state: str
    vectors: np.ndarray
    rows: np.ndarray
    owners: np.ndarray
    numbers: np.ndarray
    events: np.ndarray
    knowns: np.ndarray
    length: float
    frequency: dict[str, int] = field(default_factory=dict)


def load(db: sqlite3.Connection) -> Loaded:
    """Reads the vectors of the view that `db` is a reader of. Raises sqlite3.DatabaseError where they do not fit the articles."""
    record = Record.of(dict(db.execute("SELECT name, value FROM state").fetchall()))
    found = db.execute("SELECT number, chunks, event, known FROM articles").fetchall()
    numbers, chunks, events, knowns = np.array(sorted(found), np.int64).reshape(-1, 4).T
    owners = np.repeat(np.arange(len(numbers), dtype=np.int32), chunks)
    places = np.arange(len(owners)) - np.repeat(np.cumsum(chunks) - chunks, chunks)
    vectors = np.zeros((len(owners), 1), np.float32)
    room, at, width = memoryview(b""), 0, 0
    for n, (number, blob) in enumerate(db.execute("SELECT article, vectors FROM vectors ORDER BY article")):
        if not n and len(numbers):
            width = len(blob) // 4 // int(chunks[0])
            vectors = np.empty((len(owners), width), "<f4")
            room = memoryview(vectors).cast("B")
        if n >= len(numbers) or number != numbers[n] or len(blob) != 4 * width * int(chunks[n]):
            raise damage("vectors do not fit their article")
        room[at:at + len(blob)] = blob
        at += len(blob)
    if at != vectors.nbytes:
        raise damage("vectors are missing")
    return Loaded(record.state if record else "", vectors, (numbers[owners] << SHIFT) + places, owners, numbers, events, knowns,
                  _length(db))


def _length(db: sqlite3.Connection) -> float:
    """The mean of the words in a row, as FTS5 keeps it for bm25(): the first record of its data holds, as varints, the number
    of rows and the words of each column (sqlite.org/fts5.html, "%_data")."""
    found, value = [], 0
    for byte in (db.execute("SELECT block FROM words_data WHERE id = 1").fetchone() or (b"",))[0]:
        value = value << 7 | byte & 127
        if byte < 128:
            found.append(value)
            value = 0
    return sum(found[1:]) / found[0] if found and found[0] else 1.0
