"""The loaded models of a running program: one for each name, shared by all who ask for it.

Models are loaded one after another, in the thread of whoever asks first or behind the scenes, and may be stopped.
Knows no model: what loads one by its name is given to it.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Condition, Thread
from typing import Literal
from weakref import WeakValueDictionary

from advisor.errors import AdvisorError, ModelError
from advisor.models.steps import Cancelled, Progress
from advisor.types import Generator

Load = Callable[[str, Progress, Callable[[], bool]], Generator]
Phase = Literal["not loaded", "loading", "ready", "failed"]

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class State:
    """How far a model is. `doing` and `part` (0 to 1, None where nobody knows) tell of a load, `fault` of a failed one.

    A load that was cancelled leaves its model not loaded, and no fault.
    """

    phase: Phase
    doing: str = ""
    part: float | None = None
    fault: str = ""


@dataclass(slots=True, eq=False)
class _Job:
    """A load under way. `stop` asks it to end at its next step; `over` says that it did, one way or another."""

    name: str
    state: State = State("loading", "waiting for another model")
    stop: bool = False
    over: bool = False
    generator: Generator | None = None
    fault: str = ""

    def tell(self, doing: str, part: float | None) -> None:
        self.state = State("loading", doing, part)

    def asked_to_stop(self) -> bool:
        return self.stop


class Shelf:
    """Loads models by name and holds the `keep` last used ones.

    A model that is let go lives on for those who still hold it, and its memory is free when the last of them is done;
    until then it is handed out again, and not loaded a second time.

    :param load: is given a name, what to tell of the progress, and what to ask whether to stop.
    """

    def __init__(self, load: Load, keep: int = 2) -> None:
        self._load = load
        self._keep = keep
        self._ready: dict[str, Generator] = {}  # the least recently used one first
        self._alive: WeakValueDictionary[str, Generator] = WeakValueDictionary()  # those still in use too
        self._jobs: dict[str, _Job] = {}
        self._faults: dict[str, str] = {}
        self._running: _Job | None = None
        self._changed = Condition()

    def get(self, name: str) -> Generator:
        """Return a model, loading it first if need be; of many who ask at once one loads it and the others wait.

        :raises Cancelled: the load was cancelled; to ask again is to load again.
        :raises AdvisorError: it cannot be loaded, as the text says; to ask again is to try again.
        """
        with self._changed:
            job = self._jobs.get(name)
            while job and job.stop:  # whoever asks after the cancelling wants it after all
                self._changed.wait()
                job = self._jobs.get(name)
            if generator := self._alive.get(name):
                self._put(name, generator)
                return generator
            if job:
                return self._awaited(job)
            job = self._begin(name)
        return self._run(job)

    def start(self, name: str) -> None:
        """Load a model behind the scenes, unless it is ready or being loaded; `state` tells what becomes of it."""
        with self._changed:
            job = self._jobs.get(name)
            if name in self._alive or (job and not job.stop):
                return
            new = None if job else self._begin(name)
        Thread(target=self._behind, args=(name, new), name=f"load {name}", daemon=True).start()

    def state(self, name: str) -> State:
        """Return how far a model is, at once."""
        with self._changed:
            if name in self._alive:
                return State("ready")
            if job := self._jobs.get(name):
                return replace(job.state, doing="stopping", part=None) if job.stop else job.state
            fault = self._faults.get(name)
        return State("not loaded") if fault is None else State("failed", fault=fault)

    def is_ready(self, name: str) -> bool:
        """Whether `get` would return at once."""
        return self.state(name).phase == "ready"

    def cancel(self, name: str) -> None:
        """Stop a load at its next step; a model that is not being loaded stays as it is."""
        with self._changed:
            if job := self._jobs.get(name):
                job.stop = True
                self._changed.notify_all()

    def _begin(self, name: str) -> _Job:
        self._faults.pop(name, None)
        self._jobs[name] = job = _Job(name)
        return job

    def _awaited(self, job: _Job) -> Generator:
        self._changed.wait_for(lambda: job.over)
        if job.generator:
            return job.generator
        if job.stop:
            raise Cancelled(job.name)
        raise ModelError(job.fault)

    def _behind(self, name: str, job: _Job | None) -> None:
        try:
            _ = self._run(job) if job else self.get(name)
        except AdvisorError as fault:  # `state` tells it
            _LOG.info("%s", fault)
        gc.collect()  # what was loaded of it hangs on the fault's traceback

    def _run(self, job: _Job) -> Generator:
        try:
            self._await_turn(job)
            gc.collect()  # a model is in cycles with itself: its memory falls now, not some day
            generator = self._load(job.name, job.tell, job.asked_to_stop)
            if job.stop:
                raise Cancelled(job.name)
        except BaseException as fault:  # a bug and Ctrl-C too: nobody is to wait for ever
            self._end(job, None, _told(job.name, fault))
            raise
        self._end(job, generator, "")
        return generator

    def _await_turn(self, job: _Job) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._running is None or job.stop)
            if job.stop:
                raise Cancelled(job.name)
            self._running = job
            job.tell("starting", None)
            self._let_go(self._keep - 1)  # before it loads, for there may be no room for one more

    def _put(self, name: str, generator: Generator) -> None:
        """Make a model the last used one."""
        self._ready.pop(name, None)
        self._let_go(self._keep - 1)
        self._ready[name] = self._alive[name] = generator

    def _let_go(self, most: int) -> None:
        while self._ready and len(self._ready) > most:
            del self._ready[next(iter(self._ready))]

    def _end(self, job: _Job, generator: Generator | None, fault: str) -> None:
        with self._changed:
            del self._jobs[job.name]
            self._running = None if self._running is job else self._running
            job.over, job.generator, job.fault = True, generator, fault
            if generator:
                self._put(job.name, generator)
            elif not job.stop:
                self._faults[job.name] = fault
            self._changed.notify_all()


def _told(name: str, fault: BaseException) -> str:
    if isinstance(fault, AdvisorError):
        return str(fault)
    reason = next(iter(str(fault).splitlines()), "")
    return f"loading {name} failed ({type(fault).__name__}: {reason}); ask again, or choose another: advisor models"
