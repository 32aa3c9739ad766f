"""A question that asks for several things to the whole list, section or outline that names them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from advisor.answer.evidence import Scored, counted, covered, in_context, stepped
from advisor.answer.retrieve import Search
from advisor.answer.rivals import mentions, unnumbered
from advisor.answer.spans import Span, spans
from advisor.answer.words import NUMBER_WORDS
from advisor.index.tokens import tokenize
from advisor.types import Passage

OUTLINE = 0.9  # share of the best score from which a heading answers with the headings under it
NEAR = 0.85  # share of the best score from which the list that an item stands in may be what was asked for
MOST = 4  # source sentences among which such an item is looked for
WHOLE = 0.99  # share of a question's terms in what heads a step from which nothing else of it is asked for
LEAST = 3  # headings or items that answer as a list because of what they are headed with
HEADED = 0.5  # share of a question's terms that the headings of such a list must hold
OWN = 0.6  # share of the terms of its own heading that the question must hold
FIRST = 2  # source sentences under each heading of an outline that tells how
_GENERIC = frozenset(tokenize("subskills summary key takeaways important information overview introduction conclusion"))
_SOME = frozenset(tokenize("common main key popular important typical"))  # they may head what is asked for without
MOST_ITEMS = 24  # of one list in one answer
DENIED = re.compile(r"\b(?:misconceptions?|myths?|fallac(?:y|ies)|misbeliefs?|false beliefs?)\b", re.IGNORECASE)
_HOW_MANY = re.compile(rf"^(?:name|list|give)\b|\b(?:{'|'.join(NUMBER_WORDS)}|\d+)\b", re.IGNORECASE)
_STEPS = {"step": "(?:step|stage|phase)"}
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


@dataclass(frozen=True, slots=True)
class Line:
    """A source sentence and its depth in a list: 0 for prose and for a list's lead, 1 for an item, 2 for one nested."""

    span: Span
    depth: int = 0
    cut: bool = False  # whether not all that stands under it follows
    leads: bool = False  # whether it is there only for the items right after it

    @property
    def text(self) -> str:
        """The source sentence, whether what it leads is cut, and a colon after a heading that leads a list."""
        leads = self.span.kind == "heading" and (self.leads or not self.depth)
        text, colon = self.span.text.removesuffix(":"), self.span.text.endswith(":")
        return text + " (in part)" * self.cut + ":" * (colon or (leads and not text.endswith(("?", "!"))))


def whole(question: str, search: Search, passages: Sequence[Passage], scored: Sequence[Scored]) -> list[Line]:
    """Return what answers as a whole, its lead first; nothing if the question asks for no such thing."""
    told = [one for one in scored if not one.announces]
    if not told:
        return []
    if asks_step(question):
        return _step(question, search, passages, told)
    best = told[0].span
    if steps := _siblings(question, search, passages, best) or _numbered_list(question, search, passages):
        return steps
    section = _all(search.section(passages, best.passage))
    if (best.text.endswith(":") or asks_list(question)) and (items := _led(section, best)):
        return _lines(best, items)
    if not asks_list(question):
        return []
    return (
        _headed(question, search, passages, told)
        or _outline(question, search, passages, told)
        or _around(question, search, passages, told)
    )


def _steps_in(text: str) -> frozenset[str]:
    return mentions(text).get("numbered", frozenset())


def _siblings(question: str, search: Search, passages: Sequence[Passage], best: Span) -> list[Line]:
    """Return the heading over numbered steps, with these, where the steps are asked for and one of them is best."""
    path = best.passage.chunk.heading_path
    kinds = {step.rsplit(" ", 1)[0] for step in mentions("".join(path[-1:])).get("numbered", ())}
    if len(path) < 2 or not any(f"{kind}s" == _noun(question) for kind in kinds):
        return []
    outline = search.outline(passages, best.passage, path[:-1])
    return _lines(outline[0], outline[1:]) if len(outline) > LEAST else []


def _numbered_list(question: str, search: Search, passages: Sequence[Passage]) -> list[Line]:
    """Return the list of numbered steps that the question names best, where the steps are asked for."""
    kind = _noun(question).removesuffix("s")
    if kind not in ("step", "stage", "phase"):
        return []
    wanted = set(tokenize(_HOW_MANY.sub("", question))) - {kind}
    found: list[tuple[float, list[Line]]] = []
    for passage in passages:
        section = _all(search.section(passages, passage))
        named = " ".join((passage.title, *passage.chunk.heading_path))
        items = [one for one in section if one.kind == "item"]
        counts = [one for one in items if one.depth == items[0].depth]
        if len(counts) >= LEAST and all(_steps_in(stepped(one)) for one in counts):
            share = covered(wanted, set(tokenize(named)), search.weight)
            lead = section[: section.index(items[0])][-1:]
            found.append((share, _lines(lead[0] if lead else None, items)))
    share, lines = max(found, key=lambda one: one[0], default=(0.0, []))
    return lines if share >= HEADED else []


def _lines(lead: Span | None, items: Sequence[Span]) -> list[Line]:
    least = min(span.depth for span in items)
    nested = [Line(span, 1 + (span.depth > least)) for span in items[:MOST_ITEMS]]
    return [Line(lead, cut=len(items) > len(nested)), *nested] if lead else nested


def _step(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Line]:
    """Return the section that a numbered step heads, or of a section that is headed as steps the item that is that one,
    of what the question names best; nothing if something of a step is asked for that is an item of a list."""
    asked = mentions(question)["numbered"]
    wanted = set(tokenize(unnumbered(question)))
    sections: dict[tuple[str, tuple[str, ...]], tuple[float, int, list[Line]]] = {}
    for span in (one.span for one in told):
        path = span.passage.chunk.heading_path
        named = covered(wanted, set(tokenize(" ".join((span.passage.title, *path)))), search.weight)
        section = _all(search.section(passages, span.passage))
        section = section[max((at for at, one in enumerate(section) if one.kind == "heading"), default=0) :]
        if asked & mentions(counted("".join(path[-1:]))).get("numbered", frozenset()):
            found = named, 3, _lines(section[0], section[1:]) if section[1:] else []
        elif asked & mentions(in_context(span)).get("numbered", frozenset()):
            found = named, 2, _numbered(asked, section) if named >= WHOLE else []
        else:
            item = _numbered(asked, section) or _nth(asked, section)
            found = named, bool(item), item
        place = (span.passage.chunk.doc_id, path)
        sections[place] = max(sections.get(place, found), found, key=lambda one: one[:2])
    return max(sections.values(), key=lambda one: one[:2])[2]


def _numbered(asked: Collection[str], section: Sequence[Span]) -> list[Line]:
    """Return the item of a section that says by itself that it is the step asked for, with what is nested under it."""
    items = [one for one in section if one.kind == "item"]
    at = next((at for at, one in enumerate(items) if not _steps_in(stepped(one)).isdisjoint(asked)), None)
    if at is None:
        return []
    nested = list(takewhile(lambda one: one.depth > items[at].depth, items[at + 1 :]))
    return [Line(section[0], leads=True), Line(items[at], 1), *(Line(one, 2) for one in nested)]


def _nth(asked: Collection[str], section: Sequence[Span]) -> list[Line]:
    """Return the item that is the step asked for of a section that is headed as steps, under its heading."""
    kind, number = next(iter(asked)).rsplit(" ", 1)
    items = [one for one in section if one.kind == "item" and not one.depth]
    is_headed = re.search(rf"(?<!next )\b{_STEPS.get(kind, kind)}s\b", section[0].text, re.IGNORECASE)
    if len(asked) > 1 or not is_headed or not 0 < int(number) <= len(items):
        return []
    return [Line(section[0], leads=True), Line(items[int(number) - 1], 1)]


def _headed(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Line]:
    """Return the outline or list under the heading that has the very word by which the question lists things."""
    nouns = _forms(_noun(question))
    wanted = set(tokenize(_HOW_MANY.sub("", question)))  # which a heading does not say
    best = covered(wanted, set(tokenize(in_context(told[0].span))), search.weight)
    found_lists = []
    for passage, path in _paths(passages):
        share = covered(wanted, set(tokenize(" ".join((passage.title, *path)))), search.weight)
        named = set(tokenize(path[-1]))
        own = covered(named - _SOME, wanted, search.weight)
        if share < max(HEADED, NEAR * best) or own < OWN or named & _GENERIC - wanted:
            continue
        if nouns & _forms(path[-1]):
            listing = search.outline(passages, passage, path)
            if not _tells(listing):
                continue
            if len(listing) == 1:
                listing += _led(_all(search.section(passages, listing[0].passage)), listing[0])
            if len(listing) > LEAST:
                found_lists.append(((share, own), _lines(listing[0], listing[1:])))
    return max(found_lists, key=lambda one: one[0], default=((), []))[1]


def _noun(question: str) -> str:
    """Return the word by which a question lists things, `""` for none: "skills" of "Which skills do I need?"."""
    found = _ASKS.search(question)
    return (found["noun"] or "").casefold() if found else ""


def _forms(text: str) -> set[str]:
    """Return the terms of the plurals in a text: certificates are certifications."""
    return {term for word in re.findall(r"\w+s\b|roadmap|path", text.casefold()) for term in tokenize(word)}


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
            if listing := _named_in(question, search, passages, outline[1:]):
                return listing
            if len(outline) > LEAST and _tells(outline):
                return [Line(outline[0]), *_entries(outline[1:], first)]
    return []


def _named_in(question: str, search: Search, passages: Sequence[Passage], headings: Sequence[Span]) -> list[Line]:
    """Return the list under the heading that is no more than the word by which the question lists things: of "Role",
    "Responsibilities" and "Skills" the last, if skills are asked for."""
    noun = _noun(question)
    named = [heading for heading in headings if heading.text.removesuffix(":").casefold() == noun]
    items = [_led(_all(search.section(passages, heading.passage)), heading) for heading in named]
    return _lines(named[0], items[0]) if items and items[0] else []


def _entries(outline: Sequence[Span], first: int) -> Iterator[Line]:
    for heading in outline:
        section = [span for span in spans(heading.passage) if span.start > heading.start and span.kind != "heading"]
        yield Line(heading, 1, cut=0 < first < len(section))
        yield from (Line(span, 2) for span in section[:first])


def _all(section: Sequence[Passage]) -> list[Span]:
    return [span for passage in section for span in spans(passage, whole_items=True)]


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
    section = _all(search.section(passages, near[0].passage)) if near else []
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
        return [*map(Line, prose), *_lines(None, section[first : last + 1])]  # the prose says that it is not so
    return _lines(lead, section[first : last + 1])
