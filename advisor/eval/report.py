"""The types of a report: what a run found, whole, for the table, the page, the JSON and the gate to be made from.

Everything here is plain data that JSON holds, so that a report that was kept can be read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from advisor.errors import ItemError

Scores = Mapping[str, float | None]  # by metric; None where a metric says nothing about an item


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric as it is shown. `words` explains it in a line; `headline` ones are compared and gated."""

    name: str
    words: str
    headline: bool = False


@dataclass(frozen=True, slots=True)
class Mean:
    """A metric's mean over the `items` that it says something about, with its 95% interval."""

    mean: float
    low: float
    high: float
    items: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a system's answers took: seconds as p50 and p95, by stage too; `peak_mb` of the whole process."""

    p50_s: float
    p95_s: float
    first_p50_s: float  # from the question to the first sentence that is shown
    first_token_p50_s: float | None  # from the prompt to the model's first piece; None where no model wrote
    tokens_per_s: float | None
    peak_mb: float
    stages: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Abstention:
    """The refusals of a system; `auroc` is of its confidence, None where it has none or all items are of one kind."""

    precision: float
    recall: float
    f1: float
    auroc: float | None
    wrongly_refused: float


@dataclass(frozen=True, slots=True)
class System:
    """One system's settings and what it reached. A control is a system that is bad on purpose."""

    name: str
    settings: Mapping[str, str]
    control: bool
    means: Mapping[str, Mean]
    cost: Cost
    abstention: Abstention
    lost: Mapping[str, int]  # stage to how many items were lost there


@dataclass(frozen=True, slots=True)
class Compared:
    """A system beside the first one in one metric. `p` is Holm's over all that the report compares."""

    system: str
    beside: str
    metric: str
    items: int
    kind: str  # better, worse, same, too few
    difference: float
    low: float
    high: float
    p: float
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage's text and place; items name it by its id."""

    title: str
    headings: tuple[str, ...]
    doc_id: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of an answer, the numbers of the passages that it cites, and how well they support it."""

    text: str
    cites: tuple[int, ...]
    support: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One item as one system answered it. `passages` are chunk ids, the first is number 1. `lost` names a stage."""

    kind: str  # answer, abstain, smalltalk
    rewritten: str
    text: str
    sentences: tuple[Said, ...]
    passages: tuple[str, ...]
    scores: Scores
    seconds: float
    confidence: float
    lost: str | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """A place that an item's evidence is at, or the words that its evidence holds, with `doc_id` empty."""

    doc_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """An item and every system's cell of it, by the system's name. `nuggets` are told in words."""

    id: str
    group: str
    question: str
    history: tuple[str, ...]
    standalone: str
    behaviour: str
    nuggets: tuple[str, ...]
    gold: tuple[Gold, ...]
    tags: tuple[str, ...]
    difficulty: str
    split: str
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole run. The first system is the one that the others are compared with."""

    made: str  # date
    version: str
    item_set: str
    documents: str
    seconds: float  # that the run took
    answered: int  # cells that were not in the cache
    metrics: tuple[Measure, ...]
    systems: tuple[System, ...]
    compared: tuple[Compared, ...]
    flags: tuple[str, ...]  # metrics that do not rank the controls as they should
    chunks: Mapping[str, Chunk]
    items: tuple[Asked, ...]
    notes: tuple[str, ...] = ()


_JSON = TypeAdapter(Report)
_SYSTEM = TypeAdapter(System)


def dumps(report: Report) -> bytes:
    """Return a report as JSON."""
    return _JSON.dump_json(report)


def objects(report: Report) -> Iterator[dict[str, object]]:
    """Yield what is printed of each system as JSON: its metrics' means, and all else but the items."""
    for one in report.systems:
        means = {name: mean.mean for name, mean in one.means.items()}
        yield {
            "system": one.name,
            "items": len(report.items),
            "metrics": means,
            **_SYSTEM.dump_python(one, exclude={"name"}),
        }


def load(path: Path) -> Report:
    """Return a report that was kept.

    :raises ItemError: the file cannot be read or holds no report.
    """
    try:
        return _JSON.validate_json(path.read_bytes())
    except OSError as error:
        raise ItemError(f"{path} cannot be read: {error}; make it with: advisor eval run --out DIR") from error
    except ValidationError as error:
        found = error.errors()[0]
        raise ItemError(f"{path} holds no report ({'.'.join(map(str, found['loc']))}: {found['msg']})") from error
