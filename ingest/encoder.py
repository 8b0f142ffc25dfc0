"""The bundled model in onnxruntime: loads without the seconds that torch takes, and gives the same numbers."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from .bundled import bundled_folder
from .types import UserError

if TYPE_CHECKING:
    from tokenizers import Encoding

MAX_TOKENS = 254  # of the 256 that the model reads, two are marks

_FORMAT = 3  # of the exported files: a change makes new ones
_TOKENS = 512  # in a batch
_READ = 256  # texts cut into tokens at a time: what the tokenizer tells of each is far larger than its text


class Encoder:
    """A graph of the bundled model with one input `ids` (texts of one length, tokens) and one output with a row for each text.

    A batch holds texts of one length, so none is padded and no text touches another's numbers. Batches are small, to stay in
    the processor's cache, and each runs on one core: that is quicker than all cores sharing one batch.
    """

    def __init__(self, name: str, module: Callable[[], Any]):
        """`name`: of the exported file, with a hash of its weights; `module` makes the torch module to export. Raises UserError."""
        from tokenizers import Tokenizer

        self._session = _session(name, module)
        self._tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count_tokens(self, text: str) -> int:
        """How many tokens the model reads of `text`, its own marks not counted."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def run(self, texts: Sequence[str], take: Callable[[list[int], np.ndarray], None],
            see: Callable[[int, Encoding], None] = lambda row, encoding: None) -> None:
        """Runs the model: `take` gets the numbers of some texts and their rows of the output, maybe in a thread of its own.

        `see` gets each text's tokens before that. An overlong text loses its end, not the closing mark.
        """
        read: list[np.ndarray] = []
        for at in range(0, len(texts), _READ):
            for encoding in self._tokenizer.encode_batch(list(texts[at:at + _READ])):
                see(len(read), encoding)
                read.append(_cut(encoding.ids))

        def run(batch: list[int]) -> None:
            take(batch, self._session.run(None, {"ids": np.stack([read[n] for n in batch])})[0])

        batches = _batches([len(ids) for ids in read])
        if len(batches) < 2:  # a question needs no thread of its own
            for batch in batches:
                run(batch)
            return
        with ThreadPoolExecutor(min(_cores(), len(batches))) as pool:
            for _ in pool.map(run, batches):  # reads the outcomes: what failed in a thread is raised here
                pass


def _cut(ids: list[int]) -> np.ndarray:
    return np.array(ids if len(ids) <= MAX_TOKENS + 2 else [*ids[:MAX_TOKENS + 1], ids[-1]], dtype=np.int64)


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


def _session(name: str, module: Callable[[], Any]):
    """The exported graph, loaded. A file that is cut short, as a full disk or a crash leaves it, is made again."""
    onnxruntime = runtime()

    from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidArgument, InvalidGraph, InvalidProtobuf

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the cores work on batches of their own
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done when it was exported
    try:
        return onnxruntime.InferenceSession(str(exported(name, module)), options, providers=["CPUExecutionProvider"])
    except (Fail, InvalidArgument, InvalidGraph, InvalidProtobuf):
        return onnxruntime.InferenceSession(str(exported(name, module, afresh=True)), options, providers=["CPUExecutionProvider"])


def exported(name: str, module: Callable[[], Any], afresh: bool = False) -> Path:
    """The graph of this name, in the user's cache; made first where it is not there yet, or `afresh`, which takes some seconds.

    The graph is optimised already, and its weights lie in a file beside it, which is mapped and not read: that loads four
    times sooner. Raises UserError.
    """
    from platformdirs import user_cache_path

    caches = user_cache_path("longhaul", appauthor=False)
    kept = caches / f"{name}-{_FORMAT}"
    if not (kept / "model.onnx").is_file() or afresh:
        try:
            caches.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(".part", dir=caches, ignore_cleanup_errors=True) as making:
                _export(module(), Path(making, "whole.onnx"))
                _optimise(Path(making, "whole.onnx"), Path(making, "done"))
                if afresh or not (kept / "model.onnx").is_file():  # somebody else may have been quicker
                    shutil.rmtree(kept, ignore_errors=True)
                    Path(making, "done").rename(kept)
        except OSError as error:
            if not afresh and (kept / "model.onnx").is_file():  # made by another process at this very moment
                return kept / "model.onnx"
            raise UserError(f"The embedding model cannot be prepared in {caches}: {error.strerror or error}",
                            "Make room there and let it be written to, or set XDG_CACHE_HOME to another folder.") from error
        for older in caches.glob(f"{name.rsplit('-', 1)[0]}-*"):
            if older != kept:  # in use, or not ours to remove: it only takes room
                shutil.rmtree(older, ignore_errors=True) if older.is_dir() else _forget(older)
    return kept / "model.onnx"


def _forget(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink()


def _optimise(file: Path, folder: Path) -> None:
    """Writes into `folder` what onnxruntime makes of the graph in `file`, the weights apart."""
    onnxruntime = runtime()
    folder.mkdir()
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # nothing of this processor alone
    options.optimized_model_filepath = str(folder / "model.onnx")
    options.log_severity_level = 3
    options.add_session_config_entry("session.optimized_model_external_initializers_file_name", "weights.bin")
    options.add_session_config_entry("session.optimized_model_external_initializers_min_size_in_bytes", "1024")
    onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def runtime() -> ModuleType:
    """onnxruntime, which else sends what it runs on to its makers and keeps a number for this machine (its Privacy.md)."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # read once, when it is imported

    import onnxruntime

    return onnxruntime


def _export(module: Any, file: Path) -> None:
    import logging

    import torch

    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    ids = torch.tensor([[101, 2054, 102], [101, 2339, 102]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs the fewest packages calls itself deprecated
        torch.onnx.export(module.eval(), (ids,), str(file), input_names=["ids"], output_names=["out"],
                          dynamic_axes={"ids": {0: "texts", 1: "tokens"}, "out": {0: "texts"}}, dynamo=False, opset_version=17)
