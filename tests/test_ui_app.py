"""ui.app: the page's handlers, called as Gradio calls them: asking, asking again, stopping, thumbs, pickers, tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pages import SETTINGS, FakeAdvisor, Page, built, request

from advisor.library import Stacks
from advisor.serve.line import Line
from advisor.store import conversations, database, feedback
from advisor.types import Turn
from advisor.ui import app, talk
from advisor.ui.bench import Bench
from advisor.ui.choices import MOST, Offered
from advisor.ui.talk import Conversation, Desk, Seat, Settings

ASKER = request()
FIRST = ("tiny", "answer/v2", 6, "drop")
OTHER = ("giant", "answer/v1", 3, "mark")


def page(fake: FakeAdvisor, **more: Any) -> Page:
    return Page(built(fake, ["tiny", "giant"], **more))


def ask(fake: FakeAdvisor, held: Conversation, question: str) -> Conversation:
    *_, last = talk.asked(Desk(fake), held, question, SETTINGS, Seat("one"))
    return last


def buttons(shown: dict[str, Any]) -> dict[str, object]:
    """Return whether Ask and Stop can be seen, and Retry and New chat pressed."""
    return {
        "ask": shown["ask"].visible,
        "stop": shown["stop"].visible,
        "retry": shown["retry"].interactive,
        "new": shown["clear"].interactive,
    }


def test_the_picked_settings_make_the_next_answer() -> None:
    fake = FakeAdvisor()
    the = page(fake)
    last = the.steps("answer", " What? ", (), "one", ASKER, *OTHER)[-1]
    assert fake.picked == [Settings(*OTHER)]
    assert fake.asked[0][0] == "What?"
    assert last["question"] == ""
    assert buttons(last) == {"ask": True, "stop": False, "retry": True, "new": True}
    the.steps("again", last["state 0"], "one", ASKER, *FIRST)
    assert fake.picked[1] == Settings(*FIRST)


def test_while_an_answer_is_written_only_stop_can_be_pressed() -> None:
    *early, _, _ = page(FakeAdvisor()).steps("answer", "What?", (), "one", ASKER, *FIRST)
    assert len(early) == 4
    for shown in early:
        assert buttons(shown) == {"ask": False, "stop": True, "retry": False, "new": False}


def test_each_answer_is_asked_for_in_the_line_of_its_desk_by_who_asks() -> None:
    joined = []

    class Watched(Line):
        def join(self, who: str) -> Any:
            joined.append(who)
            return super().join(who)

    async_desk = Desk(FakeAdvisor(), Watched())
    the = Page(built_on(async_desk))
    for asker in (request("ann", "t1"), request("ann", "t2"), request(None, "t3"), request(None, "")):
        the.steps("answer", "What?", (), f"of {asker.session_hash}", asker, *FIRST)
    assert joined == ["ann", "ann", "t3", "of "]


def built_on(desk: Desk) -> Any:
    import asyncio

    async def within() -> Any:
        return app.build(desk, Offered(["tiny"], ["answer/v2"], "tiny", "answer/v2"))

    return asyncio.run(within())


def test_who_waits_holds_up_nobody_else_on_the_page() -> None:
    the = page(FakeAdvisor())
    for name in ("answer", "again", "offer", "instead", "example"):
        assert the.functions[name].concurrency_limit is None


def test_retry_answers_the_last_question_again_and_does_not_double_it() -> None:
    fake = FakeAdvisor()
    held = ask(fake, ask(fake, (), "One?"), "Two?")
    again = page(fake).steps("again", held, "one", ASKER, *FIRST)[-1]["state 0"]
    assert [one.question for one in again] == ["One?", "Two?"]
    assert fake.asked[2] == fake.asked[1]


def test_a_question_that_was_asked_in_other_words_stands_alone_when_it_is_asked_again_too() -> None:
    fake = FakeAdvisor()
    the = page(fake)
    held = ask(fake, ask(fake, (), "One?"), "Two?")
    held = the.steps("instead", "What of two?", held, "one", ASKER, *FIRST)[-1]["state 0"]
    the.steps("again", held, "one", ASKER, *FIRST)
    assert fake.asked[2] == fake.asked[3] == ("What of two?", ())


def test_an_offered_question_is_asked_in_its_conversation_and_leaves_what_is_being_typed() -> None:
    fake = FakeAdvisor()
    held = ask(fake, (), "One?")
    last = page(fake).steps("offer", "Two?", held, "one", ASKER, *OTHER)[-1]
    assert "question" not in last  # the box is not among what changes
    assert [one.question for one in last["state 0"]] == ["One?", "Two?"]
    assert (fake.asked[1][0], fake.picked[1]) == ("Two?", Settings(*OTHER))


def test_an_example_is_asked_at_once() -> None:
    fake = FakeAdvisor()
    event = SimpleNamespace(value={"text": app.EXAMPLES[0]})
    last = page(fake).steps("example", event, (), "one", ASKER, *FIRST)[-1]
    assert [one.question for one in last["state 0"]] == [app.EXAMPLES[0]]
    assert fake.asked == [(app.EXAMPLES[0], ())]


def test_what_was_understood_can_be_changed_and_is_then_asked_alone_in_its_place() -> None:
    fake = FakeAdvisor()
    the = page(fake)
    held = ask(fake, ask(fake, (), "One?"), "And two?")
    shown = the.call("understood", held)
    assert (shown["reword-row"].visible, shown["reword"]) == (True, "And two?")
    last = the.steps("instead", " What of two? ", held, "one", ASKER, *FIRST)[-1]
    assert not last["reword-row"].visible
    assert [one.question for one in last["state 0"]] == ["One?", "What of two?"]
    assert fake.asked[-1] == ("What of two?", ())


def test_nothing_can_be_reworded_where_nothing_was_answered() -> None:
    the = page(FakeAdvisor())
    failed = ask(FakeAdvisor("no model"), (), "One?")
    for held in ((), failed):
        shown = the.call("understood", held)
        assert (shown["reword-row"].visible, shown["reword"]) == (False, "")
    assert the.steps("instead", " ", failed, "one", ASKER, *FIRST) == []
    assert the.steps("instead", "What?", (), "one", ASKER, *FIRST) == []


def test_an_empty_question_and_a_retry_of_nothing_ask_nothing() -> None:
    fake = FakeAdvisor()
    the = page(fake)
    (shown,) = the.steps("answer", " \n", (), "one", ASKER, *FIRST)
    assert (shown["question"], shown["state 0"]) == (" \n", ())
    assert the.steps("again", (), "one", ASKER, *FIRST) == []
    assert the.steps("offer", "", (), "one", ASKER, *FIRST) == []
    assert fake.asked == []


def test_a_question_while_another_is_answered_stays_in_its_box() -> None:
    fake = FakeAdvisor()
    the = page(fake)
    running = next(the.functions["answer"].fn("One?", (), "one", ASKER, *FIRST))[1]
    (shown,) = the.steps("answer", "Two?", running, "one", ASKER, *FIRST)
    assert (shown["question"], shown["state 0"]) == ("Two?", running)
    assert the.steps("offer", "Two?", running, "one", ASKER, *FIRST) == []
    assert fake.asked == []


def test_stop_gives_the_buttons_back_at_once_and_stays_so() -> None:
    the = page(FakeAdvisor())
    growing = the.functions["answer"].fn("One?", (), "one", ASKER, *FIRST)
    running = [next(growing) for _ in range(3)][-1][1]
    shown = the.call("halt", running)
    assert buttons(shown) == {"ask": True, "stop": False, "retry": True, "new": True}
    assert "Stopped." in shown["state 0"][0].html
    *_, last = growing
    assert last[1] == shown["state 0"]
    kept = conversations.load("one", "")
    assert kept
    assert [(one.state, one.told) for one in kept.exchanges] == [("stopped", "Learn Python.")]


def test_a_bug_ends_the_answer_and_says_where_to_look() -> None:
    class Broken(FakeAdvisor):
        def stream(self, *given: object, **more: object) -> Iterator[Any]:
            raise ZeroDivisionError

    the = page(Broken())
    growing = the.functions["answer"].fn("One?", (), "one", ASKER, *FIRST)
    running = next(growing)[1]
    with pytest.raises(ZeroDivisionError):
        list(growing)
    shown = the.call("broken", running, "one", ASKER)
    assert talk.WENT_WRONG in shown["state 0"][0].html
    assert buttons(shown) == {"ask": True, "stop": False, "retry": True, "new": True}
    kept = conversations.load("one", "")
    assert kept
    assert [one.state for one in kept.exchanges] == ["stopped"]


def test_what_is_asked_is_kept_for_who_logged_in() -> None:
    the = page(FakeAdvisor())
    the.steps("answer", "What?", (), "one", request("ann"), *FIRST)
    kept = conversations.load("one", "ann")
    assert kept
    assert [(one.question, one.state) for one in kept.exchanges] == [("What?", "whole")]
    assert conversations.load("one", "") is None


def test_what_is_opened_from_an_evaluation_is_a_conversation_of_its_own() -> None:
    chat: list[Callable[[str, Conversation], tuple[Any, ...]]] = []

    def tab(*given: Any) -> None:
        chat.append(given[-1])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.evaluate, "tab", tab)
        page(FakeAdvisor(), bench=Bench((), Path("index")))
    held = ask(FakeAdvisor(), (), "One?")
    first, second = (chat[0]("Two?", held) for _ in range(2))
    assert first[0] != second[0]
    assert first[1:3] == ("Two?", held)


# What is on the page


def test_only_the_offered_models_and_prompts_can_be_picked() -> None:
    the = page(FakeAdvisor()).components
    assert [choice for choice, _ in the["model"].choices] == ["tiny", "giant"]
    assert [choice for choice, _ in the["prompt"].choices] == ["answer/v1", "answer/v2"]
    assert (the["model"].value, the["prompt"].value) == ("tiny", "answer/v2")
    assert not the["model"].allow_custom_value
    assert (the["passages"].minimum, the["passages"].maximum) == (1, MOST)
    assert [value for _, value in the["unbacked"].choices] == ["drop", "mark"]
    assert Settings("tiny", "answer/v2") == Settings(
        the["model"].value, the["prompt"].value, the["passages"].value, the["unbacked"].value
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ["Chat", "Compare", "Feedback"]),
        ({"is_shared": True}, ["Chat", "Compare"]),
        ({"bench": Bench((), Path("index"))}, ["Chat", "Compare", "Evaluate", "Feedback"]),
        ({"stacks": cast(Stacks, SimpleNamespace(documents=tuple))}, ["Chat", "Documents", "Compare", "Feedback"]),
    ],
)
def test_the_tabs_are_of_what_there_is(given: dict[str, Any], expected: list[str]) -> None:
    blocks = page(FakeAdvisor(), **given).page.blocks.values()
    assert [block.label for block in blocks if block.get_block_name() == "tabitem"] == expected


def test_every_style_of_the_tabs_is_sent() -> None:
    looks = app.looks()
    assert set(looks) == {"css", "head", "theme"}
    for piece in ("#sidebar", "#opinions", "#documents"):
        assert piece in looks["css"]
    assert "openSource" in looks["head"]


# Thumbs


def given_by(the: Page, held: Conversation, liked: object) -> dict[str, Any]:
    """Return what the page shows once a thumb was given on the first answer."""
    return the.call("thumb", SimpleNamespace(index=1, liked=liked), held)


def answered(the: Page, name: str = "one") -> Conversation:
    held: Conversation = the.steps("answer", "One?", (), name, ASKER, *FIRST)[-1]["state 0"]
    return held


def test_a_retried_answer_has_no_thumb_yet() -> None:
    the = page(FakeAdvisor())
    held = answered(the)
    talk.thumbed(held, 1, "down")
    last = the.steps("again", held, "one", ASKER, *FIRST)[-1]
    assert last["chat"]["feedback_value"] == talk.thumbs(last["state 0"]) == [None]
    assert [given.thumb for given in feedback.load()] == ["down"]


def test_a_thumbs_down_opens_an_empty_form_and_saving_adds_to_it() -> None:
    the = page(FakeAdvisor())
    held = answered(the)
    shown = given_by(the, held, False)
    assert shown["wrong"].visible
    assert "One?" in shown["about"]
    assert (shown["reason"], shown["note"], shown["absent"]) == (None, "", False)
    told = the.call("keep", shown["state 0"], "wrong", "Git.", True)
    assert "Kept." in told["kept"].value
    assert not told["wrong"].visible
    (kept,) = feedback.load()
    assert (kept.thumb, kept.reason, kept.note, kept.absent) == ("down", "wrong", "Git.", True)


def test_a_thumb_on_a_later_answer_is_kept_with_the_earlier_ones() -> None:
    the = page(FakeAdvisor())
    held = the.steps("answer", "Two?", answered(the), "one", ASKER, *FIRST)[-1]["state 0"]
    the.call("thumb", SimpleNamespace(index=3, liked=True), held)
    (kept,) = feedback.load()
    assert (kept.question, kept.history[0]) == ("Two?", Turn("user", "One?"))


@pytest.mark.parametrize(("liked", "kept"), [(True, ["up"]), ("", [])])
def test_a_thumbs_up_and_a_thumb_withdrawn_close_the_form(liked: object, kept: list[str]) -> None:
    the = page(FakeAdvisor())
    held = answered(the)
    given_by(the, held, False)
    assert not given_by(the, held, liked)["wrong"].visible
    assert [given.thumb for given in feedback.load()] == kept


def test_feedback_that_cannot_be_kept_is_told_and_the_form_stays() -> None:
    the = page(FakeAdvisor())
    held = answered(the)
    about = given_by(the, held, False)["state 0"]
    for file in database.place().parent.iterdir():
        file.unlink()
    database.place().mkdir()
    assert "Not kept" in given_by(the, held, True)["kept"].value
    told = the.call("keep", about, None, "", False)
    assert "Not kept" in told["kept"].value
    assert list(told) == ["kept"]
