"""A real Chroma server on loopback, started with `chroma run`, a reverse proxy before it, and articles for it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np

from longhaul.ingest.index import Index
from longhaul.ingest.server import Server
from longhaul.ingest.types import Article, Chunk, Entry, Source


class ChromaServer:
    """The server with its data in `folder`; it can be stopped, killed and started again on the same port."""

    def __init__(self, folder: Path, host: str = "127.0.0.1"):
        self.folder = folder
        self.host = host
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as free:
            free.bind((host, 0))
            self.port = free.getsockname()[1]
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.port}"
        self.start()

    def start(self) -> None:
        program = shutil.which("chroma", path=Path(sys.executable).parent)
        assert program, "chroma is not installed beside this Python"
        self._process = subprocess.Popen([program, "run", "--path", self.folder, "--host", self.host, "--port", str(self.port)],
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
        if on:
            os.waitpid(self._process.pid, os.WUNTRACED)  # only then it answers nothing more

    def empty(self) -> None:
        """Starts again with nothing in the folder."""
        self.stop()
        shutil.rmtree(self.folder)
        self.start()

    def database(self) -> str:
        """A new, empty database."""
        name = f"d{uuid.uuid4().hex}"
        httpx.post(f"{self.url}/api/v2/tenants/default_tenant/databases", json={"name": name}).raise_for_status()
        return name

    def place(self, view: Path, database: str = "default_database") -> Server:
        """An index on this server, its view in a folder of the test."""
        return Server(self.url, database=database, view=view)

    def collections(self, database: str) -> set[str]:
        """The names of what a database holds."""
        return {each["name"] for each in httpx.get(f"{self.url}/api/v2/tenants/default_tenant/databases/{database}/collections").json()}


class Gate(ThreadingHTTPServer):
    """A reverse proxy before a server, which asks for a token: `allowed` are the headers of which one must come.

    `requests` are those that passed: method, path, body. `broken`, if set, is asked for a status to answer with instead.
    """

    daemon_threads = True

    def __init__(self, url: str, **allowed: str):
        super().__init__(("127.0.0.1", 0), _Through)
        self.behind = httpx.Client(base_url=url, timeout=60)
        self.allowed = {name.replace("_", "-"): value for name, value in allowed.items()}
        self.requests: list[tuple[str, str, bytes]] = []
        self.broken: Callable[[str], int] = lambda path: 0
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Through(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    server: Gate

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        status = self.server.broken(self.path)
        if status:
            return self._say(status, b"<html>This is the proxy.</html>", "text/html")
        if self.server.allowed and not any(self.headers.get(name) == value for name, value in self.server.allowed.items()):
            return self._say(401, b"Unauthorized", "text/plain")
        self.server.requests.append((self.command, self.path, body))
        try:
            reply = self.server.behind.request(self.command, self.path, content=body, headers={"content-type": "application/json"})
        except httpx.HTTPError:
            return self._say(502, b"<html>Bad gateway</html>", "text/html")
        return self._say(reply.status_code, reply.content, reply.headers.get("content-type", "text/plain"))

    def _say(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass

    do_GET = do_POST = do_PUT = do_DELETE = _pass


def entry(id: str, text: str = "It is about fibre.", chunks: int = 1, seed: int = 0) -> Entry:
    """An article of `chunks` chunks with vectors that need no model."""
    source = Source(id, f"Title of {id}", date=date(2025, 1, 2), companies=("Zayo",))
    size = -(-len(text) // chunks)
    spans = [(at, min(at + size, len(text))) for at in range(0, len(text), size)]
    vectors = np.random.default_rng(seed).normal(size=(len(spans), 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cut = tuple(Chunk(f"{id}#{n}", source, text[start:end], start, end) for n, (start, end) in enumerate(spans))
    return Entry(Article(source, text), f"hash of {text[:50]} {len(text)}", cut, vectors)


def put(place: Server, *entries: Entry) -> None:
    """A whole run that stores these."""
    with Index(place).writing() as store:
        store.put(entries)
