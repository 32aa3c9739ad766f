"""A conversation, how a question makes it grow, and what a person holds of it. Knows advisors and HTML, no widget."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Event
from uuid import uuid4

from advisor import jsonl
from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError
from advisor.store import feedback
from advisor.store.feedback import Feedback, Thumb
from advisor.types import Answer, Passage, Retrieved, Sentence, Turn
from advisor.ui import render

LOADING = "loading the model (half a minute, the very first time)"
WENT_WRONG = "This went wrong; the log says why."
MakeAdvisor = Callable[[str, str], Advisor]


@dataclass(slots=True)
class View:
    """What a person holds of one answer: it changes when they click, whatever else goes on."""

    thumb: Thumb | None = None
    id: str = field(default_factory=lambda: uuid4().hex)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what is shown for it. `text` is what later questions may refer to; empty after an error.

    `doing` says what goes on while the answer is being written, and is empty once it is done. `stop`, once set, stops
    the model and ends the answer as it is. `answer` is there once it is whole.
    """

    question: str
    html: str
    text: str = ""
    doing: str = ""
    answer: Answer | None = None
    stop: Event = field(default_factory=Event, compare=False, repr=False)
    view: View = field(default_factory=View, compare=False, repr=False)


Conversation = tuple[Exchange, ...]
_THUMBS = {None: None, "up": "Like", "down": "Dislike"}  # as Gradio calls them


def asked(make: MakeAdvisor, held: Conversation, question: str, model: str, prompt: str) -> Iterator[Conversation]:
    """Yield the conversation as it grows by the answer to one question; a user's error is shown as its answer."""
    last = first = Exchange(question, "", doing="Looking through the documents …")
    yield (*held, first)
    try:
        with closing(_grown(make(model, prompt), first, history(held), f"a{len(held)}")) as grown:
            for now in grown:
                if first.stop.is_set():
                    yield stopped((*held, last))  # Gradio shows the last value once more when all is done
                    return
                yield (*held, last := now)
    except AdvisorError as error:
        yield (*held, Exchange(question, render.problem(str(error))))


def history(held: Conversation) -> tuple[Turn, ...]:
    """Return the turns that a next question may refer to."""
    return tuple(turn for one in held if one.text for turn in (Turn("user", one.question), Turn("assistant", one.text)))


def _grown(advisor: Advisor, first: Exchange, history: Sequence[Turn], key: str) -> Generator[Exchange, None, None]:
    passages: tuple[Passage, ...] = ()
    sentences: list[Sentence] = []
    for event in advisor.stream(first.question, history, first.stop.is_set):
        if isinstance(event, Answer):
            yield Exchange(first.question, render.whole(key, event, offering=True), event.text, answer=event)
            return
        if isinstance(event, Retrieved):
            passages = event.passages
        else:
            sentences.append(event)
        yield replace(
            first,
            html=render.growing(key, sentences, passages),
            text=" ".join(sentence.text for sentence in sentences),
            doing=f"Read {len(passages)} passages, {'writing' if advisor.is_loaded else LOADING} …",
        )


def stopped(held: Conversation, why: str = "Stopped.") -> Conversation:
    """Return the conversation with its running exchange ended as it is."""
    if not held or not held[-1].doing:
        return held
    held[-1].stop.set()
    return (*held[:-1], replace(held[-1], html=held[-1].html + render.note(why), doing=""))


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
