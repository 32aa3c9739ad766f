"""Terms of which a question means one: levels, kinds of learning, degrees, numbered steps, roles.

A passage about a data scientist's pay does not answer for an engineer's, however near the two are to an embedding;
and in a follow-up, naming one takes the place of the one named before.
"""

from __future__ import annotations

import re

_CLASSES: dict[str, dict[str, str]] = {
    "level": {
        "entry": r"entry[- ]level|junior|freshers?|beginners?",
        "mid": r"mid(?:dle)?[- ]level|intermediate",
        "senior": r"senior(?:[- ]level)?",
    },
    "learning": {
        "semi-supervised": r"semi-?supervised",
        "unsupervised": r"unsupervised",
        "supervised": r"(?<!semi-)supervised",
        "reinforcement": r"reinforcement",
    },
    "degree": {"bachelor": r"bachelor['’]?s?", "master": r"master['’]?s", "phd": r"ph\.?d\.?|doctorate"},
    "role": {
        "ml engineer": r"(?:machine learning|ml) engineer(?:s|ing)?",
        "data scientist": r"data scientists?",
        "software engineer": r"software engineers?",
    },
}
_NUMBERED = re.compile(r"\b(step|stage|phase|skill|part)\s+(\d+)\b", re.IGNORECASE)
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NTH = rf"(?:{'|'.join(ORDINALS)}|\d{{1,2}}(?=st|nd|rd|th))"
_ORDERED = re.compile(  # "the third step" or "3rd", and of another kind "the first of the four next steps"
    rf"\b({_NTH})(?:st|nd|rd|th)?(?: of the(?: \w+){{0,2}}?(?= (?:next )?(?:step|stage|phase)s))?"
    r" ((?:next )?(?:step|stage|phase))s?\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(r"(?:is|are|was|were|since|because|as|given that|if|isn['’]t|aren['’]t)\b", re.IGNORECASE)
_STAGE = re.compile("stage|phase")  # one says either
_PATTERNS = {
    name: {term: re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE) for term, pattern in terms.items()}
    for name, terms in _CLASSES.items()
}
Mentions = dict[str, frozenset[str]]


def mentions(text: str) -> Mentions:
    """Return the terms of each class that `text` mentions; classes of which it mentions none are left out."""
    found = {
        name: frozenset(term for term, pattern in terms.items() if pattern.search(text))
        for name, terms in _PATTERNS.items()
    }
    numbered = [(word, int(number)) for word, number in _NUMBERED.findall(text)]
    numbered += [(word, _ordinal(nth)) for nth, word in _ORDERED.findall(text)]
    found["numbered"] = frozenset(f"{_STAGE.sub('step', word.casefold())} {number}" for word, number in numbered)
    return {name: terms for name, terms in found.items() if terms}


def numbered(text: str) -> frozenset[str]:
    """Return the numbered steps that a text mentions: "step 4"."""
    return mentions(text).get("numbered", frozenset())


def unnumbered(text: str) -> str:
    """Return a text without the numbered steps that it mentions."""
    return _ORDERED.sub("", _NUMBERED.sub("", text))


def _ordinal(nth: str) -> int:
    return int(nth) if nth.isdecimal() else ORDINALS.index(nth.casefold()) + 1


def meant(question: str) -> Mentions:
    """Return the terms that a question means; not the kind of learning that it asks or supposes something to be."""
    found = mentions(question)
    return {name: terms for name, terms in found.items() if name != "learning" or not _SUPPOSES.match(question)}


def conflict(question: Mentions, context: Mentions) -> bool:
    """Whether the question means one term of a class, and the context mentions only others of it."""
    return any(len(wanted) == 1 and name in context and not wanted & context[name] for name, wanted in question.items())


def replace_rivals(before: str, core: str) -> tuple[str, bool]:
    """Put the terms of `core` in the place of their rivals in `before`; say whether there was one to replace."""
    swapped = False
    for patterns in (*_PATTERNS.values(), {"numbered": _NUMBERED}):
        new = next((found.group() for pattern in patterns.values() if (found := pattern.search(core))), None)
        for pattern in patterns.values():
            if new and pattern.search(before):
                before, swapped = _with_article(pattern.sub(new, before), new), True
    return before, swapped


def _with_article(text: str, term: str) -> str:
    """Return `text` with "a" or "an" before a term as its first letter asks for."""
    article = "an" if term[0].casefold() in "aeiou" else "a"
    return re.sub(rf"\ban? (?={re.escape(term)})", f"{article} ", text)
