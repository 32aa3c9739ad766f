"""Two systems' scores on the same items to whether one is better, both are the same, or too few items can tell.

One conversation's turns rise and fall together: a group of items is drawn, or its sign turned, whole; an item that
stands alone is a group. What a score measures and how many comparisons are made, it does not know (see `holm`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, isclose, isfinite, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from advisor.errors import ItemError

Kind = Literal["better", "worse", "same", "too few"]
Scores = Sequence[float]  # of n items
LEVEL = 0.05  # a p-value under it is no chance
MARGIN = 0.02  # a difference of a score, from 0 to 1, that is held to be none
ROUNDING = 1e-12  # what is nearer than this differs by the order of its sums alone


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scores `a` say beside the scores `b`, in the scores' own unit.

    `difference` is the mean of a - b, `low` to `high` its 95% interval and `p` its two-sided p-value as if no other
    comparison were made. `wins`, `ties` and `losses` count items; `margin` is the difference held to be none.
    """

    kind: Kind
    difference: float
    low: float
    high: float
    p: float
    wins: int
    ties: int
    losses: int
    detectable: float
    margin: float

    def settled(self, p: float) -> Verdict:
        """Return the verdict with a p-value that was raised for the comparisons made beside it (see `holm`).

        What is no longer better or worse is then the same, if its interval lies within the margin, or unknown.
        """
        if self.kind not in ("better", "worse") or p < LEVEL:
            return replace(self, p=p)
        within = max(-self.low, self.high) <= self.margin + ROUNDING
        return replace(self, p=p, kind="same" if within else "too few")

    def text(self) -> str:
        """Return the verdict on a in one sentence without its full stop; of a worse one the interval is of the loss."""
        if self.kind == "same":
            return f"the same within {_bare(self.margin, 'g')}"
        if self.kind == "too few" and not self.wins and not self.losses:
            return f"too few items to tell: {'the one item ties' if self.ties == 1 else f'all {self.ties} tie'}"
        if self.kind == "too few":
            seen = f"differences under {_bare(self.detectable, '.2g')} are not seen"
            return f"too few items to tell: {seen if isfinite(self.detectable) else 'no difference would be seen'}"
        low, high = (self.low, self.high) if self.kind == "better" else (-self.high, -self.low)
        p = f"p = {_bare(self.p)}" if self.p >= 0.001 else "p < .001"
        counts = ((self.wins, "win", "wins"), (self.ties, "tie", "ties"), (self.losses, "loss", "losses"))
        told = ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counts)
        return f"{self.kind} by {_bare(abs(self.difference))} [{_bare(low)}, {_bare(high)}], {p}, {told}"


def verdict(a: Scores, b: Scores, groups: Sequence[str], margin: float) -> Verdict:
    """Return what `a` is beside `b`: n scores each of the same n items, of which `groups` names the conversations.

    Better or worse, if p < .05 and the interval leaves 0 out, however small the difference; else the same, if the
    interval lies within ±margin (Schuirmann 1987, at half his level) and any difference could be seen; else too few.
    Where all items tie there is no interval, and so many of them must that a share of `margin` would have been seen.

    :raises ItemError: the lengths differ, there is no score, a score is not finite, or the margin is under 0.
    """
    if not margin >= 0:
        raise ItemError(f"the margin is {margin}; expected 0 or more, in the unit of the scores")
    differences = _differences(a, b, groups)
    p, (low, high), least = permutation(a, b, groups), interval(differences, groups), detectable(differences, groups)
    unseen = 0.0 if any(differences) else 3 / len(set(groups))  # the rule of three (Hanley & Lippman-Hand 1983)
    kind: Kind = "too few"
    if p < LEVEL and (low > ROUNDING or high < -ROUNDING):
        kind = "better" if low > 0 else "worse"
    elif max(-low, high, unseen) <= margin + ROUNDING and isfinite(least):
        kind = "same"
    losses, ties, wins = (np.sign(differences).tolist().count(sign) for sign in (-1, 0, 1))
    return Verdict(kind, sum(differences) / len(differences), low, high, p, wins, ties, losses, least, margin)


def permutation(a: Scores, b: Scores, groups: Sequence[str], rounds: int = 10_000, seed: int = 0) -> float:
    """Return the two-sided p-value of the mean of a - b, n scores each, if the names of a and b meant nothing.

    The sign of a group's differences is turned as one (Fisher 1935; Smucker et al., CIKM 2007). All 2 ** groups ways
    are gone through where they are no more than `rounds`; else `rounds` are drawn and p is (as great + 1) /
    (rounds + 1), which is never 0 (Phipson & Smyth 2010).

    :raises ItemError: the lengths differ, there is no score, or a score is not finite.
    """
    sums, _ = _totals(_differences(a, b, groups), groups)
    if exact := 2 ** len(sums) <= rounds:
        turned = np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums)) & 1
    else:
        turned = np.random.default_rng(seed).integers(2, size=(rounds, len(sums)), dtype=np.int8)
    means = np.abs(sums.sum() - 2 * (turned @ sums))
    great = int(np.count_nonzero(means >= abs(sums.sum()) - ROUNDING * np.abs(sums).sum()))
    return great / len(means) if exact else (great + 1) / (rounds + 1)


def interval(
    values: Scores, groups: Sequence[str], level: float = 0.95, rounds: int = 10_000, seed: int = 0
) -> tuple[float, float]:
    """Return the bounds between which the mean of n values lies in `level` of `rounds` samples of their groups.

    As many groups as there are, drawn with replacement and whole (percentile bootstrap: Efron 1979; of clusters: Field
    & Welsh 2007). Of few groups it is too narrow: of 10, "95%" holds the mean about 90 times in 100.

    :raises ItemError: the lengths differ, there is no value, or a value is not finite.
    """
    sums, sizes = _totals(values, groups)
    drawn = np.random.default_rng(seed).integers(len(sums), size=(rounds, len(sums)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def holm(p_values: Scores) -> list[float]:
    """Return the p-values of one family of comparisons, in their order, so raised that all may be read together.

    The i-th least of m becomes the greatest of (m - j + 1) p_j over j <= i, at most 1 (Holm 1979).

    :raises ItemError: there is no p-value, or one is not within 0 and 1.
    """
    if not p_values or not all(0 <= p <= 1 for p in p_values):
        raise ItemError(f"the p-values are {list(p_values)}; expected one for each comparison, each from 0 to 1")
    raised = np.maximum.accumulate(np.sort(p_values) * np.arange(len(p_values), 0, -1))
    return [min(1.0, float(p)) for p in raised[np.argsort(np.argsort(p_values))]]


def detectable(differences: Scores, groups: Sequence[str], power: float = 0.8, level: float = LEVEL) -> float:
    """Return the least true mean difference that items like these n show, at `level`, in `power` of all such sets.

    (z_{1 - level/2} + z_power) SE (Bloom 1995), SE² = G/(G - 1) Σ (S_g - n_g mean)² / n² over the G groups with their
    sums S_g and sizes n_g (Liang & Zeger 1986; of eval items: Miller 2024, https://arxiv.org/abs/2411.00640): for
    groups of one size, the spread of their means over √G. Infinite where so few groups have no p under `level`.

    :raises ItemError: the lengths differ, there is no difference, or one is not finite.
    """
    sums, sizes = _totals(differences, groups)
    count, items = len(sums), len(differences)
    if 2.0 ** (1 - count) >= level:  # the least p that turning signs can give
        return inf
    spread = float(((sums - sizes * sums.sum() / items) ** 2).sum()) * count / (count - 1)
    return (NormalDist().inv_cdf(1 - level / 2) + NormalDist().inv_cdf(power)) * sqrt(spread) / items


def _differences(a: Scores, b: Scores, groups: Sequence[str]) -> list[float]:
    """Return a - b, with 0 where they differ by rounding alone."""
    _check(groups, a, b)
    return [0.0 if isclose(x, y, rel_tol=ROUNDING, abs_tol=ROUNDING) else x - y for x, y in zip(a, b, strict=True)]


def _check(groups: Sequence[str], *columns: Scores) -> None:
    if len(groups) == 0 or any(len(column) != len(groups) for column in columns):
        found = f"{' and '.join(str(len(column)) for column in columns)} scores stand beside {len(groups)} groups"
        raise ItemError(f"{found}; expected one or more, and one group for each")
    for column in columns:
        for place in np.flatnonzero(~np.isfinite(column)).tolist():
            raise ItemError(f"score {place + 1} of {len(column)} is {column[place]}; expected a finite number")


def _totals(values: Scores, groups: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sum and the size of each group, (groups,) each, by name, so that the items' order means nothing."""
    _check(groups, values)
    places = np.unique(list(groups), return_inverse=True)[1]
    return np.bincount(places, values).astype(np.float64), np.bincount(places).astype(np.float64)


def _bare(value: float, form: str = ".3f") -> str:
    """Return a figure without the 0 before its point."""
    return f"{value:{form}}".replace("0.", ".", 1 if abs(value) < 1 else 0)
