"""Where articles say that sources disagree on what is asked, the answer says so and quotes the sides."""

from __future__ import annotations

import pytest

from longhaul.bot.chain import Bot

TEXT = ("Wombatel laid off staff in May 2025. Reports differ on how many jobs Wombatel cut. The Gazette gives 13,000 jobs. The Courier "
        "writes of 15,000 jobs. Wombatel opened a fibre plant in Smallville in June 2025, with a budget of $3 million. It makes cables.")


@pytest.fixture(scope="module")
def small(bot_over) -> Bot:
    """The offline bot over what is invented above."""
    return bot_over([{"id": "cuts", "title": "Wombatel's May", "date": "2025-06-02", "text": TEXT}])


@pytest.mark.parametrize("question", ["How many jobs did Wombatel cut?", "How many jobs were cut at Wombatel in May 2025?"])
def test_both_sides_are_quoted(small, question):
    answer = small.ask(question)
    assert answer.status == "conflicting" and answer.missing == "The sources disagree on this."
    assert answer.text.startswith(answer.missing) and "13,000" in answer.text and "15,000" in answer.text
    assert "13,000" in answer.citations[1].quote and "15,000" in answer.citations[2].quote


@pytest.mark.parametrize("question", [
    "How large is the budget of Wombatel's fibre plant in Smallville?", "When did Wombatel open its fibre plant?"])
def test_what_they_do_not_disagree_on_is_answered(small, question):
    assert small.ask(question).status in ("answered", "partial")


def test_asked_whether_sources_agree_it_says_that_they_do_not(small):
    assert small.ask("Do the reports agree on how many jobs Wombatel cut?").status == "conflicting"
