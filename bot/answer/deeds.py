"""What a question takes for granted that somebody did, and what the evidence tells of that deed: by whom, to whom, when, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from longhaul.ingest.companies import Companies
from longhaul.ingest.words import stem

from ..sides import named
from ..types import Plan, Side, Window
from ..window import window
from .question import content
from .score import Scorer

# Deeds of business news, each line one of them by all its words, what is asked with "did" first and its past second.
_DEEDS = [[word.split() for word in line.split("|")] for line in """
pay paid|pays paying spent spends spending buy bought buys acquire acquired purchase purchased acquisition
buy bought|buys buying pay pays paid acquire acquired acquires acquiring acquisition purchase purchased purchases purchasing takeover
sell sold|sells selling sale divest divested divestiture offload offloaded
lease leased|leases leasing rent rented rents rental
sue sued|sues suing lawsuit complaint
leave left|leaves leaving quit quits exit exited exits drop dropped drops abandon abandoned abandons ditch ditched withdraw
  withdrew withdrawn
resign resigned|resigns resignation depart departed step stepped quit leave left
cancel cancelled|canceled cancels scrap scrapped scraps shelve shelved axe axed drop dropped abandon abandoned
shut shut|shuts shutting close closed closes closing closure
complete completed|completes completion close closed closes closing finish finished finishes conclude concluded
raise raised|raises raising lift lifted lifts increase increased increases boost boosted hike hiked double doubled
cut cut|cuts cutting reduce reduced reduces lower lowered lowers slash slashed trim trimmed halve halved shrink shrank
launch launched|launches introduce introduced introduces unveil unveiled unveils announce announced announces present presented show
  showed shown release released debut ship shipped shipping
build built|builds building construct constructed lay laid laying
open opened|opens opening
join joined|joins joining
sign signed|signs signing
reserve reserved|reserves reserving
reject rejected|rejects reject refuse refused refuses decline declined rebuff rebuffed
approve approved|approves approval clear cleared
block blocked|blocks stop stopped halt halted
hire hired|hires hiring appoint appointed recruit recruited
dismiss dismissed|dismisses fire fired
invest invested|invests investing investment stake
delay delayed|delays postpone postponed postpones
merge merged|merges merger merging combine combined
grow grew|grows grown growth rise rises rose risen up gain gained climb climbed jump jumped surge surged increase increased raised higher
  more record doubled tripled
fall fell|falls fallen drop dropped decline declined shrink shrank down lower slump slumped slip slipped plunge plunged sank slid
  tumbled less cut decrease decreased loss
lose lost|loses losing loss
win won|wins winning
""".replace("\n  ", " ").strip().splitlines()]
# Of deeds that cannot both be: whoever did the one to a thing did not do the other. What is kept or still in use was neither sold nor shut.
OPPOSITES = [("raise", "cut"), ("grow", "fall"), ("join", "leave"), ("open", "shut"), ("win", "lose"), ("approve", "block"),
              ("hire", "dismiss"), ("sell", "buy")]
KEPT = frozenset(map(stem, "keep keeps kept retain retains remain remains remained".split()))
GIVEN_UP = ("buy", "sell", "leave", "cancel", "shut")
MIRRORED = {"buy": "sell", "sell": "buy"}  # what one does with a thing the other side of the deal does the other way round

_STAKE = re.compile(r"(?:take|takes|took|taken|buy|buys|bought)(?: up)? (?:a|an|its|the) (?:[^\s,]+ ){0,3}?stake (?:in )?(.*)", re.I)
_DEAL = re.compile(r"\b(?:purchase|acquisition|deal|takeover|merger|sale|buyout|transaction)\b", re.I)

RUPTURES = frozenset("buy sell sue leave cancel shut reject merge block".split())  # of which a report speaks, or they were not

_DID = re.compile(r"\b(?:why|how come|how|where|when|what)(?: else)? (?:did|does|do|has|have|had) (?:the )?$", re.I)
_AFTER = re.compile(r"\b(?:when|after|since|(?:now|given) that|once|because|before) (?:the )?$", re.I)
_LED = re.compile(r"\b(?:made|led|drove|prompted|pushed|moved|caused|got|convinced|persuaded|did it take|to get) (?:the )?$", re.I)
_DROVE = re.compile(r"\b(?:drove|caused|explains?|led to|behind|triggered|brought about) (?:the )?$", re.I)
_MOVED = re.compile(r"['’]s? (?P<thing>(?:[\w-]+ ){0,2}[\w-]+) (?P<verb>[a-z]+)\b", re.I)
_MOVES = ("grow", "fall")
_AUXILIARY = re.compile(r"\s+(?:(?:has|have|had|to|first|finally|actually|only|just|then|been|later|ever)\s+)*"
                        r"(?:(?:(?:wait|take|waited|took) )?until .{3,40}? (?:to|before) )?"
                        r"(?:agree[ds]? to |finish(?:ed)? |start(?:ed)? )?", re.I)
_OBJECT_ENDS = re.compile(r"\b(?:for|to|from|in|with|at|on|by|over|after|when|because|and|"
                           r"so|until|while|during|as|of|under|despite|across)\b|,(?!\d)|[;?!–]")
_CLAUSE_ENDS = re.compile(r"[?!;]|,? (?:and )?(?:what|who|how|where|which|why|when|did|is|was)\b|, ")


@dataclass(frozen=True, slots=True)
class Deed:
    """What a question takes for granted: who did what; `thing`: the stems of what it was done to, `names`: those in it that are
    names or figures; `whole`: as a sentence tells it; `when`: the time that the question gives it; `direct`: whether the
    thing follows at once, and not after a preposition."""

    actor: Side
    kind: str
    thing: tuple[str, ...]
    names: frozenset[str]
    whole: str
    other: tuple[Side, ...]
    when: Window | None
    direct: bool = True


def deed(plan: Plan, scorer: Scorer, companies: Companies) -> Deed | None:
    """The deed that a question takes for granted; None where it takes none."""
    sides = named(plan.asked, companies)
    for side in [*sides, *_unnamed(plan.asked, sides)]:
        before, after = plan.asked[:side.start], plan.asked[side.end:]
        before = before if plan.asked[side.start:side.end] else f"{before} "
        moved = _MOVED.match(after)
        kind = _kind(moved["verb"], "") if moved else None
        if kind in _MOVES and any(pattern.search(before) for pattern in (_DID, _AFTER, _DROVE)):
            thing = tuple(term for term in content(moved["thing"]) if term in scorer.weight)
            whole = f"{side.text}'s {moved['thing']} {_table()[2][kind]}"
            return Deed(side, kind, thing, frozenset(), whole, (), None, direct=False) if thing else None
        if not (_DID.search(before) or _AFTER.search(before) or _LED.search(before)):
            continue
        lead = _AUXILIARY.match(after)
        found = re.match(r"(\w+) (.*)", after[lead.end():]) if lead else None
        stake = _STAKE.match(found.group()) if found else None
        kind = "invest" if stake else found and _kind(found[1], found[2])
        if not kind:
            continue
        clause = found[2][:_end(_CLAUSE_ENDS, found[2])].rstrip(" .?")
        told = stake[1] if stake else clause
        direct = content(told[:_end(_OBJECT_ENDS, told)])
        thing = tuple(term for term in direct or content(told) if term in scorer.weight)
        if not thing:
            return None
        others = tuple(other for other in sides if other.start > side.start and other.actor != (side.actor or ""))
        when = window(clause, plan.as_of) or window(lead.group().replace("until", "in"), plan.as_of)
        whole = f"{side.text} {_past(found[1], kind)} {clause}"
        return Deed(side, kind, thing, frozenset(thing) & scorer.asked.names, whole, others, when, bool(direct))
    return None


def _unnamed(question: str, sides: Sequence[Side]) -> Iterator[Side]:
    """Who does something under a pronoun ("when it signed") or none ("after signing"), as whom the question names last before, or first."""
    for match in re.finditer(r"\b(?:it|they|he|she)\b|(?<=\bafter)(?= \w+ing\b)|(?<=\bsince)(?= \w+ing\b)", question):
        before = [side for side in sides if side.end <= match.start()]
        if before:
            side = before[-1] if match.group() else before[0]
            yield Side(side.text, side.actor, match.start(), match.end())


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return found.start() if found else len(text)


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, frozenset[str]], dict[str, str], dict[str, str]]:
    """The stems of each kind of deed, the kind of each word, and the past of each kind."""
    stems = {heads[0]: frozenset(map(stem, [*heads, *others])) for heads, others in _DEEDS}
    kinds: dict[str, str] = {}
    for heads, others in _DEEDS:
        for word in [*heads, *others]:
            kinds.setdefault(word, heads[0])
    return stems, kinds, {heads[0]: heads[1] for heads, _ in _DEEDS}


def stems_of(kind: str) -> frozenset[str]:
    """The stems of the words that tell of a kind of deed."""
    return _table()[0][kind]


def _kind(word: str, thing: str) -> str | None:
    """The deed that a word tells of; a deal that is closed is not shut."""
    kind = _table()[1].get(word.lower())
    return "complete" if kind == "shut" and _DEAL.search(thing) else kind


def _past(word: str, kind: str) -> str:
    """The past of a word of a deed."""
    forms = {form for heads, others in _DEEDS for form in [*heads, *others]}
    heads = _table()[2]
    regular = (form for form in (f"{word}ed", f"{word}d", f"{word}{word[-1]}ed") if form in forms)
    return heads[kind] if word.endswith("ing") else heads.get(word) or next(regular, word)
