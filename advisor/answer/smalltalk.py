"""A question to a short reply where it is no question at all: a greeting, thanks, a farewell, "who are you?"."""

from __future__ import annotations

import re

_FILLER = r"(?:\s+(?:there|everyone|again|advisor|friend|you|so|very|much|a lot|for (?:the|your) help))*"
_REPLIES = (
    (
        rf"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|greetings){_FILLER}",
        "Hello. Ask me about becoming a machine learning engineer: skills, roadmap, certificates, salaries.",
    ),
    (
        rf"(?:thanks|thank you|thx|cheers|great|perfect|nice|cool|ok(?:ay)?|got it){_FILLER}",
        "You are welcome. Ask on whenever you like.",
    ),
    (rf"(?:bye|goodbye|see you|good night|farewell){_FILLER}", "Goodbye, and good luck on your way."),
    (
        r"how are you(?: (?:doing|today))*",
        "Ready to help. What would you like to know about a career in this field?",
    ),
    (
        r"(?:who|what) are you|what (?:can|do) you do|what can i ask(?: you)?|help(?: me)?",
        "I answer career questions from a small set of documents, and show the passage behind every sentence. "
        "Ask, for instance, what steps lead to becoming a machine learning engineer.",
    ),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), reply) for pattern, reply in _REPLIES)


def reply(question: str) -> str | None:
    """Return a short reply to small talk, or None where the question is a real one."""
    bare = re.sub(r"[\s!.,?…]+", " ", question).strip()
    for pattern, text in _PATTERNS:
        if pattern.fullmatch(bare):
            return text
    return None
