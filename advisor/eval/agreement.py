"""Answers that people rated to how well each measure of an answer agrees with them.

A folder of MTRAG's human evaluation (Katsis et al. 2025, https://arxiv.org/abs/2501.03468): each answer with the
passages that its model was given and a person's own answer, and how faithful to the ones and how complete three people
found it, from 1 to 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from advisor.answer.support import support as likelihood
from advisor.answer.write import written
from advisor.errors import ItemError
from advisor.eval import lines
from advisor.eval.grounding import bigrams, grounding, precision
from advisor.eval.metrics import mean, token_f1
from advisor.eval.statistics import Places, auroc, bootstrap, spearman

FILE = "human_eval.jsonl"
PERSON = "reference"  # the model of the answers that a person wrote
GOOD = 3.33  # an answer whose mean rating is above it, so 10/3 too, is held to be faithful, or complete
_TO_ANSWER = {"ANSWERABLE", "PARTIAL"}

Rating = Annotated[float, Field(ge=1, le=4)]


class Ratings(BaseModel):
    """What people said of an answer, one figure each, 4 the best. Whatever else the file rates is left alone."""

    model_config = ConfigDict(frozen=True)

    faithfulness: tuple[Rating, ...] = Field(min_length=1)
    completeness: tuple[Rating, ...] = Field(min_length=1)


class Rated(BaseModel):
    """An answer that people rated, the passages that it was to be faithful to, and a person's answer, `reference`."""

    model_config = ConfigDict(frozen=True)

    task_id: str
    model: str
    contexts: tuple[str, ...]
    reference: str
    response: str
    answerability: tuple[str, ...]
    annotations: Ratings

    @model_validator(mode="after")
    def _something_is_said(self) -> Rated:
        if not (self.task_id.strip() and self.model.strip() and self.response.strip()):
            raise ValueError("the task_id, the model or the response is empty")
        return self


@dataclass(frozen=True, slots=True)
class Row:
    """One measure, and how it goes with people's mean rating of the same answers, with 95% intervals.

    `people` names what they rated; `spearman` is of the mean rating itself, `auroc` of whether it is good.
    """

    metric: str
    people: str
    answers: int
    spearman: float
    spearman_low: float
    spearman_high: float
    auroc: float
    auroc_low: float
    auroc_high: float


def agreement(folder: Path, rounds: int = 2000) -> Iterator[Row]:
    """Yield a row for each measure of the rated answers of a folder, its intervals of `rounds` samples.

    :raises ItemError: the folder holds no such answers, or they are too few or too alike to be told apart.
    """
    return score(load(folder), rounds)


def load(folder: Path) -> list[Rated]:
    """Return the models' answers to the tasks that can be answered, whole or in part, in the order of the file.

    :raises ItemError: there is no such file, a line of it is no rated answer, or an answer stands twice; or none is
        left. The line is named.
    """
    found = lines.load(folder / FILE, Rated, lambda one: f"{one.task_id} of {one.model}")
    kept = [one for one in found if one.model != PERSON and not _TO_ANSWER.isdisjoint(one.answerability)]
    if not kept:
        what = f"{len(found)} answers, none of a model to a task that is {' or '.join(sorted(_TO_ANSWER))}"
        raise ItemError(f"{folder / FILE} has {what}; expected MTRAG's human evaluation")
    return kept


def score(rated: Sequence[Rated], rounds: int = 2000) -> Iterator[Row]:
    """Yield a row for each measure; the answers to one task are drawn together for its intervals.

    :raises ItemError: all answers are rated alike, or a measure is the same for all.
    """
    groups = [one.task_id for one in rated]
    for people, measures, ratings in (
        ("faithfulness", _backed, [mean(one.annotations.faithfulness) for one in rated]),
        ("completeness", _told, [mean(one.annotations.completeness) for one in rated]),
    ):
        measured = [measures(one) for one in rated]
        for metric in measured[0] if measured else ():
            yield row(metric, people, np.array([one[metric] for one in measured]), np.array(ratings), groups, rounds)


def _backed(one: Rated) -> dict[str, float]:
    """Return how well an answer is backed, by each measure, parted as the advisor parts what a model writes."""
    sentences = [part.text for part in written([one.response], ended=lambda: True)]
    found = grounding([(sentence, one.contexts) for sentence in sentences], one.contexts)
    return {
        "words": _over(precision, sentences, one.contexts),
        "bigrams": _over(bigrams, sentences, one.contexts),
        "support": found.groundedness,
        "worst": found.worst,
        "likelihood": _over(likelihood, sentences, one.contexts),
        "supported": 1.0 if found.citation_recall is None else found.citation_recall,
    }


def _told(one: Rated) -> dict[str, float]:
    return {"token_f1": token_f1(one.response, one.reference)}


def _over(measure: Callable[[str, Sequence[str]], float], sentences: Sequence[str], sources: Sequence[str]) -> float:
    return mean([measure(sentence, sources) for sentence in sentences] or [1.0])


def row(
    metric: str,
    people: str,
    scores: NDArray[np.float64],
    ratings: NDArray[np.float64],
    groups: Sequence[str],
    rounds: int,
    good: float = GOOD,
) -> Row:
    """Return how a measure goes with people's ratings of the same n things, which are good above `good`.

    :raises ItemError: all are rated alike, or the measure is the same for all.
    """

    def order(places: Places) -> float:
        return spearman(scores[places], ratings[places])

    def parting(places: Places) -> float:
        return auroc(scores[places], ratings[places] > good)

    every = np.arange(len(groups))
    return Row(
        metric,
        people,
        len(groups),
        order(every),
        *bootstrap(order, groups, rounds=rounds),
        parting(every),
        *bootstrap(parting, groups, rounds=rounds),
    )
