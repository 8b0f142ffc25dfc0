"""What the board shows, as files: CSV for spreadsheets, Markdown for notes."""

from __future__ import annotations

import io
from collections.abc import Mapping

from longhaul.bot.compose import escape
from longhaul.bot.plain import MEANS, basis_label, clean, counted, written
from longhaul.bot.tables import iso, write_csv
from longhaul.ingest.types import Claim

from .view import Board, Row, View

COLUMNS = ("actor", "outcome", "since", "before", "confidence", "basis", "reported", "company", "opinion", "forecast", "question", "claims",
           "origins", "last_day", "as_of", "for", "against")
_QUOTED = 3  # sentences of a side in Markdown


def as_csv(board: Board) -> str:
    """A header and a line for each actor; `for` and `against` are the strongest sentence of either side."""
    out = io.StringIO()
    write_csv(out, (dict(zip(COLUMNS, _cells(row), strict=True)) for row in board.rows), COLUMNS, "\r\n")
    return out.getvalue()


def as_markdown(board: Board) -> str:
    """The table, and below it the strongest sentences of both sides with where they stand."""
    narrowed = f": {_narrowed(board.view)}" if board.view.narrowed or board.view.roll_up else ""
    parts = ["# Who wins, who loses",
             f"As of {written(board.view.day)}. {len(board.rows):,} of {counted(board.actors, 'actor')}{narrowed}."]
    if board.rows:
        parts.append("\n".join(["|Actor|Verdict|Sure|Basis|Claims|Origins|Last day|", "|---|---|---:|---|---:|---:|---|",
                                *(_line(row) for row in board.rows)]))
    for row in board.rows:
        verdict = row.verdict
        told = [f"- For: {_quote(claim)}" for claim in verdict.for_[:_QUOTED]]
        told += [f"- Against: {_quote(claim)}" for claim in verdict.against[:_QUOTED]]
        if told:
            parts.append(f"## {_plain(verdict.actor)}: {verdict.outcome}")
            parts.append("\n".join(told))
    meaning = "; ".join(f"{name}: {what}" for name, what in MEANS.items())
    return "\n\n".join([*parts, f"{meaning[0].upper()}{meaning[1:]}."]) + "\n"


def name_of(view: View, ending: str) -> str:
    """What a file of the board is called."""
    return f"longhaul-board-{view.day.isoformat()}.{ending}"


def _cells(row: Row) -> list[object]:
    verdict, turned = row.verdict, row.turned
    best = [" ".join(side[0].text.split()) if side else None for side in (verdict.for_, verdict.against)]
    return [verdict.actor, verdict.outcome, iso(turned.day) if turned else None,
            turned.before.outcome if turned and turned.before else None, verdict.confidence, verdict.basis,
            *(verdict.basis_mix.get(basis, 0.0) for basis in COLUMNS[6:11]), verdict.claims, verdict.origins, iso(row.day),
            iso(verdict.as_of), *best]


def _line(row: Row) -> str:
    verdict = row.verdict
    return (f"|{_plain(verdict.actor)}|{verdict.outcome}|{verdict.confidence:.0%}|{_mix(verdict.basis_mix)}|{verdict.claims}"
            f"|{verdict.origins}|{written(row.day)}|")


def _mix(mix: Mapping[str, float]) -> str:
    return ", ".join(f"{basis_label(basis)} {share:.0%}" for basis, share in sorted(mix.items(), key=lambda pair: -pair[1]))


def _quote(claim: Claim) -> str:
    source = claim.source
    where = ", ".join([_plain(source.publisher or "publisher unknown"), written(source.known), basis_label(claim.basis)])
    return f"“{_plain(claim.text)}” ({where})"


def _narrowed(view: View) -> str:
    """The filters in words."""
    said = {"actor": view.find, "sentences with": view.words, "role": view.role, "publisher": view.publisher,
            "basis": " or ".join(view.bases), "from": view.since and written(view.since), "to": view.until and written(view.until)}
    told = [f"{name} {_plain(value)}" for name, value in said.items() if value]
    return ", ".join([*told, *(["subsidiaries counted with their parents"] if view.roll_up else [])])


def _plain(text: str) -> str:
    return escape(clean(text))
