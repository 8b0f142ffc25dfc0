"""A battlecard: what the corpus says of one actor's position, in the articles' own words, on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from longhaul.ingest.actors import link
from longhaul.ingest.companies import Companies
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Claim, Filter

from .chain import Bot
from .home import belongs, deals
from .types import Quote, Verdict

SECTIONS = ("position", "moves", "pressures", "partners", "watch")
_BULLETS = 3  # of a section
_WORDS = 200  # of all quotes: with its headings the card is read in a minute
_LONG, _LONGEST = 280, 450  # characters of a sentence: longer ones come after shorter ones; are cut
_ARTICLES = 100  # so many of the newest that name the actor are looked through
_OPEN = ("forecast", "question")

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Bullet:
    """Exact words of an article and how firm they are. `side`: for | against | both, None outside the position; `cut`: more follows."""

    quote: Quote
    basis: str
    side: str | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of `actor` on the day `as_of`; `verdict` is None where no claim is about it.

    `sections` has the keys of SECTIONS, and "home" where `home` is the company that it is read for; `elsewhere`: those that are empty
    only because the others hold all there is.
    """

    actor: str
    as_of: date
    verdict: Verdict | None
    sections: dict[str, tuple[Bullet, ...]]
    elsewhere: frozenset[str] = frozenset()
    home: str | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence that names the actor; `partners`: whom it deals with there."""

    quote: Quote
    basis: str
    partners: tuple[str, ...]


def card(bot: Bot, name: str, as_of: date | None = None) -> Card:
    """The card of the actor called `name`, read for the bot's home company where it has one. Raises UserError for an unknown one."""
    day = as_of or date.today()
    verdict = next(iter(bot.verdicts(Filter((name,), as_of=day))), None)
    with bot.index.snapshot() as corpus:
        actor = bot.companies.canonical(name) or next(iter(corpus.companies(name)), name)
        said = list(_said(corpus, actor, bot.companies, day))
    if bot.home in ("", actor):
        return drawn(actor, day, verdict, said)
    articles = {each.quote.source.id for each in said}
    family = tuple(name for name in bot.companies.names if bot.home in (name, bot.companies.parent(name, day)))
    told = [claim for claim in bot.claims(Filter(family, as_of=day))
            if claim.source.id in articles and belongs(claim, bot.home, bot.companies)]
    return drawn(actor, day, verdict, said, bot.home, told)


def _said(corpus: Snapshot, actor: str, companies: Companies, as_of: date) -> Iterator[_Said]:
    """The sentences that name the actor, or tell of its deals, the newest article first."""
    known = Filter((actor,), as_of=as_of, undated=as_of >= date.today())
    dealt = deals(corpus, actor, companies, known)
    for source in corpus.sources(known)[:-_ARTICLES - 1:-1]:
        article = corpus.article(source.id)
        for sentence in link(article, companies):
            named = any(mention.actor == actor and mention.kind != "reference" for mention in sentence.mentions)
            if not sentence.title and (named or (source.id, sentence.start) in dealt):
                basis = corpus.basis(source.id, sentence.start, sentence.end) or "reported"
                yield _Said(Quote(article.source, sentence.text, sentence.start, sentence.end), basis,
                            dealt.get((source.id, sentence.start), ()))


def drawn(actor: str, as_of: date, verdict: Verdict | None, said: Iterable[_Said], home: str | None = None,
          told: Iterable[Claim] = ()) -> Card:
    """The card, each sentence on it once: at first one for each section, then as many more as are read in a minute.

    `told`: the claims about the company `home`, in articles that name the actor.
    """
    for_, against = (verdict.for_, verdict.against) if verdict else ((), ())
    claims = list({claim.id: claim for claim in (*for_, *against)}.values())
    judged = {(claim.source.id, claim.start): claim.basis for claim in claims}  # which a person may have corrected
    said = [replace(each, basis=judged.get((each.quote.source.id, each.quote.start), each.basis)) for each in said]
    queues = {"home": _meaning(home, said, told)} if home else {}
    queues |= {
        "moves": _of(_spread(_newest(claim for claim in for_ if claim.outcome == "gains" and claim.basis not in _OPEN), _origin)),
        "pressures": _of(_spread([claim for claim in against if claim.basis not in _OPEN] or against, _origin)),
        "partners": _short(_bullet(each.quote, each.basis) for each in _spread(said, lambda each: each.partners)
                           if each.partners and each.basis != "question"),
        "watch": _of(_newest(claim for claim in claims if claim.basis in _OPEN)) + _short(
            _bullet(each.quote, each.basis) for each in said if each.basis in _OPEN),
    }
    position = _position(verdict) if verdict else ()
    taken, left = {_key(bullet) for bullet in position}, _WORDS - sum(map(_length, position))
    chosen: dict[str, list[Bullet]] = {name: [] for name in queues}
    for turn in range(_BULLETS):
        for name, queue in queues.items():
            fits = (bullet for bullet in queue if _key(bullet) not in taken and (turn == 0 or _length(bullet) <= left))
            if bullet := next(fits, None):
                chosen[name].append(bullet)
                taken.add(_key(bullet))
                left -= _length(bullet)
    elsewhere = frozenset(name for name, queue in queues.items() if queue and not chosen[name])
    sections = {"position": position} | {name: tuple(chosen[name]) for name in (*SECTIONS, "home") if name in chosen}
    return Card(actor, as_of, verdict, sections, elsewhere, home)


def _meaning(home: str, said: Iterable[_Said], told: Iterable[Claim]) -> list[Bullet]:
    """What bears on `home`: the claims about it in sentences that name the actor too, the deals of the two, the other claims."""
    beside = {(each.quote.source.id, each.quote.start) for each in said}
    told = _spread(_newest(told), _origin)
    near, far = ([claim for claim in told if ((claim.source.id, claim.start) in beside) == both] for both in (True, False))
    deals = [_bullet(each.quote, each.basis) for each in said if home in each.partners and each.basis != "question"]
    return _of(near) + _short(deals) + _of(far)


def _position(verdict: Verdict) -> tuple[Bullet, ...]:
    """The heaviest sentence of either side, one that says both only where there is no other."""
    best = {side: next((claim for claim in claims if claim.outcome != "mixed"), claims[0]) for side, claims
            in (("for", verdict.for_), ("against", verdict.against)) if claims}
    if len(best) == 2 and best["for"].id == best["against"].id:
        best = {"both": best["for"]}
    return tuple(_bullet(Quote.of(claim), claim.basis, side) for side, claim in best.items())


def _origin(claim: Claim) -> str:
    return claim.origin


def _newest(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: claim.day or date.min, reverse=True)


def _spread(items: Iterable[_Item], key: Callable[[_Item], object]) -> list[_Item]:
    """The first of each kind, then the rest: what is told twice comes after what is told once."""
    items = list(items)
    first = {key(item): item for item in reversed(items)}
    return sorted(items, key=lambda item: first[key(item)] is not item)


def _of(claims: Iterable[Claim]) -> list[Bullet]:
    return _short(_bullet(Quote.of(claim), claim.basis) for claim in claims)


def _short(bullets: Iterable[Bullet]) -> list[Bullet]:
    return sorted(bullets, key=lambda bullet: len(bullet.quote.text) > _LONG)


def _bullet(quote: Quote, basis: str, side: str | None = None) -> Bullet:
    if len(quote.text) <= _LONGEST:
        return Bullet(quote, basis, side)
    text = quote.text[:_LONGEST].rsplit(None, 1)[0]
    return Bullet(Quote(quote.source, text, quote.start, quote.start + len(text)), basis, side, True)


def _key(bullet: Bullet) -> str:
    return " ".join(bullet.quote.text.lower().split())


def _length(bullet: Bullet) -> int:
    return len(bullet.quote.text.split())
