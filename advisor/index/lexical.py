"""Chunks to BM25 rankings.

The statistics are those of rank-bm25's BM25Okapi; its scores are taken from an inverted index over them, bit for bit
the same, because the library walks over every document for every query term in Python. Upon them come, if asked for,
the other forms of a query's words and a second look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import nlargest, nsmallest
from typing import TYPE_CHECKING

from advisor.index.again import again
from advisor.index.tokens import form, tokenize
from advisor.types import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Posting = tuple[NDArray[np.int64], NDArray[np.float64]]  # the rows that hold a term, ascending, and its weights

TERMS = 20  # of the best chunk, the heaviest, that the second look asks with


class BM25Retriever:
    """BM25 over chunks. `idf` holds each term's inverse document frequency; `ids` the chunk ids by row.

    As it stands it is plain BM25 with the library's parameters.

    :param forms: what another form of a query's word counts, as a share of its own weight; a chunk that holds several
        forms of one word gets the best of them only.
    :param feedback: the share of the second look, see `again`.
    """

    def __init__(
        self,
        ids: Sequence[str],
        texts: Sequence[str],
        *,
        k1: float = 1.5,
        b: float = 0.75,
        forms: float = 0.0,
        feedback: float = 0.0,
    ) -> None:
        self.ids = list(ids)
        self.idf: dict[str, float] = {}
        self._forms, self._feedback = forms, feedback
        self._families: dict[str, list[str]] = {}
        self._terms: list[tuple[str, ...]] = []
        self._postings: dict[str, Posting] = {}
        tokens = [tokenize(text) for text in texts]
        if any(tokens):  # an empty corpus divides by zero in rank-bm25
            self._fit(tokens, k1, b)

    def _fit(self, tokens: list[list[str]], k1: float, b: float) -> None:
        import numpy as np
        from rank_bm25 import BM25Okapi

        bm25 = BM25Okapi(tokens, k1=k1, b=b)
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
            self._families.setdefault(form(term), []).append(term)
        self._terms = [tuple(frequencies) for frequencies in bm25.doc_freqs]

    def scores(self, query: str) -> NDArray[np.float64]:
        """Return `(n,) float64`, the score of each chunk, as `BM25Okapi.get_scores` gives it to the plain retriever."""
        import numpy as np

        total = np.zeros(len(self.ids))
        for term in tokenize(query):
            best = np.full(len(self.ids), -np.inf)
            for rows, weight in self._matches(term):
                best[rows] = np.maximum(best[rows], weight)
            total += np.where(np.isfinite(best), best, 0)
        return again(total, self.ids, self._likeness, self._feedback)

    def _matches(self, term: str) -> Iterator[Posting]:
        """Yield where a query's term stands, and where its other forms do, if they count."""
        if term in self._postings:
            yield self._postings[term]
        for other in self._families.get(form(term), []) if self._forms else []:
            if other != term:
                rows, weight = self._postings[other]
                yield rows, self._forms * weight

    def _likeness(self, row: int) -> NDArray[np.float64]:
        """Return `(n,) float64`, the inner product of each chunk's weights with those of one's heaviest terms."""
        import numpy as np

        own = [
            (float(weight[rows.searchsorted(row)]), term)
            for term in self._terms[row]
            for rows, weight in [self._postings[term]]
        ]
        total = np.zeros(len(self.ids))
        for share, term in nlargest(TERMS, own):
            rows, weight = self._postings[term]
            total[rows] += share * weight
        return total

    def search(self, query: str, k: int) -> list[Hit]:
        """Return the k best chunks that hold a term of the query, or a form of one, ties by id."""
        scores = self.scores(query)
        rows = {row for term in tokenize(query) for found, _ in self._matches(term) for row in found.tolist()}
        best = nsmallest(k, ((-float(scores[row]), self.ids[row]) for row in rows))
        return [Hit(chunk_id, -score, rank, "bm25") for rank, (score, chunk_id) in enumerate(best, start=1)]
