"""Whether the evidence holds the answer at all."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from longhaul.ingest.words import terms

from ..intent import WHETHER
from .lack import period_lack
from .phrases import FILLER, LEFT_OUT, UNTOLD, UNTOLD_OF
from .question import Part, content
from .score import Candidate, Scorer, fits
from .synonyms import synonyms

DECLINE = 0.28  # confidence below which the answer is refused
NEARBY = 0.4  # similarity to the question below which a passage is not shown as near

# How well an untold thing must cover what is asked, by itself and beside what its article does tell.
_SILENT, _TOLD = 0.28, 0.65
_NAMES_IT = 0.2  # of what is asked, which a sentence that leaves it unexplained must hold itself
_ALL = 0.99  # of the names
_ASKED, _CLOSE = 0.4, 0.5  # how much it counts that what was not told is what the question speaks of

# Logistic weights of the signs below, fitted on the questions of seeds/suites: tests/benchmarks/fit_decline.py.
_WEIGHTS = {"around": 2.15, "fit": 1.19, "similarity": 3.13, "meant": 3.53, "unknown": -1.22, "reason": 2.26, "broad": 1.21, "parts": 1.62,
            "whether": 1.39, "period": -2.94, "dated": 0.43}
_BIAS = -6.22


def focus(scorer: Scorer, wanted: Iterable[str]) -> list[str]:
    """What is asked about the names: the words that are neither names nor filler nor of the question before, as far as there are any."""
    wanted = list(wanted)
    told = [term for term in wanted if term not in scorer.asked.names and term not in FILLER]
    return [term for term in told if term not in scorer.asked.context] or told or wanted


def confidence(scorer: Scorer) -> float:
    """How sure it is that the evidence holds the answer: 0 to 1."""
    total = _BIAS + sum(_WEIGHTS[name] * value for name, value in signs(scorer).items())
    return 1 / (1 + math.exp(-total))


def signs(scorer: Scorer) -> dict[str, float]:
    """What speaks for an answer in the evidence.

    around: how well the best sentence with its neighbours covers what is asked, in an article that holds the names and with the kind of
    thing asked for; fit: how far the sentence that covers most holds that kind; similarity: of the best sentence's chunk; meant: how near
    in meaning the nearest sentences are; unknown: whether the question names what no article does; reason, broad, parts, whether: the
    form of the question; period: the share of the periods it asks for that the evidence is not on; dated: whether it asks for any.
    """
    wanted, part = focus(scorer, scorer.asked.terms), scorer.asked.parts[0]
    around = max(_named(scorer, candidate) * scorer.fits(candidate, part) * scorer.covered(wanted, candidate.around)
                 for candidate in scorer.candidates)
    best = max(scorer.candidates, key=lambda candidate: (_named(scorer, candidate) > _ALL, scorer.covered(wanted, candidate.own)))
    period = period_lack(scorer)
    return {"around": around, "fit": scorer.fits(best, part), "similarity": scorer.best.similarity, "meant": scorer.nearest,
            "unknown": float(any(map(scorer.unheard, scorer.asked.names))),
            "reason": float(part.kind == "reason"), "broad": float(part.kind == "any"),
            "parts": float(len(scorer.asked.parts) > 1), "whether": float(bool(WHETHER.match(scorer.asked.text))),
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
            told[article] = max(told.get(article, 0.0), named * covered * fits(replace(candidate.quote, text=telling), part, scorer.known))
        asked = _asked(lacking, part, scorer.asked.names)
        if not lacking or part.kind in UNTOLD_OF and not UNTOLD_OF[part.kind].search(lacking):
            continue
        if article == scorer.best.quote.source.id or asked >= _CLOSE:
            silence = frozenset(terms(lacking))
            if part.kind == "reason":  # what nobody explains stands before: "it was twice as large, and no report explains the difference"
                silence = candidate.around if scorer.covered(wanted, candidate.own) >= _NAMES_IT else candidate.own
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
