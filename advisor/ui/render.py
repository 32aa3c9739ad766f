"""Answers and passages to the HTML of the page. Everything that came from a document or a person is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from advisor.types import Answer, Citation, Passage, Sentence


def message(sentences: Sequence[Sentence], listed: bool = False) -> str:
    """Return an answer's body: each sentence with links to its passages; one that is not backed is marked."""
    parts = [_sentence(sentence) for sentence in sentences]
    if listed:
        return "<ul class='answer'>" + "".join(f"<li>{part}</li>" for part in parts) + "</ul>"
    return "<p class='answer'>" + " ".join(parts) + "</p>"


def _sentence(sentence: Sentence) -> str:
    numbers = dict.fromkeys(citation.n for citation in sentence.citations)
    links = "".join(f'<a class="cite" href="#passage-{n}" aria-label="Passage {n}">[{n}]</a>' for n in numbers)
    kind = "backed" if sentence.backed else "unbacked"
    note = "" if sentence.backed else " <em>(not backed by the documents)</em>"
    return f'<span class="{kind}">{escape(sentence.text)}{note}</span>{links}'


def whole(answer: Answer) -> str:
    """Return a finished answer with the line that says how much of it is backed, or a refusal or reply as it is."""
    if answer.kind != "answer":
        return f"<p class='answer {answer.kind}'>{escape(answer.text)}</p>"
    backed = sum(sentence.backed for sentence in answer.sentences)
    seconds = sum(answer.trace.seconds.get(stage, 0.0) for stage in ("rewrite", "retrieve", "decide", "generate"))
    model = answer.trace.model or "quoted, no model used"
    line = f"{backed} of {len(answer.sentences)} sentences backed · {escape(model)} · {seconds:.1f} s"
    body = message(answer.sentences, "\n" in answer.text)
    return f"{body}<p class='details'>{line}{_understood(answer)}</p>"


def _understood(answer: Answer) -> str:
    if answer.trace.rewritten == answer.question:
        return ""
    return f"<br>Understood as: {escape(answer.trace.rewritten)}"


def sources(passages: Sequence[Passage], citations: Sequence[Citation] = ()) -> str:
    """Return the passages, the cited ones open, with the cited spans marked."""
    if not passages:
        return "<p class='empty'>The passages behind an answer appear here.</p>"
    return "".join(_passage(passage, [c for c in citations if c.n == passage.n]) for passage in passages)


def _passage(passage: Passage, cited: Sequence[Citation]) -> str:
    path = " › ".join(escape(heading) for heading in passage.chunk.heading_path)
    why = ", ".join(f"{hit.stage} rank {hit.rank} ({hit.score:.2f})" for hit in passage.stages)
    text = marked(passage.chunk.text, [(c.start - passage.chunk.start, c.end - passage.chunk.start) for c in cited])
    return (
        f'<details class="passage" id="passage-{passage.n}"{" open" if cited else ""}>'
        f"<summary><b>[{passage.n}]</b> {escape(passage.title)}<br><small>{path}</small></summary>"
        f'<div class="text">{text}</div><p class="why">Why this passage: {escape(why)}</p></details>'
    )


def marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return escaped `text` with the characters of `spans` inside <mark>; spans may overlap."""
    out = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            out.append(f"{escape(text[at:start])}<mark>{escape(text[start:end])}</mark>")
            at = end
    return "".join(out) + escape(text[at:])
