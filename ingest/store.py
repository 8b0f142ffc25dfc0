"""Chroma, the store of record: each article with its chunks and their vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

import numpy as np

from .ledger import dump_ledger, load_ledger
from .sources import dump_source, event_day, known_day, load_source
from .types import Article, Chunk, Entry, Ledger, Record

_PAGE = 1_000  # rows in one call: SQLite below binds 32,766 values, a server takes some thousands at once
_TEXT = 4_000_000  # characters in one call: a server takes 40 MB
_FEW = 100  # articles read at once
_Row = TypeVar("_Row")


class Store:
    """The two collections of an index, through a client that somebody else opens and closes.

    An article counts once its record in `articles` is there: it is written last and removed first. Chroma's errors pass.
    """

    def __init__(self, client: Any, check: Callable[[], None] = lambda: None):
        """`check` is called before each change, and raises where this writer has lost its hold on the store."""
        options = {"configuration": {"hnsw": {"space": "cosine"}}, "embedding_function": None}
        self._articles = client.get_or_create_collection("articles", **options)
        self._chunks = client.get_or_create_collection("chunks", **options)
        self._check = check
        self._hashes: dict[str, str] | None = None  # as read, and as changed since: at 100,000 chunks it takes a second to read

    @property
    def record(self) -> Record | None:
        """What the store said of itself when it was opened, or since through `note`."""
        return Record.of(self._articles.metadata)

    def note(self, record: Record) -> None:
        """Writes down what the store says of itself."""
        self._check()
        self._articles.modify(metadata={key: value for key, value in asdict(record).items() if value is not None})

    def hashes(self) -> dict[str, str]:
        """The content hash of each article."""
        if self._hashes is None:
            self._hashes = {id: meta["hash"] for id, meta in _pages(self._articles)}
        return dict(self._hashes)

    def entries(self, ids: Sequence[str]) -> Iterator[Entry]:
        """The articles of these ids, whole."""
        for at in range(0, len(ids), _FEW):
            part = list(ids[at:at + _FEW])
            rows = self._articles.get(ids=part, include=["documents", "metadatas"])
            found = self._chunks.get(where={"article": {"$in": part}}, include=["metadatas", "embeddings"])
            chunks: dict[str, list[tuple[dict, np.ndarray]]] = {id: [] for id in part}
            for meta, vector in zip(found["metadatas"], found["embeddings"], strict=True):
                chunks[meta["article"]].append((meta, vector))
            for id, text, meta in zip(rows["ids"], rows["documents"], rows["metadatas"], strict=True):
                article = Article(load_source(meta["source"]), text)
                yield _entry(article, meta["hash"], chunks[id], load_ledger(meta.get("ledger"), article))

    def put(self, entries: Sequence[Entry]) -> None:
        """Stores articles, each in place of the one of its id."""
        self.remove([entry.article.source.id for entry in entries])
        rows = [(chunk, entry, n) for entry in entries for n, chunk in enumerate(entry.chunks)]
        for part in _parts(rows, lambda row: len(row[0].text)):
            self._chunks.upsert(
                ids=[f"{entry.article.source.id}#{n}" for _, entry, n in part], documents=[chunk.text for chunk, _, _ in part],
                embeddings=[entry.vectors[n] for _, entry, n in part],
                metadatas=[{"article": entry.article.source.id, "hash": entry.digest, "start": chunk.start, "end": chunk.end,
                            "number": n, **_tags(entry)} for chunk, entry, n in part])
        wholes = [(entry, dump_ledger(entry.ledger)) for entry in entries]
        for part in _parts(wholes, lambda row: len(row[0].article.text) + len(row[1])):
            self._articles.upsert(
                ids=[entry.article.source.id for entry, _ in part], documents=[entry.article.text for entry, _ in part],
                embeddings=[_middle(entry.vectors) for entry, _ in part],
                metadatas=[{"hash": entry.digest, "source": dump_source(entry.article.source), "chunks": len(entry.chunks),
                            "ledger": ledger, **_tags(entry)} for entry, ledger in part])
            if self._hashes is not None:
                self._hashes.update({entry.article.source.id: entry.digest for entry, _ in part})

    def remove(self, ids: Sequence[str]) -> None:
        """Removes articles and their chunks; ids that are not there are passed over."""
        for part in _parts(ids):
            self._begin()
            self._articles.delete(ids=part)
            for id in part if self._hashes else ():
                self._hashes.pop(id, None)
            self._chunks.delete(where={"article": {"$in": part}})

    def _begin(self) -> None:
        """Before each change: says in the store that a run is under way."""
        self._check()
        if self.record and not self.record.writing:
            self.note(replace(self.record, writing=True))

    def sweep(self) -> None:
        """Removes what a run that was cut off has left: chunks without their article, articles without all their chunks."""
        articles = {id: (meta["hash"], meta.get("chunks")) for id, meta in _pages(self._articles)}
        held = dict.fromkeys(articles, 0)
        lost = []
        for id, meta in _pages(self._chunks):
            if articles.get(meta["article"], ("", None))[0] == meta["hash"]:
                held[meta["article"]] += 1
            else:
                lost.append(id)
        self.remove([id for id, (_, chunks) in articles.items() if chunks not in (None, held[id])])
        for part in _parts(lost):
            self._begin()
            self._chunks.delete(ids=part)

    def probe(self) -> None:
        """Reads a vector of each collection: raises what Chroma raises where its vector index is damaged."""
        for collection in (self._articles, self._chunks):
            collection.get(limit=1, include=["embeddings"])


def put_all(store: Store, entries: Iterable[Entry]) -> None:
    """Stores many articles, some at a time."""
    few: list[Entry] = []
    for entry in entries:
        few.append(entry)
        if len(few) == _FEW:
            store.put(few)
            few = []
    store.put(few)


def _entry(article: Article, digest: str, rows: list[tuple[dict, np.ndarray]], ledger: Ledger) -> Entry:
    source = article.source
    rows.sort(key=lambda row: row[0]["number"])
    chunks = tuple(Chunk(f"{source.id}#{n}", source, article.text[meta["start"]:meta["end"]], meta["start"], meta["end"])
                   for n, (meta, _) in enumerate(rows))
    return Entry(article, digest, chunks, np.array([vector for _, vector in rows], dtype=np.float32), ledger)


def _tags(entry: Entry) -> dict[str, Any]:
    """What other programs may filter Chroma's rows by."""
    source = entry.article.source
    lists = {"companies": list(source.companies), "publishers": list(source.publishers)}
    return {"event": event_day(source), "known": known_day(source)} | {key: values for key, values in lists.items() if values}


def _middle(vectors: np.ndarray) -> np.ndarray:
    """The direction of an article: the mean of its chunks' vectors, of length 1."""
    mean = vectors.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _pages(collection: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row's id and metadata."""
    at = 0
    while (rows := collection.get(limit=_PAGE, offset=at, include=["metadatas"]))["ids"]:
        yield from zip(rows["ids"], rows["metadatas"], strict=True)
        at += _PAGE


def _parts(rows: Iterable[_Row], length: Callable[[_Row], int] = lambda row: 0) -> Iterator[list[_Row]]:
    """The rows in parts that one call can take; `length`: the characters of a row."""
    part: list[_Row] = []
    held = 0
    for row in rows:
        if part and (len(part) == _PAGE or held + length(row) > _TEXT):
            yield part
            part, held = [], 0
        part.append(row)
        held += length(row)
    if part:
        yield part
