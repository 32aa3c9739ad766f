"""Text to the terms that BM25 counts.

Case, punctuation and stop words go; figures, `C++`, `CI/CD` and `k-means` survive; a compound gives itself and its
parts, so that `mid level` finds `mid-level`. Stop words go first because rank-bm25 floors a negative idf, which can
rank a stop word above a rare term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TERM = re.compile(
    r"[a-z]\+\+|[a-z]#(?!\w)"  # C++, C#
    r"|\d[\d,]*(?:\.\d+)?%?"  # 900,000 44.8%
    r"|[^\W_]+(?:[-/'’&.][^\W_]+)*"  # words and compounds
)
_DOTTED = re.compile(r"\b(?:[a-z]{1,2}\.){2,}|\b[a-z]{1,2}\.[a-z]\b\.?")  # Ph.D., e.g., U.S.A.
_PART = re.compile(r"[^\W_]+")
_STOP = frozenset(
    """
    a about above after again against all also am an and any are aren't as at be because been before being
    below between both but by can can't could couldn't did didn't do does doesn't doing don't down during each
    few for from further get had has have having he her here hers him his how i if in into is isn't it it's
    its itself just let many may me might more most much must my need no nor not of off on once one only or
    other our ours out over own please same she should so some such tell than that the their theirs them then
    there these they this those through to too under until up us very was we were what what's when where which
    while who whom why will with would you your yours explain describe give list say says
""".split()
)


def tokenize(text: str) -> list[str]:
    """Return the terms of `text`, in order, repeats kept."""
    return [token for term in _TERM.findall(_normal(text)) for token in _expand(term)]


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return _DOTTED.sub(lambda found: found.group().replace(".", ""), text)


def _expand(term: str) -> Iterator[str]:
    """Yield a term in its counted form, and a compound's parts behind it."""
    if (
        term[0].isdigit()
        and _PART.fullmatch(term.replace(",", "").replace(".", "").rstrip("%"))
        and not any(letter.isalpha() for letter in term)
    ):
        yield from _figure(term)
        return
    term = re.sub(r"'s$", "", term)
    parts = _PART.findall(term) if not term.endswith(("+", "#")) else [term]
    if term not in _STOP:
        yield _stem(term) if len(parts) == 1 else "-".join(_stem(part) for part in parts)
    if len(parts) > 1:
        yield from (_stem(part) for part in parts if part not in _STOP)


def _figure(term: str) -> Iterator[str]:
    plain = term.replace(",", "")
    yield plain.rstrip("%")
    if plain.endswith("%"):
        yield plain


def _stem(word: str) -> str:
    """Fold plurals (the S stemmer of Harman, 1991, doi:10.1002/(SICI)1097-4571(199101)42:1<7::AID-ASI2>3.0.CO;2-P)
    and British -is-/-our- spellings."""
    if len(word) > 3 and word.endswith("ies") and not word.endswith(("eies", "aies")):
        word = word[:-3] + "y"
    elif (len(word) > 3 and word.endswith("es") and not word.endswith(("aes", "ees", "oes"))) or (
        len(word) > 3 and word.endswith("s") and not word.endswith(("us", "ss", "is"))
    ):
        word = word[:-1]
    word = re.sub(r"(?<=\w{3})is(?=(?:e|ed|ing|ation|er)$)", "iz", word)
    return re.sub(r"(?<=\w{3})our$", "or", word)
