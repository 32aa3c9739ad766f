"""Keys and a text to whether the text holds them, whatever its case, hyphens, quotes and spelling tradition."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_BRITISH = re.compile(r"(?<=\w{3})is(?=(?:e|ed|es|ing|ation|ations|er|ers)\b)")


def fold(text: str) -> str:
    """Return `text` with only what a comparison should see: letters, digits, figures' signs, single spaces."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[-‐‑–—*_`]+", " ", text)
    text = re.sub(r"(?<=\d),(?=(?:\d{2},)*\d{3}(?!\d))", "", text)  # 4,50,000 as in India, 450,000 elsewhere
    text = re.sub(r"[^\w\s%₹$+#./]|[./](?!\w)", " ", text)
    return " ".join(_BRITISH.sub("iz", text).split())


def holds(text: str, keys: Sequence[str]) -> bool:
    """Whether folded `text` holds every key, each from the start of a word on, and a figure to its end."""
    return all(_key(key).search(text) for key in keys)


def holds_any(text: str, keys: Sequence[str]) -> bool:
    """Whether folded `text` holds at least one of the keys."""
    return any(_key(key).search(text) for key in keys)


def _key(key: str) -> re.Pattern[str]:
    folded = fold(key)
    end = r"(?!\.?\d)" if folded[-1:].isdigit() else ""  # 35 is not the beginning of 350, nor of 35.8
    return re.compile(r"(?<![\w.])" + re.escape(folded) + end)
