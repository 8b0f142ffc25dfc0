"""A damaged index: each part that is cut off, overwritten or gone is made anew from the other, and nothing is answered wrongly."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from damage import BULK, Lab, assert_clear, assert_same, look, refused, run, works

from longhaul.ingest import hnsw
from longhaul.ingest.folder import Folder
from longhaul.ingest.types import UserError

HNSW = ("header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle")


@pytest.fixture(scope="module")
def lab(tmp_path_factory, embedder, companies) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab"), embedder, companies)


@pytest.fixture
def folder(lab, tmp_path) -> Path:
    return lab.copy(tmp_path / "index")


def _store(folder: Path) -> Path:
    return folder / "chroma" / "chroma.sqlite3"


def _view(folder: Path) -> Path:
    return folder / "view.sqlite"


def _vectors(folder: Path) -> Path:
    """The folder of the vector index that is on disk, not in memory: that of the chunks."""
    return max((folder / "chroma").glob("*/data_level0.bin"), key=lambda path: path.stat().st_size).parent


def _cut(path: Path, kept: int) -> None:
    os.truncate(path, kept if kept >= 0 else path.stat().st_size + kept)


def _overwrite(path: Path, start: float, share: float) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(int(size * start))
        file.write(np.random.default_rng(7).bytes(max(1, int(size * share))))


def _sql(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(statement)
        db.commit()


def _names(folder: Path) -> list[Path]:
    """All files but those that come and go."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in ("lock", "view.sqlite-shm", "view.sqlite-wal"))


Damage = Callable[[Path], object]

# The store: readers notice nothing, the next writer makes it anew.
STORE: dict[str, Damage] = {
    "cut to nothing": lambda at: _cut(_store(at), 0),
    "cut to five bytes": lambda at: _cut(_store(at), 5),
    "cut to half": lambda at: _cut(_store(at), _store(at).stat().st_size // 2),
    "cut by seven bytes": lambda at: _cut(_store(at), -7),
    "its head overwritten": lambda at: _overwrite(_store(at), 0, 0.0001),
    "its first pages overwritten": lambda at: _overwrite(_store(at), 0.02, 0.5),
    "overwritten in the middle": lambda at: _overwrite(_store(at), 0.5, 0.01),
    "overwritten near its end": lambda at: _overwrite(_store(at), 0.8, 0.05),
    "its folder gone": lambda at: shutil.rmtree(at / "chroma"),
    "its file gone": lambda at: _store(at).unlink(),
    "its vectors' folder gone": lambda at: shutil.rmtree(_vectors(at)),
    "its vectors cut to half": lambda at: _cut(_vectors(at) / "data_level0.bin", 800_000),
    "its vectors overwritten": lambda at: _overwrite(_vectors(at) / "data_level0.bin", 0.5, 0.01),
    "its vectors' head overwritten": lambda at: _overwrite(_vectors(at) / "header.bin", 0.05, 0.9),
    "its vectors' upper links overwritten": lambda at: _overwrite(_vectors(at) / "link_lists.bin", 0.3, 0.5),
    "its vectors' names overwritten": lambda at: _overwrite(_vectors(at) / "index_metadata.pickle", 0.1, 0.1),
    **{f"{name} gone": lambda at, name=name: (_vectors(at) / name).unlink() for name in HNSW},
    **{f"{name} emptied": lambda at, name=name: _cut(_vectors(at) / name, 0) for name in HNSW},
}
# The view: the next opening makes it anew; where the damage is inside, once somebody has come upon it.
VIEW: dict[str, Damage] = {
    "cut to nothing": lambda at: _cut(_view(at), 0),
    "cut to five bytes": lambda at: _cut(_view(at), 5),
    "cut to half": lambda at: _cut(_view(at), _view(at).stat().st_size // 2),
    "cut by seven bytes": lambda at: _cut(_view(at), -7),
    "gone": lambda at: _view(at).unlink(),
    "its head overwritten": lambda at: _overwrite(_view(at), 0, 0.0001),
    "overwritten near its start": lambda at: _overwrite(_view(at), 0.02, 0.5),
    "overwritten in the middle": lambda at: _overwrite(_view(at), 0.5, 0.01),
    "overwritten near its end": lambda at: _overwrite(_view(at), 0.9, 0.01),
    "its words overwritten": lambda at: _sql(_view(at), "UPDATE words_data SET block = randomblob(length(block)) WHERE id > 10"),
    "its words half gone": lambda at: _sql(_view(at), "DELETE FROM words_data WHERE id > 10"),
    "a vector gone": lambda at: _sql(_view(at), "DELETE FROM vectors WHERE article = 2"),
    "a vector cut": lambda at: _sql(_view(at), "UPDATE vectors SET vectors = substr(vectors, 1, 100) WHERE article = 2"),
    "its vectors gone": lambda at: _sql(_view(at), "DELETE FROM vectors"),
    "its words gone": lambda at: _sql(_view(at), "DROP TABLE words"),
}


@pytest.mark.parametrize("damage", STORE.values(), ids=STORE)
def test_a_damaged_store_is_made_anew(lab, folder, damage):
    opened = lab.open(folder)
    damage(folder)
    assert_same(look(folder, store_too=False), lab.held)
    with opened.snapshot() as corpus:
        assert corpus.state == lab.held["state"]
    lab.ingest(folder, lab.changed)
    assert_same(look(folder), lab.held_after)


@pytest.mark.parametrize(("name", "reading"), [*((name, True) for name in VIEW), ("cut to half", False), ("its words gone", False),
                                              ("overwritten in the middle", False), ("its words overwritten", False)])
def test_a_damaged_view_is_made_anew(lab, folder, name, reading):
    """The run that comes upon the damage may end in an error; what it stored is kept."""
    expected = lab.held if reading else lab.held_after
    VIEW[name](folder)
    for act in (lambda: look(folder, store_too=False) if reading else lab.ingest(folder, lab.changed), lambda: look(folder)):
        try:
            act()
        except UserError as error:
            assert_clear(error)
            assert "was damaged" in error.message and error.hint == "Run it again."
            act()
    assert_same(look(folder), expected)


def test_a_store_cut_off_within_one_change_is_mended_at_the_next_opening(lab, folder):
    """Chroma's file is half changed, with the journal to undo that beside it: what it says of itself can be read all the same."""
    with pytest.raises(RuntimeError), lab.open(folder).writing() as store:
        store.remove([lab.held["entries"][0].article.source.id])
        raise RuntimeError
    cut_off = f"""
import os, sqlite3
db = sqlite3.connect({str(_store(folder))!r}, isolation_level=None)
db.execute("PRAGMA cache_size = 5")
db.execute("BEGIN")
db.execute("UPDATE embedding_metadata SET string_value = 'x'")
os._exit(0)"""
    subprocess.run([sys.executable, "-c", cut_off], check=True)
    assert _store(folder).with_name("chroma.sqlite3-journal").stat().st_size
    assert Folder(folder).peek().writing
    assert_same(look(folder), lab.held)


def test_an_open_index_goes_on_when_its_view_is_damaged(lab, folder):
    for damage in ("cut to half", "gone", "its words overwritten"):
        opened = lab.open(folder)
        VIEW[damage](folder)
        for again in (True, False):
            try:
                with opened.snapshot() as corpus:
                    assert [chunk.id for chunk, _ in corpus.lexical("Cisco", 3)] and corpus.state == lab.held["state"]
                break
            except UserError as error:
                assert again and "was damaged" in error.message
    assert_same(look(folder), lab.held)


def test_an_open_index_goes_on_when_all_is_gone(lab, folder):
    opened = lab.open(folder)
    shutil.rmtree(folder)
    with opened.snapshot() as corpus:
        assert (corpus.counts, corpus.lexical("Cisco", 3)) == ((0, 0), [])
    assert not folder.exists() and not opened.exists


@pytest.mark.parametrize(("store", "view"), [("cut to half", "cut to half"), ("its folder gone", "cut by seven bytes"),
                                             ("its vectors overwritten", "gone"), ("header.bin gone", "overwritten in the middle")])
def test_where_both_are_damaged_it_says_so(lab, folder, store, view):
    """And throws nothing away: either may be all that somebody has."""
    STORE[store](folder)
    VIEW[view](folder)
    before = _names(folder)
    for _ in range(2):
        with pytest.raises(UserError) as caught:
            look(folder, store_too=False)
        assert_clear(caught.value)
        assert "amaged" in caught.value.message or "cannot be used" in caught.value.message
    assert _names(folder) == before


@pytest.mark.parametrize("name", ["its first pages overwritten", "its vectors overwritten"])
def test_the_program_over_a_damaged_store(lab, folder, name):
    STORE[name](folder)
    assert works("search", "Cisco 8223", "--index", folder) == lab.found
    code, out, errors = run("ingest", lab.news, "--index", folder)
    assert (code, out) == (0, "0 added, 0 updated, 4 unchanged, 0 removed, 0 failed\n")
    assert len(errors.splitlines()) == 1 and "made anew from the view" in errors and str(folder / "chroma.damaged-1") in errors
    assert works("search", "Cisco 8223", "--index", folder) == lab.found
    assert_same(look(folder), lab.held)


@pytest.mark.parametrize("name", ["overwritten in the middle", "its words overwritten"])
def test_the_program_over_a_damaged_view(lab, folder, name):
    VIEW[name](folder)
    assert "Run it again." in refused("search", "Cisco 8223", "--index", folder)
    assert works("search", "Cisco 8223", "--index", folder) == lab.found
    assert_same(look(folder), lab.held)


def test_the_vector_index_as_chroma_writes_it_passes(folder, lab):
    """Also after elements were taken out and many more put in."""
    assert hnsw.damaged(folder / "chroma") is None
    with lab.open(folder).writing() as store:
        bulk = next(entry for entry in lab.held["entries"] if entry.article.source.id == "bulk")
        store.remove(["bulk"])
        store.put([replace(bulk, article=replace(bulk.article, source=replace(bulk.article.source, id=id))) for id in ("one", "two")])
    assert (_vectors(folder) / "data_level0.bin").stat().st_size > BULK * 384 * 4 * 1.9
    assert hnsw.damaged(folder / "chroma") is None
