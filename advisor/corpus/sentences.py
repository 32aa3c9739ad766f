"""A chunk's text to its source sentences: what is embedded one by one, selected, quoted and cited.

A list item, table row, heading or line of code is one sentence whole; a paragraph is parted at its sentence ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from advisor.corpus.outline import HEADING, after_headings, lines_of
from advisor.types import Chunk

_END = re.compile(
    r"(?<=[.!?])[”\"’')\]]*\s+(?=[A-Z0-9“\"‘'(₹$])"
    r"|(?<=\s[.!?])\s+(?=[^\s.!?])"  # a sign that stands free, as in tokenized text, is of no abbreviation
)
_NOT_AN_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|Dr|Mr|Mrs|Ms|Prof|St|No|approx|Ph\.D|U\.S|Inc|Ltd)\.|\b[A-Z]\.|^\s*\d{1,2}\.)$"
)
_MARK = re.compile(r"^\s*(?:[-*+]|\d{1,2}\.)\s+")
_FENCE = re.compile(r"\s*(?:```|~~~|$)")
_LONGEST = 20  # characters; no abbreviation is longer
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
        if not _NOT_AN_END.search(text[max(left, found.start() - _LONGEST) : found.start()]):
            yield left, found.start() + len(found.group().rstrip())
            left = found.end()
    if text[left:].strip():
        yield left, len(text.rstrip())


def parts(chunk: Chunk, whole_items: bool = False) -> list[Part]:
    """Return the source sentences of a chunk, in order; `whole_items` parts no list item."""
    out: list[Part] = []
    body = after_headings(chunk.text, chunk.heading_path)
    lines = list(lines_of(chunk.text))
    for (start, line, code), (_, below, _) in zip_longest(lines, lines[1:], fillvalue=(0, "", False)):
        at = chunk.start + start
        if start < body and (heading := HEADING.match(line)):
            out.append(Part(at + heading.start(2), at + heading.end(2), "heading"))
        elif not code and line.startswith("|"):
            out.extend(_row(line, at, header=below.startswith("| ---")))
        elif not _FENCE.match(line):
            out.extend(_line_parts(line, at, code, whole_items))
    return out


def _row(line: str, at: int, header: bool) -> Iterator[Part]:
    """Yield a table row from its first cell to its last, but no header and no rule: they say nothing by themselves."""
    cells = line.strip().strip("|").strip()
    if cells and not header and not line.startswith("| ---"):
        start = at + line.index(cells)
        yield Part(start, start + len(cells), "item")


def _line_parts(line: str, at: int, code: bool, whole_items: bool) -> Iterator[Part]:
    mark = None if code else _MARK.match(line)
    skip = mark.end() if mark else len(line) - len(line.lstrip())
    body = line[skip:]
    whole = code or (mark is not None and (whole_items or len(body) <= LONG_ITEM))
    for start, end in [(0, len(body.rstrip()))] if whole and body.strip() else sentences(body):
        yield Part(at + skip + start, at + skip + end, "item" if mark else "sentence")
