"""The rule that turns claims into verdicts."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from longhaul.bot.verdicts import changed, changes, weigh
from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import Claim, Source

TODAY = date(2026, 11, 23)
ORDER = ("loses", "pressured", "mixed", "wins")  # from the worst to the best


def claim(outcome: str, basis: str = "reported", day: date = date(2026, 3, 2), origin: str = "", actor: str = "Verizon",
          confidence: float = 0.9, id: str = "") -> Claim:
    """A claim of that day; without an origin one that rests on nothing else."""
    claim.count = getattr(claim, "count", 0) + 1
    name = id or f"a{claim.count}"
    source = Source(name, "T", None, "P", day, day)
    return Claim(f"{name}:1", source, f"{actor} {outcome}.", 0, 9, actor, outcome, basis, outcome, confidence, None, origin or name)


def outcome(*claims: Claim) -> str:
    found = weigh(claims, TODAY)
    assert len(found) == 1
    return found[0].outcome


@pytest.mark.parametrize(("claims", "expected"), [
    ([("gains", "reported")], "wins"), ([("gains", "opinion")], "wins"), ([("gains", "company")], "wins"),
    ([("loses", "reported")], "loses"), ([("loses", "opinion")], "pressured"), ([("loses", "forecast")], "pressured"),
    ([("loses", "question")], "unclear"), ([("gains", "question")], "unclear"), ([("mixed", "opinion")], "mixed"),
    ([("gains", "reported"), ("loses", "reported")], "mixed"), ([("gains", "reported"), ("loses", "question")], "wins"),
    ([("gains", "company"), ("loses", "reported")], "loses"), ([("loses", "reported"), ("loses", "opinion")], "loses"),
    ([("loses", "opinion"), ("loses", "opinion"), ("loses", "reported")], "pressured"),
])
def test_what_claims_come_to(claims, expected):
    assert outcome(*(claim(*each) for each in claims)) == expected


def test_what_a_verdict_says_of_itself():
    found = weigh([claim("gains", "reported", origin="x"), claim("gains", "company", origin="x"), claim("mixed", "opinion", origin="y")],
                  TODAY)[0]
    assert (found.claims, found.origins, found.basis, found.as_of) == (3, 2, "reported", TODAY)
    assert sum(found.basis_mix.values()) == pytest.approx(1, abs=0.002) and set(found.basis_mix) <= set(BASES)
    assert [each.outcome for each in found.for_] == ["gains", "gains", "mixed"] and [each.outcome for each in found.against] == ["mixed"]
    assert 0 < found.confidence < 1


def test_one_origin_is_less_sure_than_two():
    one = weigh([claim("gains", origin="x"), claim("gains", origin="x")], TODAY)[0]
    two = weigh([claim("gains", origin="x"), claim("gains", origin="y")], TODAY)[0]
    assert one.confidence < two.confidence and (one.origins, two.origins) == (1, 2)


def test_a_copy_of_an_article_changes_nothing_but_the_count():
    rng = random.Random(5)
    for _ in range(200):
        claims = drawn(rng)
        copies = [replace(each, id=f"copy-{each.id}", source=replace(each.source, id=f"copy-{each.source.id}")) for each in claims]
        before, after = weigh(claims, TODAY)[0], weigh([*claims, *copies], TODAY)[0]
        assert (before.outcome, before.basis_mix, before.confidence, before.origins) == \
            (after.outcome, after.basis_mix, after.confidence, after.origins)


def test_the_order_of_the_claims_is_of_no_account():
    rng = random.Random(6)
    for _ in range(200):
        claims = drawn(rng)
        shuffled = rng.sample(claims, len(claims))
        assert weigh(claims, TODAY) == weigh(shuffled, TODAY)
        assert changes(claims) == changes(shuffled)


@pytest.mark.parametrize(("side", "better"), [("gains", True), ("loses", False)])
def test_more_reported_evidence_on_a_side_never_helps_the_other(side, better):
    rng = random.Random(7)
    moved = 0
    for _ in range(2000):
        claims = drawn(rng)
        before = outcome(*claims)
        after = outcome(*claims, claim(side, "reported", day=max(each.source.known for each in claims) + timedelta(rng.randrange(400))))
        moved += before != after
        if "unclear" not in (before, after):
            assert (ORDER.index(after) >= ORDER.index(before)) if better else (ORDER.index(after) <= ORDER.index(before))
        assert after not in (("loses", "pressured") if better else ("wins",)) or after == before
    assert moved > 100


def test_time_alone_turns_no_verdict_and_makes_it_less_sure():
    rng = random.Random(8)
    for _ in range(200):
        claims = drawn(rng)
        now, later = weigh(claims, TODAY)[0], weigh(claims, TODAY + timedelta(1500))[0]
        assert now.outcome == later.outcome and later.confidence < now.confidence


def test_new_claims_outweigh_old_ones():
    assert outcome(claim("loses", day=date(2019, 1, 1)), claim("gains", day=date(2026, 1, 1))) == "wins"


def test_how_a_verdict_came_about():
    claims = [claim("loses", "opinion", date(2025, 11, 4), id="pressure"), claim("gains", "reported", date(2026, 2, 1), id="order"),
              claim("gains", "reported", date(2026, 2, 20), id="share"), claim("gains", "reported", date(2026, 5, 1), id="more")]
    told = [(each.day, each.before and each.before.outcome, each.after.outcome, [one.source.id for one in each.because])
            for each in changes(claims)]
    assert told == [(date(2025, 11, 4), None, "pressured", ["pressure"]), (date(2026, 2, 1), "pressured", "mixed", ["order"]),
                    (date(2026, 2, 20), "mixed", "wins", ["share"])]


def test_what_changed_since_a_day():
    claims = [claim("loses", "opinion", date(2025, 11, 4)), claim("gains", "reported", date(2026, 2, 1), id="order"),
              claim("gains", "reported", date(2025, 5, 1), actor="AT&T"), claim("gains", "reported", date(2026, 6, 1), actor="AT&T"),
              claim("loses", "forecast", date(2026, 6, 1), actor="Zayo")]
    found = changed(claims, date(2025, 12, 31), TODAY)
    assert [(each.after.actor, each.before and each.before.outcome, each.after.outcome, each.day) for each in found] == [
        ("Zayo", None, "pressured", date(2026, 6, 1)), ("Verizon", "pressured", "mixed", date(2026, 2, 1))]
    assert [one.source.id for one in found[1].because] == ["order"]


def drawn(rng: random.Random) -> list[Claim]:
    """Some claims about one actor, of any outcome and basis, from a few origins."""
    return [claim(rng.choice(("gains", "loses", "mixed")), rng.choice(BASES), date(2023, 1, 1) + timedelta(rng.randrange(1200)),
                  rng.choice(("", "", "x", "y")), confidence=round(rng.uniform(0.5, 1), 3)) for _ in range(rng.randrange(1, 7))]
