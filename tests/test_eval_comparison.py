"""comparison: two files of scores give a verdict for each headline metric, and bad files are named."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from advisor.errors import ItemError
from advisor.eval.comparison import Row, Scored, compare, load, save, scored
from advisor.eval.deciding import holm, verdict
from advisor.eval.judging import HEADLINES, METRICS
from advisor.eval.report import Abstention, Asked, Cell, Cost, Report, System

FIRST, SECOND, *_ = HEADLINES


def rows(scores: Mapping[str, float | None], **others: float | None) -> list[Scored]:
    """Return an item for each score of the first metric; each has the same in the others."""
    return [Scored(id=name, group=name, scores={FIRST: score, **others}) for name, score in scores.items()]


def by_score(found: Sequence[Row]) -> dict[str, Row]:
    return {row.score: row for row in found}


def test_a_planted_loss_is_called_worse_and_what_did_not_move_the_same() -> None:
    names = [f"q{n}" for n in range(200)]
    before = rows(dict.fromkeys(names, 1.0), **{SECOND: 0.5})
    after = rows({name: float(n % 4 > 0) for n, name in enumerate(names)}, **{SECOND: 0.5})
    found = by_score(compare(before, after))
    assert list(found) == [FIRST, SECOND]
    lost = found[FIRST]
    assert (lost.before, lost.after, lost.items, lost.kind) == (1.0, 0.75, 200, "worse")
    assert lost.verdict.startswith("worse by .250 [")
    assert lost.p < 0.001
    assert (found[SECOND].kind, found[SECOND].verdict) == ("same", "the same within .02")


def test_the_second_side_is_the_one_that_is_better() -> None:
    (row,) = compare(rows({f"q{n}": 0.0 for n in range(30)}), rows({f"q{n}": 1.0 for n in range(30)}))
    assert (row.before, row.after, row.kind) == (0.0, 1.0, "better")
    assert row.verdict.startswith("better by 1.000")


def test_only_items_of_both_sides_on_which_both_have_the_score_count() -> None:
    before = rows({"x": 1.0, "y": None, "z": 0.0, "v": 1.0, "old": 1.0}, **{SECOND: 1.0})
    after = rows({"z": 0.0, "x": 1.0, "y": 1.0, "v": None, "new": 0.0}, **{SECOND: 1.0})
    found = by_score(compare(before, after))
    assert (found[FIRST].items, found[FIRST].before, found[FIRST].after) == (2, 0.5, 0.5)
    assert found[SECOND].items == 4
    assert found[FIRST].kind == "too few"


def test_the_order_of_a_side_means_nothing() -> None:
    before = rows({f"q{n:02}": n / 64 for n in range(40)})
    after = rows({f"q{n:02}": n / 128 for n in range(40)})
    assert compare(before, after[::-1]) == compare(before[::-1], after)
    (row,) = compare(before, after[::-1])
    assert row.kind == "worse"


def test_turns_of_one_conversation_rise_and_fall_together() -> None:
    """Forty wins decide, but not where they are four conversations."""
    old = [Scored(id=f"q{n}", group=f"c{n % 4}", scores={FIRST: 0.0}) for n in range(40)]
    new = [one.model_copy(update={"scores": {FIRST: 1.0}}) for one in old]
    alone = [[one.model_copy(update={"group": one.id}) for one in side] for side in (old, new)]
    assert [row.kind for row in compare(*alone)] == ["better"]
    assert [row.kind for row in compare(old, new)] == ["too few"]


def test_the_margin_is_what_is_held_to_be_none() -> None:
    old = rows({f"q{n}": float(n % 10 == 0) for n in range(200)})
    new = rows({f"q{n}": float(n % 10 == 1) for n in range(200)})
    assert [compare(old, new, margin)[0].kind for margin in (0.02, 0.2)] == ["too few", "same"]


def test_the_p_values_are_raised_for_all_scores_compared() -> None:
    """Six wins of six are better alone, by p = 2 / 64, but not as one of three comparisons."""
    names = [f"q{n}" for n in range(6)]
    (alone,) = compare(rows(dict.fromkeys(names, 0.0)), rows(dict.fromkeys(names, 1.0)))
    assert (alone.kind, alone.p) == ("better", pytest.approx(2 / 64))
    still = dict.fromkeys(HEADLINES[1:3], 0.5)
    found = compare(rows(dict.fromkeys(names, 0.0), **still), rows(dict.fromkeys(names, 1.0), **still))
    assert [row.p for row in found] == pytest.approx(holm([2 / 64, 1, 1])) == [6 / 64, 1, 1]
    assert found[0].kind == "too few"
    given = verdict([1.0] * 6, [0.0] * 6, names, 0.02).settled(6 / 64)
    assert found[0].verdict == given.text()


# Files


def test_what_is_kept_can_be_read_back(tmp_path: Path) -> None:
    kept = [*rows({"x": 0.25, "y": None}), Scored(id="é", group="c", scores={FIRST: 1.0, SECOND: -1.0})]
    save(kept, tmp_path / "a.jsonl")
    assert load(tmp_path / "a.jsonl") == kept
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == {"id": "x", "group": "x", "scores": {FIRST: 0.25}}
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]
    save(kept[:1], tmp_path / "a.jsonl")
    assert load(tmp_path / "a.jsonl") == kept[:1]


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"none/a\.jsonl cannot be written: .*; give --out another place"):
        save(rows({"x": 1.0}), tmp_path / "none" / "a.jsonl")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "object: Invalid JSON"),
        ("[]", "object: Input should be an object"),
        ('{"id": "b"}', "group: Field required; scores: Field required"),
        ('{"id": "b", "group": "b", "scores": {"right": "high"}}', "scores.right: Input should be a valid number"),
        ('{"id": "b", "group": "b", "scores": {}, "answer": "It is."}', "answer: Extra inputs are not permitted"),
        ('{"id": "x", "group": "x", "scores": {}}', "the id 'x' stands in line 1; rename one"),
    ],
)
def test_a_line_that_holds_no_scores_is_named(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "a.jsonl"
    save(rows({"x": 1.0}), path)
    path.write_text(f"{path.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    with pytest.raises(ItemError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}, line 2: {says}")


def test_sides_without_a_shared_item_or_score_are_told() -> None:
    """Else whoever asks whether anything is worse would be told that nothing is."""
    one = rows({"x": 1.0, "y": None})
    for other in (rows({"z": 1.0}), []):
        with pytest.raises(ItemError, match="the two sides share no item; run both over the same item set"):
            compare(one, other)
    for other in (rows({"y": 1.0}), [Scored(id="x", group="x", scores={"facts": 1.0})]):
        with pytest.raises(ItemError, match="the two sides share no score; expected some of mrr@10, "):
            compare(one, other)


# A report's scores


def test_the_headline_scores_of_the_first_system_are_kept() -> None:
    cost, none = Cost(0, 0, 0, None, None, 0), Abstention(0, 0, 0, None, 0)
    systems = tuple(System(name, {}, False, {}, cost, none, {}) for name in ("ours", "other"))

    def cell(score: float | None) -> Cell:
        held = {metric.name: score for metric in METRICS}
        return Cell("answer", "", "", (), (), held, 0.0, 0.0)

    items = tuple(
        Asked(name, "c", "?", (), "", "answer", (), (), (), "easy", "dev", {"other": cell(0.9), "ours": cell(score)})
        for name, score in (("x", 2 / 3), ("y", None))
    )
    made = Report("", "", "", "", 0.0, 0, METRICS, systems, (), (), {}, items)
    assert scored(made) == [
        Scored(id="x", group="c", scores=dict.fromkeys(HEADLINES, 0.6667)),
        Scored(id="y", group="c", scores=dict.fromkeys(HEADLINES, None)),
    ]
