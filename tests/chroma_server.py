"""A real Chroma server on loopback, started with `chroma run`."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import httpx

from longhaul.ingest.server import Server


class ChromaServer:
    """The server with its data in `folder`; it can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = shutil.which("chroma", path=Path(sys.executable).parent)
        assert program, "chroma is not installed beside this Python"
        self._process = subprocess.Popen([program, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)],
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat").raise_for_status()
                return
            except httpx.HTTPError:
                assert time.monotonic() < end and self._process.poll() is None, "the Chroma server does not start"
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        self._process.send_signal(how)
        self._process.wait(30)

    def pause(self, on: bool) -> None:
        """Lets the server hang, or go on."""
        self._process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def database(self) -> str:
        """A new, empty database."""
        name = f"d{uuid.uuid4().hex}"
        httpx.post(f"{self.url}/api/v2/tenants/default_tenant/databases", json={"name": name}).raise_for_status()
        return name

    def place(self, view: Path, database: str = "default_database") -> Server:
        """An index on this server, its view in a folder of the test."""
        return Server(self.url, database=database, view=view)
