"""retrieval: scores against ir_measures and by hand, a tiny corpus's rows, and the packaged embedder over documents."""

import random
from dataclasses import replace
from itertools import accumulate
from math import log2
from pathlib import Path

import ir_measures
import pytest
from fakes import FakeEmbedder, FakeReader
from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG

from advisor import paths
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.errors import ItemError
from advisor.eval import commands
from advisor.eval.gold import Gold, Keys, Place
from advisor.eval.items import Item
from advisor.eval.retrieval import NAMES, Row, compare, fitting, scores
from advisor.index.embed import Vectors, embed
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


# One ranking


@pytest.mark.parametrize("seed", range(20))
def test_scores_of_passages_that_are_evidence_or_not_equal_ir_measures(seed: int) -> None:
    """Each text is a document; keys make it relevant; up to fifteen are ranked, some of the relevant ones not."""
    rng = random.Random(seed)
    needed = Gold(((Keys(("good",)),), (Keys(("fine", "too")),)))
    qrels, run, found = [], [], {}
    for query in (f"q{number}" for number in range(30)):
        words = [rng.choice(["bad", "bad", "fine", "good", "fine too"]) for _ in range(rng.randint(1, 30))]
        texts = {f"d{place:02}": f"{word} {query} number {place}" for place, word in enumerate(words)}
        ranked = rng.sample(list(texts), k=rng.randint(1, min(15, len(texts))))
        qrels += [Qrel(query, name, int("good" in text or "fine too" in text)) for name, text in texts.items()]
        run += [ScoredDoc(query, name, float(-place)) for place, name in enumerate(ranked)]
        found[query] = scores(needed, [texts[name] for name in ranked], tuple(texts.values()), len)
    measures = {nDCG @ 10: "ndcg_at_10", RR @ 10: "mrr_at_10", Success @ 5: "hit_at_5"}
    expected = list(ir_measures.iter_calc([*measures], qrels, run))
    assert len(expected) == len(found) * len(measures)
    for one in expected:
        assert found[one.query_id][measures[one.measure]] == pytest.approx(one.value, abs=1e-12)
        assert list(found[one.query_id]) == list(NAMES)


TEN = Place("d", 0, 0, "one two three four five six seven eight nine ten")
OTHER = Place("e", 0, 0, "p q r s t u v w x y")
RANKED = ["nothing", "one two three four five six", "p q r s t u v w x y", "none", "no", "seven eight nine ten"]
ALL = (*RANKED, "six seven eight nine", "never found")


def test_scores_of_quotes_by_hand() -> None:
    """Two places are needed; one is cut over two passages. Four passages are evidence, of which three are found."""
    ideal = sum(1 / log2(1 + rank) for rank in range(1, 5))
    assert scores(Gold(((TEN, OTHER),)), RANKED, ALL, lambda found: 3) == {
        "ndcg_at_10": pytest.approx((1 / log2(3) + 1 / log2(4) + 1 / log2(7)) / ideal),
        "recall_at_1": 0,
        "recall_at_5": pytest.approx((0.6 + 1) / 2),
        "recall_at_10": 1,
        "mrr_at_10": 1 / 2,
        "hit_at_5": 1,
        "in_budget": pytest.approx((0.6 + 1) / 2),
        "whole": 0,
    }


@pytest.mark.parametrize(("room", "share", "whole"), [(0, 0, 0), (2, 0.3, 0), (5, 0.8, 0), (6, 1, 1)])
def test_only_what_a_prompt_has_room_for_counts_as_shown(room: int, share: float, whole: float) -> None:
    found = scores(Gold(((TEN, OTHER),)), RANKED, ALL, lambda texts: room if texts == RANKED else -1)
    assert (found["in_budget"], found["whole"]) == (pytest.approx(share), whole)


def test_a_ranking_of_nothing_scores_nothing() -> None:
    assert set(scores(Gold(((TEN,),)), [], ALL, len).values()) == {0}
    assert set(scores(Gold(((TEN,),)), ["nothing"], ("nothing",), len).values()) == {0}


@pytest.mark.parametrize(
    ("sizes", "budget", "fits"),
    [
        ([3, 3, 3], 9, 3),
        ([3, 3, 3], 8, 2),
        ([3, 3, 3], 3, 1),
        ([9, 1], 5, 1),  # the first fits always
        ([9], 5, 1),
        ([1, 9, 1], 5, 1),  # what comes after one that is too long is not shown
        ([], 5, 0),
    ],
)
def test_fitting_by_hand(sizes: list[int], budget: int, fits: int) -> None:
    assert fitting(["w " * size for size in sizes], lambda text: len(text.split()), budget) == fits


@pytest.mark.parametrize("seed", range(10))
def test_fitting_is_the_sums_that_are_within_the_budget(seed: int) -> None:
    rng = random.Random(seed)
    sizes = [rng.randint(1, 40) for _ in range(rng.randint(1, 12))]
    for budget in range(sizes[0], sum(sizes) + 2):
        fits = sum(total <= budget for total in accumulate(sizes))
        assert fitting(["w " * size for size in sizes], lambda text: len(text.split()), budget) == fits


# Rows


def item(name: str, question: str, *keys: str, after: tuple[str, str] | None = None) -> Item:
    """Return an item whose evidence is a passage with all the keys; without any, one to abstain from.

    :param after: the turn before it, and the question as it stands alone.
    """
    asked = {"history": after[:1], "standalone": after[1]} if after else {}
    told = {"behaviour": "answer", "keys": [keys], "nuggets": [{"says": [keys]}]} if keys else {"behaviour": "abstain"}
    return Item.model_validate({"id": name, "question": question, "split": "dev", **asked, **told})


def quoted(name: str, question: str, *docs: str) -> Item:
    """Return an item that needs all the words of each of the documents."""
    quotes = [{"doc": doc, "start": 0, "end": len(TEXTS[doc]), "quote": TEXTS[doc]} for doc in docs]
    told = {"behaviour": "answer", "evidence": [quotes], "nuggets": [{"says": [["alpha"]]}]}
    return Item.model_validate({"id": name, "question": question, "split": "dev", **told})


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
        assert (row.items, row.hit_at_5, row.recall_at_5, row.recall_at_10, row.missed) == (3, 1, 1, 1, ())
        assert row.recall_at_1 == pytest.approx(2 / 3)
        assert row.mrr_at_10 == pytest.approx((1 + 1 / 2 + 1) / 3)
        assert row.ndcg_at_10 == pytest.approx((1 + 1 / log2(3) + 1) / 3)
        assert (row.in_budget, row.whole) == (1, 1)
        assert 0 < row.p50_ms < 1000


def test_two_quotes_are_found_each_for_itself(search: Search, sources: list[Path]) -> None:
    """The first shares words with one of its texts alone; only an embedding lists the other."""
    items = [quoted("half", "beta gamma", "a", "d"), quoted("all", "beta gamma psi chi", "a", "d")]
    rows = {row.system: row for row in compare(search, sources, items)}
    assert (rows["bm25"].recall_at_1, rows["bm25"].recall_at_5) == (0.5, 0.75)
    assert (rows["bm25"].in_budget, rows["bm25"].whole) == (0.75, 0.5)
    assert (rows["dense"].recall_at_1, rows["dense"].recall_at_5) == (0.5, 1)
    assert all(row.mrr_at_10 == row.hit_at_5 == 1 for row in rows.values())


def test_the_budget_is_of_the_configuration_in_the_embedders_tokens(search: Search, sources: list[Path]) -> None:
    items = [item("second", "beta gamma", "delta")]  # b, under a; each has three words
    for budget, shown in ((5, 0), (6, 1)):
        search.config = replace(Config(), passage_tokens=budget)
        assert {(row.in_budget, row.whole) for row in compare(search, sources, items)} == {(shown, shown)}


def test_a_reader_has_a_row_of_its_own(search: Search, sources: list[Path]) -> None:
    vectors = embed(search.index.documents, search.index.chunks, search.embedder, {})
    search = Search(replace(search.index, vectors=vectors), search.embedder, search.config)
    search.reader = FakeReader({"upsilon": 9.0})
    (*_, advisor, reranked) = compare(search, sources, [item("first", "beta gamma", "upsilon")])
    assert (advisor.system, reranked.system) == ("advisor", "reranked")
    assert advisor.recall_at_1 == 0
    assert reranked.mrr_at_10 > advisor.mrr_at_10


def test_what_is_not_found_is_named(search: Search, sources: list[Path]) -> None:
    items = [item("nowhere", "beta gamma", "gamma", "omega"), item("here", "omega psi", "omega", "chi")]
    for row in compare(search, sources, items):
        assert (row.recall_at_1, row.hit_at_5, row.mrr_at_10, row.missed) == (0.5, 0.5, 0.5, ("nowhere",))


def test_bm25_alone_finds_nothing_without_a_shared_word(search: Search, sources: list[Path]) -> None:
    """Of five texts the embeddings list all, BM25 none: "kappa" stands nowhere."""
    rows = {row.system: row for row in compare(search, sources, [item("kappa", "kappa", "alpha")])}
    assert rows["bm25"].missed == ("kappa",)
    assert rows["dense"].missed == rows["rrf"].missed == rows["advisor"].missed == ()


def test_a_follow_up_is_searched_for_as_the_advisor_makes_it_stand_alone(search: Search, sources: list[Path]) -> None:
    """A person's form is for the judge of the rewriting: here it would find nothing."""
    after = ("What does upsilon earn?", "omega psi")
    (*_, alone) = compare(search, sources, [item("fu", "Why?", "upsilon")])
    (*_, following) = compare(search, sources, [item("fu", "Why?", "upsilon", after=after)])
    assert (alone.recall_at_1, following.recall_at_1) == (0, 1)


def test_a_lost_quote_is_told_before_anything_is_searched(search: Search, sources: list[Path]) -> None:
    lost = quoted("lost", "beta gamma", "a").model_dump()
    lost["evidence"][0][0]["quote"] = "a sentence that none of them says"
    with pytest.raises(ItemError, match="item lost: a no longer says"):
        next(compare(search, sources, [Item.model_validate(lost)]))


# The packaged embedder


@pytest.mark.real
def test_the_advisor_finds_the_evidence_in_the_bundled_documents_and_beats_the_baseline(bundled_index: Path) -> None:
    assert_beaten(paths.data("corpus"), bundled_index)


@pytest.mark.real
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the raw seed documents do not lie beside this checkout")
def test_the_advisor_finds_the_evidence_in_the_raw_seeds_and_beats_the_baseline(tmp_path: Path) -> None:
    assert_beaten(SEEDS, tmp_path / "index")


def assert_beaten(source: Path, index: Path) -> None:
    found = commands.retrieval(None, "test", [str(source)], index, Config())
    rows: dict[str, Row] = {row.system: row for row in found}
    assert list(rows) == [*SYSTEMS, "reranked"]
    advisor, baseline, reranked = rows["advisor"], rows["plain baseline"], rows["reranked"]
    assert reranked.mrr_at_10 >= advisor.mrr_at_10 + 0.02
    assert reranked.recall_at_5 >= advisor.recall_at_5
    assert advisor.items == baseline.items >= 60
    assert advisor.ndcg_at_10 >= max(0.7, baseline.ndcg_at_10 + 0.1)
    assert advisor.recall_at_1 >= baseline.recall_at_1 + 0.1
    assert advisor.recall_at_5 >= max(0.85, baseline.recall_at_5 + 0.1)
    assert advisor.mrr_at_10 >= max(0.72, baseline.mrr_at_10 + 0.1)
    assert advisor.whole >= max(0.85, baseline.whole + 0.1)
    assert len(advisor.missed) == round((1 - advisor.hit_at_5) * advisor.items)
