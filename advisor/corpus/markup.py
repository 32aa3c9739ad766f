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
# Each up to its end, or else up to that of the text, and then it is shown.
_COMMENT = re.compile(r"`(?<!``)(?P<code>`*+)[^`\n]+`(?P=code)(?!`)|<!--(?:.*?(?P<gone>-->)|.*)", _ANY)
_UNSEEN = [re.compile(rf"<{x}\b(?:.*?(?P<gone></{x}\s*>)|.*)", _ANY) for x in ("script", "style", "template")]
_ELEMENT = re.compile(r"<(?P<close>/?)(?P<name>[a-z]\w*)(?P<rest>(?:\s[^<>]*)?)>", _ANY)
_VALUE = re.compile(r"(?P<style>\bstyle\s*=\s*)?(?:\"(?P<value>[^\"]*)\"|'(?P<other>[^']*)')", _ANY)
_INLINE = re.compile(  # a capital right behind a word is that of a generic type, as in Option<A>
    r"<(?=[/a-z])(?:/|(?<!\w<)|(?-i:(?=[a-z])))(?:a|b|i|u|s|em|strong|span|font|small|sub|sup)(?:\s[^<>]*)?/?>", _ANY
)
_BLOCK = re.compile(r"</?(?:div|p|img|center|hr)(?:\s[^<>]*)?/?>", _ANY)
_CONTROL = re.compile(r"<[|｜][\w▁-]+[|｜]>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>")  # words of chat templates
_WORDS = r"!?\[(?P<words>(?:[^\[\]]++|\[[^\[\]]*+\])*+)\]"
_TARGET = r"(?:<[^<>\n]*+>|(?:[^()\s]++|\([^()\s]*+\))*+)(?:\s++(?:\"[^\"]*\"|'[^']*'))?\s*+"
_LINK = re.compile(rf"{_WORDS}\(\s*+{_TARGET}\)")
_DEFINED = re.compile(
    r"^ {0,3}\[(?P<label>[^\[\]^\n][^\[\]\n]*)\]:[ \t]*+(?=\S*[/#.]\S)\S++"
    r"(?:[ \t]++(?:\"[^\"\n]*\"|'[^'\n]*'))?[ \t]*+$",
    re.MULTILINE,
)
_REFERENCE = re.compile(rf"{_WORDS}(?:\[(?P<label>[^\[\]\n]*)\])?")
_MARK = r"\\?\[(?:[1-9]\d{0,2}|\^[\w-]+)\\?\]"
_NOTE = re.compile(rf"(?<=\S)[^\S\n]*+{_MARK}(?![(\w])|^[^\S\n]*+{_MARK}:?(?![(\w])[^\S\n]*+", re.MULTILINE)
# Unicode keeps these characters for such a use, and for no text.
_SEAM, _GAP = "\ufdd0\ufdd1"  # where something was taken out within words, and between them
_SEAMS = re.compile(rf"(?P<before>(?<=[^\s{_SEAM}{_GAP}])[ \t]*+)?[{_SEAM}{_GAP}][ \t{_SEAM}{_GAP}]*+")
_SHIELD = str.maketrans("<>[]", "\ufdd2\ufdd3\ufdd4\ufdd5")
_SHOWN = {put: sign for sign, put in _SHIELD.items()}
_RESERVED = dict.fromkeys((ord(_SEAM), ord(_GAP), *_SHOWN))


def visible(text: str) -> str:
    """Return what a reader sees of a text that is no code block."""
    text = _COMMENT.sub(_uncommented, text.translate(_RESERVED))
    for pattern in _UNSEEN:
        text = pattern.sub(lambda found: _GAP if found["gone"] else found[0], text)
    text = _BLOCK.sub(_GAP, _INLINE.sub(_SEAM, _without_hidden(text)))
    for _ in range(2):  # a link may hold an image
        text = _LINK.sub(r"\g<words>", text)
    text = _closed(_NOTE.sub(_SEAM, _without_references(text))).translate(_SHOWN)
    return without_control(text)  # last, for what was taken out may have parted one


def without_control(text: str) -> str:
    """Return a text without the words by which chat templates part who says what."""
    return _closed(_CONTROL.sub(_GAP, text))


def _uncommented(found: re.Match[str]) -> str:
    """Return nothing for a comment, and words in backticks so that nothing in them is taken for markup."""
    return _SEAM if found["gone"] else found[0] if found["code"] is None else found[0].translate(_SHIELD)


def _closed(text: str) -> str:
    """Return a text with one space where there were some round what was taken out, and none at the start of a line."""
    return _SEAMS.sub(lambda found: " " if found["before"] is not None and found[0].strip(_SEAM) else "", text)


def _is_hidden(attributes: str) -> bool:
    """Whether the attributes of a tag, as they are written, keep its element from being shown."""
    bare = _VALUE.sub("=", attributes)  # a title may speak of what is hidden
    styles = (value["value"] or value["other"] or "" for value in _VALUE.finditer(attributes) if value["style"])
    return bool(re.search(r"\shidden(?![\w-])", bare, re.IGNORECASE) or any(map(HIDING.search, (bare, *styles))))


def _without_hidden(text: str) -> str:
    shown, done = list[str](), 0
    for start, end in sorted(_hidden(text)):
        if start >= done:
            shown += text[done:start], _GAP
            done = end
    return "".join([*shown, text[done:]])


def _hidden(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each hidden element begins and ends; one that never ends is none."""
    opened: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for tag in _ELEMENT.finditer(text):
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
        leads = not words.isdecimal() and (found["label"] or words).casefold() in defined
        return words if leads else found[0]

    return _REFERENCE.sub(worded, _DEFINED.sub("", text))
