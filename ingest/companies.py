"""Names → actors: finds the actors of companies.yaml in a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from .types import Form, Mention, UserError

_Hit = TypeVar("_Hit")


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

    def is_company(self, name: str) -> bool:
        """Whether the actor is a company, no group of them and no technology. Unknown ones are."""
        return self.rows.get(name, {}).get("kind", "company") in ("company", "group")

    def parent(self, name: str, day: date) -> str | None:
        """The company that `name` belongs to on `day`, or None while it belongs to nobody on the list."""
        row = self.rows.get(name, {}).get("parent")
        since = date.fromisoformat(str(row.get("since") or date.min)) if row else None
        return row["name"] if since and since <= day else None

    @cached_property
    def forms(self) -> dict[str, Form]:
        """Every form that a text may use, as written; names of groups in lower case (see the head of companies.yaml)."""
        forms: dict[str, Form] = {}
        for row in self.rows.values():
            forms.update(_forms_of(row))
        for row in self.rows.values():
            for form in row.get("not") or []:
                forms.setdefault(str(form), Form("", ""))
        return forms

    def search(self, text: str) -> list[tuple[Form, int, int]]:
        """The forms that stand in `text` as whole words, in order, the longest of those that overlap; nothing is judged yet."""
        lower = text.lower()
        found = self._search_exact(text) + (self._search_group(lower) if len(lower) == len(text) else [])
        whole = [hit for hit in found if not (text[hit[1] - 1:hit[1]].isalnum() or text[hit[2]:hit[2] + 1].isalnum())]
        return _longest(whole, lambda hit: hit[1:])

    @cached_property
    def _search_exact(self):
        return _automaton({text: form for text, form in self.forms.items() if form.kind != "group"})

    @cached_property
    def _search_group(self):
        return _automaton({text: form for text, form in self.forms.items() if form.kind == "group"})

    def find(self, text: str, any_case: bool = False) -> list[Mention]:
        """The actors named in `text`, in order. `any_case`: also names typed in another case, as people do in questions."""
        found = list(self._whole(self._find_exact, text, text))
        found += self._whole(self._find_any_case, text.lower(), text)
        if any_case:
            found += self._whole(self._find_question, text.lower(), text)
        return [mention for mention in _longest(found, lambda mention: (mention.start, mention.end)) if mention.actor]

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


def _forms_of(row: dict[str, Any]) -> dict[str, Form]:
    def listed(key: str) -> list[str]:
        return [str(form) for form in row.get(key) or []]

    name, group, unsafe = str(row["name"]), row.get("kind") == "actor-group", set(listed("unsafe"))
    marks = {key: set(listed(key)) for key in ("ordinary", "once", "bare", "alone")}
    used = set().union(*marks.values())

    def form(text: str, kind: str) -> Form:
        if group:  # a singular ("hyperscaler orders") is the actor only where no noun follows
            return Form(name, "group", bare=text in marks["bare"], alone=not re.search(r"(?<!s)s\b", text) or text in marks["alone"])
        return Form(name, kind, **{key: text in marked for key, marked in marks.items()})

    kinds = {text: "product" for text in listed("products")}
    kinds |= {text: "name" for text in [name, *listed("aliases"), *listed("safe"), *sorted(used - kinds.keys())]}
    forms = {text: form(text, kind) for text, kind in kinds.items() if text not in unsafe or text in used}
    if group:
        pairs = (f"{modifier} {head}" for modifier in listed("modifiers") for head in listed("heads"))
        return {text.lower(): form(text, "group") for text in [*forms, *pairs]}
    for text, kind in kinds.items():  # headings and some publishers write names in capitals
        if kind == "name" and len(text) > 3 and text in forms and text.upper() not in unsafe | kinds.keys():
            forms[text.upper()] = Form(name, "name", once=forms[text].ordinary or forms[text].once)
    return forms


def _longest(hits: Iterable[_Hit], span: Callable[[_Hit], tuple[int, int]]) -> list[_Hit]:
    """The hits in order; of those that overlap the longest, of equal ones the first."""
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (span(hit)[0], -span(hit)[1])):
        (start, end), (left, right) = span(hit), span(kept[-1]) if kept else (0, 0)
        if start >= right:
            kept.append(hit)
        elif end - start > right - left:
            kept[-1] = hit
    return kept


def _automaton(forms: dict[str, Any]):
    import ahocorasick_rs

    keys = list(forms)
    machine = ahocorasick_rs.AhoCorasick(keys, matchkind=ahocorasick_rs.MatchKind.Standard)
    return lambda text: [(forms[keys[n]], start, end) for n, start, end in machine.find_matches_as_indexes(text, overlapping=True)]

