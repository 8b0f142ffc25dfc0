"""The wheel works outside the checkout, with the prompts, the seeds and the page inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_wheel_carries_everything_it_needs(tmp_path, seeds_index):
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__"))
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path),
                    str(source)], check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(tmp_path / "installed")
    inside = tmp_path / "installed" / "longhaul"
    assert len(list((inside / "seeds").glob("20*.md"))) == len(list((ROOT / "seeds").glob("20*.md"))) > 60
    assert {path.name for path in (inside / "bot" / "web").iterdir()} >= {"page.css", "page.js", "favicon.svg"}
    assert not list((tmp_path / "installed").rglob("test_*"))
    # -S: no .pth file of this environment is read, so the checkout cannot stand in for the wheel
    paths = [str(tmp_path / "installed"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    script = (f"import sys; sys.path[:0] = {paths!r}\n"
              "import longhaul.bot.cli, longhaul.ingest.pipeline\n"
              "print(longhaul.bot.cli.__file__, longhaul.ingest.pipeline.seeds_folder(), file=sys.stderr)\n"
              f"sys.argv = ['longhaul', 'ask', 'What did Meta commit to Corning?', '--index', {str(seeds_index)!r}]\n"
              "longhaul.bot.cli.main()")
    done = subprocess.run([sys.executable, "-S", "-c", script], cwd=tmp_path, env=os.environ | {"PYTHONPATH": ""},
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr.split() == [str(inside / "bot" / "cli.py"), str(inside / "seeds")]
    assert "$6 billion" in done.stdout
    assert (inside / "prompts" / "answer.md").is_file() and (inside / "seeds" / "companies.yaml").is_file()
