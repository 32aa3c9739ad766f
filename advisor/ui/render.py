"""Answers and passages to the HTML of the page. Everything that came from a document or a person is escaped.

Each answer is one line of HTML that starts with a block tag, so that the chat's Markdown leaves it alone. Ids start
with the answer's own key: a citation opens the passage of its own answer, however many answers the page holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from advisor.types import Answer, Citation, Passage, Sentence

_MARKDOWN = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_[]~$|:\n\r\t"}


def escaped(text: str) -> str:
    """Return text that neither HTML nor Markdown reads as anything but itself, on one line."""
    return escape(text).translate(_MARKDOWN)


def question(text: str) -> str:
    """Return a person's question."""
    return f'<div class="asked">{escaped(text)}</div>'


def note(text: str) -> str:
    """Return a quiet line: what is being done, or that an answer was stopped."""
    return f'<p class="note">{escaped(text)}</p>' if text else ""


def problem(text: str, what: str = "No answer") -> str:
    """Return an error that a person can mend."""
    return f'<div class="problem" role="alert"><strong>{what}:</strong> {escaped(text)}</div>'


def growing(key: str, sentences: Sequence[Sentence], passages: Sequence[Passage]) -> str:
    """Return an answer that is still being written, with the passages that it cites so far."""
    if not sentences:
        return ""
    cited = [citation for sentence in sentences for citation in sentence.citations]
    return f'<div class="reply">{_body(key, sentences)}{sources(key, passages, cited)}</div>'


def whole(key: str, answer: Answer, blind: bool = False, offering: bool = False) -> str:
    """Return a finished answer: its sentences, how much of it is backed, and the passages.

    :param blind: leave out what would tell which system wrote it.
    :param offering: make buttons of the questions that a refusal offers; without it they are lines of its text.
    """
    if answer.kind != "answer":
        offers = answer.offers if offering else ()
        told = answer.text.removesuffix("".join(f"\n- {offer}" for offer in offers))
        shown = f'<p class="{answer.kind}">{escaped(told)}</p>{_offers(offers)}'
    else:
        shown = _body(key, answer.sentences) + note(_summary(answer, blind))
    return f'<div class="reply whole">{shown}{sources(key, answer.passages, answer.citations)}</div>'


def sources(key: str, passages: Sequence[Passage], citations: Sequence[Citation]) -> str:
    """Return the passages, closed: those that are cited, then the others behind one line."""
    spans: dict[int, dict[int, int]] = {}
    for citation in citations:
        ends = spans.setdefault(citation.n, {})
        ends[citation.start] = max(citation.end, ends.get(citation.start, 0))
    cited = "".join(_passage(key, passage, spans[passage.n]) for passage in passages if passage.n in spans)
    others = [_passage(key, passage, {}) for passage in passages if passage.n not in spans]
    if not others:
        return cited
    count = f"{len(others)} {'more ' if cited else ''}passage{'s' * (len(others) > 1)} read, not cited"
    return f'{cited}<details class="others"><summary>{count}</summary>{"".join(others)}</details>'


def marked(text: str, at: int, spans: Mapping[int, int], prefix: str) -> str:
    """Return escaped `text` with each cited span in a <mark> whose id is `prefix` and the span's start.

    Spans may overlap; one that lies wholly in another has an empty mark after it, so that no link is dead.

    :param at: where `text` starts in its document; `spans` maps starts to ends, counted in the document too.
    """
    out = []
    done = at
    for start, end in sorted(spans.items()):
        left = max(start, done)
        right = max(left, min(end, at + len(text)))
        inside = escaped(text[left - at : right - at])
        out.append(f'{escaped(text[done - at : left - at])}<mark id="{prefix}-{start}">{inside}</mark>')
        done = right
    return "".join(out) + escaped(text[done - at :])


def _offers(offers: Sequence[str]) -> str:
    items = "".join(f'<li><button type="button" class="offer">{escaped(offer)}</button></li>' for offer in offers)
    return f'<ul class="offers">{items}</ul>' if items else ""


def _body(key: str, sentences: Sequence[Sentence]) -> str:
    """Return sentences as paragraphs and lists, by their depth."""
    parts = []
    for listed, run in groupby(sentences, key=lambda sentence: sentence.depth > 0):
        if listed:
            items = (f'<li class="depth{sentence.depth}">{_sentence(key, sentence)}</li>' for sentence in run)
            parts.append(f'<ul class="answer">{"".join(items)}</ul>')
        else:
            parts.append(f'<p class="answer">{" ".join(_sentence(key, sentence) for sentence in run)}</p>')
    return "".join(parts)


def _sentence(key: str, sentence: Sentence) -> str:
    if not sentence.backed:
        return f'<span class="unbacked">{escaped(sentence.text)} <em>not backed by the documents</em></span>'
    first = {citation.n: citation for citation in reversed(sentence.citations)}
    links = "".join(
        f'<a class="cite" href="#{key}-p{n}-{first[n].start}" title="Open passage {n}">[{n}]</a>'
        for n in dict.fromkeys(citation.n for citation in sentence.citations)
    )
    return f'<span class="backed">{escaped(sentence.text)}</span>{links}'


def _summary(answer: Answer, blind: bool) -> str:
    backed = sum(sentence.backed for sentence in answer.sentences)
    seconds = sum(spent for stage, spent in answer.trace.seconds.items() if stage != "first_sentence")
    parts = [f"{backed} of {len(answer.sentences)} sentences backed"]
    if not blind:
        parts.append(f"{answer.trace.model}, {answer.trace.prompt}" if answer.trace.model else "quoted word for word")
        parts.append(f"{seconds:.1f} s")
    if answer.trace.rewritten != answer.question:
        parts.append(f"understood as: {answer.trace.rewritten}")
    return " · ".join(parts)


def _passage(key: str, passage: Passage, spans: Mapping[int, int]) -> str:
    chunk = passage.chunk
    path = " › ".join(map(escaped, chunk.heading_path))
    prefix = f"{key}-p{passage.n}"
    text = marked(chunk.text, chunk.start, spans, prefix)
    ranks = ", ".join(f"{hit.stage} rank {hit.rank}" for hit in passage.stages)
    why = f"found by {ranks}" if ranks else "read because the list goes on here"
    return (
        f'<details class="passage" id="{prefix}"><summary><b>[{passage.n}]</b> {escaped(passage.title)}'
        f'<span class="path">{path}</span></summary><div class="text">{text}</div>'
        f'<p class="note">Source: {escaped(passage.source)} · {escaped(why)}</p></details>'
    )
