"""What a sentence says of whom: the ledger's claims, and where the ledger is not sure what the words plainly say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from longhaul.ingest.attribution import attributed
from longhaul.ingest.companies import Companies
from longhaul.ingest.types import FIRM, Claim, Mention

from ..types import Evidence, Plan, Quote
from .together import breaths, named
from .worded import THREATS, worded

_VOTE = 0.6  # the confidence of what only the words of a sentence say: that of a faint claim
# A report that goes on with its figures, and names nobody: "Quarterly revenue was …", not "Worldwide sales were …".
_RESULTS = re.compile(
    r"(?:(?!market|industry|segment|worldwide|global)[\w-]+ ){0,3}(?:revenues?|sales|profits?|earnings|income|cash flow|margins?|"
    r"shares|stock|dividend|orders|backlog) (?:was|were|rose|fell|grew|dropped|declined|came)\b", re.IGNORECASE)

Place = tuple[str, int]
Judged = Collection[tuple[str, str, str]]


class Spoken:
    """Reads sentences. `claims`: the ledger on the articles in question, faint claims too; `basis_of` knows the basis of a sentence.

    `judged`: the article, the sentence and the actor of what people have confirmed, corrected or rejected: there words have no vote.
    """

    def __init__(self, plan: Plan, evidence: Sequence[Evidence], companies: Companies, claims: Iterable[Claim],
                 basis_of: Callable[[Quote], str | None], judged: Judged = ()):
        self._plan, self._evidence, self._companies, self._basis_of, self._judged = plan, evidence, companies, basis_of, judged
        self._known: dict[Quote, dict[str, Claim]] = {}
        self.ledger: dict[Place, dict[str, Claim]] = {}
        for claim in claims:
            self.ledger.setdefault(place(claim), {})[claim.actor] = claim

    def of(self, quote: Quote) -> dict[str, Claim]:
        """What a sentence says of each actor."""
        if quote not in self._known:
            self._known[quote] = self._read(quote)
        return self._known[quote]

    def _read(self, quote: Quote) -> dict[str, Claim]:
        held = dict(self.ledger.get(place(quote), {}))
        mentions, first = named(quote, self._companies), quote.source.companies[:1]
        if not mentions and first and first[0] in self._plan.actors and _RESULTS.match(quote.text):
            mentions = [Mention(first[0], 0, 0)]
        groups = breaths(quote.text, mentions)
        for actor, outcome, cue in worded(quote.text, groups):
            own = held.get(actor)
            if self._settled(quote, actor):
                continue
            if own is None:
                held[actor] = self._vote(quote, actor, outcome, cue)
            elif own.confidence < FIRM and own.outcome != outcome:  # two that are not sure, and do not agree
                held[actor] = replace(own, outcome="mixed")
        for breath in groups:
            self._share(quote, breath, held)
        return held

    def _settled(self, quote: Quote, actor: str) -> bool:
        return (quote.source.id, quote.text, actor) in self._judged

    def _vote(self, quote: Quote, actor: str, outcome: str, cue: str) -> Claim:
        """What the words of a sentence say of an actor, as a faint claim."""
        basis = self._basis_of(quote) or "reported"
        if basis == "reported" and THREATS.fullmatch(cue):  # that there is a threat is reported, the loss is not
            basis = "forecast"
        before = next((found.chunk.text[:quote.start - found.chunk.start] for found in self._evidence
                       if found.chunk.source.id == quote.source.id and found.chunk.start <= quote.start < found.chunk.end), "")
        return Claim(_id(quote, actor), quote.source, quote.text, quote.start, quote.end, actor, outcome, basis, cue, _VOTE, None,
                     attributed(quote.text, before, quote.source, self._companies))

    def _share(self, quote: Quote, breath: Sequence[Mention], held: dict[str, Claim]) -> None:
        """What is said of one that is named in one breath with others, and of the group that they are part of, holds for all of them."""
        actors = [actor for actor in dict.fromkeys(mention.actor for mention in breath) if not self._settled(quote, actor)]
        said = [held[actor] for actor in actors if actor in held]
        if len(actors) < 2 or not said:
            return
        outcomes = {claim.outcome for claim in said}
        both = replace(said[0], outcome=outcomes.pop() if len(outcomes) == 1 else "mixed",
                       confidence=min(claim.confidence for claim in said))
        group = any(mention.kind == "group" for mention in breath)
        for actor in actors:
            if actor not in held or group:
                held[actor] = replace(both, id=_id(quote, actor), actor=actor)


def place(found: Quote | Claim) -> Place:
    """Where a sentence stands."""
    return found.source.id, found.start


def _id(quote: Quote, actor: str) -> str:
    return f"{quote.source.id}:{quote.start}:{actor}"
