"""sentences: a chunk's parts lie where they say, and no abbreviation, number or code line parts what is one."""

import itertools
from time import process_time

import pytest

from advisor.corpus.chunk import chunk
from advisor.corpus.sentences import LONG_ITEM, Part, parts, sentences
from advisor.types import Chunk, Document


def made(text: str, path: tuple[str, ...] = (), start: int = 0) -> Chunk:
    return Chunk("id", "doc", path, start, start + len(text), text)


def texts(text: str, path: tuple[str, ...] = (), whole_items: bool = False) -> list[tuple[str, str]]:
    return [(part.kind, text[part.start : part.end]) for part in parts(made(text, path), whole_items)]


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Use a tool, e.g. Git or SVN.",
        "A Ph.D. Degree is not needed.",
        "It grew 3.5 times.",
        "Firms in the U.S. Midwest pay less.",
        "Compare Python vs. R for it.",
        "Ask Dr. Smith, Prof. Jones or J. K. Rowling.",
        "Take, i.e. Buy, approx. 12 of them.",
        "It is version 1.2.3 of v.2",
        "No. 5 is next.",
        "1. Learn Python.",
        "What? no",
        "A list of a, b, etc. and more",
    ],
)
def test_what_is_one_sentence_stays_one(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    "expected",
    [
        ["It is so.", "It was so!", "Is it?", "Yes."],
        ["He said “Go.”", "She went."],
        ["It costs ₹5.", "₹6 is too much.", "(So they say.)", "“Well.”"],
        ["It grew in 2024.", "3 firms left."],
        ["It is a (long one.)", "Then comes this."],
        ["Look at Fig.2 now.", "Then stop"],
    ],
)
def test_sentences_are_parted_at_their_ends(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected
    assert split("  \t ".join(expected) + " \n") == expected


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_no_text_has_no_sentence(text: str) -> None:
    assert split(text) == []
    assert parts(made(text)) == []


def test_an_abbreviation_after_a_long_text_is_known_as_one_at_its_beginning() -> None:
    long = "word " * 5000
    assert split(f"{long}of a Ph.D. Student") == [f"{long}of a Ph.D. Student"]
    assert split(f"{long}approx. 5") == [f"{long}approx. 5"]


def test_headings_items_tables_and_text_are_told_apart() -> None:
    text = (
        "## Skills\n\n### Core\n\nOne thing. Another one.\n\n- First. Still first.\n  - Nested\n2. Second\n\n"
        "| A. B | C |\n| --- | --- |\n| x. Y | z |"
    )
    assert texts(text, ("Skills", "Core")) == [
        ("heading", "Skills"),
        ("heading", "Core"),
        ("sentence", "One thing."),
        ("sentence", "Another one."),
        ("item", "First. Still first."),
        ("item", "Nested"),
        ("item", "Second"),
        ("item", "x. Y | z"),
    ]


def test_offsets_are_the_documents() -> None:
    text = "# A\n\nOne. Two.\n- Three"
    here, there = parts(made(text, ("A",))), parts(made(text, ("A",), start=100))
    assert there == [Part(part.start + 100, part.end + 100, part.kind) for part in here]


def test_a_long_item_is_parted_unless_it_is_asked_for_whole() -> None:
    short, long = "- " + "An entry. " * 20, "- " + "An entry. " * 60
    assert len(short) < LONG_ITEM < len(long)
    assert texts(short) == [("item", short[2:].strip())]
    assert texts(long) == [("item", "An entry.")] * 60
    assert texts(long, whole_items=True) == [("item", long[2:].strip())]


CODE = "```sh\n# Install it. Then run.\n- x = 1. Y\n\n  | a |\n1. z\n```"


def test_lines_of_code_are_whole_and_no_headings_or_items() -> None:
    lines = [("sentence", line) for line in ("# Install it. Then run.", "- x = 1. Y", "| a |", "1. z")]
    assert texts(f"## Code\n\n{CODE}\n\nDone. Bye.", ("Code",)) == [
        ("heading", "Code"),
        *lines,
        ("sentence", "Done."),
        ("sentence", "Bye."),
    ]


@pytest.mark.parametrize("start", ["# Install\n", "# Install\n\n# Run\n", "x = 1\n# Code\n"])
def test_a_chunk_that_begins_amid_code_has_no_heading(start: str) -> None:
    assert "heading" not in {kind for kind, _ in texts(f"{start}run it\n```", ("Guide", "Code"))}


@pytest.mark.parametrize("window", [12, 20, 40, 200])
def test_cut_code_has_no_heading_and_every_one_of_the_document_is_found(window: int) -> None:
    code = "\n".join(f"# Comment number {i}\n\nrun {i}" for i in range(30))
    text = f"# Guide\n\n## Setup\n\n```\n{code}\n```\n\n## Use\n\nUse it well.\n"
    chunks = chunk(Document("g", "Guide", text, "g.md"), lambda text: len(text.split()) + 2, window)
    found = [(part.kind, text[part.start : part.end]) for one in chunks for part in parts(one)]
    assert [heading for kind, heading in found if kind == "heading"] == ["Setup", "Use"]
    assert {found.heading_path for found in chunks} == {("Setup",), ("Use",)}
    assert sum(heading.startswith("# Comment") for _, heading in found) == 30


def test_parts_are_in_order_apart_and_without_space_at_their_ends() -> None:
    pieces = [
        "One. Two!",
        "- a. B",
        "  3. c",
        "# x",
        "| a | b |",
        "| --- | --- |",
        "",
        "   ",
        "```",
        "学习。机器",
        "🙂 A. B",
    ]
    for lines in itertools.permutations(pieces, 4):
        text = "\n".join(lines)
        found = parts(made(text))
        assert all(before.end <= after.start for before, after in itertools.pairwise(found))
        assert all(text[part.start : part.end].strip() == text[part.start : part.end] != "" for part in found)


def test_a_megabyte_in_one_paragraph_takes_no_time_that_grows_with_its_square() -> None:
    text = "Use a tool, e.g. Git. " * 45_000
    began = process_time()
    assert len(split(text)) == 45_000
    assert process_time() - began < 20


def test_a_heading_that_fills_its_chunk_is_a_heading() -> None:
    assert texts("## Skills", ("Skills",)) == [("heading", "Skills")]
    assert texts("## Skills\n\n### Core", ("Skills", "Core")) == [("heading", "Skills"), ("heading", "Core")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "the flow is steady . it has no shock . e.g. at mach 2",
            ["the flow is steady .", "it has no shock .", "e.g. at mach 2"],
        ),
        ("is it ? yes ! it is", ["is it ?", "yes !", "it is"]),
        ("and so on . . . and on", ["and so on . . .", "and on"]),
        ("version .5 and .net stay", ["version .5 and .net stay"]),
    ],
)
def test_a_sign_that_stands_free_ends_a_sentence(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected
