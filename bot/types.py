"""The nouns of the bot: what is asked, what was found, and the one answer that all doors show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from longhaul.ingest.types import Chunk, Claim, Filter, Source


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation: `role` is "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that a question sets side by side, as it writes it; `actor`: who that is, where it is on the list."""

    text: str
    actor: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sub:
    """A part of a question, or the question about one `side` alone; `context`: the words of the whole that it is about; `apart`: whether
    the parts are about different actors, each with evidence of its own."""

    text: str
    side: Side | None = None
    context: str = ""
    apart: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """From the day `since` to the day `until`, either of which may be open; `words`: those of the question that say so."""

    words: str
    since: date | None = None
    until: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return bool(day and (not self.since or day >= self.since) and (not self.until or day <= self.until))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is being asked: the question made to stand alone, what it wants, its actors, and what narrows the corpus.

    `intent`: basis | timeline | comparison | stakes | relation | overview | yes-no | reason | fact; `context`: the earlier question that
    it goes on about; `sides`: what it sets side by side; `subs`: what it asks one after the other, or of each side; `window`: its time;
    `parties`: those of the deal that it names ("the Verizon–AWS deal"); `teller`: whose account it asks for ("according to Fierce"), and
    `publishers`: which of the corpus that may be.
    """

    question: str
    standalone: str
    actors: tuple[str, ...]
    filter: Filter
    as_of: date
    intent: str = "fact"
    context: str = ""
    sides: tuple[Side, ...] = ()
    subs: tuple[Sub, ...] = ()
    window: Window | None = None
    parties: tuple[str, ...] = ()
    teller: str = ""
    publishers: tuple[str, ...] = ()

    @property
    def queries(self) -> tuple[str, ...]:
        """What is searched for: the whole question, then each of `subs`."""
        return (self.standalone, *(f"{sub.text} {sub.context}".strip() for sub in self.subs))

    @property
    def together(self) -> bool:
        """Whether it asks several things about the same."""
        return any(not sub.apart for sub in self.subs)

    @property
    def asked(self) -> str:
        """The question without its context."""
        return self.standalone.removesuffix(f" ({self.context})") if self.context else self.standalone


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of an article: `article.text[start:end] == text`."""

    source: Source
    text: str
    start: int
    end: int

    @classmethod
    def of(cls, said: Claim) -> Quote:
        """The words of a claim."""
        return cls(said.source, said.text, said.start, said.end)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A chunk that was found; `quotes` are its sentences. `rank` counts from 1; a higher `score` is better.

    `similarity`: the cosine between the chunk's vector and the question's; `near`: that of each query of the plan, None where the query
    did not find the chunk.
    """

    chunk: Chunk
    score: float
    rank: int
    similarity: float
    quotes: tuple[Quote, ...]
    near: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the claims about one actor come to; bot/verdicts.py has the rule.

    `outcome`: wins | loses | pressured | mixed | unclear; `basis`: the one that carries most weight, `basis_mix` the share of each;
    `confidence` from 0 to 1; `claims`: on how many claims it stands, `origins`: on how many independent sources these rest. `for_` and
    `against`: the claims on either side, the heaviest first, mixed ones on both; an answer leaves them out and has in `citations` the
    marks of the quotes that tell why.
    """

    actor: str
    outcome: str
    basis: str
    basis_mix: dict[str, float]
    confidence: float
    claims: int
    origins: int
    as_of: date
    for_: tuple[Claim, ...] = ()
    against: tuple[Claim, ...] = ()
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that became another: on which day, from what (None: from nothing), to what, and because of which claims."""

    day: date
    before: Verdict | None
    after: Verdict
    because: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Stake:
    """A verdict that a question asks for, and the quotes that tell why."""

    verdict: Verdict
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence of a draft, plain text, and the quotes it stands on; `score`: how well it answers; `lead`: its side or day in a list."""

    text: str
    quotes: tuple[Quote, ...]
    score: float = 0.0
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Bearing:
    """What the articles of an answer say that bears on the home company, the best first; no statement where they say nothing."""

    home: str
    statements: tuple[Drafted, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer hands over. `status` and `missing` are those of the answer; `answerer` wrote it.

    `stakes`: the verdicts that were asked for; `silent`: it declines because the articles say that they do not tell
    who gains or loses; `bearing`: what it means for the home company, where there is one; `vouched`: the question is on what basis
    something is said.
    """

    statements: tuple[Drafted, ...]
    status: str
    missing: str | None
    answerer: str
    stakes: tuple[Stake, ...] = ()
    silent: bool = False
    bearing: Bearing | None = None
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """The quote behind a mark `[n]`; `n` counts by first use in the answer."""

    n: int
    source: Source
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer, with the numbers of its citations. `basis` is None only where the index has no ledger.

    `home`: the company that it says what the answer means for; None in the answer itself. `lead`: the side or the day that it tells of,
    where the answer is a list.
    """

    text: str
    citations: tuple[int, ...]
    basis: str | None = None
    home: str | None = None
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The one contract of all doors. `text` is Markdown with marks `[1][2]`; `seconds` by stage.

    `status`: answered | partial | conflicting | unanswerable | false_premise; `missing`: what the corpus lacks where it is not `answered`.
    `verdicts`: on the actors that the question asks about; `reading`: how the question was read, in words, line by line.
    """

    question: str
    standalone: str
    text: str
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    status: str
    missing: str | None
    answerer: str
    as_of: date
    fingerprint: str
    seconds: dict[str, float]
    verdicts: tuple[Verdict, ...] = ()
    reading: tuple[tuple[str, str], ...] = ()
