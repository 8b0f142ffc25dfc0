"""So what for us: what an answer and a card mean for the home company, in the articles' own words, and nothing without one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from openai_server import OpenAIServer
from test_cli import check_answer

from longhaul.bot import sheet, shown
from longhaul.bot.answer.model import ModelAnswerer
from longhaul.bot.card import card
from longhaul.bot.chain import Bot
from longhaul.bot.compose import MEANS_FOR, compose, meaning
from longhaul.bot.contract import answer_object
from longhaul.bot.corrections import Corrections
from longhaul.bot.home import belongs
from longhaul.bot.plan import plan
from longhaul.bot.types import Bearing, Draft, Drafted, Quote, Stake, Turn, Verdict
from longhaul.ingest.actors import link
from longhaul.ingest.types import Claim, Filter, Source, UserError

DAY = date(2026, 11, 23)
PROSE = ["When did Verizon announce that it would build fibre for AWS?", "What did Meta commit to Corning?",
         "Why did Celestica's shares fall although revenue grew 53%?", "How did Arista's AI revenue goals change up to May 2026?",
         "Is AT&T's $250 billion all new construction spending?"]
TABLES = ["Who wins and who loses from the Verizon-AWS deal?", "Is Corning a winner?", "Does Google Cloud WAN make telcos losers?"]
HOMES = ["Verizon", "AT&T", "NVIDIA", "Amazon Web Services", "Microsoft", "Zayo"]
BREAD = "How long should sourdough bread rise before baking?"


def _same(one, other) -> bool:
    return replace(one, seconds={}) == replace(other, seconds={})


@pytest.mark.parametrize("question", [*PROSE, *TABLES, BREAD])
def test_without_one_nothing_changes(bot, question):
    plain = bot.ask(question)
    assert bot.home == "" and not meaning(plain)
    own = Bot(bot.index, bot.embedder, bot.companies, bot.answerer, home="Verizon")
    assert _same(own.ask(question, home=""), plain) and _same(own.ask(question, home=" "), plain)


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("question", PROSE + TABLES)
def test_the_section(bot, question, home):
    plain, answer = bot.ask(question), bot.ask(question, home=home)
    section = meaning(answer)
    assert len(section) <= 2 and (section or home in {verdict.actor for verdict in plain.verdicts})
    assert answer.statements[len(answer.statements) - len(section):] == tuple(section)
    if plain.verdicts:
        assert answer.verdicts == plain.verdicts and len(answer.text.split()) <= 160
    else:
        assert answer.text.startswith(plain.text) and len(answer.text.split()) <= len(plain.text.split()) + 60
    marks = [int(n) for n in re.findall(r"\[(\d+)\]", answer.text)]
    assert list(dict.fromkeys(marks)) == [citation.n for citation in answer.citations]
    before = {n for statement in answer.statements if not statement.home for n in statement.citations}
    articles = {citation.source.id for citation in answer.citations if citation.n in before}
    new = [citation for citation in answer.citations if citation.n not in before]
    assert len({citation.quote for citation in answer.citations}) == len(answer.citations)
    for citation in new:
        article = bot.article(citation.source.id)
        assert citation.source.id in articles and article.text[citation.start:citation.end] == citation.quote
        about = {claim.actor for claim in bot.claims(article=citation.source.id) if claim.start == citation.start}
        named = {mention.actor for sentence in link(article, bot.companies) if sentence.start == citation.start and not sentence.title
                 for mention in sentence.mentions}
        assert home in about | named
    if section and not section[0].citations:
        assert answer.text.endswith(f"\n\nThe sources of this answer say nothing about what it means for {home}.")
        assert not [claim for id in articles for claim in bot.claims(Filter((home,)), article=id)]
    elif section:
        assert f"\n\n**{MEANS_FOR.format(home)}**\n\n" in answer.text


def _about(bot, question: str, home: str) -> list[str]:
    answer = bot.ask(question, home=home)
    return [answer.citations[n - 1].quote for statement in meaning(answer) for n in statement.citations]


def test_claims_on_the_company_come_first(bot):
    [told] = _about(bot, PROSE[0], "AT&T")
    assert told.startswith("The same writer judges that it puts pressure on the business units of AT&T and T-Mobile")


def test_else_what_names_a_rival_or_a_partner_beside_it(bot):
    """No claim of the article is about Meta: one on Google Cloud names it too."""
    [told] = _about(bot, PROSE[0], "Meta")
    assert told.startswith("The deal followed earlier AI Connect business with Google Cloud and Meta")
    assert not [claim for claim in bot.claims(Filter(("Meta",))) if claim.text == told]


def test_an_answer_that_declines_says_nothing_more(bot):
    assert _same(replace(bot.ask(BREAD, home="Verizon"), fingerprint=""), replace(bot.ask(BREAD), fingerprint=""))


def test_a_rejected_claim_is_no_reason(bot, tmp_path):
    own = Bot(bot.index, bot.embedder, bot.companies, bot.answerer, Corrections(tmp_path), home="AT&T")
    [told] = _about(own, PROSE[0], "AT&T")
    for claim in own.claims():
        if claim.text == told:
            own.corrections.record(claim, "reject", "Ann", "It does not say that.")
    assert told not in _about(own, PROSE[0], "AT&T")


def test_what_belongs_to_it_counts_from_the_day_it_joined(companies):
    def claim(day: date) -> Claim:
        source = Source("a", "A", date=day)
        return Claim("c", source, "Frontier won.", 0, 13, "Frontier Communications", "gains", "reported", "won", 0.9, None, "o")

    assert belongs(claim(date(2026, 3, 1)), "Verizon", companies) and belongs(claim(date(2024, 1, 1)), "Frontier Communications", companies)
    assert not belongs(claim(date(2025, 3, 1)), "Verizon", companies)


QUOTES = [Quote(Source("a", "A"), f"Zebra {n} " + "word " * 20, n * 200, n * 200 + 130) for n in range(3)]


def _composed(*shown: int, home: int, rows: int = 0, more: int = 0):
    """An answer that shows some of the quotes, and one of them that bears on the home company."""
    verdict = Verdict("Okapi", "wins", "reported", {}, 0.9, 1, 1, DAY)
    long = Quote(Source("a", "A"), "long " * more, 900, 999)
    stakes = (Stake(verdict, (*(QUOTES[n] for n in range(rows)), long)),) if rows else ()
    draft = Draft(tuple(Drafted(QUOTES[n].text, (QUOTES[n],)) for n in shown), "answered", None, "offline", stakes,
                  bearing=Bearing("Zebra", (Drafted(QUOTES[home].text, (QUOTES[home],)),)))
    return compose(draft, lambda quote: "opinion")


def test_what_stands_already_is_only_marked():
    told = _composed(0, 1, home=1)
    assert told.text.endswith("**What it means for Zebra**\n\nSee above (opinion) [2]") and len(told.citations) == 2
    assert [(each.text, each.citations, each.home) for each in told.statements][2:] == [("See above", (2,), "Zebra")]


def test_where_a_table_leaves_no_room_a_mark_leads_to_the_source():
    told = _composed(home=2, rows=1, more=108)
    assert told.text.endswith("**What it means for Zebra**\n\nSee the source (opinion) [3]")
    assert len(told.text.split()) <= 160 and told.citations[2].quote == QUOTES[2].text


def test_prose_gives_way_to_it():
    assert len(_composed(1, home=2, rows=1, more=60).statements) == 3  # two of the table, and the one on the company
    assert QUOTES[2].text.strip() in _composed(1, home=2, rows=1, more=60).text


def test_a_model_s_answer_has_it_too(bot, monkeypatch):
    with OpenAIServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        model = Bot(bot.index, bot.embedder, bot.companies, ModelAnswerer("openai:gpt-test", bot.embedder, bot.answerer), home="AT&T")
        answer = model.ask("Who comes under pressure as Verizon builds fibre for AWS?")
        assert answer.answerer == "openai:gpt-test" and meaning(answer) and "What it means for AT&T" in answer.text


def test_any_of_its_names_will_do(bot):
    one, other = (Bot(bot.index, bot.embedder, bot.companies, bot.answerer, home=name) for name in ("aws", "Amazon Web Services"))
    assert one.home == "Amazon Web Services" and _same(one.ask(PROSE[0]), other.ask(PROSE[0]))


def test_an_unknown_one_is_an_error(bot):
    for call in (lambda: bot.ask(PROSE[0], home="Verizzon"), lambda: bot.ask(PROSE[0], filter=Filter(("Verizzon",))),
                 lambda: Bot(bot.index, bot.embedder, bot.companies, bot.answerer, home="Verizzon")):
        with pytest.raises(UserError) as caught:
            call()
        assert (caught.value.message, caught.value.hint) == ("No company is called 'Verizzon'.", "Did you mean Verizon or Ericsson?")


def test_the_fingerprint_knows_it(bot):
    prints = {bot.ask(BREAD, home=home).fingerprint for home in ("", "Verizon", "AT&T")}
    assert len(prints) == 3 and bot.ask(BREAD, home="verizon").fingerprint in prints


@pytest.mark.parametrize(("question", "home"), [(PROSE[0], "AT&T"), (PROSE[1], "Zayo"), (TABLES[0], "Amazon Web Services")])
def test_a_follow_up_is_about_the_answer(bot, companies, question, home):
    """Nobody asked about the home company: what is said of it leads no later question astray."""
    plain, own = (plan("And what did it cost?", [Turn("user", "How so?"), Turn("assistant", answer.text)], Filter(), companies, DAY)
                  for answer in (bot.ask(question), bot.ask(question, home=home)))
    assert own == plain or own.actors == plain.actors[:len(own.actors)]  # a table's prose may have given way


def test_the_card(bot):
    own = Bot(bot.index, bot.embedder, bot.companies, bot.answerer, home="Verizon")
    found = card(own, "AWS", DAY)
    assert [*found.sections][-1] == "home" and 1 <= len(found.sections["home"]) <= 3
    for bullet in found.sections["home"]:
        article = own.article(bullet.quote.source.id)
        assert article.text[bullet.quote.start:bullet.quote.end] == bullet.quote.text
        assert {"Verizon", "Amazon Web Services"} <= {mention.actor for each in link(article, own.companies) for mention in each.mentions}
    texts = [bullet.quote.text for bullets in found.sections.values() for bullet in bullets]
    assert len(texts) == len(set(texts))
    text = sheet.markdown(found)
    assert re.findall(r"^## (.*)", text, re.MULTILINE) == [*sheet.TITLES.values(), "What it means for Verizon"]
    assert "<h2>What it means for Verizon</h2>" in sheet.page(found)
    assert [*sheet.card_object(found)][-1] == "home"


def test_the_card_of_the_company_itself_and_one_that_has_nothing_on_it(bot):
    own = Bot(bot.index, bot.embedder, bot.companies, bot.answerer, home="AT&T")
    assert card(own, "at&t", DAY) == card(bot, "AT&T", DAY)
    assert "<h2>What it means for AT&amp;T</h2>" in sheet.page(card(own, "Lumen", DAY))
    none = Bot(bot.index, bot.embedder, bot.companies, bot.answerer, home="Zayo")
    assert sheet.markdown(card(none, "TSMC", DAY)).endswith("## What it means for Zayo\n\nNo evidence.\n")


@pytest.mark.parametrize("as_of", [date(2025, 3, 1), date(2025, 11, 3)])
def test_nothing_comes_from_after_the_day(bot, as_of):
    own = Bot(bot.index, bot.embedder, bot.companies, bot.answerer, home="Verizon")
    quotes = [bullet.quote for bullet in card(own, "AWS", as_of).sections["home"]]
    quotes += own.ask("What does Verizon build for AWS?", filter=Filter(as_of=as_of)).citations
    assert all(quote.source.known <= as_of for quote in quotes)


@pytest.fixture
def on(longhaul, seeds_index):
    """Runs a command over the seeds."""
    return lambda *args, **options: longhaul(*args, "--index", seeds_index, **options)


def test_the_command_line(on, bot, monkeypatch, tmp_path):
    article = {source.id: json.loads(on("articles", "show", source.id, "--json").stdout) for source in bot.sources()}
    found = json.loads(on("ask", PROSE[0], "--home", "at&t", "--json").stdout)
    check_answer(found, article.get)
    assert "**What it means for AT&T**" in found["answer"]
    monkeypatch.setenv("LONGHAUL_HOME", "AT&T")
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"id": 1, "ask": PROSE[0]}), "utf-8")
    for args in (["ask", PROSE[0], "--json"], ["ask", "--batch", rows]):
        same = json.loads(on(*args).stdout)
        assert same["answer"] == found["answer"] and same["fingerprint"] == found["fingerprint"]
    off = json.loads(on("ask", PROSE[0], "--home", "", "--json").stdout)
    assert off | {"seconds": {}} == answer_object(bot.ask(PROSE[0])) | {"seconds": {}}
    assert "\n\nWhat it means for AT&T\n\nThe same writer" in on("ask", PROSE[0]).stdout
    assert "\n\nWhat it means for AT&T\n\nThe same writer" in on("chat", input=PROSE[0]).stdout
    assert "## What it means for AT&T" in on("card", "Verizon").stdout
    assert "## What it means for Lumen Technologies" in on("card", "Verizon", "--home", "lumen").stdout
    assert "What it means" not in on("card", "Verizon", "--home", "").stdout


@pytest.mark.parametrize("args", [["ask", PROSE[0]], ["card", "Lumen"], ["chat"]])
def test_an_unknown_one_on_the_command_line(on, monkeypatch, args):
    lines = ["No company is called 'Verizzon'.", "Did you mean Verizon or Ericsson?"]
    done = on(*args, "--home", "Verizzon")
    assert (done.exit_code, done.stdout, done.stderr.splitlines()) == (1, "", lines)
    monkeypatch.setenv("LONGHAUL_HOME", "Verizzon")
    assert on(*args).stderr.splitlines() == lines
    assert on("verdicts", "--company", "Lumen").exit_code == 0  # which is read for nobody


def test_on_a_terminal(bot):
    text = shown._marked("It rose. [1]\n\n**What it means for A\\*B**\n\nSee above (opinion) [1]")
    assert text.plain == "It rose. [1]\n\nWhat it means for A*B\n\nSee above (opinion) [1]"
    assert "bold" in {str(span.style) for span in text.spans}
