"""Batches: one line in, one line out, whatever the line."""

from __future__ import annotations

import json

import pytest
from test_cli import QUESTIONS, check_answer

BAD = [
    ("not json", None), ("[1]", None), ("null", None), ('{"ask": "no id"}', None), ('{"id": true, "ask": "x"}', None),
    ('{"id": {"a": 1}, "ask": "x"}', None), ('{"id": "k"}', "k"), ('{"id": 7, "ask": ""}', 7), ('{"id": "e", "ask": "  "}', "e"),
    ('{"id": "n", "ask": 5}', "n"), ('{"id": "z", "ask": null}', "z"), ('{"id": "h", "ask": "x", "history": "y"}', "h"),
    ('{"id": "r", "ask": "x", "history": [{"role": "system", "content": "y"}]}', "r"), ("[" * 100_000, None),
    ('{"id": "l", "ask": "' + "x" * 100_000 + '"}', "l"), ('{"id": ' + "9" * 5_000 + "}", None),
]


@pytest.fixture
def on(longhaul, seeds_index):
    return lambda *args, **options: longhaul(*args, "--index", seeds_index, **options)


def test_every_row_has_its_answer(on, bot, tmp_path):
    rows = [{"id": f"q{n}", "ask": question} for n, question in enumerate(QUESTIONS)]
    rows += [{"id": 1, "ask": "And Cisco?", "history": ["Who leads data-centre Ethernet?"]},
             {"id": 2, "ask": "When was it launched?", "history": [{"role": "user", "content": "What is Verizon AI Connect?"},
                                                                 {"role": "assistant", "content": "A service."}]},
             {"id": 3, "ask": "Who owns Zayo?", "history": [], "more": "is ignored"},
             {"id": 4, "ask": "Who owns Zayo?", "history": None}]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n\n".join(map(json.dumps, rows)) + "\n")
    result = on("ask", "--batch", file)
    assert result.exit_code == 0 and result.stderr == ""
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in found] == [row["id"] for row in rows]
    assert all(next(iter(row)) == "id" for row in found)
    for row in found:
        check_answer(row, lambda id: _as_object(bot.article(id)))
    alone = json.loads(on("ask", QUESTIONS[0], "--json").stdout)
    assert {**found[0], "seconds": 0} == {"id": "q0", **alone, "seconds": 0}


def _as_object(article) -> dict:
    source = article.source
    return {"title": source.title, "publisher": source.publisher, "url": source.url, "text": article.text,
            "date": source.date and source.date.isoformat(), "published": source.published and source.published.isoformat()}


def test_a_row_that_fails_stops_no_other(on):
    good = json.dumps({"id": "good", "ask": "Who owns Zayo?"})
    lines = [line for bad, _ in BAD for line in (bad, good)]
    result = on("ask", "--batch", "-", input="\n".join(lines).encode() + b'\n{"id": "u", "ask": "\xff"}\n')
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert len(found) == len(lines) + 1
    assert all(row["id"] == "good" and row["answer"] for row in found[1::2][:len(BAD)])
    for row, (_, id) in zip(found[::2], [*BAD, ("", None)], strict=True):
        assert row["id"] == id
        assert list(row) == ["id", "error"] and list(row["error"]) == ["message", "hint"]
        assert row["error"]["message"] and row["error"]["hint"]
        assert len(row["error"]["message"]) < 300


def test_search(on):
    rows = '{"id": 1, "query": "dark fibre"}\n{"id": 2}\n{"id": 3, "query": ""}\n'
    result = on("search", "--batch", "-", "-k", "3", input=rows)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [row["id"] for row in found] == [1, 2, 3]
    assert found[0] == {"id": 1, "results": json.loads(on("search", "dark fibre", "--json", "-k", "3").stdout)}
    assert list(found[1]) == list(found[2]) == ["id", "error"]


def test_filters_hold_for_every_row(on):
    result = on("ask", "--batch", "-", "--as-of", "2025-09-30", input=json.dumps({"id": 1, "ask": QUESTIONS[0]}))
    assert all(citation["published"] <= "2025-09-30" for citation in json.loads(result.stdout)["citations"])


@pytest.mark.parametrize("file", ["nowhere.jsonl", "."])
def test_a_file_that_is_none(on, tmp_path, file):
    result = on("ask", "--batch", tmp_path / file)
    assert result.exit_code == 1 and result.stdout == "" and len(result.stderr.splitlines()) == 2


def test_an_empty_batch(on):
    result = on("ask", "--batch", "-", input="")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


def test_odd_characters_come_through(on):
    row = '{"id": "\\ud800", "ask": "What did \\ud800 \\u0000\\u001b[31m\\u009b \\u202e Verizon build?"}'
    result = on("ask", "--batch", "-", input=row)
    assert not set(result.stdout) & set("\0\x1b\x9b\u202e")
    found = json.loads(result.stdout)
    assert found["id"] == "\ud800" and "\x9b \u202e Verizon" in found["question"]
