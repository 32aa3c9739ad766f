"""evidence: source sentences are ranked by meaning and terms, those about something else left out, and few chosen."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from advisor.answer import evidence
from advisor.answer.evidence import (
    ANSWERS,
    BESIDES,
    LIKELY,
    MEANT,
    MOST,
    NEAR,
    PLACE,
    Scored,
    choose,
    covered,
    expected,
    in_context,
    rank,
    reread,
    unread,
)
from advisor.answer.spans import Span, spans
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.types import Chunk, Passage

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


def passage(text: str, path: tuple[str, ...] = ()) -> Passage:
    text = "".join(f"## {heading}\n\n" for heading in path) + text
    return Passage(1, Chunk("chunk1", "doc", path, 0, len(text), text), "Guide", "guide.md", 1.0)


def same(_: str, found: Sequence[Span]) -> list[float]:
    """Give every source sentence the same cosine, so that only its terms count."""
    return [0.5] * len(found)


def cosines(by_text: Mapping[str, float]) -> evidence.Cosines:
    return lambda _, found: [by_text.get(span.text, 0.0) for span in found]


def one(_: str) -> float:
    return 1.0


def texts(scored: Sequence[Scored]) -> list[str]:
    return [each.span.text for each in scored]


def scored(
    passages: Sequence[Passage], scores: Mapping[str, float], cosines: Mapping[str, float] | None = None
) -> list[Scored]:
    """Return the named source sentences with the score that is given, best first.

    :param cosines: those that differ from the score.
    """
    meant = {**scores, **(cosines or {})}
    found = [span for passage in passages for span in spans(passage)]
    assert len(found) == len(scores)
    share = evidence.MEANING
    rows = [Scored(s, meant[s.text], (scores[s.text] - share * meant[s.text]) / (1 - share)) for s in found]
    assert [row.score for row in rows] == pytest.approx([scores[row.span.text] for row in rows])
    return sorted(rows, key=lambda each: -each.score)


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


KINDS = """# Guide

## {heading}

{lead}Supervised learning has labels. It predicts prices. Unsupervised learning finds groups. They are hidden.
"""


@pytest.mark.parametrize("heading", ["Supervised and unsupervised learning", "Kinds"])
def test_a_sentence_that_names_no_kind_is_about_that_of_the_one_before(given: Given, heading: str) -> None:
    passages = given(KINDS.format(heading=heading, lead=""))
    found = texts(rank("What is unsupervised learning?", passages, same, one))
    assert {"Unsupervised learning finds groups.", "They are hidden."} <= set(found)
    assert "It predicts prices." not in found
    assert "It predicts prices." in texts(rank("What is learning?", passages, same, one))


def test_under_a_heading_that_names_one_kind_all_is_about_that(given: Given) -> None:
    passages = given(KINDS.format(heading="Unsupervised learning", lead=""))
    found = texts(rank("What is unsupervised learning?", passages, same, one))
    assert set(found) == {span.text for passage in passages for span in spans(passage)}


def test_what_stands_before_any_kind_is_named_is_about_all_of_them(given: Given) -> None:
    found = texts(
        rank("What is unsupervised learning?", given(KINDS.format(heading="Kinds", lead="Hello. ")), same, one)
    )
    assert "Hello." in found
    assert "It predicts prices." not in found


def test_a_kind_is_carried_on_until_another_is_named(given: Given) -> None:
    text = "Supervised learning is old. It works. It has labels. Reinforcement learning acts. It errs."
    found = texts(rank("What is reinforcement learning?", given(f"# T\n\n## Kinds\n\n{text}\n"), same, one))
    assert set(found) == {"Kinds", "Reinforcement learning acts.", "It errs."}


def test_a_kind_is_carried_past_the_naming_of_another_class(given: Given) -> None:
    text = "# T\n\n## Kinds\n\nSupervised learning is old. A PhD helps. It works.\n"
    assert texts(rank("What is reinforcement learning?", given(text), same, one)) == ["Kinds"]


def test_the_items_of_a_list_are_not_about_what_the_line_before_is_about(given: Given) -> None:
    text = "Supervised learning is old.\n\n- It works\n- Supervised learning\n- It is free\n\nIt is so."
    found = texts(rank("What is reinforcement learning?", given(f"# T\n\n## Kinds\n\n{text}\n"), same, one))
    assert found == ["Kinds", "It works", "It is free", "It is so."]


def test_of_no_passages_there_is_no_evidence() -> None:
    assert rank("What is Git?", [], lambda _, found: [0.0] * len(found), one) == []
    assert choose("What is Git?", []) == []


def test_of_a_numbered_step_only_what_is_told_of_it_in_one_document_is_chosen(given: Given) -> None:
    path = "# Path\n\n## Path\n\nThe path is long.\n\n1. Learn well\n2. Build well\n"
    held = given(path, "# Other\n\n## Step 2: Rest\n\nRest well.\n")
    found = rank("What is step 2 of the path?", held, cosines({"Build well": 0.9, "The path is long.": 0.8}), one)
    assert [span.text for span in choose("What is step 2 of the path?", found)] == ["Build well"]


def test_a_numbered_heading_is_a_step(given: Given) -> None:
    (held,) = given("# Guide\n\n## 2. Build\n\nBuild things.\n")
    assert in_context(spans(held)[-1]) == "Guide > step 2: 2. Build\nBuild things."


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
        ("The tables themselves are not in the article.", True),
        ("Each of these topics has a text that announces a table.", True),
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


FRUIT = "# T\n\nOne apple. Two pears. Three plums. Four figs.\n"
ALITTLE = 0.01


def chosen(question: str, found: Sequence[Scored]) -> list[str]:
    return [span.text for span in choose(question, found)]


def test_the_best_and_those_near_it_are_chosen_in_the_order_of_the_text(given: Given) -> None:
    found = {"One apple.": NEAR + ALITTLE, "Two pears.": NEAR - ALITTLE, "Three plums.": 1.0, "Four figs.": 0.2}
    assert chosen("zebra", scored(given(FRUIT), found)) == ["One apple.", "Three plums."]


def test_what_names_another_thing_that_was_asked_for_is_chosen_from_farther_off(given: Given) -> None:
    found = {
        "One apple.": NEAR - ALITTLE,
        "Two pears.": BESIDES + ALITTLE,
        "Three plums.": 1.0,
        "Four figs.": BESIDES - ALITTLE,
    }
    meant = dict.fromkeys(found, 1.0)
    assert chosen("Are plums pears or figs?", scored(given(FRUIT), found, meant)) == ["Two pears.", "Three plums."]


def test_a_thing_that_was_told_already_is_not_told_from_farther_off(given: Given) -> None:
    passages = given("# T\n\nOne apple. Two apples. Three apples.\n")
    found = scored(passages, {"One apple.": NEAR - ALITTLE, "Two apples.": BESIDES + ALITTLE, "Three apples.": 1.0})
    assert chosen("Which apples?", found) == ["Three apples."]


@pytest.mark.parametrize(("cosine", "is_chosen"), [(MEANT + ALITTLE, True), (MEANT - ALITTLE, False)])
@pytest.mark.parametrize("question", ["zebra", "Are plums pears?"])
def test_what_has_the_words_and_not_the_meaning_is_no_evidence(
    given: Given, question: str, cosine: float, is_chosen: bool
) -> None:
    scores = {"One apple.": 0.1, "Two pears.": 0.9, "Three plums.": 1.0, "Four figs.": 0.1}
    found = scored(given(FRUIT), scores, {"Two pears.": cosine})
    assert chosen(question, found) == ["Two pears."] * is_chosen + ["Three plums."]


PAGES = ("# A\n\nOne apple. Two pears.\n", "# B\n\nThree plums. Four figs.\n")


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        ((1.0, 1.0), [0.98, 0.97]),  # by their own scores
        ((1.0, 0.1), [0.96, 0.95]),
        ((0.1, 1.0), [0.98, 0.97]),
        ((5.0, 4.8), [0.98, 0.97]),  # 0.008 behind
        ((0.0, 0.0), [0.98, 0.97]),  # none of them was found
        ((0.5, 0.0), [0.96, 0.95]),
    ],
)
def test_of_too_many_the_sentences_of_the_passage_that_was_found_best_are_kept(
    given: Given, monkeypatch: pytest.MonkeyPatch, places: tuple[float, float], kept: list[float]
) -> None:
    monkeypatch.setattr(evidence, "MOST", 2)
    passages = [replace(passage, score=place) for passage, place in zip(given(*PAGES), places, strict=True)]
    scores = {"One apple.": 0.95, "Two pears.": 0.96, "Three plums.": 0.97, "Four figs.": 0.98}
    assert sorted((scores[text] for text in chosen("zebra", scored(passages, scores))), reverse=True) == kept


def test_a_place_is_worth_a_share_of_the_score_of_the_best_passage(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST", 1)
    for ahead, first in ((PLACE / 2 - ALITTLE, "One apple."), (PLACE / 2 + ALITTLE, "Four figs.")):
        passages = [replace(passage, score=place) for passage, place in zip(given(*PAGES), (8.0, 4.0), strict=True)]
        scores = {"One apple.": 0.8, "Two pears.": 0.1, "Three plums.": 0.1, "Four figs.": 0.8 + ahead}
        assert chosen("zebra", scored(passages, scores)) == [first]


def test_the_meaning_that_counts_is_that_of_the_sentence_which_stands_first_by_place(given: Given) -> None:
    passages = [replace(passage, score=place) for passage, place in zip(given(*PAGES), (1.0, 0.0), strict=True)]
    scores = {"One apple.": 0.9, "Two pears.": 0.1, "Three plums.": 0.1, "Four figs.": 1.0}
    assert chosen("zebra", scored(passages, scores)) == ["One apple.", "Four figs."]
    assert chosen("zebra", scored(passages, scores, {"Four figs.": 0.5})) == ["One apple."]
    meant = {"One apple.": 0.6, "Four figs.": 0.5}
    assert chosen("zebra", scored(passages, scores, meant)) == ["One apple.", "Four figs."]
    scores["Two pears."] = 0.9
    meant = {"One apple.": 0.6, "Two pears.": MEANT * 0.6 + ALITTLE, "Four figs.": 1.0}
    assert chosen("zebra", scored(passages, scores, meant)) == ["One apple.", "Two pears.", "Four figs."]


def test_the_score_that_counts_is_the_best_whichever_stands_first_by_place(given: Given) -> None:
    passages = [replace(passage, score=place) for passage, place in zip(given(*PAGES), (1.0, 0.0), strict=True)]
    scores = {"One apple.": 0.85, "Two pears.": NEAR - ALITTLE, "Three plums.": 0.1, "Four figs.": 1.0}
    assert chosen("zebra", scored(passages, scores)) == ["One apple.", "Four figs."]


def test_what_stands_first_by_place_is_chosen_however_far_from_the_best(given: Given) -> None:
    passages = [replace(passage, score=place) for passage, place in zip(given(*PAGES), (1.0, 0.0), strict=True)]
    scores = {"One apple.": 0.285, "Two pears.": 0.1, "Three plums.": 0.1, "Four figs.": 0.48}
    assert scores["One apple."] < BESIDES * scores["Four figs."]
    assert chosen("zebra", scored(passages, scores)) == ["One apple.", "Four figs."]


def test_what_is_far_less_likely_to_answer_than_the_likeliest_is_left_out(given: Given) -> None:
    alike = scored(given(FRUIT), {"One apple.": 0.9, "Two pears.": 0.9, "Three plums.": 1.0, "Four figs.": 0.9})
    likely = {
        "One apple.": 0.9,
        "Two pears.": LIKELY * 0.9 + 0.01,
        "Three plums.": 0.8,
        "Four figs.": LIKELY * 0.9 - 0.01,
    }
    read = [replace(one, odds=(math.log(p / (1 - p)),)) for one in alike for p in [likely[one.span.text]]]
    assert chosen("zebra", read) == ["One apple.", "Two pears.", "Three plums."]


def test_few_are_chosen(given: Given) -> None:
    words = ("apple", "pear", "plum", "fig", "kiwi", "lime", "melon")
    said = {f"A {word} is good.": 1.0 - n / 100 for n, word in enumerate(words)}
    passages = given("# T\n\n" + " ".join(said) + "\n")
    chosen = choose("zebra", scored(passages, said))
    assert [span.text for span in chosen] == list(said)[:MOST]


def test_announcements_echoes_and_headings_are_no_evidence(given: Given) -> None:
    passages = given("# T\n\n## Fruit\n\nThe table shows fruit prices. Which fruit? Apples are fruit.\n")
    said = {"Fruit": 0.9, "The table shows fruit prices.": 1.0, "Which fruit?": 0.95, "Apples are fruit.": 0.5}
    assert chosen("Which fruit?", scored(passages, said)) == ["Apples are fruit."]


def test_a_question_or_a_lead_is_no_evidence_beside_a_statement(given: Given) -> None:
    passages = given("# T\n\nDo pears grow? Pears grow here:\n\nPears grow. They do.\n")
    said = {"Do pears grow?": 1.0, "Pears grow here:": 0.95, "Pears grow.": 0.9, "They do.": 0.2}
    assert chosen("Where is it that plums grow?", scored(passages, said)) == ["Pears grow."]


def test_where_nothing_else_is_held_a_question_is_all_there_is(given: Given) -> None:
    found = scored(given("# T\n\nDo pears grow in Peru?\n"), {"Do pears grow in Peru?": 1.0})
    assert chosen("Where do plums grow?", found) == ["Do pears grow in Peru?"]


@pytest.mark.parametrize("number", ["Step 3: ", "4. ", "Misconception 1: ", "Skill 2 ", "Myth 12) ", "10) "])
def test_the_number_of_a_heading_is_no_figure_that_makes_it_evidence(given: Given, number: str) -> None:
    heading = f"{number}Pay is high"
    passages = given(f"# T\n\n## {heading}\n\nIt is good.\n")
    assert chosen("What is the money?", scored(passages, {heading: 1.0, "It is good.": 0.8})) == ["It is good."]
    figured = f"{heading} at ₹900,000"
    passages = given(f"# T\n\n## {figured}\n\nIt is good.\n")
    assert figured in chosen("What is the money?", scored(passages, {figured: 1.0, "It is good.": 0.8}))


def test_a_heading_that_holds_a_figure_is_evidence(given: Given) -> None:
    passages = given("# T\n\n## Pay: ₹900,000\n\nIt is good.\n")
    found = scored(passages, {"Pay: ₹900,000": 1.0, "It is good.": 0.5})
    assert [span.text for span in choose("What is the money?", found)] == ["Pay: ₹900,000"]


def test_of_echoes_and_announcements_alone_nothing_is_chosen(given: Given) -> None:
    passages = given("# T\n\nThe table shows fruit prices. Which fruit?\n")
    found = scored(passages, {"The table shows fruit prices.": 1.0, "Which fruit?": 0.9})
    assert choose("Which fruit?", found) == []


# What points back


def test_a_sentence_that_points_back_brings_those_that_it_points_to(given: Given) -> None:
    passages = given("# T\n\nQuantization shrinks a model. It is exact. They call this pruning. Cats sleep.\n")
    rows = {
        "Quantization shrinks a model.": 0.1,
        "It is exact.": 0.2,
        "They call this pruning.": 0.9,
        "Cats sleep.": 0.3,
    }
    chosen = [span.text for span in choose("zebra", scored(passages, rows))]
    assert chosen == ["Quantization shrinks a model.", "It is exact.", "They call this pruning."]


def test_a_pointing_sentence_at_the_begin_of_a_paragraph_stands_alone(given: Given) -> None:
    passages = given("# T\n\nCats sleep.\n\nThey call this pruning.\n")
    rows = {"Cats sleep.": 0.1, "They call this pruning.": 0.9}
    assert [span.text for span in choose("zebra", scored(passages, rows))] == ["They call this pruning."]


def test_what_points_to_a_sentence_about_something_else_is_left_out(given: Given) -> None:
    passages = given("# T\n\nPay is good. A senior engineer earns most. They are few.\n")
    rows = scored(passages, {"Pay is good.": 0.9, "A senior engineer earns most.": 0.2, "They are few.": 0.85})
    without = [row for row in rows if "senior" not in row.span.text]
    assert [span.text for span in choose("zebra", without)] == ["Pay is good."]


def test_the_resources_of_another_step_are_not_those_of_the_one_that_is_asked_for(given: Given) -> None:
    filler = "Practise unconstitutionally, counterrevolutionary. " * 8
    steps = "\n".join(f"{n}. Do thing {n}. {filler}Resources for thing {n}: book {n}." for n in (1, 2))
    found = rank("What are the resources of step 2?", given(f"# T\n\n{steps}\n"), same, one)
    assert {text for text in texts(found) if "Resources" in text} == {"Resources for thing 2: book 2."}


def test_what_is_read_to_answer_comes_first() -> None:
    one = passage("Engineers build models. They earn 900 a year. Some of them sing.")
    found = [Scored(span, fit, fit) for span, fit in zip(spans(one), (0.55, 0.5, 0.2), strict=True)]
    given: list[list[str]] = []

    def each(texts: Sequence[str]) -> list[tuple[float, ...]]:
        given.append(list(texts))
        return [(-4.0,), (3.0, 5.0), (-4.0,)]

    again = reread(found, each)
    first = "They earn 900 a year."
    assert [one.span.text for one in again] == [first, "Engineers build models.", "Some of them sing."]
    assert given == [["Engineers build models.", "They earn 900 a year.", "Some of them sing."]]
    assert again[0].score == pytest.approx(0.5 + ANSWERS / (1 + math.exp(-4)))
    assert again[0].fit == 0.5  # how near it is stays what it was
    assert unread(again) == found


def test_without_a_reader_the_order_stays() -> None:
    one = passage("Engineers build models. They earn 900 a year.")
    found = [Scored(span, fit, fit) for span, fit in zip(spans(one), (0.6, 0.5), strict=True)]
    assert reread(found, lambda texts: []) == found


def test_the_best_of_each_passage_is_read_before_a_second_one_of_any(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a passage of few near sentences falls behind one of many, unread."""
    held = given("# A\n\nGit keeps code. Git keeps all. Git is free.\n", "# B\n\nPay is high. Pay is fair.\n")
    fit = {"Git keeps code.": 0.9, "Git keeps all.": 0.8, "Git is free.": 0.7, "Pay is high.": 0.2, "Pay is fair.": 0.1}
    found = [Scored(span, fit[span.text], fit[span.text]) for one in held for span in spans(one)]
    found = sorted(found, key=lambda each: -each.score)
    monkeypatch.setattr(evidence, "READ", 3)
    again = reread(found, lambda texts: [(0.0,)] * len(texts))
    assert {each.span.text for each in again if each.odds} == {"Git keeps code.", "Pay is high.", "Git keeps all."}


def test_headings_and_what_only_announces_are_not_read() -> None:
    one = passage("This table shows the pay. They earn 900 a year.", path=("Pay",))
    found = [Scored(span, 0.5, 0.5) for span in spans(one)]
    given: list[str] = []

    def each(texts: Sequence[str]) -> list[tuple[float, ...]]:
        given.extend(texts)
        return [(1.0,)] * len(texts)

    again = reread(found, each)
    assert given == ["Pay: They earn 900 a year."]
    assert sorted(one.answers > 0 for one in again) == [False, False, True]


def test_what_only_announces_what_stands_below_it_is_not_chosen() -> None:
    one = passage("The ranges below are an overview. An engineer earns 900. Pay below 900 is rare.")
    found = [Scored(span, 0.5, 0.5) for span in spans(one)]
    assert [span.text for span in choose("zebra", found)] == ["An engineer earns 900.", "Pay below 900 is rare."]
