"""nuggets: what an answer tells, with scores summed by hand."""

import pytest

from advisor.eval.items import Figure, Nugget
from advisor.eval.nuggets import Recall, forbidden, key_figures, recall, told

LIBRARIES = Nugget(says=(("PyTorch", "Torch"), ("scikit-learn", "sklearn")))
SENIOR = Nugget(figures=(Figure(value=1_500_000, unit="INR"), Figure(value=3_000_000, unit="INR")))
GROWTH = Nugget(says=(("CAGR", "a year"),), figures=(Figure(value=34.2, unit="%", tolerance=0.01),))
EXTRA = Nugget(vital=False, says=(("Kaggle",),))


@pytest.mark.parametrize(
    ("text", "nugget", "expected"),
    [
        ("Learn PyTorch and scikit-learn.", LIBRARIES, 1.0),
        ("Learn **Torch** and `sklearn`.", LIBRARIES, 1.0),
        ("Learn PYTORCH.", LIBRARIES, 0.5),
        ("Torch, PyTorch", LIBRARIES, 0.5),  # two aliases of one group
        ("Learn TensorFlow.", LIBRARIES, 0.0),
        ("", LIBRARIES, 0.0),
        ("₹1,500,000 to ₹3,000,000", SENIOR, 1.0),
        ("15 to 30 lakh rupees", SENIOR, 1.0),
        ("up to ₹30 lakh", SENIOR, 0.5),
        ("$1,500,000 to $3,000,000", SENIOR, 0.0),
        ("1,500,000 and 3,000,000", SENIOR, 0.0),
        ("a CAGR of 34.20%", GROWTH, 1.0),
        ("about 34% a year", GROWTH, 1.0),  # off by 0.6% of it
        ("about 33% a year", GROWTH, 0.5),  # off by 3.5% of it
        ("about 34.2 percent", GROWTH, 0.5),
        ("34.2 points", GROWTH, 0.0),
    ],
)
def test_told(text: str, nugget: Nugget, expected: float) -> None:
    assert told(text, nugget) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Recall(0, 0, 0, 0)),
        ("PyTorch, sklearn, ₹15-30 lakh, a CAGR of 34.2%, Kaggle", Recall(1, 1, 1, 1)),
        # all of the libraries, half of the pay, none of the growth, the extra
        ("PyTorch, sklearn, ₹15 lakh, Kaggle", Recall((1 + 0.5) / 3, (1 + 0.5 + 1) / 4, 1 / 3, 2 / 4)),
        ("PyTorch; ₹15 lakh; 34.2%", Recall(1.5 / 3, 1.5 / 4, 0, 0)),
        ("Kaggle", Recall(0, 1 / 4, 0, 1 / 4)),
    ],
)
def test_recall(text: str, expected: Recall) -> None:
    assert recall(text, [LIBRARIES, SENIOR, GROWTH, EXTRA]) == expected


def test_recall_of_no_nuggets_and_of_none_that_is_vital() -> None:
    assert recall("Kaggle", []) == Recall(0, 0, 0, 0)
    assert recall("Kaggle", [EXTRA]) == Recall(0, 1, 0, 1)


EVIDENCE = (
    "A senior engineer (5+ years) earns ₹1,500,000 to ₹3,000,000.",
    "It lists eight essential skills. The market grows by 34.20%.",
)


@pytest.mark.parametrize(
    ("text", "nuggets", "precision", "recalled"),
    [
        ("No numbers.", [], None, None),
        ("No numbers.", [LIBRARIES], None, None),  # a nugget without figures
        ("No numbers.", [SENIOR], None, 0.0),
        ("₹15 lakh", [], 1.0, None),
        ("₹15 lakh", [SENIOR], 1.0, 1 / 2),
        ("₹15-30 lakh after 5 years", [SENIOR], 1.0, 1.0),
        ("₹15 lakh after 6 years", [SENIOR], 1 / 2, 1 / 2),
        ("₹15 lakh, or ₹1,500,000, or ₹1.5 million, and 7%", [SENIOR], 1 / 2, 1 / 2),  # the first three are equal
        ("₹15 lakh, 7%, 9%, 11%", [SENIOR, GROWTH], 1 / 4, 1 / 3),
        ("8 skills", [], 1.0, None),
        ("There are eight.", [], 1.0, None),
        ("8 tools", [], 0.0, None),
        ("$1,500,000", [], 0.0, None),
        ("1,500,000 and 34.2", [], 0.0, None),  # of what?
        ("34%", [], 0.0, None),
        ("34%", [GROWTH], 1.0, 1.0),  # within the tolerance of the nugget
        ("34.2%", [GROWTH, GROWTH], 1.0, 1.0),
        ("₹15 lakh", [SENIOR, SENIOR, GROWTH], 1.0, 1 / 3),  # equal figures of two nuggets are one
    ],
)
def test_key_figures(text: str, nuggets: list[Nugget], precision: float | None, recalled: float | None) -> None:
    assert key_figures(text, EVIDENCE, nuggets) == (precision, recalled)


def test_a_bare_number_of_the_evidence_does_not_back_one_of_a_unit() -> None:
    assert key_figures("5 years", ["on a scale to 5"], []) == (0.0, None)


def test_without_evidence_only_the_nuggets_back_a_figure() -> None:
    assert key_figures("₹15 lakh and 5 years", [], [SENIOR]) == (1 / 2, 1 / 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("You need a PhD, and a guaranteed-job scheme.", ["guaranteed job", "PhD"]),
        ("It pays ₹5,00,000.", ["₹500,000"]),
        ("It pays ₹5,00,0000.", []),
        ("Nothing of the kind.", []),
        ("", []),
    ],
)
def test_forbidden(text: str, expected: list[str]) -> None:
    assert forbidden(text, ("guaranteed job", "₹500,000", "PhD")) == expected


def test_nothing_is_forbidden_by_an_empty_list() -> None:
    assert forbidden("anything", ()) == []
