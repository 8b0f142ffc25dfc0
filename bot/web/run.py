"""A question being answered in a thread of its own: closing the page, or opening it again, does not cut the answer off."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress

from longhaul.bot.chain import Bot
from longhaul.bot.conversations import Conversations, Outcome, Passage, Trouble
from longhaul.bot.types import Answer, Turn
from longhaul.ingest.types import UserError

from .passage import passage

_AT_ONCE = threading.BoundedSemaphore(8)  # questions answered side by side; more wait in line
_BEAT = 0.05  # seconds between two looks at the text
_FAILED = Trouble("Longhaul failed while answering.", "Ask again; the terminal it runs in says what went wrong.")


class Run:
    """The answering of one question of a conversation; what comes of it is kept there."""

    def __init__(self, bot: Bot, conversations: Conversations, conversation: str, number: int, question: str,
                 turns: Sequence[Turn], home: str = ""):
        """Starts at once; `home`: the company that the answer is read for."""
        self.conversation = conversation
        self.question = question
        self.text = ""
        self._bot = bot
        self._conversations = conversations
        self._number = number
        self._turns = turns
        self._home = home
        self._stopped = threading.Event()
        self._done = threading.Event()
        threading.Thread(target=self._work, name=f"answer-{number}", daemon=True).start()

    def follow(self) -> Iterator[str]:
        """The text so far, each time there is more of it; ends when the outcome is kept, or at a stop."""
        shown = ""
        while not (self._done.wait(_BEAT) or self._stopped.is_set()):
            if self.text != shown:
                shown = self.text
                yield shown

    def stop(self) -> None:
        """Ends the run without an outcome: for who follows it at once, for the model at the next piece of text."""
        self._stopped.set()

    @property
    def running(self) -> bool:
        """Whether an outcome may still come."""
        return not (self._done.is_set() or self._stopped.is_set())

    def _work(self) -> None:
        outcome = Outcome(trouble=_FAILED)  # stands where an error other than UserError goes on to the terminal
        try:
            with _AT_ONCE:
                outcome = self._answer()
        except UserError as error:
            outcome = Outcome(trouble=Trouble(error.message, error.hint))
        finally:
            try:
                if not self._stopped.is_set():
                    self._conversations.settle(self.conversation, self._number, outcome)
            finally:
                self._done.set()

    def _answer(self) -> Outcome:
        with closing(self._bot.stream(self.question, self._turns, home=self._home)) as pieces:
            for piece in pieces:
                if self._stopped.is_set():
                    break
                if isinstance(piece, Answer):
                    return Outcome(piece, self._passages(piece))
                self.text += piece
        return Outcome(trouble=_FAILED)

    def _passages(self, answer: Answer) -> tuple[Passage, ...]:
        """The words around each quote; none where the article has changed or gone since it was quoted."""
        texts = dict.fromkeys((citation.source.id for citation in answer.citations), "")
        for id in texts:
            with suppress(UserError):
                texts[id] = self._bot.article(id).text
        return tuple(passage(texts[c.source.id], c.start, c.end) if texts[c.source.id][c.start:c.end] == c.quote else Passage("", "")
                     for c in answer.citations)
