"""The body of a request in OpenAI's shape becomes a question with its history, or the reason why it cannot be one.

Knows no server. Shapes: https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from advisor.types import Turn

LONGEST = 8000  # characters of a question; an embedder reads no more than some hundred words of it
_ROLES = ("user", "assistant", "system", "developer")
_LEFT_OUT: Mapping[str, Callable[[object], bool]] = {  # what would change the answer's shape; told, not ignored
    "n": lambda given: given != 1 or isinstance(given, bool),
    "tools": bool,
    "functions": bool,
    "response_format": lambda given: given != {"type": "text"},
    "logprobs": bool,
    "audio": bool,
}


class Refused(Exception):
    """A request that is not answered: the HTTP status, and what OpenAI's error object says of it."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.param = param

    @property
    def body(self) -> dict[str, object]:
        """OpenAI's error object."""
        kind = "server_error" if self.status >= 500 else "invalid_request_error"
        return {"error": {"message": str(self), "type": kind, "param": self.param, "code": self.code}}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for. `model` is the id as it was given."""

    model: str
    question: str
    history: tuple[Turn, ...]
    stream: bool
    with_usage: bool


def parse(body: bytes) -> Asked:
    """Return what a request's body asks for. The last message is the question, those before it are the history.

    Messages of the roles `system` and `developer` are ignored, and so are all parameters that are not named here
    (`temperature`, `max_tokens`, …): the prompt and the sampling are the program's.

    :raises Refused: it is no such request, or asks for what there is not.
    """
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refused(400, "the body is not JSON") from error
    if not isinstance(found, dict):
        raise Refused(400, "the body is not a JSON object")
    for name, asks in _LEFT_OUT.items():
        if found.get(name) is not None and asks(found[name]):
            raise Refused(400, f"{name}={short(found[name])} is not supported; leave {name} out", param=name)
    model, options = found.get("model"), found.get("stream_options")
    if not isinstance(model, str):
        raise Refused(400, f"model must be a string, found {short(model)}", param="model")
    turns = _turns(found.get("messages"))
    if not turns or turns[-1].role != "user":
        raise Refused(400, "the last message must be the user's: it is the question", param="messages")
    if not turns[-1].text.strip():
        raise Refused(400, "the question is empty", param="messages")
    if len(turns[-1].text) > LONGEST:
        message = (
            f"the question has {len(turns[-1].text)} characters, more than the {LONGEST} that are read; shorten it"
        )
        raise Refused(400, message, "string_above_max_length", "messages")
    with_usage = isinstance(options, dict) and options.get("include_usage") is True
    return Asked(model, turns[-1].text, tuple(turns[:-1]), _flag(found.get("stream")), with_usage)


def _flag(given: object) -> bool:
    if given is not None and not isinstance(given, bool):
        raise Refused(400, f"stream must be true or false, found {short(given)}", param="stream")
    return bool(given)


def _turns(messages: object) -> Sequence[Turn]:
    """Return what user and assistant said."""
    if not isinstance(messages, list):
        raise Refused(400, f"messages must be a list, found {short(messages)}", param="messages")
    turns = list[Turn]()
    for place, message in enumerate(messages):
        where = f"messages[{place}]"
        if not isinstance(message, dict) or message.get("role") not in _ROLES:
            roles = ", ".join(_ROLES)
            raise Refused(400, f"{where} must be an object with a role of {roles}, found {short(message)}", param=where)
        role, content = message["role"], message.get("content")
        if role in ("user", "assistant"):
            turns.append(Turn("user" if role == "user" else "assistant", _text(content, f"{where}.content")))
    return turns


def _text(content: object, where: str) -> str:
    """Return the text of a message: a string, or parts of which all are text, a line each."""
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") == "text"]
    strings = [text for text in texts if isinstance(text, str)]
    if len(strings) != len(parts):
        raise Refused(400, f"{where} must be text, found {short(content)}; nothing else is read", param=where)
    text = "\n".join(strings)
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # JSON can name one; no model can read it
        raise Refused(400, f"{where} holds half a character (a lone surrogate)", param=where)
    return text


def short(found: object) -> str:
    """Return the beginning of something that came in, in ASCII."""
    text = json.dumps(found)
    return text if len(text) <= 60 else f"{text[:59]}…"
