"""The board: filters, order, both sides of a row, what people say of sentences, and what is hostile."""

from __future__ import annotations

import csv
import re
import time
from datetime import date
from pathlib import Path

import pytest
from page_server import Server

from longhaul.bot.chain import Bot
from longhaul.bot.verdicts import weigh

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
expect = playwright.expect
expect.set_options(timeout=20_000)

EVIL = ('<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script></td></table> \u202eesrever '
        "${window.__pwned=1} {{constructor}}")
HOSTILE = f"""---
title: 'Zayo wins {EVIL}'
publisher: '<b>Mallory</b> & Sons'
url: 'javascript:window.__pwned=1'
date: 2026-06-01
---
Zayo won a record contract worth $2.1 billion and gained market share {EVIL}.
"""


@pytest.fixture(scope="module")
def bot(hostile_bot, tmp_path_factory: pytest.TempPathFactory) -> Bot:
    """The seeds and a hostile article, in an index that only these tests correct."""
    return hostile_bot(tmp_path_factory.mktemp("board"), HOSTILE)


@pytest.fixture(scope="module")
def server(chromium, bot: Bot):
    """The page over that index."""
    running = Server(Path(bot.index.place.kept), {"LONGHAUL_MODEL": "offline"})
    yield running
    running.kill()


@pytest.fixture(autouse=True)
def _uncorrected(bot: Bot):
    yield
    for each in reversed(bot.corrections.all()):
        bot.corrections.undo(each.id, "")


def board(page, server, query: str = ""):
    """The page with the board open at that state."""
    page.goto(f"{server.url}?tab=board{query}")
    page.locator(".lh-actors, .lh-empty, .lh-board .lh-trouble").first.wait_for()
    return page


def fits(page) -> bool:
    """Whether nothing on the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth && visualViewport.scale === 1")


def column(page, name: str) -> list[str]:
    """The cells of a column, from the top."""
    if name == "actor":
        return page.locator("tr[data-row] th button").all_inner_texts()
    return page.locator(f"tr[data-row] td[data-column={name}]").evaluate_all("cells => cells.map(cell => cell.firstChild.textContent)")


def row(page, actor: str):
    """The row of an actor."""
    return page.locator("tr[data-row]").filter(has=page.get_by_role("button", name=actor, exact=True))


def decisive(bot: Bot):
    """A claim without which its actor's verdict is another one, and that verdict."""
    claims = bot.claims()
    for verdict in bot.verdicts():
        for claim in (*verdict.for_, *verdict.against)[:20]:
            rest = [each for each in claims if each.actor == verdict.actor and each.id != claim.id]
            after = weigh(rest, date.today())
            if claim.outcome != "mixed" and after and after[0].outcome != verdict.outcome and len(verdict.for_) < 20 > len(verdict.against):
                return claim, verdict.outcome, after[0].outcome
    raise AssertionError("no verdict hangs on one claim")


def card(page, claim):
    """The card of a claim, unfolded."""
    found = page.locator(f'[data-claim="{claim.id}"]').first
    rest = page.locator("details.lh-rest").filter(has=page.locator(f'[data-claim="{claim.id}"]'))
    if rest.count() and not found.is_visible():
        rest.locator("summary").click()
    return found


def judge(page, claim, act: str, why: str = "It is about another firm.", who: str = "Ann", **choices: str) -> None:
    """Says something of a claim whose row is open."""
    card(page, claim).get_by_role("button", name=act, exact=True).first.click()
    form = page.locator("form.lh-judgement")
    for name, value in choices.items():
        form.locator(f"[name={name}]").select_option(value)
    form.get_by_label("Reason").fill(why)
    form.get_by_label("Your name").fill(who)
    form.get_by_role("button", name=act, exact=True).click()
    expect(page.locator("form.lh-judgement")).to_have_count(0)


def test_the_two_sides_know_of_each_other(page, bot):
    page.get_by_role("tab", name="Board").click()
    expect(page.locator("tr[data-row]")).to_have_count(len(bot.verdicts()))
    expect(page).to_have_url(re.compile(r"\?tab=board$"))
    expect(page.locator("#lh-main")).to_be_hidden()
    expect(page.get_by_role("tab", name="Board")).to_have_attribute("aria-selected", "true")
    page.go_back()
    expect(page.locator(".lh-welcome")).to_be_visible()
    expect(page.locator("#lh-board")).to_be_hidden()
    page.get_by_role("tab", name="Chat").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Board")).to_be_focused()
    expect(page.locator(".lh-actors")).to_be_visible()


def test_the_chat_keeps_its_state(page):
    page.locator(".lh-example").first.click()
    page.locator("#lh-thread .lh-exchange").wait_for()
    expect(page).to_have_url(re.compile(r"\?c="))
    conversation = page.url
    said = page.locator("#lh-thread").inner_text()
    page.get_by_role("textbox", name="Your question").fill("half a quest")
    page.get_by_role("tab", name="Board").click()
    page.locator(".lh-actors").wait_for()
    assert "c=" not in page.url  # what is given to others does not open what one asked
    page.get_by_role("tab", name="Chat").click()
    expect(page).to_have_url(conversation)
    assert page.locator("#lh-thread").inner_text() == said
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("half a quest")
    page.go_back()
    page.locator(".lh-actors").wait_for()
    page.reload()
    page.locator(".lh-actors").wait_for()
    page.get_by_role("tab", name="Chat").click()
    expect(page.locator("#lh-thread .lh-exchange")).to_have_count(1)
    expect(page).to_have_url(conversation)


def test_filters_narrow_what_is_shown(page, server, bot):
    board(page, server)
    everyone = len(bot.verdicts())
    expect(page.locator(".lh-found")).to_contain_text(f"{everyone} actors")
    page.get_by_label("Actor", exact=True).press_sequentially("veriz", delay=20)
    expect(page.locator(".lh-found")).to_contain_text(f"1 of {everyone} actors")
    assert column(page, "actor") == ["Verizon"]
    page.get_by_role("checkbox", name="opinion").check()
    expect(page).to_have_url(re.compile("basis=opinion"))
    expect(row(page, "Verizon").locator(".lh-bar")).to_have_attribute("aria-label", "Basis: 100% opinion")
    page.get_by_label("Words in a sentence").fill("no sentence says this")
    expect(page.locator(".lh-empty")).to_contain_text("No actor passes")
    expect(page.locator(".lh-found")).to_contain_text(f"0 of {everyone} actors")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("tr[data-row]")).to_have_count(everyone)
    expect(page.get_by_label("Actor", exact=True)).to_have_value("")
    expect(page).to_have_url(re.compile(r"\?tab=board$"))
    page.get_by_label("Role").select_option("hyperscaler")
    expect(page.locator(".lh-found")).to_contain_text(f"of {everyone} actors")
    assert 0 < len(column(page, "actor")) < 10 and "Microsoft" in column(page, "actor")


def test_columns_are_sorted_by_keyboard_too(page, server):
    board(page, server)
    sure = [int(text.rstrip("%")) for text in column(page, "confidence")]
    assert sure == sorted(sure, reverse=True)
    button = page.get_by_role("columnheader", name="Claims").get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Claims")).to_have_attribute("aria-sort", "descending")
    counts = [int(text.replace(",", "")) for text in column(page, "claims")]
    assert counts == sorted(counts, reverse=True)
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Claims")).to_have_attribute("aria-sort", "ascending")
    assert [int(text.replace(",", "")) for text in column(page, "claims")] == counts[::-1]
    page.get_by_role("columnheader", name="Actor").get_by_role("button").click()
    expect(page.get_by_role("columnheader", name="Actor")).to_have_attribute("aria-sort", "ascending")
    assert column(page, "actor") == sorted(column(page, "actor"), key=str.lower)


def test_a_row_shows_both_sides(page, server, bot):
    board(page, server)
    verdict = next(verdict for verdict in bot.verdicts() if verdict.actor == "Verizon")
    button = page.get_by_role("button", name="Verizon", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".lh-panel")).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(button).to_be_focused()
    expect(page).to_have_url(re.compile("actor=Verizon"))
    for side, claims in (("for", verdict.for_), ("against", verdict.against)):
        marks = page.locator(f"[data-side={side}] .lh-sentence mark").all_text_contents()
        assert marks == [claim.text for claim in claims[:20]]
    shown = page.locator(".lh-sentence").first.inner_text()
    assert "12 months ago" in shown and "sure" in shown and verdict.for_[0].source.title in shown
    page.go_back()
    expect(page.locator(".lh-panel")).to_have_count(0)
    row(page, "Verizon").locator("td").last.click()
    expect(page.locator(".lh-panel")).to_be_visible()
    page.locator("tr[data-opened] td").last.click()
    expect(page.locator(".lh-panel")).to_have_count(0)


def test_what_is_rejected_no_longer_counts_until_it_is_undone(page, server, bot):
    claim, before, after = decisive(bot)
    board(page, server, f"&actor={claim.actor.replace('&', '%26')}")
    outcome = page.locator("tr[data-opened] .lh-outcome")
    expect(outcome).to_have_text(before)
    judge(page, claim, "Reject")
    expect(outcome).to_have_text(after)
    expect(page.locator(".lh-toast")).to_contain_text(f"Rejected. {claim.actor}: {before} → {after}")
    expect(page.locator(f'[data-claim="{claim.id}"]')).to_have_count(0)
    kept = bot.corrections.all()[-1]
    assert (kept.claim, kept.act, kept.who, kept.why) == (claim.id, "reject", "Ann", "It is about another firm.")
    page.locator("[data-part=corrections] summary").click()
    expect(page.locator("[data-part=corrections] li").first).to_contain_text("Ann rejected this")
    page.reload()
    expect(outcome).to_have_text(after)
    page.locator("[data-part=corrections] summary").click()
    page.locator("[data-part=corrections]").get_by_role("button", name="Undo").click()
    expect(outcome).to_have_text(before)
    expect(page.locator(".lh-toast")).to_contain_text(f"Undone. {claim.actor}: {after} → {before}")
    expect(page.locator("[data-part=corrections] li").first).to_contain_text("undone by Ann")
    assert bot.corrections.all() == []


def test_a_corrected_sentence_changes_sides(page, server, bot):
    claim = next(verdict for verdict in bot.verdicts() if verdict.actor == "Verizon").for_[0]
    board(page, server, "&actor=Verizon")
    judge(page, claim, "Correct", outcome="loses", basis="forecast")
    moved = page.locator(f'[data-side=against] [data-claim="{claim.id}"]')
    expect(moved).to_contain_text("corrected by Ann")
    expect(moved.locator(".lh-basis")).to_have_text("forecast")
    page.locator(".lh-toast").get_by_role("button", name="Undo").click()
    expect(page.locator(f'[data-side=for] [data-claim="{claim.id}"]')).to_have_count(1)
    judge(page, claim, "Confirm", why="")
    expect(page.locator(f'[data-side=for] [data-claim="{claim.id}"]')).to_contain_text("confirmed by Ann")
    expect(page.locator(f'[data-claim="{claim.id}"]')).to_contain_text("100% sure")


def test_what_is_missing_is_said_in_the_form(page, server, bot):
    board(page, server, "&actor=Verizon")
    button = page.locator(".lh-sentence").first.get_by_role("button", name="Reject")
    button.click()
    form = page.locator("form.lh-judgement")
    expect(form.get_by_label("Reason")).to_be_focused()
    form.get_by_role("button", name="Reject").click()
    expect(form.get_by_role("alert")).to_have_text("Say in a few words why.")
    form.get_by_label("Reason").fill("x")
    form.get_by_role("button", name="Reject").click()
    expect(form.get_by_role("alert")).to_have_text("Say who you are.")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(button).to_be_focused()
    page.locator(".lh-sentence").first.get_by_role("button", name="Correct").click()
    form.get_by_label("Reason").fill("x")
    form.get_by_label("Your name").fill("Ann")
    form.get_by_role("button", name="Correct").click()
    expect(form.get_by_role("alert")).to_contain_text("changes nothing")
    assert bot.corrections.all() == []


def test_a_deep_link_opens_that_state(page, server):
    board(page, server, "&actor=verizon&basis=opinion&sort=-day&as_of=2026-01-31")
    expect(page.locator(".lh-panel")).to_be_visible()
    expect(page.get_by_role("button", name="Verizon", exact=True)).to_be_in_viewport()
    expect(page.get_by_role("checkbox", name="opinion")).to_be_checked()
    expect(page.get_by_label("As of")).to_have_value("2026-01-31")
    expect(page.get_by_role("columnheader", name="Last day")).to_have_attribute("aria-sort", "descending")
    assert {mark for mark in page.locator(".lh-sentence .lh-basis").all_inner_texts()} == {"opinion"}
    board(page, server, "&actor=Nobody+Known")
    expect(page.locator("#lh-board .lh-notice")).to_contain_text("No claim about Nobody Known")
    board(page, server, "&since=yesterday")
    expect(page.locator(".lh-trouble")).to_contain_text("“yesterday” is no day")
    board(page, server, "&role=zebra")
    expect(page.locator(".lh-trouble")).to_contain_text("Nobody has the role")


def test_a_sentence_carries_its_question_into_the_chat(page, server):
    board(page, server, "&actor=Verizon")
    said = page.locator(".lh-sentence mark").first.text_content()
    page.locator(".lh-sentence").first.get_by_role("link", name="Ask about this").click()
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_be_focused()
    expect(box).to_have_value(re.compile(re.escape(said[:200])))
    box.press("Enter")
    page.locator("#lh-thread .lh-exchange").wait_for()
    page.goto(f"{server.url}?ask=Who%20wins%3F")
    expect(box).to_have_value("Who wins?")
    assert "ask=" not in page.url


def test_a_chat_that_is_set_up_late_keeps_the_question(page, server):
    def late(route):
        time.sleep(2)
        route.continue_()

    page.route("**/queue/join*", late)  # what sets the chat up comes after the question does
    page.goto(f"{server.url}?ask=Who%20wins%3F")
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_have_value("Who wins?")
    page.locator(".lh-welcome").wait_for()
    page.wait_for_timeout(500)
    expect(box).to_have_value("Who wins?")


def test_an_answer_leads_to_the_board(page):
    page.get_by_role("textbox", name="Your question").fill("Does Verizon win or lose?")
    page.keyboard.press("Enter")
    page.locator(".lh-verdicts").get_by_role("link", name="Verizon").click()
    expect(page.locator("tr[data-opened]")).to_contain_text("Verizon")
    page.go_back()
    expect(page.locator(".lh-verdicts")).to_be_visible()


def test_files_hold_what_is_filtered(page, server, bot):
    board(page, server, "&role=carrier&sort=actor")
    actors = column(page, "actor")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert re.fullmatch(r"longhaul-board-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        assert [each["actor"] for each in csv.DictReader(file)] == actors
    with page.expect_download() as download:
        page.get_by_role("link", name="Markdown").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert f"{len(actors)} of {len(bot.verdicts())} actors" in text and "Verizon" in text


def test_hostile_words_stay_words(page, server):
    board(page, server, "&actor=Zayo&words=record+contract")
    shown = page.locator(".lh-sentence").first.text_content()
    assert "<img src=x onerror=" in shown and "<U+202E>esrever" in shown and "${window.__pwned=1} {{constructor}}" in shown
    assert "<b>Mallory</b> & Sons" in shown
    page.locator(".lh-sentence").first.get_by_role("button", name="Confirm").click()
    form = page.locator("form.lh-judgement")
    form.get_by_label("Reason").fill(EVIL)
    form.get_by_label("Your name").fill(EVIL)
    form.get_by_role("button", name="Confirm").click()
    expect(page.locator(".lh-said")).to_contain_text("<script>")
    board(page, server, f"&actor={EVIL.replace('&', '%26')}&find={EVIL.replace('&', '%26')}")
    expect(page.locator("#lh-board .lh-notice")).to_contain_text("<script>")
    assert page.locator("#lh-board :is(script, img, iframe, [onerror])").count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("window.__pwned") is None


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(visit, server, bot, scheme):
    page = board(visit(server.url, 390, 844, scheme), server, "&actor=Verizon")
    assert fits(page)
    page.locator(".lh-more summary").click()
    page.locator(".lh-board > header summary").click()
    assert fits(page)
    page.locator(".lh-sentence").first.get_by_role("button", name="Correct").click()
    page.get_by_label("Reason").fill("x" * 500)
    assert fits(page)
    page.get_by_label("Your name").fill("y" * 150)
    page.locator("form.lh-judgement [name=outcome]").select_option("loses")
    page.locator("form.lh-judgement").get_by_role("button", name="Correct").click()
    page.locator(".lh-toast button").first.wait_for()
    page.locator("[data-part=corrections] summary").click()
    assert fits(page)
    small = page.evaluate("""[...document.querySelectorAll('#lh-board :is(button, select, input, textarea, summary, .lh-chip, .lh-acts a)')]
        .filter(each => each.checkVisibility() && !each.matches('.lh-actor, .lh-chip input'))
        .filter(each => each.getBoundingClientRect().height < 40).map(each => each.outerHTML.slice(0, 80))""")
    assert small == []
    for name in page.locator(".lh-actor").all()[:3]:  # the finger may hit the line around the name
        box = name.evaluate("each => { const style = getComputedStyle(each, '::after');"
                            " return each.getBoundingClientRect().height - parseFloat(style.top) - parseFloat(style.bottom) }")
        assert box >= 40
    page.get_by_label("Sort").select_option("-claims")
    most = max(bot.verdicts(), key=lambda verdict: verdict.claims)
    expect(page.locator("tr[data-row]").first).to_contain_text(most.actor)
    counts = [int(text.replace(",", "")) for text in column(page, "claims")]
    assert counts == sorted(counts, reverse=True)


def test_everything_that_can_be_used_has_a_name(page, server):
    board(page, server, "&actor=Verizon")
    page.locator(".lh-sentence").first.get_by_role("button", name="Correct").click()
    nameless = page.evaluate("""[...document.querySelectorAll('#lh-board :is(button, select, input, textarea, summary, a)')]
        .filter(each => !(each.ariaLabel || each.labels?.[0]?.textContent.trim() || each.textContent.trim()))
        .map(each => each.outerHTML.slice(0, 80))""")
    assert nameless == []


def test_a_server_that_is_gone_is_told(page, server):
    board(page, server)
    page.route("**/component_server/**", lambda route: route.abort())
    page.get_by_role("columnheader", name="Actor").get_by_role("button").click()
    expect(page.locator(".lh-toast")).to_contain_text("does not answer")
    expect(page.locator("tr[data-row]").first).to_be_visible()
