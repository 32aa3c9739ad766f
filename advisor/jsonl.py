"""Passages and answers to the JSON objects that the commands print, and lines of JSON to questions.

These shapes are a contract that outside scripts rely on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from advisor.errors import AdvisorError
from advisor.types import Answer, Passage, Turn

Object = dict[str, object]
_EXPECTED = 'expected {"id": …, "question": "…", "history": […]}'
_SHOWN = 3  # bad lines that are told in full
_ROLES = ("user", "assistant")


@dataclass(frozen=True, slots=True)
class Question:
    """One line of an input file; `id` is given back as it came."""

    id: str | int | None
    text: str
    history: tuple[Turn, ...] = ()


def questions(path: Path) -> list[Question]:
    """Return the questions of a JSONL file: objects with `question`, and maybe `id` and `history`.

    :raises AdvisorError: the file cannot be read, or has lines that are no such object; they are named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AdvisorError(f"{path} cannot be read: {error}") from error
    found: list[Question] = []
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):  # splitlines would part a line at U+2028, too
        if line.strip():
            try:
                found.append(_question(line))
            except ValueError as error:
                faults.append(f"line {number}: {error}")
    if len(faults) > _SHOWN:
        faults[_SHOWN:] = [f"and {len(faults) - _SHOWN} lines more"]
    if faults:
        raise AdvisorError(f"{path}, {'; '.join(faults)}")
    return found


def _question(line: str) -> Question:
    try:
        found: object = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{_EXPECTED}, found {line.strip()[:60]}") from error
    if not isinstance(found, dict) or "question" not in found:
        raise ValueError(f"{_EXPECTED}, found {line.strip()[:60]}")
    name, history = found.get("id"), found.get("history")
    if isinstance(name, bool) or not isinstance(name, str | int | None):
        raise ValueError(f"the id is neither a string nor a whole number: {json.dumps(name)[:60]}")
    if not isinstance(history, list | None):
        raise ValueError(f"the history is not a list: {json.dumps(history)[:60]}")
    return Question(name, _text(found["question"], "question"), tuple(_turn(turn) for turn in history or ()))


def _turn(turn: object) -> Turn:
    """A turn is the text of an earlier user turn, or an object with `role` and `content`."""
    if isinstance(turn, str):
        return Turn("user", _whole(turn, "turn"))
    if not isinstance(turn, dict) or turn.get("role") not in _ROLES or not isinstance(turn.get("content"), str):
        shape = 'neither a string nor {"role": "user" or "assistant", "content": "…"}'
        raise ValueError(f"a turn of the history is {shape}: {json.dumps(turn)[:60]}")
    return Turn("assistant" if turn["role"] == "assistant" else "user", _whole(turn["content"], "turn"))


def _text(text: object, what: str) -> str:
    if not isinstance(text, str):
        raise ValueError(f"the {what} is not a string: {json.dumps(text)[:60]}")
    if not text.strip():
        raise ValueError(f"the {what} is empty")
    return _whole(text, what)


def _whole(text: str, what: str) -> str:
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # JSON can name one; no model can read it
        raise ValueError(f"the {what} holds half a character (a lone surrogate)")
    return text


def hit(passage: Passage) -> Object:
    """Return one search result; `stages` holds its rank and score in each retriever that found it."""
    chunk = passage.chunk
    return {
        "rank": passage.n,
        "score": round(passage.score, 6),
        "chunk_id": chunk.id,
        "doc_id": chunk.doc_id,
        "title": passage.title,
        "source": passage.source,
        "heading_path": list(chunk.heading_path),
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "stages": {h.stage: {"rank": h.rank, "score": round(h.score, 6)} for h in passage.stages},
    }


def hits(question: Question, rewritten: str, passages: list[Passage]) -> Object:
    """Return the search results of one line of an input file."""
    found = [hit(passage) for passage in passages]
    return {"id": question.id, "question": question.text, "rewritten": rewritten, "hits": found}


def answer(found: Answer) -> Object:
    """Return one answer as an object; what follows `tokens` tells how it came to be."""
    return {
        "question": found.question,
        "rewritten": found.trace.rewritten,
        "answer": found.text,
        "sentences": [
            {
                "text": sentence.text,
                "backed": sentence.backed,
                "support": round(sentence.support, 4),
                "depth": sentence.depth,
                "quoted": sentence.quoted,
                "citations": [asdict(citation) for citation in sentence.citations],
            }
            for sentence in found.sentences
        ],
        "citations": [asdict(citation) for citation in found.citations],
        "passages": [{"n": passage.n, **hit(passage)} for passage in found.passages],
        "abstained": found.abstained,
        "kind": found.kind,
        "offers": list(found.offers),
        "prompt": found.trace.prompt,
        "model": found.trace.model,
        "seconds": {stage: round(seconds, 4) for stage, seconds in found.trace.seconds.items()},
        "tokens": dict(found.trace.tokens),
        "confidence": round(found.trace.confidence, 4),
        "removed_citations": found.trace.removed_citations,
        "dropped_sentences": len(found.trace.dropped),
    }


def dumps(found: Mapping[str, object]) -> str:
    """Return one line of JSON, in ASCII: it is one line, and can be printed, whatever takes it."""
    return json.dumps(found)
