"""A state that changed: what it is by the latest account, what it was before, and how old the latest account is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.dates import event_date

from ..intent import kind_of
from ..plain import age, written
from ..types import Drafted, Plan
from .choose import join
from .differ import OCCASION, told_earlier
from .score import Candidate, Scorer
from .telling import FIGURED

# The question is what holds at present: it says so, or is put in the present tense.
NOW = re.compile(r"\b(?:now(?! that)|currently|(?:at|as of) (?:present|the moment|today|now)|today(?!['’])|these days|current|latest|"
                 r"most recent(?:ly)?|newest|so far|to date|nowadays|up to date)\b", re.I)
_PRESENT = re.compile(r"(?:how|what|who|which)\b(?:(?!\b(?:did|was|were|had)\b).)*"
                      r"\b(?:is|are|has|have|does|do|leads?|holds?|owns?|runs?)\b", re.I)
_STALE, _OLD = 90, 365  # days after which an account is old: where the question says "now", where it is only put in the present tense
_EARLIER = 2  # accounts of earlier values
_ROOM = 125  # words of all quotes
_CLOSE = 0.85  # of the best sentence's score, down to which a later one goes before it, where the latest is asked for


def changed(scorer: Scorer, plan: Plan, chosen: list[Candidate]) -> list[Drafted]:
    """The statements of an answer about a state that changed, the latest value first, each with its day; empty where none did."""
    if plan.window or kind_of(plan.asked) not in FIGURED:
        return []
    states = told_earlier(scorer, day_of)
    if len(states) < 2 or states[0].quote not in {each.quote for each in chosen} and not NOW.search(plan.asked):
        return []
    kept = states[:1 + _EARLIER]
    rest = [each for each in chosen if each.quote not in {state.quote for state in kept}]
    lines = [replace(line, lead=f"{day_of(state):%B %Y}") for state, line in zip(kept, join(scorer, kept), strict=True)]
    left = _ROOM - sum(len(line.text.split()) for line in lines)
    for line in join(scorer, rest):
        left -= len(line.text.split())
        if left >= 0 and len(lines) < 5:
            lines.append(line)
    return lines


def latest_first(scorer: Scorer, plan: Plan, chosen: list[Candidate]) -> list[Candidate]:
    """The sentences with the latest of those that answer about as well first, where the latest is asked for."""
    if not NOW.search(plan.asked) or not chosen:
        return chosen
    part = scorer.asked.parts[0]
    best = scorer.score(chosen[0])
    able = [each for each in chosen if scorer.score(each) >= _CLOSE * best and scorer.fits(each, part) >= scorer.fits(chosen[0], part)]
    lead = max(able, key=lambda each: day_of(each) or date.min, default=chosen[0])
    if (day_of(lead) or date.min) <= (day_of(chosen[0]) or date.min):
        return chosen
    return [lead, *(each for each in chosen if each is not lead)]


def aged(plan: Plan, lines: Sequence[Drafted]) -> tuple[Drafted, ...]:
    """The line that says how old the latest account is, where the question is about the present and that account is not of it."""
    now = bool(NOW.search(plan.asked))
    if plan.window or not (now or _PRESENT.match(plan.asked) and kind_of(plan.asked) in FIGURED):
        return ()
    last = next((quote.source.published or quote.source.date for line in lines for quote in line.quotes), None)
    if last is None or (plan.as_of - last).days <= (_STALE if now else _OLD):
        return ()
    return (Drafted(f"The latest account of this is from {written(last)}, {age(last, plan.as_of)}.", ()),)


def day_of(candidate: Candidate) -> date | None:
    """The day that a sentence tells of; of what is still to come, that of its article."""
    source = candidate.quote.source
    known = source.date or source.published
    told = event_date(OCCASION.sub("", candidate.quote.text), known)
    return told if told and known and told <= known else known
