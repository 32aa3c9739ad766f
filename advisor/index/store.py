"""Documents and chunks to an index folder, and an index folder to an Index. Nothing in it is a pickle."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor import __version__
from advisor.corpus import chunk as chunking
from advisor.corpus.chunk import indexed_text
from advisor.errors import CorpusError, IndexMissing, StaleIndex
from advisor.index.again import SHARE
from advisor.index.embed import Progress, Vectors, embed, texts
from advisor.index.folder import Manifest, Origin, check_place, command, read, sha256, write
from advisor.index.lexical import BM25Retriever
from advisor.types import Chunk, Document, Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Index", "Origin", "build", "check_embedder", "check_origin", "is_current", "load"]

DOCUMENTS, CHUNKS, PLACES = "documents.jsonl", "chunks.jsonl", "places.npy"
CHUNK_VECTORS, SENTENCE_VECTORS = "chunk_vectors.npy", "sentence_vectors.npy"
FILES = (DOCUMENTS, CHUNKS, PLACES, CHUNK_VECTORS, SENTENCE_VECTORS)


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
        """BM25 over the chunks' indexed text, its headings, or else the title, counted twice; fitted on first use.

        The figures are those of eval/LOG.md.
        """
        texts = [
            f"{self.indexed(chunk)}\n{' '.join(chunk.heading_path) or self.documents[chunk.doc_id].title}"
            for chunk in self.chunks
        ]
        ids = [chunk.id for chunk in self.chunks]
        return BM25Retriever(ids, texts, k1=1.2, b=0.6, forms=0.5, feedback=SHARE)

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
    """Embed what is new and put the index in the place of the one in `folder`.

    :raises StaleIndex: `folder` holds something that is not an index.
    :raises CorpusError: a chunk is not the span of its document that it says it is.
    """
    check_place(folder, FILES, origin.paths)
    by_id = {document.id: document for document in documents}
    for chunk in chunks:
        if chunk.doc_id not in by_id or by_id[chunk.doc_id].text[chunk.start : chunk.end] != chunk.text:
            raise CorpusError(f"chunk {chunk.id} is not characters {chunk.start} to {chunk.end} of {chunk.doc_id}")
    try:
        old, _ = _load(folder)
    except (IndexMissing, StaleIndex):
        old = None
    known = _vectors_by_text(old) if old and old.embedder == embedder.name else {}
    vectors = embed(by_id, chunks, embedder, known, progress)
    index = Index(by_id, tuple(chunks), vectors, embedder.name, origin)
    _write(index, folder)
    return index


def _vectors_by_text(index: Index) -> dict[str, NDArray[np.float32]]:
    of_chunks, of_sentences = texts(index.documents, index.chunks, index.vectors.places.tolist())
    rows = (*index.vectors.chunks, *index.vectors.sentences)
    return dict(zip((*of_chunks, *of_sentences), rows, strict=True))


def _write(index: Index, folder: Path) -> None:
    files = {
        DOCUMENTS: _lines([asdict(document) for document in index.documents.values()]),
        CHUNKS: _lines([asdict(chunk) for chunk in index.chunks]),
        PLACES: _array(index.vectors.places),
        CHUNK_VECTORS: _array(index.vectors.chunks),
        SENTENCE_VECTORS: _array(index.vectors.sentences),
    }
    digests = {name: sha256(data) for name, data in files.items()}
    counts = len(index.documents), len(index.chunks)
    write(folder, Manifest(program(), index.embedder, index.origin, *counts, digests), files)


def _lines(rows: Sequence[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()  # in ASCII, which holds even half a character


def _array(rows: NDArray[Any]) -> bytes:
    import numpy as np

    file = io.BytesIO()
    np.save(file, rows, allow_pickle=False)
    return file.getvalue()


def load(folder: Path) -> Index:
    """Return the index in `folder`.

    :raises IndexMissing: there is none.
    :raises StaleIndex: it is of another format or version of the program, or a file in it is damaged.
    """
    index, built_by = _load(folder)
    if built_by != program():
        raise StaleIndex(
            f"{folder} was built by advisor {built_by}, this is {program()}; run: {command(index.origin.paths, folder)}"
        )
    return index


def _load(folder: Path) -> tuple[Index, str]:
    import numpy as np

    manifest, files = read(folder, FILES)
    documents = [_document(json.loads(line)) for line in files[DOCUMENTS].splitlines()]
    arrays = [
        np.load(io.BytesIO(files[name]), allow_pickle=False) for name in (CHUNK_VECTORS, SENTENCE_VECTORS, PLACES)
    ]
    index = Index(
        {document.id: document for document in documents},
        tuple(_chunk(json.loads(line)) for line in files[CHUNKS].splitlines()),
        Vectors(*arrays),
        manifest.embedder,
        manifest.origin,
    )
    return index, manifest.advisor


def _document(row: dict[str, Any]) -> Document:
    return Document(**{**row, "gaps": tuple(row["gaps"])})


def _chunk(row: dict[str, Any]) -> Chunk:
    return Chunk(**{**row, "heading_path": tuple(row["heading_path"])})


def is_current(folder: Path, fingerprint: str, embedder: str) -> bool:
    """Whether the index in `folder` is whole, of these files, of this embedder and of this version of the program."""
    try:
        manifest, _ = read(folder, FILES)
    except (IndexMissing, StaleIndex):
        return False
    found = (manifest.origin.fingerprint, manifest.embedder, manifest.advisor)
    return found == (fingerprint, embedder, program())


@cache
def program() -> str:
    """Return the version of the program, with a hash of the code that decides what is in an index."""
    sources = [*sorted(Path(chunking.__file__).parent.glob("*.py")), Path(__file__).with_name("embed.py")]
    return f"{__version__}+{sha256(b''.join(source.read_bytes() for source in sources))[:8]}"


def check_origin(index: Index, folder: Path, fingerprint_of: Callable[[Sequence[Path]], str]) -> None:
    """Check that the files that an index was built from have not changed. Files that are gone are no fault.

    :raises StaleIndex: they have; the message has both fingerprints and the command that builds it anew.
    """
    sources = [Path(path) for path in index.origin.paths]
    if all(source.exists() for source in sources) and (now := fingerprint_of(sources)) != index.origin.fingerprint:
        raise StaleIndex(
            f"{folder} was built from corpus {index.origin.fingerprint[:6]}, the corpus is now {now[:6]}; "
            f"run: {command(index.origin.paths, folder)}"
        )


def check_embedder(index: Index, folder: Path, embedder: str, spec: str = "") -> None:
    """Check that an index holds the vectors of this embedder.

    :param spec: the embedder as the command line takes it; without it, the name less its hash or commit.
    :raises StaleIndex: it holds those of another.
    """
    if index.embedder != embedder:
        spec = spec or re.split(r"[:@](?=[0-9a-f]+$)", embedder)[0]
        raise StaleIndex(
            f"{folder} was built with {index.embedder}, asked for is {embedder}; "
            f"run: {command(index.origin.paths, folder, spec)}"
        )
