"""The command line: each command reads its options, calls the bot, and shows what comes back."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import typer
from typer.core import TyperGroup

from longhaul.ingest import pipeline
from longhaul.ingest.types import UserError

from . import batch, board, contract, doctor, ledger, relations, repl, shown, stored, terminal
from . import options as opt
from .chain import Bot
from .opening import filled_bot, ingest_into, judged_bot, opened_bot, settings_of


class _Commands(TyperGroup):
    """Turns what a person can meet into two lines and an exit code."""

    def invoke(self, ctx: typer.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except UserError as error:
            terminal.fail(error)
            raise typer.Exit(1) from error
        except UnicodeEncodeError as error:  # an option or an id in bytes that are no text
            terminal.fail(UserError("A value on the command line is not valid text.", "Type it in UTF-8."))
            raise typer.Exit(1) from error
        except KeyboardInterrupt as error:
            raise typer.Exit(130) from error
        except OSError as error:
            if not (error.errno == errno.EPIPE or os.name == "nt" and error.errno == errno.EINVAL):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader (`| head`) has what it wanted
            raise typer.Exit(0) from error


app = typer.Typer(cls=_Commands, add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True)
app.command()(ledger.claims)
app.command()(relations.relations)
app.command()(board.verdicts)
app.command()(board.changed)
app.command()(board.card)
app.add_typer(stored.articles, name="articles")
app.add_typer(stored.index_commands, name="index")


def main() -> None:
    """The program `longhaul`."""
    terminal.use_utf8()
    app(prog_name="longhaul")


@app.callback()
def longhaul(version: opt.Version = False) -> None:
    """Answers questions about a competitive race from news articles, and shows the sentence behind every statement.

    Examples:
      longhaul ask "Who leads data-centre Ethernet?"
      longhaul chat
      longhaul claims --company Verizon
      longhaul relations --company Verizon
      longhaul verdicts
      longhaul card Verizon
      longhaul ingest news/ --prune
      longhaul serve

    The first question reads in the articles that come with Longhaul. longhaul COMMAND --help says more on a command.
    """


@app.command()
def ask(
    question: opt.Question = None, as_json: opt.Json = False, history: opt.History = None,
    as_of: opt.AsOf = None, since: opt.Since = None, until: opt.Until = None, company: opt.Company = None,
    publisher: opt.Publisher = None, home: opt.Home = None, explain: opt.Explain = False, model: opt.Model = None,
    index: opt.Folder = None, rows: opt.AskBatch = None,
) -> None:
    """Answers a question, with the sentences it stands on.

    Examples:
      longhaul ask "Why did Lumen's shares rise?"
      longhaul ask "Who leads data-centre Ethernet?" --as-of 2025-10-01
      longhaul ask "What did it announce?" --company Verizon --since 2025-11-01 --json
      longhaul ask "Who wins from the AWS deal?" --home Verizon
      longhaul ask "Compare Nokia and Ciena on AI orders" --explain
      longhaul ask --batch questions.jsonl > answers.jsonl

    Exit codes: 0 answered, 1 failed, 2 wrong usage, 3 not in the corpus.
    """
    opt.one_of(question, rows, "QUESTION")
    if rows and history:
        raise typer.BadParameter("--history goes with a single question; a row of a batch carries its own.")
    filter = opt.filter_of(company, publisher, since, until, as_of)
    if rows:
        _batch(rows, contract.AskRow, lambda bot, row: contract.answer_object(bot.ask(row.ask, row.turns, filter)), index, model, home)
        return
    turns = contract.parse_history(batch.content(history), history) if history else ()
    bot = filled_bot(index, model, home)
    if as_json:
        answer = bot.ask(question, turns, filter)
        read = {"plan": dict(answer.reading)} if explain else {}
        contract.print_json(contract.answer_object(answer) | read)
    else:
        answer = shown.follow(bot.stream(question, turns, filter))
        if explain:
            shown.show_reading(answer)
        shown.show_answer(answer)
        shown.show_sources(answer)
    if answer.status == "unanswerable":
        raise typer.Exit(3)


@app.command()
def chat(as_of: opt.AsOf = None, since: opt.Since = None, until: opt.Until = None, company: opt.Company = None,
         publisher: opt.Publisher = None, home: opt.Home = None, model: opt.Model = None, index: opt.Folder = None) -> None:
    """A conversation: follow-ups are understood from what went before. /help lists what else can be typed.

    Example:
      longhaul chat --company Lumen
    """
    failed = repl.chat(filled_bot(index, model, home), opt.filter_of(company, publisher, since, until, as_of))
    if failed and not sys.stdin.isatty():
        raise typer.Exit(1)


@app.command()
def search(
    query: opt.Query = None, as_json: opt.Json = False, k: opt.Count = 10,
    as_of: opt.AsOf = None, since: opt.Since = None, until: opt.Until = None, company: opt.Company = None,
    publisher: opt.Publisher = None, index: opt.Folder = None, rows: opt.SearchBatch = None,
) -> None:
    """Finds passages, without answering.

    Examples:
      longhaul search "dark fibre" -k 5
      longhaul search "Tomahawk 6" --json --publisher Broadcom
    """
    opt.one_of(query, rows, "QUERY")
    filter = opt.filter_of(company, publisher, since, until, as_of)
    if rows:
        _batch(rows, contract.SearchRow, lambda bot, row: {"results": contract.result_objects(bot.search(row.query, k, filter))},
               index)
        return
    found = filled_bot(index).search(query, k, filter)
    if as_json:
        contract.print_json(contract.result_objects(found))
    else:
        terminal.show_results(found, filter.as_of or date.today())


@app.command()
def ingest(paths: opt.Paths = None, prune: opt.Prune = False, as_json: opt.Json = False, index: opt.Folder = None) -> None:
    """Reads articles into the index; what has not changed is skipped.

    Examples:
      longhaul ingest
      longhaul ingest news/ 'archive/2025-*.md' wire.jsonl
      longhaul ingest news/ --prune

    A Markdown file may begin with front matter between two lines of ---: title, date, published, publisher, url, sources,
    companies. A line of a .jsonl file is an object with id, title and text; url, publisher, date, published may follow.
    """
    report = ingest_into(opened_bot(index), paths or [str(pipeline.seeds_folder())], prune)
    if as_json:
        contract.print_json(contract.report_object(report))
    else:
        terminal.show_report(report)
    if report.failed:
        raise typer.Exit(1)


@app.command()
def serve(host: opt.Host = None, port: opt.Port = None, open_browser: opt.Open = None, home: opt.Home = None,
          model: opt.Model = None, index: opt.Folder = None) -> None:
    """Opens the page in the browser.

    Example:
      longhaul serve --port 8080 --no-open
    """
    from longhaul.bot.web.app import serve as serve_page

    settings = settings_of(index, model)
    bot = judged_bot(index, model, home)
    serve_page(bot, bot.index.place.kept, host or settings.host, settings.port if port is None else port,
               sys.stdout.isatty() if open_browser is None else open_browser)


@app.command("doctor")
def doctor_command(as_json: opt.Json = False, model: opt.Model = None, index: opt.Folder = None) -> None:
    """Says what is installed, which index and model are used, and how to mend what is wrong."""
    found = doctor.examine(settings_of(index, model))
    if as_json:
        contract.print_json(found)
    else:
        terminal.show_examination(found)
    if found["problems"]:
        raise typer.Exit(1)


def _batch(file: str, kind: type[contract.AnyRow], answer: Callable[[Bot, contract.AnyRow], dict[str, Any]], index: str | None,
           model: str | None = "offline", home: str | None = "") -> None:
    with batch.opened(file) as lines:
        bot = filled_bot(index, model, home)
        failed = batch.run(lines, kind, lambda rows: [answer(bot, row) for row in rows])
    if failed:
        raise typer.Exit(1)
