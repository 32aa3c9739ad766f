"""retrieval: a tiny corpus whose rows are worked out by hand, and the packaged embedder over the documents."""

from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor import paths
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.eval import commands
from advisor.eval.items import Item
from advisor.eval.retrieval import Row, compare, is_relevant
from advisor.index.embed import Vectors
from advisor.index.store import Index, Origin
from advisor.types import Chunk, Document

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
SYSTEMS = ["plain baseline", "bm25", "dense", "rrf", *(f"convex 0.{n}" for n in range(3, 8)), "advisor"]
TEXTS = {
    "a": "alpha beta gamma",
    "b": "alpha beta delta",
    "c": "alpha epsilon zeta",
    "d": "omega psi chi",
    "e": "phi upsilon tau",
}


def item(name: str, question: str, *keys: str, history: tuple[str, ...] = ()) -> Item:
    """Return an item whose evidence is a passage with all the keys; without any, one to abstain from."""
    facts = ((keys[0],),) if keys else ()
    behaviour = "answer" if keys else "abstain"
    evidence = (keys,) if keys else ()
    return Item(
        id=name,
        question=question,
        history=history,
        behaviour=behaviour,
        evidence=evidence,
        facts=facts,
        tags=(),
        split="dev",
    )


@pytest.fixture
def sources(tmp_path: Path) -> list[Path]:
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    return [tmp_path]


@pytest.fixture
def search(sources: list[Path]) -> Search:
    """One chunk and one piece of the baseline for each text, under the same order of ids."""
    embedder = FakeEmbedder()
    documents = {name: Document(name, "", text, f"{name}.md") for name, text in TEXTS.items()}
    chunks = [Chunk(name, name, (), 0, len(text), text) for name, text in TEXTS.items()]
    vectors = Vectors.of_chunks(embedder.encode([chunk.text for chunk in chunks]))
    return Search(Index(documents, chunks, vectors, "fake", Origin((str(sources[0]),), "0")), embedder, Config())


def test_rows_by_hand(search: Search, sources: list[Path]) -> None:
    """Every way to rank agrees on these questions: each text shares two words, one or none with them."""
    items = [
        item("first", "beta gamma", "gamma"),  # a, which holds both, then b
        item("second", "beta gamma", "delta"),
        item("both", "beta gamma", "beta"),
        item("absent", "beta gamma"),
    ]
    rows = list(compare(search, sources, items))
    assert [row.system for row in rows] == SYSTEMS
    for row in rows:
        assert (row.items, row.hit_at_1, row.hit_at_5) == (3, pytest.approx(2 / 3), 1)
        assert row.mrr_at_10 == pytest.approx((1 + 1 / 2 + 1) / 3)
        assert row.missed == ()
        assert 0 < row.p50_ms < 1000


def test_what_is_not_found_is_named(search: Search, sources: list[Path]) -> None:
    items = [item("nowhere", "beta gamma", "gamma", "omega"), item("here", "omega psi", "omega", "chi")]
    for row in compare(search, sources, items):
        assert (row.hit_at_1, row.hit_at_5, row.mrr_at_10, row.missed) == (0.5, 0.5, 0.5, ("nowhere",))


def test_bm25_alone_finds_nothing_without_a_shared_word(search: Search, sources: list[Path]) -> None:
    """Of five texts the embeddings list all, BM25 none: "kappa" stands nowhere."""
    rows = {row.system: row for row in compare(search, sources, [item("kappa", "kappa", "alpha")])}
    assert rows["bm25"].missed == ("kappa",)
    assert rows["dense"].missed == rows["rrf"].missed == rows["advisor"].missed == ()


def test_a_follow_up_is_searched_for_as_it_stands_alone(search: Search, sources: list[Path]) -> None:
    history = ("What does upsilon earn?",)
    (*_, alone) = compare(search, sources, [item("fu", "Why?", "upsilon")])
    (*_, after) = compare(search, sources, [item("fu", "Why?", "upsilon", history=history)])
    assert (alone.hit_at_1, after.hit_at_1) == (0, 1)


def test_one_set_of_keys_is_enough() -> None:
    either = item("either", "?", "gamma").model_copy(update={"evidence": (("gamma", "beta"), ("omega",))})
    assert is_relevant(either, "Beta, then gammas")
    assert is_relevant(either, "an OMEGA")
    assert not is_relevant(either, "gamma alone")


# The packaged embedder


@pytest.mark.real
@pytest.mark.parametrize(
    "source",
    [
        paths.data("corpus"),
        pytest.param(
            SEEDS,
            marks=pytest.mark.skipif(
                not SEEDS.is_dir(), reason="the raw seed documents do not lie beside this checkout"
            ),
        ),
    ],
    ids=["bundled", "seeds"],
)
def test_the_advisor_finds_the_evidence_and_beats_the_baseline(source: Path, tmp_path: Path) -> None:
    found = commands.retrieval(None, "all", [str(source)], tmp_path / "index", Config())
    rows: dict[str, Row] = {row.system: row for row in found}
    assert list(rows) == SYSTEMS
    advisor, baseline = rows["advisor"], rows["plain baseline"]
    assert advisor.items == baseline.items >= 60
    assert advisor.hit_at_5 >= 0.95
    assert advisor.mrr_at_10 >= 0.85
    assert advisor.hit_at_1 > baseline.hit_at_1
    assert advisor.hit_at_5 > baseline.hit_at_5
    assert advisor.mrr_at_10 > baseline.mrr_at_10 + 0.05
    assert len(advisor.missed) == round((1 - advisor.hit_at_5) * advisor.items)
