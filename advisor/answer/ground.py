"""A written sentence and the source sentences shown to its writer to whether one of them backs it.

A strict check: what a model wrote is backed by one source sentence, never by two. It may leave out the brackets of that
sentence, if they hold no figure, name or hedge, and its label, if the rest says it again; it may use other forms of its
words and other little words; and do nothing else. Words of a source that are dealt anew, or cut in between, say
something else: "by Ian Goodfellow, Yoshua Bengio" holds no Ian Bengio, and "A myth is that, …" is no claim of what
follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from advisor.answer.spans import Span
from advisor.answer.support import support as likelihood
from advisor.answer.words import hedges
from advisor.index.tokens import form, tokenize

FEWEST = 3  # terms of a sentence that claims something

_SIGN = r"[^\w\s.,;:!()\[\]{}|\"'“”‘’`*…\\–—−-]"  # what is neither word nor punctuation: $ % + ~ < & ?
_WORD = re.compile(rf"[^\W_]+(?:[.,'’/–-][^\W_]+)*[%+#]*|{_SIGN}|(?<!\w)[-−–](?=\d|{_SIGN})")
_FREE = frozenset(("a", "an", "the"))  # may come and go
_BRACKET = re.compile(r"\s*\([^()]*\)")
_LABEL = re.compile(r"^[^:.!?]{1,80}:\s+")
_RANGE = re.compile(r"(?<=\d) to (?=\S?\d)")
_LITTLE = frozenset(  # may come, go and change; every other word stays, and where it stood
    """
    a an the and is are was were be been being it its they them their this that these those which who whom whose
    has have had do does did to so also then there here itself themselves as
""".split()
)


@dataclass(frozen=True, slots=True)
class Support:
    """How well sources back a sentence: a score in [0, 1], and the source sentences that do, best first."""

    score: float
    sources: tuple[Span, ...]


def support(sentence: str, sources: Sequence[Span]) -> Support:
    """Return the first of `sources` that backs `sentence`, with a score of 1; where none does, how likely it is all the
    same that they support it together."""
    backing = next((source for source in sources if backs(source.text, sentence)), None)
    if backing:
        return Support(1.0, (backing,))
    return Support(likelihood(sentence, [source.text for source in sources]), ())


def backs(source: str, sentence: str) -> bool:
    """Whether a sentence is a source sentence, whole or less a label said again and brackets that commit to nothing; or
    the same in other forms of its words and with other little words."""
    said = _folded(sentence)
    label = _LABEL.match(source)  # may deny or narrow the rest ("Myth: …"): left out only where its words come again
    kept = {*_names(source), *_figured(source), *_folded(label.group() if label else "")}
    if not said or hedges(sentence) != hedges(source) or not kept <= set(said):
        return False
    return any(said == _folded(held) or _is_restated(held, sentence) for held in _shortened(source))


def may_back(source: str, begun: str) -> bool:
    """Whether a sentence that begins like this can still become one that the source backs."""
    said = _said(" ".join(begun.split()[:-1]))  # the last word may not be whole yet
    return any(_said(held)[: len(said)] == said for held in _shortened(source))


def followed(source: str, text: str) -> float:
    """Return the share of a source sentence, from its beginning on, that a text says before it leaves it, 0 to 1."""
    said = _said(text)
    shares = [0.0]
    for words in filter(None, map(_said, _shortened(source))):
        same = takewhile(lambda pair: pair[0] == pair[1], zip(words, said, strict=False))
        shares.append(sum(1 for _ in same) / len(words))
    return max(shares)


def _is_restated(held: str, sentence: str) -> bool:
    """Whether a sentence claims something, and has the words that are held but for their forms and the little ones."""
    claims = sentence.rstrip().endswith((".", "!")) and not re.search(r"^#|[?>]", sentence)
    said = _said(sentence)
    return claims and len(said) >= FEWEST and said == _said(held)


def _said(text: str) -> list[str]:
    """Return the words of a text but the little ones, each as what its forms have in common."""
    return [form(stem) for word in _folded(_RANGE.sub(" ~ ", text)) if word not in _LITTLE for stem in _stems(word)]


def _stems(word: str) -> list[str]:
    """Return the terms of a word, or itself where it is no term."""
    return tokenize(word) or [word]


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
