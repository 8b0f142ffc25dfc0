"""The plan: what a question wants, what it goes on about, what it sets side by side, and the time it is about."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from longhaul.bot.plan import plan
from longhaul.bot.reading import reading
from longhaul.bot.types import Plan, Turn
from longhaul.bot.window import window
from longhaul.ingest.companies import load_companies
from longhaul.ingest.types import Filter

README = Path(__file__).parents[1] / "README.md"
TODAY = date(2026, 11, 24)


def planned(question: str, *before: str) -> Plan:
    return plan(question, [Turn("user", text) for text in before], Filter(), load_companies(), TODAY)


@pytest.mark.parametrize(("question", "intent"), [
    ("When did Zayo close the purchase?", "fact"),
    ("Why did Cogent cut its dividend?", "reason"),
    ("Who wins and who loses from the Verizon–AWS deal?", "stakes"),
    ("Between Lumen and Zayo, who gains more?", "stakes"),
    ("How do Ciena's and Nokia's order books differ?", "comparison"),
    ("Compare Lumen and Zayo on long-haul fibre.", "comparison"),
    ("How has Lumen's total of signed deals changed over time?", "timeline"),
    ("In what order did Broadcom and Cisco announce their routers?", "timeline"),
    ("Is it a fact that InfiniBand is dying?", "basis"),
    ("Is that a reported fact or an opinion about Cisco?", "basis"),
    ("Has anybody confirmed it, or is it only claimed by NVIDIA?", "basis"),
    ("Tell me about Equinix.", "overview"),
    ("Did Meta sign with Corning?", "yes-no"),
    ("Who supplies Microsoft's hollow-core fibre?", "relation"),
        ("Who are Verizon's AI Connect customers?", "relation"),
        ("Whom does Marvell compete with?", "relation"),
        ("Which companies has NVIDIA invested in?", "relation"),
        ("And who bought Zayo?", "relation"),
        ("With whom does Nokia work on AI-RAN?", "relation"),
        ("What did Cisco's rivals announce?", "fact"),
        ("Who said that the supplier business shrank?", "fact"),
])
def test_what_a_question_wants(question, intent):
    assert planned(question).intent == intent


@pytest.mark.parametrize(("before", "question", "standalone"), [
    ("How much did Lumen earn in 2025?", "And Zayo?", "How much did Zayo earn in 2025?"),
    ("How much better on power does Cisco say its 8223 router is?", "And NVIDIA, for its optical switches?",
     "How much better on power does NVIDIA say its router is? For its optical switches?"),
    ("How big was Zayo's backlog in 2025?", "How about Uniti's?", "How big was Uniti's backlog in 2025?"),
    ("When did Equinix launch its hub?", "How many data centres does it cover?",
     "How many data centres does Equinix cover? (When did Equinix launch its hub?)"),
    ("Who leads data-centre Ethernet?", "Since when?", "Since when? (Who leads data-centre Ethernet?)"),
    ("What did Celestica say of its margins?", "OK, enough about Celestica. What does Equinix's hub cover?",
     "What does Equinix's hub cover?"),
    ("When did Equinix launch its hub?", "Is it a fact or an opinion?",
     "Is it a fact or an opinion? (When did Equinix launch its hub?)"),
    ("When did Equinix launch its hub?", "And what did it cost?", "And what did it cost? (When did Equinix launch its hub?)"),
    ("What did Meta commit to Corning?", "And what did Nokia earn in the first quarter of 2026?",
     "And what did Nokia earn in the first quarter of 2026?"),
])
def test_a_follow_up_stands_alone(before, question, standalone):
    assert planned(question, before).standalone == standalone


def test_a_follow_up_of_a_follow_up_keeps_the_first_question():
    last = planned("Why?", "How much did Lumen earn in 2025?", "And Zayo?")
    assert last.standalone == "Why? (How much did Zayo earn in 2025?)" and last.actors == ("Zayo",) and last.intent == "reason"


def test_a_chain_keeps_what_each_question_asked():
    last = planned("Do the reports agree?", "Who are the partners in NTT's fund?", "How large is the fund?")
    assert last.context == "How large is the fund? Who are the partners in NTT's fund?" and last.actors == ("NTT",)
    assert planned("And what did Nokia earn in 2025?", "Who are the partners in NTT's fund?", "How large is the fund?").context == ""


def test_what_was_asked_before_decides_where_the_question_says_too_little():
    assert planned("And the others?", "Who wins and who loses from the Verizon–AWS deal?").intent == "stakes"
    panel = "There was a panel on who profits from AI networks. Who sat on it?"
    assert planned("Did they come up with an answer?", panel).intent != "stakes"


@pytest.mark.parametrize(("question", "sides"), [
    ("What revenue are Arista, Celestica and Ciena guiding to?", ["Arista", "Celestica", "Ciena"]),
    ("How does AT&T's work with AWS differ from Verizon's?", ["AT&T", "Verizon"]),
    ("Which technology does each of Tomahawk Ultra and Thor Ultra compete with?", ["Tomahawk Ultra", "Thor Ultra"]),
    ("Is Lumen growing faster than Zayo?", ["Lumen", "Zayo"]),
    ("What did Meta commit to Corning?", []),
    ("How large is Ciena's backlog?", []),
])
def test_what_is_set_side_by_side(question, sides):
    assert [side.text for side in planned(question).sides] == sides


def test_each_side_is_searched_for_by_itself():
    queries = planned("Compare Lumen and Zayo on long-haul fibre.").queries
    assert queries[1:] == ("Compare Lumen on long-haul fibre.", "Compare Zayo on long-haul fibre.")


def test_parts_about_different_actors_are_asked_one_by_one():
    asked = planned("How much did Marvell pay for Celestial AI, and what did NVIDIA put into Marvell?")
    assert [sub.text for sub in asked.subs] == ["How much did Marvell pay for Celestial AI", "what did NVIDIA put into Marvell?"]
    assert not asked.together


def test_parts_about_the_same_go_on_about_one_another():
    asked = planned("When did Verizon announce the deal, and were financial terms given?")
    assert [(sub.text, sub.context) for sub in asked.subs] == [
        ("When did Verizon announce the deal", ""), ("were financial terms given?", "When did Verizon announce the deal")]
    assert asked.together


@pytest.mark.parametrize(("question", "parts", "about"), [
    ("Lumen has signed $13 billion of deals. Why is so little of it in the revenue?", ["Why is so little of it in the revenue?"],
     "Lumen has signed $13 billion of deals."),
    ("If lenders are wary of new routes, what let Uniti build?", ["what let Uniti build?"], "If lenders are wary of new routes"),
    ("Which chips reach 102.4 terabits per second, and does Cisco?",
     ["Which chips reach 102.4 terabits per second", "Which chips reach 102.4 terabits per second does Cisco?"], None),
    ("Which chips reach 102.4 terabits per second? I know Broadcom has one; does Cisco?",
     ["Which chips reach 102.4 terabits per second?", "Which chips reach 102.4 terabits per second does Cisco?"], None),
    ("What share do NVIDIA and Arista hold, and what does Arista aim for?",
     ["What share do NVIDIA hold", "What share do Arista hold", "what does Arista aim for?"], None),
])
def test_what_is_asked_is_told_from_what_is_said(question, parts, about):
    subs = planned(question).subs
    assert [sub.text for sub in subs] == parts
    assert about is None or all(about == sub.context for sub in subs)


def test_a_link_between_two_is_one_thing():
    assert not planned("How fast is the link between AWS and Google Cloud?").subs
    assert planned("When did the link between AWS and Google Cloud open?").intent == "fact"


@pytest.mark.parametrize(("question", "since", "until"), [
    ("What happened in 2025?", date(2025, 1, 1), date(2025, 12, 31)),
    ("What has Lumen signed since March 2026?", date(2026, 3, 1), None),
    ("Between autumn 2025 and spring 2026, who bought whom?", date(2025, 9, 1), date(2026, 5, 31)),
    ("Which deals closed last quarter?", date(2026, 7, 1), date(2026, 9, 30)),
    ("What was known before 5 May 2026?", None, date(2026, 5, 5)),
    ("What did Ciena book in the second quarter of 2026?", date(2026, 4, 1), date(2026, 6, 30)),
    ("What changed in early 2026?", date(2026, 1, 1), date(2026, 4, 30)),
])
def test_the_time_that_a_question_is_about(question, since, until):
    found = window(question, TODAY)
    assert found and (found.since, found.until) == (since, until) and found.words in question


def test_a_question_without_a_time_has_none():
    assert window("Who leads data-centre Ethernet?", TODAY) is None
    assert window("What is the 2025 model called, and does 5G need it?", TODAY) is None


def test_the_reading_is_in_plain_words():
    told = dict(reading(planned("And Zayo?", "How much did Lumen earn in 2025?")))
    assert told["Read as"] == "How much did Zayo earn in 2025?" and told["About"] == "Zayo"
    assert told["Wanted"] == "a sum" and "in 2025" in told["Time"]


def test_the_tour_of_the_readme_is_true():
    tour = README.read_text("utf-8").split("### The question")[1].split("###")[0]
    rows = re.findall(r"^\| (?:after “(.+?)”: )?([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", tour, re.M)[1:]
    assert len(rows) == 11
    for before, question, wanted, _ in rows:
        assert dict(reading(planned(question, *filter(None, [before]))))["Wanted"] == wanted, question


@pytest.mark.parametrize(("question", "parties"), [
    ("Is AT&T under pressure from the Verizon–AWS deal?", ("Verizon", "Amazon Web Services")),
    ("Who gains from the Marvell and Celestial AI merger?", ("Marvell", "Celestial AI")),
    ("Is Equinix a winner now that AWS and Google link up?", ()),
    ("Who leads, NVIDIA or Arista?", ()),
])
def test_whose_deal_a_question_is_about(question, parties):
    assert planned(question).parties == parties


def test_how_firm_it_is_stands_before_what_is_said(bot):
    answer = bot.ask("Is it established that all large AI clusters of 2025 used Ethernet rather than InfiniBand?")
    assert answer.text.startswith("How firm this is, in 4 sentences from")
    counted = [int(n) for n in re.findall(r"(\d+) (?:reported|claimed|as )", answer.text.split("\n")[0])]
    assert sum(counted) == len(answer.statements) - 1 == 4
