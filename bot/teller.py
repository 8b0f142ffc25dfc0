"""Whose account a question asks for: "according to Fierce", "per IDC", "in Reuters' report", "what does Dell'Oro say"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from longhaul.ingest.companies import Companies

from .types import Draft, Drafted

_NAME = (r"(?P<name>(?:The )?[A-Z][\w&.'’+-]*(?: (?:[A-Z][\w&.'’+-]*|of|and))*"
         r"(?<! of)(?<! and)(?<!['’]s)(?<!['’]))")
_TELLS = r"(?:says?|said|reports?|reported|writes?|wrote|estimates?|puts?|expects?|predicts?|forecasts?|thinks?|sees?|finds?|found|counts?)"
_OF = re.compile(
    rf"\b(?:[Aa]ccording to|[Pp]er|[Rr]eported by|[Qq]uoted by|[Aa]s) (?:the )?{_NAME}(?:['’]s?)?(?=[\s,.?!;:]|$)"
    rf"|\b(?:[Ii]n|[Bb]y|[Ff]rom|[Oo]n) {_NAME.replace('name', 'owner')}['’]s? (?:own )?(?:report|account|article|story|coverage|"
    r"reckoning|count|estimate|figures|data|reporting|telling)\b"
    rf"|\b[Ww]hat (?:do|does|did) {_NAME.replace('name', 'asked')} (?:say|report|write|estimate|expect|predict|forecast|think|find)\b")
_AFTER_AS = re.compile(rf" {_TELLS}\b")


def teller(question: str, companies: Companies, known: Callable[[str], list[str]]) -> tuple[str, tuple[str, ...]]:
    """Whose account a question asks for, as it writes the name, and the publishers that it may mean; "" where it asks for nobody's.

    `known` gives the publishers whose name holds a text. An actor of the list is asked about, not for its account of others.
    """
    for match in _OF.finditer(question):
        name = next(filter(None, match.groupdict().values()))
        alone = match.group().lower().startswith("as ") and not _AFTER_AS.match(question[match.end():])
        if alone or companies.canonical(name):
            continue
        whole = re.compile(rf"(?<!\w){re.escape(name.removeprefix('The '))}(?!\w)")
        return name, tuple(publisher for publisher in known(name.removeprefix("The ")) if whole.search(publisher))
    return "", ()


def told_by_others(draft: Draft, name: str) -> Draft:
    """The draft that says first that it is not from the one whose account was asked for."""
    said = f"The corpus has nothing from {name} on this."
    if draft.status == "unanswerable":
        return draft
    missing = f"{said} {draft.missing}" if draft.missing else said
    status = "partial" if draft.status == "answered" else draft.status
    return replace(draft, statements=(Drafted(f"{said} Others say:", ()), *draft.statements), status=status, missing=missing)
