"""Who supplies, buys from, backs, works with or competes with the actor of a question: answered from the ledger's relations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.ledger import BASES
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Mention, Relation
from longhaul.ingest.words import stem, terms

from ..intent import asked_relation
from ..types import Drafted, Plan, Quote
from .phrases import FILLER, LEANS
from .question import content
from .score import Scorer

_ASIDE = re.compile(r"\b(?:before|besides|beside|other than|apart from|except|beyond|in addition to) $")
_ITS_RIVALS = re.compile(r"['’]s? (?:[\w-]+ )?(?:rivals|competitors)\b(?!['’])")
_RIVALS = 3  # so many are looked at
_FITS = 0.5  # of the question's other words, which a sentence must hold with its article's title
_SENTENCES, _WORDS = 5, 110
# How a question asks for a relation, and for whoever has it: no words that a sentence must hold.
_ASKING = frozenset(map(stem, """supply supplies supplied supplier suppliers
provide provides provider make makes made build builds built produce deliver sell sells
sold customer customers client clients buyer buyers user users buy buys bought buying purchase use uses rent lease order partner
partners work works rival rivals competitor competitors compete competes competition investor investors shareholder invest invests
invested own owns owner stake acquire acquires acquired company companies firm firms carrier carriers operator operators vendor vendors
maker makers cloud clouds actor actors publicly named announced so far date signed first two
three four five besides beside apart except beyond addition
backer backers tenant tenants""".split()))


def related(scorer: Scorer, plan: Plan, corpus: Snapshot, companies: Companies) -> list[Drafted] | None:
    """The sentences that tell who has the relation that is asked for to the one actor of the question, each under those it names.

    Empty where no sentence fits its other words and its time; None where the question asks for something else as well. Whom it sets
    aside ("besides Amazon") is not named.
    """
    asked = asked_relation(plan.asked)
    named = companies.find(plan.asked, any_case=True)
    aside = {mention.actor for mention in named if _ASIDE.search(plan.asked[:mention.start])}
    about = [actor for actor in plan.actors if actor not in aside and companies.is_company(actor)]
    if asked is None or len(about) != 1 or len(scorer.asked.parts) > 1:
        return None
    [actor] = about
    names = {term for mention in named if mention.actor != actor or not _is_product(mention, plan, companies)
             for term in content(plan.asked[mention.start:mention.end])}
    names |= set(content(plan.window.words)) if plan.window else set()
    wanted = [term for term in scorer.asked.terms if term not in names | _ASKING and term not in FILLER]
    worth: dict[str, tuple[tuple, Relation]] = {}
    for told in _of(asked, plan, actor, corpus):
        other = told.object if told.subject == actor else told.subject
        if other in aside:
            continue
        held = scorer.covered(wanted, frozenset(terms(f"{told.text} {told.source.title}"))) if wanted else 1.0
        if held >= _FITS and not (plan.window and not plan.window.holds(told.date)):
            told_of = sum(set(content(name)[:1]) <= set(terms(told.source.title)) for name in (actor, other))
            value = round(held, 3), told_of, -BASES.index(told.basis), told.date or date.min, told.id
            worth[other] = max(worth.get(other, (value, told)), (value, told), key=lambda pair: pair[0])
    return _lines(sorted(worth.items(), key=lambda pair: pair[1][0], reverse=True))


def rivals_named(plan: Plan, corpus: Snapshot, companies: Companies) -> str:
    """The question with the names of an actor's rivals for "its rivals", those told of most first; "" where it asks for no such thing,
    or the ledger has none."""
    match = _ITS_RIVALS.search(plan.asked)
    owner = next((mention for mention in companies.find(plan.asked, any_case=True) if match and mention.end == match.start()), None)
    if plan.intent == "relation" or not match or not owner:
        return ""
    found = corpus.relations(replace(plan.filter, companies=(owner.actor,)), kinds=("rival",))
    counts = Counter(told.object if told.subject == owner.actor else told.subject for told in found)
    names = [name for name, _ in counts.most_common(_RIVALS)]
    told = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    return plan.asked[:owner.start] + told + plan.asked[match.end():] if told else ""


def _is_product(mention: Mention, plan: Plan, companies: Companies) -> bool:
    return plan.asked[mention.start:mention.end] in companies.rows[mention.actor].get("products", [])


def _of(asked: tuple[tuple[str, ...], str], plan: Plan, actor: str, corpus: Snapshot) -> Iterable[Relation]:
    """The relations of the kinds that are asked for, in which the actor stands on the side where the question has it."""
    kinds, side = asked
    for told in corpus.relations(replace(plan.filter, companies=(actor,)), kinds=kinds):
        given = told.subject if side == "subject" else told.object
        within = not plan.filter.companies or not set(plan.filter.companies).isdisjoint(told.source.companies)
        if within and (not side or told.kind in ("partner", "rival") or given == actor):
            yield told


def _lines(found: list[tuple[str, tuple[tuple, Relation]]]) -> list[Drafted]:
    """The sentences, each once, under the names that it stands for."""
    names: dict[Quote, list[str]] = {}
    for other, (_, told) in found:
        names.setdefault(Quote(told.source, told.text, told.start, told.end), []).append(other)
    lines: list[Drafted] = []
    words = 0
    for quote, others in names.items():
        words += len(quote.text.split())
        if lines and (words > _WORDS or len(lines) == _SENTENCES):
            break
        text = f"{quote.source.title}: {quote.text}" if LEANS.match(quote.text) else quote.text
        lines.append(Drafted(text, (quote,), 0.0, ", ".join(others)))
    return lines
