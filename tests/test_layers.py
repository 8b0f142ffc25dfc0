"""The house as it is drawn: an import points down only, heavy libraries stay out of module tops, files stay readable."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAVY = r"(torch|sentence_transformers|transformers|gradio|chromadb|onnxruntime|pandas|langchain\w*)"
CODE = [path for folder in ("bot", "ingest") for path in sorted((ROOT / folder).rglob("*.py"))]


def test_imports_point_down():
    script = "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_ruff_finds_nothing():
    run = subprocess.run([sys.executable, "-m", "ruff", "check", "."], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_heavy_libraries_are_imported_where_they_are_used():
    # the retriever is there for people who have LangChain loaded already, and nothing of Longhaul imports it
    tops = [f"{path.relative_to(ROOT)}: {match.group()}" for path in CODE if path.name != "retriever.py"
            for match in re.finditer(rf"^(?:import|from) {HEAVY}\b.*", path.read_text("utf-8"), re.MULTILINE)]
    assert tops == []


def test_files_stay_readable():
    long = {str(path.relative_to(ROOT)): lines for path in CODE if (lines := path.read_text("utf-8").count("\n")) > 250}
    assert long == {}
