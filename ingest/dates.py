"""Words → the day that a sentence gives for what it tells."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

_MONTH = (r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
          r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)")
_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_LEAD = r"(?:in|since|by|until|till|from|during|for|of|before|after|through|early|mid|late|end of|back in|[Ii]n|[Ss]ince|[Bb]y|[Dd]uring)"
_ORDINAL = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in (
    ("fiscal", rf"\b[Ff]iscal(?:[ -](?:first|second|third|fourth|year|quarter|Q[1-4]|of|in))*(?:[ ,-]+{_YEAR})?\b"
               rf"|\bFY ?(?:{_YEAR}|\d\d)\b"
               rf"|\b(?:first|second|third|fourth)[ -]quarter of (?:its |the )?fiscal(?:[ -]year)?(?: {_YEAR})?\b"),
    ("quarter", rf"\b(first|second|third|fourth|1st|2nd|3rd|4th)[ -]quarter\b(?:(?: of|,)? ({_YEAR})\b)?"),
    ("quarter", rf"\bQ([1-4])\b(?:(?: of|,)? ({_YEAR})\b)?"),
    ("half", rf"\b(first|second) half(?: of ({_YEAR})\b)?|\bH([12])\b(?: ({_YEAR})\b)?"),
    ("named", r"\b(?:today|yesterday|(?:last|this|next) (?:week|month|year|quarter)|(?:\d+|one|two|three|four|five|six|a|an) "
              r"(?:day|week|month|year)s? ago)\b"),
    ("day", rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?![\d–-]))(?:,? {_YEAR}\b)?"),
    ("day", rf"\b{_YEAR}-\d\d-\d\d\b"),
    ("month", rf"\b{_MONTH},? {_YEAR}\b"),
    ("month", rf"\b{_LEAD}[ -](?P<bare>{_MONTH})(?!\w| \d)"),
    ("weekday", r"\b[Oo]n (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"),
    ("year", rf"\b(?:{_LEAD}|calendar|the year)[ -](?:the end of |the year )?(?P<year>{_YEAR})\b"),
)]


def event_date(sentence: str, today: date | None, near: int = 0, ahead: bool = False) -> date | None:
    """The day that `sentence` itself gives, of a week, month, quarter or year the last one; None where it gives none.

    `today`: the day the article tells of; without it only what is dated in full counts. Of several the one nearest to the
    character `near` counts. `ahead`: a month or quarter without its year is the coming one, not the last. A period that is
    under way ends today, unless it is looked `ahead` at. A fiscal quarter gives no day: nobody says when that year begins.
    """
    found: list[tuple[int, int, date | None]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(sentence):
            if not any(start < match.end() and match.start() < end for start, end, _ in found):
                try:
                    day = _last_day(kind, match, today, ahead)
                except (OverflowError, ValueError):  # before the first day of the calendar, or after its last
                    day = None
                found.append((*match.span(), day))
    return min((hit for hit in found if hit[2]), key=lambda hit: (abs(hit[0] - near), hit[0]), default=(0, 0, None))[2]


def _last_day(kind: str, match: re.Match[str], today: date | None, ahead: bool) -> date | None:
    words = match.group()
    if kind == "fiscal":
        return None
    if kind == "weekday":
        day = ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun").index(match[1])
        return today + timedelta((day - today.weekday()) % 7 - (0 if ahead or today.weekday() == day else 7)) if today else None
    if kind in ("quarter", "half"):
        number, year = [group for group in match.groups() if group] + [None] * (2 - sum(group is not None for group in match.groups()))
        months = 3 if kind == "quarter" else 6
        month = _ORDINAL.get(number) or int(number)
        return _period(months, month * months, int(year) if year else None, today, ahead)
    if kind == "year":
        return _cut(date(int(match["year"]), 1, 1), date(int(match["year"]), 12, 31), today, ahead)
    if words.endswith("quarter"):
        return _near_quarter(words.split()[0], today, ahead)
    if kind == "month" and match.groupdict().get("bare"):
        words = match["bare"]
    day = _parsed(words, today, ahead)
    if day is None or kind == "day":
        return day
    if kind == "month" or words.endswith("month"):
        return _cut(day.replace(day=1), _month_end(day), today, ahead)
    if words.endswith("week"):
        monday = day - timedelta(day.weekday())
        return _cut(monday, monday + timedelta(6), today, ahead)
    if words.endswith("year"):
        return _cut(date(day.year, 1, 1), date(day.year, 12, 31), today, ahead)
    return day


def _period(months: int, last_month: int, year: int | None, today: date | None, ahead: bool) -> date | None:
    """The end of the quarter or half year that ends with `last_month`."""
    if year is None and today is None:
        return None
    chosen = year or today.year
    if year is None:
        last = _month_end(date(chosen, last_month, 1))
        chosen += 1 if ahead and last < today else -1 if not ahead and last > today else 0
    return _cut(date(chosen, last_month - months + 1, 1), _month_end(date(chosen, last_month, 1)), today, ahead)


def _near_quarter(which: str, today: date | None, ahead: bool) -> date | None:
    if today is None:
        return None
    number = today.year * 4 + (today.month - 1) // 3 + {"last": -1, "this": 0, "next": 1}[which]
    year, quarter = divmod(number, 4)
    return _period(3, quarter * 3 + 3, year, today, ahead)


def _cut(first: date, last: date, today: date | None, ahead: bool) -> date:
    return today if today and not ahead and first <= today <= last else last


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@lru_cache(maxsize=10_000)  # a sentence is asked about for each of its claims, and by who wants to know when something was said
def _parsed(words: str, today: date | None, ahead: bool) -> date | None:
    """What dateparser reads; None where it needs the article's day and there is none."""
    if today is None and not re.search(_YEAR, words):
        return None
    base = datetime(today.year, today.month, today.day) if today else datetime(2000, 1, 1)
    numbers = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
    plain = " ".join(numbers.get(word, word) for word in words.replace("Sept ", "Sep ").split())
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "future" if ahead else "past", "PREFER_DAY_OF_MONTH": "first",
                "RETURN_AS_TIMEZONE_AWARE": False}
    found = _parser()(plain, languages=["en"], settings=settings)
    return found.date() if found else None


@lru_cache(maxsize=1)
def _parser() -> Any:
    from dateparser import parse

    return parse
