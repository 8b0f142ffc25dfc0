"""Text → sentences, as character spans."""

from __future__ import annotations

import re

Span = tuple[int, int]

# A blank line, a heading, a list item or a table row ends a sentence whatever its punctuation says.
_BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:#{1,6}\s|[-*+]\s|\d+[.)]\s|\|))|(?<=\n)(?=#{1,6}\s)")
_HEADING = re.compile(r"#{1,6}\s")
# nupunkt's model takes some ordinary words for abbreviations ("… its lead. The …"): a lower-case word of three
# letters or more, or a state after a comma ("Washington, D.C."), ends the sentence before a capital.
_MISSED = re.compile(r"(?:\b[a-z]{3,}[.!?][\"'”’)]*|, [A-Z]\.[A-Z]\.)(\s+)(?=[\"'“‘(]?[A-Z])")
_ABBREVIATIONS = frozenset("approx avg cf corp dept est etc excl ext fig gen gov inc incl jan feb mar apr jun jul aug sep "
                           "sept oct nov dec ltd max min par resp tel vol vs viz".split())


def sentences(text: str) -> list[Span]:
    """The sentences of `text` as (start, end) spans without surrounding white space, headings left out."""
    return [span for span in blocks(text) if not _HEADING.match(text, span[0])]


def last_sentence(text: str) -> str:
    """The last sentence of `text`; "" where there is none."""
    spans = sentences(text)
    return text[spans[-1][0]:spans[-1][1]] if spans else ""


def blocks(text: str) -> list[Span]:
    """The sentences and headings of `text`, in order, as spans without surrounding white space."""
    from nupunkt import sent_spans

    spans: list[Span] = []
    for start, end in _parts(text, 0, len(text), _BLOCK):
        block = text[start:end]
        if _HEADING.match(block):
            first = block.find("\n")
            cut = end if first < 0 else start + first
            spans.append((start, cut))
            start = cut
            block = text[start:end]
        for a, b in sent_spans(block):
            spans.extend(_mend(text, start + a, start + b))
    return [span for span in (_trim(text, a, b) for a, b in spans) if span[0] < span[1]]


def _mend(text: str, start: int, end: int) -> list[Span]:
    spans, at = [], start
    for match in _MISSED.finditer(text, start, end):
        word = re.match(r"[a-z]*", match.group())
        if word and word.group() in _ABBREVIATIONS:
            continue
        spans.append((at, match.start(1)))
        at = match.end(1)
    return [*spans, (at, end)]


def _parts(text: str, start: int, end: int, boundary: re.Pattern[str]) -> list[Span]:
    spans, at = [], start
    for match in boundary.finditer(text, start, end):
        spans.append((at, match.start()))
        at = match.end()
    return [span for span in (_trim(text, a, b) for a, b in [*spans, (at, end)]) if span[0] < span[1]]


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
