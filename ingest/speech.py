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
          r"frame[sd]|thought|shows?|showed|observe[sd]|remark(?:s|ed)|stress(?:es|ed)|point(?:s|ed) out|has it|puts? it|sees?|saw|"
          r"asks|asked|learn(?:ed|t)|puts?(?= [^,.;]* (?:at|above|ahead|below|near|in|on)\b)|contrasts|complain(?:s|ed)|"
          r"promise[sd]|boast(?:s|ed)|caution(?:s|ed)|contend(?:s|ed)|allege[sd]|assert(?:s|ed)|concede[sd]|hint(?:s|ed)|quip(?:s|ped)|comment(?:s|ed)|"
          r"speaks? of|spoke of|ruled|ordered|fined|publish(?:es|ed)|understands|hears|(?:had|broke)(?= (?:it|the (?:story|news|scoop))\b)|"
          r"testif(?:ies|ied)|doubt(?:s|ed)|fear(?:s|ed)|worr(?:ies|ied)(?= that)|vow(?:s|ed)|"
          r"(?:saying|arguing|warning|predicting|adding)(?= (?:that|it|the|its|he|she|they)\b)")
SAYING = re.compile(rf"(?<![\w-])(?:(?P<soft>{_SOFT})|(?P<passing>{_PASSING})|(?P<firm>{_FIRM})|{_OTHER})(?![\w-])")
DEED = re.compile(r"(?:'s (?:\w+ ){0,2}\w+| Inc\.?| Corp\.?| Group)?(?: (?:also|now|has|have|had|is|was|will|would|to|today|then|since))*? "
                  rf"(?:{_SOFT}|agreed|signed|completed|closed|launched|unveiled|introduced|acquired|bought|sold|appointed|named|filed|"
                  r"raised|cut|secured|selected|chosen|chose|voted|opened|reserved|committed|pledged|set out|lifted|issued|"
                  r"won(?= [^,.;]*\b(?:contract|order|deal|tender|award)\b)|"
                  r"(?:will|(?:is|are)(?: set)? to) (?:also |now )?(?:build|buy|pay|sell|supply|replace|receive|invest|deploy|"
                  r"open|launch|add|use|spend|offer|provide|acquire|deliver|install|run|lease))\b")
_NOUNS = frozenset("claims reports notes calls counts names ranks forecasts shows rates lists plans hopes aims".split())
_NO_VERB = re.compile(r"\b(?:the|an?|its|their|his|her|these|those|some|of|\d+|two|three|four|five|six|seven|eight|nine|ten|"
                      r"be|been|being|is|are|was|were)(?: \w+ly)? $")

# What stands about a subject.
_BESIDE = re.compile(r"(?:[ ,](?:also|now|later|had|has|have|would|could|then|since|even|both|all|each|still|itself|\w+ly|who|which|today|"
                     r"yesterday|on \w+day|(?:this|last) \w+|in an? \w+))*,? ?$")
_BOUND = re.compile(r"[;:()”]|\"(?= )|(?<!Co)(?<!Inc)(?<!Mr)(?<!Dr)(?<!Corp)\. |\s[–—-]\s|"
                    r"\b(?:that|because|while|although|though|but|if|whether|what|how|than)\b")
_JOINT = re.compile(r"^(?:when|as|where|there|then|and|but|so|yet|now|still|here) ", re.I)
CUT = re.compile(rf" (?:in|on|told|after|during|as|when|which|who|that|will|would|has|have|had|is|are|was|were|{_FIRM}|{_OTHER})\b")
_BEHIND = re.compile(r" (?P<who>(?:[A-Z]|the |an? |attorneys|analysts|people|one )[^;:]*?)(?=[.]?$|[.] |, (?:but|and|which|adding|as)\b)")
_BARE = re.compile(r"(?:(?:[\w'&.-]*[A-Z][\w'&.-]*|of|at|from|for|and|&|the|analysts?|chief|head|president|executive)(?: |$))+")

# Who is cited without a verb of his own.
CITED = re.compile(r"\b(?:[Aa]ccording to|(?:[Rr]eported|[Ee]stimated|[Qq]uoted|[Rr]elayed|[Aa]nnounced) by|[Cc]iting|[Pp]er|told|"
                   r"in the words of|(?:[Dd]ata|[Ff]igures|[Nn]umbers|[Mm]easurements|[Ee]stimates|[Aa]nalysis|[Rr]esearch|[Rr]eports?|"
                   r"[Ss]urvey|[Ss]tudy|[Nn]ote|[Pp]oll) (?:from|by|of)) (?P<who>[^,;.:()]+(?:\.\w[^,;.:()]*)*)")
WORK = re.compile(rf"(?P<who>{_CAPITAL}(?: {_CAPITAL})*|\b[Hh](?:is|er)|"
                  r"\b[Tt]he (?:bank|broker\w*|analyst|house|paper|agency|union|regulator)(?='))"
                  r"(?:'s?)? (?:(?!in|of|on|to|for|has|had|his|her|the|an?)[a-z]\w* )?(?:numbers|data(?!.?cent)|tracker|figures|reports?|"
                  r"survey|study|estimates?|forecast|view|analysis|measurements|poll|paper|notes?|memo|story|scoop|article|letter|"
                  r"findings|(?:up|down)grade|count|estimation|reckoning|opinion|judge?ment)\b")
OWN_WORD = re.compile(r"(?:its|their|'s?|s') own (?:\w+ )?(?:account|admission|estimate|count|reckoning|claim|figures?|words|description|"
                      r"view)\b|\b(?:in a (?:\w+ )?statement|press release|in (?:an?|its) (?:\w+ )?(?:filing|blog post)|"
                      r"with its results|status page|earnings (?:call|report|release))\b", re.I)
INTERVIEW = re.compile(rf"\b(?:told|denied to|spoke to|spoke with) (?P<who>{_CAPITAL}(?: {_CAPITAL})*)|"
                       rf"\b(?:told (?:us|this \w+)|in an (?:interview|e-?mail))\b(?: (?:with|to) (?P<other>{_CAPITAL}(?: {_CAPITAL})*))?")

# Who a noun phrase without a name is.
WRITER = re.compile(r"\b(?:writer|reporter|journalist|author|columnist|columns?|blogger|editor|newsletter|digest|correspondent)s?\b", re.I)
HERE = re.compile(r"\b(?:us|[Tt]his (?:(?:news)?(?:paper|letter)|site|magazine|blog))\b")
ROLE = re.compile(r"\b(?:analysts?|brokers?|brokerage|economists?|short[- ]sellers?|researchers?|strategists?|professor|lawyers?)\b", re.I)
CHIEF = re.compile(r"\b(?:chief|c[efto]o|[se]?vp|president|chair\w*|spokes\w+|boss|founder|head of)\b", re.I)
_OFFICE = re.compile(r"(?:then-)?(?:analysts?|economists?|strategists?|researchers|engineers|suppliers|critics|investors|sources|people|"
                     r"insiders|officials|executives|customers|both|most|neither|another|chief|c[efto]o|[se]?vp|president|professor|dr|mrs?|"
                     r"ms|sir|she|spokes\w+)\.?", re.I)
TRADE = re.compile(r"(?:^|.* )(?P<it>(?:the|an?|its|their|this) (?:[\w'-]+ ){0,3}(?:company|firm|carrier|operator|vendor|supplier|\w*maker|"
                   r"telco|group|provider|giant|business))$", re.I)
HOUSE_OF = re.compile(r"(?:(?:the|an?|its|their|this|both|neither|two)\b ?(?:[\w-]+ ){0,2}|^)(?:compan(?:y|ies)|firms?|carriers?|"
                      r"operators?|vendor|supplier|\w*maker|telco|group|provider|management|board|chief\w*|c[efto]o|spokes\w+|sides?|"
                      r"incumbent|giant|business)\b|it\b", re.I)
DOCUMENT = re.compile(r"\b(?:filing|annual report|10-[KQ]|8-K|statement|release|announcement|results|numbers|guidance)\b", re.I)
STUDY = re.compile(r"(?:the|that|this|an?) .*\b(?:activist|judge|court|broker\w*|bank|house|firm|analysts?|group|researchers?|pollsters?|"
                   r"union|regulators?|fund|commission|department|ministry|watchdog|association|institute|consultants?|consultancy|"
                   r"short[- ]seller|reports?|article|story|paper|newspaper|agency|study|survey|note|tracker|poll)\b", re.I)
REPORTS = re.compile(r"(?:the|both|most|several|some|two|other)\b.*\b(?:reports|articles|accounts|papers)", re.I)
PERSON = re.compile(r"s?he|his|her|him|the (?:analyst|economist|executive|professor|chief executive)", re.I)
INTRODUCED = re.compile(rf"{_CAPITAL}(?: {_CAPITAL})*'s (?:\w+ ){{0,2}}(?:editor|reporter|correspondent|columnist)\b|"
                        rf"\b(?:analyst|economist|strategist|researcher|professor|lawyer),? (?:{_CAPITAL} )+{_CAPITAL}|"
                        rf"{_CAPITAL}'s (?:{_CAPITAL} )+{_CAPITAL}|(?:{_CAPITAL} )+{_CAPITAL}(?:,? (?:of|at|from) {_CAPITAL}|(?=,? who ))")
PEOPLE = re.compile(r"\b(?:people|persons?|sources?|insiders?|officials?|some|many|most|one|others?|nobody|everyone|critics|observers|they|"
                    r"contractors|suppliers|customers|executives|managers|circles|those|staff|partners|investors|experts|who|what|this|"
                    r"that|there)\b", re.I)
FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Ww]e|[Oo]urs?|[Mm]ine)(?:'\w+)?\b(?! ?\.)")
SELF = re.compile(rf"{FIRST_PERSON.pattern}|\?")
RECORD = re.compile(r"\b(?:minutes|records?|documents?|papers|e-?mails?|letters?|lawsuit|suit|complaint|memo|notice|motion|petition|"
                    r"transcript|files|contract|permit)\b", re.I)
CONTRAST = re.compile(r"(?:But|Yet|Still|However|Even so|Though|Shares|Analysts|Investors|Critics|Rivals|Elsewhere|Meanwhile|Separately)\b")
ONGOING = re.compile(r"(?:The|This|That|These|It|Its|Under|They|Both)\b")
DATELINE = re.compile(r"(?:^|\) )[A-Z][\w .,/'-]{0,40}\((?P<who>[A-Za-z][\w.& -]{1,24})\) ?[-–—] ?(?=\S)|"
                      r"^By (?:The )?(?P<by>Associated Press|Reuters|Bloomberg|[A-Z]{2,4})\b")
WIRE = re.compile(r"PR ?News ?wire|Business ?Wire|Globe ?Newswire|Access(?:wire| Newswire)|EIN Presswire", re.I)


def masked(text: str) -> str:
    """The sentence with blanks for what is quoted."""
    return _QUOTED.sub(lambda match: f"{match[1]}{' ' * len(match[2])}{match[3]}", text)


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


def says(plain: str, verb: re.Match[str]) -> bool:
    """Whether a match of SAYING is a verb of the active voice: not "was reported", not the noun in "both reports say"."""
    alone = re.match(r"[.,;]|$", plain[verb.end():]) and "," not in plain[:verb.start()]
    noun = verb.group() in _NOUNS and (alone or SAYING.match(plain, verb.end() + 1))
    return not noun and not _NO_VERB.search(plain, 0, verb.start())


def closes(plain: str, verb: re.Match[str]) -> bool:
    """Whether the sentence ends with who says it: "…, Reuters said on Monday."."""
    ahead = re.search(r"[,\"”] (?!which|who|and|but)[^,;]{1,60}$", plain[:verb.start()])
    return bool(ahead and re.fullmatch(r"(?! that)[^,]{0,60}", plain[verb.end():]))


def subject(plain: str, verb: re.Match[str]) -> tuple[str, str]:
    """Whom a verb of saying has as its subject, before or behind it, and what stands beside that between commas; "" for nobody."""
    start = max((match.end() for match in _BOUND.finditer(plain, 0, verb.start())), default=0)
    ahead, region = plain[:verb.start()].rstrip(), plain[start:verb.start()]
    parts = [part.strip() for part in region[:_BESIDE.search(region).start()].split(",") if part.strip(' "“”')]
    behind = _BEHIND.match(plain, verb.end())
    between = len(parts) > 1 and ahead.endswith(",")  # "Jane Roe, an analyst at Hartwell, said"
    bare = between and any(_BARE.fullmatch(part) for part in parts[-2:])
    if behind and (not parts or ahead.endswith((",", '"', "”")) and not bare) and not verb.group().startswith("t"):
        head, _, aside = CUT.split(behind["who"])[0].partition(",")
        return head, aside
    if not parts:
        return "", ""
    head, aside = parts[-2:] if between else (parts[-1], "")
    return _JOINT.sub("", head), aside


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
