"""Where articles disagree on what is asked, or say that sources do, the answer says so and quotes the sides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from longhaul.bot.chain import Bot
from longhaul.ingest.types import Filter

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


def _pairs(name: str) -> list[dict]:
    return yaml.safe_load((Path(__file__).parent / name).read_text("utf-8"))


def _rows(pairs: list[dict]) -> list[dict[str, str]]:
    return [{"id": f"{n}-{side}", "title": article["text"].split(".")[0][:60], "date": str(article["date"]),
             "published": str(article["date"]), "publisher": article["publisher"], "text": article["text"]}
            for n, pair in enumerate(pairs) for side, article in enumerate(pair["articles"])]


# How many conflicts are found at least.
@pytest.mark.parametrize(("name", "found"), [("conflicts.yaml", 19), ("conflicts_kept.yaml", 9)])
def test_two_articles_that_disagree_are_told_apart_from_those_that_only_seem_to(bot_over, name, found):
    pairs = _pairs(name)
    bot = bot_over(_rows(pairs))
    right = 0
    for pair in pairs:
        answer = bot.ask(pair["ask"], filter=Filter(as_of=date(2026, 6, 1)))
        if "says" not in pair:
            assert answer.status != "conflicting", (pair["ask"], answer.text)
            continue
        right += answer.status == "conflicting" and all(side in answer.text for side in pair["says"])
        if answer.status == "conflicting":
            leads = " ".join(statement.lead for statement in answer.statements)
            assert all(article["publisher"] in leads and f"{article['date']:%B %Y}" in leads for article in pair["articles"]), leads
    assert right >= found


def test_sides_that_an_article_gives_far_behind_are_found(bot_over):
    text = ("In a letter of 20 May 2025 the chief executive said Wombatel would cut about 13,000 jobs. Wombatel counted 99,600 employees "
            "in 2024. It set up a fund of $20 million for training. Revenue rose. The chief executive took over in March. Shares fell. Its "
            "offices are in two towns. Accounts of the scale conflict. The Courier, citing earlier reports, gives about 15,000 jobs.")
    bot = bot_over([{"id": "cuts", "title": "Wombatel's May", "date": "2025-06-02", "publisher": "The Gazette", "text": text}])
    answer = bot.ask("How many jobs is Wombatel cutting?")
    assert answer.status == "conflicting" and "13,000" in answer.text and "15,000" in answer.text
    assert "**The Gazette, 2 June 2025:**" in answer.text
    assert bot.ask("How large is Wombatel's fund for training?").status != "conflicting"


def test_an_article_that_finds_a_first_place_taken_before_is_told(bot_over):
    bot = bot_over([
        {"id": "old", "title": "Zebracom ahead in mast routers", "date": "2025-09-16", "publisher": "Mast Monthly",
         "text": "Zebracom leads the market for mast routers, by the figures of Calder for the spring of 2025."},
        {"id": "new", "title": "Zebracom ahead in mast routers, says Brightmoor", "date": "2026-06-15", "publisher": "The Gazette",
         "text": "Zebracom leads the market for mast routers in 2026, says Brightmoor. Some reports say that it leads for the first time, "
                 "although Calder had already given it the lead for the spring of 2025."}])
    answer = bot.ask("Who leads the market for mast routers, and since when?")
    assert answer.status == "conflicting" and "already given it the lead" in answer.text and "**The Gazette, 15 June 2026:**" in answer.text
