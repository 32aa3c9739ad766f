"""ui.memory: each step is kept before it is shown, and what was kept is opened again as it looked."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from pages import SETTINGS, FakeAdvisor

from advisor.errors import AdvisorError
from advisor.store import conversations, database
from advisor.store.conversations import Heading
from advisor.types import Answer, Event, Trace
from advisor.ui import memory, talk
from advisor.ui.talk import Conversation, Desk, Seat

SEAT = Seat("one", "ann", "ann")


def asking(fake: FakeAdvisor, held: Conversation, question: str, seat: Seat = SEAT) -> Iterator[Conversation]:
    return memory.remembered(talk.asked(Desk(fake), held, question, SETTINGS, seat), seat)


def ask(fake: FakeAdvisor, held: Conversation, question: str, seat: Seat = SEAT) -> Conversation:
    *_, last = asking(fake, held, question, seat)
    return last


def kept(name: str = "one", owner: str = "ann") -> tuple[conversations.Exchange, ...]:
    found = conversations.load(name, owner)
    return found.exchanges if found else ()


def reopened(name: str = "one", owner: str = "ann") -> Conversation:
    found = conversations.load(name, owner)
    assert found
    return memory.opened(found)


def test_each_step_is_kept_before_it_is_shown() -> None:
    growing = asking(FakeAdvisor(), (), "What?")
    assert kept() == ()
    told = []
    for now in growing:
        (one,) = kept()
        assert (one.id, one.question, one.told) == (now[0].view.id, "What?", now[0].text)
        told.append((one.state, one.told))
        assert one.settings == asdict(SETTINGS)
    assert [state for state, _ in told] == ["running"] * 5 + ["whole"]
    assert told[0] == ("running", "")
    assert told[2] == ("running", "Learn Python.")
    assert told[-1] == ("whole", "Learn Python. Then Git.")
    assert kept()[0].answer == now[0].answer


def test_what_is_shown_is_what_was_asked_step_by_step() -> None:
    shown = [now[-1] for now in asking(FakeAdvisor(), (), "What?")]
    assert shown == [now[-1] for now in talk.asked(Desk(FakeAdvisor()), (), "What?", SETTINGS, SEAT)]


def test_later_questions_come_after_and_it_is_the_owner_s() -> None:
    held = ask(FakeAdvisor(), (), "One?")
    ask(FakeAdvisor("no model"), held, "Two?")
    assert [(one.question, one.state, one.told) for one in kept()] == [
        ("One?", "whole", "Learn Python. Then Git."),
        ("Two?", "failed", "no model"),
    ]
    assert kept(owner="bob") == kept(owner="") == ()


def test_a_store_that_fails_is_told_and_the_answer_shown() -> None:
    database.place().mkdir(parents=True)
    steps = list(asking(FakeAdvisor(), (), "What?"))
    assert len(steps) == 6
    for now in steps:
        assert now[-1].html.count("<strong>Not kept:</strong>") == 1
        assert "set ADVISOR&#95;DATA" in now[-1].html
    (last,) = steps[-1]
    assert "Learn Python." in last.html
    assert last.answer
    assert last.text == "Learn Python. Then Git."


def test_another_s_conversation_is_not_written_in() -> None:
    ask(FakeAdvisor(), (), "One?")
    before = kept()
    (last,) = ask(FakeAdvisor(), (), "Mine?", Seat("one", "bob", "bob"))
    assert "is not yours to write in" in last.html
    assert kept() == before


def test_what_is_kept_late_is_kept_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    growing = asking(FakeAdvisor(), (), "What?")
    with monkeypatch.context() as patch:
        patch.setattr(conversations, "keep", failing)
        assert "Not kept" in next(growing)[-1].html
    assert "Not kept" not in next(growing)[-1].html
    list(growing)
    assert [one.state for one in kept()] == ["whole"]


def failing(*given: object) -> None:
    raise AdvisorError("the disk is full")


@pytest.mark.parametrize("step", range(1, 6))
def test_what_is_deleted_meanwhile_stays_deleted(step: int) -> None:
    growing = asking(FakeAdvisor(), (), "What?")
    for _ in range(step):
        next(growing)
    assert conversations.delete("one", "ann")
    *_, (last,) = growing
    assert last.answer
    assert "Not kept" not in last.html
    assert conversations.load("one", "ann") is None
    assert conversations.headings("ann") == []


def test_a_retry_takes_the_place_of_what_was_there() -> None:
    held = ask(FakeAdvisor("no model"), ask(FakeAdvisor(), (), "One?"), "Two?")
    again = ask(FakeAdvisor(), held[:-1], "Two?")
    assert [(one.question, one.state) for one in kept()] == [("One?", "whole"), ("Two?", "whole")]
    assert kept()[1].id == again[1].view.id != held[1].view.id


# Opened again


def test_a_conversation_opened_again_looks_as_it_did_thumbs_too() -> None:
    trace = Trace("Three?", "", "")
    refused = Answer("Three?", "No.\n- What is <SQL>?", (), (), (), "abstain", trace, ("What is <SQL>?",))

    class Refusing(FakeAdvisor):
        def stream(self, *asked: object, **more: object) -> Iterator[Event]:
            yield refused

    held = ask(FakeAdvisor(), (), "One?")
    held = ask(FakeAdvisor("no <model>; run: advisor models"), held, "Two?")
    held = ask(Refusing(), held, "Three?")
    held = ask(FakeAdvisor(), held, "Four?")
    talk.thumbed(held, 1, "down")
    talk.thumbed(held, 5, "up")
    again = reopened()
    assert again == held
    assert talk.messages(again) == talk.messages(held)
    assert talk.thumbs(again) == talk.thumbs(held) == ["Dislike", None, "Like", None]
    assert [one.view.id for one in again] == [one.view.id for one in held]
    assert talk.history(again) == talk.history(held)


def test_it_goes_on_where_it_was() -> None:
    ask(FakeAdvisor(), (), "One?")
    fake = FakeAdvisor()
    last = ask(fake, reopened(), "Two?")
    assert [turn.text for turn in fake.asked[0][1]] == ["One?", "Learn Python. Then Git."]
    assert [one.question for one in kept()] == ["One?", "Two?"]
    assert 'id="a1-p1-0"' in last[1].html


def test_what_was_stopped_says_so_with_what_had_come() -> None:
    growing = asking(FakeAdvisor(), (), "What?")
    shown = [next(growing) for _ in range(3)][-1]
    memory.ended(talk.stopped(shown), SEAT)
    assert [one.state for one in kept()] == ["stopped"]
    list(growing)
    (again,) = reopened()
    assert "Learn Python." in again.html
    assert "Stopped." in again.html
    assert (again.text, again.doing, again.answer) == ("Learn Python.", "", None)


def test_there_is_nothing_to_end_where_nothing_was_asked() -> None:
    memory.ended((), SEAT)
    assert conversations.load("one", "ann") is None


PROGRAM = """
import os
from pages import SETTINGS, FakeAdvisor
from advisor.ui import memory, talk
seat = talk.Seat("one", "ann", "ann")
growing = memory.remembered(talk.asked(talk.Desk(FakeAdvisor()), (), "What <b>?", SETTINGS, seat), seat)
for _ in range(3):
    next(growing)
os._exit(9)
"""


def test_an_answer_of_a_process_that_was_killed_is_told_to_be_cut_off_and_can_be_asked_for_again() -> None:
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    run = subprocess.run([sys.executable, "-c", PROGRAM], env={**os.environ, "PYTHONPATH": path}, timeout=60)
    assert run.returncode == 9
    assert [(one.state, one.told) for one in kept()] == [("running", "Learn Python.")]
    (one,) = held = reopened()
    assert memory.CUT_OFF in one.html
    assert "Learn Python." in one.html
    assert (one.doing, one.question) == ("", "What <b>?")
    ask(FakeAdvisor(), held[:-1], one.question)
    assert [(one.question, one.state) for one in kept()] == [("What <b>?", "whole")]


def test_what_another_version_kept_is_shown_as_far_as_it_is_understood() -> None:
    held = ask(FakeAdvisor(), (), "What?")
    with sqlite3.connect(database.place()) as connection:
        connection.execute("UPDATE exchanges SET answer = '{\"told\": 1}', settings = '{\"warmth\": 0.5}'")
    connection.close()
    (one,) = reopened()
    assert (one.text, one.answer, one.settings) == ("Learn Python. Then Git.", None, None)
    assert "Learn Python. Then Git." in one.html
    assert memory.CUT_OFF not in one.html
    assert one.view.id == held[0].view.id


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "**bold** `code`", "a\n\n# b"])
def test_what_was_told_is_text_when_it_is_opened_again(text: str) -> None:
    for place, state in enumerate(("running", "stopped", "failed")):
        conversations.keep("one", "ann", conversations.Exchange(state, text, state, text), place)
    for one in reopened():
        assert "<img" not in one.html
        assert "\n" not in one.html
        assert not set("*`") & set(one.html)


def test_thumbs_that_cannot_be_read_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    ask(FakeAdvisor(), (), "What?")
    found = conversations.load("one", "ann")
    assert found
    monkeypatch.setattr(memory.feedback, "load", failing)
    with pytest.raises(AdvisorError, match="the disk is full"):
        memory.opened(found)


# Listed


def test_the_list_has_a_button_for_each_and_marks_the_one_that_is_shown() -> None:
    found = [
        Heading("a", "One <b>", "2026-01-02T03:04:05.000006+00:00", 2),
        Heading('b"><i>', "Two", "2026-01-03T00:00:00.000000+00:00", 1),
    ]
    listed = memory.listed(found, "a")
    assert '<button type="button" class="talk" value="a" aria-current="true">One &lt;b&gt;' in listed
    assert "2026-01-02 03:04 UTC" in listed
    assert 'value="b&quot;&gt;&lt;i&gt;">Two' in listed
    assert listed.count("aria-current") == 1
    assert "aria-current" not in memory.listed(found, "another")


def test_a_list_of_none_says_so() -> None:
    assert "No conversations yet." in memory.listed([], "a")
