"""A written sentence and the source sentences shown to its writer to how well one of them backs it.

A first, strict check: what a model wrote may shorten one source sentence, and do nothing else. A figure, a name, a
negation, a hedge or a rival term that the source does not hold sinks a sentence whatever else it says; what is left is
scored by how much of it stands in the source in the same order, so that words of the source cannot be dealt anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from advisor.answer.rivals import mentions
from advisor.answer.spans import Span
from advisor.index.tokens import tokenize

BACKED = 0.9  # least share of a sentence's terms that its source must hold, in their order
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
_HEDGE = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|hardly|may|might|can|could|should|must|needs?|only|required|"
    r"recommended|optional|often|typically|usually|generally|sometimes|approximately|about|at least|up to)\b|n['’]t\b",
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


def _scaled(text: str) -> set[tuple[str, str]]:
    """Return figures with their unit or scale, since 35.80 million is not 35.80 billion."""
    return {(_plain_figure(figure), unit.casefold().replace("percent", "%")) for figure, unit in _UNIT.findall(text)}


def names(text: str) -> set[str]:
    """Return the words with a capital inside a sentence, and acronyms: people, firms, tools, certificates."""
    return {found.strip("-").casefold() for found in _NAME.findall(text)}


def support(sentence: str, sources: Sequence[Span]) -> Support:
    """Return how well the best of `sources` backs `sentence`."""
    terms = tokenize(sentence)
    scored = [(ordered_share(terms, tokenize(source.text)), source) for source in sources]
    best = max(scored, key=lambda pair: (pair[0], -pair[1].start), default=None)
    if best is None or not _faithful(sentence, terms, best[1].text):
        return Support(0.0, ())
    return Support(best[0], (best[1],))


def _faithful(sentence: str, terms: Sequence[str], source: str) -> bool:
    """Whether a sentence says nothing of its own: its first term, figures, names and hedges are the source's."""
    held = set(tokenize(source))
    return (
        bool(terms)
        and terms[0] in held
        and figures(sentence) <= figures(source)
        and _scaled(sentence) <= _scaled(source)
        and set(tokenize(" ".join(names(sentence)))) <= held
        and hedges(sentence) == hedges(source)
        and not _rivals_differ(sentence, source)
    )


def hedges(text: str) -> set[str]:
    """Return the negations and the words that weaken or strengthen a claim."""
    return {found.casefold() for found in _HEDGE.findall(text)}


def ordered_share(terms: Sequence[str], held: Sequence[str]) -> float:
    """Return the length of the longest common subsequence of two lists of terms, as a share of the first (ROUGE-L's
    precision; Lin, 2004)."""
    if not terms:
        return 0.0
    row = [0] * (len(held) + 1)
    for term in terms:
        diagonal = 0
        for at, other in enumerate(held, start=1):
            diagonal, row[at] = row[at], diagonal + 1 if term == other else max(row[at], row[at - 1])
    return row[-1] / len(terms)


def _rivals_differ(sentence: str, context: str) -> bool:
    """Whether a sentence names a level, role, degree or step that its sources do not."""
    held = mentions(context)
    return any(not terms <= held.get(name, frozenset()) for name, terms in mentions(sentence).items())
