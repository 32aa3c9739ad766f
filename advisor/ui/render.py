"""Answers and passages to the HTML of the page. Everything that came from a document or a person is escaped.

Each answer is one line of HTML that starts with a block tag, so that the chat's Markdown leaves it alone. Ids start
with the answer's own key: a citation opens the passage of its own answer, however many answers the page holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby

from advisor.answer.run import compose, heads
from advisor.types import Answer, Citation, Passage, Sentence

_NOTHING: Mapping[str, object] = {}
_STAGES = {"bm25": "BM25", "dense": "embeddings", "fused": "both fused", "read": "read by a model"}
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


def plain(text: str) -> str:
    """Return what was told of an answer that is not whole, as text without citations."""
    return f'<div class="reply"><p class="answer said">{escaped(text)}</p></div>' if text else ""


def whole(
    key: str,
    answer: Answer,
    blind: bool = False,
    live: bool = False,
    made_with: Mapping[str, object] = _NOTHING,
    ahead: Sequence[str] = (),
) -> str:
    """Return a finished answer: its sentences, how much of it is backed, the passages, and how it came to be.

    :param blind: leave out what would tell which system wrote it.
    :param live: make buttons of the questions that a refusal offers and of the one that was understood; without it
        they are lines of text.
    :param made_with: the settings that it was made with, by their names.
    :param ahead: questions that may be asked next.
    """
    understood = _understood(answer, live) if answer.trace.rewritten != answer.question else ""
    if answer.kind != "answer":
        offers = answer.offers if live else ()
        told = answer.text.removesuffix("".join(f"\n- {offer}" for offer in offers))
        before, quoted, after = told.partition(compose(answer.sentences) or "\0")
        body = _body(key, answer.sentences) if quoted else ""
        shown = _box(answer.kind, before) + body + _box(answer.kind, after) + _offers(offers)
    else:
        shown = _body(key, answer.sentences) + note(_summary(answer, blind))
    passages = sources(key, answer.passages, answer.citations)
    made = "" if blind or not made_with else _made(answer, made_with)
    nexts = f'<p class="note">Ask next:</p>{_offers(ahead, "offers nexts")}' if ahead else ""
    return f'<div class="reply whole">{understood}{shown}{passages}{made}{nexts}</div>'


def sources(key: str, passages: Sequence[Passage], citations: Sequence[Citation]) -> str:
    """Return the passages, closed: those that are cited, then the others behind one line."""
    spans: dict[int, dict[int, int]] = {}
    for citation in citations:
        ends = spans.setdefault(citation.n, {})
        ends[citation.start] = max(citation.end, ends.get(citation.start, 0))
    cited = [_passage(key, passage, spans[passage.n]) for passage in passages if passage.n in spans]
    others = [_passage(key, passage, {}) for passage in passages if passage.n not in spans]
    return _folded(cited, f"{_count(cited)} cited") + _folded(others, f"{_count(others)} read, not cited")


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
        out.append(f'{_unmarked(text[done - at : left - at])}<mark id="{prefix}-{start}">{inside}</mark>')
        done = right
    return "".join(out) + _unmarked(text[done - at :])


def _unmarked(text: str) -> str:
    """Return escaped text without Markdown's marks of headings, and with those of items as bullets."""
    return escaped(re.sub(r"(?m)^( *)[-*] ", r"\1• ", re.sub(r"(?m)^#{1,6} ", "", text)))


def _folded(passages: Sequence[str], what: str) -> str:
    if not passages:
        return ""
    return f'<details class="passages"><summary>{what}</summary>{"".join(passages)}</details>'


def _count(passages: Sequence[str]) -> str:
    return f"{len(passages)} passage{'s' * (len(passages) != 1)}"


def _box(kind: str, text: str) -> str:
    return f'<p class="{kind}">{escaped(text.strip())}</p>' if text.strip() else ""


def _offers(offers: Sequence[str], kind: str = "offers") -> str:
    items = "".join(f'<li><button type="button" class="offer">{escaped(offer)}</button></li>' for offer in offers)
    return f'<ul class="{kind}">{items}</ul>' if items else ""


def _understood(answer: Answer, live: bool) -> str:
    change = ' <button type="button" class="reword">Change</button>' if live else ""
    return f'<p class="note understood">Understood as: <q>{escaped(answer.trace.rewritten)}</q>{change}</p>'


def _made(answer: Answer, made_with: Mapping[str, object]) -> str:
    """Return how an answer came to be: its settings, the time of each stage, the tokens, and what was left out."""
    trace = answer.trace
    seconds = ", ".join(f"{stage.replace('_', ' ')} {spent:.2f}" for stage, spent in trace.seconds.items())
    tokens = ", ".join(f"{count} {kind}" for kind, count in trace.tokens.items())
    dropped = f"{len(trace.dropped)}, since no passage backs them" if trace.dropped else ""
    facts = {
        **{name.capitalize(): value for name, value in made_with.items()},
        "Seconds": seconds,
        "Tokens": tokens,
        "Sure that the documents hold it": f"{trace.confidence:.2f} of 1",
        "Sentences of the model left out": dropped,
    }
    rows = "".join(f"<dt>{escaped(name)}</dt><dd>{escaped(str(fact))}</dd>" for name, fact in facts.items() if fact)
    return f'<details class="made"><summary>How this answer was made</summary><dl>{rows}</dl></details>'


def _body(key: str, sentences: Sequence[Sentence]) -> str:
    """Return sentences as paragraphs and lists, by their depth."""
    parts = []
    for listed, run in groupby(sentences, key=lambda sentence: sentence.depth > 0):
        if listed:
            items = (f'<li class="depth{sentence.depth}">{_sentence(key, sentence)}</li>' for sentence in run)
            parts.append(f'<ul class="answer">{"".join(items)}</ul>')
        else:
            texts = (" ".join(_sentence(key, sentence) for sentence in paragraph) for paragraph in _paragraphs(run))
            parts += [f'<p class="answer">{text}</p>' for text in texts]
    return "".join(parts)


def _paragraphs(sentences: Iterable[Sentence]) -> list[list[Sentence]]:
    found: list[list[Sentence]] = []
    for sentence in sentences:
        if not found or heads(sentence):
            found.append([])
        found[-1].append(sentence)
    return found


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
    return " · ".join(parts)


def _passage(key: str, passage: Passage, spans: Mapping[int, int]) -> str:
    chunk = passage.chunk
    path = " › ".join(map(escaped, chunk.heading_path))
    prefix = f"{key}-p{passage.n}"
    text = marked(chunk.text, chunk.start, spans, prefix)
    return (
        f'<details class="passage" id="{prefix}"><summary><b>[{passage.n}]</b> {escaped(passage.title)}'
        f'<span class="path">{path}</span></summary><div class="text">{text}</div>'
        f'<p class="note">Source: {escaped(passage.source)}</p>'
        f'<p class="note why">{escaped(_why(passage))}</p></details>'
    )


def _why(passage: Passage) -> str:
    """Return why a passage was read: its rank and score in each stage."""
    found = " · ".join(f"{_STAGES[hit.stage]} rank {hit.rank} (score {hit.score:.2f})" for hit in passage.stages)
    return f"Why this passage: {found or 'the list goes on here'}"
