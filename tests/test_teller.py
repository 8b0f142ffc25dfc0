"""Whose account a question asks for."""

from __future__ import annotations

import pytest

from longhaul.bot.teller import teller
from longhaul.ingest.companies import load_companies

KNOWN = ["Fierce Network", "Dunya News (Reuters)", "Microsoft", "Signal (readsignal.io)"]
CORPUS = [
    {"id": "one", "title": "Wombatel cuts jobs", "publisher": "Gnu Gazette", "date": "2025-03-01",
     "text": "Wombatel cut 400 jobs in March 2025 because its costs were too high."},
    {"id": "two", "title": "Wombatel's jobs", "publisher": "Yak Weekly", "date": "2025-03-02",
     "text": "Wombatel cut 450 jobs in March 2025, and its chief blamed weak sales."},
    {"id": "three", "title": "Lenders rescue Zebracom", "publisher": "Gnu Gazette", "date": "2025-04-01",
     "text": "Lenders rescued Zebracom in April 2025 because it ran out of cash."},
]


@pytest.mark.parametrize(("question", "name", "publishers"), [
    ("According to Fierce, why did AT&T hurry?", "Fierce", ("Fierce Network",)),
    ("Per IDC, who leads data-centre Ethernet?", "IDC", ()),
    ("What does Reuters report about HPE?", "Reuters", ("Dunya News (Reuters)",)),
    ("How large is the market in Signal's account?", "Signal", ("Signal (readsignal.io)",)),
    ("What does Microsoft say about its fibre?", "", ()),  # an actor is asked about
    ("Who leads data-centre Ethernet?", "", ())])
def test_the_teller_is_read_off_the_question(question, name, publishers):
    assert teller(question, load_companies(), lambda text: [each for each in KNOWN if text in each]) == (name, publishers)


def test_its_articles_come_first_and_it_is_said_where_they_are_silent(bot_over):
    bot = bot_over(CORPUS)
    told = bot.ask("According to Yak Weekly, how many jobs did Wombatel cut?")
    assert [citation.source.publisher for citation in told.citations] == ["Yak Weekly"] * len(told.citations) and "450" in told.text
    assert dict(told.reading)["According to"] == "Yak Weekly (Yak Weekly)"
    silent = bot.ask("According to Yak Weekly, why did lenders rescue Zebracom?")
    assert silent.status == "partial" and silent.missing.startswith("The corpus has nothing from Yak Weekly on this.")
    assert "ran out of cash" in silent.text
