"""match: what counts as held, and what does not."""

import pytest

from advisor.eval.match import fold, holds, holds_any


def held(text: str, key: str) -> bool:
    return holds(fold(text), [key])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Supervised LEARNING is first.", "supervised learning"),
        ("supervised learning", "SUPERVISED Learning"),
        ("a hands-on project", "hands on"),
        ("a hands on project", "hands-on"),
        ("a hands\u2011on project", "hands-on"),
        ("2\u20135 years", "2-5"),
        ("entry\u2014level", "entry-level"),
        ("the engineer\u2019s work", "engineer's work"),
        ("\u201cdeep\u201d learning", '"deep" learning'),
        ("\u201cdeep\u201d learning", "deep learning"),
        ("**Deep** _learning_ with `numpy`", "deep learning with numpy"),
        ("they organise and optimised it", "organize"),
        ("they organise and optimised it", "optimized"),
        ("optimization", "optimisation"),
        ("organisations", "organizations"),
        ("a summarizer", "summariser"),
        ("visualizing data", "visualising data"),
        ("₹400,000 a year", "400,000"),
        ("₹400000 a year", "₹400,000"),
        ("INR 1,500,000", "1500000"),
        ("INR 1,00,00,000", "10,000,000"),
        ("grows by 10.7%, they say", "10.7%"),
        ("USD 35.80 billion in 2022", "35.80 billion"),
        ("in 2022.", "2022"),
        ("in 2022, it", "2022"),
        ("C++ and C#", "c++"),
        ("C++ and C#", "c#"),
        ("CI/CD", "ci/cd"),
        ("Scikit-learn", "scikit"),
        ("algorithms", "algorithm"),  # a key is the start of a word
        ("\ufb01nance", "finance"),  # a ligature, as PDFs have them
        ("one\n\n  two", "one two"),
        ("40% of them", "%"),  # a sign stands right behind a figure or a word
        ("US$300", "$300"),
        ("£300 a month", "£"),
        ("300€ a month", "€"),
        ("R, Python", "r"),
        ("SAS/R/Python", "R"),
        ("R's packages", "R"),
        ("Git and GitHub", "git"),
        ("GANs and CNNs", "CNN"),
        ("APIs.", "API"),
        ("gitflow", "gitf"),  # four letters are a start again
    ],
)
def test_is_held(text: str, key: str) -> None:
    assert held(text, key)
    assert holds_any(fold(text), ["bananas", key])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("unsupervised learning", "supervised"),  # not from the start of a word on
        ("the pipeline", "line"),
        ("1400,000", "400,000"),
        ("5.35 billion", "35 billion"),
        ("35.80 billion", "35"),
        ("350 billion", "35"),
        ("4,000,000", "400,000"),
        ("4,000,000", "4,000"),
        ("10.75%", "10.7"),
        ("10.7 of them", "10.7%"),
        ("C and Java", "c++"),
        ("supervised", "supervised learning"),
        ("learning supervised", "supervised learning"),
        ("this is", "thiz"),  # too short before -is
        ("", "a"),
        ("really", "R"),  # up to three letters are a whole word
        ("RStudio", "R"),
        ("C++ and C#", "C"),
        ("sixth", "six"),
        ("GitHub", "Git"),
        ("gitsy", "Git"),
        ("Gitś", "Git"),
        ("£300", "€300"),
        ("300", "£"),
        ("x", "%"),
        ("x", "..."),  # a key that folds to nothing
        ("", "-"),
    ],
)
def test_is_not_held(text: str, key: str) -> None:
    assert not held(text, key)
    assert not holds_any(fold(text), [key, "bananas"])


def test_every_key_and_any_key() -> None:
    text = fold("Python and R, for 2-5 years")
    assert holds(text, ["python", "2–5"])
    assert not holds(text, ["python", "java"])
    assert holds_any(text, ["java", "python"])
    assert not holds_any(text, ["java", "c++"])
    assert holds(text, [])
    assert not holds_any(text, [])


def test_fold_by_hand() -> None:
    text = "  “State-of-the-art” (SOTA):  ₹4,50,000 / C++ … e.g. Node.js, £1,2 and 3,4,500 €!"
    assert fold(text) == "state of the art sota ₹450000 c++ e.g node.js £1 2 and 3 4500 €"


@pytest.mark.parametrize(
    "text", ["Hands-on “optimisation” – 1,000,000 (10.7%)…", "CI/CD; C++/C#, .NET", "ﬁne ½ Ⅳ", "e.g. this. /x"]
)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
