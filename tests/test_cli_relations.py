"""`longhaul relations`: as a table, as lines, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json

import pytest

KEYS = ["id", "article", "subject", "kind", "object", "date", "basis", "text", "start", "end"]
ID = "2025-10-28-nvidia-nokia-stake"


@pytest.fixture
def relations(longhaul, seeds_index):
    return lambda *args: longhaul("relations", *args, "--index", seeds_index)


def test_json_rows_quote_their_article(relations, longhaul, seeds_index):
    rows = json.loads(relations("--article", ID, "--json").stdout)
    text = json.loads(longhaul("articles", "show", ID, "--json", "--index", seeds_index).stdout)["text"]
    assert {(row["subject"], row["kind"], row["object"]) for row in rows} >= {("NVIDIA", "investor", "Nokia")}
    for row in rows:
        assert list(row) == KEYS and row["article"] == ID and row["text"] == text[row["start"]:row["end"]]


def test_csv_holds_the_same(relations):
    rows = json.loads(relations("--company", "Meta", "--json").stdout)
    read = list(csv.DictReader(io.StringIO(relations("--company", "Meta", "--csv").stdout)))
    assert list(read[0]) == KEYS and [row["id"] for row in read] == [row["id"] for row in rows]
    assert all("Meta" in (row["subject"], row["object"]) for row in rows)


def test_lines_in_a_pipe(relations):
    done = relations("--kind", "acquirer", "--kind", "investor", "--since", "2026-01-01")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert lines and all(len(cells) == 7 and cells[0] >= "2026" and cells[2] in ("acquirer", "investor") for cells in lines)
    assert f"{len(lines)} relation" in done.stderr


def test_a_table_on_a_terminal(relations, monkeypatch):
    from rich.console import Console

    from longhaul.bot import terminal

    out = io.StringIO()
    monkeypatch.setattr(terminal, "screen", lambda stream=None: Console(file=out, force_terminal=True, width=120, no_color=True))
    relations("--company", "Corning", "--kind", "supplier")
    assert "supplies" in out.getvalue() and "Corning" in out.getvalue() and "Whom" in out.getvalue()


def test_nothing_is_told_before_it_could_be_known(relations):
    assert relations("--as-of", "2020-01-01", "--json").stdout.strip() == "[]"
    assert "No relations." in relations("--as-of", "2020-01-01").stderr


@pytest.mark.parametrize(("args", "told"), [
    (["--company", "Verizzon"], "No company is called 'Verizzon'"), (["--article", "nothing"], "No article is called 'nothing'"),
    (["--publisher", "Nobody"], "No article comes from"), (["--since", "2025-02-01", "--until", "2025-01-01"], "The window is empty")])
def test_what_is_not_there(relations, args, told):
    done = relations(*args)
    assert done.exit_code == 1 and told in done.stderr and len(done.stderr.splitlines()) == 2 and not done.stdout


@pytest.mark.parametrize("args", [["--kind", "customer"], ["--json", "--csv"], ["--since", "soon"]])
def test_wrong_usage(relations, args):
    assert relations(*args).exit_code == 2


def test_a_hostile_article_steers_no_terminal(longhaul, tmp_path, write):
    path = write("a", "\x1b[31m Zayo supplies Meta with fibre\u202e.")
    longhaul("ingest", path, "--index", tmp_path / "index")
    done = longhaul("relations", "--index", tmp_path / "index")
    assert "Zayo\tsupplier\tMeta" in done.stdout and not set(done.stdout) & {"\x1b", "\u202e"}
