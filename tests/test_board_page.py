"""The board without a browser: what passes the filters, what people say of sentences, the files, and what is hostile."""

from __future__ import annotations

import csv
import io
import re
import shutil
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from tags import Reader

from longhaul.bot.chain import Bot, build
from longhaul.bot.conversations import Conversations, Passage
from longhaul.bot.corrections import Correction
from longhaul.bot.roles import having
from longhaul.bot.settings import Settings
from longhaul.bot.verdicts import weigh
from longhaul.bot.web import board as html
from longhaul.bot.web.app import application
from longhaul.bot.web.export import COLUMNS, as_csv, as_markdown
from longhaul.bot.web.panel import corrections_list, panel
from longhaul.bot.web.review import Review
from longhaul.bot.web.view import SORTS, Board, Row, Sieve, View, read
from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import Claim, Filter, Press, Source, UserError

TODAY = date.today()
TODAY_AT = datetime.now(UTC)
EVILS = ['"><script>x</script>', "'; onload='x", "<img src=x onerror=x>", "</section></td></table>", "${x}{{y}}", "=1+1|[x](javascript:y)"]


@pytest.fixture
def own(seeds_index, tmp_path) -> Bot:
    """The offline bot over a copy of the seeds that a test may correct."""
    shutil.copytree(seeds_index, tmp_path / "index", ignore=shutil.ignore_patterns("conversations.sqlite*"))
    return build(Settings(index=str(tmp_path / "index"), model="offline"))


@pytest.fixture
def sieve(bot) -> Sieve:
    return Sieve(bot)


def rows(board: Board) -> dict:
    """What a board says of each actor, but for the days on which verdicts turned."""
    return {row.verdict.actor: row.verdict for row in board.rows}


def claim(n: int, actor: str = "Verizon", **parts) -> Claim:
    source = Source(f"a{n}", f"Title {n}", None, "Press", date(2026, 1, 1) + timedelta(n % 300))
    made = Claim(f"c{n}", source, f"{actor} wins {n}.", 0, 10, actor, "gains", "reported", "wins", 0.9, None, f"o{n}")
    return replace(made, **parts)


def made(claims: list[Claim], view: View = View()) -> Board:
    """A board of these claims."""
    found = [Row(verdict, tuple(each for each in claims if each.actor == verdict.actor), None, None) for verdict in weigh(claims, TODAY)]
    return Board(view, tuple(found), len(found), len(claims))


# ---------------------------------------------------------------- the address


@pytest.mark.parametrize("view", [View(), View("Veri zon", "a & b", "carrier", "CNA", ("reported", "question"), date(2025, 1, 2),
                                               date(2026, 1, 2), date(2026, 3, 4), True, "-claims", "AT&T")])
def test_an_address_says_all_of_the_state(view):
    assert read(dict(parse_qsl(view.address))) == view


def test_an_address_that_knows_too_much_is_read_as_far_as_it_goes():
    odd = {"sort": "-price", "basis": "rumour,opinion", "roll_up": "yes", "actor": ["x"], "find": None, "words": "x" * 1000, "more": "1"}
    assert read(odd) == View(bases=("opinion",), words="x" * 300)
    for value in ("yesterday", "2026-13-01", "2026-02-30"):
        with pytest.raises(UserError, match="is no day"):
            read({"since": value})


# ---------------------------------------------------------------- the filters


def test_without_a_filter_the_board_is_what_the_bot_says(sieve, bot):
    board = sieve.board(View())
    assert rows(board) == {verdict.actor: verdict for verdict in bot.verdicts()}
    assert [row.verdict.confidence for row in board.rows] == sorted((v.confidence for v in bot.verdicts()), reverse=True)
    assert (board.actors, board.claims) == (len(bot.verdicts()), len(bot.claims()))
    for row in board.rows:
        assert row.day == max(claim.day for claim in row.claims)
        assert row.turned is None or row.turned.after.outcome == row.verdict.outcome
    assert any(row.turned and row.turned.before for row in board.rows)


@pytest.mark.parametrize("view, filter, roll_up", [
    (View(since=date(2026, 1, 1)), Filter(since=date(2026, 1, 1)), False),
    (View(until=date(2025, 12, 31)), Filter(until=date(2025, 12, 31)), False),
    (View(as_of=date(2025, 11, 30)), Filter(as_of=date(2025, 11, 30)), False),
    (View(roll_up=True), Filter(), True)])
def test_days_and_subsidiaries_count_as_they_do_for_the_bot(sieve, bot, view, filter, roll_up):
    board = sieve.board(view)
    assert rows(board) == {verdict.actor: verdict for verdict in bot.verdicts(filter, roll_up=roll_up)} != {}
    assert roll_up or rows(board) != rows(sieve.board(View()))  # of a subsidiary the seeds claim nothing


def test_a_filter_narrows_the_claims_that_a_verdict_stands_on(sieve, bot):
    carriers = rows(sieve.board(View(role="carrier")))
    assert set(carriers) == having(["carrier"], bot.companies) & set(rows(sieve.board(View())))
    assert 2 < len(carriers) < 20
    assert set(rows(sieve.board(View(find="VERI")))) == {"Verizon"} == set(rows(sieve.board(View(find="Verizon Business"))))
    for view, passes in ((View(bases=("opinion", "question")), lambda each: each.basis in ("opinion", "question")),
                         (View(publisher="CNA"), lambda each: "CNA" in each.source.publishers),
                         (View(words="FIBRE network"), lambda each: "fibre" in each.text.lower() and "network" in each.text.lower())):
        board = sieve.board(view)
        claims = [each for row in board.rows for each in row.claims]
        assert sorted(each.id for each in claims) == sorted(each.id for each in bot.claims() if passes(each))
        assert rows(board) == {verdict.actor: verdict for verdict in weigh(claims, TODAY)} != {}
        assert board.view.narrowed and board.claims > len(claims)


def test_what_cannot_be_asked_for_is_an_error_with_a_hint(sieve):
    with pytest.raises(UserError, match="Nobody has the role"):
        sieve.board(View(role="zebra"))
    with pytest.raises(UserError, match="window is empty"):
        sieve.board(View(since=date(2026, 2, 1), until=date(2026, 1, 1)))


@pytest.mark.parametrize("column", SORTS)
def test_each_column_can_be_sorted_both_ways(sieve, column):
    up, down = sieve.board(View(sort=column)), sieve.board(View(sort=f"-{column}"))
    assert {row.verdict.actor for row in up.rows} == {row.verdict.actor for row in down.rows}
    value = {"actor": lambda row: row.verdict.actor.lower(), "confidence": lambda row: row.verdict.confidence,
             "verdict": lambda row: ("wins", "mixed", "pressured", "loses", "unclear").index(row.verdict.outcome),
             "basis": lambda row: row.verdict.basis_mix.get("reported", 0), "claims": lambda row: row.verdict.claims,
             "origins": lambda row: row.verdict.origins, "day": lambda row: row.day}[column]
    assert [*map(value, up.rows)] == sorted(map(value, up.rows)) == [*map(value, down.rows)][::-1]
    assert len({*map(value, up.rows)}) > 1


def test_what_was_read_is_kept_until_somebody_corrects_it(own):
    sieve = Sieve(own)
    first = sieve.board(View())
    assert sieve.board(View(sort="actor", actor="Verizon")).rows[0] in first.rows
    assert {id(row) for row in sieve.board(View(sort="actor")).rows} == {id(row) for row in first.rows}
    own.corrections.record(own.claims()[0], "reject", "Ann", "No.")
    assert sieve.board(View()).claims == first.claims - 1


def test_ten_thousand_claims_are_weighed_and_shown_in_a_second(companies):
    claims = [claim(n, f"Actor {n % 120}", outcome=("gains", "loses", "mixed")[n // 7 % 3], basis=BASES[n % 5]) for n in range(10_000)]
    start = time.perf_counter()
    board = made(claims)
    inside = panel(board.rows[-1], TODAY, lambda _: Passage("", ""), {}, [])
    text = html.table(board, board.rows[-1].verdict.actor, inside, companies.rows)
    assert time.perf_counter() - start < 3  # a second on a machine with nothing else to do
    assert text.count("data-row") == 101 and text.count("data-opened") == 1  # the open one stands below the first hundred
    assert text.count('class="lh-sentence"') == 40
    assert "The first 100 of 120 are shown" in text and "The 20 strongest of" in text
    assert html.found(replace(board, view=View(words="x"))).startswith("120 of 120 actors, 10,000 of 10,000 claims")


# ---------------------------------------------------------------- what people say


def sent(each: Claim, act: str, **parts: object) -> dict:
    return {"view": {"actor": each.actor}, "claim": each.id, "act": act, "who": "Ann", "why": "No.", "seen_outcome": each.outcome,
            "seen_basis": each.basis} | parts


def test_what_is_said_counts_at_once_and_can_be_undone(own):
    review = Review(own)
    before = review.show({"view": {"actor": "Verizon"}})
    each = next(each for each in own.claims() if each.actor == "Verizon" and each.outcome == "gains" and each.basis != "opinion")
    after = review.judge(sent(each, "correct", outcome="loses", basis="opinion"))
    assert "wrong" not in after and "Corrected. <bdi>Verizon</bdi>" in after["said"]
    kept = own.corrections.all()[0]
    assert (kept.outcome, kept.basis, kept.who, kept.before_outcome) == ("loses", "opinion", "Ann", "gains")
    assert f'data-claim="{each.id}" data-outcome="loses" data-basis="opinion"' in after["table"]
    assert "corrected by <bdi>Ann</bdi>" in after["table"] and "Ann" in after["corrections"]
    back = review.undo({"view": {"actor": "Verizon"}, "correction": kept.id, "who": "Bob"})
    assert "Undone" in back["said"] and "undone by <bdi>Bob</bdi>" in back["corrections"]
    assert Reader(back["table"]).tags[:200] == Reader(before["table"]).tags[:200]
    assert own.corrections.all() == []


def test_what_cannot_be_said_is_told_and_leaves_no_trace(own):
    review, each = Review(own), own.claims()[0]
    other = "loses" if each.outcome != "loses" else "gains"
    for wrong, why in ((sent(each, "reject", why=" "), "reason is missing"), (sent(each, "reject", who="  "), "name is missing"),
                       (sent(each, "praise"), "no act"), (sent(each, "reject", claim="unknown"), "has changed since"),
                       (sent(each, "reject", seen_outcome=other), "has changed since"), (sent(each, "reject", claim=None), "has changed"),
                       (sent(each, "correct", outcome=each.outcome, basis=each.basis), "changes nothing"),
                       (sent(each, "correct", outcome="splendid"), "no outcome"), (sent(each, "reject", view="x", why=7), "reason is")):
        assert why in review.judge(wrong)["wrong"], wrong
    assert "not kept here" in review.undo({"correction": "x"})["wrong"]
    assert own.corrections.all(undone=True) == []


def test_the_actor_is_found_by_any_of_its_names(bot):
    review = Review(bot)
    assert 'id="lh-panel"' in review.show({"view": {"actor": "verizon business"}})["table"]
    assert "No claim about <bdi>Nobody</bdi>" in review.show({"view": {"actor": "Nobody"}})["table"]
    assert "is no day" in review.show({"view": {"until": "x"}, "first": True})["table"]


def test_an_empty_index_says_how_to_fill_it(tmp_path):
    parts = Review(build(Settings(index=str(tmp_path / "none"), model="offline"))).show({"first": True})
    assert "longhaul ingest" in parts["table"] and parts["found"] == parts["tools"] == ""


# ---------------------------------------------------------------- files and hostile words


def test_csv_holds_all_that_passes_and_no_cell_is_run(sieve):
    board = sieve.board(View(role="carrier"))
    read_back = list(csv.DictReader(io.StringIO(as_csv(board), newline="")))
    assert tuple(read_back[0]) == COLUMNS
    assert [each["actor"] for each in read_back] == [row.verdict.actor for row in board.rows]
    assert [float(each["confidence"]) for each in read_back] == [row.verdict.confidence for row in board.rows]
    text = as_csv(made([claim(1, "=cmd|'x'!A1", text="@SUM(1)"), claim(2, "+1", text="\u202e-1")]))
    cells = [cell for line in csv.reader(io.StringIO(text, newline="")) for cell in line]
    assert "'=cmd|'x'!A1" in cells and "'@SUM(1)" in cells and "'-1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_markdown_holds_the_table_and_both_sides(sieve):
    board = sieve.board(View(find="Verizon", since=date(2025, 6, 1)))
    text = as_markdown(board)
    verdict = board.rows[0].verdict
    assert f"1 of {board.actors} actors: actor Verizon, from 1 June 2025." in text
    assert f"|Verizon|{verdict.outcome}|{verdict.confidence:.0%}|" in text
    assert text.count("- For: “") == min(3, len(verdict.for_)) and text.count("- Against: “") == min(3, len(verdict.against))


@pytest.mark.parametrize("evil", EVILS)
def test_no_field_can_open_a_tag(evil):
    source = Source(evil, evil, f"https://a.example/{evil}", evil, date(2026, 1, 1), None, (), (Press(evil, None, "javascript:x"),))
    each = claim(1, evil, id=evil, source=source, text=evil, cue=evil, origin=evil)
    said = Correction(evil, evil, evil, evil, evil, "correct", "loses", "opinion", "gains", "reported", evil, evil, TODAY_AT)
    board = made([each, claim(2, evil, outcome="loses")], View(find=evil, actor=evil, publisher=evil))
    undone = replace(said, undone=TODAY_AT, undone_by=evil)
    inside = panel(board.rows[0], TODAY, lambda _: Passage(evil, evil), {evil: said}, [said, undone])
    for text in (html.table(board, evil, inside, {evil: {"role": evil}}), html.unknown(evil, ()), html.tools(board), html.skeleton(),
                 html.filters({evil: evil}, [source]), corrections_list([said])):
        tags = Reader(text).tags
        assert not {"script", "img"} & {tag for tag, _ in tags}
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
        assert all(attributes["href"].startswith(("https://a.example/", "?ask=", "board.")) for tag, attributes in tags if tag == "a")
    assert not re.search(r"(?<!\\)[<\[]|\n\+", as_markdown(board))


def test_the_files_are_served_and_other_sites_may_not_write(bot, tmp_path):
    from starlette.testclient import TestClient

    with TestClient(application(bot, Conversations(tmp_path))) as client:
        answer = client.get("/board.csv", params={"find": "Verizon"})
        assert answer.status_code == 200 and answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["content-disposition"] and "default-src 'self'" in answer.headers["content-security-policy"]
        assert [each["actor"] for each in csv.DictReader(io.StringIO(answer.text, newline=""))] == ["Verizon"]
        assert client.get("/board.md").text.startswith("# Who wins, who loses")
        wrong = client.get("/board.csv", params={"since": "x"})
        assert wrong.status_code == 400 and "Write it as" in wrong.text
        foreign = client.post("/gradio_api/component_server", json={}, headers={"sec-fetch-site": "cross-site"})
        assert foreign.status_code == 403
