"""The ledger as it stands: shared origins, people's corrections, subsidiaries counted with their parents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import FIRM, Claim, Filter

from .corrections import Corrections


class Standing:
    """Reads claims out of a corpus as all views show them."""

    def __init__(self, companies: Companies, corrections: Corrections):
        self._companies = companies
        self._corrections = corrections

    def claims(self, corpus: Snapshot, filter: Filter, article: str | None = None, roll_up: bool = False,
               least: float = FIRM) -> list[Claim]:
        """The claims of at least this confidence that pass the filter, by day. What became known after `as_of` has no part in it."""
        filter = replace(filter, undated=filter.as_of is None or filter.as_of >= date.today())
        narrowed = replace(filter, companies=()) if roll_up else filter
        claims = self._corrections.apply(corpus.claims(narrowed, article, least, self._corrections.standing()))
        if roll_up:
            claims = [claim for claim in self._with_parents(claims) if not filter.companies or claim.actor in filter.companies]
        return claims

    def judged(self) -> set[tuple[str, str, str]]:
        """The article, the sentence and the actor of each claim that people have confirmed, corrected or rejected."""
        return {(found.article, found.sentence, found.actor) for found in self._corrections.standing().values()}

    def _with_parents(self, claims: Iterable[Claim]) -> Iterable[Claim]:
        for claim in claims:
            day = claim.day
            parent = self._companies.parent(claim.actor, day) if day else None
            yield replace(claim, actor=parent) if parent else claim
