"""Actors in whole articles: found where they are meant, with exact spans, and left where the text does not warrant them."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest

from longhaul.ingest.actors import candidates, link
from longhaul.ingest.companies import Companies, load_companies
from longhaul.ingest.read import read
from longhaul.ingest.types import Article, Mention, Source

ROOT = Path(__file__).resolve().parents[1]
LABELS = ROOT / "tests" / "claims" / "mentions.jsonl"
TRAPS = [json.loads(line) for line in (LABELS.parent / "traps.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def seeds() -> dict[str, Article]:
    return {article.source.id: article for _, article in read([ROOT / "seeds"])}


def _marked(companies: Companies, text: str, title: str = "") -> list[tuple[str, str, str]]:
    """(words, actor, kind) of every mention in `text`."""
    found = link(Article(Source("test", title), text), companies)
    return [(sentence.text[mention.start:mention.end], mention.actor, mention.kind)
            for sentence in found if not sentence.title for mention in sentence.mentions]


def _parts(article: Article, companies: Companies) -> list[tuple[str | int, str, tuple[Mention, ...]]]:
    found = link(article, companies)
    bodies = [sentence for sentence in found if not sentence.title]
    return [("title", sentence.text, sentence.mentions) for sentence in found if sentence.title] + [
        (n, sentence.text, sentence.mentions) for n, sentence in enumerate(bodies)]


def test_precision_and_recall_on_labelled_articles(companies, seeds):
    rows = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    labels = {(row["article"], row["part"], row["start"], row["end"], row["actor"]): row for row in rows}
    unsafe = {key for key, row in labels.items() if row.get("safe") is False}
    found = {(name, part, mention.start, mention.end, mention.actor) for name in {row["article"] for row in rows}
             for part, _, mentions in _parts(seeds[name], companies) for mention in mentions} - unsafe
    wanted = labels.keys() - unsafe
    assert len(found & wanted) / len(found) >= 0.97, sorted(found - wanted, key=str)
    assert len(found & wanted) / len(wanted) >= 0.95, sorted(wanted - found, key=str)


@pytest.mark.parametrize("trap", TRAPS, ids=[trap["text"][:40] for trap in TRAPS])
def test_ambiguous_names(companies, trap):
    found = link(Article(Source("trap", ""), trap["text"]), companies)
    spans = [[sentence.start + mention.start, sentence.start + mention.end, mention.actor]
             for sentence in found for mention in sentence.mentions]
    assert spans == trap["mentions"]


def test_there_are_traps_of_both_sorts():
    names = [bool(trap["mentions"]) for trap in TRAPS]
    assert len(names) >= 60 and 0.35 <= sum(names) / len(names) <= 0.65


def test_spans_are_exact_in_every_seed(companies, seeds):
    for article in seeds.values():
        for sentence in link(article, companies):
            whole = article.source.title if sentence.title else article.text
            assert sentence.text == whole[sentence.start:sentence.end]
            for mention in sentence.mentions:
                words = sentence.text[mention.start:mention.end]
                assert words == words.strip() and words and not words.endswith(("'s", "’s"))
                assert mention.actor in companies.rows
                assert mention.kind in ("name", "product", "ticker", "group", "reference")
            spans = sorted({(mention.start, mention.end) for mention in sentence.mentions})
            assert all(before[1] <= after[0] for before, after in zip(spans, spans[1:], strict=False))


def test_all_seeds_are_linked_in_well_under_a_second(seeds):
    fresh = load_companies()
    began = time.perf_counter()
    for article in seeds.values():
        link(article, fresh)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(("text", "expected"), [
    ("AT&T’s plan and Verizon’s reply.", [("AT&T", "AT&T", "name"), ("Verizon", "Verizon", "name")]),
    ("Verizon sells AI Connect.", [("Verizon", "Verizon", "name"), ("AI Connect", "Verizon", "product")]),
    ("AT&T (T) rose.", [("AT&T", "AT&T", "name"), ("T", "AT&T", "ticker")]),
    ("Ciena Corp. (NYSE: CIEN) rose.", [("Ciena", "Ciena", "name"), ("CIEN", "Ciena", "ticker")]),
    ("Sellers of $LUMN and <GLW.N> won.", [("LUMN", "Lumen Technologies", "ticker"), ("GLW", "Corning", "ticker")]),
    ("Lumentum (LITE.O) fell.", [("Lumentum", "Lumentum", "name"), ("LITE", "Lumentum", "ticker")]),
    ("Lumenisity is no part of it, nor FrontierNews.", [("Lumenisity", "Lumenisity", "name")]),
    ("Ultra Ethernet Consortium members met.", [("Ultra Ethernet Consortium", "Ultra Ethernet Consortium", "name")]),
    ("NOKIA and T‑Mobile agreed.", [("NOKIA", "Nokia", "name"), ("T‑Mobile", "T-Mobile US", "name")]),
    ("See https://www.example.com/Verizon or Verizon.com.", []),
    ("Fans filled T-Mobile Arena and the Verizon Center.", []),
])
def test_names_products_and_tickers(companies, text, expected):
    assert _marked(companies, text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("Enterprise fibre sells well.", []),
    ("It pleases enterprises building AI applications.", ["enterprises"]),
    ("Hyperscaler orders rose and hyperscaler spending fell.", []),
    ("A hyperscaler needs more fibre than smaller firms do.", ["hyperscalers", "smaller companies"]),
    ("GPU cloud providers and network operators agree.", ["cloud providers", "telcos"]),
    ("Data-centre operators wait, as operators do.", ["telcos"]),
    ("They linked their clouds; its businesses shrank.", []),
    ("The start-up Celestial AI grew.", ["Celestial AI"]),
    ("Carrier-neutral sites gained.", []),
    ("Switch makers, Nordic carriers and lenders met.", ["switch vendors", "telcos", "investors"]),
])
def test_groups_are_actors_and_no_adjectives(companies, text, expected):
    assert [actor for _, actor, _ in _marked(companies, text)] == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("AT&T said it would hire.", [("it", "AT&T")]),
    ("In May 2025 Zayo opened a route. It also signed a contract.", [("It", "Zayo")]),
    ("Broadcom shipped Tomahawk 6. It is made by TSMC.", []),
    ("The regulator sued Zayo. It settled in May.", []),
    ("Verizon added Google Cloud as a customer. The carrier will build routes.", [("The carrier", "Verizon")]),
    ("Verizon and AT&T fell. The carrier will cut costs.", []),
    ("Shares of Ciena rose, because the company raised its outlook.", [("the company", "Ciena")]),
    ("IDC's Paul Nicholson praised NVIDIA in a study the firm wrote.", []),
    ("Cisco and Arista gained. Both companies expect more.", [("Both companies", "Cisco"), ("Both companies", "Arista Networks")]),
    ("Verizon and Lumen compete. Both carriers sell fibre.", [("Both carriers", "Verizon"), ("Both carriers", "Lumen Technologies")]),
    ("Verizon agreed to buy Starry. The company will grow.", []),
    ("Cox and Charter merge, and the cable company will grow.", []),
    ("Ericsson and Nokia fell. They said tariffs hurt.", [("They", "Ericsson"), ("They", "Nokia")]),
    ("Corning grew and its shares rose.", []),
    ("Verizon is the carrier with the most fibre.", []),
    ("Coherent, the laser maker, rose.", []),
    ("The chipmaker Broadcom rose.", []),
])
def test_references_only_where_they_are_safe(companies, text, expected):
    assert [(words, actor) for words, actor, kind in _marked(companies, text) if kind == "reference"] == expected


def test_the_document_decides_about_short_forms(companies):
    assert ("DT", "Deutsche Telekom", "name") in _marked(companies, "DT expects results. Deutsche Telekom said so.")
    assert _marked(companies, "DT expects results.") == []
    assert [words for words, _, _ in _marked(companies, "Frontier lines age. The buyer of Frontier knows.")] == ["Frontier"] * 2


def test_headlines(companies):
    def title(text: str, body: str = "Nothing.") -> list[str]:
        return [mention.actor for mention in link(Article(Source("test", text), body), companies)[0].mentions]

    assert title("Frontier Models Need Coherent Optics Now") == []
    assert title("Coherent Shares Jump On Optics Demand") == ["Coherent"]
    assert title("META TO BUILD DATA CENTER IN OHIO", "Meta said so.") == ["Meta"]
    assert title("META STUDY FINDS NOTHING NEW") == []


def test_a_list_of_ones_own_uses_the_same_keys():
    mine = Companies([
        {"name": "Ribbon Communications", "aliases": ["Ribbon", "RBBN"], "ordinary": ["Ribbon"], "not_before": ["cable"], "once": ["RBBN"]},
        {"name": "Max", "ordinary": ["Max"], "with": ["streaming"]},
        {"name": "port owners", "kind": "actor-group", "modifiers": ["port"], "heads": ["owners", "landlords"], "bare": ["landlords"]},
    ])
    assert [actor for _, actor, _ in _marked(mine, "Ribbon cable is flat. Sales at Ribbon rose.")] == ["Ribbon Communications"]
    assert [words for words, _, _ in _marked(mine, "RBBN fell. Ribbon Communications said so.")] == ["RBBN", "Ribbon Communications"]
    assert [words for words, _, _ in _marked(mine, "The streaming service of Max grew. They met Max at noon.")] == ["Max", "Max"]
    assert [words for words, _, _ in _marked(mine, "Port landlords and landlords; house landlords.")] == ["Port landlords", "landlords"]


def test_a_company_belongs_to_its_parent_from_the_day_it_was_bought(companies):
    assert companies.parent("Frontier Communications", date(2026, 1, 20)) == "Verizon"
    assert companies.parent("Frontier Communications", date(2026, 1, 19)) is None
    assert companies.parent("Verizon", date(2026, 2, 1)) is companies.parent("Nobody", date(2026, 2, 1)) is None


def test_candidates_are_names_off_the_list_that_act_like_companies(companies):
    texts = ["Globalstar launched 17 satellites. In May Verizon launched one.", "Globalstar agreed to merge; Holcim plc slipped.",
             "Dan Smith acquired a taste for it."]
    assert candidates(texts, companies) == [("Globalstar", 2), ("Holcim", 1)]
