"""Questions for several days, times or an order are told in the order of time, with what happened rather than what was said."""

from __future__ import annotations

from datetime import date

import pytest

from longhaul.bot.chain import Bot
from longhaul.bot.intent import intent
from longhaul.bot.window import windows

CORPUS = [
    {"id": "preview", "title": "Wombatel shows the Quoll router", "date": "2025-03-04",
     "text": "Wombatel announced the Quoll router as a preview on 4 March 2025. Analysts liked the Quoll router. It is blue."},
    {"id": "sold", "title": "The Quoll router goes on sale", "date": "2025-09-10",
     "text": "The Quoll router left its preview on 10 September 2025. Wombatel said the demand for the Quoll router pleased it. "
             "Wombatel plans a Quoll router for ships next."},
    {"id": "rival", "title": "Okapinet's Okra router", "date": "2025-06-20",
     "text": "Okapinet announced the Okra router on 20 June 2025. Many writers compare the Okra router with the Quoll router."},
    {"id": "court", "title": "The state sues Zebracom", "date": "2025-05-02",
     "text": "The state sued Zebracom on 2 May 2025 over its purchase of Gnutel. Zebracom said the state misread the market for masts. "
             "A judge praised the lawyers of Zebracom. It settled on 8 July 2025. The purchase of Gnutel closed on 1 August 2025."},
    {"id": "orders", "title": "Gazellefibre's orders", "date": "2026-02-10",
     "text": "Gazellefibre took AI orders of $9 million in its second quarter. That compares with $2 million two quarters earlier and "
             "$5 million in the first quarter. Gazellefibre took the orders in Spain."},
]


@pytest.fixture(scope="module")
def small(bot_over) -> Bot:
    """The offline bot over what is invented above."""
    return bot_over(CORPUS)


def _told_in_order(text: str, *words: str) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


def test_each_day_asked_for_is_told_and_what_comes_next(small):
    text = small.ask("When was the Quoll router first announced, when did it leave preview, and which one comes next?").text
    assert _told_in_order(text, "4 March 2025", "10 September 2025") and "for ships" in text


def test_an_order_is_told_by_the_days_of_what_was_announced(small):
    text = small.ask("Which came first, the Quoll router or the Okra router?").text
    assert _told_in_order(text, "4 March 2025", "20 June 2025"), text


def test_what_happened_goes_before_what_was_said(small):
    text = small.ask("Walk me through the state's case against Zebracom step by step.").text
    assert _told_in_order(text, "2 May 2025", "8 July 2025", "1 August 2025"), text


def test_a_sentence_that_sets_earlier_figures_against_the_last_is_a_step(small):
    text = small.ask("How have Gazellefibre's AI orders grown from quarter to quarter?").text
    assert all(value in text for value in ("$9 million", "$2 million", "$5 million")), text


def test_a_window_of_which_nothing_is_found_is_no_window_of_the_answer(small):
    assert small.ask("How did Gazellefibre's AI orders develop between 2011 and 2014?").status in ("unanswerable", "partial")


def test_questions_that_ask_for_several_times_are_timelines():
    assert intent("When was it announced, and when did it close?") == "timeline"
    assert intent("When was it announced?") == "fact"
    assert intent("Why do most orders from the three clouds arrive only in 2027 and 2028?") == "reason"
    today = date(2026, 6, 1)
    two = windows("Which link did it back in late 2025, and which by spring 2026?", today)
    assert [(each.since.year, each.until.year) for each in two] == [(2025, 2025), (2026, 2026)]
    assert windows("How did it change from May 2025 to June 2026?", today) == windows("What came in 2025?", today) == []
