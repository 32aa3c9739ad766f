"""Markdown to what a reader of its page would see: no comments, hidden parts, tags, link targets or note marks.

What is not seen must not be found, quoted or handed to a model; and a `[3]` of a document is no citation of ours.
"""

from __future__ import annotations

import re

_COMMENT = re.compile(r"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_HIDDEN = re.compile(
    r"<(\w+)\b[^>]*?(?:\shidden\b|display:\s*none|visibility:\s*hidden)[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(
    r"</?(?:a|b|i|u|s|em|strong|span|div|p|img|font|center|small|sub|sup|hr)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_CONTROL = re.compile(r"<\|\w+\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>")  # words of chat templates
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_NOTE = re.compile(r"(?<=\S)\s*\[\d{1,3}\](?![(:\w])")


def visible(text: str) -> str:
    """Return what a reader sees of a text that is no code."""
    for hidden in (_COMMENT, _HIDDEN, _TAG, _CONTROL):
        text = hidden.sub(" ", text)
    return _NOTE.sub("", _LINK.sub(r"\1", text))
