"""How long one question takes when everything is loaded: in the bot itself, and through `longhaul ask --batch`.

    python tests/benchmarks/warm_question.py

Asks every question of seeds/suites once, without a language model, of an index of the starter corpus made for it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from longhaul.bot.chain import build
from longhaul.bot.settings import Settings
from longhaul.ingest.pipeline import ingest, seeds_folder


def main() -> None:
    suites = sorted((seeds_folder() / "suites").glob("*.yaml"))
    questions = [case["ask"] for suite in suites for case in yaml.safe_load(suite.read_text("utf-8"))]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bot = build(Settings(index=folder, model="offline"))
        ingest(bot.index, bot.embedder, bot.companies, [seeds_folder()])
        bot.ask(questions[0])
        spent = []
        for question in questions:
            start = time.perf_counter()
            bot.ask(question)
            spent.append(time.perf_counter() - start)
        show("in the bot", spent)
        file = Path(folder) / "questions.jsonl"
        file.write_text("\n".join(json.dumps({"id": n, "ask": question}) for n, question in enumerate(questions)), "utf-8")
        command = [sys.executable, "-c", "from longhaul.bot.cli import main; main()", "ask", "--batch", str(file), "--index", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            ends = [time.perf_counter() for _ in process.stdout]
        show("between two lines of --batch", [b - a for a, b in zip(ends, ends[1:], strict=False)])


def show(name: str, spent: list[float]) -> None:
    """Median and 95th percentile in milliseconds."""
    cuts = statistics.quantiles(spent, n=20)
    print(f"{name}: median {statistics.median(spent) * 1000:.0f} ms, 95% under {cuts[18] * 1000:.0f} ms, {len(spent)} questions")


if __name__ == "__main__":
    main()
