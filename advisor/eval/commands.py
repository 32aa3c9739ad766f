"""What the command line names to the rows of an eval: items, documents and a model in, one row for each system out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from advisor import jsonl, paths
from advisor import open as opening
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.errors import ItemError
from advisor.eval import answers as whole
from advisor.eval import beir as beir_format
from advisor.eval import comparison, conversations
from advisor.eval import retrieval as ranked
from advisor.eval.items import Item, Split, load
from advisor.index import store
from advisor.index.folder import sha256
from advisor.models import embedders
from advisor.types import Document, Embedder

Progress = Callable[[int, int], None]


def bundled(items: Path | None, split: Split) -> list[Item]:
    """Return the items of a split of a file, or of the set that is shipped.

    :raises ItemError: the file cannot be read, holds a line that is no item, or nothing of the split.
    """
    return load(items or paths.data("eval") / "sets" / "core.jsonl", split)


def retrieval(
    items: Path | None, split: Split, corpus: Sequence[str], folder: Path, config: Config
) -> Iterator[ranked.Row]:
    """Yield the row of each way to rank over the documents of the index; no model writes."""
    asked = bundled(items, split)
    search = opening.open_search(corpus, folder, config)
    yield from ranked.compare(search, [Path(path) for path in search.index.origin.paths], asked)


def beir(
    source: Path, given: Path | None, config: Config, progress: Progress | None = None
) -> Iterator[beir_format.Row]:
    """Yield the row of each way to rank the documents of a BEIR folder, whose index is brought up to date first.

    :raises ItemError: the folder holds no such data set; the file and the line at fault are named.
    :raises StaleIndex: `given` holds something that is not an index.
    """
    queries, grades = beir_format.judged(source)
    documents = beir_format.documents(source)
    if not {document.id for document in documents} & {name for one in grades.values() for name in one}:
        raise ItemError(f"{source}/corpus.jsonl has none of the documents that are judged")
    folder = given or paths.corpus_index([source / "corpus.jsonl"])
    embedder = embedders.load_embedder(config.embedder, config.threads)
    _index_documents(documents, source / "corpus.jsonl", folder, embedder, progress)
    search = Search(store.load(folder), embedder, config)
    yield from beir_format.compare(search, source.resolve().name, queries, grades)


def _index_documents(
    documents: Sequence[Document], source: Path, folder: Path, embedder: Embedder, progress: Progress | None
) -> None:
    fingerprint = sha256(repr(documents).encode())[:16]  # of no corpus that `advisor index` reads
    if not store.is_current(folder, fingerprint, embedder.name):
        chunks = [c for d in documents for c in chunk(d, embedder.count_tokens, embedder.max_tokens)]
        origin = store.Origin((str(source.resolve()),), fingerprint)
        store.build(documents, chunks, embedder, folder, origin, progress)


def answers(
    items: Path | None,
    split: Split,
    corpus: Sequence[str],
    folder: Path,
    config: Config,
    progress: Progress | None = None,
    out: Path | None = None,
) -> Iterator[whole.Row]:
    """Yield the row of the whole answers of one model with one prompt, and keep each judged answer in `out`.

    :raises ItemError: `out` cannot be written.
    """
    asked = bundled(items, split)
    if out and not out.parent.is_dir():
        raise ItemError(f"{out.parent} is no folder; make it, or give --out another place")
    advisor = opening.make_advisor(opening.open_search(corpus, folder, config), config)
    judged = whole.run(advisor, asked, progress)
    if out:
        out.write_text("".join(f"{jsonl.dumps(row)}\n" for row in comparison.results(judged)), encoding="utf-8")
    yield whole.summary(f"{config.model}, {config.prompt}", judged)


def rewrite(folder: Path) -> Iterator[conversations.Row]:
    """Yield the row of each year of a folder of conversations; neither documents nor a model are needed.

    :raises ItemError: the folder has no `turns.jsonl`, or a line of it is no turn.
    """
    yield from conversations.score(conversations.load(folder))
