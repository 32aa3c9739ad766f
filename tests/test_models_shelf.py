"""The shelf with loads that a test holds up and lets go on, step by step."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue

import pytest
from fakes import FakeGenerator

from advisor.errors import AdvisorError, ModelError
from advisor.models.shelf import Shelf, State
from advisor.models.steps import Cancelled, Progress, Steps
from advisor.types import Generator

WAIT = 20.0  # seconds after which a test that hangs is told to fail


class Loads:
    """Loads fakes; a name that begins with `slow` waits at each step for a word: go, end, or a fault to raise."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.at_step: Queue[str] = Queue()
        self.words: Queue[str | BaseException] = Queue()
        self.given: list[weakref.ref[FakeGenerator]] = []
        self.alive: list[int] = []

    def __call__(self, name: str, progress: Progress, cancelled: Callable[[], bool]) -> FakeGenerator:
        self.began.append(name)
        self.alive.append(sum(one() is not None for one in self.given))
        steps, word = Steps(name, progress, cancelled), "go" if name.startswith("slow") else "end"
        while word == "go":
            steps.tell("reading the weights", 0.25)
            self.at_step.put(name)
            said = self.words.get(timeout=WAIT)
            if isinstance(said, BaseException):
                raise said
            word = said
        generator = FakeGenerator(name)
        self.given.append(weakref.ref(generator))
        return generator

    def reach(self) -> str:
        """Wait until a slow load is at a step, and return its name."""
        return self.at_step.get(timeout=WAIT)


@pytest.fixture
def loads() -> Loads:
    return Loads()


class Told(threading.Condition):
    """Tells of each thread that waits: it has let go of the lock before the next one can take it."""

    waits: Queue[None]

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.put(None)
        return super().wait(timeout)


@pytest.fixture
def shelf(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setattr(Told, "waits", Queue(), raising=False)
    monkeypatch.setattr("advisor.models.shelf.Condition", Told)
    return Shelf(loads)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def waiting(shelf: Shelf, pool: ThreadPoolExecutor, name: str, many: int) -> list[Future[Generator]]:
    """Let many threads ask for a model that is being loaded, and return once each of them waits."""
    asked = [pool.submit(shelf.get, name) for _ in range(many)]
    for _ in asked:
        Told.waits.get(timeout=WAIT)
    return asked


def begun(shelf: Shelf, loads: Loads, name: str = "slow") -> None:
    shelf.start(name)
    assert loads.reach() == name


def ended(name: str = "slow") -> None:
    """Wait until the load behind the scenes is over."""
    for thread in threading.enumerate():
        if thread.name == f"load {name}":
            thread.join(WAIT)
            assert not thread.is_alive()


def test_many_who_ask_at_once_are_given_one_model_loaded_once(
    shelf: Shelf, loads: Loads, pool: ThreadPoolExecutor
) -> None:
    first = pool.submit(shelf.get, "slow")
    assert loads.reach() == "slow"
    asked = [first, *waiting(shelf, pool, "slow", 7)]
    loads.words.put("end")
    assert len({id(one.result(WAIT)) for one in asked}) == 1
    assert loads.began == ["slow"]
    assert shelf.get("slow") is asked[0].result()


def test_the_states_of_a_load(shelf: Shelf, loads: Loads) -> None:
    assert shelf.state("slow") == State("not loaded")
    assert not shelf.is_ready("slow")
    begun(shelf, loads)
    assert shelf.state("slow") == State("loading", "reading the weights", 0.25)
    assert not shelf.is_ready("slow")
    loads.words.put("end")
    assert shelf.get("slow").name == "fake"
    assert shelf.state("slow") == State("ready")
    assert shelf.is_ready("slow")


def test_to_start_again_is_to_do_nothing(shelf: Shelf, loads: Loads) -> None:
    begun(shelf, loads)
    shelf.start("slow")
    loads.words.put("end")
    ended()
    shelf.start("slow")
    ended()
    assert loads.began == ["slow"]


def test_a_failed_load_is_told_to_all_who_wait_and_may_be_tried_again(
    shelf: Shelf, loads: Loads, pool: ThreadPoolExecutor
) -> None:
    begun(shelf, loads)
    asked = waiting(shelf, pool, "slow", 3)
    loads.words.put(ModelError("no such model; run: this"))
    for one in asked:
        with pytest.raises(AdvisorError, match=r"^no such model; run: this$"):
            one.result(WAIT)
    assert shelf.state("slow") == State("failed", fault="no such model; run: this")
    assert not shelf.is_ready("slow")
    begun(shelf, loads)
    assert shelf.state("slow").phase == "loading"
    loads.words.put("end")
    assert shelf.get("slow") is loads.given[0]()


def test_a_cancelled_load_ends_at_its_next_step_and_all_who_wait_are_told(
    shelf: Shelf, loads: Loads, pool: ThreadPoolExecutor
) -> None:
    first = pool.submit(shelf.get, "slow")
    loads.reach()
    asked = [first, *waiting(shelf, pool, "slow", 3)]
    shelf.cancel("slow")
    assert shelf.state("slow") == State("loading", "stopping")
    assert not any(one.done() for one in asked)
    loads.words.put("go")
    for one in asked:
        with pytest.raises(Cancelled, match=r"^loading slow was cancelled; pick a model and ask again$"):
            one.result(WAIT)
    assert shelf.state("slow") == State("not loaded")
    assert loads.given == []


def test_a_load_without_a_further_step_is_cancelled_all_the_same(shelf: Shelf, loads: Loads) -> None:
    begun(shelf, loads)
    shelf.cancel("slow")
    loads.words.put("end")
    ended()
    assert shelf.state("slow") == State("not loaded")
    gc.collect()
    assert [one() for one in loads.given] == [None]


@pytest.mark.parametrize("again", ["get", "start"])
def test_who_asks_after_the_cancelling_is_given_the_model(
    again: str, shelf: Shelf, loads: Loads, pool: ThreadPoolExecutor
) -> None:
    begun(shelf, loads)
    shelf.cancel("slow")
    asked = pool.submit(getattr(shelf, again), "slow")
    Told.waits.get(timeout=WAIT)
    loads.words.put("go")
    assert loads.reach() == "slow"
    assert shelf.state("slow").doing == "reading the weights"
    loads.words.put("end")
    asked.result(WAIT)
    assert shelf.get("slow") is loads.given[0]()
    assert loads.began == ["slow", "slow"]


def test_a_failed_load_that_is_tried_again_and_cancelled_is_not_failed(shelf: Shelf, loads: Loads) -> None:
    for word in (ModelError("no"), "go"):
        begun(shelf, loads)
        if word == "go":
            shelf.cancel("slow")
        loads.words.put(word)
        ended()
    assert shelf.state("slow") == State("not loaded")


def test_to_cancel_what_is_not_being_loaded_changes_nothing(shelf: Shelf, loads: Loads) -> None:
    shelf.cancel("quick")
    assert shelf.state("quick") == State("not loaded")
    loads.words.put("end")
    made = shelf.get("quick")
    shelf.cancel("quick")
    assert shelf.get("quick") is made


def test_models_are_loaded_one_after_another_and_one_in_the_line_may_be_cancelled(
    shelf: Shelf, loads: Loads, pool: ThreadPoolExecutor
) -> None:
    begun(shelf, loads)
    second, third = (waiting(shelf, pool, name, 1)[0] for name in ("second", "third"))
    assert shelf.state("third") == State("loading", "waiting for another model")
    shelf.cancel("second")
    with pytest.raises(Cancelled, match="loading second was cancelled"):
        second.result(WAIT)
    assert shelf.state("slow").phase == "loading"
    assert loads.began == ["slow"]
    loads.words.put("end")
    loads.words.put("end")
    assert third.result(WAIT) is shelf.get("third")
    assert loads.began == ["slow", "third"]


def quick(shelf: Shelf, loads: Loads, name: str) -> Generator:
    loads.words.put("end")
    return shelf.get(name)


def test_the_least_recently_used_model_is_let_go_before_another_is_loaded(shelf: Shelf, loads: Loads) -> None:
    for name in ("a", "b"):
        quick(shelf, loads, name)
    shelf.get("b")
    shelf.get("a")
    assert loads.began == ["a", "b"]
    quick(shelf, loads, "c")
    assert loads.alive == [0, 1, 1]  # b was gone when c began
    assert [shelf.is_ready(name) for name in "abc"] == [True, False, True]
    assert [one() is not None for one in loads.given] == [True, False, True]


def test_a_model_in_use_outlives_being_let_go_and_is_not_loaded_twice(loads: Loads) -> None:
    shelf = Shelf(loads, keep=1)
    held = quick(shelf, loads, "a")
    quick(shelf, loads, "b")
    assert loads.given[0]() is held
    assert shelf.is_ready("a")
    assert shelf.get("a") is held
    assert not shelf.is_ready("b")  # again there is one
    quick(shelf, loads, "c")
    assert shelf.is_ready("a")
    del held
    assert not shelf.is_ready("a")
    assert [one() is not None for one in loads.given] == [False, False, True]


class Knot(FakeGenerator):
    """Holds itself, as a loaded network does."""

    def __init__(self) -> None:
        super().__init__("x")
        self.me = self


def test_a_model_in_a_cycle_is_gone_before_the_next_one_is_loaded() -> None:
    given: list[weakref.ref[Knot]] = []
    alive: list[int] = []

    def load(name: str, progress: Progress, cancelled: Callable[[], bool]) -> Knot:
        alive.append(sum(one() is not None for one in given))
        knot = Knot()
        given.append(weakref.ref(knot))
        return knot

    shelf = Shelf(load, keep=1)
    gc.disable()
    try:
        for name in "abc":
            shelf.get(name)
    finally:
        gc.enable()
    assert alive == [0, 0, 0]


@pytest.mark.parametrize("fault", [RuntimeError("a bug\nof two lines"), KeyboardInterrupt()])
def test_a_bug_keeps_its_traceback_and_leaves_nobody_waiting(
    fault: BaseException, shelf: Shelf, loads: Loads, pool: ThreadPoolExecutor
) -> None:
    first = pool.submit(shelf.get, "slow")
    loads.reach()
    (other,) = waiting(shelf, pool, "slow", 1)
    loads.words.put(fault)
    with pytest.raises(type(fault)) as raised:
        first.result(WAIT)
    assert raised.value is fault
    with pytest.raises(ModelError, match=rf"^loading slow failed \({type(fault).__name__}: .*; ask again") as told:
        other.result(WAIT)
    assert shelf.state("slow") == State("failed", fault=str(told.value))
    assert "\n" not in str(told.value)
    begun(shelf, loads)
    loads.words.put("end")
    assert shelf.get("slow").name == "fake"
