"""One question and one search, answered by two or three systems side by side, and votes on them. Knows no widget."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Literal

from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError
from advisor.store import votes
from advisor.store.votes import Pair, System, Vote
from advisor.types import Answer, Passage, Retrieved, Sentence
from advisor.ui import render, talk
from advisor.ui.talk import LOADING, Desk

LETTERS = "ABC"
NONE = "none"
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
    desk: Desk, question: str, systems: Sequence[System], blind: bool, who: str = "", order: Order = shuffled
) -> Iterator[Comparison]:
    """Yield the comparison as its answers grow, one after the other, all from the same passages.

    The question is rewritten and searched once, by the first system's search. Each answer takes a turn of its own in
    the line of those who ask. The first error of a user's ends it.

    :param who: by what name the line knows who asks.
    """
    waiting = [Column(system, doing="Waits for its turn …") for system in (order(systems) if blind else systems)]
    waiting[0] = replace(waiting[0], doing="Looking through the documents …")
    yield (now := Comparison(question, tuple(waiting), blind))
    place = 0
    try:
        advisors = []
        for place in range(len(waiting)):  # a slip in a name is told before the first one has written its answer
            advisors.append(desk.make(waiting[place].system.model, waiting[place].system.prompt))
        place = 0
        search = advisors[0].search
        passages = search.passages(search.query(question), advisors[0].config)

        def is_over() -> bool:
            return now.stop.is_set() or desk.line.closed

        for place, advisor in enumerate(advisors):
            with desk.line.join(who) as turn:
                for ahead in turn.wait(is_over):
                    yield (now := _with(now, place, replace(now.columns[place], doing=talk.waiting(ahead))))
                if turn.has_turn:
                    with closing(_grown(advisor, now, place, passages, is_over)) as grown:
                        for column in grown:
                            if is_over():
                                break
                            yield (now := _with(now, place, column))
            if is_over():
                yield stopped(now)  # Gradio shows the last value once more when all is done
                return
    except AdvisorError as error:
        failed = replace(now.columns[place], html=render.problem(str(error)), doing="")
        yield _ended(_with(now, place, failed), "Not asked, for another system failed.")


def _with(now: Comparison, place: int, column: Column) -> Comparison:
    return replace(now, columns=(*now.columns[:place], column, *now.columns[place + 1 :]))


def _grown(
    advisor: Advisor, now: Comparison, place: int, given: Sequence[Passage], is_over: Callable[[], bool]
) -> Generator[Column, None, None]:
    """Yield a column as its answer grows."""
    key = f"c{place}"
    column = now.columns[place]
    passages: tuple[Passage, ...] = ()
    sentences: list[Sentence] = []
    for event in advisor.stream(now.question, (), is_over, given=given):
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
