"""What the board calls: it shows what an address asks for, and keeps what people say of sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from longhaul.bot.chain import Bot
from longhaul.bot.conversations import Passage, Trouble
from longhaul.bot.corrections import Correction
from longhaul.bot.plain import clean
from longhaul.ingest.types import Claim, UserError

from . import board as html
from .export import as_csv, as_markdown, name_of
from .markup import alert, coloured, safe
from .panel import corrections_list, panel
from .passage import passage
from .view import Board, Row, Sieve, View, read

_FILES = {"csv": ("text/csv", as_csv), "md": ("text/markdown", as_markdown)}
_PAST = {"confirm": "Confirmed", "correct": "Corrected", "reject": "Rejected"}


class Review:
    """Each call takes what the browser sends, whatever that is, and gives the board's parts as HTML by name."""

    def __init__(self, bot: Bot):
        self._bot = bot
        self._sieve = Sieve(bot)

    def show(self, sent: Mapping[str, Any]) -> dict[str, str]:
        """The board of the `view` that was sent; with `first` also the form of its filters."""
        parts = {"found": "", "tools": ""}
        try:
            if sent.get("first"):
                parts["filters"] = self._filters()
            return parts | self._parts(self._view(sent))
        except UserError as error:
            return parts | {"table": alert(Trouble(error.message, error.hint))}

    def judge(self, sent: Mapping[str, Any]) -> dict[str, str]:
        """Keeps what a person says of the sentence `claim`; the board after that, or `wrong`: why it was not kept."""
        def keep(view: View) -> Correction:
            claim = self._sieve.claim(_text(sent, "claim"), view)
            seen = _text(sent, "seen_outcome"), _text(sent, "seen_basis")
            if claim is None or (claim.outcome, claim.basis) != seen:
                raise UserError("This sentence has changed since you opened it.", "Open the row again and look at it as it is now.")
            if not _text(sent, "who"):
                raise UserError("Your name is missing.", "Others see who judged a sentence.")
            outcome, basis = ((_text(sent, name) or None) if sent.get("act") == "correct" else None for name in ("outcome", "basis"))
            return self._bot.corrections.record(claim, _text(sent, "act"), _text(sent, "who"), _text(sent, "why"),
                                                outcome if outcome != claim.outcome else None, basis if basis != claim.basis else None)

        return self._changed(sent, keep, lambda made: (_PAST[made.act], made.id))

    def undo(self, sent: Mapping[str, Any]) -> dict[str, str]:
        """Takes a correction back; the board after that, or `wrong`: why it still stands."""
        def take(_view: View) -> Correction:
            return self._bot.corrections.undo(_text(sent, "correction"), _text(sent, "who"))

        return self._changed(sent, take, lambda _: ("Undone", ""))

    def file(self, kind: str, asked: Mapping[str, str]) -> tuple[str, str, str]:
        """All that passes the filters as a file: its name, its media type and its text. Raises UserError."""
        media, write = _FILES[kind]
        board = self._sieve.board(read(asked))
        return name_of(board.view, kind), media, write(board)

    def _changed(self, sent: Mapping[str, Any], change: Callable[[View], Correction],
                 told: Callable[[Correction], tuple[str, str]]) -> dict[str, str]:
        try:
            view = self._view(sent)
            before = self._sieve.board(view)
            made = change(view)
            after = self._sieve.board(view)
            done, id = told(made)
            actor = view.actor or made.actor
            undo = f'<button type="button" data-undo="{safe(id)}" data-key="undo-last">Undo</button>' if id else ""
            said = f'<p>{done}. {_turn(actor, _row(before, actor), _row(after, actor))}</p>{undo}'
            return self._parts(view) | {"said": f'{said}<button type="button" data-hush aria-label="Close">×</button>'}
        except UserError as error:
            return {"wrong": clean(f"{error.message} {error.hint}")}

    def _parts(self, view: View) -> dict[str, str]:
        board = self._sieve.board(view)
        kept = self._bot.corrections.all(undone=True)
        row = _row(board, view.actor)
        standing = {each.claim: each for each in kept if not each.undone}
        about = [each for each in kept if row and each.actor == row.verdict.actor]
        inside = panel(row, view.day, self._around(), standing, about) if row else ""
        listed = (f'<details data-keep="all"><summary><h2>All corrections<small>{len(standing):,} standing</small></h2></summary>'
                  f"{corrections_list(kept)}</details>") if kept else ""
        return {"found": html.found(board), "tools": html.tools(board), "corrections": listed, "actor": view.actor,
                "table": html.unknown(view.actor, board.rows) + html.table(board, view.actor, inside, self._bot.companies.rows)}

    def _around(self) -> Callable[[Claim], Passage]:
        """Gives the words around a claim; none where its article has changed or gone."""
        texts: dict[str, str] = {}

        def around(claim: Claim) -> Passage:
            id = claim.source.id
            if id not in texts:
                texts[id] = ""
                with suppress(UserError):
                    texts[id] = self._bot.article(id).text
            return passage(texts[id], claim.start, claim.end) if texts[id][claim.start:claim.end] == claim.text else Passage("", "")

        return around

    def _filters(self) -> str:
        actors = (row.verdict.actor for row in self._sieve.board(View()).rows)
        return html.filters(html.roles(actors, self._bot.companies.rows), self._bot.sources())

    def _view(self, sent: Mapping[str, Any]) -> View:
        given = sent.get("view")
        given = dict(given) if isinstance(given, Mapping) else {}
        name = str(given.get("actor", ""))
        return read(given | {"actor": self._bot.companies.canonical(name) or name})


def _row(board: Board, actor: str) -> Row | None:
    return next((row for row in board.rows if row.verdict.actor == actor), None)


def _turn(actor: str, before: Row | None, after: Row | None) -> str:
    """What a correction made of the verdict."""
    name = f"<bdi>{safe(actor)}</bdi>"
    if after is None:
        return f"No claim about {name} passes the filters."
    was, now = before and before.verdict, after.verdict
    if was is None or was.outcome != now.outcome:
        return f"{name}: {coloured(was.outcome) if was else 'no verdict'} → {coloured(now.outcome)}"
    sure = f"{was.confidence:.0%} → {now.confidence:.0%}" if was.confidence != now.confidence else f"{now.confidence:.0%}"
    return f"{name}: still {coloured(now.outcome)}, {sure} sure"


def _text(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name)
    return value.strip() if isinstance(value, str) else ""
