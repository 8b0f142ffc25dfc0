"""The chain between the rooms: dates that hide, follow-ups, fingerprints, and words that stay words in Markdown."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from longhaul.bot.answer.offline import OfflineAnswerer
from longhaul.bot.chain import Bot
from longhaul.bot.compose import compose, escape
from longhaul.bot.plan import plan
from longhaul.bot.retrieve import retrieve
from longhaul.bot.types import Turn
from longhaul.bot.verify import verify
from longhaul.ingest.companies import Companies
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Filter, UserError

TODAY = date.today()


@pytest.fixture
def small(index, embedder, companies, take, tmp_path, bot) -> Bot:
    """A bot over three texts: one known for long, one that is to be known in ten days, one that nobody dates."""
    rows = [("past", "Zebracom bought Quaggafibre for $9 billion in 2024.", "2024-03-01"),
            ("future", "Zebracom sold Quaggafibre for $7 billion.", (TODAY + timedelta(10)).isoformat()),
            ("undated", "Zebracom leased Quaggafibre for $5 billion.", None)]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps({"id": id, "text": text, "published": day}) for id, text, day in rows), "utf-8")
    take(file)
    return Bot(index, embedder, companies, OfflineAnswerer(companies, embedder))


@pytest.mark.parametrize(("as_of", "shown"), [
    (None, {"past", "undated"}), (TODAY, {"past", "undated"}), (TODAY + timedelta(10), {"past", "future", "undated"}),
    (TODAY - timedelta(1), {"past"}), (date(2024, 2, 29), set())])
def test_what_is_published_later_is_hidden(small, as_of, shown):
    found = small.search("How much did Quaggafibre cost Zebracom?", filter=Filter(as_of=as_of))
    assert {evidence.chunk.source.id for evidence in found} == shown


def test_quotes_that_no_longer_stand_are_not_shown(small, tmp_path, take):
    with small.index.snapshot() as corpus:
        draft = [*small.answerer.write(*_found(small, corpus, "How much did Zebracom pay for Quaggafibre?"), corpus)][-1]
        assert any(statement.quotes for statement in draft.statements) and verify(draft, corpus) == draft
    file = tmp_path / "rows.jsonl"
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    file.write_text(json.dumps(rows[0] | {"text": "Another text in its place."}), "utf-8")
    take(file, prune=True)  # one changed, two gone
    with small.index.snapshot() as corpus:
        checked = verify(draft, corpus)
    assert checked.status == "unanswerable" and checked.missing and not any(statement.quotes for statement in checked.statements)
    told = compose(checked, lambda quote: "opinion")
    assert told.text and "(opinion)" not in told.text and [statement.basis for statement in told.statements] == ["reported"]
    assert told.citations == () and told.verdicts == ()


def _found(bot: Bot, corpus: Snapshot, question: str):
    planned = plan(question, (), Filter(), bot.companies, TODAY)
    return planned, retrieve(planned.standalone, 10, planned.filter, corpus, bot.embedder)


def _standalone(question: str, *said: tuple[str, str]) -> str:
    from longhaul.ingest.companies import load_companies

    return plan(question, [Turn(role, text) for role, text in said], Filter(), load_companies(), TODAY).standalone


def test_a_follow_up_takes_the_last_question_along():
    lead = ("user", "Who leads data-centre Ethernet?")
    assert _standalone("Why?", ("user", "Tell me about Corning."), ("user", "And its rivals?")) == "Why? (Tell me about Corning.)"
    assert _standalone("And how big is its share?", lead) == "And how big is its share? (Who leads data-centre Ethernet?)"
    assert "Who leads data-centre Ethernet?" in _standalone("Why?", lead, ("assistant", "NVIDIA leads. [1]"))


def test_a_question_of_its_own_stays_as_it_is():
    alone = "Who won the 2025 football world championship in Morocco?"
    assert _standalone(alone, ("user", "What did Meta commit to Corning?")) == alone
    assert _standalone("What did Nokia earn?", ("user", "What did Meta commit to Corning?")) == "What did Nokia earn?"


def test_the_fingerprint_knows_the_list_of_companies(bot):
    other = Bot(bot.index, bot.embedder, Companies([{"name": "Foo", "kind": "company"}]), bot.answerer)
    question = "Why do AI builders want to join several data centres into one system?"
    assert bot.ask(question).fingerprint == bot.ask(question).fingerprint != other.ask(question).fingerprint


@pytest.mark.parametrize(("text", "markdown"), [
    ("2026) revenue rose to ~$5.2 billion & 21.5%", "2026\\) revenue rose to ~$5.2 billion & 21.5%"),
    ("1. Wombatel", "1\\. Wombatel"), ("-5% fall", "-5% fall"), ("- item", "\\- item"), ("> said", "\\> said"),
    ("<b>x</b> [1](http://e.example) a_b*c", "\\<b>x\\</b> \\[1\\](http://e.example) a\\_b\\*c"),
    ("# head\n\nline", "\\# head line")])
def test_words_of_an_article_stay_words_in_markdown(text, markdown):
    assert escape(text) == markdown


@pytest.mark.parametrize("question", ["", "  \n ", "x" * 100_000])
def test_no_question_and_an_endless_one_are_refused(bot, question):
    with pytest.raises(UserError) as caught:
        bot.ask(question)
    assert caught.value.message and caught.value.hint
