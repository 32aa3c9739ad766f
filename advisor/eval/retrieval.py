"""Items and a search to a table of systems: how often, and how high up, each finds the evidence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from advisor.answer.retrieve import Search
from advisor.eval.baseline import Baseline
from advisor.eval.items import Item
from advisor.eval.match import fold, holds
from advisor.eval.metrics import hit_at, mean, percentile, reciprocal_rank
from advisor.index.fuse import convex, rrf
from advisor.types import Hit, Turn

K = 10
WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7)  # of the embeddings, in the convex rows
Ranker = Callable[[str], list[str]]  # a query to the texts of its results, best first


@dataclass(frozen=True, slots=True)
class Row:
    """One system's scores over the items that the documents answer. `p50_ms` is of the search alone."""

    system: str
    items: int
    hit_at_1: float
    hit_at_5: float
    mrr_at_10: float
    p50_ms: float
    missed: tuple[str, ...]  # ids of items without evidence among the first five


def compare(search: Search, sources: Sequence[Path], items: Sequence[Item]) -> Iterator[Row]:
    """Yield the row of each system over one set of rewritten questions: the plain baseline, each leg, each fusion."""
    asked = [item for item in items if item.behaviour == "answer"]
    queries = [search.standalone(item.question, [Turn("user", turn) for turn in item.history]) for item in asked]
    for name, ranker in _systems(search, sources):
        yield _score(name, ranker, asked, queries)


def _systems(search: Search, sources: Sequence[Path]) -> Iterator[tuple[str, Ranker]]:
    baseline = Baseline(sources, search.embedder)
    depth = search.config.candidates

    def ranked(hits: Callable[[str], list[Hit]]) -> Ranker:
        return lambda query: [search.index.chunk(hit.chunk_id).text for hit in hits(query)[:K]]

    def legs(query: str) -> tuple[list[Hit], list[Hit]]:
        return search.bm25.search(query, depth), search.dense.search(query, depth)

    def mixed(weight: float, query: str) -> list[Hit]:
        return convex(*legs(query), weight)

    yield "plain baseline", lambda query: [baseline.texts[hit.chunk_id] for hit in baseline.search(query, K)]
    yield "bm25", ranked(lambda query: search.bm25.search(query, depth))
    yield "dense", ranked(lambda query: search.dense.search(query, depth))
    yield "rrf", ranked(lambda query: rrf(legs(query)))
    for weight in WEIGHTS:
        yield f"convex {weight}", ranked(partial(mixed, weight))
    yield "advisor", lambda query: [passage.chunk.text for passage in search.search(query, K)]


def _score(name: str, ranker: Ranker, items: Sequence[Item], queries: Sequence[str]) -> Row:
    judged: list[list[bool]] = []
    took: list[float] = []
    for item, query in zip(items, queries, strict=True):
        started = time.perf_counter()
        found = ranker(query)
        took.append(time.perf_counter() - started)
        judged.append([is_relevant(item, text) for text in found])
    return Row(
        name,
        len(items),
        mean([hit_at(one, 1) for one in judged]),
        mean([hit_at(one, 5) for one in judged]),
        mean([reciprocal_rank(one, K) for one in judged]),
        1000 * percentile(took, 0.5),
        tuple(item.id for item, one in zip(items, judged, strict=True) if not any(one[:5])),
    )


def is_relevant(item: Item, text: str) -> bool:
    """Whether a passage's text holds every key of one of the item's evidence sets."""
    folded = fold(text)
    return any(holds(folded, keys) for keys in item.evidence)
