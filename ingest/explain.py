"""What Chroma, SQLite and the network raise, in words for people."""

from __future__ import annotations

import shutil

from .folder import Folder
from .place import Place
from .server import Server
from .sqlite import corrupt
from .types import UserError
from .view import View

_LITTLE = 16 << 20  # bytes free: Chroma, which writes everything twice, does not always say that it ran out of them


def foreign(error: BaseException) -> bool:
    """Whether it comes from Chroma, SQLite or the network; a panic of Chroma's core is no Exception."""
    return any(kind.__module__.partition(".")[0] in ("chromadb", "httpx", "sqlite3", "pyo3_runtime") for kind in type(error).__mro__)


def outside(error: BaseException, place: Place) -> bool:
    """Whether the disk is to blame, or another program that holds the file, and not what is stored."""
    return _full(error, place) or _forbidden(error) or "database is locked" in str(error)


def damaged_view(place: Place, view: View) -> UserError:
    """The error for a person whose view is damaged. Where the store is whole the view is removed: the next opening makes it anew."""
    if isinstance(place, Folder) and place.damaged():
        return UserError(f"The index {place.name} is damaged, both its store and the view beside it.",
                         "Move this folder away, then ingest again or read in a backup with longhaul index import.")
    try:
        view.discard()
    except OSError:
        return UserError(f"{view.path} is damaged, and may not be written to.", "Allow it: it is then made anew from the store beside it.")
    return UserError(f"{view.path} was damaged. The store beside it is whole, and the view is made anew from it.", "Run it again.")


def explanation(error: BaseException, place: Place, view: View) -> UserError:
    """The error for a person who works with the index at `place`. A damaged view is removed, see damaged_view."""
    if corrupt(error):  # in the view: of its own file, Chroma tells in errors of its own
        return damaged_view(place, view)
    reason = " ".join(str(error).split())[:300] or type(error).__name__
    if isinstance(place, Server) and type(error).__module__.partition(".")[0] == "httpx":
        return place.silent(error)
    if _full(error, place):
        return UserError(f"The disk that holds {place.name} is full.",
                         "Free some space, then run it again; what was stored before is kept.")
    if _forbidden(error):
        return UserError(f"The index {place.name} may not be written to.", "Allow it, or name another with --index.")
    hint = "Move this folder away and ingest again, or name another with --index."
    if isinstance(place, Server):
        hint = "Look at what the server says for itself, then try again."
    elif view.record():
        hint = f"Move {place.files / 'chroma'} away: the next ingest makes it anew from the view beside it."
    return UserError(f"The index {place.name} cannot be used: {reason}", hint)


def _full(error: BaseException, place: Place) -> bool:
    if any(word in str(error) for word in ("full", "No space left", "StorageFull")):
        return True
    try:
        return (isinstance(place, Folder) and not corrupt(error) and "malformed" not in str(error)
                and shutil.disk_usage(place.files).free < _LITTLE)
    except OSError:
        return False


def _forbidden(error: BaseException) -> bool:
    return any(word in str(error) for word in ("readonly", "ermission denied"))
