"""HTML as the tests read it."""

from __future__ import annotations

from html.parser import HTMLParser

_EMPTY = ("input",)  # tags that nothing closes


class Reader(HTMLParser):
    """The tags of a piece of HTML, and whether they close in order."""

    def __init__(self, text: str):
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
