"""Conversations that are kept, opened again, listed and told; between the store and the page, without a widget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from html import escape

from pydantic import TypeAdapter, ValidationError

from advisor.errors import AdvisorError
from advisor.store import conversations, feedback
from advisor.store.conversations import Heading, Settings, State
from advisor.ui import render, talk
from advisor.ui.talk import Conversation, Exchange, Seat

_SETTINGS = TypeAdapter(talk.Settings)
CUT_OFF = "This answer was cut off; press Retry to ask again."
_ENDED = {"running": CUT_OFF, "stopped": "Stopped."}


def remembered(growing: Iterator[Conversation], seat: Seat) -> Iterator[Conversation]:
    """Pass on a conversation as it grows, each step kept before it is shown; where it cannot be, it is told so.

    What is deleted while its answer is written stays deleted.
    """
    begun = True
    for now in growing:
        *before, last = now
        try:
            if begun:
                conversations.keep(seat.conversation, seat.owner, _row(last), len(before))
                begun = False
            else:
                conversations.amend(seat.conversation, seat.owner, _row(last))
        except AdvisorError as error:
            last = replace(last, html=last.html + render.problem(str(error), "Not kept"))
        yield (*before, last)


def ended(held: Conversation, seat: Seat) -> None:
    """Keep a conversation whose last answer was stopped, as far as that has come.

    :raises AdvisorError: it cannot be kept.
    """
    if held:
        conversations.amend(seat.conversation, seat.owner, _row(held[-1]))


def _row(one: Exchange) -> conversations.Exchange:
    state: State = "running" if one.doing else "failed" if one.fault else "whole" if one.answer else "stopped"
    settings: Settings = asdict(one.settings) if one.settings else {}
    return conversations.Exchange(one.view.id, one.question, state, one.fault or one.text, one.answer, settings)


def opened(kept: conversations.Conversation) -> Conversation:
    """Return a kept conversation as the chat shows it, its thumbs with it.

    :raises AdvisorError: the thumbs cannot be read.
    """
    given = {one.id: one.thumb for one in feedback.load()}
    return tuple(
        replace(_exchange(one, f"a{place}"), view=talk.View(given.get(one.id), one.id))
        for place, one in enumerate(kept.exchanges)
    )


def _exchange(one: conversations.Exchange, key: str) -> Exchange:
    settings = _settings(one.settings)
    if one.answer:
        html = talk.whole(key, one.answer, settings)
        return Exchange(one.question, html, one.answer.text, answer=one.answer, settings=settings)
    if one.state == "failed":
        return Exchange(one.question, render.problem(one.told), fault=one.told, settings=settings)
    why = render.note(_ENDED.get(one.state, ""))  # a whole one that is none any more was of another version
    return Exchange(one.question, render.plain(one.told) + why, one.told, settings=settings)


def _settings(kept: Settings) -> talk.Settings | None:
    try:
        return _SETTINGS.validate_python(dict(kept))
    except ValidationError:  # kept by another version
        return None


def listed(found: Sequence[Heading], chosen: str) -> str:
    """Return the list of conversations, each a button with its id, the chosen one marked."""
    if not found:
        return render.note("No conversations yet.")
    return f'<ul class="talks">{"".join(_item(one, one.id == chosen) for one in found)}</ul>'


def _item(one: Heading, is_chosen: bool) -> str:
    current = ' aria-current="true"' if is_chosen else ""
    when = one.changed[:16].replace("T", " ")
    return (
        f'<li><button type="button" class="talk" value="{escape(one.id)}"{current}>{escape(one.title)}'
        f'<span class="when">{escape(when)} UTC</span></button></li>'
    )
