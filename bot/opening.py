"""Options → the bot, or the index alone, that a command works with."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from longhaul.ingest import pipeline
from longhaul.ingest.index import Index
from longhaul.ingest.types import UserError

from . import terminal
from .chain import Bot, build, place_named_by
from .settings import Settings


def settings_of(index: str | None = None, model: str | None = None, home: str | None = None) -> Settings:
    """The settings of the environment, options first; an empty `home` is none. Raises UserError."""
    given = {name: value for name, value in (("index", index), ("model", model)) if value}
    if home is not None:
        given["home"] = home
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = f"LONGHAUL_{'.'.join(map(str, first['loc'])).upper()}"
        raise UserError(f"{name} is not usable: {first['msg']}", f"Set {name} to another value, or unset it.") from error


def opened_bot(index: str | None, model: str | None = "offline", home: str | None = "") -> Bot:
    """The bot over the index, whatever it holds. Raises UserError."""
    settings = settings_of(index, model, home)
    with terminal.waiting("Opening the index and the embedding model"):
        return build(settings)


def filled_bot(index: str | None, model: str | None = "offline", home: str | None = "") -> Bot:
    """The bot over an index that holds something: into an empty one go the articles that come with Longhaul."""
    bot = opened_bot(index, model, home)
    if not bot.index.record.state:
        terminal.note(f"The index {bot.index.name} is empty: reading in the articles that come with Longhaul.")
        report = ingest_into(bot, [str(pipeline.seeds_folder())])
        terminal.note(f"{len(report.added)} articles read in.")
    return bot


def judged_bot(index: str | None, model: str | None = "offline", home: str | None = "") -> Bot:
    """The bot over an index that holds something, and its ledger: one of an older version is first read for it."""
    bot = filled_bot(index, model, home)
    if bot.index.record.ledger is None:
        terminal.note(f"The index {bot.index.name} has no ledger yet: reading its articles again.")
        ingest_into(bot, [])
    return bot


def ingest_into(bot: Bot, paths: Iterable[str], prune: bool = False) -> pipeline.Report:
    """Ingests with a bar on a terminal, and says what failed."""
    with terminal.progress() as progress:
        report = pipeline.ingest(bot.index, bot.embedder, bot.companies, paths, prune, progress)
    for failure in report.failed:
        terminal.fail(failure)
    return report


def stored_index(index: str | None) -> Index:
    """The index alone, without the embedding model. Raises UserError where there is none."""
    opened = Index(place_named_by(settings_of(index)))
    if not opened.exists:
        raise UserError(f"There is no index in {opened.name}.", "Make one with longhaul ingest, or name another with --index.")
    return opened
