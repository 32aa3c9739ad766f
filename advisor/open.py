"""Names and paths from a command line to an opened index, embedder, model and advisor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisor import paths
from advisor.config import Config
from advisor.corpus import read

if TYPE_CHECKING:
    from advisor.answer.pipeline import Advisor
    from advisor.answer.retrieve import Search
    from advisor.types import Embedder

Progress = Callable[[int, int], None]


def corpus_paths(named: Sequence[str]) -> list[Path]:
    """Return the corpus that was named, or the bundled one."""
    return [Path(name) for name in named] or [paths.data("corpus")]


def build_index(
    sources: Sequence[Path], folder: Path, config: Config, progress: Progress | None = None
) -> tuple[bool, read.Reading]:
    """Bring the index in `folder` up to date with `sources`; return whether it was (re)built, and what was read.

    :raises CorpusError: no document could be read.
    """
    from advisor.corpus.chunk import chunk
    from advisor.errors import CorpusError
    from advisor.index import store
    from advisor.models.embedders import identity, load_embedder

    fingerprint = read.corpus_hash(sources)
    reading = read.read(sources)
    if store.is_current(folder, fingerprint, identity(config.embedder)):
        return False, reading
    if not reading.documents:
        reasons = "; ".join(f"{problem.path}: {problem.reason}" for problem in reading.problems) or "no files"
        raise CorpusError(f"nothing to index in {', '.join(map(str, sources))} ({reasons})")
    embedder = load_embedder(config.embedder, config.threads)
    chunks = [c for d in reading.documents for c in chunk(d, embedder.count_tokens, embedder.max_tokens)]
    origin = store.Origin(tuple(str(source.resolve()) for source in sources), fingerprint)
    store.build(reading.documents, chunks, embedder, folder, origin, progress)
    return True, reading


def open_search(named: Sequence[str], folder: Path, config: Config) -> Search:
    """Return the search over an index; a corpus named on the command line is indexed first where it is not yet.

    :raises IndexMissing: there is no index and no corpus was named.
    :raises StaleIndex: the index is of other documents, another model or another format.
    """
    from advisor.answer.retrieve import Search
    from advisor.index import store
    from advisor.models.embedders import load_embedder

    if named:
        build_index(corpus_paths(named), folder, config)
    index = store.load(folder)
    store.check_origin(index, folder, read.corpus_hash)
    embedder: Embedder = load_embedder(config.embedder, config.threads)
    store.check_embedder(index, folder, embedder.name)
    return Search(index, embedder, config)


def make_advisor(search: Search, config: Config) -> Advisor:
    """Return an advisor; its model is loaded when first needed, its prompt at once."""
    from advisor.answer.pipeline import Advisor
    from advisor.models.generators import load_generator
    from advisor.prompts import library

    return Advisor(search, library.load(config.prompt), lambda: load_generator(config.model, config), config)


class Switch:
    """Hands out advisors over one search, and keeps the models that it loaded."""

    def __init__(self, search: Search, config: Config) -> None:
        self._search = search
        self._config = config
        self._made: dict[tuple[str, str], Advisor] = {}

    def __call__(self, model: str, prompt: str) -> Advisor:
        """Return the advisor for a model and a prompt, made at the first call."""
        key = (model, prompt)
        if key not in self._made:
            self._made[key] = make_advisor(self._search, replace(self._config, model=model, prompt=prompt))
        return self._made[key]
