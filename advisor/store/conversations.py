"""Conversations of each person: kept as they grow, listed, searched, changed and forgotten.

Knows no page and no model. `owner` is a person's name, or empty where the machine has only one. Whatever is asked for,
what is another owner's is as if it were not there.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pydantic import TypeAdapter

from advisor.errors import AdvisorError
from advisor.store.database import opened, scrub
from advisor.types import Answer

State = Literal["running", "whole", "stopped", "failed"]
Settings = Mapping[str, str | int | float]
SHORT, LONG = 60, 120  # characters of a title: one made from a question, and one that a person gave

_ANSWER = TypeAdapter(Answer)
_HEADINGS = """
    SELECT id, title, changed, (SELECT count(*) FROM exchanges WHERE conversation = one.id)
    FROM conversations AS one
    WHERE owner = ? AND NOT EXISTS (
        SELECT 1 FROM json_each(?) AS word
        WHERE NOT instr(one.sought, word.value) AND NOT EXISTS (
            SELECT 1 FROM exchanges WHERE conversation = one.id AND instr(sought, word.value)
        )
    )
    ORDER BY changed DESC, id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """A conversation in a list: when it last grew (UTC, ISO 8601) and how many exchanges it has."""

    id: str
    title: str
    changed: str
    exchanges: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was told: the answer's text as far as it has come, or the error where it `failed`.

    `id` is the answer's own, by which feedback knows it, too. `answer` is there once it is whole, unless an older
    version kept it in a shape that is none any more. `settings` are what it was made with. `time` is in UTC, ISO 8601.
    """

    id: str
    question: str
    state: State
    told: str
    answer: Answer | None = None
    settings: Settings = field(default_factory=dict)
    time: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with its exchanges in order."""

    id: str
    title: str
    exchanges: tuple[Exchange, ...]


def keep(conversation_id: str, owner: str, exchange: Exchange, place: int) -> None:
    """Keep an exchange at its place, 0 or more, instead of what is there; those after it stay.

    The first one makes the conversation, with a title from the question. An exchange without a time is of now, or keeps
    the time that it has.

    :raises AdvisorError: the conversation or the exchange is another's, or the file cannot be opened or written.
    """
    with opened() as connection:
        begun = _begun(connection, conversation_id, owner, exchange.question)
        if not begun or not _placed(connection, conversation_id, exchange, place):
            raise AdvisorError(f"conversation {conversation_id} is not yours to write in; begin a new one")


def _begun(connection: sqlite3.Connection, conversation_id: str, owner: str, question: str) -> int:
    """Make the conversation, or note that it changed; return 0 where it is another's."""
    now = _now()
    title = _cut(_whole(question), SHORT)
    return connection.execute(
        "INSERT INTO conversations (id, owner, title, sought, created, changed) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET changed = excluded.changed WHERE owner = excluded.owner",
        (conversation_id, owner, title, _fold(title), now, now),
    ).rowcount


def _placed(connection: sqlite3.Connection, conversation_id: str, exchange: Exchange, place: int) -> int:
    """Put the exchange in its place; return 0 where it is in another conversation."""
    row = {**_row(exchange), "conversation": conversation_id, "place": place}
    news = ", ".join(f"{name} = excluded.{name}" for name in row if exchange.time or name != "time")
    old = (conversation_id, place, exchange.id)
    connection.execute("DELETE FROM exchanges WHERE conversation = ? AND place = ? AND id <> ?", old)
    return connection.execute(
        f"INSERT INTO exchanges ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        f" ON CONFLICT (id) DO UPDATE SET {news} WHERE conversation = excluded.conversation",
        [*row.values()],
    ).rowcount


def amend(conversation_id: str, owner: str, exchange: Exchange) -> bool:
    """Bring an exchange that was kept up to date, and return whether it was still there: what was deleted stays so.

    :raises AdvisorError: the file cannot be opened or written.
    """
    row = {name: value for name, value in _row(exchange).items() if exchange.time or name != "time"}
    own = "SELECT id FROM conversations WHERE id = ? AND owner = ?"
    with opened() as connection:
        found = connection.execute(
            f"UPDATE exchanges SET {', '.join(f'{name} = ?' for name in row)} WHERE id = ? AND conversation IN ({own})",
            [*row.values(), exchange.id, conversation_id, owner],
        ).rowcount
        if found:
            _note_change(connection, conversation_id, owner)
    return bool(found)


def forget_from(conversation_id: str, owner: str, place: int) -> None:
    """Forget the exchanges at this place and after it; the conversation stays, with its title.

    :raises AdvisorError: the file cannot be opened or written.
    """
    own = "SELECT id FROM conversations WHERE id = ? AND owner = ?"
    with opened() as connection:
        row = (place, conversation_id, owner)
        if connection.execute(f"DELETE FROM exchanges WHERE place >= ? AND conversation IN ({own})", row).rowcount:
            _note_change(connection, conversation_id, owner)


def _note_change(connection: sqlite3.Connection, conversation_id: str, owner: str) -> None:
    row = (_now(), conversation_id, owner)
    connection.execute("UPDATE conversations SET changed = ? WHERE id = ? AND owner = ?", row)


def headings(owner: str, search: str = "", limit: int = 200) -> list[Heading]:
    """Return the conversations that hold each word of `search`, the one that changed last first.

    A word may begin, end or lie within one of the title, a question or an answer. Case and accents do not matter.

    :raises AdvisorError: the file cannot be opened.
    """
    words = json.dumps(_fold(_whole(search)).split())
    with opened() as connection:
        return [Heading(*row) for row in connection.execute(_HEADINGS, (owner, words, limit))]


def load(conversation_id: str, owner: str) -> Conversation | None:
    """Return a conversation, or None where the owner has none with this id.

    :raises AdvisorError: the file cannot be opened.
    """
    with opened() as connection:
        rows = connection.execute(
            "SELECT title, exchanges.id, question, state, told, answer, settings, time FROM conversations AS one"
            " LEFT JOIN exchanges ON conversation = one.id WHERE one.id = ? AND owner = ? ORDER BY place",
            (conversation_id, owner),
        ).fetchall()
    if not rows:
        return None
    exchanges = (
        Exchange(name, question, state, told, _read(answer), json.loads(settings), time)
        for _, name, question, state, told, answer, settings, time in rows
        if name is not None
    )
    return Conversation(conversation_id, rows[0][0], tuple(exchanges))


def rename(conversation_id: str, owner: str, title: str) -> bool:
    """Give a conversation a title, cut at `LONG` characters, and return whether there was one to rename.

    :raises AdvisorError: the title is empty, or the file cannot be opened or written.
    """
    if not (title := _cut(_whole(title), LONG)):
        raise AdvisorError("the title is empty; write at least one letter, or leave the title as it is")
    with opened() as connection:
        row = (title, _fold(title), conversation_id, owner)
        done = connection.execute("UPDATE conversations SET title = ?, sought = ? WHERE id = ? AND owner = ?", row)
    return bool(done.rowcount)


def delete(conversation_id: str, owner: str) -> bool:
    """Delete a conversation, so that its text is not in the file any more; return whether there was one.

    :raises AdvisorError: the file cannot be opened or written.
    """
    with opened() as connection:
        row = (conversation_id, owner)
        done = connection.execute("DELETE FROM conversations WHERE id = ? AND owner = ?", row).rowcount
    scrub()
    return bool(done)


def delete_all(owner: str) -> int:
    """Delete the owner's conversations as `delete` does; return how many there were.

    :raises AdvisorError: the file cannot be opened or written.
    """
    with opened() as connection:
        done = connection.execute("DELETE FROM conversations WHERE owner = ?", (owner,)).rowcount
    scrub()
    return done


def _row(exchange: Exchange) -> dict[str, str]:
    question, told = _whole(exchange.question), _whole(exchange.told)
    said = exchange.answer.text if exchange.answer else told
    return {
        "id": exchange.id,
        "question": question,
        "state": exchange.state,
        "told": told,
        "settings": json.dumps(dict(exchange.settings)),
        "time": exchange.time or _now(),
        "sought": _fold(f"{question}\n{_whole(said)}"),
        "answer": json.dumps(_ANSWER.dump_python(exchange.answer)) if exchange.answer else "",
    }


def _read(answer: str) -> Answer | None:
    try:
        return _ANSWER.validate_python(json.loads(answer))
    except ValueError:  # none, or of an older version: what was told is kept beside it
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _cut(text: str, length: int) -> str:
    """Return the text on one line, cut at the end of a word if it is longer."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return f"{line[:length].rpartition(' ')[0] or line[: length - 1]}…"


def _fold(text: str) -> str:
    """Return the text as a search sees it: without case and accents."""
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", text)).casefold()


def _whole(text: str) -> str:
    """Return the text as it can be kept: half characters (lone surrogates), which a page can send, become `?`."""
    return text.encode(errors="replace").decode()
