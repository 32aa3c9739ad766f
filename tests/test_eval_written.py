"""A report as Markdown, JUnit XML and a terminal's table: the figures are the report's, and no text breaks out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from advisor.eval.report import (
    Abstention,
    Asked,
    Cell,
    Chunk,
    Compared,
    Cost,
    Gold,
    Mean,
    Measure,
    Report,
    Said,
    System,
)
from advisor.eval.written import figure, junit, markdown, table

HOSTILE = "Is </script><script>document.title = 'broken'</script><!-- | *that*\u2028 inert?\x0c"
FIRST, SECOND, CONTROL = "default", "prompt | <b>v1</b>", "no passages"
# The gold stands behind a sign of two UTF-16 units, so that only code points find it.
TEXT = "# Pay 🤖\n\nJuniors earn 5. Seniors earn 30."
PAY = Gold("pay.md", 100 + TEXT.index("Seniors"), 100 + len(TEXT), "Seniors earn 30.")


def system(name: str, told: float, lost: dict[str, int], control: bool = False) -> System:
    means = {"told": Mean(told, told - 0.1, told + 0.05, 3), "length": Mean(43.25, 40.0, 46.5, 3)}
    if not control:
        means["right"] = Mean(0.6667, 0.25, 1.0, 3)
    cost = Cost(1.25, 12.5, 0.5, None, 31.5, 900.0, {"retrieve": (0.03, 0.06)})
    return System(name, {"prompt": name}, control, means, cost, Abstention(0.5, 1.0, 0.6667, None, 0.125), lost)


def cell(text: str, told: float | None, right: float, lost: str | None, cites: tuple[int, ...] = (2,)) -> Cell:
    said = (Said(text, cites, 0.75),)
    scores = {"told": told, "right": right, "length": 3.0}
    return Cell("answer", "what pay", f"{text} [2]", said, ("c2", "c1"), scores, 1.5, 0.4, lost)


def asked(name: str, question: str, cells: tuple[Cell, ...], **changed: object) -> Asked:
    named = dict(zip((FIRST, SECOND, CONTROL), cells, strict=False))
    item = Asked(name, name, question, (), "", "answer", ("30",), (PAY,), ("figure",), "easy", "dev", named)
    return replace(item, **changed)


def sample() -> Report:
    """Return a report of three items and three systems, the last of them a control that was not asked all."""
    good, poor = cell("Seniors earn 30.", 1.0, 1.0, None), cell("Juniors earn 5.", 0.0, 1.0, "generation")
    bad = cell("", 0.0, 0.0, None, ())
    items = (
        asked("pay", "What do seniors earn?", (good, poor, bad), history=("And juniors?",), standalone="Senior pay?"),
        asked("odd one/é", HOSTILE, (poor, poor), tags=("hostile",), gold=(Gold("", 0, 0, "juniors … 5"),)),
        asked("none", "Who is king?", (good, good, bad), behaviour="abstain", gold=(), nuggets=(), split="test"),
    )
    text = "worse by .333 [.100, .500], p = .020, 0 wins, 2 ties, 1 loss"
    compared = (
        Compared(SECOND, FIRST, "told", 3, "worse", -0.3333, -0.5, -0.1, 0.0395, text),
        Compared(SECOND, FIRST, "right", 3, "too few", 0.0, -0.1, 0.1, 1.0, "too few items to tell: all 3 tie"),
        Compared(CONTROL, FIRST, "told", 3, "worse", -0.6667, -0.9, -0.4, 0.0002, "the control is worse"),
    )
    return Report(
        made="2025-11-02",
        version="1.4.0",
        item_set="core.jsonl",
        documents="2 documents",
        seconds=75.0,
        answered=4,
        metrics=(
            Measure("told", "nuggets told", headline=True),
            Measure("right", "answers or refuses rightly", headline=True),
            Measure("length", "words"),
        ),
        systems=(
            system(FIRST, 0.6667, {"generation": 1}),
            system(SECOND, 0.3333, {"generation": 2, "retrieval": 1}),
            system(CONTROL, 0.0, {}, control=True),
        ),
        compared=compared,
        flags=("right: it ranks nothing",),
        chunks={
            "c1": Chunk("Pay", ("In India",), "pay.md", 100, TEXT),
            "c2": Chunk("Work", (), "work.md", 100, "Juniors learn, and 5 of them stay."),
        },
        items=items,
        notes=("greedy",),
    )


def cells_of(line: str) -> list[str]:
    """Return the cells of a Markdown row, unescaped."""
    return [re.sub(r"\\(.)", r"\1", part.strip()) for part in re.split(r"(?<!\\)\|", line)[1:-1]]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.823, ".823"), (1.0, "1.000"), (-0.041, "-.041"), (-0.0001, ".000"), (12.34, "12.3"), (0.0, ".000")],
)
def test_a_figure_has_no_0_before_its_point(value: float, text: str) -> None:
    assert figure(value) == text
    assert figure(None) == "–"


def test_the_markdown_holds_the_figures_of_every_system() -> None:
    heads, rule, *found = [cells_of(line) for line in markdown(sample()).splitlines() if line.startswith("| ")][:5]
    assert heads == ["system", "told", "right", "p50 s", "p95 s", "refusals F1", "wrongly refused"]
    assert rule == ["---", *["--:"] * 6]
    assert found == [
        [FIRST, ".667 (.567 to .717)", ".667 (.250 to 1.000)", "1.25", "12.5", ".667", ".125"],
        [SECOND, ".333 (.233 to .383)", ".667 (.250 to 1.000)", "1.25", "12.5", ".667", ".125"],
        [f"control: {CONTROL}", ".000 (-.100 to .050)", "–", "1.25", "12.5", ".667", ".125"],
    ]


def test_the_markdown_tells_verdicts_flags_and_where_items_were_lost() -> None:
    report = sample()
    text = markdown(report)
    rows = [cells_of(line) for line in text.splitlines() if line.startswith("| ")]
    assert [SECOND, "told", "worse", ".040", report.compared[0].text] in rows
    assert [SECOND, "right", "too few", "1.000", report.compared[1].text] in rows
    assert "the control is worse" not in text
    assert rows[-4:] == [
        ["items lost at", "retrieval", "generation"],
        ["---", "--:", "--:"],
        [FIRST, "0", "1"],
        [SECOND, "1", "2"],
    ]
    assert "**Flag:** right: it ranks nothing" in text
    assert "4 answers made anew" in text
    assert "\n- generation: pay, odd one/é\n" in text
    assert "lost</summary>\n\n" in text
    assert "&lt;b&gt;v1" in text
    assert not re.search(r"(?<!\\)<(?!/?(?:details|summary)>)", text)


def test_the_markdown_of_one_system_that_lost_nothing_is_its_summary() -> None:
    report = sample()
    alone = replace(report, systems=(replace(report.systems[0], lost={}),), compared=(), flags=(), notes=())
    rows = [cells_of(line)[0] for line in markdown(alone).splitlines() if line.startswith("| ")]
    assert rows == ["system", "---", FIRST]
    assert "details" not in markdown(alone)


def test_the_markdown_names_at_most_20_items_of_a_stage() -> None:
    report = sample()
    lost = report.items[1]
    many = replace(report, items=tuple(replace(lost, id=f"i{n}") for n in range(25)))
    line = next(line for line in markdown(many).splitlines() if line.startswith("- generation"))
    assert line == f"- generation: {', '.join(f'i{n}' for n in range(20))} and 5 more"


def test_junit_has_a_failure_for_each_lost_item_of_each_system_that_is_no_control() -> None:
    root = ET.fromstring(junit(sample()))
    assert [suite.get("name") for suite in root] == [FIRST, SECOND]
    assert [(suite.get("tests"), suite.get("failures"), suite.get("time")) for suite in root] == [
        ("3", "1", "4.500"),
        ("3", "2", "4.500"),
    ]
    cases = list(root[1])
    assert [case.get("name") for case in cases] == ["pay", "odd one/é", "none"]
    assert {(case.get("classname"), case.get("time")) for case in cases} == {(SECOND, "1.500")}
    failures = [case.find("failure") for case in cases]
    assert [failure is not None for failure in failures] == [True, True, False]
    assert failures[0] is not None
    assert failures[0].get("type") == "generation"
    assert failures[0].get("message") == "lost at generation: told .000, right 1.000, length 3.000"
    assert failures[0].text == "What do seniors earn?\n\nJuniors earn 5. [2]"


def test_junit_holds_what_xml_may_not_as_a_sign_in_its_place() -> None:
    failure = ET.fromstring(junit(sample()))[0][1].find("failure")
    assert failure is not None
    assert failure.text == HOSTILE.replace("\x0c", "\ufffd") + "\n\nJuniors earn 5. [2]"


def test_the_table_has_a_row_for_each_system_with_half_its_interval() -> None:
    lines = list(table(sample()))
    assert re.split(r"\s{2,}", lines[0].strip()) == ["told", "right"]
    assert re.split(r"\s{2,}", lines[1]) == [FIRST, ".667 ±.075", ".667 ±.375"]
    assert re.split(r"\s{2,}", lines[3]) == [f"control: {CONTROL}", ".000 ±.075", "–"]
    assert len({len(line) for line in lines[:4]}) == 1
    assert lines[4:] == [
        "",
        f"{SECOND}, told: worse by .333 [.100, .500], p = .020, 0 wins, 2 ties, 1 loss",
        f"{SECOND}, right: too few items to tell: all 3 tie",
        "",
        "flag: right: it ranks nothing",
        "",
        f"{FIRST}: p50 1.25 s, p95 12.5 s; lost 1 at generation",
        f"{SECOND}: p50 1.25 s, p95 12.5 s; lost 1 at retrieval, 2 at generation",
        f"control: {CONTROL}: p50 1.25 s, p95 12.5 s",
    ]


@pytest.mark.parametrize("width", [24, 40, 60, 100])
def test_no_line_of_the_table_is_longer_than_asked(width: int) -> None:
    report = sample()
    long = [replace(one, name=f"{one.name} {'and more of it ' * 4}") for one in report.systems]
    metrics = tuple(Measure(f"metric {n} of some", "", headline=True) for n in range(9))
    means = {one.name: Mean(0.5, 0.4, 0.6, 3) for one in metrics}
    wide = replace(report, metrics=metrics, systems=tuple(replace(one, means=means) for one in long))
    lines = list(table(wide, width))
    assert max(map(len, lines)) <= width
    assert sum(line.count(".500 ±.100") for line in lines) == 9 * 3
