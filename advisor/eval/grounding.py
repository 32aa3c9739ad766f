"""An answer's sentences and the texts they cite to how well the texts back them, from 0 to 1.

A second judge, which shares no rule with the check that lets a sentence into an answer: it counts words, pairs of
words and figures, so that it judges any system's answer. What a sentence means, and whether it denies what its source
says, it does not know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from advisor.answer.words import figures
from advisor.eval.metrics import mean
from advisor.index.tokens import tokenize

SUPPORTED = 0.5
"""From this support on a sentence counts as supported.

Chosen on the answers to the tasks of odd place of MTRAG's human evaluation (`advisor eval agreement`): between 0.4 and
0.5, the share of supported sentences goes with people's ratings the most, and a mean support of 0.5 parts the answers
that they hold faithful from the rest the best. A sentence half of whose figures its sources lack is never supported.
"""

Cited = tuple[str, Sequence[str]]  # a sentence, and the texts it cites


@dataclass(frozen=True, slots=True)
class Grounding:
    """How well its sources back an answer, each from 0 to 1. The two of citations are None where there are none.

    `groundedness` is the mean support of its sentences, `worst` the least of them. `citation_recall` is the share of
    sentences that what they cite supports, `citation_precision` the share of citations that do something for it.
    """

    groundedness: float
    worst: float
    citation_precision: float | None
    citation_recall: float | None


@dataclass(frozen=True, slots=True)
class _Held:
    """What a text holds that a sentence can be looked up in."""

    terms: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    figures: frozenset[str]


def precision(sentence: str, sources: Sequence[str]) -> float:
    """Return the share of a sentence's content words that stand in the sources, 1.0 where it has none.

    K-Precision (Adlakha et al. 2023, https://arxiv.org/abs/2307.16877), of the terms that the index
    counts: without stop words, plurals folded, each as often as the sentence has it.
    """
    held = [_held(source).terms for source in sources]
    terms = tokenize(sentence)
    return mean([float(any(term in one for one in held)) for term in terms]) if terms else 1.0


def bigrams(sentence: str, sources: Sequence[str]) -> float:
    """Return the share of a sentence's pairs of neighbouring content words that stand side by side in one source.

    K-Precision of pairs, as ROUGE-2 is of ROUGE-1 (Lin 2004, https://aclanthology.org/W04-1013); `precision` itself
    where the sentence has less than two content words.
    """
    held = [_held(source).pairs for source in sources]
    pairs = list(pairwise(tokenize(sentence)))
    if not pairs:
        return precision(sentence, sources)
    return mean([float(any(pair in one for one in held)) for pair in pairs])


def figure_precision(sentence: str, sources: Sequence[str]) -> float:
    """Return the share of a sentence's figures, each once, that stand in the sources, 1.0 where it has none."""
    held = [_held(source).figures for source in sources]
    return mean([float(any(figure in one for one in held)) for figure in figures(sentence)] or [1.0])


def support(sentence: str, sources: Sequence[str]) -> float:
    """Return how well the sources back a sentence: the mean of `precision` and `bigrams`, times `figure_precision`.

    Our own: of the ways tried on the odd tasks of MTRAG's human evaluation those with the figures agree with people
    the most, all alike; this one falls to 0 where no word stands in the sources, or none of the figures.
    """
    if not (backed := figure_precision(sentence, sources)):
        return 0.0
    return backed * (precision(sentence, sources) + bigrams(sentence, sources)) / 2


def grounding(sentences: Sequence[Cited], shown: Sequence[str]) -> Grounding:
    """Return how well an answer's sentences are backed by what they cite, or by all `shown` where they cite nothing.

    Citations as in ALCE (Gao et al. 2023, https://arxiv.org/abs/2305.14627), with `support` in place of
    its entailment model: a sentence that cites nothing counts as not recalled. An answer of no sentence claims
    nothing: its groundedness is 1.
    """
    found = [support(sentence, cited or shown) for sentence, cited in sentences] or [1.0]
    recalled = [_supports(sentence, cited) for sentence, cited in sentences]
    precise = [one for sentence, cited in sentences for one in _precise(sentence, cited)]
    return Grounding(mean(found), min(found), mean(precise) if precise else None, mean(recalled) if recalled else None)


def _precise(sentence: str, cited: Sequence[str]) -> list[bool]:
    """Return for each citation whether all support the sentence, and this one does alone or the rest do not."""
    whole = _supports(sentence, cited)
    rests = [[*cited[:place], *cited[place + 1 :]] for place in range(len(cited))]
    return [
        whole and (_supports(sentence, [one]) or not _supports(sentence, rest))
        for one, rest in zip(cited, rests, strict=True)
    ]


def _supports(sentence: str, sources: Sequence[str]) -> bool:
    return bool(sources) and support(sentence, sources) >= SUPPORTED


@lru_cache(maxsize=1024)  # each source is asked about every sentence of its answer
def _held(source: str) -> _Held:
    terms = tokenize(source)
    return _Held(frozenset(terms), frozenset(pairwise(terms)), frozenset(figures(source)))
