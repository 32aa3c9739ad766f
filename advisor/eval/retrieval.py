"""Items and a search to a table of systems: how often, and how high up, each finds the evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.answer.retrieve import Query, Search
from advisor.eval.baseline import Baseline
from advisor.eval.gold import Gold, gold, relevant
from advisor.eval.items import Item
from advisor.eval.metrics import hit_at, mean, ndcg, percentile, reciprocal_rank
from advisor.index.fuse import convex, rrf
from advisor.types import Embedder, Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

K = 10
WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7)  # of the embeddings, in the convex rows
NAMES = ("ndcg_at_10", "recall_at_1", "recall_at_5", "recall_at_10", "mrr_at_10", "hit_at_5", "in_budget", "whole")


@dataclass(frozen=True, slots=True)
class _System:
    """A way to rank: a query to the texts of its results, best first, out of `texts`."""

    name: str
    rank: Callable[[Query], list[str]]
    texts: tuple[str, ...]
    fits: Callable[[Sequence[str]], int]


@dataclass(frozen=True, slots=True)
class Row:
    """One system's mean scores over the items that the documents answer. `p50_ms` is of the search alone.

    Recall is the share of an item's evidence that the first k passages hold; `in_budget` that of as many passages as
    fit a prompt, and `whole` the share of items of which all evidence does.
    """

    system: str
    items: int
    ndcg_at_10: float
    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float
    hit_at_5: float
    in_budget: float
    whole: float
    p50_ms: float
    missed: tuple[str, ...]  # ids of items without evidence among the first five


def compare(search: Search, sources: Sequence[Path], items: Sequence[Item]) -> Iterator[Row]:
    """Yield the row of each system over one set of rewritten questions: the plain baseline, each leg, each fusion."""
    embedder = _Once(search.embedder)
    reader, search = search.reader, Search(search.index, embedder, search.config)
    search.reader = reader
    asked = [item for item in items if item.behaviour == "answer"]
    golds = [gold(item, search.index.documents) for item in asked]
    queries = [search.query(item.question, item.turns) for item in asked]
    for system in _systems(search, sources):
        yield _score(system, asked, golds, queries, embedder)


class _Once:
    """An embedder that reads each query once for all systems; `owed` is what its readings would have taken since."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dim, self.max_tokens = embedder.name, embedder.dim, embedder.max_tokens
        self.owed = 0.0
        self._embedder = embedder
        self._read: dict[str, tuple[NDArray[np.float32], float]] = {}
        self.count_tokens = cache(embedder.count_tokens)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return what the embedder returns; a query that was read before adds to `owed` what that took."""
        if not query:
            return self._embedder.encode(texts)
        key = "\0".join(texts)
        if key in self._read:
            self.owed += self._read[key][1]
        else:
            started = time.perf_counter()
            vectors = self._embedder.encode(texts, query=True)
            self._read[key] = vectors, time.perf_counter() - started
        return self._read[key][0]


def _systems(search: Search, sources: Sequence[Path]) -> Iterator[_System]:
    baseline = Baseline(sources, search.embedder)
    depth = search.config.candidates
    texts = tuple(chunk.text for chunk in search.index.chunks)

    def fits(found: Sequence[str]) -> int:
        return fitting(found, search.embedder.count_tokens, search.config.passage_tokens)

    def ranked(name: str, hits: Callable[[str], list[Hit]]) -> _System:
        return _System(name, lambda q: [search.index.chunk(hit.chunk_id).text for hit in hits(q.text)[:K]], texts, fits)

    def legs(query: str) -> tuple[list[Hit], list[Hit]]:
        return search.bm25.search(query, depth), search.dense.search(query, depth)

    def mixed(weight: float, query: str) -> list[Hit]:
        return convex(*legs(query), weight)

    pieces = baseline.texts
    yield _System(
        "plain baseline",
        lambda q: [pieces[hit.chunk_id] for hit in baseline.search(q.text, K)],
        tuple(pieces.values()),
        fits,
    )
    yield ranked("bm25", lambda query: search.bm25.search(query, depth))
    yield ranked("dense", lambda query: search.dense.search(query, depth))
    yield ranked("rrf", lambda query: rrf(legs(query)))
    for weight in WEIGHTS:
        yield ranked(f"convex {weight}", partial(mixed, weight))
    yield _System("advisor", lambda q: [passage.chunk.text for passage in search.search(q, K)], texts, fits)
    if search.reader:
        yield _System("reranked", lambda q: [passage.chunk.text for passage in search.best(q, K)], texts, fits)


def _score(
    system: _System, items: Sequence[Item], golds: Sequence[Gold], queries: Sequence[Query], embedder: _Once
) -> Row:
    scored: list[dict[str, float]] = []
    took: list[float] = []
    for needed, query in zip(golds, queries, strict=True):
        embedder.owed, started = 0.0, time.perf_counter()
        found = system.rank(query)
        took.append(time.perf_counter() - started + embedder.owed)
        scored.append(scores(needed, found, system.texts, system.fits))
    return Row(
        system.name,
        len(items),
        **{name: mean([one[name] for one in scored]) for name in NAMES},
        p50_ms=1000 * percentile(took, 0.5),
        missed=tuple(item.id for item, one in zip(items, scored, strict=True) if not one["hit_at_5"]),
    )


def scores(
    needed: Gold, found: Sequence[str], texts: tuple[str, ...], fits: Callable[[Sequence[str]], int]
) -> dict[str, float]:
    """Return the scores of one ranking by name.

    :param found: the texts of the passages, best first.
    :param texts: those of every passage there is, of which the best order is made.
    :param fits: returns how many of the first passages a prompt has room for.
    """
    judged = [needed.is_in(text) for text in found]
    shown = found[: fits(found)]
    values = (
        ndcg([int(one) for one in judged], K, [1] * relevant(needed, texts)),
        *(needed.recall(found[:k]) for k in (1, 5, K)),
        reciprocal_rank(judged, K),
        hit_at(judged, 5),
        needed.recall(shown),
        float(needed.is_whole(shown)),
    )
    return dict(zip(NAMES, values, strict=True))


def fitting(texts: Sequence[str], count_tokens: Callable[[str], int], budget: int) -> int:
    """Return how many of the first texts have at most `budget` tokens together; the first always fits."""
    used = 0
    for number, text in enumerate(texts):
        used += count_tokens(text)
        if number and used > budget:
            return number
    return len(texts)
