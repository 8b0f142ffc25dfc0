"""Article → sentences with the actors they name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .companies import Companies
from .disambiguate import judge
from .lexicon import DAYS, DEMONYMS, FUNCTION, GIVEN, MONTHS
from .references import pointer, refer
from .sentences import sentences
from .types import Article, Form, Mention, Sentence

# One character for one, so that every offset holds.
_PLAIN = str.maketrans("\n\t\r\u00a0\u202f\u2019\u02bc\u2011\u2010", "     ''--")
_EXCHANGE = re.compile(r"\b(?:NYSE|NASDAQ|Nasdaq|NasdaqGS|LSE|LON|TSX|ASX|EPA|ETR|FRA|XETRA|BIT|BME|MIL|HEL|TYO|TSE|KRX|TPE|TWSE|STO|"
                       r"Euronext(?: \w+)?|[Tt]icker(?: symbol)?)(?: (?:American|Arca))?: ?([A-Z0-9][A-Z0-9.]*)(?![\w-])")
_CASHTAG = re.compile(r"(?<![\w$])\$([A-Z][A-Z0-9]*(?:\.[A-Z])?)(?![\w-])")
_REUTERS = re.compile(r"<([A-Z0-9]+)\.[A-Z]{1,3}>")
_BRACKET = re.compile(r"(?:'s)?(?:,? (?:Inc|Corp|Co|plc|PLC|Ltd|AG|SE|AB|SA|S\.A|N\.V|Group|Holdings|Corporation|Company|Technologies)\.?)?"
                      r" ?\(([A-Z][A-Z0-9]*(?:\.[A-Z])?)(?:\.[A-Z]{1,2})?\)")
_LOWER = re.compile(r"(?<![\w./@-])[^\W\d_A-Z]{3,}(?![\w/@-]|\.\w)")  # words, no parts of addresses
_DEMONYM = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(DEMONYMS - {'Rival', 'Big', 'Latin'})))}) $")


@dataclass
class _Unit:
    """A sentence or title on its way: its text, a copy with plain spaces and quotes, and what has been found in it."""

    text: str
    start: int
    title: bool
    plain: str = ""
    hits: list[tuple[Form, int, int]] = field(default_factory=list)
    verdicts: list[bool | None] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


def link(article: Article, companies: Companies) -> list[Sentence]:
    """The title and the sentences of `article`, in order, with the actors they name.

    Mentions stand in order and do not overlap, except that a reference to several actors ("both carriers") gives one mention
    for each of them on the same span. A possessive ending is no part of a mention.
    """
    units = [_Unit(article.source.title, 0, True)] if article.source.title else []
    units += [_Unit(article.text[start:end], start, False) for start, end in sentences(article.text)]
    lower = frozenset(_LOWER.findall(article.text))
    for unit in units:
        unit.plain = unit.text.translate(_PLAIN)
        unit.hits = companies.search(unit.plain)
        unit.verdicts = judge(unit.plain, unit.hits, companies.rows, lower)
    _settle(units)
    tickers = {str(ticker): name for name, row in companies.rows.items() for ticker in row.get("tickers") or []}
    for unit in units:
        kept = [hit for hit, verdict in zip(unit.hits, unit.verdicts, strict=True) if verdict]
        unit.mentions = [Mention(form.actor, _widened(unit.plain, form, start), end, form.kind) for form, start, end in kept]
        _add_tickers(unit, tickers)
    found = refer([(unit.plain, unit.title, unit.mentions) for unit in units], companies.rows)
    return [Sentence(unit.text, unit.start, unit.start + len(unit.text), unit.title,
                     tuple(sorted([*unit.mentions, *more], key=lambda mention: (mention.start, mention.end))))
            for unit, more in zip(units, found, strict=True)]


def _settle(units: list[_Unit]) -> None:
    """Decides what only the document can: by a sure name of the actor elsewhere, and an ordinary product by its owner."""
    named = {form.actor for unit in units for (form, _, _), verdict in zip(unit.hits, unit.verdicts, strict=True)
             if verdict and form.kind == "name"}
    for unit in units:
        for n, (form, _, _) in enumerate(unit.hits):
            if unit.verdicts[n] is None or form.kind == "product" and form.ordinary:
                unit.verdicts[n] = unit.verdicts[n] is not False and form.actor in named


def _widened(text: str, form: Form, start: int) -> int:
    """Where the mention begins: "European carriers" are the group, "European" included."""
    match = _DEMONYM.search(text, max(0, start - 15), start) if form.kind == "group" else None
    return match.start() if match else start


def _add_tickers(unit: _Unit, tickers: dict[str, str]) -> None:
    if not re.search(r"[$<(:]", unit.plain):
        return
    spans = [match.span(1) for pattern in (_EXCHANGE, _CASHTAG, _REUTERS) for match in pattern.finditer(unit.plain)]
    for mention in unit.mentions:
        match = _BRACKET.match(unit.plain, mention.end)
        for size in (len(match.group(1)), match.group(1).find(".")) if match else ():
            if tickers.get(match.group(1)[:size]) == mention.actor:
                spans.append((match.start(1), match.start(1) + size))
    spans = [span for span in sorted(set(spans)) if unit.plain[slice(*span)] in tickers]
    unit.mentions = [mention for mention in unit.mentions if not any(mention.start < end and start < mention.end for start, end in spans)]
    unit.mentions += [Mention(tickers[unit.plain[start:end]], start, end, "ticker") for start, end in spans]
    unit.mentions.sort(key=lambda mention: mention.start)


def locate(text: str, actor: str, companies: Companies) -> tuple[int, int] | None:
    """Where one sentence means `actor`, which need not be on the list: its first name there, else a word that may point back to it."""
    named = companies.canonical(actor)
    found = [mention for mention in companies.find(text, any_case=True) if mention.actor == named] if named else []
    if found:
        return found[0].start, found[0].end
    at = text.lower().find(actor.lower()) if actor else -1
    return (at, at + len(actor)) if at >= 0 else pointer(text)


def company_spans(text: str, companies: Companies) -> tuple[tuple[int, int], ...]:
    """The spans of one sentence that name companies."""
    return tuple((mention.start, mention.end) for mention in companies.find(text) if companies.is_company(mention.actor))


_NAME = r"(?:[A-Z][\w'-]*[A-Za-z0-9]|[A-Z]{2,})(?: (?:& )?[A-Z][\w-]*\w){0,3}"
_SUFFIX = r"(?: (?:Inc|Corp|Ltd)\b\.?| plc\b| AG\b| S\.A\.| N\.V\.)"
_DEED = (r" (?:announced|acquired|launched|unveiled|introduced|agreed to|signed|bought|supplies|sells|ships|completed its|raised its|"
         r"plans to|will build|competes with|won a|makes|operates)\b")
_CANDIDATE = re.compile(rf"(?<![\w.'-])(?P<name>{_NAME})(?:{_SUFFIX}|{_DEED})")
_LISTED = re.compile(rf"(?:,| and|, and| or) (?P<name>{_NAME})"
                     r"(?= (?:and|or) [A-Z]|, (?:and )?[A-Z]|[.;]| (?:are|were|both|all|compete|said)\b)")


def candidates(texts: Iterable[str], companies: Companies) -> list[tuple[str, int]]:
    """Names off the list that behave like companies, the most frequent first.

    They launch, buy and sell, are an Inc. or a plc, or stand in a list after an actor that is listed.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        known = [(start, end) for form, start, end in companies.search(text) if form.kind != "group"]
        listed = [match for _, end in known if (match := _LISTED.match(text, end))]
        spans = {match.span("name") for match in [*_CANDIDATE.finditer(text), *listed]}
        for start, end in spans:
            name = text[start:end]
            first = name.split()[0]
            plain = first.lower() in FUNCTION or first in GIVEN | MONTHS | DAYS | DEMONYMS or first == name and name.lower() in text
            if not plain and not any(a < end and start < b for a, b in known):
                counts[name] += 1
    return counts.most_common()
