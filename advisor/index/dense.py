"""Vectors to rankings by cosine: FAISS inner product over unit rows.

A chunk's score is the mean of its own cosine and of its best sentence's: the whole says what a passage is about, the
sentence whether it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.types import Embedder, Hit

if TYPE_CHECKING:
    import faiss
    import numpy as np
    from numpy.typing import NDArray

    from advisor.index.embed import Vectors

ONE_THREAD_BELOW = 50_000  # rows; below it more threads only wait for one another
SENTENCES_PER_HIT = 4  # sentences looked up for each chunk wanted


class DenseRetriever:
    """Flat search over unit rows: exact, and fast enough below 100,000 chunks."""

    def __init__(self, ids: Sequence[str], vectors: Vectors, embedder: Embedder) -> None:
        import numpy as np

        self.ids = list(ids)
        self._embedder = embedder
        self._vectors = vectors
        self._chunks, self._sentences = (_flat(rows) for rows in (vectors.chunks, vectors.sentences))
        self._owners = vectors.places[:, 0]
        self._first = np.searchsorted(self._owners, np.arange(len(self.ids) + 1))
        self._last: tuple[str, NDArray[np.float32]] | None = None

    def query_vector(self, query: str) -> NDArray[np.float32]:
        """Return `(d,) float32`, the query's unit vector; that of the last query is kept."""
        last = self._last
        if last is None or last[0] != query:
            last = self._last = (query, self._embedder.encode([query], query=True)[0])
        return last[1]

    def search(self, query: str, k: int) -> list[Hit]:
        """Return the k best chunks for a query, ties by id."""
        import faiss

        if not self.ids:
            return []
        if len(self._owners) < ONE_THREAD_BELOW:
            faiss.omp_set_num_threads(1)
        vector = self.query_vector(query)
        rows = set(_nearest(self._chunks, vector, k))
        rows |= {int(self._owners[row]) for row in _nearest(self._sentences, vector, SENTENCES_PER_HIT * k)}
        found = sorted((-self._score(row, vector), self.ids[row]) for row in rows)
        return [Hit(chunk_id, -score, rank, "dense") for rank, (score, chunk_id) in enumerate(found[:k], start=1)]

    def _score(self, row: int, vector: NDArray[np.float32]) -> float:
        whole = float(self._vectors.chunks[row] @ vector)
        sentences = self._vectors.sentences[self._first[row] : self._first[row + 1]]
        return (whole + float((sentences @ vector).max())) / 2 if len(sentences) else whole


def _flat(rows: NDArray[np.float32]) -> faiss.IndexFlatIP:
    import faiss

    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)
    return index


def _nearest(index: faiss.IndexFlatIP, vector: NDArray[np.float32], k: int) -> list[int]:
    if not index.ntotal:  # faiss refuses to find nothing
        return []
    _, rows = index.search(vector[None], min(k, index.ntotal))
    return [int(row) for row in rows[0]]
