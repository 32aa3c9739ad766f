"""why: a lost item is blamed on the first stage whose mending brings it back; each stage has a case of its own here."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from fakes import FakeGenerator
from test_answer_pipeline import ABSENT, EARNS, GIT, GUIDE, KEEPS, MAY, PAY, indexed

from advisor.answer.pipeline import Advisor
from advisor.answer.retrieve import Search
from advisor.eval import why
from advisor.eval.gold import Gold, Keys, Place, gold
from advisor.eval.items import Behaviour, Figure, Item, Nugget, Quote
from advisor.eval.judging import scores
from advisor.eval.run import Cells
from advisor.eval.systems import System
from advisor.eval.why import Stage, gold_passages, is_lost, lost_at
from advisor.prompts import library
from advisor.types import Answer

DECOY = "\n## What a data engineer may earn in India\n\nA data engineer may earn well in India.\n"
FIGURE = Nugget(figures=(Figure(value=900_000, unit="INR"),))


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return indexed(tmp_path_factory.mktemp("made"), GUIDE)


def cells(search: Search, reply: str = "Bananas.", **changed: object) -> Cells:
    system = System.model_validate({"name": "x", **changed})
    config = system.config()
    made = Advisor(search, library.load(config.prompt), lambda: FakeGenerator(reply), config)
    return Cells(system, made, Path(search.index.origin.paths[0]) / "index")


def item(
    question: str, *nuggets: Nugget, quotes: tuple[str, ...] = (), history: tuple[str, ...] = (), standalone: str = ""
) -> Item:
    return Item(
        id="x",
        question=question,
        history=history,
        standalone=standalone,
        behaviour="answer" if nuggets else "abstain",
        nuggets=nuggets,
        must_not_say=("Canada",),
        evidence=(tuple(Quote(doc="guide", quote=quote) for quote in quotes),) if quotes else (),
        split="dev",
    )


def says(*words: str) -> Nugget:
    return Nugget(says=tuple((word,) for word in words))


def found(cells: Cells, one: Item) -> Stage | None:
    """Return the stage that lost an item, with everything judged as it is in a run."""
    search = cells.advisor.search
    needed = gold(one, search.index.documents)

    def judge(answer: Answer) -> dict[str, float | None]:
        return dict(scores(one, answer, needed, search))

    return lost_at(one, cells.answer(one.question, one.history), needed, cells, judge)


# A case for each stage


def test_nothing_is_lost_where_all_of_it_is_told(search: Search) -> None:
    made = cells(search, EARNS)
    assert found(made, item(PAY, FIGURE, quotes=(EARNS,))) is None
    assert made.made == 1  # nothing is asked again


def test_nothing_is_lost_where_the_absent_is_refused(search: Search) -> None:
    assert found(cells(search), item(ABSENT)) is None


def test_rewriting_lost_what_the_gold_form_of_the_question_brings_back(search: Search) -> None:
    asked = {"history": ("What does Docker ship?",), "standalone": PAY, "quotes": (EARNS,)}
    assert found(cells(search), item("Does it pay more there?", FIGURE, **asked)) == "rewrite"
    assert found(cells(search), item("And a data engineer in India?", FIGURE, **asked)) != "rewrite"


def test_rewriting_lost_an_absent_thing_that_is_refused_in_its_gold_form(search: Search) -> None:
    asked = {"history": (PAY,), "standalone": ABSENT}
    assert found(cells(search), item(PAY, **asked)) == "rewrite"


def test_retrieval_lost_what_the_gold_evidence_brings_back(tmp_path: Path) -> None:
    search = indexed(tmp_path, GUIDE + DECOY)
    assert EARNS not in search.search(PAY, 1)[0].chunk.text
    assert EARNS in search.search(PAY, 2)[1].chunk.text
    one = item(PAY, FIGURE, quotes=(EARNS,))
    assert found(cells(search, passages=1), one) == "retrieval"


def test_a_follow_up_that_is_lost_in_its_gold_form_too_may_be_lost_to_retrieval(tmp_path: Path) -> None:
    search = indexed(tmp_path, GUIDE + DECOY)
    one = item("And a data engineer?", FIGURE, quotes=(EARNS,), history=(GIT,), standalone=PAY)
    assert found(cells(search, passages=1), one) == "retrieval"


def test_the_decision_refused_what_the_gold_evidence_holds(search: Search) -> None:
    one = item("How many versions does Git keep?", says("every version"), quotes=(KEEPS,))
    assert found(cells(search), one) == "decision"


def test_the_decision_answered_what_the_documents_lack(search: Search) -> None:
    assert found(cells(search), item(PAY)) == "decision"
    followed = item("And in India?", history=("What does a data engineer earn?",), standalone=PAY)
    assert found(cells(search), followed) == "decision"


def test_grounding_threw_away_what_told_more(search: Search) -> None:
    """Nothing backs "nine lakh", in which words alone the item wants to hear it."""
    one = item(PAY, says("nine lakh"), quotes=(EARNS,))
    assert found(cells(search, "A data engineer earns nine lakh a year in India."), one) == "grounding"
    assert found(cells(search, EARNS, model="an/other"), one) == "generation"


def test_generation_lost_what_was_shown_and_not_told(search: Search) -> None:
    one = item(PAY, FIGURE, says("bananas"), quotes=(EARNS,))
    assert found(cells(search, EARNS), one) == "generation"
    assert (
        found(cells(search, "A data engineer earns nine lakh", model="an/other"), one) == "generation"
    )  # which tells no nugget more


def test_what_must_not_be_said_is_lost_even_where_all_is_told(tmp_path: Path) -> None:
    text = GUIDE.replace(MAY, "A data engineer in India earns more in Canada.")
    one = item(PAY, FIGURE, quotes=(EARNS,))
    assert found(cells(indexed(tmp_path, text), EARNS), one) == "generation"


def test_every_stage_is_one_of_the_stages() -> None:
    assert why.STAGES == ("rewrite", "retrieval", "decision", "generation", "grounding")


# What is lost


@pytest.mark.parametrize(
    ("behaviour", "right", "clean", "complete", "lost"),
    [
        ("answer", 1.0, 1.0, 1.0, False),
        ("answer", 1.0, 1.0, 0.5, True),
        ("answer", 1.0, 0.0, 1.0, True),
        ("answer", 0.0, None, 0.0, True),
        ("abstain", 1.0, None, None, False),
        ("abstain", 0.0, 1.0, None, True),
        ("clarify", 1.0, None, None, False),
    ],
)
def test_lost_is_what_is_not_as_expected(
    behaviour: Behaviour, right: float, clean: float | None, complete: float | None, lost: bool
) -> None:
    one = item(PAY, FIGURE, quotes=(EARNS,)).model_copy(update={"behaviour": behaviour})
    assert is_lost(one, {"right": right, "clean": clean, "complete": complete, "vital": 0.0}) is lost


# The gold evidence as passages


def texts(made: Cells, needed: Gold) -> list[str]:
    return [passage.chunk.text for passage in gold_passages(made, needed)]


def test_the_gold_passages_are_the_chunks_that_the_places_are_in(search: Search) -> None:
    needed = gold(item(PAY, FIGURE, quotes=(KEEPS, EARNS)), search.index.documents)
    passages = gold_passages(cells(search), needed)
    assert [passage.n for passage in passages] == [1, 2]
    assert {passage.chunk.heading_path for passage in passages} == {("Pay",), ("Versions",)}
    assert {(passage.title, passage.source) for passage in passages} == {
        (one.title, one.source) for one in search.index.documents.values()
    }


def test_a_place_over_two_chunks_is_in_both_and_one_that_only_touches_is_not(search: Search) -> None:
    first, second, third, *_ = search.index.chunks
    over = Gold(((Place("guide", first.end - 5, second.start + 5, ""),),))
    assert texts(cells(search), over) == [first.text, second.text]
    within = Gold(((Place("guide", first.end, third.start, ""),),))
    assert texts(cells(search), within) == [second.text]
    assert third.text not in texts(cells(search), over)
    assert texts(cells(search), Gold(((Place("other", second.start, second.end, ""),),))) == []


def test_keys_are_in_the_chunks_that_hold_them_all(search: Search) -> None:
    assert [KEEPS in text for text in texts(cells(search), Gold(((Keys(("Git", "version")),),)))] == [True]
    assert texts(cells(search), Gold(((Keys(("Git", "900,000")),),))) == []


def test_of_several_sets_it_is_the_first_that_the_documents_hold(search: Search) -> None:
    sets = ((Keys(("bananas",)),), (Keys(("Git", "version")),), (Keys(("engineer",)),))
    assert [KEEPS in text for text in texts(cells(search), Gold(sets))] == [True]


def test_there_are_no_more_gold_passages_than_a_prompt_holds(search: Search) -> None:
    everywhere = Gold(((Keys(("matters",)),),))
    assert len(texts(cells(search), everywhere)) == 6
    assert len(texts(cells(search, passages=2), everywhere)) == 2


def test_the_judge_is_asked_of_every_answer_that_is_tried(search: Search) -> None:
    seen: list[str] = []

    def judge(lost: bool, answer: Answer) -> dict[str, float | None]:
        seen.append(answer.question)
        return {"right": float(not lost), "clean": 1.0, "complete": 1.0}

    one = item("Does it pay more there?", FIGURE, quotes=(EARNS,), history=(GIT,), standalone=PAY)
    made = cells(search)
    needed, kept = gold(one, search.index.documents), made.answer(one.question, one.history)
    assert lost_at(one, kept, needed, made, partial(judge, False)) is None
    assert seen == ["Does it pay more there?"]
    assert lost_at(one, kept, needed, made, partial(judge, True)) == "generation"
    assert seen[1:] == ["Does it pay more there?", PAY, PAY]
