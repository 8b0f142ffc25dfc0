"""The classifier without torch gives what its torch model was trained to give, whatever the weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from longhaul.ingest.classify import Classifier, Row
from longhaul.ingest.cues import FEATURES, speaker

ROWS = [("Verizon won the contract from Zayo, and its shares rose 12%.", (0, 7)),
        ("AT&T’s lead is shrinking, analysts say.", (0, 4)),
        ("Which carrier will lose?", (0, 0)), ("A Barclays note says Zayo is behind.", (21, 25)),
        ("Zayo and Lumen both lost share in 2024 to Verizon – a first.", (9, 14))]


def test_the_same_numbers_as_in_training(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parent / "benchmarks")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    import torch
    from outcome_net import Example, Net, predict, save

    torch.manual_seed(7)
    net = Net()
    with torch.no_grad():
        for parameter in net.model.encoder.parameters():
            parameter += 0.02 * torch.randn_like(parameter)
    rules = np.hstack([np.eye(5), np.zeros((5, 5 + len(FEATURES)))]), np.array([0.0, 0.5, 0.0, 0.0, 0.0])
    rules[0][2, 10 + FEATURES.index("other")] = 0.7
    save(net, tmp_path / "weights.safetensors", 1.5, rules)
    outcomes, bases = predict(net, [Example(text, *span, 0) for text, span in ROWS])
    judged = Classifier(tmp_path / "weights.safetensors").classify([Row(text, (span,) if span[1] else ()) for text, span in ROWS])
    for (text, _), found, wanted, basis in zip(ROWS, judged, outcomes * 1.5, bases, strict=True):
        assert found.scores == pytest.approx(np.exp(wanted) / np.exp(wanted).sum(), abs=0.01)
        basis = basis + rules[1] + [0, 0, 0.7 * (speaker(text, ()) == "other"), 0, 0]
        assert found.bases == pytest.approx(np.exp(basis) / np.exp(basis).sum(), abs=0.01)
