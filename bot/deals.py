"""Sentences that tell of a deal: who supplies, buys from or works with whom."""

from __future__ import annotations

import re
from datetime import date

from longhaul.ingest.companies import Companies
from longhaul.ingest.types import Mention, Sentence

_FAR = 150  # characters between two names that one deal still joins
_AFTER = 70  # characters behind the second name that may say what joins the two


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.I | re.S)


# Between two names: makes a deal of them, whoever supplies and whoever buys.
_DEAL = _words(
    r"suppl(?:y|ies|ied|ying|iers?)|sells?|sold|selling|sale|buy(?:s|ing|ers?)?|bought|purchas\w+|order(?:s|ed|ing)|leas(?:es?|ed|ing)|"
    r"rent(?:s|ed|ing)|reserv(?:es?|ed|ing)|partner\w*|team(?:s|ed) up|(?:work(?:s|ed|ing)?|business|developed) with|collaborat\w+|"
    r"join(?:s|ed) forces|cho(?:ose|oses|se|sen)|select(?:s|ed)|pick(?:s|ed)|customers?|contracts?|agreements?|deals?|invest\w*|"
    r"us(?:es?|ed|ing)|(?:make|made|making|buil[dt]|construction)\b.{0,80}\b(?:for|linking|connecting)|will make|priority access")
# What may stand behind two names side by side, and behind one that the other is said to be with.
_JOINED = re.compile(r"(?:['’]s)?\s*(?:,|\band\b|&)", re.I)
_BOTH = _words(r"partnered|partnership|agreement|alliance|jointly|collaborat\w+|joint venture|teamed up|a deal in which")
_WITH = _words("with|added|adds|named|names")
_AS = _words(r"partners?|partnership|suppliers?|(?:anchor |first |early |new )?(?:[\w-]+ )?customers?|investor")
# A purchase of the other company itself makes no partner of it.
_TAKEOVER = re.compile(r"\b(?:buy\w*|bought|purchas\w+)(?: of)?(?: the [\w-]+| an? [\w-]+)?\s*$|\bacqui|\btakeover|\bmerge|"
                       r"\bstake in\b", re.I)
# Another clause begins, or the two stand against each other.
_APART = re.compile(r";|,\s*(?:(?:and|so|then) )?$|\b(?:but|no|not|never|without|rivals?|compet\w+|contest|against|pressure|a shot at|"
                    r"whereas|while|unlike|than|compar\w+|contrast\w*|besides|dropped|ended|lost)\b", re.I)
_DENIED = _words("den(?:y|ies|ied)")


def others(sentence: Sentence, actor: str, companies: Companies) -> tuple[str, ...]:
    """The companies that the sentence says `actor` deals with, each once; none where it tells of no deal."""
    if _DENIED.search(sentence.text):
        return ()
    named = [mention for mention in sentence.mentions if mention.kind in ("name", "product", "ticker")
             and (mention.actor == actor or companies.rows.get(mention.actor, {}).get("kind", "company") == "company")]
    family = {actor, companies.parent(actor, date.max)}
    found = [other.actor for other in named if other.actor not in family and companies.parent(other.actor, date.max) != actor
             and any(_deal(sentence.text, named, *sorted((mine, other), key=lambda mention: mention.start))
                     for mine in named if mine.actor == actor)]
    return tuple(dict.fromkeys(found))


def _deal(text: str, named: list[Mention], left: Mention, right: Mention) -> bool:
    between, after = _between(text, named, left, right), re.split(r"[;:]|\.\s", text[right.end:right.end + _AFTER])[0]
    if between is None or len(between) > _FAR or _APART.search(between) or _TAKEOVER.search(between):
        return False
    if _DEAL.search(between):
        return True
    told = _BOTH if _JOINED.fullmatch(between.rstrip()) else _AS if _WITH.search(between) else None
    return bool(told and told.search(after)) and not _APART.search(after.rstrip(", "))


def _between(text: str, named: list[Mention], left: Mention, right: Mention) -> str | None:
    """The words that part the two: whoever else stands there makes a list with one of them ("Meta and Oracle will use X").

    None where somebody else stands between on his own account, or one of the two again.
    """
    inside = [mention for mention in named if left.end <= mention.start and mention.end <= right.start]
    if any(mention.actor in (left.actor, right.actor) for mention in inside):
        return None
    chain = [left, *inside, right]
    gaps = [text[one.end:other.start] for one, other in zip(chain, chain[1:], strict=False)]
    parted = [gap for gap in gaps if not _JOINED.fullmatch(gap.rstrip())]
    return None if len(parted) > 1 else parted[0] if parted else gaps[0]
