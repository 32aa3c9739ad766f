"""plain: lines without Markdown become blocks; bullets keep their nesting and numbers, and no word is lost."""

import random

import pytest

from advisor.corpus.outline import render
from advisor.corpus.plain import plain

HEAD = ["Guide", "Guide", "A text."]


def items(lines: list[str]) -> list[tuple[int, str, str]]:
    return [(block.level, block.mark, block.text) for block in plain([*HEAD, *lines]) if block.kind == "item"]


def test_indented_bullets_are_nested_under_their_parent() -> None:
    lines = ["- Python", "  - NumPy", "    - Arrays", "  - Pandas", "- Tools:", "  - Git", "- SQL"]
    assert items(lines) == [
        (0, "-", "Python"),
        (1, "-", "NumPy"),
        (2, "-", "Arrays"),
        (1, "-", "Pandas"),
        (0, "-", "Tools:"),
        (1, "-", "Git"),
        (0, "-", "SQL"),
    ]


@pytest.mark.parametrize("indents", [(2, 4, 2), (0, 8, 0), (1, 3, 2), (4, 6, 0)])
def test_depth_is_of_indents_beside_each_other_not_of_characters(indents: tuple[int, int, int]) -> None:
    lines = [f"{' ' * indent}- Entry {i}" for i, indent in enumerate(indents)]
    assert [depth for depth, _, _ in items(lines)] == [0, 1, 0]


def test_one_character_of_indent_is_no_nesting() -> None:
    assert [depth for depth, _, _ in items(["- One", " - Two", "- Three"])] == [0, 0, 0]


def test_a_list_after_a_text_begins_anew() -> None:
    assert [depth for depth, _, _ in items(["- One", "  - Two", "A text stands between them.", "  - Three"])] == [
        0,
        1,
        0,
    ]


def test_lines_under_a_bullet_with_a_colon_are_one_deeper_than_it() -> None:
    lines = ["- Tools", "  - Of the trade:", "Docker", "Spark"]
    assert [depth for depth, _, _ in items(lines)] == [0, 1, 2, 2]


def test_numbers_of_a_list_stay() -> None:
    lines = ["1. Learn the maths.", "2) Learn the code.", "  - In Python."]
    assert items(lines) == [(0, "1.", "Learn the maths."), (0, "2.", "Learn the code."), (1, "-", "In Python.")]


def test_an_entry_five_deep_is_no_heading() -> None:
    lines = [f"{'  ' * depth}- Certified entry {depth}" for depth in range(8)]
    assert [depth for depth, _, _ in items(lines)] == list(range(8))


@pytest.mark.parametrize("lines", [[], [""], ["", "  ", "\t"]])
def test_nothing_gives_nothing(lines: list[str]) -> None:
    assert plain(lines) == []


@pytest.mark.parametrize(
    "line", ["One Title", "One sentence.", "- A bullet", "Term: what it means.", "1. Learn", "学习"]
)
def test_one_line_is_one_block(line: str) -> None:
    [block] = plain([line])
    assert block.text in line
    assert block.kind != "heading"  # nothing is under it


def test_a_title_in_small_words_or_of_thirteen_words_is_text() -> None:
    lines = [*HEAD, "it is small", "One sentence.", " ".join(["Word"] * 13), "One more."]
    assert [block.kind for block in plain(lines)].count("heading") == 1


TITLES = ["Guide", "Key Skills:", "Skills in Demand", "1. First Step", "Why?"]
TEXTS = ["A sentence of the text, long enough to be one.", "Docker", "学习 机器", "🙂", "Word " * 60]
ENTRIES = ["Git: A tool.", "- one", "  - two", "    - three:", "  2. learn it.", "b. Role: They build."]


def with_own_word(line: str, i: int) -> str:
    """Return the line with a word that no other has, before its last sign, so that no heading repeats another."""
    end = line[-1] if line[-1] in ".:?" else ""
    return f"{line.removesuffix(end)} Own{i}x{end}"


def test_random_texts_lose_no_line_and_step_by_one() -> None:
    rng = random.Random(3)
    for _ in range(300):
        pieces = rng.choices([*TITLES, *TEXTS, *ENTRIES, "", ""], k=rng.randrange(1, 25))
        lines = [with_own_word(line, i) if line else "" for i, line in enumerate(pieces)]
        blocks = plain(lines)
        kept = render(blocks)
        assert [i for i, line in enumerate(lines) if line and f"Own{i}x" not in kept] == [], lines
        heading, depth = 0, -1
        for block in blocks:
            if block.kind == "heading":
                assert 1 <= block.level <= max(heading + 1, 2), lines
                heading = block.level
            assert block.kind != "item" or block.level <= depth + 1, lines
            depth = block.level if block.kind == "item" else -1


def test_a_bullet_as_deep_as_a_term_is_high_takes_no_entries() -> None:
    lines = [f"{'  ' * depth}- Entry {depth}: it is one." for depth in range(5)]
    lines.append(f"{'  ' * 5}- Certificates: of these.")
    lines += ["Certificates of one: Good.", "Certificates of two: Good.", "Projects: Good.", "Work: Good."]
    assert [depth for depth, _, _ in items(lines)] == [0, 1, 2, 3, 4, 5, 0, 0, 0, 0]
