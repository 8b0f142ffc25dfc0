"""The extractive answerer: reads the evidence and answers in the articles' own words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from longhaul.ingest.companies import Companies
from longhaul.ingest.index import Index
from longhaul.ingest.words import terms

from ..types import Draft, Drafted, Evidence, Plan


class OfflineAnswerer:
    """Quotes the sentences that answer the question."""

    name = "offline"
    version = "1"

    def __init__(self, index: Index, companies: Companies):
        self._index = index
        self._companies = companies

    def write(self, plan: Plan, evidence: Sequence[Evidence]) -> Iterator[str | Draft]:
        """The draft; nothing is streamed before it, since it is ready at once."""
        wanted = set(terms(plan.standalone))
        quotes = [quote for found in evidence for quote in found.quotes]
        quotes.sort(key=lambda quote: -len(wanted & set(terms(quote.text))))
        statements = tuple(Drafted(quote.text, (quote,)) for quote in quotes[:3])
        if not statements:
            yield Draft((Drafted("The corpus does not say.", ()),), "unanswerable", "The corpus does not say.", self.name)
            return
        yield Draft(statements, "answered", None, self.name)
