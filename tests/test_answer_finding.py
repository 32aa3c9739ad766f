"""finding: what answers a question, what answers a part of it, and what is said of what it takes for granted."""

import pytest
from test_answer_pipeline import ABSENT, EARNS, GIT, GUIDE, KEEPS, PAY, PLATFORMS, indexed

from advisor.answer import decide, premise
from advisor.answer.finding import WRITTEN, Evidence, Finder
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.types import Turn

BANANAS = "What do bananas cost?"


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return indexed(tmp_path_factory.mktemp("made"), GUIDE)


def find(search: Search, question: str, *before: str) -> Evidence:
    return Finder(search, Config()).find(question, [Turn("user", one) for one in before])


def told(evidence: Evidence) -> list[str]:
    return [line.text for line in evidence.lines]


def beside(evidence: Evidence) -> list[str]:
    return [line.text for line in evidence.beside]


def test_a_question_that_is_held_is_answered_whole_and_nothing_stands_beside_it(search: Search) -> None:
    found = find(search, PAY)
    assert found.is_enough
    assert EARNS in told(found)
    assert 1 <= len(found.best) <= WRITTEN
    assert (found.beside, found.of) == ((), "")


def test_a_list_is_for_no_model(search: Search) -> None:
    found = find(search, PLATFORMS)
    assert (found.is_enough, found.best) == (True, [])


def test_what_is_missing_is_the_question_as_it_stands_alone(search: Search) -> None:
    found = find(search, "How many bananas does it eat in Canada?", GIT)
    assert (found.is_enough, found.missing) == (False, "How many bananas does Git eat in Canada?")


def test_of_two_questions_the_one_that_is_not_held_is_missing_and_the_other_told_beside(search: Search) -> None:
    for question in (f"{GIT} {BANANAS}", f"{BANANAS} And {GIT[0].lower()}{GIT[1:]}"):
        found = find(search, question)
        assert not found.is_enough
        assert (found.missing, found.of) == (BANANAS, "the rest")
        assert KEEPS in beside(found)


def test_of_two_that_are_not_held_nothing_is_told(search: Search) -> None:
    found = find(search, f"{ABSENT} {BANANAS}")
    assert (found.is_enough, found.beside) == (False, ())


def test_two_that_are_held_are_as_sure_as_the_less_sure_of_them(search: Search) -> None:
    both = find(search, f"{PLATFORMS} {PAY}")
    assert both.is_enough
    assert told(both) == [*told(find(search, PLATFORMS)), *told(find(search, PAY))]
    assert both.confidence == min(find(search, one).confidence for one in (PLATFORMS, PAY))
    assert both.best == ()


def test_what_an_answer_leaves_out_of_a_part_is_told_behind_it(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "THRESHOLD", 0.3)
    question = f"{PLATFORMS[:-1]}, and {GIT[0].lower()}{GIT[1:]}"
    whole, part = find(search, PLATFORMS), find(search, GIT)
    both = find(search, question)
    assert both.is_enough
    assert {KEEPS, "AWS"} <= {*told(both)}
    assert told(both)[: len(told(whole))] == told(whole)
    assert part.best_place in [(line.span.passage.chunk.doc_id, line.span.start) for line in both.lines]


def test_an_answer_that_holds_each_part_stays_as_it_is(search: Search) -> None:
    both = find(search, f"What does Git keep? What does {GIT[10:-1]}?")
    assert told(both).count(KEEPS) == 1


def test_small_talk_is_no_part(search: Search) -> None:
    for question in (f"{GIT} Who are you?", f"Who are you? {GIT}"):
        found = find(search, question)
        assert (found.is_enough, found.beside) == (True, ())


def test_what_is_taken_for_granted_is_told_beside_or_is_the_answer_where_it_is_denied(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = find(search, f"Since {KEEPS[:-1]}, what do bananas cost?")
    assert (said.is_enough, beside(said), said.of) == (False, [KEEPS], "what it takes for granted")
    question = "Since Git does not keep every version of a file, what do bananas cost?"
    assert beside(find(search, question)) == [KEEPS]
    monkeypatch.setattr(premise, "SURE", 0.6)
    denied = find(search, question)
    assert (denied.is_enough, told(denied), denied.best, denied.beside) == (True, [KEEPS], (), ())


@pytest.mark.parametrize("question", ["Is it good?", f"Is it good? {GIT}"])
def test_a_question_that_begins_vague_is_not_taken_apart(search: Search, question: str) -> None:
    found = find(search, question)
    assert (found.confidence, found.is_vague, found.beside) == (0.0, True, ())


def test_a_later_part_is_not_vague_behind_the_first(search: Search) -> None:
    found = find(search, f"{GIT} Is it good?")
    assert not found.is_vague


def test_passages_that_are_given_are_all_there_is_for_a_part_too(search: Search) -> None:
    given = search.search("Git keeps every version of a file", 1)
    found = Finder(search, Config(), given).find(f"{GIT} {PAY}")
    assert found.confidence < decide.THRESHOLD
    assert (found.missing, beside(found)) == (PAY, [KEEPS])
