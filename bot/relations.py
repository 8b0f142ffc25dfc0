"""The command on relations: who supplies, buys, backs, works with or competes with whom, and the sentences that say so."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from longhaul.ingest.types import RELATIONS, Relation

from . import contract, tables, terminal
from . import options as opt
from .opening import judged_bot
from .plain import LABELS, counted

# Subject, these words, object.
VERBS = {"acquirer": "buys", "investor": "invests in", "supplier": "supplies", "partner": "works with", "rival": "competes with"}


def relations(company: opt.About = None, kind: opt.Kind = None, article: opt.Article = None, publisher: opt.Publisher = None,
              since: opt.Since = None, until: opt.Until = None, as_of: opt.AsOf = None, as_json: opt.Json = False,
              as_csv: opt.Csv = False, index: opt.Folder = None) -> None:
    """Lists who supplies, buys, backs, works with or competes with whom, each with the sentence that says so.

    --since and --until go by the day that a sentence itself gives, else by its article's.

    Examples:
      longhaul relations --company Verizon
      longhaul relations --kind supplier --company Corning --company Microsoft
      longhaul relations --kind acquirer --kind investor --since 2026-01-01
      longhaul relations --article 2025-10-28-nvidia-nokia-stake --json
      longhaul relations --csv > relations.csv

    A row reads from left to right. Kinds: supplier (Corning supplies Meta, so Meta is its customer), acquirer (AT&T buys Lumen,
    or a business of it), investor (NVIDIA owns a part of Nokia), partner and rival (both ways, listed once). What is denied,
    asked, only possible or over is left out; whether a sentence reports, judges or expects stands beside it.
    """
    if as_json and as_csv:
        raise typer.BadParameter("Give either --json or --csv.")
    if unknown := [each for each in kind or () if each not in RELATIONS]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(RELATIONS)}.", param_hint="--kind")
    opt.in_order(since, as_of and as_of.date())
    found = judged_bot(index).relations(opt.filter_of(company, publisher, since, until, as_of), article, tuple(kind or ()))
    if as_json:
        contract.print_json([tables.relation_object(told) for told in found])
    elif as_csv:
        tables.write_csv(sys.stdout, (tables.relation_object(told) for told in found), tables.RELATION)
    else:
        _show(found)


def _show(found: Sequence[Relation]) -> None:
    """A table; in a pipe, a line each with tabs between the columns."""
    console = terminal.screen()
    table = Table("Day", "Who", "", "Whom", "The sentence", box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for told in found:
        day = told.date.isoformat() if told.date else ""
        if console.is_terminal:
            label = LABELS.get(told.basis)
            sentence = Text.assemble(terminal.line(told.text), (f" ({label})" if label else "", "italic yellow"),
                                     (f"  {terminal.line(told.source.id)}", "dim"))
            table.add_row(Text(day or "undated", "dim"), Text(terminal.line(told.subject), "bold"), VERBS[told.kind],
                          Text(terminal.line(told.object), "bold"), sentence)
        else:
            cells = (day, told.subject, told.kind, told.object, told.basis, told.source.id, told.text)
            print("\t".join(map(terminal.line, cells)))
    if console.is_terminal and found:
        console.print(table)
    terminal.note(counted(len(found), "relation") if found else "No relations.")
