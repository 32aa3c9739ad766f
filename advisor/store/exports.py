"""A conversation to the Markdown or the JSON object that its owner may take away. Knows no file and no page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from advisor.text import place
from advisor.types import Answer, Passage

if TYPE_CHECKING:
    from advisor.store.conversations import Conversation

_NOTES = {"running": "Not finished.", "whole": "", "stopped": "Stopped.", "failed": "Failed."}
_MEANT = re.compile(r"[\\<]|\[(?!\d+\](?![(\[:]))")  # what Markdown could take for HTML, an image or a link; not a [n]


def markdown(conversation: Conversation) -> str:
    """Return the conversation as Markdown: each question, what was told and, below it, the sources in their own words.

    What could be taken for HTML, an image or a link is escaped, so that to view it loads nothing from elsewhere.
    """
    parts = [f"# {_plain(conversation.title)}"]
    for one in conversation.exchanges:
        parts += [
            "## Question",
            _quoted(one.question),
            "## Answer",
            _plain(one.answer.text if one.answer else one.told),
        ]
        parts += [f"*{_NOTES[one.state]}*" if _NOTES[one.state] else ""]
        parts += ["### Sources", *_sources(one.answer)] if one.answer and one.answer.citations else []
    return "\n\n".join(filter(None, parts)) + "\n"


def _sources(answer: Answer) -> Iterator[str]:
    """Yield the cited passages, each with the words that are cited, in their order."""
    for passage in answer.passages:
        if spans := sorted({(c.start, c.end) for c in answer.citations if c.n == passage.n}):
            yield f"[{passage.n}] {_plain(place(passage))} ({_plain(passage.source)})"
            yield from (_quoted(_words(passage, *span)) for span in spans)


def _words(passage: Passage, start: int, end: int) -> str:
    return passage.chunk.text[start - passage.chunk.start : end - passage.chunk.start]


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _plain(text).splitlines())


def _plain(text: str) -> str:
    return _MEANT.sub(r"\\\g<0>", text)


def json_object(conversation: Conversation) -> dict[str, object]:
    """Return all of a conversation as an object for JSON, its keys the names of the fields; a citation has offsets."""
    found: dict[str, object] = json.loads(json.dumps(asdict(conversation)))
    return found
