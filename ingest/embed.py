"""Texts → vectors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np

from .bundled import BUNDLED, BUNDLED_SHA256, bundled_folder, exported
from .types import UserError

_BATCH = 32


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
    """The bundled model in onnxruntime: the vectors of sentence-transformers, without the seconds that loading torch takes."""

    name = BUNDLED
    digest = BUNDLED_SHA256
    max_tokens = 254  # of the 256 that the model reads, two are marks

    def __init__(self):
        import onnxruntime
        from tokenizers import Tokenizer

        self._session = onnxruntime.InferenceSession(str(exported()), providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        read = [self._cut(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(read)), key=lambda n: len(read[n]))  # texts of like length share a batch: little padding
        vectors = np.empty((len(read), 384), dtype=np.float32)
        for at in range(0, len(order), _BATCH):
            batch = order[at:at + _BATCH]
            ids = np.zeros((len(batch), len(read[batch[-1]])), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, n in enumerate(batch):
                ids[row, :len(read[n])] = read[n]
                mask[row, :len(read[n])] = 1
            vectors[batch] = self._session.run(["vectors"], {"ids": ids, "mask": mask})[0]
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        """The tokens that the model reads: an overlong text loses its end, not the closing mark."""
        return ids if len(ids) <= self.max_tokens + 2 else [*ids[:self.max_tokens + 1], ids[-1]]


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
