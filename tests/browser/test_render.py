"""What the page is made of, without a browser."""

from __future__ import annotations

import socket
from datetime import date

import pytest
from tags import Reader

from longhaul.bot.conversations import Exchange, Outcome, Passage
from longhaul.bot.types import Answer, Citation, Statement
from longhaul.bot.web import render
from longhaul.bot.web.app import serve
from longhaul.bot.web.passage import day, passage
from longhaul.ingest.types import Press, Source, UserError

AS_OF = date(2026, 11, 23)
TEXT = """# Fibre

One opens. Two follows it. Three is quoted here. Four comes after.

Five stands apart.

## Silicon

Six is about something else."""


def test_a_day_is_written_as_people_do():
    assert day(date(2025, 11, 3)) == "3 Nov 2025"


def test_a_passage_is_whole_sentences_up_to_the_next_heading():
    start = TEXT.index("Three")
    end = start + len("Three is quoted here.")
    around = passage(TEXT, start, end)
    assert (around.before, around.after) == ("One opens. Two follows it. ", " Four comes after.\n\nFive stands apart.")
    assert not around.opens and not around.ends


@pytest.mark.parametrize("sentence", ["Word " * 400 + "end.", "x" * 5000, "Short one. " * 300])
def test_a_passage_of_a_long_text_stays_short_and_joins_up(sentence):
    text = f"{sentence} The quote. {sentence}"
    start = text.index("The quote.")
    around = passage(text, start, start + 10)
    assert f"{around.before}The quote.{around.after}" in text
    assert len(around.before) <= 960 and len(around.after) <= 960


def test_the_whole_text_as_a_quote_has_nothing_around_it():
    around = passage("All of it.", 0, 10)
    assert (around.before, around.after, around.opens, around.ends) == ("", "", True, True)


@pytest.mark.parametrize("evil", ['"><script>x</script>', "'; onload='x", "<img src=x onerror=x>", "</section></div>", "${x}"])
def test_no_field_can_open_a_tag(evil):
    source = Source("a", evil, f"https://a.example/{evil}", evil, None, None, (), (Press(evil, None, "javascript:x"),))
    answer = Answer(evil, evil, evil, (Statement(evil, (1,), evil), Statement(evil, (1,), evil, lead=evil)),
                    (Citation(1, source, evil, 0, 1),), evil, evil, evil, AS_OF, "", {}, reading=((evil, evil),))
    exchange = Exchange(0, evil, None, Outcome(answer, (Passage(evil, evil),)))
    for text in (render.thread([exchange]), render.evidence([exchange]), render.live(evil, evil),
                 render.welcome(1, None, None, evil)):
        tags = Reader(text).tags
        assert not {"script", "img"} & {tag for tag, _ in tags}
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
        assert all(attributes["href"].startswith("https://a.example/") for tag, attributes in tags if tag == "a")


def test_a_taken_port_is_told_before_anything_is_loaded(bot, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"cannot listen at http://127.0.0.1:{port}/") as caught:
            serve(bot, tmp_path, "127.0.0.1", port, False)
    assert "--port" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
