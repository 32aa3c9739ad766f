"""A question that asks for several things to the whole list, section or outline that names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from advisor.answer import steps
from advisor.answer.evidence import Scored, covered, in_context
from advisor.answer.listing import HEADED, LEAST, Line, listing, section_of, uncounted
from advisor.answer.retrieve import Search
from advisor.answer.spans import Span, spans
from advisor.index.tokens import tokenize
from advisor.types import Passage

OUTLINE = 0.9  # share of the best score from which a heading answers with the headings under it
NEAR = 0.85  # share of the best score from which the list that an item stands in may be what was asked for
MOST = 4  # source sentences among which such an item is looked for
OWN = 0.6  # share of the terms of its own heading that the question must hold
FIRST = 2  # source sentences under each heading of an outline that tells how
_GENERIC = frozenset(tokenize("subskills summary key takeaways important information overview introduction conclusion"))
_SOME = frozenset(  # they may head what is asked for without
    tokenize("common main key popular important typical recommended suggested")
)
_SAME = {"reading": "book"}
DENIED = re.compile(r"\b(?:misconceptions?|myths?|fallac(?:y|ies)|misbeliefs?|false beliefs?)\b", re.IGNORECASE)
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
    return bool(_ASKS.search(question)) and not steps.asks_one(question)


def whole(question: str, search: Search, passages: Sequence[Passage], scored: Sequence[Scored]) -> list[Line]:
    """Return what answers as a whole, its lead first; nothing if the question asks for no such thing."""
    told = [one for one in scored if not one.announces]
    if not told:
        return []
    if steps.asks_one(question):
        return steps.one(question, search, passages, told)
    best = told[0].span
    if found := steps.all_of(question, _noun(question), search, passages, best):
        return found
    section = section_of(search, passages, best.passage)
    if (best.text.endswith(":") or asks_list(question)) and (items := _led(section, best)):
        return listing(best, items)
    if not asks_list(question):
        return []
    return (
        _headed(question, search, passages, told)
        or _under_lead(question, search, passages, told, is_bare=False)
        or _outline(question, search, passages, told)
        or _around(question, search, passages, told)
        or _under_lead(question, search, passages, told, is_bare=True)
    )


def _headed(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Line]:
    """Return the outline or list under the heading that has the very word by which the question lists things."""
    nouns = _forms(_noun(question))
    wanted = set(tokenize(uncounted(question)))  # which a heading does not say
    best = covered(wanted, set(tokenize(in_context(told[0].span))), search.weight)
    found_lists = []
    for passage, path in _paths(passages):
        share = covered(wanted, set(tokenize(" ".join((passage.title, *path)))), search.weight)
        named = set(tokenize(path[-1]))
        own = covered(named - _SOME, wanted, search.weight)
        stands_under = told[0].span.passage.chunk.heading_path[: len(path)] == path  # the best of what it heads
        if share < max(HEADED, (not stands_under) * NEAR * best) or own < OWN or named & _GENERIC - wanted:
            continue
        if nouns & _forms(path[-1]):
            outline = search.outline(passages, passage, path)
            if not _tells(outline):
                continue
            if len(outline) == 1:
                outline += _led(section_of(search, passages, outline[0].passage), outline[0])
            if len(outline) > LEAST:
                found_lists.append(((share, own), listing(outline[0], outline[1:])))
    return max(found_lists, key=lambda one: one[0], default=((), []))[1]


def _noun(question: str) -> str:
    """Return the word by which a question lists things, `""` for none: "skills" of "Which skills do I need?"."""
    found = _ASKS.search(question)
    return (found["noun"] or "").casefold() if found else ""


def _forms(text: str) -> set[str]:
    """Return the terms of the plurals in a text: certificates are certifications, readings are books."""
    words = re.findall(r"\w+s\b|roadmap|path", text.casefold())
    return {_SAME.get(term, term) for word in words for term in tokenize(word)}


def _tells(outline: Sequence[Span]) -> bool:
    """Whether the headings under a heading say more than it does: key takeaways and a summary stand under any."""
    said = _GENERIC.union(*(tokenize(span.text) for span in outline[:1]))
    return not outline[1:] or any(not said.issuperset(tokenize(span.text)) for span in outline[1:])


def _paths(passages: Sequence[Passage]) -> Iterator[tuple[Passage, tuple[str, ...]]]:
    """Yield each passage with its heading path and every path above that."""
    for passage in passages:
        path = passage.chunk.heading_path
        yield from ((passage, path[:length]) for length in range(len(path), 0, -1))


def _outline(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Line]:
    """Return a heading that is among the best with the headings right under it, each with the first things that its
    section says if the question is how."""
    first = FIRST if question.casefold().startswith("how") else 0
    for one in told:
        if one.span.kind == "heading" and one.score >= OUTLINE * told[0].score:
            path = next((path for _, path in _paths([one.span.passage]) if path[-1] == one.span.text), ())
            outline = search.outline(passages, one.span.passage, path)
            if named := _named_in(question, search, passages, outline[1:]):
                return named
            if len(outline) > LEAST and _tells(outline):
                return [Line(outline[0]), *_entries(outline[1:], first)]
    return []


def _named_in(question: str, search: Search, passages: Sequence[Passage], headings: Sequence[Span]) -> list[Line]:
    """Return the list under the heading that is no more than the word by which the question lists things: of "Role",
    "Responsibilities" and "Skills" the last, if skills are asked for."""
    noun = _noun(question)
    named = [heading for heading in headings if heading.text.removesuffix(":").casefold() == noun]
    items = [_led(section_of(search, passages, heading.passage), heading) for heading in named]
    return listing(named[0], items[0]) if items and items[0] else []


def _entries(outline: Sequence[Span], first: int) -> Iterator[Line]:
    for heading in outline:
        section = [span for span in spans(heading.passage) if span.start > heading.start and span.kind != "heading"]
        yield Line(heading, 1, cut=0 < first < len(section))
        yield from (Line(span, 2) for span in section[:first])


def _led(section: Sequence[Span], lead: Span) -> list[Span]:
    """Return the items that follow a lead: those nested under it if it is an item itself."""
    return list(_items(section, lead))


def _items(section: Sequence[Span], lead: Span) -> Iterator[Span]:
    for span in section:
        if span.start > lead.start:
            if lead.kind == "heading" and span.kind == "sentence" and span.text.endswith(":"):
                continue  # the line between a heading and its list
            if span.kind != "item" or (lead.kind == "item" and span.depth <= lead.depth):
                return
            yield span


def _around(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Line]:
    """Return the list that the best item stands in, with the line before it; nothing if the question is better met by
    that one item than by what the list is headed with."""
    near = [one.span for one in told[:MOST] if one.span.kind == "item" and one.score >= NEAR * told[0].score]
    section = section_of(search, passages, near[0].passage) if near else []
    at = next((i for i, span in enumerate(section) if span.start <= near[0].start < span.end), None)
    if at is None:
        return []
    first = last = at
    while first > 0 and section[first - 1].kind == "item":
        first -= 1
    while last + 1 < len(section) and section[last + 1].kind == "item":
        last += 1
    led = first > 0 and section[first - 1].text.endswith(":")
    headed = next((span for span in reversed(section[:first]) if span.kind == "heading"), None)
    lead = section[first - 1] if led else headed
    chunk = near[0].passage.chunk
    wanted = set(tokenize(question))
    if chunk.heading_path and set(tokenize(chunk.heading_path[-1])) & _GENERIC - wanted:
        return []
    heads = " ".join((near[0].passage.title, *chunk.heading_path, lead.text if lead else ""))
    if covered(wanted, set(tokenize(near[0].text)), search.weight) > covered(
        wanted, set(tokenize(heads)), search.weight
    ):
        return []
    prose = section[section.index(headed) + 1 : first] if headed and lead is headed else []
    if prose and any(DENIED.search(text) for text in (*chunk.heading_path, *(span.text for span in prose))):
        return [*map(Line, prose), *listing(None, section[first : last + 1])]  # the prose says that it is not so
    return listing(lead, section[first : last + 1])


def _under_lead(
    question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored], *, is_bare: bool
) -> list[Line]:
    """Return the list under a line that ends with a colon and says no more than the question does.

    :param is_bare: whether it is to say no more than what is listed ("Books:"), or else more of it ("Next steps:").
    """
    nouns, wanted = _forms(_noun(question)), set(tokenize(uncounted(question)))
    for one in told:
        lead = one.span
        if lead.kind == "heading" or not lead.text.endswith(":") or not nouns & _forms(lead.text):
            continue
        own = {_SAME.get(term, term) for term in tokenize(lead.text)}
        held, more = own.union(tokenize(in_context(lead))), own - _SOME - nouns
        if is_bare is bool(more) or not more <= wanted:
            continue
        items = _led(section_of(search, passages, lead.passage), lead)
        if items and covered(wanted, held, search.weight) >= HEADED:
            return listing(lead, items)
    return []
