"""How Longhaul does at 10,000 and 100,000 chunks: writing, searching with and without filters, opening, updating.

    HF_HUB_OFFLINE=1 python tests/benchmarks/scale.py [--view-only] [--in FOLDER] [CHUNKS …]

The corpus is made up: sentences of the starter articles in random order, with companies, publishers and dates drawn at random;
a chunk's vector is the mean of its sentences' vectors with some noise, so nothing waits for the embedding model. Every question of
seeds/suites is then asked of `retrieve`, and every third under each filter. A millisecond figure is the median, and after the
stroke the 95th percentile; the first question counts too. `--view-only` writes no Chroma store, for sizes where that would take
an hour. A few minutes for the two sizes; figures are for a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from longhaul.bot.chain import DEPTH
from longhaul.bot.retrieve import retrieve
from longhaul.ingest.companies import load_companies
from longhaul.ingest.embed import load_embedder
from longhaul.ingest.index import Index
from longhaul.ingest.pipeline import seeds_folder
from longhaul.ingest.read import read
from longhaul.ingest.sentences import sentences
from longhaul.ingest.types import Article, Chunk, Entry, Failure, Filter, Record, Source
from longhaul.ingest.view import View

THIRD = 3  # of the questions, one in so many is asked under each filter
WINDOW = 512  # chunks written at a time, as ingest does
PUBLISHERS = [f"Paper {n}" for n in range(200)]
TODAY = date(2026, 7, 1)
ANY = Filter(as_of=TODAY, undated=True)
FILTERS = {
    "no filter": ANY,
    "a common company": replace(ANY, companies=("Verizon",)),
    "a rare company": replace(ANY, companies=("Ciena",)),
    "the largest publisher": replace(ANY, publishers=(PUBLISHERS[0],)),
    "twenty publishers": replace(ANY, publishers=tuple(PUBLISHERS[20:40])),
    "a year": replace(ANY, since=date(2024, 6, 1), until=date(2025, 5, 31)),
    "a week": replace(ANY, since=date(2025, 6, 2), until=date(2025, 6, 8)),
    "as of a day": Filter(as_of=date(2025, 1, 1)),
    "all of them": Filter(("Verizon",), tuple(PUBLISHERS[:9]), date(2023, 6, 1), date(2025, 5, 31), date(2025, 6, 1)),
}
_open: dict[str, Any] = {}  # of a reader's process, from one call to the next


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("chunks", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--view-only", action="store_true")
    parser.add_argument("--in", dest="place", help="where the indexes are made (the folder for temporary files)")
    given = parser.parse_args()
    columns = []
    for chunks in given.chunks:
        with tempfile.TemporaryDirectory(dir=given.place, ignore_cleanup_errors=True) as folder:
            columns.append(measure(folder, chunks, given.view_only))
    rows = list(dict.fromkeys(name for column in columns for name in column))
    print("| | " + " | ".join(f"{chunks:,} chunks" for chunks in given.chunks) + " |\n" + "|---" * (len(columns) + 1) + "|")
    for name in rows:
        print(f"| {name} | " + " | ".join(column.get(name, "") for column in columns) + " |")


def measure(folder: str, chunks: int, view_only: bool) -> dict[str, str]:
    """The figures of one size, by name. Whoever writes and whoever reads is a process of its own."""
    with worker() as reader:
        with worker() as writer:
            found = writer.submit(make, folder, chunks, view_only).result()
        found |= reader.submit(ask, folder).result()
        if not view_only:
            with worker() as writer:
                found |= writer.submit(update, folder).result()
            found |= reader.submit(reload).result()
    return found


def worker() -> ProcessPoolExecutor:
    """One fresh process."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))


def make(folder: str, chunks: int, view_only: bool) -> dict[str, str]:
    """Writes the corpus."""
    entries = corpus(chunks)
    if view_only:
        entries = iter(list(entries))  # made beforehand, so that only the writing is timed
        published, state = timed(lambda: View(Path(folder) / "view.sqlite").write((), entries, Record(2, "none", "none", "1", 1)))
        stored = 0.0
    else:
        index, stored = Index(folder), 0.0
        with index.writing() as store:
            store.note(replace(store.record, model="none", model_hash="none"))
            for window in windows(entries):
                stored += timed(lambda window=window: store.put(window))[0]
            start = time.perf_counter()
        published = time.perf_counter() - start
    sizes = {"the store": Path(folder) / "chroma", "the view": Path(folder) / "view.sqlite"}
    figures = {"written to the store, per 1,000 chunks": f"{stored / chunks * 1e6:,.0f} ms"} if stored else {}
    figures["published, per 1,000 chunks"] = f"{published / chunks * 1e6:,.0f} ms"
    return figures | {f"disk: {name}": f"{disk(path) / 2**20:,.0f} MiB" for name, path in sizes.items() if path.exists()}


def ask(folder: str) -> dict[str, str]:
    """Opens the index and asks everything."""
    embedder, before = load_embedder(), memory()
    suites = sorted((seeds_folder() / "suites").glob("*.yaml"))
    questions = [case["ask"] for suite in suites for case in yaml.safe_load(suite.read_text("utf-8"))]
    embedded, vectors = [], {}
    for question in questions:
        spent, vectors[question] = timed(lambda question=question: embedder.embed([question]))
        embedded.append(spent)
    ready = type("Ready", (), {"embed": staticmethod(lambda texts: vectors[texts[0]])})()
    index = _open["index"] = Index(folder)
    spent, snapshot = timed(index._snapshot)  # what `snapshot()` does where nothing has changed
    found = {"cold opening": f"{spent * 1000:,.0f} ms"}
    with snapshot:
        for name, filter in FILTERS.items():
            spent = [timed(lambda question=question, filter=filter: retrieve(question, DEPTH, filter, snapshot, ready))[0]
                     for question in (questions if filter is ANY else questions[::THIRD])]
            found[f"search: {name}"] = milliseconds(spent)
    found["the question's embedding"] = milliseconds(embedded)
    found["memory of a reader, beyond the model's"] = f"{(memory() - before) / 2**20:,.0f} MiB"
    return found


def update(folder: str) -> dict[str, str]:
    """A run that finds nothing to do, then one that changes one article."""
    index = Index(folder)

    def run(change: bool) -> None:
        with index.writing() as store:
            id = sorted(store.hashes())[0]
            if change:
                entry = next(store.entries([id]))
                store.put([replace(entry, digest="changed")])

    return {name: f"{timed(lambda change=change: run(change))[0]:.2f} s"
            for name, change in (("a run that changes nothing", False), ("a run that changes one article", True))}


def reload() -> dict[str, str]:
    """The first snapshot after another process has written."""
    spent, snapshot = timed(_open["index"]._snapshot)
    snapshot._db.close()
    return {"a reader's next opening": f"{spent * 1000:,.0f} ms"}


def corpus(chunks: int) -> Iterator[Entry]:
    """That many chunks in articles of one to nine, every text different, the same on each call."""
    dice, noise = random.Random(1), np.random.default_rng(1)
    articles = [row[1] for row in read([seeds_folder()]) if not isinstance(row, Failure)]
    pool = list(dict.fromkeys(article.text[a:b] for article in articles for a, b in sentences(article.text)))
    directions = load_embedder().embed(pool)
    names = load_companies().names
    left = chunks
    while left:
        size = min(left, dice.randint(1, 9))
        picked = [dice.sample(range(len(pool)), dice.randint(4, 8)) for _ in range(size)]
        left -= size
        day = date(2023, 1, 1) + timedelta(days=dice.randrange(1200)) if dice.random() > 0.02 else None
        source = Source(f"article-{left:07}", pool[picked[0][0]][:90], None, PUBLISHERS[int(200 * dice.random() ** 3)], day, day,
                        tuple(dict.fromkeys(names[int(len(names) * dice.random() ** 3)] for _ in range(3))))
        texts = [f"Item {left + n:,}. " + " ".join(pool[at] for at in some) for n, some in enumerate(picked)]
        article = Article(source, "\n\n".join(texts))
        starts = np.cumsum([0, *(len(text) + 2 for text in texts)]).tolist()
        pieces = tuple(Chunk(f"{source.id}#{n}", source, text, starts[n], starts[n] + len(text)) for n, text in enumerate(texts))
        vectors = np.stack([directions[some].mean(axis=0) for some in picked])
        vectors += noise.normal(0, 0.02, vectors.shape)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        yield Entry(article, sha256(article.text.encode()).hexdigest(), pieces, vectors.astype(np.float32))


def windows(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Whole articles, about `WINDOW` chunks at a time."""
    window: list[Entry] = []
    for entry in entries:
        window.append(entry)
        if sum(len(entry.chunks) for entry in window) >= WINDOW:
            yield window
            window = []
    if window:
        yield window


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds that it takes, and what it gives."""
    start = time.perf_counter()
    given = work()
    return time.perf_counter() - start, given


def milliseconds(spent: list[float]) -> str:
    return f"{statistics.median(spent) * 1000:.1f} / {statistics.quantiles(spent, n=20)[18] * 1000:.1f} ms"


def memory() -> int:
    """Bytes that this process holds (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def disk(path: Path) -> int:
    return sum(file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())


if __name__ == "__main__":
    main()
