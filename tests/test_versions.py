"""An index of a newer version is left alone; one of the older version is brought up without its files and without a model."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from damage import Lab, assert_clear, assert_same, look, refused, run, works
from reading import sure_ledger

from longhaul.ingest.index import SCHEMA, Index
from longhaul.ingest.sources import dump_source, event_day, known_day
from longhaul.ingest.types import Entry, Ledger, UserError
from longhaul.ingest.view import VERSION


@pytest.fixture(scope="module")
def lab(tmp_path_factory, embedder, companies) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab"), embedder, companies)


@pytest.fixture
def folder(lab, tmp_path) -> Path:
    return lab.copy(tmp_path / "index")


def _newer_store(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as db:
        db.execute("UPDATE collection_metadata SET int_value = ? WHERE key = 'schema'", [SCHEMA + 1])
        db.commit()


def _newer_view(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "view.sqlite")) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")


def _files(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes; those that SQLite's readers share come and go."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))}


@pytest.mark.parametrize("newer", [_newer_store, _newer_view, lambda at: (_newer_store(at), (at / "view.sqlite").unlink())],
                         ids=["store", "view", "store without its view"])
def test_a_newer_index_is_left_alone(lab, folder, newer, tmp_path, longhaul):
    newer(folder)
    before = _files(folder)
    for command in (["ask", "Who leads?"], ["search", "fibre"], ["articles", "list"], ["articles", "show", "bulk"],
                    ["articles", "remove", "bulk"], ["ingest", lab.news], ["index", "export", tmp_path / "out.gz"], ["doctor"],
                    ["index", "import", tmp_path / "out.gz", "--replace"], ["serve", "--no-open"], ["chat"]):
        done = longhaul(*command, "--index", folder)
        assert done.exit_code == 1, command
        assert "was made by a newer Longhaul." in done.stderr + done.stdout and "Traceback" not in done.stderr
        if command != ["doctor"]:
            assert done.stdout == "" and len(done.stderr.splitlines()) == 2, command
    assert _files(folder) == before
    assert not (tmp_path / "out.gz").exists()


def _older(lab: Lab, folder: Path) -> Path:
    """The index as Longhaul 0.x wrote it, with the same articles and vectors."""
    import chromadb
    from chromadb.config import Settings

    folder.mkdir(parents=True)
    options = {"configuration": {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}, "embedding_function": None}
    record = {"schema": 1, "model": lab.embedder.name, "model_hash": lab.embedder.digest, "generation": 2,
              "state": lab.held["state"], "writing": False}
    client = chromadb.PersistentClient(str(folder / "chroma"), settings=Settings(anonymized_telemetry=False))
    articles = client.create_collection("articles", metadata=record, **options)
    chunks = client.create_collection("chunks", **options)
    for entry in lab.held["entries"]:
        source = entry.article.source
        tags = {"event": event_day(source), "known": known_day(source)}
        if source.companies:
            tags["companies"] = list(source.companies)
        if source.publishers:
            tags["publishers"] = list(source.publishers)
        written = {key: value for key, value in json.loads(dump_source(source)).items() if key != "listed"}
        digest = f"0.x {entry.digest}"
        articles.add(ids=[source.id], documents=[entry.article.text], embeddings=[entry.vectors[0]],
                     metadatas=[{"hash": digest, "source": json.dumps(written), **tags}])
        chunks.add(ids=[chunk.id for chunk in entry.chunks], documents=[chunk.text for chunk in entry.chunks],
                   embeddings=list(entry.vectors),
                   metadatas=[{"article": source.id, "hash": digest, "start": chunk.start, "end": chunk.end, "number": n, **tags}
                              for n, chunk in enumerate(entry.chunks)])
    client.close()
    with closing(sqlite3.connect(folder / "view.sqlite")) as db:
        db.executescript("PRAGMA journal_mode = WAL; CREATE TABLE chunks (id TEXT PRIMARY KEY, text TEXT); "
                         "CREATE TABLE meta (name TEXT, value TEXT); INSERT INTO chunks VALUES ('old#0', 'It is of another version.');")
    return folder


def test_an_older_index_is_brought_up(lab, tmp_path):
    """By whoever opens it, be it to read: no file of an article, no model."""
    older = _older(lab, tmp_path / "index")
    assert works("articles", "list", "--index", older) == works("articles", "list", "--index", lab.index)
    assert_same(_bare(look(older)), _bare(lab.held))
    with Index(str(older)).place.opened() as client:
        counted = client.get_collection("articles").get(include=["metadatas"])
        assert {id: meta["chunks"] for id, meta in zip(counted["ids"], counted["metadatas"], strict=True)} == {
            entry.article.source.id: len(entry.chunks) for entry in lab.held["entries"]}
    lab.ingest(older, lab.changed)
    found, wanted = (_news(held["entries"]) for held in (look(older), lab.held_after))
    assert found.keys() == wanted.keys() and any(entry.ledger.claims for entry in found.values())
    for id, entry in found.items():  # of the companies it named, which the front matter lists was not kept apart
        assert (entry.article.text, entry.chunks) == (wanted[id].article.text, wanted[id].chunks)
        assert sure_ledger(entry.ledger) == sure_ledger(wanted[id].ledger)


def _news(entries) -> dict[str, Entry]:
    return {entry.article.source.id: entry for entry in entries if entry.article.source.id != "bulk"}


def _bare(found: dict[str, Any]) -> dict[str, Any]:
    """Without what an older Longhaul did not write."""
    def older(entry: Entry) -> Entry:
        article = replace(entry.article, source=replace(entry.article.source, listed=()))
        return replace(entry, article=article, chunks=tuple(replace(chunk, source=article.source) for chunk in entry.chunks),
                       digest="", ledger=Ledger())

    return found | {"state": "", "entries": [older(entry) for entry in found["entries"]]}


def test_an_older_index_gets_its_ledger_when_it_is_asked_for(lab, tmp_path):
    older = _older(lab, tmp_path / "index")
    assert json.loads(works("ask", "What did Cisco launch?", "--json", "--index", older))["statements"][0]["basis"] in (None, "reported")
    code, out, told = run("claims", "--json", "--index", older)
    assert code == 0 and json.loads(out) and "has no ledger yet" in told
    assert works("claims", "--json", "--index", older) == out
    answer = json.loads(works("ask", "What did Cisco launch?", "--json", "--index", older))
    assert all(statement["basis"] for statement in answer["statements"])


def test_an_older_index_without_its_view_is_brought_up(lab, tmp_path):
    older = _older(lab, tmp_path / "index")
    (older / "view.sqlite").unlink()
    assert_same(_bare(look(older)), _bare(lab.held))


def test_an_older_index_that_was_cut_off_while_brought_up(lab, tmp_path, monkeypatch):
    """Half of the articles count their chunks already, and the other half is still there."""
    from longhaul.ingest.store import Store

    older, put = _older(lab, tmp_path / "index"), Store.put
    for after in (0, 1):
        def cut_off(store, entries, after=after):
            put(store, list(entries)[:3 * after])
            raise KeyboardInterrupt

        monkeypatch.setattr(Store, "put", cut_off)
        with pytest.raises(KeyboardInterrupt):
            Index(str(older))
    monkeypatch.undo()
    assert_same(_bare(look(older)), _bare(lab.held))


@pytest.mark.parametrize("store", [b"", b"no database"], ids=["empty", "garbage"])
def test_an_older_view_alone_is_no_index_to_write_over(lab, tmp_path, store):
    older = _older(lab, tmp_path / "index")
    shutil.rmtree(older / "chroma")
    kept = (older / "view.sqlite").read_bytes()
    with pytest.raises(UserError) as caught:
        lab.open(older)
    assert_clear(caught.value)
    assert "is damaged" in refused("search", "Cisco", "--index", older)
    assert (older / "view.sqlite").read_bytes() == kept
