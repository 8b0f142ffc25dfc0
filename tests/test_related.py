"""Questions for whoever has a relation to an actor: answered from sentences that tell of it, or not at all."""

from __future__ import annotations

from datetime import date

import pytest

from longhaul.bot.chain import Bot
from longhaul.bot.intent import asked_relation
from longhaul.bot.types import Turn
from longhaul.ingest.types import Filter

TEXTS = {
    "2025-03-01": "Ciena supplies Orange with modems for its submarine cables. Ericsson supplies Orange with radios.",
    "2026-03-01": "Nokia won a contract from Orange for routers. Orange does not buy from Cisco. Zayo and Equinix announced a partnership.",
    "2026-04-01": "Marvell competes with Broadcom in custom chips. NVIDIA invested $2 billion in Marvell. Marvell bought Celestial AI.",
    "2026-05-01": "Broadcom launched a switch chip for copper links in May 2026. Broadcom said that it sells fast.",
}


@pytest.fixture(scope="module")
def own(bot_over) -> Bot:
    return bot_over([{"id": day, "title": "News of the day", "text": text, "date": day, "published": day} for day, text in TEXTS.items()])


@pytest.mark.parametrize(("question", "named"), [
    ("Who supplies Orange?", {"Ciena", "Ericsson", "Nokia"}),
    ("Who are Orange's suppliers?", {"Ciena", "Ericsson", "Nokia"}),
    ("Who supplies Orange's radios?", {"Ericsson"}),
    ("Who are Ciena's customers?", {"Orange"}),
    ("Who are Zayo's partners?", {"Equinix"}),
    ("Whom does Marvell compete with?", {"Broadcom"}),
    ("Who are Broadcom's rivals?", {"Marvell"}),
    ("Who bought Celestial AI?", {"Marvell"}),
    ("Whom did Marvell buy?", {"Celestial AI"}),
    ("Which companies has NVIDIA invested in?", {"Marvell"}),
    ("Who are Marvell's investors?", {"NVIDIA"}),
    ("Who supplies Orange besides Ericsson?", {"Ciena", "Nokia"}),
    ("Which companies supplied Orange in 2026?", {"Nokia"}),
])
def test_who_it_is(own, question, named):
    answer = own.ask(question)
    assert answer.status == "answered"
    assert {name for statement in answer.statements for name in statement.lead.split(", ")} == named
    for citation in answer.citations:
        assert own.article(citation.source.id).text[citation.start:citation.end] == citation.quote


@pytest.mark.parametrize("question", ["Who supplies Orange's lasers?", "Who are Equinix's investors?", "Who bought Orange?",
                                      "Who are Cisco's customers?"])
def test_where_nobody_is_told_of_it_does_not_name_somebody(own, question):
    answer = own.ask(question)
    assert answer.status in ("partial", "unanswerable") and answer.missing
    assert not any(statement.lead for statement in answer.statements)


def test_nothing_comes_from_after_the_day(own):
    answer = own.ask("Who supplies Orange?", filter=Filter(as_of=date(2025, 12, 1)))
    assert {name for statement in answer.statements for name in statement.lead.split(", ")} == {"Ciena", "Ericsson"}


def test_what_its_rivals_did(own):
    answer = own.ask("What did its rivals do?", [Turn("user", "What did Marvell buy?")])
    assert "Broadcom" in dict(answer.reading)["Read as"] and "rivals" not in dict(answer.reading)["Read as"]
    assert any("Broadcom" in citation.quote for citation in answer.citations)


def test_rivals_that_nobody_knows_are_left_as_they_are(own):
    assert "rivals" in dict(own.ask("What did Equinix's rivals do?").reading)["Read as"]


def test_the_reading_says_who_is_wanted(own):
    assert dict(own.ask("Who are Ciena's customers?").reading)["Wanted"] == "its customers"


@pytest.mark.parametrize(("question", "asked"), [
    ("Who supplies Microsoft's hollow-core fibre?", ("supplier", "object")),
    ("Who is going to make fibre for Microsoft?", ("supplier", "object")),
    ("Whom does Corning supply?", ("supplier", "subject")), ("Who does Lumen sell fibre to?", ("supplier", "subject")),
    ("Who is buying optics from Coherent?", ("supplier", "subject")), ("With whom does Nokia work?", ("partner", "")),
    ("Who owns Zayo?", ("investor", "object")), ("Which carriers compete with Zayo?", ("rival", "")),
    ("What did Verizon announce?", None), ("Why did Verizon buy Frontier?", None), ("Who said that Zayo's customers wait?", None),
])
def test_how_it_is_asked(question, asked):
    found = asked_relation(question)
    assert (found and (found[0][0], found[1])) == asked
