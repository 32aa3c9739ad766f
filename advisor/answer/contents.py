"""The headings of all chunks: on what path each stands, and which stand right under it."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.corpus.sentences import Part, parts
from advisor.types import Chunk

Path = tuple[str, ...]


class Contents:
    """The table of contents of an index. A heading stands in the first chunk of its section, or of the first one in it."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._paths: dict[tuple[str, int], Path] = {}
        self._under: dict[tuple[str, Path], list[tuple[Chunk, Part]]] = {}
        for chunk in sorted(chunks, key=lambda chunk: (chunk.doc_id, chunk.start)):
            headings = [part for part in parts(chunk) if part.kind == "heading"]
            for level, part in enumerate(reversed(headings)):
                path = chunk.heading_path[: len(chunk.heading_path) - level]
                self._paths[chunk.doc_id, part.start] = path
            for part in headings:
                path = self._paths[chunk.doc_id, part.start]
                self._under.setdefault((chunk.doc_id, path[:-1]), []).append((chunk, part))

    def under(self, doc_id: str, start: int) -> list[tuple[Chunk, Part]]:
        """Return the headings right under the heading at `start` of a document, in order, each with its chunk."""
        return self._under.get((doc_id, self._paths[doc_id, start]), [])
