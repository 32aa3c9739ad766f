"""Vectors to rankings by cosine: FAISS inner product over unit rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.types import Embedder, Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ONE_THREAD_BELOW = 50_000  # chunks; below it more threads only wait for one another


class DenseRetriever:
    """Flat search over `(n, d) float32` unit rows; exact, and fast enough below 100,000 chunks."""

    def __init__(self, ids: Sequence[str], vectors: NDArray[np.float32], embedder: Embedder) -> None:
        import faiss

        self.ids = list(ids)
        self._embedder = embedder
        self._faiss = faiss.IndexFlatIP(vectors.shape[1])
        self._faiss.add(vectors)

    def search(self, query: str, k: int) -> list[Hit]:
        """Return the k chunks nearest to the query, ties by id."""
        import faiss

        if not self.ids:
            return []
        if len(self.ids) < ONE_THREAD_BELOW:
            faiss.omp_set_num_threads(1)
        scores, rows = self._faiss.search(self._embedder.encode([query], query=True), min(k, len(self.ids)))
        pairs = zip(scores[0].tolist(), rows[0].tolist(), strict=True)
        found = sorted((-score, self.ids[row]) for score, row in pairs)
        return [Hit(chunk_id, -score, rank, "dense") for rank, (score, chunk_id) in enumerate(found, start=1)]
