"""premise: what a question takes for granted is asked by itself; what denies it is told from what speaks of it."""

from dataclasses import replace

import pytest

from advisor.answer.evidence import Scored
from advisor.answer.listing import Line
from advisor.answer.premise import LIKELY, MOST, SURE, is_denied, likely, supposed
from advisor.answer.spans import Span
from advisor.types import Chunk, Passage

PHD = "a PhD is mandatory for ML engineers"


@pytest.mark.parametrize(
    "question",
    [
        f"Since {PHD}, where should I apply for one?",
        f"Given that {PHD}, which universities are there?",
        f"As {PHD}, how long will I study?",
        f"now that we know {PHD}, so what does it cost?",
        f"Because {PHD}, in which country is it cheapest?",
        f"But if {PHD}, is there a grant?",
        f"{PHD}, so where do I apply?",
        f"{PHD}, and where do I get one?",
        f"{PHD} - who says so?",
        f"{PHD}: where do I get one?",
        f"I know that {PHD}. Where do I get one?",
        f"{PHD}; then after how many years is one done?",
        f"{PHD}. Where does one apply?",
        f"Where should I apply, given that {PHD}?",
        f"Which university is best since {PHD}?",
        f"I was told that {PHD}. Where does one apply?",
        f"They say {PHD}, but how long does one study?",
        f"{PHD}, isn't it? How long does one study?",
        f"{PHD}, right, so how long does one study?",
        f"My uncle says {PHD}, so where does one apply?",
        f"How come {PHD}?",
        f"What is the reason that {PHD}",
        f"Explain why {PHD}.",
    ],
)
def test_what_is_taken_for_granted_is_asked_by_itself(question: str) -> None:
    assert supposed(question) == "A PhD is mandatory for ML engineers, right?"


def test_of_a_why_the_rest_is_the_question() -> None:
    assert supposed("Why do freshers earn more than seniors?") == "Do freshers earn more than seniors?"
    assert supposed("and why is Java used most?") == "Is Java used most?"
    assert supposed("Why do Python and Java come first?") == "Do Python and Java come first?"
    assert supposed("Why is Java used most, and since when?") == "Is Java used most?"


def test_commas_within_it_stay() -> None:
    question = "Since Python, R and Java are all mandatory, which of them comes first?"
    assert supposed(question) == "Python, R and Java are all mandatory, right?"


@pytest.mark.parametrize(
    "question",
    [
        "What does an ML engineer earn in India?",
        "Which tools are used as of today?",
        "My uncle sells shoes. What can machine learning do for us?",
        "What has changed since 2020, and why?",
        "I have just graduated. What pay can I expect?",
        "Since my degree is in physics, which courses do I need?",
        "If we have no data, what can we do?",
        "Why?",
        "",
    ],
)
def test_a_question_that_supposes_nothing_of_the_world_is_left_alone(question: str) -> None:
    assert supposed(question) == ""


def scored(n: int, text: str, odds: float, announces: bool = False) -> Scored:
    text = f"The table below shows {text}" if announces else text
    chunk = Chunk(f"d#{n}", "d", (), 0, len(text), text)
    span = Span(Passage(n, chunk, "D", "d.md", 1.0), 0, len(text), text, "sentence")
    return Scored(span, 0.5, 0.5, odds=(odds,))


def test_the_likeliest_are_told_and_few_of_them() -> None:
    best, near, far = scored(1, "Optional.", 3.0), scored(2, "Not needed.", 2.9), scored(3, "It is hot.", -1.0)
    assert near.answers >= LIKELY * best.answers > far.answers
    assert likely([far, near, best]) == [near.span, best.span]
    many = [scored(n, f"Optional {n}.", 3.0) for n in range(1, 6)]
    assert likely(many) == [one.span for one in many[:MOST]]


def test_without_a_reader_those_that_fit_best_are_told() -> None:
    best, near, far = (
        replace(scored(n, "Optional.", 0.0), odds=(), coverage=c) for n, c in ((1, 1.0), (2, 0.9), (3, 0))
    )
    assert likely([best, near, far]) == [best.span, near.span]


def test_what_only_announces_is_not_told() -> None:
    assert likely([scored(1, "how it is.", 3.0, announces=True)]) == []
    assert likely([]) == []


def lines(*texts: str) -> list[Line]:
    return [Line(scored(n, text, 3.0).span) for n, text in enumerate(texts, start=1)]


def test_it_is_denied_by_what_denies_it_or_affirms_what_it_denies() -> None:
    assert is_denied("A PhD is mandatory, right?", lines("A PhD is optional."), SURE)
    assert is_denied("A PhD is optional, right?", lines("A PhD is mandatory."), SURE)
    assert is_denied("A PhD is mandatory, right?", lines("A PhD costs money.", "It is not needed."), SURE)
    assert not is_denied("A PhD is mandatory, right?", lines("A PhD is mandatory."), SURE)
    assert not is_denied("Is a PhD not needed?", lines("A PhD is not needed."), SURE)


def test_it_is_not_denied_where_that_is_unsure_or_only_a_lead_says_so() -> None:
    assert not is_denied("A PhD is mandatory, right?", lines("A PhD is optional."), SURE - 0.01)
    lead = Line(scored(1, "What is not so:", 3.0).span, leads=True)
    assert not is_denied("A PhD is mandatory, right?", [lead, *lines("A PhD is mandatory.")], SURE)
    assert not is_denied("A PhD is mandatory, right?", [], 1.0)
