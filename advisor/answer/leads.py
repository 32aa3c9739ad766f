"""Source sentences chosen one by one to lines, those that do not say what they are about under what leads them: an
item out of its list, a step of no named path, what points back to nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from advisor.answer.listing import Line
from advisor.answer.lists import DENIED
from advisor.answer.retrieve import Search
from advisor.answer.spans import Span, before, points_back, spans
from advisor.types import Passage

_LABELLED = re.compile(r"[^.:?!“\"]{2,90}: ")  # a title in quotes is no label
_BARE = re.compile(  # a label or a lead that says what is listed and not of what
    r"(?:(?:key|main|other|some|required|essential) )?(?:resources|skills|tools|tasks|projects|topics|examples?|goals?"
    r"|duties|responsibilities|requirements|courses|books|steps)(?: (?:include|are))?: ",
    re.IGNORECASE,
)
_ITSELF = re.compile(r"(?:the|this) (?:article|author|guide|report|source|text)\b", re.IGNORECASE)
_STEP = re.compile(
    r"\b(?:this|the (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next|last)(?: of the \w+)?"
    r"(?: next)?) (?:step|stage|phase)s?\b",
    re.IGNORECASE,
)


def under(search: Search, passages: Sequence[Passage], chosen: Sequence[Span]) -> list[Line]:
    """Return source sentences as lines, in their order; what leads them may be of a passage with the next number."""
    lines: list[Line] = []
    told: Sequence[Span] = []
    for span in chosen:
        above = _above(search, passages, span, lines, told)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(above, told, strict=False)))
        new = [*enumerate(above)][shared:]
        lines += [Line(lead, depth, _is_cut(lead, chosen), leads=True) for depth, lead in new]
        lines.append(Line(span, len(above)))
        told = above
    return lines


def whole(search: Search, passages: Sequence[Passage], listed: Sequence[Line]) -> list[Line]:
    """Return the lines of a whole list, under what leads its own lead where that says no more than "Skills:"."""
    if not listed or listed[0].depth or _names(listed[0].span.text):
        return [*listed]
    first = listed[0].span
    path = first.passage.chunk.heading_path[:-1]
    headings = search.outline(passages, first.passage, path) if path else []
    above = headings[:1] if first.kind == "heading" else _leads(search, passages, first)[-1:]
    return [Line(lead, leads=True) for lead in above] + [
        replace(line, depth=line.depth + len(above)) for line in listed
    ]


def bulleted(lines: Sequence[Line]) -> list[Line]:
    """Return lines with items that have labels, two or more in a row, as a list of its own, unless what stands before
    them would seem to lead it."""
    found: list[Line] = []
    for is_item, group in groupby(lines, _is_labelled_item):
        run = [*group]
        is_list = is_item and len(run) > 1 and not (found and _seems_to_lead(found[-1]))
        found += [replace(line, depth=1) for line in run] if is_list else run
    return found


def _seems_to_lead(line: Line) -> bool:
    return line.depth > 0 or line.span.kind == "heading" or line.text.endswith((":", "?"))


def _is_labelled_item(line: Line) -> bool:
    return not line.depth and line.span.kind == "item" and bool(_LABELLED.match(line.text))


def _above(
    search: Search, passages: Sequence[Passage], span: Span, lines: Sequence[Line], told: Sequence[Span]
) -> Sequence[Span]:
    """Return what leads a source sentence after some lines, the last of which stand under what was `told`."""
    goes_on = bool(lines) and _section(lines[-1].span) == _section(span)
    if goes_on and (_is_of_item(span, lines[-1].span) or (span.points_back and _follows(lines[-1].span, span))):
        return told
    if not _is_loose(span):
        return told if goes_on and told and told[-1].kind == "heading" else []
    leads = _leads(search, passages, span)
    own = [line.span for line in lines if not line.leads]  # a heading may have been chosen itself
    return [] if goes_on and leads != told and _places(leads) <= _places(own) else leads


def _section(span: Span) -> tuple[str, tuple[str, ...]]:
    return span.passage.chunk.doc_id, span.passage.chunk.heading_path


def _places(held: Sequence[Span]) -> set[tuple[str, int]]:
    return {(span.passage.chunk.id, span.start) for span in held}


def _is_loose(span: Span) -> bool:
    """Whether a source sentence does not say what it is about: an item without a label, a step of no named path, or
    what points back to nothing."""
    if span.kind == "heading":
        return False
    is_bare = span.kind == "item" and not span.is_row and (_begins(span) != span or not _LABELLED.match(span.text))
    is_loose = _BARE.match(span.text) or _ITSELF.match(span.text) or _STEP.search(span.text)
    return is_bare or span.points_back or bool(is_loose)


def _begins(span: Span) -> Span:
    """Return the first sentence of the item that a source sentence is of, or itself."""
    line = [one for one in spans(span.passage) if one.kind == "item" and _is_of_item(one, span)]
    return line[0] if line else span


def _is_of_item(one: Span, other: Span) -> bool:
    """Whether two source sentences are of one item of a list."""
    if one.passage.chunk.id != other.passage.chunk.id or one.kind != "item" or other.kind != "item" or one.is_row:
        return False
    text, begin = one.passage.chunk.text, one.passage.chunk.start
    return "\n" not in text[min(one.start, other.start) - begin : max(one.start, other.start) - begin]


def _is_cut(lead: Span, chosen: Sequence[Span]) -> bool:
    """Whether a line ends with a colon before a list of which not every item was chosen."""
    if not lead.text.endswith(":"):
        return False
    items = [one for one in spans(lead.passage, whole_items=True) if lead in _line_above(one)]
    starts = [span.start for span in chosen if span.passage.chunk.doc_id == lead.passage.chunk.doc_id]
    return any(not any(item.start <= start < item.end for start in starts) for item in items)


def _follows(told: Span, span: Span) -> bool:
    """Whether the sentence before one in its paragraph is what was told last."""
    earlier = before(span)
    return earlier is not None and (earlier.passage.n, earlier.start) == (told.passage.n, told.start)


def _leads(search: Search, passages: Sequence[Passage], span: Span) -> list[Span]:
    """Return what leads a source sentence: the first one of its item, if that has a label, under what leads that; the
    line before its list that ends with a colon, or else the heading above it. Before one that says no more than
    "Skills", or points back, or what is denied, stands the heading above that."""
    if (first := _begins(span)) != span and _LABELLED.match(first.text):
        return [*(_leads(search, passages, first) if _is_loose(first) else ()), first]
    path = span.passage.chunk.heading_path
    outlines = [search.outline(passages, span.passage, above) for above in (path, path[:-1])]
    nearest = [*_line_above(span), *(outline[0] for outline in outlines if outline)]
    is_whole = nearest and _names(nearest[0].text) and not any(map(DENIED.search, path[:-1]))
    return nearest[: 1 if is_whole else 2][::-1]


def _names(lead: str) -> bool:
    """Whether a lead says what it is about, by more than what it lists."""
    return not _BARE.match(f"{lead.removesuffix(':')}: ") and not points_back(lead)


def _line_above(span: Span) -> list[Span]:
    """Return the item that an item is nested under, or the line before its list, if it ends with a colon; nothing if
    there is neither."""
    above = [one for one in spans(span.passage) if one.start < span.start] if span.kind == "item" else []
    while above and above[-1].kind == "item" and above[-1].depth >= span.depth:
        above.pop()
    return [one for one in above[-1:] if one.kind == "item" or (one.kind == "sentence" and one.text.endswith(":"))]
