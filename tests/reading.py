"""The index as somebody finds it who looks just now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from longhaul.ingest.index import Index


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
