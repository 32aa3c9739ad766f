"""run: an answer is kept under all that it depends on, made anew where one of that changes, and never twice."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeEmbedder, FakeGenerator, Models
from test_answer_pipeline import ABSENT, EARNS, GIT, GUIDE, KEEPS, MAY, PAY, PLATFORMS, indexed

from advisor.answer.pipeline import Advisor
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.eval import run, systems
from advisor.eval.items import Item
from advisor.eval.run import Cells, Kept, answered, memory_mb, model_identity
from advisor.eval.summary import answer_seconds
from advisor.eval.systems import System
from advisor.index.folder import MANIFEST
from advisor.models import embedders, generators
from advisor.prompts import library
from advisor.types import Turn

HISTORY = ("What may an analyst earn in India?",)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Search, Path]:
    """A search, and the folder of its index."""
    folder = tmp_path_factory.mktemp("made")
    return indexed(folder, GUIDE), folder / "index"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "eval" / "answers"


@pytest.fixture
def cells(made: tuple[Search, Path]) -> Callable[..., Cells]:
    """Open cells over one cache; each system is as usual but for what is given."""

    def make(folder: Path = made[1], search: Search = made[0], reply: str = EARNS, **changed: object) -> Cells:
        system = System.model_validate({"name": "x", **changed})
        config = system.config()
        advisor = Advisor(search, library.load(config.prompt), lambda: FakeGenerator(reply), config)
        return Cells(system, advisor, folder)

    return make


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


# What is kept


@pytest.mark.parametrize("question", [PAY, PLATFORMS, ABSENT, "Hello!"])
def test_an_answer_is_made_once_and_comes_back_as_it_was(question: str, cells: Callable[..., Cells]) -> None:
    first = cells()
    kept = first.answer(question)
    assert (first.made, kept.answer.question) == (1, question)
    assert first.answer(question) == kept
    again = cells(reply="Never asked.")
    assert again.answer(question) == kept
    assert (first.made, again.made, again.advisor.is_loaded) == (1, 0, False)


def test_it_is_the_answer_that_the_advisor_gives(cells: Callable[..., Cells]) -> None:
    one = cells(reply=f"{EARNS} Bananas. {MAY}")
    (found, asked) = one.answer("What about a data engineer?", HISTORY).answer, one.advisor
    direct = asked.ask("What about a data engineer?", [Turn("user", turn) for turn in HISTORY])
    assert replace(found, trace=replace(found.trace, seconds={})) == replace(
        direct, trace=replace(direct.trace, seconds={})
    )
    assert found.trace.rewritten == "What may an analyst earn in India – a data engineer?"


def test_the_name_of_a_system_is_not_what_its_answers_depend_on(cells: Callable[..., Cells]) -> None:
    kept = cells(name="x").answer(PAY)
    other = cells(name="y")
    assert (other.answer(PAY), other.made) == (kept, 0)


def test_the_answers_are_kept_in_the_cache_folder(cells: Callable[..., Cells], cache: Path) -> None:
    one = cells()
    one.answer(PAY)
    one.answer(GIT)
    assert [path.suffix for path in files(cache)] == [".json", ".json"]


# What it is kept under


@pytest.mark.parametrize(
    ("question", "history"), [(GIT, ()), (PAY, HISTORY), (PAY, (*HISTORY, GIT)), (PAY.lower(), ()), (f"{PAY} ", ())]
)
def test_another_question_or_history_is_answered_anew(
    question: str, history: tuple[str, ...], cells: Callable[..., Cells]
) -> None:
    one = cells()
    one.answer(PAY)
    assert one.answer(question, history).answer.question == question
    assert one.made == 2


def test_a_history_s_turns_and_their_order_are_told_apart(cells: Callable[..., Cells]) -> None:
    one = cells()
    for history in ((), (GIT, PAY), (PAY, GIT), (f"{PAY}{GIT}",), ("",)):
        one.answer("And then?", history)
    one.answer("And then?", (GIT, PAY))
    assert one.made == 5


@pytest.mark.parametrize(
    "changed",
    [
        {"prompt": "answer/v1"},
        {"model": "openai:http://127.0.0.1:9/v1#other"},
        {"dense_weight": 0.5},
        {"passages": 2},
        {"passage_tokens": 20},
        {"max_new_tokens": 5},
        {"temperature": 0.5},
        {"seed": 1},
    ],
)
def test_another_setting_is_answered_anew(changed: dict[str, object], cells: Callable[..., Cells]) -> None:
    cells().answer(PAY)
    other = cells(**changed)
    other.answer(PAY)
    assert other.made == 1
    again = cells()
    again.answer(PAY)
    assert again.made == 0


def test_every_setting_is_told_apart_by_a_test_above_or_by_the_index() -> None:
    told = {"prompt", "model", "dense_weight", "passages", "passage_tokens", "max_new_tokens", "temperature", "seed"}
    plain = {"plain"}  # whose prompt has a hash of its own: test_eval_plain.py
    assert set(System.model_fields) == told | plain | {"name", "embedder", "chunk_tokens"}


def test_a_prompt_of_the_same_name_and_other_words_is_answered_anew(
    cells: Callable[..., Cells], made: tuple[Search, Path]
) -> None:
    usual = cells()
    usual.answer(PAY)
    changed = replace(usual.advisor.template, sha256="0" * 64)
    other = Cells(usual.system, Advisor(made[0], changed, lambda: FakeGenerator(EARNS), Config()), made[1])
    other.answer(PAY)
    assert other.made == 1


def test_code_that_decides_what_an_answer_is_and_was_changed_answers_anew(
    cells: Callable[..., Cells], monkeypatch: pytest.MonkeyPatch
) -> None:
    cells().answer(PAY)
    monkeypatch.setattr(systems, "program", lambda plain: "plain" if plain else "other")
    other = cells()
    other.answer(PAY)
    assert other.made == 1


def test_other_documents_are_answered_from_anew(cells: Callable[..., Cells], tmp_path: Path) -> None:
    cells().answer(PAY)
    text = GUIDE.replace("₹900,000", "₹950,000")
    other = cells(tmp_path / "index", indexed(tmp_path, text))
    assert "₹950,000" in other.answer(PAY).answer.text
    assert other.made == 1


def test_other_chunks_of_the_same_documents_are_answered_from_anew(
    cells: Callable[..., Cells], made: tuple[Search, Path], tmp_path: Path
) -> None:
    cells().answer(PAY)
    manifest = json.loads((made[1] / MANIFEST).read_bytes())
    (tmp_path / MANIFEST).write_text(json.dumps({**manifest, "chunks": manifest["chunks"] + 1}))
    other = cells(tmp_path)
    other.answer(PAY)
    assert other.made == 1


def test_given_passages_are_part_of_what_was_asked(cells: Callable[..., Cells]) -> None:
    one = cells()
    passages = one.answer(PAY).answer.passages
    for given in (passages, passages[:1], passages[::-1], ()):
        assert one.answer(PAY, given=given).answer.passages == tuple(given)
    assert one.made == 5
    one.answer(PAY, given=passages[:1])
    assert one.made == 5


def test_what_is_kept_by_hand_is_apart_from_every_answer(cells: Callable[..., Cells]) -> None:
    one = cells()
    kept = one.answer(PAY)
    assert one.kept([PAY], lambda: replace(kept, first_s=7.0)).first_s == 7.0
    assert one.kept(["bare", PAY], lambda: replace(kept, first_s=8.0)).first_s == 8.0
    assert (one.answer(PAY), one.made) == (kept, 3)


# A model's identity


def test_a_packaged_model_is_known_by_the_hash_of_its_weights() -> None:
    known = model_identity("smollm2-135m")
    name, _, digest = known.partition(":")
    assert (name, len(digest), model_identity("SmolLM2-135M")) == ("smollm2-135m", 64, known)


def test_models_of_other_names_addresses_and_places_are_told_apart() -> None:
    specs = [
        "smollm2-135m",
        "some/model",
        "some/other",
        "openai:http://127.0.0.1:9/v1#a",
        "openai:http://127.0.0.1:9/v1#b",
        "openai:http://127.0.0.1:8/v1#a",
    ]
    assert len({model_identity(spec) for spec in specs}) == len(specs)


@pytest.mark.parametrize("name", ["model.gguf", "folder"])
def test_a_model_s_files_are_known_by_their_place_size_and_time(name: str, tmp_path: Path) -> None:
    def put(place: str, data: bytes, second: int) -> str:
        model = tmp_path / place / name
        path = model if model.suffix else model / "model.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if path != model:
            (model / "config.json").write_text("{}")
            os.utime(model / "config.json", (0, 0))
        os.utime(path, (second, second))
        return model_identity(str(model))

    one = put("a", b"weights", 1)
    assert put("a", b"weights", 1) == one
    assert put("b", b"weights", 1) != one
    assert put("a", b"more weights", 1) != one
    assert put("a", b"weights", 2) != one


# What is damaged, and what breaks off


@pytest.mark.parametrize("damage", ["empty", "half", "bytes", "other", "fields", "type"])
def test_a_damaged_file_is_made_anew_and_mended(damage: str, cells: Callable[..., Cells], cache: Path) -> None:
    kept = cells().answer(PAY)
    (path,) = files(cache)
    whole = path.read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "half": whole[: len(whole) // 2],
            "bytes": b"\xff\x00\xfe",
            "other": b'{"answer": {}}',
            "fields": whole.replace(b'"first_s"', b'"last_s"'),
            "type": whole.replace(b'"kind":"answer"', b'"kind":"maybe"'),
        }[damage]
    )
    assert path.read_bytes() != whole
    again, after = cells(), cells()
    assert again.answer(PAY).answer.sentences == kept.answer.sentences
    assert again.made == 1
    assert after.answer(PAY) == again.answer(PAY)
    assert (again.made, after.made) == (1, 0)


def test_what_breaks_off_while_it_is_made_is_not_kept(cells: Callable[..., Cells], cache: Path) -> None:
    def stop() -> Kept:
        raise KeyboardInterrupt

    one = cells()
    with pytest.raises(KeyboardInterrupt):
        one.kept("asked", stop)
    assert files(cache) == []
    kept = one.answer(PAY)
    assert one.kept("asked", lambda: kept) == kept
    assert one.kept("asked", stop) == kept


def test_what_breaks_off_while_it_is_written_is_no_answer(
    cells: Callable[..., Cells], cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Path.write_bytes

    def half(path: Path, data: bytes) -> int:
        write(path, data[:100])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", half)
        with pytest.raises(KeyboardInterrupt):
            cells().answer(PAY)
    assert [path.suffix for path in files(cache)] == [".part"]
    again = cells()
    again.answer(PAY)
    assert again.made == 1
    assert [path.suffix for path in files(cache)] == [".json"]


# What it took


def test_first_s_is_to_the_first_sentence_and_no_more_than_all_of_it_took(cells: Callable[..., Cells]) -> None:
    kept = cells().answer(PAY)
    took = kept.answer.trace.seconds
    assert took["rewrite"] + took["retrieve"] + took["decide"] + took["first_sentence"] <= kept.first_s < 60


class Lettered(FakeGenerator):
    """Has a token for every letter."""

    def count_tokens(self, text: str) -> int:
        return len(text)


def test_what_was_asked_before_and_whether_the_model_is_loaded_mean_nothing(
    made: tuple[Search, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a run that was stopped would go on with other answers."""
    found = []
    for place, questions in enumerate(([PAY], [GIT, PAY], [PLATFORMS, PAY, ABSENT, PAY])):
        monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / str(place)))
        config = Config(passage_tokens=20)
        advisor = Advisor(made[0], library.load("answer/v2"), lambda: Lettered(EARNS), config)
        one = Cells(System(name="x", passage_tokens=20), advisor, made[1])
        *_, last = [one.answer(question).answer for question in questions]
        found.append((last.passages, last.sentences, last.trace.tokens))
    assert found[0] == found[1] == found[2]
    assert 0 < len(found[0][0]) < 6


def test_loading_the_model_is_no_part_of_what_an_answer_took(
    made: tuple[Search, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]

    def load() -> FakeGenerator:
        clock[0] += 1000.0
        return FakeGenerator(EARNS)

    monkeypatch.setattr(run.time, "perf_counter", lambda: clock[0])
    advisor = Advisor(made[0], library.load("answer/v2"), load, Config())
    kept = Cells(System(name="x"), advisor, made[1]).answer(PAY)
    assert (clock, kept.first_s) == ([1000.0], 0.0)
    assert answer_seconds(kept.answer) == 0.0


def test_memory_is_that_of_this_process() -> None:
    before = memory_mb()
    held = bytearray(200_000_000)
    held[::4096] = b"x" * len(held[::4096])
    grown = memory_mb() - before
    assert 150 < grown < 250
    assert 10 < before < 100_000
    del held


# A run over systems and items


def item(name: str, question: str, history: tuple[str, ...] = ()) -> Item:
    standalone = question if history else ""
    return Item(id=name, question=question, history=history, standalone=standalone, behaviour="abstain", split="dev")


ITEMS = [item("pay", PAY), item("git", GIT), item("list", PLATFORMS), item("then", "And Docker?", (GIT,))]
SYSTEMS = [System(name="x"), System(name="y", prompt="answer/v1")]


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Models:
    found = Models(KEEPS)
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: FakeEmbedder())
    monkeypatch.setattr(embedders, "identity", lambda spec: "fake")
    monkeypatch.setattr(generators, "load_generator", found)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "guide.md").write_text(GUIDE)
    return found


def everything(tmp_path: Path, steps: list[tuple[str, int, int]] | None = None) -> tuple[int, dict[str, Kept]]:
    """Return how many answers a run made, and all of them by system and item."""
    found: dict[str, Kept] = {}
    count = 0
    told = steps if steps is not None else []
    for cells, kept in answered(
        SYSTEMS, ITEMS, [str(tmp_path / "notes")], tmp_path / "ix", lambda *step: told.append(step)
    ):
        found |= {f"{cells.system.name} {name}": one for name, one in kept.items()}
        count += cells.made
        del cells
    return count, found


def test_a_run_answers_every_item_by_every_system_and_tells_how_far_it_is(models: Models, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    count, found = everything(tmp_path, steps)
    assert count == len(found) == 8
    assert [*found] == [f"{system.name} {one.id}" for system in SYSTEMS for one in ITEMS]
    assert steps == [("answering", done, 8) for done in range(1, 9)]
    assert found["x then"].answer.trace.rewritten != "And Docker?"
    assert {found[f"{name} git"].answer.trace.prompt for name in "xy"} == {"answer/v2", "answer/v1"}


def test_a_rerun_makes_and_loads_nothing(models: Models, tmp_path: Path) -> None:
    first = everything(tmp_path)
    loads = len(models.given)
    assert everything(tmp_path) == (0, first[1])
    assert len(models.given) == loads == 2


def test_a_system_s_model_is_let_go_before_the_next_one_is_loaded(models: Models, tmp_path: Path) -> None:
    everything(tmp_path)
    assert models.held == [0, 0]


def test_a_run_that_was_stopped_goes_on_where_it_was(models: Models, cache: Path, tmp_path: Path) -> None:
    models.limit = 4
    with pytest.raises(KeyboardInterrupt):
        everything(tmp_path)
    kept = len(files(cache))
    assert 0 < kept < 8
    models.limit = 10**6
    count, found = everything(tmp_path)
    assert count == 8 - kept
    models.asked = 0
    assert everything(tmp_path) == (0, found)
    assert models.asked == 0


def test_one_new_item_is_one_new_answer_of_each_system(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything(tmp_path)
    monkeypatch.setitem(globals(), "ITEMS", [*ITEMS, item("new", "What does Docker ship?")])
    count, found = everything(tmp_path)
    assert (count, len(found)) == (2, 10)
