"""A report to what the Evaluate tab shows of it as HTML: its table, its verdicts, and one item at a time."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Literal, get_args

from advisor import text
from advisor.eval.report import Asked, Compared, Report
from advisor.eval.report import System as Reached
from advisor.eval.written import figure
from advisor.ui import render

Which = Literal["all", "lost", "changed"]
_REFUSALS = {"abstain": "a refusal", "clarify": "a question back"}


def summary(report: Report) -> str:
    """Return the summary of a report: what it is of, its flags, the systems in a table, and the verdicts."""
    took = text.duration(report.seconds)
    about = f"{report.item_set} · {took} · {report.answered} answers made, the others from the cache"
    return "".join(
        (
            f"<h2>Result</h2>{render.note(about)}",
            *map(render.note, report.notes),
            _listed("Read with care: a metric does not rank the controls as it should.", "flags", report.flags),
            _table(report),
            _verdicts(report),
        )
    )


def _listed(heading: str, kind: str, lines: Sequence[str]) -> str:
    entries = "".join(f"<li>{render.escaped(line)}</li>" for line in lines)
    return f'<div class="{kind}"><strong>{heading}</strong><ul>{entries}</ul></div>' if lines else ""


def _table(report: Report) -> str:
    names = [measure.name for measure in report.metrics if measure.headline]
    titles = {measure.name: measure.words for measure in report.metrics}
    heads = (("system", "a control, in grey, is bad on purpose"), *((name, titles[name]) for name in names), *_COSTS)
    head = "".join(f'<th scope="col" title="{escape(words)}">{escape(name)}</th>' for name, words in heads)
    rows = "".join(_row(system, names, len(report.items)) for system in report.systems)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide" role="region" aria-label="Summary" tabindex="0">{table}</div>'


_COSTS = (
    ("p50 s", "seconds of half of the answers, at most"),
    ("refusals", "F1 of the refusals; beneath, the share of the answerable items that were refused"),
    ("lost", "items that were not answered as expected"),
)


def _row(system: Reached, names: Sequence[str], items: int) -> str:
    means = [system.means.get(name) for name in names]
    cells = [f"{figure(m.mean)}<small>{figure(m.low)} to {figure(m.high)}</small>" if m else "–" for m in means]
    cells.append(figure(system.cost.p50_s, 2))
    cells.append(f"{figure(system.abstention.f1)}<small>{figure(system.abstention.wrongly_refused)} wrong</small>")
    cells.append("–" if system.control else f"{sum(system.lost.values())}<small>of {items}</small>")
    kind = ' class="control"' if system.control else ""
    name = f'<th scope="row">{render.escaped(system.name)}</th>'
    return f"<tr{kind}>{name}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _verdicts(report: Report) -> str:
    """Return how each system stands beside the first; what of the controls matters, the flags tell."""
    real = {system.name for system in report.systems if not system.control}
    by_system: dict[str, list[Compared]] = {}
    for one in report.compared:
        if one.system in real:
            by_system.setdefault(one.system, []).append(one)
    return "".join(
        f"<h3>{render.escaped(name)} <span>beside {render.escaped(found[0].beside)}</span></h3>"
        f'<ul class="verdicts">{"".join(map(_verdict, found))}</ul>'
        for name, found in by_system.items()
    )


def _verdict(one: Compared) -> str:
    told = f"<b>{escape(one.metric)}</b> <span>{render.escaped(one.text)}</span>"
    return f'<li class="{one.kind.replace(" ", "-")}">{told}</li>'


def which(report: Report, kind: Which) -> list[Asked]:
    """Return the items of a report: all, those that a system lost, or those that the systems did not score alike."""
    real = [system.name for system in report.systems if not system.control]
    headlines = [measure.name for measure in report.metrics if measure.headline]

    def kept(item: Asked) -> bool:
        cells = [item.cells[name] for name in real]
        if kind == "lost":
            return any(cell.lost for cell in cells)
        return kind == "all" or any(len({cell.scores[name] for cell in cells}) > 1 for name in headlines)

    return [item for item in report.items if kept(item)]


def kinds(report: Report) -> list[tuple[str, Which]]:
    """Return the kinds of items to pick from, each with its number of items in words."""
    return [(f"{kind.capitalize()} ({len(which(report, kind))})", kind) for kind in get_args(Which)]


def choices(report: Report, kind: Which) -> list[tuple[str, str]]:
    """Return the items of a kind as what is shown of each and its id."""
    return [(f"{item.id}: {item.question}", item.id) for item in which(report, kind)]


def shown(report: Report, item: Asked) -> str:
    """Return an item: its question with the earlier ones, what is expected, and what each system made of it."""
    earlier = "".join(f"<li>{render.escaped(turn)}</li>" for turn in item.history)
    expected = _REFUSALS.get(item.behaviour) or "; ".join(item.nuggets)
    real = [system.name for system in report.systems if not system.control]
    return "".join(
        (
            f'<ol class="earlier">{earlier}</ol>' if earlier else "",
            render.question(item.question),
            render.note(f"Expected: {expected}"),
            *(_outcome(name, item) for name in real),
        )
    )


def _outcome(name: str, item: Asked) -> str:
    cell = item.cells[name]
    came = f"lost at {cell.lost}" if cell.lost else "as expected"
    said = render.escaped(" ".join(one.text for one in cell.sentences) if cell.kind == "answer" else cell.text)
    return f"<h3>{render.escaped(name)} <span>{came}</span></h3><p>{said}</p>"
