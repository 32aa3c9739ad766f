"""Raw text to clean lines: leftovers of markup and page furniture go, words stay.

Knows characters and single lines; knows nothing of sections (outline.py) or of line wrapping (unwrap.py).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from advisor.corpus.markup import visible, without_control
from advisor.corpus.outline import in_code

EMOJI = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]\ufe0f?"
_EMOJI_BULLET = re.compile(rf"\s*{EMOJI}\s+(?=\S)")
_EMOJI_END = re.compile(rf"\s*{EMOJI}\s*$")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LINE_END = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_UNICODE_BULLET = re.compile(r"^(\s*)[•◦▪‣·●○■]\s+")
_AUTOLINK = re.compile(r"<(https?://[^>\s]+)>")

# Whole lines that a web page puts round its article.
_FURNITURE = re.compile(
    r"""^(?:
      you\ are\ currently\ viewing\b.* | image\ of\b.* | post\ a\ comment | leave\ a\ (?:comment|reply)
    | \d+(?:\ \d+)?\ votes? | article\ rating | subscribe | notify\ of | guest | \d+\ comments?
    | oldest | newest(?:\ most\ voted)? | most\ voted | inline\ feedbacks | view\ all\ comments
    | generated\ on:.* | share\ this(?:\ post|\ article)?:? | share\ on\ .{1,40} | read\ more | table\ of\ contents
    | (?:written|reviewed)\ by:?
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_AUTHOR_CARD = re.compile(r"^(?:about the )?authors?:?$", re.IGNORECASE)
_TABLE_OF_CONTENTS = re.compile(r"^table of (?:summary|contents)\b.*", re.IGNORECASE)


def clean(raw: str) -> list[str]:
    """Return the lines of `raw` without markup leftovers and page furniture; an empty string is a blank line.

    Lines of a code block are left as they are.
    """
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cleaned: list[str] = []
    for code, run in groupby(zip(lines, in_code(lines), strict=True), key=lambda pair: pair[1]):
        own = [line for line, _ in run]
        cleaned.extend([_INVISIBLE.sub("", line) for line in own] if code else _clean_text("\n".join(own)))
    return _drop_furniture(cleaned)


def _clean_text(text: str) -> Iterator[str]:
    text = _LINE_END.sub("\n", html.unescape(visible(text)))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text)).replace("\u00a0", " ")
    text = without_control(text)  # entities and invisible signs may have hidden one
    for line in _BREAK.sub(" ", text).split("\n"):
        yield from _split_emoji(_mend(line))


def _mend(line: str) -> str:
    """Repair emphasis that a converter broke (`**\\*\\* Text**`), bullets and escapes within one line."""
    line = re.sub(r"\*\*\\\*\\\*\s+(.*?)(?:\*\*)?\s*$", r"\1", line)
    line = re.sub(r"\\\*\\\*\s*", "", line)
    line = re.sub(r"(?<=\S)\*\*$", "", line) if line.count("**") == 1 else line
    line = re.sub(r"\\+_", "_", line)
    line = _UNICODE_BULLET.sub(r"\1- ", line)
    line = _AUTOLINK.sub(r"\1", line)
    line = re.sub(r"\[(https?://[^\]\s]+)\]\(\1\)", r"\1", line)
    return line.rstrip()


def _split_emoji(line: str) -> list[str]:
    """Split `🔹 a 🔹 b` into one bullet a line; text before the first emoji stays a line of its own."""
    line = _EMOJI_END.sub("", line)
    parts = _EMOJI_BULLET.split(line)
    if len(parts) == 1:
        return [line]
    if line.lstrip().startswith(("#", "|")):
        return [" ".join(part for part in parts if part)]
    head = [parts[0]] if parts[0].strip() else []
    return head + [f"- {part.strip()}" for part in parts[1:]]


def _drop_furniture(lines: list[str]) -> list[str]:
    kept: list[str] = []
    for i, (line, code) in enumerate(zip(lines, in_code(lines), strict=True)):
        bare = line.strip().strip("*")
        if (
            not code
            and _AUTHOR_CARD.match(bare)
            and i > len(lines) / 2
            and not any(ln.startswith("#") for ln in lines[i:])
        ):
            break  # what follows an article's author card is the card and the comment form
        if code or not _FURNITURE.match(bare):
            kept.append(line)
    return _drop_contents(kept)


def _drop_contents(lines: list[str]) -> list[str]:
    """Drop a table of contents that was flattened into one run of words at the head of the page."""
    for i, line in enumerate(lines[:5]):
        if _TABLE_OF_CONTENTS.match(line.strip()) and len(line) > 120:
            end = i + 1
            while end < len(lines) and end < i + 4 and not lines[end - 1].rstrip().endswith("|"):
                end += 1
            return lines[:i] + (lines[end:] if lines[end - 1].rstrip().endswith("|") else lines[i + 1 :])
    return lines
