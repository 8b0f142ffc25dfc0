"""What the evidence lacks of what is asked: a period, a thing."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Sequence

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
# Words that are no thing that could be missing.
_LIGHT = frozenset(map(stem, """two three first second third one bring brought trying try set aside let letting belong belonged get put turn
turned keep kept read end began begin full new old own actually still yet ever now next last apart besides made make making take took stand
stood seem seems spot behind away far near got getting done doing go went come came lot bit kind sort mix mixing""".split()))
_BEST = 3  # sentences that answer best, in which a period or a thing is looked for
_WORDS = 4  # of the name of a thing


def period_lack(scorer: Scorer) -> float | None:
    """The share of the periods asked for that no sentence among the best is on; None where none is asked for."""
    asked = _periods(scorer.asked.text)
    if not asked:
        return None
    return 1 - max((len(asked & _periods(_told(candidate))) / len(asked) for candidate in _best(scorer)), default=0.0)


def named_lack(scorer: Scorer, focus: Sequence[str], actors: Sequence[str]) -> str:
    """What the evidence lacks, in the words of the question: the period that none of the best sentences is on, else the things that none
    speaks of, else what is asked of `actors`; `focus`: the stems of what is asked about the names."""
    best = _best(scorer)
    periods = [match.group().strip() for match in _PHRASE.finditer(scorer.asked.text)]
    absent = [period for period in periods if not any(_periods(period) <= _periods(_told(candidate)) for candidate in best)]
    wanted = [term for term in focus if term not in FILLER and term not in _LIGHT]
    open_ = {term for term in wanted if not any(scorer.holds(candidate.around, term) for candidate in best[:2])}
    if not open_ and not absent and wanted:
        open_ = {max(wanted, key=lambda term: scorer.weight[term])}
    things = [f"“{thing}”" for thing in list(dict.fromkeys(_runs(scorer.asked.text, open_)))[:2]]
    told = " or ".join(things) or "this"
    return told + (f" of {actors[0]}" if actors else "") + (f" for {absent[0]}" if absent else "") if things or absent else ""


def _runs(text: str, open_: set[str]) -> list[str]:
    """The words of a question that stand together around stems of `open_`, as it writes them."""
    found: list[list[str]] = [[]]
    for word in re.findall(r"[^\s,;:?!()“”\"]+", text):
        stems = {stem(each) for each in words(word)}
        if stems & open_ and len(found[-1]) < _WORDS:
            found[-1].append(word.strip(".'’"))
        elif found[-1]:
            found.append([])
    return [" ".join(run) for run in found if run]


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
