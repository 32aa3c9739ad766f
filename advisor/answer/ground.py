"""A written sentence and the source sentences shown to its writer to whether one of them backs it.

A first, strict check: what a model wrote may leave out the brackets of one source sentence, if they hold no figure,
name or hedge, and its label, if the rest says it again, and do nothing else. Words of a source that are dealt anew, or
cut in between, say something else: "by Ian Goodfellow, Yoshua Bengio" holds no Ian Bengio, and "A myth is that, …" is
no claim of what follows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from advisor.answer.spans import Span

_SIGN = r"[^\w\s.,;:!()\[\]{}|\"'“”‘’`*…\\–—−-]"  # what is neither word nor punctuation: $ % + ~ < & ?
_WORD = re.compile(rf"[^\W_]+(?:[.,'’/–-][^\W_]+)*[%+#]*|{_SIGN}|(?<!\w)[-−–](?=\d|{_SIGN})")
_FREE = frozenset(("a", "an", "the"))  # may come and go
_BRACKET = re.compile(r"\s*\([^()]*\)")
_LABEL = re.compile(r"^[^:.!?]{1,80}:\s+")
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        """
    zero one two three four five six seven eight nine ten eleven twelve
""".split(),
        start=0,
    )
}
_NUMBER_WORD = re.compile(r"\b(" + "|".join(list(_NUMBER_WORDS)[2:]) + r")\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w+#-]*(?:\.[a-z]+)?")
_DOTTED = re.compile(r"\b(?:[A-Z][a-z]?\.){2,}")  # Ph.D., U.S.
_HEDGE = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|hardly|rarely|seldom|few|some|most|all|many|may|might|can|could|"
    r"should|must|needs?|have to|has to|only|required|recommended|optional|often|typically|usually|generally|sometimes|"
    r"approximately|about|around|nearly|almost|at least|at most|up to|more than|less than|over|under|expected|likely|"
    r"if|unless|until|except|when|while|although|though|however|but|or)\b|n['’]t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Support:
    """How well sources back a sentence: a score in [0, 1], and the source sentences that do, best first."""

    score: float
    sources: tuple[Span, ...]


def figures(text: str) -> set[str]:
    """Return the figures of a text in one form: no thousands separators, no trailing zeros, small numbers as digits."""
    found = {_plain_figure(figure) for figure in _FIGURE.findall(text)}
    return found | {_NUMBER_WORDS[word.casefold()] for word in _NUMBER_WORD.findall(text)}


def _plain_figure(figure: str) -> str:
    digits = figure.replace(",", "")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def names(text: str) -> set[str]:
    """Return the words with a capital inside a sentence, and acronyms: people, firms, tools, certificates."""
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    return {found.strip("-").casefold() for found in _NAME.findall(text)}


def support(sentence: str, sources: Sequence[Span]) -> Support:
    """Return the first of `sources` that backs `sentence`, with a score of 1; 0 where none does."""
    backing = next((source for source in sources if backs(source.text, sentence)), None)
    return Support(1.0, (backing,)) if backing else Support(0.0, ())


def backs(source: str, sentence: str) -> bool:
    """Whether a sentence is a source sentence, whole or less a label said again and brackets that commit to nothing."""
    said = _folded(sentence)
    label = _LABEL.match(source)  # may deny or narrow the rest ("Myth: …"): left out only where its words come again
    kept = {*_names(source), *_figured(source), *_folded(label.group() if label else "")}
    if not said or hedges(sentence) != hedges(source) or not kept <= set(said):
        return False
    return any(said == _folded(held) for held in _shortened(source))


def may_back(source: str, begun: str) -> bool:
    """Whether a sentence that begins like this can still become one that the source backs."""
    said = _folded(begun)[:-1]  # the last word may not be whole yet
    return any(_folded(held)[: len(said)] == said for held in _shortened(source))


def _shortened(source: str) -> tuple[str, ...]:
    """Return a source sentence, and what is left of it without its brackets, its label, or both."""
    shorter = _BRACKET.sub("", source)
    return source, shorter, _LABEL.sub("", source), _LABEL.sub("", shorter)


def _names(text: str) -> Iterator[str]:
    """Yield the folded words that have a capital after the first word."""
    first = _WORD.search(text)
    for found in _WORD.finditer(text, first.end() if first else 0):
        if found.group()[0].isupper() and (word := found.group().casefold()) not in _FREE:
            yield word


def _figured(text: str) -> list[str]:
    """Return the folded words that have a digit, and the signs."""
    return [word for word in _folded(text) if not word[0].isalpha() or any(letter.isdecimal() for letter in word)]


def _folded(text: str) -> list[str]:
    return [word for found in _WORD.findall(text) if (word := found.casefold()) not in _FREE]


def hedges(text: str) -> Counter[str]:
    """Return the words that deny, weaken, strengthen or condition a claim, each with how often it stands there."""
    return Counter(found.casefold() for found in _HEDGE.findall(text))
