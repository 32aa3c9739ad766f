"""deciding: against scipy, against every enumeration, by hand, and over simulated sets whose truth is known."""

from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError, fields, replace
from itertools import product
from math import inf, nan, sqrt
from statistics import NormalDist, fmean, stdev
from time import process_time

import numpy as np
import pytest
from scipy import stats

from advisor.errors import ItemError
from advisor.eval.deciding import Kind, Verdict, detectable, holm, interval, permutation, verdict


def alone(count: int) -> list[str]:
    """Return a group for each item."""
    return [f"item{place:04}" for place in range(count)]


def conversations(count: int, turns: int) -> list[str]:
    """Return the groups of `count` conversations of `turns` turns each, one after the other."""
    return [f"conversation{place:04}" for place in range(count) for _ in range(turns)]


def normal(seed: int, count: int, mean: float = 0.0) -> list[float]:
    """Return scores around `mean`, with a standard deviation of 1."""
    return np.random.default_rng(seed).normal(mean, size=count).tolist()


def every_turn(differences: Sequence[float], groups: Sequence[str]) -> float:
    """Return the exact p-value, by going through the signs of the groups one at a time."""
    names = sorted(set(groups))
    seen = abs(fmean(differences))
    means = []
    for signs in product([1, -1], repeat=len(names)):
        of = dict(zip(names, signs, strict=True))
        means.append(abs(fmean([of[group] * one for one, group in zip(differences, groups, strict=True)])))
    return fmean([mean >= seen - 1e-12 for mean in means])


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("count", [2, 3, 5, 9, 13])
def test_permutation_equals_scipys_exact_one(seed: int, count: int) -> None:
    a, b = normal(seed, count, 0.5), normal(seed + 100, count)
    expected = stats.permutation_test(
        (a, b),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=inf,
    )
    assert permutation(a, b, alone(count)) == pytest.approx(expected.pvalue, abs=1e-12)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("rounds", [512, 10_000])
def test_permutation_equals_every_turn_of_groups(seed: int, rounds: int) -> None:
    a, b = normal(seed, 30, 0.3), normal(seed + 100, 30)
    groups = [f"conversation{place}" for place in np.random.default_rng(seed).integers(9, size=30)]
    expected = every_turn([one - other for one, other in zip(a, b, strict=True)], groups)
    assert permutation(a, b, groups, rounds=rounds, seed=seed) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_drawn_permutations_come_near_all_of_them(seed: int) -> None:
    a, b = normal(seed, 12, 0.4), normal(seed + 100, 12)
    exact = permutation(a, b, alone(12), rounds=4096)
    drawn = permutation(a, b, alone(12), rounds=4095, seed=seed)
    assert drawn == pytest.approx(exact, abs=4 * sqrt(0.25 / 4095))
    assert drawn * 4096 == pytest.approx(round(drawn * 4096), abs=1e-9)  # of rounds + 1
    assert exact * 4096 == pytest.approx(round(exact * 4096), abs=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "groups", "expected"),
    [
        ([1.0], [0.0], "a", 1),
        ([1.0, 1.0], [0.0, 0.0], "ab", 2 / 4),
        ([1.0, 1.0, 1.0], [0.0, 0.0, 0.0], "abc", 2 / 8),
        ([1.0, 1.0, 1.0], [0.0, 0.0, 0.0], "aba", 2 / 4),  # two groups, of 2 and of 1
        ([1.0, 1.0, 1.0], [0.0, 0.0, 0.0], "aaa", 1),
        ([1.0, 0.0, 1.0], [0.0, 1.0, 0.0], "abc", 1),
        ([1.0, 0.0, 1.0], [0.0, 1.0, 0.0], "aab", 1),  # a win and a loss of one group are nothing
        ([3.0, 1.0, 0.0], [0.0, 0.0, 1.0], "abc", 6 / 8),  # 3, of 5, 3, 3, 1 and their negatives
        ([0.5, 0.5], [0.5, 0.5], "ab", 1),
    ],
)
def test_permutation_by_hand(a: list[float], b: list[float], groups: str, expected: float) -> None:
    assert permutation(a, b, list(groups)) == pytest.approx(expected, abs=1e-12)


def test_the_least_drawn_p_is_not_0() -> None:
    assert permutation([1.0] * 60, [0.0] * 60, alone(60), rounds=999) == 1 / 1000


def test_a_difference_of_rounding_is_none() -> None:
    a, b = [0.1 + 0.2] * 20, [0.3] * 20
    assert a != b
    assert permutation(a, b, alone(20)) == 1
    found = verdict(a, b, alone(20), 0.02)
    assert (found.wins, found.ties, found.losses, found.difference) == (0, 20, 0, 0)


def test_equal_means_count_however_their_sums_round() -> None:
    a = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    whole = [float(round(10 * one)) for one in a]
    assert permutation(a, [0.0] * 7, alone(7)) == permutation(whole, [0.0] * 7, alone(7))
    signs = [1, -1, 1, 1, -1, 1, 1]
    some, all_ = ([sign * one for sign, one in zip(signs, scores, strict=True)] for scores in (a, whole))
    assert permutation(some, [0.0] * 7, alone(7)) == every_turn(all_, alone(7))


def test_10_000_rounds_over_500_items_take_less_than_a_second() -> None:
    a, b = normal(1, 500), normal(2, 500)
    began = process_time()
    permutation(a, b, alone(500))
    assert process_time() - began < 1


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_interval_equals_scipys(seed: int, level: float) -> None:
    values = (np.random.default_rng(seed).exponential(size=40)).tolist()
    expected = stats.bootstrap(
        (values,),
        np.mean,
        confidence_level=level,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(7),
    )
    low, high = interval(values, alone(40), level=level, rounds=20_000, seed=seed)
    near = 0.06 * expected.standard_error  # of the drawing alone
    assert low == pytest.approx(expected.confidence_interval.low, abs=near)
    assert high == pytest.approx(expected.confidence_interval.high, abs=near)


@pytest.mark.parametrize("seed", range(4))
def test_interval_of_groups_equals_scipys_of_their_sums_and_sizes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 8, size=30)
    groups = [f"conversation{place}" for place, size in enumerate(sizes) for _ in range(size)]
    values = rng.normal(size=len(groups)) + np.repeat(rng.normal(size=30), sizes)
    sums = [float(values[[group == f"conversation{place}" for group in groups]].sum()) for place in range(30)]

    def mean(sums: np.ndarray, sizes: np.ndarray, axis: int) -> np.ndarray:
        return sums.sum(axis=axis) / sizes.sum(axis=axis)

    expected = stats.bootstrap(
        (sums, sizes), mean, paired=True, n_resamples=20_000, method="percentile", rng=np.random.default_rng(7)
    )
    low, high = interval(values.tolist(), groups, rounds=20_000, seed=seed)
    near = 0.06 * expected.standard_error
    assert low == pytest.approx(expected.confidence_interval.low, abs=near)
    assert high == pytest.approx(expected.confidence_interval.high, abs=near)


def test_interval_equals_that_of_all_samples() -> None:
    values = [0.0, 1.0, 3.0, 7.0, 12.0]
    means = [fmean(sample) for sample in product(values, repeat=5)]
    low, high = interval(values, alone(5), level=0.9, rounds=50_000)
    assert low == pytest.approx(float(np.quantile(means, 0.05)), abs=0.2)
    assert high == pytest.approx(float(np.quantile(means, 0.95)), abs=0.2)


def test_interval_of_one_group_is_its_mean() -> None:
    assert interval([1.0, 2.0, 6.0], ["a"] * 3) == (3.0, 3.0)
    assert interval([2.5], ["a"]) == (2.5, 2.5)


def test_a_wider_level_is_a_wider_interval() -> None:
    values = normal(3, 50)
    bounds = [interval(values, alone(50), level=level) for level in (0.5, 0.8, 0.95, 0.99)]
    assert [low for low, _ in bounds] == sorted((low for low, _ in bounds), reverse=True)
    assert [high for _, high in bounds] == sorted(high for _, high in bounds)
    assert len(set(bounds)) == 4


def turns(seed: int, count: int = 30, each: int = 5, own: float = 0.3) -> list[float]:
    """Return differences of conversations whose turns share what they have, but for `own` of each."""
    rng = np.random.default_rng(seed)
    return (np.repeat(rng.normal(size=count), each) + own * rng.normal(size=count * each)).tolist()


@pytest.mark.parametrize("seed", range(8))
def test_turns_that_go_together_widen_what_is_not_known(seed: int) -> None:
    values = turns(seed)
    together, apart = conversations(30, 5), alone(150)
    low, high = interval(values, together)
    loose_low, loose_high = interval(values, apart)
    assert high - low > 1.7 * (loose_high - loose_low)  # about the root of 5, as the turns are nearly one
    assert detectable(values, together) > 1.7 * detectable(values, apart)
    moved = [one + 0.3 for one in values]
    assert permutation(moved, [0.0] * 150, together) > permutation(moved, [0.0] * 150, apart)


@pytest.mark.parametrize(
    ("p_values", "expected"),
    [
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        ([0.04], [0.04]),
        ([0.5, 0.6, 0.7], [1, 1, 1]),
        ([0.01, 0.01, 0.01], [0.03, 0.03, 0.03]),
        ([0.02, 0.0, 1.0], [0.04, 0, 1]),
        ([0.03, 0.02], [0.04, 0.04]),
    ],
)
def test_holm_by_hand(p_values: list[float], expected: list[float]) -> None:
    assert holm(p_values) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_holm_is_monotone_and_rejects_step_by_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    p_values = np.round(rng.beta(0.4, 3, size=rng.integers(1, 12)), 3).tolist()  # rounded, so that some are equal
    adjusted = holm(p_values)
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [late for _, late in pairs] == sorted(adjusted)
    assert all(p <= late <= min(1, len(p_values) * p) + 1e-12 for p, late in pairs)  # never above Bonferroni
    for level in (0.01, 0.05, 0.2):
        rejected = 0
        while rejected < len(pairs) and pairs[rejected][0] <= level / (len(pairs) - rejected):
            rejected += 1
        assert sum(late <= level + 1e-12 for late in adjusted) == rejected


def test_detectable_by_hand() -> None:
    values = [0.1, 0.5, -0.2, 0.4, 0.0, 0.3, 0.7, -0.1]
    assert detectable(values, alone(8)) == pytest.approx((1.959964 + 0.841621) * stdev(values) / sqrt(8), rel=1e-6)
    z = NormalDist().inv_cdf(0.995) + NormalDist().inv_cdf(0.9)
    assert detectable(values, alone(8), power=0.9, level=0.01) == pytest.approx(z * stdev(values) / sqrt(8))


def test_detectable_is_of_the_means_of_groups_of_one_size() -> None:
    values = turns(4)
    means = [fmean(values[start : start + 5]) for start in range(0, 150, 5)]
    assert detectable(values, conversations(30, 5)) == pytest.approx(detectable(means, alone(30)), rel=1e-9)


def test_detectable_of_groups_of_many_sizes_is_the_spread_of_samples() -> None:
    rng = np.random.default_rng(5)
    sizes = rng.integers(1, 6, size=200)
    groups = [f"conversation{place:03}" for place, size in enumerate(sizes) for _ in range(size)]
    values = (np.repeat(rng.normal(3, 1, size=200), sizes) + rng.normal(size=len(groups))).tolist()
    low, high = interval(values, groups)
    assert detectable(values, groups) / 2.801585 == pytest.approx((high - low) / (2 * 1.959964), rel=0.05)


def test_no_difference_is_detectable_where_no_p_is_under_the_level() -> None:
    assert [detectable(normal(1, count), alone(count)) == inf for count in range(1, 8)] == [True] * 5 + [False] * 2
    assert detectable(normal(1, 6), alone(6), level=0.01) == inf
    assert detectable(normal(1, 30), conversations(3, 10)) == inf


def test_a_detectable_difference_is_found_in_four_of_five_sets() -> None:
    spread = 0.5
    least = (1.959964 + 0.841621) * spread / sqrt(60)
    sets = [(least + spread * np.random.default_rng(seed).normal(size=60)).tolist() for seed in range(400)]
    assert fmean([detectable(one, alone(60)) for one in sets]) == pytest.approx(least, rel=0.02)
    found = sum(permutation(one, [0.0] * 60, alone(60), rounds=1000) < 0.05 for one in sets)
    assert 0.72 < found / 400 < 0.87  # 0.8, give or take four standard errors


@pytest.mark.parametrize("count", [10, 50])
def test_under_the_null_one_set_in_twenty_is_significant(count: int) -> None:
    sets = [(normal(seed, count), normal(seed + 1000, count)) for seed in range(400)]
    found = sum(permutation(a, b, alone(count), rounds=1024) < 0.05 for a, b in sets)
    assert 7 <= found <= 33  # 20, give or take three standard errors


def test_under_the_null_right_and_wrong_answers_are_no_more_often_significant() -> None:
    rng = np.random.default_rng(0)
    sets = [rng.random((2, 60)) < rng.uniform(0.3, 0.9) for _ in range(400)]
    found = sum(permutation(*one.astype(float).tolist(), alone(60), rounds=1000) < 0.05 for one in sets)
    assert 2 <= found <= 33  # ties of means leave p coarse, and above what it would be


def test_under_the_null_turns_need_their_groups() -> None:
    none = [0.0] * 100
    sets = [turns(seed, count=20) for seed in range(400)]
    assert 7 <= sum(permutation(one, none, conversations(20, 5), rounds=1000) < 0.05 for one in sets) <= 33
    assert sum(permutation(one, none, alone(100), rounds=1000) < 0.05 for one in sets) > 100


def test_the_interval_of_many_groups_holds_the_truth_19_times_in_20_and_of_ten_9_times_in_10() -> None:
    def held(count: int) -> float:
        bounds = [interval(normal(seed, count, 1.0), alone(count), rounds=500, seed=seed) for seed in range(600)]
        return fmean([low <= 1 <= high for low, high in bounds])

    assert 0.92 < held(80) < 0.97
    assert 0.86 < held(10) < 0.93


def test_a_seed_is_one_result_and_another_seed_is_another() -> None:
    a, b = normal(1, 40, 0.2), normal(2, 40)
    assert permutation(a, b, alone(40)) == permutation(a, b, alone(40), seed=0)
    assert interval(a, alone(40)) == interval(a, alone(40), seed=0)
    assert verdict(a, b, alone(40), 0.02) == verdict(a, b, alone(40), 0.02)
    assert len({permutation(a, b, alone(40), seed=seed) for seed in range(5)}) > 1
    assert len({interval(a, alone(40), seed=seed) for seed in range(5)}) == 5


def test_the_order_of_the_items_means_nothing() -> None:
    a, b, groups = normal(1, 60, 0.2), normal(2, 60), conversations(20, 3)
    order = np.random.default_rng(3).permutation(60).tolist()
    mixed = [[column[place] for place in order] for column in (a, b)]
    known, found = (
        verdict(a, b, groups, 0.02),
        verdict(mixed[0], mixed[1], [groups[place] for place in order], 0.02),
    )
    assert (found.kind, found.wins, found.p) == (known.kind, known.wins, known.p)
    assert [found.difference, found.low, found.high] == pytest.approx([known.difference, known.low, known.high])


@pytest.mark.parametrize("mean", [-0.8, -0.3, 0.0, 0.3, 0.8])
@pytest.mark.parametrize("count", [8, 40])
def test_the_other_way_round_it_is_the_opposite(mean: float, count: int) -> None:
    a, b = normal(1, count, mean), normal(2, count)
    one, other = verdict(a, b, alone(count), 0.1), verdict(b, a, alone(count), 0.1)
    opposite = {"better": "worse", "worse": "better"}
    assert other.kind == opposite.get(one.kind, one.kind)
    assert other.p == one.p
    assert (other.wins, other.ties, other.losses) == (one.losses, one.ties, one.wins)
    assert [other.difference, other.low, other.high] == pytest.approx([-one.difference, -one.high, -one.low])
    assert other.detectable == pytest.approx(one.detectable)


def shares(wins: int, ties: int, losses: int) -> tuple[list[float], list[float]]:
    """Return scores of 0 and 1 with so many wins, ties and losses of the first."""
    return [1.0] * (wins + ties) + [0.0] * losses, [0.0] * wins + [1.0] * (ties + losses)


@pytest.mark.parametrize(
    ("wins", "ties", "losses", "margin", "kind"),
    [
        (31, 60, 9, 0.02, "better"),
        (9, 60, 31, 0.02, "worse"),
        (6, 0, 0, 0.02, "better"),  # p is 2 / 64
        (5, 0, 0, 0.02, "too few"),  # p is 2 / 32
        (0, 0, 6, 0.02, "worse"),
        (0, 6, 0, 0.02, "too few"),  # nine wins in a hundred would not have been seen either
        (0, 149, 0, 0.02, "too few"),
        (0, 150, 0, 0.02, "same"),
        (0, 5, 0, 0.02, "too few"),  # alike as they are: no difference could have been seen
        (0, 1, 0, 1.0, "too few"),
        (1, 998, 1, 0.02, "same"),
        (1, 998, 1, 0.001, "too few"),
        (8, 84, 8, 0.02, "too few"),
        (8, 84, 8, 0.2, "same"),
        (30, 970, 0, 0.1, "better"),  # however small the difference is beside the margin
    ],
)
def test_kinds(wins: int, ties: int, losses: int, margin: float, kind: str) -> None:
    count = wins + ties + losses
    found = verdict(*shares(wins, ties, losses), alone(count), margin)
    assert found.kind == kind
    assert (found.wins, found.ties, found.losses) == (wins, ties, losses)
    assert found.difference == pytest.approx((wins - losses) / count)
    assert found.low <= found.difference <= found.high
    assert found.margin == margin


@pytest.mark.parametrize(("losses", "ties"), [(3, 28), (2, 44)])
def test_a_small_p_beside_an_interval_with_0_decides_nothing(losses: int, ties: int) -> None:
    """Many small wins and few great losses; the second's interval ends at 0, but for the rounding of its sums."""
    differences = [0.1] * (100 - losses - ties) + [0.0] * ties + [-1.0] * losses
    for a, b in ((differences, [0.0] * 100), ([0.0] * 100, differences)):
        found = verdict(a, b, alone(100), 0.02)
        assert found.p < 0.05
        assert found.kind == "too few"


def test_an_interval_may_end_at_the_margin_but_for_rounding() -> None:
    found = verdict([0.9, 0.5, 0.5, 0.5, 0.5, 0.7], [0.7, 0.5, 0.5, 0.5, 0.5, 0.9], alone(6), 0.1)
    assert found.high > 0.1
    assert found.high == pytest.approx(0.1)
    assert found.kind == "same"


def test_a_verdict_is_what_its_parts_say() -> None:
    a, b, groups = normal(1, 60, 0.4), normal(2, 60), conversations(20, 3)
    differences = [one - other for one, other in zip(a, b, strict=True)]
    found = verdict(a, b, groups, 0.02)
    assert found.p == permutation(a, b, groups)
    assert (found.low, found.high) == interval(differences, groups)
    assert found.detectable == detectable(differences, groups)
    assert found.difference == pytest.approx(fmean(a) - fmean(b))


def test_wins_of_one_conversation_do_not_decide() -> None:
    a, b = shares(40, 0, 0)
    assert verdict(a, b, alone(40), 0.02).kind == "better"
    assert verdict(a, b, conversations(4, 10), 0.02).kind == "too few"


SAID = Verdict("better", 0.0431, 0.012, 0.0751, 0.0041, 31, 60, 9, 0.08, 0.02)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (SAID, "better by .043 [.012, .075], p = .004, 31 wins, 60 ties, 9 losses"),
        (replace(SAID, p=0.0009), "better by .043 [.012, .075], p < .001, 31 wins, 60 ties, 9 losses"),
        (
            replace(SAID, p=0.001, wins=1, ties=1, losses=1),
            "better by .043 [.012, .075], p = .001, 1 win, 1 tie, 1 loss",
        ),
        (
            replace(SAID, difference=12.5, low=0.0, high=20.25),
            "better by 12.500 [.000, 20.250], p = .004, 31 wins, 60 ties, 9 losses",
        ),
        (
            replace(SAID, kind="worse", difference=-0.0431, low=-0.0751, high=-0.012, wins=9, losses=31),
            "worse by .043 [.012, .075], p = .004, 9 wins, 60 ties, 31 losses",
        ),
        (
            replace(SAID, kind="worse", difference=-0.9, low=-1.0, high=-0.00001),
            "worse by .900 [.000, 1.000], p = .004, 31 wins, 60 ties, 9 losses",
        ),
        (replace(SAID, kind="same"), "the same within .02"),
        (replace(SAID, kind="same", margin=0.125), "the same within .125"),
        (replace(SAID, kind="same", margin=0.0), "the same within 0"),
        (replace(SAID, kind="same", margin=10.5), "the same within 10.5"),
        (replace(SAID, kind="too few"), "too few items to tell: differences under .08 are not seen"),
        (
            replace(SAID, kind="too few", detectable=0.00432),
            "too few items to tell: differences under .0043 are not seen",
        ),
        (replace(SAID, kind="too few", detectable=inf), "too few items to tell: no difference would be seen"),
    ],
)
def test_text(found: Verdict, text: str) -> None:
    assert found.text() == text


@pytest.mark.parametrize("kind", ["better", "worse"])
@pytest.mark.parametrize("p", [0.0041, 0.02, 0.0499])
def test_a_verdict_stands_while_its_raised_p_is_under_the_level(kind: Kind, p: float) -> None:
    found = replace(SAID, kind=kind)
    assert found.settled(p) == replace(found, p=p)


@pytest.mark.parametrize("p", [0.05, 0.3, 1.0])
@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [
        (0.001, 0.019, "same"),
        (-0.019, -0.001, "same"),
        (0.001, 0.02, "same"),
        (0.001, 0.02 + 1e-14, "same"),
        (-0.02 - 1e-14, -0.001, "same"),
        (0.001, 0.0201, "too few"),
        (-0.0201, -0.001, "too few"),
        (0.012, 0.0751, "too few"),
    ],
)
def test_what_is_no_longer_better_or_worse_is_the_same_by_its_interval_or_unknown(
    low: float, high: float, kind: Kind, p: float
) -> None:
    found = replace(SAID, kind="better" if low > 0 else "worse", low=low, high=high)
    assert found.settled(p) == replace(found, kind=kind, p=p)


@pytest.mark.parametrize("kind", ["same", "too few"])
@pytest.mark.parametrize("p", [0.001, 0.05, 1.0])
def test_what_was_the_same_or_unknown_stays_so(kind: Kind, p: float) -> None:
    found = replace(SAID, kind=kind, low=-0.5, high=0.5)
    assert found.settled(p) == replace(found, p=p)


def test_settling_makes_no_verdict_better_or_worse_and_is_told_in_its_words() -> None:
    wins = shares(7, 0, 0)
    found = verdict(*wins, alone(7), 0.02)
    assert (found.kind, found.p) == ("better", 2 / 128)
    assert (
        found.settled(holm([found.p, 0.9])[0]).text()
        == "better by 1.000 [1.000, 1.000], p = .031, 7 wins, 0 ties, 0 losses"
    )
    assert found.settled(holm([found.p, 0.9, 0.8, 0.7])[0]).text().startswith("too few items to tell: ")
    assert replace(found, kind="too few").settled(0.001).kind == "too few"


def test_a_verdict_keeps() -> None:
    for field in fields(SAID):
        with pytest.raises(FrozenInstanceError):
            setattr(SAID, field.name, None)


@pytest.mark.parametrize(
    ("a", "b", "groups", "message"),
    [
        (
            [1.0, 2.0],
            [1.0],
            ["a", "b"],
            "2 and 1 scores stand beside 2 groups; expected one or more, and one group for",
        ),
        ([1.0], [1.0], ["a", "b"], "1 and 1 scores stand beside 2 groups"),
        ([], [], [], "0 and 0 scores stand beside 0 groups"),
        ([1.0, nan], [1.0, 1.0], ["a", "b"], "score 2 of 2 is nan; expected a finite number"),
        ([1.0, 1.0], [-inf, 1.0], ["a", "b"], "score 1 of 2 is -inf; expected a finite number"),
    ],
)
def test_scores_that_are_no_pairs_are_named(a: list[float], b: list[float], groups: list[str], message: str) -> None:
    with pytest.raises(ItemError, match=message):
        permutation(a, b, groups)
    with pytest.raises(ItemError, match=message):
        verdict(a, b, groups, 0.02)


@pytest.mark.parametrize("measure", [interval, detectable])
@pytest.mark.parametrize(
    ("values", "groups", "message"),
    [
        ([], [], "^0 scores stand beside 0 groups; expected one or more, and one group for each$"),
        ([1.0], ["a", "b"], "^1 scores stand beside 2 groups"),
        ([1.0, 2.0, nan], ["a", "a", "b"], "^score 3 of 3 is nan"),
    ],
)
def test_values_without_groups_are_named(
    measure: Callable[[list[float], list[str]], object], values: list[float], groups: list[str], message: str
) -> None:
    with pytest.raises(ItemError, match=message):
        measure(values, groups)


@pytest.mark.parametrize("p_values", [[], [0.1, nan], [0.1, 1.1], [-0.001]])
def test_what_is_no_p_value_is_named(p_values: list[float]) -> None:
    with pytest.raises(ItemError, match=r"the p-values are \[.*\]; expected one for each comparison, each from 0 to 1"):
        holm(p_values)


@pytest.mark.parametrize("margin", [-0.01, nan])
def test_a_margin_under_0_is_named(margin: float) -> None:
    with pytest.raises(ItemError, match=f"the margin is {margin}; expected 0 or more"):
        verdict([1.0], [0.0], ["a"], margin)
