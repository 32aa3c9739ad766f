"""Questions that documents answer or not to how well the advisor tells them apart; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.answer.decide import THRESHOLD
from advisor.answer.pipeline import Advisor
from advisor.eval.questions import Question
from advisor.eval.statistics import auroc, decision


@dataclass(frozen=True, slots=True)
class Row:
    """What is refused of a file of questions: precision, recall and F1 of the refusals, the area under the ROC curve of
    the confidence, and the share of the answerable questions that is refused."""

    questions: str
    answerable: int
    absent: int
    precision: float
    recall: float
    f1: float
    auroc: float
    wrongly_refused: float


def score(advisor: Advisor, name: str, asked: Sequence[Question]) -> Row:
    """Return the row of a file of questions.

    :raises ItemError: they are all answerable, or none of them is.
    """
    sure = [advisor.confidence(one.question, one.turns) for one in asked]
    refused = [one < THRESHOLD for one in sure]
    answerable = [one.answerable for one in asked]
    told = decision(refused, [not one for one in answerable])
    wrongly = sum(no for no, yes in zip(refused, answerable, strict=True) if yes)
    return Row(
        name,
        sum(answerable),
        len(asked) - sum(answerable),
        round(told.precision, 3),
        round(told.recall, 3),
        round(told.f1, 3),
        round(auroc(sure, answerable), 3),
        round(wrongly / sum(answerable), 3),
    )
