"""Keys and a text to whether the text holds them, whatever its case, hyphens, quotes and spelling tradition."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

_NEVER = re.compile(r"(?!)")
_SHORT = 3  # letters
_BRITISH = re.compile(r"(?<=\w{3})is(?=(?:e|ed|es|ing|ation|ations|er|ers)\b)")


def fold(text: str) -> str:
    """Return `text` with only what a comparison should see: letters, digits, figures' signs, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[-‐‑–—*_`]+", " ", text)
    text = re.sub(r"(?<=\d),(?=(?:\d{2},)*\d{3}(?!\d))", "", text)  # 4,50,000 as in India, 450,000 elsewhere
    text = re.sub(r"[^\w\s%₹$£€+#./]|[./](?!\w)", " ", text)
    return " ".join(_BRITISH.sub("iz", text).split())


def holds(text: str, keys: Sequence[str]) -> bool:
    """Whether folded `text` holds every key.

    A key is the start of a word, so that it holds for the word's forms. One of up to three letters is the whole word or
    its plural, since R, Git and GAN begin too many others. A figure is held to its end.
    """
    return all(_key(key).search(text) for key in keys)


def holds_any(text: str, keys: Sequence[str]) -> bool:
    """Whether folded `text` holds at least one of the keys."""
    return any(_key(key).search(text) for key in keys)


@cache
def _key(key: str) -> re.Pattern[str]:
    folded = fold(key)
    if not folded:
        return _NEVER  # else it would be in every text
    start = "" if folded[0] in "%₹$£€+#" else r"(?<![\w.])"  # a sign stands right behind a figure or a word
    end = ""
    if folded[-1].isdigit():
        end = r"(?!\.?\d)"  # 35 is not the beginning of 350, nor of 35.8
    elif len(folded) <= _SHORT and folded.isalpha():
        end = r"s?(?![\w+#])"  # C is not the beginning of C++
    return re.compile(start + re.escape(folded) + end)
