"""The battlecard: the articles' own words, a minute long, nothing from the future, and a page that obeys nobody."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from longhaul.bot import sheet
from longhaul.bot.card import SECTIONS, card
from longhaul.bot.chain import Bot
from longhaul.bot.corrections import Corrections
from longhaul.bot.plain import LABELS
from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import UserError

DAY = date(2026, 11, 23)
TITLES = ["Position", "Recent moves", "Pressures", "Partners and customers", "What to watch"]
BULLET = ["text", "article", "start", "end", "publisher", "date", "basis", "side"]


def _bullets(found) -> list:
    return [bullet for name in SECTIONS for bullet in found.sections[name]]


@pytest.fixture(scope="module")
def cards(bot):
    """The cards of all actors that have a verdict."""
    return [card(bot, verdict.actor, DAY) for verdict in bot.verdicts()]


def test_every_bullet_is_the_article_word_for_word(cards, bot):
    assert len(cards) > 20 and sum(len(_bullets(found)) for found in cards) > 100
    for found in cards:
        assert list(found.sections) == list(SECTIONS)
        for bullet in _bullets(found):
            quote = bullet.quote
            assert bot.article(quote.source.id).text[quote.start:quote.end] == quote.text
            assert bullet.basis in BASES


def test_a_card_is_read_in_a_minute_and_says_nothing_twice(cards):
    for found in cards:
        texts = [" ".join(bullet.quote.text.lower().split()) for bullet in _bullets(found)]
        assert len(texts) == len(set(texts)) and all(len(found.sections[name]) <= 3 for name in SECTIONS)
        assert len(found.sections["position"]) <= 2 and sum(len(text.split()) for text in texts) <= 260


def test_the_sections_hold_what_they_say(cards):
    for found in cards:
        gains = {claim.text for claim in found.verdict.for_}
        against = {claim.text for claim in found.verdict.against}
        assert found.sections["position"]
        for bullet in found.sections["position"]:
            assert bullet.side in ("for", "against", "both")
            assert bullet.quote.text in {"for": gains, "against": against, "both": gains & against}[bullet.side]
        assert all(bullet.quote.text in gains and bullet.basis not in ("forecast", "question") for bullet in found.sections["moves"])
        assert all(bullet.quote.text in against for bullet in found.sections["pressures"])
        assert all(bullet.basis in ("forecast", "question") for bullet in found.sections["watch"])


def test_the_first_move_is_the_newest_one(bot):
    """Of sentences that are not too long; the longer ones come after."""
    found = card(bot, "Lumen", DAY)
    day_of = {claim.text: claim.day for claim in found.verdict.for_}
    moves = [(len(bullet.quote.text), day_of[bullet.quote.text]) for bullet in found.sections["moves"]]
    assert len(moves) > 1 and moves[0][1] == max(day for length, day in moves if length <= max(280, moves[0][0]))


@pytest.mark.parametrize(("actor", "partner"), [("Verizon", "AWS"), ("Corning", "Meta"), ("Orange", "Nokia"), ("OpenAI", "AMD")])
def test_partners_are_named(bot, actor, partner):
    assert any(partner in bullet.quote.text for bullet in card(bot, actor, DAY).sections["partners"])


@pytest.mark.parametrize("as_of", [date(2025, 3, 1), date(2025, 11, 4), date(2026, 2, 3)])
def test_nothing_comes_from_after_the_day(bot, as_of):
    seen = 0
    for actor in ("Verizon", "Lumen", "NVIDIA", "AT&T", "hyperscalers", "Corning"):
        found = card(bot, actor, as_of)
        assert all(bullet.quote.source.known <= as_of for bullet in _bullets(found))
        seen += len(_bullets(found))
    assert seen


def test_where_there_is_no_evidence_it_says_so(bot):
    found = card(bot, "Verizon", date(2020, 1, 1))
    assert found.verdict is None and _bullets(found) == []
    assert sheet.markdown(found).count("\nNo evidence.\n") == sheet.page(found).count(">No evidence.<") == 5
    assert sheet.card_object(found)["verdict"] is None


def test_what_stands_elsewhere_is_not_called_missing(bot):
    """All that is to be watched stands under pressures already."""
    found = card(bot, "smaller companies", DAY)
    assert found.sections["watch"] == () and found.elsewhere == {"watch"}
    assert sheet.markdown(found).endswith("## What to watch\n\nOnly what the other sections say.\n")


def _unescaped(text: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def test_the_markdown(bot):
    found = card(bot, "Verizon", DAY)
    text = sheet.markdown(found)
    assert text.startswith("# Verizon\n") and re.findall(r"^## (.*)", text, re.MULTILINE) == TITLES
    assert re.search(rf"^\*\*{found.verdict.outcome.capitalize()}\*\* as of 23 November 2026, \d+% sure: ", text, re.MULTILINE)
    assert f"{found.verdict.claims} claims, {found.verdict.origins} origins" in text
    lines = re.findall(r"^- (?:(?:For|Against|Both ways): )?“(.*)” \[(.*)\]$", text, re.MULTILINE)
    assert len(lines) == text.count("\n- ") == len(_bullets(found))
    for (words, told), bullet in zip(lines, _bullets(found), strict=True):
        assert _unescaped(words) == " ".join(bullet.quote.text.split())
        source, day = bullet.quote.source, bullet.quote.source.known
        assert told == f"{source.publisher}, {day.day} {day:%B} {day.year}, {LABELS.get(bullet.basis, bullet.basis)}"


def test_one_origin_is_said_plainly(bot):
    one = next(verdict for verdict in bot.verdicts() if verdict.origins == verdict.claims == 1)
    assert "1 claim, 1 origin, " in sheet.markdown(card(bot, one.actor, DAY))


class _Tags(HTMLParser):
    """The tags, attributes and words of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.words += "" if self.tags[-1:] == ["style"] else data


PLAIN = set("html head meta title style body header h1 bdi p strong main section h2 ul li small".split())


def test_the_page_needs_nothing_beside_it(cards):
    for found in cards[:10]:
        page = sheet.page(found)
        seen = _Tags(page)
        assert set(seen.tags) <= PLAIN and seen.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class"}
        assert not re.search(r"https?:|url\(|@import|src=", page) and "default-src 'none'" in page
        assert "prefers-color-scheme: dark" in page and "size: A4" in page
        words = " ".join(seen.words.split())
        assert all(" ".join(bullet.quote.text.split()) in words for bullet in _bullets(found))
        assert [title for title in TITLES if title not in words] == []


HOSTILE = ("<script>alert(1)</script> Zayo won a contract from Lumen </style><img src=x onerror=alert(2)> \x1b[31mred\x1b[0m "
           "\u202enozirev\u2066 [link](javascript:alert(3)) **bold** `code` | {title} &lt;b&gt;.")


@pytest.fixture
def hostile(longhaul, tmp_path):
    """Runs a command over an index of one hostile article."""
    rows = [{"id": "evil", "title": "<b>Evil</b>", "text": f"{HOSTILE} Zayo lost its largest customer to Lumen.", "date": "2025-01-02",
             "publisher": "\"><svg onload=alert(4)>\x1b[5m[x](http://evil.example)", "companies": ["<i>Firm</i> & {title}"]},
            {"id": "long", "title": "Long", "text": "Zayo's revenue rose 40%" + " and rose again" * 400 + ".", "date": "2025-01-03"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    assert longhaul("ingest", tmp_path / "rows.jsonl", "--index", tmp_path / "i").exit_code == 0
    return lambda *args: longhaul(*args, "--index", tmp_path / "i")


def test_a_hostile_article_is_shown_and_not_obeyed(hostile):
    found = json.loads(hostile("card", "Zayo", "--json").stdout)
    assert any("<script>" in bullet["text"] for name in SECTIONS for bullet in found[name])  # it is on the card
    page = hostile("card", "Zayo", "--html").stdout
    seen = _Tags(page)
    assert set(seen.tags) <= PLAIN and not {"src", "onerror", "onload", "href"} & seen.attributes
    assert "<script>alert(1)</script> Zayo won a contract" in seen.words and seen.tags.count("style") == 1
    text = hostile("card", "Zayo").stdout
    assert "\\<script>" in text and "\\[link\\](javascript" in text and "\\*\\*bold" in text and not re.search(r"(?<!\\)<", text)
    for shown in (page, text):
        assert not set(shown) & {"\x1b", "\u202e", "\u2066", "\x07"}


def test_a_hostile_name_is_a_name(hostile):
    page = hostile("card", "<i>Firm</i> & {title}", "--html").stdout
    assert set(_Tags(page).tags) <= PLAIN and "&lt;i&gt;Firm&lt;/i&gt; &amp; {title}" in page


def test_a_sentence_without_end_is_cut(hostile):
    found = json.loads(hostile("card", "Zayo", "--json").stdout)
    article = json.loads(hostile("articles", "show", "long", "--json").stdout)["text"]
    [long] = [bullet for name in SECTIONS for bullet in found[name] if bullet["article"] == "long"]
    assert len(long["text"]) < 500 and article[long["start"]:long["end"]] == long["text"]
    assert f"{long['text']} …”" in hostile("card", "Zayo").stdout


def test_json(longhaul, seeds_index):
    found = json.loads(longhaul("card", "verizon", "--as-of", "2026-11-23", "--json", "--index", seeds_index).stdout)
    assert list(found) == ["actor", "as_of", "verdict", *SECTIONS]
    assert found["actor"] == "Verizon" and found["as_of"] == "2026-11-23" and found["verdict"]["actor"] == "Verizon"
    bullets = [bullet for name in SECTIONS for bullet in found[name]]
    assert bullets and all(list(bullet) == BULLET for bullet in bullets)
    assert all((bullet["side"] is None) == (bullet not in found["position"]) for bullet in bullets)


def test_the_same_words_on_every_way_in(longhaul, seeds_index, bot):
    run = [longhaul("card", "AT&T", "--as-of", "2026-11-23", *args, "--index", seeds_index).stdout for args in ([], ["--html"])]
    assert run == [sheet.markdown(card(bot, "AT&T", DAY)), sheet.page(card(bot, "AT&T", DAY))]


def test_an_unknown_actor(longhaul, seeds_index, bot):
    done = longhaul("card", "Verizzon", "--index", seeds_index)
    assert done.exit_code == 1 and not done.stdout
    assert done.stderr.splitlines() == ["No company is called 'Verizzon'.", "Did you mean Verizon or Ericsson?"]
    with pytest.raises(UserError):
        card(bot, "")


@pytest.mark.parametrize("args", [[], ["Verizon", "--html", "--json"], ["Verizon", "--as-of", "soon"], ["Verizon", "Lumen"]])
def test_wrong_usage(longhaul, seeds_index, args):
    assert longhaul("card", *args, "--index", seeds_index).exit_code == 2


def test_a_rival_is_no_partner(bot_over):
    """ "Second supplier to Cisco" says who comes second, and no more; what one buys is no partner either."""
    text = ("HPE becomes a larger second supplier to Cisco. HPE competes with Arista. HPE works with Orange on servers. "
            "HPE completed its purchase of Juniper Networks.")
    found = card(bot_over([{"id": "a", "title": "News", "date": "2025-07-02", "text": text}]), "HPE", DAY)
    assert [bullet.quote.text for bullet in found.sections["partners"]] == ["HPE works with Orange on servers."]


def test_a_verdict_that_says_both_in_one_sentence(bot, tmp_path):
    """Where one mixed sentence is all there is, it stands once."""
    own = Bot(bot.index, bot.embedder, bot.companies, bot.answerer, Corrections(tmp_path))
    [claim] = next((*verdict.for_, *verdict.against) for verdict in own.verdicts() if verdict.claims == 1 and verdict.outcome != "mixed")
    own.corrections.record(claim, "correct", "Ann", "It says both.", outcome="mixed")
    [bullet] = card(own, claim.actor, DAY).sections["position"]
    assert bullet.side == "both" and "- Both ways: “" in sheet.markdown(card(own, claim.actor, DAY))
