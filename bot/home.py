"""So what for us: draft and ledger → what the articles of an answer say that bears on the home company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Claim, Filter, Sentence

from .answer.phrases import LEANS
from .types import Bearing, Draft, Drafted, Evidence, Plan, Quote
from .verdicts import weight

Read = Callable[[Filter, str | None], list[Claim]]

_TELLS = ("answered", "partial", "conflicting")


# What makes partners or customers of two; a purchase of one by the other does not.
_DEALS = ("investor", "supplier", "partner")


def deals(corpus: Snapshot, actor: str, companies: Companies, filter: Filter = Filter(),
          article: str | None = None) -> dict[tuple[str, int], tuple[str, ...]]:
    """Whom `actor` deals with in each sentence that tells of it, by article and start: nobody who belongs to it or whom it belongs to."""
    found: dict[tuple[str, int], dict[str, None]] = {}
    for told in corpus.relations(replace(filter, companies=(actor,)), article, _DEALS):
        other = told.object if told.subject == actor else told.subject
        if other != companies.parent(actor, date.max) and companies.parent(other, date.max) != actor:
            found.setdefault((told.source.id, told.start), {})[other] = None
    return {place: tuple(others) for place, others in found.items()}


def with_home(draft: Draft, home: str, plan: Plan, evidence: Sequence[Evidence], read: Read, corpus: Snapshot,
              companies: Companies) -> Draft:
    """The draft with the sentences of its articles that bear on `home`, where it answers: claims, and sentences on deals.

    First the claims about `home` and what belongs to it; where there are none, the claims about companies that the same sentence
    names beside it, then the deals that it makes. `read` gives the claims that pass a filter, of one article where its id is given.
    """
    shown = [quote for said in (*draft.stakes, *draft.statements) for quote in said.quotes]
    if draft.status not in _TELLS or not shown:
        return draft
    articles = list(dict.fromkeys(quote.source.id for quote in shown))
    claims = [claim for id in articles for claim in read(Filter(as_of=plan.filter.as_of), id)]
    claims.sort(key=lambda claim: (-round(_worth(claim, evidence), 6), claim.id))
    own = sorted((claim for claim in claims if belongs(claim, home, companies)), key=lambda claim: claim.actor != home)
    found = [Quote.of(claim) for claim in own] or _beside(home, claims, articles, corpus, companies)
    return replace(draft, bearing=Bearing(home, tuple(map(_alone, dict.fromkeys(found)))))


def belongs(claim: Claim, home: str, companies: Companies) -> bool:
    """Whether the claim is about `home`, or about what belonged to it on the claim's day."""
    return home in (claim.actor, companies.parent(claim.actor, claim.day or date.min))


def _worth(claim: Claim, evidence: Sequence[Evidence]) -> float:
    """How firm a claim is, how near to the question its passage, and whether it is plain without the words before it."""
    near = [found.similarity for found in evidence if found.chunk.source.id == claim.source.id
            and found.chunk.start <= claim.start < found.chunk.end]
    least = min((found.similarity for found in evidence), default=1.0)  # for a passage that was not found
    return weight(claim, claim.day) * max(near, default=least) * (0.5 if LEANS.match(claim.text) else 1)


def _alone(quote: Quote) -> Drafted:
    """The words as a statement; what leans on words left out follows the article's title."""
    return Drafted(f"{quote.source.title}: {quote.text}" if LEANS.match(quote.text) else quote.text, (quote,))


def _beside(home: str, claims: Iterable[Claim], articles: Iterable[str], corpus: Snapshot, companies: Companies) -> list[Quote]:
    """The claims about other companies in sentences that name `home`, then the sentences on its deals."""
    from longhaul.ingest.actors import link  # most answers do without it

    named = {(id, sentence.start): (article.source, sentence) for id in articles for article in [corpus.article(id)]
             for sentence in link(article, companies) if not sentence.title and _names(sentence, home)}
    told = [Quote.of(claim) for claim in claims if (claim.source.id, claim.start) in named and companies.is_company(claim.actor)]
    dealt = {place for id in articles for place in deals(corpus, home, companies, article=id)}
    return told + [Quote(source, sentence.text, sentence.start, sentence.end) for place, (source, sentence) in named.items()
                   if place in dealt]


def _names(sentence: Sentence, home: str) -> bool:
    return any(mention.actor == home and mention.kind != "reference" for mention in sentence.mentions)
