"""Two files of judged answers to a verdict for each score: is the second system better, worse, the same, or unknown.

A file holds one object a line, as `advisor eval answers --out FILE` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from advisor.errors import ItemError
from advisor.eval.answers import Judged
from advisor.eval.deciding import holm, verdict
from advisor.eval.metrics import mean

SCORES = ("facts", "complete", "right", "backed_figures")
MARGIN = 0.02  # a difference of a score, from 0 to 1, that is held to be none


@dataclass(frozen=True, slots=True)
class Row:
    """One score of two systems over the items that both were judged on. `p` is Holm's, over all scores compared."""

    score: str
    items: int
    before: float
    after: float
    p: float
    verdict: str


def results(judged: Sequence[Judged]) -> Iterator[dict[str, object]]:
    """Yield what is kept of each judged answer: its scores from 0 to 1, null where a score does not apply."""
    for one in judged:
        answerable = one.item.behaviour == "answer"
        yield {
            "id": one.item.id,
            "facts": one.facts if answerable else None,
            "complete": float(one.facts == 1.0) if answerable else None,
            "right": float(one.answer.abstained != answerable),
            "backed_figures": float(one.unbacked_figures == 0),
            "answer": one.answer.text,
        }


def compare(before: Path, after: Path, margin: float = MARGIN) -> Iterator[Row]:
    """Yield a row for each score, of the items that are in both files.

    :raises ItemError: a file cannot be read, a line is no judged answer, or the files share no item.
    """
    old, new = _load(before), _load(after)
    shared = [name for name in old if name in new]
    if not shared:
        raise ItemError(f"{before} and {after} share no item; run both over the same item set")
    found = []
    for score in SCORES:
        names = [name for name in shared if old[name][score] is not None and new[name][score] is not None]
        if names:
            a, b = ([float(str(side[name][score])) for name in names] for side in (new, old))
            found.append((score, a, b, verdict(a, b, names, margin)))
    raised = holm([one.p for *_, one in found])
    for (score, a, b, one), p in zip(found, raised, strict=True):
        yield Row(score, len(a), mean(b), mean(a), p, one.text())


def _load(path: Path) -> dict[str, Mapping[str, object]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ItemError(f"{path} cannot be read: {error}") from error
    found: dict[str, Mapping[str, object]] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            row = _row(line)
            if row is None:
                raise ItemError(f"{path}, line {number}: expected a judged answer of `advisor eval answers --out`")
            found[str(row["id"])] = row
    return found


def _row(line: str) -> Mapping[str, object] | None:
    try:
        row: object = json.loads(line)
    except json.JSONDecodeError:
        return None
    if not isinstance(row, dict) or "id" not in row or not all(_is_score(row.get(score, "")) for score in SCORES):
        return None
    return row


def _is_score(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and 0 <= value <= 1)
