"""A filter as SQL."""

from __future__ import annotations

from .sources import NEVER, day
from .types import Filter


def where(filter: Filter | None) -> tuple[str, list]:
    """A filter as a condition over `articles a`, and its values."""
    parts, values = [], []
    for kind, names in (("company", filter.companies), ("publisher", filter.publishers)) if filter else ():
        if names:
            parts.append(f"a.number IN (SELECT article FROM tags WHERE kind = '{kind}' AND value IN ({','.join('?' * len(names))}))")
            values.extend(names)
    if filter and filter.since:
        parts.append("a.event >= ?")
        values.append(day(filter.since, 0))
    if filter and filter.until:
        parts.append("a.event BETWEEN 1 AND ?")
        values.append(day(filter.until, 0))
    if filter and filter.as_of:
        parts.append("(a.known <= ? OR a.known = ?)")
        values += [day(filter.as_of, 0), NEVER if filter.undated else -1]
    return " AND ".join(parts) or "1", values
