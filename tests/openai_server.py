"""A server on loopback that speaks OpenAI's chat completions, in one piece and as server-sent events.

    with OpenAIServer() as server:            # server.environment leads a client here
        server.reply = good_writer            # what it writes: (prompt) -> text
        server.reply = 401                    # or the error it answers with
        server.fault = "cut"                  # or how its stream breaks

It keeps what it was asked in `requests`.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-4f9cTOPSECRET0123456789"
Writer = Callable[[str], str]

ERRORS = {401: ("invalid_api_key", "Incorrect API key provided: {key}."), 404: ("model_not_found", "The model does not exist."),
          429: ("rate_limit_exceeded", "Rate limit reached."), 500: (None, "The server had an error.")}
BROKEN = {"garbled": '{"id": "chatcmpl-1", "choi', "odd": '{"choices": [7]}'}


@dataclass(frozen=True)
class Request:
    """What a client sent; the names of headers in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def prompt(self) -> str:
        return "\n\n".join(message["content"] for message in self.body["messages"])


def evidence(prompt: str) -> dict[int, str]:
    """The numbered evidence that stands in a prompt."""
    found = re.findall(r'^<evidence n="(\d+)"[^>\n]*>\n(.*?)\n</evidence>$', prompt, re.MULTILINE | re.DOTALL)
    return {int(n): text for n, text in found}


def good_writer(prompt: str) -> str:
    """The first sentence of each of the first three pieces of evidence, with its number."""
    lines = []
    for n, text in list(evidence(prompt).items())[:3]:
        plain = " ".join(line for line in text.splitlines() if not line.startswith("#"))
        lines.append(f"{re.split(r'[.!?] ', plain.strip())[0].rstrip('.')} [{n}].")
    return " ".join(lines)


def hostile_writer(prompt: str) -> str:
    """The good writer's first sentence, dressed up with a script and links."""
    first = good_writer(prompt).split(" [1].")[0]
    return f"<script>alert(1)</script>**{first}** [1]. Read [more](https://evil.example/x) <img src=x onerror=alert(1)> here [1]."


def say(text: str) -> Writer:
    """A writer of this text."""
    return lambda prompt: text


class OpenAIServer:
    """Answers POST /v1/chat/completions as `reply` and `fault` say.

    `fault`: "cut" (the connection drops after the second event), "garbled" (an event that is no JSON), "odd" (an event of
    another shape), "slow" (waits `pause` seconds before each event), "gated" (waits for `gate` after the first event).
    `sent` counts the events that left, over all requests.
    """

    def __init__(self) -> None:
        self.reply: Writer | int = good_writer
        self.fault: str | None = None
        self.pause = 0.0
        self.gate = threading.Event()
        self.requests: list[Request] = []
        self.other: list[str] = []  # whatever else was asked for: method and path
        self.sent = 0
        handler = type("Handler", (_Handler,), {"owner": self})
        self._http = _Http(("127.0.0.1", 0), handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.address}/v1"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a client here."""
        return {"OPENAI_BASE_URL": self.url, "OPENAI_API_KEY": KEY, "NO_PROXY": "127.0.0.1"}

    def __enter__(self) -> OpenAIServer:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.gate.set()
        self._http.shutdown()
        self._http.server_close()


class _Http(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):  # a client may hang up whenever it likes
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    owner: OpenAIServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Says nothing: the tests read `requests`."""

    def do_GET(self) -> None:
        self.owner.other.append(f"{self.command} {self.path}")
        self._json(404, {"error": {"message": "Not found."}})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path != "/v1/chat/completions":
            return self.do_GET()
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path, headers, json.loads(raw))
        self.owner.requests.append(request)
        if isinstance(self.owner.reply, int):
            code, message = ERRORS.get(self.owner.reply, (None, "An error."))
            message = message.format(key=self.headers.get("Authorization", "").removeprefix("Bearer "))
            return self._json(self.owner.reply, {"error": {"message": message, "type": "error", "param": None, "code": code}})
        text = self.owner.reply(request.prompt)
        if request.body.get("stream"):
            return self._stream(text, request.body["model"])
        return self._json(200, {
            "id": "chatcmpl-1", "object": "chat.completion", "created": int(time.time()), "model": request.body["model"],
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, text: str, model: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for number, event in enumerate(_events(text, model)):
                if self.owner.fault == "slow":
                    time.sleep(self.owner.pause)
                if self.owner.fault == "gated" and number == 2:
                    self.owner.gate.wait(20)
                if self.owner.fault == "cut" and number == 3:
                    self.close_connection = True  # without the last chunk: the client sees the connection drop
                    return
                if number == 3:
                    event = BROKEN.get(self.owner.fault or "", event)
                self._chunk(f"data: {event}\n\n".encode())
                self.owner.sent += 1
            self._chunk(b"")
        except (BrokenPipeError, ConnectionResetError):  # the client hung up
            self.close_connection = True

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()


def _events(text: str, model: str) -> Iterator[str]:
    """The data of each event: the role, a few words at a time, the reason for the end, [DONE]."""
    def event(delta: dict[str, str], reason: str | None = None) -> str:
        return json.dumps({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": int(time.time()), "model": model,
                           "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})

    yield event({"role": "assistant", "content": ""})
    for piece in re.findall(r"\S+\s*\S*\s*", text):
        yield event({"content": piece})
    yield event({}, "stop")
    yield "[DONE]"
