"""chunk: whole blocks of one section that fit the window, with offsets that hold."""

import pytest

from advisor.corpus.chunk import chunk, indexed_text
from advisor.types import Document

TEXT = """# Guide

Intro paragraph.

## Skills

You need these:

- Python, for most of the work.
- Git, for versions.
- SQL, for data.

## Roadmap

Step one is maths. Step two is code. Step three is models. Step four is deployment.

### Books

| Book | Author |
| --- | --- |
| Deep Learning | Goodfellow |
"""
DOCUMENT = Document("guide", "Guide", TEXT, "guide.md")


def words(text: str) -> int:
    return len(text.split()) + 2


@pytest.mark.parametrize("window", [16, 18, 24, 60])
def test_every_chunk_fits_and_is_its_span(window: int) -> None:
    for found in chunk(DOCUMENT, words, window):
        assert found.text == TEXT[found.start : found.end]
        assert words(indexed_text("Guide", found.heading_path, found.text)) <= window


def test_a_chunk_stays_in_its_section_and_knows_its_headings() -> None:
    paths = [found.heading_path for found in chunk(DOCUMENT, words, 60)]
    assert paths == [(), ("Skills",), ("Roadmap",), ("Roadmap", "Books")]


def test_a_lead_in_stays_with_its_first_item_and_items_stay_whole() -> None:
    first, *rest = [found.text for found in chunk(DOCUMENT, words, 18) if found.heading_path == ("Skills",)]
    assert first.startswith("## Skills\n\nYou need these:\n\n- Python, for most of the work.")
    assert all(line.startswith("- ") for text in rest for line in text.splitlines())


def test_a_table_head_stays_with_its_first_row() -> None:
    table = chunk(DOCUMENT, words, 60)[-1]
    assert table.text.splitlines()[:3] == ["### Books", "", "| Book | Author |"]
    assert table.text.splitlines()[-1].startswith("| Deep Learning")


def test_nothing_is_lost_however_small_the_window() -> None:
    kept = " ".join(found.text for found in chunk(DOCUMENT, words, 12))
    body = TEXT.splitlines()[1:]  # all but the title
    assert kept.split() == " ".join(body).split()


def test_one_word_longer_than_the_window_is_cut_not_lost() -> None:
    document = Document("x", "X", "# X\n\n" + "a" * 500 + "\n", "x.md")
    kept = "".join(found.text for found in chunk(document, lambda text: len(text) // 4 + 2, 30))
    assert kept == "a" * 500


def test_ids_are_stable_and_differ() -> None:
    one, again = (chunk(DOCUMENT, words, 24) for _ in range(2))
    assert [c.id for c in one] == [c.id for c in again]
    assert len({c.id for c in one}) == len(one)
