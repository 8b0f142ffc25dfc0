"""A source as JSON, and its days as numbers that sort: what both stores write down of it."""

from __future__ import annotations

import json
from datetime import date

from .types import Press, Source

NEVER = 99_999_999  # the `known` of a text that nobody dates: later than any day


def day(value: date | None, unknown: int) -> int:
    """A date as a number that sorts: 2025-11-03 is 20251103."""
    return value.year * 10_000 + value.month * 100 + value.day if value else unknown


def event_day(source: Source) -> int:
    """The day of the event as a number; 0 where unknown."""
    return day(source.date or source.published, 0)


def known_day(source: Source) -> int:
    """The day from which the text could be read, as a number; NEVER where unknown."""
    return day(source.known, NEVER)


def dump_source(source: Source) -> str:
    """A source as JSON."""
    def text(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return json.dumps({
        "id": source.id, "title": source.title, "url": source.url, "publisher": source.publisher,
        "date": text(source.date), "published": text(source.published), "companies": source.companies, "listed": source.listed,
        "sources": [{"publisher": p.publisher, "date": text(p.date), "url": p.url} for p in source.sources],
    }, ensure_ascii=False)


def load_source(text: str) -> Source:
    """The source that `dump_source` wrote."""
    def day_of(value: str | None) -> date | None:
        return date.fromisoformat(value) if value else None

    row = json.loads(text)
    press = tuple(Press(p["publisher"], day_of(p["date"]), p["url"]) for p in row["sources"])
    return Source(row["id"], row["title"], row["url"], row["publisher"], day_of(row["date"]), day_of(row["published"]),
                  tuple(row["companies"]), press, tuple(row.get("listed", row["companies"])))
