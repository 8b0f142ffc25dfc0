"""The command on the claim ledger: what the stored articles say of whom, and the classifier by itself."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from longhaul.ingest.claims import row as sentence_row
from longhaul.ingest.classify import load_classifier
from longhaul.ingest.companies import Companies, load_companies
from longhaul.ingest.types import FIRM, Claim

from . import batch, contract, tables, terminal
from . import options as opt
from .corrections import Corrections as Corrected
from .corrections import training_row
from .opening import judged_bot, settings_of, stored_index
from .plain import basis_label, counted

_OFF = {"show_default": False}
_COLOURS = {"gains": "green", "loses": "red", "mixed": "yellow"}

Classify = Annotated[str | None, typer.Option(
    "--classify", metavar="FILE", help="Judge the sentences of a JSON-lines file instead: objects with id, sentence, actor, start, "
    "end and, if any, before; - reads standard input. No index is needed.", **_OFF)]
Corrections = Annotated[bool, typer.Option(
    "--corrections", help="Print what people have corrected instead: JSON lines, each a sentence with the outcome and basis they gave it, "
    "to train on.")]


def claims(company: opt.About = None, article: opt.Article = None, publisher: opt.Publisher = None, since: opt.Since = None,
           until: opt.Until = None, as_of: opt.AsOf = None, roll_up: opt.RollUp = False, least: opt.Least = FIRM,
           as_json: opt.Json = False, as_csv: opt.Csv = False, classify: Classify = None, corrections: Corrections = False,
           index: opt.Folder = None) -> None:
    """Lists the sentences that move somebody's position: who gains, who loses, on what basis, and the words that say so.

    --since and --until go by the day that a sentence itself gives, else by its article's.

    Examples:
      longhaul claims --company Verizon --company AT&T
      longhaul claims --article 2024-08-05-lumen-five-billion-ai-deals --json
      longhaul claims --since 2025-10-01 --csv > claims.csv
      longhaul claims --company Verizon --roll-up
      longhaul claims --article 2026-03-31-nvidia-marvell-nvlink-fusion --least 0.5
      longhaul claims --classify sentences.jsonl > judged.jsonl
      longhaul claims --corrections > corrected.jsonl

    Bases: reported (an event, an official or counted figure), company (what a company says), opinion (a judgement), forecast
    (what is to come), question (what is asked and left open).
    """
    if as_json and as_csv:
        raise typer.BadParameter("Give either --json or --csv.")
    narrowed = bool(company or article or publisher or since or until or as_of or roll_up or as_csv or least != FIRM)
    if classify:
        if narrowed or corrections:
            raise typer.BadParameter("--classify goes by itself: it reads no index.")
        _classify(classify, load_companies(settings_of(index).companies))
        return
    if corrections:
        if narrowed or as_json:
            raise typer.BadParameter("--corrections goes by itself: it prints them all, as JSON lines.")
        _corrections(index)
        return
    opt.in_order(since, as_of and as_of.date())
    found = judged_bot(index).claims(opt.filter_of(company, publisher, since, until, as_of), article, roll_up, least)
    if as_json:
        contract.print_json([tables.claim_object(claim) for claim in found])
    elif as_csv:
        tables.write_csv(sys.stdout, (tables.claim_object(claim) for claim in found), tables.CLAIM)
    else:
        _show(found)


def _classify(file: str, companies: Companies) -> None:
    classifier = load_classifier()

    def judge(rows: list[contract.ClassifyRow]) -> list[dict]:
        asked = [sentence_row(row.plain, row.actor, (row.start, row.end), row.earlier, companies) for row in rows]
        return [tables.judged_object(judged) for judged in classifier.classify(asked)]

    with batch.opened(file) as lines:
        failed = batch.run(lines, contract.ClassifyRow, judge, many=256)
    if failed:
        raise typer.Exit(1)


def _corrections(index: str | None) -> None:
    companies = load_companies(settings_of(index).companies)
    for correction in Corrected(stored_index(index).place.kept).standing().values():
        print(contract.dump(training_row(correction, companies)))


def _show(claims: Sequence[Claim]) -> None:
    """The claims, a paragraph each; in a pipe, a line each with tabs between the columns."""
    console = terminal.screen()
    for claim in claims:
        cells = (claim.day.isoformat() if claim.day else "", claim.actor, claim.outcome, claim.basis)
        if not console.is_terminal:
            print("\t".join([*map(terminal.line, cells), claim.source.id, terminal.line(claim.text)]))
            continue
        basis, place = basis_label(claim.basis), f"{claim.confidence:.0%}  {terminal.line(claim.source.id)}"
        console.print(Text.assemble((f"{cells[0] or 'undated'}  ", "dim"), (terminal.line(claim.actor), "bold"), " ",
                                    (claim.outcome, f"bold {_COLOURS[claim.outcome]}"), (f"  {basis}", "italic"), (f"  {place}", "dim")))
        text, cue = terminal.line(claim.text), terminal.line(claim.cue)
        shown = Text(text)
        if cue and (at := text.find(cue)) >= 0:
            shown.stylize("underline", at, at + len(cue))
        terminal.indented(console, shown)
    terminal.note(counted(len(claims), "claim") if claims else "No claims.")
