"""grounding: a sentence and its sources to its support, and an answer's citations to ALCE's two shares."""

import ast
import random
from itertools import combinations
from pathlib import Path

import pytest

from advisor.eval import grounding as module
from advisor.eval.grounding import SUPPORTED, Grounding, bigrams, figure_precision, grounding, precision, support

PAID = "A data analyst in India earns 600,000 rupees a year on average."
TOOLS = "Analysts use SQL, Excel and dashboards every day."
OTHER = "Penguins swim beneath Antarctic ice."


@pytest.mark.parametrize(
    ("sentence", "sources", "expected"),
    [
        ("Analysts use dashboards.", [TOOLS], 1),
        ("An analyst uses a dashboard.", [TOOLS], 1),  # plurals and stop words make no difference
        ("Analysts use dashboards and Tableau.", [TOOLS], 3 / 4),
        ("Tableau, Tableau, SQL", [TOOLS], 1 / 3),  # each as often as it stands there
        ("Analysts use rupees.", [TOOLS, PAID], 1),  # over all sources together
        ("Penguins swim.", [TOOLS, PAID], 0),
        ("Penguins swim.", [], 0),
        ("Is it so?", [TOOLS], 1),
        ("", [], 1),
    ],
)
def test_precision_by_hand(sentence: str, sources: list[str], expected: float) -> None:
    assert precision(sentence, sources) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("sentence", "sources", "expected"),
    [
        ("Analysts use SQL.", [TOOLS], 1),
        ("SQL use analysts.", [TOOLS], 0),  # the words, not their order
        ("Analysts use SQL, dashboards.", [TOOLS], 2 / 3),
        ("The SQL and the Excel", [TOOLS], 1),  # stop words do not part a pair
        ("average analyst", [PAID, TOOLS], 0),  # no pair across two sources
        ("SQL", [TOOLS], 1),
        ("Tableau", [TOOLS], 0),
        ("Is it so?", [], 1),
    ],
)
def test_bigrams_by_hand(sentence: str, sources: list[str], expected: float) -> None:
    assert bigrams(sentence, sources) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("sentence", "sources", "expected"),
    [
        ("600000 rupees", [PAID], 1),
        ("600,000 or 700,000", [PAID], 1 / 2),
        ("700,000, I say 700,000, not 600,000", [PAID], 1 / 2),  # each once
        ("two years", ["2 years"], 1),
        ("two years", ["3 years", "4 years"], 0),
        ("no figure", [], 1),
    ],
)
def test_figure_precision_by_hand(sentence: str, sources: list[str], expected: float) -> None:
    assert figure_precision(sentence, sources) == pytest.approx(expected)


def test_support_is_the_mean_of_words_and_pairs_times_the_figures() -> None:
    # of three pairs "earns 600,000" alone: in the source, "in India" parts "analyst" from "earns"
    assert support("Analysts earn 600,000 dollars.", [PAID]) == pytest.approx((3 / 4 + 1 / 3) / 2)
    assert support("Analysts earn 600,000 or 700,000 rupees.", [PAID]) == pytest.approx((4 / 5 + 1 / 4) / 2 / 2)


def test_a_sentence_of_its_source_is_supported_whole_and_one_of_another_not_at_all() -> None:
    for sentence in (PAID, TOOLS, OTHER):
        assert support(sentence, [OTHER, PAID, TOOLS]) == 1
        assert support(sentence, []) == 0
    assert support(PAID, [OTHER]) == 0
    assert support("Is it so?", [OTHER]) == 1


def test_a_false_figure_is_not_supported_however_near_its_sentence() -> None:
    assert support(PAID.replace("600,000", "900,000"), [PAID]) == 0
    half = "A data analyst in India earns 600,000 rupees a year, or 900,000, on average."
    assert 0 < support(half, [PAID]) < SUPPORTED


def test_the_threshold_lets_a_plain_rewording_through_and_an_unfounded_one_not() -> None:
    assert support("In India, data analysts earn an average of 600,000 rupees a year.", [PAID]) >= SUPPORTED
    assert support("Excel is the analysts' tool for forecasting quarterly revenue.", [TOOLS]) < SUPPORTED


@pytest.mark.parametrize("seed", range(20))
def test_support_lies_in_0_and_1_and_more_sources_take_nothing_away(seed: int) -> None:
    rng = random.Random(seed)
    vocabulary = ["data", "analyst", "SQL", "600,000", "12%", "rupees", "the", "of", "penguin", "two", "mid-level"]
    sentence, *sources = (" ".join(rng.choices(vocabulary, k=rng.randint(0, 9))) for _ in range(4))
    found = [[measure(sentence, sources[:n]) for n in range(4)] for measure in (precision, bigrams, support)]
    for values in found:
        assert values == sorted(values)
        assert 0 <= values[0] <= values[-1] <= 1
    assert support(sentence, sources) == support(sentence, sources[::-1])
    assert support(sentence, [*sources, sentence]) == 1


def test_groundedness_is_by_what_is_cited_or_by_all_shown() -> None:
    found = grounding([(PAID, [PAID]), (TOOLS, [OTHER]), (OTHER, [])], [PAID, TOOLS, OTHER])
    assert found == Grounding(pytest.approx(2 / 3), 0.0, 1 / 2, pytest.approx(1 / 3))


def test_an_answer_that_cites_nothing_has_no_citation_precision_and_recalls_none() -> None:
    assert grounding([(PAID, []), (OTHER, [])], [PAID]) == Grounding(0.5, 0.0, None, 0.0)
    assert grounding([("Is it so?", [])], [PAID]) == Grounding(1.0, 1.0, None, 0.0)
    assert grounding([], [PAID]) == Grounding(1.0, 1.0, None, None)


BOTH = "A data analyst in India earns 600,000 rupees a year; analysts use SQL, Excel and dashboards."


@pytest.mark.parametrize(
    ("sentence", "cited", "citation_precision", "citation_recall"),
    [
        (TOOLS, [TOOLS], 1, 1),
        (TOOLS, [TOOLS, OTHER], 1 / 2, 1),  # the other neither backs it by itself nor would be missed
        (TOOLS, [OTHER], 0, 0),
        (TOOLS, [TOOLS, TOOLS], 1, 1),  # each backs it by itself
        ("SQL earns rupees; penguins use Excel.", [OTHER, "Fish."], 0, 0),
    ],
)
def test_citations_by_hand(sentence: str, cited: list[str], citation_precision: float, citation_recall: float) -> None:
    found = grounding([(sentence, cited)], [])
    assert (found.citation_precision, found.citation_recall) == (citation_precision, citation_recall)


def test_a_citation_that_the_others_cannot_do_without_counts_though_it_backs_only_half() -> None:
    halves = ["Analysts use SQL in 2024.", "Nurses earn 600,000 rupees."]
    sentence = "In 2024, analysts use SQL and earn 600,000 rupees."
    assert all(support(sentence, [half]) < SUPPORTED <= support(sentence, halves) for half in halves)
    assert grounding([(sentence, halves)], []).citation_precision == 1
    assert grounding([(sentence, [*halves, OTHER])], []).citation_precision == pytest.approx(2 / 3)


@pytest.mark.parametrize("seed", range(10))
def test_citation_shares_are_those_of_every_subset_tried(seed: int) -> None:
    rng = random.Random(seed)
    pool = [PAID, TOOLS, OTHER, BOTH, "Nurses earn 600,000 rupees.", "SQL"]
    answer = [(rng.choice(pool), rng.sample(pool, rng.randint(0, 3))) for _ in range(6)]
    recalled, precise = [], []
    for sentence, cited in answer:
        good = {n: [support(sentence, list(some)) >= SUPPORTED for some in combinations(cited, n)] for n in range(1, 4)}
        whole = bool(cited) and good[len(cited)][0]
        recalled.append(whole)
        for place in range(len(cited)):
            # combinations leave the last one out first
            rest = len(cited) > 1 and good[len(cited) - 1][len(cited) - 1 - place]
            precise.append(whole and (good[1][place] or not rest))
    found = grounding(answer, pool)
    assert found.citation_recall == pytest.approx(sum(recalled) / len(recalled))
    assert found.citation_precision == pytest.approx(sum(precise) / len(precise))


def test_the_judge_shares_no_rule_with_the_check_that_it_judges() -> None:
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    taken = {
        (node.module, name.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if (node.module or "").startswith("advisor.answer")
    }
    assert taken == {("advisor.answer.words", "figures")}
