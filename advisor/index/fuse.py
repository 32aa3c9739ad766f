"""Two rankings to one."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.types import Hit


def convex(bm25: Sequence[Hit], dense: Sequence[Hit], weight: float) -> list[Hit]:
    """Return the convex combination of two rankings, best first, ties by id.

    score = weight * dense' + (1 - weight) * bm25', each leg scaled to [0, 1] between the least score that it could
    give (0 for BM25, -1 for a cosine) and the best that it gave to this query: the theoretical min-max normalisation of
    Bruch et al., arXiv 2210.11934. A chunk that a leg does not list gets that leg's last listed score at most: 0 from
    BM25, the cosine of the last hit from the embeddings.
    """
    lexical = _scaled(bm25, 0.0)
    semantic = _scaled(dense, -1.0)
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


def _scaled(hits: Sequence[Hit], least: float) -> dict[str, float]:
    best = max((hit.score for hit in hits), default=least)
    span = best - least
    return {hit.chunk_id: (hit.score - least) / span if span > 0 else 0.0 for hit in hits}


def _ranked(scores: dict[str, float]) -> list[Hit]:
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Hit(chunk_id, score, rank, "fused") for rank, (chunk_id, score) in enumerate(ordered, start=1)]
