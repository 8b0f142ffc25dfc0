"""A verified draft → the answer's text, statements, citations and verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from longhaul.ingest.ledger import BASES

from .plain import LABELS
from .types import Answer, Citation, Draft, Drafted, Quote, Stake, Statement, Verdict

_LONGEST = 150  # words of an answer with a table: what does not fit beside the table is left out

_HEAD = "|Who|Verdict|Basis|Why|\n|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Composed:
    """What a reader gets: `text` is Markdown with marks `[1][2]`."""

    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    verdicts: tuple[Verdict, ...]


def compose(draft: Draft, basis_of: Callable[[Quote], str | None]) -> Composed:
    """A draft as text with marks, its statements, its citations numbered by first use, and its verdicts as a table before the rest.

    A statement has the basis of the least firm of its quotes; what is more than reported says so before its marks. What the
    bot says of the corpus itself, without a quote, is reported.
    """
    page = _Page(basis_of)
    rows = [page.row(stake) for stake in draft.stakes]
    told = [drafted for drafted in draft.statements if not (rows and drafted.quotes and page.holds(drafted.quotes))]
    lines = [page.line(drafted) for drafted in (_fitting(rows, told) if rows else told)]
    paragraphs = [lines[0], " ".join(lines[1:])] if len(lines) > 1 else lines
    if rows:
        paragraphs = ["\n".join([_HEAD, *(line for line, _ in rows)]), _rests_on(draft), " ".join(lines)]
    return Composed("\n\n".join(filter(None, paragraphs)), tuple(page.statements), page.citations, tuple(verdict for _, verdict in rows))


class _Page:
    """Counts the marks and keeps the statements in the order in which they are written down."""

    def __init__(self, basis_of: Callable[[Quote], str | None]):
        self._basis_of = basis_of
        self._numbers: dict[Quote, int] = {}
        self.statements: list[Statement] = []

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The quotes that are marked, by number."""
        return tuple(Citation(n, quote.source, quote.text, quote.start, quote.end) for quote, n in self._numbers.items())

    def holds(self, quotes: tuple[Quote, ...]) -> bool:
        """Whether all of these have been quoted already."""
        return all(quote in self._numbers for quote in quotes)

    def line(self, drafted: Drafted) -> str:
        """A statement with its basis and its marks."""
        marks = self._marks(drafted.quotes)
        bases = [self._basis_of(quote) for quote in drafted.quotes] or ["reported"]
        basis = None if None in bases else max(bases, key=BASES.index)
        self.statements.append(Statement(drafted.text, marks, basis))
        label = f" ({LABELS[basis]})" if basis in LABELS else ""
        return escape(drafted.text) + label + (" " if marks else "") + "".join(f"[{n}]" for n in marks)

    def row(self, stake: Stake) -> tuple[str, Verdict]:
        """A row of the table, and its verdict with the numbers of the quotes; a quote stands in the first row that rests on it."""
        cells = []
        for quote in stake.quotes:
            known = quote in self._numbers
            n = self._marks((quote,))[0]
            if not known:
                self.statements.append(Statement(quote.text, (n,), self._basis_of(quote)))
            cells.append(f"[{n}]" if known else f"{escape(quote.text)} [{n}]")
        verdict = stake.verdict
        basis = LABELS.get(verdict.basis, verdict.basis) if stake.quotes else ""
        why = " ".join(cells) or "nothing of weight on either side"
        return (f"|{escape(verdict.actor)}|{verdict.outcome}|{basis}|{why}|",
                replace(verdict, for_=(), against=(), citations=tuple(self._numbers[quote] for quote in stake.quotes)))

    def _marks(self, quotes: tuple[Quote, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._numbers.setdefault(quote, len(self._numbers) + 1) for quote in quotes))


def _fitting(rows: list[tuple[str, Verdict]], told: list[Drafted]) -> list[Drafted]:
    """As many of the statements as a short answer has room for beside its table."""
    left = _LONGEST - sum(len(line.split()) for line, _ in rows) - 12
    kept = []
    for drafted in told:
        left -= len(drafted.text.split()) + 2
        if left >= 0:
            kept.append(drafted)
    return kept


def _rests_on(draft: Draft) -> str:
    """On how many independent origins the table rests."""
    claims = {claim.id: claim for stake in draft.stakes for claim in (*stake.verdict.for_, *stake.verdict.against)}
    origins = len({claim.origin for claim in claims.values()})
    if not claims:
        return ""
    counted = "1 origin" if origins == 1 else f"{origins} independent origins"
    return f"Rests on {len(claims)} claim{'s' * (len(claims) != 1)} from {counted}."


def escape(text: str) -> str:
    """Words of an article as Markdown that shows them as they are: markup, links, HTML and `[n]` inside become plain text."""
    text = re.sub(r"([\\`*_\[\]<|]|~~)", r"\\\1", " ".join(text.split()))
    text = re.sub(r"^(\d+)([.)]\s)", r"\1\\\2", text)  # no list of numbers, and the number itself stays as it is
    return re.sub(r"^(#{1,6}\s|[-+]\s|>)", r"\\\1", text)


def rows(answer: Answer) -> list[tuple[Verdict, list[tuple[int, str | None]]]]:
    """The rows of an answer's table: the verdict, and the number of each quote with its words where they have not stood before."""
    quotes: dict[int, str | None] = {citation.n: citation.quote for citation in answer.citations}
    found = []
    for verdict in answer.verdicts:
        found.append((verdict, [(n, quotes[n]) for n in verdict.citations]))
        quotes.update(dict.fromkeys(verdict.citations))
    return found


def beside(answer: Answer) -> list[Statement]:
    """The statements of an answer that do not stand in its table."""
    inside = {n for verdict in answer.verdicts for n in verdict.citations}
    return [statement for statement in answer.statements if not (statement.citations and inside.issuperset(statement.citations))]
