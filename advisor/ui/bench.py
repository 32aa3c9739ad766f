"""One evaluation at a time for the whole server, in a thread of its own, and how far it is. Knows no widget."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

from advisor import text
from advisor.config import Config
from advisor.errors import AdvisorError
from advisor.eval import experiment
from advisor.eval import page as whole_page
from advisor.eval.items import Item
from advisor.eval.report import Report
from advisor.eval.systems import System
from advisor.ui.talk import WENT_WRONG

_WINDOW = 20  # steps that the time left is told from: what the cache holds takes no time, what comes after it does


class _Stopped(Exception):
    """Leaves an evaluation from within, after the item in hand."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an evaluation is doing, how much of that is done, and the seconds that the rest takes, if that is known."""

    doing: str = "opening the documents"
    done: int = 0
    total: int = 0
    left: float | None = None


@dataclass(eq=False, slots=True)
class Work:
    """One evaluation. Its own thread writes it and pages read it; `stop` asks it to end, `ended` tells that it has.

    Once ended it has a `report`, with the whole of it as a page, or a `problem`, or neither where it was stopped.
    """

    named: str
    step: Step = field(default_factory=Step)
    report: Report | None = None
    page: str = ""
    problem: str = ""
    stop: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)
    _moments: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=_WINDOW + 1))

    def progress(self, doing: str, done: int, total: int) -> None:
        """Take a step.

        :raises _Stopped: it is to end here.
        """
        if doing != self.step.doing:
            self._moments.clear()
        self._moments.append((time.monotonic(), done))
        self.step = Step(doing, done, total, left(self._moments, total - done))
        if self.stop.is_set():
            raise _Stopped


def left(moments: Sequence[tuple[float, int]], steps: int) -> float | None:
    """Return the seconds that more steps take, told from when the last ones were done: times, and how many then."""
    (begun, before), (now, done) = moments[0], moments[-1]
    return (now - begun) / (done - before) * steps if done > before else None


@dataclass(eq=False, slots=True)
class Bench:
    """The documents that evaluations are made on, as `advisor eval` takes them, and the latest evaluation.

    `embedder` is the one that the index in `folder` was made with.
    """

    corpus: Sequence[str]
    folder: Path
    embedder: str = Config().embedder
    work: Work | None = None
    _starting: Lock = field(default_factory=Lock)

    def start(self, systems: Sequence[System], items: Sequence[Item], named: str) -> Work:
        """Start an evaluation in a thread of its own.

        :raises AdvisorError: another one is under way.
        """
        with self._starting:
            if (held := self.work) and not held.ended.is_set():
                raise AdvisorError(
                    f"an evaluation over {held.named} is under way ({told(held.step)}); "
                    "wait for its end, or reload this page to follow or stop it"
                )
            self.work = work = Work(named)
        Thread(target=self._run, args=(work, systems, items), name="evaluation", daemon=True).start()
        return work

    def _run(self, work: Work, systems: Sequence[System], items: Sequence[Item]) -> None:
        problem = WENT_WRONG  # of a bug, whose traceback goes to the log
        try:
            found = experiment.run(systems, items, work.named, self.corpus, self.folder, work.progress)
            work.page = whole_page.html(found)
            work.report, problem = found, ""
        except _Stopped:
            problem = ""
        except AdvisorError as error:
            problem = str(error)
        finally:
            work.problem = problem
            work.ended.set()

    def stop(self) -> None:
        """Ask the evaluation under way to end after the item in hand."""
        if self.work:
            self.work.stop.set()


def told(step: Step) -> str:
    """Return what an evaluation is doing, in words."""
    done = f"{step.doing}: {step.done} of {step.total}" if step.total else step.doing
    if step.total and step.done == step.total:
        return f"{done}, summing up"
    return done if step.left is None or step.left < 1 else f"{done}, about {text.duration(step.left)} left"
