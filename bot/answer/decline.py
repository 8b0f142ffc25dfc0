"""Whether the evidence holds the answer at all."""

from __future__ import annotations

import math
from collections.abc import Iterable

from longhaul.ingest.words import terms

from .lack import period_lack
from .phrases import FILLER, LEFT_OUT, UNTOLD, UNTOLD_OF
from .question import Part, content
from .score import Candidate, Scorer
from .synonyms import synonyms

DECLINE = 0.29  # confidence below which the answer is refused
NEARBY = 0.4  # similarity to the question below which a passage is not shown as near

# How well an untold thing must cover what is asked, by itself and beside what its article does tell.
_SILENT, _TOLD = 0.28, 0.65
_ASKED, _CLOSE = 0.4, 0.5  # how much it counts that what was not told is what the question speaks of

# Logistic weights of the signs below, fitted on the questions of seeds/suites: tests/benchmarks/fit_decline.py.
_WEIGHTS = {"own": 1.42, "around": 1.62, "similarity": 4.14, "unknown": -1.32, "reason": 1.97, "broad": 1.81, "parts": 1.65,
            "period": -4.05, "dated": 0.47}
_BIAS = -4.19


def focus(scorer: Scorer, wanted: Iterable[str]) -> list[str]:
    """What is asked about the names: the words that are neither names nor filler, else all words."""
    wanted = list(wanted)
    return [term for term in wanted if term not in scorer.asked.names and term not in FILLER] or wanted


def confidence(scorer: Scorer) -> float:
    """How sure it is that the evidence holds the answer: 0 to 1."""
    total = _BIAS + sum(_WEIGHTS[name] * value for name, value in signs(scorer).items())
    return 1 / (1 + math.exp(-total))


def signs(scorer: Scorer) -> dict[str, float]:
    """What speaks for an answer in the evidence.

    own, around: how well the best sentence, alone or with its neighbours, covers what is asked, in an article that holds
    the names and with the kind of thing asked for; similarity: of the best sentence's chunk; unknown: whether
    the question names what no article does; reason, broad, parts: the form of the question; period: the share of the
    periods it asks for that the evidence is not on; dated: whether it asks for any.
    """
    wanted, part = focus(scorer, scorer.asked.terms), scorer.asked.parts[0]
    own = around = 0.0
    for candidate in scorer.candidates:
        fit = _named(scorer, candidate) * scorer.fits(candidate, part)
        own = max(own, fit * scorer.covered(wanted, candidate.own))
        around = max(around, fit * scorer.covered(wanted, candidate.around))
    period = period_lack(scorer)
    return {"own": own, "around": around, "similarity": scorer.best.similarity,
            "unknown": float(any(map(scorer.unheard, scorer.asked.names))),
            "reason": float(part.kind == "reason"), "broad": float(part.kind == "any"),
            "parts": float(len(scorer.asked.parts) > 1),
            "period": period or 0.0, "dated": float(period is not None)}


def untold(scorer: Scorer, part: Part) -> Candidate | None:
    """The sentence that says that the sources do not tell what `part` asks, or None.

    It must cover what is asked at least about as well as any sentence of its article that tells something.
    """
    if part.kind == "any":
        return None
    wanted = focus(scorer, part.terms)
    silent: dict[str, tuple[float, Candidate]] = {}
    told: dict[str, float] = {}
    for candidate in scorer.candidates:
        article = candidate.quote.source.id
        named = _named(scorer, candidate)
        telling, lacking = _split(candidate.quote.text)
        if telling:
            covered = scorer.covered(wanted, candidate.own if not lacking else frozenset(terms(telling)))
            told[article] = max(told.get(article, 0.0), named * covered * scorer.fits(candidate, part))
        asked = _asked(lacking, part, scorer.asked.names)
        if not lacking or part.kind in UNTOLD_OF and not UNTOLD_OF[part.kind].search(lacking):
            continue
        if article == scorer.best.quote.source.id or asked >= _CLOSE:
            silence = candidate.own if part.kind == "reason" else frozenset(terms(lacking))
            covered = named * scorer.covered(wanted, silence) + _ASKED * asked
            if covered >= max(_SILENT, silent.get(article, (0.0,))[0]):
                silent[article] = covered, candidate
    heard = [pair for article, pair in silent.items() if pair[0] >= _TOLD * told.get(article, 0.0)]
    return max(heard, key=lambda pair: pair[0])[1] if heard else None


def _split(sentence: str) -> tuple[str, str]:
    """What a sentence tells, and what it says was not told."""
    if LEFT_OUT.search(sentence):
        return "", sentence
    gap = UNTOLD.search(sentence)
    return (sentence[:gap.start()], sentence[gap.start():]) if gap else (sentence, "")


def _asked(lacking: str, part: Part, names: frozenset[str]) -> float:
    """The share of what was not told that the question speaks of."""
    held = [term for term in content(lacking) if term not in FILLER and term not in names]
    return sum(term in part.terms or not synonyms(term).isdisjoint(part.terms) for term in held) / len(held) if held else 0.0


def _named(scorer: Scorer, candidate: Candidate) -> float:
    """The share of the names asked about that the candidate's article holds."""
    named = [term for term in scorer.asked.terms if term in scorer.asked.names]
    return scorer.covered(named, candidate.article) if named else 1.0
