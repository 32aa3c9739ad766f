"""Where data lives. The only module that reads the environment.

In a checkout the data folders lie beside the package; in an installed wheel they lie inside it as `_data`,
and what is built (the index, converted models) goes to the user's cache folder.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def is_checkout() -> bool:
    """Whether the package runs from a source checkout."""
    return (PACKAGE.parent / "pyproject.toml").is_file() and (PACKAGE.parent / "corpus").is_dir()


def data(room: str) -> Path:
    """Return the folder of shipped data named `room`: corpus, prompts or eval."""
    return (PACKAGE.parent if is_checkout() else PACKAGE / "_data") / room


def cache() -> Path:
    """Return the folder for what can be made again: `ADVISOR_CACHE`, or the user's cache folder."""
    if named := os.environ.get("ADVISOR_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "career-advisor"


def default_index() -> Path:
    """Return the index that commands use unless told otherwise: `ADVISOR_INDEX`, `index/`, or one in the cache."""
    if named := os.environ.get("ADVISOR_INDEX"):
        return Path(named)
    return (PACKAGE.parent / "index" if is_checkout() else cache() / "index") / "default"
