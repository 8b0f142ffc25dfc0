"""Words that tell who speaks in a sentence: verbs of saying, their subjects, and the nouns that stand for a speaker."""

from __future__ import annotations

import re

from .lexicon import DAYS, DEMONYMS, FUNCTION, MONTHS

_CAPITAL = r"[A-Z](?:(?!'s\b)[\w.'-])*\w"
_NAME = re.compile(rf"(?<![\w-])(?:{_CAPITAL}|[a-z]+[A-Z]\w*|\d+[A-Z]\w*)(?:(?: &| of(?: the)?)? {_CAPITAL})*")
_QUOTED = re.compile(r"([“\"])([^”\"]*)([”\"]|$)")

# Verbs whose subject says it. The soft ones tell also what a company means to do, by whoever's account; those that pass on leave
# open who said it first; some, as a form of the noun, count only before a clause or a figure.
_SOFT = r"expect(?:s|ed)?|believe[sd]?|hope[sd]?|plan(?:s|ned)|intend(?:s|ed)|aim(?:s|ed)|want(?:s|ed)"
_PASSING = (r"report(?:s|ed)|relay(?:s|ed)|quote[sd]|cite[sd]|list(?:s|ed)|names|passes on|collects|note[sd]|recall(?:s|ed)|"
            r"add(?:s|ed)(?= that|,|$|\.)")
_FIRM = (r"said|says?|told|tells?|argue[sd]?|claim(?:s|ed)?|wr(?:ites?|ote)|stated|states(?= that)|insist(?:s|ed)?|warn(?:s|ed)?|"
         r"announce[sd]|predict(?:s|ed)?|suggested|accuse[sd]?|conclude[sd]?|declare[sd]|explain(?:s|ed)|"
         r"reckon(?:s|ed)?|thinks?|judge[sd]?|estimate[sd]|forecasts|forecast(?= (?:that|an?|the|\d))")
_OTHER = (r"describe[sd]?|call(?:s|ed)|acknowledge[sd]?|admit(?:s|ted)|emphasi[sz]e[sd]?|highlight(?:s|ed)|disclose[sd]|confirm(?:s|ed)|"
          r"den(?:y|ies|ied)|reveal(?:s|ed)|guided|posted|booked|ranks|ranked|rate[sd]|found|finds?|counts|counted|calculate[sd]?|"
          r"frame[sd]|thought|shows?|showed|observe[sd]|remark(?:s|ed)|stress(?:es|ed)|point(?:s|ed) out|has it|sees?|saw|asks|asked|"
          r"learn(?:ed|t)|puts?(?= [^,.;]* (?:at|above|below|near) (?:about |some )?[$€£]?\d)|contrasts")
SAYING = re.compile(rf"(?<![\w-])(?:(?P<soft>{_SOFT})|(?P<passing>{_PASSING})|(?P<firm>{_FIRM})|{_OTHER})(?![\w-])")
DEED = re.compile(r"(?:'s (?:\w+ ){0,2}\w+| Inc\.?| Corp\.?| Group)?(?: (?:also|now|has|have|had|is|was|will|would|to|today|then|since))*? "
                  rf"(?:{_SOFT}|agreed|signed|completed|closed|launched|unveiled|introduced|acquired|bought|sold|appointed|named|filed|"
                  r"raised|cut|secured|selected|chosen|chose|voted|opened|reserved|committed|pledged|set out|lifted|issued|"
                  r"won(?= [^,.;]*\b(?:contract|order|deal|tender|award)\b)|"
                  r"(?:will|(?:is|are)(?: set)? to) (?:also |now )?(?:build|buy|pay|sell|supply|replace|receive|invest|deploy|"
                  r"open|launch|add|use|spend|offer|provide|acquire|deliver|install|run|lease))\b")
_NOUNS = frozenset("claims reports notes calls counts names ranks forecasts shows rates lists plans hopes aims".split())
_NO_VERB = re.compile(r"\b(?:the|an?|its|their|his|her|these|those|some|of|\d+|two|three|four|five|six|ten|eleven|twelve|'s|"
                      r"be|been|being|is|are|was|were)(?: \w+ly)? $")

# What stands about a subject.
_BESIDE = re.compile(r"(?:[ ,](?:also|now|later|had|has|have|would|could|then|since|even|both|all|each|still|itself|\w+ly|who|which|today|"
                     r"yesterday|on \w+day|(?:this|last) \w+|in an? \w+))*,? ?$")
_BOUND = re.compile(r"[;:()”]|\"(?= )|\. |\s[–—-]\s|\b(?:that|because|while|although|though|but|if|whether|what|how|than)\b")
_LEAD = re.compile(r"^ ?(?:(?:and|but|so|yet|as|when|then|meanwhile|there|in|on|at|by|for|after)\b[^,]*,)* *", re.I)
_JOINT = re.compile(r"^(?:when|as|where|there|then|and|but|so|yet|now|still|here) ", re.I)
_ASIDE_TIME = re.compile(r"\b(?:before|after|since|until) [^,]*$")
_CUT = re.compile(rf" (?:in|on|told|after|during|as|when|which|who|that|will|would|has|have|had|is|are|was|were|{_FIRM}|{_OTHER})\b")
_CLOSING = re.compile(r"(?: (?:in|on|to|at|with|of|reporters|investors|analysts)\b[^,]{0,60}|, [^,]{0,60})?\.?")
_FINITE = re.compile(rf" (?:will|would|has|have|had|is|are|was|were|{_FIRM}|{_OTHER})\b")
_BEHIND = re.compile(r" (?P<who>(?:[A-Z]|the |an? |attorneys|analysts|people|one )[^;:]*?)(?=[.]?$|[.] |, (?:but|and|which|adding|as)\b)")
_BARE = re.compile(r"(?:[\w'&.-]*[A-Z][\w'&.-]*|of|at|from|for|and|&|the|analysts?|chief|head|ceo|cfo|president|executive|\w+ chief)"
                   r"(?: (?:[\w'&.-]*[A-Z][\w'&.-]*|of|at|from|for|and|&|the|analysts?|chief|head|ceo|cfo|president|executive))*")

# Who is cited without a verb of his own.
CITED = re.compile(r"\b(?:[Aa]ccording to|(?:[Rr]eported|[Ee]stimated|[Qq]uoted|[Rr]elayed|[Aa]nnounced) by|[Cc]iting|[Pp]er|told|"
                   r"in the words of|(?:[Dd]ata|[Ff]igures|[Nn]umbers|[Mm]easurements|[Ee]stimates|[Aa]nalysis|[Rr]esearch|[Rr]eports?|"
                   r"[Ss]urvey|[Ss]tudy|[Nn]ote|[Pp]oll) (?:from|by|of)) (?P<who>[^,;.:()]+(?:\.\w[^,;.:()]*)*)")
WORK = re.compile(rf"(?P<who>{_CAPITAL}(?: {_CAPITAL})*)(?:'s?)? (?:own |latest |new |\w+ )?(?:numbers|data(?!.?cent)|tracker|figures|"
                  r"reports?|survey|study|estimates?|forecast|view|analysis|measurements|poll)\b")
OWN_WORD = re.compile(r"(?:its|their|'s?|s') own (?:\w+ )?(?:account|admission|estimate|count|reckoning|claim|figures?|words|description|"
                      r"view)\b|\b(?:in a (?:\w+ )?statement|press release|in (?:an?|its) (?:\w+ )?(?:filing|blog post)|"
                      r"with its results|status page|earnings (?:call|report|release))\b", re.I)
HEARSAY = re.compile(r"\b(?:word is|reportedly|rumou?r\w*|has it that|(?:is|are) (?:said|understood|thought|believed) to|"
                     r"reports? (?:say|says|said|suggests?|call|have it|has it))\b", re.I)
INTERVIEW = re.compile(rf"\b(?:told|denied to|spoke to|spoke with) (?P<who>{_CAPITAL}(?: {_CAPITAL})*)|"
                       rf"\b(?:told (?:us|this \w+)|in an (?:interview|e-?mail))\b(?: (?:with|to) (?P<other>{_CAPITAL}(?: {_CAPITAL})*))?")

# Who a noun phrase without a name is.
WRITER = re.compile(r"\b(?:writer|reporter|journalist|author|columnist|columns?|blogger|editor|newsletter|digest|correspondent)s?\b", re.I)
HERE = re.compile(r"\b(?:this (?:(?:news)?(?:paper|letter)|site|magazine|publication|blog)|us)\b", re.I)
ROLE = re.compile(r"\b(?:analysts?|brokers?|brokerage|economists?|short[- ]sellers?|researchers?|strategists?|professor|lawyers?)\b", re.I)
OFFICER = re.compile(r"\b(?:chief|c[efto]o|[se]?vp|president|chair\w*|manager|director|officer|head of|spokes\w+)\b", re.I)
_OFFICE = re.compile(r"(?:then-)?(?:analysts?|economists?|strategists?|researchers|engineers|suppliers|critics|investors|sources|people|"
                     r"insiders|officials|executives|customers|both|most|neither|another|chief|c[efto]o|[se]?vp|president|professor|dr|mrs?|ms|sir|"
                     r"she|spokes\w+)\.?", re.I)
COMPANY = re.compile(r"(?:(?:the|an?|its|their|this|both|neither|two)\b ?(?:[\w-]+ ){0,2}|^)(?:compan(?:y|ies)|firms?|carriers?|operators?|"
                     r"vendor|supplier|\w*maker|telco|group|provider|management|board|chief\w*|c[efto]o|spokes\w+|sides?|incumbent|giant|"
                     r"business)\b|it\b", re.I)
DOCUMENT = re.compile(r"\b(?:numbers|figures|results|filing|annual report|10-[KQ]|8-K|statement|release|announcement|accounts|guidance|"
                      r"letter to shareholders)\b", re.I)
HOUSE = re.compile(r"(?:the|that) (?:\w+ )?(?:broker\w*|bank|house|firm|analysts?|group|researchers?|pollsters?|union|regulators?|"
                   r"commission|department|ministry|watchdog|association|institute|consultancy|consultants|fund|short[- ]seller)", re.I)
PAPER = re.compile(r"(?:the|a|an|this|that|its)\b.*\b(?:reports?|article|piece|story|site|paper|newspaper|magazine|agency|broadcaster|"
                   r"study|survey|note|tracker|poll)", re.I)
PRESS = re.compile(r"(?:the|both|most|several|some|two|other)\b.*\b(?:reports|articles|accounts|papers)", re.I)
PERSON = re.compile(r"he|she|the (?:analyst|economist|executive|professor|chief executive)", re.I)
PEOPLE = re.compile(r"\b(?:people|persons?|sources?|insiders?|officials?|some|many|most|one|others?|nobody|everyone|critics|observers|they|"
                    r"contractors|suppliers|customers|executives|managers|circles|those|staff|partners|investors|experts|who|what|this|that|"
                    r"there)\b", re.I)
FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]urs?|[Mm]ine)(?:'\w+)?\b(?! ?\.)")
SELF = re.compile(rf"{FIRST_PERSON.pattern}|\?")
HEDGE = re.compile(r"\b(?:should|seems?|arguably|perhaps|probably|likely|might|clearly|basically|surely|sense|of course|win-win)\b", re.I)
ONGOING = re.compile(r"(?:The|This|These|It|Its|Under|They|Both)\b")
DATELINE = re.compile(r"(?:^|\) )[A-Z][\w .,/'-]{0,40}\((?P<who>[A-Za-z][\w.& -]{1,24})\) ?[-–—] ?(?=\S)")
WIRE = re.compile(r"PR ?News ?wire|Business ?Wire|Globe ?Newswire|Access(?:wire| Newswire)|EIN Presswire", re.I)


def masked(text: str) -> str:
    """The sentence with blanks for what is quoted."""
    return _QUOTED.sub(lambda match: f"{match[1]}{' ' * len(match[2])}{match[3]}", text)


def says(plain: str, verb: re.Match[str]) -> bool:
    """Whether a match of SAYING is a verb of the active voice: not "was reported", not the noun in "both reports say"."""
    alone = re.match(r"[.,;]|$", plain[verb.end():]) and "," not in plain[:verb.start()]
    noun = verb.group() in _NOUNS and (alone or SAYING.match(plain, verb.end() + 1))
    if verb.group().startswith("show") and not DOCUMENT.search(subject(plain, verb)[0]):  # so do facts
        return False
    return not noun and not _NO_VERB.search(plain, 0, verb.start())


def subject(plain: str, verb: re.Match[str]) -> tuple[str, str]:
    """Whom a verb of saying has as its subject, before or behind it, and what stands beside that between commas; "" for nobody."""
    start = max((match.end() for match in _BOUND.finditer(plain, 0, verb.start())), default=0)
    ahead = plain[:verb.start()].rstrip()
    region = plain[start:verb.start()]
    region = region[:_BESIDE.search(region).start()]
    parts = [part.strip() for part in _LEAD.sub("", region).split(",") if part.strip(' "“”')]
    behind = _BEHIND.match(plain, verb.end())
    between = len(parts) > 1 and ahead.endswith(",")  # "Jane Roe, an analyst at Hartwell, said"
    bare = between and any(_BARE.fullmatch(part) for part in parts[-2:])
    open_ = not parts or ahead.endswith((",", '"', "”")) and not bare
    if behind and open_ and not verb.group().startswith("t") and not _FINITE.search(behind["who"].partition(",")[0]):
        head, _, aside = cut(behind["who"]).partition(",")
        return head, aside
    if not parts or _ASIDE_TIME.search(parts[-1]):
        return "", ""
    head, aside = parts[-2:] if between else (parts[-1], "")
    return _JOINT.sub("", head), aside


def closes(plain: str, verb: re.Match[str]) -> bool:
    """Whether the sentence ends with who says it: "…, Reuters said on Monday."."""
    before = re.search(r"[,\"”] [^,;]{1,60}(?:, [^,;]*, )?$", plain[:verb.start()])
    return bool(before and _CLOSING.fullmatch(plain, verb.end()))


def cut(phrase: str) -> str:
    """A noun phrase without what follows it."""
    return _CUT.split(phrase)[0]


def names(phrase: str) -> list[str]:
    """The names in a noun phrase, without titles and offices; a capital that only begins the sentence makes none."""
    found = []
    for match in _NAME.finditer(phrase):
        words = match.group().split()
        while words and (words[0].lower() in FUNCTION or words[0] in MONTHS | DAYS | DEMONYMS or _OFFICE.fullmatch(words[0])):
            words.pop(0)
        plain = len(words) == 1 and not match.start() and words[0][1:].islower() and re.match(r" (?!& )[a-z]", phrase[match.end():])
        if words and not (plain and not ROLE.match(phrase, match.end() + 1)):
            found.append(" ".join(words))
    return found


def means(text: str, publisher: str) -> bool:
    """Whether `text` names the publisher: in full, by a part of its name, or by its initials."""
    name = publisher.removeprefix("The ")
    if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        return True
    words = name.split()
    if len(words) < 2:
        return False
    parts = {words[-1], *(words[:1] if len(words[0]) > 3 else ())} - {word.capitalize() for word in FUNCTION}
    initials = "".join(word[0] for word in words if word[0].isupper())
    return bool(set(names(text)) & (parts | {initials} if len(initials) > 1 else parts))
