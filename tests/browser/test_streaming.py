"""An answer while a model writes it: seen as it comes, stopped, and found again after a reload."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
expect = playwright.expect
META = "What did Meta commit to Corning?"


@pytest.fixture
def gated(visit, written, model):
    """The page with an answer whose first words are there, and whose rest waits for `model.gate`."""
    model.fault = "gated"
    model.gate.clear()
    page = visit(written.url)
    page.get_by_role("textbox", name="Your question").fill(META)
    page.keyboard.press("Enter")
    page.locator("#lh-live .lh-writing").wait_for()
    yield page
    model.gate.set()


def test_an_answer_streams_in(gated, model):
    expect(gated.locator(".lh-card")).to_have_count(0)
    expect(gated.get_by_role("button", name="Stop")).to_be_visible()
    model.gate.set()
    expect(gated.locator(".lh-card").first).to_be_visible()
    expect(gated.locator("#lh-live .lh-exchange")).to_have_count(0)
    expect(gated.locator(".lh-byline")).to_contain_text("openai:gpt-test")


def test_an_answer_is_not_lost_when_the_page_is_opened_again(gated, model):
    gated.reload()
    gated.locator("#lh-live .lh-writing").wait_for()
    model.gate.set()
    expect(gated.locator(".lh-card").first).to_be_visible()
    expect(gated.locator("#lh-thread .lh-exchange")).to_have_count(1)


def test_an_answer_can_be_stopped_and_asked_for_again(gated, model):
    gated.get_by_role("button", name="Stop").click()
    expect(gated.locator(".lh-trouble")).to_contain_text("stopped before it was complete")
    model.gate.set()
    gated.get_by_role("button", name="Ask again").click()
    expect(gated.locator(".lh-card").first).to_be_visible()
    expect(gated.locator("#lh-thread .lh-exchange")).to_have_count(2)


def test_who_waits_does_not_hold_up_another(gated, visit, written, model):
    model.fault = None
    other = visit(written.url)
    other.get_by_role("textbox", name="Your question").fill("Why did Celestica's shares fall?")
    other.keyboard.press("Enter")
    expect(other.locator(".lh-card").first).to_be_visible()
    expect(gated.locator("#lh-live .lh-writing")).to_be_visible()


def test_a_model_that_fails_is_named(visit, written, model):
    model.fault, model.reply, before = None, 401, model.reply
    try:
        page = visit(written.url)
        page.get_by_role("textbox", name="Your question").fill(META)
        page.keyboard.press("Enter")
        expect(page.locator(".lh-byline")).to_contain_text("openai:gpt-test")
        expect(page.locator(".lh-byline")).to_contain_text("Offline")
    finally:
        model.reply = before
