"""serve.house: what the page and the API are put together of, over one line; served by a stand-in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fakes import FakeGenerator

from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.errors import AdvisorError
from advisor.library import Stacks, Start
from advisor.models import catalogue, generators
from advisor.models.catalogue import Row
from advisor.open import Switch
from advisor.serve import completions, house, server
from advisor.serve.line import Line
from advisor.ui import app

CONFIG = Config(model="openai:http://h/v1#m", prompt="answer/v1")


@dataclass
class Opened:
    """What was put together, and what it was served with."""

    page: Any = None
    router: Any = None
    served: tuple[Any, ...] = ()
    looks: dict[str, Any] = field(default_factory=dict)
    desk: Any = None
    offered: Any = None
    given: tuple[Any, ...] = ()
    routed: tuple[Any, ...] = ()
    notes: list[str] = field(default_factory=list)

    @property
    def tabs(self) -> list[str]:
        return [block.label for block in self.page.blocks.values() if block.get_block_name() == "tabitem"]


def row(name: str, ready: str) -> Row:
    return Row(name, "generator", "MIT", "1B", "1 GB", "2048", "hub", ready, "")


@pytest.fixture
def switch(monkeypatch: pytest.MonkeyPatch) -> Switch:
    monkeypatch.setattr(generators, "load_generator", lambda *given, **more: FakeGenerator("Hello."))
    return Switch(cast(Search, None), CONFIG)


def opened(monkeypatch: pytest.MonkeyPatch, switch: Switch, auth: Path | None = None, share: bool = False) -> Opened:
    """Open the house without serving it."""
    found = Opened()
    build, router = app.build, completions.router

    def built(*given: Any, **more: Any) -> Any:
        found.desk, found.offered, *_ = given
        found.given = given[2:]
        return build(*given, **more)

    def routed(*given: Any) -> Any:
        found.routed = given
        return router(*given)

    def serve(*given: Any, **looks: Any) -> None:
        found.page, found.router, *rest = given
        found.served, found.looks = tuple(rest), looks

    rows = [row("big", "no; run: pip install x"), row("small", "yes"), row("tiny", "yes")]
    monkeypatch.setattr(catalogue, "rows", lambda kind=None: rows if kind == "generator" else [])
    monkeypatch.setattr(app, "build", built)
    monkeypatch.setattr(completions, "router", routed)
    monkeypatch.setattr(server, "serve", serve)
    stacks = cast(Stacks, SimpleNamespace(documents=tuple))
    begun = Start(cast(Any, None), ("docs",), Path("ix"), Path("home"))

    async def within() -> None:
        house.open_house(switch, stacks, begun, "127.0.0.1", 81, share, auth, found.notes.append)

    asyncio.run(within())
    return found


@pytest.fixture
def names(tmp_path: Path) -> Path:
    path = tmp_path / "people"
    path.write_text("ann:secret\n")
    path.chmod(0o600)
    return path


def test_the_page_and_the_api_have_one_line_and_one_switch(monkeypatch: pytest.MonkeyPatch, switch: Switch) -> None:
    found = opened(monkeypatch, switch)
    host, port, share, known, close = found.served
    assert (host, port, share, known) == ("127.0.0.1", 81, False, None)
    make, _, line, _ = found.routed
    assert found.desk.make is make is switch
    assert found.desk.line is line
    assert isinstance(line, Line)
    assert not line.closed
    close()
    assert line.closed
    assert found.looks.keys() == app.looks().keys()
    assert found.notes == ["the chat is at http://127.0.0.1:81"]


def test_the_model_and_the_prompt_of_the_configuration_come_first(
    monkeypatch: pytest.MonkeyPatch, switch: Switch
) -> None:
    found = opened(monkeypatch, switch)
    pairs = found.routed[1]()
    assert pairs[0] == (CONFIG.model, CONFIG.prompt)
    assert list(dict.fromkeys(model for model, _ in pairs)) == [CONFIG.model, "small", "tiny"]
    prompts = {prompt for _, prompt in pairs}
    assert {"answer/v1", "answer/v2"} <= prompts
    assert all(prompt.startswith("answer/") for prompt in prompts)
    assert len(pairs) == len(set(pairs)) == 3 * len(prompts)
    assert all(pairs[place * len(prompts)][1] == CONFIG.prompt for place in range(3))


def test_what_is_not_here_can_be_picked_with_what_it_costs(monkeypatch: pytest.MonkeyPatch, switch: Switch) -> None:
    offered = opened(monkeypatch, switch).offered
    assert (offered.model, offered.prompt) == (CONFIG.model, CONFIG.prompt)
    assert list(offered.models) == [CONFIG.model, "small", "tiny"]
    assert list(offered.costs) == ["big", "small", "tiny"]
    assert "to be downloaded" in offered.costs["big"]


def test_evaluations_are_of_the_documents_that_the_chat_began_with(
    monkeypatch: pytest.MonkeyPatch, switch: Switch
) -> None:
    bench, _, shelf = opened(monkeypatch, switch).given
    assert (bench.corpus, bench.folder, bench.embedder) == (("docs",), Path("ix"), CONFIG.embedder)
    assert shelf is switch.shelf


def test_the_model_is_loaded_while_one_still_types(monkeypatch: pytest.MonkeyPatch, switch: Switch) -> None:
    started: list[str] = []
    monkeypatch.setattr(switch.shelf, "start", started.append)
    opened(monkeypatch, switch)
    assert started == [CONFIG.model]


def test_a_page_for_one_person_has_all_tabs_and_lets_everybody_in(
    monkeypatch: pytest.MonkeyPatch, switch: Switch
) -> None:
    assert opened(monkeypatch, switch).tabs == ["Chat", "Documents", "Compare", "Evaluate", "Feedback"]


def test_a_page_for_several_asks_who_they_are_and_shows_nobody_s_feedback(
    monkeypatch: pytest.MonkeyPatch, switch: Switch, names: Path
) -> None:
    found = opened(monkeypatch, switch, names, share=True)
    assert found.tabs == ["Chat", "Documents", "Compare", "Evaluate"]
    share, door = found.served[2:4]
    assert share
    assert [door.lets_in("ann", password) for password in ("secret", "guess")] == [True, False]
    caller = found.routed[3]
    asking = [SimpleNamespace(headers={"Authorization": f"Bearer {key}"}) for key in ("ann:secret", "ann:guess")]
    assert [caller(one) for one in asking] == ["ann", None]


def test_a_file_of_names_that_cannot_be_read_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, switch: Switch, tmp_path: Path
) -> None:
    started: list[str] = []
    monkeypatch.setattr(switch.shelf, "start", started.append)
    with pytest.raises(AdvisorError, match="people cannot be read"):
        opened(monkeypatch, switch, tmp_path / "people")
    assert started == []
