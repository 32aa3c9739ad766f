"""dense: the FAISS ranking against numpy's matrix product."""

from collections.abc import Sequence

import numpy as np
import pytest
from fakes import FakeEmbedder
from numpy.typing import NDArray

from advisor.index.dense import DenseRetriever
from advisor.index.embed import Vectors


class Fixed(FakeEmbedder):
    """Gives one vector for every query, and keeps what it was asked."""

    def __init__(self, vector: NDArray[np.float32]) -> None:
        self.vector = vector
        self.asked: list[tuple[list[str], bool]] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        self.asked.append((list(texts), query))
        return np.stack([self.vector] * len(texts))


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def with_sentences(random: np.random.Generator, count: int, dim: int) -> Vectors:
    """Return the vectors of `count` chunks of 0 to 3 sentences."""
    owners = np.repeat(np.arange(count), random.integers(0, 4, size=count))
    places = np.stack([owners, owners, owners + 1], axis=1).astype(np.int64)
    return Vectors(unit(random.normal(size=(count, dim))), unit(random.normal(size=(len(owners), dim))), places)


def oracle(vectors: Vectors, query: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return each chunk's cosine, or the mean of it and of its best sentence's."""
    whole, parts = (rows.astype(np.float64) @ query.astype(np.float64) for rows in (vectors.chunks, vectors.sentences))
    owned = [parts[vectors.places[:, 0] == row] for row in range(len(whole))]
    return np.array([(one + own.max()) / 2 if len(own) else one for one, own in zip(whole, owned, strict=True)])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("sentences", [False, True])
@pytest.mark.parametrize(("count", "dim"), [(1, 8), (7, 5), (40, 64), (80, 384)])
def test_equals_the_matrix_product(seed: int, sentences: bool, count: int, dim: int) -> None:
    random = np.random.default_rng(seed)
    query = unit(random.normal(size=dim))
    vectors = with_sentences(random, count, dim)
    vectors = vectors if sentences else Vectors.of_chunks(vectors.chunks)
    ids = [f"id{number:03}" for number in random.permutation(count)]
    scores = oracle(vectors, query)
    best = sorted(range(count), key=lambda row: (-scores[row], ids[row]))
    for k in (1, 5, count, count + 10):
        hits = DenseRetriever(ids, vectors, Fixed(query)).search("any", k)
        assert [hit.chunk_id for hit in hits] == [ids[row] for row in best[:k]]
        assert [hit.score for hit in hits] == pytest.approx([scores[row] for row in best[:k]], abs=1e-6)
        assert [hit.rank for hit in hits] == list(range(1, min(k, count) + 1))
        assert {hit.stage for hit in hits} == {"dense"}


def test_a_chunk_that_is_second_both_as_a_whole_and_by_its_sentence_may_be_the_best() -> None:
    """a: whole .9, sentence 0. b: whole 0, four sentences .9. c: both .8."""
    rows = np.array([[cosine, np.sqrt(1 - cosine**2)] for cosine in (0.9, 0.0, 0.8)], dtype=np.float32)
    places = np.array([[0, 0, 1], *[[1, n, n + 1] for n in range(4)], [2, 0, 1]], dtype=np.int64)
    vectors = Vectors(rows, rows[[1, 0, 0, 0, 0, 2]], places)
    (hit,) = DenseRetriever(["a", "b", "c"], vectors, Fixed(np.array([1, 0], dtype=np.float32))).search("any", 1)
    assert (hit.chunk_id, hit.score) == ("c", pytest.approx(0.8))


def test_the_question_is_embedded_once_and_as_a_query() -> None:
    embedder = Fixed(unit(np.ones(4)))
    retriever = DenseRetriever(["a"], Vectors.of_chunks(unit(np.ones((1, 4)))), embedder)
    assert retriever.search("How much?", 3) == retriever.search("How much?", 3)
    assert embedder.asked == [(["How much?"], True)]
    retriever.search("How long?", 3)
    assert embedder.asked[1:] == [(["How long?"], True)]


def test_the_text_itself_is_nearest() -> None:
    texts = ["python and sql", "salary of a data engineer", "docker in the cloud"]
    embedder = FakeEmbedder()
    retriever = DenseRetriever(["a", "b", "c"], Vectors.of_chunks(embedder.encode(texts)), embedder)
    best, *others = retriever.search("salary of a data engineer", 3)
    assert best.chunk_id == "b"
    assert best.score == pytest.approx(1, abs=1e-6)
    assert all(hit.score < 0.9 for hit in others)


def test_a_score_may_be_negative() -> None:
    rows = np.array([[1, 0], [-1, 0], [0, 1]], dtype=np.float32)
    hits = DenseRetriever(["a", "b", "c"], Vectors.of_chunks(rows), Fixed(rows[0])).search("any", 3)
    assert [(hit.chunk_id, hit.score) for hit in hits] == [("a", 1), ("c", 0), ("b", -1)]


def test_ties_go_by_id() -> None:
    embedder = FakeEmbedder()
    vectors = embedder.encode(["same text"] * 9 + ["other words"])
    hits = DenseRetriever(list("fcaihbegdj"), Vectors.of_chunks(vectors), embedder).search("same text", 10)
    assert [hit.chunk_id for hit in hits] == list("abcdefghij")
    assert len({hit.score for hit in hits[:9]}) == 1


@pytest.mark.parametrize("k", [1, 2, 4])
def test_ties_go_by_id_where_k_cuts_them(k: int) -> None:
    embedder = FakeEmbedder()
    vectors = embedder.encode(["same text"] * 5)
    hits = DenseRetriever(list("edcba"), Vectors.of_chunks(vectors), embedder).search("same text", k)
    assert [hit.chunk_id for hit in hits] == list("abcde")[:k]


def test_no_chunks_no_hits() -> None:
    assert (
        DenseRetriever([], Vectors.of_chunks(np.zeros((0, 64), dtype=np.float32)), FakeEmbedder()).search("any", 5)
        == []
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("sentences", [False, True])
def test_the_second_look_is_by_the_cosine_with_the_best_chunk(seed: int, sentences: bool) -> None:
    random = np.random.default_rng(seed)
    query = unit(random.normal(size=16))
    vectors = with_sentences(random, 40, 16)
    vectors = vectors if sentences else Vectors.of_chunks(vectors.chunks)
    ids = [f"id{number:03}" for number in random.permutation(40)]
    first = oracle(vectors, query)
    best = int(first.argmax())
    scores = 0.7 * first + 0.3 * first[best] * (vectors.chunks @ vectors.chunks[best])
    hits = DenseRetriever(ids, vectors, Fixed(query), feedback=0.3).search("any", 40)
    assert [hit.chunk_id for hit in hits] == [ids[row] for row in np.argsort(-scores)]
    assert [hit.score for hit in hits] == pytest.approx(sorted(scores, reverse=True), abs=1e-6)
    assert (hits[0].chunk_id, hits[0].score) == (ids[best], pytest.approx(first[best], abs=1e-6))
