"""What a question wants: patterns of how questions ask, and the intent that they give."""

from __future__ import annotations

import re

from longhaul.ingest.words import STOP, stem, words


def pattern(*alternatives: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A pattern that finds any of `alternatives`, from the start of a word on."""
    return re.compile(rf"\b(?:{'|'.join(alternatives)})", flags)


PERIOD = r"(?:day|week|month|year|hour|minute|second)"

# How a question asks for each kind; what stands first in it decides, and among equals what stands first here.
KINDS: dict[str, re.Pattern[str]] = {
    "reason": pattern(
        r"why\b", r"how come\b", r"(?:reason|rationale|grounds|justification)\b", r"to what end\b",
        r"what (?:\w+ )?(?:reason|explain|caus|made|make|allow|led|drove|drive|push|moved|justif|prompt|account|enabl|lies behind)",
        r"how (?:do|does|did) .* (?:account for|explain|justify)",
        r"what .* (?:(?:want|hope|aim|seek|try|trying)(?:s|ed)? to (?:achieve|gain|reach)|gain by|hope for)"),
    "date": pattern(r"when\b", r"how soon\b", r"since when\b", r"(?:what|which) (?:day|date|year|month|quarter)\b"),
    "duration": pattern(r"how long(?! (?:is|are|was|were) )\b", r"what (?:lead )?time\b", r"over what period\b",
                         rf"how many {PERIOD}s\b"),
    "share": pattern(
        r"(?:what|how large a|how big a|which) (?:\w+ ){0,2}(?:share|percentage|per ?cent|portion|part|proportion|slice|fraction)\b",
        r"(?:what|how large a|how big a|which) (?:\w+ ){0,2}(?:stake|margin|rate)\b",
        r"by how much\b", r"how much (?:better|worse|higher|lower|faster|slower|larger|smaller|cheaper)\b",
        r"how fast\b", r"how (?:sharply|steeply|strongly)\b"),
    "money": pattern(
        r"how much\b", r"how (?:big|large)\b", r"what (?:do|does|did|will|would) .* costs?\b", r"how (?:heavily|deeply) indebted\b",
        r"the (?:amount|value|price|cost|sum) of\b",
        r"(?:what|how) (?:[\w-]+ ){0,4}(?:price|cost|value|sum|amount|revenue|turnover|sales|income|spend(?:ing)?|budget|worth)\b",
        r"(?:what|how) (?:[\w-]+ ){0,4}(?:profits?|earnings|debts?|backlog)\b",
        r"(?:what|how) (?:\w+ ){0,4}(?:dividend|valuation|fund|pay|paid|pledge|invest\w*)\b"),
    "number": pattern(
        r"how (?:many|far|long|high|fast|quickly|often|old|big|large|wide|deep|tall)\b",
        r"what (?:\w+ ){0,3}(?:number|count|total|speed|capacity|latency|bandwidth|length|distances?|range|reach|weight|size|target)\b"),
    "person": pattern(
        r"who (?:is|was|are|were|became|becomes) .*(?:CEO|CFO|CTO|chief|head|president|officer|director|analyst)\b",
        r"who (?:is|was|are|were|became|becomes) .*(?:founder|boss|executive|leader|manager|writer)\b",
        r"who (?:said|says|told|called|wrote|argue|describe|predict|found|warn)",
        r"which (?:\w+ )?(?:executive|analyst|person|chief|manager|officer)s?\b"),
    "place": pattern(
        r"where\b", r"(?:which|what) (?:\w+ ){0,2}(?:cit(?:y|ies)|states?|countr(?:y|ies)|places?|regions?|towns?|plants?)\b"),
    "name": pattern(r"who(?:m|se)?\b", r"which\b", r"what\b"),
}

# Where a question goes on to ask something else.
PART = re.compile(
    r"(?<=[?!]) +(?=\S)|(?<=[a-z0-9]{2}[.]) +(?=[A-Z])|; +|"
    r" [–-] (?=(?:which|what|who|how|when|where|why|is|are|do|does|did) )|"
    r", +(?=(?:how|what|when|which|who|why|where) (?:is|are|was|were|did|does|do|has|have|had|will|would)\b)|"
    r"[,;?.]?\s+(?:and|but)\s+(?=(?:(?:in|on|by|for|at|to|of|over|from|with|how)\s+)?"
    r"(?:how|what|when|which|who|whom|whose|where|why|were|was|did|is|are|does|do|has|have|had)\b)", re.IGNORECASE)

# What a question grants before it asks.
GRANTED = re.compile(r"(?:if|given|while|although|though|with) [^,?]+, +(?=(?:how|what|when|which|who|whom|whose|where|why|is|are|do|does|"
                     r"did|has|have)\b)", re.IGNORECASE)

# What "how many" counts: the noun before the verb.
COUNTED = re.compile(
    r"\bhow many (?:\w+[ -]){0,3}?(\w+)(?= (?:do|does|did|will|would|is|are|was|were|has|have|had|can|could|in|of|from|to|for)\b"
    r"|[?,.]|$)", re.IGNORECASE)

# How a question asks who gains, who loses, or either.
_GAINS = (r"win(?:s|ner|ners|ning)?\b", r"won\b", r"benefit", r"beneficiar", r"gain(?:s|ed|ing)?\b", r"profits? from\b",
          r"better (?:end|off)\b", r"(?:come|came|comes|is|are|was|were|pull|pulls|pulled|pulling) (?:out )?ahead\b",
          r"ahead of\b", r"beaten\b",
          r"(?:come|came|comes) off (?:well|best|better|badly|worse|worst)\b",
          r"(?:stronger|upper|better) hand\b", r"(?:stronger|better) position\b", r"(?:good|great|positive) (?:news )?for\b",
          r"advantage", r"(?:get|got|gets) (?:\w+ ){0,2}out of\b", r"(?:come|came|comes) out (?:on top|stronger)\b", r"pa(?:y|ys|id) off\b",
          r"overt(?:ake|akes|ook|aking)\b", r"do(?:es|ne)? for\b", r"cash(?:es|ed|ing)? in\b", r"(?:windfall|boon|boost) (?:for|to)\b",
          r"thriv", r"catch(?:es|ing)? up\b")
_LOSSES = (r"los(?:e|es|er|ers|ing|s|ses)\b", r"lost\b", r"hurt", r"harm", r"pressur", r"squeez", r"threat", r"victim", r"struggl",
           r"left (?:behind|out|outside|over)\b", r"(?:shut|cut|crowd(?:s|ed|ing)?|forced|pushed) out\b", r"burn(?:t|ed)\b",
           r"worse off\b", r"weaker (?:hand|position)\b", r"(?:bad|negative) (?:news )?for\b",
           r"suffer", r"(?:to|have) fear\b", r"at risk\b", r"endanger", r"f(?:all(?:s|ing|en)?|ell) behind\b", r"miss(?:es|ed|ing)? out\b",
           r"on the (?:defensive|spot|back foot|ropes|receiving end)\b", r"in trouble\b", r"under (?:attack|siege|fire)\b", r"weaken",
           r"(?:blow|setback|danger) (?:for|to)\b", r"vulnerable", r"undermin", r"displac", r"sidelin", r"outflank", r"bypass",
           r"(?:eat|eats|eating|cut|cuts|cutting) into\b", r"hit hard", r"hardest hit\b", r"worried\b",
           r"(?:gets|got|made|makes) harder\b")
_WHO = ("any", "name", "person")  # a question for a number, a date or a reason wants no table
STAKES = pattern(*_GAINS, *_LOSSES, r"far(?:e|ed|es)\b", r"mean(?:s|t)? for\b")
SIDES = {"gains": pattern(*_GAINS), "losses": pattern(*_LOSSES)}

# It asks for whoever it is, and not about somebody that it names.
OPEN = pattern(r"who(?:m|se)?\b", r"which\b", r"what\b")

# It asks, from its first word on, for whoever stands to gain or lose.
OTHERS = pattern(r"(?:(?:and|but|so|then) )?(?:who(?:m|se)?|which)\b")

# Words for the race as a whole: they make no event of a question.
SETTING = frozenset(map(stem, """ai race boom build buildout build-out market industry sector trend era age thing considered overall moment
today now currently far wave rush spending""".split()))

# How a question asks for more than one fact.
_SAID = r"(?:opinions?|claims?|forecasts?|views?|judge?ments?|predictions?|facts?)"
_BASIS = pattern(
    r"(?:an? |the |as |hard |only |just |merely |really |proven |established |reported |actual )(?:\w+ )?"
    r"(?:facts?|opinions?|rumou?rs?|speculation|forecast|guess|prediction|hype|marketing)\b(?! (?:sheet|finding|check|that))",
    r"(?:is|was) (?:it |this |that )?(?:really )?an? (?:\w+ )?fact that\b",
    rf"{_SAID} or (?:\w+ ){{0,3}}{_SAID}\b",
    r"(?:is|are|was|were|has) (?:it |that |this |there )?(?:\w+ ){0,6}"
    r"(?:established|proven|proved|confirmed|verified|documented|settled|certain|proof)\b",
    r"(?:independent|hard|solid) (?:evidence|proof|data|figures)", r"who says (?:so|that|this)\b",
    r"(?:only|just|merely) (?:\w+ ){0,3}(?:said|claimed|claims?|expected|promised|predicted|talk)\b", r"vendor'?s? claim",
    r"how (?:firm|solid|sure|certain|reliable)\b")
ORDER = pattern(r"in what (?:order|sequence)\b", r"(?:which|what|who) (?:\w+ ){0,2}(?:came|was|moved) (?:\w+ )?first\b")
_TIMELINE = pattern(
    r"over time\b", r"over the (?:\w+ )?(?:years|months|quarters|course)", r"time ?line", r"chronolog",
    r"step by step\b",
    r"trace\b", r"(?:history|evolution|progress\w*|sequence|course|story) of\b",
    r"what (?:has |have )?(?:became|become|happened) (?:of|to)\b", r"(?:oldest|earliest|latest|newest) first\b",
    r"(?:up or down|down or up)\b",
    r"(?:between|from) .*(?:19|20)\d\d.* (?:and|to|until|up to|through) .*(?:19|20)\d\d", r"(?:milestones|stages|steps)\b",
    r"how (?:has|have|did|had) .*\b(?:chang|develop|evol|grow|grew|grown|progress|shift|mov|rais|climb|swell|unfold|buil[dt] up|come about|"
    r"play out)",
    r"from (?:the )?(?:start|beginning|first)\b.* (?:to|until|till)\b", r"one after (?:another|the other)\b", r"successive")
_COMPARISON = pattern(
    r"compar\w+", r"differ\w*", r"versus\b", r"vs\b",
    r"(?:more|less|larger|bigger|smaller|higher|lower|better|worse|faster|greater|cheaper|further|closer)\b.*\bthan\b",
    r"each\b", r"respectively\b", r"both\b", r"(?:whose|which) .*\bor\b", r"contrast", r"unlike\b", r"alike\b", r"similar",
    r"side by side\b", r"set against\b", r"next to\b", r"the same\b", r"(?<![\w-] )between .* and\b")
_OVERVIEW = pattern(
    r"tell me (?:about|more)\b", r"what (?:do|does|can) (?:we|you|the corpus|the articles) (?:know|say|tell)", r"overview", r"summar",
    r"brief me\b", r"what(?:'s| is| has)? (?:been )?(?:new|happening|going on)\b", r"list\b", r"what is known\b")
# How a question asks who stands in a relation to the actor that it names: the kinds of relation, the first that it asks for, and which
# side of them the actor stands on.
_AND = r"^(?:(?:and|but|so) )?"
_WHICH = (r"(?:which|what) (?:[\w-]+ )?(?:companies|company|firms?|carriers?|operators?|vendors?|suppliers?|makers?|clouds?|hyperscalers?)"
          r"(?: of [\w -]{2,40}?)?")
_WHOM = rf"{_AND}(?:with |to |from |in )?(?:whom?|{_WHICH})(?: else)? (?:do|does|did|has|have|had|is|are|will)\b.*\b"
_GETS = rf"{_AND}(?:who|{_WHICH})(?: else)?(?: (?:will|has|have|had|is|are|going to|to))* "
_MAKES = r"(?:suppl\w+|provid\w+|mak(?:e|es|ing)|made|build\w*|built|produc\w+|deliver\w*|sell(?:s|ing)?|sold|manufactur\w+)"
_BUYS = r"(?:buy(?:s|ing)?|bought|acquir\w+|tak(?:e|es|ing) over|took over)"
_BACKS = (r"(?:invest(?:ed|ing)?|put(?:ting)? (?:[\w$€£.]+ ){0,3}into|(?:tak(?:e|en|ing)|took) (?:an? )?(?:[\w-]+ )?stakes? in|"
          r"back(?:ed|ing)?)\b(?! (?:by|from|to)\b)")


def _are(noun: str) -> str:
    """Asks for whoever is called by the noun: "who are X's partners", "which partners …"."""
    return rf"{_AND}(?:who|which)(?: [\w-]+)? (?:is|are|was|were) [^?]{{0,60}}\b{noun}\b|{_AND}which (?:[\w-]+ )?{noun}\b"


_RELATIONS = [(re.compile(asked, re.I), kinds, side) for asked, kinds, side in (
    (_are("(?:rivals?|competitors?)"), ("rival",), ""), (rf"{_WHOM}compet\w+", ("rival",), ""), (rf"{_GETS}compet\w+", ("rival",), ""),
    (_are("partners?"), ("partner", "supplier"), ""),
    (rf"(?:{_WHOM}|{_GETS})(?:works?|working|partner\w*|team\w*)\b", ("partner", "supplier"), ""),
    (_are("(?:customers?|clients?|buyers?|tenants?)"), ("supplier", "partner"), "subject"), (_are("suppliers?"), ("supplier",), "object"),
    (_are("(?:investors?|shareholders?|backers?|owners?)"), ("investor",), "object"),
    (_WHOM + _BACKS, ("investor",), "subject"), (rf"{_GETS}(?:invest\w*|owns?|holds?)\b", ("investor",), "object"),
    (rf"{_WHOM}(?:sell|selling|sold|supply|supplied|supplying|build|building|provide)\b", ("supplier",), "subject"),
    (rf"{_GETS}(?:{_BUYS}|us(?:e|es|ing)|rent(?:s|ing)?|leas(?:e|es|ing)|order(?:s|ed))\b.*\bfrom\b", ("supplier",), "subject"),
    (rf"{_WHOM}{_BUYS}(?!.* from\b)", ("acquirer",), "subject"), (rf"{_GETS}{_BUYS}\b", ("acquirer",), "object"),
    (rf"{_GETS}{_MAKES}\b", ("supplier",), "object"),
)]
_BARE = 1  # words that are too few to tell what is wanted
WHETHER = re.compile(r"(?:(?:and|but|so) )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.I)


def intent(question: str, sides: int = 0, context: str = "") -> str:
    """What a question wants: basis, timeline, comparison, stakes, relation, overview, yes-no, reason or fact.

    `sides`: how many things it sets side by side; fewer than two make no comparison. `context`: the earlier question that it goes on
    about, which decides where the question itself says too little.
    """
    if context and len(content_words(question)) <= _BARE and kind_of(question) == "any" and not _BASIS.search(question):
        return intent(context, sides)
    if _BASIS.search(question):
        return "basis"
    if ORDER.search(question) or dated_parts(question) or _TIMELINE.search(question) and kind_of(question) != "reason":
        return "timeline"
    if asks_stakes(question):
        return "stakes"
    if sides > 1 and _COMPARISON.search(question):
        return "comparison"
    if kind_of(question) == "reason":
        return "reason"
    if asked_relation(question):
        return "relation"
    if _OVERVIEW.search(question):
        return "overview"
    if WHETHER.match(question):
        return "yes-no"
    return "fact"


# "The dates of the case: lawsuit, settlement, closing".
_DATES_OF = re.compile(r"\b(?:dates?|days?|milestones?|timeline|chronology) (?:of|for|in) (?P<what>[^:?]{3,80}?)(?:: | [–—-] )"
                       r"(?P<items>[^?]{3,120})", re.I)


def asked_relation(question: str) -> tuple[tuple[str, ...], str] | None:
    """The kinds of relation that a question asks for, the first above all, and the side on which it names the actor; None for none.

    subject: it names who supplies, buys or invests; object: who is supplied, bought or invested in; "": either.
    """
    return next(((kinds, side) for asked, kinds, side in _RELATIONS if asked.search(question)), None)


def parts(question: str) -> list[str]:
    """The things that a question asks one after the other."""
    granted = GRANTED.match(question)
    pieces = [granted.group(), *PART.split(question[granted.end():])] if granted else PART.split(question)
    return [piece.strip(" ,;–-") for piece in pieces if len(content_words(piece)) > 1] or [question]


def asks(piece: str) -> bool:
    """Whether a part of a question asks something, and does not only say what it is about."""
    return piece.endswith("?") or not piece.endswith(".") and (kind_of(piece) != "any" or bool(WHETHER.match(piece)))


def dated_parts(question: str) -> list[str]:
    """The parts of a question that asks for several days, one after the other; none where it asks for fewer than two."""
    if listed := _DATES_OF.search(question):
        items = [item for each in re.split(r",| and ", listed["items"]) if (item := each.strip(" .?!"))]
        return [f"When was the {item} of {listed['what'].strip()}?" for item in items] if len(items) > 1 else []
    pieces = [piece.strip(" ,;–-") for piece in PART.split(question) if content_words(piece)]
    return pieces if sum(kind_of(piece) == "date" for piece in pieces) > 1 else []


def content_words(text: str) -> list[str]:
    """The words of a text that are no stop words."""
    return [word for word in words(text) if word not in STOP]


def kind_of(text: str) -> str:
    """The kind of answer that a question asks for: a key of KINDS, or "any"."""
    found = [(match.start(), n, kind) for n, (kind, pattern) in enumerate(KINDS.items()) if (match := pattern.search(text))]
    return min(found)[2] if found else "any"


def asks_stakes(question: str) -> bool:
    """Whether a question asks who gains or loses."""
    kind = kind_of(question)
    return (kind in _WHO or kind == "date" and bool(WHETHER.match(question))) and bool(STAKES.search(question))
