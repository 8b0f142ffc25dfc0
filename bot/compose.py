"""A verified draft → the answer's text, statements, citations and verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby

from longhaul.ingest.ledger import BASES

from .plain import LABELS
from .types import Answer, Bearing, Citation, Draft, Drafted, Quote, Stake, Statement, Verdict

_LONGEST = 150  # words of an answer with a table: what does not fit beside the table is left out

MEANS_FOR = "What it means for {}"
_NOTHING = "The sources of this answer say nothing about what it means for {}."
_SECTION, _MOST = 60, 160  # words of that section; of an answer with a table and that section
_STATEMENTS = 2  # in that section
_MARKED = 3  # words that the basis and the mark of a statement may take

_SAID_AS = {"reported": "reported", "company": "claimed by a company itself", "opinion": "as opinion", "forecast": "as forecast",
            "question": "as an open question"}
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
    bot says of the corpus itself, without a quote, is reported. Last comes what the answer means for the home company.
    """
    page = _Page(basis_of)
    rows = [page.row(stake) for stake in draft.stakes]
    told = [drafted for drafted in draft.statements if not (rows and drafted.quotes and page.holds(drafted.quotes))]
    told = _fitting(rows, told, _room(draft.bearing, page)) if rows else told
    if draft.vouched and not rows and (line := page.vouched(told)):
        told = [Drafted(line, ()), *told]
    lines = [page.line(drafted) for drafted in told]
    paragraphs = [lines[0], " ".join(lines[1:])] if len(lines) > 1 else lines
    if any(drafted.lead for drafted in told):
        paragraphs = [(f"**{escape(lead)}:** " if lead else "") + " ".join(line for _, line in each)
                      for lead, each in groupby(zip(told, lines, strict=True), lambda pair: pair[0].lead)]
    if rows:
        paragraphs = ["\n".join([_HEAD, *(line for line, _ in rows)]), _rests_on(draft), " ".join(lines)]
    if draft.bearing:
        room = _MOST - len(" ".join(paragraphs).split()) if rows else _SECTION
        paragraphs += _section(draft.bearing, page, room, [verdict.actor for _, verdict in rows])
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

    def number(self, quote: Quote) -> int:
        """The number of a quote that is marked."""
        return self._numbers[quote]

    def line(self, drafted: Drafted, home: str | None = None) -> str:
        """A statement with its basis and its marks; `home`: the company that it says what the answer means for."""
        marks = self._marks(drafted.quotes)
        bases = [self._basis_of(quote) for quote in drafted.quotes] or ["reported"]
        basis = None if None in bases else max(bases, key=BASES.index)
        self.statements.append(Statement(drafted.text, marks, basis, home, drafted.lead))
        label = f" ({LABELS[basis]})" if basis in LABELS else ""
        return escape(drafted.text) + label + (" " if marks else "") + "".join(f"[{n}]" for n in marks)

    def vouched(self, told: list[Drafted]) -> str:
        """On what basis the statements are said, in words; "" where that is not known."""
        bases = [self._basis_of(quote) for drafted in told for quote in drafted.quotes[:1]]
        if not bases or None in bases:
            return ""
        articles = len({quote.source.id for drafted in told for quote in drafted.quotes})
        counts = [f"{bases.count(basis)} {_SAID_AS[basis]}" for basis in BASES if basis in bases]
        of = f"{len(bases)} sentence{'s' * (len(bases) != 1)} from {articles} article{'s' * (articles != 1)}"
        return f"How firm this is, in {of}: {', '.join(counts)}."

    def row(self, stake: Stake) -> tuple[str, Verdict]:
        """A row of the table, and its verdict with the numbers of the quotes; a quote stands in the first row that rests on it."""
        cells = []
        for quote in stake.quotes:
            known = quote in self._numbers
            n = self._marks((quote,))[0]
            basis = self._basis_of(quote)
            if not known:
                self.statements.append(Statement(quote.text, (n,), basis))
            label = f" ({LABELS[basis]})" if not known and _other(basis, stake.verdict) else ""
            cells.append(f"[{n}]" if known else f"{escape(quote.text)}{label} [{n}]")
        verdict = stake.verdict
        basis = LABELS.get(verdict.basis, verdict.basis) if stake.quotes else ""
        why = " ".join(cells) or "nothing of weight on either side"
        return (f"|{escape(verdict.actor)}|{verdict.outcome}|{basis}|{why}|",
                replace(verdict, for_=(), against=(), citations=tuple(self._numbers[quote] for quote in stake.quotes)))

    def _marks(self, quotes: tuple[Quote, ...]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._numbers.setdefault(quote, len(self._numbers) + 1) for quote in quotes))


def _fitting(rows: list[tuple[str, Verdict]], told: list[Drafted], room: int) -> list[Drafted]:
    """Those of the statements that answer best, as many as an answer of so many words has room for beside its table."""
    left = room - sum(len(line.split()) for line, _ in rows) - 12
    kept = set()
    for n, drafted in sorted(enumerate(told), key=lambda pair: -pair[1].score):
        words = len(drafted.text.split()) + 2
        if words <= left:
            kept.add(n)
            left -= words
    return [drafted for n, drafted in enumerate(told) if n in kept]


def _room(bearing: Bearing | None, page: _Page) -> int:
    """The words that the table and what stands beside it may take: what is new on the home company goes first."""
    if bearing is None:
        return _LONGEST
    new = any(not page.holds(drafted.quotes) for drafted in bearing.statements)
    return _MOST - (_SECTION if new else len(_NOTHING.format(bearing.home).split()))


def _section(bearing: Bearing, page: _Page, room: int, judged: list[str]) -> list[str]:
    """What the sources of the answer say that bears on the home company, in paragraphs: the best that stands nowhere yet.

    Where there is none, or no room for any, marks lead to what there is, unless a row of the table says it: `judged` are its actors.
    """
    home, heading = bearing.home, MEANS_FOR.format(bearing.home)
    cited, texts = {citation.source.id for citation in page.citations}, {citation.quote for citation in page.citations}
    known = [drafted for drafted in bearing.statements if drafted.quotes[0].source.id in cited]
    shown = tuple(drafted.quotes[0] for drafted in known if page.holds(drafted.quotes))
    left = room - len(heading.split())
    told: list[Drafted] = []
    for drafted in known:
        length, words = len(drafted.text.split()) + _MARKED, drafted.quotes[0].text
        if words not in texts and length <= left and len(told) < _STATEMENTS:
            told.append(drafted)
            texts.add(words)
            left -= length
    if not told and home in judged:
        return []
    if not known:
        return [page.line(Drafted(_NOTHING.format(home), ()), home)]
    above = tuple(sorted(shown[:_STATEMENTS], key=page.number))
    told = told or [Drafted("See above", above) if above else Drafted("See the source", known[0].quotes)]
    return [f"**{escape(heading)}**", " ".join(page.line(drafted, home) for drafted in told)]


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


def _other(basis: str | None, verdict: Verdict) -> bool:
    """Whether a quote in a row of the table is less firm than reported, and so in another way than the row says of itself."""
    return basis in LABELS and basis != verdict.basis


def rows(answer: Answer) -> list[tuple[Verdict, list[tuple[int, str | None, str]]]]:
    """The rows of an answer's table: the verdict, and for each quote its number, its words where they have not stood before, and its basis
    in words where that is not the row's."""
    quotes: dict[int, str | None] = {citation.n: citation.quote for citation in answer.citations}
    bases = {statement.citations[0]: statement.basis for statement in answer.statements if len(statement.citations) == 1}
    found = []
    for verdict in answer.verdicts:
        found.append((verdict, [(n, quotes[n], LABELS[bases[n]] if quotes[n] and _other(bases.get(n), verdict) else "")
                                for n in verdict.citations]))
        quotes.update(dict.fromkeys(verdict.citations))
    return found


def beside(answer: Answer) -> list[Statement]:
    """The statements of an answer that do not stand in its table, nor tell what it means for the home company."""
    inside = {n for verdict in answer.verdicts for n in verdict.citations}
    return [statement for statement in answer.statements
            if not (statement.home or statement.citations and inside.issuperset(statement.citations))]


def meaning(answer: Answer) -> list[Statement]:
    """The statements of an answer that tell what it means for the home company."""
    return [statement for statement in answer.statements if statement.home]
