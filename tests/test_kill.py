"""A run that ends in the middle - killed, its server killed, interrupted - and the next one, over a folder and over a server."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from reading import sure, sure_ledger

from longhaul.ingest.folder import Folder
from longhaul.ingest.index import Index
from longhaul.ingest.pipeline import ingest
from longhaul.ingest.server import Server
from longhaul.ingest.store import Store

PROGRAM = str(Path(sys.executable).with_name("longhaul"))
KILLS = 20
QUERIES = ("Who runs the old fibre?", "new fibre of carrier 333", "carrier 17", "leased towers")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX signals")


def _rows(version: str, only: range) -> dict[str, dict[str, Any]]:
    """Articles that never change, some that do, and some of this version alone. So many that Chroma writes its vector index within
    a run; some have several chunks."""
    texts = {n: "same" for n in range(320)} | {n: version for n in range(320, 400)} | {n: version for n in only}
    return {f"a{n}": {"id": f"a{n}", "title": f"Carrier {n}", "publisher": f"The {word} Wire",
                      "text": f"Carrier {n} runs the {word} fibre. Zayo lost {n} {word} routes to Lumen."
                      + f" It leased {n} {word} towers to a cloud." * (50 if n % 40 == 0 else 0)} for n, word in texts.items()}


VERSIONS = [_rows("old", range(400, 440)), _rows("new", range(440, 480))]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A file of each version."""
    folder = tmp_path_factory.mktemp("versions")
    for n, rows in enumerate(VERSIONS):
        (folder / f"{n}.jsonl").write_text("\n".join(json.dumps(row) for row in rows.values()), "utf-8")
    return [folder / "0.jsonl", folder / "1.jsonl"]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, files, embedder, companies) -> list[tuple]:
    """What is stored and shown of each version after whole runs, in a folder."""
    place = Folder(tmp_path_factory.mktemp("undisturbed") / "index")
    kept = []
    for file in files:
        vectors = {path: path.stat().st_mtime_ns for path in place.files.glob("chroma/*/data_level0.bin")}
        ingest(Index(place, embedder.name, embedder.digest), embedder, companies, [file], prune=True)
        kept.append((_stored(place), _shown(Index(place), embedder)))
    assert any(path.stat().st_mtime_ns != before for path, before in vectors.items()), "no run writes Chroma's vector index"
    return kept


@pytest.fixture
def started(place: Folder | Server) -> Iterator[Any]:
    """Starts `longhaul ingest --prune` in a process of its own."""
    runs: list[subprocess.Popen] = []
    yield lambda file: runs.append(program(place, "ingest", str(file), "--prune")) or runs[-1]
    for run in runs:
        run.kill()
        run.wait()


def program(place: Folder | Server, *args: str) -> subprocess.Popen[bytes]:
    more = {"LONGHAUL_INDEX_DATABASE": place._database, "LONGHAUL_INDEX_VIEW": str(place.files)} if isinstance(place, Server) else {}
    return subprocess.Popen([PROGRAM, *args, "--index", place.name], env=os.environ | more, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def begun(place: Folder | Server, run: subprocess.Popen) -> float:
    """Waits until the run holds the index; gives the time."""
    end = time.monotonic() + 60
    while run.poll() is None and _holder(place) != run.pid:
        assert time.monotonic() < end
        time.sleep(0.005)
    return time.monotonic()


def _holder(place: Folder | Server) -> int | None:
    try:
        if isinstance(place, Folder):
            return json.loads((place.files / "writer.json").read_text())["process"]
        path = f"/api/v2/tenants/default_tenant/databases/{place._database}/collections/writer"
        return httpx.get(place.name + path).json()["metadata"]["process"]
    except (OSError, ValueError, LookupError):
        return None


def ended(run: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = run.communicate(timeout=120)
    return run.returncode, out.decode(), err.decode()


def _stored(place: Folder | Server) -> dict[str, tuple[list, np.ndarray]]:
    """All that Chroma holds: of each collection the rows by id, and their vectors."""
    found = {}
    with place.opened() as client:
        for collection in client.list_collections():
            rows = collection.get(include=["documents", "metadatas", "embeddings"])
            order = np.argsort(rows["ids"])
            found[collection.name] = ([(rows["ids"][at], rows["documents"][at], _plain(rows["metadatas"][at])) for at in order],
                                      np.array(rows["embeddings"])[order])
    return found


def _plain(meta: dict[str, Any]) -> dict[str, Any]:
    """A row's metadata; the last digit of a claim's confidence depends on what was judged beside it."""
    if "ledger" not in meta:
        return meta
    ledger = json.loads(meta["ledger"])
    return meta | {"ledger": [ledger["bases"], [[cell for cell in row if not isinstance(cell, float)] for row in ledger["claims"]]]}


def _shown(index: Index, embedder: Any) -> tuple[list, np.ndarray, dict]:
    """All that readers get: everything but vectors, the vectors, and the articles as they are stored by their hashes."""
    with index.snapshot() as corpus:
        entries = list(corpus.entries())
        found = [[corpus.dense(embedder.embed([query])[0], 7), corpus.lexical(query, 7)] for query in QUERIES]
        return ([corpus.state, corpus.counts, corpus.sources(), corpus.frequency(["old", "new", "tower"]),
                 [(entry.article, entry.digest, entry.chunks, sure_ledger(entry.ledger)) for entry in entries], found,
                 sure(corpus.claims())],
                np.concatenate([entry.vectors for entry in entries]), {entry.digest: entry for entry in entries})


def _assert_same(place: Folder | Server, index: Index, embedder: Any, expected: tuple) -> None:
    stored, shown = _stored(place), _shown(index, embedder)
    assert stored.keys() == {"articles", "chunks"}  # and nothing of a writer
    for name, (rows, vectors) in stored.items():
        assert rows == expected[0][name][0]
        assert np.allclose(vectors, expected[0][name][1], atol=1e-4)
    assert shown[0][:5] == expected[1][0][:5]
    assert shown[0][6] == expected[1][0][6]
    for found, wanted in zip(shown[0][5], expected[1][0][5], strict=True):
        for results, others in zip(found, wanted, strict=True):
            assert [chunk for chunk, _ in results] == [chunk for chunk, _ in others]
            assert [score for _, score in results] == pytest.approx([score for _, score in others], abs=1e-4)
    assert np.allclose(shown[1], expected[1][1], atol=1e-4)


def _assert_whole(place: Folder | Server, index: Index, embedder: Any, undisturbed: list[tuple]) -> None:
    """Whoever looks after a run was cut off finds each article as it was or as it was to be, and none lost or twice."""
    known = undisturbed[0][1][2] | undisturbed[1][1][2]
    with index.snapshot() as corpus:
        entries = {entry.article.source.id: entry for entry in corpus.entries()}
        assert VERSIONS[0].keys() & VERSIONS[1].keys() <= entries.keys() <= VERSIONS[0].keys() | VERSIONS[1].keys()
        _assert_known(list(entries.values()), known)
        assert corpus.counts == (len(entries), sum(len(entry.chunks) for entry in entries.values()))
        claims = [claim for entry in entries.values() for claim in entry.ledger.claims]
        assert len(claims) >= len(entries)
        assert {replace(claim, origin="") for claim in corpus.claims(least=0)} == {replace(claim, origin="") for claim in claims}
        for query in QUERIES:
            for results in (corpus.dense(embedder.embed([query])[0], 40), corpus.lexical(query, 40)):
                assert max(Counter(chunk.id for chunk, _ in results).values(), default=1) == 1
                assert all(chunk in entries[chunk.source.id].chunks for chunk, _ in results)
    with place.opened() as client:  # the store as well: the next run goes by it
        store = Store(client)
        assert store.hashes() == {id: entry.digest for id, entry in entries.items()} and not store.record.writing
        _assert_known(list(store.entries(sorted(entries))), known)
        kept = client.get_collection("chunks", embedding_function=None).get(include=[])["ids"]
        assert sorted(kept) == sorted(chunk.id for entry in entries.values() for chunk in entry.chunks)


def _assert_known(entries: list, known: dict) -> None:
    for entry in entries:
        wanted = known[entry.digest]
        assert (entry.article, entry.chunks) == (wanted.article, wanted.chunks)
        assert sure_ledger(entry.ledger) == sure_ledger(wanted.ledger)
        assert np.allclose(entry.vectors, known[entry.digest].vectors, atol=1e-4)


def _stores(place: Folder | Server, run: subprocess.Popen[bytes]) -> float:
    """Waits until the run changes the store; gives the time."""
    while run.poll() is None and not ((record := place.peek()) and record.writing):
        time.sleep(0.003)
    return time.monotonic()


def _view_changes(place: Folder | Server, run: subprocess.Popen[bytes]) -> None:
    while run.poll() is None and not (place.files / "view.sqlite-wal").stat().st_size:
        time.sleep(0.0005)


def _moments(place: Folder | Server, run: subprocess.Popen[bytes], seed: int) -> list[tuple[Callable, float]]:
    """When to kill a run like this one: so many seconds after what. A quarter all over it, the others from its first change on."""
    start, stores = begun(place, run), _stores(place, run)
    assert run.wait(60) == 0
    end, chance, wide = time.monotonic(), random.Random(seed), KILLS // 4
    print(f"seed {seed}: a run takes {end - start:.2f} s, the last {end - stores:.2f} s of it from its first change on")
    moments = [(begun, (end - start) * (n + chance.random()) / wide) for n in range(wide)]
    moments += [(_stores, (end - stores) * (n + chance.random()) / (KILLS - wide)) for n in range(KILLS - wide)]
    return chance.sample(moments, KILLS)


@pytest.mark.timeout(900)  # forty runs, each with a look at everything
def test_kill_at_any_moment(place, files, started, take, undisturbed, embedder, chroma):
    """Twenty times, from one version to the other and back; every fourth time the server is killed, where there is one."""
    take(files[0], prune=True)
    hit = 0
    moments = _moments(place, started(files[1]), int(os.environ.get("KILL_SEED", time.time_ns() % 1_000_000)))
    for n, (since, moment) in enumerate([*moments, (_view_changes, 0)]):
        to = n % 2
        server = chroma if isinstance(place, Server) and n % 4 == 3 else None
        print(f"kill {n}{' of the server' * bool(server)} {moment:.3f} s after {since.__name__}")
        since(place, run := started(files[to]))
        time.sleep(moment)
        if server:
            server.stop()
            code, _, error = ended(run)
            assert (code, len(error.splitlines())) in ((1, 2), (0, 0)), error
            server.start()
        else:
            run.kill()
            run.wait()
        hit += bool((record := place.peek()) is None or record.writing)
        if n % 8 == 0:
            found = ended(program(place, "search", QUERIES[0], "--json", "-k", "40"))
            texts = {row["text"] for rows in VERSIONS for row in rows.values()}
            assert found[0] == 0 and all(any(row["text"] in text for text in texts) for row in json.loads(found[1])), found
        _assert_whole(place, Index(place, embedder.name, embedder.digest), embedder, undisturbed)
        take(files[to], prune=True)
        _assert_same(place, Index(place), embedder, undisturbed[to])
    assert hit >= KILLS // 4, f"only {hit} kills came while something was being stored"


@pytest.mark.parametrize("part", [0, 0.05, 0.2])
def test_an_interrupt_is_quiet_and_the_next_run_completes(place, files, started, take, undisturbed, embedder, part):
    take(files[0], prune=True)
    run = started(files[1])
    (_stores if part else begun)(place, run)
    time.sleep(part)
    run.send_signal(signal.SIGINT)
    assert ended(run) == (130, "", "")
    _assert_whole(place, Index(place, embedder.name, embedder.digest), embedder, undisturbed)
    assert ended(started(files[1]))[0] == 0
    _assert_same(place, Index(place), embedder, undisturbed[1])


def test_a_kill_while_a_damaged_store_is_made_anew(place, files, take, embedder, undisturbed):
    """A run is killed, Chroma's vector index is in pieces, and the next run, which mends that from the view, is killed as well."""
    if isinstance(place, Server):
        pytest.skip("a server looks after its own files")
    take(files[0], prune=True)
    for n in range(2):
        run = program(place, "ingest", str(files[1]), "--prune")
        _stores(place, run)
        run.kill()
        run.wait()
        for path in place.files.glob("chroma/*/header.bin") if n == 0 else ():
            path.write_bytes(b"")
    _assert_whole(place, Index(place, embedder.name, embedder.digest), embedder, undisturbed)
    assert (place.files / "chroma.damaged-1").is_dir()
    take(files[1], prune=True)
    _assert_same(place, Index(place), embedder, undisturbed[1])
