"""Runs over a Chroma server: only what changed is copied, odd and large contents, servers that come and go."""

from __future__ import annotations

import json
import statistics
import threading
import time

import pytest
from chroma_server import ChromaServer, Gate, entry, put
from reading import Now

from longhaul.ingest import hold, wire
from longhaul.ingest.index import Index
from longhaul.ingest.server import Server
from longhaul.ingest.types import UserError


@pytest.fixture
def database(chroma) -> str:
    return chroma.database()


@pytest.fixture
def place(chroma, database, tmp_path) -> Server:
    return chroma.place(tmp_path / "view", database)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server for tests that stop it."""
    server = ChromaServer(tmp_path_factory.mktemp("own"))
    yield server
    server.stop()


@pytest.fixture
def hurried(monkeypatch):
    """The limits of time, made short."""
    monkeypatch.setattr(wire, "_ANSWER", 1.5)
    monkeypatch.setattr(wire, "_SILENCE", 0.5)
    monkeypatch.setattr(hold, "_PATIENCE", 2.0)


# ------------------------------------------------------------------ speed


def test_looking_costs_little(place):
    put(place, entry("a"))
    index = Index(place)
    seconds = []
    for _ in range(30):
        start = time.perf_counter()
        with index.snapshot() as corpus:
            assert corpus.state
        seconds.append(time.perf_counter() - start)
    assert statistics.median(seconds) < 0.015


def test_many_threads_share_a_place(place):
    put(place, entry("a"))
    index, found = Index(place), []
    threads = [threading.Thread(target=lambda: found.extend(Now(index).state for _ in range(20))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 160 and len(set(found)) == 1


def test_only_what_changed_is_fetched(chroma, database, place, tmp_path):
    put(place, *(entry(f"a{n}", f"Number {n}.") for n in range(50)))
    gate = Gate(chroma.url)
    other = Now(Index(Server(gate.url, database=database, view=tmp_path / "other")))
    assert len(other.ids) == 50
    put(place, entry("a7", "Changed."))
    with Index(place).writing() as store:
        store.remove(["a8"])
    gate.requests.clear()
    assert other.article("a7").text == "Changed." and len(other.ids) == 49
    asked = [json.loads(body) for _, path, body in gate.requests if path.endswith("/get")]
    assert [each["ids"] for each in asked if each["ids"]] == [["a7"]]
    assert [each["where"] for each in asked if each["where"]] == [{"article": {"$in": ["a7"]}}]
    gate.requests.clear()
    assert other.state == Now(Index(place)).state and len(gate.requests) == 1  # nothing new: one look


# ------------------------------------------------------------------ odd contents


def test_odd_ids_and_large_articles(place, chroma, database, tmp_path):
    odd = ["it's \"quoted\"", "a/b?c#d", "ünïcödé 東京 🙂", "50% & more", "<b>", "x" * 300, "tab\tand\nline", "back\\slash"]
    long = entry("long", "Fibre is long. " * 200_000, chunks=2_500)
    put(place, *(entry(id, f"Text of {id}") for id in odd), long)
    put(place, entry(odd[0], "Again."))
    with Index(place).writing() as store:
        store.remove(odd[1:2])
    for now in (Now(Index(place)), Now(Index(chroma.place(tmp_path / "second", database)))):
        assert now.ids == {*odd, "long"} - {"a/b?c#d"}
        assert now.article(odd[0]).text == "Again." and now.article("long") == long.article
        assert {id: now.article(id).text for id in odd[2:]} == {id: f"Text of {id}" for id in odd[2:]}
        assert now.dense(long.vectors[1234], 1)[0][0].id == "long#1234"


def test_more_than_fits_one_request(place):
    put(place, *(entry(f"a{n}", "x" * 40, chunks=20) for n in range(400)))
    assert Now(Index(place)).counts == (400, 8_000)
    with Index(place).writing() as store:
        store.remove([f"a{n}" for n in range(399)])
    assert Now(Index(place)).counts == (1, 20)


def test_a_request_that_the_server_finds_too_large(place):
    put(place, entry("small"))
    with pytest.raises(UserError, match="does not take so much at once") as caught:
        put(place, entry("huge", "x" * 45_000_000))
    assert caught.value.hint and Now(Index(place)).ids == {"small"}


# ------------------------------------------------------------------ a server that goes away


def test_nobody_waits_long():
    assert wire._SILENCE + wire._ANSWER <= 15


def test_a_server_that_comes_and_goes(own, hurried, tmp_path):
    """The same open index serves before, says so while the server is down or hangs, and serves after."""
    put(own.place(tmp_path / "first"), entry("a"))
    index = Index(own.place(tmp_path / "view"))
    now, before = Now(index), Now(index).state
    own.stop()
    for _ in range(2):
        with pytest.raises(UserError, match="cannot be reached"):
            _ = now.state
        with pytest.raises(UserError, match="cannot be reached"), index.writing():
            pass
    own.start()
    assert now.state == before
    with index.writing() as store:
        store.put([entry("b")])
    assert now.ids == {"a", "b"}
    own.pause(True)
    start = time.monotonic()
    try:
        with pytest.raises(UserError, match="takes too long to answer"):
            _ = now.state
    finally:
        own.pause(False)
    assert time.monotonic() - start < 4
    assert now.ids == {"a", "b"}
    own.empty()
    assert (now.state, now.ids, now.counts) == ("", set(), (0, 0))
    put(own.place(tmp_path / "first"), entry("c"))
    assert now.ids == {"c"}


def test_a_server_that_hangs_during_a_run(own, hurried, tmp_path):
    own.empty()
    index = Index(own.place(tmp_path / "view"))
    try:
        with pytest.raises(UserError, match="takes too long to answer"), index.writing() as store:
            store.put([entry("a")])
            own.pause(True)
            start = time.monotonic()
            store.put([entry("b")])
        assert time.monotonic() - start < 12
    finally:
        own.pause(False)
    time.sleep(0.5)
    with index.writing() as store:
        store.put([entry("b")])
    assert Now(index).ids == {"a", "b"}


def test_a_slow_request_is_waited_for_while_the_server_answers_others(own, hurried, tmp_path):
    """Longer than any limit for silence: only a server that answers nothing at all is given up."""
    own.empty()
    gate = Gate(own.url)
    place = Server(gate.url, view=tmp_path / "view")
    put(place, entry("a"))
    with Index(place).writing() as store:
        gate.broken = lambda path: time.sleep(2) or 0 if path.endswith("upsert") else 0
        store.put([entry("b")])
    assert Now(Index(place)).ids == {"a", "b"}


def test_a_server_killed_during_a_run(own, hurried, tmp_path):
    entries = [entry(f"a{n}", f"Number {n}.", seed=n) for n in range(60)]
    own.empty()
    put(own.place(tmp_path / "undisturbed"), *entries)
    undisturbed = Now(Index(own.place(tmp_path / "undisturbed")))
    state, found = undisturbed.state, undisturbed.dense(entries[7].vectors[0], 20)
    own.empty()
    index = Index(own.place(tmp_path / "view"))
    with pytest.raises(UserError, match="cannot be reached"), index.writing() as store:
        store.put(entries[:25])
        own.stop()
        store.put(entries[25:])
    own.start()
    with index.writing() as store:
        assert set(store.hashes()) == {e.article.source.id for e in entries[:25]}
        store.put([e for e in entries if e.article.source.id not in store.hashes()])
    for view in ("view", "third"):
        now = Now(Index(own.place(tmp_path / view)))
        assert (now.state, now.dense(entries[7].vectors[0], 20)) == (state, found)
