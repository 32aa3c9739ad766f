"""statistics: two scores of the same items to how far they agree, each against SciPy or sums by hand."""

import random
from collections.abc import Callable
from math import nan

import numpy as np
import pytest
from scipy import stats

from advisor.errors import ItemError
from advisor.eval.deciding import interval
from advisor.eval.statistics import Decision, Places, auroc, bootstrap, decision, kappa, spearman


@pytest.mark.parametrize("seed", range(20))
def test_spearman_is_scipys_with_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(5, size=30), rng.normal(size=30).round(1)
    assert spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic, abs=1e-12)
    assert spearman(b, a) == pytest.approx(spearman(a, b))


def test_spearman_of_the_same_and_of_the_opposite_order() -> None:
    assert spearman([1, 2, 3], [10, 100, 1000]) == 1
    assert spearman([1, 2, 3], [3, 2, 1]) == -1
    assert spearman([1, 1, 2], [1, 2, 3]) == pytest.approx(3**0.5 / 2)  # ranks 1.5 1.5 3 beside 1 2 3


@pytest.mark.parametrize("seed", range(20))
def test_auroc_is_mann_whitneys_u_and_the_share_of_pairs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, positive = rng.integers(6, size=25) / 5, np.arange(25) % 3 == 0
    yes, no = scores[positive], scores[~positive]
    u = stats.mannwhitneyu(yes, no).statistic
    pairs = [1.0 if x > y else 0.5 if x == y else 0.0 for x in yes for y in no]
    assert auroc(scores, positive) == pytest.approx(u / (len(yes) * len(no)))
    assert auroc(scores, positive) == pytest.approx(sum(pairs) / len(pairs))
    assert auroc(-scores, positive) == pytest.approx(1 - auroc(scores, positive))


def test_auroc_by_hand() -> None:
    assert auroc([0.1, 0.9], [False, True]) == 1
    assert auroc([0.5, 0.5, 0.5], [False, True, False]) == 0.5
    assert auroc([3, 1, 2, 2], [True, True, False, False]) == 0.5
    assert auroc([3, 2, 2, 1], [True, True, False, False]) == 3.5 / 4


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: spearman([1, 1], [1, 2]), "2 scores of one value have no order"),
        (lambda: spearman([1, 2], [3, 3]), "2 scores of one value have no order"),
        (lambda: spearman([], []), "0 scores of one value have no order"),
        (lambda: spearman([1, 2, 3], [1, 2]), "3 values stand beside 2"),
        (lambda: spearman([1, nan], [1, 2]), r"score 2 of 2 is nan; expected a finite number"),
        (lambda: auroc([1, 2], [True, True]), "2 items are positive and 0 are not; expected some of both"),
        (lambda: auroc([1, 2], [False, False]), "0 items are positive and 2 are not"),
        (lambda: auroc([], []), "0 items are positive and 0 are not"),
        (lambda: auroc([1], [True, False]), "1 values stand beside 2"),
        (lambda: auroc([nan, 2], [True, False]), "score 1 of 2 is nan"),
        (lambda: kappa("a", "a"), "1 items have one label or none"),
        (lambda: kappa("", ""), "0 items have one label or none"),
        (lambda: kappa("ab", "a"), "2 values stand beside 1"),
        (lambda: decision([True], []), "1 values stand beside 0"),
    ],
)
def test_what_has_no_value_is_an_error_and_never_nan(call: Callable[[], object], says: str) -> None:
    with pytest.raises(ItemError, match=says):
        call()


def test_kappa_is_cohens_own_figure() -> None:
    # both yes 20, a alone 5, b alone 10, neither 15: observed 0.7, by chance 0.5
    a = [True] * 25 + [False] * 25
    b = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert kappa(a, b) == pytest.approx(0.4)
    assert kappa(b, a) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("a", "b", "expected"), [("abc", "abc", 1), ("ab", "ba", -1), ("aabb", "abab", 0), ("aa", "bb", 0)]
)
def test_kappa_of_full_agreement_of_none_and_of_chance(a: str, b: str, expected: float) -> None:
    assert kappa(list(a), list(b)) == expected


@pytest.mark.parametrize("seed", range(10))
def test_kappa_from_the_table_of_labels(seed: int) -> None:
    rng = random.Random(seed)
    a, b = ([rng.choice("xyz") for _ in range(40)] for _ in range(2))
    table = np.array([[sum(p == (x, y) for p in zip(a, b, strict=True)) for y in "xyz"] for x in "xyz"]) / 40
    chance = float(table.sum(axis=1) @ table.sum(axis=0))
    assert kappa(a, b) == pytest.approx((float(np.trace(table)) - chance) / (1 - chance))


def test_a_decision_by_hand() -> None:
    found = decision([True, True, True, False, False], [True, False, False, True, False])
    assert (found.precision, found.recall, found.f1) == pytest.approx((1 / 3, 1 / 2, 0.4))
    assert decision([True, False], [True, False]) == Decision(1.0, 1.0, 1.0)


@pytest.mark.parametrize("said", [[False, False], [True, False], []])
def test_a_decision_of_nothing_is_no_share(said: list[bool]) -> None:
    assert decision(said, [False] * len(said)) == Decision(0.0, 0.0, 0.0)
    assert decision([False] * len(said), said) == Decision(0.0, 0.0, 0.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_bootstrap_of_a_mean_is_that_of_deciding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=60)
    groups = [f"conversation {place}" for place in rng.integers(20, size=60)]
    found = bootstrap(lambda places: float(values[places].mean()), groups, rounds=500, seed=3)
    assert found == pytest.approx(interval(values.tolist(), groups, rounds=500, seed=3))


def test_the_items_of_a_group_are_drawn_together() -> None:
    drawn: list[list[int]] = []

    def seen(places: Places) -> float:
        drawn.append(sorted(places.tolist()))
        return float(len(places))

    low, high = bootstrap(seen, ["b", "a", "b", "b"], rounds=50)
    assert {tuple(one) for one in drawn} == {(1, 1), (0, 1, 2, 3), (0, 0, 2, 2, 3, 3)}
    assert (low, high, len(drawn)) == (2, 6, 50)


def test_samples_without_a_statistic_are_left_out_while_they_are_few() -> None:
    scores, positive = np.array([0.1, 0.4, 0.3, 0.9]), np.array([False, True, False, True])
    assert bootstrap(lambda places: auroc(scores[places], positive[places]), list("abcd"), rounds=200) == (1, 1)
    with pytest.raises(ItemError, match=r"\d+ of 200 samples have no such statistic: \d items are positive"):
        bootstrap(lambda places: auroc(scores[places][:1], positive[places][:1]), list("abcd"), rounds=200)
    with pytest.raises(ItemError, match="no item to draw from"):
        bootstrap(lambda places: 0.0, [])


def test_a_bug_in_a_statistic_is_no_sample_to_leave_out() -> None:
    with pytest.raises(ZeroDivisionError):
        bootstrap(lambda places: 1 / 0, ["a", "b"])
