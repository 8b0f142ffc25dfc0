"""How long the board takes over the claims of 10,000 articles: first, narrowed, as of a day, and as a command.

    HF_HUB_OFFLINE=1 python tests/benchmarks/board.py [ARTICLES]

The corpus is made up: each article has one to nine of the starter articles' sentences that make claims, each about an actor drawn
at random in the place of its own, a publisher and a day. Nothing is embedded; the claims are read as `longhaul ingest` stored them.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np

from longhaul.bot.chain import build
from longhaul.bot.settings import Settings
from longhaul.bot.web.view import Sieve, View
from longhaul.ingest.claims import version as claims_version
from longhaul.ingest.classify import load_classifier
from longhaul.ingest.companies import load_companies
from longhaul.ingest.embed import load_embedder
from longhaul.ingest.index import Index
from longhaul.ingest.pipeline import ingest, seeds_folder
from longhaul.ingest.types import Article, Chunk, Claim, Entry, Ledger, Source

TODAY = date(2026, 7, 1)
VIEWS = {
    "first, everything": View(),
    "sorted anew": View(sort="actor"),
    "by role": View(role="carrier"),
    "by basis": View(bases=("reported",)),
    "by publisher": View(publisher="Paper 0"),
    "by words": View(words="fibre"),
    "since a day": View(since=date(2026, 1, 1)),
    "a window": View(since=date(2025, 6, 1), until=date(2025, 12, 31)),
    "as of another day": View(as_of=date(2026, 1, 31)),
    "as of it, by role and basis": View(as_of=date(2026, 1, 31), role="carrier", bases=("reported",)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("articles", nargs="?", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="make the index in this folder, and leave it there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = given.keep or Path(folder)
        make(place, real_claims(Path(folder) / "starter"), given.articles)
        sieve = Sieve(build(Settings(index=str(place))))
        for name, view in VIEWS.items():
            start = time.perf_counter()
            board = sieve.board(view)
            spent = time.perf_counter() - start
            print(f"{name:<32} {spent:6.2f} s  {len(board.rows)} of {board.actors} actors, "
                  f"{sum(row.verdict.claims for row in board.rows):,} of {board.claims:,} claims", flush=True)
        for command in (["verdicts"], ["verdicts", "--company", "Verizon"], ["card", "Verizon"], ["changed", "--since", "2026-01-31"]):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "longhaul.bot.cli", *command, "--index", place], check=True, capture_output=True)
            print(f"longhaul {' '.join(command):<23} {time.perf_counter() - start:6.2f} s", flush=True)


def real_claims(place: Path) -> list[Claim]:
    """All claims of the starter articles, faint ones too."""
    index, embedder = Index(str(place)), load_embedder()
    assert not ingest(index, embedder, load_companies(), [seeds_folder()]).failed
    with index.snapshot() as corpus:
        return [claim for entry in corpus.entries() for claim in entry.ledger.claims]


def make(place: Path, claims: list[Claim], count: int) -> None:
    """Writes that many articles."""
    index, embedder = Index(str(place)), load_embedder()
    with index.writing() as store:
        version = claims_version(load_companies(), load_classifier())
        store.note(replace(store.record, model=embedder.name, model_hash=embedder.digest, ledger=version))
        window: list[Entry] = []
        for entry in corpus(claims, count):
            window.append(entry)
            if len(window) == 500:
                store.put(window)
                window = []
        store.put(window)


def corpus(claims: list[Claim], count: int) -> Iterator[Entry]:
    """The articles, the same on each call."""
    dice, names = random.Random(1), load_companies().names
    vector = np.full((1, 384), 384 ** -0.5, np.float32)
    for n in range(count):
        day = date(2023, 1, 1) + timedelta(days=dice.randrange((TODAY - date(2023, 1, 1)).days))
        paper, made, text = f"Paper {int(200 * dice.random() ** 3)}", [], f"Item {n:,}."
        told = [(claim, names[int(len(names) * dice.random() ** 2)]) for claim in dice.sample(claims, dice.randint(1, 9))]
        source = Source(f"article-{n:05}", told[0][0].text[:90], None, paper, day, day, tuple(dict.fromkeys(actor for _, actor in told)))
        for claim, actor in told:
            start = len(text) + 1
            text += f" {claim.text}"
            rests = claim.origin.rpartition(" ")[0] or claim.origin
            label = f"{paper if rests.startswith('Longhaul') else rests} {day}"
            made.append(replace(claim, id=f"{source.id}:{len(made)}", source=source, start=start, end=len(text), actor=actor,
                                event_date=None, origin=label))
        article, bases = Article(source, text), tuple((claim.start, claim.end, claim.basis) for claim in made)
        yield Entry(article, sha256(text.encode()).hexdigest(), (Chunk(f"{source.id}#0", source, text, 0, len(text)),), vector,
                    Ledger(tuple(made), bases))


if __name__ == "__main__":
    main()
