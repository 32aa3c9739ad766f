"""smalltalk: greetings get a reply, questions do not."""

import pytest

from advisor.answer.smalltalk import reply


@pytest.mark.parametrize(
    "text", ["Hi", "hello there!", "Thanks a lot.", "thank you so much", "bye", "Who are you?", "OK"]
)
def test_small_talk_gets_a_reply(text: str) -> None:
    assert reply(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hi, what does a senior engineer earn?",
        "What is Kaggle?",
        "Thanks, and for senior?",
        "Help me choose a course",
        "",
    ],
)
def test_questions_do_not(text: str) -> None:
    assert reply(text) is None
