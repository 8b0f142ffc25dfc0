"""The table of an answer on winners and losers: from which articles, of whom, on which sentences."""

from __future__ import annotations

from datetime import date

import pytest

from longhaul.ingest.types import Filter

DEAL = {"2025-11-03-verizon-aws-ai-connect", "2025-11-04-verizon-aws-ai-networking"}


def _articles(answer) -> set[str]:
    tabled = {n for verdict in answer.verdicts for n in verdict.citations}
    return {citation.source.id for citation in answer.citations if citation.n in tabled}


@pytest.mark.parametrize("question", [
    "Who wins and who loses from the Verizon-AWS deal?", "Does the Verizon AWS deal put pressure on AT&T and T-Mobile?",
    "Is the Verizon-AWS partnership bad for AT&T?", "Did the AWS tie-up with Verizon hurt T-Mobile?"])
def test_an_event_is_judged_from_the_articles_on_it(question, bot):
    """Others name the same companies too; the verdicts of the event do not rest on these."""
    answer = bot.ask(question)
    assert _articles(answer) and _articles(answer) <= DEAL
    found = {verdict.actor: verdict.outcome for verdict in answer.verdicts}
    assert found["Verizon"] == "wins" and {found.get("AT&T", "pressured"), found.get("T-Mobile US", "pressured")} == {"pressured"}


def test_how_one_actor_stands_is_judged_from_all_that_is_said_of_it(bot):
    answer = bot.ask("Is Lumen winning or losing?")
    [verdict] = [verdict for verdict in answer.verdicts if verdict.actor == "Lumen Technologies"]
    assert verdict.claims >= len(bot.claims(Filter(("Lumen Technologies",)))) > 10
    assert verdict.origins > 3


def test_a_row_quotes_a_sentence_of_the_basis_that_it_names(bot):
    """Where the side that decides has one."""
    for question in ("Who wins and who loses from the Verizon-AWS deal?", "Who gains and who loses as Ethernet replaces InfiniBand?",
                     "Is Nokia a winner of the AI build-out?"):
        answer = bot.ask(question)
        bases = {n: statement.basis for statement in answer.statements for n in statement.citations}
        assert any(verdict.citations for verdict in answer.verdicts)
        for verdict in answer.verdicts:
            if verdict.outcome in ("wins", "loses", "pressured") and len({*verdict.basis_mix}) == 1:
                assert {bases[n] for n in verdict.citations} == {verdict.basis}


def test_whoever_the_question_names_has_a_row(bot):
    answer = bot.ask("Who is hurt by Zayo buying Crown Castle's fibre: Lumen, Uniti or AT&T?")
    assert {"Lumen Technologies", "Uniti", "AT&T"} <= {verdict.actor for verdict in answer.verdicts}


HARBOUR = """In May 2025 Nokia opened the Harbour Ring, an optical ring around the port of Smallville, with Zayo as its first partner. \
Harbour Weekly's writer judges that the Harbour Ring puts pressure on older carriers in Smallville, naming Uniti and Cogent. \
The writer adds that Credo and Ciena stay outside the Harbour Ring and back a rival plan. \
Nokia gave no figures for the Harbour Ring."""


@pytest.fixture(scope="module")
def harbour(bot_over):
    """The bot over one invented article."""
    return bot_over([{"id": "harbour", "title": "The Harbour Ring of Smallville", "date": "2025-05-20", "text": HARBOUR}])


def test_whom_a_sentence_names_as_examples_of_a_group_shares_its_lot(harbour):
    answer = harbour.ask("Whom does Nokia's Harbour Ring put under pressure?")
    found = {verdict.actor: verdict.outcome for verdict in answer.verdicts}
    assert found["Uniti"] == found["Cogent Communications"] == "pressured"
    assert "puts pressure on older carriers" in answer.text


def test_plain_words_count_where_the_classifier_sees_nothing(harbour):
    answer = harbour.ask("Who is left outside Nokia's Harbour Ring?")
    found = {verdict.actor: verdict.outcome for verdict in answer.verdicts}
    assert {found["Credo"], found["Ciena"]} <= {"loses", "pressured"}


def test_words_have_no_vote_where_people_have_judged(harbour):
    [claim] = harbour.claims(Filter(("telcos",)))
    made = harbour.corrections.record(claim, "reject", "Ann", "not said of them")
    try:
        answer = harbour.ask("Does Nokia's Harbour Ring put telcos under pressure?")
        assert {verdict.actor: verdict.outcome for verdict in answer.verdicts}["telcos"] == "unclear"
    finally:
        harbour.corrections.undo(made.id, "Ann")


def test_an_answer_with_a_table_is_not_long(bot):
    for question in ("Who wins and who loses from the Verizon-AWS deal?", "Who gains and who loses as Ethernet replaces InfiniBand?",
                     "All things considered, is Lumen winning or losing?"):
        assert len(bot.ask(question).text.split()) <= 160


def test_before_anything_was_known_nobody_wins(harbour):
    answer = harbour.ask("Who is left outside Nokia's Harbour Ring?", filter=Filter(as_of=date(2020, 1, 1)))
    assert answer.status == "unanswerable" and not any(verdict.claims for verdict in answer.verdicts)
