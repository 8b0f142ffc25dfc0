"""One answer as HTML: what it says, its table or its list, how the question was read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from urllib import parse

from longhaul.bot.compose import MEANS_FOR, beside, meaning, rows
from longhaul.bot.plain import LABELS
from longhaul.bot.types import Answer, Statement, Verdict

from .markup import coloured, safe
from .passage import day

_BADGES = {"partial": "Answered in part", "conflicting": "Sources disagree", "unanswerable": "Not in the corpus",
           "false_premise": "The premise does not hold"}


def said(number: int, answer: Answer) -> str:
    """The answer to the question of this number."""
    titles = {citation.n: citation.source.title for citation in answer.citations}
    told = beside(answer)
    lines = [_statement(number, statement, titles) for statement in told]
    if answer.verdicts:
        lines = [_table(number, answer, titles), *lines]
    lead = lines[0] if lines else safe(answer.text)
    lead = lead if answer.verdicts else f'<p class="lh-lead">{lead}</p>'
    rest = f"<p>{' '.join(lines[1:])}</p>" if lines[1:] else ""
    if any(statement.lead for statement in told):
        lead, rest = _list(told, lines), ""
    missing = f'<p class="lh-missing">{safe(answer.missing)}</p>' if answer.missing and answer.missing not in answer.text else ""
    return f"{_badge(answer)}{lead}{rest}{_meaning(number, answer, titles)}{missing}{_reading(answer)}{_byline(answer)}"


def _list(told: Sequence[Statement], said: Sequence[str]) -> str:
    """Statements under the sides or the days that they tell of; those without one stand before or after the list."""
    blocks = []
    for listed, several in groupby(zip(told, said, strict=True), lambda pair: bool(pair[0].lead)):
        lines = [(lead, " ".join(html for _, html in each)) for lead, each in groupby(several, lambda pair: pair[0].lead)]
        items = "".join(f"<dt><bdi>{safe(lead)}</bdi></dt><dd>{line}</dd>" for lead, line in lines)
        blocks.append(f'<dl class="lh-list">{items}</dl>' if listed else f"<p>{lines[0][1]}</p>")
    return "".join(blocks)


def _meaning(number: int, answer: Answer, titles: dict[int, str]) -> str:
    """What the answer means for the home company, where it was asked for."""
    told = meaning(answer)
    said = " ".join(_statement(number, statement, titles) for statement in told)
    heading = f"<h3>{safe(MEANS_FOR.format(told[0].home))}</h3>" if told and told[0].citations else ""
    return f'<section class="lh-meaning">{heading}<p>{said}</p></section>' if told else ""


def _table(number: int, answer: Answer, titles: dict[int, str]) -> str:
    """Who wins, who loses, on what basis, and the sentences that say so."""
    body = ""
    for verdict, quotes in rows(answer):
        basis = _basis(LABELS.get(verdict.basis, "")) if quotes else ""
        why = " ".join(f"{f'<bdi>{safe(quote)}</bdi>&nbsp;' if quote else ''}{_basis(label)}{_mark(number, n, titles)}"
                       for n, quote, label in quotes)
        why = why or '<span class="lh-none">Nothing of weight on either side.</span>'
        body += f'<tr><th scope="row">{_actor(verdict)}</th><td>{coloured(verdict.outcome)}{basis}</td><td>{why}</td></tr>'
    origins = answer.text.split("\n\n")[1] if any(verdict.claims for verdict in answer.verdicts) else ""
    return (f'<table class="lh-verdicts"><thead><tr><th scope="col">Who</th><th scope="col">Verdict</th><th scope="col">Why</th></tr>'
            f'</thead><tbody>{body}</tbody></table><p class="lh-origins">{safe(origins)}</p>')


def _actor(verdict: Verdict) -> str:
    """The way to the actor's row on the board, where it has one."""
    name = f"<bdi>{safe(verdict.actor)}</bdi>"
    return f'<a class="lh-onboard" href="?tab=board&amp;actor={parse.quote(verdict.actor, safe="")}">{name}</a>' if verdict.claims else name


def _mark(number: int, n: int, titles: dict[int, str]) -> str:
    return (f'<button type="button" class="lh-mark" data-card="card-{number}-{n}" '
            f'aria-label="Evidence {n}: {safe(titles.get(n, ""))}">[{n}]</button>')


def _basis(label: str) -> str:
    return f'<span class="lh-basis">{label}</span>' if label else ""


def _statement(number: int, statement: Statement, titles: dict[int, str]) -> str:
    marks = "".join(_mark(number, n, titles) for n in statement.citations)
    basis = _basis(LABELS.get(statement.basis, ""))
    # The no-break space keeps a mark on the line of the word it follows; outside the span a button would still break away.
    tail = f' <span class="lh-marks">{basis}{marks}</span>' if basis else f'<span class="lh-marks">&nbsp;{marks}</span>'
    tail = tail if basis or marks else ""
    return f'<span class="lh-statement"><bdi>{safe(statement.text)}</bdi>{tail}</span>'


def _badge(answer: Answer) -> str:
    if answer.status == "answered":
        return ""
    return f'<p class="lh-badge" data-status="{safe(answer.status)}">{_BADGES.get(answer.status, safe(answer.status))}</p>'


def _reading(answer: Answer) -> str:
    """How the question was read, folded."""
    lines = "".join(f"<dt>{safe(name)}</dt><dd><bdi>{safe(value)}</bdi></dd>" for name, value in answer.reading)
    return f'<details class="lh-reading"><summary>How the question was read</summary><dl>{lines}</dl></details>' if lines else ""


def _byline(answer: Answer) -> str:
    offline = answer.answerer.startswith("offline")  # with the reason in brackets where a model failed
    by = "Offline, in the articles’ words" + safe(answer.answerer.removeprefix("offline")) if offline else (
        f"Answered by {safe(answer.answerer)}")
    total = answer.seconds.get("total")
    took = f"<span>{max(total, 0.1):.1f} s</span>" if total is not None else ""
    return f'<p class="lh-byline"><span>{by}</span> <span>as of {day(answer.as_of)}</span> {took}</p>'
