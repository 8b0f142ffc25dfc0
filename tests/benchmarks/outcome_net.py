"""The outcome classifier in torch, for training; ingest/classify.py runs it without torch."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from outcome_data import Example, Reader, by_sentence, joined, renamed
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, gelu

from longhaul.ingest.bundled import states_module

BATCH = 20  # sentences
WIDTH, HEADS, HIDDEN, QUESTIONS = 384, 4, 128, 3  # what speaks for the actor, what against it, who says so


class Net(nn.Module):
    """The bundled model's layers, all of them trained, and the head."""

    def __init__(self):
        super().__init__()
        self.model = states_module().states
        self.model.embeddings.requires_grad_(False)  # they are the bundled model's own, and half of its size
        self.none = nn.Parameter(torch.zeros(WIDTH))
        self.query, self.key, self.value = (nn.Linear(WIDTH, QUESTIONS * WIDTH) for _ in range(3))
        self.norm = nn.LayerNorm(2 * WIDTH)
        self.hidden = nn.ModuleList(nn.Linear(2 * WIDTH, HIDDEN) for _ in range(QUESTIONS))
        self.out = nn.ModuleList([nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, 5)])
        self.both = nn.Parameter(torch.zeros(1))
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: Tensor, mask: Tensor, own: Tensor, of: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of outcome (examples, 4) and basis (examples, 5); the arguments are those of `Reader.batches`."""
        states, mask = self.model(input_ids=ids, attention_mask=mask).last_hidden_state[of], mask[of]
        texts, tokens, width = states.shape
        count = own.sum(1, keepdim=True)
        named = (states * own[..., None]).sum(1) / count.clamp(min=1)
        whole = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True) + self.none
        asker = torch.where(count > 0, named, whole)
        query = self.query(asker).view(texts, QUESTIONS * HEADS, 1, -1)
        key, value = (part(states).view(texts, tokens, QUESTIONS * HEADS, -1).transpose(1, 2) for part in (self.key, self.value))
        weights = (query @ key.transpose(-1, -2) / math.sqrt(width // HEADS)).masked_fill(mask[:, None, None] == 0, -1e4).softmax(-1)
        pooled = (self.drop(weights) @ value).reshape(texts, QUESTIONS, width)
        logits = [out(self.drop(gelu(hidden(self.drop(self.norm(torch.cat([asker, pooled[:, n]], 1)))))))
                  for n, (hidden, out) in enumerate(zip(self.hidden, self.out, strict=True))]
        for_, against, basis = logits
        return torch.cat([for_, against, for_ + against + self.both, torch.zeros_like(for_)], 1), basis


def train(net: Net, examples: Sequence[Example], epochs: int, rate: float, seed: int, label: str = "") -> None:
    """Trains in place: AdamW, a warm-up of a tenth, then a straight line down.

    In each epoch half of the names are exchanged, and a quarter of the sentences come joined to another.
    """
    rng = random.Random(seed)
    torch.manual_seed(seed)
    net.train()
    reader, sentences = Reader(), [tuple(examples[n] for n in numbers) for numbers in by_sentence(examples)]
    layers = [p for name, p in net.named_parameters() if p.requires_grad and name.startswith("model.")]
    head = [p for name, p in net.named_parameters() if not name.startswith("model.")]
    optimiser = torch.optim.AdamW([{"params": layers, "lr": rate}, {"params": head, "lr": 5 * rate}], weight_decay=0.01)
    steps = epochs * math.ceil(len(sentences) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda n: min(1, 10 * (n + 1) / steps) * max(0.02, 1 - n / steps))
    for epoch in range(epochs):
        shown = [told[0].weight == 1 and rng.random() < 0.25 and joined(told, rng.choice(sentences), rng) or renamed(told, rng)
                 for told in sentences]
        total, count = 0.0, 0
        for part, *inputs in reader.batches(shown, BATCH, rng):
            outcome, basis, weight = (torch.tensor([getattr(shown[n][k], name) for n, k in part])
                                      for name in ("outcome", "basis", "weight"))
            with torch.autocast("cpu", torch.bfloat16):
                outcomes, bases = net(*inputs)
            loss = (cross_entropy(outcomes.float(), outcome, reduction="none", label_smoothing=0.05) * weight).mean()
            known = basis >= 0
            if known.any():
                loss = loss + 0.5 * (cross_entropy(bases.float()[known], basis[known], reduction="none") * weight[known]).sum() / len(part)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*layers, *head], 1.0)
            optimiser.step()
            schedule.step()
            total, count = total + loss.item() * len(part), count + len(part)
        print(f"{label} epoch {epoch + 1} of {epochs}: loss {total / count:.3f}", flush=True)


@torch.no_grad()
def predict(net: Net, examples: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """The logits of outcome (examples, 4) and basis (examples, 5)."""
    net.eval()
    outcomes, bases = np.zeros((len(examples), 4), np.float32), np.zeros((len(examples), 5), np.float32)
    groups = by_sentence(examples)
    for part, *inputs in Reader().batches([tuple(examples[n] for n in numbers) for numbers in groups], 64, None):
        rows = [groups[n][k] for n, k in part]
        outcomes[rows], bases[rows] = (logits.numpy() for logits in net(*inputs))
    return outcomes, bases


@torch.no_grad()
def frozen(known: Sequence[Example], asked: Sequence[Example]) -> tuple[np.ndarray, np.ndarray]:
    """The baseline: outcome and basis of `asked` by logistic regression on the bundled model's unchanged states.

    Of the layers 3 to 6: the mean over all tokens, and over the actor's own.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    net = Net().eval()

    def states(examples: Sequence[Example]) -> np.ndarray:
        found = np.zeros((len(examples), 8 * WIDTH), np.float32)
        for part, ids, mask, own, _ in Reader().batches([(example,) for example in examples], 64, None):
            layers = net.model(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states[3:7]
            named = torch.where(own.sum(1, keepdim=True) > 0, own, mask)
            means = [(layer * weight[..., None]).sum(1) / weight.sum(1, keepdim=True) for layer in layers for weight in (mask, named)]
            found[[n for n, _ in part]] = torch.cat(means, 1).numpy()
        return found

    scaler = StandardScaler().fit(seen := states(known))
    seen, given = scaler.transform(seen), scaler.transform(states(asked))
    results = []
    for name in ("outcome", "basis"):
        truth = np.array([getattr(example, name) for example in known])
        rows = truth >= 0
        results.append(LogisticRegression(C=0.01, max_iter=500).fit(seen[rows], truth[rows]).predict(given) if rows.any()
                       else np.zeros(len(asked), int))
    return results[0], results[1]


def save(net: Net, file: Path, sharpness: float, rules: tuple[np.ndarray, np.ndarray]) -> None:
    """Writes the weights that ingest/classify.py reads.

    `sharpness` times the outcome logits is what softmax gets; `rules`: weight and bias of the last step to the basis.
    Of the layers' matrices only the change is kept, in steps of 1/127 of each row's greatest.
    """
    from safetensors.torch import save_file

    bundled = states_module().states.state_dict()
    tensors = {}
    for name, tensor in net.state_dict().items():
        if not name.startswith("model."):
            tensors[f"head.{name}"] = tensor.to(torch.float16)
        elif name.startswith("model.encoder.") and tensor.dim() == 1:
            tensors[name[6:]] = tensor.to(torch.float16)
        elif name.startswith("model.encoder."):
            change = tensor - bundled[name[6:]]
            step = change.abs().amax(1, keepdim=True).clamp(min=1e-9) / 127
            tensors[f"{name[6:]}.step"], tensors[f"{name[6:]}.change"] = step, (change / step).round().to(torch.int8)
    tensors |= {"head.sharpness": torch.tensor([sharpness])}
    tensors |= {f"rules.{name}": torch.from_numpy(found.astype(np.float32)) for name, found in zip(("weight", "bias"), rules, strict=True)}
    save_file({name: tensor.contiguous() for name, tensor in sorted(tensors.items())}, file)
    file.chmod(0o644)
