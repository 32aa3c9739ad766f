"""spans: a passage's source sentences lie where the document has them, and know their depth and number in a list."""

import pytest

from advisor.answer.spans import Span, span_of, spans
from advisor.corpus.chunk import chunk
from advisor.corpus.sentences import LONG_ITEM, parts
from advisor.types import Chunk, Document, Passage

TEXT = """# Guide

## Roles

Engineers build. They test:

- Write code
  - in Python
    1. with care
- Read papers. Often.

1. Learn SQL
2) no item
10. Learn Git

| Role | Pay |
| --- | --- |
| Senior | ₹9,00,000 |

```sh
    - indented code
```

## Größe 🙂

Über 5 Jahre. So it is.
"""


def passage(text: str, start: int = 0, path: tuple[str, ...] = (), n: int = 1) -> Passage:
    return Passage(n, Chunk("id", "doc", path, start, start + len(text), text), "Guide", "guide.md", 1.0)


def found(text: str, start: int = 0) -> dict[str, Span]:
    return {span.text: span for span in spans(passage(text, start))}


@pytest.mark.parametrize("window", [16, 40, 400])
def test_the_offsets_are_the_documents(window: int) -> None:
    document = Document("guide", "Guide", TEXT, "guide.md")
    chunks = chunk(document, lambda text: len(text.split()) + 2, window)
    all_spans = [span for n, one in enumerate(chunks, 1) for span in spans(Passage(n, one, "Guide", "guide.md", 1.0))]
    held = [TEXT[span.start : span.end] for span in all_spans]
    assert held == [span.text if not span.is_row else "Senior | ₹9,00,000" for span in all_spans]
    assert all(span.passage.chunk.start <= span.start < span.end <= span.passage.chunk.end for span in all_spans)
    texts = {span.text for span in all_spans}
    assert {"Write code", "Read papers. Often.", "Senior: ₹9,00,000", "Über 5 Jahre.", "So it is."} <= texts


def test_each_part_of_the_chunk_is_one_span_of_its_passage_in_order() -> None:
    one = passage(TEXT, 70, n=3)
    assert [(span.start, span.end, span.kind) for span in spans(one)] == [
        (part.start, part.end, part.kind) for part in parts(one.chunk)
    ]
    assert all(span.passage is one for span in spans(one))
    assert [span_of(one, part) for part in parts(one.chunk)] == spans(one)


@pytest.mark.parametrize("start", [0, 1, 1000])
def test_the_depth_is_the_indent_of_the_line(start: int) -> None:
    depths = {text: span.depth for text, span in found(TEXT, start).items()}
    assert depths["Write code"] == 0
    assert depths["in Python"] == 2
    assert depths["with care"] == 4
    assert depths["Read papers. Often."] == 0
    assert depths["Engineers build."] == 0
    assert depths["Senior: ₹9,00,000"] == 0


@pytest.mark.parametrize("start", [0, 1, 1000])
def test_the_number_is_the_one_in_the_list(start: int) -> None:
    numbers = {text: span.number for text, span in found(TEXT, start).items() if span.number is not None}
    assert numbers == {"with care": 1, "Learn SQL": 1, "Learn Git": 10}


def test_only_the_first_sentence_of_a_parted_item_has_its_number() -> None:
    text = "7. " + "An entry of it. " * 60
    assert len(text) > LONG_ITEM
    numbers = [span.number for span in spans(passage(text))]
    assert numbers == [7] + [None] * 59


def test_items_are_whole_where_it_is_asked_for() -> None:
    text = "- " + "An entry of it. " * 60
    assert [span.text for span in spans(passage(text), whole_items=True)] == [text[2:].strip()]
    assert [span.text for span in spans(passage(text))] == ["An entry of it."] * 60


def test_a_number_within_a_sentence_is_none_of_a_list() -> None:
    assert [span.number for span in spans(passage("In 2024. 3 firms left. It is 5."))] == [None, None, None]


def test_a_first_line_that_is_cut_has_the_depth_of_what_is_left() -> None:
    assert [span.depth for span in spans(passage("cut off.\n  - Next", 500))] == [0, 2]


@pytest.mark.parametrize("text", ["", " \n", "| --- | --- |", "```\n```"])
def test_a_passage_that_says_nothing_has_none(text: str) -> None:
    assert spans(passage(text)) == []


def test_headings_are_spans_without_their_marks() -> None:
    one = passage("## Roles\n\n### Pay of it\n\nIt is so.", 20, ("Roles", "Pay of it"))
    assert [(span.kind, span.text, span.start) for span in spans(one)] == [
        ("heading", "Roles", 23),
        ("heading", "Pay of it", 34),
        ("sentence", "It is so.", 45),
    ]


def test_every_sentence_of_a_numbered_item_is_of_its_step() -> None:
    long = "Learn SQL. " + "It pays off. " * (LONG_ITEM // 12)
    steps = [span.step for span in spans(passage(f"1. Start\n4. {long}\nThen rest.\n- 5 of them\n"))]
    assert steps[0] == 1
    assert set(steps[1:-2]) == {4}
    assert len(steps) > 5
    assert steps[-2:] == [None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("They test.", True),
        ("In reality, it is not.", True),
        ("Thistles grow.", False),
        ("Engineers test them.", False),
        ("Knowing how to work with them is crucial.", True),
        ("People proficient in it are in demand.", True),
        ("Some of these include Git.", True),
        ("At this level the pay depends on much.", True),
        ("An engineer can do so by reading papers.", True),
        ("Whoever builds models needs a grasp of both.", True),
        ("Resources for this step: two books.", True),
        ("For those who like maths it is easy.", False),
        ("Engineers build tools and then look after what becomes of them.", False),
    ],
)
def test_a_sentence_that_begins_with_a_pointing_word_points_back(text: str, expected: bool) -> None:
    (span,) = spans(passage(text))
    assert span.points_back is expected
    (item,) = spans(passage(f"- {text}"))
    assert not item.points_back
