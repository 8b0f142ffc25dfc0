"""Text for people, whatever the door: cleaned of what a screen would obey, and ages in words."""

from __future__ import annotations

import re
from datetime import date

# Control characters but tab and line feed; marks that turn the direction of what follows (UAX #9); line separators; halves of
# surrogate pairs.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")

# What a basis is called beside a statement; what is reported needs no word.
LABELS = {"company": "company’s claim", "opinion": "opinion", "forecast": "forecast", "question": "open question"}

# What a verdict says, in words.
MEANS = {"wins": "what speaks for it prevails", "loses": "what speaks against it prevails, and at least half of that is reported",
         "pressured": "what speaks against it prevails, but less than half of that is reported", "mixed": "both sides carry weight",
         "unclear": "too little weight on either side"}


def basis_label(basis: str) -> str:
    """A basis in words."""
    return LABELS.get(basis, basis)


def written(day: date | None) -> str:
    """A day as people write it: "3 February 2026"."""
    return f"{day.day} {day:%B} {day.year}" if day else "undated"


def counted(count: int, noun: str) -> str:
    """A number and its noun: "3 claims", "1 origin"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def clean(text: str) -> str:
    """`text` with the characters that steer a terminal or turn the direction of writing made visible (␛, <U+202E>)."""
    return _CONTROL.sub(_picture, text.replace("\r\n", "\n"))


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"<U+{code:04X}>"


def age(day: date, as_of: date) -> str:
    """How long before (or after) `as_of` a day was, in plain words: "7 months ago"."""
    early, late = sorted((day, as_of))
    days = (late - early).days
    months = (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day)
    if days < 2:
        return "today" if days == 0 else "yesterday" if day < as_of else "tomorrow"
    count, unit = (days, "day") if days < 14 else (days // 7, "week") if months < 2 else \
        (months, "month") if months < 24 else (months // 12, "year")
    words = f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{words} ago" if day < as_of else f"in {words}"
