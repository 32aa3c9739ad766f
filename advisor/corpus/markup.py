"""Markdown to what a reader of its page would see: no comments, hidden parts, tags, link targets or note marks.

What is not seen must not be found, quoted or handed to a model; and a `[3]` of a document is no citation of ours. Words
in backticks are shown as they are. No pattern looks twice for an end that is not there: in a long text that never ends.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)  # in a style
_ANY = re.DOTALL | re.IGNORECASE | re.MULTILINE
_CODE = r"`(?<!``)(?P<code>`*+)[^`\n]+`(?P=code)(?!`)"
_ENDED = [  # each up to its end, or else up to that of the text, and then it is shown
    re.compile(rf"{_CODE}|{begin}(?:.*?(?P<gone>{end})|.*)", _ANY)
    for begin, end in (("<!--", "-->"), *((rf"<{x}\b", rf"</{x}\s*>") for x in ("script", "style", "template")))
]
_ELEMENT = re.compile(rf"{_CODE}|<(?P<close>/?)(?P<name>[a-z]\w*)(?P<rest>(?:\s[^<>]*)?)>", _ANY)
_VALUE = re.compile(r"(?P<style>\bstyle\s*=\s*)?(?:\"(?P<value>[^\"]*)\"|'(?P<other>[^']*)')", _ANY)
_INLINE = r"(?:a|b|i|u|s|em|strong|span|font|small|sub|sup)"
_REST = r"(?:\s[^<>]*)?/?>"
_TAG = re.compile(  # a capital right behind a word is that of a generic type, as in Option<A>
    rf"{_CODE}|<(?:(?P<gone>(?:/|(?<!\w<)|(?-i:(?=[a-z]))){_INLINE}{_REST})|(?P<gap>/?(?:div|p|img|center|hr){_REST}))",
    _ANY,
)
_CONTROL = re.compile(r"<[|｜][\w▁-]+[|｜]>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>")  # words of chat templates
_WORDS = r"\[(?P<words>(?:[^\[\]]++|\[[^\[\]]*+\])*+)\]"
_TARGET = r"(?:<[^<>\n]*+>|(?:[^()\s]++|\([^()\s]*+\))*+)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*"
_LINK = re.compile(rf"{_CODE}|!?{_WORDS}\(\s*{_TARGET}\)")
_DEFINED = re.compile(
    r"^ {0,3}\[(?P<label>[^\[\]^\n][^\[\]\n]*)\]:[ \t]*(?=\S*[/#.]\S)\S++(?:[ \t]+(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*$",
    _ANY,
)
_REFERENCE = re.compile(rf"{_CODE}|!?{_WORDS}(?:\[(?P<label>[^\[\]\n]*)\])?")
_MARK = r"\\?\[(?:[1-9]\d{0,2}|\^[\w-]+)\\?\]"
_NOTE = re.compile(
    rf"{_CODE}|(?P<gone>(?<=\S)[^\S\n]*+{_MARK}(?![(\w])|^[^\S\n]*+{_MARK}:?(?![(\w])[^\S\n]*)", re.MULTILINE
)
_SEAM = "\0"  # where something was taken out: the spaces round it become one
_SPACES = re.compile(rf"(?<=[^\s{_SEAM}])[ \t]*+{_SEAM}[ \t{_SEAM}]*+")


def visible(text: str) -> str:
    """Return what a reader sees of a text that is no code block."""
    text = text.replace(_SEAM, "")
    for pattern in _ENDED:
        text = pattern.sub(_kept, text)
    text = _CONTROL.sub(f" {_SEAM}", _TAG.sub(_kept, _without_hidden(text)))
    for _ in range(2):  # a link may hold an image
        text = _LINK.sub(_worded, text)
    text = _NOTE.sub(_kept, _without_references(text))
    return _SPACES.sub(lambda found: " " if found[0].strip(_SEAM) else "", text).replace(_SEAM, "")


def _kept(found: re.Match[str]) -> str:
    named = found.groupdict()
    return _SEAM if named["gone"] else f" {_SEAM}" if named.get("gap") else found[0]


def _worded(found: re.Match[str]) -> str:
    return found[0] if found["words"] is None else found["words"]


def _is_hidden(attributes: str) -> bool:
    """Whether the attributes of a tag, as they are written, keep its element from being shown."""
    bare = _VALUE.sub("=", attributes)  # a title may speak of what is hidden
    styles = (value["value"] or value["other"] or "" for value in _VALUE.finditer(attributes) if value["style"])
    return bool(re.search(r"\shidden(?![\w-])", bare, re.IGNORECASE) or any(map(HIDING.search, (bare, *styles))))


def _without_hidden(text: str) -> str:
    shown, done = list[str](), 0
    for start, end in sorted(_hidden(text)):
        if start >= done:
            shown += text[done:start], f" {_SEAM}"
            done = end
    return "".join([*shown, text[done:]])


def _hidden(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each hidden element begins and ends; one that never ends is none."""
    opened: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for tag in _ELEMENT.finditer(text):
        if not tag["name"]:
            continue  # words in backticks
        begun = opened[tag["name"].lower()]
        if not tag["close"]:
            begun.append((tag.start(), bool(tag["rest"]) and _is_hidden(tag["rest"])))
        elif begun:
            start, hidden = begun.pop()
            if hidden:
                yield start, tag.end()


def _without_references(text: str) -> str:
    """Return a text with its reference links as their words, and without the lines that say where they lead."""
    defined = {found["label"].casefold() for found in _DEFINED.finditer(text)}
    if not defined:
        return text

    def worded(found: re.Match[str]) -> str:
        words = found["words"]
        leads = words and not words.isdecimal() and (found["label"] or words).casefold() in defined
        return words if leads else found[0]

    return _REFERENCE.sub(worded, _DEFINED.sub("", text))
