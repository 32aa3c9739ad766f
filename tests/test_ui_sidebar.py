"""ui.sidebar: conversations are listed, found, opened, renamed, exported and deleted, each person's own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pages import FakeAdvisor, Page, built, request

from advisor.store import conversations, database, exports
from advisor.ui import sidebar, talk
from advisor.ui.talk import Conversation

ANN, BOB = request("ann"), request("bob")
PICKED = ("tiny", "answer/v2", 6, "drop")
NAMED, SHOWN = "state 0", "state 1"  # the id of the conversation that is shown, and what it holds


@pytest.fixture
def page() -> Page:
    return Page(built(FakeAdvisor(), ["tiny"]))


def ask(page: Page, question: str, held: Conversation = (), name: str = "one", who: Any = ANN) -> Conversation:
    last: Conversation = page.steps("answer", question, held, name, who, *PICKED)[-1]["state 0"]
    return last


def is_skipped(value: Any) -> bool:
    return bool(value == {"__type__": "update"})


def broken_store() -> None:
    """Put a folder where the conversations' file is to be."""
    for file in database.place().parent.glob(f"{database.place().name}*"):
        file.unlink()
    database.place().mkdir(parents=True)


def titles(page: Page, who: Any = ANN, words: str = "") -> list[str]:
    """Return the titles in the list, the first one first."""
    html = page.call("refresh", words, "one", who)["talks"]
    return [item.split(">", 1)[1].split("<span")[0] for item in html.split('<button type="button" ')[1:]]


def test_what_was_asked_is_listed_for_who_asked_it(page: Page) -> None:
    ask(page, "What is Git?")
    ask(page, "What is Docker?", name="two")
    ask(page, "What is mine?", name="three", who=BOB)
    assert titles(page) == ["What is Docker?", "What is Git?"]
    assert titles(page, BOB) == ["What is mine?"]
    assert titles(page, request()) == []
    assert 'value="one" aria-current="true"' in page.call("refresh", "", "one", ANN)["talks"]


def test_the_list_is_of_what_holds_the_words_that_are_sought(page: Page) -> None:
    ask(page, "What is Git?")
    ask(page, "What is Döcker?", name="two")
    assert titles(page, words="docker") == ["What is Döcker?"]
    assert "No conversations yet." in page.call("refresh", "kafka", "one", ANN)["talks"]


def test_a_list_that_cannot_be_had_is_told(page: Page) -> None:
    broken_store()
    shown = page.call("refresh", "", "one", ANN)
    assert shown["talks"] == ""
    assert "<strong>No conversations:</strong>" in shown["talks-said"]


def test_a_new_chat_is_empty_and_each_has_an_id_of_its_own(page: Page) -> None:
    first, second = page.call("begin"), page.call("begin")
    assert first[NAMED] != second[NAMED]
    assert (first[SHOWN], first["title"], first["chat"]["value"]) == ((), "", [])
    assert not first["retry"].interactive


def test_each_page_that_is_opened_begins_with_a_conversation_of_its_own(page: Page) -> None:
    named = page.functions["begin"].outputs[0]
    (load,) = [fn for fn in page.page.fns.values() if fn.outputs == [named]]
    assert [event for _, event in load.targets] == ["load"]
    assert load.fn() != load.fn()


def test_a_conversation_is_opened_as_it_looked(page: Page) -> None:
    held = ask(page, "And Docker?", ask(page, "What is Git?"))
    talk.thumbed(held, 3, "down")
    shown = page.call("reopen", "one", "another", (), ANN)
    assert (shown[NAMED], shown["title"], shown["talks-said"]) == ("one", "What is Git?", "")
    assert shown[SHOWN] == held
    assert shown["chat"]["value"] == talk.messages(held)
    assert shown["chat"]["feedback_value"] == [None, "Dislike"]
    assert shown["retry"].interactive


@pytest.mark.parametrize(("name", "who"), [("none", ANN), ("one", BOB), ("one", request())])
def test_what_is_gone_or_another_s_is_told_and_the_page_stays(page: Page, name: str, who: Any) -> None:
    held = ask(page, "What is Git?")
    shown = page.call("reopen", name, "mine", held, who)
    assert sidebar.GONE in shown["talks-said"]
    assert shown[NAMED] == "mine"
    assert all(is_skipped(shown[name]) for name in (SHOWN, "chat", "title"))


def test_what_cannot_be_opened_is_told_and_the_page_stays(page: Page) -> None:
    broken_store()
    shown = page.call("reopen", "one", "mine", (), ANN)
    assert "<strong>Not opened:</strong>" in shown["talks-said"]
    assert shown[NAMED] == "mine"
    assert is_skipped(shown["chat"])


def test_while_an_answer_is_written_no_other_conversation_takes_its_place(page: Page) -> None:
    ask(page, "What is Git?")
    growing = page.functions["answer"].fn("What is Docker?", (), "two", ANN, *PICKED)
    running = [next(growing) for _ in range(2)][-1][1]
    opened = page.call("reopen", "one", "two", running, ANN)
    deleted = page.call("forget", "two", "two", running, ANN)
    for shown in (opened, deleted):
        assert sidebar.BUSY in shown["talks-said"].replace("&#58;", ":")
        assert shown[NAMED] == "two"
        assert is_skipped(shown[SHOWN])
        assert is_skipped(shown["chat"])
    *_, last = growing
    assert titles(page) == ["What is Docker?", "What is Git?"]
    assert page.call("reopen", "one", "two", last[1], ANN)[NAMED] == "one"


def test_a_title_is_changed(page: Page) -> None:
    ask(page, "What is Git?")
    assert page.call("retitle", "one", "  Tools <b> ", ANN)["talks-said"] == ""
    assert titles(page) == ["Tools &lt;b&gt;"]
    assert page.call("reopen", "one", "x", (), ANN)["title"] == "Tools <b>"


def test_a_title_for_nothing_or_of_nothing_is_told(page: Page) -> None:
    assert "Ask something first." in page.call("retitle", "one", "Tools", ANN)["talks-said"]
    ask(page, "What is Git?")
    assert "<strong>Not renamed:</strong> the title is empty" in page.call("retitle", "one", " ", ANN)["talks-said"]
    assert "Ask something first." in page.call("retitle", "one", "Mine", BOB)["talks-said"]
    assert titles(page) == ["What is Git?"]


def test_a_conversation_is_deleted_and_another_begun(page: Page) -> None:
    held = ask(page, "What is Git?")
    ask(page, "What is Docker?", name="two")
    shown = page.call("forget", "one", "one", held, ANN)
    assert "Deleted." in shown["talks-said"]
    assert (shown[SHOWN], shown["chat"]["value"], shown["delete-row"].visible) == ((), [], False)
    assert shown[NAMED] not in ("one", "two")
    assert titles(page) == ["What is Docker?"]
    assert sidebar.GONE in page.call("forget", "one", "x", (), ANN)["talks-said"]


@pytest.mark.parametrize(("count", "told"), [(0, "0 conversations"), (1, "1 conversation."), (2, "2 conversations.")])
def test_all_of_one_s_own_conversations_are_deleted_and_no_other_s(page: Page, count: int, told: str) -> None:
    ask(page, "Whose?", name="bob's", who=BOB)
    for number in range(count):
        ask(page, "What?", name=str(number))
    assert f"Deleted {told}" in page.call("forget", "all", "x", (), ANN)["talks-said"]
    assert titles(page) == []
    assert titles(page, BOB) == ["Whose?"]


def test_what_cannot_be_deleted_is_told_and_stays_on_the_page(page: Page) -> None:
    held = ask(page, "What is Git?")
    broken_store()
    shown = page.call("forget", "one", "one", held, ANN)
    assert "<strong>Not deleted:</strong>" in shown["talks-said"]
    assert (shown[NAMED], shown["delete-row"].visible) == ("one", False)
    assert is_skipped(shown["chat"])


def test_a_conversation_is_exported_as_the_store_tells_it(page: Page) -> None:
    ask(page, "What is Git?")
    kept = conversations.load("one", "ann")
    assert kept
    shown = page.call("told_markdown", "one", ANN)
    assert (shown["carried"], shown["talks-said"]) == (exports.markdown(kept), "")
    shown = page.call("told_json", "one", ANN)
    assert json.loads(shown["carried"]) == exports.json_object(kept)
    assert shown["carried"].endswith("}\n")


@pytest.mark.parametrize("name", ["told_markdown", "told_json"])
def test_there_is_nothing_to_export_of_nothing_and_of_another_s(page: Page, name: str) -> None:
    ask(page, "What is Git?")
    for which, who in (("none", ANN), ("one", BOB)):
        shown = page.call(name, which, who)
        assert (shown["carried"], "Nothing to export" in shown["talks-said"]) == ("", True)
    broken_store()
    shown = page.call(name, "one", ANN)
    assert (shown["carried"], "<strong>Not exported:</strong>" in shown["talks-said"]) == ("", True)


def test_the_owner_is_who_logged_in_or_nobody() -> None:
    assert [sidebar.owner(one) for one in (ANN, request(), None)] == ["ann", "", ""]
