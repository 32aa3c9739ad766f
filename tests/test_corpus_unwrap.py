"""unwrap: hard-wrapped lines become logical lines."""

import random

import pytest

from advisor.corpus.unwrap import is_wrapped, unwrap

WRAPPED = [
    "Machine",
    "Learning Engineer Career Path",
    "Becoming a machine learning engineer is an exciting journey that typically",
    "involves a combination of education and machine learning work. Machine learning",
    "engineers study machine learning and machine learning systems.",
    "Educational Background:",
    "Bachelor's Degree: Most machine learning engineers start with a",
    "bachelor's degree in computer science.",
    "Natural Language Processing",
    "(NLP) Engineer:",
    "Works on developing algorithms.",
    "Programming Languages:",
    "Python (essential)",
    "R (optional)",
    "Java, C++, or other programming languages (for production-level",
    "implementations)",
    "Model Deployment and",
    "Integration: Once a model is trained, engineers deploy it.",
]


def test_it_knows_wrapped_text() -> None:
    assert is_wrapped(WRAPPED)
    assert not is_wrapped(["A whole paragraph in one line.", "", "Another one."])


def test_a_heading_over_two_lines_is_joined_and_prose_is_not_drawn_in() -> None:
    lines = unwrap(WRAPPED)
    assert lines[0] == "Machine Learning Engineer Career Path"
    assert lines[1].endswith("machine learning systems.")


def test_terms_broken_over_lines_are_joined() -> None:
    lines = unwrap(WRAPPED)
    assert "Natural Language Processing (NLP) Engineer:" in lines
    assert "Model Deployment and Integration: Once a model is trained, engineers deploy it." in lines


def test_list_items_stay_apart_unless_cut_in_a_bracket() -> None:
    lines = unwrap(WRAPPED)
    at = lines.index("Programming Languages:")
    assert lines[at + 1 : at + 4] == [
        "Python (essential)",
        "R (optional)",
        "Java, C++, or other programming languages (for production-level implementations)",
    ]


def test_no_word_is_lost() -> None:
    assert " ".join(unwrap(WRAPPED)).split() == " ".join(WRAPPED).split()


def test_nested_bullets_keep_their_indent_and_lose_no_word() -> None:
    lines = [
        "The work of an engineer is to build models that hold in the",
        "field, and to keep them so.",
        "- Python",
        "  - NumPy for arrays of numbers, and for what is built on",
        "    arrays",
        "  - Pandas",
        "- Git",
    ]
    assert unwrap(lines) == [
        "The work of an engineer is to build models that hold in the field, and to keep them so.",
        "- Python",
        "  - NumPy for arrays of numbers, and for what is built on arrays",
        "  - Pandas",
        "- Git",
    ]


def test_blank_lines_at_most_one_between_and_nothing_of_nothing() -> None:
    assert unwrap([]) == []
    assert unwrap(["", "", "One.", "", "", "Two.", ""]) == ["One.", "", "Two.", ""]
    assert not is_wrapped([])


@pytest.mark.parametrize("mark", ["| a | b |", "# Title"])
def test_lines_that_say_what_they_are_are_not_wrapped(mark: str) -> None:
    assert is_wrapped(WRAPPED)
    assert not is_wrapped([*WRAPPED, mark])


def test_random_lines_lose_no_word_and_keep_their_order() -> None:
    rng = random.Random(7)
    pieces = [
        "machine",
        "Learning",
        "Skills:",
        "- item",
        "of",
        "end.",
        "(open",
        "closed)",
        "学习",
        "a" * 90,
        "1.",
        "| x |",
    ]
    for _ in range(200):
        lines = [" ".join(rng.choices(pieces, k=rng.randrange(8))) for _ in range(rng.randrange(30))]
        assert " ".join(unwrap(lines)).split() == " ".join(lines).split()
