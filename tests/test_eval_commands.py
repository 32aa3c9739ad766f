"""commands: what is named becomes rows, reports and files; the models are stand-ins, the rest is real."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from fakes import FakeEmbedder, FakeGenerator, FakeTokens
from numpy.typing import NDArray

from advisor import open as opening
from advisor import paths
from advisor.config import Config
from advisor.errors import CorpusError, IndexMissing, ItemError
from advisor.eval import commands, comparison, report
from advisor.eval.judging import HEADLINES
from advisor.models import embedders, generators
from advisor.models.network import load as load_network

PAY = "A junior baker earns 30,000 coins a year in the harbour town."
OVEN = "An oven is heated with dry beech wood before dawn."
EARNS = "What does a junior baker earn a year?"
ASKED = (
    {"question": EARNS, "answerable": True, "quotes": [PAY]},
    {"question": "What does a senior baker earn?", "answerable": False, "would": "A senior baker earns 50,000 coins."},
)


def item(name: str, split: str, question: str, doc: str = "", quote: str = "", says: str = "") -> dict[str, object]:
    made: dict[str, object] = {"id": name, "question": question, "split": split}
    if not doc:
        return made | {"behaviour": "abstain"}
    nuggets = [{"says": [[says]]}]
    return made | {"behaviour": "answer", "evidence": [[{"doc": doc, "quote": quote}]], "nuggets": nuggets}


def write(path: Path, *lines: dict[str, object]) -> Path:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def items(tmp_path: Path) -> Path:
    return write(
        tmp_path / "items.jsonl",
        item("pay", "dev", EARNS, "pay", PAY, "30,000"),
        item("oven", "test", "What is an oven heated with?", "oven", OVEN, "beech wood"),
        item("absent", "test", "Which submarine captain plays the trombone on Jupiter?"),
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "pay.md").write_text(f"# Pay\n\n{PAY}\n", encoding="utf-8")
    (folder / "oven.md").write_text(f"# Ovens\n\n{OVEN}\n", encoding="utf-8")
    return folder


@pytest.fixture
def index(corpus: Path, tmp_path: Path) -> Path:
    opening.build_index([corpus], tmp_path / "index", Config())
    return tmp_path / "index"


@pytest.fixture(autouse=True)
def generator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeGenerator:
    """Put stand-ins in the place of the models: the one that writes only ever says what nothing backs."""
    model = FakeGenerator("Bananas are blue.")
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: FakeEmbedder())
    monkeypatch.setattr(embedders, "identity", lambda spec: "fake")
    monkeypatch.setattr(generators, "load_generator", lambda spec, config, *, api_key: model)
    return model


def silent(doing: str, done: int, total: int) -> None:
    pass


# Retrieval


def test_retrieval_is_over_the_items_and_the_documents_of_the_index(items: Path, index: Path) -> None:
    rows = list(commands.retrieval(items, "all", [], index, Config()))
    assert (rows[0].system, rows[-1].system) == ("plain baseline", "advisor")
    assert [(row.items, row.recall_at_1, row.missed) for row in rows] == [(2, 1.0, ())] * len(rows)


def test_retrieval_of_a_split_and_a_named_corpus(items: Path, corpus: Path, tmp_path: Path) -> None:
    rows = list(commands.retrieval(items, "dev", [str(corpus)], tmp_path / "new", Config()))
    assert {row.items for row in rows} == {1}


def test_retrieval_over_documents_that_are_gone_is_no_row_of_zeros(
    items: Path, corpus: Path, index: Path, tmp_path: Path
) -> None:
    corpus.rename(tmp_path / "elsewhere")
    with pytest.raises(CorpusError, match="no text in"):
        next(commands.retrieval(items, "all", [], index, Config()))


# Answers


def test_answers_are_one_system_judged_without_controls(items: Path, index: Path, generator: FakeGenerator) -> None:
    seen: list[tuple[str, int, int]] = []
    config = Config(prompt="answer/v1")
    found = commands.answers(items, "all", [], index, config, lambda *step: seen.append(step))
    name = f"{config.model}, answer/v1"
    assert [(one.name, one.control) for one in found.systems] == [(name, False)]
    assert found.item_set == "items.jsonl, all 3"
    assert found.documents == "oven.md, pay.md"
    assert [(one.id, one.cells[name].kind) for one in found.items] == [
        ("pay", "answer"),
        ("oven", "answer"),
        ("absent", "abstain"),
    ]
    means = {metric: (mean.mean, mean.items) for metric, mean in found.systems[0].means.items()}
    assert means["vital"] == means["complete"] == (1.0, 2)  # the pipeline quotes what the model leaves out
    assert means["right"] == means["credit"] == (1.0, 3)
    assert {prompt.name for prompt in generator.prompts} == {"answer/v1"}
    assert [step for step in seen if step[0] == "answering"] == [("answering", n, 3) for n in (1, 2, 3)]


def test_answers_of_a_split_are_kept_in_a_file(items: Path, index: Path, tmp_path: Path) -> None:
    out = tmp_path / "scores.jsonl"
    found = commands.answers(items, "test", [], index, Config(), silent, out)
    assert found.item_set == "items.jsonl, test 2"
    kept = comparison.load(out)
    assert [(one.id, one.group, one.scores["right"]) for one in kept] == [
        ("oven", "oven", 1.0),
        ("absent", "absent", 1.0),
    ]
    assert kept == comparison.scored(found)
    assert {tuple(one.scores) for one in kept} == {HEADLINES}


def test_a_file_that_cannot_be_there_is_told_before_anything_is_answered(
    items: Path, index: Path, tmp_path: Path, generator: FakeGenerator
) -> None:
    away = tmp_path / "none" / "scores.jsonl"
    with pytest.raises(ItemError, match=f"{away.parent} is no folder; make it, or name another place"):
        commands.answers(items, "all", [], index, Config(), silent, away)
    with pytest.raises(ItemError, match=f"{away.parent} is no folder"):
        commands.gate(away, items, "all", [], index, Config(), silent, update=True)
    assert generator.prompts == []


# A run

SYSTEMS = """
[[system]]
name = "ours"

[[system]]
name = "small chunks"
chunk_tokens = 8
"""


def test_a_run_writes_its_report_in_four_forms(items: Path, corpus: Path, index: Path, tmp_path: Path) -> None:
    (tmp_path / "systems.toml").write_text(SYSTEMS, encoding="utf-8")
    out = tmp_path / "made" / "report"
    found = commands.run(tmp_path / "systems.toml", items, "all", [str(corpus)], index, silent, out)
    assert [one.name for one in found.systems if not one.control] == ["ours", "small chunks"]
    assert any(one.control for one in found.systems)
    assert sorted(path.name for path in out.iterdir()) == ["junit.xml", "report.html", "report.json", "report.md"]
    assert report.load(out / "report.json") == found
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert PAY in page
    assert "small chunks" in (out / "report.md").read_text(encoding="utf-8")
    cases = ElementTree.parse(out / "junit.xml").getroot().iter("testcase")
    assert {case.get("name") for case in cases} >= {"pay", "oven", "absent"}


def test_a_rerun_asks_no_model_again_and_overwrites_the_report(
    items: Path, index: Path, tmp_path: Path, generator: FakeGenerator
) -> None:
    (tmp_path / "systems.toml").write_text('[[system]]\nname = "ours"\n', encoding="utf-8")
    first = commands.run(tmp_path / "systems.toml", items, "all", [], index, silent, tmp_path / "out")
    asked = len(generator.prompts)
    assert asked > 0
    again = commands.run(tmp_path / "systems.toml", items, "dev", [], index, silent, tmp_path / "out")
    assert len(generator.prompts) == asked
    assert (first.answered > 0, again.answered) == (True, 0)
    assert [one.id for one in report.load(tmp_path / "out" / "report.json").items] == ["pay"]


def test_without_a_file_the_standard_systems_are_run(items: Path, index: Path, tmp_path: Path) -> None:
    standard = commands.load_systems(paths.data("eval") / "systems" / "standard.toml")
    found = commands.run(None, items, "dev", [], index, silent, tmp_path / "out")
    assert [one.name for one in found.systems if not one.control] == [one.name for one in standard]


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_answered(
    items: Path, index: Path, generator: FakeGenerator
) -> None:
    with pytest.raises(ItemError, match=r"items\.jsonl cannot be made: .*; give --out another folder"):
        commands.run(None, items, "dev", [], index, silent, items)
    assert generator.prompts == []


# The gate


def gate(baseline: Path, items: Path, index: Path, update: bool = False) -> dict[str, comparison.Row]:
    found = commands.gate(baseline, items, "all", [], index, Config(), silent, update)
    return {row.score: row for row in found}


def test_an_update_makes_what_is_measured_now_the_baseline(items: Path, index: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.jsonl"
    rows = gate(baseline, items, index, update=True)
    kept = comparison.load(baseline)
    assert [one.id for one in kept] == ["pay", "oven", "absent"]
    assert {row.before - row.after for row in rows.values()} == {0.0}
    stale = [one.model_copy(update={"scores": dict.fromkeys(HEADLINES, 0.0)}) for one in kept[:1]]
    comparison.save(stale, baseline)
    gate(baseline, items, index, update=True)
    assert comparison.load(baseline) == kept


@pytest.fixture
def refused(tmp_path: Path) -> Path:
    """A dozen items to refuse, none of which is, since the documents hold the answer."""
    return write(tmp_path / "refused.jsonl", *(item(f"r{n}", "dev", EARNS) for n in range(12)))


@pytest.mark.parametrize(("was", "kind"), [(1.0, "worse"), (0.0, "too few")])
def test_a_gate_tells_what_is_worse_than_the_baseline_and_leaves_it_alone(
    was: float, kind: str, refused: Path, index: Path, tmp_path: Path
) -> None:
    baseline = tmp_path / "baseline.jsonl"
    kept = [comparison.Scored(id=f"r{n}", group=f"r{n}", scores={"right": was}) for n in range(12)]
    comparison.save(kept, baseline)
    before = baseline.read_bytes()
    rows = gate(baseline, refused, index)
    assert {name: (row.before, row.after, row.items, row.kind) for name, row in rows.items()} == {
        "right": (was, 0.0, 12, kind)
    }
    assert baseline.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("{}", "line 1: id: Field required"),
        ("", "share no item"),
        ('{"id": "other", "group": "other", "scores": {"right": 1.0}}', "share no item"),
        ('{"id": "pay", "group": "pay", "scores": {"facts": 1.0}}', "share no score"),
    ],
)
def test_a_baseline_that_says_nothing_lets_nothing_pass(
    text: str | None, says: str, items: Path, index: Path, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / "baseline.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(ItemError, match=says):
        gate(tmp_path / "baseline.jsonl", items, index)


# The set itself


def test_lint_finds_quotes_that_moved_and_mends_them_when_told(items: Path, index: Path) -> None:
    before = items.read_bytes()
    found = commands.lint(items, [], index, Config(), fix=False)
    assert {(one.item, one.kind) for one in found if one.error} == {("pay", "moved"), ("oven", "moved")}
    assert items.read_bytes() == before
    assert [one for one in commands.lint(items, [], index, Config(), fix=True) if one.error] == []
    text = opening.open_built(index, Config()).index.documents["pay"].text
    quote = commands.bundled(items, "dev")[0].evidence[0][0]
    assert text[quote.start : quote.end] == quote.quote == PAY


def test_ratings_that_are_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"human_eval\.jsonl cannot be read"):
        list(commands.agreement(tmp_path, None))
    with pytest.raises(ItemError, match=r"oracle_chunks__claim__test\.jsonl cannot be read"):
        list(commands.agreement(None, tmp_path))


def test_with_nothing_named_the_measures_are_held_to_the_labels_that_ship() -> None:
    assert {(row.people, row.answers) for row in commands.agreement(None, None)} == {("supported", 250)}


# What holds for all


def test_the_bundled_items_are_the_default() -> None:
    everything = commands.bundled(None, "all")
    assert everything == commands.bundled(paths.data("eval") / "sets" / "core.jsonl", "all")
    assert {item.split for item in commands.bundled(None, "dev")} == {"dev"}


COMMANDS: dict[str, Callable[[Path, Path], object]] = {
    "retrieval": lambda items, index: list(commands.retrieval(items, "all", [], index, Config())),
    "answers": lambda items, index: commands.answers(items, "all", [], index, Config(), silent),
    "run": lambda items, index: commands.run(None, items, "all", [], index, silent, index.with_name("report")),
    "gate": lambda items, index: commands.gate(items, items, "all", [], index, Config(), silent, update=True),
    "lint": lambda items, index: commands.lint(items, [], index, Config(), fix=True),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_wrong_items_are_told_and_nothing_is_written(
    command: Callable[[Path, Path], object], index: Path, tmp_path: Path
) -> None:
    there = {path for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(ItemError, match=r"none\.jsonl cannot be read"):
        command(tmp_path / "none.jsonl", index)
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == there


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_without_an_index_and_a_corpus_the_command_to_run_is_told(
    command: Callable[[Path, Path], object], items: Path, tmp_path: Path
) -> None:
    before = items.read_bytes()
    with pytest.raises(IndexMissing, match="advisor index"):
        command(items, tmp_path / "none")
    assert items.read_bytes() == before
    assert list(tmp_path.glob("report/*")) == []


class Tokens(FakeEmbedder):
    """A stand-in that gives a vector for each word, too."""

    def tokens(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        return FakeTokens(self.dim).tokens(texts)

    def upper(self) -> Sequence[object]:
        return ()


def asked(folder: Path) -> Path:
    for part in ("fit", "weigh"):
        (folder / part).mkdir(parents=True)
        write(folder / part / "ours.jsonl", *ASKED)
        write(folder / part / "some.jsonl", *ASKED)
        (folder / part / "some.md").write_text(f"# Pay\n\n{PAY} {OVEN}\n", encoding="utf-8")
    return folder


def test_refusals_are_scored_by_file(tmp_path: Path, index: Path) -> None:
    write(tmp_path / "some.jsonl", *ASKED)
    (row,) = commands.refused(tmp_path / "some.jsonl", [], index, Config())
    assert (row.questions, row.answerable, row.absent) == ("some", 1, 1)
    assert row.wrongly_refused == 0.0


def test_a_reader_is_fitted_and_written(
    tmp_path: Path, items: Path, corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: Tokens())
    told: list[str] = []
    out = tmp_path / "reader.safetensors"
    folder = asked(tmp_path / "questions")
    commands.fit(folder, items, [str(corpus)], out, Config(), told.append)
    assert told[1] == "2 of 2 sets of questions asked: 4 examples"
    assert told[-1].startswith(f"written to {out}; weights of advisor/answer/decide.py: (")
    networks, fitted = load_network(out)
    assert ([one.shape[0] for one in networks], fitted) == ([Tokens.dim] * 2, "fake")


def test_no_reader_is_fitted_to_an_embedder_without_tokens(tmp_path: Path, items: Path, corpus: Path) -> None:
    folder = asked(tmp_path / "questions")
    with pytest.raises(ItemError, match="gives no vectors of tokens"):
        commands.fit(folder, items, [str(corpus)], tmp_path / "r.safetensors", Config(), lambda line: None)


def test_a_place_that_cannot_be_written_is_told_before_the_fit(tmp_path: Path, items: Path) -> None:
    with pytest.raises(ItemError, match="is no folder"):
        commands.fit(None, items, [], tmp_path / "none" / "r.safetensors", Config(), lambda line: None)
