"""Chunks: exact offsets, whole sentences, nothing lost, nothing longer than the model reads."""

from __future__ import annotations

import random

import pytest

from longhaul.ingest.chunk import chunk, embedded_text, prefix
from longhaul.ingest.pipeline import seeds_folder
from longhaul.ingest.read import read
from longhaul.ingest.sentences import blocks
from longhaul.ingest.types import Article, Source


def _check(article: Article, embedder) -> None:
    chunks = chunk(article, embedder.count_tokens, embedder.max_tokens)
    budget = max(16, embedder.max_tokens - embedder.count_tokens(prefix(article.source)))
    assert len({c.id for c in chunks}) == len(chunks)
    for c in chunks:
        assert article.text[c.start:c.end] == c.text
        assert c.text == c.text.strip() != ""
        assert embedder.count_tokens(embedded_text(c)) <= embedder.max_tokens
    for before, after in zip(chunks, chunks[1:], strict=False):
        assert before.end <= after.start
        assert not article.text[before.end:after.start].strip()
    if chunks:
        assert not article.text[:chunks[0].start].strip() and not article.text[chunks[-1].end:].strip()
    for start, end in blocks(article.text):  # a sentence that fits stands whole in one chunk
        if embedder.count_tokens(article.text[start:end]) <= budget:
            assert any(c.start <= start and end <= c.end for c in chunks)


def test_every_seed(embedder):
    for _, article in read([seeds_folder()]):
        _check(article, embedder)


WORDS = ["fibre", "Verizon", "AT&T", "1.5", "$3.25bn", "(see", "below)", "e.g.", "Dr.", "naïve", "数据中心", "🙂", "x" * 300,
         "\t", "\n\n", "\n# Heading\n", "\n- item", "said.", "Why?", "“Yes.”", "U.S.", "\u00a0", "\u2028", "a" * 40 + "."]


@pytest.mark.parametrize("seed", range(12))
def test_texts_of_any_shape(embedder, seed):
    dice = random.Random(seed)
    for _ in range(4):
        text = "".join(dice.choice(WORDS) + dice.choice([" ", " ", "", ". ", "\n"]) for _ in range(dice.randrange(1, 250)))
        source = Source("x", dice.choice(["Short", "A long title " * 40]), publisher=dice.choice([None, "Wire"]))
        _check(Article(source, text), embedder)


def test_a_sentence_that_is_too_long_is_cut_at_white_space(embedder):
    text = " ".join(["fibre"] * 1_000) + "."
    chunks = chunk(Article(Source("x", "T"), text), embedder.count_tokens, embedder.max_tokens)
    assert len(chunks) > 3
    assert all(set(c.text.rstrip(".").split()) == {"fibre"} for c in chunks)


def test_a_text_without_a_space_is_cut_all_the_same(embedder):
    text = "数" * 2_000
    chunks = chunk(Article(Source("x", "T"), text), embedder.count_tokens, embedder.max_tokens)
    assert "".join(c.text for c in chunks) == text
