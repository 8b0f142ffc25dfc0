"""Answers that are told in the order of time: the steps of a development, or a sentence for each side, part or time asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.dates import event_date
from longhaul.ingest.embed import Embedder
from longhaul.ingest.sentences import sentences
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.words import terms

from ..intent import dated_parts
from ..types import Drafted, Evidence, Plan, Quote, Window
from ..window import windows
from .listed import names_side
from .question import analyse
from .score import Candidate, Scorer
from .steps import AHEAD, DOES, MEANT, NEAR, OCCURRED, READ, about, day_of_step, does, found, steps, worth_of

# How much more a sentence counts: with a day, of the time asked about, in an article on the side.
_DATED, _TIMELY, _OF_IT = 0.3, 0.5, 0.3

_EARLIER = re.compile(r"\b(?:earlier|previous\w*|former\w*|original\w*|had (?:been|stood|put|set|said)|before that|first)\b", re.I)
_NEXT = re.compile(r"\b(?:next|due|to (?:come|follow)|will|planned|expected|ahead)\b", re.I)
_FULL = re.compile(r"\b(?:\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2},?)(?: (?:19|20)\d\d)?\b")
# How a question asks for what it wants in the order of time, which says nothing of what that is.
_ASKS = re.compile(
    r"\b(?:(?:walk|take) (?:me|us) through|(?:give|show|tell) (?:me|us)(?= (?:the|a) (?:timeline|chronology|history|sequence|story))|"
    r"(?:the|a) (?:timeline|chronology|history|sequence|story|course) of|trace|step by step|over time|one after (?:another|the other)|"
    r"in what (?:order|sequence) (?:did|do|were|was|have|has)|(?:which|what|who) came first\b,?|(?:oldest|earliest|latest|newest) first|"
    r"in (?:the )?(?:order of time|chronological order))\b", re.I)


def subject(plan: Plan, evidence: Sequence[Evidence]) -> str:
    """What a question asks the development of: the question without the words that ask for an order of time, and without its window,
    where something that was found is of that time."""
    text = _ASKS.sub(" ", plan.asked)
    if plan.window and any(plan.window.holds(each.chunk.source.date) for each in evidence):
        text = text.replace(plan.window.words, " ")
    return " ".join(text.split()).lstrip(" ,;:")


def developed(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder, corpus: Snapshot) -> list[Drafted]:
    """The sentences that tell of a development, or of each day, time or side asked about, in the order of their days."""
    times = windows(plan.asked, plan.as_of)
    if plan.sides and all(sub.side for sub in plan.subs):
        chosen = _one_each(scorer, plan, companies, embedder, corpus)
    elif len(dated_parts(plan.asked)) > 1:
        chosen = _one_a_part(scorer, plan, companies, embedder)
    elif len(times) > 1:
        chosen = _one_a_time(scorer, plan, companies, embedder, times)
    else:
        chosen = steps(worth_of(scorer, plan, companies, embedder, found(scorer)))
    return _in_order(chosen, scorer)


def _one_a_part(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder) -> list[Candidate]:
    """For each part of the question the sentence that answers it best, rather one with a day where a day is asked for."""
    chosen: list[Candidate] = []
    candidates = about(found(scorer), plan.actors, companies)
    for text in dated_parts(plan.asked):
        part = analyse(text, companies).parts[0]
        part = replace(part, terms=tuple(term for term in part.terms if term in scorer.weight) or scorer.asked.terms)
        ahead, day = bool(_NEXT.search(part.text)), part.kind == "date"
        held = chosen[0].quote.source.id if chosen else ""
        whole = {c: scorer.score(c, part) + scorer.score(c) / 2 + _DATED * (day and bool(_FULL.search(c.quote.text)))
                 + OCCURRED * (ahead and bool(AHEAD.search(c.quote.text))) + _OF_IT * (c.quote.source.id == held)
                 for c in candidates}
        read = sorted(whole, key=lambda c: -whole[c])[:READ // 2]
        vectors = embedder.embed([f"{part.text} {scorer.asked.text}", *(candidate.quote.text for candidate in read)])
        meant = dict(zip(read, (vectors[1:] @ vectors[0]).tolist(), strict=True))
        ranked = sorted(read, key=lambda c: -whole[c] - MEANT * meant[c])
        if ranked[0] in chosen:  # one sentence may tell of two days: no other is needed but one with a day of its own
            ranked = [c for c in ranked if c not in chosen and event_date(c.quote.text, c.quote.source.date)]
        chosen += ranked[:1]
    return chosen


def _one_a_time(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder, times: Sequence[Window]) -> list[Candidate]:
    """For each time that the question names the sentence of that time that answers it best."""
    chosen: list[Candidate] = []
    candidates = found(scorer)
    of_time = [[c for c in candidates if time.holds(day_of_step(c)[0])][:READ // 2] for time in times]
    read = list(dict.fromkeys(c for each in of_time for c in each))
    worth = worth_of(scorer, replace(plan, window=None), companies, embedder, read) if read else {}
    for each in of_time:
        open_ = sorted((c for c in each if c in worth and c not in chosen), key=lambda c: -worth[c])
        chosen += [c for c in open_[:2] if worth[c] >= NEAR * worth[open_[0]]]
    return chosen


def _one_each(scorer: Scorer, plan: Plan, companies: Companies, embedder: Embedder, corpus: Snapshot) -> list[Candidate]:
    """For each side the sentence that best answers the question about it alone, rather one with a day, in an article on it."""
    chosen: list[Candidate] = []
    for sub in plan.subs:
        own = Scorer(analyse(sub.text, companies, sub.context), scorer.evidence, corpus, plan.window)
        own.candidates = [candidate for candidate in [*own.candidates, *_opening(own, corpus, sub.side.actor)]
                          if candidate.quote not in {each.quote for each in chosen} and names_side(candidate, sub.side, companies)]
        own.read(embedder, READ // 2)

        def worth(candidate: Candidate, own: Scorer = own, actor: str | None = sub.side.actor) -> float:
            source = candidate.quote.source
            dated = event_date(candidate.quote.text, source.date) is not None
            return (own.score(candidate) + _DATED * dated + _TIMELY * own.within(candidate) + _OF_IT * (actor in source.companies[:1])
                    + DOES * does(candidate, (actor,), companies))

        chosen += sorted(own.candidates, key=lambda candidate: -worth(candidate))[:1]
    return chosen


def _opening(scorer: Scorer, corpus: Snapshot, actor: str | None) -> list[Candidate]:
    """The first sentences of the articles on an actor that were found: what happened, and when, stands there."""
    opening: dict[str, Candidate] = {}
    for each in scorer.candidates:
        source = each.quote.source
        if source.companies[:1] == (actor,) and source.id not in opening:
            text = corpus.article(source.id).text
            start, end = next(iter(sentences(text)), (0, 0))
            own = frozenset(terms(text[start:end]))
            quote = Quote(source, text[start:end], start, end)
            opening[source.id] = Candidate(quote, each.similarity, own, own | frozenset(terms(source.title)), each.article | own)
    known = {each.quote for each in scorer.candidates}
    return [each for each in opening.values() if each.quote not in known]


def _in_order(chosen: Sequence[Candidate], scorer: Scorer) -> list[Drafted]:
    """The sentences by their days, which they are headed by."""
    days = {candidate: day_of_step(candidate) for candidate in chosen}
    ordered = sorted(chosen, key=lambda c: (days[c][0] or date.max, c.quote.source.id, not _EARLIER.search(c.quote.text), c.quote.start))
    return [Drafted(c.quote.text, (c.quote,), scorer.score(c), days[c][1]) for c in ordered]
