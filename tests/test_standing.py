"""The ledger as all views show it: as of a day, in whatever order articles came, over the user's own article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from longhaul.bot.chain import Bot, build
from longhaul.bot.settings import Settings
from longhaul.ingest.pipeline import ingest, seeds_folder
from longhaul.ingest.types import FAINT, FIRM, Filter

USERS = "2025-11-04-verizon-aws-ai-networking"
BRIEF = "2025-11-03-verizon-aws-ai-connect"


def _told(bot: Bot, **filter) -> list[tuple]:
    return [(v.actor, v.outcome, v.basis_mix, v.confidence, v.claims, v.origins) for v in bot.verdicts(Filter(**filter))]


def _over(folder, *ids: str) -> Bot:
    """The bot over an index of these seeds, taken in one after the other."""
    bot = build(Settings(index=str(folder)))
    for id in ids:
        assert not ingest(bot.index, bot.embedder, bot.companies, [seeds_folder() / f"{id}.md"]).failed
    return bot


def test_no_verdict_stands_on_what_was_published_later(bot):
    days = sorted({source.known for source in bot.sources()})
    for day in (each + timedelta(more) for each in days for more in (-1, 0)):
        for verdict in bot.verdicts(Filter(as_of=day)):
            assert all(claim.source.known <= day for claim in (*verdict.for_, *verdict.against))
            assert verdict.as_of == day


def test_a_day_is_seen_as_it_was_then(bot, tmp_path):
    """What came in later has no part in an earlier day, not even in the origins that are counted."""
    day = date(2025, 9, 10)
    early = [source.id for source in bot.sources() if source.known <= day]
    assert 5 < len(early) < len(bot.sources())
    assert _told(_over(tmp_path / "early", *early), as_of=day) == _told(bot, as_of=day) != []


def test_the_order_of_ingest_is_of_no_account(bot, tmp_path):
    ids = [source.id for source in bot.sources()][18:26]
    there, back = _over(tmp_path / "there", *ids), _over(tmp_path / "back", *reversed(ids))
    assert _told(there) == _told(back) != []


def test_an_article_once_more_under_another_id_adds_no_origin(tmp_path):
    alone = _over(tmp_path / "alone", USERS)
    text = (seeds_folder() / f"{USERS}.md").read_text("utf-8")
    (tmp_path / "copy.md").write_text(text, "utf-8")
    before = [(v.actor, v.outcome, v.basis_mix, v.confidence, v.origins) for v in alone.verdicts()]
    ingest(alone.index, alone.embedder, alone.companies, [tmp_path / "copy.md"])
    after = [(v.actor, v.outcome, v.basis_mix, v.confidence, v.origins) for v in alone.verdicts()]
    assert before == after != []


def test_the_users_article_as_verdicts(tmp_path):
    found = {verdict.actor: verdict for verdict in _over(tmp_path / "i", USERS).verdicts()}
    for actor in ("Verizon", "Amazon Web Services", "enterprises"):
        assert found[actor].outcome == "wins"
    for actor in ("AT&T", "T-Mobile US"):
        assert (found[actor].outcome, found[actor].basis) == ("pressured", "opinion")
    assert found["smaller companies"].outcome == "pressured" and found["smaller companies"].basis in ("forecast", "question")


def test_the_brief_and_the_article_it_digests_count_once_for_what_both_say(tmp_path):
    bot = _over(tmp_path / "i", USERS, BRIEF)
    for actor in ("AT&T", "T-Mobile US"):
        [verdict] = bot.verdicts(Filter((actor,)))
        assert {claim.source.id for claim in verdict.against} == {USERS, BRIEF} and verdict.origins == 1


def test_the_filter_of_a_question_narrows_articles_and_not_the_table(bot):
    """--company asks for articles that name it; who else wins or loses in these belongs to the answer."""
    asked = "Who wins and who loses from the Verizon-AWS deal?"
    free, narrowed = bot.ask(asked), bot.ask(asked, (), Filter(("Verizon",)))
    assert {"Verizon", "AT&T"} <= {verdict.actor for verdict in narrowed.verdicts}
    assert [replace(v, citations=()) for v in narrowed.verdicts] == [replace(v, citations=()) for v in free.verdicts]


@pytest.mark.parametrize("as_of", [date(2025, 11, 3), date(2025, 11, 4)])
def test_a_table_knows_no_more_than_its_day(bot, as_of):
    answer = bot.ask("Who wins and who loses from the Verizon-AWS deal?", (), Filter(as_of=as_of))
    assert all(citation.source.known <= as_of for citation in answer.citations)


def test_faint_claims_are_kept_beside_the_ledger(bot):
    seen, all_ = bot.claims(), bot.claims(least=FAINT)
    assert {claim.id for claim in all_} > {claim.id for claim in seen}
    assert all(claim.confidence >= FIRM for claim in seen) and all(claim.confidence >= FAINT for claim in all_)
    shown = {claim.id for verdict in bot.verdicts() for claim in (*verdict.for_, *verdict.against)}
    assert shown == {claim.id for claim in seen}


def test_a_question_about_an_actor_falls_back_on_faint_claims(bot):
    """Of whom nothing firm is said in the articles on the event, the table still tells what there is."""
    firm = {(claim.actor, claim.source.id) for claim in bot.claims()}
    faint = next(claim for claim in bot.claims(least=FAINT)
                 if (claim.actor, claim.source.id) not in firm and claim.basis == "reported" and claim.outcome != "mixed")
    answer = bot.ask(f"Does {faint.actor} win or lose here: {faint.source.title}?")
    assert next(verdict for verdict in answer.verdicts if verdict.actor == faint.actor).outcome != "unclear"
