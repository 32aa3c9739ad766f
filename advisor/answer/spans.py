"""A passage's source sentences, each bound to the passage that it is cited from."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.corpus.sentences import Part, PartKind, parts
from advisor.types import Passage


@dataclass(frozen=True, slots=True)
class Span:
    """A source sentence: `text` is the document's [start, end), list or heading mark left out."""

    passage: Passage
    start: int
    end: int
    text: str
    kind: PartKind

    @property
    def depth(self) -> int:
        """How far its line is indented, in characters."""
        line = self._before()
        return len(line) - len(line.lstrip())

    @property
    def number(self) -> int | None:
        """Its number in a numbered list."""
        mark = self._before().strip().rstrip(".)")
        return int(mark) if mark.isdecimal() else None

    def _before(self) -> str:
        before = self.passage.chunk.text[: self.start - self.passage.chunk.start]
        return before[before.rfind("\n") + 1 :]


def spans(passage: Passage, whole_items: bool = False) -> list[Span]:
    """Return the source sentences of a passage; `whole_items` parts no list item."""
    return [span_of(passage, part) for part in parts(passage.chunk, whole_items)]


def span_of(passage: Passage, part: Part) -> Span:
    """Return a part of a passage's chunk as a source sentence."""
    start = passage.chunk.start
    return Span(passage, part.start, part.end, passage.chunk.text[part.start - start : part.end - start], part.kind)
