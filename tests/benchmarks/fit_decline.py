"""Fits the weights by which the offline answerer decides whether the evidence holds the answer.

    python tests/benchmarks/fit_decline.py [suite.yaml …]

Reads the question suites (by default those in seeds/suites but for verdicts.yaml and kept.yaml), takes the signs of
bot/answer/decline.py for each question and prints the logistic weights, and what ten-fold cross-validation says: how many
unanswerable questions are declined at each threshold, and how many answerable ones wrongly.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize

from longhaul.bot.answer.decline import signs, untold
from longhaul.bot.answer.question import analyse
from longhaul.bot.answer.score import Scorer
from longhaul.bot.chain import DEPTH, build
from longhaul.bot.plan import plan
from longhaul.bot.retrieve import retrieve
from longhaul.bot.settings import Settings
from longhaul.bot.types import Turn
from longhaul.ingest.pipeline import ingest, seeds_folder
from longhaul.ingest.types import Filter

PENALTY = 0.02


def main() -> None:
    suites = [Path(name) for name in sys.argv[1:]] or [seeds_folder() / "suites" / f"{name}.yaml" for name in ("own", "starter", "kinds")]
    cases = [case for suite in suites for case in yaml.safe_load(suite.read_text("utf-8"))]
    rows, answerable, told = [], [], []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bot = build(Settings(index=folder, model="offline"))
        ingest(bot.index, bot.embedder, bot.companies, [seeds_folder()])
        for case in cases:
            turns = [Turn("user", text) for text in case["history"]]
            planned = plan(case["ask"], turns, Filter(), bot.companies, date.today())
            with bot.index.snapshot() as corpus:
                found = retrieve(planned.standalone, DEPTH, planned.filter, corpus, bot.embedder)
                scorer = Scorer(analyse(planned.asked, bot.companies, planned.context), found, corpus)
            values = signs(scorer)
            rows.append(list(values.values()))
            answerable.append(case["status"] != "unanswerable")
            told.append(not all(untold(scorer, part) for part in scorer.asked.parts))
    names, x, y, kept = list(values), np.array(rows), np.array(answerable), np.array(told)
    weights = fit(x[kept], y[kept])
    print({name: round(float(weight), 2) for name, weight in zip(names, weights, strict=False)}, "bias", round(float(weights[-1]), 2))
    sure = np.zeros(len(y))
    folds = np.arange(len(y)) % 10
    for fold in range(10):
        held = kept & (folds == fold)
        sure[held] = chance(x[held], fit(x[kept & (folds != fold)], y[kept & (folds != fold)]))
    for threshold in np.arange(0.1, 0.65, 0.05):
        declined = sure < threshold
        print(f"below {threshold:.2f}: {declined[~y].mean():.1%} of {sum(~y)} unanswerable ones, "
              f"{declined[y].mean():.1%} of {sum(y)} others")


def chance(x: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The logistic of signs (rows, signs) under weights (signs + 1, the bias last)."""
    return 1 / (1 + np.exp(-(x @ weights[:-1] + weights[-1])))


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Logistic weights with the bias last; both classes weigh the same, weights of standardised signs are shrunk."""
    spread = x.std(axis=0) + 1e-9
    share = np.where(y, 0.5 / y.mean(), 0.5 / (1 - y.mean()))

    def loss(weights: np.ndarray) -> float:
        score = np.where(y, 1, -1) * (x @ weights[:-1] + weights[-1])
        return float((share * np.logaddexp(0, -score)).mean() + PENALTY * ((weights[:-1] * spread) ** 2).sum())

    return minimize(loss, np.zeros(x.shape[1] + 1)).x


if __name__ == "__main__":
    main()
