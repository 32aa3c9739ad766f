"""A lost item to the stage that lost it, found by asking again with the gold rewrite and with the gold evidence.

The stages are tried in the order of the one path; the first whose mending brings the item back is to blame.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from advisor.eval.gold import Gold, Keys, Place
from advisor.eval.items import Item
from advisor.eval.nuggets import recall
from advisor.eval.report import Scores
from advisor.eval.run import Cells, Kept
from advisor.types import Answer, Chunk, Passage

Stage = Literal["rewrite", "retrieval", "decision", "generation", "grounding"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Judge = Callable[[Answer], Scores]


def is_lost(item: Item, found: Scores) -> bool:
    """Whether an answer is not what the item expects: a vital nugget untold, a wrong refusal or a wrong answer."""
    return found["right"] == 0.0 or found["clean"] == 0.0 or (item.behaviour == "answer" and found["complete"] != 1.0)


def lost_at(item: Item, kept: Kept, needed: Gold, cells: Cells, judge: Judge) -> Stage | None:
    """Return the stage that lost an item, or None for one that is not lost.

    Rewriting, if the gold form of the question brings the item back; retrieval, if the gold evidence does. Else the
    decision, if it is still refused, or answered although the documents do not hold it; grounding, if it threw away
    a text that told more; and generation: the model, or the choice of what to quote.
    """
    if not is_lost(item, judge(kept.answer)):
        return None
    if item.standalone and not is_lost(item, judge(cells.answer(item.standalone).answer)):
        return "rewrite"
    if item.behaviour != "answer":
        return "decision"
    again = cells.answer(item.standalone or item.question, given=gold_passages(cells, needed)).answer
    if not is_lost(item, judge(again)):
        return "retrieval"
    if again.kind != "answer":
        return "decision"
    return "grounding" if _told_more(item, again) else "generation"


def _told_more(item: Item, answer: Answer) -> bool:
    """Whether what was thrown away tells a nugget that the answer does not."""
    said = " ".join(sentence.text for sentence in answer.sentences)
    whole = recall(" ".join((said, *answer.trace.dropped)), item.nuggets).vital_strict
    return whole > recall(said, item.nuggets).vital_strict


def gold_passages(cells: Cells, needed: Gold) -> list[Passage]:
    """Return the passages with the evidence of the first set that the documents hold any of: the chunks that a place
    is in, or that hold the keys."""
    index = cells.advisor.search.index
    held = ([chunk for chunk in index.chunks if any(_is_in(one, chunk) for one in wanted)] for wanted in needed.sets)
    chunks = next(filter(None, held), [])
    documents = index.documents
    return [
        Passage(n, chunk, documents[chunk.doc_id].title, documents[chunk.doc_id].source, 1.0)
        for n, chunk in enumerate(chunks[: cells.advisor.config.passages], start=1)
    ]


def _is_in(needed: Place | Keys, chunk: Chunk) -> bool:
    if isinstance(needed, Place):
        return needed.doc_id == chunk.doc_id and needed.start < chunk.end and chunk.start < needed.end
    return needed.is_in(chunk.text)
