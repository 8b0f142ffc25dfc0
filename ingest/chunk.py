"""Article → chunks: whole sentences, packed up to what the embedder reads, with exact offsets."""

from __future__ import annotations

from collections.abc import Callable

from .sentences import Span, blocks
from .types import Article, Chunk, Source

CountTokens = Callable[[str], int]


def chunk(article: Article, count_tokens: CountTokens, max_tokens: int) -> list[Chunk]:
    """The chunks of `article`, in order; together they hold every sentence of it.

    `count_tokens` and `max_tokens` are the embedder's own; the prefix (`embedded_text`) counts. A sentence is cut only
    when it does not fit alone.
    """
    budget = max(16, max_tokens - count_tokens(prefix(article.source)))
    spans: list[Span] = []
    for start, end in blocks(article.text):
        spans.extend(_fit(article.text, start, end, count_tokens, budget))
    packed: list[Span] = []
    for start, end in spans:
        if packed and count_tokens(article.text[packed[-1][0]:end]) <= budget:
            packed[-1] = (packed[-1][0], end)
        else:
            packed.append((start, end))
    return [
        Chunk(f"{article.source.id}#{n}", article.source, article.text[start:end], start, end)
        for n, (start, end) in enumerate(packed)
    ]


def prefix(source: Source) -> str:
    """What stands before the text of each chunk when it is embedded: title, publisher and date."""
    title = " ".join(source.title.split())[:200]
    parts = [title, source.publisher or "", source.date.isoformat() if source.date else ""]
    return ". ".join(part for part in parts if part) + "\n"


def embedded_text(chunk: Chunk) -> str:
    """The text that is embedded for `chunk`."""
    return prefix(chunk.source) + chunk.text


def _fit(text: str, start: int, end: int, count_tokens: CountTokens, budget: int) -> list[Span]:
    """Cuts a sentence that alone is longer than `budget` at white space, else in the middle."""
    if count_tokens(text[start:end]) <= budget:
        return [(start, end)]
    middle = (start + end) // 2
    spaces = [at for at in (text.rfind(" ", start + 1, middle), text.find(" ", middle, end - 1)) if at > 0]
    cut = min(spaces, key=lambda at: abs(at - middle)) if spaces else middle
    left = _fit(text, start, cut, count_tokens, budget)
    while cut < end and text[cut].isspace():
        cut += 1
    return left + _fit(text, cut, end, count_tokens, budget)
