"""The plain baseline: 500-character recursive splits, the same embedder, BM25 and terms, reciprocal rank fusion.

What a first working version of any RAG system does; the advisor's own path has to earn its place beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
_DEPTH = 50  # hits taken from each leg
_SEPARATORS = ("\n\n", "\n", " ")


def split(text: str) -> list[str]:
    """Return the pieces of a text, see `spans`."""
    return [text[start:end] for start, end in spans(text, 0, len(text))]


def spans(text: str, start: int, end: int, separators: Sequence[str] = _SEPARATORS) -> list[tuple[int, int]]:
    """Return [start, end) of pieces of at most 500 characters, cut at the coarsest separator that makes them fit."""
    if end - start <= SIZE:
        return [(start, end)] if text[start:end].strip() else []
    if not separators:
        return [(at, min(at + SIZE, end)) for at in range(start, end, SIZE)]
    first, *rest = separators
    found: list[tuple[int, int]] = []
    for part in text[start:end].split(first):
        stop = start + len(part)
        if found and stop - found[-1][0] <= SIZE:
            found[-1] = (found[-1][0], stop)
        else:
            found.extend(spans(text, start, stop, rest) if len(part) > SIZE else [(start, stop)])
        start = stop + len(first)
    return [(left, right) for left, right in found if text[left:right].strip()]


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
        vectors = Vectors.of_chunks(embedder.encode(list(self.texts.values())))
        self._legs = legs(self.texts, vectors, embedder)

    def search(self, query: str, k: int) -> list[Hit]:
        """Return the k best pieces for a query."""
        return fused(*self._legs, query)[:k]


def legs(texts: Mapping[str, str], vectors: Vectors, embedder: Embedder) -> tuple[BM25Retriever, DenseRetriever]:
    """Return both ways in which pieces are ranked, `texts` by their ids and `vectors` in the same order."""
    return BM25Retriever([*texts], [*texts.values()]), DenseRetriever([*texts], vectors, embedder)


def fused(bm25: BM25Retriever, dense: DenseRetriever, query: str) -> list[Hit]:
    """Return the pieces that are among the 50 best of either leg, best first."""
    return rrf([leg.search(query, _DEPTH) for leg in (bm25, dense)])
