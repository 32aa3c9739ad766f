"""A user's earlier questions to the noun phrase that a later pronoun stands for, without a model.

Two signs are trusted: what a question asks to have defined or told ("What is X?", "Tell me about X"), and names. A
question that shows neither gives no topic, and ends the one before it: no phrase is better than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 7  # words
_DEFINED = re.compile(
    r"(?:(?:what|which)(?:['’]s| is| are| was| were)|who(?:['’]s| is| are| was| were)(?! \w+ing\b)|"
    r"describe|define|explain|(?:can you |please )?tell me(?: more)? about|(?:what|how) about)\s+(.+)$",
    re.IGNORECASE,
)
_INNER = re.compile(  # "the cost of AWS" is about AWS, "AI for All" is one name
    r"^(?:.*?\s)??(?:(?!\b[A-Z])\S+\s+(?i:of|about|between|for)\s+(?=\w)"
    r"|\S+\s+(?i:of|about|between|for)\s+(?=[^\W_A-Z]))"
)
_TAIL = re.compile(
    r"\s+(?:that|which|who|when|while|because|if|in|on|at|from|used|called|known|after|before|during)\b.*$",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"^(?:an?|some|any|my|your|our)\s+", re.IGNORECASE)
_NAME = re.compile(
    r"(?<!^)(?<!\bin )(?<!\bat )(?<!\bfrom )\b[A-Z][\w.+-]*\w(?:\s+(?:(?:of|the|and)\s+)*[A-Z][\w.+-]*\w)*"
)
_QUALIFIES = re.compile(r"\b(?:AI|ML) (?=[a-z]{3})(?!(?:and|can|did|does|has|may|nor|was|will)\b)")  # of "ML engineer"
_PRONOUN = re.compile(
    r"\b(?:(?P<one>it|its)|(?P<many>they|them|their|theirs)|(?P<person>he|she|him|his|her))\b(?!['’])", re.IGNORECASE
)
_OWNERS = frozenset({"its", "their", "theirs", "his", "her"})
# "the best way to learn Python" is about no way, and what leans on another question is no topic itself
_LEANING = re.compile(rf"{_PRONOUN.pattern}|\b(?:this|that|these|those|ones?|other|there|to)\b", re.IGNORECASE)
_SECOND = re.compile(
    r"\w.*(?:\b(?:and|but|or)|\w:)\s+"
    r"(?:what|why|how|when|where|who|which|is|are|was|were|do|does|did|can|its|their|his|her)\b",
    re.IGNORECASE,
)
_WORTH = re.compile(  # "Is a degree worth it?"; "the cost" may be another's
    r"^(?:(?:so|and|but|ok|okay)\b[\s,]*)*(?:is|are|was|were|would|which|what)\s+(?!(?:is|are|was|were|would|has|makes?|"
    r"th(?:is|at|ese|ose|e|ey|ere)|it|he|she|ones?|such|other|my|your)\b)\w.*\bworth it$",
    re.IGNORECASE,
)


def named(question: str) -> list[str]:
    """Return the noun phrases that a question is about, the likeliest first; none where none is sure."""
    last = re.split(r"(?<=[.?!])\s+", question.strip())[-1].rstrip("?.! ")
    defined = _DEFINED.match(last)
    names = _NAME.findall(_QUALIFIES.sub("", last))
    found = [*([_phrase(_INNER.sub("", defined[1]))] if defined else []), *names]
    return [phrase for phrase in dict.fromkeys(found) if _is_topic(phrase)]


def _phrase(text: str) -> str:
    return _LOOSE.sub("", _TAIL.sub("", text).strip(" ,"))


def _is_topic(phrase: str) -> bool:
    return 1 <= len(phrase.split()) <= _LONGEST and not _LEANING.search(phrase)


def is_plural(phrase: str) -> bool:
    """Whether "they" rather than "it" stands for a phrase, by the ending of its head noun."""
    head = re.split(r"\s+(?:of|in|for)\s+", phrase)[0].split()[-1].casefold()
    if " and " in phrase or head in {"people", "women", "men", "children"}:
        return True
    return head.endswith("s") and not head.endswith(("ss", "us", "is", "ics", "'s", "’s"))


def resolve(question: str, topics: Sequence[str]) -> str:
    """Return a question with its pronouns replaced by the likeliest topic of their number, or as it is."""
    return _PRONOUN.sub(lambda found: _replacement(found, topics), question)


def _replacement(found: re.Match[str], topics: Sequence[str]) -> str:
    if found["person"]:
        fitting = [topic for topic in topics if topic.istitle()]
    else:
        fitting = [topic for topic in topics if is_plural(topic) == bool(found["many"])] or list(topics)
    if not fitting:
        return found.group()
    owner = found.group().casefold() in _OWNERS
    return fitting[0] + (("'" if fitting[0].endswith("s") else "'s") if owner else "")


def names_its_own(question: str) -> bool:
    """Whether the first pronoun stands for what the same sentence has named before: "What is X and why is it Y?"."""
    found = _PRONOUN.search(question)
    return bool(found and any(pattern.search(question[: found.end()]) for pattern in (_SECOND, _WORTH)))
