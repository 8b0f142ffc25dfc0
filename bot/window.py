"""The time that a question is about: "in 2025", "since March 2026", "between autumn 2025 and spring 2026", "last quarter"."""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from datetime import date, timedelta

from .types import Window

_MONTHS = [name.lower() for name in month_name[1:]]
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 12)}
_PARTS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "q1": 1, "q2": 2, "q3": 3, "q4": 4}
_PART = rf"early|mid|late|{'|'.join(_SEASONS)}|{'|'.join(_MONTHS)}|(?:first|second|third|fourth)[ -]quarter|q[1-4]"


def _time(name: str) -> str:
    """The pattern of a year with what may stand before it, under names that begin with `name`."""
    return rf"(?:(?P<{name}day>\d{{1,2}}) )?(?:the )?(?:(?P<{name}part>{_PART})(?: of|-|,)? ?)?(?P<{name}year>(?:19|20)\d\d)"


_TO = re.compile(rf"\b(?:between|from)\b (?:the )?{_time('a')}\b.*?\b(?:and|to|until|till|up to|through)\b (?:the )?{_time('b')}\b", re.I)
_AROUND = re.compile(rf"\b(?P<way>in|during|for|of|throughout|since|after|from|before|until|till|by|up to|through) "
                     rf"(?:the )?(?:end of |start of )?(?<!fiscal ){_time('a')}\b", re.I)
_NAMED = re.compile(r"\b(?P<which>last|this|past) (?P<unit>week|month|quarter|year)\b", re.I)


def window(question: str, today: date) -> Window | None:
    """The time that `question` is about, None where it names none; "last quarter" counts from `today`."""
    both = _TO.search(question)
    if both:
        return Window(both.group(), _span(both, "a")[0], _span(both, "b")[1])
    found = _AROUND.search(question)
    if found:
        first, last = _span(found, "a")
        way = found["way"].lower()
        if way in ("since", "after", "from"):
            return Window(found.group(), first if way != "after" else last)
        if way in ("before", "until", "till", "by", "up to", "through"):
            return Window(found.group(), None, first if way == "before" else last)
        return Window(found.group(), first, last)
    named = _NAMED.search(question)
    return Window(named.group(), *_named(named["which"].lower(), named["unit"].lower(), today)) if named else None


def windows(question: str, today: date) -> list[Window]:
    """The times that `question` names one after the other, each as a span; none where it names but one, or one that goes from … to."""
    found = [] if _TO.search(question) else [Window(each.group(), *_span(each, "a")) for each in _AROUND.finditer(question)]
    return found if len(found) > 1 else []


def _span(found: re.Match[str], which: str) -> tuple[date, date]:
    """The first and the last day of a time as a question writes it."""
    year, part, day = int(found[f"{which}year"]), (found[f"{which}part"] or "").lower(), found[f"{which}day"]
    if part in _MONTHS:
        month = _MONTHS.index(part) + 1
        last = monthrange(year, month)[1]
        return (date(year, month, min(int(day), last)),) * 2 if day and int(day) > 0 else (date(year, month, 1), date(year, month, last))
    quarter = _ORDINALS.get(re.split("[ -]", part)[0]) if part else None
    first, last = ((3 * quarter - 2, 3 * quarter) if quarter else _SEASONS.get(part) or _PARTS.get(part) or (1, 12))
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _named(which: str, unit: str, today: date) -> tuple[date, date]:
    """The week, month, quarter or year that is under way, or the one before it."""
    if unit == "week":
        start = today - timedelta(today.weekday())
        return (start, today) if which == "this" else (start - timedelta(7), start - timedelta(1))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    start = date(today.year, (today.month - 1) // months * months + 1, 1)
    if which == "this":
        return start, today
    end = start - timedelta(1)
    return date(end.year, (end.month - 1) // months * months + 1, 1), end
