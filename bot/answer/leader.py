"""Two articles that name different leaders of the same market."""

from __future__ import annotations

import re

from longhaul.ingest.words import STOP, stem, terms, words

from .decline import focus
from .phrases import NAME
from .score import Candidate, Scorer
from .telling import LIGHT, ON_IT, SAYS, SINCE, TIME, WHOEVER

# How a question asks who leads, and how a sentence says it of the name before.
WHO_LEADS = re.compile(r"\b(?:who|which|whom|what)\b.*\b(?:lead(?:s|er|ing)?|led|largest|biggest|first(?= (?:in|place)\b)|top(?:s|ped)?|"
                       r"most|number one|ahead)\b", re.I)
_LEADS = re.compile(r" (?:ha[sd] (?:become |been |overtaken [\w’' ]+? and )?|now |is now |also )*(?:lead(?:s|ing)?|led|tops?|topped|heads?|"
                    r"ranks? (?:first|number one)|(?:is|was|became|become|remains?) (?:still )?(?:the )?(?:\w+ )?"
                    r"(?:largest|biggest|leader|leading|first|number one)|(?:makes?|made|sells?|sold|ships?|shipped|has|holds?|held) the "
                    r"(?:most|largest|biggest))\b")
_PUT = re.compile(r"\b(?:puts?|putting|ranks?|ranked|sees|names?|named) ([A-Z]\w+) (?:first|ahead|on top|in the lead|number one)\b")


def other_leader(scorer: Scorer, one: Candidate, other: Candidate) -> bool:
    """Whether two sentences name different leaders of what is asked."""
    wanted = [term for term in focus(scorer, scorer.asked.terms) if term not in WHOEVER]
    if min(scorer.covered(wanted, one.own), scorer.covered(wanted, other.own)) < ON_IT:
        return False
    first, second = _leader(one), _leader(other)
    return bool(first and second) and set(terms(first)).isdisjoint(terms(second)) \
        and not _of_another(scorer, one, other) and not _of_another(scorer, other, one)


def _leader(candidate: Candidate) -> str:
    """Whom a sentence says to lead; "" where it says so of nobody."""
    text = candidate.quote.text
    names = [match for match in NAME.finditer(text) if match.group().lower() not in STOP]
    put = _PUT.search(text)
    return put[1] if put else next((name.group() for name in names if _LEADS.match(text, name.end())), "")


def _of_another(scorer: Scorer, one: Candidate, other: Candidate) -> bool:
    """Whether a sentence speaks of a market that neither the question nor the other sentence speaks of."""
    text = SAYS.sub("", one.quote.text)
    found = next((name for name in NAME.finditer(text) if _LEADS.match(text, name.end())), None)
    market = re.search(r"\b(?:market|supplier|maker|leader|most|vendor)s?\b.*", text[found.end():].split(",")[0]) if found else None
    held = set(scorer.asked.terms) | other.own
    return bool(market) and any(stem(word) not in held for word in words(SINCE.sub("", market.group()))
                                if word not in LIGHT and word.isalpha() and not TIME.fullmatch(word))
