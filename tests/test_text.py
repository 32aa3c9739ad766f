"""text: what a terminal shows of a bar, times in words, and tables of like rows."""

import re
from dataclasses import dataclass

import pytest

from advisor import text


def screen(*printed: str) -> list[str]:
    """Return the lines of a terminal after it was sent these texts."""
    lines, at = [""], 0
    for part in re.findall(r"\r|\n|\x1b\[K|[^\r\n\x1b]+", "".join(printed)):
        if part == "\r":
            at = 0
        elif part == "\n":
            lines.append("")
        elif part == "\x1b[K":
            lines[-1] = lines[-1][:at]
        else:
            lines[-1] = lines[-1][:at] + part + lines[-1][at + len(part) :]
            at += len(part)
    return lines


def test_a_bar_takes_the_place_of_the_one_before_it_whatever_its_length() -> None:
    assert screen(text.bar("asking", 1, 3)) == [f"asking [{'#' * 10}{'.' * 20}] 1/3"]
    shown = screen(text.bar("asking", 1, 3, 5400.0), text.bar("asking", 2, 3, 9.0))
    assert shown == [f"asking [{'#' * 20}{'.' * 10}] 2/3  9 s left"]
    assert screen(text.bar("answering", 1, 2, 3.0), text.bar("x", 0, 1)) == [f"x [{'.' * 30}] 0/1"]


def test_a_bar_ends_its_line_once_all_is_done_and_tells_no_time_left() -> None:
    assert screen(text.bar("asking", 2, 3), text.bar("asking", 3, 3, 0.0), "done") == [
        f"asking [{'#' * 30}] 3/3",
        "done",
    ]


@pytest.mark.parametrize(
    ("done", "filled"), [(0, 0), (1, 0), (33, 0), (34, 1), (499, 14), (500, 15), (999, 29), (1000, 30)]
)
def test_a_bar_is_full_when_all_is_done_and_not_before(done: int, filled: int) -> None:
    assert f"[{'#' * filled}{'.' * (30 - filled)}] {done}/1000" in text.bar("asking", done, 1000)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (0.4, "0 s"), (59.6, "60 s"), (89, "89 s"), (90, "2 min"), (200, "3 min"), (7200, "120 min")],
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert text.duration(seconds) == words
    assert text.bar("asking", 1, 3, seconds).endswith(f"1/3  {words} left\x1b[K")


@dataclass(frozen=True)
class Row:
    """One line of some table."""

    system: str
    items: int
    mrr_at_10: float
    missed: tuple[str, ...]
    verdict: str


def test_a_table_is_aligned_and_lists_below_what_rows_hold_in_tuples() -> None:
    rows = [Row("bm25", 9, 0.5, ("q1", "q22"), "worse"), Row("advisor", 1234567, 2 / 3, (), "the same")]
    assert list(text.table(rows)) == [
        "system     items  mrr@10  verdict",
        "bm25           9   0.500  worse",
        "advisor  1234567   0.667  the same",
        "bm25: missed q1, q22",
    ]


def test_no_rows_are_no_table() -> None:
    assert list(text.table([])) == []
