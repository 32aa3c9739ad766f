"""The page and the API beside it, served until they are interrupted: Gradio's own server with routes and a guard.

The guard lets nobody in who reached a server of this machine alone under a foreign name (another site's page can have
its name stand for 127.0.0.1: DNS rebinding), and sends with every answer what a browser may do with it.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import Response

from advisor import jsonl
from advisor.errors import AdvisorError
from advisor.serve.asked import Refused
from advisor.serve.people import Door

if TYPE_CHECKING:
    from fastapi import APIRouter
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

THREADS = 200  # people and their events at once: each who waits for an answer on the page holds a thread
PAUSE = 0.2  # seconds between two looks at whether it is to end
SESSIONS = 256  # pages whose conversations are held in memory: the ones not used for longest are let go first
ASK = "Ask whoever runs this advisor for a name and a password. After ten wrong ones, wait for a minute."
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    # Gradio writes scripts and styles into its page, and makes functions of the text of a callback's `js`.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self' about:; form-action 'self'; frame-ancestors 'self'",
}


def serve(
    page: Any,
    router: APIRouter,
    host: str,
    port: int,
    share: bool,
    auth: Door | None = None,
    closing: Callable[[], None] = lambda: None,
    **looks: Any,
) -> None:
    """Serve the page with the API beside it until it is interrupted or told to end.

    :param auth: lets in who may log in; without it everybody who reaches the server may.
    :param closing: is called when it is to end, to end the answers in the making: the line's `close`.
    :param looks: the page's css, head and theme.
    :raises AdvisorError: the port is taken, or the host is none of this machine.
    """
    with _asked_to_end() as ended:
        start(page, router, host, port, share, auth, **looks)
        while page.is_running and not ended():
            time.sleep(PAUSE)
        closing()
        stop(page)


@contextmanager
def _asked_to_end() -> Iterator[Callable[[], bool]]:
    """Yield what tells whether the program was interrupted or told to end; done a second time, it ends at once.

    A KeyboardInterrupt would not do: it is lost where it falls into a callback of the interpreter's own.
    """
    asked: list[int] = []

    def note(number: int, _: object) -> None:
        asked.append(number)
        signal.signal(number, before[number])

    before = {int(number): signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def start(
    page: Any, router: APIRouter, host: str, port: int, share: bool, auth: Door | None = None, **looks: Any
) -> None:
    """Serve the page with the API beside it in threads of its own, until `stop`. Parameters are those of `serve`."""
    guard = Middleware(Guard, own=None if share else host)
    try:
        page.queue(default_concurrency_limit=THREADS).launch(
            server_name=host,
            server_port=port,
            share=share,
            auth=auth.lets_in if auth else None,
            auth_message=ASK if auth else None,
            max_threads=THREADS,
            state_session_capacity=SESSIONS,
            prevent_thread_lock=True,
            app_kwargs={"routes": router.routes, "middleware": [guard]},  # before Gradio's own, which take all paths
            quiet=True,
            run_history=False,
            footer_links=[],
            ssr_mode=False,
            **looks,
        )
    except OSError as error:
        raise AdvisorError(
            f"{host}:{port} cannot be served: it is taken, or not of this machine; give --port"
        ) from error


def stop(page: Any) -> None:
    """End what `start` began, with its public address if it has one."""
    from gradio.tunneling import CURRENT_TUNNELS

    page.close(verbose=False)
    tunnels: list[Any] = CURRENT_TUNNELS
    for tunnel in tunnels:
        tunnel.kill()


class Guard:
    """Wraps a server that is of this machine alone if `own`, the host that it was given, is."""

    def __init__(self, app: ASGIApp, own: str | None) -> None:
        self.app = app
        self.alone = own is not None and is_here(own)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        asked = Headers(scope=scope).get("host", "")
        if self.alone and not is_here(asked):
            await _foreign(asked, scope["path"])(scope, receive, sent)
        else:
            await self.app(scope, receive, sent)


def is_here(host: str) -> bool:
    """Whether a host, with or without a port, means this machine and no other."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _foreign(host: str, path: str) -> Response:
    message = f"this server is of this machine alone, and not {host[:100]!a}; to serve others, start it with --host"
    if path.startswith("/v1"):
        return Response(jsonl.dumps(Refused(403, message, "foreign_host").body), 403, media_type="application/json")
    return Response(message, 403, media_type="text/plain")
