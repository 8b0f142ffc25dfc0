"""A cold question, as a whole process: `longhaul ask` beside the retrieval of LangChain's tutorial, which does not even answer.

    pip install --no-deps --target FOLDER langchain-huggingface
    HF_HUB_OFFLINE=1 python tests/benchmarks/cold_ask.py [--with FOLDER] [--rounds 5]

The tutorial: a fresh Python opens `langchain_chroma.Chroma` with `HuggingFaceEmbeddings` of the same model and runs
`similarity_search(question, k=4)` over the starter articles, split and stored beforehand by the tutorial's own means. Five
questions, asked in turn of either, so that a busy machine slows both; printed are the medians and the median of the ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

from longhaul.bot.chain import build
from longhaul.bot.settings import Settings
from longhaul.ingest.bundled import bundled_folder
from longhaul.ingest.pipeline import ingest, seeds_folder

QUESTIONS = ["Why did Cogent cut its dividend?", "Who is Corning's largest buyer of fibre?", "What did Verizon announce with AWS?",
             "How much did Nvidia invest in Nokia?", "Who leads data-centre Ethernet?"]
STORE = """
import sys
from langchain_chroma import Chroma
from langchain_huggingface import HuggingFaceEmbeddings
vector_store = Chroma(persist_directory=sys.argv[2], embedding_function=HuggingFaceEmbeddings(model_name=sys.argv[1]))
"""
FILL = STORE + """
from pathlib import Path
from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter
documents = [Document(path.read_text("utf-8"), metadata={"source": path.name}) for path in sorted(Path(sys.argv[3]).glob("*.md"))]
splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
vector_store.add_documents(splitter.split_documents(documents))
"""
SEARCH = STORE + """
for document in vector_store.similarity_search(sys.argv[3], k=4):
    print(document.page_content)
"""
ASK = "from longhaul.bot.cli import main; main()"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--with", dest="extra", help="a folder that holds langchain-huggingface")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
    path = [given.extra, os.environ.get("PYTHONPATH")]
    tutors = environment | {"PYTHONPATH": os.pathsep.join(part for part in path if part)}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bot = build(Settings(index=f"{folder}/ours", model="offline"))
        ingest(bot.index, bot.embedder, bot.companies, [seeds_folder()])
        theirs = [str(bundled_folder()), f"{folder}/theirs"]
        timed(tutors, FILL, *theirs, str(seeds_folder()))
        spent = []
        for number in range(given.rounds + 1):
            for question in QUESTIONS:
                pair = (timed(tutors, SEARCH, *theirs, question), timed(environment, ASK, "ask", question, "--index", f"{folder}/ours"))
                spent += [pair] if number else []  # the first round only fetches files from the disk
    slow, quick = (statistics.median(column) for column in zip(*spent, strict=True))
    print(f"{len(QUESTIONS)} questions, {given.rounds} rounds")
    print(f"{'the tutorial, retrieval':28}{slow:6.2f} s")
    print(f"{'longhaul ask':28}{quick:6.2f} s")
    print(f"{'ratio':28}{statistics.median(a / b for a, b in spent):6.1f}")


def timed(environment: dict[str, str], script: str, *arguments: str) -> float:
    """Seconds that a Python process takes from its start to its end; its script must find something to print, or fill."""
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, check=False)
    spent = time.perf_counter() - start
    if done.returncode or script != FILL and not done.stdout.strip():
        sys.exit(f"It failed:\n{done.stderr}")
    return spent


if __name__ == "__main__":
    main()
