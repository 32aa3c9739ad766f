"""The one path: question -> rewrite -> retrieve -> decide -> prompt -> generate -> ground -> cite -> Answer.

Streaming is the primitive: `stream` yields what was retrieved, then each sentence once it is checked, then the whole
Answer; `ask` is the last of these.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from threading import Lock

from advisor.answer import decide, smalltalk
from advisor.answer.finding import Finder
from advisor.answer.offers import offers
from advisor.answer.retrieve import Search
from advisor.answer.run import Run, compose
from advisor.answer.tell import Teller
from advisor.config import Config
from advisor.prompts.library import Template
from advisor.types import Answer, Event, Generator, Passage, Retrieved, Turn


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
        """Yield `Retrieved`, each checked `Sentence`, and last the `Answer`. What a refusal quotes comes with this.

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
            finder = self._finder(given)
            run.passages = finder.passages(query)
        yield Retrieved(run.rewritten, run.passages)
        with run.timed("decide"):
            evidence = finder.decided(question, history, query, run.passages)
            run.confidence = evidence.confidence
        teller = Teller(self.template, lambda: self.generator, self.config.unbacked)
        if evidence.is_enough:
            yield from teller.tell(run, evidence.lines, evidence.best, stopped)
            yield run.answer("answer")
            return
        with run.timed("offer"):
            run.offers = tuple(offers(run.rewritten, run.passages, self._answers, small=self.search.small))
        why = [decide.VAGUE_NOTE]
        if not evidence.is_vague:
            why = decide.reasons(evidence.missing, run.passages, evidence.scored, self.search.bm25.idf)
        if quoted := [*teller.tell(run, evidence.beside, (), stopped)]:
            why += [f"What they say of {evidence.of}:", compose(quoted)]
        yield run.answer("abstain", decide.refusal(evidence.missing, why, run.offers))

    def confidence(self, question: str, history: Sequence[Turn] = ()) -> float:
        """Return how sure it is that the documents answer a question: under `decide.THRESHOLD` it is refused."""
        evidence = self._finder().find(question, history)
        return evidence.confidence if evidence.lines else 0.0

    def _finder(self, given: Sequence[Passage] | None = None) -> Finder:
        return Finder(self.search, self.config, given)

    def _answers(self, question: str, told: Collection[tuple[str, int]] = ()) -> bool:
        """Whether a question is answered if it is asked alone, and best by something else than was `told`: places."""
        evidence = self._finder().find(question)
        return evidence.is_enough and evidence.best_place not in told
