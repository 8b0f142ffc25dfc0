"""A question read, and evidence found, with the corpus at hand: who the rivals are, whether a publisher tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Filter

from .answer.decline import DECLINE, confidence
from .answer.question import analyse
from .answer.related import rivals_named
from .answer.score import Scorer
from .plan import plan
from .retrieve import gather
from .types import Evidence, Plan, Turn

DEPTH, DEEP = 10, 20  # chunks that an answerer reads, and those for a development
_ALMOST = 0.75  # of the confidence in all evidence: less in a publisher's own and it is taken to be silent


def planned_with(corpus: Snapshot, question: str, history: Sequence[Turn], filter: Filter, companies: Companies) -> Plan:
    """The plan; where it asks of an actor's rivals, that of the question with their names, as far as the ledger knows them.

    Raises UserError for an empty or an endless question.
    """
    first = plan(question, history, filter, companies, date.today(), corpus.publishers)
    named = rivals_named(first, corpus, companies)
    if not named:
        return first
    again = plan(named, (), filter, companies, date.today())
    told = f"{named} ({first.context})" if first.context else named
    return replace(again, question=first.question, standalone=told, context=first.context, window=again.window or first.window,
                   intent="comparison" if again.sides else again.intent)


def evidence_for(planned: Plan, corpus: Snapshot, embedder: Embedder, companies: Companies) -> tuple[list[Evidence], bool]:
    """The evidence, of the publishers whose account is asked for; where these do not tell, of all, and that it is so."""
    depth = DEEP if planned.intent == "timeline" else DEPTH
    found = gather(planned.queries, depth, planned.filter, corpus, embedder)
    if not planned.publishers or planned.filter.publishers:
        return found, False

    def sure(evidence: Sequence[Evidence]) -> float:
        scorer = Scorer(analyse(planned.asked, companies, planned.context), evidence, corpus, planned.window)
        if scorer.candidates:
            scorer.look(embedder)
        return confidence(scorer) if scorer.candidates else 0.0

    told = gather(planned.queries, depth, replace(planned.filter, publishers=planned.publishers), corpus, embedder)
    own = sure(told)
    return (told, False) if own and own >= min(DECLINE, _ALMOST * sure(found)) else (found, True)
