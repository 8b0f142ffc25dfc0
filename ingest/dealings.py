"""How sentences tell who supplies, buys, backs, works with or competes with whom: the patterns that ingest/relations.py goes by.

In a pattern `▢` is an actor, or a list of actors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SYMMETRIC = frozenset(["partner", "rival"])
ACTOR = "▢"


def _verbs(bases: str, more: str = "") -> str:
    """The forms of regular verbs, and what else `more` matches."""
    found = [more] if more else []
    for base in bases.split():
        if base.endswith(("e", "y")):
            found.append(f"{base[:-1]}(?:e|es|ed|ing)" if base.endswith("e") else f"{base[:-1]}(?:y|ies|ied|ying)")
        else:
            found.append(f"{base}(?:s|es|ed|ing)?")
    return f"(?:{'|'.join(found)})"


# What may stand between: words that belong to the second name ("to the data-centre operators Equinix"), a thing, a few words, an amount.
_ALIEN = ("of|and|or|that|which|who|not|from|by|in|on|at|for|as|into|over|after|before|when|because|with|to|against|than|rivals?|"
          "competitors?")
_ITS = rf"(?:such as |(?!(?:{_ALIEN})\b)[\w-]+ ){{0,4}}"
_THING = rf"(?:[^{ACTOR};:]{{0,90}}? )?"
_SOME = rf"(?:[^{ACTOR};:,]{{0,40}} )?"
_OWN = r"(?:(?:substantially )?all of )?"
_WITH = r" as (?:its|an?|the) (?:[\w-]+ ){0,3}"  # "with A as its largest customer"
_LIKE = r"(?:,? (?:includes?|included|are|such as|like|including))?,? "
_IS = r"(?:, | (?:is|was|are|were|becomes?|became|remains?) )(?:(?:also|now|already|an?|the|one of|both|among) )*(?:[\w-]+ ){0,3}"
_ASSET = (r"(?:business(?:es)?|units?|arms?|divisions?|assets?|operations|fib(?:re|er)|networks?|subsidiar(?:y|ies)|brand|customers|"
          r"plants?|fabs?|factor(?:y|ies))")
# Behind a name that is bought itself, or whose business is; and behind one whose goods are.
_ITS_ASSET = rf"'s (?:[\w-]+ ){{0,4}}{_ASSET}\b"
_WHOLE = (r"(?:[.,;:)?!]|$| (?:and|for|in|on|at|after|last|late|early|as|from|to|this|when|before|by|outright)\b|"
          rf"{_ITS_ASSET})")
_TARGET = rf"(?!'s| (?:shares|stock|fib(?:re|er)|cables?|chips|GPUs|capacity|equipment|gear|switches|routers)\b)|{_ITS_ASSET}"
_GOODS = (rf"'s? (?!shares|stock)[\w{ACTOR}]| (?!(?:shares|stock|{_ALIEN}|said|says|is|was|has|had|will|would|instead|but|while|if|late|"
          r"last|early|this|does|did|are|were)\b)[a-z\d]")

_BUY = _verbs("acquire purchase", "buys?|buying|bought|takes? over|taking over|took over")
_GIVE = _verbs("supply provide deliver ship sell make build lay lease rent produce manufacture construct install",
               "shipped|shipping|sold|made|built|laid|construction")
_USE = _verbs("use deploy adopt install choose pick select lease rent", "buys?|buying|bought|chose|chosen|order(?:ed|ing)|"
              "rel(?:y|ies|ied) on|runs? on|ran on|running on|(?:is|are) based on")
_PICK = _verbs("choose pick select sign hire", "chose|chosen")
_NAME = _verbs("name list count cite", "added|adds|signed(?: up)?|signs|landed|won|wins|has|have|gained")
_CUSTOMER = r"(?:customers?|clients?|users?|tenants?|buyers?)"
_RIVAL = r"(?:rivals?|competitors?)"
_PACT = (r"(?:partnerships?|collaborations?|alliances?|tie-ups?|joint ventures?|agreements?|pacts?|deals?|co-?operation|trials?|work|"
         r"arrangements?|contracts?)")
_CONTEST = r"(?:contest|race|rivalry|battle|fight|duel|war|competition|showdown)"
_MAKE = r"(?:announced|signed|formed|struck|entered|unveiled|introduced|launched|agreed|made|have|has|share)"
_JOINT = r"(?:jointly|partnered|teamed up|joined forces|work(?:s|ing|ed)? together|collaborat\w+|linked their|will co-\w+)"


@dataclass(frozen=True, slots=True)
class Telling:
    """One way to tell of a relation: what stands between two actors, behind the second, and before the first.

    `acts`: the first must be who acts, in its clause; `back`: it is the second who is the relation's subject.
    """

    kind: str
    between: re.Pattern[str]
    after: re.Pattern[str]
    acts: bool
    back: bool
    before: re.Pattern[str] = re.compile("")


def _acts(kind: str, between: str, after: str = "", back: bool = False) -> Telling:
    """What the first actor does, as a whole word, up to the second."""
    return Telling(kind, re.compile(rf"(?<![\w-])(?:{between})$"), re.compile(after), True, back)


def _beside(kind: str, between: str, after: str = "", back: bool = False, before: str = "") -> Telling:
    """What joins two actors whoever acts."""
    return Telling(kind, re.compile(f"{between}$"), re.compile(after), False, back, re.compile(f"{before}$" if before else ""))


TELLINGS = (
    # who buys whom, or a business of whom
    _acts("acquirer", rf"{_BUY} (?:(?:out|all|control|most|parts?) )?(?:of )?{_ITS}", _WHOLE),
    _acts("acquirer", rf"(?:purchase|acquisition|takeover|buy-?out) of {_OWN}{_ITS}", _TARGET),
    _beside("acquirer", rf"'s (?:[^{ACTOR};:,]{{0,40}} )?(?:purchase|acquisition|takeover|buy-?out) of {_OWN}", _TARGET),
    _acts("acquirer", rf"(?:closed|closes|completed|completes|finished|sealed|announced) (?:its|the|their|a) {_SOME}",
          r" (?:\w+ ){0,2}(?:acquisition|purchase|takeover)\b"),
    _beside("acquirer", " by ", back=True, before=rf"(?:purchase|acquisition|takeover|buy-?out) of {_OWN}"),
    _beside("acquirer", ", ", " [a-z]", back=True, before="(?i:its|their) (?:purchase|acquisition|takeover) of "),
    _beside("acquirer", r"'s (?:[a-z-]+ ){0,2}", r" (?:acquisition|purchase|takeover)\b"),
    _acts("acquirer", rf"pa(?:y|ys|id|ying) [^{ACTOR};:]{{0,60}}? for {_OWN}{_ITS}", rf"(?:{_ITS_ASSET}|[.,;]|$)"),
    _acts("acquirer", rf"acquir(?:e|es|ed|ing) {_THING}from {_ITS}"),
    _acts("acquirer", rf"{_BUY} {_SOME}{_ASSET} (?:[\w-]+ ){{0,3}}from {_ITS}"),
    _beside("acquirer", r" (?:bought|acquired|purchased|taken over|swallowed(?: up)?) (?:in \w+ |last \w+ )?by ", back=True),
    _acts("acquirer", rf"(?:sells?|selling|sold|divest\w*|offload\w*) (?:(?:[a-z]+ ){{0,3}}of )?(?:its|their) {_THING}to "
          rf"(?:a (?:fund|unit|subsidiary) of )?{_ITS}", back=True),
    _acts("acquirer", rf"(?:(?:sells?|selling|sold) (?:an?|the|all) {_SOME}{_ASSET}|{_ASSET} sale) to {_ITS}", back=True),
    _acts("acquirer", r"(?:is|was) the (?:[\w-]+ ){1,3}(?:that |which )?", r" (?:bought|acquired)\b", back=True),
    # who owns a part of whom
    _acts("investor", rf"{_verbs('invest')} {_THING}in {_ITS}"),
    _acts("investor", rf"(?:investment|stake|shareholding)(?: of [^{ACTOR};:]{{0,30}})? in {_ITS}"),
    _beside("investor", rf"'s {_SOME}(?:investment|stake|shareholding) in "),
    _acts("investor", rf"{_BUY} {_SOME}", r"(?:'s)? (?:\w+ )?(?:shares|stock)\b"),
    _acts("investor", rf"put {_SOME}(?:billion|million) into {_ITS}"),
    _acts("investor", rf"(?:owns?|owned|holds?|held) {_SOME}(?:%|per cent|half|third|quarter|stake|share|part) (?:of|in) {_ITS}"),
    _beside("investor", r"^(?:,| is| was| are| were| now| [a-z]+ly)* (?:owned|backed|funded|financed|controlled) by (?:funds of )?",
            back=True),
    _beside("investor", r",? with ", rf"{_WITH}(?:shareholder|investor|backer|owner)\b", back=True),
    # who supplies whom
    _acts("supplier", rf"{_GIVE} (?!(?:\w+ ){{0,3}}(?:way|room|case|bids?|offers?|sense|its|their|stake|itself) ){_THING}"
          rf"(?:to|for|linking|connecting|to connect|to link) {_ITS}"),
    _acts("supplier", rf"(?:supply|sales?|deliveries|shipments) (?:of {_SOME})?(?:to|for) {_ITS}"),
    _acts("supplier", rf"(?:suppl|provid|equip)\w+ {_ITS}", " with "),
    _acts("supplier", rf"{_verbs('supply make build produce manufacture power', 'made|built')} ", r"'s? [\w-]"),
    _acts("supplier", rf"{_verbs('run host carry', 'running')} (?:the )?", r"(?:'s)? (?:[\w-]+ )?(?:workloads?|traffic)\b"),
    _acts("supplier", rf"giv(?:e|es|ing) {_ITS}", " (?:[a-z]+ )?access "),
    _acts("supplier", rf"{_NAME} {_ITS}", rf" (?:as|among) (?:[\w{ACTOR}'-]+ ){{0,4}}{_CUSTOMER}\b"),
    _acts("supplier", r",? with ", rf"{_WITH}{_CUSTOMER}\b"),
    _beside("supplier", rf"'s (?:[\w-]+ ){{0,2}}{_CUSTOMER}{_LIKE}{_ITS}"),
    _acts("supplier", rf"(?:its|their) (?:[\w-]+ ){{0,2}}{_CUSTOMER},? (?:such as |like |including )?{_ITS}"),
    _acts("supplier", rf"(?:won|wins|winning|got|landed|secured|received|booked|has|had) {_SOME}(?:orders?|contracts?) {_SOME}from {_ITS}"),
    _acts("supplier", "revenue (?:came|comes) from "),
    _beside("supplier", "'s (?:[\\w-]+ ){0,2}revenue (?:came|comes) from "),
    _acts("supplier", rf"{_PACT} (?:worth [^{ACTOR};:]{{0,30}} )?with {_ITS}",
          " (?:to|for) (?:supply|provide|build|deliver|make|sell|lay)"),
    _beside("supplier", rf"{_IS}(?<!second )(?<!third )(?<!rival )(?<!alternative )suppliers? (?:of {_SOME})?(?:to|of|for) {_ITS}"),
    _beside("supplier", r" as (?:an?|its|the|one of)?(?: ?[\w-]+ ){0,3}suppliers? (?:to|of) "),
    _beside("supplier", r" (?:is|was|remains|became) ", r"'s (?:[\w-]+ ){0,3}supplier\b"),
    _beside("supplier", rf"'s (?:[\w-]+ ){{0,2}}suppliers?{_LIKE}", back=True),
    _beside("supplier", r" (?:include|includes|are) ", before=rf"(?i:{_CUSTOMER}) of "),
    _beside("supplier", r" (?:include|includes|are) ", back=True, before="(?i:suppliers) (?:of|to) "),
    _beside("supplier", rf",? with {_ITS}", r" (?:among|as one of) (?:its|the|their) (?:[\w-]+ ){0,2}suppliers", back=True),
    _beside("supplier", rf"{_IS}{_CUSTOMER} of {_ITS}", back=True),
    _beside("supplier", r"(?:,| as| is| was| are| were| became| remains)(?: one of)? ", rf"'s (?:[\w-]+ ){{0,3}}{_CUSTOMER}\b", back=True),
    _acts("supplier", rf"(?:made up|makes? up|account(?:s|ed) for|contribut\w+|was|were) [^{ACTOR};:]{{0,40}}(?:of|to) ",
          r"'s (?:[\w-]+ ){0,3}(?:revenue|sales|turnover)\b", back=True),
    _acts("supplier", rf"(?:{_USE}|purchas(?:e|es|ed|ing)|sourc(?:e|es|ed|ing)|licens(?:e|es|ed|ing)) {_THING}from {_ITS}", back=True),
    _acts("supplier", rf"reserv(?:e|es|ed|ing) {_THING}(?:of|from|on|in) {_ITS}", back=True),
    _acts("supplier", rf"{_USE} {_ITS}", _GOODS, back=True),
    _acts("supplier", rf"{_PICK} {_ITS}", r" (?:to|as|for|over)\b|[.,]|$", back=True),
    _beside("supplier", r"\b(?:supplied|provided|delivered|made|built) (?:\w+ )?(?:to|for) "),
    _beside("supplier", r"\b(?:chosen|used|adopted|deployed|rented|leased) (?:\w+ )?by "),
    _beside("supplier", r"\b(?:supplied|provided|made|built) by ", back=True),
    # who works with whom
    _acts("partner", rf"{_verbs('partner team work collaborate cooperate co-operate ally', 'join(?:s|ed|ing)? forces')} "
          rf"{_SOME}with {_ITS}"),
    _acts("partner", rf"(?:co-?)?(?:develop|engineer|design|integrat|own|test|trial)\w* {_SOME}with {_ITS}"),
    _acts("partner", rf"{_PACT} {_SOME}with {_ITS}"),
    _beside("partner", rf"'s (?:[\w-]+ ){{0,3}}(?:{_PACT}|business) with {_ITS}"),
    _acts("partner", r"(?:its|their) (?:[a-z-]+ ){0,2}", rf" (?:[\w-]+ ){{0,2}}{_PACT}\b"),
    _beside("partner", r"'s (?:[a-z-]+ ){0,2}", rf" (?:[\w-]+ )?{_PACT}\b"),
    _beside("partner", r"[–-]", rf" (?:[\w-]+ )?(?:{_PACT}|link)\b"),
    _acts("partner", rf"{_NAME} {_ITS}", rf" (?:as|among) (?:[\w{ACTOR}'-]+ ){{0,4}}partners?\b"),
    _acts("partner", r",? with ", rf"{_WITH}partner\b"),
    _beside("partner", rf"'s (?:[\w-]+ ){{0,2}}partners?{_LIKE}{_ITS}"),
    _beside("partner", rf"{_IS}partners? of "),
    # who competes with whom
    _acts("rival", rf"{_verbs('compete vie battle fight', 'vying')} {_SOME}(?:with|against) {_ITS}"),
    _acts("rival", rf"{_verbs('challenge rival undercut overtake dethrone unseat', 'overtook|overtaken|takes? on|taking on|took on')} "
          rf"{_ITS}", "(?! for [$€£])"),
    _beside("rival", rf"\b(?:{_RIVAL}|challengers?|alternatives?) (?:to|of) {_ITS}"),
    _acts("rival", rf"head[ -]to[ -]head (?:with|against) {_ITS}"),
    _acts("rival", rf"los(?:e|es|ing|t) (?:out|ground|{_SOME}share|customers|the lead) {_SOME}to {_ITS}"),
    _acts("rival", rf"(?:took|takes?|taking|won|wins?|winning|seized|captured|stole) {_SOME}"
          rf"(?:lead|leadership|share|crown|customers) from {_ITS}"),
    _acts("rival", rf"(?:assault on|shot at|attack on|answer to) {_ITS}"),
    _beside("rival", rf"'s [^{ACTOR};:,]{{0,40}}(?:assault on|shot at|attack on|answer to) "),
    _acts("rival", r"erod\w+ ", r"'s lead\b"),
    _beside("rival", r" (?:is|are|was|were|remains?|became) ", rf"'s (?:[\w-]+ ){{0,3}}{_RIVAL}\b"),
    _beside("rival", rf"'s (?:[\w-]+ ){{0,2}}{_RIVAL}{_LIKE}{_ITS}"),
    _acts("rival", rf"(?:its|their) (?:[\w-]+ ){{0,2}}{_RIVAL},? (?:such as |like |including )?{_ITS}"),
    _acts("rival", r",? with ", rf"{_WITH}rival\b"),
)

# What stands around a list whose members have a relation with one another: before it, behind it.
LISTED = tuple((kind, re.compile(before), re.compile(behind)) for kind, before, behind in (
    ("partner", rf"\b(?:{_PACT}|link) (?:between|of|among) $", ""),
    ("partner", "", rf"(?: \w+){{0,2}}? {_MAKE} {_SOME}(?:{_PACT}|joint(?:ly)?|link)\b(?! with)"),
    ("partner", "", rf" [^{ACTOR};:]{{0,80}}?\b{_JOINT}(?! [\w ]{{0,20}}with)"),
    ("partner", "", r"(?: \w+)? are (?:now |also )?partners\b"),
    ("rival", rf"\b{_CONTEST}(?: \w+)? (?:between|of|among) $", ""),
    ("rival", "", rf" (?:\w+ ){{0,2}}(?:competed?\b|are (?:\w+ )?{_RIVAL}|vie\b)(?! with| against)"),
))
CONTEST = re.compile(rf"\b{_CONTEST}(?: \w+)? (?:between|of) $")

# It is not so, not yet sure, no longer so, or only set beside something else.
DENIED = re.compile(r"\b(?:(?i:not|no|never|nor|neither|cannot|without|unlike|rather than|instead of|than|den(?:y|ies|ied)|refus\w+|"
                    r"whether|if|declin\w+ to|fail(?:s|ed)? to|unless|could|might|should|whereas|while|former\w*|used to|drop(?:s|ped)|"
                    r"ended|scrapped|cancel\w+|terminat\w+|abandon\w+|stop(?:s|ped)?|block|blocked|barred|weigh\w*|consider\w*|talks|rumou?r\w*)"
                    r"|may)\b|n't\b")
WOULD = re.compile(r"\bwould\b")
SAID = re.compile(r"\b(?:said|says|announced|agreed|promised|pledged|confirmed)\b")
