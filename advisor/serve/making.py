"""An answer in the making, seen from the server's event loop.

It is made in a thread of its own, from its place in the line to its end, into a queue that takes all: whoever reads
slowly holds neither the model nor the line, and whoever goes away stops the model at its next token.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from threading import Event as Flag
from threading import Thread

from fastapi import Request

from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError
from advisor.serve.asked import Asked, Refused
from advisor.serve.line import Line
from advisor.types import Answer, Event

STOPPING = "the server is being stopped"
_WRONG = "something went wrong; the server's log says what"


async def made(
    request: Request, line: Line, who: str, make: Callable[[], Advisor], asked: Asked
) -> AsyncGenerator[Event, None]:
    """Yield the answer's events as they are made, the `Answer` last. Whoever asked is watched for going away.

    :raises Refused: the answer cannot be made, or broke off.
    """
    gone, loop = Flag(), asyncio.get_running_loop()
    told: asyncio.Queue[Event | AdvisorError | None] = asyncio.Queue()

    def tell(news: Event | AdvisorError | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(told.put_nowait, news)

    def work() -> None:
        try:
            _make(line, who, make, asked, gone, tell)
        except AdvisorError as error:
            tell(error)
        finally:
            tell(None)  # after a bug, too, whose traceback is in the log then

    Thread(target=work, name="answer", daemon=True).start()
    watch = asyncio.create_task(_watch(request, gone))
    try:
        while (news := await told.get()) is not None:
            if isinstance(news, AdvisorError):
                raise Refused(503, str(news)) from news
            yield news
            if isinstance(news, Answer):
                return
        raise Refused(500, _WRONG)
    finally:
        gone.set()
        watch.cancel()


def _make(
    line: Line, who: str, make: Callable[[], Advisor], asked: Asked, gone: Flag, tell: Callable[[Event], None]
) -> None:
    """Wait for the turn, and tell each event of the answer."""
    with line.join(who) as place:
        for _ in place.wait(gone.is_set):
            pass
        if not place.has_turn:
            raise AdvisorError(STOPPING)
        for event in make().stream(asked.question, asked.history, lambda: gone.is_set() or line.closed):
            tell(event)


async def _watch(request: Request, gone: Flag) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    gone.set()
