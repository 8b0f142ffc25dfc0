"""Who wins, who loses: question, evidence and ledger → the verdicts that the question asks for, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest

from longhaul.ingest.types import FIRM, Claim, Filter
from longhaul.ingest.words import terms

from ..intent import OPEN, OTHERS, SETTING, SIDES, STAKES
from ..types import Draft, Evidence, Plan, Quote, Stake, Verdict
from ..verdicts import weigh, weight
from .phrases import FILLER
from .question import content, names
from .score import Scorer

Read = Callable[[Filter, str | None], list[Claim]]

_ROWS, _BESIDE = 7, 2  # of the table; of these for actors that a question about named ones does not name
_ALONE = 4  # quotes in the row of an actor that stands alone
_WORDS = 95  # of all quotes in the table
_NEAR, _ON_BOTH = 0.06, 0.15  # how much less than the nearest another article may resemble the question, to be on the same event
_NEARBY = 0.4  # similarity to a question that names nobody, below which no article is on what it asks
_FIRST = 5  # chunks in whose articles the event is looked for
_LEAD = 3  # actors that an article names first: it is about them
_SUBJECT = 2  # words besides names, stakes and setting that make an event of a question
_ANSWERS = 3  # sentences that answer best, in which faint claims count


def scope(plan: Plan, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """The evidence on what a question for winners and losers is about.

    Of one on how an actor stands, what comes from articles that name it; of one on an event, what comes from the articles on that
    event: those on both of the actors that the question names first, else the nearest.
    """
    if _about_one(plan):
        kept = [found for found in evidence if plan.actors[0] in found.chunk.source.companies[:_LEAD]]
    elif plan.actors:
        first, parties = evidence[:_FIRST], set(plan.parties or plan.actors[:2])
        on_both = [found for found in first if len(parties) > 1 and parties.issubset(found.chunk.source.companies[:_LEAD])]
        nearest = max((found.similarity for found in on_both or first), default=0)
        near = {found.chunk.source.id for found in on_both or first
                if found is first[0] or found.similarity >= nearest - (_ON_BOTH if on_both else _NEAR)}
        kept = [found for found in evidence if found.chunk.source.id in near]
    else:
        kept = []
    return kept or evidence


def stakes(plan: Plan, scorer: Scorer, read: Read) -> tuple[Stake, ...]:
    """The verdicts that the question asks for: of the actors it names first, then of those whose claims are nearest to it.

    A question about how one actor stands is answered from all claims about it, any other from the articles on its event. Faint
    claims count in the sentences that answer best, and about an actor that the question names where nothing firmer is said of
    it. `scorer` knows question and evidence; `read` gives the claims that pass a filter, of one article where its id is given.
    """
    nearness = _Nearness(scorer)
    if not plan.actors and nearness.nearest < _NEARBY:
        return ()
    if _about_one(plan):
        scoped = read(replace(plan.filter, companies=plan.actors), None)
    else:  # which the filter of the question let pass already
        least = -1.0 if plan.actors else nearness.nearest - _ON_BOTH
        articles = dict.fromkeys(candidate.quote.source.id for candidate in scorer.candidates if candidate.similarity >= least)
        scoped = [claim for id in articles for claim in read(Filter(as_of=plan.filter.as_of), id)]
    firm = [claim for claim in scoped if claim.confidence >= FIRM or nearness.answers(claim)]
    verdicts = {verdict.actor: verdict for verdict in weigh(firm, plan.as_of)}
    for verdict in weigh((claim for claim in scoped if claim.actor in plan.actors), plan.as_of):
        if verdict.actor not in verdicts or verdicts[verdict.actor].outcome == "unclear":
            verdicts[verdict.actor] = verdict
    if _about_one(plan) and (verdict := verdicts.get(plan.actors[0])):
        return (Stake(verdict, _heaviest(verdict)),)
    named = [verdicts.get(actor) or _nothing(actor, plan.as_of) for actor in plan.actors]
    others = [verdict for verdict in verdicts.values() if verdict.actor not in plan.actors and verdict.outcome in _asked(plan.standalone)]
    told, silent = ([verdict for verdict in named if (verdict.outcome == "unclear") == unclear] for unclear in (False, True))
    more = _ROWS - len(named) if not told or OPEN.search(plan.standalone) else _BESIDE
    return _quoted([*told, *sorted(others, key=nearness.order)[:max(0, more)], *silent], nearness)


def with_stakes(draft: Draft, found: tuple[Stake, ...]) -> Draft:
    """The draft with the table before it; where it found no answer or half of one and the ledger does, the table is the answer."""
    if draft.silent or not found:
        return draft
    if not any(stake.quotes for stake in found):
        return draft if draft.status == "unanswerable" else replace(draft, stakes=found)
    told = () if draft.status == "unanswerable" else tuple(statement for statement in draft.statements if statement.quotes)
    return replace(draft, statements=told, status="answered", missing=None, stakes=found)


def _asked(question: str) -> set[str]:
    """The outcomes that a question asks for, of whomever it does not name."""
    sides = {side for side, pattern in SIDES.items() if pattern.search(question)}
    return {"mixed", *(("wins",) if sides != {"losses"} else ()), *(("loses", "pressured") if sides != {"gains"} else ())}


def _about_one(plan: Plan) -> bool:
    """Whether the question is how one actor stands, and not what an event did to it."""
    words = [term for term in content(plan.standalone)
             if not (term in FILLER or term in SETTING or term in names(plan.standalone) or STAKES.match(term))]
    return len(plan.actors) == 1 and len(words) < _SUBJECT and not OTHERS.match(plan.standalone)


class _Nearness:
    """How near claims are to what is asked."""

    def __init__(self, scorer: Scorer):
        self._scorer = scorer
        self._similar = {_place(candidate.quote): candidate.similarity for candidate in scorer.candidates}
        self._least = min(self._similar.values(), default=0.0)
        self.nearest = max(self._similar.values(), default=0.0)
        self._best = {_place(candidate.quote) for candidate in sorted(scorer.candidates, key=scorer.score, reverse=True)[:_ANSWERS]}

    def answers(self, claim: Claim) -> bool:
        """Whether its sentence is one of those that answer the question best."""
        return _place(claim) in self._best

    def worth(self, claim: Claim, basis: str = "") -> float:
        """How much it tells: by the words of the question that its sentence has, by its passage, less so by its weight.

        Half as much where it has not the `basis` that is given.
        """
        held = self._scorer.covered(self._scorer.asked.terms, frozenset(terms(claim.text)))
        near = held + self._similar.get(_place(claim), self._least)
        return near * weight(claim, claim.day) ** 0.5 * (0.5 if basis and claim.basis != basis else 1)

    def order(self, verdict: Verdict) -> float:
        """By what to sort verdicts, those that tell most first."""
        return -max(self.worth(claim) for side in _deciding(verdict) for claim in side) * verdict.confidence ** 0.5


def _place(found: Quote | Claim) -> tuple[str, int]:
    return found.source.id, found.start


def _nothing(actor: str, as_of: date) -> Verdict:
    return Verdict(actor, "unclear", "reported", {}, 0.0, 0, 0, as_of)


def _quoted(verdicts: Sequence[Verdict], nearness: _Nearness) -> tuple[Stake, ...]:
    """Each verdict with those of the claims that decide it which tell most; a sentence that serves several is taken before others."""
    quotes: dict[Quote, None] = {}
    words = 0
    found = []
    for verdict in verdicts:
        why = []
        for side in _deciding(verdict):
            choices = [Quote.of(claim) for claim in sorted(side, key=lambda claim: -nearness.worth(claim, verdict.basis))]
            quote = next((choice for choice in choices if choice in quotes), choices[0] if choices else None)
            if quote is None or quote in why:
                continue
            length = 0 if quote in quotes else len(quote.text.split())
            if words + length > _WORDS and why:
                continue
            why.append(quote)
            words += length
            quotes[quote] = None
        found.append(Stake(verdict, tuple(why)))
    return tuple(found)


def _heaviest(verdict: Verdict) -> tuple[Quote, ...]:
    """What decides the verdict on an actor alone: the heaviest claims of several origins, from each side in turn."""
    sides = [list({claim.origin: Quote.of(claim) for claim in reversed(side)}.values())[::-1] for side in _deciding(verdict)]
    found: dict[Quote, None] = {}
    words = 0
    for quote in (quote for each in zip_longest(*sides) for quote in each if quote):
        length = len(quote.text.split())
        if quote not in found and len(found) < _ALONE and (words + length <= _WORDS or not found):
            found[quote] = None
            words += length
    return tuple(found)


def _deciding(verdict: Verdict) -> list[tuple[Claim, ...]]:
    """The side or sides that decide."""
    if verdict.outcome == "wins":
        return [verdict.for_]
    if verdict.outcome in ("loses", "pressured"):
        return [verdict.against]
    return [verdict.for_, verdict.against]
