"""Orders to the model that a person puts beside a question: taken out, since nothing here obeys them and their words
are not what is asked about."""

from __future__ import annotations

import re

_ORDER = re.compile(
    r"(?:(?:system|assistant|user)\s*:|from now on,? you\b|whatever (?:the|your) \w+ says?\b"
    r"|(?:and |please |now |(?:would|could|can|will) you (?:please |kindly |be so kind as to )?)*"
    r"(?:answer (?:only|just|in|with|every|each|me|the|this|my)|reply|respond|ignore|disregard|forget"
    r"|pretend|say\b|cite\b|repeat|output|print|act as|end (?:your|the) (?:answer|reply)"
    r"|(?:do not|don['’]t|never) (?:cite|quote|use|mention|refuse|say|tell)|you (?:are now|must|will now))\b)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?<=[.!?;])\s+|(?<=:)\s+|\n+")


def without(question: str) -> str:
    """Return a question without the orders before and after it; as it is where nothing that asks would be left."""
    parts = [part for part in _PARTS.split(question.strip()) if part]
    left = [part for part in parts if part.endswith("?") or not _ORDER.match(part)]
    return " ".join(left) if len(left) < len(parts) and any(part.endswith("?") for part in left) else question
