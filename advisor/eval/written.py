"""A report to what is read outside a browser: Markdown for a pull request, JUnit XML for CI, a table for a terminal.

Verdicts on controls are left out: what matters of those, the flags tell.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from html import escape
from textwrap import wrap

from advisor.eval.report import Asked, Compared, Report

_STAGES = ("rewrite", "retrieval", "decision", "generation", "grounding")
_NAMED = 20  # items of one stage that the Markdown names: a comment holds 65,536 characters
_MARKUP = re.compile(r"([\\`*_\[\]<>|~])")
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def figure(value: float | None, digits: int = 3) -> str:
    """Return a figure without the 0 before its point, with one decimal from 10 on; a dash for None."""
    if value is None:
        return "–"
    text = f"{value:.{digits if abs(value) < 10 else 1}f}"
    return re.sub(r"^(-?)0\.", r"\1.", text if float(text) else text.lstrip("-"))


def markdown(report: Report) -> str:
    """Return the summary, the verdicts, the flags and the lost items, fit for a comment of a pull request."""
    answers = f"{report.answered} answers made anew"
    lines = [f"### Evaluation: {_plain(report.item_set)}", ""]
    lines += [f"{_plain(f'{report.documents}; version {report.version}, {report.made}; {answers}')}."]
    lines += [f"\n**Flag:** {_plain(flag)}" for flag in report.flags]
    lines += [f"\n**Note:** {_plain(note)}" for note in report.notes]
    rows = [(one.system, one.metric, one.kind, _holm(one), one.text) for one in _compared(report)]
    verdicts = _grid(["system", "metric", "verdict", "Holm p", "in words"], rows)
    return "\n".join([*lines, *_summary(report), *verdicts, *_lost(report)]) + "\n"


def _summary(report: Report) -> Iterator[str]:
    names = _headline(report)
    rows = []
    for one, system in zip(report.systems, _systems(report), strict=True):
        means = [one.means.get(name) for name in names]
        told = [f"{figure(m.mean)} ({figure(m.low)} to {figure(m.high)})" if m else "–" for m in means]
        cost = [figure(one.cost.p50_s, 2), figure(one.cost.p95_s, 2)]
        rows.append([system, *told, *cost, figure(one.abstention.f1), figure(one.abstention.wrongly_refused)])
    return _grid(["system", *names, "p50 s", "p95 s", "refusals F1", "wrongly refused"], rows, len(names) + 4)


def _lost(report: Report) -> Iterator[str]:
    stages, losing = _stages(report), [one for one in report.systems if one.lost]
    rows = [[one.name, *(str(one.lost.get(stage, 0)) for stage in stages)] for one in losing]
    yield from _grid(["items lost at", *stages], rows, len(stages))
    for one in losing:
        yield f"\n<details><summary>The items that {escape(one.name)} lost</summary>\n"
        for stage in stages:
            if ids := [
                item.id for item in report.items if one.name in item.cells and item.cells[one.name].lost == stage
            ]:
                more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
                yield _plain(f"- {stage}: {', '.join(ids[:_NAMED])}{more}")
        yield "\n</details>"


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]], figures: int = 0) -> Iterator[str]:
    """Yield an empty line and a table, whose last `figures` columns are figures; nothing where it has no rows."""
    if not rows:
        return
    rule = ["---"] * (len(heads) - figures) + ["--:"] * figures
    yield from ("", f"| {' | '.join(map(_plain, heads))} |", f"| {' | '.join(rule)} |")
    yield from (f"| {' | '.join(map(_plain, row))} |" for row in rows)


def _plain(text: str) -> str:
    """Return Markdown that shows a text, in one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def junit(report: Report) -> str:
    """Return a suite for each system that is no control, with a case for each item; a lost item is a failure."""
    root = ET.Element("testsuites", name=_xml(report.item_set))
    root.extend(_suite(one.name, report.items) for one in report.systems if not one.control)
    ET.indent(root)
    return str(ET.tostring(root, encoding="utf-8", xml_declaration=True), "utf-8")


def _suite(system: str, items: Sequence[Asked]) -> ET.Element:
    cells = [(item, item.cells[system]) for item in items if system in item.cells]
    counts = {"tests": str(len(cells)), "failures": str(sum(cell.lost is not None for _, cell in cells))}
    suite = ET.Element("testsuite", counts, name=_xml(system), time=f"{sum(cell.seconds for _, cell in cells):.3f}")
    for item, cell in cells:
        case = ET.SubElement(suite, "testcase", classname=_xml(system), name=_xml(item.id), time=f"{cell.seconds:.3f}")
        if cell.lost is not None:
            scores = ", ".join(f"{name} {figure(score)}" for name, score in cell.scores.items() if score is not None)
            told = {"type": _xml(cell.lost), "message": _xml(f"lost at {cell.lost}: {scores}")}
            ET.SubElement(case, "failure", told).text = _xml(f"{item.question}\n\n{cell.text}")
    return suite


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)


def table(report: Report, width: int = 100) -> Iterator[str]:
    """Yield the lines of a terminal's table and what there is to say on it, none longer than `width`."""
    columns = []
    for name in _headline(report):
        means = [one.means.get(name) for one in report.systems]
        columns.append([name, *(f"{figure(m.mean)} ±{figure((m.high - m.low) / 2)}" if m else "–" for m in means)])
    named = ["", *_systems(report)]
    room = width - sum(max(map(len, column)) + 2 for column in columns)
    size = min(max(map(len, named)), max(room, width // 4))
    lines = left = [f"{name:{size}}" if len(name) <= size else f"{name[: size - 1]}…" for name in named]
    for column in columns:
        broad = min(max(map(len, column)), width - size - 2)
        if len(lines[0]) + 2 + broad > width:  # the other columns stand below
            yield from (*lines, "")
            lines = left
        lines = [f"{line}  {cell[:broad]:>{broad}}" for line, cell in zip(lines, column, strict=True)]
    yield from lines
    for told in _told(report):
        yield from ("", *(line for text in told for line in wrap(text, width, subsequent_indent="  "))) if told else ()


def _told(report: Report) -> Iterator[list[str]]:
    yield [f"{one.system}, {one.metric}: {one.text}" for one in _compared(report)]
    yield [f"flag: {flag}" for flag in report.flags]
    lines = []
    for one, name in zip(report.systems, _systems(report), strict=True):
        lost = ", ".join(f"{one.lost[stage]} at {stage}" for stage in _stages(report) if one.lost.get(stage))
        took = f"p50 {figure(one.cost.p50_s, 2)} s, p95 {figure(one.cost.p95_s, 2)} s"
        lines.append(f"{name}: {took}{'; lost ' if lost else ''}{lost}")
    yield lines


def _holm(one: Compared) -> str:
    return figure(one.p) if one.p >= 0.001 else "< .001"


def _systems(report: Report) -> list[str]:
    return [f"control: {one.name}" if one.control else one.name for one in report.systems]


def _headline(report: Report) -> list[str]:
    return [one.name for one in report.metrics if one.headline]


def _compared(report: Report) -> list[Compared]:
    controls = {one.name for one in report.systems if one.control}
    return [one for one in report.compared if one.system not in controls]


def _stages(report: Report) -> list[str]:
    """Return the stages that lost an item of some system, in the order that a question goes through them."""
    lost = {stage for one in report.systems for stage in one.lost}
    return sorted(lost, key=lambda stage: (_STAGES.index(stage) if stage in _STAGES else len(_STAGES), stage))
