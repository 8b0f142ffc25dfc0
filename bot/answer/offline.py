"""The extractive answerer: reads the evidence and answers in the articles' own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from longhaul.ingest.companies import Companies
from longhaul.ingest.embed import Embedder
from longhaul.ingest.snapshot import Snapshot

from ..intent import SIDES
from ..plain import written
from ..types import Draft, Drafted, Evidence, Plan, Quote
from .behind import follows
from .changed import aged, changed, latest_first
from .choose import SENTENCES, choose, join
from .conflict import asks_whether, disputed
from .decline import DECLINE, NEARBY, confidence, focus, untold
from .developed import developed, subject
from .differ import differing
from .lack import named_lack, period_lack
from .listed import compared
from .parts import Parts, of_parts, part_by_part
from .phrases import UNSTAKED
from .premise import Premise, false_premise
from .question import Asked, analyse
from .related import related
from .score import Candidate, Scorer, of_query

_LONGEST = 150  # words of an answer with its leads and marks
_HEDGE = 0.5  # confidence below which what follows is said to be no more than near

# How something is known, or that it is not.
_VOUCHED = re.compile(r"\b(?:claim\w*|opinion|argu\w+|judg\w+|predict\w+|forecast\w*|expect\w*|estimat\w+|vendor's|own figures|"
                      r"independent|confirm\w*|measured|no (?:report|source|figure|evidence|data)|"
                      r"not (?:shown|proven|established|booked|signed))\b", re.I)
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
    version = "2"

    def __init__(self, companies: Companies, embedder: Embedder):
        self._companies = companies
        self._embedder = embedder

    def write(self, plan: Plan, evidence: Sequence[Evidence], corpus: Snapshot) -> Iterator[str | Draft]:
        """The draft; nothing is streamed before it, since it is ready at once."""
        found = of_query(evidence, 0) if plan.together else evidence  # what its parts find says nothing of whether the whole is told
        asked = subject(plan, found) if plan.intent == "timeline" else plan.asked
        scorer = Scorer(analyse(asked, self._companies, plan.context), found, corpus, plan.window)
        yield _short(self._draft(scorer, plan, corpus, evidence)) if scorer.candidates else _hand(scorer, "unanswerable", [], _NOTHING)

    def _draft(self, scorer: Scorer, plan: Plan, corpus: Snapshot, evidence: Sequence[Evidence]) -> Draft:
        scorer.look(self._embedder)
        if plan.subs and not plan.together and plan.intent != "timeline" and (plan.intent != "comparison" or not plan.subs[0].side):
            parts = part_by_part(scorer, plan, self._companies, self._embedder, corpus)
            if parts:
                return _list(parts.lines, _left_out(parts))
        premise = false_premise(scorer, plan, self._companies)
        if premise:
            return _corrected(scorer, premise)
        named = related(scorer, plan, corpus, self._companies) if plan.intent == "relation" else None
        if named:
            return _list(named)
        gaps = [gap if gap and not _of_others(gap, scorer.asked) else None for gap in (untold(scorer, part) for part in scorer.asked.parts)]
        silent = list(dict.fromkeys(gap for gap in gaps if gap))
        sure = confidence(scorer)
        scorer = follows(scorer, plan, self._companies, self._embedder, corpus)
        chosen = choose(scorer, more=_VOUCHED if plan.intent == "basis" else None)
        told = [] if plan.intent == "stakes" else disputed(scorer, chosen)
        apart = [] if plan.intent in ("stakes", "timeline") or told else differing(scorer)
        if apart:
            return _disputed(scorer, apart, apart)
        if told and asks_whether(plan.asked):
            return _disputed(scorer, told, chosen)
        if all(gaps) or sure < DECLINE:
            near = silent or [candidate for candidate in chosen[:2] if candidate.similarity >= NEARBY]
            unnamed = all(gaps) and any(_sides(gap.quote.text, UNSTAKED) for gap in silent)
            missing = _UNSAID if silent and not period_lack(scorer) else _lacking(_UNSAID if near else _NOTHING, scorer, plan)
            return replace(_hand(scorer, "unanswerable", near, missing), silent=unnamed)
        if plan.intent == "comparison" and not plan.together:
            lines, lacking = compared(scorer, plan, self._companies, self._embedder)
            if len(lines) > 1 or lines and lacking:
                return _list(lines, _LACKING.format(" or ".join(lacking)) if lacking else None)
        if plan.intent == "timeline":
            lines = developed(scorer, plan, self._companies, self._embedder, corpus)
            if len(lines) > 1:
                return _list(lines)
        if told:
            return _disputed(scorer, told, chosen)
        if plan.together and plan.intent != "basis":
            chosen = of_parts(scorer, evidence, plan, self._companies, self._embedder, corpus)
        if silent:
            chosen = chosen[:SENTENCES - len(silent)] + [gap for gap in silent if gap not in chosen]
            return _hand(scorer, "partial", chosen, _PARTLY)
        vague = sure < _HEDGE or named is not None  # nobody is said to be what is asked for
        chosen = latest_first(scorer, plan, chosen)
        states = changed(scorer, plan, chosen) if plan.intent == "fact" and not vague else []
        if states:
            return _list([*states, *aged(plan, states)])
        draft = _hand(scorer, "partial", chosen, _lacking(_VAGUE, scorer, plan)) if vague else _hand(scorer, "answered", chosen)
        draft = replace(draft, statements=(*draft.statements, *aged(plan, draft.statements)))
        return replace(draft, vouched=plan.intent == "basis")


def _short(draft: Draft) -> Draft:
    """The draft without what makes it longer than an answer may be, of its sentences those that answer least."""
    kept = list(draft.statements)
    quoted = [line for line in kept if line.quotes]
    while len(quoted) > 2 and sum(len(f"{line.lead} {line.text}".split()) + 2 for line in kept) > _LONGEST:
        least = min(quoted[1:], key=lambda line: line.score)
        kept.remove(least)
        quoted.remove(least)
    return replace(draft, statements=tuple(kept))


def _disputed(scorer: Scorer, told: list[Candidate], chosen: list[Candidate]) -> Draft:
    """The draft that says that the sources disagree, and quotes them."""
    more = [candidate for candidate in chosen if candidate.quote not in {each.quote for each in told}][:2]
    lines = [replace(line, lead=_said(line.quotes[0])) for line in join(scorer, [*told, *more])]
    return Draft((Drafted(_DISPUTED, ()), *lines), "conflicting", _DISPUTED, OfflineAnswerer.name)


def _said(quote: Quote) -> str:
    """Who published a quote, and the day that its article tells of."""
    source = quote.source
    day = source.date or source.published
    return ", ".join(filter(None, [source.publisher, written(day) if day else ""])) or source.title


def _corrected(scorer: Scorer, premise: Premise) -> Draft:
    """The draft that says what does not stand in the corpus, and what does."""
    missing = f"The corpus does not say {premise.text}."
    more = [candidate for candidate in choose(scorer, 3) if candidate.quote != premise.instead.quote][:2]
    lines = (*join(scorer, [premise.instead]), *join(scorer, more))
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


def _left_out(parts: Parts) -> str | None:
    """What an answer of several parts lacks."""
    sides, pieces = [sub.side.text for sub in parts.lacking if sub.side], [f"“{sub.text}”" for sub in parts.lacking if not sub.side]
    if sides:
        return _LACKING.format(" or ".join(sides))
    return _UNTOLD.format("; ".join(pieces)) if pieces else _VAGUE if parts.vague else None


def _hand(scorer: Scorer, status: str, chosen: list[Candidate], missing: str | None = None) -> Draft:
    """The draft of these sentences, after a line that says what is missing."""
    lead = [Drafted(f"{missing} The nearest it holds:" if chosen else missing, ())] if missing else []
    return Draft((*lead, *join(scorer, chosen)), status, missing, OfflineAnswerer.name)
