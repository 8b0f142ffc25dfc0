"""Labelled sentences as the training sees them: with other names, joined to one another, and cut into batches."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from tokenizers import Tokenizer
from torch import Tensor

from longhaul.ingest.bundled import bundled_folder
from longhaul.ingest.classify import OUTCOMES
from longhaul.ingest.companies import load_companies

GAINS, LOSES, MIXED, NEUTRAL = range(len(OUTCOMES))
NAMES = [name for name, row in load_companies().rows.items() if row.get("kind") != "actor-group"]
NOT_NAMES = {"The", "It", "Its", "They", "Their", "Both", "This", "That", "These", "Those", "Each", "Neither", "We", "He", "She"}
LINKS = (". ", ". ", "; ", ", and ", ", but ", ", while ", ", whereas ", "; meanwhile, ")
OPENINGS = re.compile(r"(The|A|An|In|By|On|At|It|Its|This|That|For|As|When|While|With|Both|From|After|Since|One|Two|Some|Many|No)\b")
LONGEST = 430  # characters of two sentences joined; about what 128 tokens hold


@dataclass(frozen=True)
class Example:
    """A labelled sentence: the actor's span, the numbers of its outcome and basis (-1: unknown), and its weight in training."""

    text: str
    start: int
    end: int
    outcome: int
    basis: int = -1
    weight: float = 1.0

    @property
    def name(self) -> str | None:
        """The words that name the actor; None where it has no name of its own there."""
        words = self.text[self.start:self.end]
        return words if words[:1].isupper() and words.split()[0] not in NOT_NAMES else None


Told = tuple[Example, ...]  # all that is labelled in one sentence


def by_sentence(examples: Sequence[Example]) -> list[tuple[int, ...]]:
    """The numbers of the examples of each sentence."""
    groups: dict[tuple[str, float], list[int]] = {}
    for n, example in enumerate(examples):
        groups.setdefault((example.text, example.weight), []).append(n)
    return [tuple(numbers) for numbers in groups.values()]


def renamed(told: Told, rng: random.Random, given: dict[str, str] | None = None) -> Told:
    """The same with other names for half of the actors, wherever the sentence names them: what is learnt must not hang on who it is.

    `given`: the new names of some.
    """
    text, names = told[0].text, {example.name for example in told} - {None}
    new = {name: (given or {}).get(name) or rng.choice(NAMES) for name in sorted(names)
           if name in (given or {}) or rng.random() < 0.5}
    edits: list[tuple[int, int, str]] = []
    for name in sorted(new, key=len, reverse=True):
        for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            if not any(found.start() < end and start < found.end() for start, end, _ in edits):
                edits.append((found.start(), found.end(), new[name]))
    edits.sort()

    def moved(at: int) -> int:
        return at + sum(len(name) - (end - start) for start, end, name in edits if end <= at)

    pieces, last = [], 0
    for start, end, name in edits:
        pieces += [text[last:start], name]
        last = end
    whole = "".join([*pieces, text[last:]])
    return tuple(replace(example, text=whole, start=moved(example.start), end=moved(example.end)) for example in told)


def both(one: int, other: int) -> int:
    """The outcome for an actor of whom two sentences say this and that."""
    return one if other in (one, NEUTRAL) else other if one == NEUTRAL else MIXED


def joined(first: Told, second: Told, rng: random.Random) -> Told | None:
    """Two sentences as one; in half of the cases the second comes to speak of an actor of the first. None where they do not fit.

    So the model learns to take from a sentence what concerns its actor, and that one may both gain and lose.
    """
    own, other = [example.name for example in first if example.name], [example.name for example in second if example.name]
    first = renamed(first, rng)
    if own and other and rng.random() < 0.5:
        shared = rng.choice([example.name for example in first if example.name] or own)
        second = renamed(second, rng, {rng.choice(other): shared})
    else:
        second = renamed(second, rng)
    head, tail, link = first[0].text.rstrip(), second[0].text, rng.choice(LINKS)
    if not head.endswith((".", "!")) or "?" in head + tail or len(head) + len(tail) > LONGEST:
        return None
    if not link.startswith(".") and OPENINGS.match(tail) and all(example.start > 0 for example in second):
        tail = tail[0].lower() + tail[1:]
    text, shift = head[:-1] + link + tail, len(head) - 1 + len(link)
    moved = [replace(example, text=text, start=example.start + shift, end=example.end + shift) for example in second]
    by_words: dict[str, list[Example]] = {}
    for example in [*(replace(example, text=text) for example in first), *moved]:
        by_words.setdefault(text[example.start:example.end], []).append(example)
    told: list[Example] = []
    for words, examples in by_words.items():
        if {example.start < shift for example in examples} == {True, False}:
            if not words[:1].isupper():
                return None  # "the carrier" of both is not the same carrier
            outcome = examples[0].outcome
            for example in examples:
                outcome = both(outcome, example.outcome)
            bases = {example.basis for example in examples if example.outcome != NEUTRAL} or {example.basis for example in examples}
            examples = [replace(example, outcome=outcome, basis=bases.copy().pop() if len(bases) == 1 else -1) for example in examples]
        told += examples
    return tuple(told)


class Reader:
    """Cuts sentences into batches of like length."""

    def __init__(self):
        self._tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
        self._tokenizer.enable_truncation(128)
        self._tokenizer.no_padding()

    def batches(self, sentences: Sequence[Told], size: int,
                rng: random.Random | None) -> Iterator[tuple[list[tuple[int, int]], Tensor, Tensor, Tensor, Tensor]]:
        """(numbers of sentence and example, ids, mask, own, of) of each batch; shuffled where there is an `rng`.

        ids and mask: (sentences, tokens); own: (examples, tokens), 1 for the tokens that name the actor; of: the row of its sentence.
        """
        read = self._tokenizer.encode_batch([told[0].text for told in sentences])
        order = list(range(len(read)))
        if rng:
            rng.shuffle(order)
        pool = 20 * size if rng else len(order)
        order = [n for at in range(0, len(order), pool) for n in sorted(order[at:at + pool], key=lambda n: len(read[n].ids))]
        parts = [order[at:at + size] for at in range(0, len(order), size)]
        if rng:
            rng.shuffle(parts)
        for part in parts:
            longest = max(len(read[n].ids) for n in part)
            ids, mask = torch.zeros(len(part), longest, dtype=torch.long), torch.zeros(len(part), longest)
            asked = [(row, n, k) for row, n in enumerate(part) for k in range(len(sentences[n]))]
            own = torch.zeros(len(asked), longest)
            for row, n in enumerate(part):
                ids[row, :len(read[n].ids)], mask[row, :len(read[n].ids)] = torch.tensor(read[n].ids), 1
            for place, (_, n, k) in enumerate(asked):
                example = sentences[n][k]
                own[place, :len(read[n].ids)] = torch.tensor([float(start < example.end and end > example.start and end > start)
                                                              for start, end in read[n].offsets])
                if example.start >= example.end:
                    own[place] = 0
            yield [(n, k) for _, n, k in asked], ids, mask, own, torch.tensor([row for row, _, _ in asked])
