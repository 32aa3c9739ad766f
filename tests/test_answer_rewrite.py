"""rewrite: follow-ups are made to stand alone, other questions stay as they are."""

import pytest

from advisor.answer.rewrite import is_follow_up, standalone
from advisor.types import Turn


def users(*texts: str) -> list[Turn]:
    return [Turn("user", text) for text in texts]


@pytest.mark.parametrize(
    "question",
    [
        "What does a machine learning engineer do?",
        "Which books are recommended for machine learning?",
        "And which conferences should an engineer attend?",
        "What skills that employers want should I learn?",
    ],
)
def test_a_whole_question_stays_word_for_word(question: str) -> None:
    assert standalone(question, users("What is supervised learning?")) == question


@pytest.mark.parametrize(
    "question",
    ["And for senior?", "What about its metrics?", "the step after that", "Why?", "How long does it take?"],
)
def test_follow_ups_are_seen(question: str) -> None:
    assert is_follow_up(question)


def test_without_history_nothing_changes() -> None:
    assert standalone("And for senior?", []) == "And for senior?"


def test_a_rival_takes_the_place_of_the_first() -> None:
    found = standalone("And for senior?", users("What does a mid-level machine learning engineer earn in India?"))
    assert "mid-level" not in found
    assert "senior" in found
    assert "earn in India" in found


def test_the_step_after_that_is_counted() -> None:
    found = standalone("And the step after that?", users("What is step 3 of the learning path?"))
    assert "step 4" in found
    assert "step 3" not in found


def test_only_the_last_two_user_turns_count() -> None:
    turns = users("Tell me about Kaggle competitions.", "What is supervised learning?", "What about its metrics?")
    assert "Kaggle" not in standalone("And its algorithms?", turns)
    assert "supervised" in standalone("And its algorithms?", turns)


def test_the_advisors_own_turns_do_not_count() -> None:
    turns = [Turn("user", "What is supervised learning?"), Turn("assistant", "Bananas.")]
    assert "Bananas" not in standalone("What about its metrics?", turns)
