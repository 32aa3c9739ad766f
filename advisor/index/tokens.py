"""Text to the terms that BM25 counts.

Case, punctuation and stop words go; figures, `C++`, `CI/CD` and `k-means` survive; a compound gives itself and its
parts, so that `mid level` finds `mid-level`. Stop words go first because rank-bm25 floors a negative idf, which can
rank a stop word above a rare term.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_LANGUAGE = r"[a-z](?:\+\+|#(?!\w))"  # C++, C#
_TERM = re.compile(
    _LANGUAGE
    + r"|(?:\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)|\d+)(?:\.\d+)?%?"  # 900,000 9,00,000 44.8%
    + rf"|[^\W_]+(?:[-/'&.](?!{_LANGUAGE})[^\W_]+)*"  # words and compounds
)
_PART = re.compile(r"[^\W_]+[+#]*")
_DOTTED = re.compile(  # e.g., U.S.A., Ph.D., B.Sc, B.Tech
    r"\b(?:[a-z]{1,2}\.){2,}|\b[a-z]{1,2}\.[a-z]\b\.?|\b[a-z]\.(?:[a-z]{2}|tech|com|eng|phil)\b"
)
_CONTRACTED = re.compile(r"\b\w+n't\b|(?<=\w)'(?:s|re|ve|ll|d|m)\b")  # don't goes, you're is `you`
_SIGNS = str.maketrans("’\u2010", "'-")
_STOP = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing down during each few for from further get had has have having he her here
    hers him his how i if in into is it its itself just let many may me might more most much must my need no nor not
    of off on once one only or other our ours out over own please same she should so some such tell than that the
    their theirs them then there these they this those through to too under until up us very was we were what when
    where which while who whom why will with would you your yours explain describe give list say says
""".split()
)


_FOLDS = [
    (re.compile(pattern), fold)
    for pattern, fold in (
        (r"(?<=\w\w)ies?$", "y"),  # companies, and both of movie and movies
        (r"(?<=ss)es$", ""),  # classes
        (r"(x|[cs]h|\wus)es?$", r"\1"),  # boxes, approaches, bonuses, and both of cache and caches
        (r"(?<=\w{3})(?<![ius])s$", ""),
        (r"(?<=\w{3})is(?=(?:e|ed|ing|ation|er)$)", "iz"),  # British
        (r"(?<=\w{3})our$", "or"),
    )
]
_ENDINGS = """
    able ably ability ible ibly ibility al ally ance ancy ant ence ency ent ate ated ating ation ative ator e ed er ful
    fully ic ical ically ing ion ional ism ist istic ity ive ively ize ized izer izing ization less ly ment ness or ory
    ous ously ure (?<![aeiou])y
""".split()
_ENDING = re.compile(rf"(?<=[a-z]{{4}})(?:{'|'.join(_ENDINGS)})$")
_LONGEST = 40  # letters; what is longer is no word
_DOUBLED = re.compile(r"(?<=[a-z]{3})([a-z])\1$")


def form(term: str) -> str:
    """Return what the forms of a word have in common, as those of `deploy`, `deployed` and `deployment`.

    The longest ending goes, again and again, where four letters stay (after Lovins, 1968, without her conditions). It
    joins some words that only look alike, so that equal forms are a weaker match than equal terms.
    """
    if len(term) > _LONGEST:
        return term
    while (shorter := _ENDING.sub("", term)) != term:
        term = shorter
    return _DOUBLED.sub(r"\1", term)


def tokenize(text: str) -> list[str]:
    """Return the terms of `text`, in order, repeats kept."""
    return [token for term in _TERM.findall(_normal(text)) for token in _expand(term)]


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS)
    return _DOTTED.sub(lambda found: found.group().replace(".", ""), _CONTRACTED.sub("", text))


def _expand(term: str) -> Iterator[str]:
    """Yield a figure without its commas and with and without its sign, a compound whole and then its parts, a word."""
    if term[0].isdecimal():
        figure = term.replace(",", "")
        yield from dict.fromkeys((figure.rstrip("%"), figure))
        return
    parts = _PART.findall(term)
    if len(parts) > 1:
        yield "-".join(map(_stem, parts))
    yield from (_stem(part) for part in parts if part not in _STOP)


def _stem(word: str) -> str:
    """Fold plurals and British spellings.

    After the S stemmer of Harman, 1991, doi:10.1002/(SICI)1097-4571(199101)42:1<7::AID-ASI2>3.0.CO;2-P.
    """
    for pattern, fold in _FOLDS:
        word = pattern.sub(fold, word)
    return word
