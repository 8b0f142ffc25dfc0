"""Sentence → the figures in it: how much, of what, and how exactly it is said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longhaul.ingest.words import STOP, stem, words

_SCALE = {"thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12}
_WORDS = {word: n for n, word in enumerate("two three four five six seven eight nine ten eleven twelve".split(), 2)} | {"dozen": 12}
_OVER = r"more than|at least|over|above|upwards of|no less than|exceed(?:s|ed|ing)?|passed|topped"
_UNDER = r"up to|less than|under|below|at most|fewer than|as (?:much|many) as|no more than"
_NEARLY = r"nearly|almost|close to|just under"
_ABOUT = r"about|around|roughly|approximately|some|an estimated"
_FIGURE = re.compile(
    rf"(?<![\w.-])(?:(?P<how>{_OVER}|{_UNDER}|{_NEARLY}|{_ABOUT}|(?P<two>between)) )?(?P<money>[$€£¥]|[A-Z]{{1,2}}\$)? ?"
    rf"(?P<one>\d[\d,]*(?:\.\d+)?|\b(?:{'|'.join(_WORDS)})\b)"
    rf"(?:(?: to |–|-|(?(two) and | to ))(?:[$€£¥])?(?P<other>\d[\d,]*(?:\.\d+)?))?"
    rf" ?(?P<scale>{'|'.join(_SCALE)})?\b ?(?P<share>%|per ?cent\b)?", re.I)
_PLAIN_YEAR = re.compile(r"(?:19|20)\d\d")
_CALENDAR = re.compile(r"(?:January|February|March|April|May|June|July|August|September|October|November|December|days?|weeks?|months?|"
                       r"years?|hours?|minutes?|times|st|nd|rd|th)\b", re.I)
_NOUNS = 3  # words behind a number that may say what it counts
# Words that end the noun a number counts: verbs are not told from nouns, but these stand behind it so often.
_ENDS = STOP | frozenset("which according".split())


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a sentence, which lies between `low` and `high`; `unit`: a currency, "%" or "" for a number of things; `of`: the stems of
    the noun that it counts, its head last; `text[start:end]` is the figure."""

    low: float
    high: float
    unit: str
    of: tuple[str, ...]
    start: int
    end: int

    def agrees(self, other: Figure) -> bool:
        """Whether both can be true."""
        return self.low <= other.high and other.low <= self.high


def figures(text: str) -> list[Figure]:
    """The figures of a sentence; days, years and lengths of time are none."""
    found = []
    for match in _FIGURE.finditer(text):
        unit = "%" if match["share"] else (match["money"] or "")
        end = match.start() + len(match.group().rstrip())
        behind = text[end:]
        year = not match["scale"] and _PLAIN_YEAR.fullmatch(match["one"])
        if not unit and (year or re.match(r"[-\w]", behind) or _CALENDAR.match(behind.lstrip(" -"))):
            continue
        of = () if unit else _counted(behind)
        if not unit and not of:
            continue
        low, high = _between(match)
        found.append(Figure(low, high, unit, of, match.start(), end))
    return found


def _counted(behind: str) -> tuple[str, ...]:
    """The stems of the noun that stands behind a number."""
    phrase = re.match(rf" ?(?:(?:new|more|other|further) )*((?:[a-zA-Z][\w-]*(?: (?=[a-zA-Z]))?){{1,{_NOUNS}}})", behind)
    kept: list[str] = []
    for word in words(phrase[1]) if phrase else ():
        if word in _ENDS:
            break
        kept.append(stem(word))
    return tuple(kept)


def _between(match: re.Match[str]) -> tuple[float, float]:
    """The least and the most that a figure can mean, as exactly as it is written."""
    scale = _SCALE.get((match["scale"] or "").lower(), 1.0)
    one, how = match["one"].lower(), (match["how"] or "").lower()
    value, step = _read(one, scale)
    if match["other"]:
        other = _read(match["other"], scale)[0]
        return min(value, other), max(value, other)
    low, high = value - step / 2, value + step / 2
    if re.fullmatch(_OVER, how):
        return low, float("inf")
    if re.fullmatch(_UNDER, how):
        return 0.0, high
    if re.fullmatch(_NEARLY, how):
        return low * 0.9, high
    if re.fullmatch(_ABOUT, how):
        return min(low, 0.97 * value), max(high, 1.03 * value)
    return low, high


def _read(number: str, scale: float) -> tuple[float, float]:
    """A number and its last written place that is no zero at the end of a whole one."""
    if number in _WORDS:
        return float(_WORDS[number]), 0.0
    plain = number.replace(",", "")
    decimals = len(plain.partition(".")[2])
    zeros = len(plain) - len(plain.rstrip("0")) if "." not in plain else 0
    return float(plain) * scale, scale * 10.0 ** (zeros - decimals) if zeros or decimals or scale > 1 else 0.0
