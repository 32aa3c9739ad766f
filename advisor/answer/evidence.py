"""A question and its passages to the source sentences that answer it, best first, or to a whole list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.answer.rivals import conflict, mentions
from advisor.answer.spans import Span, spans
from advisor.corpus.chunk import indexed_text
from advisor.index.tokens import tokenize
from advisor.types import Passage

Weight = Callable[[str], float]
Cosines = Callable[[str, Sequence[Span]], Sequence[float]]  # of a question with source sentences
MEANING = 0.6  # share of the embedding's score in a source sentence's score; the rest is term coverage
NEAR = 0.85  # share of the best sentence's score from which another one is evidence too
MOST = 4  # source sentences in an answer that is not a list
OUTLINE = 0.9  # share of the best score from which a heading answers with the headings under it
LEAST_OUTLINE = 3  # headings that make an outline
MOST_ITEMS = 24  # of one list in one answer
_LISTED = (
    r"(?:steps|stages|phases|roles|types|kinds|skills|tools|libraries|frameworks|projects|books|readings|conferences|"
    r"certifications|certificates|responsibilities|duties|ways|reasons|metrics|algorithms|techniques|languages|"
    r"platforms|topics|areas|careers|jobs|courses|resources|benefits|factors|challenges|applications|differences|"
    r"misconceptions|takeaways|considerations|people|stories|subskills|options|opportunities|tasks|sources|links|"
    r"companies|industries|principles|practices|degrees|concepts|methods|models|datasets|implications|roadmap|path)"
)
_ASKS_LIST = re.compile(
    rf"\b(?:list|name|all|which|what(?:'s| is| are| were)?|how many|enumerate|give|outline)\b.*\b{_LISTED}\b"
    r"|^how (?:can|do|does|should|to)\b.*\bbecome\b|^why should\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:step|stage|phase|skill|part)\s+\d+\b", re.IGNORECASE)
_ANNOUNCES = re.compile(
    r"\b(?:this|the|a|its|that) table\b.*\b(?:show|present|display|illustrat|highlight|compar|provid|set|list|break|"
    r"not (?:in|part|includ)|absent|missing|left out)|\btable (?:itself )?is (?:not|absent|missing)|"
    r"\bnot in the source\b|\bsource breaks off\b|\b(?:such as|for example|including)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A source sentence with how well it fits the question: the blend, its cosine, and its share of the terms."""

    span: Span
    score: float
    cosine: float
    coverage: float

    @property
    def announces(self) -> bool:
        """Whether it announces what the source does not hold: a table that is missing, a list that breaks off."""
        return bool(_ANNOUNCES.search(self.span.text))


def rank(question: str, passages: Sequence[Passage], cosines: Cosines, weight: Weight) -> list[Scored]:
    """Return the passages' source sentences by how well they fit the question, ties by place.

    A sentence is scored with its headings, which say what it is about; one that is about another level, role, degree
    or step than the question is left out.
    """
    asked = mentions(question)
    found = [span for passage in passages for span in spans(passage)]
    found = [span for span in found if not conflict(asked, mentions(in_context(span)))]
    wanted = set(tokenize(question))
    scored = []
    for span, cosine in zip(found, cosines(question, found), strict=True):
        coverage = covered(wanted, set(tokenize(in_context(span))), weight)
        scored.append(Scored(span, MEANING * cosine + (1 - MEANING) * coverage, cosine, coverage))
    return sorted(scored, key=lambda one: (-one.score, one.span.passage.n, one.span.start))


def in_context(span: Span) -> str:
    """Return a source sentence under its headings."""
    return indexed_text(span.passage.title, span.passage.chunk.heading_path, span.text)


def covered(wanted: set[str], held: set[str], weight: Weight) -> float:
    """Return the weighted share of the terms `wanted` that are among `held`, 0 to 1; 1 where nothing is wanted."""
    total = sum(weight(term) for term in wanted)
    return sum(weight(term) for term in wanted & held) / total if total else 1.0


def choose(question: str, scored: Sequence[Scored]) -> list[Span]:
    """Return the few source sentences to answer from, in the order of their passages: those that are near the best in
    score and say more than the question."""
    asked = set(tokenize(question))
    held = [one for one in scored if not one.announces and not set(tokenize(one.span.text)) <= asked]
    held = [one for one in held if one.span.kind != "heading" or re.search(r"\d", one.span.text)]
    if not held:
        return []
    near = [one for one in held[:MOST] if one.score >= NEAR * held[0].score]
    return sorted((one.span for one in near), key=lambda span: (span.passage.n, span.start))


def asks_list(question: str) -> bool:
    """Whether a question asks for several things, and not for one numbered step."""
    return bool(_ASKS_LIST.search(question)) and not _NUMBERED.search(question)


def asks_step(question: str) -> bool:
    """Whether a question asks for one numbered step."""
    return bool(_NUMBERED.search(question))


def whole_list(question: str, best: Span, section: Sequence[Passage], weight: Weight) -> list[Span]:
    """Return the list that `best` stands in, through all the passages of its section, with the line before it; nothing
    if the question is better met by that one item than by what the list is headed with."""
    found = [span for passage in section for span in spans(passage, whole_items=True)]
    at = next((i for i, span in enumerate(found) if span.start <= best.start < span.end), None)
    if at is None:
        return []
    first = last = at
    while first > 0 and found[first - 1].kind == "item":
        first -= 1
    while last + 1 < len(found) and found[last + 1].kind == "item":
        last += 1
    led = first > 0 and found[first - 1].text.endswith(":")
    wanted = set(tokenize(question))
    heads = " ".join((best.passage.title, *best.passage.chunk.heading_path, found[first - 1].text if led else ""))
    if covered(wanted, set(tokenize(best.text)), weight) > covered(wanted, set(tokenize(heads)), weight):
        return []
    return found[first - led : last + 1][:MOST_ITEMS]
