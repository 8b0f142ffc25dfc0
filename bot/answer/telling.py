"""What a sentence itself says of what is asked: of whom, of how much, of which part and in which sense."""

from __future__ import annotations

import re

from longhaul.ingest.words import STOP, stem, terms, words

from .figures import Figure, figures
from .phrases import FILLER, NAME, NAMELESS
from .score import Candidate, Scorer
from .synonyms import synonyms

FIGURED = ("money", "number", "share", "duration")  # kinds of questions that a figure answers
ON_IT = 0.6  # of what is asked, by weight, which a sentence itself must cover

_MONTH = r"January|February|March|April|May|June|July|August|September|October|November|December"
TIME = re.compile(rf"\b(?:{_MONTH}|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Q[1-4]|(?:19|20)\d\d|quarter|half|month|year|"
                  r"week|day|(?:start|end)(?= of)|spring|summer|autumn|winter)s?\b")
WHOEVER = frozenset(map(stem, "company firm vendor operator carrier provider business who".split()))
LIGHT = STOP | frozenset("latest new own total whole overall full entire recent".split())
SINCE = re.compile(r"\bsince (?:the )?[^,.;]*")
# Who says it, with which a sentence goes on or ends, is no part of what it says.
SAYS = re.compile(r",? (?:according to|by the (?:count|numbers|figures) of|as reported by)\b.*|"
                  r", [^,]*\b(?:says?|said|writes?|wrote|finds?|found|told|shows?|showed)\b[^,]*\.?$", re.I)
# It does not say so itself: what somebody finds wrong, wished, had done before, or would have done.
_POSITION = re.compile(r"\b(?:wrong|mistaken|too (?:low|high|small|large|few|many)|should|denie[sd]|den(?:y|ying)|disput\w+|doubt\w*|"
                       r"rumou?r\w*|would have|instead of|rather than|previous\w*|formerly|not)\b|"
                       r"^(?!.*\b(?:said|says|reported|announced|told|wrote)\b).*\bhad (?!a |an |no |about |some |been )[a-z]", re.I)
_QUALIFIED = re.compile(r"\b(?:before|after|gross|net|adjusted|excluding|including|without|alone|combined|together|jointly|others?|"
                        r"partners?|average|peak|retail|wholesale|each|per|organic\w*)\b", re.I)
_LATELY = re.compile(r"\b(?:this|last|past) (?:day|week|month|quarter|year)\b")
_ACTS = re.compile(r"['’s]* (?:ha[sd]|have|will|would|is|was|sa(?:id|ys)|paid|took|won|cuts?|sold|bought|made|\w{3,}ed)\b")
_OF = r"(?:in|from|for|of|at|across|to|on|with|within)\b"
_STOP = r"(?:and|or|but|which|that|while|as|when|after|before|under)\b"
_NOUN = re.compile(rf"(?: (?!{_OF})[\w-]+){{0,3}}")
_MODIFIER = re.compile(rf" {_OF}((?: (?!{_OF}|{_STOP})[\w'’&-]+){{1,4}})")
_PLACE = re.compile(r"\b(?:in|from|across|for) [A-Z][\w'’&-]*(?: [A-Z][\w'’&-]*)*|"
                    r"\b(?:worldwide|globally|nationwide|in all|in total|at home|abroad)\b")
_COMPOUND = re.compile(r"\b([a-z]+-[a-z]+) ([a-z]+)")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def on_it(scorer: Scorer, candidate: Candidate, least: float = ON_IT) -> bool:
    """Whether a sentence itself says something of what is asked, about all whom the question names."""
    names = [term for term in scorer.asked.terms if term in scorer.asked.names and not term.isdigit()]
    wanted = [term for term in scorer.asked.terms if term not in FILLER and term not in WHOEVER and not term.isdigit()]
    if _POSITION.search(candidate.quote.text) or names and (scorer.covered(names, candidate.around) < 0.99
                                                           or scorer.covered(names, candidate.own) <= 0):
        return False
    return scorer.covered(wanted, candidate.own) >= least and scorer.covered(wanted, candidate.around) >= ON_IT


def asked_for(scorer: Scorer, candidate: Candidate, told: bool = False) -> list[Figure]:
    """The figures of a sentence that may be what is asked for: of the thing that is counted, and said of somebody asked about, unless the
    sentence names who `told` it."""
    unit = scorer.asked.parts[0].unit
    counted = synonyms(unit) | {unit} if unit else None
    known = scorer.asked.names
    found = []
    for figure in figures(candidate.quote.text):
        names = [name for name in NAME.finditer(candidate.quote.text[:figure.start]) if name.group() not in NAMELESS
                 and name.group().lower() not in STOP and not TIME.fullmatch(name.group())]
        left = [name.group() for name in names if _ACTS.match(candidate.quote.text, name.end())] or [name.group() for name in names]
        if left and not told and known and known.isdisjoint(terms(left[-1])):
            continue
        if counted and not figure.unit and counted.isdisjoint(figure.of) or counted and figure.unit:
            continue
        if not any(number in scorer.asked.text for number in _NUMBER.findall(candidate.quote.text[figure.start:figure.end])):
            found.append(figure)  # what the question itself says is not what it asks
    return found


def qualified(candidate: Candidate) -> set[str]:
    """The words with which a sentence says how its figure is counted: before tax, per user, with others."""
    text = SAYS.sub("", candidate.quote.text)
    number = max((figure.start for figure in figures(text)), default=0)
    return {found.lower() for found in _QUALIFIED.findall(text)} | set(_LATELY.findall(text[number:]))


def alike(one: Figure, other: Figure) -> bool:
    """Whether two figures count the same: the same currency, both shares, or the same noun."""
    if one.unit or other.unit:
        return one.unit == other.unit
    return any(not (synonyms(a) | {a}).isdisjoint(other.of) for a in one.of)


def elsewhere(scorer: Scorer, candidate: Candidate, figure: Figure, other: Candidate) -> bool:
    """Whether a sentence gives its figure for a part or a place of which neither the question nor the other sentence speaks."""
    text = SAYS.sub("", candidate.quote.text)
    said = list(figure.of[:-1])
    at = _NOUN.match(text, figure.end).end()
    while match := _MODIFIER.match(text, at):
        said += _stems(match[1], scorer)
        at = match.end()
    begins, ends = text.rfind(",", 0, figure.start) + 1, text.find(",", figure.end)
    said += [term for match in _PLACE.finditer(text, begins, ends if ends >= 0 else len(text)) for term in _stems(match.group(), scorer)]
    said += [term for match in _COMPOUND.finditer(text) if stem(match[2]) in scorer.asked.terms for term in _stems(match[1], scorer)]
    held = {*scorer.asked.terms, *other.own}
    return any(term not in held and synonyms(term).isdisjoint(scorer.asked.terms) for term in said)


def placed(scorer: Scorer, candidate: Candidate, other: Candidate) -> bool:
    """Whether a sentence speaks of a place of which neither the question nor the other sentence speaks."""
    held = {*scorer.asked.terms, *other.own}
    return any(term not in held for place in _PLACE.finditer(candidate.quote.text) for term in _stems(place.group(), scorer))


def _stems(phrase: str, scorer: Scorer) -> list[str]:
    """The stems of a modifier; none of one that is a time, or names what is asked about."""
    stems = [stem(word) for word in words(phrase) if word not in LIGHT and word.isalpha()]
    return [] if TIME.search(phrase) or any(each in scorer.asked.names for each in stems) else stems
