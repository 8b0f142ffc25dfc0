"""An index on a Chroma server: one writer by a collection that only one can make, and a view in this user's cache."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from . import wire
from .hold import Life, foreign, take
from .types import Record, UserError

_LAST = 3.0  # seconds; storing a thousand chunks, the most in one request, takes about two


class Server:
    """Where an index lies behind an address. `files`: this user's view of it; `kept`: what people add here by hand."""

    def __init__(self, url: str, token: str | None = None, tenant: str = "default_tenant", database: str = "default_database",
                 view: Path | None = None):
        """The server at `url`. `view`: the folder for the view of it; one in the user's cache if not given. Raises UserError."""
        from platformdirs import user_cache_path, user_data_path

        try:
            parts = urlsplit(url)
            host, port, self._ssl = parts.hostname or "", parts.port, parts.scheme == "https"
        except ValueError:  # a port that is no number, half of an IPv6 address
            host = ""
        if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc or parts.path.strip("/") or parts.query:
            raise UserError(f"{re.sub('//.*@', '//', url)} is not the address of a Chroma server.",
                            "Write it as http://host:port; a token goes into LONGHAUL_INDEX_TOKEN.")
        self._host, self._port = f"[{host}]" if ":" in host else host, port or (443 if self._ssl else 8000)
        self.name = f"{parts.scheme}://{self._host}:{self._port}"
        self._tenant, self._database = tenant, database
        token = (token or "").strip()
        if not re.fullmatch("[!-~]*", token):
            raise UserError("LONGHAUL_INDEX_TOKEN holds a character that no token has.", "Set it to the token alone, in plain letters.")
        # Chroma Cloud takes the one, a proxy before a server of one's own mostly the other; such a server itself asks for none
        self._headers = {"X-Chroma-Token": token, "Authorization": f"Bearer {token}"} if token else {}
        key = hashlib.sha256("\0".join([self.name, tenant, database]).encode()).hexdigest()[:8]
        folder = f"{re.sub(r'[^a-z0-9.-]', '-', host)}-{self._port}-{key}"
        self.files = view.expanduser() if view else user_cache_path("longhaul", appauthor=False) / "servers" / folder
        self.kept = user_data_path("longhaul", appauthor=False) / "servers" / folder
        self._made: dict[str, Any] = {}
        self._making = threading.Lock()

    def exists(self) -> bool:
        """Whether an index is there. Raises UserError."""
        return self.peek().schema > 0

    def peek(self) -> Record:
        """What the store says of itself; schema 0 where there is none. Raises UserError where the server does not answer well."""
        database = f"/api/v2/tenants/{quote(self._tenant, safe='')}/databases/{quote(self._database, safe='')}"
        reply = self._get(f"{database}/collections/articles")
        try:
            if reply.status_code == 200:
                metadata = reply.json()["metadata"]
                if metadata and "schema" not in metadata:
                    raise foreign(self.name, "articles")
                return Record.of(metadata) or Record(0)
            if self._get(database).status_code == 200:
                return Record(0)
        except (LookupError, TypeError, AttributeError):  # JSON, but not Chroma's
            raise self._strange(reply) from None
        raise UserError(f"The Chroma server at {self.name} has no database {self._database!r} of the tenant {self._tenant!r}.",
                        "Set LONGHAUL_INDEX_TENANT and LONGHAUL_INDEX_DATABASE to ones that it has.")

    def _get(self, path: str) -> Any:
        import httpx

        client = self._once("short", lambda: wire.short_client(self._headers, self._ssl, self._check))
        try:
            return client.get(self.name + path)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise self.silent(error) from error

    def silent(self, error: Exception) -> UserError:
        """The error of a server that is down, too slow, or none of Chroma's."""
        import httpx

        if "SSL" in str(error):
            return UserError(f"No safe connection to {self.name} can be made: {' '.join(str(error).split())}",
                             "Check the server's certificate; write http:// where it has none.")
        cut = any(word in str(error) for word in ("disconnected", "closed"))
        if isinstance(error, httpx.RemoteProtocolError | httpx.DecodingError) and not cut:
            return self._strange()
        slow = isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout)
        return UserError(f"The Chroma server at {self.name} " + ("takes too long to answer." if slow else "cannot be reached."),
                         "Try again when it is up; check the address in --index or LONGHAUL_INDEX.")

    def _strange(self, reply: Any = None) -> UserError:
        return UserError(f"{self.name} does not answer as a Chroma server does{f' ({reply.status_code})' if reply else ''}.",
                         "Check the address; start one with: chroma run --path FOLDER --port PORT")

    def _check(self, reply: Any, known: Container[str]) -> None:
        """Raises UserError unless a Chroma server says this, be it an error of a name among `known`."""
        reply.read()
        if reply.status_code in (401, 403):
            raise UserError(f"The Chroma server at {self.name} does not let us in ({reply.status_code}).",
                            "Set LONGHAUL_INDEX_TOKEN to a token that it takes.")
        if reply.status_code == 413:
            raise UserError(f"The Chroma server at {self.name} does not take so much at once.",
                            "Raise its max_payload_size_bytes, or the limit of the proxy before it, or cut the longest article in two.")
        try:
            body = reply.json()
            if reply.is_success or body["error"] in known:
                return
            said = str(body["message"])
        except (ValueError, LookupError, TypeError):
            raise (self.silent(ConnectionError()) if reply.status_code in (502, 503, 504) else self._strange(reply)) from None
        raise UserError(f"The Chroma server at {self.name} refuses: {' '.join(said.split())[:300]}",
                        "Look at what the server says for itself, then try again.")

    def _once(self, what: str, make: Callable[[], Any]) -> Any:
        """What is made at its first use and kept: a client reads all certificates, but outlives its server."""
        with self._making:
            if what not in self._made:
                self._made[what] = make()
            return self._made[what]

    @contextmanager
    def opened(self) -> Iterator[Any]:
        """A Chroma client. Raises UserError, Chroma's errors and httpx's."""
        self.peek()
        yield self._once("long", lambda: wire.chroma_client(self._host, self._port, self._ssl, self._headers, self._tenant, self._database,
                                                            self._check, lambda: self._get("/api/v2/heartbeat")))

    def calm(self) -> None:
        """Waits until the last request of a run that was cut off has ended: a server finishes it without whoever sent it."""
        time.sleep(_LAST)

    @contextmanager
    def held(self, wait: bool = True) -> Iterator[Callable[[], None]]:
        """Holds the index for writing; yields what raises once the hold is lost. Raises Busy where another writes.

        A writer that died is recognised at once where it ran on this machine, else, if `wait`, by its silence.
        """
        with self.opened() as client:
            life = Life(client, take(client, self.name, wait))
            try:
                yield life.check
            finally:
                life.stop()
