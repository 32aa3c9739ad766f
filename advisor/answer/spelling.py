"""A question's misspelt words to the words of the documents that they are nearest to."""

from __future__ import annotations

import re
from collections.abc import Mapping

from advisor.index.tokens import tokenize

_WORD = re.compile(r"[A-Za-z]{5,}")
LONG = 8  # letters from which a word may have two slips


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
    from rapidfuzz.distance import OSA

    slips = 1 if len(word) < LONG else 2
    same_start = [known for known in vocabulary if known[0] == terms[0][0] and not terms[0].startswith(known)]
    near = {known: slip for known in same_start if (slip := OSA.distance(terms[0], known)) <= slips}
    return min(near, key=lambda known: (near[known], vocabulary[known], known), default=word)
