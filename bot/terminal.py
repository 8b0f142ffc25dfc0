"""What the command line shows: colours and wrapping on a terminal, plain lines in a pipe.

Whatever came from outside goes through `clean`, and through `Text`, which takes no markup: `[1]` and `[red]` stay as typed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TextIO

from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from longhaul.ingest.pipeline import Report, Step
from longhaul.ingest.types import Article, Failure, Source, UserError

from .plain import age, clean
from .types import Evidence

_WIDEST = 100  # longer lines are hard to read


def line(text: str | None) -> str:
    """`text` on one line, safe to print."""
    return " ".join(clean(text or "").split())


def use_utf8() -> None:
    """Standard streams in UTF-8, whatever the locale says; what cannot be written is replaced."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise  # the command line ends quietly; rich would end with exit code 1


def screen(stream: TextIO | None = None, widest: int = _WIDEST) -> Console:
    """A console on a stream (standard output); colours and wrapping only where it is a terminal."""
    stream = stream or sys.stdout
    terminal = stream.isatty()
    console = _Console(file=stream, force_terminal=terminal, soft_wrap=not terminal, highlight=False, markup=False, emoji=False)
    if terminal:
        console.width = min(console.width, widest)
    return console


def note(text: str, style: str = "dim") -> None:
    """A line on standard error."""
    screen(sys.stderr).print(Text(line(text), style), soft_wrap=True)


def fail(error: UserError | Failure) -> None:
    """An error as two lines on standard error: what is wrong, what to do."""
    note(error.message, "bold red")
    note(error.hint, "")


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """A spinner on standard error, where that is a terminal."""
    console = screen(sys.stderr)
    if not console.is_terminal:
        yield
        return
    with console.status(Text(text)):
        yield


class _Count(ProgressColumn):
    """Articles done; for embedding, which is counted in characters, the share, the chunks and how many a second."""

    def render(self, task: Task) -> Text:
        if task.description != "Embedding":
            total = f" of {task.total:,.0f}" if task.total is not None else ""
            return Text(f"{task.completed:,.0f}{total} articles")
        chunks = task.fields["chunks"]
        rate = f", {chunks / task.elapsed:.0f} a second" if chunks and task.elapsed else ""
        return Text(f"{task.percentage:3.0f} %, {chunks:,} chunks{rate}")


@contextmanager
def progress() -> Iterator[Callable[[Step], None]]:
    """A bar with count, rate and time left on standard error, where that is a terminal; yields what moves it."""
    console = screen(sys.stderr)
    columns = [TextColumn("{task.description:<10}", markup=False), BarColumn(24), _Count(), TimeRemainingColumn()]
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def move(step: Step) -> None:
            if step.stage not in tasks:
                for task in tasks.values():
                    bar.remove_task(task)
                tasks.clear()
                tasks[step.stage] = bar.add_task(step.stage, total=step.total, chunks=0)
            bar.update(tasks[step.stage], completed=step.done, total=step.total, chunks=step.chunks)

        yield move


def show_results(found: Sequence[Evidence], as_of: date) -> None:
    """The chunks of a search, best first."""
    console = screen()
    if not found:
        note("Nothing found.")
    for evidence in found:
        source = evidence.chunk.source
        console.print(Text.assemble((f"{evidence.rank}. ", "bold cyan"), (line(source.title), "bold")))
        indented(console, Text(f"{line(source.id)} · {origin(source, as_of)}", "dim"))
        indented(console, Text(line(evidence.chunk.text)))


def show_articles(sources: Sequence[Source]) -> None:
    """A table of articles; in a pipe, a line each with tabs between the columns."""
    console = screen(widest=200)
    rows = [(line(s.id), s.known.isoformat() if s.known else "", line(s.publisher), line(s.title)) for s in sources]
    if not console.is_terminal:
        for row in rows:
            print("\t".join(row))
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Id", no_wrap=True)  # to be copied whole
    table.add_column("Date", no_wrap=True)
    table.add_column("Publisher", max_width=16)
    table.add_column("Title", min_width=20)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    note(f"{len(rows)} articles")


def show_article(article: Article, today: date) -> None:
    """One article, title and origin above its text."""
    console = screen()
    console.print(Text(line(article.source.title), "bold"))
    console.print(Text(origin(article.source, today), "dim"))
    if article.source.url:
        console.print(Text(line(article.source.url), "dim"))
    console.print(Text("\n" + clean(article.text)))


def show_report(report: Report) -> None:
    """What a run of ingest did."""
    counts = [("added", report.added), ("updated", report.updated), ("unchanged", report.unchanged),
              ("removed", report.removed), ("failed", report.failed)]
    screen().print(Text(", ".join(f"{len(ids)} {name}" for name, ids in counts)))


def show_examination(found: dict[str, Any]) -> None:
    """What `longhaul doctor` found, the problems last."""
    console = screen()
    rows = [*found["versions"].items(), *((f"index {key}", value) for key, value in found["index"].items()),
            ("embedding model", found["embedding"]), ("language model", found["model"])]
    if found["candidates"]:
        rows.append(("not on the list", ", ".join(f"{row['name']} ({row['count']})" for row in found["candidates"])))
    for name, value in rows:
        console.print(Text.assemble((f"{name:<22}", "dim"), line("none" if value is None or value == "" else str(value))))
    for problem in found["problems"]:
        console.print(Text.assemble("\n", (line(problem["message"]), "bold red"), "\n", line(problem["hint"])))
    if not found["problems"]:
        console.print(Text("\nAll is well.", "green"))


def origin(source: Source, as_of: date) -> str:
    """Publisher, the press it digests, date and age, on one line."""
    press = ", ".join(name for name in source.publishers if name != source.publisher)
    publisher = source.publisher or "Publisher unknown"
    day = source.date or source.published
    when = [f"{day.day} {day:%B} {day.year}", age(day, as_of)] if day else ["undated"]
    return line(" · ".join([f"{publisher}, from {press}" if press and source.publisher else press or publisher, *when]))


def indented(console: Console, text: Text) -> None:
    """Prints a paragraph that belongs to the line above."""
    console.print(Padding(text, (0, 0, 0, 4)) if console.is_terminal else Text("    ").append_text(text))
