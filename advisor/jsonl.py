"""Passages and answers to the JSON objects that the commands print, and lines of JSON to questions.

These shapes are a contract that outside scripts rely on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.types import Answer, Passage, Turn

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """One line of an input file."""

    id: str | None
    text: str
    history: tuple[Turn, ...] = ()


def questions(path: Path) -> Iterator[Question]:
    """Yield the questions of a JSONL file: objects with `question`, and maybe `id` and `history`.

    :raises AdvisorError: the file cannot be read, or a line is not such an object; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AdvisorError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _question(path, number, line)


def _question(path: Path, number: int, line: str) -> Question:
    try:
        found = json.loads(line)
        history = tuple(_turn(turn) for turn in found.get("history") or ())
        text = found["question"]
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise AdvisorError(
            f'{path}, line {number}: expected {{"id": …, "question": "…", "history": […]}}; found {line[:60]}'
        ) from error
    if not isinstance(text, str) or not text.strip():
        raise AdvisorError(f"{path}, line {number}: the question is empty")
    name = found.get("id")
    return Question(None if name is None else str(name), text, history)


def _turn(turn: str | Object) -> Turn:
    """A turn is the text of an earlier user turn, or an object with `role` and `content`."""
    if isinstance(turn, str):
        return Turn("user", turn)
    return Turn("assistant" if turn["role"] == "assistant" else "user", str(turn["content"]))


def hit(passage: Passage) -> Object:
    """Return one search result; `stages` holds its rank and score in each retriever that found it."""
    chunk = passage.chunk
    return {
        "rank": passage.n,
        "score": round(passage.score, 6),
        "chunk_id": chunk.id,
        "doc_id": chunk.doc_id,
        "title": passage.title,
        "heading_path": list(chunk.heading_path),
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "stages": {h.stage: {"rank": h.rank, "score": round(h.score, 6)} for h in passage.stages},
    }


def answer(found: Answer) -> Object:
    """Return one answer as an object."""
    return {
        "question": found.question,
        "rewritten": found.trace.rewritten,
        "answer": found.text,
        "sentences": [
            {
                "text": sentence.text,
                "backed": sentence.backed,
                "support": round(sentence.support, 4),
                "citations": [asdict(citation) for citation in sentence.citations],
            }
            for sentence in found.sentences
        ],
        "citations": [asdict(citation) for citation in found.citations],
        "passages": [{"n": passage.n, **hit(passage)} for passage in found.passages],
        "abstained": found.abstained,
        "confidence": round(found.trace.confidence, 4),
        "kind": found.kind,
        "prompt": found.trace.prompt,
        "model": found.trace.model,
        "seconds": {stage: round(seconds, 4) for stage, seconds in found.trace.seconds.items()},
        "tokens": dict(found.trace.tokens),
        "removed_citations": found.trace.removed_citations,
        "dropped_sentences": found.trace.dropped_sentences,
    }


def dumps(found: Object) -> str:
    """Return one line of JSON."""
    return json.dumps(found, ensure_ascii=False)
