"""The browser door: serves the page until Ctrl-C."""

from __future__ import annotations

import contextlib
import os
import socket
import webbrowser
from pathlib import Path

from longhaul.bot.chain import Bot
from longhaul.bot.conversations import Conversations
from longhaul.ingest.types import UserError

from .review import Review

_HERE = Path(__file__).parent
# The browser itself refuses every address but this server's. Gradio compiles its templates in the page, hence the unsafe words.
_POLICY = ("default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
           "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
           "form-action 'self'; frame-ancestors 'self'")
_HEADERS = [(b"content-security-policy", _POLICY.encode()), (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer")]  # the address holds the conversation's secret id


def serve(bot: Bot, folder: Path, host: str, port: int, open_browser: bool) -> None:
    """Serves the page at `host` and `port` (0: any free one) until Ctrl-C; conversations are kept in `folder`.

    Prints the address once it listens. Raises UserError where the port cannot be had.
    """
    listening = _listen(host, port)
    try:
        app = application(bot, Conversations(folder))
        address = _address(*listening.getsockname()[:2])
        print(f"Longhaul is at {address}  (Ctrl-C ends it)", flush=True)
        if open_browser:
            webbrowser.open(address)
        _run(app, listening)
    finally:
        listening.close()


def application(bot: Bot, conversations: Conversations):
    """The page as an ASGI application."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # Gradio reads it at import, and in threads of its own

    import fastapi
    import gradio as gr
    from starlette.routing import Route

    from .page import page

    review = Review(bot)
    files = [Route(f"/board.{kind}", _file(review, kind)) for kind in ("csv", "md")]
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
    mono = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
    # the grounds of page.css, so that nothing flashes before it is there
    theme = gr.themes.Base(font=sans, font_mono=mono).set(body_background_fill="#f8f7f4", body_background_fill_dark="#14171a")
    # Gradio writes the rules of css_paths a second time, for its own parts alone, and breaks those with a comma in brackets.
    head = "".join(f"<{tag}>{(_HERE / name).read_text(encoding='utf-8')}</{tag}>"
                   for tag, name in (("style", "board.css"), ("script", "page.js"), ("script", "board.js")))
    app = gr.mount_gradio_app(
        fastapi.FastAPI(docs_url=None, redoc_url=None, openapi_url=None, routes=files), page(bot, conversations, review), path="/",
        theme=theme, css_paths=_HERE / "page.css", head=head,
        favicon_path=str(_HERE / "favicon.svg"), footer_links=[], run_history=False, ssr_mode=False, enable_monitoring=False,
        pwa=False, mcp_server=False, show_error=False, max_file_size="1kb")
    app.add_middleware(_Guard)
    return app


def _file(review: Review, kind: str):
    """What gives the board as a file."""
    from starlette.responses import PlainTextResponse, Response

    def give(request) -> Response:
        try:
            name, media, text = review.file(kind, request.query_params)
        except UserError as error:
            return PlainTextResponse(f"{error.message}\n{error.hint}\n", 400)
        return Response(text, media_type=f"{media}; charset=utf-8", headers={"content-disposition": f'attachment; filename="{name}"'})

    return give


class _Guard:
    """ASGI middleware that adds the headers above to every response; streams pass through as they come.

    What another site's page sends is refused: it could ask and judge in the name of whoever looks at that page.
    """

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send) -> None:
        async def guarded(message) -> None:
            if message["type"] == "http.response.start":
                message = message | {"headers": [*message.get("headers", ()), *_HEADERS]}
            await send(message)

        headers = dict(scope.get("headers", ()))
        if scope.get("method") == "POST" and headers.get(b"sec-fetch-site") == b"cross-site":
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, guarded)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(target, family=family, backlog=128)
    except OSError as error:
        raise UserError(f"Longhaul cannot listen at {_address(host, port)}: {error.strerror or error}",
                        "Another program may be using that port; choose another: longhaul serve --port 7861") from error
    except OverflowError as error:
        raise UserError(f"There is no port {port}.", "Choose one from 1 to 65535, or 0 for any free one.") from error


def _address(host: str, port: int) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def _run(app, listening: socket.socket) -> None:
    import uvicorn

    # Open pages keep a stream each; waiting for them would keep Ctrl-C from ending the server.
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])
