"""Files → index: read, compare, link, chunk, embed, make claims, store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

import numpy as np

from . import claims
from .actors import link
from .chunk import chunk, embedded_text
from .classify import Classifier, load_classifier
from .companies import Companies
from .embed import Embedder
from .index import Index
from .read import Read, read
from .sources import dump_source
from .store import Store
from .types import Article, Chunk, Entry, Failure, Sentence

# Counted into the content hash: a change in how chunks are made re-ingests what is stored.
_RECIPE = "2"

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

    Where the list of actors or the classifier has changed, every stored article is linked and judged again, without its file.
    `prune`: removes articles that the files do not hold. Readers see the whole run at once, when it has ended; one that is
    cut off is taken up where it was by the next. Raises UserError for a missing path, Busy where another run is writing.
    """
    report = Report()
    classifier = load_classifier()
    version = claims.version(companies, classifier)
    with index.writing(lambda done, total: progress(Step("Publishing", done, total))) as store:
        articles = _collect(read(paths), version, report, progress)
        stored = store.hashes()
        changed = []
        for article, digest in articles:
            id = article.source.id
            (report.unchanged if stored.get(id) == digest else report.updated if id in stored else report.added).append(id)
            if stored.get(id) != digest:
                changed.append((article, digest))
        if prune:
            _to_prune(stored, articles, report)
        if store.record.ledger != version:
            left = stored.keys() - {article.source.id for article, _ in articles} - set(report.removed)
            changed += _outdated(store, sorted(left), version)
        _put(changed, embedder, companies, classifier, store, progress)
        store.remove(report.removed)
        if store.record.ledger != version:
            store.note(replace(store.record, ledger=version))
    return report


def _outdated(store: Store, ids: list[str], version: str) -> Iterator[tuple[Article, str]]:
    """Those of the stored articles that another list of actors or another classifier has read."""
    stored = store.hashes()
    for entry in store.entries(ids):
        article = replace(entry.article, source=replace(entry.article.source, companies=entry.article.source.listed))
        digest = content_hash(article, version)
        if digest != stored[article.source.id]:
            yield article, digest


@dataclass(frozen=True, slots=True)
class _Part:
    """An article on its way into the store."""

    article: Article
    digest: str
    sentences: list[Sentence]
    chunks: list[Chunk]


def _put(articles: list[tuple[Article, str]], embedder: Embedder, companies: Companies, classifier: Classifier, store: Store,
         progress: Progress) -> None:
    """Stores the articles, a window of whole articles at a time. The bar counts each character twice: embedded, and judged."""
    total = 2 * sum(len(article.text) for article, _ in articles)
    before = embedded = 0
    window: list[_Part] = []
    for n, (unlinked, digest) in enumerate(articles, 1):
        article, sentences = _link(unlinked, companies)
        window.append(_Part(article, digest, sentences, chunk(article, embedder.count_tokens, embedder.max_tokens)))
        if sum(len(part.chunks) for part in window) < _WINDOW and n < len(articles):
            continue

        def tell(done: int, chunks: int, before: int = before, embedded: int = embedded) -> None:
            progress(Step("Embedding", before + done, total, embedded + chunks))

        store.put(_entries(window, embedder, companies, classifier, store, tell))
        before += 2 * sum(len(part.article.text) for part in window)
        embedded += sum(len(part.chunks) for part in window)
        window = []


def _entries(window: list[_Part], embedder: Embedder, companies: Companies, classifier: Classifier, store: Store,
             tell: Callable[[int, int], None]) -> list[Entry]:
    """The window's articles as they are stored, vectors and claims included."""
    size, chunks = sum(len(part.article.text) for part in window), sum(len(part.chunks) for part in window)
    vectors = iter(_vectors(window, embedder, store, lambda done, at: tell(min(done, size), at)))
    made = claims.ledgers([(part.article, part.sentences) for part in window], companies, classifier,
                          lambda done: tell(size + min(done, size), chunks))
    return [Entry(part.article, part.digest, tuple(part.chunks), np.stack([next(vectors) for _ in part.chunks]), ledger)
            for part, ledger in zip(window, made, strict=True)]


def _vectors(window: list[_Part], embedder: Embedder, store: Store, progress: Callable[[int, int], None]) -> list[np.ndarray]:
    """The vector of each chunk of the window; one that the store has of the same text is taken over."""
    texts = [embedded_text(piece) for part in window for piece in part.chunks]
    known = store.hashes()
    old = store.entries([part.article.source.id for part in window if part.article.source.id in known])
    vectors = {embedded_text(piece): vector for entry in old for piece, vector in zip(entry.chunks, entry.vectors, strict=True)}
    wanted = sorted({text for text in texts if text not in vectors}, key=len)  # of like length together: little padding
    done = 0
    for at in range(0, len(wanted), _BATCH):
        part = wanted[at:at + _BATCH]
        progress(done, at)
        vectors.update(zip(part, embedder.embed(part), strict=True))
        done += sum(map(len, part))
    return [vectors[text] for text in texts]


def _to_prune(stored: Iterable[str], articles: list[tuple[Article, str]], report: Report) -> None:
    """Notes what the files do not hold. What failed keeps what an earlier run stored of it."""
    unknown = [failure for failure in report.failed if _ROW.search(failure.place)]
    if unknown:
        report.failed.append(Failure("--prune", f"Nothing was pruned: which article {unknown[0].place} held is unknown.",
                                     "Mend that row, then prune again."))
        return
    kept = {article.source.id for article, _ in articles}
    # A file's article is named by its stem, a clash by its id.
    kept |= {Path(failure.place).stem for failure in report.failed} | {failure.place for failure in report.failed}
    report.removed = sorted(set(stored) - kept)


def _collect(rows: Read, version: str, report: Report, progress: Progress) -> list[tuple[Article, str]]:
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
        article = replace(read_article, source=replace(read_article.source, listed=read_article.source.companies))
        try:
            id, digest = article.source.id, content_hash(article, version)
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


def _link(article: Article, companies: Companies) -> tuple[Article, list[Sentence]]:
    """The article with canonical company names, those its front matter lists and those its title and text name; its sentences."""
    source = article.source
    sentences = link(article, companies)
    named = [companies.canonical(name) or name for name in source.listed]
    named += [mention.actor for sentence in sentences for mention in sentence.mentions]
    return replace(article, source=replace(source, companies=tuple(dict.fromkeys(named)))), sentences


def content_hash(article: Article, version: str) -> str:
    """A hash of everything that is stored of an article, before its actors are linked by what `version` names."""
    content = "\0".join([_RECIPE, version, dump_source(article.source), article.text])
    return hashlib.sha256(content.encode()).hexdigest()
