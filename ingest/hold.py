"""Who writes to an index on a server: a collection that the server makes for one only, with signs of life in its metadata."""

from __future__ import annotations

import os
import platform
import threading
import time
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from .folder import busy, me
from .types import UserError

_BEAT = 1.0  # seconds between two signs of life of a writer
_PATIENCE = 8.0  # seconds without one after which it counts as dead
_LEAVE = 5.0  # seconds that a writer spends on freeing the index


def take(client: Any, name: str, wait: bool) -> Any:
    """The collection that says we write to the index called `name`; `wait`: long enough to tell a dead writer by its silence.

    Raises Busy where another writes, UserError where the collection is none of ours.
    """
    from chromadb.errors import ChromaError, NotFoundError

    until = time.monotonic() + _PATIENCE
    seen = None
    while True:
        try:
            ours = client.create_collection("writer", metadata=me() | {"host": _here(), "beat": 0}, embedding_function=None)
            for left in [other.name for other in client.list_collections() if other.name.startswith("writer-")]:
                with suppress(NotFoundError):  # one that was being dropped when its writer died
                    client.delete_collection(left)
            return ours
        except ChromaError as error:
            if "already exists" not in str(error):
                raise
        try:
            other = client.get_collection("writer", embedding_function=None)
        except NotFoundError:  # freed just now
            continue
        holder = other.metadata or {}
        life = (str(other.id), holder.get("beat"))
        if "beat" not in holder:
            raise foreign(name, "writer")
        if _dead(holder) or life == seen and time.monotonic() > until:
            with suppress(NotFoundError):
                _drop(client, other)
        elif not wait or seen not in (None, life):
            raise busy(name, holder | {"host": holder["host"].split()[0]})
        else:
            seen = life
            time.sleep(_BEAT / 2)


class Life:
    """Gives signs of life beside the work, and frees the index at its end."""

    def __init__(self, client: Any, ours: Any):
        self._client, self._ours = client, ours
        self._beats = 0
        self._lost = False
        self._heard = time.time()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name="beat", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises UserError once another writer has taken over, which thought us dead."""
        if abs(time.time() - self._heard) > 3 * _BEAT:  # this machine slept, or the server did not hear us
            self._beat()
        if self._lost:
            raise UserError("Another run took the index over while this one was held up.", "Run it again; what was stored is kept.")

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(_LEAVE)  # a server that hangs holds nobody up: our silence frees the index

    def _beat(self) -> None:
        from chromadb.errors import NotFoundError

        self._beats += 1
        try:
            self._ours.modify(metadata=self._ours.metadata | {"beat": self._beats})
            self._heard = time.time()
        except NotFoundError:
            self._lost = True

    def _live(self) -> None:
        while not self._ended.wait(_BEAT):
            with suppress(Exception):  # the server is away for a moment; if for longer, the work itself will say so
                self._beat()
        with suppress(Exception):
            _drop(self._client, self._ours)


def _drop(client: Any, collection: Any) -> None:
    """Deletes this very collection, not another that has its name by now. Raises NotFoundError where it is gone."""
    name = f"writer-{uuid.uuid4()}"
    collection.modify(name=name)
    client.delete_collection(name)


def _here() -> str:
    """This machine, and where there are such, its space of process numbers."""
    try:
        return f"{platform.node()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return platform.node()


def _dead(holder: dict[str, Any]) -> bool:
    """Whether the process that wrote this ran here, and is no more."""
    if holder.get("host") != _here() or os.name == "nt":  # Windows would end the process that is asked after
        return False
    try:
        os.kill(int(holder["process"]), 0)
    except OSError as error:
        return isinstance(error, ProcessLookupError)
    return False


def foreign(name: str, collection: str) -> UserError:
    """The error of a server where a collection of a name of ours is somebody else's."""
    return UserError(f"{name} holds a collection called {collection} that is not Longhaul's.",
                     "Set LONGHAUL_INDEX_DATABASE to a database of its own.")
