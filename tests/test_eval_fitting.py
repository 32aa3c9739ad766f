"""fitting: what questions teach over documents, and that what is fitted to them tells them apart."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from fakes import FakeEmbedder, FakeReader, FakeTokens
from torch import nn

from advisor.answer.decide import Seen
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.corpus.read import read
from advisor.eval import fitting
from advisor.eval.fitting import Example, examples, fit, weigh
from advisor.eval.questions import Question
from advisor.index import store
from advisor.models.network import CrossEncoder, LateInteraction
from advisor.models.reader import Reader
from advisor.open import index_documents

TEXT = """# Guide

## Pay

An engineer earns 900 in the first year. Bonuses are rare. Pay grows with the years. Raises come in spring.

## Tools

Kafka moves messages between programs. Spark counts large data. Git keeps every version.
"""


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    folder = tmp_path_factory.mktemp("fitting")
    (folder / "guide.md").write_text(TEXT, encoding="utf-8")
    embedder = FakeEmbedder()
    index_documents(read([folder]).documents, [folder], "print", folder / "index", embedder, 256)
    return Search(store.load(folder / "index"), embedder, Config())


def test_an_answerable_question_teaches_with_its_answer_and_without(search: Search) -> None:
    one = Question(
        question="What does an engineer earn in the first year?",
        answerable=True,
        quotes=("An engineer earns 900 in the first year.",),
    )
    found, other = examples(search, [one])
    assert (found.text, found.answers) == ("Pay: An engineer earns 900 in the first year.", True)
    assert (other.text.split(": ")[1] in TEXT, other.answers) == (True, False)
    assert other.text != found.text


def test_little_else_beside_the_answer_teaches_nothing(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "FEWEST", 99)
    one = Question(
        question="What does Kafka move?", answerable=True, quotes=("Kafka moves messages between programs.",)
    )
    assert [example.answers for example in examples(search, [one])] == [True]


def test_any_other_question_teaches_with_what_would_answer_it(search: Search) -> None:
    one = Question(question="What does an engineer pay in tax?", answerable=False, would="An engineer pays 90 in tax.")
    *others, made_up = examples(search, [one])
    assert [example.answers for example in (*others, made_up)] == [False] * fitting.MISTAKEN + [True]
    assert made_up.text.endswith(": An engineer pays 90 in tax.")
    assert made_up.text.split(":")[0] in ("Pay", "Tools")
    assert not any("tax" in other.text for other in others)


def test_what_a_reader_takes_for_an_answer_teaches_that_it_is_none(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = ["Tools: Spark counts large data.", "Pay: Bonuses are rare.", "Pay: Raises come in spring."]
    monkeypatch.setattr(search, "reader", FakeReader({text: 3.0 - n for n, text in enumerate(taken)}, otherwise=-5.0))
    one = Question(question="What does an engineer pay in tax?", answerable=False, would="An engineer pays 90 in tax.")
    *others, _ = examples(search, [one])
    assert [other.text for other in others] == taken


def test_a_later_question_teaches_by_turns_alone_and_behind_the_one_before_it(search: Search) -> None:
    one = Question(
        history=("What is Kafka?",), question="who owns it", answerable=False, would="A foundation owns Kafka."
    )
    alone, behind = "who owns Kafka", "What is Kafka – who owns Kafka"
    taught = [example.question for example in examples(search, [one, one])]
    half = len(taught) // 2
    assert taught[:half] == [alone, behind, alone, behind]
    assert taught[half:] == [behind, alone, behind, alone]


def test_an_answer_in_other_words_is_one_if_it_shares_half_of_its_terms(search: Search) -> None:
    asked = "What does an engineer earn in the first year?"
    near = Question(question=asked, answerable=True, quotes=("In year one an engineer may earn as much as 900 or so.",))
    assert [one.answers for one in examples(search, [near])] == [True, False]
    far = Question(question=asked, answerable=True, quotes=("Beginners take home little.",))
    assert list(examples(search, [far])) == []  # it is not found, so nothing is learned of it


def test_what_is_fitted_tells_what_it_was_taught() -> None:
    chance, words = random.Random(0), [f"w{n}" for n in range(12)]
    taught = []
    for _ in range(300):
        asked, *rest = chance.sample(words, 5)
        taught.append(Example(f"about {asked}", f"{asked} {rest[0]} {rest[1]}", True))
        taught.append(Example(f"about {asked}", f"{rest[3]} {rest[0]} {rest[2]}", False))
    told: list[str] = []
    embedder = FakeTokens(16)
    networks = fit(taught, embedder, told.append)
    assert [type(one) for one in networks] == [LateInteraction, CrossEncoder]
    read = Reader(networks[:1], embedder)  # the other one learns slowly where it begins at chance
    right = sum((read(one.question, [one.text])[0] > 0) == one.answers for one in taught)
    assert right > 0.9 * len(taught)
    assert len(told) == 2 * fitting.EPOCHS
    assert told[-1].startswith(f"CrossEncoder, epoch {fitting.EPOCHS} of {fitting.EPOCHS}: loss ")


def test_fitting_is_the_same_twice() -> None:
    taught = [Example("a b", "a c", True), Example("a b", "d e", False)] * 8
    one, two = (nn.ModuleList(fit(taught, FakeTokens(16), lambda line: None)) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))


def test_weights_part_what_is_held_from_what_is_not() -> None:
    chance = random.Random(1)
    seen = [Seen([], chance.gauss(2 * held, 1), chance.random() < 0.6 - 0.5 * held) for held in (0, 1) * 200]
    bias, read, lacks = weigh(seen, [False, True] * 200)
    assert read > 1
    assert lacks < -1
    right = sum(
        (bias + read * one.read + lacks * one.lacks > 0) == held
        for one, held in zip(seen, [False, True] * 200, strict=True)
    )
    assert right > 0.8 * len(seen)


def test_what_is_seen_is_what_the_decision_is_made_by(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "What does an engineer earn in the first year?"
    monkeypatch.setattr(search, "reader", FakeReader({}, otherwise=1.5))
    found = fitting.seen(search, asked, ())
    assert found
    assert (found.read, found.lacks) == (1.5, False)
    assert found.found
    lacking = fitting.seen(search, "What does a nurse earn in Canada?", ())
    assert lacking
    assert lacking.lacks


def test_the_example_is_of_the_question_made_to_stand_alone(search: Search, tmp_path: Path) -> None:
    one = Question(question="what does kafka move", answerable=False, would="Kafka moves 9 messages a day.")
    assert {example.question for example in examples(search, [one])} == {search.query(one.question).text}
