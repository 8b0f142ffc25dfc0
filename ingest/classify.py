"""A sentence and a mention in it → which way it moves that actor, and what kind of statement it is.

The bundled model's layers, trained further, read each sentence once; a head asks for each of its actors (ingest/head.py). The basis
is then weighed with who speaks, in what words, and what the sentence before is. tests/benchmarks/train_outcome.py makes the weights;
ingest/outcome.md says what they can and cannot do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .bundled import states_module
from .cues import features
from .encoder import MAX_TOKENS, Encoder
from .head import Asked, Head, Reading, Spans
from .ledger import BASES
from .types import UserError

if TYPE_CHECKING:
    from tokenizers import Encoding

OUTCOMES = ("gains", "loses", "mixed", "neutral")


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, and the spans in it that name the actor it is asked about; none: the sentence as a whole.

    `companies`: the spans of all companies that it names, as far as they are known; `before`: the sentence before it, "" for none.
    Both bear on the basis alone.
    """

    text: str
    spans: Spans = ()
    companies: Spans = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """`scores`: the probability of each of OUTCOMES; `bases`: of each of BASES; `cue`: the span of the words that decided.

    A neutral sentence has no cue: (0, 0).
    """

    scores: tuple[float, ...]
    bases: tuple[float, ...]
    cue: tuple[int, int]

    @property
    def outcome(self) -> str:
        """The likeliest outcome."""
        return OUTCOMES[int(np.argmax(self.scores))]

    @property
    def basis(self) -> str:
        """The likeliest basis."""
        return BASES[int(np.argmax(self.bases))]

    @property
    def confidence(self) -> float:
        """The probability of the outcome."""
        return max(self.scores)


@lru_cache(maxsize=1)
def load_classifier() -> Classifier:
    """The classifier that comes with Longhaul. Raises UserError."""
    return Classifier(Path(str(resources.files("longhaul.ingest").joinpath("outcome.safetensors"))))


class Classifier:
    """Judges sentences with weights that stand in one file: the changes to the bundled model's layers, the head, the rules."""

    def __init__(self, weights: Path):
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            content = weights.read_bytes()
            tensors = load(content)
        except (OSError, SafetensorError) as error:
            raise UserError(f"The weights of the classifier cannot be read: {weights}: {error}", "Install Longhaul again.") from error
        self.digest = hashlib.sha256(content).hexdigest()
        self._head = Head({name[5:]: tensor for name, tensor in tensors.items() if name.startswith("head.")})
        self._rules = tensors["rules.weight"], tensors["rules.bias"]
        self._changes = {name[8:]: tensor for name, tensor in tensors.items() if name.startswith("encoder.")}
        self._encoder: Encoder | None = None

    def classify(self, rows: Sequence[Row], progress: Callable[[int], None] = lambda done: None) -> list[Judged]:
        """What each row says; a text that several rows share is read once. `progress` is told how many characters more are read."""
        before = dict.fromkeys(row.before for row in rows if row.before)
        readings = self._read([*((row.text, row.spans) for row in rows), *((text, ()) for text in before)], progress)
        told = dict(zip(before, readings[len(rows):], strict=True))
        return [Judged(softmax(found.outcome), self._basis(row, found, told.get(row.before)), found.cue)
                for row, found in zip(rows, readings, strict=False)]

    def _read(self, asked: Sequence[tuple[str, Spans]], progress: Callable[[int], None]) -> list[Reading]:
        """What the encoder and the head make of each sentence and its spans."""
        from threadpoolctl import threadpool_limits

        if not asked:
            return []
        if self._encoder is None:
            self._encoder = Encoder(f"outcome-{self.digest[:16]}", self._module)
        numbers: dict[str, list[int]] = {}
        for n, (text, _) in enumerate(asked):
            numbers.setdefault(text, []).append(n)
        texts, offsets = list(numbers), []
        found: dict[int, Reading] = {}

        def see(_: int, encoding: Encoding) -> None:
            pairs = np.array(encoding.offsets)
            offsets.append(pairs if len(pairs) <= MAX_TOKENS + 2 else np.concatenate([pairs[:MAX_TOKENS + 1], pairs[-1:]]))

        def take(batch: list[int], states: np.ndarray) -> None:
            sentences = [Asked(texts[n], tokens, offsets[n], [asked[number][1] for number in numbers[texts[n]]])
                         for n, tokens in zip(batch, states, strict=True)]
            for n, readings in zip(batch, self._head.read(sentences), strict=True):
                found.update(zip(numbers[texts[n]], readings, strict=True))
            progress(sum(len(texts[n]) for n in batch))

        with threadpool_limits(1, "blas"):  # each core reads texts of its own
            self._encoder.run(texts, take, see)
        return [found[n] for n in range(len(asked))]

    def _basis(self, row: Row, found: Reading, before: Reading | None) -> tuple[float, ...]:
        weight, bias = self._rules
        return softmax(weight @ basis_evidence(row, found.basis, before.basis if before else None) + bias)

    def _module(self) -> Any:
        """The bundled model's layers as they were trained further."""
        import torch

        module = states_module()
        layers = module.states.encoder.state_dict()
        for name, tensor in self._changes.items():
            if name.endswith(".change"):  # of a matrix, in steps that each row has of its own
                layers[name[:-7]] += torch.from_numpy(tensor * self._changes[f"{name[:-7]}.step"])
            elif not name.endswith(".step"):
                layers[name] = torch.from_numpy(tensor.astype(np.float32))
        module.states.encoder.load_state_dict(layers)
        return module


def basis_evidence(row: Row, own: np.ndarray, before: np.ndarray | None) -> np.ndarray:
    """What decides the basis: how the encoder reads the sentence and the one before (logits), the speaker and the cues."""
    read = np.log(np.maximum(softmax(own), 1e-4))
    earlier = np.zeros(len(BASES)) if before is None else np.array(softmax(before))
    return np.concatenate([read, earlier, features(row.text, row.companies)])


def softmax(logits: np.ndarray) -> tuple[float, ...]:
    """The logits of one row as probabilities."""
    raised = np.exp(logits - logits.max())
    return tuple((raised / raised.sum()).tolist())
