"""States that changed are told with their latest value first; what is asked of the present carries the age of its evidence."""

from __future__ import annotations

from datetime import date

import pytest

from longhaul.bot.answer.figures import figures
from longhaul.bot.chain import Bot
from longhaul.ingest.types import Filter

CORPUS = [
    {"id": "one", "title": "Pandafibre's deals", "date": "2024-08-05", "published": "2024-08-06",
     "text": "On 5 August 2024 Pandafibre said it had signed $5 billion of AI fibre deals. Its head office is in Utrecht."},
    {"id": "two", "title": "Pandafibre's deals again", "date": "2025-03-13", "published": "2025-03-14",
     "text": "Pandafibre has now signed more than $8 billion of AI fibre deals. The company hires."},
    {"id": "three", "title": "Pandafibre's quarter", "date": "2026-02-03", "published": "2026-02-10",
     "text": "With fourth-quarter 2025 results, Pandafibre said signed AI fibre deals had reached nearly $13 billion. Revenue fell."},
    {"id": "four", "title": "Koalatel", "date": "2025-06-01", "text": "Koalatel has 84,000 employees. Its network is old."},
]
DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def small(bot_over) -> Bot:
    """The offline bot over what is invented above."""
    return bot_over(CORPUS)


@pytest.mark.parametrize("question", ["How much has Pandafibre signed in AI fibre deals?",
                                      "How much in AI fibre deals has Pandafibre signed so far?"])
def test_the_latest_value_comes_first_and_the_earlier_ones_with_their_days(small, question):
    answer = small.ask(question, filter=Filter(as_of=DAY))
    assert [statement.lead for statement in answer.statements][:3] == ["February 2026", "March 2025", "August 2024"], answer.text
    places = [answer.text.index(value) for value in ("$13 billion", "$8 billion", "$5 billion")]
    assert places == sorted(places)


def test_nothing_published_later_is_shown(small):
    for as_of, newest in ((date(2026, 2, 9), "two"), (date(2025, 3, 13), "one"), (date(2026, 2, 10), "three")):
        answer = small.ask("How much has Pandafibre signed in AI fibre deals?", filter=Filter(as_of=as_of))
        assert all(citation.source.published <= as_of for citation in answer.citations)
        assert answer.citations[0].source.id == newest


def test_old_evidence_on_the_present_carries_its_age(small):
    told = small.ask("How many employees does Koalatel currently have?", filter=Filter(as_of=DAY)).text
    assert told.endswith("The latest account of this is from 1 June 2025, 9 months ago."), told
    fresh = small.ask("How many employees does Koalatel currently have?", filter=Filter(as_of=date(2025, 6, 20))).text
    assert "latest account" not in fresh
    assert "latest account" not in small.ask("Where is Pandafibre's head office?", filter=Filter(as_of=DAY)).text


FIGURES = [
    ("It cuts about 13,000 jobs (13%).", [(12_500, 13_500, ""), (13, 13, "%")]),
    ("It paid $2.08 billion in 2025.", [(2.075e9, 2.085e9, "$")]),
    ("It has more than 40,000 route miles.", [(35_000, float("inf"), "")]),
    ("It builds between 3,000 and 5,000 kilometres.", [(3_000, 5_000, "")]),
    ("The 8223 and an 800-gigabit card came on 22 August 2025.", []),
    ("It runs seven data centres and 12–48 fibre pairs.", [(7, 7, ""), (12, 48, "")]),
]


@pytest.mark.parametrize(("sentence", "expected"), FIGURES)
def test_figures_are_read_as_exactly_as_they_are_written(sentence, expected):
    assert [(pytest.approx(figure.low), pytest.approx(figure.high), figure.unit) for figure in figures(sentence)] == expected
