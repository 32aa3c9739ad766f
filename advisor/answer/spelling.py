"""A question's misspelt words, and what it says otherwise, to the words of the documents that they are nearest to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import inf

from advisor.index.tokens import tokenize

_WORD = re.compile(r"(?<!\w)[A-Za-z]{4,}(?!\w)")
LEAST = 5  # letters of a word that is mended
CLIPPED = {
    "math": "mathematics",
    "maths": "mathematics",
    "stats": "statistics",
    "algos": "algorithms",
    "cert": "certification",
    "certs": "certifications",
}
CHAT = {  # of three letters or fewer, too, as long as no document has them
    "yrs": "years",
    "yr": "year",
    "im": "I'm",
    "u": "you",
    "ur": "your",
    "wil": "will",
    "whats": "what's",
    "dont": "don't",
    "wanna": "want to",
    "gonna": "going to",
    "cuz": "because",
    "pls": "please",
    "plz": "please",
}
SAME = {  # of two words for one thing the one that the documents have more often
    "certificates": "certifications",
    "junior": "entry-level",
    "myth": "misconception",
    "myths": "misconceptions",
    "wage": "salary",
    "wages": "salaries",
}
_SAME = re.compile(rf"(?<![\w-])(?:(an?) )?({'|'.join(SAME)})(?![\w-])", re.IGNORECASE)
_DOES = r"(?:do|does|did|can|could|would|will|should|might|may)"
_MAKES = re.compile(  # "How much do engineers make?", and no difference
    rf"\b(how much)(?: money)? ({_DOES} .+?) (?:make|bring home|take home)\b"
    r"(?=\W*$| (?:(?:an?|per|each|every) (?:hour|day|week|month|year)|in|at|with|as|on|after|annually|monthly)\b)",
    re.IGNORECASE,
)
_GETS_PAID = re.compile(rf"\b(how much|what)(?: money)? ({_DOES} .+?) (?:get|be) paid\b(?! for\b)", re.IGNORECASE)
_IS_PAID = re.compile(r"\bhow (?:much|well) (?P<be>are|is) (?P<who>.+?) paid\b", re.IGNORECASE)
_PAY = re.compile(
    r"\b(the|what|average|median|starting|typical|expected|monthly|annual|yearly|base) pay\b(?! (?:gap|grade|rise)\b)",
    re.IGNORECASE,
)
LONG = 8  # letters from which a word may have two slips
_CHAT = re.compile(rf"(?<![\w.'’/-])(?:{'|'.join(CHAT)})(?![\w'’/-]|\.\w)")  # no "UR" that may be a name
_COUNT = re.compile(
    r"(?<![\w.,-])([2-9]|1[0-2])(?= [a-z]+s\b)"
    r"(?! (?:years|months|weeks|days|hours|minutes|lakhs|crores|dollars|rupees)\b)"
)
_COUNTS = dict(
    zip(map(str, range(2, 13)), "two three four five six seven eight nine ten eleven twelve".split(), strict=True)
)
_ENDINGS = ("s", "ed", "d", "ing", "ion", "or", "er", "ly")  # "invented" is a word, so "invent" is one
_ENDING = re.compile(r"(?<=\w{3})(?:e?rs?|ors?|ing|ed|ly)$")


def correct(question: str, vocabulary: Mapping[str, float], is_word: Callable[[str], bool]) -> str:
    """Return `question` with clipped words whole, counts of things in words, as documents have them ("8 steps" is not
    step 8), and each word that is none as the documents' word that is near it.

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
        forms = [word, word.removesuffix("s"), *(word + ending for ending in _ENDINGS)]
        if name or len(word) < LEAST or any(map(is_word, forms)):
            return word
        near, stem = _nearest(word, vocabulary), _ENDING.sub("", word)
        made = stem != word and (_known(stem, vocabulary) or _known(f"{stem}e", vocabulary))  # coder, of code
        return word if made and not near.startswith(stem) else near

    def counted(found: re.Match[str]) -> str:
        word = _COUNTS[found.group()]
        return word if word in vocabulary else found.group()

    def said(found: re.Match[str]) -> str:
        return found.group() if found.group() in vocabulary else CHAT[found.group()]

    def same(found: re.Match[str]) -> str:
        article, word = found.groups()
        other = SAME[word.casefold()]
        if _rarity(other, vocabulary) >= _rarity(word, vocabulary):
            return found.group()
        return (f"{article[0]}{'n' * (other[0] in 'aeiou')} " if article else "") + other

    question = _earned(_CHAT.sub(said, question), vocabulary)
    return _WORD.sub(mended, _SAME.sub(same, _COUNT.sub(counted, question)))


def _earned(question: str, vocabulary: Mapping[str, float]) -> str:
    """Return a question with what somebody makes or gets paid as what is earned, and the pay as the salary, where the
    documents have these words."""
    if _known("earn", vocabulary):
        question = _GETS_PAID.sub(r"\1 \2 earn", _MAKES.sub(r"\1 \2 earn", question))
        question = _IS_PAID.sub(
            lambda m: f"How much {'do' if m['be'].startswith('a') else 'does'} {m['who']} earn", question
        )
    if _known("salary", vocabulary) and not _known("pay", vocabulary):
        question = _PAY.sub(r"\1 salary", question)
    return question


def _rarity(word: str, vocabulary: Mapping[str, float]) -> float:
    return max(vocabulary.get(term, inf) for term in tokenize(word))


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
