"""Systems over one item set to a report: answers, scores, controls, what was lost where, and what is better."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from advisor import __version__
from advisor.errors import ItemError
from advisor.eval import controls, report, summary, why
from advisor.eval.gold import Gold, Place
from advisor.eval.items import Item
from advisor.eval.judge import Judge, opinion, words
from advisor.eval.judging import METRICS, prose, scores
from advisor.eval.plain import evidence
from advisor.eval.run import Cells, Kept, Progress, answered
from advisor.eval.summary import Found
from advisor.eval.systems import System
from advisor.types import Answer


def run(
    systems: Sequence[System],
    items: Sequence[Item],
    item_set: str,
    corpus: Sequence[str],
    folder: Path,
    progress: Progress,
    with_controls: bool = True,
    with_reasons: bool = True,
    judge: Judge | None = None,
) -> report.Report:
    """Return the report of systems over items; what was answered before is taken from the cache.

    :param with_reasons: ask for every lost item again, to tell which stage lost it.
    :param judge: a second opinion on what the answers tell, which goes into the notes.
    :raises ItemError: a system has the name of a control.
    """
    if taken := sorted({system.name for system in systems} & set(controls.NAMES)):
        raise ItemError(f"a system has the name of a control, {', '.join(taken)}; rename it")
    started, made = time.perf_counter(), 0
    found: list[Found] = []
    chunks: dict[str, report.Chunk] = {}
    needed: list[dict[str, Gold]] = []  # of each system, by the items' ids
    documents = ""
    for cells, answers in answered(systems, items, corpus, folder, progress):
        index = cells.advisor.search.index
        golds = {item.id: evidence(item, cells.advisor.search) for item in items}
        needed.append(golds)
        documents = documents or ", ".join(sorted(one.source for one in index.documents.values()))
        found.append(_judged(cells, items, answers, golds, progress, with_reasons))
        if with_controls and len(found) == 1:
            made_up = controls.controls(cells, items, answers)
            bad = [_control(name, kept, cells, items, golds) for name, kept in made_up]
        made += cells.made
        for one in [found[-1], *(bad if with_controls and len(found) == 1 else ())]:
            chunks |= _chunks(one)
        del cells, index  # else this system's model would be held while the next one's answers
    found += bad if with_controls else []
    return report.Report(
        made=date.today().isoformat(),
        version=__version__,
        item_set=item_set,
        documents=documents,
        seconds=time.perf_counter() - started,
        answered=made,
        metrics=METRICS,
        systems=tuple(summary.system(one, items) for one in found),
        compared=tuple(summary.compared(found, items)),
        flags=tuple(summary.flags(found, items)),
        chunks=chunks,
        items=tuple(_asked(item, [golds[item.id] for golds in needed], found) for item in items),
        notes=tuple(
            f"{one.name}: {opinion(judge, _answers(one, items))}" for one in found if judge and not one.control
        ),
    )


def _answers(found: Found, items: Sequence[Item]) -> list[tuple[Item, str]]:
    """Return the items to answer, each with the words of its answer."""
    return [(item, prose(found.kept[item.id].answer)) for item in items if item.behaviour == "answer"]


def _judged(
    cells: Cells,
    items: Sequence[Item],
    answers: Mapping[str, Kept],
    golds: Mapping[str, Gold],
    progress: Progress,
    with_reasons: bool,
) -> Found:
    found = Found(cells.system.name, cells.system.settings(), control=False)
    for number, item in enumerate(items, start=1):
        judge = partial(_scores, item, golds[item.id], cells)
        kept = answers[item.id]
        found.kept[item.id] = kept
        lost = why.lost_at(item, kept, golds[item.id], cells, judge) if with_reasons else None
        found.cells[item.id] = _cell(kept, judge(kept.answer), lost)
        progress(f"judging {cells.system.name}", number, len(items))
    return found


def _control(
    name: str, answers: Mapping[str, Kept], cells: Cells, items: Sequence[Item], golds: Mapping[str, Gold]
) -> Found:
    found = Found(name, {}, control=True)
    for item in items:
        if item.id in answers:
            kept = answers[item.id]
            found.kept[item.id] = kept
            found.cells[item.id] = _cell(kept, scores(item, kept.answer, golds[item.id], cells.advisor.search), None)
    return found


def _scores(item: Item, needed: Gold, cells: Cells, answer: Answer) -> report.Scores:
    return scores(item, answer, needed, cells.advisor.search)


def _cell(kept: Kept, found: report.Scores, lost: str | None) -> report.Cell:
    answer = kept.answer
    said = tuple(
        report.Said(one.text, tuple(dict.fromkeys(c.n for c in one.citations)), one.support) for one in answer.sentences
    )
    return report.Cell(
        kind=answer.kind,
        rewritten=answer.trace.rewritten,
        text=answer.text,
        sentences=said,
        passages=tuple(passage.chunk.id for passage in answer.passages),
        scores=found,
        seconds=summary.answer_seconds(answer),
        confidence=answer.trace.confidence,
        lost=lost,
    )


def _chunks(found: Found) -> dict[str, report.Chunk]:
    passages = [passage for kept in found.kept.values() for passage in kept.answer.passages]
    return {
        p.chunk.id: report.Chunk(p.title, p.chunk.heading_path, p.chunk.doc_id, p.chunk.start, p.chunk.text)
        for p in passages
    }


def _asked(item: Item, needed: Sequence[Gold], found: Sequence[Found]) -> report.Asked:
    """Return an item as it is told, with its evidence in the documents of every system, each place once."""
    places = list(dict.fromkeys(one for gold in needed for wanted in gold.sets for one in wanted))
    return report.Asked(
        id=item.id,
        group=item.group,
        question=item.question,
        history=item.history,
        standalone=item.standalone,
        behaviour=item.behaviour,
        nuggets=tuple(f"{'' if nugget.vital else '(okay) '}{words(nugget)}" for nugget in item.nuggets),
        gold=tuple(
            report.Gold(one.doc_id, one.start, one.end, one.text)
            if isinstance(one, Place)
            else report.Gold("", 0, 0, " … ".join(one.words))
            for one in places
        ),
        tags=item.tags,
        difficulty=item.difficulty,
        split=item.split,
        cells={one.name: one.cells[item.id] for one in found if item.id in one.cells},
    )
