"""Thumbs on answers: kept with the whole answer, and those turned down made drafts of eval items."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel

from advisor import jsonl
from advisor.eval.items import Item, Nugget, Quote
from advisor.eval.match import fold
from advisor.store.database import opened
from advisor.types import Citation, Turn

Thumb = Literal["up", "down"]
REASONS = ("wrong", "unsupported", "incomplete", "should have refused", "should have answered", "other")


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person held of one answer, which is an object of `jsonl.answer`; `id` is the answer's own.

    `note` is what it should have said, and `absent` whether the documents do not hold it. `time` is in UTC, ISO 8601.
    """

    id: str
    thumb: Thumb
    history: tuple[Turn, ...]
    answer: Mapping[str, object] = field(hash=False)
    reason: str = ""
    note: str = ""
    absent: bool = False
    time: str = ""

    @property
    def question(self) -> str:
        """What was asked."""
        return str(self.answer["question"])


class _Passage(BaseModel):
    chunk_id: str
    start: int
    text: str


class _Answer(BaseModel):
    """What a draft needs of the object that `jsonl.answer` made; it may have been made by an older version."""

    rewritten: str
    citations: tuple[Citation, ...]
    passages: tuple[_Passage, ...]


def keep(given: Feedback) -> None:
    """Keep what was given, in the place of what was given on the same answer before; its time, if none, is now.

    :raises AdvisorError: the file cannot be opened or written.
    """
    row = {
        "id": given.id,
        "time": given.time or datetime.now(UTC).isoformat(timespec="seconds"),
        "thumb": given.thumb,
        "question": given.question,
        "history": json.dumps([{"role": turn.role, "text": turn.text} for turn in given.history]),
        "answer": jsonl.dumps(given.answer),
        "reason": given.reason,
        "note": given.note,
        "absent": given.absent,
    }
    names = ", ".join(row)
    with opened() as connection:
        connection.execute(f"REPLACE INTO feedback ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()])


def withdraw(name: str) -> None:
    """Forget what was given on the answer with this id, if anything.

    :raises AdvisorError: the file cannot be opened or written.
    """
    with opened() as connection:
        connection.execute("DELETE FROM feedback WHERE id = ?", (name,))


def load() -> list[Feedback]:
    """Return what was given, the oldest first.

    :raises AdvisorError: the file cannot be opened.
    """
    with opened() as connection:
        rows = connection.execute(
            "SELECT id, thumb, history, answer, reason, note, absent, time FROM feedback ORDER BY rowid"
        ).fetchall()
    return [
        Feedback(name, thumb, _turns(history), json.loads(answer), reason, note, bool(absent), time)
        for name, thumb, history, answer, reason, note, absent, time in rows
    ]


def _turns(history: str) -> tuple[Turn, ...]:
    return tuple(Turn(turn["role"], turn["text"]) for turn in json.loads(history))


def drafts() -> list[Item]:
    """Return an item for each thumbs-down that says what was expected, the oldest first; a person is to check each.

    The answer's cited spans are its evidence: it may have said them wrong, or not whole. Where it cited nothing, the
    person's words are its keys. Of several alike the latest counts.

    :raises AdvisorError: the file cannot be opened.
    """
    found = [_draft(given) for given in load() if given.thumb == "down" and (given.absent or fold(given.note))]
    return list({item.id: item for item in found}.values())


def drafts_lines() -> Iterator[str]:
    """Yield each draft as a line of JSON.

    :raises AdvisorError: the file cannot be opened.
    """
    for item in drafts():
        yield jsonl.dumps(item.model_dump(exclude_defaults=True))


def _draft(given: Feedback) -> Item:
    answer = _Answer.model_validate(given.answer)
    words = given.note.strip()
    history = tuple(turn.text for turn in given.history if turn.role == "user")
    quotes = () if given.absent else tuple(_quotes(answer))
    told = json.dumps([given.question, history, words, given.absent])
    return Item(
        id=f"draft-{hashlib.sha256(told.encode()).hexdigest()[:12]}",
        question=given.question,
        history=history,
        standalone=answer.rewritten if history else "",
        behaviour="abstain" if given.absent else "answer",
        nuggets=() if given.absent else (Nugget(says=((words,),)),),
        evidence=(quotes,) if quotes else (),
        keys=() if quotes or given.absent else ((words,),),
        tags=("draft",),
        difficulty="medium",
        split="dev",
    )


def _quotes(answer: _Answer) -> Iterator[Quote]:
    """Yield the spans that the answer cites, each once."""
    passages = {passage.chunk_id: passage for passage in answer.passages}
    for doc, start, end, chunk in dict.fromkeys((c.doc_id, c.start, c.end, c.chunk_id) for c in answer.citations):
        passage = passages[chunk]
        yield Quote(doc=doc, start=start, end=end, quote=passage.text[start - passage.start : end - passage.start])
