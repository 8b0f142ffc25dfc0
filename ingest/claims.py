"""Sentences with their actors → the ledger: what each sentence says of each actor's position, and what they are to each other."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .actors import company_spans, locate
from .attribution import REACH, attributed
from .classify import Classifier, Judged, Row
from .companies import Companies
from .dates import event_date
from .ledger import BASES
from .relations import RECIPE as RELATED
from .relations import relations
from .sentences import last_sentence
from .types import FAINT, FIRM, Article, Claim, Ledger, Mention, Sentence

_RECIPE = "4"  # counted into the version: a change in how claims are made reads the stored articles again

Linked = tuple[Article, Sequence[Sentence]]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A row for the classifier: the sentence, the one before it, and the actor it is asked about; None: the sentence as a whole."""

    part: int
    sentence: Sentence
    before: str
    actor: str | None


def version(companies: Companies, classifier: Classifier) -> str:
    """Changes with whatever would make other claims of the same article."""
    parts = [_RECIPE, RELATED, str(FIRM), str(FAINT), classifier.digest, repr(companies.rows)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def row(text: str, actor: str, span: tuple[int, int], before: str, companies: Companies) -> Row:
    """A sentence by itself as the classifier wants it; an empty `span` is looked for. `before`: what stands before it."""
    found = span if span[0] < span[1] else locate(text, actor, companies)
    own = (found,) if found else ()
    return Row(text, own, (*company_spans(text, companies), *(own if companies.is_company(actor) else ())), last_sentence(before))


def ledgers(parts: Sequence[Linked], companies: Companies, classifier: Classifier,
            progress: Callable[[int], None] = lambda done: None) -> list[Ledger]:
    """The ledger of each article. Titles make no claims and no relations: what they say the text says.

    `progress` is told how many characters have been read.
    """
    asked = [_Asked(n, sentence, before, actor) for n, (_, sentences) in enumerate(parts) for before, sentence in _in_order(sentences)
             for actor in (None, *dict.fromkeys(mention.actor for mention in sentence.mentions))]
    rows = [Row(ask.sentence.text, _spans(mention for mention in ask.sentence.mentions if mention.actor == ask.actor),
                _spans(mention for mention in ask.sentence.mentions if companies.is_company(mention.actor)), ask.before) for ask in asked]
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        progress(done)

    judged = classifier.classify(rows, tell)
    claims: list[list[Claim]] = [[] for _ in parts]
    bases: list[dict[tuple[int, int], str]] = [{} for _ in parts]
    stated: list[dict[tuple[int, int], str]] = [{} for _ in parts]  # what is known of an actor is known better: of several the least firm
    copies: Counter[tuple[str, str, str]] = Counter()
    for ask, found in zip(asked, judged, strict=True):
        article, sentence = parts[ask.part][0], ask.sentence
        span = sentence.start, sentence.end
        if ask.actor is None:
            bases[ask.part][span] = found.basis
        elif found.outcome != "neutral" and found.confidence >= FAINT:
            same = article.source.id, sentence.text, ask.actor
            copies[same] += 1
            claims[ask.part].append(_claim(article, sentence, ask.actor, found, copies[same], companies))
            if found.confidence >= FIRM:
                stated[ask.part][span] = max(stated[ask.part].get(span, found.basis), found.basis, key=BASES.index)
    firm = [whole | told for whole, told in zip(bases, stated, strict=True)]
    return [Ledger(tuple(made), tuple((*span, basis) for span, basis in known.items()), relations(article, sentences, known, companies))
            for (article, sentences), made, known in zip(parts, claims, firm, strict=True)]


def _in_order(sentences: Sequence[Sentence]) -> Iterable[tuple[str, Sentence]]:
    """Each sentence of the text with the words of the one before it."""
    body = [sentence for sentence in sentences if not sentence.title]
    return zip(["", *(sentence.text for sentence in body)], body, strict=False)


def _spans(mentions: Iterable[Mention]) -> tuple[tuple[int, int], ...]:
    return tuple((mention.start, mention.end) for mention in mentions)


def _claim(article: Article, sentence: Sentence, actor: str, found: Judged, copy: int, companies: Companies) -> Claim:
    """`copy`: which of the same sentences of the article it is, from 1."""
    source = article.source
    id = f"{source.id}:{hashlib.sha256(f'{sentence.text}{chr(0)}{actor}'.encode()).hexdigest()[:12]}"
    start, end = found.cue
    before = article.text[max(0, sentence.start - REACH):sentence.start]
    when = event_date(sentence.text, source.date or source.published, start, found.basis == "forecast")
    return Claim(f"{id}-{copy}" if copy > 1 else id, source, sentence.text, sentence.start, sentence.end, actor, found.outcome,
                 found.basis, sentence.text[start:end], round(found.confidence, 3), when,
                 attributed(sentence.text, before, source, companies))
