"""A sentence → who gains and who loses by its plain words: "puts pressure on X", "Y stays outside", "less work for Z".

A second vote, for the sentences that a question turns on: the classifier of the ledger takes many a plain gain or loss for neutral
where the actor stands in a list or far from the verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from longhaul.ingest.types import Mention

_BE = r"(?:is|are|was|were|be|been|being)"
_UP = r"(?:guidance|outlook|forecasts?|goals?|targets?|estimates?|dividend|prices)"
_DOWN = r"(?:dividend|guidance|outlook|forecasts?|jobs|targets?|payouts?)"


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})", re.IGNORECASE)


# What is aimed at somebody and has not struck yet.
THREATS = _words(
    r"pressures? (?:up)?on\b", r"pressures\b", r"threat(?:ens?|ened|ening|s?)(?: to)?\b", r"challeng(?:es?|ed|ing)(?: to)?\b",
    r"(?:shot|assault|attack) (?:at|on)\b", r"thorn in\b", r"(?:second supplier|alternative|rival) to\b")
# By outcome and by where the actor stands: before its verb, or behind the words that are aimed at it.
_CUES: tuple[tuple[str, bool, re.Pattern[str]], ...] = (
    ("loses", True, _words(
        r"los(?:es?|t|ing)\b", r"f(?:ell|alls?|alling|allen)\b", r"declin(?:es?|ed|ing)\b(?! to)", r"dropp(?:ed|ing)\b", r"drops\b",
        r"shr(?:inks?|ank|unk)\b", r"slump", r"suffer", r"struggl", r"trail(?:s|ed|ing)\b", r"lag(?:s|ged|ging)\b", r"plunge",
        r"(?:could|must|may|might|will|would|has to|have to) wait\b", r"waits?\b(?! for)", r"failed\b", r"laid off\b",
        r"(?:stay|stays|stayed|left|remain|remains) (?:out|outside|behind)\b", r"shut out\b",
        r"(?:come|comes|came) under (?:\w+ )?pressure\b",
        r"faces? (?:\w+ )?(?:competition|pressure|threat)", r"cannot (?:simply |easily )?(?:buy|copy|match|follow)\b", r"missed\b",
        rf"cuts? (?:its|the|their) (?:\w+ )?{_DOWN}\b", r"(?:down|off) \d", r"\d% lower\b", r"negative [$€£]",
        rf"{_BE} (?:\w+ly )?(?:squeezed|pressured|hurt|harmed|threatened|overtaken|displaced|outbid|outspent)\b",
        r"(?:did|does|do|could|can|will|would)(?: not|n't)(?=[.,;]|$)")),  # what others did: "they survived while many did not"
    ("loses", False, _words(
        r"squeez(?:es?|ed|ing)\b", r"hurts?\b", r"harm(?:s|ed)?\b",
        r"erod(?:es?|ed|ing)\b", r"undercut", r"overt(?:akes?|ook|aking)\b", r"surpass", r"outs(?:ells?|old)\b", r"displac", r"bypass",
        r"less (?:work|business|room|demand) for\b", r"cut(?:s|ting)? out\b", r"at the expense of\b", r"(?:bad|worse) (?:news )?for\b",
        r"(?:did|does|do|could|will) not (?:protect|spare|help|save)\b")),
    ("loses", False, THREATS),
    ("gains", True, _words(
        r"w(?:on|ins?|inning)\b", r"gain(?:s|ed|ing)?\b", r"benefit(?:s|ed|ing)?\b", r"profit(?:s|ed|ing)? from\b",
        r"(?<!'s )(?<!the )leads?\b(?! time)", r"led\b",
        r"gr(?:ew|ows?|own)\b", r"r(?:ose|ises?|isen)\b", rf"rais(?:es|ed) (?:its|the|their) (?:[\w-]+ )*?{_UP}\b", r"sold out\b",
        r"(?<!made )(?<!make )(?<!makes )up \d",
        r"(?:doubled|tripled|quadrupled)\b", r"sharpens\b", r"overt(?:akes?|ook)\b", r"new opening\b",
        r"t(?:akes?|ook|aking) (?:\w+ )?(?:share|most)\b",
        r"(?:signed|won|landed|booked|announced|took|received) (?:[^\s.;,]+ ){0,8}?(?:contracts?|deals?|agreements?|orders?)\b",
        r"(?:cut|retir|reduc|repa[iy])(?:e|es|s|d|ed|ing)? (?:[^\s.;,]+ ){0,4}?debt\b", r"sav(?:es?|ed|ing) (?:\w+ )?[$€£]",
        r"joined as partners?\b",
        rf"{_BE} (?:among |one of )?(?:the |an? |its )?(?:[\w-]+ )?partners?\b", r"as (?:the |an? |its )?(?:[\w-]+ ){0,2}partners?\b")),
    ("gains", False, _words(
        r"good (?:news )?for\b", r"(?:richer|bigger|new|affordable|cheaper) [\w-]+(?: [\w-]+)? for\b",
        r"benefits\b", r"helps\b", r"boosts?\b",
        r"favou?rs\b", r"validates\b", r"adds (?:[^.;]{3,60}) to\b", r"invest(?:s|ed|ment)? (?:[$€£][\d.]+ \w+ )?(?:each )?in\b")),
)
_DENIED = re.compile(r"\b(?:no|not|never|neither|nor|without|rather than|instead of|n't)\b[^.;,]{0,30}$", re.IGNORECASE)
# What parts a verb from a subject before it, and words that are aimed at somebody from whom they name.
_OTHER = re.compile(r"[;:]|\b(?:but|while|whereas|although|though|because|if|as|which|who|that|says?|said|argue[sd]?|judge[sd]?|reports?|"
                    r"reported|expects?|predicts?|sees?|reads?)\b", re.IGNORECASE)
_BEYOND = re.compile(r"[;:,]|\b(?:but|while|whereas|although|because|by|with|from|that|which|and)\b", re.IGNORECASE)
_UNDER = re.compile(r"\b(?:of|from|with|by|for|to|against|than|over|on|at|in|between)(?: (?:the|its|their))? $", re.IGNORECASE)
_FAR = 60  # characters between the words and whom they are aimed at


def worded(text: str, breaths: Sequence[Sequence[Mention]]) -> Iterator[tuple[str, str, str]]:
    """The actor, the outcome and the words of each gain or loss that the sentence states in plain words.

    What is said of one that is named in one breath with others is said of all. Words that are denied say nothing.
    """
    for outcome, subject, pattern in _CUES:
        for cue in pattern.finditer(text):
            if _DENIED.search(text[:cue.start()]) and not cue.group().lower().startswith(("no ", "not ")):
                continue
            found = _before(text, cue, breaths) if subject else _behind(text, cue.end(), breaths)
            for mention in found:
                yield mention.actor, outcome, cue.group()


def _before(text: str, cue: re.Match[str], breaths: Sequence[Sequence[Mention]]) -> Sequence[Mention]:
    """Those whose verb stands at `cue`; "as" goes by whoever stands before it ("with X as the first partner")."""
    for breath in reversed(breaths):
        if breath[-1].end > cue.start():
            continue
        if _OTHER.search(text[breath[-1].end:cue.start()]):
            return ()
        if cue.group().startswith("as ") or not _UNDER.search(text[:breath[0].start]):
            return breath
    return ()


def _behind(text: str, cue: int, breaths: Sequence[Sequence[Mention]]) -> Sequence[Mention]:
    """Those at whom the words that end at `cue` are aimed."""
    for breath in breaths:
        if breath[0].start >= cue:
            between = text[cue:breath[0].start]
            return () if len(between) > _FAR or _BEYOND.search(between) else breath
    return ()
