"""The page: asking, the way from a mark to its evidence, what is kept, and what is hostile."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from longhaul.bot.conversations import Conversations

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
expect = playwright.expect
expect.set_options(timeout=20_000)

META = "What did Meta commit to Corning?"


def ask(page, question: str, number: int = 0) -> None:
    """Types a question, sends it with Enter and waits for what comes of it; `number`: how many were asked before."""
    box = page.get_by_role("textbox", name="Your question")
    box.fill(question)
    box.press("Enter")
    page.locator("#lh-thread .lh-exchange").nth(number).wait_for()
    expect(page.locator("#lh-live .lh-exchange")).to_have_count(0)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()


def answer(page, server):
    """The answer that is kept for the conversation on the page."""
    id = parse_qs(urlsplit(page.url).query)["c"][0]
    return Conversations(server.folder).load(id)[-1].outcome.answer


def fits(page) -> bool:
    """Whether nothing on the page is wider than the screen."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth && visualViewport.scale === 1")


def test_an_example_is_answered_with_its_evidence(page, server):
    example = page.locator(".lh-example").filter(has_text=META)
    example.click()
    expect(page.locator(".lh-card").first).to_be_visible()
    expect(page.locator(".lh-question")).to_have_text(META)
    expect(page.locator(".lh-byline")).to_contain_text("Offline")
    kept = answer(page, server)
    assert page.locator(".lh-card").count() == len(kept.citations) > 0
    shown = page.locator(".lh-card").first.inner_text()
    assert kept.citations[0].source.title in shown and "via Longhaul brief" in shown
    assert re.search(r"\d (weeks|months|years) ago", shown)


def test_a_mark_leads_to_its_quote_and_back(page, server):
    ask(page, META)
    kept = answer(page, server)
    marks = page.locator("#lh-thread .lh-mark")
    last = kept.statements[-1].citations[-1]
    marks.last.click()
    card = page.locator(f"#card-0-{last}")
    expect(card).to_be_focused()
    expect(card).to_be_in_viewport()
    assert card.locator("mark").text_content() == kept.citations[last - 1].quote
    for citation in kept.citations:
        assert page.locator(f"#card-0-{citation.n} mark").text_content() == citation.quote
    card.get_by_role("button").click()
    expect(marks.last).to_be_focused()


def test_the_evidence_follows_the_answer_one_looks_at(page):
    ask(page, META)
    ask(page, "Why did Celestica's shares fall?", 1)
    expect(page.locator("#card-0-1")).to_be_hidden()
    expect(page.locator("#card-1-1")).to_be_visible()
    page.locator("[data-card=card-0-1].lh-mark").first.click()
    expect(page.locator("#card-0-1")).to_be_focused()
    expect(page.locator("#card-1-1")).to_be_hidden()


def test_keys_are_enough(page):
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_be_focused()
    page.keyboard.type("What did Meta commit")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("to Corning?")
    expect(box).to_have_value("What did Meta commit\nto Corning?")
    page.keyboard.press("Enter")
    page.locator("#lh-thread .lh-exchange").wait_for()
    expect(page.locator("#lh-live .lh-exchange")).to_have_count(0)
    page.keyboard.press("Shift+Tab")
    summary = page.locator("#lh-thread .lh-reading summary")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#lh-thread .lh-reading")).to_contain_text("Meta, Corning")
    page.keyboard.press("Shift+Tab")
    mark = page.locator("#lh-thread .lh-mark").last
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f"#{mark.get_attribute('data-card')}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()


def test_a_conversation_survives_a_reload_and_a_restart(page, server):
    ask(page, META)
    address = page.url
    thread, cards = page.locator("#lh-thread").inner_text(), page.locator("#lh-evidence").inner_text()
    page.reload()
    page.locator("#lh-thread .lh-exchange").wait_for()
    assert page.url == address
    assert page.locator("#lh-thread").inner_text() == thread
    assert page.locator("#lh-evidence").inner_text() == cards

    assert server.stop() == 0
    assert "Traceback" not in server.said
    server.start()
    assert address.startswith(server.url)
    page.reload()
    page.locator("#lh-thread .lh-exchange").wait_for()
    assert page.locator("#lh-thread").inner_text() == thread
    ask(page, "And what does Corning expect?", 1)
    assert page.locator("#lh-thread").inner_text().startswith(thread)


def test_new_and_earlier_conversations(page):
    ask(page, META)
    first = page.url
    page.get_by_role("link", name="New conversation").click()
    page.locator(".lh-welcome").wait_for()
    expect(page).not_to_have_url(re.compile(r"\?c="))
    ask(page, "Why did Celestica's shares fall?")
    assert page.url != first
    page.locator("#lh-recent summary").click()
    page.get_by_role("link", name=META).click()
    expect(page.locator(".lh-question")).to_have_text(META)
    assert page.url == first
    page.go_back()
    expect(page.locator(".lh-question")).to_have_text("Why did Celestica's shares fall?")


def test_an_unknown_conversation_says_so(visit, server):
    page = visit(f"{server.url}?c=nobody-knows-this")
    expect(page.locator(".lh-notice")).to_contain_text("not kept here")
    ask(page, META)
    expect(page.locator(".lh-card").first).to_be_visible()


def test_what_the_corpus_does_not_say_looks_different(page, server):
    ask(page, "How long should sourdough bread rise before baking?")
    assert answer(page, server).status == "unanswerable"
    expect(page.locator(".lh-badge")).to_have_text("Not in the corpus")


def test_trouble_has_two_lines_and_loses_nothing(page):
    question = "Why? " * 1000
    ask(page, question)
    expect(page.locator(".lh-trouble p")).to_have_count(2)
    expect(page.locator(".lh-trouble")).to_contain_text("at most 4,000 are read")
    expect(page.get_by_role("textbox", name="Your question")).to_have_value(question.strip())
    page.reload()
    expect(page.locator(".lh-trouble")).to_contain_text("Ask it in fewer words.")
    ask(page, META, 1)
    expect(page.locator(".lh-card").first).to_be_visible()


def test_hostile_words_stay_words(page):
    question = ('Zebrafibre <script>window.__pwned=1</script><img src=x onerror="window.__pwned=1"> [a](https://evil.example/q) '
                "$2.1 billion to $3 \u202e\x1b[31m ${window.__pwned=1} {{constructor}} </section></div>")
    ask(page, question)
    shown = page.locator(".lh-question").text_content()
    assert shown == question.replace("\u202e\x1b[31m", "<U+202E>␛[31m")
    page.locator(".lh-card", has_text="Zebrafibre").wait_for()
    text = page.locator("#lh-main").text_content()
    for words in ("<script>window.__pwned=1</script>", "**stripes**", "[the zebra](https://evil.example/x)",
                  "$2.1 billion and $4", '<a href="https://evil.example/y">herd</a>', "<b>Mallory</b> & Sons",
                  "${window.__pwned=1} {{constructor}}"):
        assert words in text
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x1b]", text)
    assert page.locator("#lh-main :is(script, img, iframe, [onerror])").count() == 0
    assert page.locator('a[href*="evil"], a[href^="javascript"]').count() == 0
    page.reload()
    page.locator(".lh-card", has_text="Zebrafibre").wait_for()
    assert page.evaluate("window.__pwned") is None


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(visit, server, width, scheme):
    page = visit(server.url, width, 844, scheme)
    assert fits(page)
    ask(page, "What did Meta commit to Corning? " + "x" * 300)
    assert fits(page)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()
    ground = page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).backgroundColor")
    light = sum(map(int, re.findall(r"\d+", ground)[:3])) > 382
    assert light == (scheme == "light")
    page.locator("#lh-thread .lh-mark").first.click()
    expect(page.locator(".lh-card").first).to_be_in_viewport()
    assert fits(page)


def test_fingers_hit_what_they_aim_at(visit, server):
    page = visit(server.url, 390, 844)
    ask(page, META)
    page.get_by_role("link", name="New conversation").click()
    page.locator(".lh-welcome").wait_for()
    for target in (*page.locator(".lh-example").all(), page.locator("#lh-recent summary"), page.locator(".lh-new"),
                   page.get_by_role("button", name="Ask", exact=True), page.get_by_role("textbox", name="Your question")):
        assert target.bounding_box()["height"] >= 40, target
    page.locator("#lh-recent summary").click()
    menu = page.locator("#lh-recent nav").bounding_box()
    assert menu["x"] >= 0 and menu["x"] + menu["width"] <= 390


def test_two_people_do_not_meet(visit, server):
    one, other = visit(server.url), visit(server.url)
    for page, question in ((one, META), (other, "Why did Celestica's shares fall?")):
        page.get_by_role("textbox", name="Your question").fill(question)
        page.keyboard.press("Enter")
    for page, question in ((one, META), (other, "Why did Celestica's shares fall?")):
        page.locator("#lh-thread .lh-exchange").wait_for()
        expect(page.locator(".lh-question")).to_have_text(question)
    other.locator("#lh-recent summary").click()
    expect(other.locator("#lh-recent nav a")).to_have_count(1)


def test_the_browser_is_told_to_ask_nobody_else(page, server):
    response = page.goto(server.url)
    policy = response.header_value("content-security-policy")
    assert "default-src 'self'" in policy and "http" not in policy
    assert response.header_value("referrer-policy") == "no-referrer"
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="(https?:)?//', response.text())
    assert loaded == []
