"""Sentence → what two tellings of one thing can be compared by: its words and its figures."""

from __future__ import annotations

import re
from functools import lru_cache

from .lexicon import DAYS, MONTHS
from .words import STOP, terms

COPY = 0.75  # the share of words in common from which one sentence is a copy of another
_SAMPLED = 0.6  # the same of a few words as they stand, which is quickly seen
_ENDS = 5  # words at either end of a sentence, by which its copies are looked for

_BESIDE = "\"'“”‘’.,;:!?()[]…–—-"
_DIGITS = re.compile(r"([0-9](?<![\w.,-][0-9])[\d,]*+(?:\.\d+)?+)"
                     r"(?:[ -]?(%|[Pp]er ?cent|(?:tr|b|m)illion|thousand|tn|bn|mn|[tbmk]|[TBMK]|cents?)(?!\w))?(?![A-Z]|\w*\d)")
_SPELT = re.compile(r"\b(half a dozen|half|a dozen|dozen|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|an?)"
                    r"(?:[ -](third|quarter|fifth|tenth)s?\b|( in ten)\b|(?: an?)?[ -](percent|per cent|(?:tr|b|m)illion|cents?)\b)", re.I)
_TIMES = re.compile(r"\b(?:(two|three|four|five|six|ten)(?:[- ]?fold| times(?= (?:as|more|the|its|what|that|\w+er)\b))|"
                    r"(double|twice)|(tripl|trebl|thrice)|(quadrupl))", re.I)
_ONE_IN = re.compile(r"\b(one|two|three|four) (?:\w+ )?(?:in|out of) (?:every )?(three|four|five|six|seven|eight|ten)\b", re.I)
_COUNTS = {word: n for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)} | {
    "half": 0.5, "dozen": 12, "a dozen": 12, "half a dozen": 6, "a": 1, "an": 1}
_PARTED = (-25, -33, -50, -67, -75)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_UNITS = {"t": 1e12, "b": 1e9, "m": 1e6, "k": 1e3, "thousand": 1e3, "cent": 0.01, "cents": 0.01}
_SPELT_UNITS = ("illion", " cent", "-cent", "percent", "third", "quarter", "fifth", "tenth", " in ten")
_AMOUNT = re.compile(rf"\D{{0,3}}(?:{_DIGITS.pattern}|[\d.,]+)")
_YEAR = re.compile(r"20\d\d")
_NOTHING = frozenset([""])
_WEAK = STOP | {word.lower() for word in MONTHS | DAYS} | frozenset(
    "million billion trillion percent per cent cents year years quarter company companies".split())
# Words that most articles of the trade have, verbs of saying, and words of gain and loss, of which claims are made: in common they say
# little.
COMMON = frozenset(term for word in (
    "ai fiber network data revenue connect customer cloud center share site switch optics optical business time new link sale deal product "
    "operator market carrier service figure first second earlier report call describe announce expect plan name show argue add give tell "
    "write speak think firm group chief executive ceo analyst people today week month gain lose lost win lead rival compete competitor "
    "pressure ahead behind large largest big high rise rose raise grow grew growth fall fell cut cost buy sell offer provide build run put "
    "take become need face supply supplier vendor record end start begin keep unveil launch introduce present two three four").split()
    for term in terms(word))


@lru_cache(maxsize=20_000)
def words(text: str) -> frozenset[str]:
    """What counts of the words of a sentence or title."""
    return frozenset(map(term, text.replace("-", " ").split())) - _NOTHING


@lru_cache(maxsize=200_000)
def term(word: str) -> str:
    """What counts of a word as it stands in a text; "" where that carries no meaning."""
    plain = word.strip(_BESIDE).lower().removesuffix("'s").removesuffix("’s")
    if plain in _WEAK or len(plain) < 2 or any(char.isdigit() for char in plain) and (
            plain[-1] == "%" or _AMOUNT.fullmatch(plain) and not _YEAR.fullmatch(plain)):
        return ""
    return plain if any(char.isdigit() for char in plain) else next(iter(terms(plain)), "")


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
    sample = one.split()[::4]
    if sum(word in other for word in sample) < _SAMPLED * len(sample) or share(words(one), words(other)) < COPY:
        return False
    return figures(one) == figures(other) and (names(one) <= names(other) or names(one) >= names(other))


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of all words that two sets have in common, from 0 to 1."""
    both = len(one & other)
    return both / max(1, len(one) + len(other) - both)


@lru_cache(maxsize=20_000)
def figures(text: str) -> frozenset[float]:
    """The salient figures of a sentence: "half a billion" is 500000000, "two-fifths" 40% as -40, "31 cents" 0.31, "tripled"
    200% more.

    Years, and what is no more than 31 without a unit, are not salient: days and small counts are the same everywhere.
    """
    found: set[float] = set()
    for digits, unit in _DIGITS.findall(text):
        value = float(digits.replace(",", ""))
        if unit:
            found.add(_scaled(value, unit.lower()))
        elif value > 31 and ("," in digits or not 1980 <= value < 2050) or value != int(value):
            found.add(value)
    if any(unit in text for unit in _SPELT_UNITS):
        for count, part, ten, unit in _SPELT.findall(text):
            value = _COUNTS[count.lower()]
            whole = _PARTS[part.lower()] if part else 10
            found.add(-float(f"{100 * value / whole:.0f}") if part or ten else _scaled(value, unit.lower()))
    for count, *fixed in _TIMES.findall(text):  # tripled is 200% more
        found.add(-100.0 * (_COUNTS[count.lower()] if count else 2 + fixed.index(next(filter(None, fixed)))) + 100)
    for count, whole in _ONE_IN.findall(text):
        found.add(-float(f"{100 * _COUNTS.get(count.lower(), 1) / _COUNTS[whole.lower()]:.0f}"))
    return frozenset(found)


def _scaled(value: float, unit: str) -> float:
    """Shares are negative, so that 40% is not $40."""
    return -value if unit[0] in "%p" else value * (_UNITS.get(unit) or _UNITS[unit[0]])


def agree(one: frozenset[float], other: frozenset[float]) -> float:
    """How many of the figures are the same; half of one where one is but rounder."""
    both = one & other
    return len(both) + 0.5 * sum(any(_rounds(mine, its) for its in other - both) for mine in one - both)


@lru_cache(maxsize=50_000)
def _rounds(one: float, other: float) -> bool:
    """Whether one figure is the other but rounder: to its last digit that is no nought, or to a half, a third or a quarter."""
    if one * other <= 0 or not 0.91 < one / other < 1.1:
        return False
    last = [10.0 ** (int(f"{abs(each):.9e}"[-3:]) - len(f"{abs(each):.9e}"[:-4].replace(".", "").rstrip("0")) + 1) for each in (one, other)]
    return one in _PARTED or other in _PARTED or last[0] != last[1] and abs(one - other) < 0.6 * max(last)
