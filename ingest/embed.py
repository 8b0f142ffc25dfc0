"""Texts → vectors."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import groupby
from typing import Protocol

import numpy as np

from .bundled import BUNDLED, BUNDLED_SHA256, bundled_folder, exported, runtime
from .types import UserError

_TOKENS = 512  # in a batch
_READ = 256  # texts cut into tokens at a time: what the tokenizer tells of each is far larger than its text


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
    """The bundled model in onnxruntime: the vectors of sentence-transformers, without the seconds that loading torch takes.

    A batch holds texts of one length, so none is padded and no text touches another's vector. Batches are small, to stay in
    the processor's cache, and each runs on one core: that is quicker than all cores sharing one batch.
    """

    name = BUNDLED
    digest = BUNDLED_SHA256
    max_tokens = 254  # of the 256 that the model reads, two are marks

    def __init__(self):
        from tokenizers import Tokenizer

        self._session = _session()
        self._tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.empty((len(texts), 384), dtype=np.float32)
        read: list[np.ndarray] = []
        for at in range(0, len(texts), _READ):
            read += [self._cut(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts[at:at + _READ]))]

        def run(batch: list[int]) -> None:
            vectors[batch] = self._session.run(["vectors"], {"ids": np.stack([read[n] for n in batch])})[0]

        batches = _batches([len(ids) for ids in read])
        if len(batches) < 2:  # a question needs no thread of its own
            for batch in batches:
                run(batch)
            return vectors
        with ThreadPoolExecutor(min(_cores(), len(batches))) as pool:
            for _ in pool.map(run, batches):  # reads the outcomes: what failed in a thread is raised here
                pass
        return vectors

    def _cut(self, ids: list[int]) -> np.ndarray:
        """The tokens that the model reads: an overlong text loses its end, not the closing mark."""
        return np.array(ids if len(ids) <= self.max_tokens + 2 else [*ids[:self.max_tokens + 1], ids[-1]], dtype=np.int64)


def _session():
    """The bundled model, loaded. A file that is cut short, as a full disk or a crash leaves it, is made again."""
    onnxruntime = runtime()

    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the cores work on batches of their own
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done when it was exported
    try:
        return onnxruntime.InferenceSession(str(exported()), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf):
        return onnxruntime.InferenceSession(str(exported(afresh=True)), options, providers=["CPUExecutionProvider"])


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """The numbers of the texts in batches of one length, of about `_TOKENS` tokens; the longest first, so all cores end together."""
    found: list[list[int]] = []
    for length, same in groupby(sorted(range(len(lengths)), key=lambda n: -lengths[n]), key=lambda n: lengths[n]):
        rows, size = list(same), max(1, _TOKENS // length)
        found += [rows[at:at + size] for at in range(0, len(rows), size)]
    return found


def _cores() -> int:
    """How many cores this process may use; no more than 16, as each holds memory of its own while it works."""
    return min(16, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


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
