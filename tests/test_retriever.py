"""The retriever in LangChain's hands, over a real index."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from langchain_openai import ChatOpenAI
from openai_server import OpenAIServer
from pydantic import ValidationError

from longhaul.bot.chain import Bot, build
from longhaul.bot.retriever import LonghaulRetriever
from longhaul.bot.settings import Settings
from longhaul.ingest.pipeline import ingest, seeds_folder
from longhaul.ingest.types import Filter, UserError

SEEDS = ["2026-02-11-cisco-ai-orders", "2026-05-05-arista-q1-2026", "2025-11-03-verizon-aws-ai-connect"]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    bot = build(Settings(index=str(tmp_path_factory.mktemp("index")), model="offline"))
    ingest(bot.index, bot.embedder, bot.companies, [seeds_folder() / f"{id}.md" for id in SEEDS])
    return bot


def test_documents_are_the_search_results(bot: Bot) -> None:
    found = bot.search("Cisco AI orders", k=3)
    documents = LonghaulRetriever(bot=bot, k=3).invoke("Cisco AI orders")
    assert [document.id for document in documents] == [one.chunk.id for one in found]
    for rank, (document, one) in enumerate(zip(documents, found, strict=True), 1):
        about = document.metadata
        assert list(about) == ["article", "title", "publisher", "date", "published", "url", "start", "end", "score", "rank"]
        assert bot.article(about["article"]).text[about["start"]:about["end"]] == document.page_content
        assert (about["rank"], about["score"]) == (rank, one.score)
    about = next(document.metadata for document in documents if document.metadata["article"] == SEEDS[0])
    assert (about["date"], about["published"], about["url"]) == ("2026-02-11", "2026-02-16", None)
    assert Document.model_validate_json(documents[0].model_dump_json()) == documents[0]


def test_the_filter_narrows(bot: Bot) -> None:
    retriever = LonghaulRetriever(bot=bot, filter=Filter(companies=("verizon",), until=date(2025, 12, 31)))
    assert {document.metadata["article"] for document in retriever.invoke("AI networks")} == {SEEDS[2]}


def test_wrong_use_is_refused(bot: Bot) -> None:
    with pytest.raises(ValidationError):
        LonghaulRetriever(bot=bot, k=0)
    with pytest.raises(UserError):
        LonghaulRetriever(bot=bot).invoke("  ")


def test_batch_and_async(bot: Bot) -> None:
    retriever = LonghaulRetriever(bot=bot, k=2)
    queries = ["Cisco AI orders", "Arista first quarter", "Verizon and AWS"]
    one_by_one = [retriever.invoke(query) for query in queries]
    assert retriever.batch(queries) == one_by_one

    async def together() -> list[list[Document]]:
        return await asyncio.gather(*(retriever.ainvoke(query) for query in queries))

    with ThreadPoolExecutor(1) as thread:  # a driven browser may keep a loop of its own running in this one
        assert thread.submit(asyncio.run, together()).result() == one_by_one


def test_in_a_chain_of_ones_own(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def numbered(documents: list[Document]) -> str:
        return "\n".join(f'<evidence n="{d.metadata["rank"]}">\n{d.page_content}\n</evidence>' for d in documents)

    prompt = ChatPromptTemplate.from_messages([("human", "{evidence}\n\n{question}")])
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with OpenAIServer() as server:
        model = ChatOpenAI(model="gpt-test", base_url=server.url, api_key="none")
        chain = ({"evidence": LonghaulRetriever(bot=bot, k=1) | numbered, "question": RunnablePassthrough()}
                 | prompt | model | StrOutputParser())
        answer = chain.invoke("How much in AI infrastructure orders did Cisco take?")
        assert server.requests[0].body.get("stream") is not True  # in one piece, and it works as well
    assert answer.endswith("[1].") and "Cisco" in answer
