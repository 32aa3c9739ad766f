"""Chunks to vectors: one of each chunk, and one of each of its sentences, so that a fact deep in a passage is found.

What an older index holds is taken from it and not embedded again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.corpus.chunk import embedded_text
from advisor.corpus.sentences import parts
from advisor.types import Chunk, Document, Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 64  # texts embedded between two reports of progress
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Vectors:
    """`chunks` is `(n, d) float32` and `sentences` `(m, d) float32`, unit rows; `places` is `(m, 3) int64`: the row of
    a sentence's chunk, then its [start, end) in the document. Sentences stand in the order of their chunks."""

    chunks: NDArray[np.float32]
    sentences: NDArray[np.float32]
    places: NDArray[np.int64]

    @classmethod
    def of_chunks(cls, rows: NDArray[np.float32]) -> Vectors:
        """Return the vectors of chunks alone, without sentences."""
        import numpy as np

        return cls(rows, rows[:0], np.zeros((0, 3), dtype=np.int64))


def texts(
    documents: Mapping[str, Document], chunks: Sequence[Chunk], places: Sequence[Sequence[int]]
) -> tuple[list[str], list[str]]:
    """Return what is embedded of each chunk and of each sentence: the text under its headings, or its last one."""
    of_chunks = [embedded_text(documents[c.doc_id].title, c.heading_path, c.text) for c in chunks]
    of_sentences = []
    for row, start, end in places:
        chunk = chunks[row]
        heading = (chunk.heading_path or (documents[chunk.doc_id].title,))[-1]
        of_sentences.append(f"{heading}: {chunk.text[start - chunk.start : end - chunk.start]}")
    return of_chunks, of_sentences


def embed(
    documents: Mapping[str, Document],
    chunks: Sequence[Chunk],
    embedder: Embedder,
    known: Mapping[str, NDArray[np.float32]],
    progress: Progress | None = None,
) -> Vectors:
    """Return the vectors of chunks and sentences; `known` holds vectors of this embedder by their text."""
    import numpy as np

    places = [(row, part.start, part.end) for row, chunk in enumerate(chunks) for part in parts(chunk)]
    of_chunks, of_sentences = texts(documents, chunks, places)
    rows = _embed([*of_chunks, *of_sentences], embedder, known, progress)
    where = np.array(places, dtype=np.int64).reshape(-1, 3)
    return Vectors(rows[: len(chunks)], rows[len(chunks) :], where)


def _embed(
    wanted: Sequence[str], embedder: Embedder, known: Mapping[str, NDArray[np.float32]], progress: Progress | None
) -> NDArray[np.float32]:
    import numpy as np

    new = sorted({text for text in wanted if text not in known}, key=lambda text: (len(text), text))  # less padding
    made: dict[str, NDArray[np.float32]] = {}
    for at in range(0, len(new), BATCH):
        batch = new[at : at + BATCH]
        made.update(zip(batch, embedder.encode(batch), strict=True))
        if progress:
            progress(min(at + BATCH, len(new)), len(new))
    found = [made[text] if text in made else known[text] for text in wanted]
    return np.stack(found) if found else np.zeros((0, embedder.dim), dtype=np.float32)
