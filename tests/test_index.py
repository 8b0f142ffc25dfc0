"""The index, in a folder and on a server: what is stored comes back, filters hold, and readers see whole runs."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from reading import Now

from longhaul.ingest.chunk import chunk
from longhaul.ingest.index import Index
from longhaul.ingest.place import place_of
from longhaul.ingest.types import Article, Busy, Entry, Filter, Press, Source, UserError

VERIZON = Source("verizon", "Verizon builds", "https://example.com/v", "Wire", date(2025, 11, 3), date(2025, 11, 4), ("Verizon",),
                 (Press("The Register", date(2025, 11, 2), None),))
LUMEN = Source("lumen", "Lumen sells", None, None, date(2024, 8, 5), None, ("Lumen Technologies", "Corning"))
UNDATED = Source("undated", "Nobody dates it", publisher="Blog")
TEXTS = {VERIZON: "Verizon builds fibre for a cloud.", LUMEN: "Lumen sells fibre to hyperscalers.",
         UNDATED: "Fibre is dug into the ground."}


@pytest.fixture
def entry(embedder):
    """An article ready to be stored."""
    def made(source: Source, text: str) -> Entry:
        chunks = tuple(chunk(Article(source, text), embedder.count_tokens, embedder.max_tokens))
        return Entry(Article(source, text), f"hash of {text}", chunks, embedder.embed([c.text for c in chunks]))

    return made


@pytest.fixture
def filled(index, entry):
    with index.writing() as store:
        store.put([entry(source, text) for source, text in TEXTS.items()])
    return index


def _found(results) -> set[str]:
    return {found.source.id for found, _ in results}


def test_nothing_is_made_by_looking(index, now):
    assert (now.counts, now.state, now.sources(), index.exists) == ((0, 0), "", [], False)
    assert now.dense(np.ones(384, np.float32), 5) == now.lexical("fibre", 5) == []
    assert not index.place.files.exists()


def test_what_is_stored_comes_back(filled, now):
    assert now.article("verizon") == Article(VERIZON, TEXTS[VERIZON])
    assert now.sources() == [UNDATED, LUMEN, VERIZON]
    assert now.counts == (3, 3)
    with pytest.raises(UserError, match="No article is called 'nope'"):
        now.article("nope")


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
    (Filter(as_of=date(2025, 11, 3), undated=True), {"lumen", "undated"}),
    (Filter(companies=("Verizon",), until=date(2025, 1, 1)), set()),
])
def test_filters_narrow_both_searches_and_the_list(filled, now, embedder, filter, expected):
    assert _found(now.dense(embedder.embed(["fibre"])[0], 10, filter)) == expected
    assert _found(now.lexical("fibre", 10, filter)) == expected
    if not filter.undated:
        assert {source.id for source in now.sources(filter)} == expected


def test_lexical_search_takes_any_text(filled, now):
    for query in ('"', "fibre OR", "NEAR(", "*", "a:b", "fibre'); DROP TABLE chunks; --", "\0", "🙂", ""):
        now.lexical(query, 5)
    assert now.counts == (3, 3)


def test_words_are_counted(filled, now):
    assert now.frequency(["fiber", "hyperscal", "nowhere"]) == {"fiber": 3, "hyperscal": 1, "nowhere": 0}


def test_an_article_is_replaced_and_removed(filled, now, entry, embedder):
    with filled.writing() as store:
        store.put([entry(LUMEN, "Lumen sells nothing.")])
        store.remove(["verizon", "never there"])
    assert now.counts == (2, 2)
    assert now.article("lumen").text == "Lumen sells nothing."
    assert _found(now.dense(embedder.embed(["fibre"])[0], 10)) == {"lumen", "undated"}
    assert _found(now.lexical("fibre Verizon hyperscalers", 10)) == {"undated"}


def test_readers_see_a_run_once_it_has_ended(filled, entry, embedder):
    """A reader keeps to the state it began with; one that began before the run, and never reopens, sees the new state after."""
    other = Now(Index(filled.place, embedder.name, embedder.digest))
    vector = embedder.embed(["Zayo digs"])[0]
    before = other.state
    with filled.snapshot() as corpus:
        with filled.writing() as store:
            store.put([entry(Source("new", "Zayo digs"), "Zayo digs fibre."), entry(LUMEN, "Lumen sells nothing.")])
            assert (other.state, other.counts) == (before, (3, 3))
        assert (corpus.state, corpus.counts, corpus.article("lumen").text) == (before, (3, 3), TEXTS[LUMEN])
        assert "new" not in _found(corpus.dense(vector, 10)) | _found(corpus.lexical("Zayo", 10))
    assert other.state != before and other.counts == (4, 4)
    assert other.dense(vector, 1)[0][0].source.id == other.lexical("Zayo", 1)[0][0].source.id == "new"
    assert other.article("lumen").text == "Lumen sells nothing."


def test_another_opening_sees_the_same(filled, now, embedder):
    again = Index(filled.place)
    assert (again.record, Now(again).counts, again.record.model) == (filled.record, now.counts, embedder.name)
    assert Now(again).article("lumen") == now.article("lumen")


def test_the_state_tells_contents_apart(filled, now, entry):
    first, generation = now.state, filled.record.generation
    with filled.writing():
        pass
    assert (now.state, filled.record.generation) == (first, generation)
    with filled.writing() as store:
        store.remove(["lumen"])
    assert now.state != first and filled.record.generation == generation + 1
    with filled.writing() as store:
        store.put([entry(LUMEN, TEXTS[LUMEN])])
    assert now.state == first  # equal contents, by whatever way
    with filled.writing() as store:
        store.remove(["lumen", "verizon", "undated"])
    assert (now.state, now.counts) == ("", (0, 0))


def test_another_model_is_refused(filled):
    with pytest.raises(UserError, match="holds vectors of the model") as caught:
        Index(filled.place, "another-model", "x")
    assert "longhaul ingest" in caught.value.hint


def test_one_writer_at_a_time(filled):
    second = Index(filled.place)
    with filled.writing(), pytest.raises(Busy, match=r"writing to .*: process \d+ on .*, since \d\d:\d\d:\d\d"), second.writing():
        pass
    with filled.writing():
        pass


def test_a_run_that_ends_in_an_error_is_taken_up(filled, entry, embedder):
    """What is whole of it is kept; chunks without their article, and an article without all its chunks, are removed."""
    with pytest.raises(KeyboardInterrupt), filled.writing() as store:
        store.put([entry(Source("whole", "Whole"), "It is whole."), entry(Source("half", "Half"), "It lost its record."),
                   entry(Source("torn", "Torn"), "It lost its chunk.")])
        store._articles.delete(ids=["half"])
        store._chunks.delete(where={"article": "torn"})
        raise KeyboardInterrupt
    assert not {"half", "torn"} & Now(filled).ids
    again = Now(Index(filled.place, embedder.name, embedder.digest))
    assert again.ids == {"verizon", "lumen", "undated", "whole"} and again.counts == (4, 4)
    with filled.writing() as store:
        assert {meta["article"] for meta in store._chunks.get()["metadatas"]} == again.ids == set(store.hashes())


def test_exact_search_ranks_as_chroma_does(filled, now, embedder, entry):
    words = "fibre switch cloud carrier optics laser silicon router cable tower lease merger debt profit share".split()
    texts = [f"The {one} and the {two} number {n}." for n, (one, two) in enumerate((a, b) for a in words for b in words)]
    answers = []
    with filled.writing() as store:
        store.put([entry(Source(f"a{n}", f"Title {n}", date=date(2025, 1 + n % 12, 1), companies=("Zayo",) if n % 3 else ()), text)
                   for n, text in enumerate(texts)])
        for query in ("a cloud switch", "who leases towers", "debt", "optics for a router"):
            vector = embedder.embed([query])[0]
            for filter, where in ((Filter(), None), (Filter(companies=("Zayo",)), {"companies": {"$contains": "Zayo"}}),
                                  (Filter(since=date(2025, 7, 1)), {"event": {"$gte": 20250701}})):
                rows = store._chunks.query(query_embeddings=[vector], n_results=10, where=where, include=["distances"])
                answers.append((vector, filter, rows["ids"][0], [1 - distance for distance in rows["distances"][0]]))
    for vector, filter, ids, scores in answers:
        found = now.dense(vector, 10, filter)
        assert [chunk.id for chunk, _ in found] == ids
        assert [score for _, score in found] == pytest.approx(scores, abs=1e-5)


@pytest.mark.parametrize("name", ["ftp://example.com/index", "http://", "http://a:b@example.com", "http://example.com/path",
                                  "http://example.com:port", "a-file"])
def test_what_is_no_place_is_refused(tmp_path, name):
    (tmp_path / "a-file").write_text("x")
    with pytest.raises(UserError):
        place_of(name if "://" in name else str(tmp_path / name))


def test_vectors_have_unit_length(embedder):
    vectors = embedder.embed(["fibre", "A longer sentence about fibre.", ""])
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
