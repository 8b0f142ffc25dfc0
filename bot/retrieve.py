"""Plan → evidence: dense and lexical results fused, spread over articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from longhaul.ingest.embed import Embedder
from longhaul.ingest.sentences import sentences
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Chunk, Filter

from .types import Evidence, Quote

_RRF = 60  # Cormack, Clarke and Büttcher 2009: reciprocal rank fusion, 1 / (60 + rank)
_POOL = 40
_PER_ARTICLE = 3  # so that one long text does not fill the list


def retrieve(query: str, k: int, filter: Filter, corpus: Snapshot, embedder: Embedder) -> list[Evidence]:
    """The `k` best chunks for `query` within `filter`, best first, at most three of an article before others run out."""
    vector = embedder.embed([query])[0]
    pool = max(_POOL, 2 * k)
    found: dict[str, Chunk] = {}
    scores: Counter[str] = Counter()
    dense = corpus.dense(vector, pool, filter)
    similarity = {chunk.id: score for chunk, score in dense}
    floor = min(similarity.values(), default=0.0)  # what only words found is no nearer than the last of the dense results
    for results in (dense, corpus.lexical(query, pool, filter)):
        for rank, (chunk, _) in enumerate(results, 1):
            found[chunk.id] = chunk
            scores[chunk.id] += 1 / (_RRF + rank)
    ordered = sorted(scores, key=lambda id: (-scores[id], id))
    return [_evidence(found[id], scores[id], rank, similarity.get(id, floor))
            for rank, id in enumerate(_spread(ordered, found)[:k], 1)]


def gather(queries: Sequence[str], k: int, filter: Filter, corpus: Snapshot, embedder: Embedder) -> list[Evidence]:
    """The `k` best chunks for each of several queries, those of each in turn, each chunk once, with its nearness to every query."""
    found = [retrieve(query, k, filter, corpus, embedder) for query in queries]
    near = [{evidence.chunk.id: evidence.similarity for evidence in each} for each in found]
    merged: dict[str, Evidence] = {}
    for several in zip_longest(*found):
        for evidence in (each for each in several if each):
            merged.setdefault(evidence.chunk.id, evidence)
    told = {id: tuple(each.get(id) for each in near) for id in merged}
    return [replace(evidence, rank=rank, similarity=max(each for each in told[id] if each is not None), near=told[id])
            for rank, (id, evidence) in enumerate(merged.items(), 1)]


def _evidence(chunk: Chunk, score: float, rank: int, similarity: float) -> Evidence:
    quotes = tuple(Quote(chunk.source, chunk.text[a:b], chunk.start + a, chunk.start + b) for a, b in sentences(chunk.text))
    return Evidence(chunk, score, rank, similarity, quotes)


def _spread(ordered: list[str], found: dict[str, Chunk]) -> list[str]:
    taken: Counter[str] = Counter()
    first, later = [], []
    for id in ordered:
        article = found[id].source.id
        taken[article] += 1
        (first if taken[article] <= _PER_ARTICLE else later).append(id)
    return first + later
