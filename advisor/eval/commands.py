"""What the command line names to the rows of an eval: items, documents and a model in, one row for each system out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from advisor import open as opening
from advisor import paths
from advisor.config import Config
from advisor.eval import answers as whole
from advisor.eval import retrieval as ranked
from advisor.eval.items import Item, Split, load

Progress = Callable[[int, int], None]


def bundled(items: Path | None, split: Split) -> list[Item]:
    """Return the items of a split of a file, or of the set that is shipped.

    :raises ItemError: the file cannot be read, holds a line that is no item, or nothing of the split.
    """
    return load(items or paths.data("eval") / "sets" / "core.jsonl", split)


def retrieval(
    items: Path | None, split: Split, corpus: Sequence[str], folder: Path, config: Config
) -> Iterator[ranked.Row]:
    """Yield the row of each way to rank over the documents of the index; no model writes."""
    asked = bundled(items, split)
    search = opening.open_search(corpus, folder, config)
    yield from ranked.compare(search, [Path(path) for path in search.index.origin.paths], asked)


def answers(
    items: Path | None,
    split: Split,
    corpus: Sequence[str],
    folder: Path,
    config: Config,
    progress: Progress | None = None,
) -> Iterator[whole.Row]:
    """Yield the row of the whole answers of one model with one prompt."""
    asked = bundled(items, split)
    advisor = opening.make_advisor(opening.open_search(corpus, folder, config), config)
    yield whole.summary(f"{config.model}, {config.prompt}", whole.run(advisor, asked, progress))
