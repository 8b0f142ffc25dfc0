"""The page's field for the home company: what it adds to an answer, how it is chosen, and how long it holds."""

from __future__ import annotations

import pytest
from page_server import Server
from test_page import META, answer, ask, fits

from longhaul.bot.compose import meaning

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
expect = playwright.expect

FIBRE = "When did Verizon announce that it would build fibre for AWS?"
NOBODY = "nobody in particular"


def field(page):
    """The field, once the page has put its value there."""
    return page.get_by_role("combobox", name="What it means for")


def choose(page, typed: str, name: str) -> None:
    """Types the beginning of a name and takes it from the list."""
    field(page).click()
    field(page).press_sequentially(typed)
    page.get_by_role("option", name=name).click()
    expect(field(page)).to_have_value(name)


def test_it_is_off_until_a_company_is_chosen(page, server):
    expect(field(page)).to_have_value(NOBODY)
    ask(page, FIBRE)
    assert not meaning(answer(page, server)) and page.locator(".lh-meaning").count() == 0
    choose(page, "at&", "AT&T")
    ask(page, FIBRE, 1)
    told = meaning(answer(page, server))
    section = page.locator(".lh-meaning:has(h3)")
    expect(section.get_by_role("heading")).to_have_text("What it means for AT&T")
    expect(section).to_contain_text(told[0].text)
    section.locator(".lh-mark").first.click()
    expect(page.locator(f"#card-1-{told[0].citations[0]}")).to_be_focused()
    ask(page, META, 2)
    expect(page.locator(".lh-exchange").last).to_contain_text("say nothing about what it means for AT&T.")
    page.reload()
    page.locator("#lh-thread .lh-exchange").last.wait_for()
    expect(section).to_have_count(1)


def test_it_holds_for_the_visit(page, server, visit):
    choose(page, "veri", "Verizon")
    page.reload()
    expect(field(page)).to_have_value("Verizon")
    ask(page, META)
    page.get_by_role("link", name="New conversation").click()
    page.locator(".lh-welcome").wait_for()
    expect(field(page)).to_have_value("Verizon")
    choose(page, "nobody", NOBODY)
    page.reload()
    expect(field(page)).to_have_value(NOBODY)
    expect(field(visit(server.url))).to_have_value(NOBODY)


def test_keys_are_enough_and_no_other_name_is_taken(page):
    field(page).focus()
    page.keyboard.type("amazon")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("Amazon Web Services")
    field(page).focus()
    page.keyboard.type("Zebracom")
    page.get_by_role("textbox", name="Your question").click()
    expect(field(page)).to_have_value("Amazon Web Services")


def test_a_setting_is_where_it_begins(chromium, corpus, visit):
    server = Server(corpus, {"LONGHAUL_MODEL": "offline", "LONGHAUL_HOME": "aws"})
    try:
        page = visit(server.url)
        expect(field(page)).to_have_value("Amazon Web Services")
        ask(page, FIBRE)
        expect(page.locator(".lh-meaning")).to_contain_text("What it means for Amazon Web Services")
        page.evaluate("sessionStorage.setItem('longhaul.home', 'Zebracom')")  # no company of this list
        page.reload()
        expect(field(page)).to_have_value("Amazon Web Services")
        choose(page, "nobody", NOBODY)
        ask(page, FIBRE, 1)
        expect(page.locator(".lh-meaning")).to_have_count(1)
    finally:
        server.kill()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_the_screen(visit, server, width, scheme):
    page = visit(server.url, width, 844, scheme)
    box = field(page).bounding_box()
    assert box["height"] >= (40 if width < 500 else 36) and box["x"] + box["width"] <= width
    field(page).click()
    options = page.locator("#lh-home .options").bounding_box()
    assert options["y"] >= 0 and options["x"] + options["width"] <= width
    page.keyboard.type("at&t")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("AT&T")
    ask(page, FIBRE)
    assert fits(page)
    page.locator(".lh-meaning").scroll_into_view_if_needed()
    expect(page.locator(".lh-meaning")).to_be_in_viewport()
