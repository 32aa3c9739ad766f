"""A document's normal text to chunks along its own structure.

A chunk is a run of whole blocks of one section. It never crosses into another section, keeps a list item whole and a
lead-in with what it leads to, and fits the embedding model's window together with its heading path. A section's first
chunk begins with its heading line, since a heading may hold the very fact that is asked for and cited.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from advisor.corpus.outline import HEADING, after_headings, lines_of
from advisor.corpus.sentences import sentences
from advisor.types import Chunk, Document

CountTokens = Callable[[str], int]


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
    return " > ".join(headings) + "\n" + text[after_headings(text, path) :]


def embedded_text(title: str, path: tuple[str, ...], text: str) -> str:
    """Return what is embedded: the heading path and under it the text. The title, which all chunks of a document
    share, only makes them alike; it stands in where there are no headings."""
    return " > ".join(path or (title,)) + "\n" + text[after_headings(text, path) :]


def chunk(document: Document, count_tokens: CountTokens, max_tokens: int) -> list[Chunk]:
    """Return the document's chunks in order.

    :param count_tokens: length in the embedding model's own tokens, special tokens included.
    :param max_tokens: the model's window; `indexed_text` of each chunk fits it.
    """
    text, special = document.text, count_tokens("")

    def size(part: str) -> int:
        return count_tokens(part) - special

    chunks = []
    for section in sections(document):
        path, room = _path_and_room(document.title, section.path, count_tokens, max_tokens)
        for packed in _pack(text, _atoms(text, section, size, room), room):
            # Some tokenizers count what parts two atoms, too, so that together they may not fit.
            chunks += [_chunk(document, path, start, end) for start, end in _fit(text, *packed, size, room)]
    return chunks


def _path_and_room(
    title: str, path: tuple[str, ...], count_tokens: CountTokens, max_tokens: int
) -> tuple[tuple[str, ...], int]:
    """Return the innermost headings that leave half of the window to the text, and how many tokens they leave."""
    while (room := max_tokens - count_tokens(indexed_text(title, path, ""))) < max_tokens // 2 and path:
        path = path[1:]
    return path, max(room, max_tokens // 2)


def sections(document: Document) -> Iterator[Section]:
    """Yield the sections that hold text, in order."""
    stack: list[tuple[int, str]] = []
    start = 0
    has_body = False
    for at, line, code in lines_of(document.text):
        if not code and (found := HEADING.match(line)):
            level = len(found[1])
            if has_body:
                yield _section(document, stack, start, at)
                start, has_body = at, False
            if _is_title(document, level, found[2]):
                start = at + len(line)
            stack = [(lv, text) for lv, text in stack if lv < level] + [(level, found[2])]
        elif line.strip():
            has_body = True
    if has_body:
        yield _section(document, stack, start, len(document.text))


def _section(document: Document, stack: list[tuple[int, str]], start: int, end: int) -> Section:
    return Section(tuple(text for level, text in stack if not _is_title(document, level, text)), start, end)


def _is_title(document: Document, level: int, text: str) -> bool:
    return level == 1 and text == document.title


def _atoms(text: str, section: Section, size: CountTokens, room: int) -> list[_Atom]:
    """Return what is not to be parted: lines joined to their lead-in, cut by sentences only where too long."""
    return [
        _Atom(start, end, size(text[start:end]))
        for line_start, line_end in _bound_lines(text, section)
        for start, end in _fit(text, line_start, line_end, size, room)
    ]


def _bound_lines(text: str, section: Section) -> list[tuple[int, int]]:
    """Return spans of lines; bound together are a line that ends in a colon, a heading or a table's head and what
    comes after it, and the lines of a code block."""
    spans: list[tuple[int, int]] = []
    bound = was_code = False
    for at, line, code in lines_of(text[section.start : section.end]):
        start, end = section.start + at, section.start + at + len(line.rstrip())
        if not line.strip():
            continue
        if bound or (code and was_code):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((end - len(line.strip()), end))
        table_head = line.startswith("|") and text.startswith("\n| ---", start + len(line))
        bound = table_head or line.startswith(("#", "| ---")) or line.rstrip().endswith(":")
        was_code = code
    return spans


def _fit(text: str, start: int, end: int, size: CountTokens, room: int) -> Iterator[tuple[int, int]]:
    """Yield [start, end) whole if it fits `room` tokens, else cut by lines, then sentences, words and characters."""
    end = start + len(text[start:end].rstrip())
    start = end - len(text[start:end].lstrip())
    if end - start <= 1 or size(text[start:end]) <= room:
        if start < end:
            yield start, end
        return
    left, used = start, 0
    for here, after in pairwise([start, *(start + cut for cut in _cuts(text[start:end], room)), end]):
        more = size(text[here:after])
        whole = left == start and after == end  # which does not fit, whatever the sizes of its pieces say
        if left < here and (whole or used + more > room or not _apart(text, here)):
            yield from _fit(text, left, here, size, room)
            left, used = here, 0
        used += more
    yield from _fit(text, left, end, size, room)


def _cuts(text: str, room: int) -> Sequence[int]:
    """Return where to cut a text: at line ends; if it has none where sentences begin; else every so many words or
    characters, about as many as fit."""
    cuts = [found.end() for found in re.finditer(r"\n", text)] or [start for start, _ in sentences(text)][1:]
    if cuts:
        return cuts
    words = [found.end() for found in re.finditer(r"\s+", text)]
    places, most = (words, room // 4) if words else (range(1, len(text)), room)
    step = max(1, min(most, len(places) // 2))
    return places[step - 1 :: step]


def _apart(text: str, at: int) -> bool:
    """Whether no word goes on over `at`: the halves of a word may be more tokens together than they are apart."""
    return text[at - 1].isspace() or text[at].isspace()


def _pack(text: str, atoms: list[_Atom], room: int) -> Iterator[tuple[int, int]]:
    """Yield spans of neighbouring atoms, as few as fit `room` and of about the same size."""
    total = sum(atom.tokens for atom in atoms)
    target = total / max(1, ceil(total / room))
    open_atoms: list[_Atom] = []
    used = 0
    for atom in atoms:
        full = used + atom.tokens > room or used >= target
        if open_atoms and (full or not _apart(text, atom.start)):
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
