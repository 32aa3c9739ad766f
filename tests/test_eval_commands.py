"""commands: what is named becomes rows, with the search and the model faked."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from fakes import FakeEmbedder, FakeGenerator

from advisor import open as opening
from advisor import paths
from advisor.answer.pipeline import Advisor
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.corpus.read import corpus_hash, read
from advisor.errors import CorpusError, IndexMissing, ItemError
from advisor.eval import commands
from advisor.index import store
from advisor.prompts import library

Command = Callable[..., Iterator[object]]
PAY = "A junior baker earns 30,000 coins a year in the harbour town."
OVEN = "An oven is heated with dry beech wood before dawn."


def item(name: str, split: str, question: str, *facts: str) -> dict[str, object]:
    behaviour = "answer" if facts else "abstain"
    told = [[fact] for fact in facts]
    return {"id": name, "question": question, "behaviour": behaviour, "split": split, "tags": []} | {
        "evidence": [list(facts)] if facts else [],
        "facts": told,
    }


@pytest.fixture
def items(tmp_path: Path) -> Path:
    path = tmp_path / "items.jsonl"
    lines = [
        item("pay", "dev", "What does a junior baker earn a year?", "30,000"),
        item("oven", "test", "What is an oven heated with?", "beech wood"),
        item("absent", "test", "Which submarine captain plays the trombone on Jupiter?"),
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "pay.md").write_text(f"# Pay\n\n{PAY}\n", encoding="utf-8")
    (folder / "oven.md").write_text(f"# Ovens\n\n{OVEN}\n", encoding="utf-8")
    return folder


@pytest.fixture
def opened(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Path]]:
    """Open every search with the fake embedder; return what was opened."""
    asked: list[tuple[list[str], Path]] = []

    def open_search(named: Sequence[str], folder: Path, config: Config) -> Search:
        asked.append((list(named), folder))
        embedder, documents = FakeEmbedder(), read([corpus]).documents
        chunks = [c for d in documents for c in chunk(d, embedder.count_tokens, embedder.max_tokens)]
        origin = store.Origin((str(corpus),), corpus_hash([corpus]))
        return Search(store.build(documents, chunks, embedder, tmp_path / "index", origin), embedder, config)

    monkeypatch.setattr(opening, "open_search", open_search)
    return asked


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> FakeGenerator:
    """A model that only ever says what nothing backs."""
    model = FakeGenerator("Bananas are blue.")
    monkeypatch.setattr(
        opening,
        "make_advisor",
        lambda search, config: Advisor(search, library.load(config.prompt), lambda: model, config),
    )
    return model


def test_retrieval_is_over_the_items_and_the_documents_of_the_index(
    items: Path, opened: list[tuple[list[str], Path]], tmp_path: Path
) -> None:
    rows = list(commands.retrieval(items, "all", [], tmp_path / "somewhere", Config()))
    assert opened == [([], tmp_path / "somewhere")]
    assert (rows[0].system, rows[-1].system) == ("plain baseline", "advisor")
    assert [(row.items, row.hit_at_1, row.missed) for row in rows] == [(2, 1.0, ())] * len(rows)


def test_retrieval_of_a_split(items: Path, opened: list[tuple[list[str], Path]], tmp_path: Path) -> None:
    rows = list(commands.retrieval(items, "dev", ["named"], tmp_path, Config()))
    assert opened == [(["named"], tmp_path)]
    assert {row.items for row in rows} == {1}


def test_retrieval_over_documents_that_are_gone_is_no_row_of_zeros(
    items: Path, corpus: Path, opened: list[tuple[list[str], Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = opening.open_search([], tmp_path, Config())
    monkeypatch.setattr(opening, "open_search", lambda *_: search)
    corpus.rename(tmp_path / "elsewhere")
    with pytest.raises(CorpusError, match="no text in"):
        next(commands.retrieval(items, "all", [], tmp_path, Config()))


@pytest.mark.usefixtures("opened")
def test_answers_sum_up_in_one_row(items: Path, generator: FakeGenerator, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    config = Config(model="made-up")
    (row,) = commands.answers(items, "all", [], tmp_path, config, lambda *step: seen.append(step))
    assert row.system == f"made-up, {config.prompt}"
    assert (row.items, row.facts, row.complete) == (3, 1.0, 1.0)  # the pipeline quotes what the model leaves out
    assert (row.refused, row.wrongly_refused) == (1.0, 0.0)
    assert (row.unbacked_figures, row.figures, row.backed) == (0, 1, 1.0)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert len(generator.prompts) == 2


@pytest.mark.usefixtures("opened", "generator")
def test_answers_of_a_split(items: Path, tmp_path: Path) -> None:
    (row,) = commands.answers(items, "test", [], tmp_path, Config())
    assert (row.items, row.figures) == (2, 0)


def test_the_bundled_items_are_the_default() -> None:
    everything = commands.bundled(None, "all")
    assert everything == commands.bundled(paths.data("eval") / "sets" / "core.jsonl", "all")
    assert {item.split for item in commands.bundled(None, "dev")} == {"dev"}


@pytest.mark.parametrize("command", [commands.retrieval, commands.answers])
def test_wrong_items_are_told_before_anything_is_opened(
    command: Command, opened: list[tuple[list[str], Path]], tmp_path: Path
) -> None:
    with pytest.raises(ItemError, match=r"none\.jsonl cannot be read"):
        list(command(tmp_path / "none.jsonl", "all", [], tmp_path, Config()))
    assert opened == []


@pytest.mark.parametrize("command", [commands.retrieval, commands.answers])
def test_without_an_index_and_a_corpus_the_command_to_run_is_told(
    command: Command, items: Path, tmp_path: Path
) -> None:
    with pytest.raises(IndexMissing, match="advisor index"):
        list(command(items, "all", [], tmp_path / "none", Config()))
