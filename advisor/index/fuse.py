"""Several rankings to one."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.types import Hit


def convex(bm25: Sequence[Hit], dense: Sequence[Hit], weight: float) -> list[Hit]:
    """Return the convex combination of two rankings, best first, ties by id.

    score = weight * dense' + (1 - weight) * bm25', each leg divided by the best score that it gave to this query, so
    that both lie in [0, 1] with 0 for "nothing in common" (Bruch et al., arXiv 2210.11934, normalise likewise by a
    least score that is known beforehand). A chunk that BM25 does not list gets 0, one that the embeddings do not list
    the score of their last hit.
    """
    lexical, semantic = _scaled(bm25), _scaled(dense)
    floor = min(semantic.values(), default=0.0)
    scores = {
        chunk_id: weight * semantic.get(chunk_id, floor) + (1 - weight) * lexical.get(chunk_id, 0.0)
        for chunk_id in {*lexical, *semantic}
    }
    return _ranked(scores)


def rrf(rankings: Sequence[Sequence[Hit]], k: int = 60) -> list[Hit]:
    """Return the reciprocal rank fusion, the sum of 1 / (k + rank) (Cormack et al., 2009), ties by id."""
    scores: dict[str, float] = {}
    for hit in (hit for ranking in rankings for hit in ranking):
        scores[hit.chunk_id] = scores.get(hit.chunk_id, 0.0) + 1 / (k + hit.rank)
    return _ranked(scores)


def weighted(rankings: Sequence[tuple[Sequence[Hit], float]]) -> list[Hit]:
    """Return the weighted mean of rankings with their weights, best first, ties by id; a ranking counts a chunk that it
    lists more than once by its best score, and one that it does not list as 0."""
    scores: dict[str, float] = {}
    total = sum(weight for _, weight in rankings)
    for ranking, weight in rankings:
        for chunk_id, score in {hit.chunk_id: hit.score for hit in reversed(ranking)}.items():
            scores[chunk_id] = scores.get(chunk_id, 0.0) + weight * score / total
    return _ranked(scores)


def _scaled(hits: Sequence[Hit]) -> dict[str, float]:
    best = max((hit.score for hit in hits), default=0.0)
    return {hit.chunk_id: max(hit.score, 0.0) / best if best > 0 else 0.0 for hit in hits}


def _ranked(scores: dict[str, float]) -> list[Hit]:
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Hit(chunk_id, score, rank, "fused") for rank, (chunk_id, score) in enumerate(ordered, start=1)]
