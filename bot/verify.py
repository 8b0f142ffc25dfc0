"""Draft → draft whose every quote stands in its article, word for word."""

from __future__ import annotations

from dataclasses import replace

from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import UserError

from .types import Draft, Drafted, Quote

_GONE = "The corpus does not hold the words that this answer quoted."


def verify(draft: Draft, corpus: Snapshot) -> Draft:
    """The draft without statements that quote what the stored article does not hold at that place.

    Where nothing that was quoted is left, the draft says so and declines.
    """
    texts: dict[str, str] = {}

    def stands(quote: Quote) -> bool:
        id = quote.source.id
        if id not in texts:
            try:
                texts[id] = corpus.article(id).text
            except UserError:  # no article of this corpus
                texts[id] = ""
        return texts[id][quote.start:quote.end] == quote.text

    stakes = tuple(replace(stake, quotes=quotes) for stake in draft.stakes if (quotes := tuple(filter(stands, stake.quotes)))
                   or not stake.quotes)
    kept = tuple(statement for statement in draft.statements if all(map(stands, statement.quotes)))
    if any(statement.quotes for statement in draft.statements) and not any(statement.quotes for statement in kept) and not stakes:
        return replace(draft, statements=(Drafted(f"{_GONE} Ask again.", ()),), status="unanswerable", missing=_GONE)
    return replace(draft, statements=kept, stakes=stakes)
