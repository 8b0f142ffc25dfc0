"""A whole index as one file, and back: a gzipped JSON line for the index, then one for each article with its vectors."""

from __future__ import annotations

import base64
import gzip
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from .index import SCHEMA, Index, Progress
from .ledger import dump_ledger, load_ledger
from .sources import dump_source, load_source
from .store import put_all
from .types import Article, Chunk, Entry, Record, UserError

_FORMAT = 2  # 2: with the ledger


def export(index: Index, file: Path, progress: Progress = lambda done, total: None) -> int:
    """Writes everything that `index` holds into `file`, whole or not at all; returns how many articles. Raises UserError.

    The index may be written to meanwhile: the file holds the state that was the latest when it was begun.
    """
    with index.snapshot() as corpus, _writing(file) as lines:
        total = corpus.counts[0]
        head = replace(index.record, state=corpus.state, writing=False)
        _line(lines, {"longhaul": _FORMAT, "articles": total, **asdict(head)})
        for done, entry in enumerate(corpus.entries()):
            progress(done, total)
            _line(lines, _row(entry))
        progress(total, total)
    return total


def load(index: Index, file: Path, replacing: bool = False, progress: Progress = lambda done, total: None) -> int:
    """Makes `index` hold what `file` holds, and nothing else; returns how many articles. Raises UserError.

    `index` must be empty, unless `replacing`. A file that is damaged changes nothing.
    """
    head = _checked(file)
    with index.writing() as store:
        there = store.hashes()
        if there and not replacing:
            raise UserError(f"{index.name} holds {len(there)} articles.",
                            "Name an empty index with --index, or give --replace to put the file in their place.")
        if there and store.record.model_hash != head["model_hash"]:  # never vectors of two models, wherever this is cut off
            store.remove(sorted(there))
            there = {}
        index.adopt(store, replace(Record.of(head), schema=SCHEMA, ledger=head.get("ledger") if head["schema"] == SCHEMA else None))
        total, kept = head["articles"], set()

        def entries() -> Iterator[Entry]:
            for done, row in enumerate(_rows(file)):
                progress(done, total)
                entry = _entry(row)
                kept.add(entry.article.source.id)
                if there.get(entry.article.source.id) != entry.digest:
                    yield entry

        put_all(store, entries())
        store.remove(sorted(there.keys() - kept))
        progress(total, total)
    return total


def _checked(file: Path) -> dict[str, Any]:
    """The first line, once the whole file has been read through."""
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            head = json.loads(lines.readline())
            if not isinstance(head, dict) or "longhaul" not in head:
                raise ValueError("it was not made by longhaul index export")
            if head["longhaul"] > _FORMAT or head["schema"] > SCHEMA:
                raise UserError(f"{file} was made by a newer Longhaul.", "Update Longhaul.")
            found = sum(1 for row in _rows(file) if _entry(row))
            if found != head["articles"]:
                raise ValueError(f"{found} of its {head['articles']} articles are there")
            return head
    except OSError as error:
        reason = error.strerror or "it is no file of longhaul index export"
        raise UserError(f"{file} cannot be read: {reason}", "Name a file that longhaul index export made.") from error
    except (EOFError, ValueError, LookupError, TypeError) as error:
        reason = "it is cut off" if isinstance(error, EOFError) else " ".join(str(error).split())
        raise UserError(f"{file} is damaged: {reason}", "Export the index again. Nothing was changed.") from error


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            yield json.loads(line)


def _row(entry: Entry) -> dict[str, Any]:
    return {"source": json.loads(dump_source(entry.article.source)), "hash": entry.digest, "text": entry.article.text,
            "chunks": [[chunk.start, chunk.end] for chunk in entry.chunks],
            "vectors": base64.b64encode(entry.vectors.astype("<f4").tobytes()).decode(), "ledger": dump_ledger(entry.ledger)}


def _entry(row: dict[str, Any]) -> Entry:
    """An article of the file. Raises ValueError, LookupError or TypeError where it is not one."""
    article = Article(load_source(json.dumps(row["source"])), row["text"])
    source, chunks = article.source, []
    for n, (start, end) in enumerate(row["chunks"]):
        if not 0 <= start < end <= len(article.text):
            raise ValueError(f"a chunk of {source.id} lies outside its text")
        chunks.append(Chunk(f"{source.id}#{n}", source, article.text[start:end], start, end))
    vectors = np.frombuffer(base64.b64decode(row["vectors"], validate=True), dtype="<f4").reshape(len(chunks), -1)
    if not isinstance(row["hash"], str) or not vectors.size or not np.isfinite(vectors).all():
        raise ValueError(f"the vectors of {source.id} are broken")
    return Entry(article, row["hash"], tuple(chunks), vectors, load_ledger(row.get("ledger"), article))


def _line(lines: IO[str], value: dict[str, Any]) -> None:
    lines.write(json.dumps(value, ensure_ascii=False) + "\n")


@contextmanager
def _writing(file: Path) -> Iterator[IO[str]]:
    """A file that stands under its name once it is whole."""
    try:
        handle, making = tempfile.mkstemp(".part", f".{file.name}-", file.parent)
        try:
            with os.fdopen(handle, "wb") as raw, gzip.open(raw, "wt", compresslevel=1, encoding="utf-8") as lines:
                yield lines
            Path(making).replace(file)
        finally:
            Path(making).unlink(missing_ok=True)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror or error}", "Name another file.") from error
