"""What the claim ledger adds to the time of an ingest: the starter corpus with it, and with neither linking nor judging.

    .venv/bin/python tests/benchmarks/ingest_with_claims.py
"""

from __future__ import annotations

import tempfile
import time
from statistics import median

from longhaul.ingest import pipeline
from longhaul.ingest.classify import load_classifier
from longhaul.ingest.companies import load_companies
from longhaul.ingest.embed import load_embedder
from longhaul.ingest.index import Index
from longhaul.ingest.types import Ledger

RUNS = 5


def seconds() -> float:
    """How long the starter corpus takes to read into an empty index."""
    embedder = load_embedder()
    with tempfile.TemporaryDirectory() as folder:
        index = Index(f"{folder}/index", embedder.name, embedder.digest)
        start = time.perf_counter()
        report = pipeline.ingest(index, embedder, load_companies(), [pipeline.seeds_folder()])
        assert report.added and not report.failed
        return time.perf_counter() - start


def main() -> None:
    linked, judged = pipeline.link, pipeline.claims.ledgers
    spent: dict[bool, list[float]] = {True: [], False: []}
    load_classifier()
    seconds()  # what is loaded once
    for _ in range(RUNS):
        for made in spent:
            pipeline.link = linked if made else lambda article, companies: []
            pipeline.claims.ledgers = judged if made else lambda parts, *_: [Ledger() for _ in parts]
            spent[made].append(seconds())
    ratios = [one / other for one, other in zip(spent[True], spent[False], strict=True)]
    print(f"with claims {median(spent[True]):.2f} s, without {median(spent[False]):.2f} s; "
          f"ratio {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) in {RUNS} pairs")


if __name__ == "__main__":
    main()
