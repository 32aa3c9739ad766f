"""A question and what was found for it to whether the documents hold its answer, and to the refusal if not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from advisor.answer.evidence import Scored, Weight, covered, in_context
from advisor.answer.ground import names
from advisor.answer.lists import Line
from advisor.answer.rewrite import content_words
from advisor.corpus.chunk import indexed_text
from advisor.index.tokens import tokenize
from advisor.types import Passage

THRESHOLD = 0.45  # chosen on the dev split of eval/sets/core.jsonl; see eval/LOG.md
COSINE_SHARE = 0.5
BESIDE = 0.8  # share of the best score from which a gap announced in the same passage is what was asked for
FIGURE_NEAR = 0.8  # share of the best score from which a source sentence may hold the figure that was asked for
NEAREST = 3  # topics that a refusal names
LEAST_NAME = 4  # letters of a name of which a longer one may be a form
_QUANTITY = re.compile(
    r"\bhow (?:many|much|big|large|long|old|high)\b|\b(?:what|which)\b.*\b(?:percentage|percent|share|salary|costs?|"
    r"price|rate|median|average)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow (?:many|much) (\w+)", re.IGNORECASE)


def confidence(
    question: str,
    passages: Sequence[Passage],
    scored: Sequence[Scored],
    listed: Sequence[Line],
    weight: Weight,
) -> float:
    """Return how sure it is that the passages hold the answer, about 0 to 1: best meaning and best term coverage
    blended; 0 where what was asked for is missing by name, by kind, or by the documents' own word."""
    told = [one for one in scored if not one.announces and one.span.kind != "heading"]
    if not told or announced(scored, listed) or missing_names(question, passages) or missing_figure(question, told):
        return 0.0
    wanted = set(tokenize(question))
    held = [set(tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))) for p in passages[:3]]
    coverage = max(covered(wanted, terms, weight) for terms in held)
    return COSINE_SHARE * max(one.cosine for one in told[:5]) + (1 - COSINE_SHARE) * coverage


def announced(scored: Sequence[Scored], listed: Sequence[Line]) -> bool:
    """Whether the documents only announce what was asked for: a missing table or a list that breaks off fits best, or
    nearly so in the very passage of what fits best. A list that another passage holds is no announcement."""
    told = next(one for one in scored if not one.announces)
    held = {line.span.passage.n for line in listed}
    return any(
        one.score >= told.score or (one.score >= BESIDE * told.score and one.span.passage.n == told.span.passage.n)
        for one in scored
        if one.announces and not held - {one.span.passage.n}
    )


def missing_names(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the proper names in a question that no passage holds; an acronym may be held spelt out."""
    text = "\n".join(indexed_text(p.title, p.chunk.heading_path, p.chunk.text) for p in passages).casefold()
    held = set(tokenize(text))
    initials = "".join(word[0] for word in re.findall(r"[^\W_]+", text))
    return [
        name
        for name in names(question)
        if not set(tokenize(name)) <= held
        and not (name.isalpha() and (name in initials or name in text or _form_of(name, held)))
    ]


def _form_of(name: str, held: Collection[str]) -> bool:
    """Whether a name is a longer form of one that is held: Indian of India."""
    return any(name[:length] in held for length in range(LEAST_NAME, len(name)))


def missing_figure(question: str, told: Sequence[Scored]) -> bool:
    """Whether a question asks for a quantity and none of the likeliest source sentences has a figure."""
    if not _QUANTITY.search(question):
        return False
    counted = _HOW_MANY.search(question)
    unit = set(tokenize(counted[1])) if counted else set()
    best = max(one.fit for one in told)
    near = [one.span for one in told[:5] if one.fit >= FIGURE_NEAR * best]
    return not any(_FIGURE.search(span.text) and unit <= set(tokenize(in_context(span))) for span in near)


def missing_terms(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the question's words of meaning that no passage holds, in the question's order."""
    held = {t for p in passages for t in tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))}
    words = dict.fromkeys(content_words(question))
    return [word for word in words if (terms := tokenize(word)) and not set(terms) <= held]


def refusal(question: str, passages: Sequence[Passage]) -> str:
    """Return a refusal that says what was looked for, what is missing, and the nearest topics that are there."""
    lines = [f"The documents do not hold the answer to: {question.strip()}"]
    if missing := missing_terms(question, passages):
        lines.append(f"Nothing found mentions: {', '.join(missing)}.")
    if topics := list(dict.fromkeys(_topic(passage) for passage in passages))[:NEAREST]:
        lines.append(f"Nearest topics that they do cover: {'; '.join(topics)}.")
    return "\n".join(lines)


def _topic(passage: Passage) -> str:
    headings = passage.chunk.heading_path
    return f"{headings[-1]} ({passage.title})" if headings else passage.title
