"""A question's misspelt words to the words of the documents that they are nearest to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from advisor.index.tokens import tokenize

_WORD = re.compile(r"[A-Za-z]{4,}")
LEAST = 5  # letters of a word that is mended
CLIPPED = {
    "math": "mathematics",
    "maths": "mathematics",
    "stats": "statistics",
    "algos": "algorithms",
    "certs": "certificates",
}
LONG = 8  # letters from which a word may have two slips


def correct(question: str, vocabulary: Mapping[str, float], is_word: Callable[[str], bool]) -> str:
    """Return `question` with clipped words whole, and each word that is none as the documents' word that is near it.

    A word must have five letters or more and keep its first one, and one with a capital inside the question stands: a
    name or a place that the documents do not know is not to be turned into something that they do.

    :param vocabulary: the documents' terms with their inverse document frequency; of two as near the commoner is taken.
    :param is_word: whether a word is one in general, though the documents may not hold it.
    """

    def mended(found: re.Match[str]) -> str:
        word = found.group()
        if (whole := CLIPPED.get(word.casefold())) and not _known(word, vocabulary):
            return whole
        name = word[0].isupper() and question[: found.start()].strip()
        return word if name or len(word) < LEAST or is_word(word) else _nearest(word, vocabulary)

    return _WORD.sub(mended, question)


def _known(word: str, vocabulary: Mapping[str, float]) -> bool:
    return set(tokenize(word)) <= vocabulary.keys()


def _nearest(word: str, vocabulary: Mapping[str, float]) -> str:
    terms = tokenize(word)
    if not terms or _known(word, vocabulary):
        return word
    from rapidfuzz.distance import OSA

    slips = 1 if len(word) < LONG else 2
    same_start = [known for known in vocabulary if known[0] == terms[0][0] and not terms[0].startswith(known)]
    near = {known: slip for known in same_start if (slip := OSA.distance(terms[0], known)) <= slips}
    return min(near, key=lambda known: (near[known], vocabulary[known], known), default=word)
