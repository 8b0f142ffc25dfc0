"""The options that several commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from importlib import metadata
from typing import Annotated

import typer

from longhaul.ingest.types import FAINT, FIRM, Filter, UserError

_OFF = {"show_default": False}  # nothing to show where none is set
_DAY = {"formats": ["%Y-%m-%d"], "metavar": "YYYY-MM-DD"} | _OFF

AsOf = Annotated[datetime | None, typer.Option(help="Only what could be known on that day; ages count from it.", **_DAY)]
Since = Annotated[datetime | None, typer.Option(help="Only events on or after that day.", **_DAY)]
Until = Annotated[datetime | None, typer.Option(help="Only events on or before that day.", **_DAY)]
Company = Annotated[list[str] | None, typer.Option(
    metavar="NAME", help="Only articles that name this company; may be repeated.", **_OFF)]
Publisher = Annotated[list[str] | None, typer.Option(
    metavar="NAME", help="Only articles from this publisher, or digesting it; may be repeated.", **_OFF)]
Model = Annotated[str | None, typer.Option(
    metavar="PROVIDER:MODEL", help="The language model that writes; LONGHAUL_MODEL if not given. Without either the "
    "articles' own sentences answer.", **_OFF)]
Home = Annotated[str | None, typer.Option(
    metavar="NAME", help="Your company: say what it means for this one; LONGHAUL_HOME if not given.", **_OFF)]
Folder = Annotated[str | None, typer.Option(
    "--index", metavar="FOLDER|URL", help="Where the index lies: a folder, or a Chroma server as http://host:port; "
    "LONGHAUL_INDEX if not given, else .longhaul", **_OFF)]
RollUp = Annotated[bool, typer.Option("--roll-up", help="Count a company with its parent from the day it joined.")]
About = Annotated[list[str] | None, typer.Option("--company", metavar="NAME", help="Only this actor; may be repeated.", **_OFF)]
Article = Annotated[str | None, typer.Option(metavar="ID", help="Only what this article says.", **_OFF)]
Least = Annotated[float, typer.Option(
    min=FAINT, max=1, help=f"Only claims of at least this confidence. Under {FIRM} a claim is too faint for the ledger; it is kept from "
    f"{FAINT} on, for questions about its actor that find nothing firmer.")]
Kind = Annotated[list[str] | None, typer.Option(
    "--kind", metavar="KIND", help="Only this kind: acquirer, investor, supplier, partner or rival; may be repeated.", **_OFF)]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV, for spreadsheets.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]

Question = Annotated[str | None, typer.Argument(metavar="QUESTION", help="What to ask, in quotation marks.", **_OFF)]
Query = Annotated[str | None, typer.Argument(metavar="QUERY", help="What to look for, in quotation marks.", **_OFF)]
Explain = Annotated[bool, typer.Option("--explain", help="Say first how the question was read.")]
History = Annotated[str | None, typer.Option(
    metavar="FILE", help="The conversation so far, a JSON list of objects with role and content; - reads "
    "standard input.", **_OFF)]
AskBatch = Annotated[str | None, typer.Option(
    "--batch", metavar="FILE", help="Answer each line of a JSON-lines file: an object with id, ask and, if any, history; - reads "
    "standard input.", **_OFF)]
SearchBatch = Annotated[str | None, typer.Option(
    "--batch", metavar="FILE", help="Search for each line of a JSON-lines file: an object with id and query; - reads standard "
    "input.", **_OFF)]
Count = Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")]
Paths = Annotated[list[str] | None, typer.Argument(
    metavar="[PATH]...", help="Files, folders or patterns (.md .txt .jsonl); without any, the articles that come with "
    "Longhaul.", **_OFF)]
Prune = Annotated[bool, typer.Option("--prune", help="Remove articles that the paths do not hold.")]
Host = Annotated[str | None, typer.Option(help="The address to listen on.", show_default="LONGHAUL_HOST, else 127.0.0.1")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.",
                                          show_default="LONGHAUL_PORT, else 7860")]
Open = Annotated[bool | None, typer.Option("--open/--no-open", help="Open the browser.", show_default="on a terminal")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"longhaul {metadata.version('longhaul')}")
        raise typer.Exit()


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


def filter_of(companies: Sequence[str] | None, publishers: Sequence[str] | None, since: datetime | None, until: datetime | None,
              as_of: datetime | None) -> Filter:
    """The filter that the options describe."""
    days = (moment.date() if moment else None for moment in (since, until, as_of))
    return Filter(tuple(companies or ()), tuple(publishers or ()), *days)


def in_order(since: datetime | None, as_of: date | None) -> None:
    """Raises UserError where nothing can lie between the two days."""
    if since and as_of and since.date() > as_of:
        raise UserError(f"Nothing lies between: since {since.date()} is after as-of {as_of}.",
                        "Give an earlier --since or a later --as-of.")


def one_of(value: str | None, rows: str | None, name: str) -> None:
    """Raises wrong usage unless exactly one is given: the argument called `name`, or --batch."""
    if (value is None) == (rows is None):
        raise typer.BadParameter(f"Give either {name} or --batch FILE.")
