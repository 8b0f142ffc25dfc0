"""Actors in a text."""

from __future__ import annotations

import pytest

from longhaul.ingest.companies import load_companies
from longhaul.ingest.types import UserError


def _actors(companies, text: str, **options) -> list[str]:
    return [mention.actor for mention in companies.find(text, **options)]


@pytest.mark.parametrize(("text", "expected"), [
    ("Verizon Business and AT&T compete.", ["Verizon", "AT&T"]),
    ("CenturyLink became Lumen.", ["Lumen Technologies", "Lumen Technologies"]),
    ("Lumentum makes lasers.", ["Lumentum"]),
    ("The frontier of research.", []),
    ("T-Mobile grew.", ["T-Mobile US"]),
    ("verizon in lower case", []),
    ("PreVerizonPost", []),
])
def test_names_as_articles_write_them(companies, text, expected):
    assert _actors(companies, text) == expected


def test_names_as_people_type_them(companies):
    assert _actors(companies, "what did verizon and at&t say?", any_case=True) == ["Verizon", "AT&T"]


def test_mentions_stand_where_they_say(companies):
    text = "In 2025 Verizon, Lumen and the hyperscalers met Verizon Business."
    found = companies.find(text)
    assert text[found[0].start:found[0].end] == "Verizon"
    assert text[found[-1].start:found[-1].end] == "Verizon Business"
    assert all(before.end <= after.start for before, after in zip(found, found[1:], strict=False))


def test_canonical_names(companies):
    assert companies.canonical("verizon business") == companies.canonical(" VERIZON ") == "Verizon"
    assert companies.canonical("Nobody & Sons") is None
    assert len(companies.names) == len(set(companies.names)) >= 100


@pytest.mark.parametrize("content", ["- name: [", "name: x", "- no name", "just text"])
def test_a_bad_list_is_an_error(tmp_path, content):
    path = tmp_path / "mine.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(UserError) as error:
        load_companies(path)
    assert "mine.yaml" in error.value.message


def test_a_list_of_ones_own(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("- name: Ökostrom\n  aliases: [Öko]\n", "utf-8")
    mine = load_companies(path)
    assert _actors(mine, "Öko wächst.") == ["Ökostrom"]
    assert _actors(mine, "Verizon wächst.") == []
