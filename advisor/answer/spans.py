"""A passage's source sentences, each bound to the passage that it is cited from."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.corpus.sentences import PartKind, parts
from advisor.types import Passage


@dataclass(frozen=True, slots=True)
class Span:
    """A source sentence: `text` is the document's [start, end), list or heading mark left out."""

    passage: Passage
    start: int
    end: int
    text: str
    kind: PartKind


def spans(passage: Passage, whole_items: bool = False) -> list[Span]:
    """Return the source sentences of a passage; `whole_items` parts no list item."""
    chunk = passage.chunk
    return [
        Span(passage, part.start, part.end, chunk.text[part.start - chunk.start : part.end - chunk.start], part.kind)
        for part in parts(chunk, whole_items)
    ]
