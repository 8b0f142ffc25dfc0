"""Conversations in their file: kept whole, shared between threads, closed to guesses."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from longhaul.bot.conversations import FILE, Conversations, Outcome, Passage, Trouble, history
from longhaul.bot.types import Answer, Citation, Statement, Turn
from longhaul.ingest.types import Press, Source, UserError

SOURCE = Source("fibre", "Fibre “wins” \U0001f3c6", "https://example.org/f", "Longhaul brief", date(2026, 1, 2), None, ("AT&T",),
                (Press("CNA", date(2026, 1, 1), None), Press(None, None, None)))
ANSWER = Answer("Who wins?", "Who wins?", "Fibre wins. [1]", (Statement("Fibre wins.", (1,), "opinion"), Statement("So.", ())),
                (Citation(1, SOURCE, "Fibre wins.\n", 0, 12),), "partial", "No year.", "offline", date(2026, 11, 23), "f00d",
                {"plan": 0.25, "total": 1.0})
TOLD = Outcome(ANSWER, (Passage("", " And more", True, False),))


@pytest.fixture
def kept(tmp_path) -> Conversations:
    return Conversations(tmp_path)


def test_an_answer_comes_back_as_it_was(kept, tmp_path):
    id = kept.create()
    assert kept.append(id, "Who wins?") == 0
    kept.settle(id, 0, TOLD)
    assert kept.append(id, "And then?") == 1
    kept.settle(id, 1, Outcome(trouble=Trouble("Too long.", "Be brief.")))
    assert kept.append(id, "Well?") == 2
    for conversations in (kept, Conversations(tmp_path)):
        exchanges = conversations.load(id)
        assert [exchange.question for exchange in exchanges] == ["Who wins?", "And then?", "Well?"]
        assert [exchange.outcome for exchange in exchanges] == [TOLD, Outcome(trouble=Trouble("Too long.", "Be brief.")), None]
        assert history(exchanges) == (Turn("user", "Who wins?"), Turn("assistant", "Fibre wins. [1]"))


def test_the_real_answer_comes_back_as_it_was(kept, bot):
    id = kept.create()
    answer = bot.ask("What did Meta commit to Corning?")
    kept.settle(id, kept.append(id, answer.question), Outcome(answer, (Passage("", ""),) * len(answer.citations)))
    assert kept.load(id)[0].outcome.answer == answer


def test_ids_cannot_be_guessed_and_unknown_ones_are_refused(kept):
    ids = {kept.create() for _ in range(100)}
    assert len(ids) == 100 and min(map(len, ids)) >= 22  # 128 bits
    for unknown in ("", "1", "' OR 1=1 --"):
        with pytest.raises(UserError, match="not kept here"):
            kept.load(unknown)
        with pytest.raises(UserError, match="not kept here"):
            kept.append(unknown, "Who?")


def test_the_list_holds_what_was_asked_the_last_first(kept):
    first, second, empty = (kept.create() for _ in range(3))
    kept.append(first, "One?")
    kept.append(second, "Two?")
    kept.append(first, "One more?")
    assert [(item.id, item.title) for item in kept.list()] == [(first, "One?"), (second, "Two?")]
    assert [item.id for item in kept.list([second, empty, "unknown"])] == [second]
    assert kept.list([]) == []


def test_threads_and_processes_share_it(kept, tmp_path):
    id, other = kept.create(), Conversations(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: (kept, other)[n % 2].append(id, f"{n}?"), range(80)))
    assert sorted(numbers) == list(range(80))
    assert len(kept.load(id)) == 80


def test_an_answer_of_another_version_is_told_not_shown(kept, tmp_path):
    id = kept.create()
    for text in ('{"answer": {"text": "old"}, "passages": [], "trouble": null}', "not JSON", "[]", "7"):
        number = kept.append(id, "Who?")
        with sqlite3.connect(tmp_path / FILE) as db:
            db.execute("UPDATE exchanges SET outcome = ? WHERE number = ?", [text, number])
        outcome = kept.load(id)[number].outcome
        assert outcome.answer is None and "another version" in outcome.trouble.message


def test_a_file_that_is_none_is_an_error_with_a_hint(tmp_path):
    (tmp_path / FILE).write_text("This is no database. " * 100, "utf-8")
    with pytest.raises(UserError, match="cannot be opened") as caught:
        Conversations(tmp_path)
    assert "away" in caught.value.hint


def test_a_newer_file_is_left_alone(tmp_path):
    Conversations(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(UserError, match="newer Longhaul"):
        Conversations(tmp_path)
