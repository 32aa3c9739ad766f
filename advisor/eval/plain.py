"""A question to what a first working RAG system answers: the plain baseline's best pieces, one prompt, no check.

The pieces are of the files as they are, found by `baseline`; the best four go whole into one prompt, and what the model
writes is the answer. No question is rewritten, no sentence checked or cited, and no rule refuses: where the model says
that it does not know, that is its refusal.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import takewhile
from pathlib import Path

from advisor import paths
from advisor.answer import write
from advisor.answer.pipeline import Advisor
from advisor.answer.retrieve import Query, Search
from advisor.config import Config
from advisor.corpus.formats import text_of
from advisor.corpus.read import document_from, files
from advisor.errors import CorpusError, ItemError
from advisor.eval import baseline
from advisor.eval.gold import Gold, gold
from advisor.eval.items import Item
from advisor.index.embed import Vectors
from advisor.index.folder import sha256
from advisor.index.store import Index
from advisor.prompts.library import Template
from advisor.types import Answer, Chunk, Document, Event, Passage, Retrieved, Sentence, Trace, Turn

PASSAGES = 4
_TIME_LIMIT = 3600.0  # seconds: what it writes must not hang on how busy the machine is; tokens are limited
PROMPT = "plain/v1"
_WORDS = """
Answer the question using only the context below. If the context does not hold the answer, say that you do not know.

Context:
{% for passage in passages -%}
{{ passage.chunk.text }}

{% endfor -%}
Question: {{ question }}
"""


@cache
def template() -> Template:
    """Return the prompt; its hash, under which answers are kept, is of all the code that makes a plain one."""
    code = b"".join(Path(file).read_bytes() for file in (__file__, baseline.__file__, write.__file__))
    task, _, version = PROMPT.partition("/v")
    return Template(task, int(version), "2026-11-21", "First version.", "Any.", (("user", _WORDS),), sha256(code))


class Pieces(Search):
    """The search of the plain baseline. `named` holds the files as they are by the ids that items know them by.

    :param usual: the search over the same files as they are cleaned.
    :raises CorpusError: none of the files is there any more.
    """

    def __init__(self, usual: Search, config: Config) -> None:
        sources = [Path(path) for path in usual.index.origin.paths]
        self.named = _as_they_are(sources)
        self._cleaned = usual.index.documents
        chunks = tuple(chunk for document in self.named.values() for chunk in _chunks(document))
        if not chunks:
            raise CorpusError(f"no text in {', '.join(map(str, sources))}, which the index is of; run: advisor index")
        self._by_number = {f"{number:08}": chunk for number, chunk in enumerate(chunks)}  # ties as in the baseline
        texts = {number: chunk.text for number, chunk in self._by_number.items()}
        vectors = Vectors.of_chunks(usual.embedder.encode([*texts.values()]))
        documents = {document.id: document for document in self.named.values()}
        index = Index(documents, chunks, vectors, usual.index.embedder, usual.index.origin)
        super().__init__(index, usual.embedder, config)
        self.bm25, self.dense = baseline.legs(texts, vectors, usual.embedder)

    def search(self, query: Query | str, k: int) -> list[Passage]:
        """Return the k best pieces for a query."""
        hits = baseline.fused(self.bm25, self.dense, query if isinstance(query, str) else query.text)[:k]
        found = [(hit, self._by_number[hit.chunk_id]) for hit in hits]
        return [self._passage(hit.rank, chunk, replace(hit, chunk_id=chunk.id), ()) for hit, chunk in found]

    def gold(self, item: Item) -> Gold:
        """Return what an item needs of the files as they are; what they do not say, in the words of the cleaned ones.

        :raises ItemError: these do not say it either.
        """
        try:
            return gold(item, self.named)
        except ItemError:
            return gold(item, self._cleaned)


def evidence(item: Item, search: Search) -> Gold:
    """Return what an item needs of the documents that a system searches."""
    return search.gold(item) if isinstance(search, Pieces) else gold(item, search.index.documents)


def _as_they_are(sources: Sequence[Path]) -> dict[str, Document]:
    """Return the files that the advisor reads with the text that they hold, in order, by the ids that it gives them.

    Their own ids differ from these: a place in one text is none in the other.
    """
    found: dict[str, tuple[str, Document]] = {}
    for path, name in files(sources):
        try:
            document = document_from(path, name)
            raw = replace(document, id=f"{document.id} (as it is)", text=text_of(path))
        except CorpusError:
            continue  # the advisor leaves it out, too, and has said so
        found.setdefault(document.id, (name, raw))  # of two with one id the advisor reads the first
    return {key: raw for key, (_, raw) in sorted(found.items(), key=lambda one: one[1][0])}


def _chunks(document: Document) -> Iterator[Chunk]:
    for start, end in baseline.spans(document.text, 0, len(document.text)):
        text = document.text[start:end]
        key = "\x1f".join((document.id, str(start), text))
        yield Chunk(hashlib.sha256(key.encode()).hexdigest()[:12], document.id, (), start, end, text)


class PlainAdvisor(Advisor):
    """The plain system, asked like an advisor."""

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stopped: Callable[[], bool] = lambda: False,
        given: Sequence[Passage] | None = None,
    ) -> Iterator[Event]:
        """Yield `Retrieved`, each sentence as the model writes it, and last the `Answer`; the history is not read."""
        seconds: dict[str, float] = {}
        with _timed(seconds, "retrieve"):
            passages = tuple(self.search.search(question, self.config.passages) if given is None else given)
        yield Retrieved(question, passages)
        prompt = self.template.render(passages=passages, question=question)
        with _timed(seconds, "load"):
            generator = self.generator
        before, pieces, said = generator.usage, list[str](), list[Sentence]()
        with _timed(seconds, "generate"):
            told = _told(generator.stream(prompt), stopped, pieces, seconds)
            for one in write.written(told, ended=lambda: True):  # where the model was cut off, half a sentence is shown
                said.append(Sentence(one.text, (), 0.0))
                yield said[-1]
        spent = None if generator.usage is before else generator.usage
        tokens = {"prompt": spent.prompt_tokens, "generated": spent.generated_tokens} if spent else {}
        trace = Trace(question, prompt.name, generator.name, seconds, tokens)
        text = "".join(pieces).strip()
        if declines(text):
            yield Answer(question, text, (), (), passages, "abstain", trace)
        else:
            yield Answer(question, text, tuple(said), (), passages, "answer", trace)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds[stage] = time.perf_counter() - started


def _told(
    pieces: Iterator[str], stopped: Callable[[], bool], kept: list[str], seconds: dict[str, float]
) -> Iterator[str]:
    """Pass on and keep the pieces until there are no more or it is stopped, and take the time to the first."""
    started = time.perf_counter()
    for piece in takewhile(lambda piece: not stopped(), pieces):
        seconds.setdefault("first_token", time.perf_counter() - started)
        kept.append(piece)
        yield piece


def make(usual: Search, config: Config) -> PlainAdvisor:
    """Return the plain system over the files of an index; its model is loaded when first needed.

    :raises CorpusError: none of the files is there any more.
    :raises ModelError: the model's name means nothing.
    """
    from advisor.models.catalogue import resolve
    from advisor.models.generators import load_generator

    resolve(config.model, "generator")
    own = replace(config, passages=PASSAGES, time_limit=_TIME_LIMIT)
    return PlainAdvisor(
        Pieces(usual, own), template(), lambda: load_generator(own.model, own, api_key=paths.api_key()), own
    )


_SHORT = ((r"\bcan(?:'t|not)\b", "can not"), (r"n't\b", " not"), (r"'m\b", " am"), (r"'re\b", " are"), (r"'s\b", " is"))
_SOURCE = (
    r"(?:the |this |these |your )?(?:(?:provided|given|above|available) )?(?:context|text|passage|document|excerpt"
    r"|article|source|information)s?(?: (?:provided|given|above|available))?"
)
_HOW = r"(?:(?:directly|explicitly|specifically|actually|clearly|really|currently|simply|also) )?"
_GIVEN = (
    r"(?:mentioned|provided|specified|stated|given|included|found|discussed|covered|described|available|listed|known)"
)
_ASKED = r"(?: to (?:this|that|the|your) question)?"
_ENOUGH = r"(?:(?:any|enough|sufficient|the|that|this) )?"
_OPENING = re.compile(
    rf"(?:(?:sorry|i am sorry|i am afraid|i apologi[sz]e|unfortunately|answer|(?:based on|according to|from) {_SOURCE})"
    r"[,.:;]?\s+(?:but |that )?)+"
)
_DECLINES = re.compile(
    rf"(?:i|we) {_HOW}do not {_HOW}know\b"
    rf"|you do not know(?: the answer{_ASKED})?(?:[.!]|$)"  # the prompt's words, said back
    rf"|i {_HOW}do not have {_HOW}{_ENOUGH}(?:information|answer|details|knowledge)\b"
    rf"|i (?:can not|could not|am (?:unable|not able) to) {_HOW}(?:know|answer|say|tell|find|determine|provide|give)\b"
    r"|i am (?:not sure|not certain|unsure|not aware)\b"
    r"|i have no (?:information|knowledge|idea|answer)\b"
    rf"|{_SOURCE} (?:does|do|did) not {_HOW}(?:hold|contain|mention|provide|specify|state|say|tell|include|give|answer"
    r"|have(?! to)|list|discuss|address|indicate|describe|cover|explain|offer|define)\b"
    rf"|{_SOURCE} (?:says?|tells?|holds?|gives?) nothing\b"
    rf"|{_SOURCE} (?:makes?|has|have|contains?|gives?|provides?|holds?) no (?:mention|information|answer|details?)\b"
    r"|(?:there is )?(?:no|not enough|insufficient) (?:(?:relevant|specific|such) )?(?:information|mention)\b"
    r"|there is (?:no answer|nothing) (?:to|in|within) "
    rf"|(?:the answer{_ASKED}|(?:the|this|that) (?:information|question)) (?:is|was|can) not (?:be )?{_HOW}"
    rf"(?:{_GIVEN}|answered|determined|in)\b"
    rf"|[^.!?]*?\b(?:is|are|was|were) not {_HOW}{_GIVEN} (?:anywhere )?(?:in|by|within) {_SOURCE}\b"
    r"|it is (?:not possible|impossible|unclear|not clear) (?:to (?:say|tell|determine|answer|know)|from)\b"
    r"|(?:the answer is )?(?:unknown|not (?:mentioned|specified|provided|stated|given|known)|no answer|n/a)(?:[.!]|$)"
)
_TURN = re.compile(r"\b(?:but|however|nevertheless|nonetheless|that said)\b")


def declines(text: str) -> bool:
    """Whether a text begins by saying that the answer is not known or not there, and does not then turn to answer.

    Words that usual models refuse with, and those of the prompt; a text that tells nothing declines, too.
    """
    plain = " ".join(text.replace("’", "'").replace("*", "").lower().split())
    for short, long in _SHORT:
        plain = re.sub(short, long, plain)
    if not any(letter.isalnum() for letter in plain):
        return True
    opened = _OPENING.match(plain)
    found = _DECLINES.match(plain, opened.end() if opened else 0)
    return found is not None and not _TURN.search(plain, found.end())
