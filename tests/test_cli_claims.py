"""`longhaul claims`: the ledger as a list, as JSON and as CSV, and the classifier by itself."""

from __future__ import annotations

import csv
import io
import json

import pytest

KEYS = ["id", "article", "actor", "outcome", "basis", "cue", "confidence", "text", "start", "end", "event_date", "origin"]
ID = "2025-11-04-verizon-aws-ai-networking"


@pytest.fixture
def claims(longhaul, seeds_index):
    return lambda *args: longhaul("claims", *args, "--index", seeds_index)


def test_json_rows_quote_their_article(claims, longhaul, seeds_index):
    rows = json.loads(claims("--article", ID, "--json").stdout)
    text = json.loads(longhaul("articles", "show", ID, "--json", "--index", seeds_index).stdout)["text"]
    assert rows
    for row in rows:
        assert list(row) == KEYS and row["article"] == ID and row["text"] == text[row["start"]:row["end"]]


def test_csv_holds_the_same(claims):
    rows = json.loads(claims("--company", "AT&T", "--json").stdout)
    read = list(csv.DictReader(io.StringIO(claims("--company", "AT&T", "--csv").stdout)))
    assert list(read[0]) == KEYS and [row["id"] for row in read] == [row["id"] for row in rows]
    assert [row["text"] for row in read] == [row["text"] for row in rows]
    assert {row["actor"] for row in rows} == {"AT&T"}


def test_a_cell_of_csv_is_no_formula(longhaul, tmp_path, write):
    path = write("a", "=HYPERLINK(1) Zayo lost its largest customer to Lumen.")
    longhaul("ingest", path, "--index", tmp_path / "index")
    [*_, row] = csv.DictReader(io.StringIO(longhaul("claims", "--csv", "--index", tmp_path / "index").stdout))
    assert row["text"].startswith("'=HYPERLINK")


def test_lines_in_a_pipe(claims):
    done = claims("--company", "verizon", "--since", "2025-11-01", "--until", "2025-11-30")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert lines and all(len(cells) == 6 and cells[1] == "Verizon" and "2025-11" in cells[0] for cells in lines)
    assert f"{len(lines)} claim" in done.stderr


def test_nothing_is_claimed_before_it_could_be_known(claims):
    assert claims("--as-of", "2020-01-01", "--json").stdout.strip() == "[]"
    assert "No claims." in claims("--as-of", "2020-01-01").stderr


@pytest.mark.parametrize(("args", "told"), [
    (["--company", "Verizzon"], "No company is called 'Verizzon'"), (["--article", "nothing"], "No article is called 'nothing'"),
    (["--publisher", "Nobody"], "No article comes from"), (["--since", "2025-02-01", "--until", "2025-01-01"], "The window is empty")])
def test_what_is_not_there(claims, args, told):
    done = claims(*args)
    assert done.exit_code == 1 and told in done.stderr and len(done.stderr.splitlines()) == 2 and not done.stdout


@pytest.mark.parametrize("args", [["--json", "--csv"], ["--classify", "x.jsonl", "--company", "Verizon"]])
def test_wrong_usage(claims, args):
    assert claims(*args).exit_code == 2


SENTENCE = "Zayo lost its largest customer to Lumen."


def _classified(longhaul, tmp_path, rows: list) -> tuple[int, list[dict]]:
    (tmp_path / "rows.jsonl").write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), "utf-8")
    done = longhaul("claims", "--classify", tmp_path / "rows.jsonl", "--index", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def test_sentences_are_judged_without_an_index(longhaul, tmp_path):
    code, found = _classified(longhaul, tmp_path, [
        {"id": "a", "sentence": SENTENCE, "actor": "Zayo", "start": 0, "end": 4},
        {"id": "b", "sentence": SENTENCE, "actor": "Lumen Technologies", "start": 34, "end": 39, "before": "It was a hard year."},
        {"id": 3, "sentence": SENTENCE, "actor": "Lumen Technologies", "start": 0, "end": 0},
        {"id": 4, "sentence": "It lost its largest customer.", "actor": "Unheard-of", "start": 0, "end": 0, "before": "It grew."},
        {"id": 5, "sentence": "", "actor": "", "start": 0, "end": 0}])
    assert code == 0 and [row["id"] for row in found] == ["a", "b", 3, 4, 5]
    assert [row["outcome"] for row in found] == ["loses", "gains", "gains", "loses", "neutral"]
    for row in found:
        assert list(row) == ["id", "outcome", "scores", "basis", "confidence"]
        assert list(row["scores"]) == ["gains", "loses", "mixed", "neutral"]
        assert sum(row["scores"].values()) == pytest.approx(1, abs=1e-3) and row["confidence"] == max(row["scores"].values())
    assert found[1]["scores"] == found[2]["scores"]  # the name was found


def test_a_row_that_does_not_fit_fails_alone(longhaul, tmp_path):
    good = {"id": "a", "sentence": SENTENCE, "actor": "Zayo", "start": 0, "end": 4}
    code, found = _classified(longhaul, tmp_path, [good, "{", {**good, "id": "c", "end": 400}, {**good, "id": "d", "start": 9},
                                                   {"id": "e"}, {**good, "id": "f", "sentence": "\ud800 Zayo lost.", "start": 2, "end": 6}])
    assert code == 1 and [row["id"] for row in found] == ["a", None, "c", "d", "e", "f"]
    assert ["error" in row for row in found] == [False, True, True, True, True, False]


def test_many_rows_keep_their_order(longhaul, tmp_path):
    rows = [{"id": n, "sentence": f"Zayo {word} {n} customers.", "actor": "Zayo", "start": 0, "end": 4}
            for n in range(600) for word in [("won", "lost")[n % 2]]]
    code, found = _classified(longhaul, tmp_path, rows)
    assert code == 0 and [row["id"] for row in found] == list(range(600))


def test_doctor_lists_names_that_behave_like_companies(longhaul, tmp_path, write):
    path = write("a", "Gondwana Networks launched a switch. In May, Gondwana Networks acquired Zayo. Verizon launched a route.")
    longhaul("ingest", path, "--index", tmp_path / "index")
    found = json.loads(longhaul("doctor", "--json", "--index", tmp_path / "index").stdout)
    assert found["candidates"] == [{"name": "Gondwana Networks", "count": 2}]
    assert "Gondwana Networks (2)" in longhaul("doctor", "--index", tmp_path / "index").stdout
