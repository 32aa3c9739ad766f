"""An item set and the documents to what is wrong with the set, and to the set with its quotes' places mended.

It compares words, figures and places. Whether a question is a good one it does not know.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path
from typing import Literal

from rapidfuzz import fuzz

from advisor.corpus.chunk import sections
from advisor.errors import ItemError
from advisor.eval.gold import Place, locate
from advisor.eval.grounding import bigrams
from advisor.eval.items import Item, Quote
from advisor.eval.match import fold, holds_any
from advisor.eval.metrics import words
from advisor.eval.nuggets import forbidden, told
from advisor.eval.quantities import matches, quantities
from advisor.index.tokens import tokenize
from advisor.types import Document

Kind = Literal[
    "lost", "moved", "unbacked", "forbidden", "split conversation", "distractor", "leak", "twin", "untouched"
]

COMMON = 1 / 3  # share of the sections without evidence, above which what they hold tells nothing
COPIED = 0.75  # share of the pairs of neighbouring content words, of at least PAIRS, that stand in the evidence
PAIRS = 4
RUN = 5  # words that a question and its evidence have in common, one after another
ALIKE_ACROSS, ALIKE_WITHIN = 90.0, 95.0  # of 100: likeness of two questions of different splits, and of one
ALIKE_SAME_PLACE = 70.0  # of different splits, where the same words answer both
NEIGHBOURS = 30  # characters

_SHOWN = 60  # characters of a quote
_ERRORS: frozenset[Kind] = frozenset(("lost", "moved", "unbacked", "forbidden", "split conversation"))
_FIGURE = re.compile(r"\d[\d.]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an item, by its id; with the whole set where `item` is empty."""

    item: str
    kind: Kind
    words: str

    @property
    def error(self) -> bool:
        """Whether the item cannot be used as it is; any other finding is a warning."""
        return self.kind in _ERRORS


@dataclass(frozen=True, slots=True)
class _Section:
    """A section that holds text of its own: its name, its place and its folded text."""

    name: str
    place: Place
    folded: str


@dataclass(frozen=True, slots=True)
class _Case:
    """An item with what the documents say now in the place of each of its quotes, None where that is lost."""

    item: Item
    sets: tuple[tuple[Place | None, ...], ...]

    @property
    def asked(self) -> str:
        """The question as it stands alone."""
        return self.item.standalone or self.item.question

    @property
    def places(self) -> list[Place]:
        """What was found, of all sets."""
        return [place for needed in self.sets for place in needed if place is not None]


def lint(items: Sequence[Item], documents: Mapping[str, Document]) -> Iterator[Finding]:
    """Yield what is wrong with each item, in order, and then what is wrong between them."""
    cases = [_case(item, documents) for item in items]
    parts = [part for document in documents.values() for part in _sections(document)]
    for case in cases:
        yield from _lost_or_moved(case, documents)
        yield from _unbacked(case)
        yield from _forbidden(case)
        yield from _distractors(case, parts)
        yield from _told_by_question(case)
        yield from _copied(case)
    yield from _twins(cases)
    yield from _split_conversations(items)
    yield from _untouched(cases, parts)


def _case(item: Item, documents: Mapping[str, Document]) -> _Case:
    return _Case(item, tuple(tuple(_place(quote, documents) for quote in needed) for needed in item.evidence))


def _place(quote: Quote, documents: Mapping[str, Document]) -> Place | None:
    return locate(quote, documents[quote.doc]) if quote.doc in documents else None


def _sections(document: Document) -> Iterator[_Section]:
    for one in sections(document):
        text = document.text[one.start : one.end]
        name = " > ".join((document.id, *one.path))
        yield _Section(name, Place(document.id, one.start, one.end, text), fold(text))


def _lost_or_moved(case: _Case, documents: Mapping[str, Document]) -> Iterator[Finding]:
    """Yield the quotes that the documents no longer say, and those that they say elsewhere or in other words."""
    for needed, places in zip(case.item.evidence, case.sets, strict=True):
        for quote, place in zip(needed, places, strict=True):
            said = f"{quote.doc}: {_short(quote.quote)}"
            if quote.doc not in documents:
                known = ", ".join(sorted(documents))
                yield Finding(case.item.id, "lost", f"{said} is of no document here; there are: {known}")
            elif place is None:
                yield Finding(case.item.id, "lost", f"{said} is said nowhere; quote what {quote.doc} says now")
            elif place.text != quote.quote:
                here = f"now reads {_short(place.text)} at {place.start}-{place.end}"
                yield Finding(case.item.id, "moved", f"{said} {here}; run: advisor eval lint --fix")
            elif (place.start, place.end) != (quote.start, quote.end):
                here = f"is at {place.start}-{place.end}, not at {quote.start}-{quote.end}"
                yield Finding(case.item.id, "moved", f"{said} {here}; run: advisor eval lint --fix")


def _unbacked(case: _Case) -> Iterator[Finding]:
    """Yield what a vital nugget tells and a set of evidence does not: that set does not suffice, or none does."""
    for number, places in enumerate(case.sets, start=1):
        texts = [place.text for place in places if place is not None]
        folded, found = list(map(fold, texts)), [one for text in texts for one in quantities(text)]
        which = f"evidence set {number} of {len(case.sets)}"
        for nugget in case.item.nuggets:
            for aliases in nugget.says if nugget.vital else ():
                if not any(holds_any(text, aliases) for text in folded):
                    yield Finding(case.item.id, "unbacked", f"{which} does not say {' or '.join(aliases)}")
            for figure in nugget.figures if nugget.vital else ():
                if not any(matches(one, figure) for one in found):
                    said = f"{figure.value:,.12g} {figure.unit}".rstrip()
                    yield Finding(case.item.id, "unbacked", f"{which} does not give {said}")


def _forbidden(case: _Case) -> Iterator[Finding]:
    """Yield what must not be said and stands in the evidence, so that the right answer may be marked as wrong."""
    said = (words for place in case.places for words in forbidden(place.text, case.item.must_not_say))
    for one in dict.fromkeys(said):
        yield Finding(case.item.id, "forbidden", f"the evidence itself says {one}")


def _distractors(case: _Case, parts: Sequence[_Section]) -> Iterator[Finding]:
    """Yield the nuggets whose words so many sections without evidence hold that any answer would tell them."""
    if not case.places:
        return
    others = [part for part in parts if not any(_overlap(part.place, place) for place in case.places)]
    for nugget in case.item.nuggets:
        if nugget.figures:
            continue
        held = sum(all(holds_any(part.folded, aliases) for aliases in nugget.says) for part in others)
        if held > COMMON * len(others):
            where = f"stands in {held} of the {len(others)} sections without evidence"
            yield Finding(case.item.id, "distractor", f"{_named(nugget.says)} {where}; add rarer words to the nugget")


def _told_by_question(case: _Case) -> Iterator[Finding]:
    """Yield the nuggets that the question tells: an answer that repeats it would tell them."""
    for nugget in case.item.nuggets:
        if told(case.asked, nugget) == 1.0:
            said = _named(nugget.says) or ", ".join(f"{figure.value:,.12g}" for figure in nugget.figures)
            yield Finding(case.item.id, "leak", f"the question tells {said}; add to the nugget what it leaves open")


def _copied(case: _Case) -> Iterator[Finding]:
    """Yield a question in the words of its evidence. An easy one is meant to be."""
    quotes = [place.text for place in case.places]
    if case.item.difficulty == "easy" or not quotes:
        return
    question = case.item.question
    run = max((_common_run(words(question), words(quote)) for quote in quotes), key=len)
    share = bigrams(question, quotes) if len(tokenize(question)) > PAIRS else 0.0
    if len(run) >= RUN:
        yield Finding(
            case.item.id, "leak", f"the question copies {' '.join(run)!r}; ask in other words, or mark it easy"
        )
    elif share >= COPIED:
        much = f"{share:.0%} of the question's pairs of words stand in its evidence"
        yield Finding(case.item.id, "leak", f"{much}; ask in other words, or mark it easy")


def _twins(cases: Sequence[_Case]) -> Iterator[Finding]:
    """Yield pairs of questions that ask the same; two that name different figures do not."""
    folded = [fold(case.asked) for case in cases]
    figures = [set(_FIGURE.findall(text)) for text in folded]
    for one, other in combinations(range(len(cases)), 2):
        alike = fuzz.token_sort_ratio(folded[one], folded[other], score_cutoff=ALIKE_SAME_PLACE)
        if alike and figures[one] == figures[other] and alike >= _least(cases[one], cases[other]):
            splits = " and ".join(dict.fromkeys((cases[one].item.split, cases[other].item.split)))
            asks = f"asks what {cases[one].item.id} asks ({alike:.0f} of 100 alike, {splits})"
            yield Finding(cases[other].item.id, "twin", f"{asks}: {cases[one].asked}")


def _least(one: _Case, other: _Case) -> float:
    """Return the likeness from which two questions are twins."""
    if one.item.split == other.item.split:
        return ALIKE_WITHIN
    shared = any(_overlap(mine, yours) for mine in one.places for yours in other.places)
    return ALIKE_SAME_PLACE if shared else ALIKE_ACROSS


def _split_conversations(items: Sequence[Item]) -> Iterator[Finding]:
    """Yield the items whose conversation began in another split: one of the two would have seen the other's turns."""
    first: dict[str, Item] = {}
    for item in items:
        begun = first.setdefault(item.conversation, item)
        if item.conversation and begun.split != item.split:
            here = f"is in {item.split}, but {begun.id} of the same conversation ({item.conversation}) in {begun.split}"
            yield Finding(item.id, "split conversation", here)


def _untouched(cases: Sequence[_Case], parts: Sequence[_Section]) -> Iterator[Finding]:
    """Yield the sections that nothing is asked about."""
    places = [place for case in cases for place in case.places]
    for part in parts:
        if not any(_overlap(part.place, place) for place in places):
            yield Finding("", "untouched", part.name)


def _overlap(one: Place, other: Place) -> bool:
    return one.doc_id == other.doc_id and one.start < other.end and other.start < one.end


def _common_run(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    found = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return one[found.a : found.a + found.size]


def _named(groups: Sequence[Sequence[str]]) -> str:
    return " and ".join(" or ".join(aliases) for aliases in groups)


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def fixed(items: Sequence[Item], documents: Mapping[str, Document]) -> list[Item]:
    """Return the items with each quote's words, offsets and neighbours as the documents have them now.

    A lost quote stays as it is.
    """
    return [
        item.model_copy(
            update={"evidence": tuple(tuple(_fixed(quote, documents) for quote in needed) for needed in item.evidence)}
        )
        for item in items
    ]


def _fixed(quote: Quote, documents: Mapping[str, Document]) -> Quote:
    place = _place(quote, documents)
    if place is None:
        return quote
    text = documents[quote.doc].text
    before, after = text[max(place.start - NEIGHBOURS, 0) : place.start], text[place.end : place.end + NEIGHBOURS]
    return Quote(doc=quote.doc, start=place.start, end=place.end, quote=place.text, before=before, after=after)


def dumps(items: Sequence[Item]) -> str:
    """Return the items as JSON lines: fields in the order of `Item`, without those that have their default."""
    return "".join(f"{json.dumps(item.model_dump(exclude_defaults=True), ensure_ascii=False)}\n" for item in items)


def save(items: Sequence[Item], path: Path) -> None:
    """Write a file of items, whole or not at all.

    :raises ItemError: it cannot be written.
    """
    path = path.resolve()  # a link stays a link
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(dumps(items), encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        raise ItemError(f"{path} cannot be written: {error}; give --items a copy of it in another place") from error
