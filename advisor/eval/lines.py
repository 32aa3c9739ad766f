"""Files of JSON lines to checked models, and the line of whatever is wrong. Knows no model of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from advisor.errors import ItemError

Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model], name: Callable[[Model], str]) -> list[Model]:
    """Return the objects of a JSONL file, in order.

    :param name: returns what no two of them may share.
    :raises ItemError: the file cannot be read, a line is no such object, or a name stands twice; the line is named.
    """
    seen: dict[str, int] = {}
    found = []
    for number, line in numbered(path):
        found.append(_checked(path, number, line, model))
        if (first := seen.setdefault(name(found[-1]), number)) != number:
            raise ItemError(f"{path}, line {number}: the id {name(found[-1])!r} stands in line {first}; rename one")
    return found


def numbered(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that hold something, each with its number from 1.

    :raises ItemError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ItemError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):  # splitlines() would cut at U+2028, which JSON allows
        if line.strip():
            yield number, line


def _checked(path: Path, number: int, line: str, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        faults = error.errors()
        reasons = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'object'}: {e['msg']}" for e in faults)
        raise ItemError(f"{path}, line {number}: {reasons}") from error
