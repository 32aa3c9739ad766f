"""A search over a text, and the lists that answer from it, each line checked to stand in its document."""

from pathlib import Path

from fakes import FakeEmbedder

from advisor.answer import evidence, lists
from advisor.answer.listing import Line
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.index import store

GREEK = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "lambda")
REST = "".join(f"\n## About {word}\n\n{word.title()} matters {word}ly.\n" for word in GREEK)  # so that words are rare


def search_over(tmp_path: Path, text: str, window: int = 60) -> Search:
    """Return the search over a Markdown text, and beside it sections about other things."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "d.md").write_text(text)
    (folder / "rest.md").write_text("# Rest\n" + REST)
    documents, embedder = read([folder]).documents, FakeEmbedder()
    chunks = [piece for each in documents for piece in chunk(each, embedder.count_tokens, window)]
    index = store.build(documents, chunks, embedder, tmp_path / "index", store.Origin((str(folder),), "fingerprint"))
    return Search(index, embedder, Config())


def whole(search: Search, question: str, k: int = 6) -> list[Line]:
    """Return the list for a question, each line checked to be the words of the document that it points at."""
    passages = search.search(question, k)
    scored = evidence.rank(question, passages, search.cosines, search.weight)
    found = lists.whole(question, search, passages, scored)
    known = {p.chunk.id: p.n for p in passages}
    for line in found:
        span = line.span
        assert search.index.documents[span.passage.chunk.doc_id].text[span.start : span.end] == span.text
        assert span.passage.chunk.start <= span.start < span.end <= span.passage.chunk.end
        assert known.setdefault(span.passage.chunk.id, span.passage.n) == span.passage.n
    assert len(set(known.values())) == len(known)  # no number stands for two passages
    return found


def told(search: Search, question: str, k: int = 6) -> list[tuple[int, str]]:
    return [(line.depth, line.text) for line in whole(search, question, k)]
