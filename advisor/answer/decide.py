"""A question and what was found for it to whether the documents hold its answer, and to the refusal if not."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answer.evidence import Scored, Weight, covered
from advisor.answer.rewrite import content_words
from advisor.corpus.chunk import indexed_text
from advisor.index.tokens import tokenize
from advisor.types import Passage

THRESHOLD = 0.55  # chosen on the dev split of eval/sets/core.jsonl; see eval/LOG.md
COSINE_SHARE = 0.5


def confidence(question: str, passages: Sequence[Passage], scored: Sequence[Scored], weight: Weight) -> float:
    """Return how likely the passages hold the answer, about 0 to 1: best meaning and best term coverage blended."""
    held_back = [one for one in scored if one.announces]
    scored = [one for one in scored if not one.announces]
    if not scored or (held_back and held_back[0].score >= scored[0].score):
        return 0.0  # what fits best only announces a table that is not there
    wanted = set(tokenize(question))
    held = [set(tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))) for p in passages[:3]]
    coverage = max(covered(wanted, terms, weight) for terms in held)
    cosine = max(one.cosine for one in scored[:5])
    return COSINE_SHARE * cosine + (1 - COSINE_SHARE) * coverage


def missing_terms(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the question's words of meaning that no passage holds, in the question's order."""
    held = {t for p in passages for t in tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))}
    words = dict.fromkeys(content_words(question))
    return [word for word in words if (terms := tokenize(word)) and not set(terms) <= held]


def refusal(question: str, passages: Sequence[Passage]) -> str:
    """Return a refusal that says what was looked for, what is missing, and the nearest topics that are there."""
    looked = f"The documents do not hold the answer. I looked for: {question.strip()}"
    missing = missing_terms(question, passages)
    lines = [looked if looked.endswith(("?", ".", "!")) else looked + "."]
    if missing:
        lines.append(f"Nothing found mentions: {', '.join(missing)}.")
    topics = dict.fromkeys(_topic(passage) for passage in passages)
    if topics:
        lines.append(f"Nearest topics that they do cover: {'; '.join(list(topics)[:3])}.")
    return " ".join(lines)


def _topic(passage: Passage) -> str:
    return " > ".join((passage.title, *passage.chunk.heading_path[-2:]))
