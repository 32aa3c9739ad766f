"""Systems that are bad on purpose, made from a good one's answers: a metric that does not tell them apart is no metric.

Four of them: another item's answer, a copy of the top chunk, always refusing, and the model without any passage.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from advisor.answer.spans import spans
from advisor.eval.items import Item
from advisor.eval.run import Cells, Kept
from advisor.types import Answer, Citation, Passage, Sentence, Trace

SHUFFLED, TOP, REFUSING, BARE = "shuffled passages", "top chunk copied", "always refusing", "no passages"
NAMES = (SHUFFLED, TOP, REFUSING, BARE)
SAMPLE = 40  # items that the model answers without passages: nothing stops it early there, so each costs seconds
_WORDS = 64  # tokens, about what its other answers have

# A metric, and the control that a working system must beat in it.
EXPECTED = (
    ("mrr@10", SHUFFLED),
    ("shown", SHUFFLED),
    ("vital", SHUFFLED),
    ("vital", BARE),
    ("vital", REFUSING),
    ("grounded", BARE),
    ("right", REFUSING),
    ("credit", SHUFFLED),
    ("credit", TOP),
    ("credit", REFUSING),
    ("credit", BARE),
)


def controls(cells: Cells, items: Sequence[Item], answers: Mapping[str, Kept]) -> Iterator[tuple[str, dict[str, Kept]]]:
    """Yield each control's name and its answers by the items' ids; the model's alone are of some of the items.

    :param answers: those of the system that `cells` are of.
    """
    yield SHUFFLED, _shuffled(items, answers)
    yield TOP, {name: replace(kept, answer=_top(kept.answer)) for name, kept in answers.items()}
    yield REFUSING, {name: replace(kept, answer=_refusal(kept.answer)) for name, kept in answers.items()}
    yield BARE, _bare(cells, _sample(items))


def _sample(items: Sequence[Item]) -> list[Item]:
    """Return items from all over the set."""
    count = min(SAMPLE, len(items))
    return [items[place * len(items) // count] for place in range(count)]


def _shuffled(items: Sequence[Item], answers: Mapping[str, Kept]) -> dict[str, Kept]:
    """Give each item the search and the answer of one that is half the set away."""
    names = [item.id for item in items]
    away = names[len(names) // 2 :] + names[: len(names) // 2]
    return {name: answers[other] for name, other in zip(names, away, strict=True)}


def _top(answer: Answer) -> Answer:
    passages = answer.passages[:1]
    sentences = tuple(
        Sentence(span.text, (Citation(1, span.passage.chunk.id, span.passage.chunk.doc_id, span.start, span.end),), 1.0)
        for passage in passages
        for span in spans(passage)
    )
    return _made(answer, sentences, confidence=1.0, passages=passages)


def _refusal(answer: Answer) -> Answer:
    return replace(_made(answer, (), confidence=0.0, passages=answer.passages), kind="abstain")


def _made(answer: Answer, sentences: tuple[Sentence, ...], confidence: float, passages: tuple[Passage, ...]) -> Answer:
    citations = tuple(citation for sentence in sentences for citation in sentence.citations)
    text = " ".join(sentence.text for sentence in sentences)
    trace = replace(answer.trace, confidence=confidence, seconds={}, tokens={}, prompt="", model="")
    return replace(
        answer, text=text, sentences=sentences, citations=citations, passages=passages, kind="answer", trace=trace
    )


def _bare(cells: Cells, items: Sequence[Item]) -> dict[str, Kept]:
    """Return what the model says of itself."""
    questions = [item.standalone or item.question for item in items]
    texts = cells.unaided(questions, _WORDS)
    return {item.id: _unbacked(*one) for item, one in zip(items, zip(questions, texts, strict=True), strict=True)}


def _unbacked(question: str, text: str) -> Kept:
    sentences = (Sentence(text.strip(), (), 0.0),) if text.strip() else ()
    trace = Trace(question, "", "", confidence=1.0)
    return Kept(Answer(question, text.strip(), sentences, (), (), "answer", trace), 0.0, 0.0)
