"""Names and paths from a command line to an opened index, embedder, model and advisor."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor import paths
from advisor.config import Config
from advisor.corpus import read
from advisor.errors import CorpusError

if TYPE_CHECKING:
    from advisor.answer.pipeline import Advisor
    from advisor.answer.retrieve import Search
    from advisor.models.shelf import Shelf
    from advisor.types import Document, Embedder, Generator

Progress = Callable[[int, int], None]
Note = Callable[[str], None]
_LOG = logging.getLogger(__name__)


def corpus_paths(named: Sequence[str]) -> list[Path]:
    """Return the corpus that was named, or the bundled one."""
    return [Path(name) for name in named] or [paths.data("corpus")]


def index_folder(named: Sequence[str], given: Path | None) -> Path:
    """Return where the index of a corpus is: the folder that was given, else the corpus's own, else the default one."""
    return given or (paths.corpus_index(corpus_paths(named)) if named else paths.default_index())


def build_index(
    sources: Sequence[Path], folder: Path, config: Config, progress: Progress | None = None
) -> tuple[bool, read.Reading]:
    """Bring the index in `folder` up to date with `sources`; return whether it was (re)built, and what was read.

    :raises CorpusError: no document could be read.
    """
    from advisor.models.embedders import load_embedder

    fingerprint = read.corpus_hash(sources)
    reading = read.read(sources)
    if _is_current(folder, fingerprint, config):
        return False, reading
    if not reading.documents:
        reasons = "; ".join(f"{problem.path}: {problem.reason}" for problem in reading.problems) or "no files"
        raise CorpusError(f"nothing to index in {', '.join(map(str, sources))} ({reasons})")
    embedder = load_embedder(config.embedder, config.threads)
    index_documents(reading.documents, sources, fingerprint, folder, embedder, embedder.max_tokens, progress)
    return True, reading


def index_documents(
    documents: Sequence[Document],
    sources: Sequence[Path],
    fingerprint: str,
    folder: Path,
    embedder: Embedder,
    window: int,
    progress: Progress | None = None,
) -> None:
    """Put the index of documents, in chunks of at most `window` tokens, in the place of the one in `folder`.

    :raises StaleIndex: `folder` holds something that is not an index.
    """
    from advisor.corpus.chunk import chunk
    from advisor.index import store

    chunks = [c for d in documents for c in chunk(d, embedder.count_tokens, window)]
    origin = store.Origin(tuple(str(source.resolve()) for source in sources), fingerprint)
    store.build(documents, chunks, embedder, folder, origin, progress)


def _is_current(folder: Path, fingerprint: str, config: Config) -> bool:
    from advisor.index import store
    from advisor.models.embedders import identity

    return store.is_current(folder, fingerprint, identity(config.embedder))


def bring_up_to_date(
    named: Sequence[str], folder: Path, config: Config, progress: Progress | None = None, note: Note = _LOG.info
) -> None:
    """Index the corpus that was named where `folder` does not hold it as it is now; with none named, do nothing.

    :param note: is told, in a line each, what was left out and what was built.
    :raises CorpusError: a path that was named does not exist, or no document could be read.
    """
    if not named:
        return
    sources = corpus_paths(named)
    for source in sources:
        if not source.exists():
            raise CorpusError(f"{source} does not exist; give --corpus folders or files that do")
    if _is_current(folder, read.corpus_hash(sources), config):
        return
    _, reading = build_index(sources, folder, config, progress)
    for problem in reading.problems:
        note(f"left out {problem.path}: {problem.reason}")
    note(f"index built: {counted(reading)} in {folder}")


def counted(reading: read.Reading) -> str:
    """Return how many documents were read, in words."""
    return "1 document" if len(reading.documents) == 1 else f"{len(reading.documents)} documents"


def open_search(named: Sequence[str], folder: Path, config: Config) -> Search:
    """Return the search over an index; a corpus named on the command line is indexed first where it is not yet.

    :raises IndexMissing: there is no index and no corpus was named.
    :raises StaleIndex: the index is of other documents, another model or another format.
    :raises CorpusError: the corpus that was named cannot be read.
    """
    from advisor.index import store

    bring_up_to_date(named, folder, config)
    if not named:
        store.check_origin(store.load(folder), folder, read.corpus_hash)
    return open_built(folder, config)


def open_built(folder: Path, config: Config) -> Search:
    """Return the search over an index as it is, whatever has become of its documents.

    :raises IndexMissing: there is no index.
    :raises StaleIndex: the index is of another model or another format.
    """
    from advisor.answer.retrieve import Search
    from advisor.index import store
    from advisor.models.embedders import load_embedder

    index = store.load(folder)
    embedder = load_embedder(config.embedder, config.threads)
    store.check_embedder(index, folder, embedder.name)
    return Search(index, embedder, config)


def make_advisor(search: Search, config: Config, shelf: Shelf | None = None) -> Advisor:
    """Return an advisor; its prompt is loaded at once, its model when first needed.

    :param shelf: holds the models for many advisors; without it the advisor holds its own.
    :raises ModelError: the model's name means nothing.
    :raises PromptError: there is no such prompt.
    """
    from advisor.answer.pipeline import Advisor
    from advisor.models.catalogue import resolve
    from advisor.models.generators import load_generator
    from advisor.prompts import library

    resolve(config.model, "generator")  # a slip in the name is told now, not at the first answer that needs the model
    template = library.load(config.prompt)
    if shelf:
        return Advisor(search, template, lambda: shelf.get(config.model), config, lambda: shelf.is_ready(config.model))
    return Advisor(search, template, lambda: load_generator(config.model, config, api_key=paths.api_key()), config)


def make_shelf(config: Config) -> Shelf:
    """Return a shelf whose models are loaded with a configuration's settings."""
    from advisor.models.generators import load_generator
    from advisor.models.shelf import Shelf
    from advisor.models.steps import Progress as Told

    def load(name: str, progress: Told, cancelled: Callable[[], bool]) -> Generator:
        own = replace(config, model=name)
        return load_generator(name, own, api_key=paths.api_key(), progress=progress, cancelled=cancelled)

    return Shelf(load)


class Switch:
    """Hands out advisors over the search that is in use now, with models from one shelf."""

    def __init__(self, search: Search, config: Config) -> None:
        self.search = search
        self.config = config
        self.shelf = make_shelf(config)

    def __call__(self, model: str, prompt: str, **changes: Any) -> Advisor:
        """Return an advisor for a model and a prompt, and for any other field of the configuration that changes.

        :raises ModelError: the model's name means nothing.
        :raises PromptError: there is no such prompt.
        """
        config = replace(self.config, model=model, prompt=prompt, **changes)
        return make_advisor(self.search, config, self.shelf)

    def use(self, search: Search) -> None:
        """Search another index from now on; answers that are being written go on with the one they began with."""
        self.search = search
