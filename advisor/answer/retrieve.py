"""A stand-alone question to passages: BM25 and embeddings, fused, near-duplicates collapsed, reranked by a reader where
there is one, cut to the budget.

A later question of a talk is searched for three times, as it stands alone, as it was asked, and as the one before it,
and what stands near that one's passages counts too: what it leaves out is mostly said there. A question that names a
document is asked of that one alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from advisor.answer import orders, rewrite, spelling
from advisor.answer.contents import Contents
from advisor.answer.evidence import Scored, rank, reread
from advisor.answer.named import named, without
from advisor.answer.spans import Span, span_of, spans
from advisor.answer.words import differ
from advisor.config import Config
from advisor.index.again import SHARE
from advisor.index.dense import DenseRetriever
from advisor.index.fuse import convex, weighted
from advisor.index.store import Index
from advisor.index.tokens import tokenize
from advisor.models.reader import load_reader
from advisor.types import Chunk, Embedder, Hit, Passage, Turn

AGAIN = 0.85  # cosine of two source sentences from which they speak of the same
SAME = 0.8  # Jaccard overlap of terms from which two passages say the same
RERANKED = 15  # passages that a reader puts in order
BY_READING = 0.4  # what is added to the score of a passage of which a sentence surely answers
# What a later question is ranked by, as shares of a passage's score
ASKED = 1.0  # the question as it was asked, beside 1 for it as it stands alone
BEFORE = 1.0  # the question before it
NEAR = 0.3  # the section that one of the three best passages for that one stands in
AS_ASKED = 2 / 3  # share of the question as it was asked in a source sentence's cosine


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: a question that stands alone; for a later one of a talk, the question as it was asked and
    the one before it, which stands alone too; and the ids of the documents that it names, if it is asked of these
    alone."""

    text: str
    asked: str = ""
    before: str = ""
    within: frozenset[str] = frozenset()

    @property
    def sought(self) -> str:
        """What is looked for in the documents: the question, without their names."""
        return without(self.text) if self.within else self.text

    @property
    def readings(self) -> tuple[str, ...]:
        """What a reader is asked, each alone: what is sought; and this behind the question before it, if there is one,
        since what is left out is not always seen."""
        whole = rewrite.behind(self.before, self.sought) if self.before else self.sought
        return tuple(dict.fromkeys((self.sought, whole)))


class Search:
    """An index with its embedder, ready for queries."""

    def __init__(self, index: Index, embedder: Embedder, config: Config) -> None:
        self.index = index
        self.embedder = embedder
        self.config = config
        self.reader = load_reader(embedder) if len(index.vectors.sentences) else None  # it reads sentences
        self.bm25 = index.bm25
        self.dense = DenseRetriever([chunk.id for chunk in index.chunks], index.vectors, embedder, feedback=SHARE)
        self._known_terms: dict[str, frozenset[str]] = {}
        highest = max(self.bm25.idf.values(), default=0.0)
        self._highest = highest if highest > 0 else 1.0  # in an index of one or two chunks no term is rare

    def weight(self, term: str) -> float:
        """Return a term's weight: its inverse document frequency, the highest for a term that is in no chunk."""
        return max(self.bm25.idf.get(term, self._highest), 0.0)

    def query(self, question: str, history: Sequence[Turn] = ()) -> Query:
        """Return the query for a question: made to stand alone, and its misspelt words mended from the documents."""
        said = [at for at, turn in enumerate(history) if turn.role == "user" and turn.text.strip()]
        text = self.standalone(question, history)
        within = named(text, self.index.documents.values())
        if not said or not rewrite.may_lean(question):
            return Query(text, within=within)
        before = self.standalone(history[said[-1]].text, history[: said[-1]])
        return Query(text, self.standalone(question), before, within)

    def standalone(self, question: str, history: Sequence[Turn] = ()) -> str:
        """Return a question made to stand alone, without orders to the model, its misspelt words mended from the
        documents."""
        before = [replace(turn, text=orders.without(turn.text)) for turn in history]
        alone = rewrite.standalone(orders.without(question), before)
        return spelling.correct(alone, self.bm25.idf, self._is_word)

    def _is_word(self, word: str) -> bool:
        """Whether the embedding model knows a word whole, as the common words of its language."""
        return self.embedder.count_tokens(word) <= self.embedder.count_tokens("a")

    def search(self, query: Query | str, k: int) -> list[Passage]:
        """Return the k best passages for a query, each with its rank and score in every stage."""
        query = Query(query) if isinstance(query, str) else query
        legs = self._legs(query.sought)
        fused = convex(*legs, self.config.dense_weight)
        if query.before:
            fused = self._in_talk(fused, query)
        if query.within:
            fused = [hit for hit in fused if self.index.chunk(hit.chunk_id).doc_id in query.within]
        stages = {(hit.stage, hit.chunk_id): hit for leg in legs for hit in leg}
        passages: list[Passage] = []
        kept: list[frozenset[str]] = []
        for hit in fused:
            chunk = self.index.chunk(hit.chunk_id)
            terms = self._terms(chunk)
            if any(_same(terms, other) for other in kept):
                continue
            kept.append(terms)
            found = [stages[key] for key in (("bm25", hit.chunk_id), ("dense", hit.chunk_id)) if key in stages]
            passages.append(self._passage(len(passages) + 1, chunk, hit, found))
            if len(passages) == k:
                break
        return passages

    def best(self, query: Query | str, k: int) -> list[Passage]:
        """Return the k best passages for a query: those of `search`, reranked by a reader where there is one.

        A passage is as good as it was found, and as the one of its source sentences that most likely answers alone.
        """
        if not self.reader:
            return self.search(query, k)
        found = self.search(query, max(k, RERANKED))
        answers = {passage.n: 0.0 for passage in found}
        for one in self.scored(query, found):
            answers[one.span.passage.n] = max(answers[one.span.passage.n], one.answers)
        read = [replace(passage, score=passage.score + BY_READING * answers[passage.n]) for passage in found]
        ordered = sorted(read, key=lambda passage: -passage.score)[:k]
        return [
            replace(p, n=n, stages=(*p.stages, Hit(p.chunk.id, answers[p.n], n, "read")))
            for n, p in enumerate(ordered, start=1)
        ]

    def passages(self, query: Query | str, config: Config) -> tuple[Passage, ...]:
        """Return the passages that an answer to a query is made from: the best ones, as many as a configuration asks
        for and fit its budget."""
        return self.fitting(self.best(query, config.passages), config)

    def fitting(self, passages: Sequence[Passage], config: Config) -> tuple[Passage, ...]:
        """Return the first of some passages, as many as fit a configuration's budget."""
        return tuple(within_budget(passages, self.embedder.count_tokens, config.passage_tokens))

    def scored(self, query: Query | str, passages: Sequence[Passage]) -> list[Scored]:
        """Return the passages' source sentences by how well they fit a query, the likeliest read by a reader."""
        query = Query(query) if isinstance(query, str) else query
        found = rank(query.sought, passages, lambda _, spans: self.cosines(query, spans), self.weight)
        return reread(found, partial(self.read, query))

    def _legs(self, text: str) -> tuple[list[Hit], list[Hit]]:
        return self.bm25.search(text, self.config.candidates), self.dense.search(text, self.config.candidates)

    def _in_talk(self, alone: Sequence[Hit], query: Query) -> list[Hit]:
        """Return a later question's ranking: its own, `alone`, and those of what was asked before it."""
        asked, before = (convex(*self._legs(text), self.config.dense_weight) for text in (query.asked, query.before))
        near = [Hit(chunk_id, hit.score, hit.rank, hit.stage) for hit in before[:3] for chunk_id in self._beside(hit)]
        return weighted([(alone, 1.0), (asked, ASKED), (before, BEFORE), (near, NEAR)])

    def _beside(self, hit: Hit) -> list[str]:
        """Return the ids of the chunks under the heading that a hit's own heading stands under."""
        return self._sections[_section(self.index.chunk(hit.chunk_id))]

    @cached_property
    def _sections(self) -> dict[tuple[str, tuple[str, ...]], list[str]]:
        sections: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for chunk in self.index.chunks:
            sections.setdefault(_section(chunk), []).append(chunk.id)
        return sections

    def cosines(self, query: Query | str, spans: Sequence[Span]) -> list[float]:
        """Return the cosine of a query with each source sentence, from the index; for a later question of a talk the
        weighted mean of those of its two forms."""
        query = Query(query) if isinstance(query, str) else query
        vector = self.dense.query_vector(query.sought)
        if query.asked:
            vector = (1 - AS_ASKED) * vector + AS_ASKED * self.dense.query_vector(query.asked)
        rows = [self._sentence_rows[span.passage.chunk.id, span.start] for span in spans]
        return [float(cosine) for cosine in self.index.vectors.sentences[rows] @ vector]

    def read(self, query: Query, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return the log-odds that each text answers each reading of a query; nothing without a reader."""
        if not self.reader:
            return []
        return list(zip(*(self.reader(one, texts) for one in query.readings), strict=True))

    def otherwise(self, told: Sequence[Span], passages: Sequence[Passage]) -> list[Span]:
        """Return what other documents say otherwise than source sentences: for each, the likest one of each document
        that says the same with other figures, or denies it; its passage is one of `passages`, or has the next number.
        """
        found: list[Span] = []
        for one in told:
            documents = {one.passage.chunk.doc_id}
            for chunk, start in self._like(one):
                if chunk.doc_id not in documents:
                    (passage,) = self._numbered([*passages, *(other.passage for other in found)], [chunk])
                    span = next(other for other in spans(passage) if other.start == start)
                    if differ(one.text, span.text):
                        documents.add(chunk.doc_id)
                        found += [span] * (span not in found)
        return found

    def _like(self, told: Span) -> Iterator[tuple[Chunk, int]]:
        """Yield the chunk and the place of each source sentence that may speak of the same as `told`, likest first."""
        vectors = self.index.vectors
        cosines = vectors.sentences @ vectors.sentences[self._sentence_rows[told.passage.chunk.id, told.start]]
        for _, row in sorted((-float(cosine), row) for row, cosine in enumerate(cosines) if cosine >= AGAIN):
            owner, start, _ = vectors.places[row].tolist()
            yield self.index.chunks[owner], start

    @cached_property
    def _sentence_rows(self) -> dict[tuple[str, int], int]:
        chunks, places = self.index.chunks, self.index.vectors.places.tolist()
        return {(chunks[row].id, start): number for number, (row, start, _) in enumerate(places)}

    def section(self, passages: Sequence[Passage], best: Passage) -> list[Passage]:
        """Return every passage of the section that `best` is of, in order."""
        place = (best.chunk.doc_id, best.chunk.heading_path)
        chunks = [chunk for chunk in self.index.chunks if (chunk.doc_id, chunk.heading_path) == place]
        return self._numbered(passages, sorted(chunks, key=lambda chunk: chunk.start))

    def outline(self, passages: Sequence[Passage], like: Passage, path: Sequence[str]) -> list[Span]:
        """Return the heading of a path in the document that `like` is of, and the headings right under it."""
        found = self._contents.outline(like.chunk.doc_id, tuple(path))
        numbered = self._numbered(passages, [chunk for chunk, _ in found])
        return [span_of(passage, part) for passage, (_, part) in zip(numbered, found, strict=True)]

    def _numbered(self, passages: Sequence[Passage], chunks: Sequence[Chunk]) -> list[Passage]:
        """Return chunks as passages; those not among `passages` get the next numbers and no score."""
        known = {passage.chunk.id: passage for passage in passages}
        for chunk in chunks:
            if chunk.id not in known:
                document = self.index.documents[chunk.doc_id]
                known[chunk.id] = Passage(len(known) + 1, chunk, document.title, document.source, 0.0)
        return [known[chunk.id] for chunk in chunks]

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that stand somewhere in the documents without a capital."""
        return frozenset(word for chunk in self.index.chunks for word in re.findall(r"\b[a-z]+\b", chunk.text))

    @cached_property
    def _contents(self) -> Contents:
        return Contents(self.index.chunks)

    def _terms(self, chunk: Chunk) -> frozenset[str]:
        if chunk.id not in self._known_terms:
            self._known_terms[chunk.id] = frozenset(tokenize(chunk.text))
        return self._known_terms[chunk.id]

    def _passage(self, n: int, chunk: Chunk, hit: Hit, found: Sequence[Hit]) -> Passage:
        document = self.index.documents[chunk.doc_id]
        return Passage(n, chunk, document.title, document.source, hit.score, (*found, replace(hit, rank=n)))


def within_budget(passages: Sequence[Passage], count_tokens: Callable[[str], int], budget: int) -> list[Passage]:
    """Return the best passages whose texts together have at most `budget` tokens; the first always stays."""
    kept: list[Passage] = []
    used = 0
    for passage in passages:
        used += count_tokens(passage.chunk.text)
        if kept and used > budget:
            break
        kept.append(passage)
    return kept


def _section(chunk: Chunk) -> tuple[str, tuple[str, ...]]:
    return chunk.doc_id, chunk.heading_path[:-1] or chunk.heading_path


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) >= SAME * len(one | other) > 0
