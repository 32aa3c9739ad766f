"""questions: files of questions that documents answer or not to checked rows, and the line of whatever is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor.corpus.read import read
from advisor.errors import ItemError
from advisor.eval.items import Item
from advisor.eval.items import load as load_items
from advisor.eval.match import fold
from advisor.eval.questions import Question, load
from advisor.paths import data

SHIPPED = data("eval") / "questions"
YES = {"question": "What is Kafka?", "answerable": True, "quotes": ["Kafka is a log."]}
NO = {"question": "Who made Kafka?", "answerable": False, "missing": "who", "would": "Ada made Kafka."}


def write(file: Path, *rows: object) -> Path:
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def test_a_file_is_read_by_its_name(tmp_path: Path) -> None:
    found = load(write(tmp_path / "some.jsonl", YES, NO))
    assert list(found) == ["some"]
    yes, no = found["some"]
    assert (yes.question, yes.answerable, yes.quotes) == ("What is Kafka?", True, ("Kafka is a log.",))
    assert (no.answerable, no.missing, no.would) == (False, "who", "Ada made Kafka.")


def test_a_folder_is_its_files_in_order(tmp_path: Path) -> None:
    write(tmp_path / "b.jsonl", NO)
    write(tmp_path / "a.jsonl", YES)
    (tmp_path / "notes.md").write_text("none", encoding="utf-8")
    assert {name: len(some) for name, some in load(tmp_path).items()} == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({**YES, "quotes": []}, "an answerable question has `quotes`"),
        ({**YES, "would": "Kafka is a log."}, "an answerable question has `quotes`"),
        ({**NO, "would": " "}, "an answerable question has `quotes`"),
        ({**NO, "quotes": ["Kafka is a log."]}, "an answerable question has `quotes`"),
        ({**YES, "question": " "}, "question: "),
        ({**YES, "answer": "a log"}, "answer: "),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, row: object, fault: str) -> None:
    with pytest.raises(ItemError, match="line 2") as error:
        load(write(tmp_path / "some.jsonl", NO | {"question": "When?"}, row))
    assert fault in str(error.value)


def test_no_question_stands_twice_in_a_file(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match="line 2"):
        load(write(tmp_path / "some.jsonl", YES, YES | {"question": "what is kafka?"}))


@pytest.fixture(scope="module")
def bundled() -> str:
    return fold("\n".join(document.text for document in read([data("corpus")]).documents))


def test_no_questions_is_an_error(tmp_path: Path) -> None:
    for place in (tmp_path, write(tmp_path / "none.jsonl"), tmp_path / "missing.jsonl"):
        with pytest.raises(ItemError, match=str(place)):
            load(place)


@pytest.mark.parametrize("part", ["fit", "weigh", "unseen", "heldout"])
def test_what_ships_quotes_its_document_or_the_bundled_ones(part: str, bundled: str) -> None:
    for name, some in load(SHIPPED / part).items():
        own = SHIPPED / part / f"{name}.md"
        text = fold(read([own]).documents[0].text) if own.exists() else bundled
        lost = [quote for one in some for quote in one.quotes if fold(quote) not in text]
        assert len(lost) <= 0.05 * len(some), lost[:3]  # a few run over a list's sign or a table's cells
        assert {one.answerable for one in some} == {True, False}


def asked(one: Question | Item) -> tuple[str, ...]:
    return tuple(map(fold, (*one.history, one.question)))


def test_nothing_is_weighed_by_what_was_fitted_to() -> None:
    fitted, weighing = (
        [(name, one) for name, some in load(SHIPPED / part).items() for one in some] for part in ("fit", "weigh")
    )
    assert not {asked(one) for _, one in fitted} & {asked(one) for _, one in weighing}
    assert not {name for name, _ in fitted} & {name for name, _ in weighing}


def test_nothing_that_scores_is_fitted_on() -> None:
    fitted = {asked(one) for part in ("fit", "weigh") for some in load(SHIPPED / part).values() for one in some}
    held_out = [one for some in load(SHIPPED / "heldout").values() for one in some]
    items = load_items(data("eval") / "sets" / "core.jsonl")
    assert not fitted & set(map(asked, (*held_out, *items)))


def test_some_questions_lean_on_those_before_them() -> None:
    assert {bool(one.history) for some in load(SHIPPED / "fit").values() for one in some} == {True, False}
    assert all(one.history for one in load(SHIPPED / "heldout")["later"])
    turns = load(SHIPPED / "heldout")["later"][0].turns
    assert [turn.role for turn in turns] == ["user"] * len(turns)


def test_the_same_question_may_stand_behind_two_others(tmp_path: Path) -> None:
    path = write(tmp_path / "some.jsonl", YES | {"history": ["What is Kafka?"]}, YES | {"history": ["And Spark?"]}, YES)
    assert [one.history for one in load(path)["some"]] == [("What is Kafka?",), ("And Spark?",), ()]
