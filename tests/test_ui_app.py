"""ui.talk and ui.app: a question makes the conversation grow; stop, retry, thumbs and pickers do what they say."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from advisor import jsonl
from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError, ModelError
from advisor.store import database, feedback
from advisor.types import Answer, Chunk, Citation, Event, Passage, Retrieved, Sentence, Trace, Turn
from advisor.ui import app, talk

HELD = Passage(1, Chunk("c1", "d", ("Tools",), 0, 13, "Learn Python."), "Guide", "A blog", 1.0)
SAID = (Sentence("Learn Python.", (Citation(1, "c1", "d", 0, 13),), 1.0), Sentence("Then Git.", (), 0.0))


class FakeAdvisor:
    """Gives the same answer to everything, or fails after its first sentence. Keeps what it was asked."""

    is_loaded = True

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.picked: list[tuple[str, str]] = []
        self.closed = 0

    def __call__(self, model: str, prompt: str) -> Advisor:
        self.picked.append((model, prompt))
        return cast(Advisor, self)

    def stream(
        self, question: str, history: Sequence[Turn] = (), stopped: Callable[[], bool] = lambda: False
    ) -> Iterator[Event]:
        self.asked.append((question, tuple(history)))
        try:
            yield Retrieved(question, (HELD,))
            yield SAID[0]
            if self.error:
                raise ModelError(self.error)
            yield SAID[1]
            trace = Trace(question, "answer/v2", "tiny")
            yield Answer(question, "Learn Python. Then Git.", SAID, SAID[0].citations, (HELD,), "answer", trace)
        except GeneratorExit:
            self.closed += 1
            raise


def ask(fake: FakeAdvisor, held: talk.Conversation, question: str) -> list[talk.Conversation]:
    return list(talk.asked(fake, held, question, "tiny", "answer/v2"))


def test_the_answer_grows_sentence_by_sentence() -> None:
    steps = [grown[-1] for grown in ask(FakeAdvisor(), (), "What?")]
    assert [("Learn Python." in one.html, "Then Git." in one.html) for one in steps] == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
        (True, True),
    ]
    assert [bool(one.doing) for one in steps] == [True, True, True, True, False]
    assert {one.question for one in steps} == {"What?"}


def test_each_answer_has_its_own_passages() -> None:
    fake = FakeAdvisor()
    held = ask(fake, (), "One?")[-1]
    held = ask(fake, held, "Two?")[-1]
    first, second = (one.html for one in held)
    assert 'href="#a0-p1-0"' in first
    assert 'id="a0-p1-0"' in first
    assert 'href="#a1-p1-0"' in second
    assert 'id="a1-p1-0"' in second
    assert "a0-" not in second


def test_earlier_questions_and_answers_are_the_history() -> None:
    fake = FakeAdvisor()
    ask(fake, ask(fake, (), "One?")[-1], "Two?")
    assert fake.asked[1] == ("Two?", (Turn("user", "One?"), Turn("assistant", "Learn Python. Then Git.")))


def test_an_error_is_shown_and_the_conversation_kept_and_the_error_is_no_history() -> None:
    held = ask(FakeAdvisor(), (), "One?")[-1]
    failed = ask(FakeAdvisor("no <model>; run: advisor models"), held, "Two?")[-1]
    assert failed[0] == held[0]
    assert 'class="problem"' in failed[1].html
    assert "no &lt;model&gt;; run&#58; advisor models" in failed[1].html
    assert not failed[1].doing
    fake = FakeAdvisor()
    ask(fake, failed, "Three?")
    assert [turn.text for turn in fake.asked[0][1]] == ["One?", "Learn Python. Then Git."]


def test_a_model_that_cannot_be_had_is_shown_too() -> None:
    def make(model: str, prompt: str) -> Advisor:
        raise ModelError(f"{model} is not here")

    (_, (last,)) = talk.asked(make, (), "What?", "giant", "answer/v2")
    assert "giant is not here" in last.html


def test_a_bug_keeps_its_traceback() -> None:
    def make(model: str, prompt: str) -> Advisor:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(talk.asked(make, (), "What?", "tiny", "answer/v2"))


def test_stop_keeps_what_was_shown_and_closes_the_model() -> None:
    fake = FakeAdvisor()
    growing = talk.asked(fake, (), "What?", "tiny", "answer/v2")
    shown = [next(growing) for _ in range(3)][-1]
    (now,) = talk.stopped(shown)
    assert "Learn Python." in now.html
    assert "Stopped." in now.html
    assert (now.doing, now.text) == ("", "Learn Python.")
    assert list(growing) == [(now,)]
    assert fake.closed == 1


def test_stop_does_nothing_to_an_answer_that_is_done() -> None:
    held = ask(FakeAdvisor(), (), "What?")[-1]
    assert talk.stopped(held) == held
    assert talk.stopped(()) == ()


def test_messages_show_the_question_escaped_and_what_is_being_done() -> None:
    first, *_, last = ask(FakeAdvisor(), (), "<b>?")
    question, answer = talk.messages(first)
    assert question == {"role": "user", "content": '<div class="asked">&lt;b&gt;?</div>'}
    assert (answer["role"], "Looking" in answer["content"]) == ("assistant", True)
    assert "writing" not in talk.messages(last)[1]["content"]


class Page:
    """The page's handlers, called as Gradio calls them."""

    def __init__(self, fake: FakeAdvisor) -> None:
        async def built() -> Any:  # outside of a running loop Gradio makes loops that it never closes
            return app.build(fake, ["tiny", "giant"], ["answer/v1", "answer/v2"], "tiny", "answer/v2")

        page = asyncio.run(built())
        self.functions = {fn.name: fn.fn for fn in page.fns.values()}
        self.components = {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}

    def last(self, name: str, *inputs: object) -> tuple[talk.Conversation, dict[str, object]]:
        """Return the conversation after a handler's last step, and the buttons' settings."""
        *_, outputs = self.functions[name](*inputs)
        held, _, ask, stop, retry, clear = outputs[-6:]
        return held, {"ask": ask.visible, "stop": stop.visible, "retry": retry.interactive, "clear": clear.interactive}


def test_the_picked_model_and_prompt_make_the_next_answer() -> None:
    fake = FakeAdvisor()
    page = Page(fake)
    held, buttons = page.last("answer", " What? ", (), "giant", "answer/v1")
    assert fake.picked == [("giant", "answer/v1")]
    assert fake.asked[0][0] == "What?"
    assert buttons == {"ask": True, "stop": False, "retry": True, "clear": True}
    page.last("again", held, "tiny", "answer/v2")
    assert fake.picked[1] == ("tiny", "answer/v2")


def test_while_an_answer_is_written_only_stop_can_be_pressed() -> None:
    *_, ask, stop, retry, clear = next(Page(FakeAdvisor()).functions["answer"]("What?", (), "tiny", "answer/v2"))
    assert (ask.visible, stop.visible, retry.interactive, clear.interactive) == (False, True, False, False)


def test_retry_answers_the_last_question_again_and_does_not_double_it() -> None:
    fake = FakeAdvisor()
    page = Page(fake)
    held = ask(fake, ask(fake, (), "One?")[-1], "Two?")[-1]
    again, _ = page.last("again", held, "tiny", "answer/v2")
    assert [one.question for one in again] == ["One?", "Two?"]
    assert fake.asked[2] == fake.asked[1]


def test_an_offered_question_is_asked_in_its_conversation_and_leaves_what_is_being_typed() -> None:
    fake = FakeAdvisor()
    page = Page(fake)
    held = ask(fake, (), "One?")[-1]
    *_, outputs = page.functions["offer"]("Two?", held, "giant", "answer/v1")
    assert len(outputs) == 6  # the box is not among them
    assert [one.question for one in outputs[0]] == ["One?", "Two?"]
    assert (fake.asked[1][0], fake.picked[1]) == ("Two?", ("giant", "answer/v1"))


def test_a_refusal_s_offers_can_be_asked_from_the_chat() -> None:
    trace = Trace("One?", "", "")
    refused = Answer("One?", "No.\n- What is <SQL>?", (), (), (), "abstain", trace, ("What is <SQL>?",))

    class Refusing(FakeAdvisor):
        def stream(self, *asked: object, **more: object) -> Iterator[Event]:
            yield refused

    (one,) = ask(Refusing(), (), "One?")[-1]
    assert '<button type="button" class="offer">What is &lt;SQL&gt;?</button>' in one.html
    assert (one.text, one.answer) == (refused.text, refused)


def test_an_empty_question_and_a_retry_of_nothing_ask_nothing() -> None:
    fake = FakeAdvisor()
    page = Page(fake)
    assert page.last("answer", " \n", (), "tiny", "answer/v2")[0] == ()
    assert list(page.functions["again"]((), "tiny", "answer/v2")) == []
    assert fake.asked == []


def test_only_the_offered_models_can_be_picked() -> None:
    page = Page(FakeAdvisor())
    assert [choice for choice, _ in page.components["model"].choices] == ["tiny", "giant"]
    assert not page.components["model"].allow_custom_value


def test_a_thumb_is_kept_with_the_whole_answer_and_what_was_said_before() -> None:
    held = ask(FakeAdvisor(), ask(FakeAdvisor(), (), "One?")[-1], "Two?")[-1]
    given = talk.thumbed(held, 3, "down")
    assert feedback.load() == [replace(given, time=feedback.load()[0].time)]
    assert (given.thumb, given.question) == ("down", "Two?")
    assert given.history == (Turn("user", "One?"), Turn("assistant", "Learn Python. Then Git."))
    assert given.answer == jsonl.answer(held[1].answer)
    assert talk.thumbs(held) == [None, "Dislike"]


def test_another_thumb_takes_its_place_and_none_withdraws_it() -> None:
    held = ask(FakeAdvisor(), (), "One?")[-1]
    talk.thumbed(held, 1, "down")
    talk.thumbed(held, 1, "up")
    assert [given.thumb for given in feedback.load()] == ["up"]
    assert talk.thumbs(held) == ["Like"]
    talk.thumbed(held, 1, None)
    assert feedback.load() == []
    assert talk.thumbs(held) == [None]


def test_a_thumb_on_what_is_no_whole_answer_is_nothing() -> None:
    growing = ask(FakeAdvisor(), (), "One?")[2]
    failed = ask(FakeAdvisor("no model"), (), "One?")[-1]
    for held in (growing, talk.stopped(growing), failed, ()):
        assert talk.thumbed(held, 1, "down") is None
    assert feedback.load() == []


def test_a_thumb_that_cannot_be_kept_is_not_shown_as_given() -> None:
    held = ask(FakeAdvisor(), (), "One?")[-1]
    database.place().mkdir(parents=True)
    with pytest.raises(AdvisorError, match="set ADVISOR_DATA"):
        talk.thumbed(held, 1, "up")
    assert talk.thumbs(held) == [None]


def test_a_retried_answer_has_no_thumb_yet() -> None:
    page = Page(FakeAdvisor())
    held, _ = page.last("answer", "One?", (), "tiny", "answer/v2")
    talk.thumbed(held, 1, "down")
    *_, (again, chat, *_) = page.functions["again"](held, "tiny", "answer/v2")
    assert chat["feedback_value"] == talk.thumbs(again) == [None]
    assert [given.thumb for given in feedback.load()] == ["down"]


def given_by(page: Page, held: talk.Conversation, liked: object) -> dict[str, Any]:
    """Return what the page shows once a thumb was given on the first answer, by the widgets' ids."""
    found = page.functions["thumb"](SimpleNamespace(index=1, liked=liked), held)
    return {block.elem_id or "about it": value for block, value in found.items()}


def test_a_thumbs_down_opens_an_empty_form_and_saving_adds_to_it() -> None:
    page = Page(FakeAdvisor())
    held, _ = page.last("answer", "One?", (), "tiny", "answer/v2")
    shown = given_by(page, held, False)
    assert shown["wrong"].visible
    assert "One?" in shown["about"]
    assert (shown["reason"], shown["note"], shown["absent"]) == (None, "", False)
    said, form = page.functions["keep"](shown["about it"], "wrong", "Git.", True).values()
    assert "Kept." in said.value
    assert not form.visible
    (kept,) = feedback.load()
    assert (kept.thumb, kept.reason, kept.note, kept.absent) == ("down", "wrong", "Git.", True)


@pytest.mark.parametrize(("liked", "kept"), [(True, ["up"]), ("", [])])
def test_a_thumbs_up_and_a_thumb_withdrawn_close_the_form(liked: object, kept: list[str]) -> None:
    page = Page(FakeAdvisor())
    held, _ = page.last("answer", "One?", (), "tiny", "answer/v2")
    given_by(page, held, False)
    assert not given_by(page, held, liked)["wrong"].visible
    assert [given.thumb for given in feedback.load()] == kept


def test_feedback_that_cannot_be_kept_is_told_and_the_form_stays() -> None:
    page = Page(FakeAdvisor())
    held, _ = page.last("answer", "One?", (), "tiny", "answer/v2")
    about = given_by(page, held, False)["about it"]
    for file in database.place().parent.iterdir():
        file.unlink()
    database.place().mkdir()
    assert "Not kept" in given_by(page, held, True)["kept"].value
    (said,) = page.functions["keep"](about, None, "", False).values()
    assert "Not kept" in said.value
    assert said.visible
