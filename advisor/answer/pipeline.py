"""The one path: question -> rewrite -> retrieve -> decide -> prompt -> generate -> ground -> cite -> Answer.

Streaming is the primitive: `stream` yields what was retrieved, then each sentence once it is checked, then the whole
Answer; `ask` is the last of these.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from collections.abc import Generator as Pieces
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from threading import Lock

from advisor.answer import decide, ground, lists, smalltalk
from advisor.answer.evidence import Scored, choose, rank, reread
from advisor.answer.lists import Line
from advisor.answer.offers import offers
from advisor.answer.retrieve import Query, Search, within_budget
from advisor.answer.spans import Span, points_back, sentences_of, spans
from advisor.answer.write import Written, written
from advisor.config import Config
from advisor.models.streaming import Stream
from advisor.prompts.library import Template
from advisor.types import Answer, Citation, Event, Generator, Kind, Passage, Retrieved, Sentence, Trace, Turn, Usage

WRITTEN = 2  # source sentences that a model is asked to put together: a small one mixes up more


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a question was found to be answered by: all source sentences, those to answer with, and the best of them."""

    scored: Sequence[Scored]
    lines: Sequence[Line]
    best: Sequence[Span]  # none where the lines are a list
    confidence: float

    @property
    def is_enough(self) -> bool:
        return self.confidence >= decide.THRESHOLD and bool(self.lines)


@dataclass
class _Run:
    """What one question has gathered so far."""

    question: str
    rewritten: str
    passages: tuple[Passage, ...] = ()
    sentences: list[Sentence] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    prompt: str = ""
    model: str = ""
    removed: int = 0
    dropped: list[str] = field(default_factory=list)
    confidence: float = 0.0
    offers: tuple[str, ...] = ()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time that the block takes to the seconds of `stage`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - start


class Advisor:
    """An index, a prompt and a model, ready for questions. The model is loaded when first needed.

    :param ready: whether `load` would return at once; given where others hold the model, and this one is not to.
    """

    def __init__(
        self,
        search: Search,
        template: Template,
        load: Callable[[], Generator],
        config: Config,
        ready: Callable[[], bool] | None = None,
    ) -> None:
        self.search = search
        self.template = template
        self.config = config
        self._load = load
        self._ready = ready
        self._generator: Generator | None = None
        self._loading = Lock()

    @property
    def is_loaded(self) -> bool:
        """Whether the model is loaded."""
        return self._ready() if self._ready else self._generator is not None

    @property
    def generator(self) -> Generator:
        """The model, loaded on first use."""
        if self._ready:
            return self._load()
        with self._loading:
            if self._generator is None:
                self._generator = self._load()
            return self._generator

    def ask(self, question: str, history: Sequence[Turn] = (), given: Sequence[Passage] | None = None) -> Answer:
        """Return the whole answer to a question."""
        *_, last = self.stream(question, history, given=given)
        assert isinstance(last, Answer)
        return last

    def suggest(self, answer: Answer) -> tuple[str, ...]:
        """Return up to three questions near an answered one; each is answered if it is asked alone, and not by what was
        told already alone."""
        told = [(citation.doc_id, citation.start) for citation in answer.citations]
        return tuple(offers(answer.trace.rewritten, answer.passages, lambda one: self._answers(one, told)))

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stopped: Callable[[], bool] = lambda: False,
        given: Sequence[Passage] | None = None,
    ) -> Iterator[Event]:
        """Yield `Retrieved`, each checked `Sentence`, and last the `Answer`.

        Once `stopped` says so, the model is stopped at its next token and the answer ends as it is.

        :param given: passages to answer from in place of a search, so that systems can be compared on the same ones.
        """
        if reply := smalltalk.reply(question):
            yield _answer(_Run(question, question), "smalltalk", reply)
            return
        run = _Run(question, question)
        with run.timed("rewrite"):
            query = self.search.query(question, history)
            run.rewritten = query.text
        with run.timed("retrieve"):
            run.passages = self._passages(self.search.search(query, self.config.passages) if given is None else given)
        yield Retrieved(run.rewritten, run.passages)
        with run.timed("decide"):
            evidence = self._evidence(query, run.passages)
            vague = not history and decide.is_vague(run.rewritten)
            run.confidence = 0.0 if vague else evidence.confidence
        if vague or not evidence.is_enough:
            with run.timed("offer"):
                run.offers = tuple(offers(run.rewritten, run.passages, self._answers))
            why = [decide.VAGUE_NOTE] if vague else decide.reasons(run.rewritten, run.passages, evidence.scored)
            yield _answer(run, "abstain", decide.refusal(run.rewritten, why, run.offers))
            return
        yield from self._write(run, stopped, evidence)
        yield _answer(run, "answer", "")

    def _evidence(self, query: Query, passages: Sequence[Passage]) -> _Evidence:
        """Return the source sentences that answer a question, and how sure it is that they do."""
        question = query.text
        scored = rank(question, passages, lambda _, spans: self.search.cosines(query, spans), self.search.weight)
        listed = lists.whole(question, self.search, passages, scored)
        read = partial(self.search.read, question)
        confidence = decide.confidence(question, passages, scored, listed, self.search.weight, read)
        if not listed and confidence >= decide.THRESHOLD:
            scored = reread(scored, partial(self.search.read_each, question))
        chosen = [] if listed else choose(question, scored)
        best = [one.span for one in scored if one.span in chosen]
        if best:
            chosen += [span for span in self.search.otherwise(best[0], passages) if span not in chosen]
        return _Evidence(scored, listed or [*map(Line, chosen)], best[:WRITTEN], confidence)

    def confidence(self, question: str) -> float:
        """Return how sure it is that the documents answer a question, asked alone: under `decide.THRESHOLD` it is
        refused."""
        evidence = self._alone(question)
        return evidence.confidence if evidence.lines else 0.0

    def _alone(self, question: str) -> _Evidence:
        """Return what answers a question that is asked alone."""
        query = self.search.query(question)
        passages = self._passages(self.search.search(query, self.config.passages))
        evidence = self._evidence(query, passages)
        return replace(evidence, confidence=0.0) if decide.is_vague(query.text) else evidence

    def _answers(self, question: str, told: Collection[tuple[str, int]] = ()) -> bool:
        """Whether a question is answered if it is asked alone, and best by something else than was `told`: places."""
        evidence = self._alone(question)
        if not evidence.is_enough:
            return False
        best = evidence.best[0] if evidence.best else evidence.lines[-1].span
        return (best.passage.chunk.doc_id, best.start) not in told

    def _passages(self, found: Sequence[Passage]) -> tuple[Passage, ...]:
        return tuple(within_budget(found, self.search.embedder.count_tokens, self.config.passage_tokens))

    def _write(self, run: _Run, stopped: Callable[[], bool], evidence: _Evidence) -> Iterator[Sentence]:
        """Yield what the model makes of the best source sentences and is backed, then, word for word, what it left out.
        A list is quoted whole, without the model."""
        chosen = _numbered(run, evidence.lines)
        if evidence.best:
            yield from self._generate(run, stopped, evidence.best)
        told = [citation for sentence in run.sentences for citation in sentence.citations]
        for line in chain.from_iterable(_left(line, told) for line in chosen):
            if not stopped() and all(line.text != one.text for one in run.sentences):
                sentence = Sentence(line.text, (_citation(line.span),), 1.0, line.depth, quoted=True)
                run.sentences.append(sentence)
                yield sentence

    def _generate(self, run: _Run, stopped: Callable[[], bool], best: Sequence[Span]) -> Iterator[Sentence]:
        """Yield the model's sentences that are backed, or all of them where the others are to be marked. Where they are
        to be dropped, the model is stopped at the word with which nothing can back the sentence any more."""
        if stopped():
            return
        prompt = self.template.render(
            passages=run.passages, evidence=[span.text for span in best], question=run.rewritten
        )
        with run.timed("load"):
            generator = self.generator
        run.prompt, run.model = prompt.name, generator.name
        everything = [
            span
            for passage in run.passages
            for span in spans(passage)
            if span.kind != "heading" and not span.text.endswith((":", "?"))
        ]
        shown = best if "evidence" in self.template.variables else everything
        sources = [*shown, *(part for span in shown for part in sentences_of(span) if part != span)]
        started, before = time.perf_counter(), generator.usage
        stream = generator.stream(prompt)

        def usage() -> Usage | None:
            if isinstance(stream, Stream):
                return stream.usage
            return None if generator.usage is before else generator.usage  # that of the last stream is not this one's

        def ended() -> bool:
            return (spent := usage()) is not None and spent.finish == "end"

        def hopeless(begun: str) -> bool:
            if self.config.unbacked == "mark" or any(ground.may_back(source.text, begun) for source in sources):
                return False
            run.dropped.append(begun)
            return True

        with closing(_timed(stream, stopped, run)) as pieces:
            for one in written(pieces, ended, hopeless):
                run.removed += sum(1 for n in one.cited if not 1 <= n <= len(run.passages))
                sentence = self._checked(run, one, sources)
                if sentence is not None:
                    run.seconds.setdefault("first_sentence", time.perf_counter() - started)
                    run.sentences.append(sentence)
                    yield sentence
        if spent := usage():
            run.tokens = {"prompt": spent.prompt_tokens, "generated": spent.generated_tokens}

    def _checked(self, run: _Run, one: Written, sources: Sequence[Span]) -> Sentence | None:
        """Return the sentence bound to what backs it, or None for one that was said already, or that nothing backs and
        is not to be marked."""
        with run.timed("ground"):
            support = ground.support(one.text, sources)
        cited = tuple(_citation(span) for span in support.sources)
        if any(one.text == other.text or (cited and cited == other.citations) for other in run.sentences):
            return None
        if cited and not run.sentences and points_back(one.text):
            run.dropped.append(one.text)  # it is quoted after what it points back to
            return None
        if not support.sources and self.config.unbacked == "drop":
            run.dropped.append(one.text)
            return None
        return Sentence(one.text, cited, support.score)


def _left(line: Line, told: Sequence[Citation]) -> list[Line]:
    """Return what is left to quote of a line: all of it, its sentences that were not told, or nothing."""
    doc_id, parts = line.span.passage.chunk.doc_id, sentences_of(line.span)
    places = [(citation.start, citation.end) for citation in told if citation.doc_id == doc_id]
    untold = [part for part in parts if not any(start <= part.start and part.end <= end for start, end in places)]
    return [line] if len(untold) == len(parts) else [replace(line, span=part) for part in untold]


def _numbered(run: _Run, chosen: Sequence[Line]) -> list[Line]:
    """Add the passages that only a list needs to the run's, with the next numbers, and return the list with these."""
    known = {passage.chunk.id: passage for passage in run.passages}
    for line in chosen:
        passage = line.span.passage
        known.setdefault(passage.chunk.id, replace(passage, n=len(known) + 1))
    run.passages = tuple(known.values())
    return [replace(line, span=replace(line.span, passage=known[line.span.passage.chunk.id])) for line in chosen]


def _timed(pieces: Iterator[str], stopped: Callable[[], bool], run: _Run) -> Pieces[str, None, None]:
    """Pass the pieces on until there are no more or it is stopped, and take the time that the model took for them."""
    started = time.perf_counter()
    try:
        while not stopped():
            with run.timed("generate"):
                piece = next(pieces, None)
            if piece is None:
                return
            run.seconds.setdefault("first_token", time.perf_counter() - started)
            yield piece
    finally:
        if close := getattr(pieces, "close", None):
            close()


def _citation(span: Span) -> Citation:
    return Citation(span.passage.n, span.passage.chunk.id, span.passage.chunk.doc_id, span.start, span.end)


def _answer(run: _Run, kind: Kind, text: str) -> Answer:
    citations = tuple(dict.fromkeys(c for sentence in run.sentences for c in sentence.citations))
    trace = Trace(
        run.rewritten,
        run.prompt,
        run.model,
        run.seconds,
        run.tokens,
        run.removed,
        tuple(run.dropped),
        run.confidence,
    )
    said = tuple(run.sentences)
    return Answer(run.question, text or compose(said), said, citations, run.passages, kind, trace, run.offers)


def compose(sentences: Sequence[Sentence]) -> str:
    """Return the answer's text as Markdown: each sentence with its `[n]`, the items of a list on lines of their own."""
    text = ""
    for sentence in sentences:
        numbers = "".join(f" [{n}]" for n in dict.fromkeys(citation.n for citation in sentence.citations))
        before = f"\n{'  ' * (sentence.depth - 1)}- " if sentence.depth else " "
        text += f"{before}{sentence.text}{numbers}"
    return text.strip()
