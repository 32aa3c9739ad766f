"""Files of weights become a digest, a count of parameters, or the reason why they are not whole.

Reads safetensors headers itself (https://huggingface.co/docs/safetensors: eight bytes of length, then JSON),
so that a model's size is known before a library loads it.
"""

from __future__ import annotations

import hashlib
import json
from math import prod
from pathlib import Path

from advisor.errors import ModelError
from advisor.models.steps import UNWATCHED, Steps

_BLOCK = 1 << 23  # bytes


def sha256(path: Path, steps: Steps = UNWATCHED) -> str:
    """Return the SHA-256 of a file. 100 MB take about 0.3 s, so nothing is remembered between runs.

    :raises Cancelled: `steps` says so.
    """
    whole, size = hashlib.sha256(), path.stat().st_size
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            steps.tell("checking the file", file.tell() / size)
            whole.update(block)
    return whole.hexdigest()


def digest(folder: Path) -> str:
    """Return one SHA-256 over all safetensors files of a model's folder."""
    whole = hashlib.sha256()
    for path in files(folder):
        whole.update(sha256(path).encode())
    return whole.hexdigest()


def files(folder: Path) -> list[Path]:
    """Return the safetensors files of a model's folder, those of its modules included, in order of name.

    :raises ModelError: if there are none, or if its index names one that is not there.
    """
    if missing := _missing(folder):
        raise ModelError(f"{folder} lacks {missing}; copy the model's whole folder, weights as *.safetensors")
    return sorted(folder.rglob("*.safetensors"))


def whole(folder: Path) -> bool:
    """Whether a folder holds all the weights that it announces."""
    return not _missing(folder)


def _missing(folder: Path) -> str:
    for index in sorted(folder.glob("*.safetensors.index.json")):
        shards: set[str] = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        if absent := sorted(name for name in shards if not (folder / name).is_file()):
            return absent[0]
    return "" if any(folder.rglob("*.safetensors")) else "*.safetensors"


def parameters(folder: Path) -> int:
    """Return the number of weights in a model's folder, from the headers of its safetensors files."""
    return sum(_count(path) for path in files(folder))


def _count(path: Path) -> int:
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = file.read(length) if 8 + length <= size else b""
    try:
        header: dict[str, dict[str, list[int]]] = json.loads(head)
    except ValueError as fault:
        raise ModelError(f"{path} is not a safetensors file, or was cut short; copy it again") from fault
    tensors = [tensor for name, tensor in header.items() if name != "__metadata__"]
    if (whole := 8 + length + max((tensor["data_offsets"][1] for tensor in tensors), default=0)) > size:
        raise ModelError(f"{path} has {size} bytes of {whole}: it was cut short; copy it again")
    return sum(prod(tensor["shape"]) for tensor in tensors)
