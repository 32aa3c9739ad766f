"""controls: answers that are bad on purpose are bad in the way that they say, and made from the good one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeGenerator
from test_answer_pipeline import EARNS, GIT, GUIDE, KEEPS, MAY, PAY, PLATFORMS, assert_backed, indexed

from advisor.answer.pipeline import Advisor
from advisor.answer.retrieve import Search
from advisor.answer.spans import spans
from advisor.config import Config
from advisor.eval import controls
from advisor.eval.controls import BARE, NAMES, REFUSING, SAMPLE, SHUFFLED, TOP
from advisor.eval.items import Item
from advisor.eval.run import Cells, Kept
from advisor.eval.systems import System
from advisor.prompts import library
from advisor.types import Turn

ABSENT = "Which bananas are yellow in Peru?"
QUESTIONS = {"pay": PAY, "git": GIT, "list": PLATFORMS, "absent": ABSENT, "hello": "Hello!"}


def item(name: str, question: str, history: tuple[str, ...] = (), standalone: str = "") -> Item:
    return Item(id=name, question=question, history=history, standalone=standalone, behaviour="abstain", split="dev")


ITEMS = [item(name, question) for name, question in QUESTIONS.items()]


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return indexed(tmp_path_factory.mktemp("made"), GUIDE)


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def cells(search: Search) -> Callable[..., tuple[Cells, FakeGenerator]]:
    def make(*replies: str) -> tuple[Cells, FakeGenerator]:
        generator = FakeGenerator(*(replies or (EARNS,)))
        advisor = Advisor(search, library.load("answer/v2"), lambda: generator, Config())
        return Cells(System(name="x"), advisor, Path(search.index.origin.paths[0]) / "index"), generator

    return make


def made(one: Cells, items: list[Item] = ITEMS) -> tuple[dict[str, Kept], dict[str, dict[str, Kept]]]:
    """Return the good answers, and each control's."""
    good = {each.id: one.answer(each.question, each.history) for each in items}
    return good, dict(controls.controls(one, items, good))


Make = Callable[..., tuple[Cells, FakeGenerator]]


def test_there_are_four_and_each_has_every_item(cells: Make) -> None:
    _, bad = made(cells()[0])
    assert tuple(bad) == NAMES == (SHUFFLED, TOP, REFUSING, BARE)
    assert all(set(kept) == set(QUESTIONS) for kept in bad.values())
    assert {bad_one for _, bad_one in controls.EXPECTED} == set(NAMES)


def test_shuffled_gives_each_item_another_one_s_answer_and_each_answer_once(cells: Make) -> None:
    good, bad = made(cells()[0])
    given = {name: kept.answer.question for name, kept in bad[SHUFFLED].items()}
    assert sorted(given.values()) == sorted(QUESTIONS.values())
    assert all(given[name] != question for name, question in QUESTIONS.items())
    for kept in bad[SHUFFLED].values():
        assert kept in good.values()  # whole, with what was searched for and found


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_shuffled_leaves_no_item_its_own_whatever_their_number(count: int, cells: Make) -> None:
    items = [item(str(n), f"Which bananas are yellow in {n}?") for n in range(count)]
    _, bad = made(cells()[0], items)
    for one in items:
        assert bad[SHUFFLED][one.id].answer.question != one.question


def test_shuffled_keeps_the_turns_of_a_conversation_away_from_each_other(cells: Make) -> None:
    items = [item(f"{talk}-{turn}", f"Which {talk} are {turn}?") for talk in "abcd" for turn in range(3)]
    _, bad = made(cells()[0], items)
    for one in items:
        assert bad[SHUFFLED][one.id].answer.question.split()[1] != one.question.split()[1]


def test_the_top_chunk_is_copied_whole_and_cited_from_its_place(cells: Make, search: Search) -> None:
    good, bad = made(cells()[0])
    for name in ("pay", "git", "absent"):
        answer, first = bad[TOP][name].answer, good[name].answer.passages[0]
        assert (answer.kind, answer.passages, answer.trace.confidence) == ("answer", (first,), 1.0)
        assert [one.text for one in answer.sentences] == [span.text for span in spans(first)]
        assert_backed(search, replace(answer, citations=tuple(dict.fromkeys(answer.citations))))
        assert answer.trace.rewritten == good[name].answer.trace.rewritten
    assert {EARNS, MAY} < {one.text for one in bad[TOP]["pay"].answer.sentences}
    assert bad[TOP]["pay"].answer.text == f"Pay {EARNS} {MAY}"


def test_without_a_passage_there_is_nothing_to_copy(cells: Make) -> None:
    _, bad = made(cells()[0])
    answer = bad[TOP]["hello"].answer
    assert (answer.kind, answer.sentences, answer.text) == ("answer", (), "")


def test_always_refusing_refuses_all_and_is_sure_of_it(cells: Make) -> None:
    good, bad = made(cells()[0])
    for name, kept in bad[REFUSING].items():
        answer = kept.answer
        assert (answer.kind, answer.sentences, answer.citations, answer.text) == ("abstain", (), (), "")
        assert answer.trace.confidence == 0.0
        assert answer.passages == good[name].answer.passages
        assert answer.trace.rewritten == good[name].answer.trace.rewritten


def test_what_is_made_from_answers_took_nothing_of_its_own(cells: Make) -> None:
    _, bad = made(cells()[0])
    for name in (TOP, REFUSING):
        traces = [kept.answer.trace for kept in bad[name].values()]
        assert {(str(one.seconds), str(one.tokens), one.prompt, one.model) for one in traces} == {("{}", "{}", "", "")}


def test_without_passages_the_model_is_asked_the_bare_question_alone(cells: Make) -> None:
    one, generator = cells("Bananas are blue.")
    good, bad = made(one)
    prompts = [prompt for prompt in generator.prompts if prompt.template == "unaided"]
    assert [prompt.messages for prompt in prompts] == [(Turn("user", question),) for question in QUESTIONS.values()]
    for name, kept in bad[BARE].items():
        answer = kept.answer
        assert (answer.question, answer.text, answer.kind) == (QUESTIONS[name], "Bananas are blue.", "answer")
        assert [sentence.citations for sentence in answer.sentences] == [()]
        assert (answer.passages, answer.citations) == ((), ())
        assert answer.trace.rewritten == QUESTIONS[name]
    assert good["absent"].answer.kind == "abstain"


def test_without_passages_a_follow_up_is_asked_in_its_gold_form(cells: Make) -> None:
    one, generator = cells()
    made(one, [item("then", "And Docker?", (GIT,), "What does Docker ship?")])
    assert generator.prompts[-1].messages == (Turn("user", "What does Docker ship?"),)


def test_without_passages_the_model_is_stopped_after_some_words(cells: Make) -> None:
    one, generator = cells(" ".join(["banana"] * 500))
    _, bad = made(one, [item("absent", ABSENT)])
    assert len(bad[BARE]["absent"].answer.text.split()) == 64
    assert generator.closed == 1


def test_a_model_that_says_nothing_of_itself_has_no_sentence(cells: Make) -> None:
    _, bad = made(cells(" ")[0], [item("absent", ABSENT)])
    assert (bad[BARE]["absent"].answer.sentences, bad[BARE]["absent"].answer.text) == ((), "")


def test_what_the_model_says_of_itself_is_kept_as_any_answer(cells: Make) -> None:
    first, generator = cells("Bananas are blue.")
    good, bad = made(first)
    again, idle = cells(KEEPS)
    assert made(again) == (good, bad)
    assert (again.made, idle.prompts) == (0, [])
    assert first.made == len(ITEMS)
    assert generator.prompts


@pytest.mark.parametrize("count", [1, 39, 40, 41, 79, 80, 119, 325])
def test_of_many_items_the_model_is_asked_some_from_all_over_the_set(count: int, cells: Make) -> None:
    items = [item(str(n), f"Which bananas are yellow in {n}?") for n in range(count)]
    kept = dict(controls.controls(cells("No.")[0], items, made(cells()[0], items)[0]))[BARE]
    places = [int(name) for name in kept]
    assert len(places) == len(set(places)) == min(count, SAMPLE)
    gaps = [after - before for before, after in zip([-1, *places], [*places, count], strict=True)]
    assert max(gaps) <= -(-count // SAMPLE) + 1
