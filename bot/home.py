"""So what for us: draft and ledger → what the articles of an answer say that bears on the home company."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.snapshot import Snapshot
from longhaul.ingest.types import Claim, Filter, Sentence

from .answer.phrases import LEANS
from .deals import others
from .types import Bearing, Draft, Drafted, Evidence, Plan, Quote
from .verdicts import weight

Read = Callable[[Filter, str | None], list[Claim]]

_TELLS = ("answered", "partial", "conflicting")


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
    deals = [Quote(source, sentence.text, sentence.start, sentence.end) for source, sentence in named.values()
             if others(sentence, home, companies)]
    return told + deals


def _names(sentence: Sentence, home: str) -> bool:
    return any(mention.actor == home and mention.kind != "reference" for mention in sentence.mentions)
