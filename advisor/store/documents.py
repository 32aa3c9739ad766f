"""What a person adds to the documents: files in one folder, each checked before it is kept, whole or not at all.

Reads nothing itself (corpus.read does) and knows nothing of an index. It is not in the `corpus` room, whose code
decides what is in an index: a change here makes no index stale.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from unicodedata import category
from uuid import uuid4

from advisor.corpus.formats import CONVERTERS, bytes_of
from advisor.corpus.read import document_from, files
from advisor.errors import CorpusError
from advisor.types import Document

LONGEST = 200  # bytes of a name; file systems take 255
_REVERSING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # disguise an ending


@dataclass(frozen=True, slots=True)
class Held:
    """A document and its file. `added` says that a person added it, so that it can be removed."""

    document: Document
    path: Path
    added: bool


class Library:
    """The documents of `given` files and folders, and those that were added to `folder`, which need not be there yet.

    Changes nothing but `folder`. Two changes at once are for the caller to keep apart.
    """

    def __init__(self, given: Sequence[Path], folder: Path) -> None:
        self.given = tuple(given)
        self.folder = folder

    @property
    def sources(self) -> tuple[Path, ...]:
        """The given files and folders, and the folder of what was added where it holds a file."""
        return (*self.given, self.folder) if any(files([self.folder])) else self.given

    def documents(self) -> tuple[Held, ...]:
        """Return the documents of the sources by id, those that `read` would return."""
        held: dict[str, Held] = {}
        for one in self._read(self.sources):
            held.setdefault(one.document.id, one)
        return tuple(held[key] for key in sorted(held))

    def added(self) -> tuple[Held, ...]:
        """Return the documents of the files that were added."""
        return tuple(self._read([self.folder]))

    def _read(self, paths: Sequence[Path]) -> Iterator[Held]:
        ours = self.folder.resolve()
        for path, name in files(paths):
            with suppress(CorpusError):  # it is left out; `read` tells why
                yield Held(document_from(path, name), path, path.parent.resolve().is_relative_to(ours))

    def add(self, path: Path, name: str, among: Iterable[Document] | None = None) -> Document:
        """Keep a copy of a file under a name, with a number where the name is taken; return its document.

        :param among: the documents that there are; without it they are read.
        :raises CorpusError: the name is no plain file name or of no known kind, the file is empty, over 20 MB or cannot
            be read, its text is that of a document that there is, or it cannot be written. Nothing is kept then.
        """
        name = _checked(name)
        there = [held.document for held in self.documents()] if among is None else list(among)
        try:
            bytes_of(path)  # so that nothing too large is copied
            self.folder.mkdir(parents=True, exist_ok=True)
            free = self._free(name, {document.id for document in there})
            with self._part(path, free) as part:
                document = _new(part, free, there)
                part.replace(self.folder / free)
        except CorpusError as error:
            raise CorpusError(f"{name} {error}") from error
        except OSError as error:
            raise CorpusError(f"{name} cannot be written to {self.folder}: {error.strerror or error}") from error
        return document

    @contextmanager
    def _part(self, path: Path, name: str) -> Iterator[Path]:
        """Yield a copy of a file, in a hidden folder that is gone afterwards."""
        hidden = self.folder / f".{uuid4().hex}.part"
        hidden.mkdir()
        try:
            with path.open("rb") as source, (hidden / name).open("wb") as target:
                shutil.copyfileobj(source, target)
                target.flush()
                os.fsync(target.fileno())
            yield hidden / name
        finally:
            shutil.rmtree(hidden, ignore_errors=True)

    def _free(self, name: str, ids: set[str]) -> str:
        """Return the name, or the first with a number, that no file and no document has, whatever the case."""
        taken = {path.name.casefold() for path in self.folder.iterdir()}
        others = {id.casefold() for id in ids}
        stem, suffix = Path(name).stem, Path(name).suffix
        numbered = (f"{stem} ({number})" if number > 1 else stem for number in count(1))
        return next(
            f"{free}{suffix}"
            for free in numbered
            if f"{free}{suffix}".casefold() not in taken and free.casefold() not in others
        )

    def remove(self, document_id: str) -> None:
        """Delete the file of a document that was added.

        :raises CorpusError: there is none with this id, or it is one of the given documents.
        """
        with self.removing(document_id):
            pass

    @contextmanager
    def removing(self, document_id: str) -> Iterator[None]:
        """Take an added document out while a block runs; its file is deleted at the end, and put back on an error.

        :raises CorpusError: there is none with this id, or it is one of the given documents.
        """
        path = self._path(document_id)
        aside = path.with_name(f".{uuid4().hex}.removed")
        try:
            path.replace(aside)
        except OSError as error:
            raise CorpusError(f"{path} cannot be removed: {error.strerror or error}; delete it by hand") from error
        try:
            yield
        except BaseException:
            aside.replace(path)
            raise
        aside.unlink()

    def _path(self, document_id: str) -> Path:
        for held in (*self.added(), *self._read(self.given)):
            if held.document.id == document_id and held.added:
                return held.path
            if held.document.id == document_id:
                raise CorpusError(
                    f"{held.document.source} was not added here, so it cannot be removed here: it is the file "
                    f"{held.path}; delete it there, and start the chat anew"
                )
        raise CorpusError(f"there is no document {document_id!r} any more; reload the page to see those that there are")


def _new(path: Path, name: str, there: Sequence[Document]) -> Document:
    """Return a file's document.

    :raises CorpusError: it cannot be read, or it has the id or the text of one that is there.
    """
    document = document_from(path, name)
    if any(other.id == document.id for other in there):  # by its front matter, where the name is free
        raise CorpusError(f"has the id {document.id!r} of another document; change `id` in its first lines")
    if twin := next((other for other in there if other.text == document.text), None):
        raise CorpusError(f"has the same text as {twin.source}, which is there already; nothing is to be done")
    return document


def _checked(name: str) -> str:
    """Return a name that is one of a file in a folder, without spaces around it.

    :raises CorpusError: it is not, or it is of no kind that can be read.
    """
    name = name.strip()
    if not name or name.startswith(".") or any(sign in name for sign in "/\\:") or any(map(_odd, name)):
        raise CorpusError(f"{name!r} is no plain file name; rename the file to letters, digits, spaces and dashes")
    if len(name.encode()) > LONGEST:
        raise CorpusError(f"{name[:20]}… has a name of more than {LONGEST} bytes; rename the file to a shorter one")
    if Path(name).suffix.lower() not in CONVERTERS:
        raise CorpusError(f"{name} is of a kind that cannot be read; save it as {', '.join(CONVERTERS)}")
    return name


def _odd(sign: str) -> bool:
    return category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in _REVERSING
