"""A question's misspelt words to the words of the documents that they are nearest to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from advisor.index.tokens import tokenize

_WORD = re.compile(r"[A-Za-z]{5,}")
NEAR = 0.8  # ratio of difflib from which an unknown word is taken for a misspelling


def correct(question: str, vocabulary: Mapping[str, float]) -> str:
    """Return `question` with each word that the documents do not hold replaced by its near match in them, if any.

    A word must have five letters or more and keep its first one, so that a name or a place that the documents do not
    know is not turned into something that they do.
    """
    return _WORD.sub(lambda found: _word(found.group(), vocabulary), question)


def _word(word: str, vocabulary: Mapping[str, float]) -> str:
    terms = tokenize(word)
    if not terms or terms[0] in vocabulary:
        return word
    same_start = [known for known in vocabulary if known[0] == terms[0][0] and abs(len(known) - len(terms[0])) <= 2]
    near = get_close_matches(terms[0], same_start, n=1, cutoff=NEAR)
    return near[0] if near else word
