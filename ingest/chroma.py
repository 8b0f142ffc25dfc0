"""What Longhaul says to Chroma: opening the store in a folder, and filters in its words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from .lexical import NEVER, day
from .types import Filter, UserError


def open_chroma(folder: Path):
    """A client for the store in `folder`, made where there is none. Raises UserError."""
    import chromadb
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise UserError(f"The index {folder} may not be written to, which even reading does.",
                        "Allow it, or copy the index and name the copy with --index.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(str(folder / "chroma"), settings=Settings(anonymized_telemetry=False))
    except (OSError, ChromaError, ValueError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        hint = "Name another folder with --index."
        if not isinstance(error, OSError):
            hint = "Move this folder away, then run longhaul ingest again; or name another with --index."
        raise UserError(f"The index {folder} cannot be opened: {reason}", hint) from error


def where_of(filter: Filter | None) -> dict[str, Any] | None:
    """A filter in Chroma's words."""
    parts: list[dict[str, Any]] = []
    for key, names in (("companies", filter.companies), ("publishers", filter.publishers)) if filter else ():
        if names:
            parts.append(_any([{key: {"$contains": name}} for name in names]))
    if filter and filter.since:
        parts.append({"event": {"$gte": day(filter.since, 0)}})
    if filter and filter.until:
        parts += [{"event": {"$lte": day(filter.until, 0)}}, {"event": {"$gt": 0}}]
    if filter and filter.as_of:
        known: list[dict[str, Any]] = [{"known": {"$lte": day(filter.as_of, 0)}}]
        parts.append(_any([*known, {"known": NEVER}] if filter.undated else known))
    return None if not parts else parts[0] if len(parts) == 1 else {"$and": parts}


def _any(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return parts[0] if len(parts) == 1 else {"$or": parts}
