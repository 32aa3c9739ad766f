"""The page over stand-ins of advisors: built for its handlers to be called, or served on a port for a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

from advisor.answer.pipeline import Advisor
from advisor.errors import ModelError
from advisor.types import Answer, Chunk, Citation, Event, Passage, Retrieved, Sentence, Trace, Turn
from advisor.ui.choices import Offered
from advisor.ui.talk import Desk, MakeAdvisor, Settings

PROMPTS = ("answer/v1", "answer/v2")
HELD = Passage(1, Chunk("c1", "d", ("Tools",), 0, 13, "Learn Python."), "Guide", "A blog", 1.0)
SAID = (Sentence("Learn Python.", (Citation(1, "c1", "d", 0, 13),), 1.0), Sentence("Then Git.", (), 0.0))
SETTINGS = Settings("tiny", "answer/v2")


class FakeAdvisor:
    """Gives the same answer to everything, or fails after its first sentence. Keeps what it was asked, and with which
    settings.

    :param ahead: the questions that it suggests.
    """

    is_loaded = True

    def __init__(self, error: str = "", ahead: Sequence[str] = ()) -> None:
        self.error = error
        self.ahead = tuple(ahead)
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.picked: list[Settings] = []
        self.closed = 0

    def __call__(self, model: str, prompt: str, **changes: Any) -> Advisor:
        self.picked.append(Settings(model, prompt, **changes))
        return cast(Advisor, self)

    def stream(
        self, question: str, history: Sequence[Turn] = (), stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history)))
        try:
            yield Retrieved(question, (HELD,))
            yield SAID[0]
            if self.error:
                raise ModelError(self.error)
            yield SAID[1]
            trace = Trace(question, "answer/v2", "tiny")
            yield Answer(question, "Learn Python. Then Git.", SAID, SAID[0].citations, (HELD,), "answer", trace)
        except GeneratorExit:
            self.closed += 1
            raise

    def suggest(self, answer: Answer) -> tuple[str, ...]:
        return self.ahead


def blocks(make: MakeAdvisor, models: Sequence[str], prompts: Sequence[str] = PROMPTS, **more: Any) -> Any:
    """Return the page; the first model and the last prompt are picked. `more` goes to `app.build` as it is."""
    from advisor.ui import app

    return app.build(Desk(make), Offered(models, prompts, models[0], prompts[-1]), **more)


def built(make: MakeAdvisor, models: Sequence[str], prompts: Sequence[str] = PROMPTS, **more: Any) -> Any:
    """Return the page as `blocks` does, in a loop: outside of a running one Gradio makes some that it never closes."""

    async def within() -> Any:
        return blocks(make, models, prompts, **more)

    return asyncio.run(within())


class Page:
    """A page's handlers, called as Gradio calls them: of two with one name, that of the chat or its sidebar."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.functions = {fn.name: fn for fn in reversed(page.fns.values())}
        self.components = {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}

    def steps(self, name: str, *inputs: object) -> list[dict[str, Any]]:
        """Return what a handler that goes on shows, step by step, as `call` does."""
        return [self.named(name, found) for found in self.functions[name].fn(*inputs)]

    def call(self, name: str, *inputs: object) -> dict[str, Any]:
        """Return what a handler shows, by the widgets' ids; what has none is a state, in the order of the outputs."""
        return self.named(name, self.functions[name].fn(*inputs))

    def named(self, name: str, found: Any) -> dict[str, Any]:
        """Return what a handler gave by the widgets' ids."""
        if not isinstance(found, dict):
            outputs = self.functions[name].outputs
            found = dict(zip(outputs, found if len(outputs) > 1 else [found], strict=True))
        states = [block for block in found if not block.elem_id]
        return {block.elem_id or f"state {states.index(block)}": value for block, value in found.items()}


def serve(page: Any, port: int, **looks: Any) -> None:
    """Serve a page, with no API beside it, on a port of this machine until the process is ended.

    :param looks: its css, head and theme, in the place of the program's own.
    """
    from fastapi import APIRouter

    from advisor.serve import server
    from advisor.ui import app

    server.serve(page, APIRouter(), "127.0.0.1", port, False, **(looks or app.looks()))


def request(name: str | None = None, session: str = "tab") -> Any:
    """Return what a handler is told of who asks: who logged in, if anybody, and in which tab of a browser."""
    return SimpleNamespace(username=name, session_hash=session)
