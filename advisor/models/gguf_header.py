"""The head of a GGUF file becomes its metadata and its count of weights; no weight is read.

The format is ggml's: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. Own code, because the `gguf`
library takes seconds where this takes a tenth.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import BinaryIO

from advisor.errors import ModelError

Value = int | float | bool | str | list["Value"]

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True, slots=True)
class Header:
    """What a GGUF file says of itself."""

    metadata: dict[str, Value]
    parameters: int

    def text(self, key: str) -> str:
        """Return a string of the metadata, empty where it is missing."""
        value = self.metadata.get(key, "")
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """Return a whole number of the metadata, None where it is missing."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) else None

    def tokens(self) -> list[str]:
        """Return the token table; a token's id is its place."""
        value = self.metadata.get("tokenizer.ggml.tokens", [])
        return [str(token) for token in value] if isinstance(value, list) else []


def read(path: Path) -> Header:
    """Read the head of a GGUF file, version 2 or 3.

    :raises ModelError: if the file is something else or was cut short.
    """
    with path.open("rb") as file:
        try:
            return _header(file)
        except (struct.error, UnicodeDecodeError, KeyError, OverflowError) as fault:
            raise ModelError(f"{path} is no GGUF file of version 2 or 3, or was cut short; fetch it again") from fault


def _header(file: BinaryIO) -> Header:
    if file.read(4) != b"GGUF" or _number(file, "I") not in (2, 3):
        raise KeyError("magic")
    tensors, pairs = _number(file, "Q"), _number(file, "Q")
    metadata = {}
    for _ in range(pairs):
        key = _text(file)
        metadata[key] = _value(file, _number(file, "I"))
    return Header(metadata, sum(_tensor(file) for _ in range(tensors)))


def _value(file: BinaryIO, kind: int) -> Value:
    if kind == _STRING:
        return _text(file)
    if kind == _ARRAY:
        inner, length = _number(file, "I"), _number(file, "Q")
        return [_value(file, inner) for _ in range(length)]
    return _scalar(file, _SCALARS[kind])


def _tensor(file: BinaryIO) -> int:
    """Read one line of the tensor table: name, shape, type, offset. Return its number of weights."""
    _text(file)
    shape = [_number(file, "Q") for _ in range(_number(file, "I"))]
    _number(file, "I"), _number(file, "Q")
    return prod(shape)


def _text(file: BinaryIO) -> str:
    length = _number(file, "Q")
    found = file.read(length)
    if len(found) < length:
        raise struct.error("cut short")
    return found.decode("utf-8")


def _number(file: BinaryIO, code: str) -> int:
    return int(_scalar(file, code))


def _scalar(file: BinaryIO, code: str) -> int | float | bool:
    value: int | float | bool = struct.unpack(f"<{code}", file.read(struct.calcsize(f"<{code}")))[0]
    return value
