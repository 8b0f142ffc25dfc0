"""What the page calls: each function gives the page's parts, new or unchanged."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from longhaul.bot.chain import Bot
from longhaul.bot.conversations import Conversations, history
from longhaul.bot.plain import clean
from longhaul.ingest.types import UserError

from . import render
from .run import Run

_MOST = 20_000  # characters that are kept of a question; the bot refuses far shorter ones, in words of its own


class Desk:
    """Holds nothing between two calls but the runs: the browser names its conversation each time.

    Parts, in order: the conversation's id, the thread, the answer being written, the evidence, the list of earlier
    conversations, the box. `seen`: the ids of the conversations that this browser has held.
    """

    def __init__(self, bot: Bot, conversations: Conversations):
        self._bot = bot
        self._conversations = conversations
        self._runs: dict[str, Run] = {}
        self._lock = threading.Lock()

    def arrive(self, conversation: str | None, seen: list[str] | None) -> Iterator[tuple]:
        """The page of a conversation; where its last question is still being answered, until it is.

        What already stands in the box, typed or carried over from the board, stays there.
        """
        run = self._runs.get(conversation or "")
        if run and run.running:
            yield from self._follow(run, seen, _box(busy=True))
        else:
            yield self._page(conversation, seen)

    def ask(self, question: str | None, conversation: str | None, seen: list[str] | None, home: str | None = None) -> Iterator[tuple]:
        """The page while a question is answered, and after; `home`: the company that the answer is read for."""
        question = clean((question or "")[:_MOST]).strip()
        if not question:
            yield _unchanged(box=_box(""))
            return
        try:
            earlier = self._conversations.load(conversation or "")
        except UserError:
            conversation, earlier = self._conversations.create(), ()
        number = self._conversations.append(conversation, question)
        run = Run(self._bot, self._conversations, conversation, number, question, history(earlier), home or "")
        with self._lock:
            self._runs = {id: other for id, other in self._runs.items() if other.running} | {conversation: run}
        yield from self._follow(run, seen, _box("", busy=True))

    def stop(self, conversation: str | None) -> None:
        """Gives the answer up; who follows it shows that."""
        run = self._runs.get(conversation or "")
        if run:
            run.stop()

    def home(self, chosen: str | None):
        """The company that answers are read for: the one that this visit chose ("": none), else as it is.

        A choice may be of another list of companies.
        """
        import gradio as gr

        known = self._bot.companies
        return chosen if chosen == "" or chosen in known.rows and known.is_company(chosen) else gr.skip()

    def _follow(self, run: Run, seen: list[str] | None, box: object) -> Iterator[tuple]:
        earlier = self._conversations.load(run.conversation)[:-1]
        cards = render.evidence(earlier)
        yield (run.conversation, render.thread(earlier), render.live(run.question, run.text), cards,
               self._recent(seen, run.conversation), box)
        for text in run.follow():
            yield _unchanged(live=render.live(run.question, text))
        yield self._page(run.conversation, seen)

    def _page(self, conversation: str | None, seen: list[str] | None) -> tuple:
        if not conversation:
            return self._fresh(seen)
        try:
            exchanges = self._conversations.load(conversation)
        except UserError as error:
            return self._fresh(seen, f"{error.message} {error.hint}")
        if not exchanges:
            return self._fresh(seen)
        last = exchanges[-1]
        lost = last.outcome is not None and last.outcome.trouble is not None  # so that nobody types it again
        return (conversation, render.thread(exchanges), "", render.evidence(exchanges), self._recent(seen, conversation),
                _box(last.question if lost else None))

    def _fresh(self, seen: list[str] | None, notice: str = "") -> tuple:
        sources = self._bot.sources()
        dates = sorted(source.date for source in sources if source.date)
        window = (dates[0], dates[-1]) if dates else (None, None)
        return "", render.welcome(len(sources), *window, notice), "", render.evidence(()), self._recent(seen, ""), _box()

    def _recent(self, seen: list[str] | None, current: str) -> str:
        return render.recent(self._conversations.list([*(seen or ()), current]), current)


def _unchanged(**parts: object) -> tuple:
    import gradio as gr

    names = ("conversation", "thread", "live", "cards", "recent", "box")
    return tuple(parts.get(name, gr.skip()) for name in names)


def _box(text: str | None = None, busy: bool = False):
    import gradio as gr

    buttons = {"submit_btn": False if busy else "Ask", "stop_btn": "Stop" if busy else False}
    return gr.update(**buttons) if text is None else gr.update(value=text, **buttons)
