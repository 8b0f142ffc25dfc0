"""A battlecard as Markdown, as a page of HTML and as JSON. Whatever comes from an article is shown, never obeyed."""

from __future__ import annotations

from collections.abc import Callable
from html import escape as escape_html
from typing import Any

from .card import Bullet, Card
from .compose import MEANS_FOR, escape
from .plain import MEANS, basis_label, clean, counted, written
from .tables import board_object, iso

TITLES = {"position": "Position", "moves": "Recent moves", "pressures": "Pressures", "partners": "Partners and customers",
          "watch": "What to watch"}
_PUBLISHER = 60  # characters of its name
_SIDES = {"for": "For", "against": "Against", "both": "Both ways", None: ""}

# One page of A4 on paper, the colours of the system on a screen; nothing is fetched and nothing runs.
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ --page: #fff; --text: #1d2329; --quiet: #5b6670; --line: #dde2e6;
  --wins: #1a7f4b; --loses: #b3261e; --pressured: #b45309; --mixed: #8a6d00; --unclear: #5b6670; }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ --page: #15191d; --text: #e4e8ec; --quiet: #9aa5b0; --line: #313941;
  --wins: #5fcf95; --loses: #ff8a80; --pressured: #f5a35c; --mixed: #e0c45c; --unclear: #9aa5b0; }} }}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; max-width: 52rem; padding: 2.5rem 1.5rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: anywhere; }}
h1 {{ margin: 0; font-size: 1.9rem; line-height: 1.2; }}
h2 {{ margin: 1.6rem 0 .4rem; padding-top: .8rem; border-top: 1px solid var(--line); font-size: 1rem; }}
p {{ margin: .4rem 0; }}
ul {{ margin: 0; padding: 0; list-style: none; }}
li {{ margin: .55rem 0; break-inside: avoid; }}
strong {{ font-weight: 600; }}
small, .none {{ color: var(--quiet); font-size: .85rem; }}
{colours}
@page {{ size: A4; margin: 14mm; }}
@media print {{ :root {{ --page: #fff; --text: #000; --quiet: #444; --line: #bbb; }}
  body {{ max-width: none; padding: 0; font-size: 9.5pt; line-height: 1.35; }} h2 {{ margin-top: .8rem; padding-top: .4rem; }}
  li {{ margin: .3rem 0; }} }}
</style>
</head>
<body>
"""


def markdown(card: Card) -> str:
    """The card as Markdown that shows the articles' words as they are."""
    def plain(text: str) -> str:
        return escape(clean(text))

    parts = [f"# {plain(card.actor)}", _standing(card, lambda word: f"**{word}**")]
    for name, title in _titles(card).items():
        parts.append(f"## {plain(title)}")
        parts.append("\n".join(f"- {_line(bullet, plain, '{}: ', '[{}]')}" for bullet in card.sections[name]) or f"{_nothing(card, name)}")
    return "\n\n".join(parts) + "\n"


def page(card: Card) -> str:
    """The card as a page of its own: without script and without any address outside it."""
    def plain(text: str) -> str:
        return escape_html(" ".join(clean(text).split()))

    opening = f'<strong class="{card.verdict.outcome if card.verdict else "unclear"}">'
    colours = "\n".join(f".{name} {{ color: var(--{name}); }}" for name in MEANS)
    lines = [_HEAD.format(title=f"{plain(card.actor)}: battlecard", colours=colours) + f"<header>\n<h1><bdi>{plain(card.actor)}</bdi></h1>",
             f"<p>{_standing(card, lambda word: f'{opening}{word}</strong>')}</p>\n</header>\n<main>"]
    for name, title in _titles(card).items():
        bullets = [f"<li>{_line(bullet, plain, '<strong>{}:</strong> ', '<small>[{}]</small>')}</li>" for bullet in card.sections[name]]
        inside = "\n".join(["<ul>", *bullets, "</ul>"]) if bullets else f'<p class="none">{_nothing(card, name)}</p>'
        lines.append(f"<section>\n<h2>{plain(title)}</h2>\n{inside}\n</section>")
    return "\n".join([*lines, "</main>\n</body>\n</html>"]) + "\n"


def card_object(card: Card) -> dict[str, Any]:
    """What `longhaul card --json` prints: each bullet is its article's text from `start` to `end`."""
    return {"actor": card.actor, "as_of": iso(card.as_of), "verdict": board_object(card.verdict) if card.verdict else None,
            **{name: [_bullet_object(bullet) for bullet in card.sections[name]] for name in _titles(card)}}


def _titles(card: Card) -> dict[str, str]:
    """The headings of the card's sections, in order."""
    return TITLES | ({"home": MEANS_FOR.format(card.home)} if card.home else {})


def _bullet_object(bullet: Bullet) -> dict[str, Any]:
    quote = bullet.quote
    return {"text": quote.text, "article": quote.source.id, "start": quote.start, "end": quote.end,
            "publisher": quote.source.publisher, "date": iso(quote.source.known), "basis": bullet.basis, "side": bullet.side}


def _standing(card: Card, strong: Callable[[str], str]) -> str:
    """The verdict in two sentences."""
    verdict = card.verdict
    if verdict is None:
        return f"{strong('No verdict')} as of {written(card.as_of)}: no claim is about it."
    days = [day for claim in (*verdict.for_, *verdict.against) if (day := claim.day)]
    bases = sorted(verdict.basis_mix.items(), key=lambda pair: -pair[1])
    mix = ", ".join(f"{basis_label(basis)} {share:.0%}" for basis, share in bases)
    return (f"{strong(verdict.outcome.capitalize())} as of {written(card.as_of)}, {verdict.confidence:.0%} sure: {MEANS[verdict.outcome]}. "
            f"{counted(verdict.claims, 'claim')}, {counted(verdict.origins, 'origin')}, the last of {written(max(days, default=None))}; "
            f"basis: {mix}.")


def _line(bullet: Bullet, plain: Callable[[str], str], side: str, mark: str) -> str:
    source = bullet.quote.source
    told = ", ".join([plain((source.publisher or "publisher unknown")[:_PUBLISHER]), written(source.known), basis_label(bullet.basis)])
    before = side.format(_SIDES[bullet.side]) if bullet.side else ""
    return f"{before}“{plain(bullet.quote.text)}{' …' if bullet.cut else ''}” {mark.format(told)}"


def _nothing(card: Card, name: str) -> str:
    return "Only what the other sections say." if name in card.elsewhere else "No evidence."
