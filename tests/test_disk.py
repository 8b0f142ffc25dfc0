"""What the disk may do to an index: full, read-only, not allowed, gone, with times that lie ahead."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from damage import PROGRAM, Lab, assert_clear, assert_same, look, refused, run, works

from longhaul.ingest.types import UserError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX mounts and permissions")
_CAPABILITIES = "-dac_override,-dac_read_search,-fowner"  # what lets root pass over permissions


@pytest.fixture(scope="module")
def lab(tmp_path_factory, embedder, companies) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab"), embedder, companies)


@pytest.fixture
def folder(lab, tmp_path) -> Path:
    return lab.copy(tmp_path / "index")


@pytest.fixture
def mount(tmp_path) -> Iterator[Callable[..., Path]]:
    """Mounts; skips where that is not permitted."""
    mounted = []

    def do(*args: str | Path) -> Path:
        at = Path(args[-1])
        at.mkdir(exist_ok=True)
        if not shutil.which("mount"):
            pytest.skip("there is no mount")
        done = subprocess.run(["mount", *map(str, args)], check=False, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")
        if at not in mounted:  # else it was mounted in another way
            mounted.append(at)
        return at

    yield do
    for at in reversed(mounted):
        subprocess.run(["umount", "-l", str(at)], check=True)


@pytest.fixture(scope="module")
def as_user() -> list[str]:
    """What to put before a command so that permissions count, also where root runs the tests."""
    if os.geteuid():
        return []
    before = ["setpriv", "--bounding-set", _CAPABILITIES, "--inh-caps", _CAPABILITIES]
    if not shutil.which("setpriv") or subprocess.run([*before, "true"], check=False, capture_output=True).returncode:
        pytest.skip("root cannot give up its rights here")
    return before


def _assert_reads(lab: Lab, folder: Path, tmp_path: Path, before: tuple[str, ...] = ()) -> None:
    """Whether everything that only reads works as over an undamaged index."""
    assert works("articles", "list", "--index", folder, before=before) == lab.listed
    assert works("search", "Cisco 8223", "--index", folder, before=before) == lab.found
    assert works("ask", "What did Cisco announce?", "--index", folder, before=before)
    assert works("index", "export", tmp_path / "out.gz", "--index", folder, before=before) == "5 articles exported\n"


def test_a_read_only_index_answers_and_refuses_to_be_written(lab, folder, mount, tmp_path):
    at = mount("--bind", folder, tmp_path / "at")
    mount("-o", "remount,bind,ro", at)
    _assert_reads(lab, at, tmp_path)
    for command in (["ingest", lab.changed], ["articles", "remove", "bulk"], ["index", "import", tmp_path / "out.gz", "--replace"]):
        assert "cannot be written to" in refused(*command, "--index", at)
    assert run("doctor", "--index", at)[0] == 0
    assert_same(look(folder), lab.held)


@pytest.mark.parametrize("beside", ["empty", "full", "wal"])
def test_a_read_only_index_answers_with_a_journal_beside_it(lab, folder, mount, tmp_path, beside):
    """Empty files; and those of a writer that was cut off before it tidied up, with and without what readers share."""
    if beside == "empty":
        for name in ("view.sqlite-wal", "view.sqlite-shm"):
            (folder / name).write_bytes(b"")
        expected = lab.held
    else:
        whole = tmp_path / "whole"
        shutil.copytree(folder, whole)
        with closing(sqlite3.connect(whole / "view.sqlite")) as db:
            db.execute("PRAGMA wal_autocheckpoint = 0")
            db.execute("UPDATE articles SET source = replace(source, '\"Bulk\"', '\"Bulk of it\"')")
            db.commit()
            for name in ("view.sqlite", "view.sqlite-wal", "view.sqlite-shm"):
                shutil.copy(whole / name, folder / name)
        if beside == "wal":
            (folder / "view.sqlite-shm").unlink()
        expected = None
    at = mount("--bind", folder, tmp_path / "at")
    mount("-o", "remount,bind,ro", at)
    listed = works("articles", "list", "--index", at)
    assert ("Bulk of it" in listed) == (expected is None)
    found = works("search", "Cisco 8223", "--index", at)
    assert found.replace("Bulk of it", "Bulk") == lab.found
    assert "cannot be written to" in refused("ingest", lab.news, "--index", at)


def test_a_read_only_index_that_would_have_to_be_mended_says_so(lab, folder, mount, tmp_path):
    view = folder / "view.sqlite"
    view.write_bytes(view.read_bytes()[:300_000])
    at = mount("--bind", folder, tmp_path / "at")
    mount("-o", "remount,bind,ro", at)
    for command in (["search", "Cisco"], ["articles", "list"]):
        assert "cannot be written to" in refused(*command, "--index", at)
    assert view.stat().st_size == 300_000


@pytest.mark.parametrize(("name", "mode"), [("view.sqlite", 0), ("view.sqlite", 0o444), ("chroma", 0), ("chroma/chroma.sqlite3", 0o444),
                                            (".", 0), (".", 0o444), ("lock", 0)])
def test_files_that_may_not_be_used(lab, folder, as_user, name, mode):
    """Reading works, or says why not; writing says why not; and nothing changes."""
    path = folder / name
    before = path.stat().st_mode
    if name == "lock":
        path.touch()
    path.chmod(mode | (0o111 if path.is_dir() and mode else 0))
    try:
        if name == "view.sqlite" and not mode or name == "." and not mode:
            refused("articles", "list", "--index", folder, before=as_user)
        else:
            assert works("articles", "list", "--index", folder, before=as_user) == lab.listed
        refused("ingest", lab.changed, "--index", folder, before=as_user)
    finally:
        path.chmod(before)
    assert_same(look(folder), lab.held)
    assert not list(folder.glob("chroma.damaged*"))


def test_a_place_where_no_index_can_be(lab, tmp_path, as_user, longhaul):
    a_file, closed = tmp_path / "file", tmp_path / "closed"
    a_file.write_text("x")
    closed.mkdir(mode=0o555)
    for command in (["ask", "Who leads?"], ["search", "fibre"], ["ingest", lab.news], ["articles", "list"], ["serve", "--no-open"]):
        done = longhaul(*command, "--index", a_file)
        assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (1, "", 2) and "is no folder" in done.stderr
    assert "Not a directory\n" in longhaul("ingest", lab.news, "--index", a_file / "index").stderr
    assert "cannot be written to: Permission denied" in refused("ingest", lab.news, "--index", closed / "index", before=as_user)
    assert list(closed.iterdir()) == [] and a_file.read_text() == "x"


def test_a_setting_that_points_nowhere(tmp_path, longhaul, monkeypatch):
    monkeypatch.setenv("LONGHAUL_INDEX", str(tmp_path / "nowhere"))
    for command in (["articles", "list"], ["articles", "show", "x"], ["articles", "remove", "x"], ["index", "export", tmp_path / "x.gz"]):
        done = longhaul(*command)
        assert (done.exit_code, done.stdout) == (1, "") and "There is no index in" in done.stderr
        assert len(done.stderr.splitlines()) == 2
    assert longhaul("doctor").exit_code == 0
    assert list(tmp_path.iterdir()) == []


def _fill(at: Path, left: int) -> Path:
    """Fills the disk but for `left` bytes."""
    filler = at / "filler"
    free = os.statvfs(at)
    size = free.f_bavail * free.f_frsize - left
    with filler.open("wb") as file:
        for done in range(0, size, 1 << 16):
            file.write(bytes(min(1 << 16, size - done)))
    return filler


@pytest.mark.parametrize("left", [0, 64 << 10, 700 << 10])
def test_a_disk_that_gets_full_loses_nothing(lab, mount, tmp_path, left):
    """At whatever step it is full: what was stored is read all the while, and the next run with space does it all."""
    at = mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", tmp_path / "at")
    folder = lab.copy(at / "index")
    filler = _fill(at, left)
    code, out, errors = run("ingest", lab.changed, "--index", folder)
    if code:
        assert out == "" and len(errors.splitlines()) == 2 and "is full" in errors, errors
        assert works("articles", "list", "--index", folder) == lab.listed
        assert works("search", "Cisco 8223", "--index", folder) == lab.found
    else:
        assert left
    filler.unlink()
    lab.ingest(folder, lab.changed)
    assert_same(look(folder), lab.held_after)


@pytest.mark.parametrize("left", [100 << 10, 1 << 20, 6 << 20])
def test_a_store_that_is_made_anew_on_a_full_disk(lab, mount, tmp_path, left):
    at = mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", tmp_path / "at")
    folder = lab.copy(at / "index")
    shutil.rmtree(folder / "chroma")
    filler = _fill(at, left)
    for _ in range(2):
        with pytest.raises(UserError) as caught:
            lab.ingest(folder, lab.changed)
        assert_clear(caught.value)
        assert "is full" in caught.value.message
        assert_same(look(folder, store_too=False), lab.held)
    filler.unlink()
    lab.ingest(folder, lab.changed)
    assert_same(look(folder), lab.held_after)


def test_a_view_that_is_made_anew_on_a_full_disk(lab, mount, tmp_path):
    at = mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", tmp_path / "at")
    folder = lab.copy(at / "index")
    (folder / "view.sqlite").unlink()
    filler = _fill(at, 100 << 10)
    assert "is full" in refused("articles", "list", "--index", folder)
    filler.unlink()
    assert_same(look(folder), lab.held)


def test_times_that_lie_ahead(lab, folder):
    """As after the clock was set back: of files, and of a run that was cut off."""
    ahead = time.time() + 400 * 86_400
    (folder / "writer.json").write_text(json.dumps({"host": "x", "process": 1, "since": "2099-01-01T00:00:00+00:00"}))
    for path in folder.rglob("*"):
        os.utime(path, (ahead, ahead))
    assert_same(look(folder), lab.held)
    assert run("ingest", lab.changed, "--index", folder) == (0, "1 added, 1 updated, 3 unchanged, 0 removed, 0 failed\n", "")
    assert_same(look(folder), lab.held_after)
    assert not (folder / "writer.json").exists()


def test_a_clock_that_is_set_back(lab, folder):
    if not shutil.which("faketime"):
        pytest.skip("there is no faketime")
    before = ["faketime", "2020-01-01 00:00:00"]
    if subprocess.run([*before, PROGRAM, "--version"], check=False, capture_output=True).returncode:
        pytest.skip("faketime does not run here")
    assert run("ingest", lab.changed, "--index", folder, before=before)[:2] == (0, "1 added, 1 updated, 3 unchanged, 0 removed, 0 failed\n")
    assert_same(look(folder), lab.held_after)
