"""A document's normal text to the HTML of the page: headings, lists, tables, code, and where its chunks begin.

All of it is escaped. The page has one h1 and the document's title is an h2, so its headings begin at h3, and none skips
a level, whatever the source does.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

from advisor.corpus.outline import HEADING, ITEM, lines_of
from advisor.types import Chunk, Document

MOST = 400_000  # characters that are shown; a browser is slow with more
_CELLS = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^\|(?: --- \|)+$")
_CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or as much of it as is of one chunk."""

    kind: str  # heading, item, row, code, paragraph
    text: str
    level: int = 0  # of a heading, 3 to 6; of an item, its depth
    number: int = 0  # of a heading, in its document
    chunk: int = -1  # the place of its chunk, if it has one


def html(document: Document, chunks: Sequence[Chunk] = (), count_tokens: Callable[[str], int] = len) -> str:
    """Return a document's text; with chunks, each in a box with its headings and how many tokens it has."""
    parts = []
    for place, run in groupby(_pieces(document, chunks), key=lambda piece: piece.chunk):
        inside = _blocks(list(run))
        parts.append(inside if place < 0 else _box(place, len(chunks), chunks[place], inside, count_tokens))
    left = len(document.text) - MOST
    rest = (
        f'<p class="note">The last {left:,} characters are not shown here; they are searched.</p>' if left > 0 else ""
    )
    return f'<div class="document-text">{"".join(parts)}{rest}</div>'


def outline(document: Document) -> str:
    """Return links to the headings of a document's text, nested, or nothing where there are less than two."""
    headings = [piece for piece in _pieces(document, ()) if piece.kind == "heading"]
    if len(headings) < 2:
        return ""
    links = "".join(
        f'<li class="level{one.level}"><a href="#heading-{one.number}">{escape(one.text)}</a></li>' for one in headings
    )
    return f'<nav aria-label="Headings of this document"><ul>{links}</ul></nav>'


def _pieces(document: Document, chunks: Sequence[Chunk]) -> Iterator[_Piece]:
    """Yield what is shown of a document, its lines cut where a chunk begins or ends within one."""
    starts = [chunk.start for chunk in chunks]
    borders = sorted({border for chunk in chunks for border in (chunk.start, chunk.end)})
    stack: list[int] = []
    number = 0
    for start, line, code in lines_of(document.text[:MOST]):
        begin, end = start + len(line) - len(line.lstrip()), start + len(line)
        within = borders[bisect_right(borders, begin) : bisect_left(borders, end)]
        for left, right in pairwise([start, *within, end]):
            place = bisect_right(starts, max(left, begin)) - 1
            chunk = place if place >= 0 and left < chunks[place].end else -1
            text = line[left - start : right - start]
            if code:
                yield _Piece("code", text, chunk=chunk)
            elif left == start and (found := HEADING.match(line)):
                if len(found[1]) == 1 and found[2] == document.title and not number:
                    break
                stack = [*(level for level in stack if level < len(found[1])), len(found[1])]
                number += 1
                shown = found[2] if right == end else text.lstrip("# ").rstrip()
                yield _Piece("heading", shown, min(6, 2 + len(stack)), number, chunk)
            elif text.strip():
                yield _piece(text, chunk)


def _piece(text: str, chunk: int) -> _Piece:
    if text.startswith("|"):
        return _Piece("row", text, chunk=chunk)
    if found := ITEM.match(text):
        return _Piece("item", f"{found[2]} {found[3]}", len(found[1]) // 2, chunk=chunk)
    return _Piece("paragraph", text, chunk=chunk)


def _blocks(pieces: Sequence[_Piece]) -> str:
    make = {"heading": _headings, "item": _items, "row": _table, "code": _code, "paragraph": _paragraphs}
    return "".join(make[kind](list(run)) for kind, run in groupby(pieces, key=lambda piece: piece.kind))


def _headings(run: Sequence[_Piece]) -> str:
    return "".join(
        f'<h{one.level} class="heading" id="heading-{one.number}" tabindex="-1">{escape(one.text)}</h{one.level}>'
        for one in run
    )


def _paragraphs(run: Sequence[_Piece]) -> str:
    return "".join(f"<p>{_inline(one.text)}</p>" for one in run)


def _items(run: Sequence[_Piece]) -> str:
    """Return a list; deeper items are marked by a class, as a level may be left out."""
    items = []
    for one in run:
        mark, _, text = one.text.partition(" ")
        number = f'<span class="mark">{escape(mark)}</span> ' if mark != "-" else ""
        items.append(f'<li class="depth{min(one.level, 3)}{" numbered" * bool(number)}">{number}{_inline(text)}</li>')
    return f"<ul>{''.join(items)}</ul>"


def _table(run: Sequence[_Piece]) -> str:
    rows = [one.text.strip() for one in run]
    head = [rows[0]] if len(rows) > 1 and _RULE.match(rows[1]) else []
    body = [row for row in rows[len(head) :] if not _RULE.match(row)]
    top = f"<thead>{''.join(_row(row, 'th') for row in head)}</thead>" if head else ""
    cells = "".join(_row(row, "td") for row in body)
    table = f"<table>{top}<tbody>{cells}</tbody></table>"
    return f'<div class="wide" tabindex="0" role="group" aria-label="Table">{table}</div>'


def _row(row: str, cell: str) -> str:
    texts = _CELLS.split(row.removeprefix("|").removesuffix("|"))
    return f"<tr>{''.join(f'<{cell}>{_inline(text.strip())}</{cell}>' for text in texts)}</tr>"


def _code(run: Sequence[_Piece]) -> str:
    lines = [one.text for one in run]
    inside = lines[1:] if lines[0].lstrip().startswith(("```", "~~~")) else lines
    inside = inside[:-1] if inside and inside[-1].strip() in ("```", "~~~") else inside
    return f'<pre tabindex="0"><code>{escape(chr(10).join(inside))}</code></pre>'


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text).replace("\\|", "|"))


def _box(place: int, of: int, chunk: Chunk, inside: str, count_tokens: Callable[[str], int]) -> str:
    path = " › ".join(map(escape, chunk.heading_path)) or "no heading"
    head = f"Chunk {place + 1} of {of} · {path} · {count_tokens(chunk.text)} tokens"
    return f'<section class="chunk" aria-label="Chunk {place + 1}"><p class="note">{head}</p>{inside}</section>'
