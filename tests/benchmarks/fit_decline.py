"""Fits the weights by which the offline answerer decides whether the evidence holds the answer, and says what they are worth.

    python tests/benchmarks/fit_decline.py [INDEX] [suite.yaml …]

Reads the question suites (by default own.yaml, starter.yaml and kinds.yaml of seeds/suites) over the starter corpus (in INDEX, where one
is given), takes the signs of bot/answer/decline.py for each question and prints the logistic weights. Then, by cross-fitting: each
question's confidence comes from weights fitted on questions about other articles.

- risk and coverage: of the questions, the surest first, how many are answered (coverage), which share of these the corpus cannot answer
  (risk), which share of the answerable ones is declined (over-refusal), and which share of the others (declined);
- AURC: the mean risk over all coverages (Geifman et al. 2019), beside the least that any order could have.

Left out are questions that something else decides: winners and losers, false premises, and what the sources say that they do not tell.
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
from longhaul.bot.chain import Bot, build
from longhaul.bot.grounded import DEEP, DEPTH
from longhaul.bot.plan import plan
from longhaul.bot.retrieve import gather
from longhaul.bot.settings import Settings
from longhaul.bot.types import Turn
from longhaul.ingest.pipeline import ingest, seeds_folder
from longhaul.ingest.types import Filter

PENALTY = 0.02
FOLDS = 10


def main() -> None:
    suites = [Path(name) for name in sys.argv[1:] if name.endswith(".yaml")]
    suites = suites or [seeds_folder() / "suites" / f"{name}.yaml" for name in ("own", "starter", "kinds")]
    cases = [case for suite in suites for case in yaml.safe_load(suite.read_text("utf-8")) if case["status"] != "false_premise"]
    index = next((name for name in sys.argv[1:] if not name.endswith(".yaml")), None)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bot = build(Settings(index=index or folder, model="offline"))
        if not index:
            ingest(bot.index, bot.embedder, bot.companies, [seeds_folder()])
        rows = [(case, *read) for case in cases if (read := signs_of(case, bot))]
    names, x = list(rows[0][1]), np.array([list(values.values()) for _, values, _ in rows])
    y = np.array([case["status"] != "unanswerable" for case, _, _ in rows])
    weights = fit(x, y)
    print({name: round(float(weight), 2) for name, weight in zip(names, weights, strict=False)}, "bias", round(float(weights[-1]), 2))
    report(cross_fitted(x, y, [article for *_, article in rows]), y)


def signs_of(case: dict, bot: Bot) -> tuple[dict[str, float], str] | None:
    """The signs of a question, and the article that it is most about; None where something else decides about it."""
    planned = plan(case["ask"], [Turn("user", text) for text in case["history"]], Filter(), bot.companies, date.today())
    if planned.intent == "stakes":
        return None
    with bot.index.snapshot() as corpus:
        found = gather(planned.queries, DEEP if planned.intent == "timeline" else DEPTH, planned.filter, corpus, bot.embedder)
        scorer = Scorer(analyse(planned.asked, bot.companies, planned.context), found, corpus, planned.window)
    scorer.look(bot.embedder)
    told = not all(untold(scorer, part) for part in scorer.asked.parts)
    return (signs(scorer), scorer.best.quote.source.id) if told else None


def cross_fitted(x: np.ndarray, y: np.ndarray, groups: list[str]) -> np.ndarray:
    """The confidence in each question, of weights fitted without its group: shape (questions,)."""
    fold = {group: n % FOLDS for n, group in enumerate(sorted(set(groups)))}
    folds = np.array([fold[group] for group in groups])
    sure = np.zeros(len(y))
    for n in range(FOLDS):
        sure[folds == n] = chance(x[folds == n], fit(x[folds != n], y[folds != n]))
    return sure


def report(sure: np.ndarray, y: np.ndarray) -> None:
    """Prints the curve and its area."""
    for threshold in np.arange(0.1, 0.75, 0.05):
        kept = sure >= threshold
        print(f"from {threshold:.2f}: coverage {kept.mean():.1%}, risk {(~y[kept]).mean():.1%}, over-refusal {(~kept[y]).mean():.1%} of "
              f"{y.sum()}, declined {(~kept[~y]).mean():.1%} of {(~y).sum()}")
    print(f"AURC {area(y[np.argsort(-sure, kind='stable')]):.4f}, least {area(np.sort(y)[::-1]):.4f}, in no order {(~y).mean():.4f}")


def area(right: np.ndarray) -> float:
    """The mean, over all coverages, of the share of wrong ones among the first."""
    return float((np.cumsum(~right) / np.arange(1, len(right) + 1)).mean())


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
