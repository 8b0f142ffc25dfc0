"""Clients of a Chroma server whose requests end: every reply is looked at, and none is waited for without end."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Mapping
from typing import Any

_ANSWER = 10.0  # seconds that a short request may take, however its reply comes
_BULK = 600.0  # and one with many rows, as long as the server answers others beside it
_SILENCE = 5.0  # seconds without a byte after which that is looked at

Check = Callable[[Any, Container[str]], None]


def short_client(headers: Mapping[str, str], verify: bool, check: Check) -> Any:
    """An httpx client for short requests. `check` gets each reply, and the names of the errors that may pass."""
    import httpx

    client = httpx.Client(headers=headers, timeout=_ANSWER, verify=verify)
    client.event_hooks = {"response": [lambda reply: check(reply, {"NotFoundError"})]}
    _limit(client, _ANSWER, lambda: None)
    return client


def chroma_client(host: str, port: int, ssl: bool, headers: Mapping[str, str], tenant: str, database: str, check: Check,
                  alive: Callable[[], object]) -> Any:
    """Chroma's own client, which by itself waits for ever. `alive` raises where the server does not answer any more."""
    import httpx
    from chromadb.api.client import Client
    from chromadb.auth import UserIdentity
    from chromadb.config import Settings
    from chromadb.errors import error_types

    class Limited(Client):
        """Asks nothing at its opening, where no limit is set yet."""

        def get_user_identity(self) -> UserIdentity:
            return UserIdentity("")

        def _validate_tenant_database(self, tenant: str, database: str) -> None:
            pass

    settings = Settings(anonymized_telemetry=False, chroma_api_impl="chromadb.api.fastapi.FastAPI", chroma_server_host=host,
                        chroma_server_http_port=port, chroma_server_ssl_enabled=ssl, chroma_server_headers=dict(headers),
                        chroma_http_keepalive_secs=5)
    client = Limited(tenant, database, settings)
    session = client._server._session
    session.timeout = httpx.Timeout(_BULK, connect=_ANSWER, write=_ANSWER)
    session.event_hooks = {"response": [lambda reply: check(reply, error_types)]}
    _limit(session, _BULK, alive)
    return client


def _limit(client: Any, seconds: float, alive: Callable[[], object]) -> None:
    """Puts our wire under an httpx client, also where it goes through a proxy. httpx has no limit for a reply as a whole."""
    for transport in filter(None, [client._transport, *client._mounts.values()]):
        transport._pool._network_backend = _Wire(transport._pool._network_backend, seconds, alive)


class _Wire:
    """The network under a client: a reply ends in time however it drips, and is waited for only while the server lives."""

    def __init__(self, below: Any, limit: float, alive: Callable[[], object]):
        self._below, self._limit, self._alive = below, limit, alive
        self._until = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._below, name)

    def connect_tcp(self, *args: Any, **options: Any) -> _Wire:
        return _Wire(self._below.connect_tcp(*args, **options), self._limit, self._alive)

    def start_tls(self, *args: Any, **options: Any) -> _Wire:
        return _Wire(self._below.start_tls(*args, **options), self._limit, self._alive)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._until = time.monotonic() + self._limit
        self._below.write(buffer, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        import httpcore

        while (left := self._until - time.monotonic()) > 0:
            try:
                return self._below.read(max_bytes, min(left, _SILENCE))
            except httpcore.ReadTimeout:
                self._alive()
        raise httpcore.ReadTimeout(f"no whole reply within {self._limit} seconds")
