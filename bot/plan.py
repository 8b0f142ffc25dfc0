"""Question → plan: what stands alone, what it wants, of whom, and what to look for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.types import Filter, UserError

from .followup import Standing, alone
from .intent import ORDER, PART, asks, content_words, intent, parts
from .sides import joined, sides
from .teller import teller
from .types import Plan, Side, Sub, Turn
from .window import window, windows

LONGEST = 4_000
_PAIR = re.compile(r" ?[-–/&] ?| and | with ")
_DEAL = re.compile(r"(?:['’]s)?(?: [\w-]+){0,2} (?:deal|agreement|partnership|tie-up|contract|link(?! up)|pact|merger|build|project|"
                   r"routes?|alliance)\b", re.I)
_BESIDE = re.compile(r"(?:\b(?:from|to|with|than|versus|vs\\.?|against|unlike|and|or)|,)? *(?:that of |those of |the )?$")


def plan(question: str, history: Sequence[Turn], filter: Filter, companies: Companies, today: date,
         publishers: Callable[[str], list[str]] = lambda name: []) -> Plan:
    """The plan for `question` after the turns of `history`. Raises UserError for an empty or an endless question.

    `publishers` gives the corpus's publishers whose name holds a text. An as-of date hides what was not yet published then; one in the
    past also hides what nobody dates.
    """
    asked = _line(question)
    if not asked:
        raise UserError("The question is empty.", 'Ask something, for example: longhaul ask "Who leads data-centre Ethernet?"')
    if len(asked) > LONGEST:
        raise UserError(f"The question has {len(asked):,} characters; at most {LONGEST:,} are read.", "Ask it in fewer words.")
    as_of = filter.as_of or today
    narrowed = replace(filter, as_of=as_of, undated=as_of >= today)
    read = alone(asked, [Turn(turn.role, _line(turn.content) if turn.role == "user" else turn.content) for turn in history], companies)
    beside = sides(read.text, companies)
    wanted = intent(read.text, len(beside), read.context)
    if wanted == "fact" and windows(read.text, as_of):
        wanted = "timeline"
    if wanted == "timeline" and not ORDER.search(read.text) or wanted != "comparison" and not joined(read.text, beside):
        beside = ()
    standalone = f"{read.text} ({read.context})" if read.context else read.text
    return Plan(asked, standalone, read.actors, narrowed, as_of, wanted, read.context,
                beside, () if wanted == "stakes" else _subs(read, beside, companies),
                window(read.text, as_of) or window(read.context, as_of), _parties(standalone, companies),
                *teller(read.text, companies, publishers))


def _subs(read: Standing, beside: Sequence[Side], companies: Companies) -> tuple[Sub, ...]:
    """What a question asks one after the other, where that is more than one thing, each side of it by itself; else the question about
    each side.

    What it says first asks nothing: the parts are about it.
    """
    pieces = [piece for piece in parts(read.text) if asks(piece)]
    bare = [piece.strip(" ?") for piece in PART.split(read.text) if _bare(piece, companies)]
    if len(parts(read.text)) == 1 and not bare or not pieces:
        return tuple(Sub(_of(side, beside, read.text), side) for side in beside) if len(beside) > 1 else ()
    texts = [text for piece in pieces for text in _each(piece, companies)] + [f"{pieces[-1].strip(' ?')} {other}?" for other in bare]
    about = [frozenset(mention.actor for mention in companies.find(text, any_case=True)) for text in texts]
    apart = len(set(filter(None, about))) > 1
    said = " ".join(piece for piece in parts(read.text) if not asks(piece))

    def context(text: str, named: frozenset[str]) -> str:
        if named:
            return said
        return f"{said} {' '.join(read.actors)}".strip() if apart else " ".join(piece for piece in parts(read.text) if piece != text)

    return tuple(Sub(text, None, context(text, named), apart) for text, named in zip(texts, about, strict=True))


def _each(piece: str, companies: Companies) -> list[str]:
    """One part of a question, asked of each of those whom it names in one breath."""
    beside = sides(piece, companies)
    return [_of(side, beside, piece) for side in beside] if joined(piece, beside) else [piece]


def _bare(piece: str, companies: Companies) -> bool:
    """Whether a part asks of another only what was asked before: "and does Cisco?"."""
    mentions = companies.find(piece, any_case=True)
    return len(mentions) == 1 and asks(piece) and set(content_words(piece)) == set(content_words(piece[mentions[0].start:mentions[0].end]))


def _parties(question: str, companies: Companies) -> tuple[str, ...]:
    """The two whose deal a question names; none where it names none so."""
    mentions = companies.find(question, any_case=True)
    for one, other in zip(mentions, mentions[1:], strict=False):
        if one.actor != other.actor and _PAIR.fullmatch(question[one.end:other.start]) and _DEAL.match(question[other.end:]):
            return one.actor, other.actor
    return ()


def _of(side: Side, beside: Sequence[Side], question: str) -> str:
    """The question about one side alone."""
    if joined(question, beside):
        return question[:beside[0].start] + side.text + question[beside[-1].end:]
    for other in sorted((other for other in beside if other is not side), key=lambda other: -other.start):
        before, after = _BESIDE.sub("", question[:other.start]), question[other.end:].removeprefix("'s").removeprefix("’s")
        question = f"{before} {after.strip()}" if after.strip(" ?.") else f"{before}?"
    return " ".join(question.split())


def _line(text: str) -> str:
    """The text on one line; half of a surrogate pair, which no index takes, becomes a question mark."""
    return " ".join(text.encode(errors="replace").decode().split())
