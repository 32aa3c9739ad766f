"""The one path: question -> rewrite -> retrieve -> decide -> prompt -> generate -> ground -> cite -> Answer.

Streaming is the primitive: `stream` yields what was retrieved, then each sentence once it is checked, then the whole
Answer; `ask` is the last of these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from advisor.answer import decide, leads, lists, orders, premise, smalltalk
from advisor.answer.evidence import Scored, choose, unread
from advisor.answer.listing import Line
from advisor.answer.offers import offers
from advisor.answer.retrieve import Query, Search
from advisor.answer.rewrite import points_back
from advisor.answer.run import Run, compose
from advisor.answer.spans import Span
from advisor.answer.tell import Teller
from advisor.answer.words import figures
from advisor.config import Config
from advisor.prompts.library import Template
from advisor.types import Answer, Event, Generator, Passage, Retrieved, Turn

WRITTEN = 2  # source sentences that a model is asked to put together: a small one mixes up more


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What a question was found to be answered by: all source sentences, those to answer with, and the best of them;
    and, where these are not enough, what is told of what the question takes for granted."""

    scored: Sequence[Scored]
    lines: Sequence[Line]
    best: Sequence[Span]  # none where the lines are a list
    confidence: float
    supposed: Sequence[Line] = ()

    @property
    def is_enough(self) -> bool:
        return self.confidence >= decide.THRESHOLD and bool(self.lines)


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

        def answerable(question: str) -> bool:
            return self._answers(question, told)

        return tuple(offers(answer.trace.rewritten, answer.passages, answerable, small=self.search.small))

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
            yield Run(question, question).answer("smalltalk", reply)
            return
        run = Run(question, question)
        with run.timed("rewrite"):
            query = self.search.query(question, history)
            run.rewritten = query.text
        with run.timed("retrieve"):
            own = self.config
            run.passages = self.search.passages(query, own) if given is None else self.search.fitting(given, own)
        yield Retrieved(run.rewritten, run.passages)
        with run.timed("decide"):
            evidence = self._decided(question, history, query, run.passages, given)
            run.confidence = evidence.confidence
        teller = Teller(self.template, lambda: self.generator, self.config.unbacked)
        if evidence.is_enough:
            yield from teller.tell(run, evidence.lines, evidence.best, stopped)
            yield run.answer("answer")
            return
        with run.timed("offer"):
            run.offers = tuple(offers(run.rewritten, run.passages, self._answers, small=self.search.small))
        held, vague = self.search.bm25.idf, _is_vague(query, history)
        why = [decide.VAGUE_NOTE] if vague else decide.reasons(run.rewritten, run.passages, evidence.scored, held)
        supposed = compose([*teller.tell(run, evidence.supposed, (), stopped)])
        yield run.answer("abstain", decide.refusal(run.rewritten, why, run.offers, supposed))

    def _decided(
        self,
        question: str,
        history: Sequence[Turn],
        query: Query,
        passages: Sequence[Passage],
        given: Sequence[Passage] | None = None,
    ) -> _Evidence:
        """Return what a question is to be answered by, or refused for. One that is refused is answered all the same by
        what denies what it takes for granted."""
        evidence = self._evidence(query, passages)
        if _is_vague(query, history):
            return replace(evidence, confidence=0.0)
        if evidence.is_enough or not (supposed := premise.supposed(orders.without(question))):
            return evidence
        asked = self.search.query(supposed, history if points_back(supposed) else ())
        held_by = self.search.passages(asked, self.config) if given is None else passages
        found = self._evidence(asked, held_by)
        if found.confidence < decide.THRESHOLD:
            return evidence
        held = leads.under(self.search, held_by, premise.likely(found.scored))
        if premise.is_denied(supposed, held, found.confidence):
            return _Evidence(found.scored, held, (), found.confidence)
        return replace(evidence, supposed=held)

    def _evidence(self, query: Query, passages: Sequence[Passage]) -> _Evidence:
        """Return the source sentences that answer a question, and how sure it is that they do."""
        question = query.sought
        scored = self.search.scored(query, passages)
        listed = lists.whole(question, self.search, passages, unread(scored))
        confidence = decide.confidence(question, passages, scored, listed, self.search.weight)
        chosen = [] if listed else choose(question, scored)
        best = [one.span for one in scored if one.span in chosen]
        told = best[:1] or [line.span for line in listed if figures(line.text)]
        chosen += [span for span in self.search.otherwise(told, passages) if span not in chosen]
        lines = leads.whole(self.search, passages, listed) + leads.under(self.search, passages, chosen)
        return _Evidence(scored, lines, best[:WRITTEN], confidence)

    def confidence(self, question: str, history: Sequence[Turn] = ()) -> float:
        """Return how sure it is that the documents answer a question: under `decide.THRESHOLD` it is refused."""
        evidence = self._found(question, history)
        return evidence.confidence if evidence.lines else 0.0

    def _found(self, question: str, history: Sequence[Turn] = ()) -> _Evidence:
        """Return what answers a question."""
        query = self.search.query(question, history)
        return self._decided(question, history, query, self.search.passages(query, self.config))

    def _answers(self, question: str, told: Collection[tuple[str, int]] = ()) -> bool:
        """Whether a question is answered if it is asked alone, and best by something else than was `told`: places."""
        evidence = self._found(question)
        if not evidence.is_enough:
            return False
        best = evidence.best[0] if evidence.best else evidence.lines[-1].span
        return (best.passage.chunk.doc_id, best.start) not in told


def _is_vague(query: Query, history: Sequence[Turn]) -> bool:
    return not history and decide.is_vague(query.text)
