"""The index: Chroma is the store of record, the SQLite view beside it answers what Chroma cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .chroma import open_chroma, where_of
from .lexical import View, day, dump_source, event_day, known_day, load_source
from .types import Article, Chunk, Filter, Source, UserError

SCHEMA = 1
_BATCH = 2_000


class Index:
    """Articles and chunks in a folder: search, read, and one writer at a time.

    An article counts once its record in Chroma's `articles` is there: it is written last and removed first.
    """

    def __init__(self, folder: str | Path, model: str | None = None, model_hash: str | None = None):
        """Opens the index in `folder`, or makes one there, for vectors of this embedding model. Raises UserError.

        Without a model an index that is there opens for everything but vectors, whatever model made it.
        """
        if "://" in str(folder):
            raise UserError(f"The index must be a folder, not an address: {folder}", "Give a folder: --index .longhaul")
        self.folder = Path(folder).expanduser()
        self._recorded = {"schema": SCHEMA, "model": model, "model_hash": model_hash}
        self._client = open_chroma(self.folder)
        options = {"configuration": {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
                   "embedding_function": None}
        self._articles = self._client.get_or_create_collection("articles", **options)
        self._chunks = self._client.get_or_create_collection("chunks", **options)
        self._check()
        self._view = View(self.folder / "view.sqlite")
        if self._meta().get("writing") and not self._locked():
            with self.writing():  # a run was cut off: what has no article is removed
                pass
        elif self._view.state != self.state:
            self._view.rebuild(self._stored(), self.state)

    # ------------------------------------------------------------------ reading

    @property
    def state(self) -> str:
        """A hash of what is stored: equal for equal articles."""
        return str(self._meta().get("state", ""))

    @property
    def model(self) -> str | None:
        """The embedding model whose vectors are stored."""
        return self._meta().get("model")

    @property
    def counts(self) -> tuple[int, int]:
        """How many articles and chunks there are."""
        return self._view.counts()

    def sources(self, filter: Filter | None = None) -> list[Source]:
        """The sources of the articles that pass `filter`, by date."""
        return self._view.sources(filter)

    def article(self, id: str) -> Article:
        """The article of this id. Raises UserError."""
        row = self._articles.get(ids=[id], include=["documents", "metadatas"])
        if not row["ids"]:
            raise UserError(f"No article is called {id!r}.", "longhaul articles list shows the ids.")
        return Article(load_source(row["metadatas"][0]["source"]), row["documents"][0])

    def hashes(self) -> dict[str, str]:
        """The content hash of each article."""
        rows = self._articles.get(include=["metadatas"])
        return {id: meta["hash"] for id, meta in zip(rows["ids"], rows["metadatas"], strict=True)}

    def publishers(self, name: str) -> list[str]:
        """The publishers in the corpus whose name holds `name`, in any case."""
        return self._view.publishers(name)

    def companies(self, name: str) -> list[str]:
        """The company in the corpus whose name is `name`, in any case."""
        return self._view.companies(name)

    def dense(self, vector: np.ndarray, k: int, filter: Filter | None = None) -> list[tuple[Chunk, float]]:
        """The `k` chunks nearest to a vector of unit length, with their cosine similarity."""
        found = self._chunks.query(query_embeddings=[vector], n_results=k, where=where_of(self._needed(filter)), include=["distances"])
        scored = sorted(zip(found["ids"][0], found["distances"][0], strict=True), key=lambda pair: (pair[1], pair[0]))
        chunks = self._view.chunks([id for id, _ in scored])
        return [(chunks[id], 1.0 - distance) for id, distance in scored if id in chunks]

    def lexical(self, query: str, k: int, filter: Filter | None = None) -> list[tuple[Chunk, float]]:
        """The `k` chunks that share words with `query`, with their BM25 score."""
        scored = self._view.search(query, k, self._needed(filter))
        chunks = self._view.chunks([id for id, _ in scored])
        return [(chunks[id], score) for id, score in scored]

    def _needed(self, filter: Filter | None) -> Filter | None:
        """The filter without a bound that holds nothing back: it would only cost time."""
        if filter and filter.as_of and filter.undated and self._view.latest() <= day(filter.as_of, 0):
            return replace(filter, as_of=None)
        return filter

    def frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many chunks each term (ingest.words.terms) occurs."""
        return self._view.frequency(terms)

    # ------------------------------------------------------------------ writing

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the index for writing; at the end the new state is recorded. Raises UserError where another holds it."""
        import filelock

        lock = filelock.FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout as error:
            raise UserError(f"Another run is writing to {self.folder}.", "Wait until it is done, then try again.") from error
        try:
            meta = self._meta()
            dirty = bool(meta.get("writing"))
            self._set_meta(writing=True)
            if dirty:
                self._remove_uncommitted()
            yield
            state = self._fingerprint()
            if dirty or self._view.state != self.state:
                self._view.rebuild(self._stored(), state)
            changed = state != self.state
            self._view.set_state(state)
            self._set_meta(writing=False, state=state, generation=int(meta.get("generation", 0)) + changed)
        finally:
            lock.release()

    def put(self, article: Article, digest: str, chunks: list[Chunk], vectors: np.ndarray) -> None:
        """Stores an article with its chunks and their vectors (len(chunks), dimensions), in place of the one of its id."""
        source = article.source
        tags = {"event": event_day(source), "known": known_day(source)}
        tags |= {key: list(values) for key, values in (("companies", source.companies), ("publishers", source.publishers)) if values}
        self._delete(source.id)
        for at in range(0, len(chunks), _BATCH):
            part = chunks[at:at + _BATCH]
            self._chunks.add(ids=[chunk.id for chunk in part], documents=[chunk.text for chunk in part],
                             embeddings=vectors[at:at + _BATCH],
                             metadatas=[{"article": source.id, "hash": digest, "start": chunk.start, "end": chunk.end,
                                         "number": at + n, **tags} for n, chunk in enumerate(part)])
        middle = vectors.mean(axis=0)
        self._articles.add(ids=[source.id], documents=[article.text], embeddings=[middle / np.linalg.norm(middle)],
                           metadatas=[{"hash": digest, "source": dump_source(source), **tags}])
        self._view.put(article, chunks)

    def remove(self, id: str) -> None:
        """Removes an article and its chunks."""
        self._delete(id)
        self._view.remove(id)

    def _delete(self, id: str) -> None:
        self._articles.delete(ids=[id])
        self._chunks.delete(where={"article": id})

    # ------------------------------------------------------------------ the record of the store

    def _meta(self) -> dict[str, Any]:
        return dict(self._articles.metadata or {})

    def _set_meta(self, **values: Any) -> None:
        self._articles.modify(metadata=self._meta() | values)

    def _check(self) -> None:
        """Records the schema and the model in a new index; refuses an index made with others."""
        meta = self._meta()
        if "schema" not in meta:
            self._set_meta(**self._recorded, generation=0, state="", writing=False)
        elif meta["schema"] > SCHEMA:
            raise UserError(f"{self.folder} was made by a newer Longhaul.", "Update Longhaul, or name another folder with --index.")
        elif self._recorded["model"] and any(meta[key] != self._recorded[key] for key in ("model", "model_hash")):
            raise UserError(f"{self.folder} holds vectors of the model {meta['model']}, not of {self._recorded['model']}.",
                            "Set LONGHAUL_EMBEDDING to that model, or ingest into another folder: longhaul ingest --index FOLDER")

    def _fingerprint(self) -> str:
        pairs = sorted(self.hashes().items())
        return hashlib.sha256(repr(pairs).encode()).hexdigest()[:32]

    def _stored(self) -> Iterator[tuple[Article, list[Chunk]]]:
        """Every article with its chunks, from Chroma."""
        for id in sorted(self._articles.get(include=[])["ids"]):
            article = self.article(id)
            rows = self._chunks.get(where={"article": id}, include=["documents", "metadatas"])
            chunks = [Chunk(key, article.source, text, meta["start"], meta["end"])
                      for key, text, meta in zip(rows["ids"], rows["documents"], rows["metadatas"], strict=True)]
            yield article, sorted(chunks, key=lambda chunk: chunk.start)

    def _remove_uncommitted(self) -> None:
        hashes = self.hashes()
        rows = self._chunks.get(include=["metadatas"])
        lost = [id for id, meta in zip(rows["ids"], rows["metadatas"], strict=True) if hashes.get(meta["article"]) != meta["hash"]]
        for at in range(0, len(lost), _BATCH):
            self._chunks.delete(ids=lost[at:at + _BATCH])

    def _locked(self) -> bool:
        """Whether another run is writing now."""
        import filelock

        lock = filelock.FileLock(self.folder / "lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            return True
        lock.release()
        return False


def exists(folder: str | Path) -> bool:
    """Whether an index stands in `folder`."""
    return (Path(folder).expanduser() / "chroma" / "chroma.sqlite3").is_file()
