"""Documents and chunks to an index folder, and an index folder to an Index.

A folder is written beside its place and swapped in when whole, so a killed build leaves the old index as it was.
Nothing in it is a pickle. Its manifest says what it was made from, with what, and the hash of every file in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor import __version__
from advisor.corpus.chunk import indexed_text
from advisor.errors import CorpusError, IndexMissing, StaleIndex
from advisor.index.embed import Progress, Vectors, embed, texts
from advisor.index.lexical import BM25Retriever
from advisor.types import Chunk, Document, Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FORMAT = 2
MANIFEST, DOCUMENTS, CHUNKS, PLACES = "manifest.json", "documents.jsonl", "chunks.jsonl", "places.npy"
CHUNK_VECTORS, SENTENCE_VECTORS = "chunk_vectors.npy", "sentence_vectors.npy"
FILES = (DOCUMENTS, CHUNKS, PLACES, CHUNK_VECTORS, SENTENCE_VECTORS)


@dataclass(frozen=True, slots=True)
class Origin:
    """What an index was built from: the paths that were read, and a fingerprint of the files in them."""

    paths: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class Index:
    """A loaded index: the chunks, and the vectors of them and of their sentences."""

    documents: Mapping[str, Document]
    chunks: Sequence[Chunk]
    vectors: Vectors
    embedder: str
    origin: Origin

    @cached_property
    def bm25(self) -> BM25Retriever:
        """BM25 over the chunks' indexed text, headings counted twice; fitted on first use (0.1 s for 1,000 chunks)."""
        texts = [f"{self.indexed(chunk)}\n{' '.join(chunk.heading_path)}" for chunk in self.chunks]
        return BM25Retriever([chunk.id for chunk in self.chunks], texts)

    def chunk(self, chunk_id: str) -> Chunk:
        """Return the chunk with that id."""
        return self._by_id[chunk_id]

    @cached_property
    def _by_id(self) -> dict[str, Chunk]:
        return {chunk.id: chunk for chunk in self.chunks}

    def indexed(self, chunk: Chunk) -> str:
        """Return the text under which a chunk is found: its headings, the title first, and its own."""
        return indexed_text(self.documents[chunk.doc_id].title, chunk.heading_path, chunk.text)


def build(
    documents: Sequence[Document],
    chunks: Sequence[Chunk],
    embedder: Embedder,
    folder: Path,
    origin: Origin,
    progress: Progress | None = None,
) -> Index:
    """Embed what is new, write the index and swap it into `folder`.

    :raises CorpusError: a chunk is not the span of its document that it says it is.
    """
    by_id = {document.id: document for document in documents}
    for chunk in chunks:
        if by_id[chunk.doc_id].text[chunk.start : chunk.end] != chunk.text:
            raise CorpusError(f"chunk {chunk.id} is not characters {chunk.start} to {chunk.end} of {chunk.doc_id}")
    try:
        old = load(folder)
    except (IndexMissing, StaleIndex):
        old = None
    known = _vectors_by_text(old) if old and old.embedder == embedder.name else {}
    vectors = embed(by_id, chunks, embedder, known, progress)
    index = Index(by_id, tuple(chunks), vectors, embedder.name, origin)
    _swap_in(index, folder)
    return index


def _vectors_by_text(index: Index) -> dict[str, NDArray[np.float32]]:
    of_chunks, of_sentences = texts(index.documents, index.chunks, index.vectors.places.tolist())
    rows = (*index.vectors.chunks, *index.vectors.sentences)
    return dict(zip((*of_chunks, *of_sentences), rows, strict=True))


def _swap_in(index: Index, folder: Path) -> None:
    """Write to a folder beside `folder`, then rename: at every moment a whole index is there, or the old one is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if (folder.exists() and not folder.is_dir()) or (
        folder.is_dir() and any(folder.iterdir()) and not _is_index(folder)
    ):
        raise StaleIndex(f"{folder} holds something that is not an index; give another --index DIR, or empty it")
    for left in folder.parent.glob(f".{folder.name}.*"):  # of builds that were killed
        shutil.rmtree(left, ignore_errors=True)
    new, old = (folder.with_name(f".{folder.name}.{kind}-{os.getpid()}") for kind in ("new", "old"))
    new.mkdir()
    _write(index, new)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _is_index(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def _write(index: Index, folder: Path) -> None:
    import numpy as np

    _write_lines(folder / DOCUMENTS, [asdict(document) for document in index.documents.values()])
    _write_lines(folder / CHUNKS, [asdict(chunk) for chunk in index.chunks])
    vectors = index.vectors
    for name, rows in (
        (PLACES, vectors.places),
        (CHUNK_VECTORS, vectors.chunks),
        (SENTENCE_VECTORS, vectors.sentences),
    ):
        with (folder / name).open("wb") as file:
            np.save(file, rows, allow_pickle=False)
            _sync(file.fileno())
    manifest = {
        "format": FORMAT,
        "advisor": __version__,
        "embedder": index.embedder,
        "origin": asdict(index.origin),
        "documents": len(index.documents),
        "chunks": len(index.chunks),
        "sha256": {name: _sha256(folder / name) for name in FILES},
    }
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2)
        file.flush()
        _sync(file.fileno())


def _write_lines(path: Path, rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        file.flush()
        _sync(file.fileno())


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest(folder: Path) -> dict[str, Any]:
    """Return an index's manifest.

    :raises IndexMissing: there is no index in `folder`.
    :raises StaleIndex: it is of another format, or damaged.
    """
    if not _is_index(folder):
        raise IndexMissing(f"there is no index in {folder}; run: {_command((), folder)}")
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except ValueError as error:
        raise StaleIndex(f"{folder / MANIFEST} is damaged; run: {_command((), folder)}") from error
    if found.get("format") != FORMAT:
        raise StaleIndex(
            f"{folder} has index format {found.get('format')}, this program reads {FORMAT}; run: {_command((), folder)}"
        )
    return found


def load(folder: Path) -> Index:
    """Return the index in `folder`.

    :raises IndexMissing: there is none.
    :raises StaleIndex: it is of another format, or a file in it is damaged.
    """
    import numpy as np

    about = manifest(folder)
    origin = Origin(tuple(about["origin"]["paths"]), about["origin"]["fingerprint"])
    for name, expected in about["sha256"].items():
        if not (folder / name).is_file() or _sha256(folder / name) != expected:
            raise StaleIndex(f"{folder / name} is missing or damaged; run: {_command(origin.paths, folder)}")
    documents = [_document(row) for row in _read_lines(folder / DOCUMENTS)]
    return Index(
        {document.id: document for document in documents},
        tuple(_chunk(row) for row in _read_lines(folder / CHUNKS)),
        Vectors(*(np.load(folder / name, allow_pickle=False) for name in (CHUNK_VECTORS, SENTENCE_VECTORS, PLACES))),
        about["embedder"],
        origin,
    )


def _read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _document(row: dict[str, Any]) -> Document:
    return Document(**{**row, "gaps": tuple(row["gaps"])})


def _chunk(row: dict[str, Any]) -> Chunk:
    return Chunk(**{**row, "heading_path": tuple(row["heading_path"])})


def is_current(folder: Path, fingerprint: str, embedder: str) -> bool:
    """Whether the index in `folder` is whole, of these files and of this embedder."""
    try:
        index = load(folder)
    except (IndexMissing, StaleIndex):
        return False
    return (index.origin.fingerprint, index.embedder) == (fingerprint, embedder)


def check_origin(index: Index, folder: Path, fingerprint_of: Callable[[Sequence[Path]], str]) -> None:
    """Check that the files that an index was built from have not changed. Files that are gone are no fault.

    :raises StaleIndex: they have; the message has both fingerprints and the command that builds it anew.
    """
    sources = [Path(path) for path in index.origin.paths]
    if all(source.exists() for source in sources) and (now := fingerprint_of(sources)) != index.origin.fingerprint:
        raise StaleIndex(
            f"{folder} was built from corpus {index.origin.fingerprint[:6]}, the corpus is now {now[:6]}; "
            f"run: {_command(index.origin.paths, folder)}"
        )


def check_embedder(index: Index, folder: Path, embedder: str) -> None:
    """Check that an index holds the vectors of this embedder.

    :raises StaleIndex: it holds those of another.
    """
    if index.embedder != embedder:
        raise StaleIndex(
            f"{folder} was built with {index.embedder}, asked for is {embedder}; "
            f"run: {_command(index.origin.paths, folder)} --embedder {embedder.split(':')[0]}"
        )


def _command(sources: Sequence[str], folder: Path) -> str:
    corpus = f"--corpus {' '.join(sources)} " if sources else ""
    return f"advisor index {corpus}--index {folder}"
