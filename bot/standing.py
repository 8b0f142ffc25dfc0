"""The ledger as it stands: shared origins, people's corrections, subsidiaries counted with their parents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.origins import grouped
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Claim, Filter

from .corrections import Corrections


class Standing:
    """Reads claims out of a corpus as all views show them."""

    def __init__(self, companies: Companies, corrections: Corrections):
        self._companies = companies
        self._corrections = corrections
        self._origins: tuple[tuple[str, Filter], dict[str, str]] | None = None  # of which claims, and the origin of each

    def claims(self, corpus: Snapshot, filter: Filter, article: str | None = None, roll_up: bool = False) -> list[Claim]:
        """The claims that pass the filter, by day. What became known after `as_of` has no part in it, not even in an origin."""
        filter = replace(filter, undated=filter.as_of is None or filter.as_of >= date.today())
        wanted = filter.companies
        origins = self._shared(corpus, Filter(as_of=filter.as_of, undated=filter.undated))
        found = corpus.claims(replace(filter, companies=()) if roll_up else filter, article)
        claims = self._corrections.apply(replace(claim, origin=origins[claim.id]) for claim in found)
        if roll_up:
            claims = [claim for claim in self._with_parents(claims) if not wanted or claim.actor in wanted]
        return claims

    def _shared(self, corpus: Snapshot, known: Filter) -> dict[str, str]:
        """The origin of each claim among all that were known; kept until the corpus or the day changes."""
        key = corpus.state, known
        held = self._origins
        if held is None or held[0] != key:
            held = key, {claim.id: claim.origin for claim in grouped(corpus.claims(known))}
            self._origins = held
        return held[1]

    def _with_parents(self, claims: Iterable[Claim]) -> Iterable[Claim]:
        for claim in claims:
            day = claim.day
            parent = self._companies.parent(claim.actor, day) if day else None
            yield replace(claim, actor=parent) if parent else claim
