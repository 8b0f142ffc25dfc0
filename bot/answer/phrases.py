"""Phrases of English that the offline answerer goes by: how questions ask, how sentences answer, how sources keep silent."""

from __future__ import annotations

import re

from longhaul.ingest.words import stem


def _pattern(*alternatives: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern that finds any of `alternatives`, from the start of a word on."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)})", flags)


_MONTH = (r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
          r"|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)")
NUMBER_WORD = r"(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundreds?|thousands?|millions?|billions?)"
_PERIOD = r"(?:day|week|month|year|hour|minute|second)"

# What a sentence must hold to answer each kind of question.
ANSWERS: dict[str, re.Pattern[str]] = {
    "date": _pattern(
        rf"\d{{1,2}} {_MONTH}", rf"{_MONTH} ?\d",
        r"(?:early|late|mid-|spring|summer|autumn|winter|in|since|by|until|for|of) ?(?:19|20)\d\d",
        r"(?:first|second|third|fourth)[ -](?:quarter|half)", r"(?:Mon|Tues|Wednes|Thurs|Fri)day", flags=0),
    "money": re.compile(rf"[$€£¥]\s?\d|\d (?:million|billion|bn|yen|dollars|euros)|\b{NUMBER_WORD} (?:dollars|euros)"),
    "share": re.compile(r"\d\s?%|\bper ?cent\b|\b(?:half|third|quarter|tenth|fifth|majority|two-thirds|nearly all)\b"),
    "number": re.compile(rf"\d|\b{NUMBER_WORD}\b"),
    "duration": re.compile(rf"(?:\d|\b{NUMBER_WORD}\b)[ -](?:\w+ )?{_PERIOD}|\bnext \w+ years\b"),
    "person": re.compile(r"\b[A-Z][\w'’-]+ (?:[A-Z]\. )?[A-Z][\w'’-]+"),
    "name": re.compile(r"(?<=[a-z,;:] )[\"“']?[A-Z0-9][\w&+-]*"),
    "place": re.compile(r"\b(?:in|at|from|to|between|near|across) (?:the )?[A-Z]"),
    "reason": _pattern(
        r"because\b", r"since\b", r"so\b", r"(?:due|owing|thanks) to\b", r"driven by\b", r"in order\b", r"reason", r"explain",
        r"blam\w+", r"caus\w+", r"worr\w+", r"fear", r"credit\w+", r"therefore\b", r"thus\b", r"means?\b", r"if\b", r"as\b",
        r"after\b", r"although\b", r"limit", r"need", r"lets?\b", r"allow", r"wish\b", r"argu\w+", r"would\b", r"without\b",
        r"rather than\b", r"to (?:cut|offset|avoid|reach|secure|widen|join|get|make|bring|keep|meet|help|become)\b"),
}

# A word written as a name, and those so written that name nobody.
NAME = re.compile(r"(?<![\w'’-])(?:[A-Z][\w&+'’-]*|[a-z]+[A-Z]\w*)")
NAMELESS = frozenset("""AI API CEO CFO CTO COO Chief Executive President Senior Vice Inc Corp Ltd US USA UK EU American British European
January February March April May June July August September October November December Monday Tuesday Wednesday Thursday Friday
Saturday Sunday""".split())

# How a question asks for each kind; what stands first in it decides, and among equals what stands first here.
KINDS: dict[str, re.Pattern[str]] = {
    "reason": _pattern(
        r"why\b", r"how come\b", r"(?:reason|rationale|grounds|justification)\b", r"to what end\b",
        r"what (?:\w+ )?(?:reason|explain|caus|made|make|allow|led|drove|drive|push|moved|justif|prompt|account|enabl|lies behind)",
        r"how (?:do|does|did) .* (?:account for|explain|justify)",
        r"what .* (?:(?:want|hope|aim|seek|try|trying)(?:s|ed)? to (?:achieve|gain|reach)|gain by|hope for)"),
    "date": _pattern(r"when\b", r"how soon\b", r"since when\b", r"(?:what|which) (?:day|date|year|month|quarter)\b"),
    "duration": _pattern(r"how long(?! (?:is|are|was|were) )\b", r"what (?:lead )?time\b", r"over what period\b",
                         rf"how many {_PERIOD}s\b"),
    "share": _pattern(
        r"(?:what|how large a|how big a|which) (?:\w+ ){0,2}(?:share|percentage|per ?cent|portion|part|proportion|slice|fraction)\b",
        r"(?:what|how large a|how big a|which) (?:\w+ ){0,2}(?:stake|margin|rate)\b",
        r"by how much\b", r"how fast\b", r"how (?:sharply|steeply|strongly)\b"),
    "money": _pattern(
        r"how much\b", r"how (?:big|large)\b", r"the (?:amount|value|price|cost|sum) of\b",
        r"(?:what|how) (?:\w+ ){0,4}(?:price|cost|value|sum|amount|revenue|turnover|sales|income|spend|spending|budget|worth)\b",
        r"(?:what|how) (?:\w+ ){0,4}(?:dividend|valuation|fund|pay|paid|pledge|invest\w*)\b"),
    "number": _pattern(
        r"how (?:many|far|long|high|fast|quickly|often|old|big|large|wide|deep|tall)\b",
        r"what (?:\w+ ){0,3}(?:number|count|total|speed|capacity|latency|bandwidth|length|size|target)\b"),
    "person": _pattern(
        r"who (?:is|was|are|were|became|becomes) .*(?:CEO|CFO|CTO|chief|head|president|officer|director|analyst)\b",
        r"who (?:is|was|are|were|became|becomes) .*(?:founder|boss|executive|leader|manager|writer)\b",
        r"who (?:said|says|told|called|wrote|argue|describe|predict|found|warn)",
        r"which (?:\w+ )?(?:executive|analyst|person|chief|manager|officer)s?\b"),
    "place": _pattern(
        r"where\b", r"(?:which|what) (?:\w+ ){0,2}(?:city|state|states|country|countries|place|region|town|plant)\b"),
    "name": _pattern(r"who(?:m|se)?\b", r"which\b", r"what\b"),
}

# Where a question goes on to ask something else.
PART = re.compile(
    r"[,;?.]?\s+(?:and|but)\s+(?=(?:(?:in|on|by|for|at|to|of|over|from|with|how)\s+)?"
    r"(?:how|what|when|which|who|whom|whose|where|why|were|was|did|is|are|does|do|has|have|had)\b)", re.IGNORECASE)

# What "how many" counts: the noun before the verb.
COUNTED = re.compile(
    r"\bhow many (?:\w+[ -]){0,3}?(\w+)(?= (?:do|does|did|will|would|is|are|was|were|has|have|had|can|could|in|of|from|to|for)\b"
    r"|[?,.]|$)", re.IGNORECASE)

# Words of a question that say little of its subject: they count for less.
FILLER = frozenset(map(stem, """accord according account actually amount answer article ask asked author become believe call
called case claim come compare compared concern corpus could describe described detail different else especially exactly
exact example explain explanation express figure find general give given gives go going happen happened how important
involve involved item kind know known latest list mean name named note number one opinion part particular percentage
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
UNTOLD = _pattern(
    r"(?:neither|none of)\b", r"no (?:\w+ ){0,2}(?:report|account|source|article|writer|one) \w+", r"nor (?:do|does|did)\b",
    rf"{_REPORT}\b[^.;:]{{0,50}}?\b(?:do|does|did|has|have|could) not (?:\w+ )?{_TELL}\b",
    rf"{_REPORT}\b[^.;:]{{0,50}}?\b(?:give|mention|name|state|offer|report|show|quote|carrie|contain|provide|draw|cite|include)"
    r"(?:s|d|ed)? no\b",
    rf"{_REPORT}\b[^.;:]{{0,50}}?\b(?:gave|carry) no\b",
    r"without (?:naming|giving|saying|answering)\b", r"declined to (?:say|name|give|comment)\b",
    r"(?:could|can)(?: ?not|n.t) (?:tell|say)\b")
# … or before it.
LEFT_OUT = _pattern(
    rf"no [^.;:,]{{3,70}} (?:has|have|had|is|are|was|were) (?:yet )?(?:been )?{_TOLD}\b",
    rf"(?:not|never|yet to) been {_TOLD}\b", rf"not {_TOLD}\b", r"not (?:shown|clear)\b", r"(?:left|leaves?) out\b",
    r"(?:described|identified) only\b", r"(?:unclear|undisclosed|unnamed|unknown)\b",
    rf"(?:that|which) the {_REPORT}\b[^.;]{{0,30}}do(?:es)? not\b", rf"(?:that|which) [^.;,]{{2,40}} (?:do|does|did) not {_TELL}\b")
# What such a sentence must speak of, where the question asks for a reason or a person.
UNTOLD_OF = {"reason": _pattern("explain", "reason", "why", "caus"), "person": _pattern("nam", "who", "which", "identif", "unnamed")}

# How a question asks who gains, who loses, or either.
_GAINS = (r"win(?:s|ner|ners|ning)?\b", r"won\b", r"benefit", r"beneficiar", r"gain(?:s|ed|ing)?\b", r"profits? from\b",
          r"better (?:end|off)\b", r"(?:come|came|is|are) (?:out )?ahead\b", r"(?:stronger|upper|better) hand\b", r"good (?:news )?for\b",
          r"advantage", r"(?:get|got|gets) (?:\w+ ){0,2}out of\b")
_LOSSES = (r"los(?:e|es|er|ers|ing|s|ses)\b", r"lost\b", r"hurt", r"harm", r"pressur", r"squeez", r"threat", r"victim", r"struggl",
           r"left (?:behind|out|outside)\b", r"shut out\b", r"burn(?:t|ed)\b", r"worse off\b", r"weaker hand\b", r"bad (?:news )?for\b",
           r"suffer", r"(?:to|have) fear\b", r"at risk\b", r"endanger")
STAKES = _pattern(*_GAINS, *_LOSSES, r"far(?:e|ed|es)\b", r"mean(?:s|t)? for\b")
SIDES = {"gains": _pattern(*_GAINS), "losses": _pattern(*_LOSSES)}

# What a sentence must speak of to say that nobody is told to gain, or to lose.
UNSTAKED = {"gains": _pattern(r"winners?\b", r"beneficiar"), "losses": _pattern(r"los(?:e|es|er|ers|s|ses)\b", r"harm", r"hurt", r"victim")}

# It asks for whoever it is, and not about somebody that it names.
OPEN = _pattern(r"who(?:m|se)?\b", r"which\b", r"what\b")

# It asks, from its first word on, for whoever stands to gain or lose.
OTHERS = _pattern(r"(?:(?:and|but|so|then) )?(?:who|whom|which)\b")

# Words for the race as a whole: they make no event of a question.
SETTING = frozenset(map(stem, """ai race boom build buildout build-out market industry sector trend era age thing considered overall moment
today now currently far wave rush spending""".split()))
