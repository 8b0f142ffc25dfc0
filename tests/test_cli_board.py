"""`longhaul verdicts`, `longhaul changed`, and what `longhaul claims` has of people and parents."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from datetime import date

import pytest

from longhaul.bot import board, roles
from longhaul.bot.chain import build
from longhaul.bot.settings import Settings
from longhaul.ingest.ledger import BASES

KEYS = ["actor", "outcome", "basis", "basis_mix", "confidence", "claims", "origins", "citations", "as_of", "for", "against"]
OUTCOMES = ["wins", "loses", "pressured", "mixed", "unclear"]
ROW = ["id", "before", "sentence", "actor", "start", "end", "outcome", "basis"]
ID = "2025-11-04-verizon-aws-ai-networking"


@pytest.fixture
def on(longhaul, seeds_index):
    """Runs a command over the seeds."""
    return lambda *args: longhaul(*args, "--index", seeds_index)


@pytest.fixture
def rows(on):
    """What a command over the seeds prints as JSON."""
    return lambda *args: json.loads(on(*args, "--json").stdout)


def test_the_json_contract(rows):
    found = rows("verdicts", "--as-of", "2026-11-23")
    known = {claim["id"]: claim for claim in rows("claims", "--as-of", "2026-11-23")}
    assert len(found) > 20 and len({row["actor"] for row in found}) == len(found)
    for row in found:
        assert list(row) == KEYS
        assert row["outcome"] in OUTCOMES and row["basis"] in BASES and row["as_of"] == "2026-11-23" and row["citations"] == []
        assert isinstance(row["confidence"], float) and 0 <= row["confidence"] <= 1
        assert set(row["basis_mix"]) <= set(BASES) and sum(row["basis_mix"].values()) == pytest.approx(1, abs=0.01)
        ids = [*row["for"], *row["against"]]
        assert ids and {known[id]["actor"] for id in ids} == {row["actor"]}
        assert all(known[id]["outcome"] in ("gains", "mixed") for id in row["for"])
        assert all(known[id]["outcome"] in ("loses", "mixed") for id in row["against"])
        assert row["claims"] == len(set(ids)) and row["origins"] == len({known[id]["origin"] for id in ids})
    assert {id for row in found for id in (*row["for"], *row["against"])} == set(known)


def test_csv_holds_the_same(on, rows):
    found = rows("verdicts", "--as-of", "2026-11-23")
    read = list(csv.DictReader(io.StringIO(on("verdicts", "--as-of", "2026-11-23", "--csv").stdout)))
    assert list(read[0]) == KEYS and [row["actor"] for row in read] == [row["actor"] for row in found]
    for cells, row in zip(read, found, strict=True):
        assert cells["for"].split() == row["for"] and json.loads(cells["basis_mix"]) == row["basis_mix"]
        assert float(cells["confidence"]) == row["confidence"] and cells["citations"] == ""


def test_a_cell_of_csv_is_no_formula(longhaul, tmp_path):
    row = {"id": "=1+1", "title": "A", "text": "Zayo lost its largest customer to Lumen.", "date": "2025-01-02"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row), "utf-8")
    longhaul("ingest", tmp_path / "rows.jsonl", "--index", tmp_path / "i")
    read = list(csv.DictReader(io.StringIO(longhaul("verdicts", "--csv", "--index", tmp_path / "i").stdout)))
    cells = [cell for row in read for cell in (row["for"], row["against"]) if cell]
    assert cells and all(cell.startswith("'=1+1:") for cell in cells)


def test_the_verdict_rests_only_on_what_passes(rows):
    [row] = rows("verdicts", "--company", "at&t")
    assert row["actor"] == "AT&T"
    for args in [("--article", ID), ("--publisher", "Reuters"), ("--since", "2026-01-01"), ("--until", "2025-06-30"),
                 ("--as-of", "2025-11-04")]:
        known = {claim["id"] for claim in rows("claims", *args)}
        used = {id for row in rows("verdicts", *args) for id in (*row["for"], *row["against"])}
        assert used and used == known


@pytest.mark.parametrize("day", ["2024-12-31", "2025-11-03", "2026-02-20"])
def test_nothing_is_known_before_its_day(rows, bot, day):
    for row in rows("verdicts", "--as-of", day):
        articles = {id.rsplit(":", 1)[0] for id in (*row["for"], *row["against"])}
        assert all(bot.article(id).source.known <= date.fromisoformat(day) for id in articles)
    assert rows("verdicts", "--as-of", "2020-01-01") == []


def test_the_users_own_article(rows):
    found = {row["actor"]: row["outcome"] for row in rows("verdicts", "--article", ID)}
    assert {found[actor] for actor in ("Verizon", "Amazon Web Services")} == {"wins"}
    assert {found[actor] for actor in ("AT&T", "T-Mobile US", "smaller companies")} == {"pressured"}


def test_roles(rows, companies):
    def actors(*args):
        return {row["actor"] for row in rows("verdicts", *args)}

    assert {"Verizon", "AT&T", "telcos"} <= actors("--role", "carrier") == actors("--role", "Carriers") < actors()
    assert not {"NVIDIA", "Lumen Technologies", "hyperscalers"} & actors("--role", "carrier")
    assert {"Microsoft", "Amazon Web Services"} <= actors("--role", "hyperscaler")
    assert not {"cloud providers", "smaller companies"} & actors("--role", "hyperscaler")
    kinds = {companies.rows[actor].get("kind", "company") for actor in actors("--role", "actor-group", "--role", "standard")}
    assert kinds == {"actor-group", "standard"}
    assert actors("--role", "carrier", "--company", "Verizon", "--company", "NVIDIA") == {"Verizon"}


def test_lines_in_a_pipe(on, rows):
    done = on("verdicts", "--company", "Verizon", "--company", "Lumen", "--as-of", "2026-11-23", "--sentences", "2")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    found = rows("verdicts", "--company", "Verizon", "--company", "Lumen", "--as-of", "2026-11-23")
    texts = {claim["id"]: claim["text"] for claim in rows("claims")}
    wanted = []
    for row in found:
        wanted.append([row["actor"], row["outcome"], row["basis"], str(row["confidence"]), str(row["claims"]), str(row["origins"])])
        wanted += [[row["actor"], side, " ".join(texts[id].split())] for side in ("for", "against") for id in row[side][:2]]
    assert [line[:6] if len(line) == 7 else [*line[:2], line[5]] for line in lines] == wanted
    assert all(date.fromisoformat(line[6]) for line in lines if len(line) == 7) and done.stderr == "2 verdicts\n"
    assert len(on("verdicts", "--company", "Verizon").stdout.splitlines()) == 1


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_on_a_terminal(bot, monkeypatch):
    one = next(verdict for verdict in bot.verdicts() if verdict.origins == 1 and verdict.claims > 1)
    shown = _Screen()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("COLUMNS", "100")
    board._show([one], 1)
    plain = " ".join(shown.getvalue().replace("\x1b", "\n\x1b").split())
    assert f"{one.claims} claims, 1 origin" in plain and one.outcome in plain
    assert all(side in plain for side in ("for", "against") if getattr(one, f"{side}_" if side == "for" else side))
    first = (one.for_ or one.against)[0]
    assert first.text.split()[0] in plain and str(first.source.known.year) in plain


def test_who_belongs_to_whom(longhaul, tmp_path):
    """A subsidiary counts with its parent from the day it joined: Frontier was bought by Verizon on 20 January 2026."""
    told = [{"id": "then", "title": "A", "text": "Frontier Communications lost its largest customer to Lumen.", "date": "2025-03-01"},
            {"id": "now", "title": "B", "text": "Frontier Communications lost its largest contract to Zayo.", "date": "2026-03-01"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, told)), "utf-8")
    longhaul("ingest", tmp_path / "rows.jsonl", "--index", tmp_path / "i")

    def run(*args):
        return json.loads(longhaul(*args, "--json", "--index", tmp_path / "i").stdout)

    def about(claims, actor):
        return [claim["article"] for claim in claims if claim["actor"] == actor]

    assert about(run("claims"), "Frontier Communications") == ["then", "now"] and about(run("claims"), "Verizon") == []
    assert about(run("claims", "--roll-up"), "Frontier Communications") == ["then"]
    assert about(run("claims", "--roll-up", "--company", "Verizon"), "Verizon") == ["now"]
    assert [row["actor"] for row in run("verdicts", "--company", "Verizon", "--roll-up")] == ["Verizon"]
    assert run("verdicts", "--company", "Verizon") == []
    assert {row["actor"] for row in run("changed", "--since", "2025-12-31", "--roll-up")} == {"Verizon", "Zayo"}


def test_what_has_changed(rows):
    since, day = "2026-01-01", "2026-06-30"
    found = rows("changed", "--since", since, "--as-of", day)
    then, now = ({row["actor"]: row for row in rows("verdicts", "--as-of", when)} for when in (since, day))
    known = {claim["id"]: claim for claim in rows("claims", "--as-of", day)}
    old = {claim["id"] for claim in rows("claims", "--as-of", since)}
    assert {row["actor"] for row in found} == {
        actor for actor, row in now.items() if actor not in then or then[actor]["outcome"] != row["outcome"]}
    assert any(row["before"] for row in found) and any(row["before"] is None for row in found)
    for row in found:
        assert list(row) == ["actor", "day", "before", "after", "because"] and since < row["day"] <= day
        assert row["after"] == now[row["actor"]] and (row["before"] or {}).get("outcome") == then.get(row["actor"], {}).get("outcome")
        assert row["because"] and not {claim["id"] for claim in row["because"]} & old
        assert all(claim == known[claim["id"]] and claim["actor"] == row["actor"] for claim in row["because"])


def test_changes_in_a_pipe(on, rows):
    args = ["changed", "--since", "2026-01-01", "--as-of", "2026-06-30"]
    lines = [line.split("\t") for line in on(*args).stdout.splitlines()]
    assert lines == [
        [row["day"], row["actor"], row["before"]["outcome"] if row["before"] else "no verdict", row["after"]["outcome"], claim["basis"],
         claim["article"], " ".join(claim["text"].split())] for row in rows(*args) for claim in row["because"]]
    own = lines[0]
    assert on(*args, "--company", own[1]).stdout.splitlines()[0].split("\t") == own
    assert "No verdict has changed since 2026-11-23." in on("changed", "--since", "2026-11-23", "--as-of", "2026-11-23").stderr


def test_a_change_on_a_terminal(bot, monkeypatch):
    change = next(change for change in bot.changed(date(2026, 1, 1)) if change.before)
    shown = _Screen()
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setenv("NO_COLOR", "1")
    board._show_change(change)
    first, day = shown.getvalue().splitlines()[0], change.day
    assert first.rstrip().replace("\x1b[1m", "").replace("\x1b[0m", "") == (
        f"{change.after.actor}: {change.before.outcome} → {change.after.outcome} on {day.day} {day:%B} {day.year}, because:")
    assert change.because[0].source.id in shown.getvalue().replace("\n    ", "")


@pytest.mark.parametrize(("args", "told"), [
    (["verdicts", "--since", "2026-02-01", "--as-of", "2026-01-01"], "since 2026-02-01 is after as-of 2026-01-01"),
    (["claims", "--since", "2026-02-01", "--as-of", "2026-01-01"], "since 2026-02-01 is after as-of 2026-01-01"),
    (["changed", "--since", "2026-02-01", "--as-of", "2026-01-01"], "since 2026-02-01 is after as-of 2026-01-01"),
    (["changed", "--since", "9999-01-01"], "since 9999-01-01 is after as-of"),
    (["verdicts", "--role", "carier"], "Did you mean carrier"),
    (["verdicts", "--role", "egg"], "Nobody has the role 'egg'."),
    (["verdicts", "--role", ""], "Nobody has the role ''."),
    (["verdicts", "--company", "Verizzon"], "No company is called 'Verizzon'."),
    (["changed", "--since", "2026-02-01", "--company", "Verizzon"], "No company is called 'Verizzon'."),
    (["verdicts", "--article", "nothing"], "No article is called 'nothing'."),
])
def test_what_cannot_be_done_is_two_lines(on, args, told):
    done = on(*args)
    assert done.exit_code == 1 and told in done.stderr and len(done.stderr.splitlines()) == 2 and not done.stdout


@pytest.mark.parametrize("args", [
    ["verdicts", "--json", "--csv"], ["verdicts", "--json", "--sentences", "2"], ["verdicts", "--sentences", "-1"], ["changed"],
    ["claims", "--corrections", "--company", "Verizon"], ["claims", "--corrections", "--json"], ["claims", "--corrections", "--roll-up"],
    ["claims", "--corrections", "--classify", "x.jsonl"], ["claims", "--classify", "x.jsonl", "--roll-up"],
])
def test_wrong_usage(on, args):
    done = on(*args)
    assert done.exit_code == 2 and not done.stdout


@pytest.mark.parametrize("command", ["verdicts", "changed", "card", "claims"])
def test_help_teaches(longhaul, command):
    shown = longhaul(command, "--help").stdout
    assert "Examples:" in shown and shown.count(f"longhaul {command} ") >= 3


def test_what_people_corrected_is_there_to_train_on(longhaul, seeds_index, tmp_path):
    index = tmp_path / "index"
    shutil.copytree(seeds_index, index)

    def run(*args):
        return [json.loads(line) for line in longhaul(*args, "--index", index).stdout.splitlines()]

    assert run("claims", "--corrections") == []
    bot = build(Settings(index=str(index)))
    lost, gained, other = [next(claim for claim in bot.claims() if (claim.actor, claim.outcome) == wanted)
                           for wanted in (("AT&T", "loses"), ("Verizon", "gains"), ("Lumen Technologies", "gains"))]
    bot.corrections.record(lost, "correct", "Ada", "It gains.", outcome="gains", basis="opinion")
    bot.corrections.record(lost, "correct", "Ben", "Both ways.", outcome="mixed")
    bot.corrections.record(gained, "reject", "Ada", "It says nothing.")
    bot.corrections.undo(bot.corrections.record(other, "confirm", "Ada", "").id, "Ada")
    found = run("claims", "--corrections")
    assert all(list(row) == ROW for row in found) and all(row["sentence"][row["start"]:row["end"]] for row in found)
    assert [(row["sentence"], row["actor"], row["outcome"]) for row in found] == [
        (lost.text, "AT&T", "mixed"), (gained.text, "Verizon", "neutral")]
    [board] = run("verdicts", "--json", "--article", gained.source.id, "--company", "Verizon") or [[]]
    assert gained.id not in {id for row in board for id in (*row["for"], *row["against"])}


def test_corrections_are_looked_for_beside_an_index(longhaul, tmp_path):
    done = longhaul("claims", "--corrections", "--index", tmp_path / "none")
    assert done.exit_code == 1 and len(done.stderr.splitlines()) == 2 and not (tmp_path / "none").exists()


def test_roles_know_their_own_words_only(companies):
    """"fibre operator, part of Verizon" is nobody called Verizon, and "buyers without hyperscale budgets" are no hyperscalers."""
    assert "smaller companies" not in roles.having(["hyperscale"], companies)
    assert roles.having(["company"], companies) == {name for name, row in companies.rows.items() if row["kind"] == "company"}
