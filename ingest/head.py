"""The head of the classifier: token states of a sentence and a mention in it → what speaks for the actor, what against, who says so.

The mean of the mention's tokens asks three questions of all tokens, each by attention heads of its own. In numpy, so that it needs no
graph and can say which words decided; tests/benchmarks/outcome_net.py is the same in torch, for training.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_HEADS = 4  # of each question
_FOR, _AGAINST, _BASIS = range(3)
_WORD = re.compile(r"[\w$€£%][\w$€£%.,&'’-]*")
_SHARE = 0.4  # of the strongest word's weight: what a neighbour must have to be part of the cue
_LONGEST = 5  # words in a cue
_STOP = frozenset("a an the and or but of to in on at by for with from as is are was were be been has have had its it their his her that "
                  "this which who than then so if not no one two also more most said says".split())


Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Logits of outcome (gains, loses, mixed, neutral) and of the five bases, and the span of the words that decided.

    That is (0, 0) where the outcome is neutral.
    """

    outcome: np.ndarray
    basis: np.ndarray
    cue: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence with its token states (tokens, 384), the characters of each token (tokens, 2), and what it is asked about.

    That is a group of spans each, which name an actor; none: the sentence as a whole.
    """

    text: str
    states: np.ndarray
    offsets: np.ndarray
    asked: Sequence[Spans]


class Head:
    """`weights`: by name, without "head."."""

    def __init__(self, weights: Mapping[str, np.ndarray]):
        self._weights = {name: tensor.astype(np.float32) for name, tensor in weights.items()}
        width = self._weights["none"].size
        self._key, self._value = (self._weights[f"{name}.weight"].reshape(3 * _HEADS, -1, width) for name in ("key", "value"))
        self._offset = self._weights["value.bias"].reshape(3 * _HEADS, -1)

    def read(self, sentences: Sequence[Asked]) -> list[list[Reading]]:
        """A reading of each sentence for each of the spans that it is asked about."""
        rows = [(sentence, spans, own) for sentence in sentences for spans in sentence.asked
                for own in [_tokens_of(sentence.offsets, spans)]]
        asker = np.stack([sentence.states[own].mean(0) if own.any() else sentence.states.mean(0) + self._weights["none"]
                          for sentence, _, own in rows])
        query = self._linear("query", asker).reshape(len(rows), 3 * _HEADS, -1).transpose(1, 0, 2)
        # a key is a linear function of its token's state, and so is a value: neither is made for every token
        sought = (query @ self._key).transpose(1, 0, 2) / math.sqrt(query.shape[-1])
        shares = [_shares(wanted @ sentence.states.T) for wanted, (sentence, _, _) in zip(sought, rows, strict=True)]
        seen = np.stack([share @ sentence.states for share, (sentence, _, _) in zip(shares, rows, strict=True)]).transpose(1, 0, 2)
        pooled = (seen @ self._value.transpose(0, 2, 1) + self._offset[:, None]).transpose(1, 0, 2).reshape(len(rows), 3, -1)
        for_, against, basis = (self._score(part, asker, pooled[:, part]) for part in (_FOR, _AGAINST, _BASIS))
        outcome = np.hstack([for_, against, for_ + against + self._weights["both"], 0 * for_]) * self._weights["sharpness"]
        readings = iter([Reading(outcome[n], basis[n], self._cue(*rows[n], shares[n], asker[n], pooled[n], int(against[n, 0] > for_[n, 0])))
                         if outcome[n].argmax() != 3 else Reading(outcome[n], basis[n], (0, 0)) for n in range(len(rows))])
        return [[next(readings) for _ in sentence.asked] for sentence in sentences]

    def _cue(self, sentence: Asked, spans: Spans, own: np.ndarray, shares: np.ndarray, asker: np.ndarray, pooled: np.ndarray,
             part: int) -> tuple[int, int]:
        losses = self._losses(part, asker, pooled[part], sentence.states, shares[part * _HEADS:(part + 1) * _HEADS])
        return _cue(sentence.text, sentence.offsets, spans, np.where(own, 0, losses))

    def _losses(self, part: int, asker: np.ndarray, pooled: np.ndarray, states: np.ndarray, shares: np.ndarray) -> np.ndarray:
        """How much lower the question's logit would be without each token; `shares` (heads, tokens)."""
        heads = slice(part * _HEADS, (part + 1) * _HEADS)
        values = (states @ self._value[heads].reshape(-1, states.shape[1]).T).reshape(len(states), _HEADS, -1) + self._offset[heads]
        brought = (shares.T[..., None] * values).reshape(states.shape)
        rest = np.maximum(1 - np.repeat(shares.T, len(pooled) // _HEADS, axis=1), 1e-3)
        scores = self._score(part, asker, np.vstack([pooled, (pooled - brought) / rest]))[:, 0]
        return scores[0] - scores[1:]

    def _linear(self, name: str, states: np.ndarray) -> np.ndarray:
        return states @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _score(self, part: int, asker: np.ndarray, pooled: np.ndarray) -> np.ndarray:
        """The logits of one question; `pooled` (…, 384) is what its attention brought together."""
        both = np.concatenate([np.broadcast_to(asker, pooled.shape), pooled], -1)
        both = both - both.mean(-1, keepdims=True)
        both = both / np.sqrt((both ** 2).mean(-1, keepdims=True) + 1e-5) * self._weights["norm.weight"] + self._weights["norm.bias"]
        return self._linear(f"out.{part}", _gelu(self._linear(f"hidden.{part}", both)))


def _shares(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(-1, keepdims=True))
    return raised / raised.sum(-1, keepdims=True)


def _tokens_of(offsets: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """Which tokens stand in one of the spans."""
    own = np.zeros(len(offsets), bool)
    for start, end in spans:
        own |= (offsets[:, 0] < end) & (offsets[:, 1] > start) & (offsets[:, 1] > offsets[:, 0])
    return own


def _cue(text: str, offsets: np.ndarray, spans: Sequence[tuple[int, int]], losses: np.ndarray) -> tuple[int, int]:
    """The word without which the decision would have been weakest, with neighbours that matter too. `losses`: by token."""
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        return 0, len(text)

    def weight(start: int, end: int) -> float:
        if text[start:end].lower() in _STOP or any(left < end and start < right for left, right in spans):
            return -np.inf
        # rounded, as the last digits depend on what else stands in the batch
        return round(float(losses[(offsets[:, 0] < end) & (offsets[:, 1] > start)].sum()), 3)

    weights = [weight(*word) for word in words]
    first = last = int(np.argmax(weights))
    while last - first + 1 < _LONGEST:
        beside, n = max(((weights[n], n) for n in (first - 1, last + 1) if 0 <= n < len(words)), default=(0.0, 0))
        if beside <= 0 or beside < _SHARE * weights[first]:
            break
        first, last = min(first, n), max(last, n)
    end = words[last][1]
    return words[first][0], end - (text[end - 1] in ".,'’-")


def _gelu(x: np.ndarray) -> np.ndarray:
    """The exact GELU, by Abramowitz and Stegun's 7.1.26 for the error function (off by at most 1.5e-7)."""
    scaled = np.abs(x) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * scaled)
    tail = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * np.exp(-scaled ** 2)
    return 0.5 * x * (1 + np.sign(x) * (1 - tail))
