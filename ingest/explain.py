"""What Chroma, SQLite and the network raise, in words for people."""

from __future__ import annotations

from .folder import Folder
from .server import Server
from .types import UserError


def foreign(error: BaseException) -> bool:
    """Whether it comes from Chroma, SQLite or the network; a panic of Chroma's core is no Exception."""
    return any(kind.__module__.partition(".")[0] in ("chromadb", "httpx", "sqlite3", "pyo3_runtime") for kind in type(error).__mro__)


def explanation(error: BaseException, place: Folder | Server, restorable: bool) -> UserError:
    """The error for a person who works with the index at `place`; `restorable`: its view could make the store anew."""
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    if isinstance(place, Server) and type(error).__module__.partition(".")[0] == "httpx":
        return place.silent(error)
    if any(word in reason for word in ("full", "No space left", "StorageFull")):
        return UserError(f"The disk that holds {place.name} is full.",
                         "Free some space, then run it again; what was stored before is kept.")
    if any(word in reason for word in ("readonly", "ermission denied")):
        return UserError(f"The index {place.name} may not be written to.", "Allow it, or name another with --index.")
    hint = "Move this folder away and ingest again, or name another with --index."
    if isinstance(place, Server):
        hint = "Look at what the server says for itself, then try again."
    elif restorable:
        hint = f"Move {place.files / 'chroma'} away: the next ingest makes it anew from the view beside it."
    return UserError(f"The index {place.name} cannot be used: {reason}", hint)
