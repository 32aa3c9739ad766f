"""metrics: against ir_measures over random rankings, numpy, and by hand."""

import random
from math import log2

import ir_measures
import numpy as np
import pytest
from ir_measures import RR, Qrel, R, ScoredDoc, Success, nDCG

from advisor.eval.metrics import (
    fact_recall,
    hit_at,
    mean,
    ndcg,
    percentile,
    recall,
    reciprocal_rank,
    unbacked_figures,
)


def rankings(seed: int) -> list[list[bool]]:
    """Return judged rankings of up to 20 results, many of them poor."""
    rng = random.Random(seed)
    return [[rng.random() < rng.choice([0.02, 0.1, 0.4]) for _ in range(rng.randint(1, 20))] for _ in range(60)]


@pytest.mark.parametrize("seed", range(20))
def test_equals_ir_measures(seed: int) -> None:
    judged = rankings(seed)
    run = [
        ScoredDoc(f"q{query}", f"d{place}", float(-place))
        for query, one in enumerate(judged)
        for place in range(len(one))
    ]
    qrels = [
        Qrel(f"q{query}", f"d{place}", int(relevant))
        for query, one in enumerate(judged)
        for place, relevant in enumerate(one)
    ]
    measures = [RR @ 10, RR @ 3, Success @ 1, Success @ 5]
    expected = {(found.query_id, found.measure): found.value for found in ir_measures.iter_calc(measures, qrels, run)}
    assert len(expected) == len(judged) * len(measures)
    for query, one in enumerate(judged):
        assert reciprocal_rank(one, 10) == pytest.approx(expected[f"q{query}", RR @ 10], abs=1e-12)
        assert reciprocal_rank(one, 3) == pytest.approx(expected[f"q{query}", RR @ 3], abs=1e-12)
        assert hit_at(one, 1) == expected[f"q{query}", Success @ 1]
        assert hit_at(one, 5) == expected[f"q{query}", Success @ 5]
    totals = ir_measures.calc_aggregate(measures, qrels, run)
    assert mean([reciprocal_rank(one, 10) for one in judged]) == pytest.approx(totals[RR @ 10], abs=1e-12)
    assert mean([hit_at(one, 5) for one in judged]) == pytest.approx(totals[Success @ 5], abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_graded_rankings_equal_ir_measures(seed: int) -> None:
    """Grades from -1 to 4, documents that are not judged or not found, and results of one score, which it ranks by id
    from the last to the first."""
    rng = random.Random(seed)
    qrels, run, graded = [], [], {}
    for query in (f"q{number}" for number in range(40)):
        names = [f"d{number:02}" for number in range(rng.randint(2, 40))]
        grades = {name: rng.choice([-1, 0, 0, 0, 1, 2, 3, 4]) for name in names if rng.random() < 0.6} or {"none": 0}
        scores = {name: float(rng.randint(0, 6)) for name in names if rng.random() < 0.7} or {"none": 1.0}
        qrels += [Qrel(query, name, grade) for name, grade in grades.items()]
        run += [ScoredDoc(query, name, score) for name, score in scores.items()]
        ranked = sorted(scores, key=lambda name: (scores[name], name), reverse=True)
        graded[query] = [grades.get(name, 0) for name in ranked], list(grades.values())
    ks = (1, 3, 5, 10)
    measures = [measure for k in ks for measure in (nDCG @ k, R @ k)]
    expected = {(found.query_id, found.measure): found.value for found in ir_measures.iter_calc(measures, qrels, run)}
    assert len(expected) == len(graded) * len(measures)
    for query, (found, judged) in graded.items():
        relevant, total = [grade > 0 for grade in found], sum(grade > 0 for grade in judged)
        for k in ks:
            assert ndcg(found, k, judged) == pytest.approx(expected[query, nDCG @ k], abs=1e-12)
            assert recall(relevant, k, total) == pytest.approx(expected[query, R @ k], abs=1e-12)


@pytest.mark.parametrize(
    ("grades", "judged", "gain"),
    [
        ([3, 1], [1, 3], 1),
        ([1, 3], [1, 3], (1 + 3 / log2(3)) / (3 + 1 / log2(3))),
        ([0, 0, 2], [2], 1 / 2),
        ([-1, 2], [2, -1], 1 / log2(3)),
        ([0] * 10 + [2], [2], 0),
        ([0], [2], 0),
        ([], [2], 0),
        ([0, 0], [0, -1], 0),
        ([], [], 0),
    ],
)
def test_ndcg_by_hand(grades: list[int], judged: list[int], gain: float) -> None:
    assert ndcg(grades, 10, judged) == pytest.approx(gain, abs=1e-12)


def test_recall_by_hand() -> None:
    assert recall([True, False, True], 1, 4) == 1 / 4
    assert recall([True, False, True], 10, 4) == 2 / 4
    assert recall([False, True], 1, 1) == 0.0
    assert recall([False], 10, 0) == 0.0


@pytest.mark.parametrize(
    ("relevant", "hit_1", "hit_5", "rank_10"),
    [
        ([], 0, 0, 0),
        ([True], 1, 1, 1),
        ([True, True], 1, 1, 1),
        ([False, True, True], 0, 1, 1 / 2),
        ([False] * 4 + [True], 0, 1, 1 / 5),
        ([False] * 5 + [True], 0, 0, 1 / 6),
        ([False] * 9 + [True], 0, 0, 1 / 10),
        ([False] * 10 + [True], 0, 0, 0),
        ([False] * 10, 0, 0, 0),
    ],
)
def test_rankings_by_hand(relevant: list[bool], hit_1: float, hit_5: float, rank_10: float) -> None:
    assert (hit_at(relevant, 1), hit_at(relevant, 5)) == (hit_1, hit_5)
    assert reciprocal_rank(relevant, 10) == pytest.approx(rank_10, abs=1e-12)


def test_mean() -> None:
    assert mean([1.0, 0.0, 0.5]) == 0.5
    assert mean([]) == 0.0


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.95, 1.0])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 19, 20, 21, 100])
def test_percentile_equals_numpys_nearest_rank(share: float, count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    assert percentile(values.tolist(), share) == np.quantile(values, share, method="inverted_cdf")


def test_percentile_by_hand() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.0
    assert percentile([float(n) for n in range(1, 21)], 0.95) == 19.0
    assert percentile([5.0, 7.0], 0.0) == 5.0
    assert percentile([], 0.5) == 0.0


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ("It pays ₹400,000 to ₹900,000 in India.", 1),
        ("It pays 400000 rupees.", 1 / 3),
        ("It pays 4 Lakh in INDIA.", 2 / 3),
        ("It pays 4 lakh, that is 400,000.", 1 / 3),  # a fact told twice is one fact
        ("It pays ₹1,400,000 to ₹900.", 0),
        ("", 0),
    ],
)
def test_fact_recall_by_hand(answer: str, share: float) -> None:
    assert fact_recall(answer, [["400,000", "4 lakh"], ["900,000"], ["India"]]) == pytest.approx(share)


def test_fact_recall_of_no_facts_is_nothing() -> None:
    assert fact_recall("Anything.", []) == 0.0


@pytest.mark.parametrize(
    ("text", "sources", "expected"),
    [
        ("It grows by 10.70% to 181 billion.", ["10.7% a year", "181 billion"], (0, 2)),
        ("It grows by 10.7% to 181 billion.", ["10.7% a year"], (1, 2)),
        ("It pays ₹400000.", ["₹400,000 to ₹900,000"], (0, 1)),
        ("It pays 40,000.", ["₹400,000 to ₹900,000"], (1, 1)),
        ("Three steps.", ["in 3 steps"], (0, 1)),
        ("In 3 steps.", ["three steps"], (0, 1)),
        ("Seven of 7, and 8.", ["7"], (1, 2)),  # a figure said twice is one figure
        ("In 2022 and 2031.", [], (2, 2)),
        ("No figures.", ["2022"], (0, 0)),
        ("", [], (0, 0)),
    ],
)
def test_unbacked_figures_by_hand(text: str, sources: list[str], expected: tuple[int, int]) -> None:
    assert unbacked_figures(text, sources) == expected
