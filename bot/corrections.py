"""What people say of claims, in a SQLite file of its own: no rebuild of the index touches who confirmed, corrected or rejected what."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

from longhaul.ingest.actors import locate
from longhaul.ingest.classify import OUTCOMES
from longhaul.ingest.companies import Companies, load_companies
from longhaul.ingest.ledger import BASES
from longhaul.ingest.sqlite import corrupt, reading
from longhaul.ingest.types import Claim, UserError

FILE = "corrections.sqlite"
VERSION = 1
ACTS = ("confirm", "correct", "reject")
LONGEST_WHO, LONGEST_WHY = 200, 2_000  # characters

# Rows are only added and marked as undone: the order of their numbers is the order in which they count.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS corrections (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, claim TEXT NOT NULL, article TEXT NOT NULL, actor TEXT NOT NULL,
    sentence TEXT NOT NULL, act TEXT NOT NULL, outcome TEXT, basis TEXT, before_outcome TEXT NOT NULL, before_basis TEXT NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, at TEXT NOT NULL, undone TEXT, undone_by TEXT)
"""


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody said of a claim. `act`: confirm | correct | reject; `outcome`, `basis`: what a correction sets, None: left as it was.

    `before_outcome` and `before_basis`: the claim as that person read it; `at` and `undone` are in UTC.
    """

    id: str
    claim: str
    article: str
    actor: str
    sentence: str
    act: str
    outcome: str | None
    basis: str | None
    before_outcome: str
    before_basis: str
    who: str
    why: str
    at: datetime
    undone: datetime | None = None
    undone_by: str | None = None

    @property
    def after(self) -> tuple[str, str]:
        """The outcome and the basis that the claim has by it; "neutral": it has no place in the ledger."""
        return "neutral" if self.act == "reject" else self.outcome or self.before_outcome, self.basis or self.before_basis


_COLUMNS = ", ".join(field.name for field in fields(Correction))


class Corrections:
    """The corrections in `folder`. Safe to share between threads and between processes; each reading finds what is there just now.

    Nothing is opened or made before it is needed, so that a file in trouble stops nobody who does without corrections. All methods
    raise UserError where the file cannot be read or written, or was kept by a newer Longhaul.
    """

    def __init__(self, folder: Path):
        self._path = Path(folder).expanduser() / FILE

    def record(self, claim: Claim, act: str, who: str, why: str, outcome: str | None = None, basis: str | None = None) -> Correction:
        """Keeps what `who` says of `claim`, which is handed in as that person read it; it replaces what was said of it before.

        Only to correct takes an outcome or a basis. Raises UserError for what cannot be said, and where nothing would change by it.
        """
        _check(act, who, why, outcome, basis)
        made = Correction(secrets.token_hex(8), claim.id, claim.source.id, claim.actor, claim.text, act, outcome, basis, claim.outcome,
                          claim.basis, who, why, datetime.now(UTC))
        _check_news(made, self.standing().get(claim.id))  # before a file is made for nothing
        with self._writing() as db:
            _check_news(made, _standing(_read(db)).get(claim.id))  # somebody may have been quicker
            db.execute(f"INSERT INTO corrections ({_COLUMNS}) VALUES ({', '.join('?' * len(fields(Correction)))})", _dump(made))
        return made

    def undo(self, id: str, who: str) -> Correction:
        """Takes a correction back: the former one of its claim stands again. Raises UserError for one that is unknown or undone."""
        _check_text(who, LONGEST_WHO, "name")
        _undoable(self.all(undone=True), id)
        with self._writing() as db:
            taken = replace(_undoable(_read(db), id), undone=datetime.now(UTC), undone_by=who)
            db.execute("UPDATE corrections SET undone = ?, undone_by = ? WHERE id = ?", (_stamp(taken.undone), who, id))
        return taken

    def all(self, undone: bool = False) -> list[Correction]:
        """The corrections in the order in which they were recorded; with `undone` also those that were taken back."""
        with self._told("read"):
            if not self._path.exists():
                return []
            with closing(reading(self._path)) as db:
                found = _read(db) if self._version(db) else []  # 0: its first writer is still at work
        return [each for each in found if undone or not each.undone]

    def standing(self) -> dict[str, Correction]:
        """The last correction of each claim that is not undone, by the claim's id."""
        return _standing(self.all())

    def apply(self, claims: Iterable[Claim]) -> list[Claim]:
        """The claims as people have corrected them, in order: what they rejected is left out, what they vouch for is certain."""
        standing, kept = self.standing(), []
        for claim in claims:
            found = standing.get(claim.id)
            outcome, basis = found.after if found else (claim.outcome, claim.basis)
            if outcome != "neutral":
                kept.append(replace(claim, outcome=outcome, basis=basis, confidence=1.0) if found else claim)
        return kept

    def digest(self) -> str:
        """Changes with whatever `apply` would do otherwise; "" where nothing stands."""
        effects = sorted((claim, *_effect(each)) for claim, each in self.standing().items())
        return hashlib.sha256(json.dumps(effects).encode()).hexdigest()[:16] if effects else ""

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that keeps everybody else from writing, with its table in place; what is raised inside leaves no trace."""
        with self._told("written"):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # One file with a journal that goes with each write, no WAL: it can be copied at any time and read where nobody may write.
            with closing(sqlite3.connect(self._path, isolation_level=None, timeout=30)) as db:
                db.execute("BEGIN IMMEDIATE")
                if not self._version(db):
                    db.execute(_SCHEMA)
                    db.execute(f"PRAGMA user_version = {VERSION}")
                yield db
                db.execute("COMMIT")

    def _version(self, db: sqlite3.Connection) -> int:
        """The version of the file, 0 for a new one. Raises UserError for a newer one than this."""
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise UserError(f"The corrections in {self._path} were kept by a newer Longhaul.", "Update Longhaul, or move that file away.")
        return version

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """Turns what goes wrong with the file into a UserError: nobody above may take it for trouble with the index."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            hint = "Move that file away; without it no correction counts." if corrupt(error) else \
                "See that the folder may be read and written and has room left, then try again."
            raise UserError(f"The corrections in {self._path} cannot be {done}: {error}", hint) from error


def training_row(correction: Correction, companies: Companies | None = None) -> dict:
    """The correction as a row of tests/claims; without `companies` the list that comes with Longhaul. A mention not found is 0, 0."""
    start, end = locate(correction.sentence, correction.actor, companies or load_companies()) or (0, 0)
    outcome, basis = correction.after
    return {"id": correction.id, "before": "", "sentence": correction.sentence, "actor": correction.actor, "start": start, "end": end,
            "outcome": outcome, "basis": basis}


def _check(act: str, who: str, why: str, outcome: str | None, basis: str | None) -> None:
    """Raises UserError for what nobody can say of any claim."""
    for value, known, name in ((act, ACTS, "act"), (outcome, (*OUTCOMES, None), "outcome"), (basis, (*BASES, None), "basis")):
        if value not in known:
            raise UserError(f"There is no {name} {value!r}.", f"Choose one of: {', '.join(filter(None, known))}.")
    if act == "correct" and not (outcome or basis):
        raise UserError("This correction changes nothing.", "Give another outcome or basis, or confirm the claim.")
    if act != "correct" and (outcome or basis):
        raise UserError(f"To {act} a claim sets no outcome and no basis.", "Correct it, or leave them out.")
    if act != "confirm" and not why.strip():
        raise UserError("The reason is missing.", f"Say in a few words why you {act} this claim.")
    _check_text(who, LONGEST_WHO, "name")
    _check_text(why, LONGEST_WHY, "reason")


def _check_text(text: str, longest: int, name: str) -> None:
    if len(text) > longest:
        raise UserError(f"The {name} is too long: {len(text):,} characters.", f"Shorten it to {longest:,}.")
    try:
        text.encode()
    except UnicodeEncodeError as error:  # half of a pair of UTF-16, which no file can hold
        raise UserError(f"The {name} holds characters that cannot be kept.", "Type it anew.") from error


def _check_news(made: Correction, last: Correction | None) -> None:
    """Raises UserError where the claim already reads as `made` would have it. Several people may confirm the same."""
    before = _effect(last) if last else (made.before_outcome, made.before_basis)
    if _effect(made) == before and made.act != "confirm":
        raise UserError("This correction changes nothing.", "The claim is rejected already." if before[0] == "neutral" else
                        "Give another outcome or basis, or confirm the claim.")
    if last and last.act == made.act == "confirm" and _effect(made) == before and last.who == made.who:
        raise UserError("You have confirmed this claim already.", "Nothing more is needed.")


def _effect(correction: Correction) -> tuple[str, str]:
    outcome, basis = correction.after
    return outcome, basis if outcome != "neutral" else ""


def _undoable(corrections: Iterable[Correction], id: str) -> Correction:
    found = next((each for each in corrections if each.id == id), None)
    if found is None:
        raise UserError("This correction is not kept here.", "Choose one from the list of corrections.")
    if found.undone:
        raise UserError(f"This correction was undone already, on {found.undone:%Y-%m-%d}.", "Record a new one to bring it back.")
    return found


def _standing(corrections: Iterable[Correction]) -> dict[str, Correction]:
    return {each.claim: each for each in corrections if not each.undone}


def _read(db: sqlite3.Connection) -> list[Correction]:
    return [Correction(*rest, datetime.fromisoformat(at), datetime.fromisoformat(undone) if undone else None, undone_by)
            for *rest, at, undone, undone_by in db.execute(f"SELECT {_COLUMNS} FROM corrections ORDER BY number")]


def _dump(correction: Correction) -> list[str | None]:
    values = (getattr(correction, field.name) for field in fields(correction))
    return [_stamp(value) if isinstance(value, datetime) else value for value in values]


def _stamp(when: datetime) -> str:
    return when.isoformat()
