"""Paths → articles: one reader for each kind of file."""

from __future__ import annotations

import datetime
import glob
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from .types import Article, Failure, Press, Source, UserError

Read = Iterator[tuple[str, Article] | Failure]  # an article with its place: the file, and the line where it has one


def _day(value: Any) -> Any:
    """The day of a moment; an empty date is an unknown one, and a bare number is none, whatever seconds it would be."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        return re.sub(r"^(\d{4}-\d\d-\d\d)[T ]\d\d:.*", r"\1", value.strip()) or None
    if isinstance(value, (int, float)):
        raise ValueError(f"{value} is not a date (YYYY-MM-DD)")
    return value


Day = Annotated[datetime.date | None, BeforeValidator(_day)]


def _list(value: Any) -> Any:
    """A key with nothing after it is an empty list."""
    return [] if value is None else value


def _words(value: Any) -> Any:
    """A title that YAML takes for a date or a truth value, as it was written, near enough."""
    return str(value) if isinstance(value, (datetime.date, bool)) else value


Words = Annotated[str | None, BeforeValidator(_words)]


class PressRow(BaseModel):
    """One report under `sources` in front matter."""

    publisher: str | None = None
    date: Day = None
    url: str | None = None


class FrontMatter(BaseModel):
    """The head of a Markdown or text file, and the fields of a JSON line besides `id` and `text`; others are ignored."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    title: Words = None
    date: Day = None
    published: Day = None
    publisher: str | None = None
    url: str | None = None
    sources: Annotated[list[PressRow], BeforeValidator(_list)] = []
    companies: Annotated[list[str], BeforeValidator(_list)] = []


class Row(FrontMatter):
    """One line of a JSON-lines file."""

    id: str
    text: str


def read(paths: Iterable[str | Path]) -> Read:
    """The articles of files, folders (searched through) and glob patterns with their places, each file once, in the order given.

    What cannot be read comes as a `Failure`. Raises UserError for a path that does not exist.
    """
    for path in files(paths):
        reader = READERS.get(path.suffix.lower())
        if reader is None:
            known = " ".join(sorted(READERS))
            yield Failure(str(path), f"{path}: this kind of file is not read.", f"Kinds that are: {known}")
            continue
        try:
            yield from reader(path)
        except UserError as error:
            yield Failure(str(path), error.message, error.hint)
        except OSError as error:
            yield Failure(str(path), f"{path}: {error.strerror or error}", "Check that the file may be read.")


def files(paths: Iterable[str | Path]) -> list[Path]:
    """The files that `paths` name. A folder gives the kinds that have a reader; hidden files are left out."""
    found: dict[Path, None] = {}
    for given in paths:
        if "://" in str(given):
            raise UserError(f"Addresses are not read yet: {given}", "Save the article as a text or Markdown file, and ingest that.")
        try:
            found.update(dict.fromkeys(_files(Path(given).expanduser())))
        except (OSError, RuntimeError) as error:  # RuntimeError: nobody of that name, as in ~nobody/news
            reason = getattr(error, "strerror", None) or error
            raise UserError(f"{given}: {reason}", "Check the path, and that it may be read.") from error
    return list(found)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and p.suffix.lower() in READERS)
        inside = [p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts)]
        if not inside:
            raise UserError(f"No articles in {path}", f"Put files of these kinds there: {' '.join(sorted(READERS))}")
        return inside
    if path.is_file():
        return [path]
    matches = [Path(p) for p in sorted(glob.glob(str(path), recursive=True)) if Path(p).is_file()]
    if not matches:
        raise UserError(f"No such file or folder: {path}", "Check the path; a pattern such as 'news/*.md' works too.")
    return matches


def _read_text(path: Path) -> Read:
    head, body, offset = _split(_decode(path), str(path))
    matter = _front_matter(head, str(path))
    heading = re.match(r"#\s+(.+)", body)
    title = matter.title or (heading.group(1).strip() if heading else path.stem)
    body = body.strip()
    if not body:
        raise UserError(f"{path}: the file holds no text{' after its front matter' if offset else ''}.",
                        "Add the article's text, or leave the file out.")
    yield str(path), Article(_source(path.stem, title, matter), body)


def _read_json_lines(path: Path) -> Read:
    lines = _decode(path).split("\n")
    if not any(line.strip() for line in lines):
        raise UserError(f"{path}: the file is empty.", "Write one JSON object a line, with id, title and text.")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        try:
            row = Row.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            yield Failure(place, f"{place}: not JSON: {error.msg} (column {error.colno})", "Write one JSON object a line.")
        except ValidationError as error:
            field, reason = _first(error)
            yield Failure(place, f"{place}: {field}: {reason}",
                          "A row needs id and text; title, url, publisher, date, published may follow.")
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets nested without end
            yield Failure(place, f"{place}: not JSON that can be read: {error}", "Write one JSON object a line.")
        else:
            if row.text.strip() and row.id.strip():
                yield place, Article(_source(row.id, row.title or row.id, row), row.text)
            else:
                yield Failure(place, f"{place}: id or text is empty.", "Fill both in, or leave the row out.")


# Each kind of file has one reader: a function from a path to its articles, each with its place. A new kind is one more line here.
READERS: dict[str, Callable[[Path], Read]] = {".md": _read_text, ".txt": _read_text, ".jsonl": _read_json_lines}


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if not data.strip():
        raise UserError(f"{path}: the file is empty.", "Add the article's text, or leave the file out.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UserError(f"{path}: the file is in UTF-16, not UTF-8.", f"Convert it: iconv -f UTF-16 -t UTF-8 {path.name}")
    if b"\0" in data[:8192]:
        raise UserError(f"{path}: this is not a text file.", "Only text in UTF-8 is read.")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data[:error.start].count(b"\n") + 1
        raise UserError(f"{path}:{line}: the file is not in UTF-8 (byte {error.start}).",
                        f"Convert it, for example: iconv -f WINDOWS-1252 -t UTF-8 {path.name}") from error


def _split(text: str, place: str) -> tuple[str, str, int]:
    """Front matter, body, and where the body starts."""
    match = re.match(r"---[ \t]*\n(.*?)(?:^|\n)---[ \t]*(?:\n|$)", text, re.DOTALL)
    if not match and re.match(r"---[ \t]*\n\w+:[ \n]", text):
        raise UserError(f"{place}:1: the front matter does not end.", "Close it with a line of --- before the text.")
    return (match.group(1), text[match.end():], match.end()) if match else ("", text, 0)


def _front_matter(head: str, place: str) -> FrontMatter:
    import yaml

    hint = "Mend the front matter: title, date, published (YYYY-MM-DD), publisher, url, sources, companies."
    try:
        values = yaml.safe_load(head) or {}  # not libyaml's loader: brackets nested without end would crash the process
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        raise UserError(f"{place}:{line}: the front matter is not YAML: {error.problem}",
                        f"{hint} A value that holds a colon needs quotes.") from error
    # an impossible date is a ValueError of the YAML library, a tag that its value does not fit any of the others
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise UserError(f"{place}:{_line_of(head)}: the front matter is not YAML: {reason}", hint) from error
    if not isinstance(values, dict):
        raise UserError(f"{place}:2: the front matter is not a list of keys.", hint)
    try:
        return FrontMatter.model_validate(values)
    except ValidationError as error:
        field, reason = _first(error)
        key = field.split(".")[0]
        line = next((n for n, row in enumerate(head.split("\n"), 2) if row.startswith(f"{key}:")), 2)
        raise UserError(f"{place}:{line}: {field}: {reason}", hint) from error


def _line_of(head: str) -> int:
    """The line of a date that the YAML library refused without saying where."""
    for number, row in enumerate(head.split("\n"), 2):
        match = re.search(r"(\d{4})-(\d\d?)-(\d\d?)", row)
        if match:
            try:
                datetime.date(*map(int, match.groups()))
            except ValueError:
                return number
    return 2


def _first(error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_url=False, include_context=False)[0]
    return ".".join(map(str, first["loc"])) or "row", first["msg"]


def _source(id: str, title: str, matter: FrontMatter) -> Source:
    press = tuple(Press(row.publisher, row.date, row.url) for row in matter.sources)
    return Source(id, " ".join(title.split()), matter.url, matter.publisher, matter.date, matter.published,
                  tuple(matter.companies), press)
