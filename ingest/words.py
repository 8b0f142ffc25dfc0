"""Text → terms: the one definition of a word, for the lexical index and for scoring sentences."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

_own = threading.local()  # a stemmer holds the word it works on: each thread has one of its own

_WORD = re.compile(r"\d+(?:[.,:]\d+)*[^\W\d_]*|[^\W\d_]+(?:[&+'’][^\W\d_]+)*\d*")

_QUARTER = re.compile(r"\bQ([1-4])\b")
_SHORT_SUM = re.compile(r"([$€£¥]\s?\d[\d.,]*)\s?(bn|b|mn|m|tn)\b", re.I)
_SUMS = {"b": "billion", "m": "million", "t": "trillion"}
_ORDINALS = ("first", "second", "third", "fourth")

# British spellings fold into American ones, so that either finds the other.
_FOLDS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in [
        (r"^(fib|cent|met|lit|theat)re(s?)$", r"\1er\2"), (r"^(.*met)re(s?)$", r"\1er\2"),
        (r"(col|fav|lab|rum|neighb|behavi|harb|hon|vap|arm)our", r"\1or"),
        (r"is(e[ds]?|ing|ation|ations|er|ers)$", r"iz\1"), (r"ys(e[ds]?|ing)$", r"yz\1"),
        (r"^(.*)ogue(s?)$", r"\1og\2"), (r"^programme(s?|d)$", r"program\1"),
        (r"^(licen|defen|offen|preten)ce", r"\1se"), (r"^cheque", "check"),
        (r"^(travel|model|signal|label|cancel|fuel|total|channel|level)l(ed|ing|er)", r"\1\2"),
        (r"^judgement", "judgment"), (r"^grey", "gray"), (r"^tonne", "ton"),
    ]
]
# Words that the pattern "-ise" must leave alone.
_PLAIN = frozenset("advise advised advises rise rises rising wise otherwise likewise enterprise enterprises premise premises "
                   "exercise exercises exercised surprise surprised surprises surprising promise promised promises raise "
                   "raised raises raising praise praised noise expertise franchise precise concise disguise compromise "
                   "supervise televise arise arises arising revise revised revises comprise comprises comprised merchandise "
                   "cruise paradise treatise devise devised browse".split())

STOP = frozenset("""a about above after again all also although am an and any are as at be became because been before being
below between both but by can could did do does doing done down during each either else ever every for from further get
gets getting given had has have having he her here hers him his how i if in into is it its itself just let like made make
makes making many may me might more most much must my no nor not now of off on once one only or other our out over own per
put rather said same say saying says shall she should since so some still such take taken than that the their them then
there these they this those through to together too took toward towards under until up upon us use used using very was we
were what when where whether which while who whom whose why will with within without would yet you your""".split())


def words(text: str) -> list[str]:
    """The words of `text` in order, lower-case, without accents, in American spelling, unstemmed."""
    return [_fold(match.group()) for match in _WORD.finditer(_SHORT_SUM.sub(_sum, _QUARTER.sub(_quarter, text)))]


def terms(text: str) -> list[str]:
    """The stems of the words of `text`, in order, without stop words (Snowball's English stemmer)."""
    return [stem(word) for word in words(text) if word not in STOP]


def _sum(match: re.Match[str]) -> str:
    return f"{match.group(1)} {_SUMS[match.group(2)[0].lower()]}"


def _quarter(match: re.Match[str]) -> str:
    return f"{_ORDINALS[int(match.group(1)) - 1]} quarter"


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of one word as `words` gives it; figures stay as they are."""
    if any(char.isdigit() for char in word):
        return word
    if not hasattr(_own, "stemmer"):
        import snowballstemmer

        _own.stemmer = snowballstemmer.stemmer("english")
    return _own.stemmer.stemWord(word)


@lru_cache(maxsize=100_000)
def _fold(word: str) -> str:
    word = word.lower().replace("’", "'")
    word = word.removesuffix("'s").replace("'", "")
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if word in _PLAIN or len(word) < 5:
        return word
    for pattern, replacement in _FOLDS:
        word = pattern.sub(replacement, word)
    return word
