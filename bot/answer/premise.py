"""What a question takes for granted and the evidence tells otherwise: who bought whom, whose a product is, how large a figure is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from longhaul.ingest.companies import Companies

from ..sides import named
from ..types import Plan, Side
from .deeds import deed
from .question import content
from .score import Candidate, Scorer
from .synonyms import synonyms
from .told import contradicted, untold_of

# It asks about something that it takes for granted.
_TAKEN = re.compile(r"\b(?:why|how come|when did|since|now that|after|what (?:made|led|drove|prompted)|how (?:did|does|has|will)|"
                    r"what (?:is|was|did|does|do|are|were|will)|where did|which .* (?:did|does))\b|"
                    r"['’]s \S+ (?:acquisition|purchase|takeover)", re.I)
_BUYS = re.compile(r"\b(?:buys?|bought|buying|acquir(?:e|es|ed|ing)|purchas(?:ed|ing)|(?:take|takes|took|taking) over|"
                   r"(?:acquisition|purchase|takeover) of)\b(?! (?:agreements?|orders?|commitments?))", re.I)
_PLANS = re.compile(r"\b(?:not|never|denied|failed|tried|might|could|may|rumou?r\w*|talks|would like)\b", re.I)
_IT = re.compile(r"^(?:It|The company)\b")
_BETWEEN = 60  # characters that may stand between buyer and bought
_FIGURE = re.compile(r"(?P<sign>[$€£¥])\s?(?P<value>\d[\d.,]*)(?: ?(?P<size>million|billion|trillion|bn|m)\b)?|"
                     r"(?P<share>\d[\d.]*) ?(?:%|per ?cent)|"
                     r"(?<![\w.-])(?!(?:19|20)\d\d\b)(?P<count>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?(?= (?:m|b)illion))"
                     r"(?: (?P<many>million|billion))?(?P<unit>(?: [a-z]+){1,3})")
_SIZES = {"million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
_CLOSE = 0.06  # by how much two figures may differ and be the same, rounded
_READ, _NAMED = 8, 0.5  # sentences that may hold the right figure; the share of the names that their article holds
_TELLS = 0.5  # of what is asked, which the sentence with the other figure must cover


@dataclass(frozen=True, slots=True)
class Premise:
    """What does not stand in the evidence, and the sentence that says what does."""

    text: str
    instead: Candidate


def false_premise(scorer: Scorer, plan: Plan, companies: Companies) -> Premise | None:
    """What the question takes for granted and the evidence tells otherwise; None where there is nothing such."""
    if plan.intent in ("yes-no", "basis", "stakes"):
        return None
    told = _TAKEN.search(plan.asked)
    return (told and (_bought(scorer, plan, companies) or _owned(scorer, plan, companies))
            or _figure(scorer, plan) or _done(scorer, plan, companies))


def _done(scorer: Scorer, plan: Plan, companies: Companies) -> Premise | None:
    """Somebody is said to have done what another did, what was done to him, at another time, or what he did not do."""
    taken = deed(plan, scorer, companies)
    ordered = _ordered(scorer)
    instead = taken and (contradicted(taken, scorer, companies, ordered) or untold_of(taken, scorer, companies, ordered))
    return Premise(f"that {taken.whole}", instead) if taken and instead else None


def _bought(scorer: Scorer, plan: Plan, companies: Companies) -> Premise | None:
    """Somebody is said to have bought something that another bought, or that nobody did while he bought something else."""
    asked = min(_deals(plan.asked, companies), key=lambda deal: abs(deal[1].start - deal[0].end), default=None)
    if not asked or _PLANS.search(plan.asked):
        return None
    buyer, bought = asked
    told = [(candidate, *deal) for candidate in _ordered(scorer) for deal in _deals(_named(candidate), companies)]
    if any(_same(one, buyer) and _same(other, bought) for _, one, other in told):
        return None
    instead = next((candidate for candidate, one, other in told if _same(other, bought) or _same(one, buyer)
                    and scorer.covered(scorer.asked.terms, candidate.around) >= _TELLS), None)
    return Premise(f"that {buyer.text} bought {bought.text}", instead) if instead else None


def _named(candidate: Candidate) -> str:
    """The sentence; where it begins with "It", with the company that its article is about in that place."""
    about = candidate.quote.source.companies[:1]
    return _IT.sub(about[0], candidate.quote.text) if about else candidate.quote.text


def _deals(text: str, companies: Companies) -> Iterable[tuple[Side, Side]]:
    """Who bought what, in one text."""
    found = named(text, companies)
    for one, other in combinations(found, 2):
        between = text[one.end:other.start]
        verb = _BUYS.search(between) if len(between) <= _BETWEEN else None
        if verb and not re.search(r"[;:]|\bby\b", between):
            yield one, other
        elif verb and re.search(r"\bby\b", between[verb.end():]):
            yield other, one


def _owned(scorer: Scorer, plan: Plan, companies: Companies) -> Premise | None:
    """A product is said to be of a company whose it is not."""
    found = named(plan.asked, companies)
    for one, other in zip(found, found[1:], strict=False):
        owner = other.actor
        if not owner or other.text not in companies.rows[owner].get("products", []) or one.actor in (None, owner):
            continue
        if not re.fullmatch(r"['’]s (?:[\w-]+ )?|.{0,40}\b(?:its|their) (?:own )?(?:[\w-]+ )?", plan.asked[one.end:other.start]):
            continue
        instead = next((candidate for candidate in _ordered(scorer) if other.text.lower() in candidate.quote.text.lower()
                        and any(mention.actor == owner and candidate.quote.text[mention.start:mention.end] != other.text
                                for mention in companies.find(candidate.quote.text))), None)
        if instead:
            return Premise(f"that {other.text} is {one.text}'s", instead)
    return None


def _figure(scorer: Scorer, plan: Plan) -> Premise | None:
    """A figure of the question stands nowhere, and the sentence that answers best has another of its kind."""
    names = [term for term in scorer.asked.terms if term in scorer.asked.names and term.isalpha()]
    about = [candidate for candidate in _ordered(scorer) if not names or scorer.covered(names, candidate.article) > _NAMED]
    for figure in _FIGURE.finditer(plan.asked):
        if any(_equal(figure, other) for candidate in about for other in _FIGURE.finditer(candidate.quote.text)):
            continue
        wanted = [term for term in scorer.asked.terms if not any(char.isdigit() for char in term)]
        for candidate in about[:_READ]:
            others = [other for other in _FIGURE.finditer(candidate.quote.text) if _alike(figure, other)]
            if others and scorer.covered(wanted, candidate.around) >= _TELLS:
                return Premise(figure.group().removesuffix(figure["unit"] or ""), candidate)
    return None


def _ordered(scorer: Scorer) -> Sequence[Candidate]:
    return sorted(scorer.candidates, key=scorer.score, reverse=True)


def _same(one: Side, other: Side) -> bool:
    """Whether two names are those of the same."""
    if one.actor or other.actor:
        return one.actor == other.actor
    return one.text.lower() in other.text.lower() or other.text.lower() in one.text.lower()


def _alike(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two figures are of one kind: of one currency, shares, or counts of the same things."""
    if not (one["unit"] and other["unit"]):
        return not (one["unit"] or other["unit"]) and one["sign"] == other["sign"]
    counted = set(content(one["unit"]))
    return any(not (synonyms(term) | {term}).isdisjoint(counted) for term in content(other["unit"]))


def _equal(one: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two figures are of one kind and about equal."""
    if not _alike(one, other):
        return False
    first, second = _value(one), _value(other)
    return abs(first - second) <= _CLOSE * max(first, second)


def _value(figure: re.Match[str]) -> float:
    number = (figure["value"] or figure["share"] or figure["count"]).replace(",", "").rstrip(".")
    return (float(number) if number.count(".") < 2 else 0.0) * _SIZES.get((figure["size"] or figure["many"] or "").lower(), 1)
