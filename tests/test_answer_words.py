"""words: the figures, names and hedges of a text, and whether two texts that say the same differ in them."""

import itertools

import pytest

from advisor.answer.words import differ, figures, hedges, names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", set()),
        ("none at all, and one only", set()),
        ("9,00,000 and 900,000", {"900000"}),
        ("44.80% of 1,234.50", {"44.8", "1234.5"}),
        ("100 and 20", {"100", "20"}),
        ("three to Twelve months", {"3", "12"}),
        ("$96,000, in 2024.", {"96000", "2024"}),
        ("someone weighs freight", set()),
    ],
)
def test_figures_have_one_form(text: str, found: set[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is so.", set()),
        ("Learn Python, SQL and C++ with scikit-learn.", {"python", "sql", "c++"}),
        ("Use Node.js. Then rest. Also: See it.", {"node.js"}),
        ("We ask Andrew Ng.", {"andrew", "ng"}),
        ("what about TF-IDF and AutoML?", {"tf-idf", "automl"}),
    ],
)
def test_names_are_words_with_a_capital_inside_a_sentence(text: str, found: set[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It is so.", []),
        ("It may not be, and MAY cannot.", ["cannot", "may", "may", "not"]),
        ("Nobody knows the notes of canvas; mighty cans.", []),
        ("At least one, up to two, about three.", ["about", "at least", "up to"]),
        ("Some or most are rarely late, if expected.", ["expected", "if", "most", "or", "rarely", "some"]),
        ("It isn't.", ["n't"]),
        ("It isn’t.", ["n’t"]),
    ],
)
def test_hedges_are_whole_words_each_with_how_often_it_stands(text: str, found: list[str]) -> None:
    assert sorted(hedges(text).elements()) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("zero one two", {"2"}),  # "one" is mostly no figure
        ("TWO and Two", {"2"}),
        ("12 or twelve", {"12"}),
        ("1.0 and 2.50 and 30", {"1", "2.5", "30"}),
        ("thirteen, twofold, once", set()),
        ("10-12 of 3.5%", {"10", "12", "3.5"}),
    ],
)
def test_small_numbers_in_words_are_the_figures_that_they_are(text: str, found: set[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He has a Ph.D. and lives in the U.S. of A", {"phd", "us", "a"}),
        ("U.S. firms pay", set()),  # the first word has a capital anyway
        ("They pay: Well! Good? No", set()),
        ("see the Self- and Machine-Learning parts", {"self", "machine-learning"}),
        ("we code in C# or R", {"c#", "r"}),
    ],
)
def test_names_are_without_the_dots_of_short_forms(text: str, found: set[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize("hedge", ["myth", "misconception", "believed", "claims", "false", "wrongly", "unlike"])
def test_a_word_that_casts_doubt_on_what_follows_is_a_hedge(hedge: str) -> None:
    assert list(hedges(f"Engineers: {hedge.title()} of old.")) == [hedge]


ONE = "A nurse earns $90 in 2024."


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (ONE, False),
        ("A nurse earns $80 in 2023.", True),
        ("A nurse earns $80 in 2024.", False),  # one figure is the same
        ("A nurse earns 90.00 dollars.", False),
        ("A nurse earns well.", False),  # no figure to differ in
        ("A nurse does not earn $90 in 2024.", True),
        ("A nurse doesn't earn $90 in 2024.", True),
        ("A nurse doesn’t earn well.", True),
        ("A nurse earns no money.", True),
        ("A nurse cannot earn $90.", True),
        ("A degree is optional.", True),
        ("A nurse rarely earns $90.", False),  # weaker, but no denial
        ("A note on nurses: $90.", False),
    ],
)
def test_two_texts_differ_in_all_their_figures_or_in_that_one_denies(other: str, differs: bool) -> None:
    assert differ(ONE, other) is differs


def test_two_denials_differ_in_their_figures_alone() -> None:
    assert not differ("It is not required.", "No degree is needed.")
    assert differ("It is not 5.", "It is not 6.")


def test_differing_goes_both_ways_and_never_from_itself() -> None:
    texts = [ONE, "It is not so.", "It takes two years.", "It takes 3 years or 2.", "It takes no 4 years.", ""]
    for one, other in itertools.product(texts, repeat=2):
        assert differ(one, other) == differ(other, one)
    assert not any(differ(text, text) for text in texts)
