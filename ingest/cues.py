"""Words that tell what kind of statement a sentence is, beside what the encoder reads from it: who says it, and how."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

_SAYING = re.compile(
    r"\b(?:sa(?:id|ys)|told|tells|argue[sd]?|claim(?:s|ed)|describe[sd]?|call(?:s|ed)|wr(?:ites|ote)|state[sd]|add(?:s|ed)|note[sd]|"
    r"insist(?:s|ed)|warn(?:s|ed)|judge[sd]?|reckon(?:s|ed)|thinks?|thought|believe[sd]?|sees?|saw|report(?:s|ed)|announce[sd]?|"
    r"expect(?:s|ed)|estimate[sd]?|predict(?:s|ed)|suggest(?:s|ed)|counts?|counted|list(?:s|ed)|names?|named|mention(?:s|ed)|"
    r"acknowledge[sd]?|admit(?:s|ted)|promise[sd]?|emphasi[sz]e[sd]?|highlight(?:s|ed)|explain(?:s|ed)|puts?|gives?|gave|rank(?:s|ed)|"
    r"rate[sd]?|found|finds?)\b")
_POINTING = re.compile(r"\b(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey|[Tt]he (?:company|firm|carrier|operator|chipmaker|management))\s*"
                       r"(?:\w+ly |had |has |also |likewise )*$")
_NAME = re.compile(r"[A-Z]\w")


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.I)


CUES = {
    "will": _words("will"), "would": _words("would|could|may|might"),
    "expectation": _words(r"expect\w*|forecast\w*|outlook|guidance|target\w*|predict\w*|pipeline|funnel"),
    "judge": _words(r"analysts?|writer|judges?|reads?|critics?|newsletter|columnist|advis\w+"),
    "said": _words("said|says"), "reports": _words("reports?|reported"), "according": _words("according to"),
    "claims": _words(r"described?|call(?:s|ed)?|claim\w*|argue\w*"), "asks": _words("asks?|whether|question|unclear|open"),
    "question mark": re.compile(r"\?"), "figure": re.compile(r"\d"), "inference": _words("so|which suggests|means|therefore|because"),
    "contract": _words("agreed|agreement|contract|deal|order"), "quotation": re.compile("[“\"]"),
}
SPEAKERS = ("company", "other", "pointed", "nobody")
FEATURES = (*SPEAKERS, *CUES)


def speaker(text: str, companies: Sequence[tuple[int, int]]) -> str:
    """Who speaks, by the subject of the first verb of saying. `companies`: the spans that name companies.

    company | other (a name that is none of these) | pointed (a pronoun, "the company") | nobody
    """
    verb = _SAYING.search(text)
    if not verb:
        return "nobody"
    start = max(text.rfind(mark, 0, verb.start()) for mark in (";", ":", ". ")) + 1
    subject = text[start:verb.start()]
    if _POINTING.search(subject):
        return "pointed"
    if any(left < verb.start() and right > start for left, right in companies):
        return "company"
    return "other" if _NAME.search(subject) else "nobody"


def features(text: str, companies: Sequence[tuple[int, int]]) -> np.ndarray:
    """1 for each of FEATURES that the sentence has, else 0."""
    who = speaker(text, companies)
    return np.array([*(who == each for each in SPEAKERS), *(bool(cue.search(text)) for cue in CUES.values())], np.float32)
