"""summary: cells become means, costs, refusals, verdicts that keep conversations together, and flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from advisor.eval import controls, summary
from advisor.eval.deciding import interval, verdict
from advisor.eval.items import Behaviour, Item, Nugget, Quote
from advisor.eval.judging import HEADLINES, METRICS
from advisor.eval.report import Cell, Compared
from advisor.eval.run import Kept
from advisor.eval.summary import MARGIN, Found
from advisor.types import Answer, Trace

NONE: Mapping[str, float | None] = {measure.name: None for measure in METRICS}


def item(name: str, talk: str = "", behaviour: Behaviour = "answer") -> Item:
    told = {"nuggets": (Nugget(says=(("x",),)),), "evidence": ((Quote(doc="d", quote="x"),),)}
    return Item.model_validate(
        {"id": name, "question": name, "conversation": talk, "behaviour": behaviour, "split": "dev"}
        | (told if behaviour == "answer" else {})
    )


def items(count: int, per_talk: int = 1) -> list[Item]:
    return [item(f"i{n:03}", f"t{n // per_talk}") for n in range(count)]


def cell(
    scores: Mapping[str, float | None], kind: str = "answer", confidence: float = 0.5, lost: str | None = None
) -> Cell:
    return Cell(kind, "", "", (), (), {**NONE, **scores}, 1.0, confidence, lost)


def kept(
    seconds: Mapping[str, float] | None = None, generated: int = 0, first_s: float = 0.0, peak_mb: float = 1.0
) -> Kept:
    trace = Trace("", "", "", seconds or {}, {"generated": generated} if generated else {})
    return Kept(Answer("", "", (), (), (), "answer", trace), first_s, peak_mb)


def found(name: str, asked: Sequence[Item], control: bool = False, **columns: Sequence[float | None]) -> Found:
    """Return a system's cells, whose scores are given by metric in the order of the items; _ is a space."""
    made = Found(name, {"model": "m"}, control)
    for place, one in enumerate(asked):
        made.cells[one.id] = cell({metric.replace("_", " "): scores[place] for metric, scores in columns.items()})
        made.kept[one.id] = kept()
    return made


def by_metric(compared: Sequence[Compared]) -> dict[str, Compared]:
    return {one.metric: one for one in compared}


# Means


def test_a_mean_is_over_the_items_that_a_metric_says_something_about() -> None:
    asked = items(4)
    means = summary.system(found("x", asked, vital=[1.0, 0.5, None, 0.0], right=[1.0] * 4), asked).means
    assert set(means) == {"vital", "right"}
    assert (means["vital"].mean, means["vital"].items) == (pytest.approx(0.5), 3)
    assert (means["right"].mean, means["right"].low, means["right"].high, means["right"].items) == (1.0, 1.0, 1.0, 4)


def test_the_interval_of_a_mean_keeps_conversations_together() -> None:
    scores = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0] * 2
    together, alone = items(16, per_talk=4), items(16)
    wide = summary.system(found("x", together, vital=scores), together).means["vital"]
    narrow = summary.system(found("x", alone, vital=scores), alone).means["vital"]
    assert (wide.low, wide.high) == interval(scores, [one.group for one in together])
    assert wide.high - wide.low > narrow.high - narrow.low
    assert wide.mean == narrow.mean == 0.5


def test_items_that_were_not_asked_count_in_no_mean() -> None:
    asked = items(6)
    half = found("x", asked[:3], vital=[1.0, 1.0, 0.0])
    assert summary.system(half, asked).means["vital"].items == 3


def test_a_system_keeps_its_name_its_settings_and_what_was_lost_in_the_order_of_the_path() -> None:
    asked = items(5)
    made = found("x", asked, vital=[1.0] * 5)
    for one, stage in zip(asked, ["generation", None, "rewrite", "generation", None], strict=True):
        made.cells[one.id] = cell({}, lost=stage)
    told = summary.system(made, asked)
    assert (told.name, told.settings, told.control) == ("x", {"model": "m"}, False)
    assert [*told.lost.items()] == [("rewrite", 1), ("generation", 2)]


# Costs


def test_costs_by_hand() -> None:
    asked = items(3)
    made = found("x", asked)
    stages = [
        {"rewrite": 0.1, "retrieve": 0.2, "decide": 0.1, "load": 50.0, "generate": 2.0, "first_token": 0.5},
        {"rewrite": 0.1, "retrieve": 0.4, "decide": 0.1},
        {"rewrite": 0.1, "retrieve": 0.3, "decide": 0.1, "generate": 4.0, "first_token": 0.7, "ground": 1.0},
    ]
    took = [kept(stages[0], 30, 1.0, 500.0), kept(stages[1], 0, 0.6, 900.0), kept(stages[2], 60, 3.0, 700.0)]
    made.kept = dict(zip((one.id for one in asked), took, strict=True))
    cost = summary.system(made, asked).cost
    assert (cost.p50_s, cost.p95_s) == pytest.approx((2.4, 5.5))  # of .6, 2.4 and 5.5: loading is no part of it
    assert (cost.first_p50_s, cost.first_token_p50_s) == (1.0, 0.5)  # nearest rank, of two the lesser
    assert cost.tokens_per_s == pytest.approx(90 / 6)
    assert cost.peak_mb == 900.0
    assert cost.stages["retrieve"] == (0.3, 0.4)
    assert cost.stages["generate"] == (2.0, 4.0)
    assert cost.stages["ground"] == (1.0, 1.0)
    assert set(cost.stages) == {"rewrite", "retrieve", "decide", "generate", "ground"}


def test_where_no_model_wrote_there_is_no_speed_and_no_first_token() -> None:
    asked = items(2)
    cost = summary.system(found("x", asked), asked).cost
    assert (cost.tokens_per_s, cost.first_token_p50_s, cost.stages) == (None, None, {})
    assert (cost.p50_s, cost.p95_s) == (0.0, 0.0)


# Refusals


def refusals(rows: Sequence[tuple[Behaviour, str, float]]) -> tuple[float, float, float, float | None, float]:
    """Return the abstention of items with their behaviour, the kind of their answer and its confidence."""
    asked = [item(f"i{n}", behaviour=behaviour) for n, (behaviour, _, _) in enumerate(rows)]
    made = found("x", asked)
    for one, (_, kind, confidence) in zip(asked, rows, strict=True):
        made.cells[one.id] = cell({}, kind, confidence)
    a = summary.system(made, asked).abstention
    return a.precision, a.recall, a.f1, a.auroc, a.wrongly_refused


def test_refusals_by_hand() -> None:
    rows: list[tuple[Behaviour, str, float]] = [
        ("answer", "answer", 0.9),
        ("answer", "answer", 0.8),
        ("answer", "abstain", 0.3),
        ("answer", "smalltalk", 0.0),
        ("abstain", "abstain", 0.2),
        ("abstain", "answer", 0.7),
        ("clarify", "abstain", 0.1),
    ]
    precision, recall, f1, auroc, wrongly = refusals(rows)
    assert (precision, recall, f1) == pytest.approx((2 / 4, 2 / 3, 4 / 7))
    assert auroc == pytest.approx(8 / 12)  # .2 and .1 are under three of four, .7 under two
    assert wrongly == pytest.approx(2 / 4)


def test_without_two_kinds_of_items_or_of_confidence_there_is_no_auroc() -> None:
    assert refusals([("answer", "answer", 0.9), ("answer", "abstain", 0.1)])[3:] == (None, 0.5)
    assert refusals([("abstain", "abstain", 0.9), ("abstain", "answer", 0.1)])[3:] == (None, 0.0)
    assert refusals([("answer", "answer", 0.5), ("abstain", "abstain", 0.5)])[3] is None
    assert refusals([("answer", "answer", 0.6), ("abstain", "abstain", 0.5)])[3] == 1.0


# Verdicts


def test_a_system_that_is_worse_is_told_worse_one_that_is_better_better_and_the_same_the_same() -> None:
    asked = items(200)
    base = [0.5 + 0.001 * (n % 7) for n in range(200)]
    systems = [found("first", asked, vital=base)]
    for name, off in (("worse", -0.3), ("better", 0.3), ("same", 0.0)):
        systems.append(found(name, asked, vital=[score + off * (n % 3 > 0) for n, score in enumerate(base)]))
    told = {one.system: one for one in summary.compared(systems, asked)}
    assert {name: one.kind for name, one in told.items()} == {"worse": "worse", "better": "better", "same": "same"}
    assert {one.beside for one in told.values()} == {"first"}
    assert told["worse"].difference == pytest.approx(-0.3 * 133 / 200)
    assert told["worse"].low < told["worse"].difference < told["worse"].high < 0 < told["better"].low
    assert told["worse"].text.startswith("worse by .199 [.18")
    assert told["same"].text == "the same within .02"
    assert (told["same"].difference, told["same"].items) == (0.0, 200)


def test_a_few_items_tell_nothing() -> None:
    asked = items(3)
    (one,) = summary.compared([found("a", asked, right=[0.0] * 3), found("b", asked, right=[1.0] * 3)], asked)
    assert (one.kind, one.difference, one.p) == ("too few", 1.0, pytest.approx(2 / 8))


def test_the_turns_of_a_conversation_are_one_witness() -> None:
    old, new = [0.0] * 24, [1.0] * 24
    kinds = {}
    for per_talk in (1, 12):
        asked = items(24, per_talk)
        (one,) = summary.compared([found("a", asked, vital=old), found("b", asked, vital=new)], asked)
        kinds[per_talk] = (one.kind, one.p)
    assert kinds[1][0] == "better"
    assert kinds[12] == ("too few", 0.5)  # of two conversations, either way


def test_every_p_is_raised_by_holm_over_all_metrics_and_systems() -> None:
    """Holm 1979, by hand: the i-th least of m times m - i + 1, and never less than the one before it."""
    asked = items(12)
    base = [0.0] * 12
    columns = [
        ("b", "vital", [1.0] * 6 + [0.0] * 6),
        ("b", "right", [1.0] * 12),
        ("c", "vital", [1.0] * 7 + [-1.0] + [0.0] * 4),
        ("c", "right", [1.0, -1.0] * 6),
    ]
    systems = [found("a", asked, vital=base, right=base)]
    for name in "bc":
        systems.append(found(name, asked, **{metric: scores for who, metric, scores in columns if who == name}))
    groups = [one.group for one in asked]
    alone = {(who, metric): verdict(scores, base, groups, MARGIN).p for who, metric, scores in columns}
    raised: dict[tuple[str, str], float] = {}
    least = 0.0
    for place, (key, p) in enumerate(sorted(alone.items(), key=lambda one: one[1])):
        least = raised[key] = min(1.0, max(least, p * (len(alone) - place)))
    told = {(one.system, one.metric): one for one in summary.compared(systems, asked)}
    assert {key: one.p for key, one in told.items()} == pytest.approx(raised)
    assert alone["b", "vital"] == pytest.approx(2 / 64)  # under .05 alone, and not beside three others
    assert told["b", "vital"].p == pytest.approx(3 * 2 / 64)
    assert told["b", "vital"].kind == "too few"
    assert told["b", "right"].kind == "better"


def test_headline_metrics_alone_are_compared_in_their_order_over_the_items_that_both_have() -> None:
    asked = items(8)
    first = found("a", asked, vital=[0.0] * 8, grounded=[None, *[0.5] * 7], nuggets=[0.0] * 8, clean=[1.0] * 8)
    other = found("b", asked, vital=[0.0] * 8, grounded=[*[0.5] * 6, None, None], nuggets=[1.0] * 8, clean=[0.0] * 8)
    told = summary.compared([first, other], asked)
    assert [(one.metric, one.items) for one in told] == [("vital", 8), ("grounded", 5)]
    assert [one.metric for one in told] == [name for name in HEADLINES if name in ("vital", "grounded")]


def test_controls_are_not_compared_and_one_system_stands_beside_none() -> None:
    asked = items(8)
    first, bad = found("a", asked, vital=[1.0] * 8), found(controls.REFUSING, asked, control=True, vital=[0.0] * 8)
    assert summary.compared([first, bad], asked) == []
    other = found("b", asked, vital=[1.0] * 8)
    assert [one.system for one in summary.compared([first, other, bad], asked)] == ["b"]
    assert summary.compared([first, found("c", asked, right=[1.0] * 8)], asked) == []  # no metric that both have


# Flags


def test_a_metric_that_ranks_a_control_below_the_system_is_not_flagged() -> None:
    asked = items(4)
    metrics = dict.fromkeys((metric.replace(" ", "_") for metric, _ in controls.EXPECTED))
    good = found("good", asked, **{name: [1.0, 0.5, 0.0, 0.5] for name in metrics})
    bad = [found(name, asked, control=True, **{m: [0.25] * 4 for m in metrics}) for name in controls.NAMES]
    assert summary.flags([good, *bad], asked) == []


def test_a_metric_that_cannot_tell_a_control_from_the_system_is_flagged_by_name() -> None:
    asked = items(2)
    good = found("good", asked, vital=[0.5, 0.5], right=[1.0, 0.0])
    even = found(controls.REFUSING, asked, control=True, vital=[1.0, 0.0], right=[0.0, 0.0])
    better = found(controls.BARE, asked, control=True, vital=[0.75, 0.75])
    assert summary.flags([good, even, better], asked) == [
        "vital: good has 0.500, no more than 'no passages' with 0.750",
        "vital: good has 0.500, no more than 'always refusing' with 0.500",
    ]


def test_a_control_of_some_items_is_compared_on_these() -> None:
    asked = items(4)
    good = found("good", asked, vital=[1.0, 1.0, 0.0, 0.0])
    bare = found(controls.BARE, asked[:2], control=True, vital=[0.75, 0.75])
    assert summary.flags([good, bare], asked) == []
    bare = found(controls.BARE, asked[2:], control=True, vital=[0.0, 0.0])
    assert len(summary.flags([good, bare], asked)) == 1


def test_only_the_first_system_is_held_against_the_controls() -> None:
    asked = items(2)
    good, poor = found("good", asked, vital=[1.0, 1.0]), found("poor", asked, vital=[0.0, 0.0])
    bad = found(controls.REFUSING, asked, control=True, vital=[0.0, 0.0])
    assert summary.flags([good, poor, bad], asked) == []
    assert len(summary.flags([poor, good, bad], asked)) == 1


def test_without_controls_or_scores_there_is_no_flag() -> None:
    asked = items(2)
    good = found("good", asked, vital=[0.0, 0.0])
    assert summary.flags([good], asked) == []
    assert summary.flags([good, found(controls.BARE, asked, control=True, grounded=[1.0, 1.0])], asked) == []
