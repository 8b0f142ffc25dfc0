"""An index in a folder: Chroma embedded, one writer by a file lock."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from . import hnsw
from .sqlite import reading, sound, whole
from .types import Busy, Record, UserError

_QUICK = 200 << 20  # bytes that are read through in a second or two
_WAIT = 1.0  # seconds that a writer waits for another: a reader that brings the view up to the store is soon done


class Folder:
    """Where an index lies on this machine. `files`: the view; `kept`: what people add by hand, which no rebuild touches."""

    def __init__(self, path: str | Path):
        self.files = self.kept = Path(path).expanduser()
        self.name = str(self.files)
        self._chroma = self.files / "chroma"
        self._database = self._chroma / "chroma.sqlite3"
        try:
            if self.files.exists() and not self.files.is_dir():
                raise UserError(f"{self.name} is no folder.", "Name another with --index.")
            if self.files.exists() and not os.access(self.files, os.R_OK | os.X_OK):
                raise PermissionError(None, "Permission denied")
        except OSError as error:
            raise UserError(f"The index {self.name} cannot be read: {error.strerror}", "Allow it, or name another with --index.") from error

    def exists(self) -> bool:
        """Whether Chroma's files are there."""
        return os.access(self._database, os.F_OK)  # is_file() raises where it may not be looked at

    def peek(self) -> Record | None:
        """What the store says of itself, without opening Chroma; None where that cannot be told so.

        Reads two tables of Chroma's own SQLite file, as Chroma 1.x lays them out. Whoever needs certainty opens it.
        """
        try:
            if not self.exists() or not whole(self._database):
                return None
            with closing(reading(self._database)) as db:
                rows = db.execute("SELECT m.key, coalesce(m.str_value, m.int_value, m.bool_value) FROM collections c "
                                  "JOIN collection_metadata m ON m.collection_id = c.id WHERE c.name = 'articles'").fetchall()
        except (sqlite3.Error, OSError):  # being written to, damaged, or laid out otherwise
            return None
        return Record.of(dict(rows))

    @contextmanager
    def held(self, wait: bool = True) -> Iterator[Callable[[], None]]:
        """Holds the index for writing. Raises Busy where another does, UserError where it may not be written to."""
        import filelock

        lock = filelock.FileLock(self.files / "lock")
        holder = self.files / "writer.json"
        try:
            self.files.mkdir(parents=True, exist_ok=True)
            for path in [self.files, *self.files.glob("view.sqlite*"), self._chroma, *self._chroma.glob("**/*")]:
                if path.exists() and not os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)):
                    raise PermissionError(None, f"{path.name} may not be written to" if path != self.files else "it may not be written to")
            lock.acquire(timeout=_WAIT if wait else 0)
        except filelock.Timeout as error:
            raise busy(self.name, _read(holder)) from error
        except OSError as error:
            raise UserError(f"The index {self.name} cannot be written to: {error.strerror or error}",
                            "Allow it, or name another folder with --index.") from error
        try:
            with suppress(OSError):  # only for the message above
                holder.write_text(json.dumps(me()), "utf-8")
            yield lambda: None
        finally:
            with suppress(OSError):
                holder.unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """A Chroma client, closed afterwards: one that stays open does not see what others write. Raises Chroma's errors."""
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient as Shared
        from chromadb.config import Settings

        if self.suspect() and (broken := hnsw.damaged(self._chroma)):
            raise UserError(f"The index {self.name} cannot be used: its vectors in {broken} are damaged.",
                            "Move this folder away and ingest again, or name another with --index.")
        try:
            client = chromadb.PersistentClient(str(self._chroma), settings=Settings(anonymized_telemetry=False))
        except BaseException:
            # Chroma keeps what did not start, and would give it to the next who opens this folder
            if str(self._chroma) not in Shared._identifier_to_refcount:
                Shared._identifier_to_system.pop(str(self._chroma), None)
            raise
        try:
            yield client
        finally:
            client.close()

    def calm(self) -> None:
        """Waits for nothing: what a run that was cut off had under way here ended with it."""

    def damaged(self) -> bool:
        """Whether the store is gone, cut off or overwritten, as far as can be told without Chroma."""
        return not self.exists() or not whole(self._database) or self.suspect() and (
            not sound(self._database) or hnsw.damaged(self._chroma) is not None)

    def suspect(self) -> bool:
        """Whether the store is to be read through before it is used: after a run that was cut off, and where that takes no time."""
        record = self.peek()
        return record is None or record.writing or self._database.stat().st_size < _QUICK

    def set_aside(self) -> Path | None:
        """Moves a damaged store out of the way, beside the index; where there was one, says where to."""
        if not self._chroma.exists():
            return None
        number = next(n for n in range(1, 10_000) if not (self.files / f"chroma.damaged-{n}").exists())
        return self._chroma.rename(self.files / f"chroma.damaged-{number}")


def me() -> dict[str, Any]:
    """Who writes here, for whoever else wants to."""
    return {"host": platform.node(), "process": os.getpid(), "since": datetime.now().astimezone().isoformat(timespec="seconds")}


def busy(name: str, holder: dict[str, Any]) -> Busy:
    """The error that says who is writing, and since when."""
    who = f"process {holder['process']} on {holder['host']}, since {_when(holder['since'])}" if holder else "a process that left no name"
    return Busy(f"Another run is writing to {name}: {who}.", "Wait until it is done, then try again.")


def _when(since: str) -> str:
    """A time of day; before today with its date."""
    start = datetime.fromisoformat(since).astimezone()
    return f"{start:%H:%M:%S}" if start.date() == datetime.now().date() else f"{start:%H:%M on %Y-%m-%d}"


def _read(holder: Path) -> dict[str, Any]:
    try:
        return json.loads(holder.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
