"""A written sentence and the source sentences shown to its writer to how well they back it.

A first, strict check: a figure, a name or a negation that the sources do not hold sinks a sentence whatever else it
says; what is left is scored by how many of its content words one or two source sentences hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from advisor.answer.rivals import mentions
from advisor.answer.spans import Span
from advisor.index.tokens import tokenize

BACKED = 0.7  # least share of a sentence's content words that its sources must hold
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
_UNIT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(%|percent|million|billion|trillion|lakh|crore|thousand)", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z][\w+#-]*(?:\.[a-z]+)?")
_NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|without|cannot|hardly)\b|n['’]t\b", re.IGNORECASE)


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


def _scaled(text: str) -> set[tuple[str, str]]:
    """Return figures with their unit or scale, since 35.80 million is not 35.80 billion."""
    return {(_plain_figure(figure), unit.casefold().replace("percent", "%")) for figure, unit in _UNIT.findall(text)}


def names(text: str) -> set[str]:
    """Return the words with a capital inside a sentence, and acronyms: people, firms, tools, certificates."""
    return {found.strip("-").casefold() for found in _NAME.findall(text)}


def support(sentence: str, sources: Sequence[Span]) -> Support:
    """Return how well `sources` back `sentence`. Their headings may lend names and terms, never figures."""
    ranked = sorted(sources, key=lambda span: (-_coverage(sentence, [span.text]), span.start))[:2]
    if not ranked:
        return Support(0.0, ())
    one, two = _coverage(sentence, [ranked[0].text]), _coverage(sentence, [span.text for span in ranked])
    cited = tuple(ranked) if two > one + 0.1 else tuple(ranked[:1])
    held = " ".join(span.text for span in cited)
    if not figures(sentence) <= figures(held) or not _scaled(sentence) <= _scaled(held):
        return Support(0.0, ())
    context = " ".join((held, *(" ".join((s.passage.title, *s.passage.chunk.heading_path)) for s in cited)))
    if not _tokens([*names(sentence)]) <= _tokens([context]):
        return Support(0.0, ())
    if _rivals_differ(sentence, context):
        return Support(0.0, ())
    if bool(_NEGATION.search(sentence)) != bool(_NEGATION.search(held)):
        return Support(0.0, ())
    return Support(max(one, two), cited)


def _rivals_differ(sentence: str, context: str) -> bool:
    """Whether a sentence names a level, role, degree or step that its sources do not."""
    held = mentions(context)
    return any(not terms <= held.get(name, frozenset()) for name, terms in mentions(sentence).items())


def _coverage(sentence: str, texts: Sequence[str]) -> float:
    """Return the share of the sentence's content words that `texts` hold (K-Precision, arXiv 2307.16877)."""
    wanted = _tokens([sentence])
    return len(wanted & _tokens(texts)) / len(wanted) if wanted else 0.0


def _tokens(texts: Iterable[str]) -> set[str]:
    return {token for text in texts for token in tokenize(text)}
