"""The index as somebody finds it who looks just now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from longhaul.ingest.index import Index
from longhaul.ingest.types import Claim, Ledger


class Now:
    """Each attribute is read, each method called, in a snapshot taken for it."""

    def __init__(self, index: Index):
        self._index = index

    def __getattr__(self, name: str) -> Any:
        with self._index.snapshot() as corpus:
            found = getattr(corpus, name)
        return self._calling(name) if callable(found) else found

    def _calling(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            with self._index.snapshot() as corpus:
                return getattr(corpus, name)(*args, **options)

        return call

    @property
    def ids(self) -> set[str]:
        """The ids of all articles."""
        return {source.id for source in self.sources()}


def sure(claims: Iterable[Claim]) -> list[Claim]:
    """The claims without their confidence, whose last digit depends on what was judged beside them."""
    return [replace(claim, confidence=1.0) for claim in claims]


def sure_ledger(ledger: Ledger) -> Ledger:
    """The ledger without the confidence of its claims."""
    return replace(ledger, claims=tuple(sure(ledger.claims)))
