"""fuse: convex and reciprocal rank fusion against sums by hand."""

import pytest

from advisor.index.fuse import convex, rrf, weighted
from advisor.types import Hit


def ranking(stage: str, **scores: float) -> list[Hit]:
    """Return hits in the order they are named in."""
    return [Hit(chunk_id, score, rank, stage) for rank, (chunk_id, score) in enumerate(scores.items(), start=1)]


BM25 = ranking("bm25", a=8.0, b=4.0, c=2.0)
DENSE = ranking("dense", b=0.5, d=0.375, a=0.25)
# Parts of the best: BM25 a 1, b 1/2, c 1/4; cosines b 1, d 3/4, a 1/2, and 1/2 for what they do not list.


def found(hits: list[Hit]) -> list[tuple[str, float]]:
    return [(hit.chunk_id, pytest.approx(hit.score, abs=1e-12)) for hit in hits]


@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (0.5, [("a", 0.75), ("b", 0.75), ("c", 0.375), ("d", 0.375)]),
        (0.75, [("b", 0.875), ("a", 0.625), ("d", 0.5625), ("c", 0.4375)]),
        (0.25, [("a", 0.875), ("b", 0.625), ("c", 0.3125), ("d", 0.1875)]),
    ],
)
def test_convex_by_hand(weight: float, expected: list[tuple[str, float]]) -> None:
    assert found(convex(BM25, DENSE, weight)) == expected


def test_convex_of_weight_0_is_bm25() -> None:
    assert found(convex(BM25, DENSE, 0)) == [("a", 1), ("b", 0.5), ("c", 0.25), ("d", 0)]


def test_convex_of_weight_1_is_the_embeddings() -> None:
    """A chunk that only BM25 lists ties with the last one that the embeddings list."""
    assert found(convex(BM25, DENSE, 1)) == [("b", 1), ("d", 0.75), ("a", 0.5), ("c", 0.5)]


def test_convex_is_ranked_from_1_and_says_so() -> None:
    hits = convex(BM25, DENSE, 0.5)
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert {hit.stage for hit in hits} == {"fused"}


def test_convex_ties_go_by_id() -> None:
    same = ranking("bm25", c=2.0, a=2.0, b=2.0)
    assert [hit.chunk_id for hit in convex(same, [], 0.5)] == ["a", "b", "c"]
    assert [hit.chunk_id for hit in convex(ranking("bm25", z=1.0, y=1.0), ranking("dense", z=0.5, y=0.5), 0.3)] == [
        "y",
        "z",
    ]


def test_convex_of_one_list() -> None:
    assert found(convex(BM25, [], 0.5)) == [("a", 0.5), ("b", 0.25), ("c", 0.125)]
    assert found(convex([], DENSE, 0.5)) == [("b", 0.5), ("d", 0.375), ("a", 0.25)]
    assert found(convex(BM25, [], 1)) == [("a", 0), ("b", 0), ("c", 0)]
    assert found(convex([], DENSE, 0)) == [("a", 0), ("b", 0), ("d", 0)]
    assert convex([], [], 0.5) == []


@pytest.mark.parametrize("weight", [0, 0.4, 1])
def test_convex_of_the_least_scores_divides_by_nothing(weight: float) -> None:
    assert found(convex(ranking("bm25", a=0.0), ranking("dense", b=-1.0), weight)) == [("a", 0), ("b", 0)]
    assert found(convex(ranking("bm25", a=-0.3), ranking("dense", b=0.0), weight)) == [("a", 0), ("b", 0)]


def test_convex_takes_a_score_below_0_for_0() -> None:
    hits = convex(ranking("bm25", a=2.0, b=-1.0), ranking("dense", a=0.5, c=-0.5), 0.25)
    assert found(hits) == [("a", 1), ("b", 0), ("c", 0)]


@pytest.mark.parametrize("weight", [0, 0.3, 0.7, 1])
def test_convex_does_not_turn_on_the_order_or_the_size_of_bm25(weight: float) -> None:
    assert convex(BM25[::-1], DENSE[::-1], weight) == convex(BM25, DENSE, weight)
    fourfold = ranking("bm25", a=32.0, b=16.0, c=8.0)
    assert convex(fourfold, DENSE, weight) == convex(BM25, DENSE, weight)
    assert all(0 <= hit.score <= 1 for hit in convex(BM25, DENSE, weight))


def test_rrf_by_hand() -> None:
    a, b = 1 / 61 + 1 / 63, 1 / 62 + 1 / 61
    assert found(rrf([BM25, DENSE])) == [("b", b), ("a", a), ("d", 1 / 62), ("c", 1 / 63)]


def test_rrf_by_hand_with_another_constant_and_three_rankings() -> None:
    third = ranking("dense", c=0.9, e=0.8)
    expected = [("c", 1 / 4 + 1 / 2), ("b", 1 / 3 + 1 / 2), ("a", 1 / 2 + 1 / 4), ("d", 1 / 3), ("e", 1 / 3)]
    expected.sort(key=lambda pair: (-pair[1], pair[0]))
    assert found(rrf([BM25, DENSE, third], k=1)) == expected


def test_rrf_ties_go_by_id() -> None:
    hits = rrf([ranking("bm25", d=9.0, b=1.0), ranking("dense", c=0.9, a=0.1)])
    assert [hit.chunk_id for hit in hits] == ["c", "d", "a", "b"]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert {hit.stage for hit in hits} == {"fused"}


def test_rrf_reads_ranks_and_not_scores() -> None:
    assert rrf([ranking("bm25", a=100.0, b=0.1)]) == rrf([ranking("bm25", a=2.0, b=1.9)])


def test_rrf_of_one_list() -> None:
    alone = [("a", 1 / 61), ("b", 1 / 62), ("c", 1 / 63)]
    for rankings in ([BM25, []], [[], BM25], [BM25]):
        assert found(rrf(rankings)) == alone
    assert rrf([[], []]) == rrf([]) == []


def test_the_weighted_mean_by_hand_counts_what_is_not_listed_as_0_and_what_is_listed_twice_by_its_best() -> None:
    twice = [*ranking("near", c=0.8), *ranking("near", c=0.4)]
    rankings = [(ranking("fused", a=1.0, b=0.5), 1.0), (ranking("fused", b=1.0), 0.6), (twice, 0.4)]
    assert found(weighted(rankings)) == [("b", 0.55), ("a", 0.5), ("c", 0.16)]
