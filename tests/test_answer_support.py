"""support: how likely texts support a sentence: by words, pairs, figures and names, each of which can only lower it."""

import math
import random
from collections.abc import Sequence

import pytest

from advisor.answer.support import WEIGHTS, support

PAID = "A nurse in Canada earns 90,000 dollars a year."
TOOLS = "Analysts use SQL, Excel and dashboards every day."


def logistic(words: float, pairs: float, figures: int, names: int) -> float:
    """Return the probability by hand, from two shares and how many figures and names are new."""
    features = (1.0, words, pairs, -math.log(1 + figures), -math.log(1 + names))
    return 1 / (1 + math.exp(-sum(weight * feature for weight, feature in zip(WEIGHTS, features, strict=True))))


@pytest.mark.parametrize(
    ("sentence", "texts", "expected"),
    [
        (PAID, [PAID], logistic(1, 1, 0, 0)),
        ("Penguins swim.", [PAID], logistic(0, 0, 0, 0)),
        ("Penguins swim.", [], logistic(0, 0, 0, 0)),
        ("Analysts use dashboards.", [TOOLS], logistic(1, 1 / 2, 0, 0)),
        ("An analyst uses a dashboard", [TOOLS], logistic(1, 1 / 2, 0, 0)),  # plurals and stop words count for nothing
        ("Nurses use SQL.", [TOOLS], logistic(2 / 3, 1 / 2, 0, 0)),
        ("Nurses use SQL.", [TOOLS, PAID], logistic(1, 1 / 2, 0, 0)),  # the texts together
        ("day nurse", [TOOLS, PAID], logistic(1, 0, 0, 0)),  # but no pair across two of them
        ("nurses", [PAID], logistic(1, 1, 0, 0)),  # no pair: as its word
        ("Penguins", [PAID], logistic(0, 0, 0, 0)),
        ("It is so.", [PAID], logistic(1, 1, 0, 0)),
        ("earns 80,000 dollars", [PAID], logistic(2 / 3, 0, 1, 0)),
        ("earns 80,000 or 70,000 dollars", [PAID], logistic(2 / 4, 0, 2, 0)),
        ("the nurse in Norway", [PAID], logistic(1 / 2, 0, 0, 1)),
        ("the nurse in Norway or Peru", [PAID], logistic(1 / 3, 0, 0, 2)),
    ],
)
def test_support_by_hand(sentence: str, texts: Sequence[str], expected: float) -> None:
    assert support(sentence, texts) == pytest.approx(expected)


def test_every_feature_can_only_raise_it() -> None:
    assert all(weight > 0 for weight in WEIGHTS[1:])


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("nurses earns dollars", "nurses earns rupees"),  # a word
        ("earns 90,000 dollars", "dollars earns 90,000"),  # the same words, in no such pairs
        ("a nurse earns two", "a nurse earns a dozen"),  # no figure, one word
    ],
)
def test_a_word_or_a_pair_that_is_missing_lowers_it(more: str, less: str) -> None:
    assert support(less, [PAID]) < support(more, [PAID, "two"])


@pytest.mark.parametrize(
    ("held", "new"),
    [
        ("of 90000 dollars", "of 80000 dollars"),
        ("of two dollars", "of three dollars"),
        ("in Canada, dollars", "in Norway, dollars"),
    ],
)
def test_a_figure_or_a_name_that_no_text_has_lowers_it_more_than_a_word_does(held: str, new: str) -> None:
    texts = [PAID, "These are two dollars."]
    assert support(new, texts) < support("of pebbles, dollars", texts) < support(held, texts)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_each_further_figure_and_name_lowers_it(count: int) -> None:
    figures = [support(" ".join(["77", "88", "99", "66", "55"][:n]), [PAID]) for n in (count, count + 1)]
    names = [support(f"in {' '.join('Peru Chad Mali Oman Fiji'.split()[:n])}", [PAID]) for n in (count, count + 1)]
    assert figures[0] > figures[1]
    assert names[0] > names[1]


@pytest.mark.parametrize(
    ("text", "known", "new"),
    [
        ("They live in Canada.", "the old Canadian", "the old Caribbean"),
        ("Canadians are polite.", "the old Canada", "the old Cameroon"),
        ("American firms pay.", "of old America", "of old Amsterdam"),
        ("It is spelt pythonic.", "an old Python", "an old Pyramid"),
    ],
)
def test_a_name_is_known_in_another_form(text: str, known: str, new: str) -> None:
    assert support(known, [text]) == pytest.approx(logistic(0, 0, 0, 0))  # the word is missing, the name is not
    assert support(new, [text]) == pytest.approx(logistic(0, 0, 0, 1))


def test_a_name_of_two_words_is_new_where_one_of_them_is() -> None:
    assert support("of Canada-Wide", ["Canada is wide."]) == pytest.approx(logistic(2 / 3, 1 / 2, 0, 0))
    assert support("of Canada-Wide", ["Canada is big."]) == pytest.approx(logistic(1 / 3, 0, 0, 1))


@pytest.mark.parametrize("seed", range(20))
def test_it_lies_between_0_and_1_and_more_texts_take_nothing_away(seed: int) -> None:
    draw = random.Random(seed)
    vocabulary = ["data", "analyst", "SQL", "600,000", "12%", "Norway", "the", "penguin", "two", "mid-level", "."]
    sentence, *texts = (" ".join(draw.choices(vocabulary, k=draw.randint(0, 12))) for _ in range(5))
    found = [support(sentence, texts[:n]) for n in range(5)]
    assert found == sorted(found)
    assert 0 < found[0] <= found[-1] < 1
    assert support(sentence, texts) == support(sentence, texts[::-1])
    assert support(sentence, [*texts, sentence]) == pytest.approx(logistic(1, 1, 0, 0))


def test_a_copy_is_likely_and_a_thing_of_which_nothing_is_held_is_not() -> None:
    assert support(PAID, [TOOLS, PAID]) > 0.5 > support("In Norway 12 penguins swim.", [TOOLS, PAID])
