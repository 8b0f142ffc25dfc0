"""The installed program in processes of its own: the same bytes twice, closed pipes, interrupts, a real terminal."""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_cli import QUESTIONS

PROGRAM = Path(sys.executable).with_name("longhaul")
needs_posix = pytest.mark.skipif(os.name == "nt", reason="POSIX signals and terminals")


def _without_seconds(lines: bytes) -> str:
    return re.sub(r'"seconds": \{[^}]*\}', "", lines.decode())


def test_two_processes_give_the_same_bytes(process, seeds_index, tmp_path):
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(json.dumps({"id": n, "ask": question}) for n, question in enumerate(QUESTIONS)))
    def run(seed: str) -> subprocess.CompletedProcess[bytes]:
        return process("ask", "--batch", rows, "--as-of", "2026-11-01", "--index", seeds_index,
                       env=os.environ | {"PYTHONHASHSEED": seed})

    with ThreadPoolExecutor() as both:
        runs = list(both.map(run, ("1", "2")))
    assert [run.returncode for run in runs] == [0, 0]
    assert [run.stderr for run in runs] == [b"", b""]  # no warnings, no bars of the libraries beneath
    assert _without_seconds(runs[0].stdout) == _without_seconds(runs[1].stdout)
    assert runs[0].stdout.count(b"\n") == len(QUESTIONS)


def test_a_locale_without_utf8(process, seeds_index):
    done = process("articles", "show", "2024-08-05-lumen-five-billion-ai-deals", "--index", seeds_index,
                   env=os.environ | {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and done.stderr == b""
    assert "Longhaul brief, from Lumen Technologies (SEC exhibit)" in done.stdout.decode()
    assert " · 5 August 2024 · " in done.stdout.decode()


@needs_posix
def test_a_closed_pipe_is_no_error(process, seeds_index):
    read, write = os.pipe()
    os.close(read)
    done = process("articles", "list", "--json", "--index", seeds_index, capture_output=False, stdout=write,
                   stderr=subprocess.PIPE)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@needs_posix
def test_an_interrupt_is_quiet(seeds_index, process):
    running = subprocess.Popen([PROGRAM, "chat", "--index", str(seeds_index)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    running.stdin.write(b"/help\n")
    running.stdin.flush()
    assert running.stdout.readline()  # it is up, and waits for the next line
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert running.returncode == 130
    assert err == b"" and b"Traceback" not in out


class Screen:
    """The program on a terminal of its own: a small process holds the terminal, and pipes join it to this one."""

    def __init__(self, *args: str):
        hold = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
        self.process = subprocess.Popen([sys.executable, "-c", hold, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env=os.environ | {"TERM": "xterm-256color"})
        self._ready = selectors.DefaultSelector()  # select() takes no descriptor above 1,023
        self._ready.register(self.process.stdout, selectors.EVENT_READ)
        self.shown = b""
        self._seen = 0

    def until(self, wanted: bytes, again: bytes = b"") -> None:
        """Reads on until `wanted` is shown after what was waited for before; types `again` when nothing comes for two seconds."""
        end = time.monotonic() + 90
        while (at := self.shown.find(wanted, self._seen)) < 0:
            left = end - time.monotonic()
            if not self._ready.select(max(0.0, min(2.0, left) if again else left)):
                assert again and left > 0, self.shown
                self.type(again)
                continue
            piece = os.read(self.process.stdout.fileno(), 65536)
            assert piece, self.shown
            self.shown += piece
        self._seen = at + len(wanted)

    def type(self, keys: bytes) -> None:
        self.process.stdin.write(keys)
        self.process.stdin.flush()

    def end(self) -> int:
        """What is still to come, and the exit code."""
        self.shown += self.process.stdout.read()
        return self.process.wait(30)


@needs_posix
def test_a_conversation_on_a_terminal(seeds_index):
    screen = Screen(str(PROGRAM), "chat", "--index", str(seeds_index))
    screen.until(b"> ")
    screen.type(b"half a line")
    screen.until(b"half a line")  # the prompt takes keys now
    screen.type(b"\x03")  # Ctrl-C drops it; pressed while the last key is being drawn, Python notices it at the next one
    screen.until(b"> ", again=b"\x03")
    screen.type(b"Who leads data-centre Ethernet?\n")
    screen.until(b"Sources")
    screen.until(b"\n> ")
    screen.type(b"\x04")  # Ctrl-D
    assert screen.end() == 0
    assert b"Traceback" not in screen.shown
    assert b"\x1b[1;36m[1]" in screen.shown  # the marks are coloured
