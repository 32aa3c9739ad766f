"""ui.talk: a question makes the conversation grow, in its turn; stop, suggestions and thumbs do what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pages import SETTINGS, FakeAdvisor

from advisor import jsonl
from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError, ModelError
from advisor.serve.line import Line
from advisor.store import database, feedback
from advisor.types import Answer, Event, Trace, Turn
from advisor.ui import talk
from advisor.ui.talk import Conversation, Desk, Seat, Settings

SEAT = Seat("one")


def asking(
    fake: FakeAdvisor, held: Conversation, question: str, line: Line | None = None, seat: Seat = SEAT
) -> Iterator[Conversation]:
    return talk.asked(Desk(fake, line or Line()), held, question, SETTINGS, seat)


def ask(fake: FakeAdvisor, held: Conversation, question: str) -> list[Conversation]:
    return list(asking(fake, held, question))


def test_the_answer_grows_sentence_by_sentence() -> None:
    steps = [grown[-1] for grown in ask(FakeAdvisor(), (), "What?")]
    assert [("Learn Python." in one.html, "Then Git." in one.html) for one in steps] == [
        (False, False),
        (False, False),
        (True, False),
        (True, True),
        (True, True),
        (True, True),  # with what could be asked next
    ]
    assert [bool(one.doing) for one in steps] == [True, True, True, True, True, False]
    assert {one.question for one in steps} == {"What?"}
    assert {one.settings for one in steps} == {SETTINGS}
    assert len({one.view.id for one in steps}) == 1


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


def test_earlier_questions_and_answers_are_the_history_unless_a_question_stands_alone() -> None:
    fake = FakeAdvisor()
    held = ask(fake, (), "One?")[-1]
    ask(fake, held, "Two?")
    assert fake.asked[1] == ("Two?", (Turn("user", "One?"), Turn("assistant", "Learn Python. Then Git.")))
    *_, grown = talk.asked(Desk(fake), held, "Two, alone?", SETTINGS, SEAT, alone=True)
    assert fake.asked[2] == ("Two, alone?", ())
    assert [one.question for one in grown] == ["One?", "Two, alone?"]


def test_the_advisor_has_all_the_settings() -> None:
    fake, settings = FakeAdvisor(), Settings("giant", "answer/v1", 3, "mark")
    *_, (last,) = talk.asked(Desk(fake), (), "What?", settings, SEAT)
    assert fake.picked == [settings]
    assert last.settings == settings
    for shown in ("giant", "answer/v1", "<dt>Passages</dt><dd>3</dd>", "<dt>Unbacked</dt><dd>mark</dd>"):
        assert shown in last.html


def test_an_error_is_shown_and_the_conversation_kept_and_the_error_is_no_history() -> None:
    held = ask(FakeAdvisor(), (), "One?")[-1]
    failed = ask(FakeAdvisor("no <model>; run: advisor models"), held, "Two?")[-1]
    assert failed[0] == held[0]
    assert 'class="problem"' in failed[1].html
    assert "no &lt;model&gt;; run&#58; advisor models" in failed[1].html
    assert (failed[1].doing, failed[1].fault) == ("", "no <model>; run: advisor models")
    fake = FakeAdvisor()
    ask(fake, failed, "Three?")
    assert [turn.text for turn in fake.asked[0][1]] == ["One?", "Learn Python. Then Git."]


def test_a_model_that_cannot_be_had_is_shown_too() -> None:
    def make(model: str, prompt: str, **changes: object) -> Advisor:
        raise ModelError(f"{model} is not here")

    *_, (last,) = talk.asked(Desk(make), (), "What?", replace(SETTINGS, model="giant"), SEAT)
    assert "giant is not here" in last.html


def test_a_bug_keeps_its_traceback_and_gives_the_turn_back() -> None:
    def make(model: str, prompt: str, **changes: object) -> Advisor:
        raise ZeroDivisionError

    line = Line()
    with pytest.raises(ZeroDivisionError):
        list(talk.asked(Desk(make, line), (), "What?", SETTINGS, SEAT))
    assert line.join("another").has_turn


def test_stop_keeps_what_was_shown_and_closes_the_model() -> None:
    fake = FakeAdvisor(ahead=["What next?"])
    growing = asking(fake, (), "What?")
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


def test_a_model_that_is_not_there_yet_is_told_to_be_loading() -> None:
    fake = FakeAdvisor()
    assert "writing" in talk.messages(ask(fake, (), "What?")[1])[1]["content"]
    fake.is_loaded = False
    assert "loading the model" in talk.messages(ask(fake, (), "What?")[1])[1]["content"]


def test_a_refusal_s_offers_can_be_asked_from_the_chat() -> None:
    trace = Trace("One?", "", "")
    refused = Answer("One?", "No.\n- What is <SQL>?", (), (), (), "abstain", trace, ("What is <SQL>?",))

    class Refusing(FakeAdvisor):
        def stream(self, *asked: object, **more: object) -> Iterator[Event]:
            yield refused

    (one,) = ask(Refusing(ahead=["Not this?"]), (), "One?")[-1]
    assert '<button type="button" class="offer">What is &lt;SQL&gt;?</button>' in one.html
    assert (one.text, one.answer) == (refused.text, refused)
    assert "Not this?" not in one.html


# What could be asked next


def test_an_answer_ends_with_what_could_be_asked_next_and_was_not_asked_before() -> None:
    fake = FakeAdvisor(ahead=["one?", "Why <b>?", "How?"])
    held = ask(fake, (), "ONE?")[-1]
    *_, whole, last = ask(fake, held, "Two?")
    assert "Ask next" not in whole[-1].html
    assert last[-1].html.count('class="offer"') == 2
    assert '<button type="button" class="offer">Why &lt;b&gt;?</button>' in last[-1].html
    assert (last[-1].text, last[-1].answer, last[-1].view) == (whole[-1].text, whole[-1].answer, whole[-1].view)


def test_an_answer_stands_where_what_could_be_asked_next_cannot_be_found() -> None:
    class Failing(FakeAdvisor):
        def suggest(self, answer: Answer) -> tuple[str, ...]:
            raise ModelError("the disk is full")

    (one,) = ask(Failing(), (), "One?")[-1]
    assert (one.answer is not None, one.fault, one.doing) == (True, "", "")
    assert "Learn Python." in one.html


def test_an_answer_is_not_done_until_then_and_stopping_that_leaves_it_whole() -> None:
    growing = asking(FakeAdvisor(ahead=["Why?"]), (), "What?")
    whole = [next(growing) for _ in range(5)][-1]
    assert (whole[0].doing, bool(whole[0].answer)) == (talk.AHEAD, True)
    (now,) = talk.stopped(whole)
    assert (now.doing, now.html, now.answer) == ("", whole[0].html, whole[0].answer)
    assert "Stopped." not in now.html


def test_the_turn_is_given_back_before_it_is_thought_about_what_could_be_asked_next() -> None:
    line, others = Line(), []

    class Watched(FakeAdvisor):
        def suggest(self, answer: Answer) -> tuple[str, ...]:
            others.append(waiting.has_turn)
            return ()

    growing = asking(Watched(), (), "What?", line)
    next(growing)
    next(growing)
    waiting = line.join("another")
    assert not waiting.has_turn
    list(growing)
    assert others == [True]


# Waiting in line


def test_who_comes_second_is_told_how_many_are_before_them_and_then_answered() -> None:
    line, first, second = Line(), FakeAdvisor(), FakeAdvisor()
    one = asking(first, (), "One?", line, Seat("c1", who="ann"))
    two = asking(second, (), "Two?", line, Seat("c2", who="bob"))
    next(one)
    next(one)
    assert next(two)[-1].doing == talk.LOOKING
    (held,) = next(two)
    assert held.doing == "Waiting: 1 answer before yours …"
    assert "Waiting&#58; 1 answer before yours …" in talk.messages((held,))[1]["content"]
    assert second.asked == []
    list(one)
    *_, (last,) = two
    assert last.answer
    assert [asked for asked, _ in second.asked] == ["Two?"]


def test_each_is_told_of_all_who_come_before_them() -> None:
    assert talk.waiting(2) == "Waiting: 2 answers before yours …"
    line = Line()
    holder = line.join("zoe")
    waiting = [asking(FakeAdvisor(), (), "Q?", line, Seat(name, who=name)) for name in ("ann", "bob")]
    told = []
    for one in waiting:
        next(one)
        told.append(next(one)[-1].doing)
    assert told == [talk.waiting(1), talk.waiting(2)]
    holder.leave()
    list(waiting[0])
    *_, (last,) = waiting[1]
    assert last.answer


def test_a_conversation_alone_is_not_told_to_wait() -> None:
    assert not any("Waiting" in step[-1].doing for step in ask(FakeAdvisor(), (), "What?"))


def test_stop_while_waiting_leaves_the_line_and_asks_nothing() -> None:
    line, fake = Line(), FakeAdvisor()
    holder = line.join("zoe")
    growing = asking(fake, (), "What?", line)
    next(growing)
    (now,) = talk.stopped(next(growing))
    assert line.waiting == 1
    (last,) = list(growing)[-1]
    assert (last.doing, last.text, last.answer) == ("", "", None)
    assert "Stopped." in last.html
    assert last.html == now.html
    assert (fake.asked, fake.picked, line.waiting) == ([], [], 0)
    assert holder.has_turn


def test_a_reader_that_goes_away_leaves_the_line() -> None:
    line = Line()
    holder = line.join("zoe")
    waiting, writing = asking(FakeAdvisor(), (), "What?", line), FakeAdvisor()
    next(waiting)
    next(waiting)
    waiting.close()
    assert line.waiting == 0
    holder.leave()
    growing = asking(writing, (), "What?", line)
    for _ in range(3):
        next(growing)
    growing.close()
    assert writing.closed == 1
    assert line.join("next").has_turn


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_line_that_closes_stops_who_waits_and_who_is_being_answered(steps: int) -> None:
    line, writing, waiting = Line(), FakeAdvisor(), FakeAdvisor()
    one = asking(writing, (), "One?", line, Seat("c1", who="ann"))
    two = asking(waiting, (), "Two?", line, Seat("c2", who="bob"))
    for _ in range(steps + 1):
        next(one)
    for _ in range(min(steps, 2)):
        next(two)
    line.close()
    for growing in (one, two):
        *_, (last,) = growing
        assert "Stopped." in last.html
        assert (last.doing, last.answer) == ("", None)
    assert waiting.asked == []
    assert writing.closed == 1


# Thumbs


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
