"""What the page says of a citation: dates in words, the words around a quote."""

from __future__ import annotations

from datetime import date

from longhaul.bot.conversations import Passage
from longhaul.ingest.sentences import sentences

_AROUND = 320  # characters shown on either side of a quote: about two sentences


def day(when: date) -> str:
    """A date as people write it: 3 Nov 2025."""
    return f"{when.day} {when:%b %Y}"


def passage(text: str, start: int, end: int) -> Passage:
    """The sentences around `text[start:end]`, at most to the next heading."""
    low, high = max(0, start - 3 * _AROUND), min(len(text), end + 3 * _AROUND)
    spans = [(low + a, low + b) for a, b in sentences(text[low:high])]
    # A sentence at the edge of the window may be half a sentence.
    spans = [(a, b) for a, b in spans if (a > low or low == 0 or b > start) and (b < high or high == len(text) or a < end)]
    first, last = start, end
    for a, b in reversed(spans):
        if a < first and b <= first and (text[b:first].strip() or start - a > _AROUND):
            break
        first = min(first, a)
    for a, b in spans:
        if b > last and a >= last and (text[last:a].strip() or b - end > _AROUND):
            break
        last = max(last, b)
    return Passage(text[first:start], text[end:last], not text[:first].strip(), not text[last:].strip())
