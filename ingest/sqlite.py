"""SQLite files: whether one is whole, and reading one that may not be written to."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote


def whole(path: Path) -> bool:
    """Whether the file holds all the pages that its header counts (sqlite.org/fileformat.html §1.3).

    A file with a journal beside it is taken for whole: SQLite itself brings it in order.
    """
    if any(_size(path.with_name(path.name + suffix)) for suffix in ("-wal", "-journal")):
        return True
    with path.open("rb") as file:
        head = file.read(32)
    if not head:
        return True  # an empty file is an empty database
    page = int.from_bytes(head[16:18], "big")
    return head.startswith(b"SQLite format 3\0") and _size(path) >= int.from_bytes(head[28:32], "big") * (65_536 if page == 1 else page)


def reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads, also in a folder that may not be written to or on a full disk. Raises sqlite3.Error."""
    try:
        return _connected(path, "mode=ro")
    except sqlite3.OperationalError:  # the small files that readers share cannot be made there
        if _size(path.with_name(f"{path.name}-wal")):
            raise
        return _connected(path, "mode=ro&immutable=1")


def _connected(path: Path, how: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?{how}", uri=True, check_same_thread=False, isolation_level=None, timeout=10)
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
