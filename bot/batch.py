"""Rows of a file → objects, a line each: many questions or searches in one process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from longhaul.ingest.types import UserError

from .contract import AnyRow, dump, error_object, parse_row, row_id


def run(lines: Iterable[bytes], kind: type[AnyRow], answer: Callable[[AnyRow], dict[str, Any]]) -> int:
    """Prints an object for each line of `lines` as soon as it is ready; returns how many failed.

    `answer` makes the object of a row; a row that fails gives `{"id", "error"}`, and the rest goes on. Blank lines are
    passed over.
    """
    failed = 0
    for data in lines:
        if not data.strip():
            continue
        try:
            row = parse_row(data, kind)
            result = dump({"id": row.id, **answer(row)})
        except UserError as error:
            failed += 1
            result = dump({"id": row_id(data), "error": error_object(error)})
        print(result, flush=True)
    return failed


@contextmanager
def opened(file: str) -> Iterator[Iterable[bytes]]:
    """The lines of a file, as they come; `-` is standard input. Raises UserError."""
    try:
        source = nullcontext(sys.stdin.buffer) if file == "-" else Path(file).expanduser().open("rb")
    except OSError as error:
        raise _unreadable(file, error) from error
    with source as lines:
        yield lines


def content(file: str) -> bytes:
    """All of a file; `-` is standard input. Raises UserError."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).expanduser().read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: str, error: OSError) -> UserError:
    return UserError(f"{file} cannot be read: {error.strerror or error}", "Check the path; - reads standard input.")
