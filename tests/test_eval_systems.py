"""systems: a TOML file becomes systems, a system an advisor over the documents at hand, and code a hash."""

from __future__ import annotations

import ast
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeEmbedder, FakeGenerator

from advisor import open as opening
from advisor import paths
from advisor.answer.pipeline import Advisor
from advisor.config import Config
from advisor.errors import IndexMissing, ItemError, ModelError, PromptError, StaleIndex
from advisor.eval import systems
from advisor.eval.plain import PlainAdvisor
from advisor.eval.systems import System, load, opened
from advisor.models import embedders, generators

LONG = " ".join(f"The harbour town has {n} bakers who bake at dawn." for n in range(2, 40))


class Other(FakeEmbedder):
    name = "other"


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = {Config().embedder: FakeEmbedder(), "other": Other()}
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: known[spec])
    monkeypatch.setattr(embedders, "identity", lambda spec: known[spec].name)
    monkeypatch.setattr(generators, "load_generator", lambda spec, config, api_key: FakeGenerator(spec))


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "town.md").write_text(f"# Town\n\n## Bakers\n\n{LONG}\n")
    return folder


def written(folder: Path, text: str) -> Path:
    path = folder / "systems.toml"
    path.write_text(text, encoding="utf-8")
    return path


def longest(made: Advisor) -> int:
    return max(len(chunk.text.split()) for chunk in made.search.index.chunks)


# The file


def test_a_file_names_systems_in_order_and_what_it_leaves_out_is_as_in_config(tmp_path: Path) -> None:
    text = (
        '[[system]]\nname = "z"\n[[system]]\nname = "a"\nprompt = "answer/v1"\ntemperature = 0.5\nchunk_tokens = 90\n'
    )
    first, second = load(written(tmp_path, text))
    assert (first.name, first.config(), first.chunk_tokens) == ("z", Config(), 0)
    assert (second.name, second.chunk_tokens) == ("a", 90)
    assert second.config() == replace(Config(), prompt="answer/v1", temperature=0.5)


def test_every_setting_of_a_system_reaches_its_configuration() -> None:
    other = {
        "embedder": "other",
        "dense_weight": 0.25,
        "passages": 3,
        "passage_tokens": 77,
        "prompt": "answer/v1",
        "model": "big",
        "max_new_tokens": 9,
        "temperature": 0.5,
        "seed": 4,
    }
    assert set(other) == set(System.model_fields) - {"name", "chunk_tokens", "plain"}
    made = System.model_validate({"name": "x", **other}).config()
    assert {name: getattr(made, name) for name in other} == other
    assert all(other[name] != getattr(Config(), name) for name in other)


def test_the_settings_in_words_are_the_prompt_the_model_and_what_differs() -> None:
    assert System(name="x").settings() == {"prompt": Config().prompt, "model": Config().model}
    told = System(name="x", model="big", temperature=0.5, chunk_tokens=90).settings()
    assert told == {"prompt": Config().prompt, "model": "big", "temperature": "0.5", "chunk_tokens": "90"}


def test_a_system_may_be_the_plain_baseline_with_its_own_prompt(tmp_path: Path) -> None:
    text = '[[system]]\nname = "a"\n[[system]]\nname = "b"\nplain = true\nmodel = "big"\n'
    usual, plain = load(written(tmp_path, text))
    assert (usual.plain, plain.plain) == (False, True)
    assert plain.config() == replace(Config(), model="big")
    assert plain.settings() == {"prompt": "plain/v1", "model": "big", "plain": "True"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "system: Field required"),
        ("system = []", "system: Tuple should have at least 1 item"),
        ("[[system]]\nprompt = 'answer/v1'", r"system\.0\.name: Field required"),
        ("[[system]]\nname = ''", r"system\.0\.name: String should have at least 1"),
        (
            "[[system]]\nname = 'a'\ntemprature = 1",
            r"system\.0\.temprature: Extra inputs .*; known settings: name, emb",
        ),
        ("[[system]]\nname = 'a'\n[[systems]]\nname = 'b'", "systems: Extra inputs"),
        ("[[system]]\nname = 'a'\ndense_weight = 1.5", r"system\.0\.dense_weight: Input should be less"),
        ("[[system]]\nname = 'a'\npassages = 0", r"system\.0\.passages: Input should be greater"),
        ("[[system]]\nname = 'a'\ntemperature = -1", r"system\.0\.temperature: Input should be greater"),
        ("[[system]]\nname = 'a'\nchunk_tokens = -1", r"system\.0\.chunk_tokens: Input should be greater"),
        (
            "[[system]]\nname = 'a'\nplain = true\nprompt = 'answer/v1'\npassages = 2",
            r"system\.0: Value error, a plain system does not read passages, prompt; leave it out",
        ),
        ("[[system]]\nname = 'a'\nplain = 'perhaps'", r"system\.0\.plain: Input should be a valid boolean"),
        ("[[system]]\nname = 'b'\n[[system]]\nname = 'a'\n[[system]]\nname = 'b'", "have the name b; rename one"),
        ("[[system]", "cannot be read: .*; expected tables"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=rf"systems\.toml.*{told}"):
        load(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes("name = 'é'".encode("latin-1"))
    for name in ("none.toml", "latin.toml"):
        with pytest.raises(ItemError, match=rf"{name} cannot be read"):
            load(tmp_path / name)


def test_the_shipped_file_names_systems_that_can_be_opened() -> None:
    for path in sorted((paths.data("eval") / "systems").glob("*.toml")):
        found = load(path)
        assert found[0].config() == Config()
        assert len({str(system.settings()) for system in found}) == len(found)


# Opening


def test_a_system_of_the_usual_index_searches_the_one_given_with_its_own_settings(notes: Path, tmp_path: Path) -> None:
    made, index = opened(System(name="x", prompt="answer/v1", passages=2), [str(notes)], tmp_path / "ix")
    assert index == tmp_path / "ix"
    assert made.config == replace(Config(), prompt="answer/v1", passages=2)
    assert made.template.name == "answer/v1"
    assert not made.is_loaded
    assert [*made.search.index.documents] == ["town"]
    assert not (tmp_path / "cache").exists()


def test_other_chunks_get_an_index_of_their_own_and_leave_the_usual_one(notes: Path, tmp_path: Path) -> None:
    usual, folder = opened(System(name="x"), [str(notes)], tmp_path / "ix")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    small, own = opened(System(name="y", chunk_tokens=40), [str(notes)], tmp_path / "ix")
    assert longest(small) <= 40 < longest(usual)
    assert own.parent == tmp_path / "cache" / "eval"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert {key: one.text for key, one in small.search.index.documents.items()} == {
        key: one.text for key, one in usual.search.index.documents.items()
    }


def test_chunks_are_never_longer_than_the_embedder_reads(notes: Path, tmp_path: Path) -> None:
    made, _ = opened(System(name="x", chunk_tokens=10**6), [str(notes)], tmp_path / "ix")
    assert longest(made) <= FakeEmbedder.max_tokens


def test_another_embedder_gets_an_index_of_its_own(notes: Path, tmp_path: Path) -> None:
    made, own = opened(System(name="x", embedder="other"), [str(notes)], tmp_path / "ix")
    assert made.search.index.embedder == made.search.embedder.name == "other"
    assert own != tmp_path / "ix"
    assert not (tmp_path / "ix").exists()


def test_an_own_index_is_built_once_for_the_same_documents_chunks_and_embedder(notes: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []

    def own(**changed: object) -> Path:
        steps.clear()
        system = System.model_validate({"name": "x", "chunk_tokens": 40, **changed})
        return opened(system, [str(notes)], tmp_path / "ix", lambda *step: steps.append(step))[1]

    first = own()
    assert steps[-1][0] == steps[-1][1] > 0
    assert (own(name="y", prompt="answer/v1"), steps) == (first, [])
    assert len({first, own(chunk_tokens=50), own(embedder="other")}) == 3
    (notes / "more.md").write_text("# More\n\nAn oven is heated with dry beech wood.\n")
    assert own() != first
    assert steps != []


def test_a_damaged_index_of_its_own_is_built_anew(notes: Path, tmp_path: Path) -> None:
    system = System(name="x", chunk_tokens=40)
    whole, own = opened(system, [str(notes)], tmp_path / "ix")
    next(own.glob("chunks-*")).write_bytes(b"{")
    again, _ = opened(system, [str(notes)], tmp_path / "ix")
    assert again.search.index.chunks == whole.search.index.chunks


def test_a_plain_system_is_opened_over_the_same_files_with_pieces_of_its_own(notes: Path, tmp_path: Path) -> None:
    usual, folder = opened(System(name="x"), [str(notes)], tmp_path / "ix")
    plain, same = opened(System(name="y", plain=True, max_new_tokens=9), [str(notes)], tmp_path / "ix")
    assert same == folder
    assert isinstance(plain, PlainAdvisor)
    assert not isinstance(usual, PlainAdvisor)
    assert plain.config == replace(Config(), max_new_tokens=9, passages=4, time_limit=3600.0)
    assert max(len(chunk.text) for chunk in plain.search.index.chunks) <= 500
    other, own = opened(System(name="z", plain=True, embedder="other"), [str(notes)], tmp_path / "ix")
    assert (other.search.embedder.name, own != folder) == ("other", True)
    assert other.search.index.chunks == plain.search.index.chunks


@pytest.mark.parametrize("system", [System(name="x", chunk_tokens=40), System(name="x", embedder="other")])
def test_without_a_named_corpus_the_documents_are_those_of_the_index_for_every_system(
    system: System, notes: Path, tmp_path: Path
) -> None:
    opening.build_index([notes], tmp_path / "ix", Config())
    made, own = opened(system, [], tmp_path / "ix")
    usual, _ = opened(System(name="y"), [], tmp_path / "ix")
    assert own != tmp_path / "ix"
    assert made.search.index.documents == usual.search.index.documents
    assert [*made.search.index.documents] == ["town"]
    (notes / "town.md").write_text("# Town\n\nDocker runs images.\n")
    with pytest.raises(StaleIndex, match="run: advisor index"):
        opened(system, [], tmp_path / "ix")
    shutil.rmtree(notes)  # the index alone was handed on
    assert [*opened(system, [], tmp_path / "ix")[0].search.index.documents] == ["town"]


@pytest.mark.parametrize("system", [System(name="x"), System(name="x", chunk_tokens=40)])
def test_without_an_index_and_a_corpus_the_command_is_told(system: System, tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="run: advisor index"):
        opened(system, [], tmp_path / "none")


def test_a_slip_in_a_name_is_told_before_any_answer(notes: Path, tmp_path: Path) -> None:
    with pytest.raises(PromptError, match="no prompt 'nonsense'"):
        opened(System(name="x", prompt="nonsense"), [str(notes)], tmp_path / "ix")
    with pytest.raises(ModelError, match="unknown model 'nonsense'"):
        opened(System(name="x", model="nonsense"), [str(notes)], tmp_path / "ix")


# The program


def copied(monkeypatch: pytest.MonkeyPatch, folder: Path, changed: str = "", plain: bool = False) -> str:
    """Return the hash of a copy of the package of which one file has a line more."""
    shutil.copytree(paths.PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    if changed:
        with (folder / changed).open("a", encoding="utf-8") as file:
            file.write("\n# more\n")
    monkeypatch.setattr(paths, "PACKAGE", folder)
    return systems.program.__wrapped__(plain)


@pytest.fixture
def now() -> str:
    return systems.program.__wrapped__()


@pytest.mark.parametrize(
    "name",
    [
        "answer/decide.py",
        "corpus/chunk.py",
        "index/lexical.py",
        "models/local.py",
        "models/reader.safetensors",
        "prompts/library.py",
        "types.py",
        "config.py",
    ],
)
def test_code_that_decides_what_an_answer_is_changes_the_hash(
    name: str, now: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert copied(monkeypatch, tmp_path / "package", name) != now


@pytest.mark.parametrize("name", ["", "cli.py", "eval/metrics.py", "ui/app.py", "eval/page.html"])
def test_a_metric_or_a_page_does_not(name: str, now: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert copied(monkeypatch, tmp_path / "package", name) == now


@pytest.mark.parametrize(
    ("name", "same"), [("answer/decide.py", True), ("models/reader.safetensors", True), ("models/local.py", False)]
)
def test_the_plain_baselines_hash_leaves_out_the_rules_that_it_does_not_ask(
    name: str, same: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = systems.program.__wrapped__(True)
    assert (copied(monkeypatch, tmp_path / "package", name, plain=True) == before) is same


def imported(module: Path) -> set[str]:
    """Return the modules of the package that a module imports anywhere in it, as paths from the package."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("advisor"):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name.replace(".", "/").removeprefix("advisor/") for name in names}


def test_the_hash_leaves_out_no_module_that_an_answer_runs_through() -> None:
    rooms = ("answer", "corpus", "index", "models", "prompts")
    known = {f"{room}/{path.stem}" for room in rooms for path in (paths.PACKAGE / room).glob("*.py")}
    needed = set[str]().union(*(imported(paths.PACKAGE / f"{name}.py") for name in known))
    others = {name for name in needed if (paths.PACKAGE / f"{name}.py").is_file()} - known
    assert others <= {"types", "config", "errors", "paths"}
