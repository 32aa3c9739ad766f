"""Where data lives. The only module that reads the environment.

In a checkout the data folders lie beside the package; in an installed wheel they lie inside it as `_data`,
and what is built (indexes, converted models) goes to the user's cache folder. What a person gave, conversations,
votes, feedback and added documents, cannot be made again: it lies in the user's data folder.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
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


def user_data() -> Path:
    """Return the folder for what cannot be made again: `ADVISOR_DATA`, or the user's data folder."""
    if named := os.environ.get("ADVISOR_DATA"):
        return Path(named)
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "career-advisor"


def default_index() -> Path:
    """Return the index of the bundled corpus: `ADVISOR_INDEX`, or `default` in `index/` or in the cache."""
    if named := os.environ.get("ADVISOR_INDEX"):
        return Path(named)
    return (PACKAGE.parent / "index" if is_checkout() else cache() / "index") / "default"


def corpus_index(sources: Iterable[Path]) -> Path:
    """Return the index of these folders and files alone, beside the default one; their order does not matter."""
    resolved = sorted({os.fsencode(source.resolve()) for source in sources})
    default = default_index()
    return default.with_name(f"{default.name}-{hashlib.sha256(bytes(1).join(resolved)).hexdigest()[:12]}")


def api_key() -> str | None:
    """Return the key that an endpoint is sent, `ADVISOR_API_KEY`; it is never shown."""
    return os.environ.get("ADVISOR_API_KEY", "").strip() or None
