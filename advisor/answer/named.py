"""A question to the documents that it names: "What does the skills report say about R?" is asked of that one alone,
and there as "What does it say about R?": the report's name says nothing of R."""

from __future__ import annotations

import re
from collections.abc import Iterable

from advisor.types import Document

_KIND = "guide|handbook|manual|report|article|blog|post|paper|policy|document|file|book|booklet|brochure|notes?"
_NAMED = re.compile(
    rf"\bthe ((?:(?!(?:the|an?|of|in|on|for|and|or|to|by|from|with|that|which|is|are|do|does)\b)[\w-]+ ){{0,5}}?)"
    rf"({_KIND})\b(?P<own>['’]s?)?(?! (?:by|about|on|for)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


def named(question: str, documents: Iterable[Document]) -> frozenset[str]:
    """Return the ids of the documents that a question names by words of their titles or ids: "the skills report". None
    where it names none, or one of those that it names is not there or could be several."""
    phrases = _NAMED.findall(question)
    held = {document.id: _words(f"{document.title} {document.id}") for document in documents} if phrases else {}
    found: set[str] = set()
    for words, kind, _ in phrases:
        wanted = _words(words)
        fitting = [name for name, own in held.items() if wanted <= own and (wanted or _words(kind) <= own)]
        sure = fitting if len(fitting) == 1 else [name for name in fitting if _words(kind) <= held[name]]
        if len(sure) != 1:
            return frozenset()
        found |= set(sure)
    return frozenset(found)


def without(question: str) -> str:
    """Return a question with "it" in the place of the documents that it names."""
    return _NAMED.sub(lambda found: "its" if found["own"] else "it", question)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold().removesuffix("s") for word in _WORD.findall(text))
