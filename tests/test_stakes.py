"""The table of an answer on winners and losers: from which articles, of whom, on which sentences."""

from __future__ import annotations

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
