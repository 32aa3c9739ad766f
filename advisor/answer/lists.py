"""A question that asks for several things to the whole list, section or outline that names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.answer.evidence import Scored, covered, in_context
from advisor.answer.retrieve import Search
from advisor.answer.rivals import mentions
from advisor.answer.spans import Span, spans
from advisor.index.tokens import tokenize
from advisor.types import Passage

OUTLINE = 0.9  # share of the best score from which a heading answers with the headings under it
LEAST = 3  # headings or items that answer as a list because of what they are headed with
HEADED = 0.5  # share of a question's terms that the headings of such a list must hold
MOST_ITEMS = 24  # of one list in one answer
_LISTED = (
    r"(?P<noun>steps|stages|phases|roles|types|kinds|skills|tools|libraries|frameworks|projects|books|readings|"
    r"conferences|certifications|certificates|responsibilities|duties|ways|reasons|metrics|algorithms|techniques|"
    r"languages|platforms|topics|areas|careers|jobs|courses|resources|benefits|factors|challenges|applications|"
    r"differences|misconceptions|takeaways|considerations|people|stories|subskills|options|opportunities|tasks|"
    r"sources|links|companies|industries|principles|practices|degrees|concepts|methods|models|datasets|implications|"
    r"roadmap|path)"
)
_ASKS = re.compile(
    rf"\b(?:list|name|all|which|what(?:'s| is| are| were)?|how many|enumerate|give|outline)\b.*?\b{_LISTED}\b"
    r"|^how (?:can|do|does|should|to)\b.*\bbecome\b|^why should\b",
    re.IGNORECASE,
)


def asks_list(question: str) -> bool:
    """Whether a question asks for several things, and not for one numbered step."""
    return bool(_ASKS.search(question)) and not asks_step(question)


def asks_step(question: str) -> bool:
    """Whether a question asks for one numbered step."""
    return "numbered" in mentions(question)


def whole(question: str, search: Search, passages: Sequence[Passage], scored: Sequence[Scored]) -> list[Span]:
    """Return what answers as a whole, its lead first; nothing if the question asks for no such thing."""
    told = [one for one in scored if not one.announces]
    if asks_step(question):
        return _step(question, search, passages, told)
    best = told[0].span
    section = _all(search.section(passages, best.passage))
    if (best.text.endswith(":") or asks_list(question)) and (items := _led(section, best)):
        return [best, *items]
    if not asks_list(question):
        return []
    return (
        _headed(question, search, passages, told)
        or _outline(search, passages, told)
        or _around(question, search, passages, told)
    )


def _step(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Span]:
    """Return the section that a numbered step heads, or the item that it is."""
    asked = mentions(question)["numbered"]
    for one in told:
        path = " > ".join(one.span.passage.chunk.heading_path[-1:])
        if asked & mentions(path).get("numbered", frozenset()):
            return _all(search.section(passages, one.span.passage))
        if asked & mentions(in_context(one.span)).get("numbered", frozenset()):
            return []
    return []


def _headed(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Span]:
    """Return the outline or list whose heading has the very word that the question lists things by."""
    found = _ASKS.search(question)
    noun = (found["noun"] or "").casefold() if found else ""
    wanted = set(tokenize(question))
    best: tuple[float, list[Span]] = (max(HEADED, told[0].coverage), [])
    for one in told:
        if one.span.kind != "heading" or noun not in re.findall(r"\w+", one.span.text.casefold()):
            continue
        share = covered(wanted, set(tokenize(in_context(one.span))), search.weight)
        listing = search.under(passages, one.span) or _led(_all(search.section(passages, one.span.passage)), one.span)
        if len(listing) >= LEAST and share > best[0]:
            best = (share, [one.span, *listing])
    return best[1]


def _outline(search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Span]:
    """Return a heading that is among the best with the headings right under it."""
    for one in told:
        if one.span.kind == "heading" and one.score >= OUTLINE * told[0].score:
            outline = search.under(passages, one.span)
            if len(outline) >= LEAST:
                return [one.span, *outline]
    return []


def _all(section: Sequence[Passage]) -> list[Span]:
    return [span for passage in section for span in spans(passage, whole_items=True)]


def _led(section: Sequence[Span], lead: Span) -> list[Span]:
    """Return the items that follow a lead: those nested under it if it is an item itself."""
    return list(_items(section, lead))[:MOST_ITEMS]


def _items(section: Sequence[Span], lead: Span) -> Iterator[Span]:
    for span in section:
        if span.start > lead.start:
            if span.kind != "item" or (lead.kind == "item" and span.depth <= lead.depth):
                return
            yield span


def _around(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Span]:
    """Return the list that the best item stands in, with the line before it; nothing if the question is better met by
    that one item than by what the list is headed with."""
    item = next((one.span for one in told[:4] if one.span.kind == "item" and one.score >= 0.85 * told[0].score), None)
    section = _all(search.section(passages, item.passage)) if item else []
    at = next((i for i, span in enumerate(section) if item and span.start <= item.start < span.end), None)
    if item is None or at is None:
        return []
    first = last = at
    while first > 0 and section[first - 1].kind == "item":
        first -= 1
    while last + 1 < len(section) and section[last + 1].kind == "item":
        last += 1
    led = first > 0 and section[first - 1].text.endswith(":")
    wanted = set(tokenize(question))
    lead = section[first - 1].text if led else ""
    heads = " ".join((item.passage.title, *item.passage.chunk.heading_path, lead))
    if covered(wanted, set(tokenize(item.text)), search.weight) > covered(wanted, set(tokenize(heads)), search.weight):
        return []
    return list(section[first - led : last + 1][:MOST_ITEMS])
