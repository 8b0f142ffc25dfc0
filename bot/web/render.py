"""Answers, evidence and conversations as HTML. Every word that comes from outside passes through `safe`."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date
from urllib import parse

from longhaul.bot.compose import MEANS_FOR, beside, meaning, rows
from longhaul.bot.conversations import Exchange, Outcome, Passage, Summary, Trouble
from longhaul.bot.plain import LABELS, age, clean
from longhaul.bot.types import Answer, Citation, Statement, Verdict
from longhaul.ingest.types import Press, Source

from .passage import day

EXAMPLES = (
    ("A cause", "Why did Celestica’s shares fall although revenue grew 53%?"),
    ("A ranking", "Who leads data-centre Ethernet switching in early 2026?"),
    ("A commitment", "What did Meta commit to Corning?"),
    ("A dispute", "Is the AI fibre build-out a bubble?"),
)
_BADGES = {"partial": "Answered in part", "conflicting": "Sources disagree", "unanswerable": "Not in the corpus",
           "false_premise": "The premise does not hold"}
_LONG = 240  # characters of a question that are shown; what is longer is cut with its length told


def brand() -> str:
    """The name of the house, the way to its first page, and the two sides of the page."""
    return ('<div class="lh-house"><a class="lh-brand" href="./"><b>Longhaul</b><span>the race, sentence by sentence</span></a>'
            '<div class="lh-tabs" role="tablist" aria-label="Views">'
            '<a role="tab" id="lh-tab-chat" data-tab="chat" href="./" aria-controls="lh-main" aria-selected="true">Chat</a>'
            '<a role="tab" id="lh-tab-board" data-tab="board" href="?tab=board" aria-controls="lh-board" aria-selected="false" '
            'tabindex="-1">Board</a></div></div>')


def welcome(articles: int, since: date | None, until: date | None, notice: str = "") -> str:
    """The page before the first question: what this is, and questions to start with."""
    window = f", {since:%B %Y} to {until:%B %Y}" if since and until else ""
    corpus = f"{articles:,} article{'' if articles == 1 else 's'}{window}"
    if not articles:
        corpus = "The index is empty. Fill it with: longhaul ingest"
    examples = "".join(f'<li><button type="button" class="lh-example" data-ask="{safe(question)}"><span>{safe(kind)}</span>'
                       f"{safe(question)}</button></li>" for kind, question in EXAMPLES)
    return _log(f'<section class="lh-welcome">{_notice(notice)}<h1>Who is winning the race, and who says so?</h1>'
            "<p>Ask in plain words. Every sentence of an answer carries a mark such as "
            '<span class="lh-mark lh-still">[1]</span>; it opens the article at the very words it rests on. '
            f"What the articles do not say is left unsaid.</p><ul>{examples}</ul>"
            f'<p class="lh-corpus">{safe(corpus)}</p></section>')


def thread(exchanges: Sequence[Exchange]) -> str:
    """The questions so far and what came of them."""
    return _log("".join(_exchange(exchange) for exchange in exchanges))


def live(question: str, text: str) -> str:
    """The question that is being answered, and as much of the answer as there is."""
    paragraphs = [f"<p>{_still_marks(part)}</p>" for part in clean(text).split("\n\n") if part.strip()]
    body = "".join(paragraphs) or '<p class="lh-wait">Reading the articles<i></i><i></i><i></i></p>'
    state = "lh-writing" if paragraphs else ""
    return f'<section class="lh-exchange lh-live">{_question(question)}<div class="lh-answer {state}">{body}</div></section>'


def evidence(exchanges: Sequence[Exchange]) -> str:
    """The cards of every answer; those of the last one are shown, the others when one of their marks is chosen."""
    answered = [exchange for exchange in exchanges if exchange.outcome and exchange.outcome.answer]
    if not answered:
        return ('<section class="lh-group lh-none"><h2>Evidence</h2><p>The sentences an answer rests on appear here, '
                "each in its article.</p></section>")
    return "".join(_group(exchange, exchange is answered[-1], len(answered) > 1) for exchange in answered)


def recent(summaries: Sequence[Summary], current: str) -> str:
    """The ways to this browser's earlier conversations, and to a new one."""
    links = "".join(f'<a href="?c={safe(item.id)}"{" aria-current=page" if item.id == current else ""}>'
                    f"<bdi>{safe(short(item.title, 90))}</bdi><small>{day(item.asked.date())}</small></a>"
                    for item in summaries)
    menu = f'<details><summary>Earlier</summary><nav aria-label="Earlier conversations">{links}</nav></details>' if links else ""
    return f'{menu}<a class="lh-new" href="./">New<span> conversation</span></a>'


def _log(content: str) -> str:
    """A region whose additions a screen reader says; the same element before and after the first question."""
    return f'<div role="log" aria-label="Conversation">{content}</div>'


def _exchange(exchange: Exchange) -> str:
    outcome = exchange.outcome
    if outcome and outcome.answer:
        body = _answer(exchange.number, outcome)
    elif outcome and outcome.trouble:
        body = alert(outcome.trouble)
    else:
        body = (alert(Trouble("No answer was kept.", "It was stopped before it was complete."), "lh-stopped")
                + f'<button type="button" class="lh-again" data-ask="{safe(exchange.question)}">Ask again</button>')
    return (f'<section class="lh-exchange" data-exchange="{exchange.number}">{_question(exchange.question)}'
            f'<div class="lh-answer">{body}</div></section>')


def alert(trouble: Trouble, kind: str = "") -> str:
    """What went wrong, and what to do about it."""
    return (f'<div class="lh-trouble {kind}" role="alert"><p><strong>{safe(trouble.message)}</strong></p>'
            f"<p>{safe(trouble.hint)}</p></div>")


def _question(question: str) -> str:
    return f'<h2 class="lh-question"><bdi>{safe(short(question, _LONG))}</bdi></h2>'


def _answer(number: int, outcome: Outcome) -> str:
    answer = outcome.answer
    titles = {citation.n: citation.source.title for citation in answer.citations}
    said = [_statement(number, statement, titles) for statement in beside(answer)]
    if answer.verdicts:
        said = [_table(number, answer, titles), *said]
    lead = said[0] if said else safe(answer.text)
    lead = lead if answer.verdicts else f'<p class="lh-lead">{lead}</p>'
    rest = f"<p>{' '.join(said[1:])}</p>" if said[1:] else ""
    missing = f'<p class="lh-missing">{safe(answer.missing)}</p>' if answer.missing and answer.missing not in answer.text else ""
    return f"{_badge(answer)}{lead}{rest}{_meaning(number, answer, titles)}{missing}{_byline(answer)}"


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
        basis = f'<span class="lh-basis">{LABELS[verdict.basis]}</span>' if quotes and verdict.basis in LABELS else ""
        why = " ".join(f"{f'<bdi>{safe(quote)}</bdi>&nbsp;' if quote else ''}{_mark(number, n, titles)}" for n, quote in quotes)
        why = why or '<span class="lh-none">Nothing of weight on either side.</span>'
        body += f'<tr><th scope="row">{_actor(verdict)}</th><td>{coloured(verdict.outcome)}{basis}</td><td>{why}</td></tr>'
    origins = answer.text.split("\n\n")[1] if any(verdict.claims for verdict in answer.verdicts) else ""
    return (f'<table class="lh-verdicts"><thead><tr><th scope="col">Who</th><th scope="col">Verdict</th><th scope="col">Why</th></tr>'
            f'</thead><tbody>{body}</tbody></table><p class="lh-origins">{safe(origins)}</p>')


def coloured(outcome: str) -> str:
    """A verdict in its colour."""
    return f'<span class="lh-outcome" data-outcome="{safe(outcome)}">{safe(outcome)}</span>'


def _actor(verdict: Verdict) -> str:
    """The way to the actor's row on the board, where it has one."""
    name = f"<bdi>{safe(verdict.actor)}</bdi>"
    return f'<a class="lh-onboard" href="?tab=board&amp;actor={parse.quote(verdict.actor, safe="")}">{name}</a>' if verdict.claims else name


def _mark(number: int, n: int, titles: dict[int, str]) -> str:
    return (f'<button type="button" class="lh-mark" data-card="card-{number}-{n}" '
            f'aria-label="Evidence {n}: {safe(titles.get(n, ""))}">[{n}]</button>')


def _statement(number: int, statement: Statement, titles: dict[int, str]) -> str:
    marks = "".join(_mark(number, n, titles) for n in statement.citations)
    basis = f'<span class="lh-basis">{LABELS[statement.basis]}</span>' if statement.basis in LABELS else ""
    # The no-break space keeps a mark on the line of the word it follows; outside the span a button would still break away.
    tail = f' <span class="lh-marks">{basis}{marks}</span>' if basis else f'<span class="lh-marks">&nbsp;{marks}</span>'
    tail = tail if basis or marks else ""
    return f'<span class="lh-statement"><bdi>{safe(statement.text)}</bdi>{tail}</span>'


def _badge(answer: Answer) -> str:
    if answer.status == "answered":
        return ""
    return f'<p class="lh-badge" data-status="{safe(answer.status)}">{_BADGES.get(answer.status, safe(answer.status))}</p>'


def _byline(answer: Answer) -> str:
    offline = answer.answerer.startswith("offline")  # with the reason in brackets where a model failed
    by = "Offline, in the articles’ words" + safe(answer.answerer.removeprefix("offline")) if offline else (
        f"Answered by {safe(answer.answerer)}")
    total = answer.seconds.get("total")
    took = f"<span>{max(total, 0.1):.1f} s</span>" if total is not None else ""
    return f'<p class="lh-byline"><span>{by}</span> <span>as of {day(answer.as_of)}</span> {took}</p>'


def _group(exchange: Exchange, shown: bool, several: bool) -> str:
    outcome, number = exchange.outcome, exchange.number
    answer = outcome.answer
    articles = len({citation.source.id for citation in answer.citations})
    count = len(answer.citations)
    told = f"{count} quote{'s' * (count != 1)} from {articles} article{'s' * (articles != 1)}" if count else "No quotes"
    title = "Nearest evidence" if answer.status == "unanswerable" else "Evidence"
    about = f'<p class="lh-about"><bdi>{safe(short(exchange.question, 120))}</bdi></p>' if several else ""
    none = "" if count else "<p>Nothing in the corpus comes near this question.</p>"
    cards = "".join(_card(number, citation, around, answer.as_of)
                    for citation, around in zip(answer.citations, outcome.passages, strict=True))
    return (f'<section class="lh-group" data-group="{number}"{"" if shown else " hidden"}><h2>{title}<small>{told}</small></h2>'
            f"{about}{none}{cards}</section>")


def _card(number: int, citation: Citation, around: Passage, as_of: date) -> str:
    source, id = citation.source, f"card-{number}-{citation.n}"
    before = ("" if around.opens else "… ") + safe(around.before)
    after = safe(around.after) + ("" if around.ends else " …")
    return (f'<article class="lh-card" id="{id}" tabindex="-1" aria-labelledby="{id}-title"><header>'
            f'<button type="button" class="lh-back" data-card="{id}" aria-label="Back to mark {citation.n} in the answer">'
            f"[{citation.n}]</button>"
            f'<h3 id="{id}-title"><bdi>{safe(source.title)}</bdi></h3></header>{meta(source, as_of)}'
            f'<blockquote dir="auto">{before}<mark>{safe(citation.quote)}</mark>{after}</blockquote></article>')


def meta(source: Source, as_of: date) -> str:
    """The press an article stands on, who digested it, its day and its age."""
    press = [Press(each.publisher or "unnamed press", each.date, each.url) for each in source.sources]
    linked = {each.publisher for each in press if each.url}
    press = [each for each in press if each.url or each.publisher not in linked]  # a name once, with its address if it has one
    press = list({each.publisher: each for each in press}.values())
    own = Press(source.publisher or "Unknown publisher", source.date, source.url)
    parts = [f"<b>{', '.join(_press(each) for each in press or [own])}</b>"]
    if press and source.publisher not in (None, *(each.publisher for each in press)):
        parts.append(f"via {_press(own)}")
    when = source.date or source.published
    parts += [f'<time datetime="{when.isoformat()}">{day(when)}</time>', age(when, as_of)] if when else ["undated"]
    return f'<p class="lh-meta">{" ".join(f"<span>{part}</span>" for part in parts)}</p>'


def _press(press: Press) -> str:
    name = f"<bdi>{safe(press.publisher)}</bdi>"
    if not press.url or not re.match(r"https?://", press.url):
        return name
    return f'<a href="{safe(press.url)}" target="_blank" rel="noopener noreferrer nofollow">{name}</a>'


def _still_marks(text: str) -> str:
    return re.sub(r"\[(\d{1,2})\]", r'<span class="lh-mark lh-still">[\1]</span>', html.escape(text))


def _notice(text: str) -> str:
    return f'<p class="lh-notice" role="status">{safe(text)}</p>' if text else ""


def short(text: str, most: int) -> str:
    """The beginning of a long text, with its length told."""
    return text if len(text) <= most else f"{text[:most].rstrip()} … ({len(text):,} characters)"


def safe(text: str) -> str:
    """Words from outside as HTML that shows them and obeys nothing in them."""
    return html.escape(clean(text))
