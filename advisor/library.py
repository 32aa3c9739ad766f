"""The documents of a running chat: files are added and removed, the index is built anew, and the chat switched to it.

Holds the search that is in use. While an index is built the old one answers; whatever fails leaves files, index and
search as they were.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from advisor import open as opening
from advisor import paths
from advisor.corpus import read
from advisor.errors import AdvisorError, CorpusError, IndexMissing, StaleIndex
from advisor.store.documents import Library
from advisor.types import Chunk, Document

if TYPE_CHECKING:
    from advisor.answer.retrieve import Search

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, and of how much (0: unknown)
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one file. `document` is there where it was added; `said` tells why not, and what to do."""

    name: str
    document: Document | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document that is searched, with its chunks in order. `added` says that a person added it."""

    document: Document
    chunks: tuple[Chunk, ...]
    added: bool


@dataclass(frozen=True, slots=True)
class Start:
    """What a chat starts with.

    `corpus` and `index` are what `open.open_search` takes. `home` is the index of the given documents alone.
    """

    library: Library
    corpus: tuple[str, ...]
    index: Path
    home: Path


def start(named: Sequence[str], given: Path | None, folder: Path) -> Start:
    """Return what a chat starts with: the corpus and index that were named, or the default ones, and what was added.

    :param named, given: the corpus and the index's folder of the command line, as `open.index_folder` takes them.
    :param folder: where added files are.
    """
    home = opening.index_folder(named, given)
    library = Library(opening.corpus_paths(named) if named else _origin(home), folder)
    alone = library.sources == library.given or not all(source.exists() for source in library.given)
    if alone:
        return Start(library, tuple(named), home, home)
    return Start(library, tuple(map(str, library.sources)), place(library), home)


def place(library: Library) -> Path:
    """Return the folder of the index of a library's documents, where there are added ones."""
    return paths.corpus_index([*library.given, library.folder])


def _origin(home: Path) -> list[Path]:
    """Return what the index in `home` was built from, or what it would be."""
    from advisor.index import folder, store

    try:
        return [Path(path) for path in folder.read_manifest(home, store.FILES).origin.paths]
    except (IndexMissing, StaleIndex):
        return opening.corpus_paths([])


class Stacks:
    """A library and the search over it. Changes wait for one another, those of other processes too.

    :param switched: is called with each new search.
    """

    def __init__(self, begun: Start, search: Search, switched: Callable[[Search], None]) -> None:
        self._library = begun.library
        self._built = begun.index
        self._place = place(begun.library)
        self._switched = switched
        self._search = search
        held = search.index.documents
        mine = (one.document for one in begun.library.added())
        self._shelved = _shelved(search, {document.id for document in mine if held.get(document.id) == document})

    def search(self) -> Search:
        """Return the search that is in use."""
        return self._search

    def documents(self) -> tuple[Shelved, ...]:
        """Return the documents that are searched now, what was added last."""
        return self._shelved

    def count_tokens(self, text: str) -> int:
        """Return the length of a text in the embedding model's tokens."""
        return self._search.embedder.count_tokens(text)

    def add(self, given: Sequence[tuple[Path, str]], progress: Progress) -> list[Note]:
        """Add files under names and build the index anew; return in their order what became of each.

        :raises AdvisorError: the index cannot be built; then nothing is added.
        """
        notes = []
        with self._changing(progress), ExitStack() as undo:
            there = list(self._search.index.documents.values())
            for done, (path, name) in enumerate(given):
                progress("reading", done, len(given))
                try:
                    document = self._library.add(path, name, there)
                except CorpusError as error:
                    notes.append(Note(name, said=str(error)))
                    continue
                undo.callback(partial(self._library.remove, document.id))
                there.append(document)
                notes.append(Note(name, document))
            if any(note.document for note in notes):
                self._rebuild(progress)
            undo.pop_all()
        return notes

    def remove(self, document_id: str, progress: Progress) -> None:
        """Remove a document that was added, and build the index anew.

        :raises AdvisorError: it was not added, or the index cannot be built; then nothing is removed.
        """
        with self._changing(progress), self._library.removing(document_id):
            self._rebuild(progress)

    @contextmanager
    def _changing(self, progress: Progress) -> Iterator[None]:
        """Wait until nobody else changes the documents, and let nobody while a block runs."""
        from filelock import FileLock

        progress("waiting for another change to end", 0, 0)
        if gone := [source for source in self._library.given if not source.exists()]:
            raise CorpusError(
                f"the documents cannot be indexed anew, as {gone[0]} is not there any more; bring it back, "
                "or start the chat with --corpus"
            )
        try:
            self._library.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._library.folder / _LOCK)
            lock.acquire()
        except OSError as error:
            raise CorpusError(
                f"{self._library.folder} cannot be written: {error.strerror or error}; "
                "set ADVISOR_DATA to a folder that can be"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _rebuild(self, progress: Progress) -> None:
        """Build the index of the files as they are now, open it, and switch to it.

        It never takes the place of the one that the chat was started with where nothing had been added.
        """
        from advisor.answer.retrieve import Search
        from advisor.index import store

        old = self._search
        progress("reading", 0, 0)
        sources = self._library.sources
        fingerprint = read.corpus_hash(sources)
        held = self._library.documents()
        if not held:
            raise CorpusError("no document would be left; add another one first")
        try:
            _copied(self._built, self._place)
            embedding = partial(progress, "embedding")
            documents, window = [one.document for one in held], old.embedder.max_tokens
            opening.index_documents(documents, sources, fingerprint, self._place, old.embedder, window, embedding)
        except OSError as error:
            raise AdvisorError(
                f"the index cannot be written to {self._place}: {error.strerror or error}; make room there"
            ) from error
        progress("opening the index", 0, 0)
        search = Search(store.load(self._place), old.embedder, old.config)
        self._switched(search)
        self._built, self._search = self._place, search
        self._shelved = _shelved(search, {one.document.id for one in held if one.added})


def _copied(built: Path, place: Path) -> None:
    """Lay a copy of an index where a new one is to be built, if there is none: what it holds is not embedded again."""
    if place.exists() or not built.is_dir():
        return
    part = place.with_name(f"{place.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(built, part)
    part.replace(place)


def _shelved(search: Search, added: Collection[str]) -> tuple[Shelved, ...]:
    chunks: dict[str, list[Chunk]] = {}
    for chunk in search.index.chunks:
        chunks.setdefault(chunk.doc_id, []).append(chunk)
    documents = search.index.documents.values()
    shelved = (Shelved(one, tuple(chunks.get(one.id, ())), one.id in added) for one in documents)
    return tuple(sorted(shelved, key=lambda one: (one.added, one.document.title.casefold(), one.document.id)))
