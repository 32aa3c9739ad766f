"""JSONL item sets to checked items.

Evidence is named by words and not by chunk ids, so that an item outlives every change of chunking and holds for the
raw documents and for their restatement alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from advisor.errors import ItemError
from advisor.eval.match import fold

Split = Literal["dev", "test", "all"]


class Item(BaseModel):
    """One question and what is expected of a system.

    `evidence` holds sets of keys: a passage with every key of any one set is relevant. `facts` holds groups of
    aliases: a complete answer has one alias of every group. `history` is the earlier user turns.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    question: str
    history: tuple[str, ...] = ()
    behaviour: Literal["answer", "abstain"]
    evidence: tuple[tuple[str, ...], ...]
    facts: tuple[tuple[str, ...], ...]
    tags: tuple[str, ...]
    split: Literal["dev", "test"]

    @model_validator(mode="after")
    def _expectation_is_whole(self) -> Item:
        answerable = self.behaviour == "answer"
        if answerable != bool(self.evidence) or answerable != bool(self.facts):
            raise ValueError("an item to answer needs evidence and facts; one to abstain from has neither")
        if any(not keys or not all(map(fold, keys)) for keys in (*self.evidence, *self.facts)):
            raise ValueError("an evidence set or alias group is empty, or holds a key without letters and digits")
        if not self.id.strip() or not self.question.strip():
            raise ValueError("the id or the question is empty")
        return self


def load(path: Path, split: Split = "all") -> list[Item]:
    """Return the items of a JSONL file that are in `split`.

    :raises ItemError: the file cannot be read, a line is not an item, or an id stands twice; the line is named.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")  # splitlines() would cut at U+2028, which JSON allows
    except (OSError, UnicodeDecodeError) as error:
        raise ItemError(f"{path} cannot be read: {error}") from error
    items = {number: _item(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()}
    _unique(path, items)
    kept = [item for item in items.values() if split in ("all", item.split)]
    if not kept:
        raise ItemError(f"{path} has no items in split {split}")
    return kept


def _item(path: Path, number: int, line: str) -> Item:
    try:
        return Item.model_validate_json(line)
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'item'}: {e['msg']}" for e in error.errors())
        raise ItemError(f"{path}, line {number}: {reasons}") from error


def _unique(path: Path, items: Mapping[int, Item]) -> None:
    seen: dict[str, int] = {}
    for number, item in items.items():
        if item.id in seen:
            raise ItemError(f"{path}, line {number}: the id {item.id!r} stands in line {seen[item.id]}; rename one")
        seen[item.id] = number
