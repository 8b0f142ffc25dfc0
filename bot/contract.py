"""Answers, results and articles as JSON, and the rows and histories that come in as JSON: what other programs rely on."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError, model_validator

from longhaul.ingest.pipeline import Report
from longhaul.ingest.types import Article, Source, UserError

from .tables import STEERING, iso, verdict_object
from .types import Answer, Evidence, Turn


class TurnRow(BaseModel):
    """One message of a history."""

    role: Literal["user", "assistant"]
    content: str


def _as_turn(value: Any) -> Any:
    return {"role": "user", "content": value} if isinstance(value, str) else value


History = list[Annotated[TurnRow, BeforeValidator(_as_turn)]]  # a bare text is a turn of the user


class Row(BaseModel):
    """One line of a batch."""

    model_config = ConfigDict(strict=True)

    id: str | int


class AskRow(Row):
    """One line of `ask --batch`."""

    ask: str
    history: History | None = None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The history as turns."""
        return tuple(Turn(row.role, row.content) for row in self.history or ())


class SearchRow(Row):
    """One line of `search --batch`."""

    query: str


class ClassifyRow(Row):
    """One line of `claims --classify`: `sentence[start:end]` names the actor; `start == end`: nothing in the sentence does."""

    sentence: str
    actor: str
    start: int
    end: int
    before: str | None = None

    @model_validator(mode="after")
    def _inside(self) -> ClassifyRow:
        if not 0 <= self.start <= self.end <= len(self.sentence):
            raise ValueError("start and end must count characters of the sentence")
        return self

    @property
    def plain(self) -> str:
        """The sentence with a question mark for each half of a surrogate pair, which no tokenizer takes."""
        return _whole(self.sentence)

    @property
    def earlier(self) -> str:
        """What stands before it, likewise; "" where nothing is given."""
        return _whole(self.before or "")


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


AnyRow = TypeVar("AnyRow", bound=Row)


def answer_object(answer: Answer) -> dict[str, Any]:
    """The object that `longhaul ask --json` prints."""
    return {
        "question": answer.question,
        "standalone": answer.standalone,
        "status": answer.status,
        "missing": answer.missing,
        "answer": answer.text,
        "statements": [{"text": s.text, "citations": list(s.citations), "basis": s.basis} for s in answer.statements],
        "citations": [
            {"n": c.n, "article": c.source.id, "title": c.source.title, "publisher": c.source.publisher, "url": c.source.url,
             "date": iso(c.source.date), "published": iso(c.source.published), "quote": c.quote, "start": c.start, "end": c.end}
            for c in answer.citations
        ],
        "verdicts": [verdict_object(verdict) for verdict in answer.verdicts],
        "answerer": answer.answerer,
        "as_of": answer.as_of.isoformat(),
        "fingerprint": answer.fingerprint,
        "seconds": answer.seconds,
    }


def result_objects(found: Sequence[Evidence]) -> list[dict[str, Any]]:
    """The list that `longhaul search --json` prints."""
    return [{"rank": e.rank, "score": e.score, "article": e.chunk.source.id, "start": e.chunk.start, "end": e.chunk.end,
             "text": e.chunk.text} for e in found]


def source_object(source: Source) -> dict[str, Any]:
    """What is known of an article besides its text: a row of `longhaul articles list --json`."""
    return {
        "id": source.id, "title": source.title, "url": source.url, "publisher": source.publisher,
        "date": iso(source.date), "published": iso(source.published), "companies": list(source.companies),
        "sources": [{"publisher": press.publisher, "date": iso(press.date), "url": press.url} for press in source.sources],
    }


def article_object(article: Article) -> dict[str, Any]:
    """The object that `longhaul articles show ID --json` prints: every offset counts characters of its `text`."""
    return source_object(article.source) | {"text": article.text}


def report_object(report: Report) -> dict[str, Any]:
    """What `longhaul ingest --json` prints: how many articles of each outcome, and what failed."""
    return {"added": len(report.added), "updated": len(report.updated), "unchanged": len(report.unchanged),
            "removed": len(report.removed), "failed": len(report.failed),
            "failures": [{"place": f.place, "message": f.message, "hint": f.hint} for f in report.failed]}


def error_object(error: UserError) -> dict[str, str]:
    """An error a person can meet."""
    return {"message": error.message, "hint": error.hint}


def dump(value: Any, indent: int | None = None) -> str:
    """`value` as JSON that is safe to show on a terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    return STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def print_json(value: Any) -> None:
    """One line, so that lines can be counted and joined; indented on a terminal."""
    print(dump(value, 2 if sys.stdout.isatty() else None))


def parse_row(line: bytes, kind: type[AnyRow]) -> AnyRow:
    """A line of a batch. Raises UserError."""
    hint = f"A row is one JSON object on one line, with the keys: {', '.join(kind.model_fields)}"
    values = _load(line, hint)
    if not isinstance(values, dict):
        raise UserError("The row is not a JSON object.", hint)
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise UserError(f"The row does not fit: {_first(error)}", hint) from error


def row_id(line: bytes) -> str | int | None:
    """The id of a line of a batch, None where it cannot be read."""
    try:
        values = _load(line, "")
    except UserError:
        return None
    id = values.get("id") if isinstance(values, dict) else None
    return id if isinstance(id, (str, int)) and not isinstance(id, bool) else None


def parse_history(data: bytes, place: str) -> tuple[Turn, ...]:
    """The turns of a history in JSON. Raises UserError."""
    hint = 'A history is a JSON list: [{"role": "user", "content": "…"}]'
    try:
        rows = TypeAdapter(History).validate_python(_load(data, hint), strict=True)
    except UserError as error:
        raise UserError(f"{place}: {error.message}", hint) from error
    except ValidationError as error:
        raise UserError(f"{place}: not a history: {_first(error)}", hint) from error
    return tuple(Turn(row.role, row.content) for row in rows)


def _load(data: bytes, hint: str) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UserError(f"Not in UTF-8 (byte {error.start}).", hint) from error
    except json.JSONDecodeError as error:
        raise UserError(f"Not JSON: {error.msg} (line {error.lineno}, column {error.colno}).", hint) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets nested without end
        raise UserError(f"Not JSON that can be read: {error}", hint) from error


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"] if part not in ("str", "int")) or "the list"
    return f"{place}: {first['msg']}"
