"""comparison: two files of judged answers give a verdict for each score, and bad files are named."""

import json
from pathlib import Path

import pytest

from advisor.errors import ItemError
from advisor.eval.answers import Judged
from advisor.eval.comparison import SCORES, compare, results
from advisor.eval.items import Item
from advisor.types import Answer, Kind, Trace


def write(path: Path, facts: dict[str, float | None]) -> Path:
    rows = [
        {"id": name, "facts": value, "complete": None if value is None else float(value == 1), "right": 1.0}
        | {"backed_figures": 1.0, "answer": "It is so."}
        for name, value in facts.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def judged(behaviour: str, kind: Kind, facts: float, unbacked: int) -> Judged:
    answerable = behaviour == "answer"
    item = Item.model_validate(
        {
            "id": f"{behaviour}-{kind}",
            "question": "Which?",
            "behaviour": behaviour,
            "evidence": [["git"]] if answerable else [],
            "facts": [["git"]] if answerable else [],
            "tags": [],
            "split": "dev",
        }
    )
    return Judged(item, Answer("Which?", "Git.", (), (), (), kind, Trace("Which?", "", "")), facts, unbacked, 2)


def test_a_planted_loss_is_called_worse_and_what_did_not_move_the_same(tmp_path: Path) -> None:
    names = [f"q{n}" for n in range(200)]
    before = write(tmp_path / "a.jsonl", dict.fromkeys(names, 1.0))
    after = write(tmp_path / "b.jsonl", {name: float(n % 4 > 0) for n, name in enumerate(names)})
    rows = {row.score: row for row in compare(before, after)}
    assert list(rows) == list(SCORES)
    assert (rows["facts"].before, rows["facts"].after, rows["facts"].items) == (1.0, 0.75, 200)
    assert rows["facts"].verdict.startswith("worse by .250 [")
    assert rows["facts"].p < 0.001
    assert rows["right"].verdict == "the same within .02"


def test_the_second_file_is_the_one_that_is_better(tmp_path: Path) -> None:
    before = write(tmp_path / "a.jsonl", {f"q{n}": 0.0 for n in range(30)})
    after = write(tmp_path / "b.jsonl", {f"q{n}": 1.0 for n in range(30)})
    assert next(compare(before, after)).verdict.startswith("better by 1.000")


def test_only_items_of_both_files_for_which_the_score_is_one_count(tmp_path: Path) -> None:
    before = write(tmp_path / "a.jsonl", {"x": 1.0, "y": None, "z": 0.0, "old": 1.0})
    after = write(tmp_path / "b.jsonl", {"z": 0.0, "x": 1.0, "y": None, "new": 0.0})
    rows = {row.score: row for row in compare(before, after)}
    assert (rows["facts"].items, rows["facts"].before) == (2, 0.5)
    assert rows["right"].items == 3
    assert "too few" in rows["facts"].verdict


def test_what_is_kept_of_an_answer_can_be_read_back(tmp_path: Path) -> None:
    rows = list(
        results(
            [judged("answer", "answer", 0.5, 0), judged("answer", "abstain", 0.0, 0), judged("abstain", "answer", 0, 1)]
        )
    )
    assert [row["right"] for row in rows] == [1.0, 0.0, 0.0]
    assert [row["facts"] for row in rows] == [0.5, 0.0, None]
    assert [row["backed_figures"] for row in rows] == [1.0, 1.0, 0.0]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert {row.score for row in compare(path, path)} == set(SCORES)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "x"}', '{"id": "x", "facts": 2, "complete": 1, "right": 1}'])
def test_a_line_that_is_no_judged_answer_is_named(tmp_path: Path, line: str) -> None:
    good = write(tmp_path / "a.jsonl", {"x": 1.0})
    (tmp_path / "b.jsonl").write_text(f"{good.read_text('utf-8')}{line}\n", encoding="utf-8")
    with pytest.raises(ItemError, match=r"b\.jsonl, line 2: expected a judged answer"):
        list(compare(good, tmp_path / "b.jsonl"))


def test_files_without_a_shared_item_and_missing_ones_are_errors(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a.jsonl", {"x": 1.0}), write(tmp_path / "b.jsonl", {"y": 1.0})
    with pytest.raises(ItemError, match="share no item"):
        list(compare(one, other))
    with pytest.raises(ItemError, match="cannot be read"):
        list(compare(one, tmp_path / "c.jsonl"))
