"""What the board is asked to show, and what comes of it: claims narrowed by the filters, a verdict on each actor, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from longhaul.bot import verdicts
from longhaul.bot.chain import Bot
from longhaul.bot.roles import having
from longhaul.bot.types import Change, Verdict
from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import Claim, Filter, UserError

_OUTCOMES = ("wins", "mixed", "pressured", "loses", "unclear")
_LONGEST = 300  # characters of a filter
_STEPS = 3_000  # days times claims of one actor, up to which its turns are told


@dataclass(frozen=True, slots=True)
class View:
    """The state of the board, as its address has it.

    `find`: part of an actor's name; `words`: words of a sentence; `bases`: none means all; `as_of`: None is today; `sort`: a column,
    behind "-" the other way round; `actor`: whose row is open.
    """

    find: str = ""
    words: str = ""
    role: str = ""
    publisher: str = ""
    bases: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    roll_up: bool = False
    sort: str = "-confidence"
    actor: str = ""

    @property
    def day(self) -> date:
        """The day that the board stands on."""
        return self.as_of or date.today()

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out by a filter."""
        return self != View(as_of=self.as_of, roll_up=self.roll_up, sort=self.sort, actor=self.actor)

    @property
    def address(self) -> str:
        """The state as the query of an address."""
        values = {"find": self.find, "words": self.words, "role": self.role, "publisher": self.publisher, "basis": ",".join(self.bases),
                  "since": self.since, "until": self.until, "as_of": self.as_of, "roll_up": "1" if self.roll_up else "",
                  "sort": "" if self.sort == "-confidence" else self.sort, "actor": self.actor}
        return urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """A verdict and the claims it stands on; `day`: the last that they tell of; `turned`: how it last changed, where that is known."""

    verdict: Verdict
    claims: tuple[Claim, ...]
    day: date | None
    turned: Change | None


# What a column is sorted by.
_PLACES: dict[str, Callable[[Row], Any]] = {
    "actor": lambda row: row.verdict.actor.lower(),
    "verdict": lambda row: _OUTCOMES.index(row.verdict.outcome),
    "confidence": lambda row: row.verdict.confidence,
    "basis": lambda row: row.verdict.basis_mix.get("reported", 0.0),
    "claims": lambda row: row.verdict.claims,
    "origins": lambda row: row.verdict.origins,
    "day": lambda row: row.day or date.min,
}
SORTS = tuple(_PLACES)


@dataclass(frozen=True, slots=True)
class Board:
    """What passes the filters, in order; `actors` and `claims` count what there is without them."""

    view: View
    rows: tuple[Row, ...]
    actors: int
    claims: int


def read(values: Mapping[str, object]) -> View:
    """The state that an address asks for; what it does not know is left alone. Raises UserError for a day that is none."""
    given = {name: str(value)[:_LONGEST].strip() for name, value in values.items() if isinstance(value, str | int)}
    sort = given.get("sort", "")
    return View(*(given.get(name, "") for name in ("find", "words", "role", "publisher")),
                tuple(basis for basis in BASES if basis in given.get("basis", "").split(",")),
                *(_day(given.get(name, "")) for name in ("since", "until", "as_of")), given.get("roll_up") == "1",
                sort if sort.removeprefix("-") in SORTS else "-confidence", given.get("actor", ""))


class Sieve:
    """The claims of a bot, narrowed and weighed; what was read is kept until the index, a correction or the day changes."""

    def __init__(self, bot: Bot):
        self._bot = bot
        self._read = lru_cache(maxsize=6)(self._claims)
        self._weighed = lru_cache(maxsize=6)(self._rows)

    def board(self, view: View) -> Board:
        """The board as `view` asks for it. Raises UserError."""
        with self._bot.index.snapshot() as corpus:
            state = corpus.state, self._bot.index.record.ledger, self._bot.corrections.digest(), date.today()
        everything = self._read(state, Filter(as_of=view.day), view.roll_up)
        rows = self._weighed(state, replace(view, as_of=view.day, sort="", actor=""))
        place = _PLACES[view.sort.removeprefix("-")]
        ordered = sorted(rows, key=place, reverse=view.sort.startswith("-"))
        return Board(view, tuple(ordered), len({claim.actor for claim in everything}), len(everything))

    def claim(self, id: str, view: View) -> Claim | None:
        """The claim of this id as it stands, about the actor that its own sentence names; None where there is none."""
        return next((claim for claim in self._bot.claims(Filter(as_of=view.day)) if claim.id == id), None)

    def _claims(self, _state: object, filter: Filter, roll_up: bool) -> tuple[Claim, ...]:
        return tuple(self._bot.claims(filter, roll_up=roll_up))

    def _rows(self, state: object, view: View) -> tuple[Row, ...]:
        found = self._read(state, Filter(since=view.since, until=view.until, as_of=view.day), view.roll_up)
        narrowed = self._narrowed(found, view)
        about = verdicts.by_actor(narrowed)
        # in the order of their names, so that equal ones stay in it
        weighed = sorted(verdicts.weigh(narrowed, view.day), key=lambda v: v.actor.lower())
        return tuple(_row(verdict, about[verdict.actor]) for verdict in weighed)

    def _narrowed(self, claims: Sequence[Claim], view: View) -> list[Claim]:
        names = {claim.actor for claim in claims}
        if view.find:
            known = self._bot.companies.canonical(view.find)
            names = {name for name in names if view.find.lower() in name.lower() or name == known}
        if view.role:
            names &= having([view.role], self._bot.companies)
        words = view.words.lower().split()
        return [claim for claim in claims if claim.actor in names and (not view.bases or claim.basis in view.bases)
                and (not view.publisher or view.publisher in claim.source.publishers)
                and (not words or _holds(claim.text.lower(), words))]


def _holds(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)


def _row(verdict: Verdict, claims: Sequence[Claim]) -> Row:
    day = max((claim.day for claim in claims if claim.day), default=None)
    days = len({claim.source.known for claim in claims})
    turns = verdicts.changes(claims) if days * len(claims) <= _STEPS else []
    last = turns[-1] if turns and turns[-1].after.outcome == verdict.outcome else None
    return Row(verdict, tuple(claims), day, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserError(f"“{text}” is no day.", "Write it as 2026-11-23.") from error
