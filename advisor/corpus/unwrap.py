"""Hard-wrapped lines to one line a paragraph, heading or item.

Works from what the text itself shows: how wide it was wrapped, whether a line could have held the next word,
and which word pairs stand together elsewhere ("Machine" at a line's end and "Learning" at the next one's start
belong together in a text that says "machine learning" a hundred times).
"""

from __future__ import annotations

import itertools
import re
from collections import Counter

TERM = re.compile(r"^(?P<term>[A-Z0-9(][^:.;!?|]{1,90}?)(?: vs\.)?:(?:\s+(?P<rest>\S.*))?$")
MARKER = re.compile(r"^\s*(?:[-*+]\s|\d{1,2}[.)]\s|[a-z][.)]\s|#{1,6}\s|\||Step \d)")
_FUNCTION_WORD = re.compile(r"(?:\b(?:and|or|of|in|the|a|an|to|for|with|by|on|at|is|like)|&)$", re.IGNORECASE)
_OPENER = re.compile(r"^(?:here'?s?|this|these|below)\b", re.IGNORECASE)
_ENDS = (".", "!", "?", ":", "|", ".”", '."', ".)")


def is_wrapped(lines: list[str]) -> bool:
    """Whether the lines look cut at a fixed width: a tenth of them or more start in the middle of a sentence."""
    pairs = [(a, b) for a, b in itertools.pairwise(lines) if a.strip() and b.strip()]
    if len(pairs) < 2 or any(line.startswith(("#", "|")) for line in lines):
        return False
    inner = sum(1 for a, b in pairs if b.strip()[0].islower() and not a.rstrip().endswith(_ENDS))
    return inner >= 0.1 * len(pairs)


def unwrap(lines: list[str]) -> list[str]:
    """Return logical lines: each a whole paragraph, heading, term with its definition, or list item."""
    stripped = [line.strip() for line in lines]
    page = _Page(stripped)
    out: list[str] = []
    for i, line in enumerate(stripped):
        if i and line and stripped[i - 1] and page.continues(out, i):
            out[-1] = f"{out[-1]} {line}"
        elif line or (out and out[-1]):
            out.append(lines[i].rstrip() if line.startswith(("- ", "* ", "+ ")) else line)  # nested ones are indented
    return out


class _Page:
    """The lines of one page, with what can be learned from all of them: its width and its word pairs."""

    def __init__(self, lines: list[str]) -> None:
        lengths = sorted(len(line) for line in lines if line)
        self.lines = lines
        self.width = lengths[int(len(lengths) * 0.9)] if lengths else 0
        self.pairs: Counter[tuple[str, str]] = Counter()
        for line in lines:
            words = line.casefold().split()
            self.pairs.update((a, b.rstrip(".,:;")) for a, b in itertools.pairwise(words))

    def continues(self, out: list[str], i: int) -> bool:
        """Whether line i goes on with the logical line out[-1]."""
        last, line, head = self.lines[i - 1], self.lines[i], out[-1]
        if MARKER.match(line) or last.endswith((":", "|")) or self._starts_term(i):
            return False
        full = len(last) + 1 + len(line.split()[0]) > self.width
        if last.endswith((".", "!", "?")):
            return full or line[0].islower()
        if line[0].islower() or line[0] in "(,.;)&–":
            return not (_OPENER.match(line) and _is_title(head))
        if last.endswith((",", "(", "-")) or _FUNCTION_WORD.search(last):
            return True
        if _completes_term(head, line) and not _in_list(out):
            return True
        if self._pair_count(last, line) >= (10 if _in_list(out) else 3):
            return True
        if _is_title(head):
            return False
        if _in_list(out):
            return full and len(line) > 0.7 * self.width
        return full or (len(head) > 60 and min(len(last), len(line)) >= 0.6 * self.width)

    def _starts_term(self, i: int) -> bool:
        """Whether line i begins a term, after a finished sentence, whose colon is on this line or the next."""
        if not self.lines[i - 1].endswith((".", "!", "?")):
            return False
        line, following = self.lines[i], self.lines[i + 1] if i + 1 < len(self.lines) else ""
        short = len(line) < 0.8 * self.width and not line.endswith(_ENDS)
        joined = TERM.match(f"{line} {following}") if short else None
        return bool(TERM.match(line) or (joined and len(joined["term"].split()) <= 8))

    def _pair_count(self, last: str, line: str) -> int:
        return self.pairs[last.split()[-1].casefold(), line.split()[0].casefold().rstrip(".,:;")]


def _is_title(line: str) -> bool:
    words = line.split()
    return 3 <= len(words) <= 10 and sum(word[0].isupper() for word in words) >= 0.7 * len(words)


def _in_list(out: list[str]) -> bool:
    """Whether out[-1] stands in a run of short bare lines."""
    return len(out) > 1 and 0 < len(out[-2]) < 75 and not out[-2].endswith(_ENDS)


def _completes_term(head: str, line: str) -> bool:
    """Whether `head` is the first half of a term that `line` completes with its colon."""
    found = TERM.match(line)
    if not found or len(head.split()) > 8 or TERM.match(head):
        return False
    tail = found["term"].casefold().split()
    return len(tail) <= 6 and not set(tail) <= set(head.casefold().split())
