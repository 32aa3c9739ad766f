"""Two files of scores to a verdict for each headline metric: is the second system better, worse, the same, or unknown.

A file holds one object a line, as `advisor eval answers --out FILE` writes them; a baseline is such a file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from advisor.errors import ItemError
from advisor.eval import lines
from advisor.eval.deciding import MARGIN, Kind, Verdict, holm, verdict
from advisor.eval.judging import HEADLINES
from advisor.eval.metrics import mean
from advisor.eval.report import Report


class Scored(BaseModel):
    """One item's headline scores, null where one says nothing about it. Items of one group rise and fall together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    group: str
    scores: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One score of two systems over the items that both were judged on. `p` is Holm's, over all scores compared."""

    score: str
    items: int
    before: float
    after: float
    p: float
    kind: Kind
    verdict: str


def scored(report: Report) -> list[Scored]:
    """Return the headline scores of a report's first system."""
    name = report.systems[0].name
    return [
        Scored(
            id=item.id,
            group=item.group,
            scores={metric: _short(item.cells[name].scores[metric]) for metric in HEADLINES},
        )
        for item in report.items
    ]


def _short(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def save(rows: Iterable[Scored], path: Path) -> None:
    """Write a file of scores, whole or not at all.

    :raises ItemError: it cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text("".join(f"{json.dumps(row.model_dump())}\n" for row in rows), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ItemError(f"{path} cannot be written: {error}; give --out another place") from error


def load(path: Path) -> list[Scored]:
    """Return the scores of a file.

    :raises ItemError: it cannot be read, a line holds no scores, or an id stands twice; the line is named.
    """
    return lines.load(path, Scored, lambda row: row.id)


def compare(before: Sequence[Scored], after: Sequence[Scored], margin: float = MARGIN) -> list[Row]:
    """Return a row for each metric, of the items that are on both sides.

    :raises ItemError: the sides share no item, or no headline score of one.
    """
    old, new = ({row.id: row for row in side} for side in (before, after))
    shared = [name for name in new if name in old]
    if not shared:
        raise ItemError("the two sides share no item; run both over the same item set")
    found: list[tuple[str, Verdict, float, float, int]] = []
    for metric in HEADLINES:
        pairs = [(old[name].scores.get(metric), new[name].scores.get(metric), new[name].group) for name in shared]
        both = [(a, b, group) for a, b, group in pairs if a is not None and b is not None]
        if both:
            a, b, groups = zip(*both, strict=True)
            found.append((metric, verdict(b, a, groups, margin), mean(a), mean(b), len(both)))
    if not found:
        raise ItemError(f"the two sides share no score; expected some of {', '.join(HEADLINES)} on both")
    return list(_rows(found))


def _rows(found: Sequence[tuple[str, Verdict, float, float, int]]) -> Iterator[Row]:
    raised = holm([one.p for _, one, *_ in found])
    for (metric, one, before, after, items), p in zip(found, raised, strict=True):
        settled = one.settled(p)
        yield Row(metric, items, before, after, p, settled.kind, settled.text())
