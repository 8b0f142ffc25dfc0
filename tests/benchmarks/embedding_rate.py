"""How many chunks the bundled model embeds in a second, beside sentence-transformers with its default settings.

    HF_HUB_OFFLINE=1 python tests/benchmarks/embedding_rate.py [rounds]

Embeds every chunk of the starter corpus with each in turn, seven rounds unless told otherwise, and prints the median rates, the
median of the rounds' ratios and the worst cosine between the two vectors of a chunk.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from sentence_transformers import SentenceTransformer

from longhaul.ingest.bundled import checked_folder
from longhaul.ingest.chunk import chunk, embedded_text
from longhaul.ingest.embed import Embedder, load_embedder
from longhaul.ingest.read import read
from longhaul.ingest.types import Failure

PAUSE = 0.3  # seconds: the threads of the one wait busily for a while after its last text


def main() -> None:
    rounds = int(sys.argv[1]) if sys.argv[1:] else 7
    ours = load_embedder()
    theirs = SentenceTransformer(str(checked_folder()), device="cpu", local_files_only=True)
    texts = seeds(ours)
    cosines = (ours.embed(texts) * theirs.encode(texts, normalize_embeddings=True)).sum(axis=1)  # warms both up, too
    spent = [(timed(theirs.encode, texts), timed(ours.embed, texts)) for _ in range(rounds)]
    slow, quick = (statistics.median(column) for column in zip(*spent, strict=True))
    print(f"{len(texts)} chunks, {rounds} rounds")
    print(f"{'sentence-transformers':24}{len(texts) / slow:8.1f} chunks/s")
    print(f"{'longhaul':24}{len(texts) / quick:8.1f} chunks/s")
    print(f"{'ratio':24}{statistics.median(a / b for a, b in spent):8.2f}")
    print(f"{'worst cosine':24}{cosines.min():8.6f}")


def seeds(embedder: Embedder) -> list[str]:
    """What is embedded of the starter corpus."""
    rows = read([Path(str(resources.files("longhaul.seeds")))])
    articles = [row[1] for row in rows if not isinstance(row, Failure)]
    return [embedded_text(part) for article in articles for part in chunk(article, embedder.count_tokens, embedder.max_tokens)]


def timed(embed: Callable[[list[str]], object], texts: list[str]) -> float:
    """Seconds that it takes."""
    time.sleep(PAUSE)
    start = time.perf_counter()
    embed(texts)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
