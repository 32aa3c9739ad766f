"""A question for a numbered step, or for all the steps, to the item, section or list that they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from advisor.answer.evidence import Scored, counted, covered, in_context, stepped
from advisor.answer.listing import HEADED, LEAST, Line, listing, section_of, uncounted
from advisor.answer.retrieve import Search
from advisor.answer.rivals import numbered, unnumbered
from advisor.answer.spans import Span
from advisor.index.tokens import tokenize
from advisor.types import Passage

WHOLE = 0.99  # share of a question's terms in what heads a step from which nothing else of it is asked for
_KINDS = {"step": "(?:step|stage|phase)"}


def asks_one(question: str) -> bool:
    """Whether a question asks for one numbered step."""
    return bool(numbered(question))


def one(question: str, search: Search, passages: Sequence[Passage], told: Sequence[Scored]) -> list[Line]:
    """Return the section that a numbered step heads, or of a section that is headed as steps the item that is that one,
    of what the question names best; nothing if something of a step is asked for that is an item of a list."""
    asked = numbered(question)
    wanted = set(tokenize(unnumbered(question)))
    sections: dict[tuple[str, tuple[str, ...]], list[Span]] = {}
    for span in (scored.span for scored in told):
        sections.setdefault((span.passage.chunk.doc_id, span.passage.chunk.heading_path), []).append(span)
    found: list[tuple[float, int, list[Line]]] = []
    for (_, path), held in sections.items():
        named = covered(wanted, set(tokenize(" ".join((held[0].passage.title, *path)))), search.weight)
        section = section_of(search, passages, held[0].passage)
        section = section[max((at for at, one in enumerate(section) if one.kind == "heading"), default=0) :]
        if asked & numbered(counted("".join(path[-1:]))):
            found.append((named, 3, listing(section[0], section[1:]) if section[1:] else []))
        elif any(asked & numbered(in_context(span)) for span in held):
            found.append((named, 2, _item(asked, section) if named >= WHOLE else []))
        else:
            item = _item(asked, section) or _nth(asked, section)
            found.append((named, bool(item), item))
    return max(found, key=lambda one: one[:2])[2]


def _item(asked: Collection[str], section: Sequence[Span]) -> list[Line]:
    """Return the item of a section that says by itself that it is the step asked for, with what is nested under it."""
    items = [one for one in section if one.kind == "item"]
    at = next((at for at, one in enumerate(items) if not numbered(stepped(one)).isdisjoint(asked)), None)
    if at is None:
        return []
    nested = list(takewhile(lambda one: one.depth > items[at].depth, items[at + 1 :]))
    return [Line(section[0], leads=True), Line(items[at], 1), *(Line(one, 2) for one in nested)]


def _nth(asked: Collection[str], section: Sequence[Span]) -> list[Line]:
    """Return the item that is the step asked for of a section that is headed as steps, under its heading."""
    kind, number = next(iter(asked)).rsplit(" ", 1)
    items = [one for one in section if one.kind == "item" and not one.depth]
    is_headed = re.search(rf"(?<!next )\b{_KINDS.get(kind, kind)}s\b", section[0].text, re.IGNORECASE)
    if len(asked) > 1 or not is_headed or not 0 < int(number) <= len(items):
        return []
    return [Line(section[0], leads=True), Line(items[int(number) - 1], 1)]


def all_of(question: str, noun: str, search: Search, passages: Sequence[Passage], best: Span) -> list[Line]:
    """Return all the steps, where `noun`, by which a question lists things, asks for them; nothing where it does not.

    :param best: the source sentence that fits best.
    """
    return _siblings(noun, search, passages, best) or _numbered_list(question, noun, search, passages)


def _siblings(noun: str, search: Search, passages: Sequence[Passage], best: Span) -> list[Line]:
    """Return the heading over numbered steps, with these, where the steps are asked for and one of them is best."""
    path = best.passage.chunk.heading_path
    kinds = {step.rsplit(" ", 1)[0] for step in numbered("".join(path[-1:]))}
    if len(path) < 2 or not any(f"{kind}s" == noun for kind in kinds):
        return []
    outline = search.outline(passages, best.passage, path[:-1])
    return listing(outline[0], outline[1:]) if len(outline) > LEAST else []


def _numbered_list(question: str, noun: str, search: Search, passages: Sequence[Passage]) -> list[Line]:
    """Return the list of numbered steps that the question names best, where the steps are asked for."""
    kind = noun.removesuffix("s")
    if kind not in ("step", "stage", "phase"):
        return []
    wanted = set(tokenize(uncounted(question))) - {kind}
    found: list[tuple[float, list[Line]]] = []
    for passage in passages:
        section = section_of(search, passages, passage)
        named = " ".join((passage.title, *passage.chunk.heading_path))
        items = [one for one in section if one.kind == "item"]
        counts = [one for one in items if one.depth == items[0].depth]
        if len(counts) >= LEAST and all(numbered(stepped(one)) for one in counts):
            share = covered(wanted, set(tokenize(named)), search.weight)
            lead = section[: section.index(items[0])][-1:]
            found.append((share, listing(lead[0] if lead else None, items)))
    share, lines = max(found, key=lambda one: one[0], default=(0.0, []))
    return lines if share >= HEADED else []
