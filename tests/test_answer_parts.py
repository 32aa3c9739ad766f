"""parts: a question that asks several things is parted into its questions, and one that asks one thing is not."""

import pytest

from advisor.answer.parts import parted


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is pruning and what is quantization?", ["What is pruning?", "What is quantization?"]),
        ("What is pruning? What is quantization?", ["What is pruning?", "What is quantization?"]),
        ("what is pruning, and why is it done", ["What is pruning?", "Why is it done?"]),
        ("Which books are there, and how much do they cost?", ["Which books are there?", "How much do they cost?"]),
        ("Is a PhD needed, and if so where can I do one?", ["Is a PhD needed?", "Where can I do one?"]),
        (
            "Tell me what an analyst does and how much one earns.",
            ["Tell me what an analyst does?", "How much one earns?"],
        ),
        ("Explain pruning. And who is Ian?", ["Explain pruning?", "Who is Ian?"]),
        ("List the badges. Which is cheapest?", ["List the badges?", "Which is cheapest?"]),
        ("Python or R? And what about Julia?", ["Python or R?", "What about Julia?"]),
        ("Differences between A and B, and which pays more?", ["Differences between A and B?", "Which pays more?"]),
        ("Is Python required, and is Rust needed?", ["Is Python required?", "Is Rust needed?"]),
        ("can engineers work at home, and do they get leave?", ["Can engineers work at home?", "Do they get leave?"]),
        ("Do I need maths? And what grade?", ["Do I need maths?", "What grade?"]),
        ("Do I have to pay, and how much?", ["Do I have to pay?", "How much?"]),
        ("What is the pay in India, and in Germany?", ["What is the pay in India?", "And in Germany?"]),
        ("What is the pay in India? And for seniors?", ["What is the pay in India?", "And for seniors?"]),
        ("Who is he? What does he do? And how old is he?", ["Who is he?", "What does he do?", "How old is he?"]),
    ],
)
def test_a_question_that_asks_several_things_is_parted(question: str, parts: list[str]) -> None:
    assert parted(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "What is the difference between bias and variance?",
        "What does an engineer who codes and can present earn?",
        "What skills, tools and books do I need?",
        "What is the pay in Pune and in Mumbai?",
        "Is it true that A is big and B is small?",
        "I know Python. What else is there?",
        "A PhD is needed, and where do I get one?",
        "What is this? What is that? Who is he? Who is she?",
        "Why?",
        "",
    ],
)
def test_a_question_that_asks_one_thing_or_too_many_is_left_alone(question: str) -> None:
    assert parted(question) == []
