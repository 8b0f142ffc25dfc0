"""Sentence → what it rests on, as a short label: who says it, and on which day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from . import speech
from .companies import Companies
from .dates import event_date
from .types import Press, Source
from .voices import ARTICLE, PRESS, Reader, Voice

REACH = 2000  # characters before a sentence in which it may say who speaks
_LONGEST = 1000  # characters of a sentence: longer ones are tables and lists

_PLAIN = str.maketrans("\n\t\r\u00a0\u202f\u2019\u02bc\u2011\u2010", "     ''--")
_KEPT = {code: plain for code, plain in _PLAIN.items() if code != ord("\n")}  # a blank line ends a paragraph
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_PERIOD = re.compile(r"\bquarter|\bQ[1-4]\b|\bhalf\b|\b[Ff]iscal|\bFY")
_HEAD = re.compile(r"(?:In|On|At|Since|Late|Early|Back)\b[^,]{0,30}")

Days = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """A label taken apart. `to`: the paper that was told alone; `days`: the first and last as ordinals, (0, 0) where it has none.

    `full`: its names, their initials too; `parts`: the first and last words of those of several words.
    """

    text: str
    name: str
    to: str
    days: Days
    names: tuple[str, ...]
    full: frozenset[str]
    parts: frozenset[str]

    def meets(self, other: Label) -> bool:
        """Whether both may be the same authority."""
        return not (self.full.isdisjoint(other.full) and self.full.isdisjoint(other.parts) and self.parts.isdisjoint(other.full))


def attributed(sentence: str, before: str, source: Source, companies: Companies) -> str:
    """What the sentence says it rests on: "Verizon 2025-11-03", "Jane Roe of Hartwell 2026-02-10"; the article's own where it is silent.

    What a company told one paper alone is "Verizon to Fierce Network 2025-11-03". A month or year stands where there is no day.
    `before`: the text before the sentence, of which the last REACH characters count.
    """
    return _attributed(sentence[:_LONGEST], before[-REACH:], source, companies)


@lru_cache(maxsize=64)  # a sentence is asked about once for each of its actors
def _attributed(sentence: str, before: str, source: Source, companies: Companies) -> str:
    text = sentence.translate(_PLAIN)
    papers = [(name, press(report, source)) for report in source.sources if (name := publisher(report.publisher))]
    reader = Reader(source, companies, publisher(source.publisher), papers)
    voice = reader.voice(text, before.replace("\r\n", "\n").translate(_KEPT))
    if voice.rank == ARTICLE:
        return own(source)
    if voice.rank == PRESS:
        return voice.name
    return f"{voice.name}{f' to {voice.to}' if voice.to else ''} {_when(text, voice, source)}".rstrip()


def own(source: Source) -> str:
    """The label of what an article says on its own: its publisher and day; its id where nobody published it."""
    return f"{publisher(source.publisher)} {source.known}" if source.publisher and source.known else source.id


def press(report: Press, source: Source) -> str:
    """The label of a report that `source` digests, the very one of that report's own article; without its day the digest's month."""
    day = str(report.date) if report.date else f"{source.known:%Y-%m}" if source.known else ""
    return f"{publisher(report.publisher)} {day}".rstrip()


def judges(text: str) -> bool:
    """Whether a sentence speaks of its writer, or asks: a judgement of the article's own."""
    return bool(speech.SELF.search(speech.masked(text.translate(_PLAIN))))


@lru_cache(maxsize=20_000)
def silent(text: str) -> bool:
    """Whether nobody speaks in a sentence: nobody is said to say it, and no people are told of."""
    plain = speech.masked(text.translate(_PLAIN))
    return not (speech.SAYING.search(plain) or speech.CITED.search(plain) or speech.SELF.search(plain))


@lru_cache(maxsize=10_000)
def publisher(name: str | None) -> str:
    """Whose report it is: "Dunya News (Reuters)" and "Reuters via Yahoo" are Reuters, "Lumen (SEC exhibit)" is Lumen; "" for nobody."""
    plain = (name or "").translate(_PLAIN)
    inner = re.search(r"\(((?:[A-Z][\w.&'-]*)(?: (?:[A-Z][\w.&'-]*|of))*)\)", plain)
    return inner.group(1) if inner else re.sub(r"\s*\(.*?\)|\s+via .*", "", plain).strip()


@lru_cache(maxsize=20_000)
def parsed(label: str) -> Label:
    """Takes a label apart."""
    name, _, day = label.rpartition(" ")
    if not name or not _DAY.fullmatch(day):
        return Label(label, label, "", (0, 0), *_keys(label))
    year, month = int(day[:4]), int(day[5:7] or 0)
    try:
        first = date(year, month or 1, int(day[8:] or 1))
        last = first if day[8:] else date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:  # no day of the calendar
        return Label(label, label, "", (0, 0), *_keys(label))
    name, _, to = name.partition(" to ")
    return Label(label, name, to, (first.toordinal(), last.toordinal()), *_keys(name))


@lru_cache(maxsize=10_000)
def _keys(name: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    if name == name.lower():  # "attorneys general": each word
        return (name,), frozenset(word for word in name.split() if len(word) > 2), frozenset()
    names = [each.removeprefix("The ") for whole in name.split(", ") for each in dict.fromkeys([whole, *whole.split(" of ")])]
    initials = ("".join(re.findall(r"\b[A-Z]", each)) for each in names)
    full = frozenset(each.lower() for each in [*names, *initials] if len(each) > 1)
    ends = (word.lower() for each in names if " " in each for word in (each.split()[0], each.split()[-1]))
    return tuple(dict.fromkeys(names)), full, frozenset(word for word in ends if len(word) > 2)


def _when(text: str, voice: Voice, source: Source) -> str:
    """The day on which it was said: the one that stands by the verb or at the head of the sentence, else the article's."""
    today = source.date or source.published
    if not today:
        return ""
    head, (start, end) = _HEAD.match(text), voice.near
    near = f"{head.group() if head else ''} … {speech.masked(text)[max(0, start):end]}"
    given = event_date(near, today) if not _PERIOD.search(near) else None
    if given and given.toordinal() < today.toordinal() - 3:
        last = given.day == monthrange(given.year, given.month)[1]
        return f"{given:%Y}" if last and given.month == 12 and "Dec" not in near else f"{given:%Y-%m}" if last else str(given)
    if given and given <= today:
        return str(given)
    return f"{today:%Y-%m}" if voice.monthly else str(today)
