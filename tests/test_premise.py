"""What a question takes for granted: corrected where the corpus tells otherwise, and left alone where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from longhaul.bot.chain import Bot

CORPUS = [
    {"id": "deal", "title": "Wombatel takes Quaggafibre", "date": "2024-05-02",
     "text": "Wombatel bought Quaggafibre for $9 billion in May 2024. It wanted the undersea routes of Quaggafibre."},
    {"id": "other", "title": "Zebracom and Okapinet", "date": "2025-03-04",
     "text": "Zebracom was rescued by lenders in March 2025. Okapinet was acquired by Gnucom, whose sales rose 12% in 2025."},
    {"id": "chips", "title": "A router for distances", "date": "2025-08-05",
     "text": "Broadcom presented Jericho4, a router chip for traffic between data centres. NVIDIA showed a network card."},
]


@pytest.fixture(scope="module")
def small(bot_over) -> Bot:
    """The offline bot over what is invented above."""
    return bot_over(CORPUS)


@pytest.mark.parametrize(("question", "missing", "instead"), [
    ("Why did Zebracom buy Quaggafibre?", "that Zebracom bought Quaggafibre", "Wombatel bought Quaggafibre for $9 billion"),
    ("What led to Wombatel's acquisition of Okapinet?", "that Wombatel bought Okapinet", "Okapinet was acquired by Gnucom"),
    ("Why did Wombatel pay $4 billion for Quaggafibre?", "$4 billion", "for $9 billion"),
    ("Why did Gnucom's sales rise 30% in 2025?", "30%", "sales rose 12%"),
    ("What did NVIDIA want with its Jericho4 router chip?", "that Jericho4 is NVIDIA's", "Broadcom presented Jericho4"),
])
def test_a_false_premise_is_corrected(small, question, missing, instead):
    answer = small.ask(question)
    assert answer.status == "false_premise" and answer.missing == f"The corpus does not say {missing}."
    assert answer.text.startswith(answer.missing) and instead in answer.text.replace("\\", "")
    assert instead in answer.citations[0].quote


@pytest.mark.parametrize("question", [
    "Why did Wombatel buy Quaggafibre?", "Why was Quaggafibre bought by Wombatel?", "When did Wombatel acquire Quaggafibre?",
    "Why did Wombatel pay $9 billion for Quaggafibre?", "Why did Wombatel pay $9.1bn for Quaggafibre?", "Why did Gnucom buy Okapinet?",
    "Did Zebracom buy Quaggafibre?", "What did Broadcom want with its Jericho4 router chip?", "Might Zebracom have bought Quaggafibre?"])
def test_what_holds_or_is_only_asked_is_left_alone(small, question):
    assert small.ask(question).status != "false_premise"


def test_a_sentence_that_begins_with_it_is_about_the_company_of_its_article(bot):
    answer = bot.ask("Why did Cisco buy Alkira?")
    assert answer.status == "false_premise" and "$475 million cash purchase of Alkira" in answer.citations[0].quote
    assert bot.ask("Why did Lumen buy Alkira?").status != "false_premise"


TAKEN = yaml.safe_load((Path(__file__).parent / "premises" / "cases.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def invented(bot_over) -> Bot:
    """The offline bot over the invented articles of premises/cases.yaml."""
    return bot_over([{**row, "date": str(row["date"])} for row in TAKEN["articles"]])


@pytest.mark.parametrize("half", ["dev", "kept"])
def test_what_is_taken_for_granted_of_dates_deeds_roles_and_actors(half, invented):
    """Every premise that holds is left alone; of those that do not, all of the half that was looked at are corrected, most of the other."""
    right = []
    for case in (case for case in TAKEN["cases"] if case["half"] == half):
        answer = invented.ask(case["ask"])
        if case["instead"] is None:
            assert answer.status != "false_premise", case["ask"]
        else:
            right.append(answer.status == "false_premise" and case["instead"] in answer.citations[0].quote)
    assert sum(right) / len(right) >= (1 if half == "dev" else 0.75)
