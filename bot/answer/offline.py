"""The extractive answerer: reads the evidence and answers in the articles' own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot

from ..intent import SIDES
from ..types import Draft, Drafted, Evidence, Plan
from .conflict import asks_whether, disputed
from .decline import confidence, focus, untold
from .lack import named_lack, period_lack
from .listed import compared, developed, names_side
from .phrases import LEANS, UNSTAKED
from .premise import Premise, false_premise
from .question import Asked, analyse
from .score import Candidate, Scorer, of_query

_SENTENCES, _WORDS = 4, 100
_NEAR = 0.6  # of the best sentence's score: what is further off is left out
_MORE = 0.25  # how much more a sentence counts that says how something is known, where that is asked
_ROOM = 125  # words of an answer part by part
_SAME_ARTICLE = 0.2  # added to the sentences of the article that answers best
_FAR = 0.12  # confidence below which not even the nearest sentence is shown for a part
_DECLINE, _HEDGE = 0.29, 0.5  # below these confidences the answer is refused, or said to be no more than near

# How something is known, or that it is not.
_VOUCHED = re.compile(r"\b(?:claim\w*|opinion|argu\w+|judg\w+|predict\w+|forecast\w*|expect\w*|estimat\w+|vendor's|own figures|"
                      r"independent|confirm\w*|measured|no (?:report|source|figure|evidence|data)|"
                      r"not (?:shown|proven|established|booked|signed))\b", re.I)
_NEARBY = 0.4  # similarity to the question below which a passage is not shown as near

_NOTHING = "The corpus holds nothing on this."
_UNSAID = "The corpus does not say."
_VAGUE = "The corpus does not say this in so many words."
_PARTLY = "The corpus does not say all of this."
_UNTOLD = "The corpus does not say: {}."
_DISPUTED = "The sources disagree on this."
_LACKING = "The corpus says nothing on this of {}."


class OfflineAnswerer:
    """Quotes the sentences that answer the question; invents nothing."""

    name = "offline"
    version = "1"

    def __init__(self, companies: Companies, embedder: Embedder):
        self._companies = companies
        self._embedder = embedder

    def write(self, plan: Plan, evidence: Sequence[Evidence], corpus: Snapshot) -> Iterator[str | Draft]:
        """The draft; nothing is streamed before it, since it is ready at once."""
        scorer = Scorer(analyse(plan.asked, self._companies, plan.context), evidence, corpus, plan.window)
        yield self._draft(scorer, plan, corpus) if scorer.candidates else _hand(scorer, "unanswerable", [], _NOTHING)

    def _draft(self, scorer: Scorer, plan: Plan, corpus: Snapshot) -> Draft:
        if plan.subs and plan.intent not in ("comparison", "timeline"):
            draft = self._part_by_part(scorer, plan, corpus)
            if draft:
                return draft
        premise = false_premise(scorer, plan, self._companies)
        if premise:
            return _corrected(scorer, premise)
        gaps = [gap if gap and not _of_others(gap, scorer.asked) else None for gap in (untold(scorer, part) for part in scorer.asked.parts)]
        silent = list(dict.fromkeys(gap for gap in gaps if gap))
        sure = confidence(scorer)
        told = disputed(scorer, choose(scorer)) if plan.intent != "stakes" else []
        if told and asks_whether(plan.asked):
            return self._disputed(scorer, told)
        if all(gaps) or sure < _DECLINE:
            near = silent or [candidate for candidate in choose(scorer)[:2] if candidate.similarity >= _NEARBY]
            unnamed = all(gaps) and any(_sides(gap.quote.text, UNSTAKED) for gap in silent)
            missing = _UNSAID if silent and not period_lack(scorer) else _lacking(_UNSAID if near else _NOTHING, scorer, plan)
            return replace(_hand(scorer, "unanswerable", near, missing), silent=unnamed)
        if plan.intent == "comparison":
            lines, lacking = compared(scorer, plan, self._companies, self._embedder)
            if len(lines) > 1 or lines and lacking:
                return _list(lines, _LACKING.format(" or ".join(lacking)) if lacking else None)
        if plan.intent == "timeline":
            lines = developed(scorer, plan, self._companies, self._embedder, corpus)
            if len(lines) > 1:
                return _list(lines)
        chosen = choose(scorer, more=_VOUCHED if plan.intent == "basis" else None)
        if told:
            return self._disputed(scorer, told)
        if silent:
            chosen = chosen[:_SENTENCES - len(silent)] + [gap for gap in silent if gap not in chosen]
            return _hand(scorer, "partial", chosen, _PARTLY)
        draft = _hand(scorer, "partial", chosen, _lacking(_VAGUE, scorer, plan)) if sure < _HEDGE else _hand(scorer, "answered", chosen)
        return replace(draft, vouched=plan.intent == "basis")

    def _disputed(self, scorer: Scorer, told: list[Candidate]) -> Draft:
        """The draft that says that the sources disagree, and quotes them."""
        more = [candidate for candidate in choose(scorer) if candidate.quote not in {each.quote for each in told}][:2]
        return Draft((Drafted(_DISPUTED, ()), *_join(scorer, [*told, *more])), "conflicting", _DISPUTED, self.name)

    def _part_by_part(self, whole: Scorer, plan: Plan, corpus: Snapshot) -> Draft | None:
        """Each part of the question, or each side of it, answered by itself; None where one sentence tells of all sides, or none of any."""
        if plan.subs[0].side and all(names_side(whole.best, side, self._companies) for side in plan.sides):
            return None
        told: list[Candidate] = []
        lines, lacking = [], []
        for n, sub in enumerate(plan.subs, 1):
            scorer = Scorer(analyse(sub.text, self._companies, sub.context), of_query(whole.evidence, n), corpus, plan.window)
            if sub.side:
                scorer.candidates = [c for c in scorer.candidates if names_side(c, sub.side, self._companies)]
            scorer.read(self._embedder, 12)
            if not scorer.candidates or confidence(scorer) < _FAR:
                lacking.append(sub)
                continue
            gap = untold(scorer, scorer.asked.parts[0])
            if gap or confidence(scorer) < _DECLINE:
                lacking.append(sub)
            chosen = [gap] if gap else choose(scorer, 2, _ROOM // len(plan.subs))
            fresh = [candidate for candidate in chosen if candidate.quote not in [each.quote for each in told]]
            lines += [replace(line, lead=sub.side.text if sub.side else "") for line in _join(scorer, fresh)]
            told += fresh
        if not lines or len(lacking) == len(plan.subs) and confidence(whole) < _DECLINE:
            return None
        if not plan.subs[0].side:
            words = sum(len(candidate.quote.text.split()) for candidate in told)
            more = [c for c in choose(whole, 4, _ROOM - words) if c.quote not in [each.quote for each in told]]
            for line in _join(whole, more):
                words += len(line.text.split())
                if words <= _ROOM and len(lines) < _SENTENCES + 1:
                    lines.append(line)
        missing = _UNTOLD.format("; ".join(sub.side.text if sub.side else f"“{sub.text}”" for sub in lacking)) if lacking else None
        return _list(lines, missing)


def _corrected(scorer: Scorer, premise: Premise) -> Draft:
    """The draft that says what does not stand in the corpus, and what does."""
    missing = f"The corpus does not say {premise.text}."
    more = [candidate for candidate in choose(scorer, 3) if candidate.quote != premise.instead.quote][:2]
    lines = (*_join(scorer, [premise.instead]), *_join(scorer, more))
    return Draft((Drafted(f"{missing} It says:", ()), *lines), "false_premise", missing, OfflineAnswerer.name)


def _lacking(told: str, scorer: Scorer, plan: Plan) -> str:
    """The line that says what is missing, with what that is."""
    named = named_lack(scorer, focus(scorer, scorer.asked.terms), plan.actors)
    return f"{told.removesuffix('.')}: nothing on {named}." if named else told


def _of_others(gap: Candidate, asked: Asked) -> bool:
    """Whether it is said that nobody is told to lose, where the question is who gains, or the other way round."""
    sides, told = _sides(asked.text, SIDES), _sides(gap.quote.text, UNSTAKED)
    return bool(sides and told) and sides.isdisjoint(told)


def _sides(text: str, patterns: Mapping[str, re.Pattern[str]]) -> set[str]:
    """Whether a question, or a sentence that says what was not told, speaks of gains or of losses."""
    return {side for side, pattern in patterns.items() if pattern.search(text)}


def _list(lines: list[Drafted], missing: str | None = None) -> Draft:
    """The draft of a list, and what it lacks."""
    gap = (Drafted(missing, ()),) if missing else ()
    return Draft((*lines, *gap), "partial" if missing else "answered", missing, OfflineAnswerer.name)


def _hand(scorer: Scorer, status: str, chosen: list[Candidate], missing: str | None = None) -> Draft:
    """The draft of these sentences, after a line that says what is missing."""
    lead = [Drafted(f"{missing} The nearest it holds:" if chosen else missing, ())] if missing else []
    return Draft((*lead, *_join(scorer, chosen)), status, missing, OfflineAnswerer.name)


def choose(scorer: Scorer, most: int = _SENTENCES, room: int = _WORDS, more: re.Pattern[str] | None = None) -> list[Candidate]:
    """The sentences of the answer, at most so many sentences and words: the best one for each part of the question, then the next best.

    The most direct comes first, the rest in the order of the text. `more`: what makes a sentence count for more.
    """
    whole = {candidate: scorer.score(candidate) + (_MORE if more and more.search(candidate.quote.text) else 0.0)
             for candidate in scorer.candidates}
    for candidate in whole:
        if candidate.quote.source.id == scorer.best.quote.source.id:
            whole[candidate] += _SAME_ARTICLE
    chosen: list[Candidate] = []
    for part in scorer.asked.parts:
        leader = max(whole, key=lambda c: whole[c] + scorer.score(c, part))
        if leader not in chosen:
            chosen.append(leader)
    words = sum(len(c.quote.text.split()) for c in chosen)
    least = _NEAR * max(whole.values())
    for candidate in sorted(whole, key=lambda c: -whole[c]):
        length = len(candidate.quote.text.split())
        if len(chosen) >= most or whole[candidate] < least:
            break
        if candidate not in chosen and words + length <= room:
            chosen.append(candidate)
            words += length
    part = scorer.asked.parts[0]
    lead = max(chosen, key=lambda c: scorer.score(c, part) + scorer.fits(c, part))
    articles = [lead.quote.source.id, *(c.quote.source.id for c in chosen)]
    rest = sorted((c for c in chosen if c is not lead), key=lambda c: (articles.index(c.quote.source.id), c.quote.start))
    return [lead, *rest]


def _join(scorer: Scorer, chosen: list[Candidate]) -> tuple[Drafted, ...]:
    """The sentences as statements; one that leans on words left out, the first of its article, follows the article's title."""
    statements: list[Drafted] = []
    told: set[str] = set()
    for candidate in chosen:
        quote = candidate.quote
        alone = quote.source.id not in told and LEANS.match(quote.text)
        statements.append(Drafted(f"{quote.source.title}: {quote.text}" if alone else quote.text, (quote,), scorer.score(candidate)))
        told.add(quote.source.id)
    return tuple(statements)
