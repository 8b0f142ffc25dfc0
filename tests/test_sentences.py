"""Sentence spans."""

from __future__ import annotations

import pytest

from longhaul.ingest.pipeline import seeds_folder
from longhaul.ingest.read import read
from longhaul.ingest.sentences import blocks, sentences


def _texts(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize("whole", [
    "On Nov. 3, 2025 Verizon Inc. paid $1.5 billion to Dr. A. B. Smith of the U.S. Treasury.",
    "The link runs at 1.6 Tb/s (see Fig. 2), approx. twice the speed.",
    "It is sold in the U.S. and the U.K. by AT&T Corp. and others.",
])
def test_abbreviations_do_not_end_a_sentence(whole):
    assert _texts(whole) == [whole]


@pytest.mark.parametrize(("text", "expected"), [
    ("Arista lost its lead. The rest followed.", ["Arista lost its lead.", "The rest followed."]),
    ("He spoke in Washington, D.C. The crowd left.", ["He spoke in Washington, D.C.", "The crowd left."]),
    ("“It grew.” Analysts agreed.", ["“It grew.”", "Analysts agreed."]),
    ("Who won? Nobody! It ended.", ["Who won?", "Nobody!", "It ended."]),
    ("# A heading\nThe text.", ["The text."]),
    ("One point\n\nAnother point", ["One point", "Another point"]),
    ("Three things:\n- fibre\n- power\n- land", ["Three things:", "- fibre", "- power", "- land"]),
    ("", []),
    (" \n\n ", []),
])
def test_where_sentences_end(text, expected):
    assert _texts(text) == expected


def test_spans_of_the_seeds_are_trimmed_in_order_and_lose_nothing():
    for _, article in read([seeds_folder()]):
        text, at, kept = article.text, 0, []
        for start, end in blocks(text):
            assert at <= start < end
            assert not text[at:start].strip()
            assert text[start:end] == text[start:end].strip()
            kept.append(text[start:end])
            at = end
        assert not text[at:].strip()
        assert len(kept) > 3
