"""JSONL item sets to checked items.

Evidence is named by what a document says and where, never by chunk ids, so that an item outlives every change of
chunking. What it says in documents other than its own is found by keys: words that any passage on the matter holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from advisor.errors import ItemError
from advisor.eval import lines
from advisor.eval.match import fold
from advisor.types import Turn

Split = Literal["dev", "test", "all"]
Behaviour = Literal["answer", "abstain", "clarify"]
Difficulty = Literal["easy", "medium", "hard"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quote(_Strict):
    """The characters [start, end) of a document's cleaned text, and what stands on either side of them.

    The words find the place again once the offsets are wrong. `start` and `end` of 0 are for `eval lint --fix` to fill.
    """

    doc: str = Field(min_length=1)
    start: int = Field(default=0, ge=0)
    end: int = Field(default=0, ge=0)
    quote: str = Field(pattern=r"\S")
    before: str = ""
    after: str = ""


class Figure(_Strict):
    """A number that an answer must give: within `tolerance`, a share of it, and in its unit.

    `unit` is a currency's code (INR), `%`, a singular noun (year), or empty for a bare number.
    """

    value: float
    unit: str = ""
    tolerance: float = Field(default=0.0, ge=0, lt=1)


class Nugget(_Strict):
    """One thing that an answer tells: an alias of every group of `says`, and every figure.

    A vital one must be told; any other is welcome.
    """

    vital: bool = True
    says: tuple[tuple[str, ...], ...] = ()
    figures: tuple[Figure, ...] = ()

    @model_validator(mode="after")
    def _tells_something(self) -> Nugget:
        if not self.says and not self.figures:
            raise ValueError("a nugget needs `says` or `figures`")
        _check_groups(self.says)
        return self


class Item(_Strict):
    """One question and what is expected of a system.

    `evidence` holds sets of quotes, any one of which, whole, suffices; `keys` sets of words: a passage of other
    documents is evidence if it holds every one of a set. `history` is the earlier user turns and `standalone` the
    question as it stands without them. Items of one `conversation` rise and fall together.
    """

    id: str
    question: str
    conversation: str = ""
    history: tuple[str, ...] = ()
    standalone: str = ""
    behaviour: Behaviour
    nuggets: tuple[Nugget, ...] = ()
    must_not_say: tuple[str, ...] = ()
    evidence: tuple[tuple[Quote, ...], ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    difficulty: Difficulty = "medium"
    split: Literal["dev", "test"]

    @property
    def group(self) -> str:
        """The name of what the item is one turn of: its conversation, or itself."""
        return self.conversation or self.id

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The user's turns before the question."""
        return tuple(Turn("user", text) for text in self.history)

    @model_validator(mode="after")
    def _expectation_is_whole(self) -> Item:
        if not self.id.strip() or not self.question.strip():
            raise ValueError("the id or the question is empty")
        if bool(self.history) != bool(self.standalone.strip()):
            raise ValueError("`standalone` is the form of a question with a history; give both or neither")
        answerable = self.behaviour == "answer"
        if answerable != bool(self.evidence or self.keys) or answerable != any(one.vital for one in self.nuggets):
            raise ValueError("an item to answer needs evidence or keys, and a vital nugget; any other has none of them")
        if not all(self.evidence):
            raise ValueError("a set of evidence is empty")
        _check_groups((*self.keys, *([words] for words in self.must_not_say)))
        return self


def _check_groups(groups: Iterable[Sequence[str]]) -> None:
    if any(not keys or not all(map(fold, keys)) for keys in groups):
        raise ValueError("a group of words is empty, or holds one without letters and digits")


def load(path: Path, split: Split = "all") -> list[Item]:
    """Return the items of a JSONL file that are in `split`.

    :raises ItemError: the file cannot be read, a line is not an item, or an id stands twice; the line is named.
    """
    found = lines.load(path, Item, lambda item: item.id)
    kept = [item for item in found if split in ("all", item.split)]
    if not kept:
        raise ItemError(f"{path} has no items in split {split}")
    return kept
