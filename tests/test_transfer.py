"""An index as one file, and back: the same answers elsewhere, and nothing changed by a file that is not whole."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from reading import Now

from longhaul.ingest import transfer
from longhaul.ingest.index import Index
from longhaul.ingest.types import UserError


@pytest.fixture(scope="module")
def seeds(seeds_index) -> Index:
    return Index(seeds_index)


@pytest.fixture(scope="module")
def backup(seeds, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "seeds.gz"
    assert transfer.export(seeds, file) == 62
    return file


def test_an_index_comes_back_whole(seeds, backup, index, now, embedder):
    steps: list[tuple[int, int]] = []
    assert transfer.load(index, backup, progress=lambda done, total: steps.append((done, total))) == 62
    assert (steps[0], steps[-1]) == ((0, 62), (62, 62))
    was = Now(seeds)
    assert (now.state, now.counts, index.record.model) == (was.state, was.counts, embedder.name)
    assert [now.article(id) for id in sorted(now.ids)] == [was.article(id) for id in sorted(was.ids)]
    with seeds.snapshot() as one, index.snapshot() as two:
        for a, b in zip(one.entries(), two.entries(), strict=True):
            assert (a.article, a.digest, a.chunks) == (b.article, b.digest, b.chunks)
            assert np.allclose(a.vectors, b.vectors, atol=1e-6)  # Chroma sets them to length 1 again
    vector = embedder.embed(["Who leads data-centre Ethernet?"])[0]
    assert [chunk for chunk, _ in now.dense(vector, 20)] == [chunk for chunk, _ in was.dense(vector, 20)]
    assert now.lexical("dark fibre route miles", 20) == was.lexical("dark fibre route miles", 20)
    Index(index.place, embedder.name, embedder.digest)  # it took over the model as well


def test_another_index_is_only_replaced_on_request(backup, take, write, index, now):
    take(write("mine", "Lumen sold fibre."))
    with pytest.raises(UserError, match="holds 1 articles") as caught:
        transfer.load(index, backup)
    assert "--replace" in caught.value.hint and now.ids == {"mine"}
    transfer.load(index, backup, replacing=True)
    assert len(now.ids) == 62 and "mine" not in now.ids
    assert transfer.load(index, backup, replacing=True) == 62


def _rewritten(backup: Path, to: Path, change) -> Path:
    lines = gzip.decompress(backup.read_bytes()).decode().splitlines()
    to.write_bytes(gzip.compress("\n".join(change(lines)).encode()))
    return to


def _with(line: str, **values: object) -> str:
    return json.dumps(json.loads(line) | values)


@pytest.mark.parametrize("change", [
    lambda lines: lines[:-1], lambda lines: [*lines[:-1], lines[-1][:-9]], lambda lines: ["{}", *lines[1:]], lambda lines: [],
    lambda lines: [*lines[:-1], _with(lines[-1], vectors="AAAA")], lambda lines: [*lines[:-1], _with(lines[-1], chunks=[[0, 10**9]])],
    lambda lines: [*lines[:-1], _with(lines[-1], source={"id": 1})], lambda lines: [*lines, "[]"],
    lambda lines: [_with(lines[0], longhaul=99), *lines[1:]], lambda lines: [_with(lines[0], model="other"), *lines[1:]]])
def test_a_file_that_is_not_whole_changes_nothing(backup, tmp_path, embedder, take, write, index, now, change):
    take(write("mine", "Lumen sold fibre."))
    state = now.state
    with pytest.raises(UserError) as caught:
        transfer.load(index, _rewritten(backup, tmp_path / "bad.gz", change), replacing=True)
    assert caught.value.message and caught.value.hint
    assert now.state == state and now.ids == {"mine"}


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"\xff\xfe", mtime=0), None])
def test_what_is_no_such_file_is_named(tmp_path, longhaul, content):
    if content is not None:
        (tmp_path / "bad.gz").write_bytes(content)
    done = longhaul("index", "import", tmp_path / "bad.gz", "--index", tmp_path / "index")
    assert done.exit_code == 1 and done.stderr.count("\n") == 2 and "bad.gz" in done.stderr.replace("\n", "")
    assert not (tmp_path / "index").exists()


def test_a_cut_off_file_is_named(backup, tmp_path, longhaul):
    (tmp_path / "cut.gz").write_bytes(backup.read_bytes()[:-500])
    done = longhaul("index", "import", tmp_path / "cut.gz", "--index", tmp_path / "index")
    assert done.exit_code == 1 and "is damaged" in done.stderr
    assert not (tmp_path / "index").exists()


def test_the_commands(seeds_index, tmp_path, longhaul):
    file, copy = tmp_path / "seeds.gz", tmp_path / "copy"
    done = longhaul("index", "export", file, "--index", seeds_index)
    assert (done.exit_code, done.stdout) == (0, "62 articles exported\n")
    assert list(tmp_path.iterdir()) == [file]
    done = longhaul("index", "import", file, "--index", copy)
    assert (done.exit_code, done.stdout) == (0, "62 articles imported\n")
    question = ["ask", "Why did Cogent cut its dividend?", "--json", "--index"]
    one, two = (json.loads(longhaul(*question, place).stdout) for place in (seeds_index, copy))
    assert {**one, "seconds": None} == {**two, "seconds": None}
    for command in (["export", tmp_path / "no" / "such.gz", "--index", copy], ["export", tmp_path / "x.gz", "--index", tmp_path / "none"],
                    ["import", file, "--index", copy]):
        done = longhaul("index", *command)
        assert done.exit_code == 1 and done.stderr.count("\n") == 2, command
