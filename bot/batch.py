"""Rows of a file → objects, a line each: many questions or searches in one process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

from longhaul.ingest.types import UserError

from .contract import AnyRow, dump, error_object, parse_row, row_id


def run(lines: Iterable[bytes], kind: type[AnyRow], answer: Callable[[list[AnyRow]], list[dict[str, Any]]], many: int = 1) -> int:
    """Prints an object for each line of `lines` as soon as it is ready; returns how many failed.

    `answer` makes the objects of some rows, `many` at a time; a row that fails gives `{"id", "error"}`, and the rest goes on.
    Blank lines are passed over.
    """
    failed = 0
    filled = (line for line in lines if line.strip())
    while part := list(islice(filled, many)):
        read = [_read(line, kind) for line in part]
        rows = [row for row in read if not isinstance(row, dict)]
        try:
            made = iter(answer(rows))
        except UserError as error:  # `many` rows share an answer only where it cannot fail for one of them
            made = iter([{"error": error_object(error)} for _ in rows])
        for row in read:
            result = row if isinstance(row, dict) else {"id": row.id, **next(made)}
            failed += "error" in result
            print(dump(result), flush=True)
    return failed


def _read(line: bytes, kind: type[AnyRow]) -> AnyRow | dict[str, Any]:
    """A row, or what is printed in its place."""
    try:
        return parse_row(line, kind)
    except UserError as error:
        return {"id": row_id(line), "error": error_object(error)}


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
