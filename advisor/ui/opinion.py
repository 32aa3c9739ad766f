"""What a person gave on one answer to HTML: what they said, and the answer as it was shown, rebuilt from its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ValidationError

from advisor.store.feedback import Feedback
from advisor.types import Answer, Chunk, Citation, Hit, Kind, Passage, Sentence, Trace
from advisor.ui import render

OLD = "This answer was kept in another form than this version writes; its text and passages are shown as they are."
THUMBS = {"up": "Thumbs up", "down": "Thumbs down"}  # in words: not every machine has the sign
_KEY = "given"  # of the ids of the one answer that is shown; the chat's begin with another letter


class _Place(BaseModel):
    rank: int
    score: float


class _Passage(BaseModel):
    n: int
    chunk_id: str
    doc_id: str
    title: str
    heading_path: tuple[str, ...]
    start: int
    end: int
    text: str
    score: float
    source: str = ""
    stages: Mapping[str, _Place] = {}

    def passage(self) -> Passage:
        chunk = Chunk(self.chunk_id, self.doc_id, self.heading_path, self.start, self.end, self.text)
        hits = (Hit(chunk.id, place.score, place.rank, stage) for stage, place in self.stages.items())
        return Passage(self.n, chunk, self.title, self.source or self.doc_id, self.score, tuple(hits))


class _Sentence(BaseModel):
    text: str
    support: float
    citations: tuple[Citation, ...]
    depth: int = 0
    quoted: bool = False


class _Answer(BaseModel):
    """The object that `jsonl.answer` makes. What has a default here was not written by every version."""

    question: str
    rewritten: str
    answer: str
    sentences: tuple[_Sentence, ...]
    citations: tuple[Citation, ...]
    passages: tuple[_Passage, ...]
    kind: Kind
    offers: tuple[str, ...] = ()
    prompt: str
    model: str
    seconds: Mapping[str, float]
    tokens: Mapping[str, int] = {}
    confidence: float = 0.0
    removed_citations: int = 0


def rebuilt(kept: Mapping[str, object]) -> Answer | None:
    """Return the answer that an object of `jsonl.answer` tells of, or None where it has another form.

    What the object does not hold is lost: the dropped sentences' text, and in older ones the sources and the lists.
    """
    try:
        found = _Answer.model_validate(kept)
    except ValidationError:
        return None
    trace = Trace(
        found.rewritten,
        found.prompt,
        found.model,
        found.seconds,
        found.tokens,
        found.removed_citations,
        confidence=found.confidence,
    )
    sentences = tuple(Sentence(s.text, s.citations, s.support, s.depth, s.quoted) for s in found.sentences)
    passages = tuple(passage.passage() for passage in found.passages)
    return Answer(found.question, found.answer, sentences, found.citations, passages, found.kind, trace, found.offers)


def whole(given: Feedback) -> str:
    """Return all that is kept: what was said of the answer, the question and what came before it, the answer as it was
    shown, and how it came to be."""
    return "".join(
        (
            f'<h2 class="thumb">{THUMBS[given.thumb]}, {render.escaped(time(given))}</h2>',
            _said(given),
            _turns(given),
            f"<h2>The question</h2>{render.question(given.question)}",
            f"<h2>The answer as it was shown</h2>{_answer(given)}",
            f"<h2>How it came to be</h2>{_facts(given.answer)}",
        )
    )


def time(given: Feedback) -> str:
    """Return when it was given, to the minute."""
    return f"{given.time[:16].replace('T', ' ')} UTC"


def _said(given: Feedback) -> str:
    parts = (
        ("Reason", given.reason),
        ("It should have said", given.note),
        ("The documents", "do not hold the answer" if given.absent else ""),
    )
    return _list([(name, text) for name, text in parts if text])


def _turns(given: Feedback) -> str:
    if not given.history:
        return ""
    items = (
        f"<li><b>{'Asked' if turn.role == 'user' else 'Answered'}:</b> {render.escaped(turn.text)}</li>"
        for turn in given.history
    )
    return f'<h2>What came before</h2><ul class="turns">{"".join(items)}</ul>'


def _answer(given: Feedback) -> str:
    if answer := rebuilt(given.answer):
        return render.whole(_KEY, answer)
    said = f'<p class="said">{render.escaped(str(given.answer.get("answer", "")))}</p>'
    return f"{render.note(OLD)}{said}{''.join(map(_text, _texts(given.answer)))}"


def _texts(kept: Mapping[str, object]) -> list[str]:
    passages = kept.get("passages")
    held = passages if isinstance(passages, list) else []
    return [str(passage.get("text", "")) for passage in held if isinstance(passage, dict)]


def _text(passage: str) -> str:
    inside = f'<div class="text">{render.escaped(passage)}</div>'
    return f'<details class="passage"><summary>A passage</summary>{inside}</details>'


def _facts(kept: Mapping[str, object]) -> str:
    """Return how an answer came to be, of whatever form the object is."""
    facts = [
        ("Understood as", kept.get("rewritten")),
        ("Model", kept.get("model") or "none: quoted word for word, or refused"),
        ("Prompt", kept.get("prompt")),
        ("Seconds", _numbers(kept.get("seconds"))),
        ("Tokens", _numbers(kept.get("tokens"))),
        ("Held by the documents", _share(kept.get("confidence"))),
        ("Sentences dropped", kept.get("dropped_sentences")),
        ("Citations removed", kept.get("removed_citations")),
    ]
    return _list([(name, str(fact)) for name, fact in facts if fact not in (None, "")])


def _numbers(found: object) -> str:
    """Return named numbers in one line: seconds and tokens by stage."""
    named = found.items() if isinstance(found, dict) else ()
    return ", ".join(f"{str(name).replace('_', ' ')} {number}" for name, number in named)


def _share(found: object) -> str:
    return f"{found:.0%} likely" if isinstance(found, float | int) else ""


def _list(facts: Sequence[tuple[str, str]]) -> str:
    rows = (f"<dt>{render.escaped(name)}</dt><dd>{render.escaped(text)}</dd>" for name, text in facts)
    return f'<dl class="facts">{"".join(rows)}</dl>' if facts else ""
