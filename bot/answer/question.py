"""Question → what would answer it: its parts, the kind of each, the words that matter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longhaul.ingest.companies import Companies
from longhaul.ingest.words import STOP, stem, words

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)"
NUMBER_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?|millions?|billions?)"

# What a sentence must hold to answer each kind of question. Case counts.
ANSWERS: dict[str, re.Pattern[str]] = {
    "date": re.compile(rf"\b(?:\d{{1,2}} {_MONTH}|{_MONTH} \d|(?:early|late|mid-|spring|summer|autumn|winter|{_MONTH}|in|since|by|until|for|of) ?"
                       r"(?:19|20)\d\d|(?:first|second|third|fourth)[ -](?:quarter|half)|(?:Mon|Tues|Wednes|Thurs|Fri)day)"),
    "money": re.compile(rf"(?:[$€£¥]\s?\d|\d (?:million|billion|bn|yen|dollars|euros)|\b{NUMBER_WORD} (?:dollars|euros))"),
    "share": re.compile(r"\d\s?%|\bper ?cent\b|\b(?:half|third|quarter|tenth|fifth|majority|two-thirds|nearly all)\b"),
    "number": re.compile(rf"\d|\b{NUMBER_WORD}\b"),
    "duration": re.compile(rf"(?:\d|\b{NUMBER_WORD}\b)[ -](?:\w+ )?(?:day|week|month|year|hour|minute|second)|\bnext \w+ years\b"),
    "person": re.compile(r"\b[A-Z][\w'’-]+ (?:[A-Z]\. )?[A-Z][\w'’-]+"),
    "name": re.compile(r"(?<=[a-z,;:] )[\"“']?[A-Z0-9][\w&+-]*"),
    "place": re.compile(r"\b(?:in|at|from|to|between|near|across) (?:the )?[A-Z]"),
    "reason": re.compile(r"\b(?:because|since|so that|due to|owing to|thanks to|driven by|in order|reasons?|explain\w*|blam\w+|caus\w+|worr\w+|"
                         r"fear\w*|credit\w+|therefore|thus|means? that|if|as|after|although|limit\w*|need\w*|lets?|allow\w*|wish|argu\w+|"
                         r"would|so|without|rather than|to (?:cut|offset|avoid|reach|secure|widen|join|get|make|bring|keep|meet|help|become))\b", re.I),
}

_KINDS: list[tuple[str, str]] = [  # the first pattern found in a part decides its kind
    ("reason", r"\bwhy\b|\bhow come\b|\bwhat (?:\w+ )?(?:reason|explain|caus|made|make|allow|led|drove|drive|push|moved|justif|prompt|account|enabl|lies behind)"
               r"|\b(?:reason|rationale|grounds?|justification)\b|\bhow (?:do|does|did) .* (?:account for|explain|justify)|\bto what end\b|\bwhat .* (?:(?:want|hope|aim|seek|try|trying)s?(?:ed)? to (?:achieve|gain|reach)|gain by|hope for)"),
    ("date", r"\bwhen\b|\b(?:what|which|on what|in which|on which) (?:day|date|year|month|quarter)\b|\bhow soon\b|\bsince when\b"),
    ("duration", r"\bhow long(?! (?:is|are|was|were) )\b|\bwhat (?:lead )?time\b|\bover what period\b|\bhow many (?:day|week|month|year)s\b"),
    ("share", r"\b(?:what|how large a|how big a|which) (?:\w+ ){0,2}(?:share|percentage|per ?cent|portion|part|proportion|slice|fraction|stake|margin|rate)\b"
              r"|\bby how much\b|\bhow fast\b|\bhow (?:sharply|steeply|strongly)\b"),
    ("money", r"\bhow much\b|\b(?:what|how) (?:\w+ ){0,4}(?:price|cost|value|sum|amount|revenue|turnover|sales|income|spend|spending|budget|dividend|valuation|fund|pay|paid|pledge|worth|invest\w*)\b|\bhow (?:big|large)\b|\bthe (?:amount|value|price|cost|sum) of\b"),
    ("number", r"\bhow (?:many|far|long|high|fast|quickly|often|old|big|large|wide|deep|tall)\b|\bwhat (?:\w+ ){0,3}(?:number|count|total|speed|capacity|latency|bandwidth|length|size|target)\b"),
    ("person", r"\bwho (?:is|was|are|were|became|becomes) .*(?:CEO|CFO|CTO|chief|head|president|officer|director|analyst|founder|boss|executive|leader|manager|writer)\b"
               r"|\bwho (?:said|says|told|called|wrote|argue|describe|predict|found|warn)\w*|\bwhich (?:\w+ )?(?:executive|analyst|person|chief|manager|officer)s?\b"),
    ("place", r"\bwhere\b|\b(?:which|what) (?:\w+ ){0,2}(?:city|state|states|country|countries|place|region|town|plant)\b"),
    ("name", r"\bwho\b|\bwhom\b|\bwhose\b|\bwhich\b|\bwhat (?:is|are|was|were) (?:\w+ ){0,4}(?:name|called|named)\b|\bwhat\b"),
]
_KIND_PATTERNS = [(kind, re.compile(pattern, re.I)) for kind, pattern in _KINDS]

_PART = re.compile(r"(?:,|;|\?|\.)?\s+(?:and|but)\s+(?=(?:(?:in|on|by|for|at|to|of|over|from|with|how)\s+)?"
                   r"(?:how|what|when|which|who|whom|whose|where|why|were|was|did|is|are|does|do|has|have|had)\b)", re.I)

# Words of a question that say little of its subject: they count for less.
FILLER = frozenset(map(stem, """accord according account actually amount answer article ask asked author become believe call
called case claim come compare compared concern corpus could describe described detail different else especially exactly
exact example explain explanation express figure find general give given gives go going happen happened how important
involve involved item kind know known latest list mean name named note number one opinion part particular percentage
please point portion possible question reason recent regard relate report reported reportedly reports respect result say
show sort source sources state stated tell thing think thought time today told total type various view want way week well
would like writer year years quarter month many much big large long how come cause caused made what's who's far fully whole
real really reckoning estimate estimated terms ground grounds rationale justification justify offer offered thinks evidence support fact
""".split()))


# Written with a capital, and no name of an actor.
_NO_NAMES = frozenset(map(stem, "american british us united states america ai".split()))


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked. `kind` is a key of ANSWERS or "any"; `terms` are stems; `unit` is what "how many" counts."""

    text: str
    kind: str
    terms: tuple[str, ...]
    unit: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its parts in order, the stems of all of it, those of them that belong to names and figures,
    and other words for the names."""

    text: str
    parts: tuple[Part, ...]
    terms: tuple[str, ...]
    names: frozenset[str]
    aliases: dict[str, frozenset[str]]


def analyse(question: str, companies: Companies) -> Asked:
    """What is asked in `question`."""
    pieces = [piece for piece in _PART.split(question) if piece and content(piece)]
    parts = tuple(_part(piece) for piece in pieces) or (_part(question),)
    return Asked(question, parts, content(question), names(question), aliases(question, companies))


def content(text: str) -> tuple[str, ...]:
    """The stems of the words of a question without stop words, each once, in order."""
    stems = [(word, stem(word)) for word in words(text) if word not in STOP]
    return tuple(dict.fromkeys(s for word, s in stems if len(word) > 1 or word.isdigit()))


def names(text: str) -> frozenset[str]:
    """The stems of the words of a question that are written as names or figures."""
    written = re.findall(r"(?<![\w-])(?:[A-Z][\w&'’-]*|\w*\d[\w.,%]*|[a-z]+[A-Z]\w*)", text)
    return frozenset(term for name in written for term in content(name)) - _NO_NAMES


def aliases(question: str, companies: Companies) -> dict[str, frozenset[str]]:
    """Other words for the names in `question`: a company's other one-word names, and what an abbreviation stands for."""
    found: dict[str, set[str]] = {}
    for mention in companies.find(question, any_case=True):
        row = companies.rows[mention.actor]
        if question[mention.start:mention.end] in row.get("products", []):
            continue
        others = {stem(word) for form in [mention.actor, *row.get("aliases", [])] if len(word_list := words(form)) == 1 for word in word_list}
        for term in content(question[mention.start:mention.end]):
            found.setdefault(term, set()).update(others - {term})
    for match in re.finditer(r"[A-Z][\w-]*(?: [A-Z][\w-]*){1,5}", question):
        initials = "".join(part[0] for part in re.split(r"[ -]", match.group()) if part).lower()
        for term in content(match.group()):
            found.setdefault(term, set()).add(initials)
    for match in re.finditer(r"\b[A-Z]{2,6}\b", question):
        for row in companies.rows.values():
            for form in [*row.get("aliases", []), *row.get("products", [])]:
                if len(form.split()) > 1 and "".join(part[0] for part in re.split(r"[ -]", form) if part) == match.group():
                    found.setdefault(stem(words(match.group())[0]), set()).update(content(form))
    return {term: frozenset(others) for term, others in found.items() if others}


def kind_of(text: str) -> str:
    """The kind of answer that a question asks for: a key of ANSWERS, or "any"."""
    found = [(match.start(), n, kind) for n, (kind, pattern) in enumerate(_KIND_PATTERNS) if (match := pattern.search(text))]
    return min(found)[2] if found else "any"


def _part(text: str) -> Part:
    kind = kind_of(text)
    match = re.search(r"\bhow many (?:\w+[ -]){0,3}?(\w+)(?= (?:do|does|did|will|would|is|are|was|were|has|have|had|can|could|in|of|from|to|for)\b|[?,.]|$)",
                      text, re.I)
    unit = stem(words(match.group(1))[0]) if match and words(match.group(1)) else None
    return Part(text, kind, content(text), unit)
