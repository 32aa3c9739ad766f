"""JSONL files of questions that documents answer or not, each with the sentences that answer it or would.

They are for fitting and scoring the decision whether to answer, not for scoring answers: see `items`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from advisor.errors import ItemError
from advisor.eval import lines
from advisor.types import Turn

_Text = Annotated[str, Field(pattern=r"\S")]


class Question(BaseModel):
    """One question, behind those that its asker asked before (`history`). `quotes` are the documents' sentences that
    answer it; of one that they do not answer, `missing` says what they leave out and `would` is a made-up sentence that
    would answer it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    history: tuple[_Text, ...] = ()
    question: _Text
    answerable: bool
    quotes: tuple[_Text, ...] = ()
    missing: str = ""
    would: str = ""

    @property
    def turns(self) -> list[Turn]:
        """The user's turns before it."""
        return [Turn("user", text) for text in self.history]

    @model_validator(mode="after")
    def _is_told_why(self) -> Question:
        if self.answerable != bool(self.quotes) or self.answerable == bool(self.would.strip()):
            raise ValueError("an answerable question has `quotes`, any other one `would`")
        return self


def load(path: Path) -> dict[str, list[Question]]:
    """Return the questions of a file, or of each .jsonl file in a folder, by the file's name without its ending.

    :raises ItemError: there is none, or a line is no question; the file and the line are named.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    found = {file.stem: lines.load(file, Question, _name) for file in files}
    if not any(found.values()):
        raise ItemError(f"{path} holds no questions; give a .jsonl file of them, or a folder of such files")
    return found


def _name(one: Question) -> str:
    return "\n".join((*one.history, one.question)).casefold()
