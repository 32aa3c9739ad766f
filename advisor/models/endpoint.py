"""A prompt becomes text, written by a server that speaks the OpenAI chat protocol: Ollama, llama.cpp, vLLM.

Only the standard library is used. The server's tokenizer is not known here: tokens are estimated at four
characters each, and the context is taken to be Ollama's default.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from socket import socket
from urllib.parse import urlsplit

from advisor.config import Config
from advisor.errors import ModelError
from advisor.models import sse
from advisor.models.streaming import Stream, until
from advisor.types import Finish, Prompt, Usage

CHARS_PER_TOKEN = 4
CONTEXT = 4096


@dataclass(slots=True)
class _Tally:
    """What a stream has brought so far."""

    deadline: float
    chars: int = 0
    finish: Finish = "stopped"
    prompt_tokens: int | None = None
    generated_tokens: int | None = None
    began: float = field(default_factory=time.monotonic)


class EndpointGenerator:
    """A model behind an endpoint. `usage` tells what the last finished stream took; None before the first."""

    def __init__(
        self,
        name: str,
        url: str,
        model: str,
        config: Config,
        stop: Sequence[str] = (),
        api_key: str | None = None,
    ) -> None:
        self.name = name
        self.context = CONTEXT
        self.usage: Usage | None = None
        self._url = url
        self._model = model
        self._config = config
        self._stop = tuple(stop)
        self._key = _checked(api_key)

    def stream(self, prompt: Prompt) -> Stream:
        """Yield the answer's text piece by piece. Closing the iterator closes the connection.

        An answer that is under way at the time limit ends there.

        :raises ModelError: once asked for a piece, if the server is down, refuses, says nothing within the time limit,
            or breaks off.
        """
        spent: list[Usage] = []
        return Stream(self._write(prompt, spent), spent)

    def _write(self, prompt: Prompt, spent: list[Usage]) -> Generator[str, None, None]:
        tally = _Tally(time.monotonic() + self._config.time_limit)
        try:
            with (
                closing(self._connect()) as connection,
                closing(self._texts(connection, prompt, tally)) as texts,
            ):
                yield from until(texts, self._stop)
        finally:
            self.usage = self._usage(prompt, tally)
            spent.append(self.usage)

    def count_tokens(self, text: str) -> int:
        """Return an estimate of the length of `text` in tokens: a quarter of its characters, rounded up."""
        return -(-len(text) // CHARS_PER_TOKEN)

    def count_prompt(self, prompt: Prompt) -> int:
        """Return an estimate of the length of a whole prompt in tokens, with four more for each message."""
        return sum(self.count_tokens(turn.text) + 4 for turn in prompt.messages)

    def _texts(
        self, connection: http.client.HTTPConnection, prompt: Prompt, tally: _Tally
    ) -> Generator[str, None, None]:
        wire = connection.sock  # the connection lets go of it once the answer begins
        try:
            with closing(self._ask(connection, prompt)) as response:
                for delta in sse.deltas(_lines(wire, response, tally.deadline)):
                    _note(tally, delta)
                    if delta.text:
                        yield delta.text
        except TimeoutError as fault:
            tally.finish = "time"
            if not tally.chars:
                raise ModelError(
                    f"{self._url} said nothing within {self._config.time_limit:.0f} s; "
                    "the model may still be loading: try again, or allow more time"
                ) from fault
        except (OSError, http.client.HTTPException) as fault:
            reason = (str(fault) or type(fault).__name__).splitlines()[0]
            raise ModelError(f"the connection to {self._url} broke off: {reason}; see the server's log") from fault

    def _connect(self) -> http.client.HTTPConnection:
        address = urlsplit(self._url)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        try:
            connection = kind(address.hostname or "", address.port, timeout=self._config.time_limit)
            connection.connect()
        except (OSError, ValueError, http.client.InvalidURL) as fault:
            raise ModelError(
                f"nothing answers at {self._url} ({fault}); start the server, as in: ollama serve"
            ) from fault
        return connection

    def _ask(self, connection: http.client.HTTPConnection, prompt: Prompt) -> http.client.HTTPResponse:
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        path = f"{urlsplit(self._url).path}/chat/completions"
        connection.request("POST", path, json.dumps(self._body(prompt)).encode(), headers)
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise self._refusal(response.status, sse.message(response.read()))
        return response

    def _body(self, prompt: Prompt) -> dict[str, object]:
        return {
            "model": self._model,
            "messages": [{"role": turn.role, "content": turn.text} for turn in prompt.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": self._config.temperature,
            "seed": self._config.seed,
            "max_tokens": self._config.max_new_tokens,
            **({"stop": list(self._stop)} if self._stop else {}),
        }

    def _refusal(self, status: int, reason: str) -> ModelError:
        if self._key:
            reason = reason.replace(self._key, "…")  # some servers give back the key that they refuse
        if status in (401, 403):
            wanted = "another API key than ADVISOR_API_KEY holds" if self._key else "an API key; set ADVISOR_API_KEY"
            return ModelError(f"{self._url} wants {wanted} ({reason})")
        if status == 404:
            return ModelError(
                f"{self._url} has no model {self._model} ({reason}); "
                f"fetch it, as in: ollama pull {self._model}; or check that the URL ends in /v1"
            )
        return ModelError(f"{self._url} refused with status {status}: {reason}")

    def _usage(self, prompt: Prompt, tally: _Tally) -> Usage:
        asked, written = tally.prompt_tokens, tally.generated_tokens
        return Usage(
            self.count_prompt(prompt) if asked is None else asked,
            -(-tally.chars // CHARS_PER_TOKEN) if written is None else written,
            time.monotonic() - tally.began,
            tally.finish,
        )


def _checked(key: str | None) -> str:
    """Return a key that may stand in a header: http.client would show any other in its error."""
    key = (key or "").strip()
    if not all("!" <= letter <= "~" for letter in key):
        raise ModelError("ADVISOR_API_KEY holds a space, a line break or a letter that is not ASCII; set it anew")
    return key


def _lines(wire: socket, response: http.client.HTTPResponse, deadline: float) -> Iterator[bytes]:
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        wire.settimeout(left)
        if not (line := response.readline()):
            return
        yield line


def _note(tally: _Tally, delta: sse.Delta) -> None:
    tally.chars += len(delta.text)
    if delta.finish is not None:
        tally.finish = "length" if delta.finish == "length" else "end"
    if delta.generated_tokens is not None:
        tally.prompt_tokens, tally.generated_tokens = delta.prompt_tokens, delta.generated_tokens
