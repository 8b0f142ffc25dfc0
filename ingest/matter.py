"""Sentence → what it is about, so far as two tellings of one thing can be compared: its figures and its words."""

from __future__ import annotations

import re
from functools import lru_cache

from .lexicon import DAYS, MONTHS
from .words import STOP

COPY = 0.75  # the share of words in common from which one sentence is a copy of another
_ENDS = 5  # words at either end of a sentence, by which its copies are looked for
_STEM = 6  # letters of a word that count: cheap, and enough to see the same word in "contracts" and "contracted"

_BESIDE = "\"'“”‘’.,;:!?()[]…–—-"
_DIGITS = re.compile(r"(\d[\d,]*(?:\.\d+)?)(?:[ -]?(%|[Pp]er ?cent|(?:tr|b|m)illion|thousand|tn|bn|mn|[tbmk]|[TBMK]|cents?)(?!\w))?")
_SPELT = re.compile(r"\b(half a dozen|half|a dozen|dozen|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|an?)"
                    r"(?:[ -](third|quarter|fifth|tenth)s?\b|( in ten)\b|(?: an?)?[ -](percent|per cent|(?:tr|b|m)illion|cents?)\b)", re.I)
_COUNTS = {word: n for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)} | {
    "half": 0.5, "dozen": 12, "a dozen": 12, "half a dozen": 6, "a": 1, "an": 1}
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_UNITS = {"t": 1e12, "b": 1e9, "m": 1e6, "k": 1e3, "thousand": 1e3, "cent": 0.01, "cents": 0.01}
_SPELT_UNITS = ("illion", " cent", "-cent", "percent", "third", "quarter", "fifth", "tenth", " in ten")
_EMPTY: frozenset[str] = frozenset()
_NO_WORD = frozenset([""])

_WEAK = STOP | {word.lower() for word in MONTHS | DAYS} | frozenset(
    "million billion trillion percent per cent cents year years quarter company companies".split())
# Words that most articles of the trade have, and verbs of saying: in common they say little.
COMMON = frozenset(word[:_STEM] for word in (
    "ai fiber fibre network data revenue connect customer cloud center centre share site switch optics optical business time new link "
    "sale sales deal product operator market carrier service figure first second earlier report call describe announce expect plan name "
    "show argue add added give told writes spoke think thinks firm group chief executive ceo analyst people today week month").split())


@lru_cache(maxsize=10_000)
def words(text: str) -> frozenset[str]:
    """What counts of the words of a sentence or title."""
    return frozenset(map(stem, text.replace("-", " ").split())) - _NO_WORD


def names(text: str) -> frozenset[str]:
    """The words of a sentence with a capital that carry meaning."""
    found = (word.strip(_BESIDE).removesuffix("'s").removesuffix("’s") for word in text.split())
    return frozenset(word for word in found if word[:1].isupper() and word.lower() not in STOP)


@lru_cache(maxsize=10_000)
def ends(text: str) -> tuple[int, int] | tuple[()]:
    """Numbers for the first and for the last words of a sentence, of which its copies share one; none for a short one."""
    found = text.lower().split()
    return (hash(tuple(found[:_ENDS])), hash(tuple(found[-_ENDS:]))) if len(found) > _ENDS else ()


def copies(one: str, other: str) -> bool:
    """Whether one sentence is the other but for a few words: with the same figures, and no other name."""
    if figures(one) != figures(other) or share(words(one), words(other)) < COPY:
        return False
    return names(one) <= names(other) or names(one) >= names(other)


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of all words that two sets have in common, from 0 to 1."""
    both = len(one & other)
    return both / max(1, len(one) + len(other) - both)


def weight(common: frozenset[str]) -> float:
    """What words in common tell: 1 each, a quarter where most articles have them."""
    return len(common) - 0.75 * len(common & COMMON) if common else 0


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """What counts of a word as it stands in a text; "" where that carries no meaning."""
    plain = word.strip(_BESIDE).lower().removesuffix("'s").removesuffix("’s")
    return "" if plain in _WEAK or len(plain) < 2 or any(char.isdigit() for char in plain) else plain[:_STEM]


@lru_cache(maxsize=10_000)
def figures(text: str) -> frozenset[str]:
    """The salient figures of a sentence in one form: "half a billion" is 500000000, "two-fifths" 40%, "31 cents" 0.31.

    Years, and what is no more than 31 without a unit, are not salient: days and small counts are the same everywhere.
    """
    found: set[str] = set()
    for digits, unit in _DIGITS.findall(text):
        value = float(digits.replace(",", ""))
        if unit:
            found.add(_scaled(value, unit.lower()))
        elif value > 31 and ("," in digits or not 1980 <= value < 2050) or value != int(value):
            found.add(f"{value:.10g}")
    if any(unit in text for unit in _SPELT_UNITS):
        for count, part, ten, unit in _SPELT.findall(text):
            value = _COUNTS[count.lower()]
            found.add(f"{100 * value / (_PARTS[part.lower()] if part else 10):.0f}%" if part or ten else _scaled(value, unit.lower()))
    return frozenset(found) if found else _EMPTY


def _scaled(value: float, unit: str) -> str:
    if unit[0] in "%p":
        return f"{value:g}%"
    return f"{value * (_UNITS.get(unit) or _UNITS[unit[0]]):.10g}"
