"""Claims, relations, verdicts and changes as the rows that JSON and CSV show."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TextIO

from longhaul.ingest.classify import OUTCOMES, Judged
from longhaul.ingest.types import Claim, Relation

from .types import Change, Verdict

# Characters that steer a terminal or turn the direction of writing. JSON may hold them raw; escaped they do no harm, and
# read back they are the same.
STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

CLAIM = ("id", "article", "actor", "outcome", "basis", "cue", "confidence", "text", "start", "end", "event_date", "origin")
RELATION = ("id", "article", "subject", "kind", "object", "date", "basis", "text", "start", "end")
VERDICT = ("actor", "outcome", "basis", "basis_mix", "confidence", "claims", "origins", "citations", "as_of", "for", "against")


def claim_object(claim: Claim) -> dict[str, Any]:
    """A row of `longhaul claims --json`: `text` is the article's from `start` to `end`."""
    return {"id": claim.id, "article": claim.source.id, "actor": claim.actor, "outcome": claim.outcome, "basis": claim.basis,
            "cue": claim.cue, "confidence": claim.confidence, "text": claim.text, "start": claim.start, "end": claim.end,
            "event_date": iso(claim.event_date), "origin": claim.origin}


def relation_object(told: Relation) -> dict[str, Any]:
    """A row of `longhaul relations --json`: `text` is the article's from `start` to `end`."""
    return {"id": told.id, "article": told.source.id, "subject": told.subject, "kind": told.kind, "object": told.object,
            "date": iso(told.date), "basis": told.basis, "text": told.text, "start": told.start, "end": told.end}


def judged_object(judged: Judged) -> dict[str, Any]:
    """What `longhaul claims --classify` says of a row, besides its id."""
    return {"outcome": judged.outcome, "scores": {name: round(score, 4) for name, score in zip(OUTCOMES, judged.scores, strict=True)},
            "basis": judged.basis, "confidence": round(judged.confidence, 4)}


def verdict_object(verdict: Verdict) -> dict[str, Any]:
    """A verdict as an answer has it. `citations`: the marks of the quotes that tell why; on the board there are none."""
    return {"actor": verdict.actor, "outcome": verdict.outcome, "basis": verdict.basis, "basis_mix": dict(verdict.basis_mix),
            "confidence": verdict.confidence, "claims": verdict.claims, "origins": verdict.origins, "citations": list(verdict.citations),
            "as_of": verdict.as_of.isoformat()}


def board_object(verdict: Verdict) -> dict[str, Any]:
    """A row of `longhaul verdicts --json`. `for` and `against`: the ids of the claims on either side, the heaviest first."""
    return verdict_object(verdict) | {"for": [claim.id for claim in verdict.for_], "against": [claim.id for claim in verdict.against]}


def change_object(change: Change) -> dict[str, Any]:
    """A row of `longhaul changed --json`: `before` is null where there was no verdict, `because` holds claims."""
    return {"actor": change.after.actor, "day": change.day.isoformat(),
            "before": board_object(change.before) if change.before else None, "after": board_object(change.after),
            "because": [claim_object(claim) for claim in change.because]}


def write_csv(out: TextIO, rows: Iterable[dict[str, Any]], columns: Sequence[str], ending: str = "\n") -> None:
    """A header and a line for each row. No cell begins like a formula, which a spreadsheet would run.

    A list is its members with spaces between, an object is JSON.
    """
    writer = csv.writer(out, lineterminator=ending)
    writer.writerow(columns)
    for row in rows:
        cells = [STEERING.sub("", _cell(row[name])) for name in columns]
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell for cell in cells])


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def iso(value: date | None) -> str | None:
    """A day as JSON has it."""
    return value.isoformat() if value else None
