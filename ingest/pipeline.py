"""Files → index: read, compare, chunk, embed, store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path

from .chunk import chunk, embedded_text
from .companies import Companies
from .embed import Embedder
from .index import Index
from .lexical import dump_source
from .read import Read, read
from .types import Article, Failure

# Counted into the content hash: a change in how chunks or links are made re-ingests what is stored.
_RECIPE = "1"

_ROW = re.compile(r"\.jsonl(?::\d+)?$")

Progress = Callable[[int, int, str], None]


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
           prune: bool = False, progress: Progress | None = None) -> Report:
    """Brings the index up to the files at `paths`; unchanged articles are skipped, changed ones replaced.

    `prune`: removes articles that the files do not hold. `progress(done, total, id)` is called before each article and
    at the end. Raises UserError for a missing path or an index that another run is writing to.
    """
    report = Report()
    articles = _collect(read(paths), companies, report)
    with index.writing():
        stored = index.hashes()
        for done, (article, digest) in enumerate(articles):
            id = article.source.id
            if progress:
                progress(done, len(articles), id)
            if stored.get(id) == digest:
                report.unchanged.append(id)
                continue
            chunks = chunk(article, embedder.count_tokens, embedder.max_tokens)
            index.put(article, digest, chunks, embedder.embed([embedded_text(c) for c in chunks]))
            (report.updated if id in stored else report.added).append(id)
        unknown = [failure for failure in report.failed if _ROW.search(failure.place)]
        if prune and unknown:
            report.failed.append(Failure("--prune", f"Nothing was pruned: which article {unknown[0].place} held is unknown.",
                                         "Mend that row, then prune again."))
        elif prune:
            # What failed keeps what an earlier run stored of it: a file's article is named by its stem, a clash by its id.
            kept = {article.source.id for article, _ in articles} | {Path(f.place).stem for f in report.failed}
            kept |= {f.place for f in report.failed}
            for id in sorted(stored.keys() - kept):
                index.remove(id)
                report.removed.append(id)
        if progress:
            progress(len(articles), len(articles), "")
    return report


def _collect(rows: Read, companies: Companies, report: Report) -> list[tuple[Article, str]]:
    """The articles with their content hashes; two texts under one id fail, and neither goes in."""
    found: dict[str, tuple[Article, str]] = {}
    places: dict[str, str] = {}
    clashes: set[str] = set()
    for row in rows:
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
