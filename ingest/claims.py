"""Sentences with their actors → the ledger: what each sentence says of each actor's position."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .classify import Classifier, Judged, Row
from .companies import Companies
from .dates import event_date
from .ledger import BASES
from .types import Article, Claim, Ledger, Mention, Sentence

THRESHOLD = 0.7  # claims of less confidence stay out of the ledger; train_outcome.py prints what other thresholds would give
_RECIPE = "1"  # counted into the version: a change in how claims are made reads the stored articles again

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
    return hashlib.sha256("\0".join([_RECIPE, classifier.digest, repr(companies.rows)]).encode()).hexdigest()[:16]


def ledgers(parts: Sequence[Linked], companies: Companies, classifier: Classifier,
            progress: Callable[[int], None] = lambda done: None) -> list[Ledger]:
    """The ledger of each article. Titles make no claims: what they say the text says.

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
    for ask, found in zip(asked, judged, strict=True):
        article, sentence = parts[ask.part][0], ask.sentence
        if ask.actor is None:
            bases[ask.part][sentence.start, sentence.end] = found.basis
        elif found.outcome != "neutral" and found.confidence >= THRESHOLD:
            claims[ask.part].append(_claim(article, sentence, ask.actor, found, claims[ask.part]))
    for row, made in zip(bases, claims, strict=True):
        for claim in made:  # what is known of an actor is known better than the sentence as a whole; of several the least firm
            strongest = [other.basis for other in made if (other.start, other.end) == (claim.start, claim.end)]
            row[claim.start, claim.end] = max(strongest, key=BASES.index)
    return [Ledger(tuple(made), tuple((*span, basis) for span, basis in row.items())) for made, row in zip(claims, bases, strict=True)]


def _in_order(sentences: Sequence[Sentence]) -> Iterable[tuple[str, Sentence]]:
    """Each sentence of the text with the words of the one before it."""
    body = [sentence for sentence in sentences if not sentence.title]
    return zip(["", *(sentence.text for sentence in body)], body, strict=False)


def _spans(mentions: Iterable[Mention]) -> tuple[tuple[int, int], ...]:
    return tuple((mention.start, mention.end) for mention in mentions)


def _claim(article: Article, sentence: Sentence, actor: str, found: Judged, before: Sequence[Claim]) -> Claim:
    source = article.source
    content = hashlib.sha256(f"{sentence.text}\0{actor}".encode()).hexdigest()[:12]
    id, copies = f"{source.id}:{content}", sum(claim.id.startswith(f"{source.id}:{content}") for claim in before)
    start, end = found.cue
    when = event_date(sentence.text, source.date or source.published, start, found.basis == "forecast")
    return Claim(f"{id}-{copies + 1}" if copies else id, source, sentence.text, sentence.start, sentence.end, actor, found.outcome,
                 found.basis, sentence.text[start:end], round(found.confidence, 3), when, source.id)
