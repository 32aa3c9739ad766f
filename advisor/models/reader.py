"""A question and source sentences to how likely they answer it: small networks over the embedder's token vectors.

Each token of the question looks at the tokens of the sentences, those at each other; what it found, against what it
meant, is weighed over the question. They were fitted to questions written for it (`eval/questions`, `advisor eval
fit`) and to one embedder's vectors: another embedder has no reader until one is fitted to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from advisor.models import worker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from advisor.models.network import Network

WEIGHTS = Path(__file__).with_name("reader.safetensors")
LIMIT = 10.0  # of the log-odds, both ways
KEPT = 512  # texts whose token vectors are held: some 80 kB each


@runtime_checkable
class Tokens(Protocol):
    """An embedder that gives the vectors of texts' tokens, too, whatever their length."""

    name: str

    def tokens(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return `(n, d) float32` of each text, a row for each token but the special ones."""
        ...


class Reader:
    """Networks, whose mean is taken, with the embedder that they were fitted to."""

    def __init__(self, networks: Sequence[Network], embedder: Tokens) -> None:
        self._networks = networks
        self._embedder = embedder
        self._kept: dict[str, NDArray[np.float32]] = {}  # of the worker's thread alone

    def __call__(self, question: str, texts: Sequence[str]) -> float:
        """Return the log-odds that the texts answer the question, LIMIT at most; -LIMIT without any.

        It is the mean of what is made of them together and of the best of them alone: each tells apart what the other
        does not.
        """
        return worker.run(self._together, question, texts)

    def _together(self, question: str, texts: Sequence[str]) -> float:
        import numpy as np
        import torch

        asked, *held = self._tokens([question, *texts])
        held = [rows for rows in held if len(rows)]
        if not len(asked) or not held:
            return -LIMIT
        with torch.inference_mode():
            given = [torch.from_numpy(rows[None]) for rows in (asked, np.concatenate(held))]
            found = [float(network(*given)[0]) for network in self._networks]
        return (_bounded(sum(found) / len(found)) + max(self.each(question, texts))) / 2

    def each(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the log-odds of each text alone, as if it were asked of with `self(question, [text])`."""
        return worker.run(self._each, question, texts)

    def _each(self, question: str, texts: Sequence[str]) -> list[float]:
        import numpy as np
        import torch

        asked, *held = self._tokens([question, *texts])
        if not len(asked) or not any(map(len, held)):
            return [-LIMIT] * len(held)
        rows, mask = padded([one if len(one) else np.zeros_like(asked[:1]) for one in held])
        with torch.inference_mode():
            given = torch.from_numpy(asked[None]).expand(len(held), -1, -1)
            found = torch.stack([network(given, rows, held=mask) for network in self._networks]).mean(0).tolist()
        return [_bounded(one) if len(text) else -LIMIT for one, text in zip(found, held, strict=True)]

    def _tokens(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return the token vectors of each text; those of the last KEPT texts or so are held."""
        found = {text: rows for text in texts if (rows := self._kept.get(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found |= zip(new, self._embedder.tokens(new), strict=True)
        if len(self._kept) > KEPT:
            self._kept = {}
        self._kept |= found
        return [found[text] for text in texts]


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
