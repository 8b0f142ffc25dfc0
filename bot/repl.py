"""Lines → answers: the conversation on the terminal."""

from __future__ import annotations

import importlib
import sys

from longhaul.ingest.types import Filter, UserError

from .chain import Bot
from .shown import follow, show_answer, show_sources
from .terminal import fail, note
from .types import Answer, Turn

HELP = """\
Ask in plain words; a follow-up ("And what did it cost?") is understood from what went before.
/sources  the sentences behind the last answer
/new      forget the conversation and start another
/help     this text
/quit     end (Ctrl-D too); Ctrl-C cancels a line or an answer"""


def chat(bot: Bot, filter: Filter) -> int:
    """Answers line after line of standard input, until it ends or says /quit; returns how many questions failed.

    On a terminal it prompts, and Ctrl-C cancels the line; in a pipe it only reads and answers.
    """
    prompt = "> " if sys.stdin.isatty() and sys.stdout.isatty() else ""
    if prompt:
        _edit_lines()
        note(f"{len(bot.sources())} articles. /help says what can be typed.")
    talk = _Talk(bot, filter)
    while True:
        try:
            text = input(prompt).strip()
            if text in ("/quit", "/exit"):
                return talk.failed
            if text:
                talk.take(text)
        except EOFError:
            if prompt:
                print()
            return talk.failed
        except KeyboardInterrupt:
            if not prompt:
                raise
            print()
        sys.stdout.flush()


class _Talk:
    """One conversation: what was said, and the last answer."""

    def __init__(self, bot: Bot, filter: Filter):
        self._bot = bot
        self._filter = filter
        self._history: list[Turn] = []
        self._last: Answer | None = None
        self.failed = 0

    def take(self, text: str) -> None:
        """Does what a line says: a command, else a question."""
        if text == "/help":
            print(HELP)
        elif text == "/new":
            self._history, self._last = [], None
            note("A new conversation.")
        elif text == "/sources":
            if self._last:
                show_sources(self._last)
            else:
                note("Nothing has been asked yet.")
        elif text.startswith("/") and " " not in text:
            note(f"There is no command {text}; /help lists them.")
        else:
            self._ask(text)

    def _ask(self, question: str) -> None:
        try:
            answer = follow(self._bot.stream(question, tuple(self._history), self._filter))
        except UserError as error:
            self.failed += 1
            fail(error)
            return
        self._history += [Turn("user", question), Turn("assistant", answer.text)]
        self._last = answer
        show_answer(answer)
        show_sources(answer, quotes=False)
        print()


def _edit_lines() -> None:
    """Arrow keys and earlier lines at the prompt, where the platform has them."""
    try:
        importlib.import_module("readline")
    except ImportError:  # Windows: its console edits lines itself
        return
