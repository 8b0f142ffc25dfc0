"""Draft → draft whose every quote stands in its article, word for word."""

from __future__ import annotations

from dataclasses import replace

from longhaul.ingest.index import Index

from .types import Draft


def verify(draft: Draft, index: Index) -> Draft:
    """The draft without statements that quote what the stored article does not hold at that place."""
    texts: dict[str, str] = {}
    kept = []
    for statement in draft.statements:
        for quote in statement.quotes:
            if quote.source.id not in texts:
                texts[quote.source.id] = index.article(quote.source.id).text
        if all(texts[quote.source.id][quote.start:quote.end] == quote.text for quote in statement.quotes):
            kept.append(statement)
    return replace(draft, statements=tuple(kept))
