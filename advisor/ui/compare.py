"""The Compare tab: one question and one search, answered by two or three systems side by side, and votes on them.

What happens is in functions that know no widget; `tab` binds them to the page. Votes go to the store.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any, Literal

from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError
from advisor.store import votes
from advisor.store.votes import Pair, System, Vote
from advisor.types import Answer, Passage, Retrieved, Sentence
from advisor.ui import render
from advisor.ui.talk import LOADING, WENT_WRONG, MakeAdvisor

LETTERS = "ABC"
NONE = "none"
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
ONE_AT_A_TIME: dict[str, Any] = {
    "concurrency_id": "answer",
    "concurrency_limit": 1,
    "trigger_mode": "multiple",
    **QUIET,
}
Winner = int | Literal["tie"]
Order = Callable[[Sequence[System]], Sequence[System]]


@dataclass(frozen=True, slots=True)
class Column:
    """One system and what is shown of its answer; `answer` is there once it is whole."""

    system: System
    html: str = ""
    doing: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question and the systems' columns, in the order in which they are shown.

    `failed` is set once there can be no vote: a system failed, or the comparison was stopped; `stop`, once set, stops
    the model.
    """

    question: str
    columns: tuple[Column, ...]
    blind: bool
    vote: Winner | None = None
    failed: bool = False
    stop: Event = field(default_factory=Event, compare=False, repr=False)

    @property
    def running(self) -> bool:
        """Whether an answer is still to come."""
        return any(column.doing for column in self.columns)

    @property
    def votable(self) -> bool:
        """Whether a person may say which is better: all are done, and none was said yet."""
        return self.vote is None and all(column.answer for column in self.columns)

    @property
    def hidden(self) -> bool:
        """Whether the names of the systems must not be told yet."""
        return self.blind and self.vote is None and not self.failed


def shuffled(systems: Sequence[System]) -> Sequence[System]:
    """Return the systems in an order that nobody can foretell."""
    return random.SystemRandom().sample(systems, len(systems))


def compared(
    make: MakeAdvisor, question: str, systems: Sequence[System], blind: bool, order: Order = shuffled
) -> Iterator[Comparison]:
    """Yield the comparison as its answers grow, one after the other, all from the same passages.

    The question is rewritten and searched once, by the first system's search. The first error of a user's ends it.
    """
    waiting = [Column(system, doing="Waits for its turn …") for system in (order(systems) if blind else systems)]
    waiting[0] = replace(waiting[0], doing="Looking through the documents …")
    yield (now := Comparison(question, tuple(waiting), blind))
    place = 0
    try:
        advisors = []
        for place in range(len(waiting)):  # a slip in a name is told before the first one has written its answer
            advisors.append(make(waiting[place].system.model, waiting[place].system.prompt))
        place = 0
        search = advisors[0].search
        passages = search.search(search.standalone(question), advisors[0].config.passages)
        for place, advisor in enumerate(advisors):
            with closing(_grown(advisor, now, place, passages)) as grown:
                for column in grown:
                    if now.stop.is_set():
                        yield stopped(now)  # Gradio shows the last value once more when all is done
                        return
                    yield (now := _with(now, place, column))
    except AdvisorError as error:
        failed = replace(now.columns[place], html=render.problem(str(error)), doing="")
        yield _ended(_with(now, place, failed), "Not asked, for another system failed.")


def _with(now: Comparison, place: int, column: Column) -> Comparison:
    return replace(now, columns=(*now.columns[:place], column, *now.columns[place + 1 :]))


def _grown(advisor: Advisor, now: Comparison, place: int, given: Sequence[Passage]) -> Generator[Column, None, None]:
    """Yield a column as its answer grows."""
    key = f"c{place}"
    column = now.columns[place]
    passages: tuple[Passage, ...] = ()
    sentences: list[Sentence] = []
    for event in advisor.stream(now.question, (), now.stop.is_set, given=given):
        if isinstance(event, Answer):
            yield Column(column.system, render.whole(key, event, now.hidden), answer=event)
            return
        if isinstance(event, Retrieved):
            passages = event.passages
        else:
            sentences.append(event)
        doing = "Writing …" if advisor.is_loaded or now.blind else f"{LOADING} …".capitalize()
        yield replace(column, html=render.growing(key, sentences, passages), doing=doing)


def stopped(now: Comparison, why: str = "Stopped.") -> Comparison:
    """Return the comparison with its unfinished answers ended as they are; there is no vote on these."""
    return _ended(now, why) if now.running else now


def _ended(now: Comparison, why: str) -> Comparison:
    now.stop.set()
    ended = (replace(c, html=c.html + render.note(why), doing="") if c.doing else c for c in now.columns)
    return _named(replace(now, columns=tuple(ended), failed=True))


def voted(now: Comparison, winner: Winner) -> Comparison:
    """Keep a vote and return the comparison with the systems named; a second vote, or one too early, is nothing.

    :raises AdvisorError: the vote cannot be kept.
    """
    if not now.votable:
        return now
    votes.keep(Vote(now.question, tuple(column.system for column in now.columns), winner, now.blind))
    return _named(replace(now, vote=winner))


def _named(now: Comparison) -> Comparison:
    """Return the comparison with each whole answer shown as written by its system."""
    columns = (
        replace(c, html=render.whole(f"c{place}", c.answer)) if c.answer else c for place, c in enumerate(now.columns)
    )
    return replace(now, columns=tuple(columns))


def column_html(now: Comparison, place: int) -> str:
    """Return a column: its letter, its system's name unless that is hidden, and its answer as far as it is."""
    column = now.columns[place]
    name = "" if now.hidden else f" <span>{render.escaped(column.system.name)}</span>"
    best = ' <span class="best">your choice</span>' if now.vote == place else ""
    return f"<h3>{LETTERS[place]}{name}{best}</h3>{column.html}{render.note(column.doing)}"


def told(now: Comparison) -> str:
    """Return what a person can do now, or has done."""
    if now.running:
        return render.note("You can vote once all are done.")
    if now.failed:
        return render.note("There is no vote on this comparison.")
    if now.vote is None:
        return render.note("Which answer is better?")
    said = "a tie" if now.vote == "tie" else f"{LETTERS[now.vote]} is better"
    return render.note(f"Kept: {said}.")


def picked(systems: Sequence[System], names: Sequence[str]) -> list[System]:
    """Return the systems with these names, of which `none` is no one's.

    :raises AdvisorError: there are not two, or one is named twice.
    """
    named = {system.name: system for system in systems}
    found = [named[name] for name in names if name != NONE]
    if len(found) < 2 or len(set(found)) < len(found):
        raise AdvisorError("expected two or three different systems; pick another one")
    return found


def table(pairs: Sequence[Pair]) -> str:
    """Return the tally of the votes that were kept."""
    if not pairs:
        return render.note("No votes yet.")
    heads = ("System", "beside", "wins", "losses", "ties", "share won", "95% interval", "blind")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    rows = "".join(map(_row, pairs))
    found = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide" role="region" aria-label="Votes so far" tabindex="0">{found}</div>'


def _row(pair: Pair) -> str:
    names = f'<th scope="row">{render.escaped(pair.one.name)}</th><td>{render.escaped(pair.other.name)}</td>'
    counts = (pair.wins, pair.losses, pair.ties, f"{pair.share:.0%}", f"{pair.low:.0%} to {pair.high:.0%}")
    cells = "".join(f"<td>{cell}</td>" for cell in (*counts, f"{pair.blind} of {pair.votes}"))
    return f"<tr>{names}{cells}</tr>"


def tallied() -> str:
    """Return the tally as it is now, or what a person can mend."""
    try:
        return table(votes.tally())
    except AdvisorError as error:
        return render.problem(str(error), "No tally")


def tab(page: Any, make: MakeAdvisor, models: Sequence[str], prompts: Sequence[str], model: str, prompt: str) -> None:
    """Put the tab's widgets where Gradio stands, in the blocks `page`.

    :param make: returns the advisor for a model and a prompt; it is asked anew for each comparison.
    """
    import gradio as gr

    systems = [System(one, other) for one in models for other in prompts]
    first = System(model, prompt)
    names = [system.name for system in systems]
    others = [system.name for system in systems if system != first]
    held = gr.State(None)
    with gr.Column(elem_id="compare"):
        with gr.Row(elem_id="systems"):
            pickers = [
                gr.Dropdown(choices, value=value, label=label, min_width=220, elem_id=f"system-{place}")
                for place, (choices, value, label) in enumerate(
                    (
                        (names, first.name, "First system"),
                        (names, others[0] if others else first.name, "Second system"),
                        ([NONE, *names], NONE, "Third system"),
                    )
                )
            ]
        with gr.Row(elem_id="compare-row"):
            question = gr.Textbox(
                show_label=False,
                container=False,
                max_lines=4,
                scale=1,
                placeholder="Ask all of them a career question",
                elem_id="compare-question",
            )
            ask = gr.Button("Ask", variant="primary", elem_id="compare-ask", scale=0, min_width=90)
            stop = gr.Button("Stop", variant="stop", elem_id="compare-stop", scale=0, min_width=90, visible=False)
        blind = gr.Checkbox(True, label="Blind: names are shown after the vote", container=False, elem_id="blind")
        asked = gr.HTML(visible=False, elem_id="compared")
        with gr.Row(visible=False, elem_id="columns") as side_by_side:
            columns = [gr.HTML(visible=False, elem_id=f"column-{letter}") for letter in LETTERS]
        state = gr.HTML(visible=False, elem_id="vote-state")
        with gr.Row(elem_id="votes", visible=False) as row:
            buttons = [
                gr.Button(f"{letter} is better", elem_id=f"vote-{letter}", min_width=110, interactive=False)
                for letter in LETTERS
            ]
            buttons.append(gr.Button("Tie", elem_id="vote-tie", min_width=110, interactive=False))
        gr.HTML("<h2>Votes so far</h2>")
        tally = gr.HTML(elem_id="tally")
    shown = [held, ask, stop, asked, side_by_side, *columns, state, row, *buttons]

    def show(now: Comparison) -> tuple[Any, ...]:
        count = len(now.columns)
        return (
            now,
            gr.Button(visible=not now.running),
            gr.Button(visible=now.running),
            gr.HTML(render.question(now.question), visible=True),
            gr.Row(visible=True),
            *(gr.HTML(column_html(now, place), visible=True) for place in range(count)),
            *(gr.HTML("", visible=False) for _ in LETTERS[count:]),
            gr.HTML(told(now), visible=True),
            gr.Row(visible=True),
            *(gr.Button(interactive=now.votable, visible=place < count) for place in range(len(LETTERS))),
            gr.Button(interactive=now.votable),
        )

    def compare(text: str, unseen: bool, *named: str) -> Iterator[tuple[Any, ...] | dict[Any, Any]]:
        if not text.strip():
            return
        try:
            chosen = picked(systems, named)
        except AdvisorError as error:
            yield {state: gr.HTML(render.problem(str(error), "Not asked"), visible=True)}
            return
        yield from (("", *show(now)) for now in compared(make, text.strip(), chosen, unseen))

    def vote_for(winner: Winner) -> Callable[[Comparison], tuple[Any, ...] | dict[Any, Any]]:
        def vote(now: Comparison) -> tuple[Any, ...] | dict[Any, Any]:
            try:
                return (*show(voted(now, winner)), tallied())
            except AdvisorError as error:
                return {state: gr.HTML(render.problem(str(error), "Not kept"), visible=True)}

        return vote

    run = gr.on([ask.click, question.submit], compare, [question, blind, *pickers], [question, *shown], **ONE_AT_A_TIME)
    run.failure(lambda now: show(stopped(now, WENT_WRONG)) if now else {}, held, shown, **QUIET)
    stop.click(lambda now: show(stopped(now)), held, shown, **QUIET)
    winners: list[Winner] = [*range(len(LETTERS)), "tie"]
    for button, winner in zip(buttons, winners, strict=True):
        button.click(vote_for(winner), held, [*shown, tally], concurrency_id="vote", concurrency_limit=1, **QUIET)
    page.load(tallied, None, tally, **QUIET)
