"""What is installed, which index, which model, and what is wrong with them."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Callable
from importlib import metadata, util
from typing import Any

from longhaul.ingest.actors import candidates
from longhaul.ingest.bundled import BUNDLED, BUNDLED_SHA256, checked_folder
from longhaul.ingest.companies import Companies, load_companies
from longhaul.ingest.folder import Folder
from longhaul.ingest.index import Index
from longhaul.ingest.types import UserError

from .chain import place_named_by
from .contract import error_object
from .settings import Settings

_LATEST = 1_000  # articles that are looked through for names
_CANDIDATES = 12


def examine(settings: Settings) -> dict[str, Any]:
    """Versions, index, models and problems; loads no model and makes no index."""
    problems: list[UserError] = []
    found = {"versions": _versions(problems), "index": _try(lambda: _index(settings), problems) or {"folder": settings.index},
             "embedding": settings.embedding, "model": settings.model}
    _try(lambda: _embedding(settings), problems)
    _try(lambda: _model(settings), problems)
    companies = _try(lambda: load_companies(settings.companies), problems)
    found["candidates"] = [] if problems else _candidates(settings, companies)
    return {**found, "problems": [error_object(problem) for problem in problems]}


def _try(look: Callable[[], Any], problems: list[UserError]) -> Any:
    try:
        return look()
    except UserError as problem:
        problems.append(problem)
        return None


def _versions(problems: list[UserError]) -> dict[str, str | None]:
    """Python, SQLite, and each package that Longhaul requires, without importing them; None where one is missing."""
    found: dict[str, str | None] = {"longhaul": metadata.version("longhaul"), "python": platform.python_version(),
                                    "sqlite": sqlite3.sqlite_version, "system": platform.platform(terse=True)}
    for requirement in metadata.requires("longhaul") or []:
        if "extra ==" in requirement:
            continue
        name = re.match(r"[\w.-]+", requirement).group()
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
            problems.append(UserError(f"The package {name} is missing.", f"Install it: pip install '{requirement}'"))
    return found


def _index(settings: Settings) -> dict[str, Any]:
    place = place_named_by(settings)
    found = {"folder": str(place.files.resolve()) if isinstance(place, Folder) else place.name, "articles": 0, "chunks": 0,
             "model": None, "state": None}
    model = settings.embedding
    index = Index(place, model, BUNDLED_SHA256) if model == BUNDLED else Index(place)
    record = index.record
    if not index.exists and isinstance(place, Folder):
        writable = next(parent for parent in [place.files, *place.files.resolve().parents] if parent.exists())
        if not writable.is_dir() or not os.access(writable, os.W_OK):
            raise UserError(f"No index can be made in {place.name}: {writable} may not be written to.",
                            "Name another folder with --index.")
    if record.model not in (None, model):
        raise UserError(f"{place.name} holds vectors of the model {record.model}, not of {model}.",
                        "Set LONGHAUL_EMBEDDING to that model, or ingest into another folder: longhaul ingest --index FOLDER")
    with index.snapshot() as corpus:
        articles, chunks = corpus.counts
    return found | {"articles": articles, "chunks": chunks, "model": record.model, "state": record.state or None}


def _candidates(settings: Settings, companies: Companies) -> list[dict[str, Any]]:
    """Names off the list of companies that behave like companies in the latest articles, the most frequent first."""
    with Index(place_named_by(settings)).snapshot() as corpus:
        texts = [corpus.article(source.id).text for source in corpus.sources()[-_LATEST:]]
    return [{"name": name, "count": count} for name, count in candidates(texts, companies)[:_CANDIDATES] if count > 1]


def _embedding(settings: Settings) -> None:
    if settings.embedding == BUNDLED:
        checked_folder()


def _model(settings: Settings) -> None:
    """Whether the package that speaks to the model's provider is there; whether the provider answers is seen by asking."""
    if settings.model == "offline":
        return
    provider, colon, name = settings.model.partition(":")
    if not (provider and colon and name):
        raise UserError(f"The model {settings.model!r} is not of the form provider:model.",
                        "Name one, for example openai:gpt-4.1-mini, or offline.")
    package = f"langchain_{provider.replace('-', '_')}"
    if not util.find_spec(package):
        raise UserError(f"The model {settings.model} needs a package that is missing.",
                        f"Install it: pip install {package.replace('_', '-')}")
