"""beir: five documents scored by hand, folders that are malformed, and Cranfield with the packaged embedder."""

import json
import os
import random
import shlex
from collections.abc import Sequence
from dataclasses import replace
from math import log2
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor import args, cli, paths
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.errors import ItemError, StaleIndex
from advisor.eval import beir, commands
from advisor.eval.beir import Row
from advisor.index import store
from advisor.index.fuse import convex, rrf
from advisor.models import embedders

CRANFIELD = Path(__file__).resolve().parents[2] / "shared" / "data" / "cranfield"
SYSTEMS = ["bm25", "dense", "rrf", "convex 0.6", "advisor"]
TEXTS = {
    "a": "alpha beta gamma",
    "b": "alpha beta delta",
    "c": "alpha epsilon zeta",
    "d": "omega psi chi",
    "e": "phi upsilon tau",
}
QUERIES = {"first": "beta gamma", "second": "omega psi", "idle": "upsilon"}
HEADER = ("query-id", "corpus-id", "score")
QRELS = [HEADER, ("first", "a", 1), ("first", "b", 3), ("first", "z", -1), ("second", "d", 2), ("second", "e", 0)]


def write(
    folder: Path,
    texts: Sequence[object] = tuple({"_id": name, "title": "", "text": text} for name, text in TEXTS.items()),
    queries: Sequence[object] = tuple({"_id": name, "text": text} for name, text in QUERIES.items()),
    qrels: Sequence[Sequence[object]] = QRELS,
    qrels_file: str = "qrels/test.tsv",
) -> Path:
    """Write a BEIR folder; a line that is a string stands as it is."""
    (folder / qrels_file).parent.mkdir(parents=True, exist_ok=True)
    for name, rows in (("corpus", texts), ("queries", queries)):
        lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (folder / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    lines = ["\t".join(map(str, row)) for row in qrels]
    (folder / qrels_file).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put the fake embedder in the place of every one; return the texts that it is given as documents."""
    given: list[str] = []
    encode = FakeEmbedder.encode

    def watched(self: FakeEmbedder, texts: Sequence[str], *, query: bool = False) -> object:
        given.extend([] if query else texts)
        return encode(self, texts, query=query)

    monkeypatch.setattr(FakeEmbedder, "encode", watched)
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads=0: FakeEmbedder())
    return given


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write(tmp_path / "tiny")


def rows(folder: Path, index: Path, config: Config | None = None) -> list[Row]:
    return list(commands.beir(folder, index, config or Config()))


# Scores


@pytest.mark.usefixtures("embedded")
def test_rows_by_hand(tiny: Path, tmp_path: Path) -> None:
    """`first` finds a (grade 1) above b (grade 3), `second` d; the query that is not judged does not count."""
    found = rows(tiny, tmp_path / "index")
    assert [row.system for row in found] == SYSTEMS
    first = (1 + 3 / log2(3)) / (3 + 1 / log2(3))
    for row in found:
        assert (row.dataset, row.queries) == ("tiny", 2)
        assert row.ndcg_at_10 == pytest.approx((first + 1) / 2, abs=1e-12)
        assert row.recall_at_1 == (1 / 2 + 1) / 2
        assert (row.recall_at_5, row.recall_at_10, row.mrr_at_10) == (1, 1, 1)


@pytest.mark.usefixtures("embedded")
def test_a_query_without_anything_relevant_and_one_that_finds_nothing_count_as_zeros(tmp_path: Path) -> None:
    qrels = [*QRELS, ("idle", "e", 0)]
    queries = [{"_id": name, "text": text} for name, text in {**QUERIES, "lost": "kappa"}.items()]
    folder = write(tmp_path / "tiny", queries=queries, qrels=[*qrels, ("lost", "a", 1)])
    [bm25, *_] = rows(folder, tmp_path / "index")
    assert (bm25.queries, bm25.mrr_at_10, bm25.recall_at_10) == (4, 2 / 4, 2 / 4)


@pytest.mark.usefixtures("embedded")
def test_a_document_of_many_chunks_is_one_result_where_its_best_chunk_is(tmp_path: Path) -> None:
    """`long` holds the answer in its last chunk of three, and a word of it in the others, which are below `a`."""
    filler = " ".join(["beta", *(f"filler{n}" for n in range(200))])
    long = f"{filler}.\n\n{filler}.\n\n{filler} beta gamma beta gamma"
    texts = [{"_id": name, "text": text} for name, text in {**TEXTS, "a": "beta kappa", "long": long}.items()]
    folder = write(tmp_path / "tiny", texts=texts, qrels=[HEADER, ("first", "long", 1)])
    [bm25, *_] = rows(folder, tmp_path / "index")
    assert (bm25.recall_at_1, bm25.ndcg_at_10) == (1, 1)
    search = opened(folder, tmp_path / "index")
    assert sum(chunk.doc_id == "long" for chunk in search.index.chunks) == 3
    found = beir.rankings(search, "beta gamma")
    assert found["bm25"] == ["long", "a", "b"]
    assert all(len(names) == len(set(names)) for names in found.values())


def opened(folder: Path, index: Path) -> Search:
    """Return the search over the index of a BEIR folder, by the fake embedder."""
    return Search(store.load(index), FakeEmbedder(), Config())


@pytest.mark.usefixtures("embedded")
def test_only_ten_documents_count_and_ties_go_by_id(tmp_path: Path) -> None:
    texts = [{"_id": f"t{n:02}", "text": f"{'omega ' * (1 + (n == 1))}word{n}"} for n in range(12, 0, -1)]
    texts += [{"_id": f"x{n}", "text": f"other{n}"} for n in range(20)]
    folder = write(tmp_path / "tiny", texts=texts, qrels=[HEADER, ("second", "t10", 1), ("second", "t11", 1)])
    [bm25, *_] = rows(folder, tmp_path / "index")
    assert (bm25.recall_at_10, bm25.mrr_at_10) == (1 / 2, 1 / 10)
    assert bm25.ndcg_at_10 == pytest.approx((1 / log2(11)) / (1 + 1 / log2(3)), abs=1e-12)
    found = beir.rankings(opened(folder, tmp_path / "index"), "omega")
    assert found["bm25"] == [f"t{n:02}" for n in range(1, 11)]
    assert {len(names) for names in found.values()} == {10}


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize("seed", range(5))
def test_each_fusion_is_of_both_legs(seed: int, tmp_path: Path) -> None:
    """Each document is one chunk, so that a ranking of chunks is one of documents."""
    rng = random.Random(seed)
    words = [f"word{n}" for n in range(12)]
    texts = [{"_id": f"d{n}", "text": " ".join(rng.choices(words, k=rng.randint(2, 30)))} for n in range(20)]
    folder = write(tmp_path / "tiny", texts=texts, qrels=[HEADER, ("first", "d1", 1)])
    rows(folder, tmp_path / "index")
    search = opened(folder, tmp_path / "index")
    query = " ".join(rng.sample(words, 3))
    legs = search.bm25.search(query, 50), search.dense.search(query, 50)
    expected = {"bm25": legs[0], "dense": legs[1], "rrf": rrf(legs), "convex 0.6": convex(*legs, 0.6)}
    found = beir.rankings(search, query)
    for system, hits in expected.items():
        ordered = sorted((-hit.score, search.index.chunk(hit.chunk_id).doc_id) for hit in hits)
        assert found[system] == [name for _, name in ordered][:10]
    assert len({tuple(found[system]) for system in SYSTEMS[:4]}) >= 3


@pytest.mark.usefixtures("embedded")
def test_a_query_is_searched_for_as_the_advisor_makes_it(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Search, "standalone", lambda self, question: "omega psi")
    assert [row.recall_at_1 for row in rows(tiny, tmp_path / "index")] == [1 / 2] * len(SYSTEMS)


@pytest.mark.usefixtures("embedded")
def test_the_default_weight_is_the_one_of_the_configuration(tiny: Path, tmp_path: Path) -> None:
    found = rows(tiny, tmp_path / "index", replace(Config(), dense_weight=0.25))
    assert [row.system for row in found] == [*SYSTEMS[:3], "convex 0.25", "advisor"]


# Folders


@pytest.mark.usefixtures("embedded")
def test_the_judgments_may_lie_beside_the_queries(tiny: Path, tmp_path: Path) -> None:
    beside = write(tmp_path / "beside" / "tiny", qrels_file="qrels.tsv")
    assert rows(beside, tmp_path / "one") == rows(tiny, tmp_path / "two")


def test_ids_may_be_numbers_and_titles_and_the_header_absent(tmp_path: Path) -> None:
    texts = [{"_id": 1, "text": "one"}, {"_id": "2", "title": None, "text": "two", "metadata": {}}]
    folder = write(tmp_path, texts=texts, queries=[{"_id": 7, "text": "one?"}], qrels=[(7, 1, 2)])
    assert [(document.id, document.title) for document in beir.documents(folder)] == [("1", ""), ("2", "")]
    assert beir.judged(folder) == ({"7": "one?"}, {"7": {"1": 2}})


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    folder = write(tmp_path, qrels=QRELS[1:])
    expected = beir.documents(folder), beir.judged(folder)
    for path in (folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / "test.tsv"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert (beir.documents(folder), beir.judged(folder)) == expected


def test_texts_are_in_the_readers_normal_form_and_one_without_text_is_its_title(tmp_path: Path) -> None:
    texts = [
        {"_id": "a", "title": "Ovens", "text": "Heat&nbsp;it\r\nwith **beech** wood."},
        {"_id": "b", "title": "Only a title", "text": ""},
        {"_id": "c", "title": "", "text": ""},
    ]
    found = beir.documents(write(tmp_path, texts=texts))
    assert [document.text.strip() for document in found] == ["Heat it with beech wood.", "Only a title", ""]
    assert [len(chunk(document, lambda text: len(text.split()), 64)) for document in found] == [1, 1, 0]


WRONG = {
    "no JSON": ({"texts": [{"_id": "a", "text": "A"}, "{"]}, r"corpus\.jsonl, line 2: object: Invalid JSON"),
    "no object": ({"texts": ["[]"]}, r"corpus\.jsonl, line 1: object: Input should be an object"),
    "no id": ({"texts": [{"text": "A"}]}, r"corpus\.jsonl, line 1: _id: Field required"),
    "an empty id": ({"texts": [{"_id": "", "text": "A"}]}, r"corpus\.jsonl, line 1: "),
    "no text": ({"texts": ["", {"_id": "a"}]}, r"corpus\.jsonl, line 2: .*required"),
    "a text of another type": ({"texts": [{"_id": "a", "text": ["A"]}]}, r"corpus\.jsonl, line 1: .*string"),
    "an id that stands twice": (
        {"texts": [{"_id": "a", "text": "A"}] * 2},
        r"line 2: the id 'a' stands in line 1; rename one",
    ),
    "a query of no text": ({"queries": [{"_id": "first"}]}, r"queries\.jsonl, line 1: .*required"),
    "an empty query": ({"queries": [{"_id": "first", "text": " "}]}, r"test\.tsv, line 2: .*a known query"),
    "a query that is not there": ({"qrels": [("fifth", "a", 1)]}, r"test\.tsv, line 1: .*a known query"),
    "two columns": ({"qrels": [HEADER, ("first", "a")]}, r"test\.tsv, line 2: .*whole number, by tabs"),
    "four columns": ({"qrels": [HEADER, ("first", "Q0", "a", 1)]}, r"test\.tsv, line 2: .*whole number, by tabs"),
    "a column too many": ({"qrels": [("first", "a", 1, "sure")]}, r"test\.tsv, line 1: .*whole number, by tabs"),
    "a grade that is no number": ({"qrels": [("first", "a", "good")]}, r"test\.tsv, line 1: .*whole number"),
    "half a grade": ({"qrels": [("first", "a", 0.5)]}, r"test\.tsv, line 1: .*whole number"),
    "a header alone": ({"qrels": [HEADER]}, "none of the documents that are judged"),
    "judgments of other documents": ({"qrels": [("first", "z", 1)]}, r"none of the documents that are judged"),
    "judgments of another name": ({"qrels_file": "qrels/train.tsv"}, r"qrels/test\.tsv cannot be read"),
}


@pytest.mark.usefixtures("embedded")
@pytest.mark.parametrize(("given", "says"), WRONG.values(), ids=WRONG)
def test_a_malformed_folder_is_told_by_file_and_line(
    given: dict[str, Sequence[Sequence[object]]], says: str, tmp_path: Path
) -> None:
    with pytest.raises(ItemError, match=says):
        rows(write(tmp_path / "tiny", **given), tmp_path / "index")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
@pytest.mark.usefixtures("embedded")
def test_a_file_that_cannot_be_read_is_told(name: str, tiny: Path, tmp_path: Path) -> None:
    (tiny / name).write_bytes(b"\xff")
    with pytest.raises(ItemError, match=f"{name} cannot be read"):
        rows(tiny, tmp_path / "index")
    (tiny / name).unlink()
    with pytest.raises(ItemError, match=f"{name} cannot be read"):
        rows(tiny, tmp_path / "index")


# The index


def test_a_rerun_embeds_nothing_again_and_a_new_document_alone(tiny: Path, tmp_path: Path, embedded: list[str]) -> None:
    first = rows(tiny, tmp_path / "index")
    assert len(embedded) >= len(TEXTS)
    embedded.clear()
    written = (tmp_path / "index" / "manifest.json").stat().st_ino
    assert rows(tiny, tmp_path / "index") == first
    assert embedded == []
    assert (tmp_path / "index" / "manifest.json").stat().st_ino == written
    with (tiny / "corpus.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"_id": "f", "text": "sigma"}) + "\n")
    rows(tiny, tmp_path / "index")
    assert embedded != []
    assert all("sigma" in text for text in embedded)


@pytest.mark.usefixtures("embedded")
def test_without_a_folder_the_index_lies_beside_the_default_one(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_INDEX", str(tmp_path / "indexes" / "default"))
    list(commands.beir(tiny, None, Config()))
    assert [path.name for path in (tmp_path / "indexes").iterdir()] == [
        paths.corpus_index([tiny / "corpus.jsonl"]).name
    ]


@pytest.mark.usefixtures("embedded")
def test_a_folder_that_holds_something_else_is_not_written_to(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "diary").mkdir()
    (tmp_path / "diary" / "monday.txt").write_text("rain", encoding="utf-8")
    with pytest.raises(StaleIndex, match="holds something that is not an index"):
        rows(tiny, tmp_path / "diary")
    assert [path.name for path in (tmp_path / "diary").iterdir()] == ["monday.txt"]


# The command


@pytest.mark.usefixtures("embedded")
def test_json_is_an_object_a_line_for_each_system(
    tiny: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["eval", "retrieval", "--beir", str(tiny), "--index", str(tmp_path / "index"), "--json"]
    assert cli.main(line) == 0
    out, err = capsys.readouterr()
    found = [json.loads(line) for line in out.splitlines()]
    assert err == ""
    assert [(row.pop("system"), row.pop("dataset")) for row in found] == [(system, "tiny") for system in SYSTEMS]
    assert {tuple(row) for row in found} == {("metrics",)}
    for row in found:
        assert list(row["metrics"]) == ["ndcg@10", "recall@1", "recall@5", "recall@10", "mrr@10"]
        assert row["metrics"]["recall@1"] == 0.75


@pytest.mark.usefixtures("embedded")
def test_without_json_it_is_a_table(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tiny)
    assert cli.main(["eval", "retrieval", "--beir", ".", "--index", str(tmp_path / "index")]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["system", "dataset", "queries", "ndcg@10"]
    assert [line.split("  ")[0] for line in lines] == SYSTEMS
    assert all(line.removeprefix(system).split()[0] == "tiny" for line, system in zip(lines, SYSTEMS, strict=True))


def test_a_fault_is_one_line_and_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["eval", "retrieval", "--beir", str(tmp_path / "none")]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.startswith("ItemError: ")
    assert "queries.jsonl cannot be read" in err


@pytest.mark.parametrize("more", ["--items a.jsonl", "--corpus notes", "--split dev"])
def test_beir_with_other_items_or_documents_is_wrong_usage(more: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        args.parse(["eval", "retrieval", "--beir", "folder", *shlex.split(more)])
    assert "--beir DIR has its own queries and documents" in capsys.readouterr().err.splitlines()[-1]


def test_beir_alone_and_its_absence_are_right_usage() -> None:
    assert args.parse(["eval", "retrieval", "--beir", "folder", "--index", "ix"]).beir == Path("folder")
    assert args.parse(["eval", "retrieval", "--items", "a.jsonl", "--split", "dev"]).beir is None


# The packaged embedder


@pytest.mark.real
@pytest.mark.skipif(not CRANFIELD.is_dir(), reason="the Cranfield collection does not lie beside this checkout")
def test_cranfield(tmp_path: Path) -> None:
    """Nothing is below what a plain set-up scores, BM25 .339, MiniLM .374 and RRF .406; the whole search is at .43.

    The 225 documents judged -1, which are no part of `test.tsv`, count as not relevant.
    """
    kept = paths.cache() / "index" / "cranfield" if "ADVISOR_CACHE" in os.environ else tmp_path / "index"
    found = {row.system: row for row in rows(CRANFIELD, kept)}
    assert {row.queries for row in found.values()} == {225}
    assert found["bm25"].ndcg_at_10 >= 0.339
    assert found["dense"].ndcg_at_10 >= 0.374
    assert found["rrf"].ndcg_at_10 >= 0.406
    assert found["advisor"].ndcg_at_10 >= 0.43
    assert found["advisor"].recall_at_10 >= found["dense"].recall_at_10 + 0.01
