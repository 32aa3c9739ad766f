"""A conversation, how a question makes it grow, and what a person holds of it. Knows advisors and HTML, no widget."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, field, replace
from threading import Event
from typing import Literal
from uuid import uuid4

from advisor import jsonl
from advisor.answer.pipeline import Advisor
from advisor.config import Config
from advisor.errors import AdvisorError
from advisor.serve.line import Line
from advisor.store import feedback
from advisor.store.feedback import Feedback, Thumb
from advisor.types import Answer, Passage, Retrieved, Sentence, Turn
from advisor.ui import render

LOADING = "loading the model (half a minute, the very first time)"
LOOKING = "Looking through the documents …"
AHEAD = "Looking for what can be asked next …"
WENT_WRONG = "This went wrong; the log says why."
MakeAdvisor = Callable[..., Advisor]  # of a model, a prompt and, by name, other fields of the configuration


@dataclass(frozen=True, slots=True)
class Settings:
    """What an answer is made with; it may change from one answer to the next."""

    model: str
    prompt: str
    passages: int = Config().passages
    unbacked: Literal["drop", "mark"] = Config().unbacked


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a question comes from: the conversation's id, its owner (empty where the machine has one person only), and
    by what name the line knows who waits."""

    conversation: str
    owner: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are answered: what makes advisors, and the line of those who wait for one."""

    make: MakeAdvisor
    line: Line = field(default_factory=Line)

    def advisor(self, settings: Settings) -> Advisor:
        """Return the advisor with these settings."""
        return self.make(settings.model, settings.prompt, passages=settings.passages, unbacked=settings.unbacked)


@dataclass(slots=True)
class View:
    """What a person holds of one answer: it changes when they click, whatever else goes on."""

    thumb: Thumb | None = None
    id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what is shown for it. `text` is what later questions may refer to; empty after an error.

    `doing` says what goes on while the answer is being written, and is empty once it is done. `stop`, once set, stops
    the model and ends the answer as it is. `answer` is there once it is whole, `fault` where there is none.
    """

    question: str
    html: str
    text: str = ""
    doing: str = ""
    fault: str = ""
    answer: Answer | None = None
    settings: Settings | None = None
    alone: bool = False  # asked as it stands, whatever was said before
    stop: Event = field(default_factory=Event, compare=False, repr=False)
    view: View = field(default_factory=View, compare=False, repr=False)


Conversation = tuple[Exchange, ...]
_THUMBS = {None: None, "up": "Like", "down": "Dislike"}  # as Gradio calls them


def asked(
    desk: Desk, held: Conversation, question: str, settings: Settings, seat: Seat, alone: bool = False
) -> Iterator[Conversation]:
    """Yield the conversation as it grows by the answer to one question; a user's error is shown as its answer.

    :param alone: the question stands alone, whatever was said before.
    """
    last = first = Exchange(question, "", doing=LOOKING, settings=settings, alone=alone)
    yield (*held, first)
    past = () if alone else history(held)

    def is_over() -> bool:
        return first.stop.is_set() or desk.line.closed

    try:
        with desk.line.join(seat.who or seat.conversation) as place:
            for ahead in place.wait(is_over):
                yield (*held, replace(first, doing=waiting(ahead)))
            if place.has_turn:
                advisor = desk.advisor(settings)
                with closing(_grown(advisor, first, past, f"a{len(held)}", is_over)) as grown:
                    for now in grown:
                        if is_over():  # what comes after that is not shown: the advisor cuts its answer short
                            break
                        yield (*held, last := now)
        if is_over():
            yield stopped((*held, last))  # Gradio shows the last value once more when all is done
        elif last.answer and last.answer.kind == "answer":
            yield (*held, _going_on(advisor, last, held, f"a{len(held)}"))
    except AdvisorError as error:
        yield (*held, replace(last, html=render.problem(str(error)), text="", doing="", fault=str(error), answer=None))


def waiting(ahead: int) -> str:
    """Return what is told to who waits for so many answers."""
    return f"Waiting: {ahead} answer{'s' * (ahead != 1)} before yours …" if ahead else LOOKING


def history(held: Conversation) -> tuple[Turn, ...]:
    """Return the turns that a next question may refer to."""
    return tuple(turn for one in held if one.text for turn in (Turn("user", one.question), Turn("assistant", one.text)))


def _grown(
    advisor: Advisor, first: Exchange, history: Sequence[Turn], key: str, is_over: Callable[[], bool]
) -> Generator[Exchange, None, None]:
    passages: tuple[Passage, ...] = ()
    sentences: list[Sentence] = []
    for event in advisor.stream(first.question, history, is_over):
        if isinstance(event, Answer):
            doing = AHEAD if event.kind == "answer" else ""  # until then nothing else may begin, or it would be lost
            yield replace(first, html=whole(key, event, first.settings), text=event.text, doing=doing, answer=event)
            return
        if isinstance(event, Retrieved):
            passages = event.passages
        else:
            sentences.append(event)
        count = "1 passage" if len(passages) == 1 else f"{len(passages)} passages"
        yield replace(
            first,
            html=render.growing(key, sentences, passages),
            text=" ".join(sentence.text for sentence in sentences),
            doing=f"Read {count}, {'writing' if advisor.is_loaded else LOADING} …",
        )


def _going_on(advisor: Advisor, last: Exchange, held: Conversation, key: str) -> Exchange:
    """Return an exchange with what could be asked next, each tried and none of it asked before."""
    assert last.answer
    before = {one.question.casefold() for one in held}
    ahead: list[str] = []
    with suppress(AdvisorError):  # the answer stands, whatever becomes of these
        ahead = [one for one in advisor.suggest(last.answer) if one.casefold() not in before]
    return replace(last, html=whole(key, last.answer, last.settings, ahead), doing="")


def whole(key: str, answer: Answer, settings: Settings | None, ahead: Sequence[str] = ()) -> str:
    """Return a finished answer as the chat shows it, with what it was made with and what could be asked next."""
    return render.whole(key, answer, live=True, made_with=asdict(settings) if settings else {}, ahead=ahead)


def stopped(held: Conversation, why: str = "Stopped.") -> Conversation:
    """Return the conversation with its running exchange ended as it is."""
    if not is_running(held):
        return held
    held[-1].stop.set()
    note = "" if held[-1].answer else render.note(why)  # one that is whole is not cut short
    return (*held[:-1], replace(held[-1], html=held[-1].html + note, doing=""))


def is_running(held: Conversation) -> bool:
    """Whether the last answer of a conversation is being written, or waited for."""
    return bool(held) and bool(held[-1].doing)


def messages(held: Conversation) -> list[dict[str, str]]:
    """Return what the chat shows."""
    return [
        {"role": role, "content": content}
        for one in held
        for role, content in (("user", render.question(one.question)), ("assistant", one.html + render.note(one.doing)))
    ]


def thumbs(held: Conversation) -> list[str | None]:
    """Return what the chat shows of each answer's thumbs."""
    return [_THUMBS[one.view.thumb] for one in held]


def thumbed(held: Conversation, message: int, thumb: Thumb | None) -> Feedback | None:
    """Keep the thumb that was given on one of the `messages`, or withdraw it; return what was kept.

    What was given on an answer that is not whole, or not there any more, is nothing.

    :raises AdvisorError: it cannot be kept.
    """
    place = message // 2
    if place >= len(held) or (answer := held[place].answer) is None:
        return None
    view = held[place].view
    if thumb is None:
        feedback.withdraw(view.id)
        view.thumb = None
        return None
    given = Feedback(view.id, thumb, history(held[:place]), jsonl.answer(answer))
    feedback.keep(given)
    view.thumb = thumb
    return given
