"""ask, search, ingest, articles and doctor: what they print, and how they end."""

from __future__ import annotations

import json
import re
from datetime import date
from importlib import metadata

import pytest

from longhaul.ingest.ledger import BASES

QUESTIONS = [
    "Who leads data-centre Ethernet?",
    "Why did Lumen's shares rise?",
    "What is Verizon AI Connect?",
    "What did Broadcom announce with Tomahawk 6, and when?",
    "How long should an egg boil?",
]
KEYS = ["question", "standalone", "status", "missing", "answer", "statements", "citations", "verdicts", "answerer", "as_of",
        "fingerprint", "seconds"]
CITATION_KEYS = ["n", "article", "title", "publisher", "url", "date", "published", "quote", "start", "end"]


def check_answer(found: dict, article) -> None:
    """The contract of one answer; `article` gives the object of an article by its id."""
    assert [key for key in found if key != "id"] == KEYS
    assert found["answer"].strip()
    assert found["status"] in ("answered", "partial", "conflicting", "unanswerable", "false_premise")
    assert found["missing"] is None if found["status"] == "answered" else found["missing"]
    assert list(found["seconds"]) == ["plan", "retrieve", "answer", "verify", "total"]
    assert found["verdicts"] == [] and date.fromisoformat(found["as_of"])
    marks = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", found["answer"])]
    numbers = [citation["n"] for citation in found["citations"]]
    assert list(dict.fromkeys(marks)) == numbers == list(range(1, len(numbers) + 1))
    assert sorted({n for statement in found["statements"] for n in statement["citations"]}) == numbers
    assert not re.search(r"\[\d+,", found["answer"])
    for statement in found["statements"]:
        assert list(statement) == ["text", "citations", "basis"]
        assert statement["text"] and statement["basis"] in BASES
    for citation in found["citations"]:
        assert list(citation) == CITATION_KEYS
        stored = article(citation["article"])
        assert citation["quote"] and citation["quote"] == stored["text"][citation["start"]:citation["end"]]
        assert {key: stored[key] for key in ("title", "publisher", "url", "date", "published")}.items() <= citation.items()


@pytest.fixture
def on(longhaul, seeds_index):
    """Runs a command over the seeds."""
    return lambda *args, **options: longhaul(*args, "--index", seeds_index, **options)


def test_explain_says_how_the_question_was_read(on):
    question = "Compare Nokia and Ciena on AI orders in 2026"
    told = on("ask", question, "--explain").stdout
    assert re.search(r"Wanted +a comparison\n", told) and re.search(r"Side by side +Nokia \| Ciena\n", told)
    assert "“in 2026”" in told and told.index("Wanted") < told.index("[1]") and "Wanted" not in on("ask", question).stdout
    found = json.loads(on("ask", question, "--explain", "--json").stdout)
    assert found["plan"]["Side by side"] == "Nokia | Ciena" and "**Nokia:**" in found["answer"]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_json_contract(on, question):
    result = on("ask", question, "--json")
    found = json.loads(result.stdout)
    assert found["question"] == question
    assert result.exit_code == (3 if found["status"] == "unanswerable" else 0)
    assert result.stderr == ""
    check_answer(found, lambda id: json.loads(on("articles", "show", id, "--json").stdout))


def test_off_the_corpus_is_exit_code_3(on):
    assert on("ask", "How long should an egg boil?").exit_code == 3


def test_people_read_the_answer_and_its_sources(on):
    question = "Who leads data-centre Ethernet?"
    found = json.loads(on("ask", question, "--as-of", "2026-09-01", "--json").stdout)
    shown = on("ask", question, "--as-of", "2026-09-01").stdout
    assert "\x1b" not in shown
    lines = shown.splitlines()
    assert "Sources" in lines
    cited: dict[str, list[dict]] = {}
    for citation in found["citations"]:
        cited.setdefault(citation["article"], []).append(citation)
    assert len(cited) > 1
    for same in cited.values():  # an article once, with its marks, and its quotes beneath
        at = lines.index("".join(f"[{citation['n']}]" for citation in same) + f" {same[0]['title']}")
        assert "Longhaul brief, from " in lines[at + 1] and lines[at + 1].endswith(" ago")
        for line, citation in zip(lines[at + 2:], same, strict=False):
            mark = f"[{citation['n']}] " if len(same) > 1 else ""
            assert line == f"    {mark}“{' '.join(citation['quote'].split())}”"


@pytest.mark.parametrize("question", ["", "   ", "\n", "x" * 100_000, "fibre " * 20_000])
def test_a_question_that_cannot_be_one(on, question):
    result = on("ask", question, "--json")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 2
    assert len(result.stderr) < 300


@pytest.mark.parametrize("args", [
    ["ask"], ["ask", "x", "--batch", "y"], ["ask", "--batch", "x", "--history", "y"], ["ask", "x", "--as-of", "2025-02-30"],
    ["ask", "x", "--wat"], ["ask", "who", "leads"], ["search"], ["search", "x", "-k", "0"], ["nonsense"], ["articles", "remove"],
    ["serve", "--port", "99999"],
])
def test_wrong_usage_is_exit_code_2(longhaul, args):
    result = longhaul(*args)
    assert result.exit_code == 2
    assert result.stdout == "" and result.stderr


@pytest.mark.parametrize("args", [
    ["--company", "Verzion"], ["--publisher", "Nobody's Gazette"], ["--publisher", " "], ["--history", "/no/such/file"],
    ["--since", "2026-01-01", "--until", "2025-01-01"], ["--model", "nameless"],
])
def test_what_cannot_be_done_is_two_lines(on, args):
    result = on("ask", "Who leads data-centre Ethernet?", *args)
    assert result.exit_code == 1
    assert result.stdout == "" and len(result.stderr.splitlines()) == 2


def test_a_company_nearly_named_is_suggested(on):
    assert "Verizon" in on("search", "fibre", "--company", "Verzion").stderr


def test_search(on):
    found = json.loads(on("search", "dark fibre for hyperscalers", "--json", "-k", "7").stdout)
    assert [row["rank"] for row in found] == list(range(1, 8))
    assert [row["score"] for row in found] == sorted((row["score"] for row in found), reverse=True)
    for row in found:
        assert list(row) == ["rank", "score", "article", "start", "end", "text"]
        assert json.loads(on("articles", "show", row["article"], "--json").stdout)["text"][row["start"]:row["end"]] == row["text"]
    assert found[0]["article"] in on("search", "dark fibre for hyperscalers", "-k", "1").stdout


def _sources(on, *args) -> list[dict]:
    rows = json.loads(on("search", "fibre network Ethernet switch", "--json", "-k", "200", *args).stdout)
    listed = {row["id"]: row for row in json.loads(on("articles", "list", "--json").stdout)}
    return [listed[row["article"]] for row in rows]


def test_filters(on):
    assert len(_sources(on)) > 100
    past = _sources(on, "--as-of", "2025-06-30")
    assert past and all(source["published"] <= "2025-06-30" for source in past)
    window = _sources(on, "--since", "2025-06-01", "--until", "2025-09-30")
    assert window and all("2025-06-01" <= source["date"] <= "2025-09-30" for source in window)
    named = _sources(on, "--company", "verizon business", "--company", "lumen")
    assert {True} == {bool({"Verizon", "Lumen Technologies"} & set(source["companies"])) for source in named}
    digested = _sources(on, "--publisher", "the register")
    assert digested
    assert all(source["publisher"] == "Longhaul brief" for source in digested)
    assert all(any("The Register" in (press["publisher"] or "") for press in source["sources"]) for source in digested)


def test_an_answer_of_the_past_knows_nothing_later(on):
    for question in QUESTIONS[:3]:
        found = json.loads(on("ask", question, "--as-of", "2025-09-30", "--json").stdout)
        assert found["as_of"] == "2025-09-30"
        assert all(citation["published"] <= "2025-09-30" for citation in found["citations"])


def test_history_in_both_forms_and_from_standard_input(on, tmp_path):
    earlier = tmp_path / "history.json"
    earlier.write_text('[{"role": "user", "content": "What is Verizon AI Connect?"}]')
    from_file = json.loads(on("ask", "When was it launched?", "--history", earlier, "--json").stdout)
    assert from_file["question"] == "When was it launched?"
    assert "Verizon" in from_file["standalone"]
    from_input = json.loads(on("ask", "When was it launched?", "--history", "-", "--json",
                               input='["What is Verizon AI Connect?"]').stdout)
    assert {**from_input, "seconds": 0} == {**from_file, "seconds": 0}


@pytest.mark.parametrize("history", ["", "{", "{}", "[1]", '[{"role": "system", "content": "x"}]', '[{"role": "user"}]', b"\xff"])
def test_a_history_that_is_none(on, history):
    result = on("ask", "When was it launched?", "--history", "-", input=history)
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 2


def test_an_empty_index_takes_the_seeds_and_says_so(longhaul, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = longhaul("search", "dark fibre", "--json", "-k", "1")
    assert "is empty" in result.stderr and "read in" in result.stderr
    assert len(json.loads(result.stdout)) == 1
    assert (tmp_path / ".longhaul").is_dir()
    monkeypatch.setenv("LONGHAUL_INDEX", str(tmp_path / ".longhaul"))
    monkeypatch.chdir("/")
    assert longhaul("search", "dark fibre", "--json", "-k", "1").stderr == ""
    assert longhaul("ingest").stdout.startswith("0 added, 0 updated, ")


def test_ingest_counts_and_failures(longhaul, write, tmp_path):
    folder = write("good", "Lumen sold fibre.").parent
    write("bad", "Text.", "title: x\ndate: 2025-02-30")
    result = longhaul("ingest", folder, "--index", tmp_path / "i")
    assert result.exit_code == 1
    assert result.stdout == "1 added, 0 updated, 0 unchanged, 0 removed, 1 failed\n"
    assert "bad.md:3: " in result.stderr and len(result.stderr.splitlines()) == 2
    (folder / "bad.md").unlink()
    found = json.loads(longhaul("ingest", folder, "--index", tmp_path / "i", "--json").stdout)
    assert found == {"added": 0, "updated": 0, "unchanged": 1, "removed": 0, "failed": 0, "failures": []}
    missing = longhaul("ingest", tmp_path / "nowhere", "--index", tmp_path / "i")
    assert missing.exit_code == 1 and len(missing.stderr.splitlines()) == 2


def test_articles(longhaul, write, tmp_path):
    write("a", "Lumen sold fibre.", "title: One\npublisher: Wire\ndate: 2025-01-02")
    folder = write("b", "Verizon bought\tfibre.", "title: Two").parent
    at = ("--index", tmp_path / "i")
    longhaul("ingest", folder, *at)
    assert longhaul("articles", "list", *at).stdout == "b\t\t\tTwo\na\t2025-01-02\tWire\tOne\n"
    assert [row["id"] for row in json.loads(longhaul("articles", "list", "--json", *at).stdout)] == ["b", "a"]
    assert json.loads(longhaul("articles", "show", "a", "--json", *at).stdout) == {
        "id": "a", "title": "One", "url": None, "publisher": "Wire", "date": "2025-01-02", "published": None,
        "companies": ["Lumen Technologies"], "sources": [], "text": "Lumen sold fibre."}
    assert "Lumen sold fibre." in longhaul("articles", "show", "a", *at).stdout
    unknown = longhaul("articles", "remove", "a", "nope", *at)
    assert unknown.exit_code == 1 and "'nope'" in unknown.stderr
    assert len(json.loads(longhaul("articles", "list", "--json", *at).stdout)) == 2
    assert longhaul("articles", "remove", "a", "a", *at).stdout == "1 removed\n"
    assert longhaul("articles", "list", *at).stdout == "b\t\t\tTwo\n"


@pytest.mark.parametrize("args", [["articles", "list"], ["articles", "show", "x"], ["articles", "remove", "x"]])
def test_articles_of_no_index(longhaul, tmp_path, args):
    result = longhaul(*args, "--index", tmp_path / "none")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


def test_doctor(on, longhaul, tmp_path, monkeypatch):
    result = on("doctor", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0 and found["problems"] == []
    assert found["versions"]["longhaul"] == metadata.version("longhaul")
    assert found["versions"]["torch"] == metadata.version("torch")
    assert found["index"]["articles"] >= 62 and found["index"]["state"]
    assert "All is well." in on("doctor").stdout
    empty = longhaul("doctor", "--index", tmp_path / "none")
    assert empty.exit_code == 0 and list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("x")
    assert longhaul("doctor", "--index", tmp_path / "file").exit_code == 1
    assert "langchain-nobody" in on("doctor", "--model", "nobody:model").stdout
    monkeypatch.setenv("LONGHAUL_EMBEDDING", "another")
    assert on("doctor").exit_code == 1
    monkeypatch.setenv("LONGHAUL_PORT", "many")
    assert "LONGHAUL_PORT" in on("doctor").stderr


def test_version_and_help(longhaul):
    assert longhaul("--version").stdout == f"longhaul {metadata.version('longhaul')}\n"
    overview = longhaul("--help").stdout
    commands = ["ask", "chat", "search", "ingest", "articles", "serve", "doctor"]
    assert all(command in overview for command in commands)
    for command in commands[:4]:
        assert f"longhaul {command}" in longhaul(command, "--help").stdout
