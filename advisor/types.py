"""Every type that crosses a module boundary. All are frozen; none knows how it was made.

Offsets are character offsets into `Document.text`, half open, so that
`chunk.text == document.text[chunk.start:chunk.end]` and a citation is a pair of numbers, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Role = Literal["system", "user", "assistant"]
Finish = Literal["end", "length", "time", "stopped"]
Kind = Literal["answer", "abstain", "smalltalk"]


@dataclass(frozen=True, slots=True)
class Document:
    """A source document as cleaned text in one normal form: Markdown headings, lists, tables, paragraphs.

    `gaps` names what the source announces and does not hold.
    """

    id: str
    title: str
    text: str
    source: str
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A span of one section of one document. The id is a hash of document, place and text."""

    id: str
    doc_id: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk's place in one ranking. `stage` is bm25, dense, fused or read; rank counts from 1."""

    chunk_id: str
    score: float
    rank: int
    stage: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as it is shown and cited: `n` counts from 1 within one answer."""

    n: int
    chunk: Chunk
    title: str
    source: str
    score: float
    stages: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation, or of a prompt."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a generator is given: the messages and the template (task and version) that made them."""

    messages: tuple[Turn, ...]
    template: str
    version: int

    @property
    def name(self) -> str:
        """The template's name and version, as in `answer/v2`."""
        return f"{self.template}/v{self.version}"


@dataclass(frozen=True, slots=True)
class Citation:
    """Passage `n` backs a sentence with the characters [start, end) of document `doc_id`."""

    n: int
    chunk_id: str
    doc_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer. One without citations is not backed: `support` in [0, 1] says how likely its sources
    support it all the same, and is 1 for one that is backed.

    `depth` is 0 in running text and at the head of a list, 1 for an item of a list, 2 for one nested in it. `quoted`
    says that it is the source's own words, and not a model's.
    """

    text: str
    citations: tuple[Citation, ...]
    support: float
    depth: int = 0
    quoted: bool = False

    @property
    def backed(self) -> bool:
        """Whether a passage backs this sentence."""
        return bool(self.citations)


@dataclass(frozen=True, slots=True)
class Trace:
    """How an answer came to be: what was searched for, with what, and what each stage cost in seconds.

    `dropped` holds what the model wrote and nothing backs, each text as far as the model had come.
    """

    rewritten: str
    prompt: str
    model: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    removed_citations: int = 0
    dropped: tuple[str, ...] = ()
    confidence: float = 0.0  # that the documents hold the answer, 0 to 1


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole result of one question.

    The `sentences` of a refusal are what the documents hold of a part of the question, or say of what it takes for
    granted; its `offers` are questions near it that they do answer.
    """

    question: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    kind: Kind
    trace: Trace
    offers: tuple[str, ...] = ()

    @property
    def abstained(self) -> bool:
        """Whether the documents were found not to hold the answer."""
        return self.kind == "abstain"


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Streamed once, before the first sentence: the question as searched and the passages found."""

    rewritten: str
    passages: tuple[Passage, ...]


Event = Retrieved | Sentence | Answer
"""What the pipeline streams: `Retrieved`, then each `Sentence` once it is checked, then the `Answer`."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one generation took. `finish`: ended by the model, by a limit, or by a stop string or the reader."""

    prompt_tokens: int
    generated_tokens: int
    seconds: float
    finish: Finish


class Embedder(Protocol):
    """Text to unit vectors."""

    name: str
    dim: int
    max_tokens: int

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """Return `(n, d) float32`, unit rows. `query` applies the model's query prefix, if it has one."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the length of `text` in the model's own tokens, special tokens included."""
        ...


class Generator(Protocol):
    """Prompt to text."""

    name: str
    context: int
    usage: Usage | None  # of the last finished stream

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Yield the answer's text piece by piece. Closing the iterator stops the model."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the length of `text` in the model's own tokens."""
        ...
