"""A sentence and the texts that it is held against to how likely they support it, without a model.

Logistic in four features, each the higher the less is missing. A probability, measured on claims and answers that
people judged (see eval/LOG.md): it says how near a sentence is to its sources, and lets none into an answer by itself.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise

from advisor.answer.words import figures, names
from advisor.index.tokens import tokenize

BEGUN = 5  # letters by which a name is known in another form: Canada and Canadian
WEIGHTS = (-1.7, 2.5, 1.4, 2.3, 1.4)  # of 1, words, pairs, figures, names; fitted on WiCE's dev split


def support(sentence: str, texts: Sequence[str]) -> float:
    """Return the probability, 0 to 1, that the texts together support a sentence.

    The features: the share of its content words and that of the pairs of neighbouring ones that stand in the texts
    (K-Precision, Adlakha et al. 2023, https://arxiv.org/abs/2307.16877), and -log(1 + n) for n figures and for n names
    that no text has.
    """
    terms = tokenize(sentence)
    held = {term for text in texts for term in tokenize(text)}
    beside = {pair for text in texts for pair in pairwise(tokenize(text))}
    words = _share([term in held for term in terms], 1.0)
    pairs = _share([pair in beside for pair in pairwise(terms)], words)
    new_figures = figures(sentence) - {figure for text in texts for figure in figures(text)}
    missing = [-math.log1p(len(new)) for new in (new_figures, _new_names(sentence, texts))]
    features = (1.0, words, pairs, *missing)
    return 1 / (1 + math.exp(-sum(weight * feature for weight, feature in zip(WEIGHTS, features, strict=True))))


def _new_names(sentence: str, texts: Sequence[str]) -> set[str]:
    """Return the names none of whose words begins as a word of the texts does."""
    held = {term[:BEGUN] for text in texts for term in tokenize(text)}
    return {name for name in names(sentence) if not {term[:BEGUN] for term in tokenize(name)} <= held}


def _share(found: Collection[bool], of_none: float) -> float:
    return sum(found) / len(found) if found else of_none
