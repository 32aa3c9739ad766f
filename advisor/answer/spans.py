"""A passage's source sentences, each bound to the passage that it is cited from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from advisor.corpus.sentences import Part, PartKind, parts
from advisor.types import Passage


@dataclass(frozen=True, slots=True)
class Span:
    """A source sentence: `text` is the document's [start, end), list or heading mark left out; a table row's cells are
    parted by a colon and semicolons."""

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

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return self._before().strip() == "|"

    def _before(self) -> str:
        before = self.passage.chunk.text[: self.start - self.passage.chunk.start]
        return before[before.rfind("\n") + 1 :]


def spans(passage: Passage, whole_items: bool = False) -> list[Span]:
    """Return the source sentences of a passage; `whole_items` parts no list item."""
    return [span_of(passage, part) for part in parts(passage.chunk, whole_items)]


def span_of(passage: Passage, part: Part) -> Span:
    """Return a part of a passage's chunk as a source sentence."""
    start = passage.chunk.start
    text = passage.chunk.text[part.start - start : part.end - start]
    span = Span(passage, part.start, part.end, text, part.kind)
    return replace(span, text=text.replace(" | ", ": ", 1).replace(" | ", "; ")) if span.is_row else span
