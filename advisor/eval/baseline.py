"""The plain baseline: 500-character recursive splits, the same embedder, BM25 and terms, reciprocal rank fusion.

What a first working version of any RAG system does; the advisor's own path has to earn its place beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.corpus.formats import text_of
from advisor.corpus.read import files
from advisor.errors import CorpusError
from advisor.index.dense import DenseRetriever
from advisor.index.embed import Vectors
from advisor.index.fuse import rrf
from advisor.index.lexical import BM25Retriever
from advisor.types import Embedder, Hit

SIZE = 500  # characters
_SEPARATORS = ("\n\n", "\n", " ")


def split(text: str, separators: Sequence[str] = _SEPARATORS) -> list[str]:
    """Return pieces of at most 500 characters, cut at the coarsest separator that makes them fit."""
    if len(text) <= SIZE:
        return [text] if text.strip() else []
    if not separators:
        return [text[at : at + SIZE] for at in range(0, len(text), SIZE)]
    first, *rest = separators
    pieces: list[str] = []
    for part in text.split(first):
        if pieces and len(pieces[-1]) + len(first) + len(part) <= SIZE:
            pieces[-1] += first + part
        else:
            pieces.extend(split(part, rest) if len(part) > SIZE else [part])
    return [piece for piece in pieces if piece.strip()]


def _pieces(sources: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for path, name in sorted(files(sources)):
        try:
            text = text_of(path)
        except CorpusError:
            continue  # the advisor leaves it out, too, and has said so
        for number, piece in enumerate(split(text)):
            yield f"{name}:{number:04}:{path}", piece  # two folders may hold files of one name


class Baseline:
    """The plain system over a corpus, ready for queries."""

    def __init__(self, sources: Sequence[Path], embedder: Embedder) -> None:
        self.texts = dict(_pieces(sources))
        if not self.texts:
            raise CorpusError(f"no text in {', '.join(map(str, sources))}, which the index is of; run: advisor index")
        ids = list(self.texts)
        self._bm25 = BM25Retriever(ids, list(self.texts.values()))
        self._dense = DenseRetriever(ids, Vectors.of_chunks(embedder.encode(list(self.texts.values()))), embedder)

    def search(self, query: str, k: int) -> list[Hit]:
        """Return the k best pieces for a query."""
        return rrf([self._bm25.search(query, 50), self._dense.search(query, 50)])[:k]
