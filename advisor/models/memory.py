"""A count of parameters becomes leave to load the model, or the reason why it would not fit.

Knows Linux well (available memory and the container's limit); elsewhere it takes all physical memory as
available, and where the system tells nothing it lets the model load.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from advisor.errors import ModelError

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")
_ADVICE = "close other programs or choose a smaller model: advisor models"
_BYTES = 4  # float32
_SLACK = 1.2  # activations, key-value cache, the libraries' own buffers


def check(name: str, parameters: int) -> None:
    """Let a model load in float32, or say by how much it does not fit.

    :raises ModelError: if the estimated need is above the memory available.
    """
    need, left = parameters * _BYTES * _SLACK, available()
    if left is not None and need > left:
        raise ModelError(
            f"{name} needs about {need / 1e9:.1f} GB of memory and {left / 1e9:.1f} GB are available; {_ADVICE}"
        )


@contextmanager
def told(name: str) -> Iterator[None]:
    """Say in a line what to do where the memory runs out all the same.

    :raises ModelError: the system gave no more memory.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as fault:  # torch has no class of its own for it on the CPU
        if isinstance(fault, RuntimeError) and "allocate memory" not in str(fault):
            raise
        raise ModelError(f"the memory ran out under {name}; {_ADVICE}") from fault


def available() -> int | None:
    """Return the bytes of memory that a new model may take, or None where the system does not say."""
    known = [value for value in (_system(), _container()) if value is not None]
    return min(known, default=None)


def _system() -> int | None:
    if _MEMINFO.is_file() and (found := re.search(r"MemAvailable:\s+(\d+) kB", _MEMINFO.read_text())):
        return int(found[1]) * 1024
    if "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _container() -> int | None:
    """Read the cgroup v2 limit, less what is in use; the page cache in that use can be given back."""
    limit = _CGROUP / "memory.max"
    if not limit.is_file() or not (most := limit.read_text().strip()).isdigit():
        return None
    used = int((_CGROUP / "memory.current").read_text())
    cache = re.search(r"^file (\d+)$", (_CGROUP / "memory.stat").read_text(), re.MULTILINE)
    return int(most) - used + (int(cache[1]) if cache else 0)
