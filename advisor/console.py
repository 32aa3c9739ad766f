"""What commands share: flags to a configuration and an up-to-date index, and what is printed while one works."""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from advisor import jsonl, text
from advisor import open as opening
from advisor.config import Config
from advisor.errors import AdvisorError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Row

EVERY = 30.0  # seconds between the lines of a log
AnyRow = TypeVar("AnyRow", bound="Row")


def config_of(args: Namespace) -> Config:
    """Return the configuration that flags name, the default where they name none."""
    named = ("embedder", "model", "prompt", "unbacked")
    return replace(Config(), **{name: vars(args)[name] for name in named if name in args})


def indexed(args: Namespace) -> tuple[list[str], Path, Config]:
    """Return the corpus that was named, its index's folder and the configuration, with the index up to date."""
    folder, config = opening.index_folder(args.corpus, args.index), config_of(args)
    opening.bring_up_to_date(args.corpus, folder, config, progress("embedding"), note)
    return args.corpus, folder, config


def complain(error: AdvisorError) -> None:
    """Print an error with its fix, on one line of stderr."""
    print(f"{type(error).__name__}: {' '.join(str(error).splitlines())}", file=sys.stderr)


def note(line: str) -> None:
    """Print a line beside the result, on stderr."""
    print(line, file=sys.stderr)


def progress(doing: str) -> Callable[[int, int], None]:
    """Return what draws a bar on a terminal, for work that is long enough to need one."""

    def draw(done: int, total: int) -> None:
        if sys.stderr.isatty() and total >= text.LONG:
            print(text.bar(doing, done, total), end="", file=sys.stderr, flush=True)

    return draw


def clock() -> Callable[[str, int, int], None]:
    """Return what draws a bar with the time left for each thing that a long run does; in a log, a line now and then."""
    began: dict[str, tuple[float, int]] = {}
    told = time.monotonic()

    def draw(doing: str, done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        start, first = began.setdefault(doing, (now, done))
        left = (now - start) / (done - first) * (total - done) if done > first else None
        if sys.stderr.isatty():
            print(text.bar(doing, done, total, left), end="", file=sys.stderr, flush=True)
        elif now - told >= EVERY and left is not None:
            told = now
            note(f"{doing} {done}/{total}, {text.duration(left)} left")

    return draw


def print_rows(rows: Iterable[AnyRow], as_json: bool, shape: Callable[[AnyRow], dict[str, object]] = asdict) -> int:
    """Print dataclasses as JSON, each as it comes, or as a table once all are there; return exit status 0."""
    if as_json:
        for row in rows:
            print(jsonl.dumps(shape(row)), flush=True)
    else:
        print("".join(f"{line}\n" for line in text.table(list(rows))), end="")
    return 0
