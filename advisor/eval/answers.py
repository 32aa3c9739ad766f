"""Items and an advisor to the scores of its whole answers: facts told, refusals right, figures backed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.answer.pipeline import Advisor
from advisor.eval.items import Item
from advisor.eval.metrics import fact_recall, mean, percentile, unbacked_figures
from advisor.types import Answer, Turn

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer, judged."""

    item: Item
    answer: Answer
    facts: float
    unbacked_figures: int
    figures: int


@dataclass(frozen=True, slots=True)
class Row:
    """One system's scores. Facts and words are over the items to answer, `refused` over those to abstain from."""

    system: str
    items: int
    facts: float
    complete: float  # share of answers with every fact
    refused: float
    wrongly_refused: float
    unbacked_figures: int
    figures: int
    backed: float  # share of sentences that a passage backs
    words: float
    p50_s: float
    p95_s: float


def run(advisor: Advisor, items: Sequence[Item], progress: Progress | None = None) -> list[Judged]:
    """Answer every item and judge the answers."""
    judged = []
    for number, item in enumerate(items, start=1):
        answer = advisor.ask(item.question, [Turn("user", turn) for turn in item.history])
        judged.append(judge(item, answer))
        if progress:
            progress(number, len(items))
    return judged


def judge(item: Item, answer: Answer) -> Judged:
    """Return one answer judged by its item. A refusal's figures are the reader's own, so they do not count."""
    cited = {citation.n for citation in answer.citations}
    sources = [passage.chunk.text for passage in answer.passages if passage.n in cited]
    unbacked, all_figures = (0, 0) if answer.abstained else unbacked_figures(_prose(answer), sources)
    return Judged(item, answer, fact_recall(_prose(answer), item.facts), unbacked, all_figures)


def _prose(answer: Answer) -> str:
    """Return an answer without its `[n]`, whose numbers are no facts."""
    return " ".join(sentence.text for sentence in answer.sentences)


def summary(system: str, judged: Sequence[Judged]) -> Row:
    """Return the row of one system."""
    asked = [one for one in judged if one.item.behaviour == "answer"]
    absent = [one for one in judged if one.item.behaviour == "abstain"]
    sentences = [sentence for one in judged for sentence in one.answer.sentences]
    took = [sum(one.answer.trace.seconds.get(stage, 0.0) for stage in STAGES) for one in judged]
    return Row(
        system,
        len(judged),
        mean([one.facts for one in asked]),
        mean([float(one.facts == 1.0) for one in asked]),
        mean([float(one.answer.abstained) for one in absent]),
        mean([float(one.answer.abstained) for one in asked]),
        sum(one.unbacked_figures for one in judged),
        sum(one.figures for one in judged),
        mean([float(sentence.backed) for sentence in sentences]),
        mean([float(len(_prose(one.answer).split())) for one in asked]),
        percentile(took, 0.5),
        percentile(took, 0.95),
    )


STAGES = ("rewrite", "retrieve", "decide", "generate", "ground")  # loading the model is no part of an answer's time
