"""Names → actors: finds the actors of companies.yaml in a text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from .types import Mention, UserError


class Companies:
    """The list of actors, and the search for their names.

    A name counts where it stands as a whole word in its own case; names of actor groups ("hyperscalers") count in any
    case. The longest name wins.
    """

    def __init__(self, rows: list[dict[str, Any]]):
        self.rows = {row["name"]: row for row in rows}
        self._by_name = {name.lower(): name for name in self.rows}
        self._exact: dict[str, str] = {}
        self._any_case: dict[str, str] = {}
        self._question: dict[str, str] = {}
        self._ambiguous: set[str] = set()
        for row in rows:
            name, group = row["name"], row.get("kind") == "actor-group"
            for form in self._forms(row):
                (self._any_case if group else self._exact)[form.lower() if group else form] = name
                if row.get("ambiguous"):
                    self._ambiguous.add(form)
                if not row.get("ambiguous") or not form.islower() and len(form) > 3:
                    self._question.setdefault(form.lower(), name)
        for row in rows:  # names that only look alike block the shorter name inside them
            for form in row.get("not") or []:
                self._exact.setdefault(form, "")

    @staticmethod
    def _forms(row: dict[str, Any]) -> list[str]:
        unsafe = set(row.get("unsafe") or [])
        forms = [row["name"], *(row.get("aliases") or []), *(row.get("products") or []), *(row.get("safe") or [])]
        return [form for form in dict.fromkeys(map(str, forms)) if form not in unsafe]

    @property
    def names(self) -> list[str]:
        """The canonical names, in the order of the list."""
        return list(self.rows)

    def canonical(self, name: str) -> str | None:
        """The actor called `name` (any form, any case), or None."""
        wanted = name.strip().lower()
        return self._by_name.get(wanted) or self._question.get(wanted) or self._any_case.get(wanted)

    def find(self, text: str, any_case: bool = False) -> list[Mention]:
        """The actors named in `text`, in order. `any_case`: also names typed in another case, as people do in questions."""
        found = list(self._whole(self._find_exact, text, text))
        found += self._whole(self._find_any_case, text.lower(), text)
        if any_case:
            found += self._whole(self._find_question, text.lower(), text)
        found.sort(key=lambda mention: (mention.start, -mention.end))
        kept: list[Mention] = []
        for mention in found:
            if not kept or mention.start >= kept[-1].end:
                kept.append(mention)
            elif mention.end - mention.start > kept[-1].end - kept[-1].start:
                kept[-1] = mention
        return [mention for mention in kept if mention.actor]

    def _whole(self, find, haystack: str, text: str) -> Iterator[Mention]:
        """The matches that stand as whole words in `text`; an ambiguous name is not the head of a compound ("Meta-")."""
        if len(haystack) != len(text):  # a few letters change length in lower case; then only exact case is safe
            return
        for actor, start, end in find(haystack):
            before, after = text[start - 1:start], text[end:end + 1]
            compound = after == "-" and text[start:end] in self._ambiguous
            if not (before.isalnum() or after.isalnum() or compound):
                yield Mention(actor, start, end)

    @cached_property
    def _find_exact(self):
        return _automaton(self._exact)

    @cached_property
    def _find_any_case(self):
        return _automaton(self._any_case)

    @cached_property
    def _find_question(self):
        return _automaton(self._question)


def load_companies(path: Path | None = None) -> Companies:
    """The actors of the YAML file at `path`, or of the list that comes with Longhaul. Raises UserError."""
    import yaml

    place = str(path) if path else "companies.yaml"
    try:
        text = path.read_text("utf-8") if path else resources.files("longhaul.seeds").joinpath("companies.yaml").read_text("utf-8")
        rows = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise UserError(f"The list of companies cannot be read: {place}: {reason}",
                        "Mend the file, or unset LONGHAUL_COMPANIES.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("name") for row in rows):
        raise UserError(f"{place} is not a list of companies.", "Each entry needs a name: - name: Verizon")
    return Companies(rows)


def _automaton(forms: dict[str, str]):
    import ahocorasick_rs

    keys = list(forms)
    machine = ahocorasick_rs.AhoCorasick(keys, matchkind=ahocorasick_rs.MatchKind.Standard)
    return lambda text: [(forms[keys[n]], start, end) for n, start, end in machine.find_matches_as_indexes(text, overlapping=True)]

