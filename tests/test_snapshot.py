"""Searching a snapshot, held against the plainest way to reckon the same; larger corpora than the other tests have."""

from __future__ import annotations

import math
import random
import threading
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from longhaul.ingest.index import Index
from longhaul.ingest.loaded import load
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Article, Chunk, Entry, Filter, Record, Source
from longhaul.ingest.view import View
from longhaul.ingest.words import terms

QUERY = "Which carrier sells wavelengths in Ohio?"
RARE, COMMON = ["ohio", "wavelength"], ["carrier", "sell"]
LARGE = 30_000  # chunks: the common words alone pass the budget of a lexical search
FILTERS = [
    Filter(), Filter(companies=("Zayo",)), Filter(publishers=("The Wire",)), Filter(publishers=("The Wire", "Light")),
    Filter(since=date(2025, 3, 1), until=date(2025, 6, 30)), Filter(as_of=date(2025, 1, 20)), Filter(as_of=date(2025, 1, 20), undated=True),
    Filter(as_of=date(2030, 1, 1)), Filter(("Zayo",), ("The Wire",), date(2025, 2, 1), date(2025, 11, 1), date(2025, 8, 1)),
    Filter(companies=("Nobody",)),
]


def entry(id: str, texts: Iterable[str], vectors: np.ndarray, title: str = "", **about) -> Entry:
    """An article of these chunks."""
    texts = list(texts)
    source = Source(id, title, **about)
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    chunks = tuple(Chunk(f"{id}#{n}", source, text, starts[n], starts[n] + len(text)) for n, text in enumerate(texts))
    return Entry(Article(source, "\n".join(texts)), f"hash of {id}", chunks, unit(vectors))


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def snapshot(folder: Path, entries: Iterable[Entry], name: str = "view") -> Snapshot:
    """A view of these articles, read."""
    view = View(folder / f"{name}.sqlite")
    view.write((), entries, Record(2, "none", "none", name, 1))
    db = view.connect()
    return Snapshot(db, load(db))


def ids(found: list[tuple[Chunk, float]]) -> list[str]:
    return [chunk.id for chunk, _ in found]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Entry], Snapshot]:
    """Short chunks, three to an article; of the words of QUERY some are in most of them, some in few."""
    dice, noise = random.Random(7), np.random.default_rng(7)
    entries = []
    for n in range(LARGE // 3):
        texts = [" ".join(dice.choices(["carriers", "sell", "fibre", "fourteen", "towers", "Ohio", "wavelengths"],
                                       [40, 40, 20, 20, 20, 1, 2], k=dice.randint(4, 12))) for _ in range(3)]
        day = date(2025, 1, 1) + timedelta(days=n % 365) if n % 11 else None
        entries.append(entry(f"a{n:05}", texts, noise.normal(size=(3, 16)), dice.choice(["Ohio", "Carriers", "News"]), date=day,
                             publisher=["The Wire", "Light", "The Wire", None][n % 4], companies=("Zayo",) if n % 7 == 0 else ("Cogent",)))
    return entries, snapshot(tmp_path_factory.mktemp("large"), entries)


def passes(source: Source, filter: Filter) -> bool:
    """What types.Filter says, said plainly."""
    day, known = source.date, source.known
    return ((not filter.companies or bool({*filter.companies} & {*source.companies}))
            and (not filter.publishers or bool({*filter.publishers} & {*source.publishers}))
            and (not filter.since or day is not None and day >= filter.since)
            and (not filter.until or day is not None and day <= filter.until)
            and (not filter.as_of or (known <= filter.as_of if known else filter.undated)))


def bm25(entries: list[Entry], wanted: list[str]) -> dict[str, float]:
    """The scores of all chunks by the formula in SQLite's description of FTS5, a word in the title worth half of one in the text."""
    rows = [(chunk.id, Counter(terms(chunk.source.title)), Counter(terms(chunk.text))) for entry in entries for chunk in entry.chunks]
    mean = sum(title.total() + text.total() for _, title, text in rows) / len(rows)
    scores = dict.fromkeys((id for id, *_ in rows), 0.0)
    for term in wanted:
        held = sum(1 for _, title, text in rows if title[term] or text[term])
        weight = max(math.log((len(rows) - held + 0.5) / (held + 0.5)), 1e-6)
        for id, title, text in rows:
            count = 0.5 * title[term] + text[term]
            scores[id] += weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * (title.total() + text.total()) / mean))
    return scores


def test_words_under_a_budget_rank_as_without(large):
    entries, corpus = large
    held = corpus.frequency(RARE + COMMON)
    assert held["ohio"] + held["wavelength"] < 20_000 < sum(held.values())  # else this tests nothing
    scores = bm25(entries, sorted(set(terms(QUERY))))
    for filter in FILTERS:
        kept = {chunk.id: scores[chunk.id] for entry in entries if passes(entry.article.source, filter) for chunk in entry.chunks}
        best = sorted(kept, key=lambda id: (-round(kept[id], 6), id))[:10]
        found = corpus.lexical(QUERY, 10, filter)
        assert ids(found) == best, filter
        assert [score for _, score in found] == pytest.approx([kept[id] for id in best], abs=2e-6)


def test_a_lone_common_word_is_searched_all_the_same(large):
    entries, corpus = large
    scores = bm25(entries, ["carrier"])
    assert corpus.frequency(["carrier"])["carrier"] > 20_000
    found = corpus.lexical("carriers", 5)  # a word in most chunks weighs next to nothing, so most scores are equal
    assert [scores[id] for id in ids(found)] == pytest.approx(sorted(scores.values(), reverse=True)[:5], abs=1e-6)
    assert all("carrier" in terms(f"{chunk.source.title} {chunk.text}") for chunk, _ in found)


def test_vectors_rank_as_a_plain_comparison_does(large):
    entries, corpus = large
    vector = unit(np.random.default_rng(8).normal(size=16))
    for filter in FILTERS:
        kept = {chunk.id: float(np.dot(row.astype(float), vector.astype(float))) for entry in entries
                if passes(entry.article.source, filter) for chunk, row in zip(entry.chunks, entry.vectors, strict=True)}
        best = sorted(kept, key=lambda id: (-round(kept[id], 6), id))[:25]
        found = corpus.dense(vector, 25, filter)
        assert ids(found) == best, filter


def test_equal_scores_go_by_id_whatever_came_in_first(tmp_path):
    entries = [entry(f"twin-{n:04}", ["Ohio has fibre."], np.ones((1, 8))) for n in range(1500)]
    first = [f"twin-{n:04}#0" for n in range(7)]
    for name, order in (("up", entries), ("down", entries[::-1]), ("mixed", random.Random(1).sample(entries, len(entries)))):
        with snapshot(tmp_path, order, name) as corpus:
            assert ids(corpus.dense(unit(np.ones(8)), 7)) == first
            assert ids(corpus.lexical("Ohio", 7)) == first


def test_the_order_of_coming_in_changes_no_result(large, tmp_path):
    entries, corpus = large
    some = random.Random(2).sample(entries, 2_000)
    with snapshot(tmp_path, some, "one") as one, snapshot(tmp_path, sorted(some, key=lambda entry: entry.article.source.id), "two") as two:
        for n in range(20):
            vector = unit(np.random.default_rng(n).normal(size=16))
            assert one.dense(vector, 30) == two.dense(vector, 30)
        assert one.lexical(QUERY, 30) == two.lexical(QUERY, 30)


def test_an_article_of_many_chunks(tmp_path):
    vectors = np.random.default_rng(3).normal(size=(3_000, 8))
    long = entry("long", (f"Line {n} of the ledger." for n in range(3_000)), vectors)
    others = [entry(id, ["Nothing."], vectors[:1] * -1) for id in ("after", "before")]
    with snapshot(tmp_path, [others[0], long, others[1]]) as corpus:
        assert corpus.counts == (3, 3_002)
        for n in (0, 1, 2_999):
            chunk, score = corpus.dense(unit(vectors[n]), 1)[0]
            assert (chunk, round(score, 4)) == (long.chunks[n], 1)
            assert chunk == corpus.lexical(f"line {n}", 1)[0][0]


def test_texts_in_any_script_keep_their_places(tmp_path):
    texts = ["😀 Größe: 5 µm – “naïve” Ænima.", "光ファイバー網の容量が増えた。", "Ёлки и оптоволокно в Москве",
             "a\u0301cute e\u0301tude, İstanbul"]
    held = entry("scripts", texts, np.eye(4, 8))
    with snapshot(tmp_path, [held]) as corpus:
        for n, chunk in enumerate(held.chunks):
            found = corpus.dense(np.eye(4, 8, dtype=np.float32)[n], 1)[0][0]
            assert found == chunk and corpus.article("scripts").text[found.start:found.end] == texts[n]
        assert ids(corpus.lexical("москве оптоволокно", 1)) == ["scripts#2"]
        assert ids(corpus.lexical("Grösse \"naïve\" OR NOT * ( 光ファイバー網の容量が増えた", 2)) == ["scripts#1", "scripts#0"]


def test_eight_readers_at_once_see_what_one_sees(large, tmp_path):
    entries, _ = large
    index = Index(tmp_path / "index")
    with index.writing() as store:
        store.note(replace(store.record, model="none", model_hash="none"))
        store.put(entries[:300])
    vectors = unit(np.random.default_rng(4).normal(size=(8, 16)))
    meet = threading.Barrier(8)

    def look(n: int) -> list:
        meet.wait(20)
        seen = []
        for filter in FILTERS:
            with index.snapshot() as corpus:
                seen.append((corpus.state, corpus.dense(vectors[n], 5, filter), corpus.lexical(QUERY, 5, filter)))
        return seen

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(look, range(8)))
    with index.snapshot() as corpus:
        for n, seen in enumerate(together):
            assert seen == [(corpus.state, corpus.dense(vectors[n], 5, filter), corpus.lexical(QUERY, 5, filter)) for filter in FILTERS]
    assert together[0][0][1]
