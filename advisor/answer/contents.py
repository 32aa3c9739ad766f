"""The headings of all chunks: on what path each stands, and which stand right under it."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.corpus.sentences import Part, parts
from advisor.types import Chunk

Path = tuple[str, ...]
Entry = tuple[Chunk, Part]  # a heading, and the chunk that it stands in


class Contents:
    """The table of contents of an index. A heading stands in its section's first chunk, or in that of one under it."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._entries: dict[tuple[str, Path], Entry] = {}
        self._under: dict[tuple[str, Path], list[Entry]] = {}
        for chunk in sorted(chunks, key=lambda chunk: (chunk.doc_id, chunk.start)):
            headings = [part for part in parts(chunk) if part.kind == "heading"]
            for level, part in enumerate(reversed(headings)):
                path = chunk.heading_path[: len(chunk.heading_path) - level]
                self._entries.setdefault((chunk.doc_id, path), (chunk, part))
            for level, part in enumerate(headings, start=len(chunk.heading_path) - len(headings)):
                self._under.setdefault((chunk.doc_id, chunk.heading_path[:level]), []).append((chunk, part))

    def outline(self, doc_id: str, path: Path) -> list[Entry]:
        """Return the heading of a path and the headings right under it, in order; nothing if there is none."""
        entry = self._entries.get((doc_id, path))
        return [entry, *self._under.get((doc_id, path), [])] if entry else []
