"""Whom a sentence names, and whom of them in one breath: "carriers such as AT&T and T-Mobile"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from longhaul.ingest.companies import Companies
from longhaul.ingest.disambiguate import judge
from longhaul.ingest.types import Mention

from ..types import Quote

_PLAIN = str.maketrans("\n\t\r\u00a0\u202f\u2019\u02bc\u2011\u2010", "     ''--")
# What stands between two that are named in one breath, and between a group and those of it that are named.
_JOINT = re.compile(r"(?:'s(?: own)?(?: [\w-]+){1,2})?(?:,? and|,? or|,| &)(?: (?:the|both))? ")
_NAMING = re.compile(r"(?: [^.;,]{1,40})?,? (?:naming|namely|such as|including|like|especially|particularly|notably|above all)(?: the)? ")
_HEADS = re.compile(rf"(?:, |{_NAMING.pattern})(?=[A-Z])")  # "two carriers, BT and Lumen, joined": no group as a whole, but one of it


def named(quote: Quote, companies: Companies) -> list[Mention]:
    """The actors that a sentence names, in order; of doubtful names those that its article surely means."""
    text = quote.text.translate(_PLAIN)
    hits = companies.search(text)
    sure = judge(text, hits, companies.rows, frozenset())
    return [Mention(form.actor, start, end, form.kind) for (form, start, end), meant in zip(hits, sure, strict=True)
            if form.actor and form.actor in quote.source.companies
            and (meant is not False or form.kind == "group" and _HEADS.match(text[end:]))]


def breaths(text: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions in groups: those that are named in one breath, with the group that they are examples of."""
    plain = text.translate(_PLAIN)
    found: list[list[Mention]] = []
    for mention in mentions:
        last = found[-1][-1] if found else None
        between = plain[last.end:mention.start] if last else ""
        own = last and last.actor == mention.actor and between == "'s "
        if last and (own or _JOINT.fullmatch(between) or last.kind == "group" and _NAMING.fullmatch(between)):
            found[-1].append(mention)
        else:
            found.append([mention])
    return found
