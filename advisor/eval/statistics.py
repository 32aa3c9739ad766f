"""Scores and what people say of the same items to how far they agree. What either measures, it does not know.

Each is undefined on some items, such as a ranking of scores that are all the same: an error, never nan.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from advisor.errors import ItemError

Places = NDArray[np.intp]  # of items in their list, (items,)


@dataclass(frozen=True, slots=True)
class Decision:
    """How right a yes or no is, each from 0 to 1."""

    precision: float
    recall: float
    f1: float


def spearman(a: ArrayLike, b: ArrayLike) -> float:
    """Return how far two scores rank the same n items alike, from -1 to 1; ties take the mean of their ranks.

    Pearson's correlation of the ranks (Spearman 1904, doi:10.2307/1412159).

    :raises ItemError: the lengths differ, a score is not finite, there are less than two, or all of one are the same.
    """
    first, second = _column(a), _column(b)
    _same_length(len(first), len(second))
    for column in (first, second):
        if len(set(column.tolist())) < 2:
            raise ItemError(f"{len(column)} scores of one value have no order; expected two values or more")
    x, y = (_ranks(column) - (len(column) + 1) / 2 for column in (first, second))
    return float(np.clip((x @ y) / np.sqrt((x @ x) * (y @ y)), -1, 1))


def auroc(scores: ArrayLike, positive: Sequence[bool] | NDArray[np.bool_]) -> float:
    """Return how often a positive item has a higher score than one that is not, a tie counting half.

    The area under the ROC curve is Mann-Whitney's U over all pairs (Hanley & McNeil 1982,
    doi:10.1148/radiology.143.1.7063747).

    :raises ItemError: the lengths differ, a score is not finite, or all items are positive or none is.
    """
    column, wanted = _column(scores), np.asarray(positive, dtype=bool)
    _same_length(len(column), len(wanted))
    yes, no = int(wanted.sum()), int((~wanted).sum())
    if not yes or not no:
        raise ItemError(f"{yes} items are positive and {no} are not; expected some of both")
    return float((_ranks(column)[wanted].sum() - yes * (yes + 1) / 2) / (yes * no))


def kappa(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """Return how far two judges of the same items agree beyond what their shares of each label make likely.

    (p_o - p_e) / (1 - p_e) (Cohen 1960, doi:10.1177/001316446002000104): 1 always, 0 as by chance.

    :raises ItemError: the lengths differ, there is no item, or both judges give one and the same label to all.
    """
    _same_length(len(a), len(b))
    count = len(a)
    if len({*a, *b}) < 2:
        raise ItemError(f"{count} items have one label or none; expected two labels or more")
    agreed = sum(x == y for x, y in zip(a, b, strict=True)) / count
    chance = sum(list(a).count(label) * list(b).count(label) for label in {*a, *b}) / count**2
    return (agreed - chance) / (1 - chance)


def decision(said: Sequence[bool], true: Sequence[bool]) -> Decision:
    """Return how right a yes or no of n items is: 0.0 for a share of nothing.

    Precision is of the items said to be, recall of those that are, F1 their harmonic mean (van Rijsbergen 1979).

    :raises ItemError: the lengths differ.
    """
    _same_length(len(said), len(true))
    right = sum(x and y for x, y in zip(said, true, strict=True))
    yes, are = sum(map(bool, said)), sum(map(bool, true))
    return Decision(
        right / yes if yes else 0.0,
        right / are if are else 0.0,
        2 * right / (yes + are) if yes + are else 0.0,
    )


def bootstrap(
    statistic: Callable[[Places], float],
    groups: Sequence[str],
    level: float = 0.95,
    rounds: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the bounds between which a statistic of n items lies in `level` of `rounds` samples of their groups.

    As many groups as there are, drawn with replacement and whole, as `deciding.interval` does for a mean. A sample on
    which the statistic is undefined is left out.

    :param statistic: takes the places of a sample's items, repeats kept.
    :raises ItemError: there is no item, or the statistic is undefined on half of the samples or more.
    """
    if not groups:
        raise ItemError("there is no item to draw from; expected one or more")
    _, inverse = np.unique(list(groups), return_inverse=True)
    members = [np.flatnonzero(inverse == group) for group in range(int(inverse.max()) + 1)]
    drawn = np.random.default_rng(seed).integers(len(members), size=(rounds, len(members)))
    found: list[float] = []
    faults: list[ItemError] = []
    for sample in drawn:
        try:
            found.append(statistic(np.concatenate([members[group] for group in sample])))
        except ItemError as error:
            faults.append(error)
    if len(faults) >= rounds / 2:
        raise ItemError(f"{len(faults)} of {rounds} samples have no such statistic: {faults[0]}") from faults[0]
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _ranks(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rank of each value from 1, ties sharing the mean of theirs, (n,)."""
    _, inverse, counts = np.unique(column, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse], dtype=np.float64)


def _column(scores: ArrayLike) -> NDArray[np.float64]:
    column = np.asarray(scores, dtype=np.float64)
    for place in np.flatnonzero(~np.isfinite(column)).tolist():
        raise ItemError(f"score {place + 1} of {len(column)} is {column[place]}; expected a finite number")
    return column


def _same_length(a: int, b: int) -> None:
    if a != b:
        raise ItemError(f"{a} values stand beside {b}; expected one for each")
