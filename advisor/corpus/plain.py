"""Plain text to blocks: headings, terms, lists and flattened tables told by their shape and their neighbours.

Takes logical lines (unwrap.py has run). Two layouts occur: lines set apart by blank lines, where a heading stands
alone; and dense text, where only shapes and what came before tell a heading from a list item.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import takewhile

from advisor.corpus.outline import ITEM, Block
from advisor.corpus.unwrap import TERM

_NUMBERED = re.compile(r"^(?:\d{1,2}[.)]\s+|(?:Step|Phase|Stage|Part|Skill)\s+\d+\b[:.]?\s*)[A-Z]")
_LETTERED = re.compile(r"^[a-z][.)]\s+([A-Z][^:]{1,40}):\s*(.*)$")
_DASH = re.compile(r"(?:^|\s)-\s+(?=[A-Z])")
_TABLE_HEAD = re.compile(r"^(.{2,50}) (Description|Definition|Meaning|Purpose|Explanation)$")
_TABLE_ROW = re.compile(r"^(.{2,50}?) ((?:An?|The) .{10,})$")
_SMALL = frozenset("a an and as at by for from how if in into is of on only or the to up vs vs. with".split())
_CLOSED = (".", "!", ";", ",", ":", "…", "&")
_LONG = 200  # characters; a longer line after a lead-in is a paragraph, not an item
TITLE, SECTION, NUMBERED, TERMED, LETTERED = 1, 2, 3, 4, 5  # heading levels


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    indent: int
    alone: bool  # a blank line (or the text's end) before and after it


def plain(lines: list[str]) -> list[Block]:
    """Return the blocks of plain text given as logical lines."""
    padded = ["", *lines, ""]
    apart = [
        _Line(line.strip(), len(line) - len(line.lstrip()), not before.strip() and not after.strip())
        for before, line, after in zip(padded, padded[1:], padded[2:], strict=False)
        if line.strip()
    ]
    blocks = _drop_repeats(_Reader(apart).read())
    return _step_levels(_nest_sections(_restore_lists(blocks)))


class _Reader:
    """Reads lines in order; `in_list` holds the depth of the items that a lead-in line has opened, or None."""

    def __init__(self, lines: list[_Line]) -> None:
        self.lines = lines
        self.airy = sum(line.alone for line in lines) > 0.4 * len(lines)
        self.blocks: list[Block] = []
        self.in_list: int | None = None
        self.indents: list[int] = []  # of the last bullet and those that it is nested in

    def read(self) -> list[Block]:
        i = 0
        while i < len(self.lines):
            i = self._step(i)
        return self.blocks

    def _text(self, i: int) -> str:
        return self.lines[i].text if 0 <= i < len(self.lines) else ""

    def _step(self, i: int) -> int:
        """Read the block at line i and return the line after it."""
        text = self._text(i)
        if rows := self._table(i):
            return i + rows
        if level := self._heading_level(i):
            return self._heading(text, level, i)
        if found := _LETTERED.match(text):
            self._heading(found[1], LETTERED, i)
            self._run(found[2])
        elif self._is_apart(i):
            self.blocks.append(Block("paragraph", ITEM.sub(r"\3", text)))
        elif found := ITEM.match(text):
            self._bullet(
                found[3].strip(), self.lines[i].indent, "-" if found[2] in "-*+" else found[2].replace(")", ".")
            )
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

    def _bullet(self, text: str, indent: int, mark: str) -> None:
        """Add an item under the last one of its list that is indented less, by two characters or more."""
        in_run = bool(self.blocks) and self.blocks[-1].kind == "item"
        self.indents = [*(outer for outer in self.indents if in_run and outer + 2 <= indent), indent]
        self._item(text, len(self.indents) - 1, mark)
        self.in_list = len(self.indents) if text.endswith(":") else None

    def _item(self, text: str, depth: int, mark: str = "-") -> None:
        self.blocks.append(Block("item", text, depth, mark))

    def _run(self, text: str) -> None:
        """Add a paragraph; three or more ` - Word` inside it are a list that was run together."""
        first, *rest = [part.strip() for part in _DASH.split(text)]
        if len(rest) < 3:
            first, rest = text, []
        if first:
            self.blocks.append(Block("paragraph", first))
        for part in rest:
            self._item(part, 0)

    def _heading_level(self, i: int) -> int:
        """Return the level of the heading at line i, or 0 where there is none."""
        line, text = self.lines[i], self._text(i)
        if i + 1 == len(self.lines) or (ITEM.match(text) and not _NUMBERED.match(text)):
            return 0
        if _NUMBERED.match(text) and not text.endswith((".", ";", ",")) and len(text.split()) <= 12:
            return NUMBERED
        if not _is_title(text) or (self.airy and not line.alone):
            return 0
        if i == 0:
            return TITLE if self.airy or self._text(1) == text else SECTION
        if text.endswith("?") and any("question" in b.text.casefold() for b in self.blocks if b.kind == "heading"):
            return NUMBERED
        return SECTION if self.airy or self._after_prose(i) else 0

    def _is_apart(self, i: int) -> bool:
        """Whether the line at i is no entry: a bullet that labels the next ones, or the text's closing exclamation."""
        text, found, following = self._text(i), ITEM.match(self._text(i)), ITEM.match(self._text(i + 1))
        if found and following and self.lines[i].indent == self.lines[i + 1].indent:
            return text.endswith(":") and found[2] == following[2] and not following[3].endswith(":")
        before = [block for block in self.blocks[-2:] if block.kind == "item" and not block.text.endswith("!")]
        return text.endswith("!") and len(before) == 2 and i + 1 == len(self.lines)

    def _after_prose(self, i: int) -> bool:
        """Whether the line before i ends a sentence, breaks off after a long run, or is a heading itself."""
        before, last = self._text(i - 1), self.blocks[-1]
        under_heading = last.kind == "heading" and last.level <= SECTION
        return before.endswith((".", "!", "?", ")”")) or len(before) > 75 or under_heading

    def _term(self, i: int) -> int:
        """Read `Term: definition`, or `Term:` with what follows it; return how many lines that took."""
        found = TERM.match(self._text(i))
        if not found or len(found["term"].split()) > 12:
            return 0
        if taken := 1 if found["rest"] else 2 * self._is_one_of_terms(i):
            self._item(" ".join(line.text for line in self.lines[i : i + taken]), 0)
            self.in_list = None
            return taken
        if not _is_title(found["term"]):
            return 0
        self._heading(found["term"], TERMED, i)
        one_only = len(self._text(i + 2)) >= _LONG  # a list of one entry is no list
        self.in_list = None if one_only or self._text(i + 1).endswith(".") else 0
        return 1

    def _is_one_of_terms(self, i: int) -> bool:
        """Whether the colon line i is one of a run of terms, of which at least one has its definition behind it."""
        return self._is_pair(i) and (self._run_has_inline(i, 1) or self._run_has_inline(i, -1))

    def _is_pair(self, i: int) -> bool:
        """Whether line i is `Term:` alone and line i + 1 its one-paragraph definition."""
        found, body, after = TERM.match(self._text(i)), self._text(i + 1), self._text(i + 2)
        if not found or found["rest"] or TERM.match(body) or not body.endswith((".", "etc")):
            return False
        return not after or bool(TERM.match(after) or _NUMBERED.match(after) or _is_title(after))

    def _run_has_inline(self, i: int, step: int) -> bool:
        at = i + 2 if step > 0 else i - 1
        while text := self._text(at):
            found = TERM.match(text)
            if found and found["rest"] and text.endswith("."):
                return True
            if not self._is_pair(at if step > 0 else at - 1):
                return False
            at += 2 * step
        return False

    def _table(self, i: int) -> int:
        """Read a table that was flattened to a line a row (`Name Description`, `NumPy An open …`)."""
        head = _TABLE_HEAD.match(self._text(i))
        matches = (_TABLE_ROW.match(line.text) for line in self.lines[i + 1 :])
        rows = [row.groups() for row in takewhile(bool, matches) if row] if head else []
        if not head or len(rows) < 2:
            return 0
        for cells in (head.groups(), ("---", "---"), *rows):
            self.blocks.append(Block("row", "| " + " | ".join(cells) + " |"))
        return 1 + len(rows)


def _is_title(text: str) -> bool:
    """Whether a line has the shape of a heading: short, no full stop, most words with a capital, or a question."""
    words = [bare for word in text.split() if (bare := word.strip("()“”\"'‘’,"))]
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
        above = out[-1].text.casefold() if out and out[-1].kind == "heading" else ""
        repeat = block.kind == "heading" and out and (text == title or text in above)
        caption = block.kind == "paragraph" and above and title and title in text and len(text) < 100
        if not repeat and not caption:
            out.append(block)
    return out


def _stems(text: str) -> set[str]:
    return {word[:6].casefold() for word in re.findall(r"\w{6,}", text)}


def _restore_lists(blocks: list[Block]) -> list[Block]:
    """Nest a term's entries in the list that the term interrupts, where they echo it and no other entry there does."""
    above = 0
    for i, block in enumerate(blocks):
        if block.kind == "heading" and block.level == TERMED > above:
            outer, inner = (list(takewhile(_is_entry, run)) for run in (reversed(blocks[:i]), blocks[i + 1 :]))
            echoes = [bool(_stems(block.text) & _stems(entry.text)) for entry in [*inner, *outer]]
            own = echoes.count(True)
            if outer and 1 < own < len(inner) and all(echoes[:own]):
                blocks[i + 1 : i + 1 + own] = [replace(entry, level=1) for entry in inner[:own]]
                blocks[i] = Block("item", f"{block.text}:")
        above = blocks[i].level if blocks[i].kind == "heading" else above
    return blocks


def _is_entry(block: Block) -> bool:
    return block.kind == "item" and TERM.match(block.text) is not None


def _nest_sections(blocks: list[Block]) -> list[Block]:
    """Put under a heading without a body those after it whose texts begin by echoing it, and then those built alike."""
    headings = [i for i, block in enumerate(blocks) if block.kind == "heading"]
    for i in headings:
        level, at = blocks[i].level, i + 1
        shapes: list[list[str]] = []
        while at in headings and blocks[at].level == level:
            end = next((end for end in headings if end > at and blocks[end].level <= level), len(blocks))
            shape: list[str] = [block.kind for block in blocks[at + 1 : end]]
            echo = shape and (_stems(blocks[i].text) - _stems(blocks[at].text)) & _stems(blocks[at + 1].text)
            if not echo and (len(shapes) < 2 or shape != shapes[0] or "item" not in shape):
                break
            shapes, at = [*shapes, shape], end
        if len(shapes) > 1:
            blocks[i + 1 : at] = [replace(b, level=b.level + (b.kind == "heading")) for b in blocks[i + 1 : at]]
    return blocks


def _step_levels(blocks: list[Block]) -> list[Block]:
    """Give each heading the level next to that of the heading above it; without a title the topmost have the second."""
    path: list[int] = []
    for i, block in enumerate(blocks):
        if block.kind == "heading":
            path = [*(level for level in path if level < block.level), block.level]
            blocks[i] = replace(block, level=len(path) + (path[0] > TITLE))
    return blocks
