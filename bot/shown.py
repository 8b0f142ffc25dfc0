"""An answer on a terminal: as it comes, its table, its text with marks, its sources."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from .compose import rows
from .plain import LABELS, clean
from .terminal import indented, line, origin, screen
from .types import Answer, Citation

# an escaped character, what a paragraph is headed by, the mark of a citation, or the basis before it
_MARKDOWN = re.compile(rf"\\([!-/:-@\[-`{{-~])|^\*\*(.+?)\*\*(?=$| )|\[(\d+)\]|\((?:{'|'.join(LABELS.values())})\)(?= \[\d)", re.MULTILINE)

STATUS = {"partial": "Partly in the corpus", "conflicting": "The sources disagree", "unanswerable": "Not in the corpus",
          "false_premise": "The question assumes what the corpus does not say"}
COLOURS = {"wins": "green", "loses": "red", "pressured": "bright_red", "mixed": "yellow", "unclear": "dim"}


def follow(stream: Iterator[str | Answer]) -> Answer:
    """The answer at the end of `stream`; on a terminal its pieces are shown as they come, and make way for it."""
    console = screen()
    if not console.is_terminal:
        return [piece for piece in stream if isinstance(piece, Answer)][-1]
    text, answer = "", None
    with Live(Spinner("dots", Text("Reading", "dim")), console=console, transient=True) as live:
        for piece in stream:
            if isinstance(piece, Answer):
                answer = piece
            else:
                text += piece
                live.update(Text(clean(text), "dim"))
    assert answer is not None, "the stream ends with the answer"
    return answer


def show_answer(answer: Answer) -> None:
    """The answer with its table and its marks, and what is missing."""
    console = screen()
    text = answer.text
    if answer.verdicts:
        _show_table(answer)
        text = text.partition("\n\n")[2]
    console.print(_marked(text))
    if answer.status in STATUS:
        known = answer.missing and line(answer.missing) not in _marked(answer.text).plain
        reason = f": {line(answer.missing)}" if known else ""
        console.print(Text(f"\n{STATUS[answer.status]}{reason if reason else '.'}", "yellow"))


def show_reading(answer: Answer) -> None:
    """How the question was read, a line each."""
    console = screen()
    for name, value in answer.reading:
        console.print(Text.assemble((f"{name:<18}", "dim"), line(value)))
    console.print()


def _show_table(answer: Answer) -> None:
    """Who wins, who loses, on what basis and why; in a pipe a line for each actor."""
    console = screen()
    table = Table("Who", "Verdict", "Why", box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for verdict, quotes in rows(answer):
        why = Text()
        for n, quote, label in quotes:
            why.append(f"{line(quote)} " if quote else "")
            why.append(f"({label}) " if label else "", "italic yellow").append(f"[{n}] ", "bold cyan")
        basis = LABELS.get(verdict.basis, verdict.basis) if quotes else ""
        if not quotes:
            why.append("nothing of weight on either side", "dim")
        if console.is_terminal:
            told = Text.assemble((verdict.outcome, f"bold {COLOURS[verdict.outcome]}"), (f"\n{basis}" if basis else "", "italic"))
            table.add_row(Text(line(verdict.actor), "bold"), told, why)
        else:
            print("\t".join(filter(None, [line(verdict.actor), verdict.outcome, basis, why.plain.strip()])))
    if console.is_terminal:
        console.print(table)
    else:
        print()


def show_sources(answer: Answer, quotes: bool = True) -> None:
    """The articles behind the marks, with their age on the day the answer stands on, and under each its quotes."""
    console = screen()
    if answer.citations:
        console.print(Text("\nSources", "bold"))
    articles: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        articles.setdefault(citation.source.id, []).append(citation)
    for cited in articles.values():
        source = cited[0].source
        marks = "".join(f"[{citation.n}]" for citation in cited)
        console.print(Text.assemble((f"{marks} ", "bold cyan"), (line(source.title), "bold")))
        indented(console, Text(origin(source, answer.as_of), "dim"))
        if source.url:
            indented(console, Text(line(source.url), "dim"))
        for citation in cited if quotes else ():
            mark = f"[{citation.n}] " if len(cited) > 1 else ""
            indented(console, Text.assemble((mark, "cyan"), (f"“{line(citation.quote)}”", "italic")))


def _marked(markdown: str) -> Text:
    """The Markdown of an answer as it reads: escapes resolved, marks coloured."""
    text, at = Text(), 0
    for match in _MARKDOWN.finditer(markdown):
        text.append(clean(markdown[at:match.start()]))
        if match[2]:
            text.append(re.sub(r"\\(.)", r"\1", clean(match[2])), "bold")
        else:
            text.append(*((match[1],) if match[1] else (match.group(), "bold cyan" if match[3] else "italic yellow")))
        at = match.end()
    return text.append(clean(markdown[at:]))
