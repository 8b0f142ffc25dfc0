"""Who wins, who loses: question, evidence and ledger → the verdicts that the question asks for, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.types import Claim, Filter

from ..types import Draft, Evidence, Plan, Quote, Stake, Verdict
from ..verdicts import weigh
from .phrases import FILLER, OPEN, SETTING, STAKES
from .question import content, kind_of, names

Read = Callable[[Filter, str | None], list[Claim]]

_KINDS = ("any", "name", "person")  # "who", "which", "is it": a question for a number, a date or a reason wants no table
_ROWS, _BESIDE = 5, 2  # of the table; of these for actors that a question about named ones does not name
_WORDS = 110  # of all quotes in the table
_NEAR = 0.06  # how much less than the nearest article another may resemble the question, to be about the same event
_FIRST = 5  # chunks in whose articles the event is looked for
_SUBJECT = 2  # words besides names, stakes and setting that make an event of a question


def asks(question: str) -> bool:
    """Whether a question asks who gains or loses."""
    return kind_of(question) in _KINDS and bool(STAKES.search(question))


def stakes(plan: Plan, evidence: Sequence[Evidence], read: Read) -> tuple[Stake, ...]:
    """The verdicts that the question asks for: of the actors it names first, then of those most concerned.

    A question about how one actor stands is answered from all claims about it, any other from the articles on its event. `read`
    gives the claims that pass a filter, of one article where its id is given.
    """
    near = [] if _about_one(plan) else _articles(evidence)
    if near:  # which the filter of the question let pass already
        scoped = [claim for id in near for claim in read(Filter(as_of=plan.filter.as_of), id)]
    else:
        scoped = read(replace(plan.filter, companies=plan.actors), None) if plan.actors else []
    verdicts = {verdict.actor: verdict for verdict in weigh(scoped, plan.as_of)}
    named = [verdicts.get(actor) or _nothing(actor, plan.as_of) for actor in plan.actors]
    others = [verdict for verdict in verdicts.values() if verdict.actor not in plan.actors and verdict.outcome != "unclear"]
    told, silent = ([verdict for verdict in named if (verdict.outcome == "unclear") == unclear] for unclear in (False, True))
    more = _ROWS if not told or OPEN.search(plan.standalone) else _BESIDE
    return _quoted([*told, *others[:more], *silent][:_ROWS])


def with_stakes(draft: Draft, found: tuple[Stake, ...]) -> Draft:
    """The draft with the table before it; where it found no answer or half of one and the ledger does, the table is the answer."""
    if draft.silent or not any(stake.quotes for stake in found):
        return draft
    told = () if draft.status == "unanswerable" else tuple(statement for statement in draft.statements if statement.quotes)
    return replace(draft, statements=told, status="answered", missing=None, stakes=found)


def _about_one(plan: Plan) -> bool:
    """Whether the question is how one actor stands, and not what an event did to it."""
    words = [term for term in content(plan.standalone)
             if not (term in FILLER or term in SETTING or term in names(plan.standalone) or STAKES.match(term))]
    return len(plan.actors) == 1 and len(words) < _SUBJECT


def _articles(evidence: Sequence[Evidence]) -> list[str]:
    """The articles on the event: the nearest, and those that are almost as near."""
    first = evidence[:_FIRST]
    if not first:
        return []
    best = max(found.similarity for found in first)
    return list(dict.fromkeys(found.chunk.source.id for found in first if found is first[0] or found.similarity >= best - _NEAR))


def _nothing(actor: str, as_of: date) -> Verdict:
    return Verdict(actor, "unclear", "reported", {}, 0.0, 0, 0, as_of)


def _quoted(verdicts: Sequence[Verdict]) -> tuple[Stake, ...]:
    """Each verdict with the claims that decide it; a sentence that serves several is taken before others."""
    quotes: dict[Quote, None] = {}
    words = 0
    found = []
    for verdict in verdicts:
        why = []
        for side in _deciding(verdict):
            choices = [Quote.of(claim) for claim in side]
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


def _deciding(verdict: Verdict) -> list[tuple[Claim, ...]]:
    """The side or sides that decide."""
    if verdict.outcome == "wins":
        return [verdict.for_]
    if verdict.outcome in ("loses", "pressured"):
        return [verdict.against]
    return [verdict.for_, verdict.against]
