"""The source sentences that answer a question to the sentences that are shown, each checked: what a model makes of the
best of them, then, word for word, the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Generator as Pieces
from contextlib import closing
from dataclasses import replace
from itertools import chain
from typing import Literal

from advisor.answer import ground
from advisor.answer.leads import bulleted
from advisor.answer.listing import Line
from advisor.answer.run import Run
from advisor.answer.spans import Span, points_back, sentences_of, spans
from advisor.answer.write import Written, written
from advisor.models.streaming import Stream
from advisor.prompts.library import Template
from advisor.types import Citation, Generator, Sentence, Usage


class Teller:
    """A prompt and a model, for answers from source sentences.

    :param load: returns the model, loading it if need be.
    :param unbacked: whether sentences that nothing backs are dropped, or marked.
    """

    def __init__(self, template: Template, load: Callable[[], Generator], unbacked: Literal["drop", "mark"]) -> None:
        self._template = template
        self._load = load
        self._unbacked = unbacked

    def tell(
        self, run: Run, lines: Sequence[Line], best: Sequence[Span], stopped: Callable[[], bool]
    ) -> Iterator[Sentence]:
        """Yield what the model makes of the best source sentences and is backed, then, word for word, what it left out.
        A list is quoted whole, without the model."""
        chosen = _numbered(run, lines)
        if best:
            yield from self._generate(run, stopped, best)
        told = [citation for sentence in run.sentences for citation in sentence.citations]
        for line in bulleted(_led([*chain.from_iterable(_left(line, told) for line in chosen)])):
            if not stopped() and (line.leads or all(line.text != one.text for one in run.sentences)):
                sentence = Sentence(line.text, (_citation(line.span),), 1.0, line.depth, quoted=True)
                run.sentences.append(sentence)
                yield sentence

    def _generate(self, run: Run, stopped: Callable[[], bool], best: Sequence[Span]) -> Iterator[Sentence]:
        """Yield the model's sentences that are backed, or all of them where the others are to be marked. Where they are
        to be dropped, the model is stopped at the word with which nothing can back the sentence any more."""
        if stopped():
            return
        prompt = self._template.render(
            passages=run.passages, evidence=[span.text for span in best], question=run.rewritten
        )
        with run.timed("load"):
            generator = self._load()
        run.prompt, run.model = prompt.name, generator.name
        everything = [
            span
            for passage in run.passages
            for span in spans(passage)
            if span.kind != "heading" and not span.text.endswith((":", "?"))
        ]
        shown = best if "evidence" in self._template.variables else everything
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
            if self._unbacked == "mark" or any(ground.may_back(source.text, begun) for source in sources):
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

    def _checked(self, run: Run, one: Written, sources: Sequence[Span]) -> Sentence | None:
        """Return the sentence bound to what backs it, or None for one that was said already, or that nothing backs and
        is not to be marked."""
        with run.timed("ground"):
            support = ground.support(one.text, sources)
        citations = tuple(_citation(span) for span in support.sources)
        if any(one.text == other.text or (citations and citations == other.citations) for other in run.sentences):
            return None
        if citations and not run.sentences and points_back(one.text):
            run.dropped.append(one.text)  # it is quoted after what it points back to
            return None
        if not support.sources and self._unbacked == "drop":
            run.dropped.append(one.text)
            return None
        return Sentence(one.text, citations, support.score)


def _left(line: Line, told: Sequence[Citation]) -> list[Line]:
    """Return what is left to quote of a line: all of it, its sentences that were not told, or nothing."""
    doc_id, parts = line.span.passage.chunk.doc_id, sentences_of(line.span)
    places = [(citation.start, citation.end) for citation in told if citation.doc_id == doc_id]
    untold = [part for part in parts if not any(start <= part.start and part.end <= end for start, end in places)]
    return [line] if len(untold) == len(parts) else [replace(line, span=part) for part in untold]


def _led(lines: Sequence[Line]) -> list[Line]:
    """Return lines without those that lead nothing any more."""
    kept: list[Line] = []
    for line in reversed(lines):
        if not line.leads or (kept and kept[-1].depth > line.depth):
            kept.append(line)
    return kept[::-1]


def _numbered(run: Run, chosen: Sequence[Line]) -> list[Line]:
    """Add the passages that only a list needs to the run's, with the next numbers, and return the list with these."""
    known = {passage.chunk.id: passage for passage in run.passages}
    for line in chosen:
        passage = line.span.passage
        known.setdefault(passage.chunk.id, replace(passage, n=len(known) + 1))
    run.passages = tuple(known.values())
    return [replace(line, span=replace(line.span, passage=known[line.span.passage.chunk.id])) for line in chosen]


def _timed(pieces: Iterator[str], stopped: Callable[[], bool], run: Run) -> Pieces[str, None, None]:
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
