"""jobs: a job that a question is about and no text names is missing, whatever sort of job the texts are about."""

import pytest

from advisor.answer.jobs import BESIDE, missing_jobs

ENGINEER = "A data engineer builds pipelines, and a machine learning engineer trains models."


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How do I become a surgeon?", ["surgeon"]),
        ("How do I become an astronaut with no degree?", ["astronaut"]),
        ("What are the steps of becoming a lawyer in India?", ["lawyer"]),
        ("Tell me how to become a lawyer!", ["lawyer"]),
        ("How to become a web developer?", ["web developer"]),
        ("How do I become a professional chef, and where?", ["chef"]),
        ("How do I become a nurse?", ["nurse"]),
        ("What should a singer know?", ["singer"]),
        ("What must a civil engineer learn?", ["civil engineer"]),
        ("What is the salary of a plumber?", ["plumber"]),
        ("Which skills are there for a graphic designer?", ["graphic designer"]),
        ("What do accountants earn?", ["accountant"]),
        ("What should project managers know?", ["project manager"]),
        ("Where can electricians train?", ["electrician"]),
        ("Can plumbers become managers?", ["plumber"]),
        ("WHAT DOES A DENTIST EARN?", ["dentist"]),
        ("What does a singer do, and what does a baker earn?", ["singer", "baker"]),
    ],
)
def test_a_job_that_no_text_names_is_missing(question: str, missing: list[str]) -> None:
    assert missing_jobs(question, [ENGINEER, "They earn well."]) == missing


@pytest.mark.parametrize(
    "question",
    [
        "How do I become a data engineer?",
        "How do I become an engineer?",
        "What does a machine learning engineer do?",
        "What does an ML engineer do?",
        "What do Machine Learning Engineers do?",
        "What do senior data engineers earn?",
        "What does a good self-taught data engineer know?",
        "How to become a successful full-time data engineer?",
    ],
)
def test_a_job_that_a_text_names_is_not_missing_nor_are_words_for_how_it_is_done(question: str) -> None:
    assert missing_jobs(question, [ENGINEER, "They earn well."]) == []
    assert missing_jobs(question, ["They earn well."]) != []


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("A data engineer earns well.", True),
        ("Data engineers earn well.", True),
        ("DATA ENGINEERS earn well.", True),
        ("A senior data platform engineer earns well.", True),
        ("A data and software engineer earns well.", False),  # a part ends what belongs together
        ("Of the data, an engineer knows much.", False),
        ("Data, one two three engineers.", True),
        ("Data, one two three four engineers.", False),
        ("An engineer of data earns well.", False),
        ("A software engineer earns well. So does a data engineer.", True),
        ("A software engineer earns well. So does data.", False),
        ("Data engineering pays well.", False),
    ],
)
def test_what_sort_of_job_stands_a_few_words_in_front(text: str, is_named: bool) -> None:
    assert BESIDE == 4
    assert missing_jobs("What does a data engineer earn?", [text]) == ([] if is_named else ["data engineer"])


def test_the_sort_and_the_job_stand_in_one_text() -> None:
    assert missing_jobs("What does a data engineer earn?", ["All of data", "engineer"]) == ["data engineer"]
    assert missing_jobs("What does a data engineer earn?", ["The engineer", "Data engineer"]) == []


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("ML", "machine learning"),
        ("AI", "artificial intelligence"),
        ("DL", "deep learning"),
        ("TF", "TensorFlow"),
        ("ML", "ML"),
    ],
)
def test_an_acronym_in_front_may_be_spelt_out(asked: str, text: str) -> None:
    question = f"How do I become an {asked} engineer?"
    assert missing_jobs(question, [f"A {text} engineer."]) == []
    assert missing_jobs(question, ["A software engineer."]) == [f"{asked.lower()} engineer"]


@pytest.mark.parametrize(
    "question",
    [
        "How can I become an expert?",
        "What should a beginner learn?",
        "What do employers want?",
        "What should a recruiter know?",
        "What does a transformer do?",
        "What does an optimizer do?",
        "What do layers do?",
        "What is the use of a vector?",
        "What should I do for a career?",
    ],
)
def test_anybody_and_parts_of_a_program_are_no_jobs(question: str) -> None:
    assert missing_jobs(question, ["It is so."]) == []


def test_anybody_of_a_sort_is_a_job() -> None:
    assert missing_jobs("How do I become a developer?", ["It is so."]) == []
    assert missing_jobs("How do I become a game developer?", ["It is so."]) == ["game developer"]


@pytest.mark.parametrize(
    "question",
    [
        "What is Python?",
        "Is a degree needed?",
        "How do I become good at statistics?",
        "How do I become better?",
        "What do I want?",
        "Does a bootcamp help?",
        "What does a day with an engineer do for me?",
        "Can I or should I learn SQL first?",
        "What does a data warehouse do?",
        "Will it become common?",
        "",
    ],
)
def test_a_question_about_no_job_misses_none(question: str) -> None:
    assert missing_jobs(question, []) == []


def test_without_texts_every_job_is_missing() -> None:
    assert missing_jobs("How do I become a nurse? What do bakers earn?", []) == ["nurse", "baker"]
