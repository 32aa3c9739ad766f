"""refusals: files of questions to how well those that the documents do not answer are refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest

from advisor.answer.decide import THRESHOLD
from advisor.answer.pipeline import Advisor
from advisor.errors import ItemError
from advisor.eval.questions import Question
from advisor.eval.refusals import Row, score
from advisor.types import Turn


class Sure:
    """An advisor that is as sure of a question as its last word says."""

    def confidence(self, question: str, history: Sequence[Turn] = ()) -> float:
        return float(question.split()[-1])


def of(*rows: tuple[float, bool]) -> list[Question]:
    return [
        Question(question=f"q{n} {sure}", answerable=held, quotes=("a b",) if held else (), would="" if held else "c d")
        for n, (sure, held) in enumerate(rows)
    ]


def test_a_row_counts_what_is_refused() -> None:
    asked = of((0.9, True), (0.8, True), (0.1, True), (0.7, True), (0.2, False), (0.5, False))
    assert score(cast(Advisor, Sure()), "some", asked) == Row("some", 4, 2, 0.5, 0.5, 0.5, 0.75, 0.25)


def test_the_threshold_is_the_decisions() -> None:
    asked = of((THRESHOLD, True), (THRESHOLD - 1e-6, False))
    assert score(cast(Advisor, Sure()), "some", asked) == Row("some", 1, 1, 1.0, 1.0, 1.0, 1.0, 0.0)


@pytest.mark.parametrize("held", [True, False])
def test_questions_of_one_kind_cannot_be_scored(held: bool) -> None:
    with pytest.raises(ItemError, match="some of both"):
        score(cast(Advisor, Sure()), "some", of((0.9, held), (0.1, held)))


def test_a_later_question_is_asked_behind_those_before_it() -> None:
    asked: list[tuple[str, list[str]]] = []

    class Told:
        def confidence(self, question: str, history: Sequence[Turn] = ()) -> float:
            asked.append((question, [turn.text for turn in history]))
            return 0.0

    later = Question(history=("What is Kafka?",), question="Who owns it?", answerable=False, would="c d")
    score(cast(Advisor, Told()), "some", [later, *of((0.9, True))])
    assert asked[0] == ("Who owns it?", ["What is Kafka?"])
