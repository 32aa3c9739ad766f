"""An item's evidence and the documents of an index to the places that hold it, and a text to how much of it is there.

Offsets are tried first, then the quoted words, then words much like them. Chunks play no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from rapidfuzz import fuzz

from advisor.errors import ItemError
from advisor.eval.items import Item, Quote
from advisor.eval.match import fold, holds
from advisor.types import Document

ALIKE = 85.0  # of 100: the least likeness by which words are found again
HELD = 0.9  # share of a quote's words from which all of it is there
_RUN = 4  # words


@dataclass(frozen=True, slots=True)
class Place:
    """The characters [start, end) of a document, `text`, which an item needs."""

    doc_id: str
    start: int
    end: int
    text: str

    def marked(self, text: str) -> set[int]:
        """Return which of the place's words, by number, `text` holds: the longest run of them that is in it."""
        mine, other = self.text.split(), text.split()
        if len(mine) >= _RUN and _runs(self.text).isdisjoint(_runs(text)):
            return set()  # most passages: a shorter run is chance
        run = SequenceMatcher(None, mine, other, autojunk=False).find_longest_match()
        return set(range(run.a, run.a + run.size))

    def is_in(self, text: str) -> bool:
        """Whether `text` shares half of the shorter of the two with it, in one run of words."""
        return len(self.marked(text)) * 2 >= min(len(self.text.split()), len(text.split())) > 0

    def share(self, texts: Iterable[str]) -> float:
        """Return the share of its words that the texts hold together."""
        return len(set[int]().union(*map(self.marked, texts))) / len(self.text.split())


_folded = cache(fold)


@cache
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = text.split()
    return frozenset(zip(*(words[n:] for n in range(_RUN)), strict=False))


@dataclass(frozen=True, slots=True)
class Keys:
    """Words that one passage must hold together: evidence in documents that no quote is of."""

    words: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Whether `text` holds every one of the words."""
        return holds(_folded(text), self.words)

    def share(self, texts: Iterable[str]) -> float:
        """Return 1.0 if one of the texts holds them all, else 0.0."""
        return float(any(map(self.is_in, texts)))


@dataclass(frozen=True, slots=True)
class Gold:
    """What an item needs of the documents at hand: sets of places or keys, any one of which suffices."""

    sets: tuple[tuple[Place | Keys, ...], ...]

    def is_in(self, text: str) -> bool:
        """Whether a passage's text is evidence: it holds some of what some set needs."""
        return any(one.is_in(text) for needed in self.sets for one in needed)

    def recall(self, texts: Sequence[str]) -> float:
        """Return the share of the evidence that the texts hold together, of the set of which they hold most."""
        return max((sum(one.share(texts) for one in needed) / len(needed) for needed in self.sets), default=0.0)

    def is_whole(self, texts: Sequence[str]) -> bool:
        """Whether the texts together hold everything that some set needs."""
        return any(all(one.share(texts) >= HELD for one in needed) for needed in self.sets)


@cache
def relevant(needed: Gold, texts: tuple[str, ...]) -> int:
    """Return how many of the texts are evidence."""
    return sum(map(needed.is_in, texts))


def gold(item: Item, documents: Mapping[str, Document]) -> Gold:
    """Return what an item needs of `documents`: its quotes where all their documents are there, else its keys.

    :raises ItemError: a quote is lost, or the item has neither quotes of these documents nor keys.
    """
    if item.behaviour != "answer":
        return Gold(())
    quoted = [needed for needed in item.evidence if all(quote.doc in documents for quote in needed)]
    if quoted:
        return Gold(tuple(tuple(_found(item, quote, documents) for quote in needed) for needed in quoted))
    if not item.keys:
        named = ", ".join(sorted({quote.doc for needed in item.evidence for quote in needed}))
        raise ItemError(f"item {item.id}: the index has none of its documents ({named}) and it has no keys; add keys")
    return Gold(tuple((Keys(words),) for words in item.keys))


def _found(item: Item, quote: Quote, documents: Mapping[str, Document]) -> Place:
    place = locate(quote, documents[quote.doc])
    if place is None:
        raise ItemError(f"item {item.id}: {quote.doc} no longer says {quote.quote[:60]!r}; run: advisor eval lint")
    return place


def locate(quote: Quote, document: Document) -> Place | None:
    """Return where a document says what is quoted: at its offsets, else in its words, else in words much like them.

    Of several places with these words it is the one with the likest neighbours, then the one nearest to the offsets.
    """
    text = document.text
    if text[quote.start : quote.end] == quote.quote:
        return Place(document.id, quote.start, quote.end, quote.quote)
    if starts := _all(text, quote.quote):
        start = min(starts, key=lambda at: (-_alike(quote, text, at, at + len(quote.quote)), abs(at - quote.start)))
        return Place(document.id, start, start + len(quote.quote), quote.quote)
    found = fuzz.partial_ratio_alignment(quote.quote, text, score_cutoff=ALIKE)
    if found is None or len(quote.quote) > len(text):
        return None
    start, end = _whole_words(text, found.dest_start, found.dest_end)
    return Place(document.id, start, end, text[start:end])


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without spaces at its ends and with the words whole that it cuts: its length is the quote's."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _all(text: str, words: str) -> list[int]:
    found, at = [], text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found


def _alike(quote: Quote, text: str, start: int, end: int) -> float:
    before, after = text[max(start - len(quote.before), 0) : start], text[end : end + len(quote.after)]
    return fuzz.ratio(quote.before + quote.after, before + after)
