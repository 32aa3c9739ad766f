"""Judged rankings and answers to numbers. Pure functions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import ceil, log2

from advisor.answer.words import figures
from advisor.eval.match import fold, holds_any

_WORD = re.compile(r"[^\W_]+")


def hit_at(relevant: Sequence[bool], k: int) -> float:
    """Return 1.0 if one of the first k results is relevant, else 0.0. `relevant` is in rank order."""
    return float(any(relevant[:k]))


def reciprocal_rank(relevant: Sequence[bool], k: int) -> float:
    """Return 1 / rank of the first relevant result among the first k, or 0.0 (Voorhees, TREC-8, 1999)."""
    return next((1 / rank for rank, one in enumerate(relevant[:k], start=1) if one), 0.0)


def recall(relevant: Sequence[bool], k: int, total: int) -> float:
    """Return the share of all `total` relevant documents that the first k results hold, 0.0 where there are none."""
    return sum(relevant[:k]) / total if total else 0.0


def ndcg(grades: Sequence[int], k: int, judged: Sequence[int]) -> float:
    """Return the gain of the first k results over that of the best order of all that is judged, 0.0 where none is.

    The result at rank r gains its grade / log2(1 + r) (Järvelin and Kekäläinen, 2002, doi:10.1145/582415.582418, with
    the discount of trec_eval, which sets in at the second rank). A grade below 0 gains nothing.

    :param grades: in rank order, 0 for a result that is not judged.
    :param judged: the grades of every judged document, found or not.
    """
    best = _gain(sorted(judged, reverse=True), k)
    return _gain(grades, k) / best if best else 0.0


def _gain(grades: Sequence[int], k: int) -> float:
    return sum(max(grade, 0) / log2(1 + rank) for rank, grade in enumerate(grades[:k], start=1))


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


def words(text: str) -> list[str]:
    """Return the runs of letters and digits of a text, case folded, in order."""
    return _WORD.findall(text.casefold())


def token_f1(predicted: str, gold: str) -> float:
    """Return the F1 of the words that two texts share, each as often as both have it, 1.0 where neither has any.

    After Rajpurkar et al., 2016, section 6.1 (https://arxiv.org/abs/1606.05250), but with articles, which are words
    here as any other, and with words cut at every sign.
    """
    said, wanted = Counter(words(predicted)), Counter(words(gold))
    total = said.total() + wanted.total()
    return 2 * (said & wanted).total() / total if total else 1.0
