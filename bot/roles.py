"""Role → actors: a kind of actor, or what the list of companies says of one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from longhaul.ingest.companies import Companies
from longhaul.ingest.types import UserError
from longhaul.ingest.words import terms

# What a role says of somebody else: "fibre operator, part of Verizon".
_BESIDES = re.compile(r"\b(?:where|without|rival of|partner of|part of|part-owner of|owned by|owner of|bought by|an actor only|named in)\b"
                      r"[^,;]*")


def having(roles: Iterable[str], companies: Companies) -> set[str]:
    """The actors that have any of the roles: a kind ("group"), or words that the list of companies gives under role ("hyperscalers").

    Raises UserError for a role that nobody has.
    """
    kinds = {name: str(row.get("kind", "company")) for name, row in companies.rows.items()}
    own = {name: _BESIDES.sub("", str(row.get("role") or "")) + (f" {name}" if kinds[name] == "actor-group" else "")
           for name, row in companies.rows.items()}
    found: set[str] = set()
    for role in roles:
        kind, wanted = role.strip().lower(), {*terms(role)}
        names = {name for name in own if (kinds[name] == kind if kind in kinds.values() else wanted and wanted <= {*terms(own[name])})}
        if not names:
            words = dict.fromkeys(word for said in own.values() for word in re.findall(r"[\w-]{4,}", said))
            close = difflib.get_close_matches(kind, [*kinds.values(), *words], 3, 0.6)
            raise UserError(f"Nobody has the role {role!r}.", f"Did you mean {' or '.join(dict.fromkeys(close))}?" if close else
                            f"A role is one of {', '.join(sorted({*kinds.values()}))}, or words under role in companies.yaml: carrier.")
        found |= names
    return found
