"""The commands of the verdict board: who wins and who loses, which verdicts have changed, and one actor on a page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from longhaul.ingest.types import Claim

from . import card as cards
from . import contract, sheet, tables, terminal
from . import options as opt
from .opening import judged_bot
from .plain import basis_label, counted, written
from .roles import having
from .shown import COLOURS
from .types import Change, Verdict

_OFF = {"show_default": False}
_QUOTED = 3  # sentences that tell why a verdict changed, on a terminal

Role = Annotated[list[str] | None, typer.Option(
    metavar="ROLE", help="Only actors of this role: a kind (company, group, standard, actor-group), or words that companies.yaml gives "
    "under role, such as carrier; may be repeated.", **_OFF)]
Sentences = Annotated[int | None, typer.Option(
    min=0, metavar="N", help="Show the N strongest sentences on either side; 2 where --company is given.", **_OFF)]
Earlier = Annotated[datetime, typer.Option("--since", help="The day to compare with.", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", **_OFF)]
Actor = Annotated[str, typer.Argument(metavar="ACTOR", help="A company or a group of them, by any of its names.", **_OFF)]
Html = Annotated[bool, typer.Option("--html", help="Print a page of HTML that needs nothing beside it.")]


def verdicts(company: opt.About = None, role: Role = None, article: opt.Article = None, publisher: opt.Publisher = None,
             since: opt.Since = None, until: opt.Until = None, as_of: opt.AsOf = None, roll_up: opt.RollUp = False,
             sentences: Sentences = None, as_json: opt.Json = False, as_csv: opt.Csv = False, index: opt.Folder = None) -> None:
    """Says who wins and who loses by all that the claims say, on what basis, and on how many independent origins.

    Examples:
      longhaul verdicts
      longhaul verdicts --company Verizon --sentences 3
      longhaul verdicts --role carrier --since 2026-01-01 --as-of 2026-06-30
      longhaul verdicts --roll-up --csv > board.csv
      longhaul verdicts --article 2025-11-04-verizon-aws-ai-networking --json

    wins: what speaks for it prevails
    loses: what speaks against it prevails, at least half of it reported
    pressured: the same, but less than half of it reported
    mixed: both sides carry weight
    unclear: too little weight on either side

    Claims that retell one source are one origin.
    """
    if as_json and as_csv:
        raise typer.BadParameter("Give either --json or --csv.")
    if sentences is not None and (as_json or as_csv):
        raise typer.BadParameter("--sentences is for reading; --json and --csv give the ids of the claims.")
    opt.in_order(since, as_of and as_of.date())
    bot = judged_bot(index)
    wanted = having(role, bot.companies) if role else None
    found = [verdict for verdict in bot.verdicts(opt.filter_of(company, publisher, since, until, as_of), article, roll_up)
             if wanted is None or verdict.actor in wanted]
    if as_json:
        contract.print_json([tables.board_object(verdict) for verdict in found])
    elif as_csv:
        tables.write_csv(sys.stdout, (tables.board_object(verdict) for verdict in found), tables.VERDICT)
    else:
        _show(found, sentences if sentences is not None else 2 if company and terminal.screen().is_terminal else 0)


def changed(since: Earlier, company: opt.About = None, as_of: opt.AsOf = None, roll_up: opt.RollUp = False, as_json: opt.Json = False,
            index: opt.Folder = None) -> None:
    """Says which verdicts are not what they were on an earlier day, and the sentences that changed them.

    Examples:
      longhaul changed --since 2026-01-01
      longhaul changed --since 2025-10-01 --as-of 2025-12-31 --company AT&T
      longhaul changed --since 2026-01-01 --json

    In a pipe each sentence is a line: day, actor, the verdicts before and
    after, basis, article, words.
    """
    opt.in_order(since, as_of.date() if as_of else date.today())
    found = judged_bot(index).changed(since.date(), opt.filter_of(company, None, None, None, as_of), roll_up)
    if as_json:
        contract.print_json([tables.change_object(change) for change in found])
        return
    for change in found:
        _show_change(change)
    terminal.note(f"{counted(len(found), 'verdict')} changed" if found else f"No verdict has changed since {since.date()}.")


def card(actor: Actor, as_of: opt.AsOf = None, home: opt.Home = None, as_html: Html = False, as_json: opt.Json = False,
         index: opt.Folder = None) -> None:
    """Prints a battlecard, to be read in a minute: where an actor stands, its moves, pressures, partners, and what to watch.

    Examples:
      longhaul card Verizon
      longhaul card Lumen --as-of 2025-12-31
      longhaul card "AT&T" --html > att.html
      longhaul card AWS --home Verizon

    Each bullet is an article's own words, with publisher, date and basis.
    It is Markdown; the page of --html prints on one sheet of A4.
    """
    if as_html and as_json:
        raise typer.BadParameter("Give either --html or --json.")
    drawn = cards.card(judged_bot(index, home=home), actor, as_of.date() if as_of else None)
    if as_json:
        contract.print_json(sheet.card_object(drawn))
    else:
        print(sheet.page(drawn) if as_html else sheet.markdown(drawn), end="")


def _show(verdicts: Sequence[Verdict], sentences: int) -> None:
    """A table, and below it the sentences; in a pipe a line for each verdict, with one for each of its sentences behind it."""
    console = terminal.screen()
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("Actor", "Verdict", "Sure", "Basis", "Rests on", "Last"):
        table.add_column(name, no_wrap=name != "Actor", justify="right" if name == "Sure" else "left")
    for verdict in verdicts:
        day = max((day for claim in (*verdict.for_, *verdict.against) if (day := claim.day)), default=None)
        if not console.is_terminal:
            print("\t".join([terminal.line(verdict.actor), verdict.outcome, verdict.basis, f"{verdict.confidence}", f"{verdict.claims}",
                             f"{verdict.origins}", day.isoformat() if day else ""]))
            for side, claim in _strongest(verdict, sentences):
                print("\t".join([terminal.line(verdict.actor), side, *_cells(claim)]))
            continue
        table.add_row(Text(terminal.line(verdict.actor), "bold"), Text(verdict.outcome, f"bold {COLOURS[verdict.outcome]}"),
                      Text(f"{verdict.confidence:.0%}"), Text(basis_label(verdict.basis), "italic"),
                      Text(f"{counted(verdict.claims, 'claim')}, {counted(verdict.origins, 'origin')}"), Text(written(day), "dim"))
    if console.is_terminal and verdicts:
        console.print(table)
        for verdict in verdicts if sentences else ():
            console.print(Text.assemble("\n", (terminal.line(verdict.actor), "bold"), " ",
                                        (verdict.outcome, f"bold {COLOURS[verdict.outcome]}")))
            for side, claim in _strongest(verdict, sentences):
                terminal.indented(console, Text.assemble((f"{side:<8} ", "green" if side == "for" else "red"), _quoted(claim)))
    terminal.note(counted(len(verdicts), "verdict") if verdicts else "No claims.")


def _strongest(verdict: Verdict, sentences: int) -> list[tuple[str, Claim]]:
    return [(side, claim) for side, claims in (("for", verdict.for_), ("against", verdict.against)) for claim in claims[:sentences]]


def _show_change(change: Change) -> None:
    console = terminal.screen()
    before, after, actor = change.before.outcome if change.before else "no verdict", change.after.outcome, terminal.line(change.after.actor)
    if not console.is_terminal:
        for claim in change.because:
            print("\t".join([change.day.isoformat(), actor, before, after, *_cells(claim)[1:]]))
        return
    console.print(Text.assemble((actor, "bold"), ": ", (before, COLOURS.get(before, "dim")), " → ", (after, f"bold {COLOURS[after]}"),
                                f" on {written(change.day)}, because:"))
    for claim in change.because[:_QUOTED]:
        terminal.indented(console, _quoted(claim, claim.source.id))
    if (more := len(change.because) - _QUOTED) > 0:
        terminal.indented(console, Text(f"and {more:,} more", "dim"))


def _cells(claim: Claim) -> list[str]:
    """A claim in a pipe: day, basis, article, words."""
    day = claim.day
    return [day.isoformat() if day else "", claim.basis, claim.source.id, terminal.line(claim.text)]


def _quoted(claim: Claim, place: str | None = None) -> Text:
    """A claim on a terminal: its words, who published them and when, and their basis."""
    told = [terminal.line(place or claim.source.publisher or "publisher unknown"), written(claim.source.known), basis_label(claim.basis)]
    return Text.assemble(f"“{terminal.line(claim.text)}”", (f" [{', '.join(told)}]", "dim"))
