"""A text to the words in it that a change of wording must not touch: its figures, its names, its hedges."""

from __future__ import annotations

import re
from collections import Counter

_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
_NUMBER_WORD = re.compile(r"\b(" + "|".join(list(NUMBER_WORDS)[2:]) + r")\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w+#-]*(?:\.[a-z]+)?")
_DOTTED = re.compile(r"\b(?:[A-Z][a-z]?\.){2,}")  # Ph.D., U.S.
_HEDGE = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|hardly|rarely|seldom|few|some|most|all|many|may|might|can|could|"
    r"should|must|needs?|have to|has to|only|required|recommended|optional|often|typically|usually|generally|sometimes|"
    r"approximately|about|around|nearly|almost|at least|at most|up to|more than|less than|over|under|expected|likely|"
    r"if|unless|until|except|when|while|although|though|however|but|or|"
    r"myth|misconception|belie\w+|claim\w*|false|wrong\w*|contrary|instead|rather|unlike)\b|n['’]t\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not|no|none|neither|nor|without|cannot|optional|unnecessary)\b|n['’]t\b", re.IGNORECASE)


def figures(text: str) -> set[str]:
    """Return the figures of a text in one form: no thousands separators, no trailing zeros, small numbers as digits."""
    found = {_plain_figure(figure) for figure in _FIGURE.findall(text)}
    return found | {NUMBER_WORDS[word.casefold()] for word in _NUMBER_WORD.findall(text)}


def _plain_figure(figure: str) -> str:
    digits = figure.replace(",", "")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def names(text: str) -> set[str]:
    """Return the words with a capital inside a sentence, and acronyms: people, firms, tools, certificates."""
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    return {found.strip("-").casefold() for found in _NAME.findall(text)}


def differ(one: str, other: str) -> bool:
    """Whether two texts on the same thing have different figures, or one denies and the other does not."""
    held, others = figures(one), figures(other)
    return bool(held and others and not held & others) or denies(one) != denies(other)


def denies(text: str) -> bool:
    """Whether a text says that something is not so, or need not be."""
    return bool(_DENIAL.search(text))


def hedges(text: str) -> Counter[str]:
    """Return the words that deny, weaken, strengthen or condition a claim, each with how often it stands there."""
    return Counter(found.casefold() for found in _HEDGE.findall(text))
