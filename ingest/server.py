"""An index on a Chroma server: one writer by a collection that only one can make, and a view in this user's cache."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from .folder import busy, me
from .types import Record, UserError

_BEAT = 1.0  # seconds between two signs of life of a writer
_PATIENCE = 8.0  # seconds without one after which it counts as dead
_ANSWER = 10.0  # seconds that a short request may take
_BULK = 120.0  # and one with many rows


class Server:
    """Where an index lies behind an address. `files`: this user's view of it; `kept`: what people add here by hand."""

    def __init__(self, url: str, token: str | None = None, tenant: str = "default_tenant", database: str = "default_database",
                 view: Path | None = None):
        """The server at `url`. `view`: the folder for the view of it; one in the user's cache if not given. Raises UserError."""
        from platformdirs import user_cache_path, user_data_path

        parts = urlsplit(url)
        try:
            self._address = {"host": parts.hostname, "port": parts.port or (443 if parts.scheme == "https" else 8000),
                             "ssl": parts.scheme == "https"}
        except ValueError:  # a port that is no number
            self._address = {"host": None}
        if parts.scheme not in ("http", "https") or not self._address["host"] or parts.path.strip("/") or parts.query or parts.username:
            raise UserError(f"{re.sub('//[^/]*@', '//', url)} is not the address of a Chroma server.",
                            "Write it as http://host:port; a token goes into LONGHAUL_INDEX_TOKEN.")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.name = f"{parts.scheme}://{host}:{self._address['port']}"
        self._tenant, self._database = tenant, database
        # a Chroma server takes the one, Chroma Cloud and many a proxy before a server the other
        self._headers = {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
        key = hashlib.sha256("\0".join([self.name, tenant, database]).encode()).hexdigest()[:8]
        folder = f"{re.sub(r'[^a-z0-9.-]', '-', parts.hostname)}-{self._address['port']}-{key}"
        self.files = view or user_cache_path("longhaul", appauthor=False) / "servers" / folder
        self.kept = user_data_path("longhaul", appauthor=False) / "servers" / folder

    def exists(self) -> bool:
        """Whether an index is there. Raises UserError."""
        return self.peek().schema > 0

    def peek(self) -> Record:
        """What the store says of itself; schema 0 where there is none. Raises UserError where the server does not answer well."""
        import httpx

        path = f"/api/v2/tenants/{quote(self._tenant, safe='')}/databases/{quote(self._database, safe='')}/collections/articles"
        try:
            reply = httpx.get(self.name + path, headers=self._headers, timeout=_ANSWER, verify=self._address["ssl"])
            body = reply.json() if reply.status_code not in (401, 403) else {}
            if reply.status_code == 200:
                return Record.of(body["metadata"]) or Record(0)
            if reply.status_code == 404 and body["error"] == "NotFoundError":
                return Record(0)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self.silent(error) from error
        except (ValueError, LookupError, TypeError):  # no JSON, or not Chroma's
            pass
        if reply.status_code in (401, 403):
            raise UserError(f"The Chroma server at {self.name} does not let us in ({reply.status_code}).",
                            "Set LONGHAUL_INDEX_TOKEN to a token that it takes.")
        raise UserError(f"{self.name} does not answer as a Chroma server does ({reply.status_code}).",
                        "Check the address; start one with: chroma run --path FOLDER --port PORT")

    def silent(self, error: Exception) -> UserError:
        """The error of a server that is down or too slow."""
        import httpx

        slow = isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout)
        return UserError(f"The Chroma server at {self.name} " + ("takes too long to answer." if slow else "cannot be reached."),
                         "Try again when it is up; check the address in --index or LONGHAUL_INDEX.")

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """A Chroma client, closed afterwards. Raises UserError, Chroma's errors and httpx's."""
        import chromadb
        import httpx
        from chromadb.config import Settings
        from chromadb.errors import NotFoundError

        self.peek()  # Chroma's own client would wait for a silent server for ever
        try:
            client = chromadb.HttpClient(**self._address, headers=dict(self._headers), tenant=self._tenant, database=self._database,
                                         settings=Settings(anonymized_telemetry=False))
        except (NotFoundError, ValueError) as error:
            raise UserError(f"The Chroma server at {self.name} has no database {self._database!r} of the tenant {self._tenant!r}.",
                            "Set LONGHAUL_INDEX_TENANT and LONGHAUL_INDEX_DATABASE to ones that it has.") from error
        client._server._session.timeout = httpx.Timeout(_BULK, connect=_ANSWER)  # the client sets none, and takes none
        try:
            yield client
        finally:
            client.close()

    @contextmanager
    def held(self, wait: bool = True) -> Iterator[Callable[[], None]]:
        """Holds the index for writing; yields what raises once the hold is lost. Raises Busy where another writes.

        A writer that died is recognised at once where it ran on this machine, else, if `wait`, by its silence.
        """
        with self.opened() as client:
            ours = self._take(client, wait)
            life = _Life(ours)
            try:
                yield life.check
            finally:
                life.stop()
                with suppress(Exception):  # the server may be gone; then our silence frees the index
                    _drop(client, ours)

    def _take(self, client: Any, wait: bool) -> Any:
        """The collection that says we write: a server makes it for one only."""
        from chromadb.errors import ChromaError, NotFoundError

        until = time.monotonic() + _PATIENCE
        seen = None
        while True:
            try:
                return client.create_collection("writer", metadata=me() | {"host": _here(), "beat": 0}, embedding_function=None)
            except ChromaError as error:
                if "already exists" not in str(error):
                    raise
            try:
                other = client.get_collection("writer", embedding_function=None)
            except NotFoundError:  # freed just now
                continue
            life = (str(other.id), (other.metadata or {}).get("beat"))
            if _dead(other.metadata or {}) or life == seen and time.monotonic() > until:
                with suppress(NotFoundError):
                    _drop(client, other)
            elif not wait or seen not in (None, life):
                raise busy(self.name, (other.metadata or {}) | {"host": str((other.metadata or {}).get("host", "?")).split()[0]})
            else:
                seen = life
                time.sleep(_BEAT / 2)


class _Life:
    """Gives signs of life beside the work."""

    def __init__(self, ours: Any):
        self._ours = ours
        self._lost = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="beat", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises UserError once another writer has taken over, which thought us dead."""
        if self._lost:
            raise UserError("Another run took the index over while this one was held up.", "Run it again; what was stored is kept.")

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        from chromadb.errors import NotFoundError

        beats = 0
        while not self._ended.wait(_BEAT):
            beats += 1
            try:
                self._ours.modify(metadata=self._ours.metadata | {"beat": beats})
            except NotFoundError:
                self._lost = True
                return
            except Exception:  # noqa: BLE001 - the server is away for a moment; if for longer, the work itself will say so
                continue


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
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
