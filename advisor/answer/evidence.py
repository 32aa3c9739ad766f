"""A question and its passages to the source sentences that answer it, best first, or a whole list of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.answer.spans import Span, spans
from advisor.corpus.chunk import indexed_text
from advisor.index.tokens import tokenize
from advisor.types import Embedder, Passage

Weight = Callable[[str], float]
MEANING = 0.6  # share of the embedding's score in a source sentence's score; the rest is term coverage
MOST_ITEMS = 24  # of one list in one answer
_ASKS_LIST = re.compile(
    r"\b(?:list|name|all|which|what(?:'s| is| are| were)?|how many|enumerate|give|outline)\b.*\b"
    r"(?:steps|stages|phases|roles|types|kinds|skills|tools|libraries|frameworks|projects|books|readings|conferences|"
    r"certifications|certificates|responsibilities|duties|ways|reasons|metrics|algorithms|techniques|languages|"
    r"platforms|topics|areas|careers|jobs|courses|resources|benefits|factors|challenges|applications|differences|"
    r"misconceptions|takeaways|considerations|people|stories|subskills|options|opportunities|tasks|sources|links|"
    r"companies|industries|principles|practices|degrees|concepts|methods|models|datasets|implications|roadmap|path)\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"\b(?:this|the|a) table\b.*\b(?:show|present|display|illustrat|highlight|compar|provid|not (?:in|part|includ)|"
    r"absent|missing|left out)|\bis not in the source\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A source sentence with how well it fits the question: the blend, its cosine, and its share of the terms."""

    span: Span
    score: float
    cosine: float
    coverage: float


def rank(question: str, passages: Sequence[Passage], embedder: Embedder, weight: Weight) -> list[Scored]:
    """Return the passages' source sentences by how well they fit the question, ties by place.

    A sentence is scored with its headings, which say what it is about. A sentence that only announces a table that
    the source does not hold is left out: it answers nothing.
    """
    found = [span for passage in passages for span in spans(passage) if not _ANNOUNCES.search(span.text)]
    if not found:
        return []
    texts = [_in_context(span) for span in found]
    vectors = embedder.encode(texts)
    cosines = vectors @ embedder.encode([question], query=True)[0]
    wanted = set(tokenize(question))
    scored = []
    for span, text, cosine in zip(found, texts, cosines.tolist(), strict=True):
        coverage = covered(wanted, set(tokenize(text)), weight)
        scored.append(Scored(span, MEANING * cosine + (1 - MEANING) * coverage, cosine, coverage))
    return sorted(scored, key=lambda one: (-one.score, one.span.passage.n, one.span.start))


def _in_context(span: Span) -> str:
    return indexed_text(span.passage.title, span.passage.chunk.heading_path, span.text)


def covered(wanted: set[str], held: set[str], weight: Weight) -> float:
    """Return the weighted share of the terms `wanted` that are among `held`, 0 to 1; 1 where nothing is wanted."""
    total = sum(weight(term) for term in wanted)
    return sum(weight(term) for term in wanted & held) / total if total else 1.0


def choose(question: str, scored: Sequence[Scored]) -> tuple[list[Span], bool]:
    """Return the source sentences to answer from, in the order of their document, and whether they are a list.

    A question that asks for a list whose best sentence is a list item gets the whole list with its lead-in; so does
    one whose best sentence is an item too short to stand alone.
    """
    best = scored[0]
    short = len(best.span.text.split()) < 6
    if best.span.item and (short or _ASKS_LIST.search(question)):
        return _whole_list(best.span, [one.span for one in scored]), True
    near = [one for one in scored[:3] if one.score >= 0.85 * best.score]
    return sorted((one.span for one in near), key=lambda span: (span.passage.n, span.start)), False


def _whole_list(best: Span, found: Sequence[Span]) -> list[Span]:
    """Return the list that `best` stands in, through all passages of its section, and the line that leads to it."""
    place = (best.passage.chunk.doc_id, best.passage.chunk.heading_path)
    same = sorted(
        (s for s in found if (s.passage.chunk.doc_id, s.passage.chunk.heading_path) == place), key=lambda s: s.start
    )
    at = same.index(best)
    first = last = at
    while first > 0 and same[first - 1].item:
        first -= 1
    while last + 1 < len(same) and same[last + 1].item:
        last += 1
    if first > 0 and same[first - 1].text.endswith(":"):
        first -= 1
    return same[first : last + 1][:MOST_ITEMS]
