"""The weights of `ingest/origins.py`: logistic regression on the pairs of the groups in tests/origins that may be worked on.

    python tests/benchmarks/fit_origins.py

prints them. A pair united wrongly counts as much as two missed.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np

from longhaul.ingest.attribution import attributed
from longhaul.ingest.companies import load_companies
from longhaul.ingest.origins import EVIDENCE, Grouping, evidence
from longhaul.ingest.types import Claim, Press, Source

GROUPS = Path(__file__).parent.parent / "origins" / "groups.jsonl"
HELD = {*range(41, 71, 2), *range(93, 105)}  # the numbers of the groups that stay out of it
WRONG, PENALTY, ROUNDS = 2.0, 0.3, 50


def claims() -> tuple[list[Claim], list[tuple[str, str]]]:
    """The claims that may be worked on, with the group and origin of each."""
    companies, found, truth = load_companies(), [], []
    for row in map(json.loads, GROUPS.read_text("utf-8").splitlines()):
        number = int(row["group"][1:])
        for text in row["texts"] if number not in HELD else ():
            day = date.fromisoformat(text["date"]) if text["date"] else None
            press = tuple(Press(each["publisher"], date.fromisoformat(each["date"]) if each["date"] else None) for each in text["sources"])
            source = Source(text["id"], text["title"], None, text["publisher"], day, day, (), press)
            sentence, start = text["sentence"], text["text"].index(text["sentence"])
            label = attributed(sentence, text["text"][:start], source, companies)
            found.append(Claim(text["id"], source, sentence, start, start + len(sentence), text["actor"], "gains", "reported", "", 1.0,
                               None, label))
            truth.append((row["group"], text["origin"]))
    return found, truth


def pairs() -> tuple[np.ndarray, np.ndarray]:
    """The evidence on each pair of tellings, and whether they have one origin; of two groups only where something is in common."""
    found, truth = claims()
    placed = Grouping(found).placed
    origin = {n: truth[number] for n, telling in enumerate(placed) for numbers in telling.texts.values() for number in numbers}
    rows = [(evidence(placed[later], placed[earlier]), origin[earlier], origin[later])
            for earlier, later in combinations(range(len(placed)), 2)]
    rows = [row for row in rows if row[0] and (row[1][0] == row[2][0] or row[0][2] or row[0][3])]
    return np.array([row[0] for row in rows], float), np.array([row[1] == row[2] for row in rows], float)


def fit(seen: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Newton's method, with a penalty on large weights."""
    weights, cost = np.zeros(seen.shape[1]), np.where(truth > 0, 1.0, WRONG)
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (cost * (chance - truth)) + PENALTY * weights
        bend = (seen * (cost * chance * (1 - chance))[:, None]).T @ seen + PENALTY * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


if __name__ == "__main__":
    seen, truth = pairs()
    found = fit(seen, truth)
    for name, weight in zip(EVIDENCE, found, strict=True):
        print(f"{name:8} {weight:6.2f}")
    right = ((seen @ found > 0) == (truth > 0)).mean()
    print(f"WEIGHTS = {tuple(float(round(weight, 2)) for weight in found)}; {right:.1%} of {len(truth)} pairs right")
