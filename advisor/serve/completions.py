"""OpenAI's chat API over advisors: POST /v1/chat/completions and GET /v1/models, for programs that know no other.

A model's id is a model's name, or MODEL@PROMPT, as in `smollm2-135m@answer/v1`. Beside them GET /v1/line tells how long
the line is. Knows requests and responses; how an answer comes to be made is `making`'s.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import aclosing
from uuid import uuid4

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from advisor import jsonl
from advisor.answer.pipeline import Advisor
from advisor.answer.run import compose
from advisor.serve.asked import Asked, Refused, parse, short
from advisor.serve.line import Line
from advisor.serve.making import made
from advisor.types import Answer, Event, Retrieved, Sentence

MakeAdvisor = Callable[[str, str], Advisor]
Names = Sequence[tuple[str, str]]
Object = dict[str, object]
BODY = 1_000_000  # bytes of a request that are read
WAITING = 32  # questions of one person that may wait: each holds a thread
_TOLD = ("kind", "rewritten", "sentences", "passages", "offers")
_THERE = "POST /v1/chat/completions, GET /v1/models, GET /v1/models/{id} and GET /v1/line"


def router(
    make: MakeAdvisor, names: Callable[[], Names], line: Line, who: Callable[[Request], str | None]
) -> APIRouter:
    """Return the routes under /v1.

    :param make: returns the advisor for a model and a prompt; it is asked anew for each answer, by who has the turn.
    :param names: returns the (model, prompt) pairs that may be asked for; a model's first prompt is the one that its
        name alone stands for.
    :param who: returns who asks, as the line knows them, or None for somebody who may not.
    """
    routes = APIRouter(prefix="/v1", route_class=_Route, include_in_schema=False)
    began = int(time.time())

    def known(request: Request) -> str:
        if (name := who(request)) is None:
            raise Refused(401, "the API key is missing or wrong; send name:password as the key", "invalid_api_key")
        return name

    def picked(model: str) -> tuple[str, str]:
        there = ids(names())
        if model not in there:
            message = f"there is no model {short(model)}; there are {', '.join(there)}"
            raise Refused(404, message, "model_not_found", "model")
        return there[model]

    @routes.get("/models")
    async def listed(request: Request) -> Response:
        known(request)
        return _json({"object": "list", "data": [_model(name, began) for name in ids(names())]})

    @routes.get("/models/{name:path}")
    async def one(request: Request, name: str) -> Response:
        known(request)
        picked(name)
        return _json(_model(name, began))

    @routes.post("/chat/completions")
    async def complete(request: Request) -> Response:
        person = known(request)
        asked = parse(await _body(request))
        pair = picked(asked.model)
        if line.waiting_of(person) >= WAITING:
            raise Refused(429, f"{WAITING} questions of yours are waiting; ask again when one of them is answered")
        events = made(request, line, person, lambda: make(*pair), asked)
        return await (_streamed if asked.stream else _whole)(asked, events)

    @routes.get("/line")
    async def waits(request: Request) -> Response:
        known(request)
        return _json({"object": "line", "waiting": line.waiting, "seconds": [round(took, 3) for took in line.times]})

    @routes.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    async def nothing(request: Request) -> Response:
        known(request)
        raise Refused(404, f"there is no {request.method} {request.url.path}; there are {_THERE}", "unknown_url")

    return routes


def ids(names: Names) -> dict[str, tuple[str, str]]:
    """Return the model and the prompt that each id stands for."""
    found = dict[str, tuple[str, str]]()
    for model, prompt in names:
        found.setdefault(model, (model, prompt))
        found[f"{model}@{prompt}"] = (model, prompt)
    return found


class _Route(APIRoute):
    """Turns a `Refused` into OpenAI's error object."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[None, None, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Refused as refused:
                return _json(refused.body, refused.status)
            except ClientDisconnect:
                return Response(status_code=400)  # nobody reads it

        return handled


def _json(found: Object, status: int = 200) -> Response:
    headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"x-should-retry": "false"}}.get(status)
    return Response(jsonl.dumps(found), status, headers, "application/json")


def _model(name: str, created: int) -> Object:
    return {"id": name, "object": "model", "created": created, "owned_by": "career-advisor"}


async def _body(request: Request) -> bytes:
    """Return the body. That it is called JSON keeps other sites' pages out, which may not send that unasked."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "the body must be JSON, and be called so; send Content-Type: application/json")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY:
            raise Refused(413, f"the body has more than the {BODY / 1e6:.0f} MB that is read")
    return bytes(body)


def _head(asked: Asked, kind: str) -> Object:
    return {"id": f"chatcmpl-{uuid4().hex}", "object": kind, "created": int(time.time()), "model": asked.model}


def _usage(answer: Answer) -> Object:
    """Return the tokens of the model's run; none where it was not needed."""
    prompt, written = (answer.trace.tokens.get(name, 0) for name in ("prompt", "generated"))
    return {"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": prompt + written}


def _told(answer: Answer) -> Object:
    """Return what an answer has beyond its text, as `advisor ask --json` gives it."""
    found = jsonl.answer(answer)
    return {name: found[name] for name in _TOLD}


async def _whole(asked: Asked, events: AsyncGenerator[Event, None]) -> Response:
    async with aclosing(events):
        async for event in events:
            answer = event
    assert isinstance(answer, Answer)
    message = {"role": "assistant", "content": answer.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    head = _head(asked, "chat.completion")
    return _json({**head, "choices": [choice], "usage": _usage(answer), "advisor": _told(answer)})


async def _streamed(asked: Asked, events: AsyncGenerator[Event, None]) -> Response:
    """Return the answer as server-sent events, once there is something of it: an error before has its own status."""
    first = await anext(events)
    while isinstance(first, Retrieved):
        first = await anext(events)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_chunks(asked, first, events), 200, headers, "text/event-stream")


async def _chunks(asked: Asked, first: Event, events: AsyncGenerator[Event, None]) -> AsyncGenerator[str, None]:
    head, no_usage = _head(asked, "chat.completion.chunk"), {"usage": None} if asked.with_usage else {}

    def chunk(delta: Object, finish: str | None = None, **more: object) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**head, "choices": [choice], **no_usage, **more})

    told, shown = list[Sentence](), ""
    yield chunk({"role": "assistant", "content": ""})
    async with aclosing(events):
        event: Event | None = first
        while event:
            if isinstance(event, Sentence):
                told.append(event)
            text = event.text if isinstance(event, Answer) else compose(told)
            if len(text) > len(shown):
                yield chunk({"content": text[len(shown) :]})
                shown = text
            if isinstance(event, Answer):
                yield chunk({}, "stop", advisor=_told(event))
                if asked.with_usage:
                    yield _event({**head, "choices": [], "usage": _usage(event)})
                yield "data: [DONE]\n\n"
            try:
                event = await anext(events, None)
            except Refused as refused:  # too late for a status
                yield _event(refused.body)
                return


def _event(found: Object) -> str:
    return f"data: {jsonl.dumps(found)}\n\n"
