"""named: a question to the documents that it names."""

from __future__ import annotations

import pytest

from advisor.answer.named import named, without
from advisor.types import Document


def document(name: str, title: str) -> Document:
    return Document(name, title, "", "")


HELD = [
    document("skills-report", "Machine Learning Skills Analysis Report"),
    document("career-guide", "Machine Learning Engineer Career Guide"),
    document("roadmap", "ML Engineer Roadmap"),
    document("leave", "Handbook for Employees"),
]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which metrics does the skills report name?", {"skills-report"}),
        ("Who wrote the Machine Learning Skills Analysis Report?", {"skills-report"}),
        ("what's the last step in the learning path of the report", {"skills-report"}),
        ("Is the guide's roadmap finished?", {"career-guide"}),
        ("The roadmap article talks about it: where is it?", {"roadmap"}),  # no title says that it is an article
        ("How many days off does the employee handbook give?", {"leave"}),
        ("What does the career guide have that the skills report has not?", {"career-guide", "skills-report"}),
        ("What does the travel guide say?", set()),  # there is none
        ("What does the travel guide have that the career guide has not?", set()),
        ("How do I write the report?", {"skills-report"}),
        ("How do I write a report?", set()),
        ("Which is the best book by Murphy?", set()),
        ("Is there a guide for the roadmap?", set()),
        ("What does the article say?", set()),  # all could be one
        ("Who analyses the machine learning documents?", set()),
        ("", set()),
    ],
)
def test_a_document_is_named_by_words_of_its_title_or_id(question: str, expected: set[str]) -> None:
    assert named(question, HELD) == expected


def test_what_could_be_several_is_none() -> None:
    two = [*HELD, document("guide-2", "Career Guide for Nurses")]
    assert named("What does the career guide say?", two) == set()
    assert named("What does the nurses guide say?", two) == {"guide-2"}


def test_what_is_sought_is_not_its_name() -> None:
    assert without("What does the skills report say about R?") == "What does it say about R?"
    assert without("What is in step 5 of the skills report's path?") == "What is in step 5 of its path?"
    assert without("What is a report?") == "What is a report?"
