"""One writer at a time over the network, however the others end; readers elsewhere see whole runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from chroma_server import entry, put
from reading import Now

from longhaul.ingest import hold
from longhaul.ingest.index import Index
from longhaul.ingest.server import Server
from longhaul.ingest.types import Busy


@pytest.fixture
def database(chroma) -> str:
    return chroma.database()


@pytest.fixture
def place(chroma, database, tmp_path) -> Server:
    return chroma.place(tmp_path / "view", database)


WRITER = """
import sys
from pathlib import Path
from chroma_server import entry
from longhaul.ingest.index import Index
from longhaul.ingest.server import Server
ready = entry("b")
with Index(Server(sys.argv[1], database=sys.argv[2], view=Path(sys.argv[3]))).writing() as store:
    print("writing", flush=True)
    sys.stdin.readline()
    store.put([ready])
"""


@pytest.fixture
def writer(chroma, database, tmp_path):
    """Another process that is writing."""
    process = subprocess.Popen([sys.executable, "-c", WRITER, chroma.url, database, str(tmp_path / "writer")],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)})
    assert process.stdout.readline() == b"writing\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_writer_is_refused_and_a_dead_one_taken_over_at_once(writer, place):
    for _ in range(2):
        with pytest.raises(Busy, match=rf"writing to .*: process {writer.pid} on \S+, since \d\d:\d\d:\d\d\.$"):
            put(place, entry("a"))
    writer.kill()
    writer.wait()
    start = time.monotonic()
    put(place, entry("a"))
    assert time.monotonic() - start < 3 and Now(Index(place)).ids == {"a"}


def test_a_writer_that_was_held_up_writes_no_more(writer, place, monkeypatch):
    """Stopped for long and taken over, it finds that out before its next change, not some time after."""
    monkeypatch.setattr(hold, "_PATIENCE", 4.0)
    writer.send_signal(signal.SIGSTOP)
    with Index(place).writing() as store:
        writer.stdin.write(b"go on\n")
        writer.stdin.flush()
        writer.send_signal(signal.SIGCONT)
        _, said = writer.communicate(timeout=30)
        assert b"Another run took the index over" in said and set(store.hashes()) == set()
        store.put([entry("a")])
    assert Now(Index(place)).ids == {"a"}


@pytest.mark.parametrize("how", ["end", "error", "interrupt"])
def test_the_hold_is_gone_afterwards(how, chroma, database, place):
    with suppress(ValueError, KeyboardInterrupt), Index(place).writing() as store:
        assert "writer" in chroma.collections(database)
        store.put([entry("a")])
        if how != "end":
            raise {"error": ValueError, "interrupt": KeyboardInterrupt}[how]
    assert chroma.collections(database) == {"articles", "chunks"}


@pytest.fixture
def afar(chroma, database):
    """The hold of a writer on another machine; set it to give signs of life."""
    url = f"{chroma.url}/api/v2/tenants/default_tenant/databases/{database}/collections"
    metadata = {"host": "elsewhere pid:[1]", "process": 4, "since": "2026-11-22T10:00:00+00:00", "beat": 0}
    id = httpx.post(url, json={"name": "writer", "metadata": metadata}).raise_for_status().json()["id"]
    living, ended = threading.Event(), threading.Event()

    def beat() -> None:
        beats = 0
        while not ended.wait(1):
            beats += living.is_set()
            httpx.put(f"{url}/{id}", json={"new_metadata": metadata | {"beat": beats}})

    thread = threading.Thread(target=beat)
    thread.start()
    yield living
    ended.set()
    thread.join()


def test_a_writer_elsewhere_is_left_alone_while_it_lives(afar, place, monkeypatch):
    monkeypatch.setattr(hold, "_PATIENCE", 2.5)
    afar.set()
    time.sleep(1.2)
    for _ in range(4):
        with pytest.raises(Busy, match=r"process 4 on elsewhere, since \d\d:\d\d on 2026-11-22"):
            put(place, entry("a"))


def test_of_two_that_take_over_one_wins(afar, place, chroma, database, tmp_path, monkeypatch):
    monkeypatch.setattr(hold, "_PATIENCE", 2.5)
    places = [place, *(chroma.place(tmp_path / f"v{n}", database) for n in range(3))]
    outcomes: list[object] = []
    together, all_tried = threading.Barrier(len(places)), threading.Barrier(len(places))

    def take(place: Server) -> None:
        together.wait()
        try:
            with place.held():
                outcomes.append("won")
                all_tried.wait(30)
        except Busy as error:
            outcomes.append(error)
            all_tried.wait(30)

    start = time.monotonic()
    threads = [threading.Thread(target=take, args=(each,)) for each in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4 and outcomes.count("won") == 1
    assert time.monotonic() - start > 2.4
    assert "writer" not in chroma.collections(database)


def test_readers_elsewhere_see_whole_runs_only(place, chroma, database, tmp_path):
    old, new = [[entry(f"a{n}", f"Number {n} is {word}.") for n in range(60)] for word in ("old", "new")]
    put(place, *old)
    before = Now(Index(place)).state
    other = Index(chroma.place(tmp_path / "other", database))
    seen: list[tuple[str, set[str]]] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            with other.snapshot() as corpus:
                seen.append((corpus.state, {corpus.article(f"a{n}").text.split()[-1].rstrip(".") for n in range(60)}))

    reader = threading.Thread(target=look)
    reader.start()
    with Index(place).writing() as store:
        for at in range(0, 60, 10):
            store.put(new[at:at + 10])
        while len(seen) < 5:
            time.sleep(0.05)
    after = Now(Index(place)).state
    time.sleep(0.5)
    ended.set()
    reader.join()
    assert {(before, "old"), (after, "new")} == {(state, *words) for state, words in seen}
    assert Now(other).state == after != before
