"""What claims rest on: read from each sentence, and the same for all that retell one thing."""

from __future__ import annotations

import json
import random
import time
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from longhaul.ingest.attribution import attributed
from longhaul.ingest.matter import figures
from longhaul.ingest.origins import grouped
from longhaul.ingest.pipeline import seeds_folder
from longhaul.ingest.read import read
from longhaul.ingest.sentences import sentences
from longhaul.ingest.types import Article, Claim, Press, Source

HERE = Path(__file__).parent
DAY = date(2025, 11, 4)
BRIEF = (Press("Industrial PC Report", DAY), Press("Fierce Network"), Press("The Financial Times", DAY))


@pytest.fixture(scope="module")
def claim(companies):
    """A claim of an article, made from a sentence of it and an actor."""
    def made(article: Article, sentence: str, actor: str = "Verizon") -> Claim:
        source, start = article.source, article.text.index(sentence)
        label = attributed(sentence, article.text[:start], source, companies)
        end = start + len(sentence)
        return Claim(f"{source.id}:{start}:{actor}", source, sentence, start, end, actor, "gains", "reported", "", 1.0, None, label)
    return made


@pytest.fixture(scope="module")
def groups(claim) -> dict[str, list[tuple[Claim, str]]]:
    """The labelled claims of tests/origins, by group."""
    def of(text) -> tuple[Claim, str]:
        day = text["date"] and date.fromisoformat(text["date"])
        press = tuple(Press(each["publisher"], each["date"] and date.fromisoformat(each["date"])) for each in text["sources"])
        source = Source(text["id"], text["title"], None, text["publisher"], day, day, (), press)
        return claim(Article(source, text["text"]), text["sentence"], text["actor"]), text["origin"]

    lines = (HERE / "origins" / "groups.jsonl").read_text("utf-8").splitlines()
    return {row["group"]: [of(text) for text in row["texts"]] for row in map(json.loads, lines)}


@pytest.fixture(scope="module")
def everything(groups) -> list[Claim]:
    return [claim for rows in groups.values() for claim, _ in rows]


@pytest.fixture(scope="module")
def november(claim) -> dict[str, list[Claim]]:
    """A claim of each sentence of the starter articles of early November 2025."""
    return {article.source.id: [claim(article, article.text[start:end]) for start, end in sentences(article.text)]
            for _, article in read([seeds_folder()]) if article.source.id.startswith("2025-11-0")}


@pytest.mark.parametrize(("numbers", "precision", "recall"), [
    (range(2, 41, 2), 0.95, 0.9), (range(1, 41, 2), 0.95, 0.8), ([*range(42, 71, 2), *range(71, 81)], 0.95, 0.9),
    (range(41, 71, 2), 0.95, 0.8), (range(81, 93), 0.95, 0.9), (range(93, 105), 0.85, 0.6)],
    ids=["even", "odd", "added", "held back", "another hand", "never looked at"])
def test_pairs_of_one_origin_are_told_from_others(groups, numbers, precision, recall):
    """No worse than measured, see tests/origins/README.md. Of the sets held back and never looked at nobody knows the failures."""
    rows = [(f"G{number:02}", *row) for number in numbers for row in groups[f"G{number:02}"]]
    origins = [each.origin for each in grouped([claim for _, claim, _ in rows])]
    right = wrong = missed = 0
    for (one, (group, _, label)), (other, (group_2, _, label_2)) in combinations(enumerate(rows), 2):
        if group == group_2:
            same = origins[one] == origins[other]
            right += same and label == label_2
            wrong += same and label != label_2
            missed += label == label_2 and not same
        else:
            assert origins[one] != origins[other], (rows[one][1].id, rows[other][1].id)
    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


def test_the_users_article_and_the_brief_that_digests_it(november):
    """What both say of the deal rests on one writer; what the brief has from CNA, Fierce and Verizon does not."""
    origins = {each.text: each.origin for each in grouped([claim for claims in november.values() for claim in claims])}

    def of(*begins: str) -> set[str]:
        found = {origin for text, origin in origins.items() if text.startswith(begins)}
        assert found
        return found

    [writer] = of("Industrial PC Report's writer judges", "The same writer judges that it puts pressure", "This partnership makes perfect",
                  "Look, this definitely puts pressure", "Smaller companies might get left behind")
    assert writer == "Industrial PC Report 2025-11-04"
    others = [of("CNA reports"), of("Fierce Network adds"), of("Verizon’s SVP", "Verizon's Scott Lawrence"), of("Fierce's reporter"),
              of("Verizon's spokesperson told Fierce")]
    assert writer not in set().union(*others) and all(len(found) == 1 for found in others)
    assert of("Fierce Network adds") == of("Fierce's reporter") != of("Verizon's spokesperson told Fierce")


@pytest.mark.parametrize(("sentence", "label"), [
    ("This partnership makes sense for both sides.", "The Wire 2025-11-04"),
    ("Verizon wins, Jane Roe of Hartwell said.", "Jane Roe of Hartwell 2025-11-04"),
    ("Verizon said on Monday that it had won the contract.", "Verizon 2025-11-03"),
    ("“Nobody has more fibre,” a Verizon spokesperson said in a statement.", "Verizon 2025-11-04"),
    ("\"Nobody has more fibre,\" Verizon chief Dan Schulman told CNBC.", "Verizon to CNBC 2025-11-04"),
    ("In August 2025 Cogent had raised its dividend.", "Cogent Communications 2025-08"),
    ("Verizon posted third-quarter revenue of $33.8 billion.", "Verizon 2025-11-04"),
    ("AT&T is losing customers, Reuters reported.", "Reuters 2025-11-04"),
    ("According to Bloomberg, Zayo is for sale.", "Bloomberg 2025-11-04"),
    ("Reuters reported that Verizon said it would cut 13,000 jobs.", "Verizon 2025-11-04"),
    ("Cisco could double its orders, said Priya Marsh, an analyst at Calder & Sons.", "Priya Marsh, Calder & Sons 2025-11-04"),
    ("Norrvik Markets analyst Erik Lund called the drop overdone.", "Norrvik Markets, Erik Lund 2025-11-04"),
    ("NVIDIA's share rose to 17.2%, according to IDC.", "IDC 2025-11-04"),
    ("Dell'Oro estimates that Ethernet has two thirds of the market.", "Dell'Oro 2025-11"),
    ("A contract would be worth $2 billion, one of the people said.", "The Wire 2025-11-04"),
    ("Cogent lost the deal, sources told Axios.", "Axios 2025-11-04"),
    ("Zayo won the state contract, minutes of the council meeting show.", "minutes council meeting 2025-11-04"),
    ("BT must refund its rivals £40m, Ofcom has ruled.", "Ofcom 2025-11-04"),
    ("My reading is that Lumen, which announced the deal, loses.", "The Wire 2025-11-04"),
])
def test_what_a_sentence_says_it_rests_on(companies, sentence, label):
    source = Source("a", "A title", None, "The Wire", DAY, DAY)
    assert attributed(sentence, "", source, companies) == label


@pytest.mark.parametrize(("before", "sentence", "label"), [
    ("", "Industrial PC Report's writer judges the deal good.", "Industrial PC Report 2025-11-04"),
    ("Industrial PC Report's writer likes the deal. ", "The same writer sees AT&T under pressure.", "Industrial PC Report 2025-11-04"),
    ("", "Fierce adds that no price was given.", "Fierce Network 2025-11"),
    ("", "The FT says that Coherent is close to a deal.", "The Financial Times 2025-11-04"),
    ("Jane Roe of Hartwell cut her rating. ", "She argues that Cisco loses share.", "Jane Roe of Hartwell 2025-11-04"),
    ("Jane Roe of Hartwell said she cut her rating. ", "She argues that Cisco loses share.", "Jane Roe of Hartwell 2025-11-04"),
    ("Verizon announced a deal with AWS on 3 November 2025. ", "It will link data centres.", "Verizon 2025-11-04"),
    ("Lumen chief Kate Johnson said fibre is scarce. ", "Johnson expects that prices will double.", "Lumen Technologies 2025-11-04"),
    ("HELSINKI, Oct 28 (Reuters) - Nokia is in talks. ", "The stake is worth 600 million euros, the person said.", "Reuters 2025-11-04"),
    ("Jane Roe, who covers switches at Hartwell, is worried. ", "In her view, Cisco loses share.", "Jane Roe 2025-11-04"),
    ("The Wall's City editor dropped a bomb. It will be costly, he wrote. ", "That would hurt BT.", "Wall 2025-11-04"),
    ("A Belmont Ratings paper has done the sums. ", "One dollar in three will go to lenders.", "Belmont Ratings 2025-11-04"),
    ("Hartwell cut Marvell to sell. ", "Marvell will lose a third, in the bank's view.", "Hartwell 2025-11-04"),
    ("Lumen put out a press release. ", "Two billion dollars will come in.", "Lumen Technologies 2025-11-04"),
    ("Lumen said it won. ", "Shares rose 3% after the news.", "Longhaul brief 2025-11-04"),
    ("Belmont Ratings said CoreWeave owes too much. ", "AT&T wins while Verizon sleeps.", "Longhaul brief 2025-11-04"),
    ("Verizon said it won.\n\n", "The rest of the market is quiet.", "Longhaul brief 2025-11-04"),
])
def test_a_sentence_leans_on_those_before_it(companies, before, sentence, label):
    source = Source("a", "A title", None, "Longhaul brief", DAY, DAY, (), BRIEF)
    assert attributed(sentence, before, source, companies) == label


def test_who_publishes_decides_where_nobody_speaks(companies):
    text = "The route gives Zayo 200 miles of new capacity."
    for publisher, name in (("Business Wire", "Zayo"), ("PR Newswire (Lumen)", "Lumen Technologies"), ("Dunya News (Reuters)", "Reuters"),
                            ("MT Newswires via Financetom", "MT Newswires")):
        assert attributed(text, "", Source("a", "t", None, publisher, DAY, DAY), companies) == f"{name} 2025-11-04"
    assert attributed(text, "", Source("a", "t", None, None, DAY, DAY), companies) == "a"
    assert attributed(text, "", Source("a", "t", None, "The Wire"), companies) == "a"


def test_text_that_nobody_wrote_for_this(companies):
    sources = [Source("x", ""), Source("x", "t", None, "P (Q)", date.min, date.min, (), (Press(), Press("", None), Press("A", date.min))),
               Source("x", "t", None, "The", date.max, date.max, (), (Press("The"),))]
    texts = ["", " ", "?", "Said.", "said said said", "“", "\"Hello", ", said Verizon", "東京のキャリアは負けた。", "It said it said it.",
             "A" * 5000, "said, " * 3000, "(Reuters) - " * 50, "According to according to", "\0\u202e said The", "Verizon in 0001 said"]
    started = time.process_time()
    for source in sources:
        for text in texts:
            label = attributed(text, text, source, companies)
            [found] = grouped([Claim("c", source, text, 0, 1, "A", "gains", "reported", "", 1.0, None, label)])
            assert found.origin == label
    assert time.process_time() - started < 10


def test_the_ledger_holds_the_label(take, write, now):
    take(write("a", "Lumen said on Monday that it took its largest contract away from Zayo.",
               "title: One\ndate: 2025-11-04\npublished: 2025-11-04\npublisher: The Wire"))
    assert {claim.origin for claim in now.claims()} == {"Lumen Technologies 2025-11-03"}


def told(claim, id: str, text: str, day: date = DAY, publisher: str = "", title: str = "", companies: tuple[str, ...] = ()) -> Claim:
    return claim(Article(Source(id, title, None, publisher or f"Paper {id}", day, day, companies), text), text)


def test_the_label_is_that_of_the_earliest(claim):
    first = told(claim, "z", "Verizon said it will build fibre routes for AWS worth $500 million.", DAY)
    later = told(claim, "a", "Verizon's routes for AWS are worth half a billion dollars, the carrier said.", DAY + timedelta(2))
    assert [each.origin for each in grouped([later, first])] == ["Verizon 2025-11-04"] * 2


def test_the_same_company_on_the_same_day_is_not_enough(claim):
    one = told(claim, "a", "Nokia said it won a five-year contract with an Indian operator.", companies=("Nokia",))
    two = told(claim, "b", "Nokia said it gains 120 million euros from the sale of its submarine unit.", companies=("Nokia",))
    assert [each.origin for each in grouped([two, one])] == ["Nokia 2025-11-04 (2)", "Nokia 2025-11-04"]


def test_the_same_form_with_other_figures_is_another_thing(claim):
    one = told(claim, "a", "Corning will pay shareholders of record a dividend of $0.28 per share.")
    two = told(claim, "b", "Corning will pay shareholders of record a dividend of $0.31 per share.", DAY + timedelta(1))
    three = told(claim, "c", "Corning's board voted to pay shareholders a dividend of 31 cents.", DAY + timedelta(2))
    found = [each.origin for each in grouped([one, two, three])]
    assert found[0] != found[1] == found[2]


def test_an_unnamed_retelling_rests_on_who_said_it_first(claim):
    first = told(claim, "a", "Jane Roe of Hartwell said Arista will lose a tenth of its business with Meta to white boxes.")
    second = told(claim, "b", "John Doe of Loxley said Arista will lose a tenth of its Meta business to white boxes.", DAY + timedelta(2))
    third = told(claim, "c", "Arista is to lose 10% of its Meta business to white boxes.", DAY + timedelta(2))
    found = [each.origin for each in grouped([first, second, third])]
    assert found[0] == found[2] != found[1]


def test_multiples_and_parts_are_figures():
    for one, other in (("triple revenue", "over three times as much"), ("doubled", "twice"), ("a third of sales", "one dollar in three")):
        assert figures(one) == figures(other) != frozenset()
    assert not figures("cut three times this year, one in the morning")


def test_what_is_reprinted_with_a_word_changed_is_one_thing(claim):
    text = "AT&T walked away after the seller of the fibre company asked for more money than it was worth to its owners."
    copies = [told(claim, "a", text), told(claim, "b", text.replace("asked for", "demanded"), DAY + timedelta(40)),
              told(claim, "c", text.replace("AT&T", "Zayo"))]
    found = [each.origin for each in grouped(copies)]
    assert found[0] == found[1] != found[2]


def test_who_passes_on_what_another_paper_had_from_a_third(claim):
    scoop = told(claim, "a", "Broadcom could lose a third of its Google revenue, one of the people said.", publisher="The Information")
    agency = claim(Article(Source("b", "", None, "Reuters", DAY, DAY, (), (Press("The Information", DAY),)),
                           "Broadcom may lose a third of its revenue from Google, The Information reported."),
                   "Broadcom may lose a third of its revenue from Google, The Information reported.")
    text = "A report relayed by Reuters has it that Google will take a third of its business from Broadcom."
    third = claim(Article(Source("c", "", None, "The Register", DAY + timedelta(1), None, (), (Press("Reuters", DAY),)), text), text)
    assert {each.origin for each in grouped([third, agency, scoop])} == {"The Information 2025-11-04"}


def test_the_order_of_the_claims_does_not_matter(everything):
    expected = {each.id: each.origin for each in grouped(everything)}
    for seed in range(5):
        shuffled = random.Random(seed).sample(everything, len(everything))
        found = grouped(shuffled)
        assert [each.id for each in found] == [each.id for each in shuffled]
        assert {each.id: each.origin for each in found} == expected


@pytest.mark.parametrize("change", [
    lambda source: replace(source, id=f"0{source.id}"), lambda source: replace(source, id=f"z{source.id}"),
    lambda source: replace(source, id=f"0{source.id}", publisher="Another Paper", published=None,
                           date=source.date and source.date + timedelta(9))])
def test_a_copied_article_adds_no_origin(groups, claim, companies, change):
    for rows in groups.values():
        claims = [each for each, _ in rows]
        for one in claims:
            source = change(one.source)
            before = "" if one.origin != attributed(one.text, "", one.source, companies) else None
            label = one.origin if before == "" else attributed(one.text, "", source, companies)
            copy = replace(one, id=f"copy of {one.id}", source=source, origin=label)
            found = grouped([*claims, copy])
            assert len({each.origin for each in found}) == len({each.origin for each in grouped(claims)}), one.id
            assert found[-1].origin == found[claims.index(one)].origin


def test_a_later_article_renames_nothing(everything):
    days = sorted({each.source.known for each in everything if each.source.known})
    complete = {each.id: each.origin for each in grouped(everything)}
    for day in days[::5]:
        for each in grouped([claim for claim in everything if claim.source.known and claim.source.known <= day]):
            assert each.origin == complete[each.id]


def test_fifty_thousand_claims_in_time():
    """About a second on a quiet machine; the bound leaves room for a busy one."""
    chance = random.Random(3)
    lines = (HERE / "claims" / "articles.jsonl").read_text("utf-8").splitlines()
    words = [json.loads(line)["sentence"].split() for line in lines]
    claims: list[Claim] = []
    for number in range(10_000):
        day = date(2023, 1, 1) + timedelta(chance.randrange(1100))
        company, paper = f"Company{min(59, int(chance.expovariate(0.1)))}", f"Paper {chance.randrange(80)}"
        source = Source(f"{number:05}", " ".join(chance.choice(words)[:8]), None, paper, day, day, (company,))
        for place in range(5):
            text = " ".join(word for _ in range(3) for word in chance.choice(words)[chance.randrange(6):][:7])
            label = f"{chance.choice((company, company, paper, f'Jane Roe, House{number % 30}'))} {day}"
            start, end = place * 200, place * 200 + len(text)
            claims.append(Claim(f"{number}:{place}", source, text, start, end, company, "gains", "reported", "", 1.0, None, label))
    started = time.process_time()
    found = grouped(claims)
    assert time.process_time() - started < 8
    assert len(found) == 50_000 and len({each.origin for each in found}) > 1000
    crowd = [replace(each, origin="Company0 2025-01-01") for each in claims]  # all on one day, in one company's name
    started = time.process_time()
    grouped(crowd)
    assert time.process_time() - started < 30
