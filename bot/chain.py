"""The chain: plan → retrieve → answer → verify, one question through all of it."""

from __future__ import annotations

import difflib
import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, partial
from importlib import metadata
from typing import Protocol

from longhaul.ingest.companies import Companies, load_companies
from longhaul.ingest.embed import Embedder, load_embedder
from longhaul.ingest.index import Index
from longhaul.ingest.place import Place, place_of
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import FAINT, FIRM, Article, Claim, Filter, Relation, Source, UserError

from . import verdicts
from .answer.model import ModelAnswerer
from .answer.offline import OfflineAnswerer
from .answer.question import analyse
from .answer.score import Scorer
from .answer.stakes import scope, stakes, with_stakes
from .compose import compose
from .corrections import Corrections
from .grounded import evidence_for, planned_with
from .home import with_home
from .intent import asks_stakes
from .plan import plan
from .reading import reading
from .retrieve import retrieve
from .settings import Settings
from .standing import Standing
from .teller import told_by_others
from .types import Answer, Change, Draft, Evidence, Plan, Quote, Turn, Verdict
from .verify import verify


class Answerer(Protocol):
    """Writes a draft from evidence."""

    name: str
    version: str

    def write(self, plan: Plan, evidence: Sequence[Evidence], corpus: Snapshot) -> Iterator[str | Draft]:
        """Pieces of text as they come, and the draft last."""
        ...


class Bot:
    """Answers questions from one index. Doors call nothing else."""

    def __init__(self, index: Index, embedder: Embedder, companies: Companies, answerer: Answerer, corrections: Corrections | None = None,
                 home: str = ""):
        """`home`: the company that answers are read for, by any of its names; none where empty. Raises UserError for an unknown one."""
        self.index = index
        self.embedder = embedder
        self.companies = companies
        self.answerer = answerer
        self.corrections = corrections or Corrections(index.place.kept)
        self._ledger = Standing(companies, self.corrections)
        self.home = self.actor(home) if home.strip() else ""

    def ask(self, question: str, history: Sequence[Turn] = (), filter: Filter = Filter(), home: str | None = None) -> Answer:
        """The answer to `question` after the turns of `history`, from the articles that pass `filter`. Raises UserError.

        `home`: the company that it is read for instead of the bot's own; none where empty.
        """
        for piece in self.stream(question, history, filter, home):
            if isinstance(piece, Answer):
                return piece
        raise AssertionError("the stream ends with the answer")

    def stream(self, question: str, history: Sequence[Turn] = (), filter: Filter = Filter(),
               home: str | None = None) -> Iterator[str | Answer]:
        """Pieces of the answer's text as they come, unverified, and the `Answer` last. Raises UserError."""
        clock = _Clock()
        home = self.home if home is None else self.actor(home) if home.strip() else ""
        with self.index.snapshot() as corpus:
            planned = planned_with(corpus, question, history, self._resolve(filter, corpus), self.companies)
            clock.lap("plan")

            def basis_of(quote: Quote) -> str | None:
                return corpus.basis(quote.source.id, quote.start, quote.end)

            found, of_others = evidence_for(planned, corpus, self.embedder, self.companies)
            clock.lap("retrieve")
            staked = planned.intent == "stakes" or planned.intent == "basis" and asks_stakes(planned.asked)
            if staked:
                asked = analyse(planned.asked, self.companies, planned.context)
                found = scope(planned, found, Scorer(asked, found, corpus), self.companies)
            draft = None
            for piece in self.answerer.write(planned, found, corpus):
                if isinstance(piece, str):
                    yield piece
                else:
                    draft = piece
            assert draft is not None, "an answerer ends with its draft"
            if of_others:
                draft = told_by_others(draft, planned.teller)
            if staked:
                scorer = Scorer(asked, found, corpus)
                read = partial(self._ledger.claims, corpus, least=FAINT)
                judged, turns = stakes(planned, scorer, self.companies, read, basis_of, self._ledger.judged())
                draft = with_stakes(draft, judged, turns, scorer)
            clock.lap("answer")
            checked = verify(draft, corpus)
            if home:  # a claim's words are cut out of the stored article
                checked = with_home(checked, home, planned, found, partial(self._ledger.claims, corpus), corpus, self.companies)
            fingerprint = self._fingerprint(planned, corpus, home)
            told = compose(checked, basis_of)
        clock.lap("verify")
        yield Answer(planned.question, planned.standalone, told.text, told.statements, told.citations, checked.status, checked.missing,
                     checked.answerer, planned.as_of, fingerprint, clock.seconds(), told.verdicts, reading(planned))

    def search(self, query: str, k: int = 10, filter: Filter = Filter()) -> list[Evidence]:
        """The `k` best chunks for `query`. Raises UserError for an empty query."""
        with self.index.snapshot() as corpus:
            planned = plan(query, (), self._resolve(filter, corpus), self.companies, date.today())
            return retrieve(planned.standalone, k, planned.filter, corpus, self.embedder)

    def claims(self, filter: Filter = Filter(), article: str | None = None, roll_up: bool = False, least: float = FIRM) -> list[Claim]:
        """The claims of at least this confidence about the filter's companies, by day; of one article where its id is given.

        They stand as people have corrected them and carry the origins that they share. `roll_up`: what is said of a company that
        belonged to another on the claim's day is said of that one. Raises UserError.
        """
        with self.index.snapshot() as corpus:
            if article is not None:
                corpus.article(article)  # an unknown one is no empty ledger
            return self._ledger.claims(corpus, self._resolve(filter, corpus), article, roll_up, least)

    def relations(self, filter: Filter = Filter(), article: str | None = None, kinds: Sequence[str] = ()) -> list[Relation]:
        """What the filter's companies are to others, each with its sentence, by day; of one article where its id is given.

        `kinds`: only these of RELATIONS. Raises UserError.
        """
        with self.index.snapshot() as corpus:
            if article is not None:
                corpus.article(article)
            narrowed = self._resolve(filter, corpus)
            return corpus.relations(replace(narrowed, undated=narrowed.as_of is None or narrowed.as_of >= date.today()), article, kinds)

    def verdicts(self, filter: Filter = Filter(), article: str | None = None, roll_up: bool = False) -> list[Verdict]:
        """The verdict on each actor that the claims are about, the surest first. Raises UserError."""
        as_of = filter.as_of or date.today()
        return verdicts.weigh(self.claims(replace(filter, as_of=as_of), article, roll_up), as_of)

    def changed(self, since: date, filter: Filter = Filter(), roll_up: bool = False) -> list[Change]:
        """The verdicts that are not what they were on the day `since`, the latest change first. Raises UserError."""
        as_of = filter.as_of or date.today()
        return verdicts.changed(self.claims(replace(filter, as_of=as_of), None, roll_up), since, as_of)

    def article(self, id: str) -> Article:
        """The article of this id. Raises UserError."""
        with self.index.snapshot() as corpus:
            return corpus.article(id)

    def sources(self) -> list[Source]:
        """The sources of all articles, by date. Raises UserError."""
        with self.index.snapshot() as corpus:
            return corpus.sources()

    def actor(self, name: str) -> str:
        """The actor on the list that is called `name`. Raises UserError."""
        known = self.companies.canonical(name)
        if not known:
            close = difflib.get_close_matches(name, self.companies.names, 3, 0.5)
            raise UserError(f"No company is called {name!r}.", f"Did you mean {' or '.join(close)}?" if close else
                            "longhaul articles show ID --json lists the companies of an article.")
        return known

    def _resolve(self, filter: Filter, corpus: Snapshot) -> Filter:
        """The filter with canonical company names and the publishers' full names. Raises UserError for unknown ones."""
        companies = tuple(self._company(name, corpus) for name in filter.companies)
        publishers: list[str] = []
        for name in filter.publishers:
            matches = corpus.publishers(name) if name.strip() else []
            if not matches:
                raise UserError(f"No article comes from a publisher called {name!r}.", "longhaul articles list shows the publishers.")
            publishers.extend(matches)
        if filter.since and filter.until and filter.since > filter.until:
            raise UserError(f"The window is empty: since {filter.since} is after until {filter.until}.", "Swap the two dates.")
        return Filter(companies, tuple(dict.fromkeys(publishers)), filter.since, filter.until, filter.as_of)

    def _company(self, name: str, corpus: Snapshot) -> str:
        stored = [] if self.companies.canonical(name) else corpus.companies(name)  # which articles name, and the list does not
        return stored[0] if stored else self.actor(name)

    def _fingerprint(self, planned: Plan, corpus: Snapshot, home: str) -> str:
        """Equal for equal settings, prompts, index, as-of date and version: then the offline answer is the same bytes."""
        parts = [self._edition, corpus.state, self.corrections.digest(), planned.as_of.isoformat(), repr(planned.filter)]
        parts += [home] if home else []
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def _edition(self) -> str:
        """What stays the same from question to question."""
        return "\0".join([metadata.version("longhaul"), self.answerer.name, self.answerer.version, self.embedder.digest,
                          repr(self.companies.rows)])


def build(settings: Settings) -> Bot:
    """The bot that `settings` describe; an empty or missing index stays empty. Raises UserError."""
    embedder = load_embedder(settings.embedding)
    index = Index(place_named_by(settings), embedder.name, embedder.digest)
    companies = load_companies(settings.companies)
    offline = OfflineAnswerer(companies, embedder)
    answerer = offline if settings.model == "offline" else ModelAnswerer(settings.model, embedder, offline)
    return Bot(index, embedder, companies, answerer, home=settings.home)


def place_named_by(settings: Settings) -> Place:
    """Where the index of these settings lies. Raises UserError."""
    token = settings.index_token.get_secret_value() if settings.index_token else None
    return place_of(settings.index, token, settings.index_tenant, settings.index_database, settings.index_view)


class _Clock:
    """Seconds by stage."""

    def __init__(self):
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps[stage] = now - self._last
        self._last = now

    def seconds(self) -> dict[str, float]:
        return {**{stage: round(spent, 4) for stage, spent in self._laps.items()}, "total": round(self._last - self._start, 4)}
