"""The lines of an OpenAI chat stream become deltas: a piece of text, how the answer ended, what it took.

Knows the format alone (https://platform.openai.com/docs/api-reference/chat-streaming), no connection.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from advisor.errors import ModelError

_SHOWN = 200  # characters of a server's own message in ours


@dataclass(frozen=True, slots=True)
class Delta:
    """One message of the stream. Tokens are those of the whole answer, sent once, by servers that count."""

    text: str = ""
    finish: str | None = None
    prompt_tokens: int | None = None
    generated_tokens: int | None = None


def deltas(lines: Iterable[bytes]) -> Iterator[Delta]:
    """Yield what the stream holds, up to its end.

    :raises ModelError: if it holds an error, something that is not JSON, or no end.
    """
    finished = False
    for line in lines:
        if not line.startswith(b"data:"):
            continue
        data = line.removeprefix(b"data:").strip()
        if data == b"[DONE]":
            return
        delta = _delta(data)
        finished = finished or delta.finish is not None
        yield delta
    if not finished:
        raise ModelError("the stream broke off before the answer's end; ask again, or see the server's log")


def message(body: bytes) -> str:
    """Return the server's own words of an error, in one short line."""
    try:
        found = json.loads(body)
    except ValueError:
        found = body.decode("utf-8", "replace")
    if isinstance(found, dict):
        found = found.get("error", found)
    if isinstance(found, dict):
        found = found.get("message", found)
    return " ".join(str(found).split())[:_SHOWN]


def _delta(data: bytes) -> Delta:
    try:
        event = json.loads(data)
    except ValueError as fault:
        raise ModelError(f"the stream holds something that is not JSON: {message(data)}") from fault
    if not isinstance(event, dict) or "error" in event:
        raise ModelError(f"the server stopped with an error: {message(data)}")
    return _read(event)


def _read(event: dict[str, Any]) -> Delta:
    choices = event.get("choices") or [{}]
    usage = event.get("usage") or {}
    return Delta(
        text=(choices[0].get("delta") or {}).get("content") or "",
        finish=choices[0].get("finish_reason"),
        prompt_tokens=usage.get("prompt_tokens"),
        generated_tokens=usage.get("completion_tokens"),
    )
