"""An open row of the board as HTML: the strongest sentences of both sides, and what people have said of sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib import parse

from longhaul.bot.conversations import Passage
from longhaul.bot.corrections import Correction
from longhaul.bot.plain import MEANS, basis_label, counted
from longhaul.ingest.classify import OUTCOMES
from longhaul.ingest.ledger import BASES
from longhaul.ingest.types import Claim

from .markup import coloured, meta, safe, short
from .passage import day
from .view import Row

MOST = 20  # sentences of a side
_FIRST = 4  # of these shown at once
_CORRECTIONS = 50  # that are listed
_ACTS = {"confirm": "Confirm", "correct": "Correct", "reject": "Reject"}
_DONE = {"confirm": "confirmed", "correct": "corrected", "reject": "rejected"}
_ASKED = 500  # characters of a sentence that a question carries
_GAP = re.compile(r"\s*\n\s*")

Around = Callable[[Claim], Passage]


def panel(row: Row, as_of: date, around: Around, standing: Mapping[str, Correction], corrections: Sequence[Correction]) -> str:
    """The sentences for and against the actor of `row`, the strongest first, each with the words around it."""
    verdict = row.verdict
    name, turned = safe(verdict.actor), since(row)
    question = parse.quote(f"Does {verdict.actor} win or lose?")
    told = (f"<p>{coloured(verdict.outcome)}: {MEANS[verdict.outcome]}. {counted(verdict.claims, 'claim')} from "
            f"{counted(verdict.origins, 'independent origin')}{f'; {verdict.outcome} {turned}' if turned else ''}.</p>")
    sides = "".join(_side(side, title, claims, as_of, around, standing) for side, title, claims
                    in (("for", "For", verdict.for_), ("against", "Against", verdict.against)))
    kept = (f'<section class="lh-kept"><h2>Corrections<small>{len(corrections)}</small></h2>{corrections_list(corrections)}</section>'
            if corrections else "")
    return (f'<section class="lh-panel" id="lh-panel" aria-label="{name}: both sides"><header>{told}'
            f'<a class="lh-ask" href="?ask={question}" data-key="ask">Ask about&nbsp;<bdi>{name}</bdi></a></header>'
            f'<div class="lh-sides">{sides}</div>{kept}</section>')


def corrections_list(corrections: Sequence[Correction]) -> str:
    """What people said of sentences, the last first."""
    items = "".join(_correction(each) for each in list(reversed(corrections))[:_CORRECTIONS])
    more = len(corrections) - _CORRECTIONS
    return f'<ol class="lh-list">{items}</ol>{f"<p>{more:,} older ones are not shown.</p>" if more > 0 else ""}'


def judgement() -> str:
    """The form in which a person says what a sentence really does; the page fills it in for each."""
    outcomes = "".join(f'<option value="{name}">{name}{": it moves nothing" if name == "neutral" else ""}</option>' for name in OUTCOMES)
    bases = "".join(f'<option value="{name}">{safe(basis_label(name))}</option>' for name in BASES)
    return ('<template id="lh-judgement"><form class="lh-judgement" novalidate><p class="lh-hint"></p>'
            f'<div class="lh-choices"><label>Outcome<select name="outcome">{outcomes}</select></label>'
            f'<label>Basis<select name="basis">{bases}</select></label></div>'
            '<label><span>Reason</span><textarea name="why" rows="2" maxlength="2000"></textarea></label>'
            '<label>Your name<input name="who" type="text" maxlength="200" autocomplete="name"></label>'
            '<p class="lh-wrong" role="alert"></p><p class="lh-buttons"><button type="submit" class="lh-main-button"></button>'
            '<button type="button" data-cancel>Cancel</button></p></form></template>')


def _side(side: str, title: str, claims: Sequence[Claim], as_of: date, around: Around, standing: Mapping[str, Correction]) -> str:
    shown = [_sentence(f"{side}-{n}", claim, as_of, around(claim), standing.get(claim.id)) for n, claim in enumerate(claims[:MOST])]
    body = "".join(shown[:_FIRST]) or '<p class="lh-nothing">Nothing on this side.</p>'
    if shown[_FIRST:]:
        body += (f'<details class="lh-rest" data-keep="{side}"><summary>{len(shown) - _FIRST} more</summary>'
                 f"{''.join(shown[_FIRST:])}</details>")
    if len(claims) > MOST:
        body += f"<p>The {MOST} strongest of {len(claims):,} are shown.</p>"
    return f'<section data-side="{side}" aria-label="{title}"><h2>{title}<small>{len(claims):,}</small></h2>{body}</section>'


def _sentence(key: str, claim: Claim, as_of: date, around: Passage, said: Correction | None) -> str:
    before = ("" if around.opens else "… ") + safe(_GAP.sub("\n", around.before))
    after = safe(_GAP.sub("\n", around.after)) + ("" if around.ends else " …")
    told = claim.day
    tags = [f'<span class="lh-basis" data-basis="{safe(claim.basis)}">{safe(basis_label(claim.basis))}</span>',
            f"<span>{claim.confidence:.0%} sure</span>"]
    if claim.outcome == "mixed":
        tags.insert(1, "<span>cuts both ways</span>")
    if told and told != claim.source.date:
        tags.append(f"<span>tells of {day(told)}</span>")
    if said:
        tags.append(f'<span class="lh-said">{_DONE[said.act]} by <bdi>{safe(said.who or "somebody")}</bdi></span>')
    quote = " ".join(claim.text[:_ASKED].split())
    question = parse.quote(f"Who wins and who loses by this: “{quote}”?")
    acts = "".join(f'<button type="button" data-act="{act}" data-key="{act}:{key}" aria-describedby="lh-{key}">{name}</button>'
                   for act, name in _ACTS.items())
    return (f'<article class="lh-sentence" data-claim="{safe(claim.id)}" data-outcome="{safe(claim.outcome)}" '
            f'data-basis="{safe(claim.basis)}">'
            f'<blockquote dir="auto">{before}<mark id="lh-{key}">{safe(claim.text)}</mark>{after}</blockquote>'
            f'<h3><bdi>{safe(claim.source.title)}</bdi></h3>{meta(claim.source, as_of)}<p class="lh-tags">{"".join(tags)}</p>'
            f'<div class="lh-acts"><a class="lh-ask" href="?ask={question}" data-key="ask:{key}" aria-describedby="lh-{key}">'
            f"Ask about this</a>{acts}</div></article>")


def _correction(each: Correction) -> str:
    who = f'<b><bdi>{safe(each.who or "Somebody")}</bdi></b>'
    was = f"{each.before_outcome}, {basis_label(each.before_basis)}"
    outcome, basis = each.after
    becomes = "left out" if outcome == "neutral" else f"{outcome}, {basis_label(basis)}"
    change = f"{safe(was)} → {safe(becomes)}" if each.act != "confirm" else safe(was)
    why = f': <bdi>“{safe(short(each.why, 400))}”</bdi>' if each.why.strip() else ""
    stamp = f'<time datetime="{each.at.isoformat()}">{day(each.at.date())}</time>'
    if each.undone:
        end = f'<small>undone by <bdi>{safe(each.undone_by or "somebody")}</bdi>, {day(each.undone.date())}</small>'
    else:
        end = (f'<button type="button" data-undo="{safe(each.id)}" data-key="undo:{safe(each.id)}" '
               f'aria-label="Undo: {safe(_DONE[each.act])}, {safe(short(each.sentence, 80))}">Undo</button>')
    return (f'<li{" class=lh-undone" if each.undone else ""}><div><p>{who} {_DONE[each.act]} this, {stamp}{why}</p>'
            f'<blockquote dir="auto">{safe(short(each.sentence, 400))}</blockquote><p class="lh-meta"><span><bdi>{safe(each.actor)}</bdi>'
            f"</span><span>{change}</span></p></div>{end}</li>")


def since(row: Row) -> str:
    """When the verdict last turned, in few words; "" where that is not known."""
    last = row.turned
    return f"since {day(last.day)}{f', {last.before.outcome} before' if last.before else ''}" if last else ""
