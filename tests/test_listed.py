"""Answers that are lists: both sides of a comparison, a development in the order of its days, part by part."""

from __future__ import annotations

import re
from datetime import date

import pytest

from longhaul.bot.chain import Bot
from longhaul.bot.compose import compose
from longhaul.bot.types import Draft, Drafted, Quote, Turn
from longhaul.ingest.types import Filter, Source

CORPUS = [
    {"id": "wombat-2024", "title": "Wombatel opens", "date": "2024-05-02",
     "text": "Wombatel said on 2 May 2024 that its backlog of undersea orders stood at $1 billion. It has offices in three towns."},
    {"id": "wombat-2025", "title": "Wombatel grows", "date": "2025-05-06",
     "text": "On 6 May 2025 Wombatel put its backlog of undersea orders at $3 billion. The chief executive was pleased."},
    {"id": "wombat-2026", "title": "Wombatel again", "date": "2026-05-05",
     "text": "Wombatel reported on 5 May 2026 that its backlog of undersea orders had reached $7 billion."},
    {"id": "quagga", "title": "Quaggafibre's own ships", "date": "2025-09-01",
     "text": "Quaggafibre lays its undersea cables with two ships of its own. It bought the second ship in 2023."},
    {"id": "tapir-1", "title": "Tapirline's loan", "date": "2025-03-01",
     "text": "Tapirline borrowed $90 million for a cable to Iceland. The lender was a bank in Oslo. It has paid no dividend since 2019."},
    {"id": "tapir-2", "title": "Tapirline hires divers", "date": "2025-11-01",
     "text": "Tapirline hired forty divers in Lisbon in November 2025. They will mend old cables near Portugal. "
             "The divers were trained by the navy."},
    {"id": "zebra", "title": "Zebracom rents", "date": "2025-10-01",
     "text": "Zebracom rents a ship for its undersea cables from a Norwegian owner. It has no ships of its own."},
]


@pytest.fixture(scope="module")
def small(bot_over) -> Bot:
    """The offline bot over what is invented above."""
    return bot_over(CORPUS)


def test_a_development_is_told_in_the_order_of_its_days(small):
    answer = small.ask("How has Wombatel's backlog of undersea orders changed over time?")
    days = [statement.lead for statement in answer.statements]
    assert days == ["May 2024", "May 2025", "May 2026"], answer.text
    assert re.search(r"\$1 billion.*\$3 billion.*\$7 billion", answer.text, re.S)


def test_an_earlier_day_hides_the_later_steps(small):
    answer = small.ask("How has Wombatel's backlog of undersea orders changed over time?", filter=Filter(as_of=date(2025, 12, 31)))
    assert [statement.lead for statement in answer.statements] == ["May 2024", "May 2025"]


def test_a_comparison_tells_of_each_side(small):
    answer = small.ask("Compare Quaggafibre and Zebracom on ships for undersea cables")
    assert [lead for lead in dict.fromkeys(statement.lead for statement in answer.statements) if lead] == ["Quaggafibre", "Zebracom"]
    assert "**Quaggafibre:** Quaggafibre lays" in answer.text and "**Zebracom:** Zebracom rents" in answer.text


def test_a_sentence_on_both_sides_must_be_on_what_is_asked(bot):
    answer = bot.ask("How does Meta's approach to undersea cables differ from that of Amazon?")
    assert "**Meta:**" in answer.text and "**Amazon:**" in answer.text
    assert "MRC" not in answer.text, "a protocol of data centres, whose sentence names both"


def test_a_side_of_which_nothing_is_said_is_named(small):
    answer = small.ask("Compare Quaggafibre and Okapinet on ships for undersea cables")
    assert answer.status in ("partial", "unanswerable") and "Okapinet" in answer.missing


def test_each_part_about_another_is_answered(small):
    answer = small.ask("What was Wombatel's backlog of undersea orders in May 2025, and from whom does Zebracom rent its ship?")
    assert "$3 billion" in answer.text and "Norwegian" in answer.text


def test_each_part_about_the_same_is_answered_from_its_own_article(small):
    answer = small.ask("How much did Tapirline borrow for its cable to Iceland, and who trained the divers that it hired in Lisbon?")
    assert "$90 million" in answer.text and "trained by the navy" in answer.text
    assert {citation.source.id for citation in answer.citations} >= {"tapir-1", "tapir-2"}
    assert len(answer.text.split()) <= 160


def test_a_follow_up_finds_what_is_told_next(small):
    answer = small.ask("What will they do?", [Turn("user", "How many divers did Tapirline hire in Lisbon?")])
    assert "mend old cables" in answer.text


def test_where_is_told_beside_who(bot):
    answer = bot.ask("Where?", [Turn("user", "Who will make Microsoft's hollow-core fibre?")])
    assert "North Carolina" in answer.text


def test_statements_of_one_side_stand_in_one_paragraph():
    source = Source("a", "A", None, None, None, None, (), ())
    said = [("Foo", "One."), ("Foo", "Two."), ("Bar*", "Three.")]
    draft = Draft(tuple(Drafted(text, (Quote(source, text, n, n + 1),), lead=lead) for n, (lead, text) in enumerate(said)),
                  "answered", None, "offline")
    told = compose(draft, lambda quote: "reported")
    assert told.text == "**Foo:** One. [1] Two. [2]\n\n**Bar\\*:** Three. [3]"
    assert [statement.lead for statement in told.statements] == ["Foo", "Foo", "Bar*"]
