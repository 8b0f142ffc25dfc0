"""The address of a Chroma server, token, tenant and database; and what a person is told where something else listens."""

from __future__ import annotations

import itertools
import logging
import socket
import threading
import time
from contextlib import suppress

import httpx
import pytest
from chroma_server import ChromaServer, Gate, entry, put
from reading import Now

from longhaul.bot.settings import Settings
from longhaul.ingest import hold, wire
from longhaul.ingest.index import Index
from longhaul.ingest.place import place_of
from longhaul.ingest.server import Server
from longhaul.ingest.types import UserError

TOKEN = "s3cret-t0ken"


@pytest.fixture
def database(chroma) -> str:
    return chroma.database()


@pytest.fixture
def place(chroma, database, tmp_path) -> Server:
    return chroma.place(tmp_path / "view", database)


@pytest.fixture
def hurried(monkeypatch):
    """The limits of time, made short."""
    monkeypatch.setattr(wire, "_ANSWER", 1.5)
    monkeypatch.setattr(wire, "_SILENCE", 0.5)


# ------------------------------------------------------------------ addresses


@pytest.mark.parametrize("url", [
    "http://user:pass1234@h:8000", "http://:pass1234@h", "http://user:pass1234/more@h:8000", "http://[::1", "http://h:99999",
    "http://h:x", "http://h/path", "http://h?q=1", "http:///", "ws://h"])
def test_what_is_no_address_is_refused_and_no_password_shown(url, tmp_path):
    with pytest.raises(UserError, match="is not the address") as caught:
        Server(url, view=tmp_path)
    assert "pass1234" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(("url", "name"), [
    ("http://h", "http://h:8000"), ("HTTP://LocalHost:1234/", "http://localhost:1234"), ("https://h", "https://h:443"),
    ("http://[::1]:80", "http://[::1]:80")])
def test_an_address_is_taken_in_any_form(url, name):
    assert Server(url).name == name
    assert Server(url).files == Server(name).files


def test_a_view_is_named_by_server_tenant_and_database_alone():
    views = {Server("http://h", None, tenant, database).files for tenant in ("a", "b") for database in ("a", "b")}
    assert len(views) == 4
    assert Server("http://h", TOKEN).files == Server("http://h").files != Server("http://h").kept
    assert TOKEN not in str(Server("http://h", TOKEN).kept)


def test_an_ipv6_server(tmp_path):
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 loopback here")
    server = ChromaServer(tmp_path / "data", "::1")
    try:
        put(place_of(server.url, view=tmp_path / "view"), entry("a"))
        assert Now(Index(place_of(server.url, view=tmp_path / "other"))).ids == {"a"}
    finally:
        server.stop()


# ------------------------------------------------------------------ something else listens there


class Listener:
    """A socket that answers each connection with `pieces`, some seconds apart; what came is in `heard`."""

    def __init__(self, *pieces: bytes, every: float = 0.0):
        self.heard: list[bytes] = []
        self._pieces, self._every = pieces, every
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.heard.append(connection.recv(65536))
            for piece in self._pieces:
                connection.sendall(piece)
                time.sleep(self._every)


def reply(status: int, body: bytes, *head: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 %d X" % status, b"content-length: %d" % len(body), b"connection: close", *head, b"", body])


STRANGE = "does not answer as a Chroma server does"


@pytest.mark.parametrize(("answer", "expected"), [
    (reply(200, b"<html>Welcome</html>"), STRANGE), (reply(404, b'{"detail": "Not Found"}'), STRANGE), (reply(200, b"[1]"), STRANGE),
    (reply(200, b"{}"), STRANGE), (reply(404, b"<html>"), STRANGE), (reply(500, b"oops"), STRANGE), (reply(200, b"\xff\xfe"), STRANGE),
    (reply(200, b"no gzip", b"content-encoding: gzip"), STRANGE), (b"220 mail.example ESMTP\r\n\r\n", STRANGE),
    (b"SSH-2.0-OpenSSH_9.2\r\n", "cannot be reached"), (b"", "cannot be reached"), (reply(503, b"<html>"), "cannot be reached"),
    (reply(403, b"<html>"), "LONGHAUL_INDEX_TOKEN"),
    (reply(200, b"12")[:-1], "cannot be reached")], ids=itertools.count())
def test_something_else_listens(answer, expected, tmp_path):
    listener = Listener(answer)
    for look in (Index, lambda place: place.held().__enter__()):
        with pytest.raises(UserError) as caught:
            look(Server(f"http://{listener.address}", view=tmp_path))
        assert expected in f"{caught.value} {caught.value.hint}"
        assert "\n" not in f"{caught.value}{caught.value.hint}"
    assert listener.heard and list(tmp_path.iterdir()) == []


def test_no_redirect_is_followed_with_the_token(tmp_path):
    thief = Listener(reply(200, b"{}"))
    for status in (301, 302, 307, 308):
        listener = Listener(reply(status, b"", f"location: http://{thief.address}/x".encode()))
        with pytest.raises(UserError, match=STRANGE):
            Index(Server(f"http://{listener.address}", TOKEN, view=tmp_path))
        assert TOKEN.encode() in listener.heard[0]
    assert thief.heard == []


DRIPS = [b"%c" % byte for byte in reply(200, b'{"metadata": null}' + b" " * 900)]


@pytest.mark.parametrize("listener", [
    lambda: Listener(b"", every=60), lambda: Listener(*DRIPS, every=0.05), lambda: Listener(DRIPS[0], every=60),
    lambda: Listener(reply(200, b"x" * 900)[:-800], *[b"x"] * 800, every=0.05)], ids=["silent", "drips", "one byte", "body drips"])
def test_a_server_that_takes_its_time_is_given_up(listener, hurried, tmp_path):
    start = time.monotonic()
    with pytest.raises(UserError, match="takes too long to answer"):
        Index(Server(f"http://{listener().address}", view=tmp_path))
    assert 1 < time.monotonic() - start < 4


def test_nothing_listens_or_no_tls(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "http://no-such-host.invalid", f"http://{'a' * 70}", "http://a..b"):
        with pytest.raises(UserError, match="cannot be reached"):
            Index(Server(url, view=tmp_path))
    with pytest.raises(UserError, match="No safe connection") as caught:
        Index(Server(f"https://{Listener(reply(400, b'')).address}", view=tmp_path))
    assert "http://" in caught.value.hint


# ------------------------------------------------------------------ token, tenant, database


@pytest.mark.parametrize("allowed", [{"Authorization": f"Bearer {TOKEN}"}, {"X_Chroma_Token": TOKEN}])
def test_a_proxy_that_wants_a_token(allowed, chroma, database, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    gate = Gate(chroma.url, **allowed)
    for wrong in (None, "wrong", " "):
        with pytest.raises(UserError, match="does not let us in") as caught:
            Index(Server(gate.url, wrong, database=database, view=tmp_path / "view"))
        assert "LONGHAUL_INDEX_TOKEN" in caught.value.hint
    assert gate.requests == []
    place = Server(gate.url, f"{TOKEN}\n", database=database, view=tmp_path / "view")
    put(place, entry("a"))
    assert Now(Index(place)).ids == {"a"}
    with pytest.raises(UserError, match="does not let us in"), Index(place).writing() as store:
        gate.allowed = {"Authorization": "Bearer another"}
        store.put([entry("b")])
    assert "a" not in str(caught.value.__cause__ or "") and TOKEN not in caplog.text + repr(place) + repr(Settings(index_token=TOKEN))
    assert not [path for path in tmp_path.rglob("*") if TOKEN in path.name or path.is_file() and TOKEN.encode() in path.read_bytes()]


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "tökén"])
def test_a_token_that_is_none_is_refused_unseen(token):
    with pytest.raises(UserError, match="LONGHAUL_INDEX_TOKEN") as caught:
        Server("http://h", token)
    assert token not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(("status", "expected"), [(502, "cannot be reached"), (500, STRANGE), (401, "does not let us in"),
                                                  (302, STRANGE), (200, STRANGE), (413, "does not take so much")])
def test_a_proxy_that_fails_in_the_middle(status, expected, chroma, database, tmp_path):
    gate = Gate(chroma.url)
    place = Server(gate.url, database=database, view=tmp_path / "view")
    put(place, entry("a"))
    with pytest.raises(UserError, match=expected), Index(place).writing() as store:
        gate.broken = lambda path: status if path.endswith("upsert") else 0
        store.put([entry("b")])
    assert Now(Index(place)).ids == {"a"} and chroma.collections(database) == {"articles", "chunks"}


def test_no_such_tenant_or_database(chroma, tmp_path):
    for names in (("default_tenant", "nowhere"), ("nobody", "default_database")):
        place = Server(chroma.url, None, *names, tmp_path / "view")
        for look in (Index, Server.exists, lambda place: place.held().__enter__()):
            with pytest.raises(UserError, match=f"has no database '{names[1]}' of the tenant '{names[0]}'") as caught:
                look(place)
            assert "LONGHAUL_INDEX_TENANT" in caught.value.hint


def test_tenants_and_databases_do_not_see_one_another(chroma, tmp_path):
    httpx.post(f"{chroma.url}/api/v2/tenants", json={"name": "other"}).raise_for_status()
    httpx.post(f"{chroma.url}/api/v2/tenants/other/databases", json={"name": "both"}).raise_for_status()
    httpx.post(f"{chroma.url}/api/v2/tenants/default_tenant/databases", json={"name": "both"}).raise_for_status()
    places = [Server(chroma.url, None, *names, tmp_path / names[0] / names[1])
              for names in (("default_tenant", "both"), ("other", "both"), ("default_tenant", chroma.database()))]
    for n, place in enumerate(places):
        put(place, entry(f"a{n}"))
    assert [Now(Index(place)).ids for place in places] == [{"a0"}, {"a1"}, {"a2"}]


@pytest.mark.parametrize("name", ["articles", "writer"])
def test_collections_of_somebody_else_are_left_alone(name, chroma, database, place, monkeypatch):
    monkeypatch.setattr(hold, "_PATIENCE", 1.0)
    url = f"{chroma.url}/api/v2/tenants/default_tenant/databases/{database}/collections"
    httpx.post(url, json={"name": name, "metadata": {"of": "another program"}}).raise_for_status()
    with pytest.raises(UserError, match=f"a collection called {name} that is not Longhaul's") as caught:
        put(place, entry("a"))
    assert "LONGHAUL_INDEX_DATABASE" in caught.value.hint
    assert httpx.get(f"{url}/{name}").json()["metadata"] == {"of": "another program"}
