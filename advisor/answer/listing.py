"""A list or section to the lines that quote it whole, its lead first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.answer.retrieve import Search
from advisor.answer.spans import Span, spans
from advisor.answer.words import NUMBER_WORDS
from advisor.types import Passage

LEAST = 3  # headings or items that answer as a list because of what they are headed with
HEADED = 0.5  # share of a question's terms that the headings of such a list must hold
MOST_ITEMS = 24  # of one list in one answer
_HOW_MANY = re.compile(rf"^(?:name|list|give)\b|\b(?:{'|'.join(NUMBER_WORDS)}|\d+)\b", re.IGNORECASE)


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


def listing(lead: Span | None, items: Sequence[Span]) -> list[Line]:
    """Return a list as lines: its lead, if there is one, and its items, the nested ones deeper."""
    least = min(span.depth for span in items)
    nested = [Line(span, 1 + (span.depth > least)) for span in items[:MOST_ITEMS]]
    return [Line(lead, cut=len(items) > len(nested)), *nested] if lead else nested


def section_of(search: Search, passages: Sequence[Passage], best: Passage) -> list[Span]:
    """Return the source sentences of the section that a passage is of, list items whole."""
    return [span for passage in search.section(passages, best) for span in spans(passage, whole_items=True)]


def uncounted(question: str) -> str:
    """Return a question without how many are asked for, which what heads a list does not say."""
    return _HOW_MANY.sub("", question)
