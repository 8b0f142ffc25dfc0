"""Files → index: read, compare, chunk, embed, store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

import numpy as np

from .chunk import chunk, embedded_text
from .companies import Companies
from .embed import Embedder
from .index import Index
from .read import Read, read
from .sources import dump_source
from .store import Store
from .types import Article, Chunk, Entry, Failure

# Counted into the content hash: a change in how chunks or links are made re-ingests what is stored.
_RECIPE = "1"

_ROW = re.compile(r"\.jsonl(?::\d+)?$")

_WINDOW = 512  # chunks in memory at once, and lost at most by a run that is cut off
_BATCH = 64  # chunks between two steps of the progress bar


@dataclass(frozen=True, slots=True)
class Step:
    """How far a run is in its present stage: `done` of `total` (None: unknown), of articles.

    When embedding they count characters, and `chunks` are the chunks embedded so far.
    """

    stage: str
    done: int
    total: int | None = None
    chunks: int = 0


Progress = Callable[[Step], None]


@dataclass
class Report:
    """What a run did: ids by outcome, and what failed and why."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def seeds_folder() -> Path:
    """The folder of the starter corpus that comes with Longhaul."""
    return Path(str(resources.files("longhaul.seeds")))


def ingest(index: Index, embedder: Embedder, companies: Companies, paths: Iterable[str | Path],
           prune: bool = False, progress: Progress = lambda step: None) -> Report:
    """Brings the index up to the files at `paths`; unchanged articles are skipped, changed ones replaced.

    `prune`: removes articles that the files do not hold. Readers see the whole run at once, when it has ended; one that is
    cut off is taken up where it was by the next. Raises UserError for a missing path, Busy where another run is writing.
    """
    report = Report()
    with index.writing(lambda done, total: progress(Step("Publishing", done, total))) as store:
        articles = _collect(read(paths), companies, report, progress)
        stored = store.hashes()
        changed = []
        for article, digest in articles:
            id = article.source.id
            (report.unchanged if stored.get(id) == digest else report.updated if id in stored else report.added).append(id)
            if stored.get(id) != digest:
                changed.append((article, digest))
        _embed(changed, embedder, store, progress)
        if prune:
            _prune(store, stored, articles, report)
    return report


def _embed(articles: list[tuple[Article, str]], embedder: Embedder, store: Store, progress: Progress) -> None:
    """Stores the articles, a window of whole articles at a time."""
    total = sum(len(article.text) for article, _ in articles)
    before = embedded = 0
    window: list[tuple[Article, str, list[Chunk]]] = []
    for n, (article, digest) in enumerate(articles, 1):
        window.append((article, digest, chunk(article, embedder.count_tokens, embedder.max_tokens)))
        chunks = [piece for _, _, pieces in window for piece in pieces]
        if len(chunks) < _WINDOW and n < len(articles):
            continue
        progress(Step("Embedding", before, total, embedded))
        texts = [embedded_text(piece) for piece in chunks]
        vectors: dict[int, np.ndarray] = {}
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))  # of like length together: little padding
        for at in range(0, len(order), _BATCH):
            part = order[at:at + _BATCH]
            vectors.update(zip(part, embedder.embed([texts[row] for row in part]), strict=True))
            progress(Step("Embedding", before + sum(len(chunks[row].text) for row in vectors), total, embedded + len(vectors)))
        rows = iter(range(len(chunks)))
        store.put([Entry(article, digest, tuple(pieces), np.stack([vectors[next(rows)] for _ in pieces]))
                   for article, digest, pieces in window])
        before, embedded, window = before + sum(len(article.text) for article, _, _ in window), embedded + len(chunks), []


def _prune(store: Store, stored: Iterable[str], articles: list[tuple[Article, str]], report: Report) -> None:
    """Removes what the files do not hold. What failed keeps what an earlier run stored of it."""
    unknown = [failure for failure in report.failed if _ROW.search(failure.place)]
    if unknown:
        report.failed.append(Failure("--prune", f"Nothing was pruned: which article {unknown[0].place} held is unknown.",
                                     "Mend that row, then prune again."))
        return
    kept = {article.source.id for article, _ in articles}
    # A file's article is named by its stem, a clash by its id.
    kept |= {Path(failure.place).stem for failure in report.failed} | {failure.place for failure in report.failed}
    report.removed = sorted(set(stored) - kept)
    store.remove(report.removed)


def _collect(rows: Read, companies: Companies, report: Report, progress: Progress) -> list[tuple[Article, str]]:
    """The articles with their content hashes; two texts under one id fail, and neither goes in."""
    found: dict[str, tuple[Article, str]] = {}
    places: dict[str, str] = {}
    clashes: set[str] = set()
    for done, row in enumerate(rows, 1):
        progress(Step("Reading", done))
        if isinstance(row, Failure):
            report.failed.append(row)
            continue
        place, read_article = row
        try:
            article = _link(read_article, companies)
            id, digest = article.source.id, content_hash(article)
        except UnicodeEncodeError:  # half of a surrogate pair, as JSON and file names can hold; no store takes it
            report.failed.append(Failure(place, f"{place}: a character is broken (half of a surrogate pair).",
                                         "Write the text, its title and its name in UTF-8."))
            continue
        if id in found and found[id][1] != digest:
            clashes.add(id)
            report.failed.append(Failure(id, f"Two different texts are called {id!r}: {places[id]} and {place}",
                                         "Rename one of them; neither was taken."))
        found.setdefault(id, (article, digest))
        places.setdefault(id, place)
    return [pair for id, pair in found.items() if id not in clashes]


def _link(article: Article, companies: Companies) -> Article:
    """The article with canonical company names: those its front matter lists and those its title and text name."""
    source = article.source
    named = [companies.canonical(name) or name for name in source.companies]
    named += [mention.actor for mention in companies.find(f"{source.title}\n{article.text}")]
    return replace(article, source=replace(source, companies=tuple(dict.fromkeys(named))))


def content_hash(article: Article) -> str:
    """A hash of everything that is stored of an article."""
    content = "\0".join([_RECIPE, dump_source(article.source), article.text])
    return hashlib.sha256(content.encode()).hexdigest()
