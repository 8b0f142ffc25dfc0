"""The small pieces of the page. Every word that comes from outside passes through `safe`."""

from __future__ import annotations

import html
import re
from datetime import date

from longhaul.bot.conversations import Trouble
from longhaul.bot.plain import age, clean
from longhaul.ingest.types import Press, Source

from .passage import day


def alert(trouble: Trouble, kind: str = "") -> str:
    """What went wrong, and what to do about it."""
    return (f'<div class="lh-trouble {kind}" role="alert"><p><strong>{safe(trouble.message)}</strong></p>'
            f"<p>{safe(trouble.hint)}</p></div>")


def coloured(outcome: str) -> str:
    """A verdict in its colour."""
    return f'<span class="lh-outcome" data-outcome="{safe(outcome)}">{safe(outcome)}</span>'


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


def short(text: str, most: int) -> str:
    """The beginning of a long text, with its length told."""
    return text if len(text) <= most else f"{text[:most].rstrip()} … ({len(text):,} characters)"


def safe(text: str) -> str:
    """Words from outside as HTML that shows them and obeys nothing in them."""
    return html.escape(clean(text))
