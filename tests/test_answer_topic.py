"""topic: what a question is about, and the pronouns that stand for it."""

import pytest

from advisor.answer.topic import is_plural, named, names_its_own, resolve


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("What is Kaggle?", ["Kaggle"]),
        ("Tell me about a data scientist.", ["data scientist"]),
        ("What are the symptoms of anemia?", ["anemia"]),
        ("What is the role of maths in finance?", ["maths"]),
        ("Does an engineer in India need TensorFlow?", ["TensorFlow"]),
        ("I like maths. What is machine learning?", ["machine learning"]),
        ("How long does a degree take?", []),
        ("What is the best way to learn maths?", []),
        ("Who is hiring engineers?", []),
        ("What is the cost of it?", []),
        ("What are the things without which an engineer cannot do the daily work?", ["the things without"]),
        ("What is one two three four five six seven eight?", []),
        ("", []),
    ],
)
def test_only_what_is_defined_and_names_are_sure(question: str, phrases: list[str]) -> None:
    assert named(question) == phrases


@pytest.mark.parametrize("phrase", ["engineers", "skills of an engineer", "maths and physics", "people"])
def test_many(phrase: str) -> None:
    assert is_plural(phrase)


@pytest.mark.parametrize(
    "phrase", ["Kaggle", "a class", "the basis", "an engineer of systems", "statistics", "a bonus"]
)
def test_one(phrase: str) -> None:
    assert not is_plural(phrase)


@pytest.mark.parametrize(
    ("question", "topics", "resolved"),
    [
        ("Is it free?", ["Kaggle"], "Is Kaggle free?"),
        ("Its cost?", ["Kaggle"], "Kaggle's cost?"),
        ("What is their pay?", ["Kaggle", "engineers"], "What is engineers' pay?"),
        ("Is it free?", ["engineers", "Kaggle"], "Is Kaggle free?"),
        ("Is it free?", ["courses"], "Is courses free?"),  # the only topic stands for any number
        ("Is he known?", ["Kaggle competition", "Andrew Ng"], "Is Andrew Ng known?"),
        ("Is he known?", ["machine learning"], "Is he known?"),
        ("It's free?", ["Kaggle"], "It's free?"),
        ("Is it free?", [], "Is it free?"),
        ("Which items fit?", ["Kaggle"], "Which items fit?"),
    ],
)
def test_pronouns_give_way_to_the_topic_of_their_number(question: str, topics: list[str], resolved: str) -> None:
    assert resolve(question, topics) == resolved


@pytest.mark.parametrize(
    ("question", "own"),
    [
        ("What is Kaggle and why is it free?", True),
        ("Describe Kaggle and its competitions.", True),
        ("What is it and why does it matter?", False),
        ("Which tools and books does it need?", False),
        ("And is it free?", False),
        ("What is Kaggle?", False),
        ("Is a bootcamp worth it?", True),
        ("So which certificates are worth it?", True),
        ("Is the cost worth it?", False),
        ("Is that worth it?", False),
        ("Which ones are worth it?", False),
        ("Python: is it enough?", True),
        ("Do I need Docker or is it too much?", True),
    ],
)
def test_a_pronoun_for_what_the_sentence_has_named(question: str, own: bool) -> None:
    assert names_its_own(question) == own
