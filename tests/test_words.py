"""Terms: what counts as the same word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from longhaul.ingest.words import STOP, stem, terms, words


@pytest.mark.parametrize(("one", "other"), [
    ("fibre", "fiber"), ("data centre", "data center"), ("centres", "centers"), ("colour", "color"), ("organised", "organized"),
    ("analyse", "analyze"), ("Verizon's", "Verizon"), ("Verizon’s", "verizon"), ("naïve", "naive"), ("networks", "network"),
    ("announcing", "announced"),
])
def test_the_same_word(one, other):
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(("one", "other"), [("rise", "rize"), ("enterprise", "enterprize"), ("1.6", "16"), ("2025", "2026"),
                                            ("Arista", "Aristotle")])
def test_other_words(one, other):
    assert terms(one) != terms(other)


def test_stop_words_are_left_out_and_figures_stay():
    assert not set(terms("What did the company say about it?")) & STOP
    assert "1.5" in words("It paid $1.5 billion.")
    assert "at&t" in words("AT&T bought it.")


@pytest.mark.parametrize("text", ["", "   ", "?!…", "🙂", "\0\x1b[31m", "\ufeff"])
def test_texts_without_words(text):
    assert all(word.isalnum() for word in terms(text))


def test_threads_stem_alike():
    found = [word for word in Path(__file__).read_text("utf-8").split() if word.isalpha()] * 200
    alone = [stem.__wrapped__(word) for word in found]
    with ThreadPoolExecutor(4) as pool:
        told = [*pool.map(lambda _: [stem.__wrapped__(word) for word in found], range(4))]
    assert all(each == alone for each in told)
