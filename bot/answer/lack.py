"""What the evidence lacks of what is asked: a period, a thing."""

from __future__ import annotations

import math
import re
from calendar import month_name
from collections.abc import Sequence
from dataclasses import dataclass

from longhaul.ingest.words import stem, words

from .phrases import FILLER
from .score import Candidate, Scorer

_ORDINAL = {"1": "first", "2": "second", "3": "third", "4": "fourth"}
_MONTH = "|".join(month_name[1:])
_QUARTER = r"(?:first|second|third|fourth)[ -](?:quarter|half)"
_PERIOD = re.compile(rf"\b(?:{_QUARTER}|Q[1-4]|H[12]|(?:19|20)\d\d|{_MONTH})\b")
# A period as a question writes it, from its first word to its year.
_PHRASE = re.compile(rf"\b(?:(?:the )?(?:fiscal )?{_QUARTER}|Q[1-4]|H[12]|{_MONTH})?(?:,? of)?(?: fiscal)? ?(?:19|20)\d\d\b|"
                     rf"\b(?:the )?{_QUARTER}\b|\bQ[1-4]\b")
# What stands before a thing: an article, an owner, a preposition, a question word, a number. What stands elsewhere is an act.
_BEFORE_THING = frozenset("""a an the its their his her any some each every no of in for on to from with by at as about than into
between over under across what which whose many much how and or all other new own first more most""".split())
# The quantity that a question asks for, by its own words.
_ENDS = r"(?:of|the|a|its|do|does|did|is|are|was|were|has|have|had|will|would|can|could)\b"
_QUANTITY = re.compile(r"\b(?:how (?:long|often|far)|(?:how (?:many|much)|what|which)"
                       r"(?: (?:kind|sort|type|amount|number) of| of (?:its|the|their))?"
                       rf"(?: (?!{_ENDS})[a-z-]+){{1,3}}?)(?= {_ENDS}| [A-Z])")
_WHO = ("name", "person", "place")
_CLAUSE = re.compile(r"(?:who|whom|whose|which|where)\b[^,?]{3,50}?(?= (?:that|which|whose|where|when|for|in|at|on|from|to)\b|[,?]|$)")
_ALIKE = 0.5  # cosine of two words from which one says what the other does
_BEST = 3  # sentences that answer best, in which a period or a thing is looked for
_COUNTED = ("number", "money", "share", "duration", "date")
_WORDS = 4  # of the name of a thing


def period_lack(scorer: Scorer) -> float | None:
    """The share of the periods asked for that no sentence among the best is on; None where none is asked for."""
    window = scorer.window
    text = scorer.asked.text.replace(window.words, " ") if window and not (window.since and window.until) else scorer.asked.text
    asked = _periods(text)
    if not asked:
        return None
    years = frozenset(filter(str.isdigit, asked))

    def on(told: frozenset[str]) -> float:  # a quarter of another year is another quarter
        return math.prod(len(each & told) / len(each) for each in (years, asked - years) if each)

    return 1 - max((on(_periods(_told(candidate))) for candidate in _best(scorer)), default=0.0)


def named_lack(scorer: Scorer, focus: Sequence[str], actors: Sequence[str]) -> str:
    """What the evidence lacks, in the words of the question: the period that none of the best sentences is on, else the things that none
    speaks of, else what is asked of `actors`; `focus`: the stems of what is asked about the names."""
    best = _best(scorer)
    periods = [match.group().strip() for match in _PHRASE.finditer(scorer.asked.text)]
    absent = [period for period in periods if not any(_periods(period) <= _periods(_told(candidate)) for candidate in best)]
    wanted = {term for term in focus if term not in FILLER}
    open_ = {term for term in wanted if not any(scorer.holds(candidate.around, term) for candidate in best[:2])}
    runs = _runs(scorer, wanted)
    told = " ".join(candidate.quote.text for candidate in best[:2])
    untold = [run for run in runs if run.terms & open_]
    things = [run for run in untold if run.thing]
    missing = [run for run in things if scorer.alike(run.text, told) < _ALIKE] or things or untold
    part = scorer.asked.parts[0]
    quantity = _QUANTITY.search(part.text[:1].lower() + part.text[1:]) if part.kind in _COUNTED else None
    acts = not any(run.thing for run in missing)
    if quantity and (acts or scorer.fits(best[0], part) < 1):
        missing = [_Run(quantity.group(), frozenset(), True), *(run for run in missing if run.thing and run.text not in quantity.group())]
    elif acts and part.kind in _WHO and (clause := _CLAUSE.match(part.text[:1].lower() + part.text[1:])):
        missing = [_Run(clause.group(), frozenset(), True)]
    if not missing and not absent and runs:
        missing = [max(runs, key=lambda run: max(scorer.weight[term] for term in run.terms))]
    quoted = [f"“{text}”" for text in list(dict.fromkeys(run.text for run in missing))[:2]]
    told = " or ".join(quoted) or "this"
    of = f" of {actors[0]}" if actors and actors[0] not in told else ""
    return told + of + (f" for {absent[0]}" if absent else "") if quoted or absent else ""


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that stand together in a question; `thing`: whether they stand where a thing does, and not an act."""

    text: str
    terms: frozenset[str]
    thing: bool


def _runs(scorer: Scorer, wanted: set[str]) -> list[_Run]:
    """The runs of words of a question that are asked for, as it writes them."""
    found: list[_Run] = []
    before, words_ = "", []
    for match in [*re.finditer(r"[^\s,;:?!()“”\"]+|[,;:?!]", scorer.asked.text), None]:
        word = match.group().strip(".'’") if match else ""
        if {stem(each) for each in words(word)} & wanted and len(words_) < _WORDS:
            words_.append(word)
            continue
        if words_:
            stems = frozenset(stem(each) for each in words(" ".join(words_))) & wanted
            thing = before.lower() in _BEFORE_THING or before.endswith(("'s", "’s")) or before.isdigit()
            found.append(_Run(" ".join(words_), stems, thing))
        before, words_ = word, []
    return found


def _best(scorer: Scorer) -> list[Candidate]:
    """The sentences that answer best; where names are asked about, of those that tell of one."""
    names = [term for term in scorer.asked.terms if term in scorer.asked.names and term.isalpha()]
    about = [each for each in scorer.candidates if scorer.covered(names, each.around) > 0] if names else []
    return sorted(about or scorer.candidates, key=scorer.score, reverse=True)[:_BEST]


def _told(candidate: Candidate) -> str:
    source = candidate.quote.source
    return f"{candidate.quote.text} {source.title} {source.date:%B %Y}" if source.date else f"{candidate.quote.text} {source.title}"


def _periods(text: str) -> frozenset[str]:
    """The years, quarters, halves and months that a text names, each written one way."""
    def plain(found: str) -> str:
        if found[0] in "QH" and found[1:].isdigit():
            return f"{_ORDINAL[found[1]]} {'quarter' if found[0] == 'Q' else 'half'}"
        return found.replace("-", " ").lower()

    return frozenset(plain(match.group()) for match in _PERIOD.finditer(text))
