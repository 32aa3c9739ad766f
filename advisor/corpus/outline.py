"""Lines to blocks: headings, paragraphs, list items and table rows, and those to one normal text.

Two dialects come in. Markdown says what its lines are and needs only its broken lists mended (here); plain text does
not, and is read by shape and neighbourhood (plain.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "row", "code"]


@dataclass(frozen=True, slots=True)
class Block:
    """One block, one line but for code. `level`: a heading's (1 to 6) or an item's depth (0 up); `mark`: an item's."""

    kind: Kind
    text: str
    level: int = 0
    mark: str = "-"


HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)(?:\s+#+)?\s*$")
ITEM = re.compile(r"^(\s*)([-*+]|\d{1,2}[.)])\s+(.*)$")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^`]*$")
_UNDERLINE = re.compile(r"^\s*([-=])\1{2,}\s*$")
_RULE = re.compile(r"^\s*([-=*_])(?:\s*\1){2,}\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$")
_RULE_CELL = re.compile(r"\s*:?-+:?\s*$")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_BOLD = re.compile(r"\*\*[^*]+\*\*:?")
_NUMBERED_WORD = re.compile(r"^([^\W\d]+) \d+\b")
_END = (".", "!", "?", ":", ";", ",")


def lines_of(text: str) -> Iterator[tuple[int, str, bool]]:
    """Yield each line of a text with its start, and whether it is of a code block, fences included."""
    lines, start = text.split("\n"), 0
    for line, code in zip(lines, in_code(lines), strict=True):
        yield start, line, code
        start += len(line) + 1


def in_code(lines: list[str]) -> list[bool]:
    """Say of each line whether it is of a code block, fences included. A fence that never closes opens no block."""
    inside = [False] * len(lines)
    unclosed: set[str] = set()
    after = 0
    for i, line in enumerate(lines):
        found = _FENCE.match(line)
        if i < after or not found or (fence := found[1]) in unclosed:
            continue
        end = next((at for at in range(i + 1, len(lines)) if _closes(lines[at], fence)), None)
        if end is None:
            unclosed.add(fence)  # nor does the next one like it, and a long text is searched once
        else:
            after = end + 1
            inside[i:after] = [True] * (after - i)
    return inside


def after_headings(text: str, path: tuple[str, ...]) -> int:
    """Return where the body of a chunk's text begins: behind the heading lines that open its section, if it has them.

    The last of them ends the chunk's heading path; other lines with a `#` are of code that was cut.
    """
    last, body = "", len(text)
    for start, line, _ in lines_of(text):
        found = HEADING.match(line)
        if line.strip() and not found:
            body = start
            break
        last = found[2] if found else last
    return body if path and last == path[-1] else 0


def _closes(line: str, fence: str) -> bool:
    bare = line.strip()
    return bare.startswith(fence) and not bare.strip(fence[0])


def is_markdown(lines: list[str]) -> bool:
    """Whether the lines have a Markdown heading or a code fence."""
    return any(HEADING.match(line) or "\0" in line for line in _logical(lines))


def markdown(lines: list[str]) -> list[Block]:
    """Return the blocks of Markdown lines, with broken lists and uneven heading levels mended."""
    blocks: list[Block] = []
    after_blank = True
    for line in _logical(lines):
        block = _block(line)
        if block and block.kind == "paragraph" and blocks and _goes_on(blocks[-1], block, after_blank):
            blocks[-1] = replace(blocks[-1], text=f"{blocks[-1].text} {block.text}")
        elif block:
            blocks.append(block)
        after_blank = block is None
    return _level_alike(_mend_lists(blocks))


def render(blocks: list[Block]) -> str:
    """Return the normal text: Markdown with one block a line, blank lines between unlike blocks, no emphasis."""
    parts: list[str] = []
    previous: Block | None = None
    for block in blocks:
        tight = previous is not None and previous.kind == block.kind and block.kind in ("item", "row")
        parts.append(("" if previous is None else "\n" if tight else "\n\n") + _line(block))
        previous = block
    return "".join(parts) + "\n" if parts else ""


def _line(block: Block) -> str:
    if block.kind == "code":
        return block.text
    text = _EMPHASIS.sub(r"\2", block.text)
    if block.kind == "heading":
        return "#" * block.level + " " + text
    return "  " * block.level + f"{block.mark} {text}" if block.kind == "item" else text


def _logical(lines: list[str]) -> list[str]:
    """Return the lines, a code block as one, underlined headings with their `#`, table rows with their outer pipes."""
    runs = groupby(zip(lines, in_code(lines), strict=True), key=lambda pair: pair[1])
    joined = [(code, [line for line, _ in run]) for code, run in runs]
    whole = ["", *chain.from_iterable(["\0".join(run)] if code else run for code, run in joined), ""]
    out: list[str] = []
    in_table = False
    for before, line, after in zip(whole, whole[1:], whole[2:], strict=False):
        starts_table = _TABLE_RULE.match(after) and not ITEM.match(line)
        in_table = "|" in line and "\0" not in line and bool(in_table or starts_table)
        level = _underlined(before, line, after)
        out.append(_row(line) if in_table else "#" * level + " " + line if level else line)
    return out


def _row(line: str) -> str:
    cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
    return f"| {' | '.join('---' if _RULE_CELL.match(cell) else cell.strip() for cell in cells)} |"


def _underlined(before: str, line: str, under: str) -> int:
    """Return the level of the heading that a line is by its underline, or 0; under a sentence the line is a rule."""
    block, first = _block(line), not before.strip() or HEADING.match(before) or _UNDERLINE.match(before)
    if not first or not block or block.kind != "paragraph" or block.text.endswith((".", ";", ",")):
        return 0
    return (1 if "=" in under else 2) if _UNDERLINE.match(under) else 0


def _block(line: str) -> Block | None:
    if "\0" in line:
        return Block("code", line.replace("\0", "\n"))
    if not line.strip(" \t#") or _RULE.match(line):
        return None
    if found := HEADING.match(line):
        text = re.sub(r"\s+", " ", found[2].replace("*", "")).rstrip(": ").lstrip()
        return Block("heading", text, len(found[1])) if text else None
    if found := ITEM.match(line):
        mark = "-" if found[2] in "-*+" else found[2].replace(")", ".")
        return Block("item", found[3].strip(), len(found[1].expandtabs(4)) // 2, mark)
    return Block("row" if line.lstrip().startswith("|") else "paragraph", line.strip())


def _goes_on(previous: Block, block: Block, after_blank: bool) -> bool:
    """Whether a line goes on with the block before it; a page break may have put a blank line between."""
    if previous.kind == "paragraph":
        return not after_blank or (not previous.text.endswith(_END) and block.text[0].islower())
    return previous.kind == "item" and not after_blank


def _mend_lists(blocks: list[Block]) -> list[Block]:
    """In a document whose lists were cut at commas, join what was cut and give each bold term its items."""
    if not any(block.kind == "item" and _is_open(block.text) for block in blocks):
        return blocks
    out: list[Block] = []
    for kind, grouped in groupby(_without_page_breaks(blocks), key=lambda block: block.kind):
        run = list(grouped)
        out.extend(_mend_run(run) if kind == "item" else run)
    return out


def _without_page_breaks(blocks: list[Block]) -> list[Block]:
    """Give a paragraph between two items of one list back to the first of them, whose end it is."""
    out: list[Block] = []
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        between = bool(out) and out[-1].kind == "item" and following is not None and following.kind == "item"
        if between and block.kind == "paragraph" and not block.text.endswith(":"):
            out[-1] = replace(out[-1], text=f"{out[-1].text} {block.text}")
        else:
            out.append(block)
    return out


def _mend_run(items: list[Block]) -> list[Block]:
    whole: list[Block] = []
    for item in items:
        if whole and _is_open(whole[-1].text) and not _BOLD.fullmatch(item.text):
            joint = " " if whole[-1].text.endswith(("e.g.", "i.e.", "(")) else ", "
            whole[-1] = replace(whole[-1], text=f"{whole[-1].text}{joint}{item.text}")
        else:
            whole.append(item)
    return _gather_terms([replace(item, text=_close(item.text)) for item in whole])


def _gather_terms(items: list[Block]) -> list[Block]:
    """Make `**Term**` and the items after it, up to the next such term, one item `Term: a, b, c`."""
    out: list[Block] = []
    in_term = False
    for item in items:
        if _BOLD.fullmatch(item.text):
            out.append(replace(item, text=item.text.rstrip(":"), level=0))
            in_term = True
        elif in_term:
            joint = ": " if _BOLD.fullmatch(out[-1].text) else ", "
            out[-1] = replace(out[-1], text=f"{out[-1].text}{joint}{item.text}")
        else:
            out.append(item)
    return out


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")")


def _close(text: str) -> str:
    """Mark a bracket that the source leaves open, so that nobody takes what it lists for the whole."""
    return f"{text} …)" if _is_open(text) else text


def _level_alike(blocks: list[Block]) -> list[Block]:
    """Give headings of the same words (`Skill 1`, `Skill 2`) the level that most of them have."""
    levels: dict[str, Counter[int]] = {}
    for block in blocks:
        if block.kind == "heading":
            levels.setdefault(_shape(block.text), Counter())[block.level] += 1
    return [replace(b, level=levels[_shape(b.text)].most_common(1)[0][0]) if b.kind == "heading" else b for b in blocks]


def _shape(heading: str) -> str:
    numbered = _NUMBERED_WORD.match(heading)
    return f"{numbered[1].casefold()} #" if numbered else heading.casefold()
