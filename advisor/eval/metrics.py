"""Judged rankings and answers to numbers. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from advisor.answer.ground import figures
from advisor.eval.match import fold, holds_any


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """Return 1.0 if one of the first k results is relevant, else 0.0. `relevant` is in rank order."""
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool], k: int) -> float:
    """Return 1 / rank of the first relevant result among the first k, or 0.0 (Voorhees, TREC-8, 1999)."""
    return next((1 / rank for rank, one in enumerate(relevant[:k], start=1) if one), 0.0)


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0.0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that `share` of the values do not exceed (nearest rank), 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1] if ordered else 0.0


def fact_recall(answer: str, facts: Sequence[Sequence[str]]) -> float:
    """Return the share of alias groups of which the answer holds an alias."""
    text = fold(answer)
    return mean([float(holds_any(text, aliases)) for aliases in facts])


def unbacked_figures(text: str, sources: Sequence[str]) -> tuple[int, int]:
    """Return how many figures of `text` none of `sources` holds, and how many figures it has."""
    said = figures(text)
    held: set[str] = set().union(*(figures(source) for source in sources))
    return len(said - held), len(said)
