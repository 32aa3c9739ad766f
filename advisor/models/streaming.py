"""Token ids from a worker thread become pieces of text, cut at the first stop string.

`Run` is what passes between the thread in which the model runs and the one that reads; it knows no model.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Pieces
from queue import SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Any

from advisor.types import Finish, Usage

if TYPE_CHECKING:
    import torch


class Run:
    """One generation. The worker puts tokens in; `stop` asks it to end at the next one."""

    def __init__(self, limit: float) -> None:
        self.stop = Event()
        self.ids: list[int] = []
        self.late = False
        self.began = time.monotonic()
        self._deadline = self.began + limit
        self._queue: SimpleQueue[int | None] = SimpleQueue()
        self._prompt_seen = False

    def put(self, value: torch.Tensor) -> None:
        """Take new tokens, as transformers' streamer; the first call brings the prompt, which is left out."""
        if self._prompt_seen:
            for token in value.flatten().tolist():
                self._queue.put(token)
        self._prompt_seen = True

    def end(self) -> None:
        """Take note of the end, as transformers' streamer; `close` does it, which comes after a fault too."""

    def close(self, _: object = None) -> None:
        """Tell the reader that no token will follow."""
        self._queue.put(None)

    def due(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        """Say whether to end now, as transformers' stopping criterion."""
        import torch

        self.late = time.monotonic() > self._deadline
        return torch.full((input_ids.shape[0],), self.late or self.stop.is_set(), dtype=torch.bool)

    def pieces(self, decode: Callable[[list[int]], str]) -> Iterator[str]:
        """Yield the text as it grows. A character whose bytes are not all there yet is held back."""
        shown = 0
        while (new := self._queue.get()) is not None:
            self.ids.append(new)
            text = decode(self.ids)
            if len(text) > shown and not text.endswith("\ufffd"):
                yield text[shown:]
                shown = len(text)
        if rest := decode(self.ids)[shown:]:
            yield rest

    def usage(self, prompt_tokens: int, ends: frozenset[int], most: int) -> Usage:
        """Sum the run up, once it is over; `most` is how many tokens it might have written."""
        return Usage(prompt_tokens, len(self.ids), time.monotonic() - self.began, self._finish(ends, most))

    def _finish(self, ends: frozenset[int], most: int) -> Finish:
        if self.ids and self.ids[-1] in ends:
            return "end"
        if len(self.ids) >= most:
            return "length"
        return "time" if self.late else "stopped"


class Stream(Iterator[str]):
    """An answer, piece by piece. Closing it, or letting go of it, stops the model.

    :param pieces: the answer's text.
    :param spent: where what the answer took is put once it is over; not held by two streams.
    """

    def __init__(self, pieces: Pieces[str, None, None], spent: list[Usage]) -> None:
        self._pieces = pieces
        self._spent = spent

    @property
    def usage(self) -> Usage | None:
        """What this very answer took; None until it is over, and for one that was never begun."""
        return self._spent[-1] if self._spent else None

    def __next__(self) -> str:
        return next(self._pieces)

    def close(self) -> None:
        """Stop the model; return when it has stopped."""
        self._pieces.close()


def until(pieces: Iterator[str], stops: Sequence[str]) -> Iterator[str]:
    """Yield the pieces up to the first stop string, holding back what may be the start of one."""
    held = ""
    for piece in pieces:
        held += piece
        if places := [place for stop in stops if (place := held.find(stop)) >= 0]:
            if head := held[: min(places)]:
                yield head
            return
        keep = max((_overlap(held, stop) for stop in stops), default=0)
        ready, held = held[: len(held) - keep], held[len(held) - keep :]
        if ready:
            yield ready
    if held:
        yield held


def _overlap(text: str, stop: str) -> int:
    """Return the length of the longest end of `text` that is a start of `stop`."""
    return next((n for n in range(min(len(stop), len(text)), 0, -1) if text.endswith(stop[:n])), 0)
