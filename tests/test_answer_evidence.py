"""evidence: source sentences are ranked by meaning and terms, those about something else left out, and few chosen."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor.answer import evidence
from advisor.answer.evidence import MOST, Scored, choose, covered, expected, in_context, rank
from advisor.answer.spans import Span, spans
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.types import Passage

Given = Callable[..., list[Passage]]
PAY = """# Guide

## Pay

Pay differs by level. An entry-level engineer earns ₹400,000. A senior engineer earns ₹900,000.

## Steps

1. Learn Python
2. Build things
3. Find a job
"""


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Return a function that makes passages of Markdown texts, one for each chunk, in order."""

    def passages(*texts: str) -> list[Passage]:
        for number, text in enumerate(texts):
            (tmp_path / f"d{number}.md").write_text(text)
        embedder = FakeEmbedder()
        documents = read([tmp_path]).documents
        pairs = [(each, piece) for each in documents for piece in chunk(each, embedder.count_tokens, 60)]
        return [Passage(n, piece, each.title, each.source, 1.0) for n, (each, piece) in enumerate(pairs, start=1)]

    return passages


def same(_: str, found: Sequence[Span]) -> list[float]:
    """Give every source sentence the same cosine, so that only its terms count."""
    return [0.5] * len(found)


def cosines(by_text: Mapping[str, float]) -> evidence.Cosines:
    return lambda _, found: [by_text.get(span.text, 0.0) for span in found]


def one(_: str) -> float:
    return 1.0


def texts(scored: Sequence[Scored]) -> list[str]:
    return [each.span.text for each in scored]


def scored(passages: Sequence[Passage], scores: Mapping[str, float]) -> list[Scored]:
    """Return the named source sentences with the fit that is given, best first."""
    found = [Scored(span, scores[span.text], scores[span.text]) for p in passages for span in spans(p)]
    assert len(found) == len(scores)
    return sorted(found, key=lambda each: -each.score)


# Scores


def test_a_score_is_made_of_meaning_terms_and_kind(given: Given) -> None:
    (span, *_) = spans(given("# T\n\nAn engineer earns ₹400,000.\n")[0])
    assert Scored(span, 0.5, 1.0).fit == pytest.approx(0.6 * 0.5 + 0.4 * 1.0)
    assert Scored(span, 0.5, 1.0).score == Scored(span, 0.5, 1.0).fit
    assert Scored(span, 0.5, 1.0, expected=True).score == pytest.approx(0.7 + 0.05)


def test_every_source_sentence_is_ranked_by_its_score(given: Given) -> None:
    passages = given(PAY)
    said = {span.text: n / 10 for n, span in enumerate(s for p in passages for s in spans(p))}
    found = rank("zebra", passages, cosines(said), one)
    assert texts(found) == sorted(said, key=lambda text: -said[text])
    assert [each.cosine for each in found] == sorted(said.values(), reverse=True)
    assert {each.coverage for each in found} == {0.0}


def test_a_sentence_is_covered_by_its_headings_too(given: Given) -> None:
    passages = given(PAY)
    found = {each.span.text: each.coverage for each in rank("pay senior engineer zebra", passages, same, one)}
    assert found["A senior engineer earns ₹900,000."] == pytest.approx(3 / 4)
    assert found["Learn Python"] == 0.0
    only = {each.span.text: each.coverage for each in rank("pay level engineer guide", passages, same, one)}
    assert only["Pay differs by level."] == pytest.approx(3 / 4)  # `Guide` is the document's title


def test_equals_stand_in_the_order_of_their_passages(given: Given) -> None:
    passages = given(PAY)
    found = rank("zebra", passages[::-1], same, one)
    assert texts(found) == [span.text for p in passages for span in spans(p)]


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("What does a senior engineer earn?", "An entry-level engineer earns ₹400,000."),
        ("What does a junior engineer earn?", "A senior engineer earns ₹900,000."),
        ("What is step 2?", "Learn Python"),
        ("What is step 1?", "Find a job"),
    ],
)
def test_what_is_about_another_level_or_step_is_left_out(given: Given, question: str, left_out: str) -> None:
    found = texts(rank(question, given(PAY), same, one))
    assert left_out not in found
    assert len(found) >= 5


def test_a_question_about_two_levels_leaves_neither_out(given: Given) -> None:
    found = texts(rank("Do senior or junior engineers earn more?", given(PAY), same, one))
    assert {"An entry-level engineer earns ₹400,000.", "A senior engineer earns ₹900,000."} <= set(found)


def test_of_no_passages_there_is_no_evidence() -> None:
    assert rank("What is Git?", [], lambda _, found: [0.0] * len(found), one) == []
    assert choose("What is Git?", []) == []


def test_a_numbered_item_is_a_step(given: Given) -> None:
    third = next(span for p in given(PAY) for span in spans(p) if span.text == "Find a job")
    assert in_context(third) == "Guide > Steps\nstep 3: Find a job"


# Terms


@pytest.mark.parametrize(
    ("wanted", "held", "share"),
    [
        ({"a", "b"}, {"a"}, 1 / 4),
        ({"a", "b"}, {"b", "c"}, 3 / 4),
        ({"a", "b"}, {"a", "b", "c"}, 1.0),
        ({"a", "b"}, set[str](), 0.0),
        (set[str](), {"a"}, 1.0),
        ({"zero"}, set[str](), 1.0),  # words that weigh nothing are not wanted
    ],
)
def test_the_share_of_terms_is_weighted(wanted: set[str], held: set[str], share: float) -> None:
    weights = {"a": 1.0, "b": 3.0, "c": 9.0, "zero": 0.0}
    assert covered(wanted, held, weights.__getitem__) == pytest.approx(share)


# The kind of thing that is asked for


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("How many steps are there?", "There are three steps.", True),
        ("How many steps are there?", "There are steps.", False),
        ("How many people use the 5 tools?", "The 5 tools are used.", False),  # the question's own figure
        ("When did it begin?", "It began in 2019.", True),
        ("Who wrote it?", "It was written by Andrew Ng and Yann LeCun.", True),
        ("Who wrote it?", "It was written by somebody.", False),
        ("Who is Andrew Ng?", "He is Andrew Ng.", False),
        ("What does it cost?", "It costs ₹900 with AWS and Azure.", True),  # asks for neither kind by name
    ],
)
def test_the_kind_of_thing_that_is_asked_for(question: str, text: str, fits: bool) -> None:
    assert expected(question, text) is fits


@pytest.mark.parametrize(
    ("text", "announces"),
    [
        ("The table shows the salaries by level.", True),
        ("This table compares the tools.", True),
        ("The table itself is not part of the source.", True),
        ("Tools such as", True),
        ("The source breaks off here.", True),
        ("Tools such as Git are good.", False),
        ("A table in the office is made of wood.", False),
        ("They sat at the table.", False),
    ],
)
def test_what_is_only_announced_is_told_apart(given: Given, text: str, announces: bool) -> None:
    (span,) = spans(given(f"# T\n\n{text}\n")[0])
    assert Scored(span, 1.0, 1.0).announces is announces


# What an answer is made from


def test_the_best_and_those_near_it_are_chosen_in_the_order_of_the_text(given: Given) -> None:
    passages = given("# T\n\nOne apple. Two pears. Three plums. Four figs.\n")
    found = scored(passages, {"One apple.": 0.86, "Two pears.": 0.84, "Three plums.": 1.0, "Four figs.": 0.2})
    assert [span.text for span in choose("zebra", found)] == ["One apple.", "Three plums."]


def test_what_names_another_thing_that_was_asked_for_is_chosen_from_farther_off(given: Given) -> None:
    passages = given("# T\n\nOne apple. Two pears. Three plums. Four figs.\n")
    found = scored(passages, {"One apple.": 0.8, "Two pears.": 0.76, "Three plums.": 1.0, "Four figs.": 0.74})
    assert [span.text for span in choose("Are plums pears or figs?", found)] == ["Two pears.", "Three plums."]


def test_a_thing_that_was_told_already_is_not_told_from_farther_off(given: Given) -> None:
    passages = given("# T\n\nOne apple. Two apples. Three apples.\n")
    found = scored(passages, {"One apple.": 0.84, "Two apples.": 0.8, "Three apples.": 1.0})
    assert [span.text for span in choose("Which apples?", found)] == ["Three apples."]


def test_few_are_chosen(given: Given) -> None:
    words = ("apple", "pear", "plum", "fig", "kiwi", "lime", "melon")
    said = {f"A {word} is good.": 1.0 - n / 100 for n, word in enumerate(words)}
    passages = given("# T\n\n" + " ".join(said) + "\n")
    chosen = choose("zebra", scored(passages, said))
    assert [span.text for span in chosen] == list(said)[:MOST]


def test_announcements_echoes_and_headings_are_no_evidence(given: Given) -> None:
    passages = given("# T\n\n## Fruit\n\nThe table shows fruit prices. Which fruit? Apples are fruit.\n")
    said = {"Fruit": 0.9, "The table shows fruit prices.": 1.0, "Which fruit?": 0.95, "Apples are fruit.": 0.5}
    assert [span.text for span in choose("Which fruit?", scored(passages, said))] == ["Apples are fruit."]


def test_a_heading_that_holds_a_figure_is_evidence(given: Given) -> None:
    passages = given("# T\n\n## Pay: ₹900,000\n\nIt is good.\n")
    found = scored(passages, {"Pay: ₹900,000": 1.0, "It is good.": 0.5})
    assert [span.text for span in choose("What is the money?", found)] == ["Pay: ₹900,000"]


def test_of_echoes_and_announcements_alone_nothing_is_chosen(given: Given) -> None:
    passages = given("# T\n\nThe table shows fruit prices. Which fruit?\n")
    found = scored(passages, {"The table shows fruit prices.": 1.0, "Which fruit?": 0.9})
    assert choose("Which fruit?", found) == []
