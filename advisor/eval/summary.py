"""The cells of systems to their means, costs, refusals, verdicts and flags. Knows no question and no model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from advisor.eval import controls, report, why
from advisor.eval.deciding import MARGIN, holm, interval, verdict
from advisor.eval.items import Item
from advisor.eval.judging import HEADLINES, METRICS
from advisor.eval.metrics import mean, percentile
from advisor.eval.run import Kept
from advisor.eval.statistics import auroc, decision
from advisor.types import Answer

STAGES = ("rewrite", "retrieve", "decide", "generate", "ground")  # loading the model is no part of an answer's time


@dataclass
class Found:
    """One system's, or one control's, cells, as the report is made from them."""

    name: str
    settings: Mapping[str, str]
    control: bool
    cells: dict[str, report.Cell] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)

    def column(self, metric: str, items: Sequence[Item]) -> dict[str, float]:
        """Return a metric's scores by the items' ids, of those items that it says something about."""
        found = {item.id: self.cells[item.id].scores[metric] for item in items if item.id in self.cells}
        return {name: score for name, score in found.items() if score is not None}


def system(found: Found, items: Sequence[Item]) -> report.System:
    groups = {item.id: item.group for item in items}
    means = {}
    for metric in METRICS:
        if column := found.column(metric.name, items):
            low, high = interval([*column.values()], [groups[name] for name in column])
            means[metric.name] = report.Mean(mean([*column.values()]), low, high, len(column))
    stages = [cell.lost for cell in found.cells.values() if cell.lost]
    lost: dict[str, int] = {stage: stages.count(stage) for stage in why.STAGES if stage in stages}
    return report.System(
        found.name, found.settings, found.control, means, _cost([*found.kept.values()]), _abstention(found, items), lost
    )


def _cost(kept: Sequence[Kept]) -> report.Cost:
    answers = [one.answer for one in kept]
    took = [answer_seconds(answer) for answer in answers]
    written = [answer for answer in answers if answer.trace.tokens.get("generated")]
    seconds = sum(answer.trace.seconds.get("generate", 0.0) for answer in written)
    tokens = sum(answer.trace.tokens["generated"] for answer in written)
    by_stage = {stage: [a.trace.seconds[stage] for a in answers if stage in a.trace.seconds] for stage in STAGES}
    firsts = [first for answer in answers if (first := answer.trace.seconds.get("first_token")) is not None]
    return report.Cost(
        p50_s=percentile(took, 0.5),
        p95_s=percentile(took, 0.95),
        first_p50_s=percentile([one.first_s for one in kept], 0.5),
        first_token_p50_s=percentile(firsts, 0.5) if firsts else None,
        tokens_per_s=tokens / seconds if seconds else None,
        peak_mb=max(one.peak_mb for one in kept),
        stages={stage: (percentile(s, 0.5), percentile(s, 0.95)) for stage, s in by_stage.items() if s},
    )


def _abstention(found: Found, items: Sequence[Item]) -> report.Abstention:
    asked = [item for item in items if item.id in found.cells]
    absent = [item.behaviour != "answer" for item in asked]
    refused = [found.cells[item.id].kind != "answer" for item in asked]
    doubts = [-found.cells[item.id].confidence for item in asked]
    refusals = decision(refused, absent)
    varied = len(set(absent)) == 2 and len(set(doubts)) > 1
    wrongly = mean([float(one) for one, gone in zip(refused, absent, strict=True) if not gone])
    known = auroc(doubts, absent) if varied else None
    return report.Abstention(refusals.precision, refusals.recall, refusals.f1, known, wrongly)


def compared(found: Sequence[Found], items: Sequence[Item]) -> list[report.Compared]:
    """Compare every system with the first, in every headline metric; Holm's correction goes over all of them."""
    groups = {item.id: item.group for item in items}
    first, *others = [one for one in found if not one.control]
    made = []
    for other in others:
        for metric in HEADLINES:
            new, old = other.column(metric, items), first.column(metric, items)
            shared = [name for name in old if name in new]
            if shared:
                a, b = [new[name] for name in shared], [old[name] for name in shared]
                made.append((other.name, metric, verdict(a, b, [groups[name] for name in shared], MARGIN), len(shared)))
    if not made:
        return []
    raised = holm([one.p for *_, one, _ in made])
    return [
        report.Compared(
            name, first.name, metric, count, v.settled(p).kind, v.difference, v.low, v.high, p, v.settled(p).text()
        )
        for (name, metric, v, count), p in zip(made, raised, strict=True)
    ]


def flags(found: Sequence[Found], items: Sequence[Item]) -> list[str]:
    """Name each metric in which a control is as good as the system that it should be worse than."""
    by_name = {one.name: one for one in found}
    flags = []
    for metric, bad in controls.EXPECTED:
        if bad not in by_name:
            continue
        control, system = by_name[bad].column(metric, items), found[0].column(metric, items)
        shared = [name for name in control if name in system]
        if not shared:
            continue
        good, poor = (mean([column[name] for name in shared]) for column in (system, control))
        if good <= poor:
            flags.append(f"{metric}: {found[0].name} has {good:.3f}, no more than {bad!r} with {poor:.3f}")
    return flags


def answer_seconds(answer: Answer) -> float:
    return sum(answer.trace.seconds.get(stage, 0.0) for stage in STAGES)
