"""A question and source sentences to how likely each answers it: networks over the embedder's token vectors.

They were fitted to questions written for it (`eval/questions`, `advisor eval fit`) and to one embedder's vectors:
another embedder has no reader until one is fitted to it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, runtime_checkable

from advisor.models import worker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from advisor.models.network import Network

WEIGHTS = Path(__file__).with_name("reader.safetensors")
LIMIT = 10.0  # of the log-odds, both ways
KEPT = 2048  # texts whose token vectors are held, in half precision: some 60 kB each
KEPT_ODDS = 16384  # questions with a text, of which it is held how likely this alone answers


@runtime_checkable
class Tokens(Protocol):
    """An embedder that gives the vectors of texts' tokens, too, whatever their length, and its upper layers."""

    name: str

    def tokens(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return `(n, 2 * d) float32` of each text: for each token but the special ones, its vector in the middle layer
        and in the last."""
        ...

    def upper(self) -> Sequence[Any]:
        """Return the BERT layers above the middle one, lowest first; none, if it is built otherwise."""
        ...


Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class _Latest(Generic[Key, Value]):
    """The latest `most` things that were made, each by what it was made of."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[Key, Value] = {}

    def of(self, keys: Sequence[Key], make: Callable[[list[Key]], Sequence[Value]]) -> list[Value]:
        """Return what belongs to each key; `make` is given those of which nothing is held."""
        new = [key for key in dict.fromkeys(keys) if key not in self._held]
        found = {key: self._held.pop(key) for key in dict.fromkeys(keys) if key in self._held}
        found |= zip(new, make(new) if new else (), strict=True)
        self._held |= found
        for key in list(islice(self._held, max(len(self._held) - self._most, 0))):
            del self._held[key]
        return [found[key] for key in keys]


class Reader:
    """Networks, whose mean is taken, with the embedder that they were fitted to."""

    def __init__(self, networks: Sequence[Network], embedder: Tokens) -> None:
        self._networks = networks
        self._embedder = embedder
        # Both of the worker's thread alone
        self._vectors: _Latest[str, NDArray[np.float16]] = _Latest(KEPT)
        self._odds: _Latest[tuple[str, str], float] = _Latest(KEPT_ODDS)

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the log-odds that each text answers the question, LIMIT at most; -LIMIT for one without a word."""
        return worker.run(self._each, question, texts)

    def _each(self, question: str, texts: Sequence[str]) -> list[float]:
        pairs = [(question, text) for text in texts]
        return self._odds.of(pairs, lambda new: self._read(question, [text for _, text in new]))

    def _read(self, question: str, texts: Sequence[str]) -> list[float]:
        import numpy as np
        import torch

        asked, *held = self._tokens([question, *texts])
        if not len(asked) or not any(map(len, held)):
            return [-LIMIT] * len(held)
        rows, mask = padded([one if len(one) else np.zeros_like(asked[:1]) for one in held])
        with torch.inference_mode():
            given = torch.from_numpy(asked[None].astype(np.float32)).expand(len(held), -1, -1)
            found = torch.stack([network(given, rows, held=mask) for network in self._networks]).mean(0).tolist()
        return [_bounded(one) if len(text) else -LIMIT for one, text in zip(found, held, strict=True)]

    def _tokens(self, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        """Return the token vectors of each text."""
        return self._vectors.of(texts, self._looked_at)

    def _looked_at(self, texts: Sequence[str]) -> list[NDArray[np.float16]]:
        import numpy as np

        return [rows.astype(np.float16) for rows in self._embedder.tokens(texts)]


def _bounded(odds: float) -> float:
    return max(-LIMIT, min(LIMIT, odds))


def padded(rows: Sequence[NDArray[np.floating[Any]]]) -> tuple[Tensor, Tensor]:
    """Return `(b, n, d)` float32 and `(b, n)` bool: arrays of different lengths as one, and where they are."""
    import numpy as np
    import torch

    longest = max(map(len, rows))
    whole = np.zeros((len(rows), longest, rows[0].shape[1]), dtype=np.float32)
    held = np.zeros((len(rows), longest), dtype=bool)
    for number, one in enumerate(rows):
        whole[number, : len(one)], held[number, : len(one)] = one, True
    return torch.from_numpy(whole), torch.from_numpy(held)


@cache
def _shipped() -> tuple[list[Network], str]:
    """Return the networks that are shipped, and the name of the embedder that they were fitted to."""
    from advisor.models import network

    return network.load(WEIGHTS)


def load_reader(embedder: object) -> Reader | None:
    """Return the reader that was fitted to an embedder's vectors, None where there is none."""
    if not isinstance(embedder, Tokens) or not WEIGHTS.exists():
        return None
    networks, fitted = _shipped()
    return Reader(networks, embedder) if embedder.name == fitted else None
