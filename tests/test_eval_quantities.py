"""quantities: which numbers of a text say how much of what, and when one is the figure that was asked for."""

from pathlib import Path

import pytest

from advisor.eval.items import Figure
from advisor.eval.quantities import Quantity, matches, quantities, singular

CORPUS = Path(__file__).parent.parent / "corpus"


def said(text: str) -> list[tuple[float, str]]:
    return [(one.value, one.unit) for one in quantities(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("₹400,000", 400_000, "INR"),
        ("₹4,00,000", 400_000, "INR"),
        ("₹1,00,00,000", 10_000_000, "INR"),
        ("₹ 900,000 a year", 900_000, "INR"),
        ("Rs 4,00,000", 400_000, "INR"),
        ("Rs. 4,00,000/-", 400_000, "INR"),
        ("INR500", 500, "INR"),
        ("400000 INR", 400_000, "INR"),
        ("400000₹", 400_000, "INR"),
        ("4 lakh rupees", 400_000, "INR"),
        ("₹4 lakh", 400_000, "INR"),
        ("₹4.5 lakhs per annum", 450_000, "INR"),
        ("₹4L", 400_000, "INR"),
        ("12 LPA", 1_200_000, "INR"),
        ("5 lacs", 500_000, ""),
        ("₹1.2 crore", 12_000_000, "INR"),
        ("₹1.2 cr", 12_000_000, "INR"),
        ("₹1 lakh crore", 1e12, "INR"),
        ("$163.63 billion", 163_630_000_000, "USD"),
        ("USD 35.80 billion", 35_800_000_000, "USD"),
        ("USD 100.6 million", 100_600_000, "USD"),
        ("US$5bn", 5e9, "USD"),
        ("$120k", 120_000, "USD"),
        ("$120K+", 120_000, "USD"),
        ("$5m", 5_000_000, "USD"),
        ("$1.5 trillion", 1.5e12, "USD"),
        ("5 million US dollars", 5_000_000, "USD"),
        ("thirty thousand dollars", 30_000, "USD"),
        ("€30,000", 30_000, "EUR"),
        ("30,000 euros", 30_000, "EUR"),
        ("£5k", 5_000, "GBP"),
        ("GBP 45,000", 45_000, "GBP"),
        ("34.20%", 34.2, "%"),
        ("10 %", 10, "%"),
        ("10 per cent", 10, "%"),
        ("a 10-percent rise", 10, "%"),
        ("twenty-five percent", 25, "%"),
        ("3 percentage points", 3, "%"),
        ("−5%", -5, "%"),
        ("a drop of -5%", -5, "%"),
        ("5+ years of experience", 5, "year"),
        ("5 or more years", 5, "year"),
        ("5-plus years", 5, "year"),
        ("5 yrs", 5, "year"),
        ("5yrs", 5, "year"),
        ("five years' experience", 5, "year"),
        ("a 6-month course", 6, "month"),
        ("a six‑month course", 6, "month"),
        ("1 year", 1, "year"),
        ("one year", 1, "year"),
        ("a one-hour talk", 1, "hour"),
        ("2,000 hours", 2_000, "hour"),
        ("2000 hours", 2_000, "hour"),
        ("16GB of memory", 16, "gb"),
        ("8 steps", 8, "step"),
        ("**8** steps", 8, "step"),
        ("three projects", 3, "project"),
        ("Two Coursera examples", 2, "example"),
        ("eight essential skills", 8, "skill"),
        ("five common misconceptions", 5, "misconception"),
        ("two broad categories", 2, "category"),
        ("seven YouTube videos", 7, "video"),
        ("12 AWS services", 12, "service"),
        ("two TLS courses", 2, "course"),
        ("12 machine learning engineers", 12, "engineer"),
        ("12 large machine learning models", 12, ""),
        ("a two-stage process", 2, "stage"),
        ("1 project", 1, "project"),
        ("1+ relevant certifications", 1, "certification"),
        ("at a senior level 5 years", 5, "year"),
        ("Step 3 or 5 years", 5, "year"),
        ("two mathematics courses", 2, "course"),
        ("three people", 3, "person"),
        ("6 organisations", 6, "organization"),
        ("7B parameters", 7e9, "parameter"),
        ("2 lakh engineers", 200_000, "engineer"),
        ("a hundred engineers", 100, "engineer"),
        ("two hundred and fifty people", 250, "person"),
        ("ninety-nine problems", 99, "problem"),
        ("a dozen tools", 12, "tool"),
        ("two dozen tools", 24, "tool"),
        ("a million users", 1_000_000, "user"),
        ("half a million users", 500_000, "user"),
        ("a million-dollar idea", 1_000_000, "USD"),
        ("one million users", 1_000_000, "user"),
        ("in 2022.", 2022, ""),
        ("in 2022 salaries rose", 2022, ""),
        ("2,022 engineers", 2022, "engineer"),
        ("an accuracy of 0.85", 0.85, ""),
        ("the two are distinct", 2, ""),
        ("three of them: programming", 3, ""),
        ("there are 8.\n\nSkills matter", 8, ""),
        ("on 2025-09-08 at 12:44:43.557211", 2025, ""),
        ("2025-09-08T12:44:43.557211", 2025, ""),
        ("Python 3.11 came", 3.11, ""),
        ("USD 100\nmillion", 100_000_000, "USD"),
        ("five [2] years", 5, "year"),
    ],
)
def test_one_quantity(text: str, value: float, unit: str) -> None:
    assert said(text) == [(value, unit)]


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("₹400,000 to ₹900,000", 400_000, 900_000, "INR"),
        ("between ₹400,000 and ₹900,000 per annum", 400_000, 900_000, "INR"),
        ("₹400,000–900,000", 400_000, 900_000, "INR"),
        ("**₹400,000** to **₹900,000**", 400_000, 900_000, "INR"),
        ("Rs. 4,00,000 - Rs. 9,00,000", 400_000, 900_000, "INR"),
        ("4-9 lakh", 400_000, 900_000, ""),
        ("₹4-9 lakh", 400_000, 900_000, "INR"),
        ("4 to 9 lakh rupees", 400_000, 900_000, "INR"),
        ("₹4 lakh to 9", 400_000, 900_000, "INR"),
        ("₹4 lakh to 900,000", 400_000, 900_000, "INR"),
        ("₹9 lakh to ₹1.5 crore", 900_000, 15_000_000, "INR"),
        ("4-9 LPA", 400_000, 900_000, "INR"),
        ("USD100-200 million", 100e6, 200e6, "USD"),
        ("$900,000 to $1.5 million", 900_000, 1_500_000, "USD"),
        ("$50k-80k", 50_000, 80_000, "USD"),
        ("50k-80k", 50_000, 80_000, ""),
        ("10 to 20%", 10, 20, "%"),
        ("10%–20%", 10, 20, "%"),
        ("0-2 years", 0, 2, "year"),
        ("2–5 years", 2, 5, "year"),
        ("2 – 5 years", 2, 5, "year"),
        ("2 to 5 years", 2, 5, "year"),
        ("2 years up to 5 years", 2, 5, "year"),
        ("5 years to 10", 5, 10, "year"),
        ("between 3 and 5 years", 3, 5, "year"),
        ("between about 3 and 5 years", 3, 5, "year"),
        ("a 2-5-year stint", 2, 5, "year"),
        ("a 2-to-5-year stint", 2, 5, "year"),
        ("three to five years", 3, 5, "year"),
        ("two-three years", 2, 3, "year"),
        ("one to two years", 1, 2, "year"),
        ("one or two projects", 1, 2, "project"),
        ("5 or 6 tools", 5, 6, "tool"),
        ("one or two of them", 1, 2, ""),
        ("2023 to 2031", 2023, 2031, ""),
        ("2019–2024", 2019, 2024, ""),
    ],
)
def test_a_range_gives_both_ends_all_that_one_of_them_carries(text: str, low: float, high: float, unit: str) -> None:
    assert said(text) == [(low, unit), (high, unit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("three years and 5 projects", [(3, "year"), (5, "project")]),
        ("3 and 5 years", [(3, ""), (5, "year")]),  # no range without "between"
        ("5, 10 years", [(5, ""), (10, "year")]),
        ("from $163.63 billion in 2023 to $181.15 billion", [(163.63e9, "USD"), (2023, ""), (181.15e9, "USD")]),
        ("it rose from 2022 to $5 million", [(2022, ""), (5e6, "USD")]),
        ("in 2022 INR 500 was", [(2022, ""), (500, "INR")]),
        ("5 years — 10 tools", [(5, "year"), (10, "tool")]),
        ("5 years to $6 million", [(5, "year"), (6e6, "USD")]),
        ("5\nSkills", [(5, "")]),
        ("take 5\n1. skills", [(5, "")]),
        ("5\n  skills", [(5, "skill")]),
        ("1 in 5 engineers", [(1, ""), (5, "engineer")]),
        ("5 years\n- 3", [(5, "year"), (3, "")]),
    ],
)
def test_neighbours_that_are_no_range(text: str, expected: list[tuple[float, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4 and GPT‑4",
        "Word2Vec",
        "K8s",
        "an H100",
        "F1 score and F1-score",
        "ISO 27001",
        "ISO 27001 standards",
        "COVID-19",
        "CIFAR-10",
        "tier-2 or tier-3 cities",
        "from FP32 to INT8",
        "ggplot2",
        "Python 3.11.2",
        "3D and 5G",
        "the 4th and 21st",
        "10x",
        "24/7",
        "at 12:44",
        "1. Formal education",
        "  2) Projects",
        "* 1. Education",
        "**1. Education**",
        "**1.** Education",
        "### 3. Data Engineering",
        "- 4. Strategy",
        "so it is [3].",
        "so it is [1, 2][4-6] and [^7]",
        "### Step 1: Education",
        "Skill 3 builds models",
        "step 2 to 5",
        "https://example.org/8-5_Q?v=2",
        "one of the tools",
        "one quarter of them",
        "one who designs, one or several, one another",
        "one or more inputs",
        "one-hot encoding",
        "dozens of tools, hundreds of papers, millions of users",
        "someone often weighs tension",
        "",
    ],
)
def test_no_quantity(text: str) -> None:
    assert said(text) == []


def test_the_span_is_of_the_amount_with_its_currency_magnitude_and_noun() -> None:
    text = "Earn **₹4** to 9 lakh after 5+ years [1], in eight essential skills."
    spans = [text[one.start : one.end] for one in quantities(text)]
    assert spans == ["₹4", "9 lakh", "5+ years", "eight essential skills"]


@pytest.mark.parametrize(
    ("found", "figure", "expected"),
    [
        ((400_000, "INR"), Figure(value=400_000, unit="INR"), True),
        ((400_000, ""), Figure(value=400_000, unit="INR"), False),
        ((400_000, "USD"), Figure(value=400_000, unit="INR"), False),
        ((34.2, "%"), Figure(value=34.2, unit="%"), True),
        ((5, "year"), Figure(value=5, unit="year"), True),
        ((5, "year"), Figure(value=5, unit="years"), True),
        ((6, "organization"), Figure(value=6, unit="organisation"), True),
        ((5, "month"), Figure(value=5, unit="year"), False),
        ((5, ""), Figure(value=5, unit="year"), False),
        ((5, "year"), Figure(value=5), False),
        ((2030, ""), Figure(value=2030), True),
        ((105, "%"), Figure(value=100, unit="%", tolerance=0.05), True),
        ((95, "%"), Figure(value=100, unit="%", tolerance=0.05), True),
        ((105.1, "%"), Figure(value=100, unit="%", tolerance=0.05), False),
        ((-105, "%"), Figure(value=-100, unit="%", tolerance=0.05), True),
        ((1e11 + 1, "USD"), Figure(value=1e11, unit="USD"), True),  # 1e-11 of it
        ((1e8 + 1, "USD"), Figure(value=1e8, unit="USD"), False),  # 1e-8 of it
        ((0, "year"), Figure(value=0, unit="year"), True),
        ((0.001, "year"), Figure(value=0, unit="year"), False),
    ],
)
def test_matches(found: tuple[float, str], figure: Figure, expected: bool) -> None:
    assert matches(Quantity(*found, 0, 1), figure) is expected


@pytest.mark.parametrize(
    ("plural", "one"),
    [
        ("Years", "year"),
        ("yrs", "year"),
        ("companies", "company"),
        ("courses", "course"),
        ("classes", "class"),
        ("processes", "process"),
        ("branches", "branch"),
        ("boxes", "box"),
        ("bonuses", "bonus"),
        ("databases", "database"),
        ("libraries", "library"),
        ("ties", "tie"),
        ("analyses", "analysis"),
        ("women", "woman"),
        ("species", "species"),
        ("series", "series"),
        ("class", "class"),
        ("analysis", "analysis"),
        ("bonus", "bonus"),
        ("statistics", "statistics"),
        ("gas", "gas"),
    ],
)
def test_singular(plural: str, one: str) -> None:
    assert singular(plural) == one == singular(one)


def test_the_figures_of_the_corpus() -> None:
    """Oracle: every amount of money, share, span of years and year in the documents, read by a person."""
    found = {pair for path in CORPUS.glob("*.md") for pair in said(path.read_text(encoding="utf-8"))}
    money = {(value * 100_000, "INR") for value in (4, 9, 15, 30)}
    money |= {(value * 1e6, "USD") for value in (100.6, 35_800, 505_420, 163_630, 181_150)}
    assert {pair for pair in found if pair[1] in ("INR", "USD", "EUR", "GBP")} == money
    assert {value for value, unit in found if unit == "%"} == {34.2, 44.8, 10.7}
    assert {value for value, unit in found if unit == "year"} == {0, 2, 5}
    assert {value for value, unit in found if unit in ("step", "skill")} == {4, 5, 7, 8}
    assert {value for value, unit in found if not unit} == {2, 3, 2022, 2023, 2024, 2025, 2030, 2031}


def test_a_number_written_in_any_style_has_one_value() -> None:
    for n in range(1, 200):
        western, lakhs = f"₹{n * 25_000:,}", f"₹{n / 4:g} lakh"
        assert said(western) == said(lakhs) == said(f"INR {n * 25}k") == [(n * 25_000, "INR")]
