"""Phrases of English that the offline answerer goes by: how sentences answer, how sources keep silent."""

from __future__ import annotations

import re

from longhaul.bot.intent import PERIOD, pattern
from longhaul.ingest.words import stem

_MONTH = (r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
          r"|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)")
NUMBER_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?|millions?|billions?)"

# What a sentence must hold to answer each kind of question.
ANSWERS: dict[str, re.Pattern[str]] = {
    "date": pattern(
        rf"\d{{1,2}} {_MONTH}", rf"{_MONTH} ?\d",
        r"(?:early|late|mid-|spring|summer|autumn|winter|in|since|by|until|for|of) ?(?:19|20)\d\d",
        r"(?:first|second|third|fourth)[ -](?:quarter|half)", r"(?:Mon|Tues|Wednes|Thurs|Fri)day", flags=0),
    "money": re.compile(rf"[$€£¥]\s?\d|\d (?:million|billion|bn|yen|dollars|euros)|\b{NUMBER_WORD} (?:dollars|euros)"),
    "share": re.compile(r"\d\s?%|\bper ?cent\b|\b(?:half|third|quarter|tenth|fifth|majority|two-thirds|nearly all)\b"),
    "number": re.compile(rf"\d|\b{NUMBER_WORD}\b"),
    "duration": re.compile(rf"(?:\d|\b{NUMBER_WORD}\b)[ -](?:\w+ )?{PERIOD}|\bnext \w+ years\b"),
    "person": re.compile(r"\b[A-Z][\w'’-]+ (?:[A-Z]\. )?[A-Z][\w'’-]+"),
    "name": re.compile(r"(?<=[a-z,;:] )[\"“']?[A-Z0-9][\w&+-]*"),
    "place": re.compile(r"\b(?:in|at|from|to|between|near|across) (?:the )?[A-Z]"),
    "reason": pattern(
        r"because\b", r"since\b", r"so\b", r"(?:due|owing|thanks) to\b", r"driven by\b", r"in order\b", r"reason", r"explain",
        r"blam\w+", r"caus\w+", r"worr\w+", r"fear", r"credit\w+", r"therefore\b", r"thus\b", r"means?\b", r"if\b", r"as\b",
        r"after\b", r"although\b", r"limit", r"need", r"lets?\b", r"allow", r"wish\b", r"argu\w+", r"would\b", r"without\b",
        r"rather than\b", r"to (?:cut|offset|avoid|reach|secure|widen|join|get|make|bring|keep|meet|help|become)\b"),
}

# A sentence that says whose account it gives, and how another one begins.
ACCOUNT = re.compile(r"\b(?:says?|said|reports?|reported|writes?|wrote|puts?|reads?|judges?|argues?|estimates?|expects?|gives?|"
                     r"according to)\b")
OTHER_ACCOUNT = pattern(r"(?:(?:another|a second|a different|the other|other|some|others|by contrast|in contrast|unlike|elsewhere)\b)"
                        r"[^.;:]{0,80}\b(?:says?|said|reports?|reported|writes?|wrote|puts?|reads?|judges?|argues?|estimates?|expects?|"
                        r"gives?|speaks?|sees?|count(?:s|ed)?|names?)\b")

# Where something is, without a name.
SPOT = pattern(r"(?:metro(?:politan)?|rural|urban|suburban|remote|central|local) (?:areas?|sites?|regions?|locations?|markets?)\b",
               r"(?:at home|abroad|on-premises|in-house|nationwide|worldwide|overseas)\b")

# A word written as a name, and those so written that name nobody.
NAME = re.compile(r"(?<![\w'’-])(?:[A-Z][\w&+'’-]*|[a-z]+[A-Z]\w*)")
NAMELESS = frozenset("""AI API CEO CFO CTO COO Chief Executive President Senior Vice Inc Corp Ltd US USA UK EU American British European
January February March April May June July August September October November December Monday Tuesday Wednesday Thursday Friday
Saturday Sunday""".split())

# Words of a question that say little of its subject: they count for less.
FILLER = frozenset(map(stem, """accord according account actually amount answer article ask asked author become believe call
called case claim come compare compared concern corpus could describe described detail different else especially exactly
exact example explain explanation express figure find general give given gives go going happen happened how important
involve involved item kind know known latest newest current list mean name named note number one opinion part particular percentage
please point portion possible question reason recent regard relate report reported reportedly reports respect result say
show sort source sources state stated tell thing think thought time today told total type various view want way week well
would like writer year years quarter month many much big large long how come cause caused made what's who's far fully whole
real really reckoning estimate estimated terms ground grounds rationale justification justify offer offered thinks evidence
support fact""".split()))

# Written with a capital, and no name of an actor.
COMMON_CAPITALS = frozenset(map(stem, "american british us united states america ai".split()))

_REPORT = (r"(?:reports?|accounts?|articles?|sources?|coverage|summary|summaries|stor(?:y|ies)|writers?|authors?|sites?"
           r"|stud(?:y|ies)|digests?|notices?|blogs?|pieces?|wording|it|they|compan(?:y|ies)|business)")
_TELL = (r"(?:give|say|name|state|explain|disclose|report|mention|tell|show|specify|quote|reveal|confirm|discuss|reconcile"
         r"|identify|cover|answer|address|establish|provide|detail)")
_TOLD = r"(?:given|reported|named|disclosed|stated|known|published|quoted|confirmed|explained|made public)"

# How sources say that something was not told, the untold thing after it …
UNTOLD = pattern(
    r"(?:neither|none of)\b", r"no (?:\w+ ){0,2}(?:report|account|source|article|writer|one) \w+", r"nor (?:do|does|did)\b",
    rf"{_REPORT}\b[^.;:]{{0,50}}?\b(?:do|does|did|has|have|could) not (?:\w+ )?{_TELL}\b",
    rf"{_REPORT}\b[^.;:]{{0,50}}?\b(?:give|mention|name|state|offer|report|show|quote|carrie|contain|provide|draw|cite|include)"
    r"(?:s|d|ed)? no\b",
    rf"{_REPORT}\b[^.;:]{{0,50}}?\b(?:gave|carry) no\b",
    r"without (?:naming|giving|saying|answering)\b", r"declined to (?:say|name|give|comment)\b",
    r"(?:could|can)(?: ?not|n.t) (?:tell|say)\b")
# … or before it.
LEFT_OUT = pattern(
    rf"no [^.;:,]{{3,70}} (?:has|have|had|is|are|was|were) (?:yet )?(?:been )?{_TOLD}\b",
    rf"(?:not|never|yet to) been {_TOLD}\b", rf"not {_TOLD}\b", r"not (?:shown|clear)\b", r"(?:left|leaves?) out\b",
    r"(?:described|identified) only\b", r"(?:unclear|undisclosed|unnamed|unknown)\b",
    rf"(?:that|which) the {_REPORT}\b[^.;]{{0,30}}do(?:es)? not\b", rf"(?:that|which) [^.;,]{{2,40}} (?:do|does|did) not {_TELL}\b")
# What such a sentence must speak of, where the question asks for a reason or a person.
UNTOLD_OF = {"reason": pattern("explain", "reason", "why", "caus"), "person": pattern("nam", "who", "which", "identif", "unnamed")}

# What a sentence must speak of to say that nobody is told to gain, or to lose.
UNSTAKED = {"gains": pattern(r"winners?\b", r"beneficiar"), "losses": pattern(r"los(?:e|es|er|ers|s|ses)\b", r"harm", r"hurt", r"victim")}

# A sentence that begins so speaks of something named before it.
LEANS = re.compile(r"(?:It|Its|He|His|She|Her|They|Their|This|That|These|Those|The two|None of them)\b")

# It sets two things side by side.
CONTRAST = pattern(r"whereas\b", r"while\b", r"by contrast\b", r"in contrast\b", r"unlike\b", r"compar", r"against\b",
                   r"than\b", r"differ", r"but\b", r"instead\b")
