"""A model's text → its sentences in plain words, each with the numbers that it cites."""

from __future__ import annotations

import re

from longhaul.ingest.sentences import sentences

NO_ANSWER = "NOT IN THE EVIDENCE"  # the line a model writes where the evidence does not hold the answer

_MARKS = re.compile(r"[ \t]*\[\^?(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\](?:\([^()\s]*\))?")
_REFUSAL = re.compile(rf"^[^\w\n]{{0,9}}{NO_ANSWER}\b[^\[\n]*$", re.MULTILINE)
# What models add around plain sentences, and what stands instead of it. Bullets become paragraphs.
_DRESS = [(re.compile(pattern, re.MULTILINE | re.DOTALL | re.IGNORECASE), plain) for pattern, plain in [
    (r"\A.*</think\s*>|<think\b[^<>]*>.*\Z", ""),  # some models think aloud first
    (r"^[^\w\n]{0,9}(?:sources|references|footnotes)[^\w\n]{0,9}$.*\Z", ""),  # a list of sources: the answer has its own
    (r"<(script|style)\b[^<>]*>.*?</\1\s*>|<!--.*?-->|</?[a-z][^<>\n]{0,300}>", " "),
    (r"^[ \t]*(?:```[^\n]*|\*\*[^*\[\n]+\*\*:?[ \t]*)$", ""),  # code fences, and bold lines that serve as headings
    (r"^[ \t]*(?:[-*+•]|\d{1,2}[.)])[ \t]+", "\n"), (r"^[ \t]*>[ \t]?", ""),
    (r"!?\[([^\[\]\n]*[^\[\]\d\s,;–^-][^\[\]\n]*)\]\([^()\s]*(?:\s+\"[^\"\n]*\")?\)", r"\1"),  # links and images
    (r"(\*{1,3}|(?<!\w)_{1,3}|`)(?=\S)([^*`\n]+?)(?<=\S)\1(?!\w)", r"\2"),
    (r"\\([\\`*_{}\[\]()#+.!$~|<>&-])", r"\1"),
]]


def parse(text: str, count: int) -> tuple[list[tuple[str, tuple[int, ...]]], bool]:
    """A model's text → its sentences in plain words, each with its marks from 1 to `count`, and whether it gave up.

    A sentence without such a mark is left out. A mark behind the full stop belongs to the sentence before it, one at the
    start of a line to that line.
    """
    refused = bool(_REFUSAL.search(text))
    text = _REFUSAL.sub("", text)
    for pattern, plain in _DRESS:
        text = pattern.sub(plain, text)
    bare, marks = "", []  # the text without marks, and at which place of it each mark stood
    at = 0
    for match in _MARKS.finditer(text):
        bare += text[at:match.start()]
        marks += [(len(bare), n) for n in _numbers(match.group(1)) if 1 <= n <= count]
        at = match.end()
        if text[at:at + 1].isalnum():
            bare += " "
    bare += text[at:]
    spans = sentences(bare)
    cited: dict[int, list[int]] = {}
    for place, n in marks:
        after = next((i for i, (_, end) in enumerate(spans) if place <= end), len(spans))
        inside = after < len(spans) and spans[after][0] < place
        opens = after < len(spans) and "\n" not in bare[place:spans[after][0]] and (
            after == 0 or "\n" in bare[spans[after - 1][1]:place])
        cited.setdefault(after if inside or opens else after - 1, []).append(n)
    if spans and bare[spans[-1][1] - 1].isalnum() and all(place < spans[-1][1] for place, _ in marks):
        spans.pop()  # cut off in the middle
    found: dict[str, tuple[int, ...]] = {}
    for i, (start, end) in enumerate(spans):
        sentence = " ".join(bare[start:end].split())
        if i in cited and any(char.isalnum() for char in sentence):
            found[sentence] = tuple(dict.fromkeys([*found.get(sentence, ()), *cited[i]]))
    return list(found.items()), refused


def _numbers(mark: str) -> list[int]:
    """The numbers of "1, 2" or "2-4"."""
    parts = [[int(end) for end in re.split(r"\s*[–-]\s*", part)] for part in re.split(r"\s*[,;]\s*", mark)]
    return [n for part in parts for n in range(part[0], part[-1] + 1)]
