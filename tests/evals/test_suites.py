"""The question suites, asked of the offline answerer: every answer keeps its contract, and enough of them are right."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from judge import judge
from scipy.stats import binomtest

from longhaul.bot.contract import answer_object
from longhaul.bot.plain import LABELS
from longhaul.bot.types import Turn
from longhaul.ingest.ledger import BASES

SUITES = Path(__file__).resolve().parents[2] / "seeds" / "suites"
CASES = [case for suite in sorted(SUITES.glob("*.yaml")) for case in yaml.safe_load(suite.read_text("utf-8"))]
FACTS = ("factoid", "why")


@pytest.fixture(scope="module")
def answered(bot):
    """Asks a case once and keeps the object that `ask --json` prints."""

    @cache
    def ask(id: str) -> dict:
        case = next(case for case in CASES if case["id"] == id)
        return answer_object(bot.ask(case["ask"], [Turn("user", text) for text in case["history"]]))

    return ask


@pytest.mark.parametrize("id", [case["id"] for case in CASES])
def test_contract(id, answered, bot):
    answer = answered(id)
    assert answer["answer"].strip()
    marks = [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", answer["answer"])]
    citations = {citation["n"]: citation for citation in answer["citations"]}
    assert sorted(set(marks)) == sorted(citations) == list(range(1, len(citations) + 1))
    assert list(dict.fromkeys(marks)) == sorted(citations), "numbers count by first use"
    for citation in citations.values():
        text = bot.article(citation["article"]).text
        assert text[citation["start"]:citation["end"]] == citation["quote"] != ""
    assert set(marks) == {n for statement in answer["statements"] for n in statement["citations"]}
    assert (answer["missing"] is None) == (answer["status"] == "answered")


def test_nothing_is_stated_firmer_than_its_evidence(answered, bot):
    """Over all suites: a statement has the basis of the least firm of its quotes, and what is more than reported says so."""
    labelled = 0
    with bot.index.snapshot() as corpus:
        for case in CASES:
            answer = answered(case["id"])
            quotes = {citation["n"]: citation for citation in answer["citations"]}
            for statement in answer["statements"]:
                bases = [corpus.basis(quotes[n]["article"], quotes[n]["start"], quotes[n]["end"]) for n in statement["citations"]]
                basis = max(bases, key=BASES.index, default="reported")
                assert statement["basis"] == basis, case["id"]
                if basis in LABELS and statement["citations"]:
                    mark = f"[{statement['citations'][0]}]"
                    row = any(f"|{LABELS[basis]}|" in line and mark in line for line in answer["answer"].split("\n"))
                    assert row or f"({LABELS[basis]}) {mark}" in answer["answer"], f"{case['id']}: {statement['text']}"
                    labelled += 1
    assert labelled > 100


def _rate(cases: list[dict], answered) -> tuple[int, int, list[str]]:
    judged = {case["id"]: judge(case, answered(case["id"])) for case in cases}
    return sum(right for right, _ in judged.values()), len(judged), [f"{id}: {why}" for id, (right, why) in judged.items() if not right]


def _says(name: str, right: int, of: int) -> str:
    low, high = binomtest(right, of).proportion_ci(0.95, method="wilson")
    return f"{name}: {right} of {of} = {right / of:.1%} (95% Wilson interval {low:.1%} to {high:.1%})"


def test_facts_and_reasons_are_right(answered, record_property):
    right, of, wrong = _rate([case for case in CASES if case["type"] in FACTS], answered)
    record_property("rate", _says("facts and reasons", right, of))
    assert right / of >= 0.85, "\n".join([_says("facts and reasons", right, of), *wrong])


def test_winners_and_losers_are_told(answered, record_property):
    """Not as many as there should be: a guard against fewer."""
    right, of, wrong = _rate([case for case in CASES if case["type"] == "who-wins-loses"], answered)
    record_property("rate", _says("winners and losers", right, of))
    assert right / of >= 0.75, "\n".join([_says("winners and losers", right, of), *wrong])


def test_what_the_corpus_lacks_is_declined(answered, record_property):
    right, of, wrong = _rate([case for case in CASES if case["type"] == "unanswerable"], answered)
    record_property("rate", _says("declined", right, of))
    assert right / of >= 0.85, "\n".join([_says("declined", right, of), *wrong])


# By kind the share that must be right: guards against fewer, some below what was measured (README). They are not where they should be.
@pytest.mark.parametrize(("kind", "least"), [
    ("comparison", 0.7), ("timeline", 0.6), ("multi-source", 0.4), ("follow-up", 0.6), ("opinion-vs-fact", 0.7), ("false-premise", 0.7)])
def test_each_kind_of_question(kind, least, answered, record_property):
    right, of, wrong = _rate([case for case in CASES if case["type"] == kind], answered)
    record_property("rate", _says(kind, right, of))
    assert right / of >= least, "\n".join([_says(kind, right, of), *wrong])


def test_near_misses_are_declined_or_say_what_is_missing(answered, record_property):
    """The right actor, and a quantity, period or relation that no article gives."""
    cases = [case for case in CASES if "lacks" in case]
    told = [answered(case["id"]) for case in cases]
    right = sum(answer["status"] == "unanswerable" or answer["status"] == "partial"
                and any(word.lower() in answer["missing"].lower() for word in case["lacks"])
                for case, answer in zip(cases, told, strict=True))
    record_property("rate", _says("near misses", right, len(cases)))
    assert right / len(cases) >= 0.7, _says("near misses", right, len(cases))


def test_what_the_corpus_holds_is_not_declined(answered):
    held = [case["id"] for case in CASES if case["status"] == "answered"]
    declined = [id for id in held if answered(id)["status"] == "unanswerable"]
    assert len(declined) / len(held) <= 0.06, declined


def test_answers_are_short(answered):
    words = [len(answered(case["id"])["answer"].split()) for case in CASES if case["type"] in FACTS]
    assert sum(words) / len(words) <= 120
    assert max(words) <= 160


def test_the_judge_can_say_no():
    case = next(case for case in CASES if case["id"] == "Q02")
    answer = {"answer": "NVIDIA held 21.5% and Arista 20.7%. [1]", "status": "answered", "statements": [{"basis": None}],
              "citations": [{"article": "2026-06-15-idc-nvidia-tops-dc-ethernet"}], "verdicts": []}
    assert judge(case, answer) == (True, "")
    assert judge(case, answer | {"status": "unanswerable"}) == (False, "declined")
    assert judge(case, answer | {"answer": "NVIDIA held 21.5%. [1]"})[0] is False
    assert judge(case, answer | {"answer": answer["answer"] + " word" * 160})[0] is False
    assert judge(case, answer | {"citations": [{"article": "another"}]}) == (False, "no right source cited")
