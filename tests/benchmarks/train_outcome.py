"""Trains the classifier of the claim ledger and says how good it is.

    .venv/bin/python tests/benchmarks/train_outcome.py PUBLIC --frozen

PUBLIC is a folder with finentity.jsonl, newsmtsc_train.jsonl, newsmtsc_devtest_mt.jsonl and sentfin.jsonl: FinEntity (ODC-BY), NewsMTSC
and SEntFiN 1.0 (MIT), a row with sentence, start, end and outcome each. Their texts are not shipped.

First it learns from the sentences written for training and from the public sets, in two rounds; the mean of both ends is the base.
Then, for the figures, the base is trained a little further on the articles of four fifths and read on the rest; for the weights that
are shipped, on all articles. Of that last change half is kept: the whole of it fits these articles better, and others worse.
Everything is drawn with fixed seeds; the last digits may differ with the processor and the version of torch. Takes about two and a
half hours on two cores.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from outcome_data import Example
from outcome_net import Net, frozen, predict, save, train
from scipy.optimize import minimize_scalar
from sklearn.linear_model import LogisticRegression

from longhaul.ingest import claims
from longhaul.ingest.actors import locate
from longhaul.ingest.classify import OUTCOMES, basis_evidence
from longhaul.ingest.companies import Companies, load_companies
from longhaul.ingest.ledger import BASES
from longhaul.ingest.pipeline import seeds_folder
from longhaul.ingest.read import read as read_articles
from longhaul.ingest.sentences import last_sentence, sentences

CLAIMS = Path(__file__).parents[1] / "claims"
WEIGHTS = Path(__file__).parents[2] / "ingest" / "outcome.safetensors"
FOLDS, SEED, OTHERS = 5, 20251104, 3_000
AMONG = 2_000, 500  # written and public sentences among which the articles are put in the last step
FROZEN = 3_000, 1_000  # the same for the baseline, which sees no articles
# Passes: the rate goes down to nothing, then up and down once more; the base is the mean of both ends (Izmailov et al. 2018).
ROUNDS = 10, 8
FOUR, THREE = [0, 1, 2, 3], [0, 1, 3]  # the public sets know no mixed


@dataclass(frozen=True)
class Labelled:
    """An example with the group that is held back with it, an article or a sentence of a public set, and the sentence before it."""

    example: Example
    group: str
    actor: str = ""
    before: str = ""
    held: bool = False


def read(file: Path, companies: Companies | None = None) -> list[Labelled]:
    """The rows of a file in tests/claims; those without a span get the one that `claims --classify` would take."""
    rows, earlier = [], before_in_articles() if file.stem == "articles" else {}
    for row in map(json.loads, file.read_text("utf-8").splitlines()):
        span = (row["start"], row["end"]) if "start" in row else locate(row["sentence"], row["actor"], companies) or (0, 0)
        example = Example(row["sentence"], *span, OUTCOMES.index(row["outcome"]), BASES.index(row["basis"]))
        group = (row.get("article") or row.get("document") or row["sentence"]).removesuffix(".md")
        before = earlier.get((group, row["sentence"]), "") if earlier else last_sentence(row.get("before") or "")
        rows.append(Labelled(example, group, row["actor"], before))
    return rows


def before_in_articles() -> dict[tuple[str, str], str]:
    """The sentence before each sentence of the starter articles, by article and sentence."""
    found = {}
    for _, article in read_articles([seeds_folder()]):
        texts = [article.text[start:end] for start, end in sentences(article.text)]
        found.update({(article.source.id, text): before for before, text in zip(["", *texts], texts, strict=False)})
    return found


def read_public(file: Path, held: float) -> list[Labelled]:
    """The rows of a public set, half weight; `held`: the share of its sentences that is kept back, chosen by their hash."""
    rows = []
    for row in map(json.loads, file.read_text("utf-8").splitlines()):
        back = int(hashlib.sha256(row["sentence"].encode()).hexdigest(), 16) % 1000 < 1000 * held
        example = Example(row["sentence"], row["start"], row["end"], OUTCOMES.index(row["outcome"]), weight=0.5)
        rows.append(Labelled(example, row["sentence"], held=back))
    return rows


def macro_f1(truth: np.ndarray, found: np.ndarray, classes: Sequence[int]) -> float:
    """The mean F1 of the classes that occur."""
    scores = []
    for n in classes:
        hits, either = np.sum((truth == n) & (found == n)), np.sum(truth == n) + np.sum(found == n)
        if np.any(truth == n):
            scores.append(2 * hits / either)
    return float(np.mean(scores))


def told_f1(truth: Sequence[int], found: np.ndarray, groups: Sequence[str], classes: Sequence[int]) -> str:
    """Macro F1 with its 95 % interval from 2,000 bootstrap samples of whole groups."""
    labels, rng = np.array(truth), np.random.default_rng(SEED)
    names = sorted(set(groups))
    members = {name: np.flatnonzero(np.array(groups) == name) for name in names}
    drawn = [np.concatenate([members[names[n]] for n in rng.integers(len(names), size=len(names))]) for _ in range(2000)]
    low, high = np.quantile([macro_f1(labels[rows], found[rows], classes) for rows in drawn], [0.025, 0.975])
    return f"{macro_f1(labels, found, classes):.3f} ({low:.3f}–{high:.3f})"


def calibrated(logits: np.ndarray, truth: Sequence[int]) -> float:
    """The sharpness under which the logits' softmax fits the labels best (temperature scaling; Guo et al. 2017)."""
    labels = np.array(truth)

    def loss(sharpness: float) -> float:
        return -float(np.mean(np.log(probabilities(logits * sharpness)[np.arange(len(labels)), labels])))

    return float(minimize_scalar(loss, bounds=(0.1, 3), method="bounded").x)


def probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax of each row."""
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def evidence(rows: Sequence[Labelled], bases: np.ndarray, earlier: np.ndarray, companies: Companies) -> np.ndarray:
    """What the last step to the basis goes by; `bases` and `earlier`: the logits of each sentence and of the one before it."""
    told = []
    for row, own, before in zip(rows, bases, earlier, strict=True):
        asked = claims.row(row.example.text, row.actor, (row.example.start, row.example.end), row.before, companies)
        told.append(basis_evidence(asked, own, before if row.before else None))
    return np.array(told)


def rules(told: np.ndarray, truth: Sequence[int]) -> LogisticRegression:
    """The last step to the basis."""
    return LogisticRegression(C=0.1, max_iter=5_000).fit(told, truth)


def ledger_table(rows: Sequence[Labelled], found: np.ndarray) -> None:
    """Precision and recall of the gains and losses that would stand in the ledger, by threshold."""
    truth, said = np.array([row.example.outcome for row in rows]), found.argmax(1)
    for threshold in (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8):
        sure = found.max(1) >= threshold
        stands = (said < 2) & sure
        right = stands & (said == truth)
        print(f"ledger at {threshold:.2f}: precision {right.sum() / max(stands.sum(), 1):.3f}, "
              f"recall {right.sum() / (truth < 2).sum():.3f}, {stands.sum()} rows; "
              f"mixed {np.sum((said == 2) & (truth == 2) & sure)} right, {np.sum((said == 2) & (truth != 2) & sure)} wrong", flush=True)


def mean(ends: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """The mean of several networks' weights."""
    return {name: sum(end[name] for end in ends) / len(ends) if tensor.is_floating_point() else tensor for name, tensor in ends[0].items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("public", type=Path, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--net", type=Path, help="keep the base in this file, or take it from there")
    parser.add_argument("--frozen", action="store_true", help="the frozen baseline as well, which takes some minutes more")
    given = parser.parse_args()

    companies = load_companies()
    dev, spare = (read(CLAIMS / f"{name}.jsonl", companies) for name in ("dev", "spare"))
    written, fresh, whole = (read(CLAIMS / f"{name}.jsonl") for name in ("written", "fresh", "articles"))
    sets = {name: read_public(given.public / f"{name}.jsonl", held) for name, held in
            (("finentity", 0.2), ("newsmtsc_train", 0), ("sentfin", 0.1), ("newsmtsc_devtest_mt", 1))}
    rng = np.random.default_rng(SEED)
    others = [row for name in ("newsmtsc_train", "sentfin") for row in sets[name] if not row.held]
    finentity = [row for row in sets["finentity"] if not row.held]
    public = finentity + [others[n] for n in rng.permutation(len(others))[:OTHERS]]

    base = Net()
    if given.net and given.net.is_file():
        base.load_state_dict(torch.load(given.net))
    else:
        ends = []
        for n, epochs in enumerate(ROUNDS):
            train(base, [row.example for row in [*written, *public]], epochs, 2e-4, SEED + n, f"round {n + 1}")
            ends.append(copy.deepcopy(base.state_dict()))
        base.load_state_dict(mean(ends))
        if given.net:
            torch.save(base.state_dict(), given.net)
    draw = np.random.default_rng(SEED)
    among = [rows[n] for rows, count in zip((written, finentity), AMONG, strict=True) for n in draw.permutation(len(rows))[:count]]

    def finished(rows: Sequence[Labelled], label: str) -> Net:
        net = copy.deepcopy(base)
        train(net, [row.example for row in [*rows, *rows, *among]], 2, 1e-4, SEED, label)
        net.load_state_dict(mean([base.state_dict(), net.state_dict()]))  # Wortsman et al. 2022
        return net

    asked = [*dev, *spare, *whole]
    known = {(row.example.text, row.example.start) for row in [*dev, *spare]}
    inside = [*dev, *spare, *(row for row in whole if (row.example.text, row.example.start) not in known)]  # each once
    names = sorted({row.group for row in inside})
    fold = {name: n % FOLDS for n, name in enumerate(np.random.default_rng(SEED).permutation(names))}
    chosen = np.arange(len(asked)) < len(dev) + len(spare)
    folds, outcome, basis = (np.array(values) for values in zip(
        *((fold[row.group], row.example.outcome, row.example.basis) for row in asked), strict=True))
    examples = [row.example for row in asked]
    logits, bases, earlier = np.zeros((len(asked), 4)), np.zeros((len(asked), 5)), np.zeros((len(asked), 5))
    for n in range(FOLDS):
        net, rows = finished([row for row in inside if fold[row.group] != n], f"fold {n + 1}"), np.flatnonzero(folds == n)
        logits[rows], bases[rows] = predict(net, [examples[k] for k in rows])
        earlier[rows] = predict(net, [Example(asked[k].before, 0, 0, 0) for k in rows])[1]
    told = evidence(asked, bases, earlier, companies)
    likely, based = np.zeros_like(logits), np.zeros(len(asked), int)
    for n in range(FOLDS):  # the last steps, too, never see what they are measured on
        seen, rows = folds != n, folds == n
        likely[rows] = probabilities(logits[rows] * calibrated(logits[seen & ~chosen], outcome[seen & ~chosen]))
        based[rows] = rules(told[seen], basis[seen]).predict(told[rows])
    drawn = [rows[n].example for rows, count in zip((written, public), FROZEN, strict=True) for n in rng.permutation(len(rows))[:count]]
    plain = frozen(drawn, examples) if given.frozen else None

    def table(label: str, rows: Sequence[Labelled], found: np.ndarray, truth: Sequence[int], classes: Sequence[int]) -> None:
        print(f"{label:<40} {told_f1(truth, found, [row.group for row in rows], classes)}", flush=True)

    for label, part in (("chosen sentences", np.arange(len(dev))), ("whole articles", np.flatnonzero(~chosen))):
        rows, stated = [asked[k] for k in part], part[basis[part] != BASES.index("question")]
        table(f"{label}: outcome", rows, likely[part].argmax(1), outcome[part], FOUR)
        table(f"{label}: basis", [asked[k] for k in stated], based[stated], basis[stated], FOUR)
        if plain:
            table(f"{label}: outcome, frozen", rows, plain[0][part], outcome[part], FOUR)
            table(f"{label}: basis, frozen", [asked[k] for k in stated], plain[1][stated], basis[stated], FOUR)
    ledger_table(whole, likely[~chosen])

    net, last = finished(inside, "all"), rules(told, basis)
    save(net, given.out, calibrated(logits[~chosen], outcome[~chosen]), (last.coef_, last.intercept_))
    found = predict(net, [row.example for row in fresh])
    table("fresh sentences: outcome", fresh, found[0].argmax(1), [row.example.outcome for row in fresh], FOUR)
    for name, label in (("finentity", "FinEntity, a fifth"), ("newsmtsc_devtest_mt", "NewsMTSC devtest"), ("sentfin", "SEntFiN, a tenth")):
        held = [row for row in sets[name] if row.held]
        examples, truth = [row.example for row in held], [row.example.outcome for row in held]
        found = predict(net, examples)[0]
        table(f"{label}: outcome", held, np.array(THREE)[found[:, THREE].argmax(1)], truth, THREE)
        if given.frozen:
            known = [row.example for row in public]
            table(f"{label}: outcome, frozen", held, frozen(known, examples)[0], truth, THREE)


if __name__ == "__main__":
    main()
