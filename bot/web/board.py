"""The board as HTML: who wins and who loses, a row for each actor."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from longhaul.bot.plain import MEANS, basis_label, counted
from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import Source
from longhaul.ingest.words import terms

from .markup import coloured, safe
from .panel import judgement, since
from .passage import day
from .view import Board, Row

MOST = 100  # rows
_HEADS = {"actor": "Actor", "verdict": "Verdict", "confidence": "Confidence", "basis": "Basis", "claims": "Claims", "origins": "Origins",
          "day": "Last day"}
_RISING = ("actor", "verdict")  # columns that are first sorted from A to Z, from winner to loser; the others from much to little
_ORDERS = {"-confidence": "Surest first", "actor": "By name", "verdict": "Winners first", "-verdict": "Losers first",
           "-claims": "Most claims first", "-origins": "Most origins first", "-day": "Latest first", "-basis": "Most reported first"}
_KINDS = {"company": "Companies", "group": "Alliances", "standard": "Technologies and programmes", "actor-group": "Kinds of companies"}
_NO_ROLE = {"general", "part", "group", "young", "private", "large", "named", "owner", "owned", "bought", "inside", "open"}
_SHARED = 3  # actors that make a word of their roles worth a choice


def skeleton() -> str:
    """The parts that the page fills in."""
    meaning = "".join(f"<dt>{coloured(name)}</dt><dd>{what}</dd>" for name, what in MEANS.items())
    return ('<section class="lh-board"><header><h1>Who wins, who loses</h1><p>What the articles’ sentences say of each actor, weighed by '
            "basis, age and independent origin.</p><details><summary>What the verdicts mean</summary>"
            f'<dl>{meaning}</dl></details></header><form class="lh-filters" role="search" aria-label="Filters" data-part="filters"></form>'
            '<div class="lh-line"><p class="lh-found" role="status" data-part="found"></p><div class="lh-tools" data-part="tools"></div>'
            '</div><div data-part="table"><p class="lh-wait">Weighing the claims<i></i><i></i><i></i></p></div>'
            '<section class="lh-kept" data-part="corrections"></section><div class="lh-toast" role="status" data-part="said"></div>'
            f"{judgement()}</section>")


def filters(roles: Mapping[str, str], sources: Iterable[Source]) -> str:
    """The form that narrows the board; its values come from the address."""
    counts = Counter(name for source in sources for name in source.publishers)
    publishers = "".join(f'<option value="{safe(name)}">{safe(name)} ({counts[name]:,})</option>'
                         for name in sorted(counts, key=str.casefold))
    kinds = "".join(f'<option value="{name}">{label}</option>' for name, label in _KINDS.items())
    words = "".join(f'<option value="{safe(name)}">{safe(label)}</option>' for name, label in roles.items())
    bases = "".join(f'<label class="lh-chip"><input type="checkbox" name="basis" value="{name}"><i data-basis="{name}"></i>'
                    f"{safe(basis_label(name))}</label>" for name in BASES)
    orders = "".join(f'<option value="{value}">{label}</option>' for value, label in _ORDERS.items())
    return ('<div class="lh-find"><label>Actor<input type="search" name="find" placeholder="Any" autocomplete="off"></label>'
            '<label>Words in a sentence<input type="search" name="words" placeholder="Any" autocomplete="off"></label></div>'
            '<details class="lh-more" open><summary>More filters<b></b></summary><div class="lh-fields">'
            f'<label>Role<select name="role"><option value="">Any</option><optgroup label="Kind">{kinds}</optgroup>'
            f'<optgroup label="Role">{words}</optgroup></select></label>'
            f'<label>Publisher<select name="publisher"><option value="">Any</option>{publishers}</select></label>'
            '<label>From<input type="date" name="since"></label><label>To<input type="date" name="until"></label>'
            '<label>As of<input type="date" name="as_of"></label></div>'
            f'<fieldset><legend>Basis</legend>{bases}</fieldset>'
            '<label class="lh-chip"><input type="checkbox" name="roll_up" value="1">Count subsidiaries with their parents</label></details>'
            f'<label class="lh-order">Sort<select name="sort">{orders}</select></label>')


def roles(actors: Iterable[str], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The words that the roles of several of the actors share, as filters and as people read them."""
    holders: dict[str, set[str]] = defaultdict(set)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for actor in actors:
        for word in re.findall(r"[^\W\d_][\w-]{3,}", str(rows.get(actor, {}).get("role") or "")):
            for stem in terms(word)[:1]:
                holders[stem].add(actor)
                written[stem][word] += 1
    shared = {written[stem].most_common(1)[0][0] for stem, found in holders.items() if len(found) >= _SHARED}
    return {word: word[0].upper() + word[1:] for word in sorted(shared - _NO_ROLE, key=str.casefold)}


def found(board: Board) -> str:
    """How much passes the filters, in words."""
    if not (board.actors or board.view.as_of):
        return ""
    told = ((len(board.rows), board.actors, "actor"), (sum(len(row.claims) for row in board.rows), board.claims, "claim"))
    counts = (f"{shown:,} of {counted(there, noun)}" if board.view.narrowed else counted(there, noun) for shown, there, noun in told)
    return f"{', '.join(counts)}, as of {day(board.view.day)}"


def tools(board: Board) -> str:
    """What can be done with all that passes the filters."""
    if not board.rows:
        return ""
    clear = '<button type="button" data-clear data-key="clear">Clear filters</button>' if board.view.narrowed or board.view.as_of else ""
    files = "".join(f'<a href="board.{ending}?{safe(board.view.address)}" download data-key="{ending}">{name}</a>'
                    for ending, name in (("csv", "CSV"), ("md", "Markdown")))
    return f"{clear}{files}"


def table(board: Board, opened: str, panel: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    """The rows in order; below that of the actor `opened` its `panel`."""
    if not board.rows:
        return _nothing(board)
    column, back = board.view.sort.removeprefix("-"), board.view.sort.startswith("-")
    heads = "".join(_head(name, label, back if name == column else None) for name, label in _HEADS.items())
    shown = [*board.rows[:MOST], *(row for row in board.rows[MOST:] if row.verdict.actor == opened)]
    body = ""
    for row in shown:
        is_open = row.verdict.actor == opened
        body += _row(row, is_open, str(rows.get(row.verdict.actor, {}).get("role") or "").partition(";")[0])
        body += f'<tr class="lh-opened" role="row"><td role="cell" colspan="{len(_HEADS)}">{panel}</td></tr>' if is_open else ""
    more = (f'<p class="lh-nothing">The first {MOST} of {len(board.rows):,} are shown; filters or another order bring up the others, '
            "and the files hold all.</p>") if len(board.rows) > MOST else ""
    return (f'<table class="lh-actors" role="table" aria-label="Verdicts"><thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
            f'<tbody role="rowgroup">{body}</tbody></table>{more}')


def bar(mix: Mapping[str, float]) -> str:
    """The share of each basis, as a bar and in words."""
    told = ", ".join(f"{share:.0%} {basis_label(basis)}" for basis, share in sorted(mix.items(), key=lambda pair: -pair[1]))
    parts = "".join(f'<i data-basis="{safe(basis)}" style="flex:{share:.3f}"></i>' for basis, share in mix.items())
    return f'<span class="lh-bar" role="img" aria-label="Basis: {safe(told)}" title="{safe(told)}">{parts}</span>'


def _head(name: str, label: str, back: bool | None) -> str:
    """The head of a column. `back`: whether it is sorted downwards; None where another one is sorted by."""
    down = name not in _RISING if back is None else not back
    sorted_by = "none" if back is None else "descending" if back else "ascending"
    return (f'<th role="columnheader" scope="col" data-column="{name}" aria-sort="{sorted_by}"><button type="button" '
            f'data-sort="{"-" if down else ""}{name}" data-key="sort:{name}">{label}<i aria-hidden="true"></i></button></th>')


def _row(row: Row, opened: bool, role: str) -> str:
    verdict = row.verdict
    name = safe(verdict.actor)
    controls = ' aria-controls="lh-panel"' if opened else ""
    basis = (f"{bar(verdict.basis_mix)}<small>{safe(basis_label(verdict.basis))} {verdict.basis_mix.get(verdict.basis, 0):.0%}</small>"
             if verdict.basis_mix else "")
    last = f'<time datetime="{row.day.isoformat()}">{day(row.day)}</time>' if row.day else "undated"
    turned = since(row)
    return (f'<tr role="row" data-row{" data-opened" if opened else ""}><th role="rowheader" scope="row"><button type="button" '
            f'class="lh-actor" data-open="{name}" data-key="row:{name}" aria-expanded="{str(opened).lower()}"{controls}><bdi>{name}</bdi>'
            f'</button>{f"<small>{safe(role)}</small>" if role else ""}</th>'
            f'<td role="cell" data-column="verdict">{coloured(verdict.outcome)}{f"<small>{turned}</small>" if turned else ""}</td>'
            f'<td role="cell" data-column="confidence">{verdict.confidence:.0%}<small> sure</small></td>'
            f'<td role="cell" data-column="basis">{basis}</td>'
            f'<td role="cell" data-column="claims">{verdict.claims:,}<small> {_noun(verdict.claims, "claim")}</small></td>'
            f'<td role="cell" data-column="origins">{verdict.origins:,}<small> {_noun(verdict.origins, "origin")}</small></td>'
            f'<td role="cell" data-column="day"><small>last </small>{last}</td></tr>')


def _noun(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _nothing(board: Board) -> str:
    if board.actors or board.view.as_of:
        return ('<div class="lh-empty"><p><strong>No actor passes these filters.</strong></p><p>Widen the dates, or clear the filters.</p>'
                '<button type="button" data-clear data-key="clear-all">Clear filters</button></div>')
    return ('<div class="lh-empty"><p><strong>There are no claims yet.</strong></p>'
            "<p>Read articles in, or judge those that are stored: longhaul ingest</p></div>")


def unknown(actor: str, shown: Sequence[Row]) -> str:
    """Why the row that was asked for is not open; "" where it is."""
    if not actor or any(row.verdict.actor == actor for row in shown):
        return ""
    return f'<p class="lh-notice">No claim about <bdi>{safe(actor)}</bdi> passes the filters.</p>'
