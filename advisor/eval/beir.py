"""A BEIR folder and the advisor's own retrievers to one row of scores for each (Thakur et al., arXiv 2104.08663).

A document is where its best chunk is. Only judged queries count; what is not judged for one is not relevant to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path

from pydantic import BaseModel, Field

from advisor.answer.retrieve import Search
from advisor.corpus.clean import clean
from advisor.corpus.outline import markdown, render
from advisor.errors import ItemError
from advisor.eval import lines
from advisor.eval.metrics import mean, ndcg, recall, reciprocal_rank
from advisor.index.fuse import convex, rrf
from advisor.types import Chunk, Document

K = 10
Grades = Mapping[str, int]  # of one query's judged documents, by id


@dataclass(frozen=True, slots=True)
class Row:
    """One system's mean scores over the judged queries of a dataset."""

    system: str
    dataset: str
    queries: int
    ndcg_at_10: float
    recall_at_1: float
    recall_at_5: float
    recall_at_10: float
    mrr_at_10: float


def as_json(row: Row) -> dict[str, object]:
    """Return the object that a row is printed as; outside scripts rely on its shape."""
    metrics = {name.replace("_at_", "@"): score for name, score in asdict(row).items() if "_at_" in name}
    return {"system": row.system, "dataset": row.dataset, "metrics": metrics}


class _Text(BaseModel, coerce_numbers_to_str=True):
    id: str = Field(alias="_id", min_length=1)
    title: str | None = None
    text: str


def documents(folder: Path) -> list[Document]:
    """Return the documents of `corpus.jsonl` in the reader's normal form; one without text is its title.

    :raises ItemError: the file cannot be read, or a line is no document; the line is named.
    """
    found = [(one.id, one.title or "", render(markdown(clean(one.text)))) for one in _texts(folder / "corpus.jsonl")]
    return [Document(name, title, text or title, "corpus.jsonl") for name, title, text in found]


def judged(folder: Path) -> tuple[dict[str, str], dict[str, Grades]]:
    """Return the queries that are judged, and the grades of each one's documents, both by the query's id.

    :raises ItemError: a file cannot be read, a line of it is malformed, or a judged query is not there.
    """
    queries = {line.id: line.text for line in _texts(folder / "queries.jsonl") if line.text.strip()}
    path = beside if (beside := folder / "qrels.tsv").is_file() else folder / "qrels" / "test.tsv"
    grades: dict[str, dict[str, int]] = {}
    for number, line in (pair for pair in lines.numbered(path) if not pair[1].startswith("query-id\t")):
        columns = line.strip().split("\t")
        if len(columns) != 3 or columns[0] not in queries or not re.fullmatch(r"-?\d+", columns[2]):
            raise ItemError(f"{path}, line {number}: expected a known query, a document and a whole number, by tabs")
        grades.setdefault(columns[0], {})[columns[1]] = int(columns[2])
    return {query: queries[query] for query in grades}, {**grades}


def _texts(path: Path) -> list[_Text]:
    return lines.load(path, _Text, lambda one: one.id)


def compare(search: Search, dataset: str, queries: Mapping[str, str], grades: Mapping[str, Grades]) -> Iterator[Row]:
    """Yield the row of each leg, each fusion and the advisor's whole search, over the queries as it makes them."""
    scores: dict[str, list[tuple[float, ...]]] = {}
    for query, text in queries.items():
        for system, found in rankings(search, search.standalone(text)).items():
            scores.setdefault(system, []).append(_metrics(found, grades[query]))
    for system, rows in scores.items():
        yield Row(system, dataset, len(rows), *(mean(column) for column in zip(*rows, strict=True)))


def rankings(search: Search, query: str) -> dict[str, list[str]]:
    """Return the first ten documents of each system, best first, ties by id."""
    depth, weight = search.config.candidates, search.config.dense_weight
    bm25, dense = search.bm25.search(query, depth), search.dense.search(query, depth)
    hits = {"bm25": bm25, "dense": dense, "rrf": rrf([bm25, dense]), f"convex {weight}": convex(bm25, dense, weight)}
    passages = [(passage.chunk, passage.score) for passage in search.search(query, 5 * K)]
    scored = {name: [(search.index.chunk(hit.chunk_id), hit.score) for hit in found] for name, found in hits.items()}
    return {system: _best(found) for system, found in {**scored, "advisor": passages}.items()}


def _best(scored: Iterable[tuple[Chunk, float]]) -> list[str]:
    best = {chunk.doc_id: score for chunk, score in sorted(scored, key=itemgetter(1))}  # the last, its best, stays
    return sorted(best, key=lambda document: (-best[document], document))[:K]


def _metrics(found: Iterable[str], grades: Grades) -> tuple[float, ...]:
    gains = [grades.get(document, 0) for document in found]
    relevant, total = [gain > 0 for gain in gains], sum(grade > 0 for grade in grades.values())
    recalls = (recall(relevant, k, total) for k in (1, 5, 10))
    return ndcg(gains, K, [*grades.values()]), *recalls, reciprocal_rank(relevant, K)
