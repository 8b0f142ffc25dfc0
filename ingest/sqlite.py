"""SQLite files: whether one is whole, and reading one that may not be written to."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

_LITTLE = 1 << 20  # bytes free


def whole(path: Path) -> bool:
    """Whether the file holds all the pages that its header counts (sqlite.org/fileformat.html §1.3). Raises sqlite3.Error.

    A file with a journal beside it is taken for whole: SQLite itself brings it in order.
    """
    if any(_size(path.with_name(path.name + suffix)) for suffix in ("-wal", "-journal")):
        return True
    try:
        with path.open("rb") as file:
            head = file.read(32)
    except OSError as error:
        raise sqlite3.OperationalError(f"{path} cannot be read: {error.strerror}") from error
    if not head:
        return True  # an empty file is an empty database
    page = int.from_bytes(head[16:18], "big")
    return head.startswith(b"SQLite format 3\0") and _size(path) >= int.from_bytes(head[28:32], "big") * (65_536 if page == 1 else page)


def sound(path: Path) -> bool:
    """Whether every page is in order. Reads the whole file, after a journal beside it has been played back."""
    try:
        with closing(sqlite3.connect(path, timeout=10)) as db:
            return db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        return not corrupt(error)


def corrupt(error: BaseException) -> bool:
    """Whether SQLite says that a file is damaged, rather than locked, full or not allowed."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    lost = code == sqlite3.SQLITE_ERROR and str(error).startswith("no such")  # a table that was there when the file was made
    return isinstance(error, sqlite3.DatabaseError) and (code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or lost)


def damage(text: str) -> sqlite3.DatabaseError:
    """What SQLite would raise, for damage that only we can see."""
    error = sqlite3.DatabaseError(text)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def reading(path: Path) -> sqlite3.Connection:
    """A connection that only reads, also in a folder that may not be written to or on a full disk. Raises sqlite3.Error."""
    try:
        return _connected(path, "mode=ro")
    except sqlite3.OperationalError:
        if os.access(path.parent, os.W_OK) and shutil.disk_usage(path.parent).free > _LITTLE:
            time.sleep(0.05)  # a writer that is just leaving takes the small files along that readers share
            # what a writer that was cut off had begun is undone by SQLite itself, where it may
            return _connected(path, "mode=rw" if _size(path.with_name(f"{path.name}-journal")) else "mode=ro")
        if _size(path.with_name(f"{path.name}-journal")):
            raise
        # those files cannot be made there, and nobody writes: it may be read without them
        return _copied(path) if _size(path.with_name(f"{path.name}-wal")) else _connected(path, "mode=ro&immutable=1")


def _connected(path: Path, how: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"file:{quote(str(path.absolute()))}?{how}", uri=True, check_same_thread=False, isolation_level=None, timeout=10)
    try:
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        db.close()
        raise
    return db


def _copied(path: Path) -> sqlite3.Connection:
    """The file with what its journal adds, in memory: a writer that was cut off left it so, and nobody may tidy up there."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name in (path.name, f"{path.name}-wal"):
                shutil.copyfile(path.with_name(name), Path(folder, name))
            with closing(sqlite3.connect(Path(folder, path.name))) as copy:
                db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
                copy.backup(db)
                return db
    except OSError as error:
        raise sqlite3.OperationalError(f"{path} cannot be read: {error.strerror}") from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
