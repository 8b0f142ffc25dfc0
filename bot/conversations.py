"""Conversations, kept in a SQLite file of their own: no rebuild of the index touches what people asked."""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from longhaul.ingest.sources import load_source
from longhaul.ingest.types import UserError

from .types import Answer, Citation, Statement, Turn, Verdict

FILE = "conversations.sqlite"
VERSION = 1

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS exchanges (
    conversation TEXT NOT NULL REFERENCES conversations (id), number INTEGER NOT NULL,
    question TEXT NOT NULL, asked TEXT NOT NULL, outcome TEXT,
    PRIMARY KEY (conversation, number)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of an article on either side of a quote; `opens` and `ends`: they reach the article's first or last word."""

    before: str
    after: str
    opens: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a question got no answer, in the words of its UserError."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question: an answer with one passage for each citation, or trouble."""

    answer: Answer | None = None
    passages: tuple[Passage, ...] = ()
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; `outcome` is None while nothing came, or where it was stopped."""

    number: int
    question: str
    asked: datetime
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A conversation in a list: its first question, and when its last one was asked."""

    id: str
    title: str
    asked: datetime


class Conversations:
    """The conversations in `folder`. Safe to share between threads and between processes."""

    def __init__(self, folder: Path):
        """Opens the file in `folder`, or makes it. Raises UserError."""
        path = Path(folder).expanduser() / FILE
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version <= VERSION:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.executescript(_SCHEMA)
                self._db.execute(f"PRAGMA user_version = {VERSION}")
        except (OSError, sqlite3.Error) as error:
            raise UserError(f"The conversations in {path} cannot be opened: {error}",
                            "Move that file away, or name another folder with --index.") from error
        if version > VERSION:
            self._db.close()
            raise UserError(f"The conversations in {path} were kept by a newer Longhaul.",
                            "Update Longhaul, or move that file away.")

    def close(self) -> None:
        """Closes the file."""
        self._db.close()

    def create(self) -> str:
        """The id of a new, empty conversation; nobody can guess it."""
        id = secrets.token_urlsafe(16)
        self._run("INSERT INTO conversations VALUES (?, ?)", id, _now())
        return id

    def append(self, conversation: str, question: str) -> int:
        """Keeps a question; the number of its exchange. Raises UserError for an unknown conversation."""
        self._check(conversation)
        rows = self._run("INSERT INTO exchanges SELECT ?, COALESCE(MAX(number) + 1, 0), ?, ?, NULL FROM exchanges "
                         "WHERE conversation = ? RETURNING number", conversation, question, _now(), conversation)
        return rows[0][0]

    def settle(self, conversation: str, number: int, outcome: Outcome) -> None:
        """Keeps what came of a question."""
        self._run("UPDATE exchanges SET outcome = ? WHERE conversation = ? AND number = ?",
                  _dump(outcome), conversation, number)

    def load(self, conversation: str) -> tuple[Exchange, ...]:
        """The exchanges of a conversation, in order. Raises UserError for an unknown one."""
        self._check(conversation)
        rows = self._run("SELECT number, question, asked, outcome FROM exchanges WHERE conversation = ? ORDER BY number",
                         conversation)
        return tuple(Exchange(number, question, datetime.fromisoformat(asked), _load(outcome) if outcome else None)
                     for number, question, asked, outcome in rows)

    def list(self, ids: Iterable[str] | None = None) -> list[Summary]:
        """The conversations that hold a question, the last asked first: all of them, or those of `ids`."""
        wanted = "" if ids is None else "AND first.conversation IN (SELECT value FROM json_each(?))"
        rows = self._run("SELECT first.conversation, first.question, MAX(each.asked) FROM exchanges AS first "
                         "JOIN exchanges AS each ON each.conversation = first.conversation "
                         f"WHERE first.number = 0 {wanted} GROUP BY first.conversation ORDER BY MAX(each.asked) DESC",
                         *(() if ids is None else (json.dumps([*ids]),)))
        return [Summary(id, title, datetime.fromisoformat(asked)) for id, title, asked in rows]

    def _check(self, conversation: str) -> None:
        if not self._run("SELECT 1 FROM conversations WHERE id = ?", conversation):
            raise UserError("This conversation is not kept here.", "Start a new one, or open the address it was shared with.")

    def _run(self, statement: str, *values: object) -> list[tuple]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()


def history(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The turns a follow-up question comes after: the exchanges that were answered."""
    return tuple(turn for exchange in exchanges if exchange.outcome and exchange.outcome.answer
                 for turn in (Turn("user", exchange.question), Turn("assistant", exchange.outcome.answer.text)))


def _dump(outcome: Outcome) -> str:
    def plain(value: object) -> str:
        if isinstance(value, date):
            return value.isoformat()
        raise TypeError(f"cannot be kept: {value!r}")

    return json.dumps(asdict(outcome), ensure_ascii=False, default=plain)


def _load(text: str) -> Outcome:
    try:
        row = json.loads(text)
        answer = _answer(row["answer"]) if row["answer"] else None
        trouble = _make(Trouble, row["trouble"]) if row["trouble"] else None
        return Outcome(answer, tuple(_make(Passage, each) for each in row["passages"]), trouble)
    except (KeyError, TypeError, ValueError):  # kept by a version whose answers had other parts
        return Outcome(trouble=Trouble("This answer was kept by another version of Longhaul and cannot be shown.",
                                       "Ask the question again."))


def _answer(row: dict[str, Any]) -> Answer:
    citations = tuple(_make(Citation, each, source=load_source(json.dumps(each["source"]))) for each in row["citations"])
    statements = tuple(_make(Statement, each, citations=tuple(each["citations"])) for each in row["statements"])
    verdicts = tuple(_make(Verdict, each, citations=tuple(each["citations"]), as_of=date.fromisoformat(each["as_of"]), for_=(), against=())
                     for each in row["verdicts"])
    return _make(Answer, row, statements=statements, citations=citations, verdicts=verdicts, as_of=date.fromisoformat(row["as_of"]),
                 reading=tuple(map(tuple, row.get("reading", ()))))


def _make(kind: type[Any], row: dict[str, Any], **parts: Any) -> Any:
    """A dataclass from what was kept of it; what it does not know is left out, what it lacks is a TypeError."""
    known = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in (row | parts).items() if name in known})


def _now() -> str:
    return datetime.now(UTC).isoformat()
