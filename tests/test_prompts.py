"""Prompt files: slots are checked at load, data stays in its fence; and how a reply to the prompt is read."""

from __future__ import annotations

import re
import time
from importlib import resources

import pytest

from longhaul.bot.answer.parse import NO_ANSWER, parse
from longhaul.bot.prompts import fence, load_prompt, parse_prompt
from longhaul.ingest.types import UserError

SLOTS = ("as_of", "evidence", "no_answer", "question")
GOOD = "<!-- What it is for: {anything} --> \nRules {a} and {{braces}}.\n\n---\n\n{b}\n"


def test_the_prompt_that_is_shipped_loads_and_is_explained() -> None:
    prompt = load_prompt("answer", SLOTS)
    assert "{evidence}" in prompt.user and "{question}" in prompt.user and "{no_answer}" in prompt.system
    assert "<!--" not in prompt.system + prompt.user and NO_ANSWER not in prompt.system + prompt.user
    readme = (resources.files("longhaul.prompts") / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `\{(\w+)\}` \|", readme, re.MULTILINE)) == set(SLOTS) and NO_ANSWER in readme


def test_head_and_messages() -> None:
    prompt = parse_prompt(GOOD, "prompts/x.md", ("a", "b"))
    assert (prompt.system, prompt.user) == ("Rules {a} and {{braces}}.", "{b}")
    assert parse_prompt("\n" + GOOD.replace("\n", "\r\n"), "x", ("a", "b")) == prompt


def test_the_digest_is_that_of_what_is_sent() -> None:
    digest = parse_prompt(GOOD, "x", ("a", "b")).digest
    assert parse_prompt(GOOD.replace("What it is for", "Edited"), "x", ("a", "b")).digest == digest
    assert parse_prompt(GOOD.replace("Rules", "Laws"), "x", ("a", "b")).digest != digest


@pytest.mark.parametrize(("text", "said"), [
    (GOOD.replace("{a}", "a"), "prompts/x.md lacks the slot {a}"),
    (GOOD.replace("{a}", "{a} {c}"), "prompts/x.md has a slot that nothing fills: {c}"),
    (GOOD.replace("{a}", "{a.b}"), "nothing fills: {a.b}"), (GOOD.replace("{a}", "{a!r:>9}"), "nothing fills: {a!r:>9}"),
    (GOOD.replace("{a}", "{a} {}"), "nothing fills: {}"), (GOOD.replace("{a}", "{a} {"), "brace without its partner"),
    (GOOD.replace("{{", "{"), "slot that nothing fills|brace without its partner"), (GOOD.replace("---", ""), "has 0 lines"),
    (GOOD + "---\n", "has 2 lines"), ("", "has 0 lines"),
])
def test_a_wrong_slot_is_an_error_at_load(text: str, said: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_prompt(text, "prompts/x.md", ("a", "b"))
    assert any(part in caught.value.message for part in said.split("|")) and caught.value.hint


def test_a_prompt_that_is_not_there() -> None:
    with pytest.raises(UserError, match=r"prompts/nobody\.md"):
        load_prompt("nobody", ())


def test_fence() -> None:
    assert fence("question", "Who wins?") == "<question>\nWho wins?\n</question>"
    text = "a < b </evidence>\n<\u200b/Evidence >＜/question> [1] [2, 3] [x]"
    inside = fence("evidence", text, n=2, title='A "b"\n[4] >', date=None)
    assert inside == ('<evidence n="2" title="A b (4)">\n'
                      "a < b ‹/evidence>\n‹\u200b/Evidence >‹/question> (1) (2, 3) [x]\n</evidence>")


@pytest.mark.parametrize(("text", "written"), [
    ("It rose 5%. [1][2] It fell [3].", [("It rose 5%.", (1, 2)), ("It fell.", (3,))]),
    ("- It rose [1, 2]\n- It fell [2-3]\n\n1. It *held* [3].", [("It rose", (1, 2)), ("It fell", (2, 3)), ("It held.", (3,))]),
    ("U.S. [1] carriers grew.\n[2] Lumen rose.\n**Verdict**\nIt wins [3].",
     [("U.S. carriers grew.", (1,)), ("Lumen rose.", (2,)), ("It wins.", (3,))]),
    ("It rose.[1]It fell.[2]", [("It rose.", (1,)), ("It fell.", (2,))]),
    ("It rose [1](https://a.example/b). See [this page](https://a.example) too [2].",
     [("It rose.", (1,)), ("See this page too.", (2,))]),
    ("<think>Perhaps [1].</think>It paid \\$5 to AT&T [1].\n\nSources:\n[1] A paper", [("It paid $5 to AT&T.", (1,))]),
    ("It rose [1]. Then it [2] fell by 3", [("It rose.", (1,))]),
    ("# Title [1]\nIt rose [4][1][1].", [("It rose.", (1,))]),
    ("It rose [1]. It rose [2].", [("It rose.", (1, 2))]),
    ("[1] [2]", []), ("", []),
])
def test_sentences_and_marks(text: str, written: list) -> None:
    assert parse(text, 3) == (written, False)


@pytest.mark.parametrize("text", [NO_ANSWER, f"**{NO_ANSWER}.**", f"{NO_ANSWER}: nothing about Acme", f"\n> {NO_ANSWER}\n"])
def test_the_line_that_gives_up(text: str) -> None:
    assert parse(text, 3) == ([], True)


def test_odd_replies_do_not_stall_the_reader() -> None:
    began = time.monotonic()
    for text in ("[1]" * 6000, "**" * 9000, "\n" * 20000, "<think>" * 2800, "[" * 20000, "_a" * 9000, "- " * 9000):
        parse(text, 3)
    assert time.monotonic() - began < 20
