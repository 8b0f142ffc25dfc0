"""What importing loads, and that it does nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HEAVY = {"torch", "sentence_transformers", "transformers", "gradio", "chromadb", "pandas", "langchain", "langchain_core",
         "langchain_openai", "langchain_text_splitters", "langgraph"}

_WATCH = """
import json, os, sys
read, opened = [], []

class Watched(type(os.environ)):
    def __getitem__(self, key):
        read.append(key)
        return super().__getitem__(key)

seen = os.environ
os.environ = Watched(seen._data, seen.encodekey, seen.decodekey, seen.encodevalue, seen.decodevalue)
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
import importlib
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps({"modules": sorted({name.split(".")[0] for name in sys.modules}), "read": read, "opened": opened}))
"""


def _imported(folder: Path, *names: str) -> dict:
    """What importing the modules in a fresh process reads and loads; nothing else may reach standard output or error."""
    environment = os.environ | {"LONGHAUL_PORT": "not a number", "LONGHAUL_INDEX": str(folder / "index")}
    done = subprocess.run([sys.executable, "-c", _WATCH, *names], capture_output=True, text=True, cwd=folder, env=environment,
                          check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert list(folder.iterdir()) == []
    return json.loads(done.stdout)


def test_the_command_line_loads_nothing_heavy(tmp_path):
    assert HEAVY.isdisjoint(_imported(tmp_path, "longhaul.bot.cli")["modules"])


def test_importing_reads_no_setting_and_no_data(tmp_path):
    project = Path(__file__).parents[1]
    names = [f"longhaul.{part}.{path.stem}" for part in ("bot", "ingest") for path in sorted((project / part).glob("*.py"))]
    assert "longhaul.bot.cli" in names and "longhaul.ingest.pipeline" in names
    found = _imported(tmp_path, *names)
    assert [name for name in found["read"] if "LONGHAUL" in name] == []
    data = {".md", ".yaml", ".jsonl", ".sqlite", ".sqlite3", ".safetensors", ".env"}
    assert [path for path in found["opened"] if Path(path).suffix in data] == []


def test_the_watch_sees_what_it_should(tmp_path):
    (tmp_path / "peeks.py").write_text("import os\nos.environ['LONGHAUL_PORT']\nopen('x.md', 'w').close()\n", "utf-8")
    done = subprocess.run([sys.executable, "-c", _WATCH, "peeks"], capture_output=True, text=True, cwd=tmp_path, check=True,
                          env=os.environ | {"LONGHAUL_PORT": "1"}, timeout=60)
    found = json.loads(done.stdout)
    assert "LONGHAUL_PORT" in found["read"]
    assert "x.md" in found["opened"]


def test_a_cold_question_loads_no_torch_and_no_framework(seeds_index):
    script = ("import sys; from longhaul.bot.cli import app\n"
              "try: app(['ask', 'Why did Cogent cut its dividend?', '--json', '--index', sys.argv[1]], prog_name='longhaul')\n"
              "except SystemExit as end: assert not end.code, end.code\n"
              "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)")
    done = subprocess.run([sys.executable, "-c", script, str(seeds_index)], capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout)["status"] == "answered"
    assert {"onnxruntime", "sqlite3"} < set(done.stderr.split())
    assert HEAVY.isdisjoint(done.stderr.split())
