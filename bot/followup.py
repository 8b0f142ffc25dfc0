"""A question and the turns before it → the question made to stand alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from longhaul.ingest.companies import Companies
from longhaul.ingest.types import Mention
from longhaul.ingest.words import terms

from .types import Turn

_SHORT = 4  # terms up to which a question without an actor cannot stand alone
_CONTEXT = 500  # characters of an earlier turn that a follow-up takes along
_DEPTH = 4  # earlier questions that lean on one another
_THEY = r"they|it|he|she|the (?:company|firm|carrier|operator|chipmaker|vendor|start-?up)"
_BACK = re.compile(rf"^(?:and|but|so|then|also|or)\b|\b(?:its|them|their|theirs|him|his|her|hers|this|that|these|those|both|{_THEY}|"
                   r"the (?:companies|deal|agreement|contract|plan|project|two|same|other|others|latter|former))\b", re.I)
# "And T-Mobile?": another actor, asked the same.
_SWAP = re.compile(r"(?:(?:and|but|ok|okay|so|now)\b,? *)?(?:(?:what|how) about|(?:the )?same for)? *(?:for |at |with |of )?"
                   r"(?P<rest>.+?)[?.! ]*", re.I)
_VERB = re.compile(r"\b(?:is|are|was|were|be|been|do|does|did|has|have|had|can|could|will|would|should|who|what|when|where|which|why|"
                   r"how)\b", re.I)
# A sentence that puts an end to what was talked about.
_ENOUGH = re.compile(r"^(?:ok(?:ay)?[,.]? |right[,.]? |thanks[,.]? |fine[,.]? )*"
                     r"(?:enough (?:of|about|on|with) [^.;:?!]+|(?:moving|let's move|let us move) on[^.;:?!,]*|"
                     r"(?:new|different|another|change of) (?:topic|subject|question)[^.;:?!]*|"
                     r"(?:leaving|setting|putting) [^.;:?!,]+ aside)[.;:?!,–—-]+\s*(?=\S)", re.I)
# Who acts; not the "it" of "is it true" and of "what did it cost".
_SUBJECT = re.compile(rf"(?<!\bis )(?<!\bwas )(?<!\bbe )\b(?:{_THEY})\b"
                      r"(?!['’]s\b| (?:is|was|cost|take|last|happen|close|start|begin|mean|matter|work)\b)", re.I)
_WHAT_IS = re.compile(r"\bwhat(?:['’]s| is| are| was| were)(?: (?:the|so) [\w -]+ (?:about|of))? $", re.I)
_OF_IT = re.compile(r"['’]s?(?: [\w.-]+){1,4}?(?=[?.!,]*$| (?:and|for|in|that|which|with)\b)")
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her|the (?:company|firm|carrier|operator|chipmaker|vendor)['’]s)\b", re.I)
# What an answer means for the home company (bot/compose.py), whom nobody asked about.
_ASIDE = re.compile(r"\n\n(?:\*\*What|The sources of this answer say nothing about what) it means for .*", re.S)


@dataclass(frozen=True, slots=True)
class Standing:
    """A question with what it leans on filled in; `context`: the earlier question it goes on about, "" where it needs none."""

    text: str
    actors: tuple[str, ...]
    context: str = ""


def alone(question: str, history: Sequence[Turn], companies: Companies) -> Standing:
    """The question made to stand alone.

    One that names no actor takes what was asked before, and with it the actor: for "it" and "their" stands its name. One that
    names nothing but another actor asks the same of that one. One that ends a subject, or names its own actors, takes nothing.
    """
    ended = _ENOUGH.match(question)
    text = question[ended.end():] if ended else question
    mentions, earlier = companies.find(text, any_case=True), list(history)
    actors = _actors(mentions)
    before, said = ("", ()) if ended else _before(earlier, companies)
    if not before and not said:
        return Standing(text, actors)
    if actors:
        swapped = _swapped(text, mentions, before, companies)
        return Standing(swapped, _actors(companies.find(swapped, any_case=True))) if swapped else Standing(text, actors)
    if not (_BACK.search(text) or len(terms(text)) <= _SHORT):
        return Standing(text, ())
    asked_of = _actors(companies.find(before, any_case=True))
    actors = asked_of or said
    if len(asked_of) == 1:
        text = _named(text, asked_of[0], _thing(before, companies))
    if not before:
        return Standing(f"{text} ({', '.join(actors)})", actors)
    return Standing(text, actors, before)


def _before(history: list[Turn], companies: Companies) -> tuple[str, tuple[str, ...]]:
    """The last question, made to stand alone itself, and the actors that were named last in the conversation."""
    turns = [Turn(turn.role, " ".join(_ASIDE.sub("", turn.content).split())[:_CONTEXT]) for turn in history if turn.content.strip()]
    asked = [n for n, turn in enumerate(turns) if turn.role == "user"][-_DEPTH:]
    named = next((found for turn in reversed(turns) if (found := _actors(companies.find(turn.content, any_case=True)))), ())
    if not asked:
        return "", named
    last = alone(turns[asked[-1]].content, turns[asked[0]:asked[-1]], companies)
    if last.context and len(terms(last.text)) <= _SHORT:
        return (f"{last.text} {last.context}" if terms(last.text) and _VERB.search(last.text) else last.context), named
    return last.text, named


def _swapped(text: str, mentions: Sequence[Mention], before: str, companies: Companies) -> str:
    """The question before, asked of the actor that `text` names; "" where `text` is a question of its own, or it is unclear of whom."""
    rest = _SWAP.fullmatch(text)
    if not rest or _VERB.search(rest["rest"]) or len({mention.actor for mention in mentions}) > 1:
        return ""
    new = mentions[0]
    name, more = text[new.start:new.end], text[new.end:].removeprefix("'s").removeprefix("’s").strip(" ?.!,")
    old = companies.find(before, any_case=True)
    replaced = [mention for mention in old if mention.actor == old[0].actor] if old else []
    if not replaced:
        return f"{name}: {before}"
    for mention in reversed(replaced[1:]):
        product = before[mention.start:mention.end] in companies.rows[mention.actor].get("products", [])
        before = before[:mention.start] + ("" if product else name) + before[mention.end:]
    before = before[:replaced[0].start] + name + before[replaced[0].end:]
    return " ".join((f"{before} {more[0].upper()}{more[1:]}?" if more else before).split())


def _named(text: str, actor: str, thing: str) -> str:
    """The question with the actor's name for the first word that stands for it; "it" is the `thing` of the actor's that was asked about."""
    own, subject = _POSSESSIVE.search(text), _SUBJECT.search(text)
    if own and (not subject or own.start() < subject.start()):
        return text[:own.start()] + f"{actor}'s" + text[own.end():]
    name = thing if thing and subject and subject.group().lower() == "it" else actor
    return text[:subject.start()] + name + text[subject.end():] if subject else text


def _thing(before: str, companies: Companies) -> str:
    """What a question asks about, where that is a thing of the actor's: "What is Cisco's 8223?"; else ""."""
    mention = companies.find(before, any_case=True)[0]
    found = _OF_IT.match(before[mention.end:])
    return before[mention.start:mention.end] + found.group().rstrip() if found and _WHAT_IS.search(before[:mention.start]) else ""


def _actors(mentions: Sequence[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.actor for mention in mentions))
