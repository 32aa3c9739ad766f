"""A generator's stream of text to finished sentences, with the passage numbers that it wrote taken out and counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from advisor.corpus.sentences import sentences

_NUMBERS = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_BEHIND = re.compile(r"([.!?])((?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])+)")  # numbers behind the full stop
_MARK = re.compile(r"^\s*(?:(?:[-*•]|\d{1,2}[.)]|(?:A|Answer):)(?:\s+|$))+")


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence as the model wrote it, without its `[n]`, and the numbers that it cited."""

    text: str
    cited: tuple[int, ...]


def written(
    pieces: Iterable[str],
    ended: Callable[[], bool] = lambda: False,
    hopeless: Callable[[str], bool] = lambda begun: False,
) -> Iterator[Written]:
    """Yield each sentence as soon as the next one begins, and the last one if it is finished.

    Nothing more is read once the sentence in the making is `hopeless`.

    A sentence that the model was cut off in is dropped: half a sentence may say the opposite of the whole. It is
    finished if it has its full stop, or if `ended` says that the model came to its own end.
    """
    text = ""
    for piece in pieces:
        text += piece
        *done, text = _parts(text)
        yield from (one for part in done if (one := _clean(part)))
        if (begun := _clean(text)) and hopeless(begun.text):
            return
    finished = text.rstrip().endswith((".", "!", "?", "]", ".”", '."', ")")) or ended()
    if finished and (last := _clean(text)):
        yield last


def _parts(text: str) -> list[str]:
    """Split into finished sentences and the rest; a `[` at the end may be the start of a number and is kept back."""
    lines = _BEHIND.sub(r"\2\1", text).split("\n")
    parts = [line[start:end] for line in lines[:-1] for start, end in sentences(line)]
    spans = list(sentences(lines[-1]))
    parts.extend(lines[-1][start:end] for start, end in spans[:-1])
    return [*parts, lines[-1][spans[-1][0] :] if spans else lines[-1]]


def _clean(sentence: str) -> Written | None:
    cited = tuple(int(n) for found in _NUMBERS.findall(sentence) for n in found.split(","))
    text = _MARK.sub("", _NUMBERS.sub("", sentence)).replace("**", "").strip()
    return Written(text, cited) if any(letter.isalnum() for letter in text) else None
