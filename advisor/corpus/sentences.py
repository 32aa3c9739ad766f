"""A chunk's text to its source sentences: what is embedded one by one, selected, quoted and cited.

A list item, table row or heading is one sentence whole; a paragraph is parted at its sentence ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from advisor.corpus.outline import HEADING
from advisor.types import Chunk

_END = re.compile(r"(?<=[.!?])[”\"’')\]]*\s+(?=[A-Z0-9“\"‘'(₹$])")
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|Dr|Mr|Mrs|Ms|Prof|St|No|approx|Ph\.D|U\.S|Inc|Ltd)\.|\b[A-Z]\.|^\s*\d{1,2}\.)$"
)
_MARK = re.compile(r"^\s*(?:[-*+]|\d{1,2}\.)\s+")
LONG_ITEM = 400  # characters; a longer list item is parted like a paragraph


PartKind = Literal["sentence", "item", "heading"]


@dataclass(frozen=True, slots=True)
class Part:
    """A source sentence: the document's [start, end), list or heading mark left out."""

    start: int
    end: int
    kind: PartKind


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield [start, end) of each sentence of one paragraph."""
    left = 0
    for found in _END.finditer(text):
        if not _NOT_AN_END.search(text[: found.start()]):
            yield left, found.start() + len(found.group().rstrip())
            left = found.end()
    if text[left:].strip():
        yield left, len(text.rstrip())


def parts(chunk: Chunk, whole_items: bool = False) -> list[Part]:
    """Return the source sentences of a chunk, in order; `whole_items` parts no list item."""
    out: list[Part] = []
    at = chunk.start
    for line in chunk.text.splitlines(keepends=True):
        out.extend(_line_parts(line.rstrip("\n"), at, whole_items))
        at += len(line)
    return out


def _line_parts(line: str, at: int, whole_items: bool) -> Iterator[Part]:
    if not line.strip() or line.startswith("| ---"):
        return
    if heading := HEADING.match(line):
        yield Part(at + heading.start(2), at + heading.end(2), "heading")
        return
    mark = _MARK.match(line)
    skip = mark.end() if mark else len(line) - len(line.lstrip())
    body = line[skip:]
    whole = line.startswith("|") or (mark is not None and (whole_items or len(body) <= LONG_ITEM))
    for start, end in [(0, len(body.rstrip()))] if whole else sentences(body):
        yield Part(at + skip + start, at + skip + end, "item" if mark else "sentence")
