"""Plain text to blocks: headings, terms, lists and flattened tables told by their shape and their neighbours.

Takes logical lines (unwrap.py has run). Two layouts occur: lines set apart by blank lines, where a heading stands
alone; and dense text, where only shapes and what came before tell a heading from a list item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from advisor.corpus.outline import ITEM, Block
from advisor.corpus.unwrap import TERM

_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]\s+|(?:Step|Phase|Stage|Part|Skill)\s+\d+\b[:.]?\s*)[A-Z]")
_LETTERED = re.compile(r"^[a-z][.)]\s+([A-Z][^:]{1,40}):\s*(.*)$")
_DASH = re.compile(r"(?:^|\s)-\s+(?=[A-Z])")
_TABLE_HEAD = re.compile(r"^(.{2,50}) (Description|Definition|Meaning|Purpose|Explanation)$")
_TABLE_ROW = re.compile(r"^(.{2,50}?) ((?:An?|The) .{10,})$")
_SMALL = frozenset(
    """
    a an and as at by for from how if in into is of on only or the to up vs vs. with
""".split()
)
_CLOSED = (".", "!", ";", ",", ":", "…", "&")
_LONG = 200  # characters; a longer line after a lead-in is a paragraph, not an item
TITLE, SECTION, NUMBERED, TERMED, LETTERED = 1, 2, 3, 4, 5  # heading levels


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    alone: bool  # a blank line (or the text's end) before and after it


def plain(lines: list[str]) -> list[Block]:
    """Return the blocks of plain text given as logical lines."""
    reader = _Reader(_set_apart(lines))
    return _drop_repeats(reader.read())


def _set_apart(lines: list[str]) -> list[_Line]:
    padded = ["", *lines, ""]
    return [
        _Line(line, not before.strip() and not after.strip())
        for before, line, after in zip(padded, padded[1:], padded[2:], strict=False)
        if line.strip()
    ]


class _Reader:
    """Reads lines in order; `in_list` holds the depth of the items that a lead-in line has opened, or None."""

    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.airy = sum(line.alone for line in lines) > 0.4 * len(lines)
        self.blocks: list[Block] = []
        self.in_list: int | None = None

    def read(self) -> list[Block]:
        i = 0
        while i < len(self.lines):
            i = self._step(i)
        return self.blocks

    def _step(self, i: int) -> int:
        """Read the block at line i and return the line after it."""
        text = self.lines[i].text.strip()
        if rows := self._table(i):
            return i + rows
        if level := self._heading_level(i):
            return self._heading(text, level, i)
        if found := _LETTERED.match(text):
            self._heading(found[1], LETTERED, i)
            self._run(found[2])
        elif found := ITEM.match(self.lines[i].text):
            self._item(found[3].strip(), 0)
            self.in_list = 1 if text.endswith(":") else None
        elif not self.airy and (taken := self._term(i)):
            return i + taken
        elif self.in_list is not None and not self.airy and len(text) < _LONG:
            self._item(text, self.in_list)
        else:
            self._run(text)
            self.in_list = 0 if text.endswith(":") else None
        return i + 1

    def _heading(self, text: str, level: int, i: int) -> int:
        self.blocks.append(Block("heading", text.rstrip(": "), level))
        self.in_list = 0 if text.endswith(":") else None
        return i + 1

    def _item(self, text: str, depth: int) -> None:
        self.blocks.append(Block("item", text, depth))

    def _run(self, text: str) -> None:
        """Add a paragraph; three or more ` - Word` inside it are a list that was run together."""
        parts = [part.strip() for part in _DASH.split(text)]
        if len(parts) < 4:
            self.blocks.append(Block("paragraph", text))
            return
        if parts[0]:
            self.blocks.append(Block("paragraph", parts[0]))
        for part in parts[1:]:
            self._item(part, 0)

    def _heading_level(self, i: int) -> int:
        """Return the level of the heading at line i, or 0 where there is none."""
        line = self.lines[i]
        text = line.text.strip()
        if i + 1 == len(self.lines) or (ITEM.match(text) and not _NUMBERED.match(text)) or len(text) > 90:
            return 0
        if _NUMBERED.match(text) and not text.endswith((".", ";", ",")) and len(text.split()) <= 12:
            return NUMBERED
        if not _is_title(text) or (line.alone is False and self.airy):
            return 0
        if i == 0:
            return TITLE if self.airy or self.lines[1].text.strip() == text else SECTION
        if text.endswith("?") and any("question" in block.text.casefold() for block in self._headings()):
            return NUMBERED
        return SECTION if self.airy or self._after_prose(i) else 0

    def _headings(self) -> list[Block]:
        return [block for block in self.blocks if block.kind == "heading"]

    def _after_prose(self, i: int) -> bool:
        """Whether the line before i ends a sentence, breaks off after a long run, or is a heading itself."""
        before = self.lines[i - 1].text.strip()
        last = self.blocks[-1]
        return (
            before.endswith((".", "!", "?", ")”")) or len(before) > 75 or (last.kind == "heading" and last.level <= 2)
        )

    def _term(self, i: int) -> int:
        """Read `Term: definition`, or `Term:` with what follows it; return how many lines that took."""
        found = TERM.match(self.lines[i].text.strip())
        if not found or len(found["term"].split()) > 12:
            return 0
        if found["rest"]:
            self._item(self.lines[i].text.strip(), 0)
            self.in_list = None
            return 1
        if self._one_of_terms(i):
            self._item(f"{self.lines[i].text.strip()} {self.lines[i + 1].text.strip()}", 0)
            self.in_list = None
            return 2
        if not _is_title(found["term"]):
            return 0
        self._heading(found["term"], TERMED, i)
        following = self.lines[i + 1].text.strip() if i + 1 < len(self.lines) else ""
        self.in_list = None if following.endswith(".") else 0
        return 1

    def _one_of_terms(self, i: int) -> bool:
        """Whether the colon line i is one of a run of terms, of which at least one has its definition behind it."""
        return self._is_pair(i) and (self._run_has_inline(i, 1) or self._run_has_inline(i, -1))

    def _is_pair(self, i: int) -> bool:
        """Whether line i is `Term:` alone and line i + 1 its one-paragraph definition."""
        if not 0 <= i < len(self.lines) - 1:
            return False
        found, body = TERM.match(self.lines[i].text.strip()), self.lines[i + 1].text.strip()
        if not found or found["rest"] or TERM.match(body) or not body.endswith((".", "etc")):
            return False
        after = self.lines[i + 2].text.strip() if i + 2 < len(self.lines) else ""
        return not after or bool(TERM.match(after) or _NUMBERED.match(after) or _is_title(after))

    def _is_inline(self, i: int) -> bool:
        found = TERM.match(self.lines[i].text.strip()) if 0 <= i < len(self.lines) else None
        return bool(found and found["rest"] and self.lines[i].text.strip().endswith("."))

    def _run_has_inline(self, i: int, step: int) -> bool:
        at = i + 2 if step > 0 else i - 1
        while 0 <= at < len(self.lines):
            if self._is_inline(at):
                return True
            if not self._is_pair(at if step > 0 else at - 1):
                return False
            at += 2 * step
        return False

    def _table(self, i: int) -> int:
        """Read a table that was flattened to a line a row (`Name Description`, `NumPy An open …`)."""
        head = _TABLE_HEAD.match(self.lines[i].text.strip())
        rows = []
        for line in self.lines[i + 1 :]:
            if not head or not (row := _TABLE_ROW.match(line.text.strip())):
                break
            rows.append(row.groups())
        if not head or len(rows) < 2:
            return 0
        for cells in (head.groups(), ("---", "---"), *rows):
            self.blocks.append(Block("row", "| " + " | ".join(cells) + " |"))
        return 1 + len(rows)


def _is_title(text: str) -> bool:
    """Whether a line has the shape of a heading: short, no full stop, most words with a capital, or a question."""
    words = [word.strip("()“”\"'‘’,") for word in text.split()]
    words = [word for word in words if word]
    if not 1 <= len(words) <= 12 or text.endswith(_CLOSED) or not (text[0].isupper() or text[0].isdigit()):
        return False
    if text.endswith("?"):
        return True
    big = [word for word in words if word.casefold() not in _SMALL]
    return sum(not word[0].islower() for word in big) >= 0.7 * len(big) and "http" not in text


def _drop_repeats(blocks: list[Block]) -> list[Block]:
    """Drop a heading that says again what the heading before it, or the title, said; and captions of the title."""
    title = blocks[0].text.casefold() if blocks and blocks[0].level == TITLE else ""
    out: list[Block] = []
    for block in blocks:
        text = block.text.casefold()
        after_heading = bool(out) and out[-1].kind == "heading"
        repeat = (
            block.kind == "heading" and out and (text == title or (after_heading and text in out[-1].text.casefold()))
        )
        caption = block.kind == "paragraph" and after_heading and title and title in text and len(text) < 100
        if not repeat and not caption:
            out.append(block)
    return out
