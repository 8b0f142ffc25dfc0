"""The index: what is stored comes back, filters hold, damage is mended or named."""

from __future__ import annotations

import sqlite3
from datetime import date

import numpy as np
import pytest

from longhaul.ingest.chunk import chunk
from longhaul.ingest.index import Index, exists
from longhaul.ingest.types import Article, Filter, Press, Source, UserError

VERIZON = Source("verizon", "Verizon builds", "https://example.com/v", "Wire", date(2025, 11, 3), date(2025, 11, 4), ("Verizon",),
                 (Press("The Register", date(2025, 11, 2), None),))
LUMEN = Source("lumen", "Lumen sells", None, None, date(2024, 8, 5), None, ("Lumen Technologies", "Corning"))
UNDATED = Source("undated", "Nobody dates it", publisher="Blog")
TEXTS = {VERIZON: "Verizon builds fibre for a cloud.", LUMEN: "Lumen sells fibre to hyperscalers.",
         UNDATED: "Fibre is dug into the ground."}


@pytest.fixture
def filled(index, embedder):
    with index.writing():
        for source, text in TEXTS.items():
            article = Article(source, text)
            chunks = chunk(article, embedder.count_tokens, embedder.max_tokens)
            index.put(article, f"hash of {source.id}", chunks, embedder.embed([c.text for c in chunks]))
    return index


def _found(results) -> set[str]:
    return {found.source.id for found, _ in results}


def test_what_is_stored_comes_back(filled):
    assert filled.article("verizon") == Article(VERIZON, TEXTS[VERIZON])
    assert filled.sources() == [UNDATED, LUMEN, VERIZON]
    assert filled.counts == (3, 3)
    with pytest.raises(UserError, match="No article is called 'nope'"):
        filled.article("nope")


@pytest.mark.parametrize(("filter", "expected"), [
    (Filter(), {"verizon", "lumen", "undated"}),
    (Filter(companies=("Verizon",)), {"verizon"}),
    (Filter(companies=("Verizon", "Corning")), {"verizon", "lumen"}),
    (Filter(publishers=("The Register",)), {"verizon"}),
    (Filter(publishers=("Wire", "Blog")), {"verizon", "undated"}),
    (Filter(since=date(2025, 11, 3)), {"verizon"}),
    (Filter(since=date(2025, 11, 4)), set()),
    (Filter(until=date(2024, 8, 5)), {"lumen"}),
    (Filter(as_of=date(2025, 11, 3)), {"lumen"}),
    (Filter(as_of=date(2025, 11, 4)), {"verizon", "lumen"}),
    (Filter(companies=("Verizon",), until=date(2025, 1, 1)), set()),
])
def test_filters_narrow_both_searches_and_the_list(filled, embedder, filter, expected):
    assert _found(filled.dense(embedder.embed(["fibre"])[0], 10, filter)) == expected
    assert _found(filled.lexical("fibre", 10, filter)) == expected
    assert {source.id for source in filled.sources(filter)} == expected


def test_lexical_search_takes_any_text(filled):
    for query in ('"', "fibre OR", "NEAR(", "*", "a:b", "fibre'); DROP TABLE chunks; --", "\0", "🙂", ""):
        filled.lexical(query, 5)
    assert filled.counts == (3, 3)


def test_removal(filled, embedder):
    with filled.writing():
        filled.remove("verizon")
    assert filled.counts == (2, 2)
    assert "verizon" not in filled.hashes()
    assert _found(filled.dense(embedder.embed(["fibre"])[0], 10)) == {"lumen", "undated"}


def test_another_opening_sees_the_same(filled, embedder):
    again = Index(filled.folder)
    assert (again.state, again.counts, again.model) == (filled.state, filled.counts, embedder.name)
    assert again.article("lumen") == filled.article("lumen")


def test_the_state_tells_contents_apart(filled):
    before = filled.state
    with filled.writing():
        pass
    assert filled.state == before
    with filled.writing():
        filled.remove("lumen")
    assert filled.state != before


def test_another_model_is_refused(filled):
    with pytest.raises(UserError, match="holds vectors of the model"):
        Index(filled.folder, "another-model", "x")


def test_one_writer_at_a_time(filled):
    with filled.writing(), pytest.raises(UserError, match="Another run is writing"), Index(filled.folder).writing():
        pass


def test_a_damaged_view_is_made_anew(filled, embedder):
    (filled.folder / "view.sqlite").write_bytes(b"this is no database" * 500)
    for suffix in ("-wal", "-shm"):
        (filled.folder / f"view.sqlite{suffix}").unlink(missing_ok=True)
    again = Index(filled.folder, embedder.name, embedder.digest)
    assert again.counts == (3, 3)
    assert _found(again.lexical("fibre", 10)) == {"verizon", "lumen", "undated"}


def test_a_run_that_was_cut_off_is_cleaned_up(filled, embedder):
    article = Article(Source("half", "Half"), "Half of it was written.")
    chunks = chunk(article, embedder.count_tokens, embedder.max_tokens)
    with pytest.raises(KeyboardInterrupt), filled.writing():
        filled.put(article, "whole", chunks, embedder.embed([c.text for c in chunks]))
        filled._articles.delete(ids=["half"])  # as if the power had gone before the commit
        raise KeyboardInterrupt
    again = Index(filled.folder, embedder.name, embedder.digest)
    assert again.counts == (3, 3)
    assert "half" not in _found(again.dense(embedder.embed(["half"])[0], 10))
    assert set(again.hashes()) == {"verizon", "lumen", "undated"}


def test_a_damaged_store_is_named(tmp_path):
    (tmp_path / "chroma").mkdir()
    (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"this is no database" * 500)
    with pytest.raises(UserError, match="cannot be opened"):
        Index(tmp_path, "m", "h")


@pytest.mark.parametrize("folder", ["https://example.com/index", "a-file"])
def test_what_is_no_folder_is_refused(tmp_path, folder):
    (tmp_path / "a-file").write_text("x")
    with pytest.raises(UserError):
        Index(folder if "://" in folder else tmp_path / folder, "m", "h")


def test_whether_an_index_stands(filled, tmp_path):
    assert exists(filled.folder)
    assert not exists(tmp_path / "nowhere")


def test_vectors_have_unit_length(embedder):
    vectors = embedder.embed(["fibre", "A longer sentence about fibre.", ""])
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_view_counts_words(filled):
    assert filled.frequency(["fiber", "hyperscal", "nowhere"])["fiber"] == 3
    assert filled.frequency(["nowhere"]) == {"nowhere": 0}
    assert sqlite3.connect(filled.folder / "view.sqlite").execute("PRAGMA integrity_check").fetchone() == ("ok",)
