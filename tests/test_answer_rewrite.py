"""rewrite: follow-ups are made to stand alone, other questions stay as they are."""

import pytest

from advisor.answer.rewrite import content_words, is_follow_up, standalone
from advisor.types import Role, Turn


def users(*texts: str) -> list[Turn]:
    return [Turn("user", text) for text in texts]


@pytest.mark.parametrize(
    "question",
    [
        "What does a machine learning engineer do?",
        "Which books are recommended for machine learning?",
        "And which conferences should an engineer attend?",
        "What skills that employers want should I learn?",
    ],
)
def test_a_whole_question_stays_word_for_word(question: str) -> None:
    assert standalone(question, users("What is supervised learning?")) == question


@pytest.mark.parametrize(
    "question",
    ["And for senior?", "What about its metrics?", "the step after that", "Why?", "How long does it take?"],
)
def test_follow_ups_are_seen(question: str) -> None:
    assert is_follow_up(question)


def test_without_history_nothing_changes() -> None:
    assert standalone("And for senior?", []) == "And for senior?"


def test_a_rival_takes_the_place_of_the_first() -> None:
    found = standalone("And for senior?", users("What does a mid-level machine learning engineer earn in India?"))
    assert "mid-level" not in found
    assert "senior" in found
    assert "earn in India" in found


def test_the_step_after_that_is_counted() -> None:
    found = standalone("And the step after that?", users("What is step 3 of the learning path?"))
    assert "step 4" in found
    assert "step 3" not in found


def test_a_step_alone_is_one_of_those_that_were_spoken_of() -> None:
    talk = users("What is the learning path?")
    assert standalone("What is step 3?", talk) == "the learning path – What is step 3?"
    assert "step 2" in standalone("and the one before that?", [*talk, *users("What is step 3?")])
    assert standalone("What is step 3?", users("Who is Andrew Ng?")) == "What is step 3?"
    assert standalone("Is step 3 hard?", users("What is the learning path?")) == "Is step 3 hard?"


def test_the_nth_one_of_steps_is_the_nth_step() -> None:
    assert standalone("and the 2nd one?", users("What are the steps of the process?")).endswith("– the 2nd step?")
    assert standalone("Explain the fourth one", users("Name all phases.")).endswith("– Explain the fourth phase")
    assert standalone("Explain the fourth one", users("Name all books.")).endswith("– Explain the fourth one")
    assert standalone("And the fourth?", users("Name all steps.")).endswith("– the fourth step?")
    assert standalone("And the fourth book?", users("Name all steps.")).endswith("the fourth book?")


def test_what_was_said_before_the_last_whole_question_does_not_count() -> None:
    turns = users("Tell me about Kaggle competitions.", "What is supervised learning?", "What about its metrics?")
    assert "Kaggle" not in standalone("And its algorithms?", turns)
    assert "supervised" in standalone("And its algorithms?", turns)


def test_the_advisors_own_turns_do_not_count() -> None:
    turns = [Turn("user", "What is supervised learning?"), Turn("assistant", "Bananas.")]
    assert "Bananas" not in standalone("What about its metrics?", turns)


ASKED = "What does a mid-level machine learning engineer earn in India?"


@pytest.mark.parametrize("talk", ["Thanks!", "ok", "Hi there", "Thank you so much.", "Who are you?", "great"])
def test_small_talk_is_no_earlier_question(talk: str) -> None:
    expected = standalone("And for senior?", users(ASKED))
    assert expected == "What does a senior machine learning engineer earn in India?"
    assert standalone("And for senior?", users(ASKED, talk)) == expected
    assert standalone("And for senior?", users(ASKED, talk, talk, talk)) == expected
    assert standalone("And for senior?", users(talk)) == "And for senior?"


def test_small_talk_takes_no_place_among_the_turns() -> None:
    turns = users("What is supervised learning?", "Thanks!", "What about its metrics?", "ok")
    assert standalone("And its algorithms?", turns) == standalone("And its algorithms?", [turns[0], turns[2]])
    assert "supervised" in standalone("And its algorithms?", turns)


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_an_empty_turn_is_no_earlier_question(empty: str) -> None:
    assert standalone("And for senior?", users(ASKED, empty)) == standalone("And for senior?", users(ASKED))
    assert standalone("And for senior?", users(empty)) == "And for senior?"


@pytest.mark.parametrize("older", range(4))
def test_turns_older_than_the_last_whole_question_change_nothing(older: int) -> None:
    before = users(*["What is Kaggle?", "Which books help?", "What is step 9?", "And the senior one?"][:older])
    last = users("What is supervised learning?", "What about its metrics?")
    found = standalone("And its algorithms?", [*before, *last])
    assert found == standalone("And its algorithms?", last)
    assert found == "And supervised learning's algorithms?"


def test_of_two_whole_questions_the_last_one_counts() -> None:
    turns = users("What is supervised learning?", "Which books do engineers read?")
    assert standalone("Why these?", turns) == "Which books do engineers read – Why these?"


@pytest.mark.parametrize("role", ["assistant", "system"])
def test_others_turns_are_no_earlier_question(role: Role) -> None:
    assert standalone("And for senior?", [Turn(role, ASKED)]) == "And for senior?"
    mixed = [Turn(role, "What is Kaggle?"), *users(ASKED), Turn(role, "What is step 3?")]
    assert standalone("And for senior?", mixed) == standalone("And for senior?", users(ASKED))


@pytest.mark.parametrize(
    "question",
    [
        "Which certificates do employers in India want?",
        "  How much does a senior data scientist earn,  in ₹? ",
        "What is step 3 of the learning path?",
        "machine learning vs deep learning",
        "Who is Andrew Ng?",
        "And which books should a data scientist read?",
        "Is the degree that employers want a master's?",
        "What is TensorFlow?",
        "What's TensorFlow?",
        "Who is Goodfellow?",
        "What are embeddings?",
        "Explain backpropagation.",
        "Are there any certifications for machine learning engineers?",
        "Are there any certifications that employers want?",
        "Which roles are there in machine learning?",
        "which certifications are there",
        "There are many courses: which is best for beginners?",
    ],
)
@pytest.mark.parametrize(
    "history", [(), ("What is Kaggle?",), (ASKED,), ("What is step 3?", "Thanks!"), (ASKED, "And for senior?")]
)
def test_a_question_that_stands_alone_never_changes(question: str, history: tuple[str, ...]) -> None:
    assert not is_follow_up(question)
    assert standalone(question, users(*history)) == question


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("What is step 3 of the path?", "And the step after that?", "What is step 4 of the path?"),
        ("What is step 3 of the path?", "What is the next step?", "What is step 4 of the path?"),
        ("What is step 3 of the path?", "What is the previous step?", "What is step 2 of the path?"),
        ("What is stage 9 of the path?", "And the following stage?", "What is stage 10 of the path?"),
        ("What does a senior engineer do?", "And for freshers?", "What does a freshers engineer do?"),
        ("Is a master's degree needed?", "What about a PhD?", "Is a PhD degree needed?"),
        ("What is Kaggle?", "What are its competitions?", "What are Kaggle's competitions?"),
        ("What is Kaggle...  ", "Why?", "What is Kaggle – Why?"),
        ("What is step 3 of the path?", "And after that?", "What is step 4 of the path?"),
        ("What is step 3 of the path?", "after that?", "What is step 4 of the path?"),
        ("What is step 3 of the path?", "What comes after that?", "What is step 4 of the path?"),
        ("What is step 3 of the path?", "And then?", "What is step 4 of the path?"),
        ("What is step 3 of the path?", "And before that?", "What is step 2 of the path?"),
        ("What is step 9 of the path?", "And after it?", "What is step 10 of the path?"),
        ("What is step 1 of the path?", "And before that?", "What is step 1 of the path – before that?"),
        ("What is step 1 of the path?", "the previous step?", "What is step 1 of the path – the previous step?"),
        ("What is Kaggle?", "And after that?", "What is Kaggle – after that?"),
        ("What is Kaggle?", "And then?", "What is Kaggle – after that?"),
        ("What is Kaggle?", "What is it?", "What is Kaggle?"),
        ("What is Kaggle?", "What is the cost?", "What is Kaggle – What is the cost?"),
        ("What is Kaggle?", "What are the competitions?", "What is Kaggle – What are the competitions?"),
        ("What is Kaggle?", "What can I learn there?", "What is Kaggle – What can I learn there?"),
        ("What is Kaggle?", "Is there a roadmap?", "What is Kaggle – Is there a roadmap?"),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out(before: str, question: str, expected: str) -> None:
    assert standalone(question, users(before)) == expected


def test_steps_are_counted_over_two_turns() -> None:
    turns = users("What is step 3?", "And the next step?")
    assert standalone("And the next step?", turns) == "What is step 5?"
    assert standalone("And the previous step?", turns) == "What is step 3?"


@pytest.mark.parametrize("question", ["And after that?", "And then?", "the next step", "What comes after that?"])
@pytest.mark.parametrize("turns", range(1, 6))
def test_steps_are_counted_on_from_the_third_over_any_number_of_turns(question: str, turns: int) -> None:
    history = users("Which books help?", "What is step 3?", *[question] * (turns - 1))
    assert standalone(question, history) == f"What is step {3 + turns}?"
    assert standalone(question, [*history, *users("Thanks!")]) == f"What is step {3 + turns}?"


@pytest.mark.parametrize("turns", range(1, 6))
def test_no_step_comes_before_the_first(turns: int) -> None:
    history = users("What is step 2?", *["And before that?"] * turns)
    found = standalone("And before that?", history)
    assert found.startswith("What is step 1")
    assert "step 0" not in found
    assert "step -" not in found


def test_turns_that_only_count_and_have_no_step_are_put_together() -> None:
    assert standalone("And then?", users("And then?", "And then?")) == "And then – after that – after that?"


def test_a_rewritten_question_is_not_rewritten_again() -> None:
    found = standalone("And for senior?", users(ASKED))
    assert standalone(found, users("What is Kaggle?")) == found


def test_words_of_meaning_are_folded_in_order_with_repeats_and_without_the_rest() -> None:
    assert content_words("What does the ML-engineer's C++ and CI/CD, and c++, need?") == [
        "ml-engineer's",
        "c++",
        "ci/cd",
        "c++",
    ]
    assert content_words("What is it, then?") == []


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("What is the step after step 3 of the path?", "What is step 4 of the path?"),
        ("What is the stage that comes before stage 2?", "What is stage 1?"),
        ("What is the step following 7?", "What is step 8?"),
        ("What is the step before step 1?", "What is the step before step 1?"),
        ("What comes after step 3?", "What comes after step 3?"),
    ],
)
def test_a_step_beside_a_numbered_one_is_counted(question: str, alone: str) -> None:
    assert standalone(question, []) == alone


def test_the_article_agrees_with_the_term_that_takes_anothers_place() -> None:
    before = [Turn("user", "What does an entry-level engineer earn?")]
    assert standalone("And a senior one?", before) == "What does a senior engineer earn?"
    assert standalone("And an entry-level one?", [Turn("user", "What does a senior engineer earn?")]) == before[0].text


@pytest.mark.parametrize(
    ("before", "question", "alone"),
    [
        (["What is Kaggle?", "Is it free?"], "Who owns it?", "Who owns Kaggle?"),
        (["What is Kaggle?", "Is it free?", "Is it hard?", "Why?"], "Who owns it?", "Who owns Kaggle?"),
        (["Tell me about data scientists."], "What do they earn?", "What do data scientists earn?"),
        (["What is the TensorFlow Certificate?"], "Who offers it?", "Who offers the TensorFlow Certificate?"),
        (["What are the costs of a bootcamp?"], "Is it worth the money?", "Is bootcamp worth the money?"),
        (["What are data scientists?", "What is Kaggle?"], "Do they use it?", "Do data scientists use Kaggle?"),
        (["How does Kaggle work?"], "Who owns it?", "Who owns Kaggle?"),
        (["Who is Andrew Ng?"], "What are his courses?", "What are Andrew Ng's courses?"),
        (["What is India's AI for All?"], "Who pays for it?", "Who pays for India's AI for All?"),
    ],
)
def test_a_pronoun_gives_way_to_what_the_talk_is_about(before: list[str], question: str, alone: str) -> None:
    assert standalone(question, users(*before)) == alone


def test_a_whole_question_without_a_sure_topic_ends_the_one_before() -> None:
    turns = users("What is Kaggle?", "How long does a degree take?")
    assert standalone("How much does it cost?", turns) == "How long does a degree take – How much does it cost?"


@pytest.mark.parametrize(
    "question",
    [
        "What is PyTorch and why is it popular?",
        "Describe Kaggle and its competitions.",
        "Which courses do employers in India recommend instead?",  # it says enough to be found
        "What is the GPU?",
    ],
)
def test_what_a_question_names_itself_is_not_taken_from_before(question: str) -> None:
    assert standalone(question, users("What is TensorFlow?")) == question


def test_a_sentence_that_only_agrees_is_left_out_whole() -> None:
    assert standalone("Okay. Why?", users("What is Kaggle?")) == "What is Kaggle – Why?"


@pytest.mark.parametrize(
    ("asked", "question", "alone"),
    [
        (["How do I become a baker?", "Why?"], "And in India?", "How do I become a baker – Why – in India?"),
        (
            ["How do I become a baker?", "Why?"],
            "Is it hard to learn?",
            "How do I become a baker – Is it hard to learn?",
        ),
        (["What is Kaggle?", "What about courses?"], "Are they free?", "Are courses free?"),
        (["What is Kaggle?", "Why is it free?"], "Which one wins prizes?", "Kaggle – Which one wins prizes?"),
        (
            ["What does a data scientist do?", "How does an ML engineer differ from that?"],
            "Which of the two earns more?",
            "What does a data scientist do – How does an ML engineer differ from that – Which of the two earns more?",
        ),
        (
            ["What does a senior earn?"],
            "by what percentage does it go up each year?",  # long enough to be found, and what "it" is must be said
            "What does a senior earn – by what percentage does it go up each year?",
        ),
        (
            ["Which books on AI theory are there?"],
            "which of them first?",
            "Which books on AI theory are there – which of them first?",
        ),
    ],
)
def test_beside_a_follow_up_stands_what_the_talk_began_with(asked: list[str], question: str, alone: str) -> None:
    assert standalone(question, users(*asked)) == alone


def test_the_first_question_is_not_lost_over_a_long_talk() -> None:
    turns = users("How do I become a baker?", *["Is it hard?", "Why?"] * 1000)
    assert standalone("And in India?", turns) == "How do I become a baker – Why – in India?"
