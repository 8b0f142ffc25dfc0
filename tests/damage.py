"""What the tests of damage share: an index to damage, a look at all that it holds, and the program in its own process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading import sure_ledger

from longhaul.ingest.claims import version
from longhaul.ingest.classify import load_classifier
from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder
from longhaul.ingest.index import SCHEMA, Index
from longhaul.ingest.pipeline import ingest, seeds_folder
from longhaul.ingest.store import Store
from longhaul.ingest.types import Article, Chunk, Entry, Source, UserError

PROGRAM = Path(sys.executable).with_name("longhaul")
BULK = 1_050  # chunks: Chroma writes its vector index to disk from 1,000 on
QUERY = "Cisco 8223 routers filler 17"


class Lab:
    """An index of `news`, never to be changed, and what it holds; and the same after `changed` was read in, which holds more."""

    def __init__(self, folder: Path, embedder: Embedder, companies: Companies):
        self.index, self.news, self.changed = folder / "index", folder / "news", folder / "changed"
        self.embedder, self.companies = embedder, companies
        self.news.mkdir()
        for path in sorted(seeds_folder().glob("2025-10-*.md"))[:4]:
            shutil.copy(path, self.news)
        shutil.copytree(self.news, self.changed)
        first = min(self.changed.iterdir())
        first.write_text(first.read_text("utf-8") + "\nCisco routers were mentioned once more.\n", "utf-8")
        (self.changed / "new.md").write_text("---\ntitle: New\n---\nZayo digs a route to Reno for Cisco routers.\n", "utf-8")
        with self.open(self.index).writing() as store:
            store.put([_bulk()])
            store.note(replace(store.record, ledger=version(companies, load_classifier())))  # it is as the next ingest wants it
        self.ingest(self.index, self.news)
        self.held = look(self.index)
        after = self.copy(folder / "after")
        self.ingest(after, self.changed)
        self.held_after = look(after)
        self.listed = works("articles", "list", "--index", self.index)
        self.found = works("search", "Cisco 8223", "--index", self.index)

    def open(self, folder: Path) -> Index:
        """The index in `folder`, as the bot opens it."""
        return Index(str(folder), self.embedder.name, self.embedder.digest)

    def ingest(self, folder: Path, news: Path) -> None:
        """Reads `news` into the index in `folder`."""
        assert not ingest(self.open(folder), self.embedder, self.companies, [news]).failed

    def copy(self, folder: Path) -> Path:
        """A copy of the index that may be damaged."""
        return shutil.copytree(self.index, folder)


def _bulk() -> Entry:
    lines = [f"Filler sentence number {n} about the bulk." for n in range(BULK)]
    text, source = "\n".join(lines), Source("bulk", "Bulk")
    starts = np.cumsum([0] + [len(line) + 1 for line in lines])
    chunks = tuple(Chunk(f"bulk#{n}", source, line, int(starts[n]), int(starts[n]) + len(line)) for n, line in enumerate(lines))
    vectors = np.random.default_rng(1).normal(size=(BULK, 384)).astype(np.float32)
    return Entry(Article(source, text), "bulk", chunks, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def look(folder: Path, store_too: bool = True) -> dict[str, Any]:
    """All that a reader finds, and all that the store holds."""
    index = Index(str(folder))
    with index.snapshot() as corpus:
        entries = list(corpus.entries())
        query = next((entry.vectors[0] for entry in entries if entry.article.source.id != "bulk"), np.zeros(384))
        found = {"state": corpus.state, "counts": corpus.counts, "entries": entries,
                 "dense": corpus.dense(query, 10), "lexical": corpus.lexical(QUERY, 10)}
    if store_too:
        with index.place.opened() as client:
            store = Store(client)
            assert (store.record.state, store.record.writing, store.record.schema) == (found["state"], False, SCHEMA)
            assert store._chunks.count() == found["counts"][1]
            _assert_entries(list(store.entries(sorted(store.hashes()))), entries)
    return found


def _assert_entries(these: Sequence[Entry], those: Sequence[Entry]) -> None:
    key = lambda entry: entry.article.source.id  # noqa: E731
    for one, other in zip(sorted(these, key=key), sorted(those, key=key), strict=True):
        assert (one.article, one.digest, one.chunks) == (other.article, other.digest, other.chunks)
        assert sure_ledger(one.ledger) == sure_ledger(other.ledger)
        assert one.vectors.shape == other.vectors.shape and np.abs(one.vectors - other.vectors).max() < 1e-4


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Ids, texts, vectors within 1e-4, searches and state are equal."""
    assert (found["state"], found["counts"]) == (expected["state"], expected["counts"])
    _assert_entries(found["entries"], expected["entries"])
    for search in ("dense", "lexical"):
        assert [chunk.id for chunk, _ in found[search]] == [chunk.id for chunk, _ in expected[search]]
        assert [score for _, score in found[search]] == pytest.approx([score for _, score in expected[search]], abs=1e-4)


def assert_clear(error: UserError) -> None:
    """One line of what is wrong and one of what to do."""
    assert error.message and error.hint and "\n" not in error.message + error.hint


def run(*args: str | Path, before: Sequence[str] = (), **env: str) -> tuple[int, str, str]:
    """The installed program, behind `before`: exit code, output, errors."""
    done = subprocess.run([*before, str(PROGRAM), *map(str, args)], check=False, capture_output=True, timeout=120, text=True,
                          encoding="utf-8", env=os.environ | env, stdin=subprocess.DEVNULL)
    assert "Traceback" not in done.stderr and "panicked" not in done.stderr, done.stderr
    assert done.returncode in (0, 1, 3), (args, done)
    return done.returncode, done.stdout, done.stderr


def refused(*args: str | Path, before: Sequence[str] = (), **env: str) -> str:
    """Runs what must fail: exit code 1, nothing on the output, two lines of error, which come back."""
    code, out, errors = run(*args, before=before, **env)
    assert (code, out) == (1, ""), (args, code, out, errors)
    assert len(errors.splitlines()) == 2, errors
    return errors


def works(*args: str | Path, before: Sequence[str] = (), **env: str) -> str:
    """Runs what must succeed without a word of error; its output comes back."""
    code, out, errors = run(*args, before=before, **env)
    assert (code, errors) == (0, ""), (args, code, errors)
    return out
