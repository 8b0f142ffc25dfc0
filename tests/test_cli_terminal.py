"""What is shown: cleaning, ages, wrapping, the conversation."""

from __future__ import annotations

import io
import re
import sys
from datetime import date

import pytest

from longhaul.bot import plain, shown, terminal
from longhaul.bot.types import Answer, Citation
from longhaul.ingest.types import Press, Source


@pytest.mark.parametrize(("text", "shown"), [
    ("plain [1] [red] &amp; “é” 数据 🙂", "plain [1] [red] &amp; “é” 数据 🙂"),
    ("\x1b[31mred\x07", "␛[31mred␇"),
    ("\x9b2J\x85", "<U+009B>2J<U+0085>"),
    ("a\u202eb\u2066c\u200fd\u061c", "a<U+202E>b<U+2066>c<U+200F>d<U+061C>"),
    ("\x7f\0\r", "␡␀␍"),
    ("\ud800", "<U+D800>"),
    ("one\n\ttwo", "one\n\ttwo"),
])
def test_clean(text, shown):
    assert plain.clean(text) == shown


def test_nothing_that_steers_is_left():
    steering = {*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F} - {9, 10}
    shown = plain.clean("".join(map(chr, range(0x2100))))
    assert not {ord(char) for char in shown} & steering


@pytest.mark.parametrize(("day", "words"), [
    (date(2026, 11, 23), "today"), (date(2026, 11, 22), "yesterday"), (date(2026, 11, 20), "3 days ago"),
    (date(2026, 11, 9), "2 weeks ago"), (date(2026, 9, 25), "8 weeks ago"), (date(2026, 9, 23), "2 months ago"),
    (date(2026, 4, 20), "7 months ago"), (date(2026, 4, 24), "6 months ago"), (date(2024, 11, 24), "23 months ago"),
    (date(2024, 11, 23), "2 years ago"), (date(1999, 1, 1), "27 years ago"), (date(2026, 11, 24), "tomorrow"),
    (date(2027, 6, 23), "in 7 months"),
])
def test_age(day, words):
    assert plain.age(day, date(2026, 11, 23)) == words


def _answer(**changed) -> Answer:
    source = Source("x", "A [bold]title[/bold]", None, "Longhaul brief", date(2026, 4, 20), None, (),
                    (Press("The Register"), Press(None), Press("Quartz")))
    values = {"question": "q", "standalone": "q", "statements": (),
              "text": "It rose 5%. [1]\n\n\\[red\\] a \\[2\\] \\*b\\* 3 * 4 \\\\ end. [1]",
              "citations": (Citation(1, source, "It\nrose   5%.", 0, 12),), "status": "answered", "missing": None,
              "answerer": "offline", "as_of": date(2026, 11, 23), "fingerprint": "f", "seconds": {}}
    return Answer(**values | changed)


def test_a_piped_answer_is_plain(capsys):
    shown.show_answer(_answer())
    shown.show_sources(_answer())
    assert capsys.readouterr().out == (
        "It rose 5%. [1]\n\n[red] a [2] *b* 3 * 4 \\ end. [1]\n\nSources\n[1] A [bold]title[/bold]\n"
        "    Longhaul brief, from The Register, Quartz · 20 April 2026 · 7 months ago\n    “It rose 5%.”\n")


def test_a_pipe_is_neither_wrapped_nor_coloured(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    shown.show_answer(_answer(text="word " * 200 + "[1]"))
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "\x1b" not in out


def test_what_is_missing_is_said(capsys):
    shown.show_answer(_answer(text="Nothing.", status="unanswerable", missing="No article\non eggs."))
    assert capsys.readouterr().out == "Nothing.\n\nNot in the corpus: No article on eggs.\n"
    shown.show_answer(_answer(text="No article on eggs.", status="unanswerable", missing="No article on eggs."))
    assert capsys.readouterr().out == "No article on eggs.\n\nNot in the corpus.\n"


def test_utf8_is_forced_where_the_locale_has_less(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, "ascii"))
    terminal.use_utf8()
    shown.show_answer(_answer(text="Ökostrom – 数据\ud800"))
    sys.stdout.flush()
    assert raw.getvalue().decode() == "Ökostrom – 数据<U+D800>\n"


def test_a_conversation_in_a_pipe(longhaul, seeds_index):
    talk = "What is Verizon AI Connect?\n\nWhen was it launched?\n/sources\n/new\n/sources\n/nope\n/help\n/quit\nnever read\n"
    result = longhaul("chat", "--index", seeds_index, input=talk)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout and "> " not in result.stdout
    assert result.stdout.count("Sources\n") >= 2
    assert re.search(r"^    (\[1\] )?“", result.stdout, re.MULTILINE)  # the quotes that /sources shows
    assert "/new" in result.stdout  # /help
    assert result.stderr.splitlines() == ["A new conversation.", "Nothing has been asked yet.",
                                          "There is no command /nope; /help lists them."]
    alone = longhaul("chat", "--index", seeds_index, input="What is Verizon AI Connect?\n")
    assert result.stdout.startswith(alone.stdout)


def test_a_follow_up_is_understood(longhaul, seeds_index, bot):
    from longhaul.bot.types import Turn

    first = bot.ask("What is Verizon AI Connect?")
    second = bot.ask("When was it launched?", [Turn("user", first.question), Turn("assistant", first.text)])
    result = longhaul("chat", "--index", seeds_index, input=f"{first.question}\nWhen was it launched?\n")
    assert shown._marked(second.text).plain.split("\n")[0] in result.stdout


def test_a_question_that_fails_ends_no_conversation(longhaul, seeds_index):
    result = longhaul("chat", "--index", seeds_index, input="x" * 5_000 + "\nWho owns Zayo?\n")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert result.stdout.strip()
