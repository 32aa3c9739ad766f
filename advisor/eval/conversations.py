"""Conversations with a person's stand-alone form of every turn to how near the advisor's own form comes to it.

No documents and no model: only the words of the rewriting are judged, not what is found with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, model_validator

from advisor.answer.rewrite import standalone
from advisor.errors import ItemError
from advisor.eval import lines
from advisor.eval.metrics import mean, token_f1, words
from advisor.types import Turn

FILE = "turns.jsonl"


class Earlier(BaseModel):
    """What was said before a turn: the user's words, and the system's where they are known."""

    model_config = ConfigDict(frozen=True)

    user: str
    system: str | None = None


class Asked(BaseModel):
    """A turn of a conversation: the question as it was asked, and as a person made it stand alone.

    Fields that the file has beside these, such as a passage, are left alone.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    year: int
    conv: str
    turn: int
    history: tuple[Earlier, ...]
    utterance: str
    rewrite: str

    @model_validator(mode="after")
    def _something_is_said(self) -> Asked:
        if not (self.id.strip() and self.utterance.strip() and self.rewrite.strip()):
            raise ValueError("the id, the utterance or the rewrite is empty")
        return self

    def turns(self) -> list[Turn]:
        """Return what was said before, in the program's own form."""
        said = [(Turn("user", one.user), Turn("assistant", one.system or "")) for one in self.history]
        return [turn for pair in said for turn in pair if turn.text]


@dataclass(frozen=True, slots=True)
class Row:
    """One year's turns that have a turn before them, and how near each form comes to the person's, word for word."""

    year: str
    turns: int
    copy_f1: float  # of the question as it was asked
    advisor_f1: float
    exact: float  # share of turns whose words are the person's, in their order


def load(folder: Path) -> list[Asked]:
    """Return the turns of a folder's `turns.jsonl`, in order.

    :raises ItemError: there is no such file, a line of it is no turn, or an id stands twice; the line is named.
    """
    found = lines.load(folder / FILE, Asked, lambda turn: turn.id)
    if not found:
        raise ItemError(f"{folder / FILE} has no turns; expected one JSON object a line")
    return found


def score(turns: Sequence[Asked]) -> Iterator[Row]:
    """Yield a row for each year, and one for all; a conversation's first turn has nothing to take from and is left out.

    :raises ItemError: no turn has one before it.
    """
    later = [turn for turn in turns if turn.history]
    if not later:
        raise ItemError("no turn has a history; expected conversations of two turns or more")
    for year in sorted({turn.year for turn in later}):
        yield _row(str(year), [turn for turn in later if turn.year == year])
    yield _row("all", later)


def _row(year: str, turns: Sequence[Asked]) -> Row:
    found = [(standalone(turn.utterance, turn.turns()), turn) for turn in turns]
    return Row(
        year,
        len(turns),
        mean([token_f1(turn.utterance, turn.rewrite) for turn in turns]),
        mean([token_f1(text, turn.rewrite) for text, turn in found]),
        mean([float(words(text) == words(turn.rewrite)) for text, turn in found]),
    )
