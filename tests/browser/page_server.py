"""The page's server, started and ended as people do."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path


class Server:
    """`longhaul serve` in a process of its own; started again it has the same address."""

    def __init__(self, folder: Path, environment: dict[str, str]):
        self.folder = folder
        self._environment = os.environ | {"PYTHONUNBUFFERED": "1", "HF_HUB_OFFLINE": "1"} | environment
        self._port = 0
        self.said = ""
        self.start()

    def start(self) -> None:
        """Starts it, and does not wait."""
        script = shutil.which("longhaul", path=Path(sys.executable).parent)
        assert script, "longhaul is not installed beside this Python"
        self._listens = threading.Event()
        self._process = subprocess.Popen(
            [script, "serve", "--index", str(self.folder), "--port", str(self._port), "--no-open"],
            text=True, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # a pipe that nobody reads fills up, and the server with it
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def stop(self) -> int:
        """Ends it as Ctrl-C does; its exit code."""
        self._process.send_signal(signal.SIGINT)
        try:
            code = self._process.wait(timeout=20)
        finally:
            self.kill()
        return code

    def kill(self) -> None:
        """Ends it as a power cut does."""
        self._process.kill()
        self._process.wait()
        self._reader.join(timeout=5)

    @property
    def url(self) -> str:
        """Its address, once it listens."""
        assert self._listens.wait(120), f"the server does not listen: {self.said}"
        assert self._port, f"the server ended: {self.said}"
        return f"http://127.0.0.1:{self._port}/"

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self.said += line
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self._port = int(found.group(1))
                self._listens.set()
        self._listens.set()
