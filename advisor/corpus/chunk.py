"""A document's normal text to chunks along its own structure.

A chunk is a run of whole blocks of one section. It never crosses into another section, keeps a list item whole and a
lead-in with what it leads to, and fits the embedding model's window together with its heading path. A section's first
chunk begins with its heading line, since a heading may hold the very fact that is asked for and cited.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil

from advisor.corpus.outline import HEADING, ITEM
from advisor.types import Chunk, Document

CountTokens = Callable[[str], int]
_LEADING_HEADINGS = re.compile(r"\A(?:#{1,6} .*\n+)+")
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\")]?\s+(?=[A-Z0-9“\"(₹$])")


@dataclass(frozen=True, slots=True)
class Section:
    """The span of one heading's own text, from its heading line on, and from those of headings that hold none.

    `path` holds the headings above the text, the document's title left out.
    """

    path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Atom:
    start: int
    end: int
    tokens: int


def indexed_text(title: str, path: tuple[str, ...], text: str) -> str:
    """Return what BM25 indexes: the heading path, title first, and under it the text."""
    headings = path if path and path[0] == title else (title, *path)
    return " > ".join(headings) + "\n" + _LEADING_HEADINGS.sub("", text)


def embedded_text(title: str, path: tuple[str, ...], text: str) -> str:
    """Return what is embedded: the heading path and under it the text. The title, which all chunks of a document
    share, only makes them alike; it stands in where there are no headings."""
    return " > ".join(path or (title,)) + "\n" + _LEADING_HEADINGS.sub("", text)


def chunk(document: Document, count_tokens: CountTokens, max_tokens: int) -> list[Chunk]:
    """Return the document's chunks in order.

    :param count_tokens: length in the embedding model's own tokens, special tokens included.
    :param max_tokens: the model's window; `indexed_text` of each chunk fits it.
    """
    chunks = []
    for section in sections(document):
        room = max_tokens - count_tokens(indexed_text(document.title, section.path, ""))
        for start, end in _pack(document.text, _atoms(document.text, section, count_tokens, room), room):
            chunks.append(_chunk(document, section.path, start, end))
    return chunks


def sections(document: Document) -> Iterator[Section]:
    """Yield the sections that hold text, in order."""
    stack: list[tuple[int, str]] = []
    start = at = 0
    has_body = False
    for line in document.text.splitlines(keepends=True):
        if found := HEADING.match(line.rstrip("\n")):
            if has_body:
                yield _section(document, stack, start, at)
            level = len(found[1])
            if has_body:
                start, has_body = at, False
            if _is_title(document, level, found[2]):
                start = at + len(line)
            stack = [(lv, text) for lv, text in stack if lv < level] + [(level, found[2])]
        elif line.strip():
            has_body = True
        at += len(line)
    if has_body:
        yield _section(document, stack, start, at)


def _section(document: Document, stack: list[tuple[int, str]], start: int, end: int) -> Section:
    return Section(tuple(text for level, text in stack if not _is_title(document, level, text)), start, end)


def _is_title(document: Document, level: int, text: str) -> bool:
    return level == 1 and text == document.title


def _atoms(text: str, section: Section, count_tokens: CountTokens, room: int) -> list[_Atom]:
    """Return what is not to be parted: lines joined to their lead-in, cut by sentences only where too long."""
    special = count_tokens("")
    return [
        _Atom(start, end, count_tokens(text[start:end]) - special)
        for line_start, line_end in _bound_lines(text, section)
        for start, end in _fit(text, line_start, line_end, lambda part: count_tokens(part) - special, room)
    ]


def _bound_lines(text: str, section: Section) -> list[tuple[int, int]]:
    """Return spans of lines, those that end in a colon and a table's head bound to the line after them."""
    spans: list[tuple[int, int]] = []
    bound = False
    at = section.start
    for line in text[section.start : section.end].splitlines(keepends=True):
        start, end = at + len(line) - len(line.lstrip(" ")), at + len(line.rstrip())
        at += len(line)
        if not line.strip():
            continue
        if bound and spans:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
        table_head = line.startswith("|") and text[at : at + 5].startswith("| ---")
        bound = line.startswith(("#", "| ---")) or line.rstrip().endswith(":") or table_head
    return spans


def _fit(text: str, start: int, end: int, size: CountTokens, room: int) -> Iterator[tuple[int, int]]:
    """Yield [start, end) whole if it fits `room` tokens, else cut by lines, then sentences, then words."""
    if size(text[start:end]) <= room:
        yield start, end
        return
    cuts = [found.end() for found in re.finditer(r"\n", text[start:end])]
    cuts = cuts or [found.end() for found in _SENTENCE_END.finditer(text[start:end])]
    cuts = cuts or [found.end() for found in re.finditer(r"\s+", text[start:end])]
    cuts = cuts or list(range(room, end - start, room))
    if not cuts:
        yield start, end
        return
    pieces = [start, *(start + cut for cut in cuts), end]
    left = start
    for here, following in zip(pieces[1:], [*pieces[2:], None], strict=True):
        if following is None or size(text[left:following]) > room:
            yield from _fit_piece(text, left, here, size, room)
            left = here


def _fit_piece(text: str, start: int, end: int, size: CountTokens, room: int) -> Iterator[tuple[int, int]]:
    stripped = len(text[start:end].rstrip())
    if stripped:
        yield from _fit(text, start, start + stripped, size, room)


def _pack(text: str, atoms: list[_Atom], room: int) -> Iterator[tuple[int, int]]:
    """Yield spans of neighbouring atoms, as few as fit `room` and of about the same size."""
    total = sum(atom.tokens for atom in atoms)
    target = total / max(1, ceil(total / room))
    open_atoms: list[_Atom] = []
    used = 0
    for atom in atoms:
        if open_atoms and (used + atom.tokens > room or used >= target):
            yield open_atoms[0].start, open_atoms[-1].end
            open_atoms, used = [], 0
        open_atoms.append(atom)
        used += atom.tokens
    if open_atoms:
        yield open_atoms[0].start, open_atoms[-1].end


def _chunk(document: Document, path: tuple[str, ...], start: int, end: int) -> Chunk:
    text = document.text[start:end]
    key = "\x1f".join((document.id, *path, str(start), text))
    return Chunk(hashlib.sha256(key.encode()).hexdigest()[:12], document.id, path, start, end, text)


def is_item(line: str) -> bool:
    """Whether a line of normal text is a list item."""
    return ITEM.match(line) is not None
