"""Question → plan: follow-ups made to stand alone, actors named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.types import Filter, UserError
from longhaul.ingest.words import terms

from .types import Plan, Turn

LONGEST = 4_000
_SHORT = 4
_CONTEXT = 500  # characters of an earlier turn that a follow-up takes along
_BACK = re.compile(r"^(?:and|but|so|then|also|or)\b|\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|both|"
                   r"the (?:company|companies|firm|carrier|deal|agreement|plan|two|same|other|others|latter|former))\b", re.I)

# What an answer means for the home company (bot/compose.py), whom nobody asked about.
_ASIDE = re.compile(r"\n\n(?:\*\*What|The sources of this answer say nothing about what) it means for .*", re.S)


def plan(question: str, history: Sequence[Turn], filter: Filter, companies: Companies, today: date) -> Plan:
    """The plan for `question` after the turns of `history`. Raises UserError for an empty or an endless question.

    A follow-up that names no actor takes what was asked before, and with it the actors named last. An as-of date hides what
    was not yet published then; one in the past also hides what nobody dates.
    """
    asked = _line(question)
    if not asked:
        raise UserError("The question is empty.", 'Ask something, for example: longhaul ask "Who leads data-centre Ethernet?"')
    if len(asked) > LONGEST:
        raise UserError(f"The question has {len(asked):,} characters; at most {LONGEST:,} are read.", "Ask it in fewer words.")
    as_of = filter.as_of or today
    narrowed = replace(filter, as_of=as_of, undated=as_of >= today)
    actors = _actors(asked, companies)
    standalone = asked
    if not actors and _leans(asked):
        said = [(turn.role, _line(_ASIDE.sub("", turn.content))[:_CONTEXT]) for turn in reversed(history) if turn.content.strip()]
        questions = [text for role, text in said if role == "user"]
        before = next((text for text in questions if _actors(text, companies)), questions[0] if questions else None)
        actors = next((found for _, text in said if (found := _actors(text, companies))), ())
        if before and (not actors or len(terms(asked)) <= 3 or not _actors(before, companies)):
            standalone = f"{asked} ({before})"
        elif actors:
            standalone = f"{asked} ({', '.join(actors)})"
    return Plan(asked, standalone, actors, narrowed, as_of)


def _leans(question: str) -> bool:
    """Whether a question that names no actor goes on about the last one: it points back, or is too short to stand alone."""
    return bool(_BACK.search(question)) or len(terms(question)) <= _SHORT


def _actors(text: str, companies: Companies) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.actor for mention in companies.find(text, any_case=True)))


def _line(text: str) -> str:
    """The text on one line; half of a surrogate pair, which no index takes, becomes a question mark."""
    return " ".join(text.encode(errors="replace").decode().split())
