"""Source sentences chosen one by one to lines, those that do not say what they are about under what leads them: an
item out of its list, a step of no named path, what points back to nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.answer.lists import Line
from advisor.answer.retrieve import Search
from advisor.answer.spans import Span, before, spans
from advisor.types import Passage

_LABELLED = re.compile(r"[^.:?!]{2,90}: ")
_BARE = re.compile(  # a label or a lead that says what is listed and not of what
    r"(?:(?:key|main|other|some|required|essential) )?(?:resources|skills|tools|tasks|projects|topics|examples?|goals?"
    r"|duties|responsibilities|requirements|courses|books|steps)(?: (?:include|are))?: ",
    re.IGNORECASE,
)
_STEP = re.compile(
    r"\b(?:this|the (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next|last)(?: next)?)"
    r" (?:step|stage|phase)\b",
    re.IGNORECASE,
)


def under(search: Search, passages: Sequence[Passage], chosen: Sequence[Span]) -> list[Line]:
    """Return source sentences as lines, in their order; what leads them may be of a passage with the next number."""
    lines: list[Line] = []
    told: list[Span] = []
    for at, span in enumerate(chosen):
        above = _leads(search, passages, span) if _is_loose(span, chosen[:at]) else []
        if above != told:
            lines += [Line(lead, depth, leads=True) for depth, lead in enumerate(above)]
        lines.append(Line(span, len(above)))
        told = above
    return lines


def _is_loose(span: Span, told: Sequence[Span]) -> bool:
    """Whether a source sentence does not say what it is about: an item without a label, a step of no named path, or
    what points back to nothing."""
    if span.kind == "heading":
        return False
    is_bare = span.kind == "item" and not span.is_row and not _LABELLED.match(span.text)
    if is_bare or _BARE.match(span.text) or _STEP.search(span.text):
        return True
    earlier = before(span)
    return span.points_back and (earlier is None or (earlier.passage.n, earlier.start) not in _places(told))


def _places(told: Sequence[Span]) -> set[tuple[int, int]]:
    return {(span.passage.n, span.start) for span in told}


def _leads(search: Search, passages: Sequence[Passage], span: Span) -> list[Span]:
    """Return what leads a source sentence: the line before its list that ends with a colon, or else the heading above
    it, and before one that says no more than "Skills" the heading above that."""
    path = span.passage.chunk.heading_path
    outlines = [search.outline(passages, span.passage, above) for above in (path, path[:-1])]
    nearest = [*_line_above(span), *(outline[0] for outline in outlines if outline)]
    return nearest[: 1 if nearest and _names(nearest[0].text) else 2][::-1]


def _names(lead: str) -> bool:
    """Whether a lead says what it is about, by more than what it lists."""
    return not _BARE.match(f"{lead.removesuffix(':')}: ")


def _line_above(span: Span) -> list[Span]:
    """Return the line before the list that an item stands in, or the item that it is nested under, if it ends with a
    colon; nothing if there is none."""
    above = [one for one in spans(span.passage) if one.start < span.start] if span.kind == "item" else []
    while above and above[-1].kind == "item" and not (above[-1].depth < span.depth and above[-1].text.endswith(":")):
        above.pop()
    return [one for one in above[-1:] if one.text.endswith(":") and one.kind != "heading"]
