"""Passages, answers and rows to the lines of text that the commands print for a person. Prints nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from advisor.types import Answer, Passage

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Row

LONG = 64  # steps from which work is long enough to need a bar
_WIDTH = 30


def bar(doing: str, done: int, total: int, left: float | None = None) -> str:
    """Return a bar that takes the place of the one before it on a terminal, and ends its line when all is done.

    :param left: seconds until all is done, as far as that can be told.
    """
    filled = _WIDTH * done // total
    told = "" if left is None or done == total else f"  {duration(left)} left"
    end = "\n" if done == total else ""
    return f"\r{doing} [{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total}{told}\x1b[K{end}"


def duration(seconds: float) -> str:
    """Return a time in words: seconds below a minute and a half, then minutes."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def hit(passage: Passage) -> str:
    """Return a search result: its rank, place and score above its text."""
    return f"{passage.n}. {place(passage)}  ({passage.score:.3f})\n{passage.chunk.text}\n"


def place(passage: Passage) -> str:
    """Return the title and the headings that a passage stands under."""
    return " > ".join((passage.title, *passage.chunk.heading_path))


def sources(answer: Answer) -> str:
    """Return the passages that an answer cites, a line each below an empty one; nothing where it cites none."""
    cited = {citation.n for citation in answer.citations}
    lines = [f"[{p.n}] {place(p)} ({p.source})\n" for p in answer.passages if p.n in cited]
    return "".join(["\n", *lines] if lines else [])


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table of like rows: header, aligned columns; below it what each row lists in a tuple.

    Floats have three decimals. A row's first field names it.
    """
    found = [asdict(row) for row in rows]
    if not found:
        return
    names = [name for name, value in found[0].items() if not isinstance(value, tuple)]
    cells = [[name.replace("_at_", "@") for name in names], *([_cell(row[name]) for name in names] for row in found)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    numeric = [isinstance(found[0][name], int | float) for name in names]
    for line in cells:
        padded = (c.rjust(w) if n else c.ljust(w) for c, w, n in zip(line, widths, numeric, strict=True))
        yield "  ".join(padded).rstrip()
    for row in found:
        for name, value in row.items():
            if isinstance(value, tuple) and value:
                yield f"{row[names[0]]}: {name} {', '.join(map(str, value))}"


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
