"""The headings of all chunks: on what path each stands, and which stand right under it."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.corpus.sentences import Part, parts
from advisor.types import Chunk

Path = tuple[str, ...]
Entry = tuple[Chunk, Part]  # a heading, and the chunk that it stands in


class Contents:
    """The table of contents of an index. A heading without text of its own stands in the next chunk that has some."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._entries: dict[tuple[str, Path], Entry] = {}
        self._under: dict[tuple[str, Path], list[Entry]] = {}
        above: list[tuple[int, str]] = []  # the levels and texts of the headings that the next one may stand under
        doc_id = ""
        for chunk in sorted(chunks, key=lambda chunk: (chunk.doc_id, chunk.start)):
            if chunk.doc_id != doc_id:
                above, doc_id = [], chunk.doc_id
            for part in parts(chunk):
                if part.kind == "heading":
                    level, text = _heading(chunk, part)
                    above = [one for one in above if one[0] < level] + [(level, text)]
                    path = tuple(text for _, text in above)
                    self._entries.setdefault((doc_id, path), (chunk, part))
                    self._under.setdefault((doc_id, path[:-1]), []).append((chunk, part))

    def outline(self, doc_id: str, path: Path) -> list[Entry]:
        """Return the heading of a path and the headings right under it, in order; nothing if there is none."""
        entry = self._entries.get((doc_id, path))
        return [entry, *self._under.get((doc_id, path), [])] if entry else []


def _heading(chunk: Chunk, part: Part) -> tuple[int, str]:
    text = chunk.text[part.start - chunk.start : part.end - chunk.start]
    line = chunk.text[: part.start - chunk.start].rpartition("\n")[2]
    return line.count("#"), text
