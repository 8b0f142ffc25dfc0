"""Texts → vectors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from .bundled import BUNDLED, BUNDLED_SHA256, vectors_module
from .encoder import MAX_TOKENS, Encoder
from .types import UserError

NAME = f"{BUNDLED}-{BUNDLED_SHA256[:16]}"  # of the exported file


class Embedder(Protocol):
    """What turns texts into vectors of unit length."""

    name: str
    digest: str
    max_tokens: int

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads of `text`, its own marks not counted."""
        ...

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts`: float32, shape (len(texts), dimensions), each of length 1."""
        ...


@lru_cache(maxsize=4)
def load_embedder(model: str = BUNDLED) -> Embedder:
    """The embedder called `model`: the bundled one, or any sentence-transformers model by name or folder.

    Raises UserError where the model cannot be loaded.
    """
    return OnnxEmbedder() if model == BUNDLED else SentenceTransformerEmbedder(model)


class OnnxEmbedder:
    """The bundled model in onnxruntime: the vectors of sentence-transformers."""

    name = BUNDLED
    digest = BUNDLED_SHA256
    max_tokens = MAX_TOKENS

    def __init__(self):
        self._encoder = Encoder(NAME, vectors_module)

    def count_tokens(self, text: str) -> int:
        return self._encoder.count_tokens(text)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.empty((len(texts), 384), dtype=np.float32)

        def take(rows: list[int], found: np.ndarray) -> None:
            vectors[rows] = found

        self._encoder.run(texts, take)
        return vectors


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the processor."""

    def __init__(self, model: str):
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # the bar of "Loading weights" on standard error
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UserError(f"The embedding model {model!r} cannot be loaded: {reason}",
                            f"Name a sentence-transformers model or its folder in LONGHAUL_EMBEDDING, or {BUNDLED}.") from error
        self.name = model
        self.digest = _digest(self._model)
        self.max_tokens = (self._model.max_seq_length or 256) - 2

    def count_tokens(self, text: str) -> int:
        return len(self._model.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return self._model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)


def _digest(model) -> str:
    """A hash of the weights of a loaded torch model."""
    total = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        total.update(name.encode())
        total.update(tensor.cpu().contiguous().view(-1).numpy().tobytes())
    return total.hexdigest()
