"""What one question has gathered so far, and the answer that it ends as."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from advisor.types import Answer, Kind, Passage, Sentence, Trace


@dataclass
class Run:
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

    def answer(self, kind: Kind, text: str = "") -> Answer:
        """Return the answer that it ends as: `text`, or what was said."""
        citations = tuple(dict.fromkeys(c for sentence in self.sentences for c in sentence.citations))
        trace = Trace(
            self.rewritten,
            self.prompt,
            self.model,
            self.seconds,
            self.tokens,
            self.removed,
            tuple(self.dropped),
            self.confidence,
        )
        said = tuple(self.sentences)
        return Answer(self.question, text or compose(said), said, citations, self.passages, kind, trace, self.offers)


def heads(sentence: Sentence) -> bool:
    """Whether a sentence leads a list, and begins a paragraph."""
    return not sentence.depth and sentence.text.endswith((":", "?"))


def compose(sentences: Sequence[Sentence]) -> str:
    """Return the answer's text as Markdown: each sentence with its `[n]`, the items of a list on lines of their own."""
    text, depth = "", 0
    for sentence in sentences:
        numbers = "".join(f" [{n}]" for n in dict.fromkeys(citation.n for citation in sentence.citations))
        new = "\n\n" if depth or heads(sentence) else " "
        before = f"\n{'  ' * (sentence.depth - 1)}- " if sentence.depth else new
        text += f"{before}{sentence.text}{numbers}"
        depth = sentence.depth
    return text.strip()
