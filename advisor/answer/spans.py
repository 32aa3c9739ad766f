"""A passage's source sentences, each bound to the passage that it is cited from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from advisor.corpus.sentences import Part, PartKind, parts, sentences
from advisor.types import Passage

_POINTS_BACK = re.compile(
    r"(?:he|she|it|its|they|their|this|these|that|those|such|here|there|so|both|another|also|however|thus|then|but|and|or|"
    r"(?:with)?in this|for example|for instance|in fact|in reality)\b",
    re.IGNORECASE,
)
_LEANS = re.compile(  # by what comes after its beginning: "Knowing how to work with them", "It does so"
    r"^(?:\w[\w'’-]*,? ){0,5}(?:at|about|by|for|from|in|of|on|to|with) "
    r"(?:it|them|both|these|this|those(?! (?:who|that|with|in)))\b"
    r"|\b(?:do|does|did|doing) so\b|\bboth\.$|\bthis (?:change|step|transformation|shift)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"\s*(?:[-*+|]|\d{1,2}[.)])\s+")
_NUMBERED = re.compile(r"\s*(\d{1,2})[.)]\s")


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
    def step(self) -> int | None:
        """The number of the item of a numbered list that it is a sentence of."""
        mark = _NUMBERED.match(self._before())
        return int(mark[1]) if mark else None

    @property
    def points_back(self) -> bool:
        """Whether it means nothing without the sentence before it."""
        return self.kind != "heading" and points_back(self.text) and not _MARKED.fullmatch(self._before())

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a table."""
        return self._before().strip() == "|"

    def _before(self) -> str:
        before = self.passage.chunk.text[: self.start - self.passage.chunk.start]
        return before[before.rfind("\n") + 1 :]


def points_back(text: str) -> bool:
    """Whether a sentence begins with a word, or has one early on, that means nothing without the sentence before it."""
    return bool(_POINTS_BACK.match(text) or _LEANS.search(text))


def before(span: Span) -> Span | None:
    """Return the source sentence before one in its paragraph, None for the first one."""
    found: Span | None = None
    for one in spans(span.passage):
        if one.start == span.start:
            break
        found = one
    if found is None or span.kind == "heading" or found.kind == "heading":
        return None
    start = span.passage.chunk.start
    return found if "\n" not in span.passage.chunk.text[found.end - start : span.start - start] else None


def spans(passage: Passage, whole_items: bool = False) -> list[Span]:
    """Return the source sentences of a passage; `whole_items` parts no list item."""
    return [span_of(passage, part) for part in parts(passage.chunk, whole_items)]


def span_of(passage: Passage, part: Part) -> Span:
    """Return a part of a passage's chunk as a source sentence."""
    start = passage.chunk.start
    text = passage.chunk.text[part.start - start : part.end - start]
    span = Span(passage, part.start, part.end, text, part.kind)
    return replace(span, text=text.replace(" | ", ": ", 1).replace(" | ", "; ")) if span.is_row else span


def sentences_of(span: Span) -> list[Span]:
    """Return the sentences of a source sentence that is an item of several, or itself.

    One that begins by pointing back means nothing without the one before it, and stays with it.
    """
    if span.is_row or span.end - span.start != len(span.text):
        return [span]
    cuts = [start for start, _ in sentences(span.text) if start and not points_back(span.text[start:])]
    places = pairwise([0, *cuts, len(span.text)])
    return [
        replace(span, start=span.start + start, end=span.start + len(text) + start, text=text)
        for start, end in places
        if (text := span.text[start:end].rstrip())
    ]
