"""Who wins, who loses: question, evidence and ledger → the verdicts that the question asks for, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import zip_longest
from statistics import fmean

from longhaul.ingest.companies import Companies
from longhaul.ingest.lexicon import MONTHS
from longhaul.ingest.types import Claim, Filter
from longhaul.ingest.words import stem

from ..intent import OPEN, OTHERS, SETTING, SIDES, STAKES
from ..types import Draft, Evidence, Plan, Quote, Stake, Verdict
from ..verdicts import weigh
from .choose import join
from .nearest import Nearest, both, deciding, order
from .phrases import FILLER
from .question import content
from .score import Candidate, Scorer
from .spoken import Judged, Spoken
from .together import breaths

Read = Callable[[Filter, str | None], list[Claim]]

_ROWS, _BESIDE = 7, 2  # of the table; of these for actors that a question about named ones does not name
_ALONE = 4  # quotes in the row of an actor that stands alone
_WORDS, _WORDS_ALONE = 95, 70  # of all quotes in the table; of that of an actor that stands alone
_BEST, _NEAR = 3, 0.3  # sentences by which an article is judged; how much less than the best another may score, to be on the same event
_ON_BOTH = 0.15  # the same in similarity, of articles on both parties, or on what a question asks that names nobody
_NEARBY = 0.4  # similarity to a question that names nobody, below which no article is on what it asks
_LEAD = 3  # actors that an article names first: it is about them
_SUBJECT = 2  # words besides names, stakes and setting that make an event of a question
_WHOM = re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b")
_MONTHS = frozenset(stem(month.lower()) for month in MONTHS)
_FIRST_SAID, _NOWHERE = 100.0, 100  # the score of the sentence that the question turns on most; the place of one that it does not
_TOLD_AS = {"wins": "gains", "loses": "loses", "pressured": "loses", "mixed": "mixed"}


def scope(plan: Plan, evidence: Sequence[Evidence], scorer: Scorer, companies: Companies) -> Sequence[Evidence]:
    """The evidence on what a question for winners and losers is about. `scorer` knows question and evidence.

    Of one on how an actor stands, what comes from articles that name it among the first; of one on an event, what comes from the
    articles on that event: those whose sentences answer best, of a deal that is named those on both of its parties.
    """
    if len(plan.actors) == 1 and companies.is_company(plan.actors[0]) and not OTHERS.match(plan.standalone):
        evidence = [found for found in evidence if plan.actors[0] in found.chunk.source.companies[:_LEAD]] or evidence
    if _about_one(plan, companies):
        return evidence
    ids = {found.chunk.source.id for found in evidence}
    parties = set(plan.parties or _apart(plan, companies))
    on_both = [found for found in evidence if len(parties) > 1 and parties.issubset(found.chunk.source.companies[:_LEAD])]
    if on_both:
        nearest = max(found.similarity for found in on_both)
        near = {found.chunk.source.id for found in on_both if found.similarity >= nearest - _ON_BOTH}
    else:
        scores: dict[str, list[float]] = {}
        for candidate in (candidate for candidate in scorer.candidates if candidate.quote.source.id in ids):
            scores.setdefault(candidate.quote.source.id, []).append(scorer.score(candidate))
        best = {id: fmean(sorted(each)[-_BEST:]) for id, each in scores.items()}
        near = {id for id, score in best.items() if score >= max(best.values()) - _NEAR}
    return [found for found in evidence if found.chunk.source.id in near] or evidence


def stakes(plan: Plan, scorer: Scorer, companies: Companies, read: Read, basis_of: Callable[[Quote], str | None],
           judged: Judged = ()) -> tuple[tuple[Stake, ...], tuple[Candidate, ...]]:
    """The verdicts that the question asks for, and the sentences that it turns on.

    Verdicts on the actors it names come first, then on those whose claims are nearest to it. A question about how one actor stands is
    answered from all claims about it, any other from the articles on its event. Faint claims and plain words count in the nearest
    sentences, faint claims also where nothing firmer is said of an actor that it names. `scorer` knows question and evidence; `read`
    gives the claims that pass a filter, of one article where its id is given; `judged`: see Spoken.
    """
    similar = max((candidate.similarity for candidate in scorer.candidates), default=0.0)
    if not plan.actors and similar < _NEARBY:
        return (), ()
    alone, asked = _about_one(plan, companies), _asked(plan.standalone)
    if alone:
        scoped = read(replace(plan.filter, companies=plan.actors), None)
    else:  # which the filter of the question let pass already
        least = -1.0 if plan.actors else similar - _ON_BOTH
        articles = dict.fromkeys(candidate.quote.source.id for candidate in scorer.candidates if candidate.similarity >= least)
        scoped = [claim for id in articles for claim in read(Filter(as_of=plan.filter.as_of), id)]
    spoken = Spoken(plan, scorer.evidence, companies, scoped, basis_of, judged)
    choice = _choice(plan, companies)
    nearest = Nearest(plan, scorer, spoken, {_TOLD_AS[outcome] for outcome in asked},
                      not plan.actors or bool(OTHERS.match(plan.standalone)) and not choice)
    verdicts = {verdict.actor: verdict for verdict in weigh(nearest.told(not alone), plan.as_of)}
    for verdict in weigh(nearest.faint(), plan.as_of):
        if verdict.actor not in verdicts or verdicts[verdict.actor].outcome == "unclear":
            verdicts[verdict.actor] = verdict
    turns = tuple(nearest.turns)
    if alone and (verdict := verdicts.get(plan.actors[0])):
        return (Stake(verdict, _heaviest(verdict, nearest)),), turns
    known = [verdicts.get(actor) or _nothing(actor, plan.as_of) for actor in plan.actors]
    told, silent = ([verdict for verdict in known if (verdict.outcome == "unclear") == unclear] for unclear in (False, True))
    if silent and turns:
        turns = (turns[0], *nearest.untold(), *turns[1:])
    wide = not told or bool(OPEN.search(plan.standalone)) and not choice
    others = sorted((verdict for verdict in verdicts.values() if verdict.actor not in plan.actors and verdict.outcome != "unclear"
                     and (wide and verdict.outcome in asked or nearest.turns_on(verdict))), key=lambda verdict: order(verdict, nearest))
    return _quoted(told, others, max(0, _ROWS - len(known)) if wide else _BESIDE, silent, nearest), turns


def with_stakes(draft: Draft, found: tuple[Stake, ...], turns: tuple[Candidate, ...], scorer: Scorer) -> Draft:
    """The draft with the table before it; where it found no answer or half of one and the ledger does, the table is the answer.

    Beside the table stand the sentences that the question turns on, before what else the draft says.
    """
    if draft.silent or not found:
        return draft
    if not any(stake.quotes for stake in found):
        return draft if draft.status == "unanswerable" else replace(draft, stakes=found)
    told = () if draft.status == "unanswerable" else tuple(statement for statement in draft.statements if statement.quotes)
    own = join(scorer, list(turns)) if draft.answerer.startswith("offline") else ()  # a model has chosen what it says
    first = [replace(drafted, score=_FIRST_SAID - n) for n, drafted in enumerate(own)]
    quoted = {drafted.quotes for drafted in first}
    return replace(draft, statements=(*first, *(drafted for drafted in told if drafted.quotes not in quoted)), status="answered",
                   missing=None, stakes=found)


def _asked(question: str) -> set[str]:
    """The outcomes that a question asks for, of whomever it does not name."""
    sides = {side for side, pattern in SIDES.items() if pattern.search(question)}
    if len(_WHOM.findall(question)) > 1:  # "who wins and who waits"
        sides = set(SIDES)
    return {"mixed", *(("wins",) if sides != {"losses"} else ()), *(("loses", "pressured") if sides != {"gains"} else ())}


def _apart(plan: Plan, companies: Companies) -> list[str]:
    """The two actors that a question names first, each by itself: those that it names in one breath are whom it asks about."""
    groups = breaths(plan.standalone, companies.find(plan.standalone, any_case=True))
    return list(dict.fromkeys(breath[0].actor for breath in groups if len({mention.actor for mention in breath}) == 1))[:2]


def _choice(plan: Plan, companies: Companies) -> bool:
    """Whether the question names those between whom it asks: "Who wins, X or Y?"."""
    text = plan.standalone
    return any(_OR.search(text[one.end:other.start]) for breath in breaths(text, companies.find(text, any_case=True))
               for one, other in zip(breath, breath[1:], strict=False))


def _about_one(plan: Plan, companies: Companies) -> bool:
    """Whether the question is how one actor stands, and not what an event did to it; a product of its own is such an event."""
    if len(plan.actors) != 1 or OTHERS.match(plan.standalone):
        return False
    row = companies.rows.get(plan.actors[0], {})
    own = {term for name in (plan.actors[0], *row.get("aliases", [])) for term in content(str(name))} - {
        term for name in row.get("products", []) for term in content(str(name))}
    known = FILLER | SETTING | _MONTHS | own
    words = [term for term in content(plan.standalone)
             if not (term in known or STAKES.match(term) or any(char.isdigit() for char in term))]
    return len(words) < _SUBJECT


def _nothing(actor: str, as_of: date) -> Verdict:
    return Verdict(actor, "unclear", "reported", {}, 0.0, 0, 0, as_of)


def _quoted(told: Sequence[Verdict], others: Sequence[Verdict], more: int, silent: Sequence[Verdict],
            nearest: Nearest) -> tuple[Stake, ...]:
    """Each verdict with those of the claims that decide it which tell most; a sentence that serves several is taken before others.

    Of `others` as many have a row as `more` says, besides those whose words stand in the table already; where there is room for the words.
    """
    quotes: dict[Quote, None] = {}
    words = 0
    found = []
    for verdict in (*told, *others, *silent):
        why: list[Quote] = []
        before = words
        for side in deciding(verdict) if verdict in others else both(verdict):
            ranked = sorted(side, key=lambda claim: (_NOWHERE if (spot := nearest.place_of(claim)) is None else spot,
                                                     -nearest.worth(claim, verdict.basis)))
            choices = [Quote.of(claim) for claim in ranked if side in deciding(verdict) or nearest.place_of(claim) is not None]
            quote = next((choice for choice in choices if choice in quotes), choices[0] if choices else None)
            if quote is None or quote in why:
                continue
            length = 0 if quote in quotes else len(quote.text.split())
            if verdict in others and length and more <= 0 or words + length > _WORDS and (why or verdict in others):
                continue
            why.append(quote)
            words += length
            quotes[quote] = None
        if verdict in others:
            more -= words > before
        if why or verdict not in others:
            found.append(Stake(verdict, tuple(why)))
    return tuple(found)


def _heaviest(verdict: Verdict, nearest: Nearest) -> tuple[Quote, ...]:
    """What decides the verdict on an actor alone: claims of several origins, from each side in turn.

    Those come first that stand in sentences that the question turns on.
    """
    sides = []
    for side in deciding(verdict):
        first = sorted(side, key=lambda claim: nearest.place_of(claim) is None)
        sides.append(list({claim.origin: Quote.of(claim) for claim in reversed(first)}.values())[::-1])
    found: dict[Quote, None] = {}
    words = 0
    for quote in (quote for each in zip_longest(*sides) for quote in each if quote):
        length = len(quote.text.split())
        if quote not in found and len(found) < _ALONE and (words + length <= _WORDS_ALONE or not found):
            found[quote] = None
            words += length
    return tuple(found)
