"""Fixtures: the page as people meet it, a real server in a process of its own and a real Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openai_server import OpenAIServer
from page_server import Server

from longhaul.bot.chain import Bot, build
from longhaul.bot.settings import Settings
from longhaul.ingest.pipeline import ingest

# Read before the fixture that clears settings of the person who runs the tests.
CHROMIUM = os.environ.get("LONGHAUL_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")

HOSTILE = """---
title: '<img src=x onerror="window.__pwned=1"> Zebrafibre [wins](https://evil.example/t) \u202eesrever'
publisher: '<b>Mallory</b> & Sons'
url: 'javascript:window.__pwned=1'
date: 2026-06-01
---
Zebrafibre costs $2.1 billion and $4 <script>window.__pwned=1</script> in **stripes** with \u202eBIDI\u202c \x1b[31mred\x1b[0m \
ink, says [the zebra](https://evil.example/x) & its <a href="https://evil.example/y">herd</a> ${window.__pwned=1} {{constructor}}.
"""


@pytest.fixture(scope="session")
def hostile_bot(seeds_index: Path) -> Callable[[Path, str], Bot]:
    """Makes the bot over an index of its own, in a folder, of the seeds and one hostile article."""

    def make(folder: Path, article: str) -> Bot:
        shutil.copytree(seeds_index, folder / "index", ignore=shutil.ignore_patterns("conversations.sqlite*"))
        (folder / "hostile.md").write_text(article, "utf-8")
        bot = build(Settings(index=str(folder / "index"), model="offline"))
        report = ingest(bot.index, bot.embedder, bot.companies, [folder / "hostile.md"])
        assert report.added == ["hostile"], report.failed
        return bot

    return make


@pytest.fixture(scope="session")
def corpus(hostile_bot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the seeds and of one hostile article."""
    folder = tmp_path_factory.mktemp("page")
    hostile_bot(folder, HOSTILE)
    return folder / "index"


@pytest.fixture(scope="session")
def model() -> Iterator[OpenAIServer]:
    """A server that speaks a chat model's protocol."""
    with OpenAIServer() as running:
        yield running


@pytest.fixture(scope="session")
def servers(chromium, corpus: Path, model: OpenAIServer) -> Iterator[tuple[Server, Server]]:
    """The page over that index twice: answered offline, and by the model. They start side by side."""
    offline = Server(corpus, {"LONGHAUL_MODEL": "offline"})
    written = Server(corpus, model.environment | {"LONGHAUL_MODEL": "openai:gpt-test"})
    yield offline, written
    offline.kill()
    written.kill()


@pytest.fixture
def server(servers: tuple[Server, Server]) -> Server:
    """The page, answered offline."""
    return servers[0]


@pytest.fixture
def written(servers: tuple[Server, Server]) -> Server:
    """The page, answered by the model."""
    return servers[1]


@pytest.fixture(scope="session")
def chromium():
    """The browser; one for all tests."""
    if not CHROMIUM:
        pytest.skip("no Chromium: apt-get install chromium, or name one in LONGHAUL_CHROMIUM")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, request: pytest.FixtureRequest) -> Iterator[Callable]:
    """Opens an address as a new person with a browser of their own; no page may ask another host, or fail in its script."""
    contexts, asked, broken = [], [], []

    def open_page(url: str, width: int = 1280, height: int = 860, scheme: str = "light"):
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme,
                                       has_touch=width < 500, is_mobile=width < 500, reduced_motion="reduce")
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda sent: asked.append(sent.url))
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.goto(url)
        page.locator(".lh-welcome, #lh-thread .lh-exchange, #lh-live .lh-exchange").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    hosts = {urlsplit(url).hostname for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts <= {"127.0.0.1"}
    assert broken == []


@pytest.fixture
def page(visit: Callable, server: Server):
    """The first page."""
    return visit(server.url)
