"""Longhaul's search as a LangChain retriever, for chains of your own.

    from longhaul.bot.chain import build
    from longhaul.bot.retriever import LonghaulRetriever
    from longhaul.bot.settings import Settings

    retriever = LonghaulRetriever(bot=build(Settings()), k=5)
    chain = retriever | format_documents | prompt | model
"""

from __future__ import annotations

# No door imports this module, only people who use LangChain anyway; so its imports may stand at the top.
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from longhaul.ingest.types import Filter

from .chain import Bot
from .types import Evidence


class LonghaulRetriever(BaseRetriever):
    """The `k` best chunks for a query within `filter`, best first. `invoke` raises UserError for an empty query.

    Metadata: article, title, publisher, date, published, url, start, end (`page_content` is the article's text from
    start to end), score, rank (from 1). Dates are ISO strings; what is unknown is None.
    """

    bot: Bot = Field(exclude=True)
    k: int = Field(default=10, ge=1)
    filter: Filter = Filter()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [document(found) for found in self.bot.search(query, self.k, self.filter)]


def document(found: Evidence) -> Document:
    """A piece of evidence as a LangChain document."""
    chunk, source = found.chunk, found.chunk.source
    return Document(id=chunk.id, page_content=chunk.text, metadata={
        "article": source.id, "title": source.title, "publisher": source.publisher,
        "date": source.date.isoformat() if source.date else None,
        "published": source.published.isoformat() if source.published else None,
        "url": source.url, "start": chunk.start, "end": chunk.end, "score": found.score, "rank": found.rank})
