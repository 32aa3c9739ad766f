"""contents: every path gives its heading and the headings right under it, wherever the chunks were cut."""

from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor.answer.contents import Contents
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.types import Chunk, Document

GUIDE = """# Guide

An opening line.

## Path

### Step 1: Learn

Read good books.

#### Step 1a: Books

Buy them first.

### Step 2: Do

Build small things.

## Tools

Git keeps every version.
"""


def documents(folder: Path, *texts: str) -> list[Document]:
    for number, text in enumerate(texts):
        (folder / f"d{number}.md").write_text(text)
    return list(read([folder]).documents)


def chunks(found: list[Document], window: int = 60) -> list[Chunk]:
    return [piece for each in found for piece in chunk(each, FakeEmbedder().count_tokens, window)]


def outline(folder: Path, text: str, *path: str, window: int = 60) -> list[str]:
    """Return the headings that the outline of a path points at, read from the document itself."""
    found = documents(folder, text)
    entries = Contents(chunks(found, window)).outline("d0", path)
    for where, part in entries:
        assert where.start <= part.start < part.end <= where.end
        assert part.kind == "heading"
    return [found[0].text[part.start : part.end] for _, part in entries]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["Path"], ["Path", "Step 1: Learn", "Step 2: Do"]),  # a heading without text of its own
        (["Path", "Step 1: Learn"], ["Step 1: Learn", "Step 1a: Books"]),
        (["Path", "Step 1: Learn", "Step 1a: Books"], ["Step 1a: Books"]),
        (["Path", "Step 2: Do"], ["Step 2: Do"]),
        (["Tools"], ["Tools"]),
        (["Step 2: Do"], []),  # no path of the document, only the end of one
        (["Path", "Tools"], []),
        (["tools"], []),
    ],
)
def test_each_path_has_its_heading_and_those_right_under_it(
    tmp_path: Path, path: list[str], expected: list[str]
) -> None:
    assert outline(tmp_path, GUIDE, *path) == expected


def test_a_heading_with_text_and_headings_under_it_has_both(tmp_path: Path) -> None:
    text = "# T\n\n## Path\n\nTwo steps.\n\n### One\n\nFirst.\n\n### Two\n\nSecond.\n"
    assert outline(tmp_path, text, "Path") == ["Path", "One", "Two"]


def test_headings_without_text_that_stand_above_one_another_all_have_their_place(tmp_path: Path) -> None:
    text = "# T\n\n## Path\n\n### First\n\n#### Deep\n\nSome text.\n\n#### Deeper\n\nMore.\n\n### Second\n\nLast.\n"
    assert outline(tmp_path, text, "Path") == ["Path", "First", "Second"]
    assert outline(tmp_path, text, "Path", "First") == ["First", "Deep", "Deeper"]
    assert outline(tmp_path, text, "Path", "First", "Deep") == ["Deep"]


def test_a_heading_without_text_at_the_end_of_a_document_has_no_chunk_to_be_cited_from(tmp_path: Path) -> None:
    text = "# T\n\n## Path\n\nSome text.\n\n## Empty\n"
    assert outline(tmp_path, text, "Path") == ["Path"]
    assert outline(tmp_path, text, "Empty") == []


def test_a_section_that_is_split_over_chunks_is_one_entry(tmp_path: Path) -> None:
    lines = "\n\n".join(f"Sentence {n} has seven words in it." for n in range(12))
    text = f"# T\n\n## Path\n\n### One\n\n{lines}\n\n### Two\n\n{lines}\n"
    found = chunks(documents(tmp_path, text), 30)
    assert sum(piece.heading_path == ("Path", "One") for piece in found) > 2
    assert outline(tmp_path, text, "Path", window=30) == ["Path", "One", "Two"]
    assert outline(tmp_path, text, "Path", "Two", window=30) == ["Two"]


def test_the_order_in_which_chunks_are_given_does_not_matter(tmp_path: Path) -> None:
    found = chunks(documents(tmp_path, GUIDE))
    assert Contents(found[::-1]).outline("d0", ("Path",)) == Contents(found).outline("d0", ("Path",))


def test_documents_with_the_same_headings_are_kept_apart(tmp_path: Path) -> None:
    found = chunks(documents(tmp_path, GUIDE, GUIDE.replace("Step 2: Do", "Step 2: Rest")))
    table = Contents(found)
    for doc_id, last in (("d0", "Step 2: Do"), ("d1", "Step 2: Rest")):
        entries = table.outline(doc_id, ("Path",))
        assert {where.doc_id for where, _ in entries} == {doc_id}
        assert entries[-1][0].heading_path == ("Path", last)
    assert table.outline("d2", ("Path",)) == []


def test_a_line_of_code_that_looks_like_a_heading_is_none(tmp_path: Path) -> None:
    text = "# T\n\n## Path\n\n```\n# one\n```\n\n### Real\n\nText.\n"
    assert outline(tmp_path, text, "Path") == ["Path", "Real"]


def test_of_no_chunks_there_is_no_outline() -> None:
    assert Contents([]).outline("d0", ()) == []
