"""The chat as HTML: conversations, and the evidence beside them."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import date

from longhaul.bot.conversations import Exchange, Passage, Summary, Trouble
from longhaul.bot.plain import clean
from longhaul.bot.types import Citation

from .markup import alert, meta, safe, short
from .passage import day
from .said import said

EXAMPLES = (
    ("A cause", "Why did Celestica’s shares fall although revenue grew 53%?"),
    ("A ranking", "Who leads data-centre Ethernet switching in early 2026?"),
    ("A commitment", "What did Meta commit to Corning?"),
    ("A dispute", "Is the AI fibre build-out a bubble?"),
)
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
        body = said(exchange.number, outcome.answer)
    elif outcome and outcome.trouble:
        body = alert(outcome.trouble)
    else:
        body = (alert(Trouble("No answer was kept.", "It was stopped before it was complete."), "lh-stopped")
                + f'<button type="button" class="lh-again" data-ask="{safe(exchange.question)}">Ask again</button>')
    return (f'<section class="lh-exchange" data-exchange="{exchange.number}">{_question(exchange.question)}'
            f'<div class="lh-answer">{body}</div></section>')


def _question(question: str) -> str:
    return f'<h2 class="lh-question"><bdi>{safe(short(question, _LONG))}</bdi></h2>'


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


def _still_marks(text: str) -> str:
    return re.sub(r"\[(\d{1,2})\]", r'<span class="lh-mark lh-still">[\1]</span>', html.escape(text))


def _notice(text: str) -> str:
    return f'<p class="lh-notice" role="status">{safe(text)}</p>' if text else ""
