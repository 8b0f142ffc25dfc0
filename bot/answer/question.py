"""Question → what would answer it: its parts, the kind of each, the words that matter."""

from __future__ import annotations

import re
from dataclasses import dataclass

from longhaul.ingest.companies import Companies
from longhaul.ingest.words import STOP, stem, words

from ..intent import COUNTED, kind_of, parts
from .phrases import COMMON_CAPITALS


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked. `kind` is a key of ANSWERS or "any"; `terms` are stems; `unit` is what "how many" counts."""

    text: str
    kind: str
    terms: tuple[str, ...]
    unit: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, its parts in order, the stems of all of it, those of them that belong to names and figures, other words for the
    names, and the stems that only its context has."""

    text: str
    parts: tuple[Part, ...]
    terms: tuple[str, ...]
    names: frozenset[str]
    aliases: dict[str, frozenset[str]]
    context: frozenset[str] = frozenset()


def analyse(question: str, companies: Companies, context: str = "") -> Asked:
    """What is asked in `question`; `context`: the earlier question that it goes on about."""
    whole = f"{question} {context}".strip()
    pieces = tuple(_part(piece) for piece in parts(question) if content(piece)) or (_part(whole),)
    own = content(question)
    return Asked(whole, pieces, content(whole), names(whole), aliases(whole, companies), frozenset(content(context)) - set(own))


def content(text: str) -> tuple[str, ...]:
    """The stems of the words of a question without stop words, each once, in order."""
    stems = [(word, stem(word)) for word in words(text) if word not in STOP]
    return tuple(dict.fromkeys(s for word, s in stems if len(word) > 1 or word.isdigit()))


def names(text: str) -> frozenset[str]:
    """The stems of the words of a question that are written as names or figures."""
    written = re.findall(r"(?<![\w-])(?:[A-Z][\w&'’-]*|\w*\d[\w.,%]*|[a-z]+[A-Z]\w*)", text)
    return frozenset(term for name in written for term in content(name)) - COMMON_CAPITALS


def aliases(question: str, companies: Companies) -> dict[str, frozenset[str]]:
    """Other words for the names in `question`: a company's other one-word names, and what an abbreviation stands for."""
    found: dict[str, set[str]] = {}
    for mention in companies.find(question, any_case=True):
        row = companies.rows[mention.actor]
        if question[mention.start:mention.end] in row.get("products", []):
            continue
        forms = [words(form) for form in [mention.actor, *row.get("aliases", [])]]
        others = {stem(form[0]) for form in forms if len(form) == 1}
        for term in content(question[mention.start:mention.end]):
            found.setdefault(term, set()).update(others - {term})
    for match in re.finditer(r"[A-Z][\w-]*(?: [A-Z][\w-]*){1,5}", question):
        initials = "".join(part[0] for part in re.split(r"[ -]", match.group()) if part).lower()
        for term in content(match.group()):
            found.setdefault(term, set()).add(initials)
    for match in re.finditer(r"\b[A-Z]{2,6}\b", question):
        for row in companies.rows.values():
            for form in [*row.get("aliases", []), *row.get("products", [])]:
                if len(form.split()) > 1 and "".join(part[0] for part in re.split(r"[ -]", form) if part) == match.group():
                    found.setdefault(stem(words(match.group())[0]), set()).update(content(form))
    return {term: frozenset(others) for term, others in found.items() if others}


def _part(text: str) -> Part:
    kind = kind_of(text)
    match = COUNTED.search(text)
    unit = stem(words(match.group(1))[0]) if match and words(match.group(1)) else None
    return Part(text, kind, content(text), unit)
