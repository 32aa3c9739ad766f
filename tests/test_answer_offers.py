"""Near questions for a refused one: what a heading is asked as, in which order, and how often it is tried."""

from __future__ import annotations

import pytest

from advisor.answer.offers import TRIED, offers
from advisor.types import Chunk, Passage

GUIDE = "Machine Learning Engineer Career Guide"  # a title that says nothing by itself, and whom it is about
KNOW = "What is said about"
SALARY = "What is the salary of a machine learning engineer?"
ANY = "How do I bake a pizza?"


def passage(*path: str, body: str = "It is so.", title: str = GUIDE, n: int = 1) -> Passage:
    text = "".join(f"{'#' * (depth + 2)} {heading}\n\n" for depth, heading in enumerate(path)) + body
    return Passage(n, Chunk(f"{n}", "guide", path, 0, len(text), text), title, "guide.md", 1.0)


def offered(*passages: Passage, question: str = ANY, most: int = 99) -> list[str]:
    return offers(question, passages, lambda candidate: True, most)


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("How important is programming in Machine Learning?", "How important is programming in machine learning?"),
        ("What Is Machine Learning", "What is machine learning?"),
        ("What a Machine Learning Engineer Is", "What is a machine learning engineer?"),
        ("How to Become a Machine Learning Engineer", "How do I become a machine learning engineer?"),
        ("How to Become Machine Learning Engineer", "How do I become a machine learning engineer?"),
        ("Stay Updated", "How do I stay updated?"),
        ("Keeping Up with ML", "How do I go about keeping up with ML?"),
        ("Step 3: Learn Python", "What does step 3, learn Python, involve?"),
        ("Misconception 2: Any Model Works", "Is it true that any model works?"),
        ("ML Engineer vs. Data Scientist: Roles", "How do an ML engineer and a data scientist differ?"),
        ("Robotics Engineer", "What does a robotics engineer do?"),
        ("AI Engineer (AIE)", "What does an AI engineer do?"),
        ("Urban Planning Analyst", "What does an urban planning analyst do?"),
        ("User Researcher", "What does a user researcher do?"),
        ("Salary by Experience", "How does the salary vary by experience?"),
        ("Machine Learning Engineer Salary in India", "What is the salary of a machine learning engineer in India?"),
        ("The Demand for Data Scientists", "What is the demand for data scientists?"),
        ("Tools for Deployment", "What are the tools for deployment?"),
        ("Skill 1: Soft Skills", "What soft skills does a machine learning engineer need?"),
        ("Certifications", "Which certifications are there for a machine learning engineer?"),
        ("Key Responsibilities", "What are the key responsibilities of a machine learning engineer?"),
        ("Data Scientist Responsibilities", "What are the responsibilities of a data scientist?"),
        ("Python: The Backbone of ML", f"{KNOW} Python?"),
        ("TensorFlow Developer Certificate", f"{KNOW} TensorFlow developer certificate?"),
        ("Testing & Tuning", f"{KNOW} testing and tuning?"),
        ("2. Linear Algebra", f"{KNOW} linear algebra?"),
        ("Book by Sutton", f"{KNOW} the book by Sutton?"),
    ],
)
def test_a_heading_is_asked_about_by_its_form(heading: str, question: str) -> None:
    assert offered(passage(heading, body="People learn Python in India from Sutton.")) == [question]


@pytest.mark.parametrize(
    "heading",
    ["Introduction", "Key Takeaways", "Conclusion and Next Steps", "About the author", "Where the Guide Leads", "FAQ"],
)
def test_a_heading_that_says_nothing_by_itself_is_left_out(heading: str) -> None:
    assert offered(passage(heading)) == []


@pytest.mark.parametrize(
    ("above", "heading", "question"),
    [
        ("What Is Machine Learning", "Applications", "What are the applications of machine learning?"),
        ("Common Myths", "Models Are Fully Automated", "Is it true that models are fully automated?"),
        ("Salary of Engineers in India", "Senior Engineer (5+ years)", "What is the salary of a senior engineer?"),
        ("Skill 5: Cloud ML Platforms", "Subskills", "What are the subskills of cloud ML platforms?"),
        ("ML Engineer vs Data Scientist", "Key Differences", "How do an ML engineer and a data scientist differ?"),
        ("Roles of Data Engineers", "Linear Algebra", f"{KNOW} linear algebra?"),
        ("Data Scientist", "Skills", "What skills does a data scientist need?"),
    ],
)
def test_a_heading_takes_from_the_one_above_what_it_leaves_unsaid(above: str, heading: str, question: str) -> None:
    assert offered(passage(above, heading, body="Read on."), question="Who can read?")[0] == question


def test_without_a_role_above_it_the_reader_asks_for_himself() -> None:
    found = offered(
        *(passage(heading, title="The Report") for heading in ("Soft Skills", "Certifications", "Linear Algebra"))
    )
    assert sorted(found) == [
        f"{KNOW} linear algebra?",
        "What soft skills do I need?",
        "Which certifications are there?",
    ]


def test_a_word_keeps_its_capital_where_running_text_always_gives_it_one() -> None:
    text = "We use Hadoop, and our Clusters are big. All clusters are."
    assert offered(passage("Hadoop Clusters", body=text)) == [f"{KNOW} Hadoop clusters?"]


def test_a_word_that_stands_anywhere_without_a_capital_is_no_name() -> None:
    one = passage("Hadoop Clusters", body="Our Clusters run Hadoop.")
    assert offered(one) == [f"{KNOW} Hadoop Clusters?"]
    assert offers(ANY, [one], lambda candidate: True, small=["clusters"]) == [f"{KNOW} Hadoop clusters?"]


def test_a_label_that_running_text_writes_alike_is_a_name() -> None:
    body = "- Cloud Developer Certificate: Google offers the Cloud Developer Certificate.\n- Big Tools: They are big."
    found = offered(passage("Certifications", body=body), question="What do Google and the rest offer?")
    assert found[0] == f"{KNOW} Cloud Developer Certificate?"


def test_what_a_bracket_adds_is_not_asked_about() -> None:
    assert offered(passage("Advanced Degree (Optional)")) == [f"{KNOW} advanced degree?"]


def test_what_shares_a_rare_term_with_the_question_is_first_then_what_was_found_first() -> None:
    passages = [passage(heading, n=n) for n, heading in enumerate(("Testing", "Calculus", "Salary"))]
    found = offered(*passages, question="What is the salary of engineers in Germany?")
    assert [one.rpartition(" ")[2] for one in found] == ["engineer?", "testing?", "calculus?"]
    assert found[0] == SALARY


def test_a_title_in_capitals_is_read_as_any_other() -> None:
    found = offered(passage("Soft Skills", title="DATA ENGINEER REPORT"))
    assert found == ["What soft skills does a data engineer need?"]


def test_one_rare_term_brings_a_question_further_up_than_two_that_most_of_them_hold() -> None:
    headings = ("Deep Learning Theory", "Deep Learning Practice", "Deep Learning Ethics", "Salary")
    found = offered(*(passage(one) for one in headings), question="What is the salary in deep theory learning circles?")
    assert found[:2] == [f"{KNOW} deep learning theory?", SALARY]
    found = offered(*(passage(one) for one in headings), question="What is the salary in deep circles?")
    assert found[0] == SALARY


def test_the_lowest_heading_of_every_passage_goes_before_those_above() -> None:
    found = offered(
        passage("Mathematics", "Calculus", body="Rates of change."),
        passage("Coding", "Testing", body="Every change is tested."),
        question="Who invented change?",
    )
    assert [one.rpartition(" ")[2] for one in found] == ["calculus?", "testing?", "mathematics?", "coding?"]


def test_the_most_general_is_first_where_no_passage_shares_a_term() -> None:
    title = "How to Become a Nurse Manager"
    assert offered(passage("Shifts", "Night Shifts", title=title))[0] == "How do I become a nurse manager?"


def test_the_item_with_the_rarest_term_is_asked_about_before_its_heading() -> None:
    items = "- Online platforms: Study at home with bootcamps.\n- Local schools: Study with friends."
    assert offered(passage("Study", body=items), question="How much does a bootcamp cost?") == [
        "What online platforms does a machine learning engineer need?",
        f"{KNOW} study?",
    ]


def test_an_item_whose_terms_are_in_many_is_not_asked_about() -> None:
    items = "\n".join(f"- Sort {word}: Bootcamps teach it." for word in ("one", "two", "three"))
    assert offered(passage("Study", body=items), question="How much does a bootcamp cost?") == [f"{KNOW} study?"]


def test_an_item_that_is_named_by_the_term_is_asked_about_where_a_few_more_hold_it() -> None:
    items = "- Kaggle contests: Win on Kaggle.\n- Sort one: See Kaggle.\n- Sort two: Join Kaggle."
    assert offered(passage("Study", body=items), question="Who founded Kaggle?")[0] == f"{KNOW} Kaggle contests?"


def test_neither_a_sentence_nor_a_single_word_beside_the_term_is_asked_about() -> None:
    items = "Some like it: Bootcamps are loud.\n\n- Outlook: Bootcamps teach it."
    assert offered(passage("Study", body=items), question="What does a bootcamp cost?") == [f"{KNOW} study?"]


def test_an_item_of_a_numbered_list_is_a_step() -> None:
    items = "1. Basics of Python: Read a book.\n2. Neural networks: Train one."
    found = offered(passage("Learning Path", body=items), question="How many weeks does step 2 take?")
    assert found[0] == "What does step 2, neural networks, involve?"


def test_no_question_is_offered_twice_nor_the_refused_one() -> None:
    found = offered(
        passage("ML Skills", n=1),
        passage("Key Machine Learning Skills", n=2),
        passage("Salary", n=3),
        question="What is the ML engineer's salary?",
    )
    assert found == ["What ML skills does a machine learning engineer need?"]


def test_only_what_is_answerable_is_offered_and_no_more_is_tried_than_needed() -> None:
    passages = [passage(f"Topic {letter}", body="Change.", n=n) for n, letter in enumerate("BCDEFGHJKL")]
    tried: list[str] = []

    def answerable(candidate: str) -> bool:
        tried.append(candidate)
        return len(tried) % 2 == 0

    found = offers("What is change?", passages, answerable)
    assert found == tried[1::2]
    assert (len(found), len(tried)) == (3, 6)


def test_where_nothing_is_answerable_a_few_are_tried_and_none_is_offered() -> None:
    passages = [passage(f"Topic {letter}", body="Change.", n=n) for n, letter in enumerate("BCDEFGHJKL")]
    tried: list[str] = []
    assert offers("What is change?", passages, lambda candidate: bool(tried.append(candidate))) == []
    assert len(tried) == TRIED
    assert offers("What is change?", [], lambda candidate: True) == []
