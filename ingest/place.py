"""Where an index lies: in a folder, or on a Chroma server."""

from __future__ import annotations

from pathlib import Path

from .folder import Folder
from .server import Server

Place = Folder | Server


def place_of(name: str, token: str | None = None, tenant: str = "default_tenant", database: str = "default_database",
             view: Path | None = None) -> Folder | Server:
    """A folder by its path, or a Chroma server by its address. Raises UserError."""
    return Server(name, token, tenant, database, view) if "://" in name else Folder(name)
