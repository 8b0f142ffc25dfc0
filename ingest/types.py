"""The nouns of ingest: where a text comes from, the text, and the pieces of it that are embedded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


class UserError(Exception):
    """An error a person can meet: `message` says what is wrong, `hint` what to do about it."""

    def __init__(self, message: str, hint: str):
        super().__init__(message)
        self.message = message
        self.hint = hint


class Busy(UserError):
    """Somebody else is writing to the index."""


@dataclass(frozen=True, slots=True)
class Press:
    """One report that a brief digests."""

    publisher: str | None = None
    date: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text comes from. `date` is the event it tells of, `published` when it could be known.

    `listed`: the companies that its own front matter names; `companies`: these and those that its title and text name.
    """

    id: str
    title: str
    url: str | None = None
    publisher: str | None = None
    date: date | None = None
    published: date | None = None
    companies: tuple[str, ...] = ()
    sources: tuple[Press, ...] = ()
    listed: tuple[str, ...] = ()

    @property
    def known(self) -> date | None:
        """The day from which the text could be read; None where nobody says."""
        return self.published or self.date

    @property
    def publishers(self) -> tuple[str, ...]:
        """The publisher and the press it digests, each once, in order."""
        names = [self.publisher, *(press.publisher for press in self.sources)]
        return tuple(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Article:
    """One document. `text` is the body exactly as stored; every offset counts its characters."""

    source: Source
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """The unit that is embedded: `article.text[start:end] == text`."""

    id: str
    source: Source
    text: str
    start: int
    end: int


# Claims of less confidence than FIRM stay out of the ledger that people see; train_outcome.py prints what other thresholds would give.
# Those down to FAINT are stored beside them: a question about their actor may find no firmer one.
FIRM, FAINT = 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """What one sentence says of one actor's position: a row of the ledger. `article.text[start:end] == text`.

    `outcome`: gains | loses | mixed; `basis`: reported | company | opinion | forecast | question; `cue`: the words that decided;
    `confidence`: from 0 to 1; `event_date`: the day that the sentence itself gives, of a period the last; `origin`: what the
    claim rests on.
    """

    id: str
    source: Source
    text: str
    start: int
    end: int
    actor: str
    outcome: str
    basis: str
    cue: str
    confidence: float
    event_date: date | None
    origin: str

    @property
    def day(self) -> date | None:
        """The day that it is about; of what was still to come, that of its article."""
        told, known = self.source.date or self.source.published, self.source.known
        return self.event_date if self.event_date and not (known and self.event_date > known) else told


# What two actors may be to each other. What is denied, asked, only possible or over makes no relation.
RELATIONS = ("acquirer", "investor", "supplier", "partner", "rival")


@dataclass(frozen=True, slots=True)
class Relation:
    """What one sentence says that two actors are to each other. `article.text[start:end] == text`.

    `kind`: supplier (`subject` supplies `object`, which is its customer) | acquirer (buys it, or a business of it) | investor (owns a
    part of it) | partner | rival; the last two hold both ways and stand once, in the order of the names. `date`: the day that the
    sentence gives, else its article's; `basis`: that of the sentence.
    """

    id: str
    source: Source
    text: str
    start: int
    end: int
    subject: str
    kind: str
    object: str
    date: date | None
    basis: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was read out of an article, in the order of the text: claims, faint ones too, each sentence's span and basis, relations."""

    claims: tuple[Claim, ...] = ()
    bases: tuple[tuple[int, int, str], ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it is stored: its content hash, its chunks in order, their vectors (len(chunks), dimensions), float32."""

    article: Article
    digest: str
    chunks: tuple[Chunk, ...]
    vectors: np.ndarray
    ledger: Ledger = Ledger()


@dataclass(frozen=True, slots=True)
class Record:
    """What an index says of itself. `state` hashes what it holds ("" for nothing); `writing`: a run began and has not ended.

    `ledger`: which list of actors and which classifier read all of its articles; None where that has not been done.
    """

    schema: int
    model: str | None = None
    model_hash: str | None = None
    state: str = ""
    generation: int = 0
    writing: bool = False
    ledger: str | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> Record | None:
        """The record among `values`, whatever else is there; None where there is none."""
        found = {name: values[name] for name in cls.__slots__ if values.get(name) is not None} if values else {}
        return cls(**found) if "schema" in found else None


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows the corpus. Companies carry canonical names; dates are inclusive.

    `since` and `until` bound the event (`Source.date`, else `published`); `as_of` bounds what could be known. A text that
    nobody dates passes a bound of `as_of` only where `undated` says so.
    """

    companies: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or row that could not be read, and what to do about it."""

    place: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor named in a text: `text[start:end]` is the name as written, `actor` the canonical one.

    `kind`: name | product | ticker | group | reference (a pronoun or "the carrier", resolved).
    """

    actor: str
    start: int
    end: int
    kind: str = "name"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article with the actors it names; the mentions count its own characters.

    `text == article.text[start:end]`, or `source.title[start:end]` where it is the title.
    """

    text: str
    start: int
    end: int
    title: bool
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write an actor. `kind`: name | product | group, or "" for a name that only looks like the actor's.

    `ordinary`: also an ordinary word or somebody else's name; `once`: counts only where another name of the actor stands in the
    document; `bare`: counts only without a noun before it; `alone`: counts only without a noun after it.
    """

    actor: str
    kind: str
    ordinary: bool = False
    once: bool = False
    bare: bool = False
    alone: bool = False
