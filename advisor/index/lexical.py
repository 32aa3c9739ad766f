"""Chunks to BM25 rankings.

The statistics are those of rank-bm25's BM25Okapi; its scores are taken from an inverted index over them, bit for bit
the same, because the library walks over every document for every query term in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING

from advisor.index.tokens import tokenize
from advisor.types import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class BM25Retriever:
    """BM25 over chunks. `idf` holds each term's inverse document frequency; `ids` the chunk ids by row."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        self.ids = list(ids)
        self.idf: dict[str, float] = {}
        self._postings: dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]] = {}
        tokens = [tokenize(text) for text in texts]
        if any(tokens):  # an empty corpus divides by zero in rank-bm25
            self._fit(tokens)

    def _fit(self, tokens: list[list[str]]) -> None:
        import numpy as np
        from rank_bm25 import BM25Okapi

        bm25 = BM25Okapi(tokens)
        self.idf = dict(bm25.idf)
        lengths = np.array(bm25.doc_len)
        norm = bm25.k1 * (1 - bm25.b + bm25.b * lengths / bm25.avgdl)
        rows: dict[str, list[int]] = {}
        counts: dict[str, list[int]] = {}
        for row, frequencies in enumerate(bm25.doc_freqs):
            for term, count in frequencies.items():
                rows.setdefault(term, []).append(row)
                counts.setdefault(term, []).append(count)
        for term, at in rows.items():
            found, frequency = np.array(at), np.array(counts[term])
            weight = bm25.idf[term] * (frequency * (bm25.k1 + 1) / (frequency + norm[found]))
            self._postings[term] = (found, weight)

    def scores(self, query: str) -> NDArray[np.float64]:
        """Return `(n,) float64`, the score of each chunk, as `BM25Okapi.get_scores` gives it."""
        import numpy as np

        total = np.zeros(len(self.ids))
        for term in tokenize(query):
            if term in self._postings:
                rows, weight = self._postings[term]
                total[rows] += weight
        return total

    def search(self, query: str, k: int) -> list[Hit]:
        """Return the k best chunks that hold a term of the query, ties by id."""
        scores = self.scores(query)
        rows = {row for term in tokenize(query) if term in self._postings for row in self._postings[term][0].tolist()}
        best = nsmallest(k, ((-float(scores[row]), self.ids[row]) for row in rows))
        return [Hit(chunk_id, -score, rank, "bm25") for rank, (score, chunk_id) in enumerate(best, start=1)]
