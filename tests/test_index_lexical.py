"""lexical: BM25 against the library that defines it."""

import random

import numpy as np
import pytest
from rank_bm25 import BM25Okapi

from advisor.index.lexical import BM25Retriever
from advisor.index.tokens import tokenize

WORDS = ["python", "sql", "kafka", "spark", "cloud", "docker", "salary", "roadmap", "c++", "900000", "ci/cd"]
TEXTS = ["python sql", "python sql", "kafka spark python", "docker cloud", "cloud salary roadmap", "salary"]
IDS = ["e", "d", "c", "b", "a", "f"]


def corpus(seed: int) -> list[str]:
    """Return texts of 0 to 30 words, the first words common and the last ones rare."""
    source = random.Random(seed)
    weights = range(len(WORDS), 0, -1)
    return [" ".join(source.choices(WORDS, weights, k=source.randint(0, 30))) for _ in range(source.randint(5, 60))]


def ids_of(texts: list[str]) -> list[str]:
    return [f"id{row:03}" for row in range(len(texts))]


@pytest.mark.parametrize("seed", range(20))
def test_scores_are_those_of_the_library(seed: int) -> None:
    texts = corpus(seed)
    oracle = BM25Okapi([tokenize(text) for text in texts])
    retriever = BM25Retriever(ids_of(texts), texts)
    source = random.Random(1000 + seed)
    for length in (1, 2, 5, 12):
        query = " ".join(source.choices([*WORDS, "nowhere"], k=length))
        assert np.array_equal(retriever.scores(query), oracle.get_scores(tokenize(query)))
    assert retriever.idf == oracle.idf


@pytest.mark.parametrize("seed", range(10))
def test_search_is_the_scores_in_order(seed: int) -> None:
    texts = corpus(seed)
    ids = ids_of(texts)
    random.Random(seed).shuffle(ids)
    retriever = BM25Retriever(ids, texts)
    scores = BM25Okapi([tokenize(text) for text in texts]).get_scores(["docker", "900000"])
    held = [row for row, text in enumerate(texts) if {"docker", "900000"} & set(tokenize(text))]
    expected = sorted(held, key=lambda row: (-scores[row], ids[row]))
    hits = retriever.search("docker 900,000", len(texts))
    assert [(hit.chunk_id, hit.score) for hit in hits] == [(ids[row], scores[row]) for row in expected]
    assert [hit.rank for hit in hits] == list(range(1, len(held) + 1))
    assert {hit.stage for hit in hits} == {"bm25"}
    for k in (1, 3):
        assert retriever.search("docker 900,000", k) == hits[:k]


def test_a_score_by_hand() -> None:
    """One term once in one of three chunks of two words: idf = ln(2.5 / 1.5), and the length is the mean."""
    retriever = BM25Retriever(["a", "b", "c"], ["python sql", "kafka spark", "docker cloud"])
    (hit,) = retriever.search("Python?", 10)
    assert (hit.chunk_id, hit.rank, hit.stage) == ("a", 1, "bm25")
    assert hit.score == pytest.approx(np.log(2.5 / 1.5) * (1 * 2.5) / (1 + 1.5))


def test_ties_go_by_id() -> None:
    hits = BM25Retriever(IDS, TEXTS).search("sql", 10)
    assert [hit.chunk_id for hit in hits] == ["d", "e"]
    assert hits[0].score == hits[1].score
    assert [hit.chunk_id for hit in BM25Retriever(IDS, TEXTS).search("sql", 1)] == ["d"]


def test_a_word_asked_twice_counts_twice() -> None:
    retriever = BM25Retriever(IDS, TEXTS)
    assert np.array_equal(retriever.scores("docker docker"), 2 * retriever.scores("docker"))


@pytest.mark.parametrize("query", ["", "   ", "?!", "what is the", "cobol", "cobol fortran"])
def test_nothing_known_asked_finds_nothing(query: str) -> None:
    retriever = BM25Retriever(IDS, TEXTS)
    assert retriever.search(query, 10) == []
    assert np.array_equal(retriever.scores(query), np.zeros(len(TEXTS)))


def test_an_unknown_word_changes_nothing() -> None:
    retriever = BM25Retriever(IDS, TEXTS)
    assert retriever.search("kafka cobol", 10) == retriever.search("kafka", 10) != []


@pytest.mark.parametrize("texts", [[], ["", "the of"]])
def test_a_corpus_without_a_term_finds_nothing(texts: list[str]) -> None:
    retriever = BM25Retriever(ids_of(texts), texts)
    assert retriever.search("python", 10) == []
    assert retriever.scores("python").shape == (len(texts),)


def test_a_term_of_half_the_chunks_is_found() -> None:
    """Its idf is ln(1) = 0."""
    assert [hit.chunk_id for hit in BM25Retriever(["a", "b"], ["python", "sql"]).search("python", 10)] == ["a"]


@pytest.mark.parametrize("k", [1, 2, 100])
def test_at_most_k_are_found(k: int) -> None:
    assert len(BM25Retriever(IDS, TEXTS).search("kafka salary docker", k)) == min(k, 4)


FORMS = [
    "deploy cloud",
    "deployment cloud",
    "deployed deployment",
    "python sql",
    "kafka spark",
    "docker salary",
    "roadmap",
]


def test_another_form_of_a_word_counts_half_and_only_the_best_one() -> None:
    plain = BM25Retriever(ids_of(FORMS), FORMS)
    forms = BM25Retriever(ids_of(FORMS), FORMS, forms=0.5)
    own, noun, verb = (plain.scores(word) for word in ("deploy", "deployment", "deployed"))
    assert forms.scores("deploy") == pytest.approx(np.max([own, noun / 2, verb / 2], axis=0))
    assert forms.scores("deploying") == pytest.approx(np.max([own, noun, verb], axis=0) / 2)
    assert [hit.chunk_id for hit in plain.search("deploy", 9)] == ["id000"]
    assert {hit.chunk_id for hit in forms.search("deploy", 9)} == {"id000", "id001", "id002"}
    assert plain.search("deploying", 9) == []


def test_forms_leave_a_word_without_others_alone() -> None:
    plain, forms = (BM25Retriever(IDS, TEXTS, forms=share) for share in (0.0, 0.5))
    assert forms.search("kafka salary docker", 9) == plain.search("kafka salary docker", 9) != []


@pytest.mark.parametrize("seed", range(10))
def test_the_second_look_is_by_the_weights_of_the_best_chunk(seed: int) -> None:
    """The weight of a term in a chunk is the score of that chunk for the term alone."""
    texts = [*corpus(seed), *(["nothing of it"] * 100)]  # so that no term stands in half the chunks: its idf is below 0
    plain, twice = (BM25Retriever(ids_of(texts), texts, feedback=share) for share in (0.0, 0.3))
    weights = np.array([plain.scores(word) for word in WORDS if word in plain.idf and "/" not in word])
    if "ci-cd" in plain.idf:  # a compound and its parts are three terms of equal weight
        weights = np.vstack([weights, *([plain.scores("ci/cd") / 3] * 3)])
    scores = plain.scores("docker python")
    best = int(scores.argmax())
    like = weights[:, best] @ weights
    expected = 0.7 * scores + 0.3 * scores[best] * like / like[best]
    assert twice.scores("docker python") == pytest.approx(expected)
    assert twice.scores("docker python")[best] == pytest.approx(scores[best])


def test_the_second_look_finds_no_chunk_without_a_term_of_the_query() -> None:
    texts = ["python sql", "sql cloud", "kafka", "spark", "docker", "salary"]
    twice = BM25Retriever(ids_of(texts), texts, feedback=0.3)
    assert [hit.chunk_id for hit in twice.search("python", 9)] == ["id000"]
    assert twice.scores("python")[1] > 0 == twice.scores("python")[2]


def test_the_second_look_asks_with_the_heaviest_terms() -> None:
    """`common` stands in more chunks than each of the best chunk's other 25 terms, and is not asked with."""
    best = " ".join(["query", *(f"only{n}" for n in range(25)), "common"])
    texts = [best, "common other", *(f"common filler{n}" for n in range(3)), *(f"padding{n} text" for n in range(20))]
    twice = BM25Retriever(ids_of(texts), texts, feedback=0.3)
    assert (twice.scores("query")[1:] == 0).all()


def test_parameters_are_the_librarys() -> None:
    texts = corpus(3)
    oracle = BM25Okapi([tokenize(text) for text in texts], k1=1.2, b=0.6)
    found = BM25Retriever(ids_of(texts), texts, k1=1.2, b=0.6).scores("docker salary python")
    assert np.array_equal(found, oracle.get_scores(["docker", "salary", "python"]))
    assert not np.array_equal(found, BM25Retriever(ids_of(texts), texts).scores("docker salary python"))
