"""ui.choices: what a model costs, how far it is, and a page that follows its loading."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest
from pages import FakeAdvisor, Page, built

from advisor.models.catalogue import Row
from advisor.models.shelf import Shelf, State
from advisor.ui import choices
from advisor.ui.choices import Offered

HOSTILE = "<b>[x](y)</b>"


def row(name: str, ready: str = "yes", kind: Any = "generator", size: str = "270 MB") -> Row:
    return Row(name, kind, "Apache 2.0", "135M", size, "2048", "hub", ready, "")


class FakeShelf:
    """Goes from one state to the next each time that it is asked; stays at the last. Keeps what it was told."""

    def __init__(self, *states: State) -> None:
        self.states = list(states)
        self.told: list[tuple[str, str]] = []

    def start(self, name: str) -> None:
        self.told.append(("start", name))

    def state(self, name: str) -> State:
        assert ("start", name) in self.told
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def cancel(self, name: str) -> None:
        self.told.append(("cancel", name))


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    times: list[float] = []
    monkeypatch.setattr(choices.time, "sleep", times.append)
    return times


def page(shelf: FakeShelf | None) -> Page:
    return Page(built(FakeAdvisor(), ["tiny", "giant"], shelf=cast(Shelf, shelf)))


def test_a_model_s_cost_is_its_size_and_whether_it_is_here() -> None:
    rows = [row("tiny"), row("giant", "pip install x", size="9 GB"), row("minilm", kind="embedder")]
    assert choices.costs(rows) == {"tiny": "tiny · 270 MB · ready", "giant": "giant · 9 GB · to be downloaded"}


def test_a_model_that_has_a_cost_can_be_picked_with_it_and_each_once() -> None:
    def pickers(models: Sequence[str], costs: dict[str, str]) -> list[tuple[str, str]]:
        async def within() -> Any:
            import gradio as gr

            with gr.Blocks(analytics_enabled=False) as blocks:
                offered = Offered(models, ["answer/v2"], "own", "answer/v2", costs)
                return choices.pickers(blocks, offered, None)[0].choices

        found: list[tuple[str, str]] = asyncio.run(within())
        return found

    assert pickers(["own", "tiny"], {"tiny": "tiny · 1 MB", "giant": "giant · 9 GB"}) == [
        ("own", "own"),
        ("tiny · 1 MB", "tiny"),
        ("giant · 9 GB", "giant"),
    ]
    assert pickers([], {}) == [("own", "own")]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State("ready"), "tiny is ready."),
        (State("not loaded"), "tiny is not loaded yet."),
        (State("loading", "reading the weights"), "Loading tiny&#58; reading the weights …"),
        (State("failed", fault="no room; pick another"), "<strong>Not loaded:</strong> no room; pick another"),
    ],
)
def test_how_far_a_model_is_is_told(state: State, expected: str) -> None:
    told = choices.told("tiny", state)
    assert expected in told
    assert ("<progress" in told) == ('role="status"' in told) == (state.phase == "loading")


def test_the_bar_tells_the_part_where_it_is_known() -> None:
    assert 'value="0.25" max="1"' in choices.told("tiny", State("loading", "reading", 0.25))
    assert 'value="0.00"' in choices.told("tiny", State("loading", "reading", 0.0))
    assert "value=" not in choices.told("tiny", State("loading", "reading"))


@pytest.mark.parametrize("phase", ["ready", "not loaded", "loading", "failed"])
def test_names_and_faults_are_text(phase: Any) -> None:
    told = choices.told(HOSTILE, State(phase, HOSTILE, None, HOSTILE))
    assert "<b>" not in told
    assert "[x]" not in told


def test_the_page_follows_a_model_until_it_is_there(slept: list[float]) -> None:
    steps = [State("loading", "reading", part) for part in (None, 0.5)]
    shelf = FakeShelf(*steps, State("ready"))
    the = page(shelf)
    shown = the.steps("follow", "tiny")
    assert shelf.told == [("start", "tiny")]
    assert [one["model-state"] for one in shown] == [choices.told("tiny", now) for now in (*steps, State("ready"))]
    assert [one["cancel-loading"].visible for one in shown] == [True, True, False]
    assert len(slept) == 2


@pytest.mark.parametrize("last", [State("failed", fault="no room"), State("not loaded")])
def test_it_ends_where_the_model_could_not_be_had_or_was_cancelled(slept: list[float], last: State) -> None:
    (shown,) = page(FakeShelf(last)).steps("follow", "tiny")
    assert shown["model-state"] == choices.told("tiny", last)
    assert not shown["cancel-loading"].visible
    assert slept == []


def test_a_load_can_be_cancelled() -> None:
    shelf = FakeShelf(State("loading", "reading"))
    the = page(shelf)
    (cancel,) = [fn for fn in the.page.fns.values() if (the.components["cancel-loading"]._id, "click") in fn.targets]
    assert [block.elem_id for block in cancel.inputs] == ["model"]
    cancel.fn("giant")
    assert shelf.told == [("cancel", "giant")]


def test_a_page_opened_or_another_model_picked_loads_it_and_nobody_waits_for_that() -> None:
    the = page(FakeShelf(State("ready")))
    follow = the.functions["follow"]
    assert {event for _, event in follow.targets} == {"load", "change"}
    assert [block.elem_id for block in follow.inputs] == ["model"]
    assert follow.concurrency_limit is None


def test_without_a_shelf_nothing_is_loaded_ahead() -> None:
    assert "follow" not in page(None).functions
