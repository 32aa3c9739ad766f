"""unwrap: hard-wrapped lines become logical lines."""

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
