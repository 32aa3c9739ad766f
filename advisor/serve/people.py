"""A file of names and passwords to who may ask: on the page by its login, over the API by a key `name:password`."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from threading import Lock

from fastapi import Request

from advisor.errors import AdvisorError

TRIES = 10  # wrong passwords for a name
PAUSE = 60.0  # seconds
_OTHERS = 0o077  # what a file's mode holds of users other than its own


def people(path: Path) -> dict[str, str]:
    """Return the password of each name in a file with a line `name:password` each; empty ones and `# …` are left out.

    :raises AdvisorError: it cannot be read, others can read it, or it has lines that are none. No password is told.
    """
    try:
        open_to = path.stat().st_mode & _OTHERS
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise AdvisorError(f"{path} cannot be read: {reason}; expected a line name:password for each person") from error
    if open_to:
        raise AdvisorError(
            f"{path} holds passwords, and other users of this machine can get at it; run: chmod 600 {path}"
        )
    found = dict[str, str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip() and not line.startswith("#"):
            name, password = _person(line.strip("\r"), f"{path}, line {number}")
            if name in found:
                raise AdvisorError(f"{path}, line {number}: {name} has a line already; leave one of them")
            found[name] = password
    if not found:
        raise AdvisorError(f"{path} names nobody; expected a line name:password for each person")
    return found


def _person(line: str, where: str) -> tuple[str, str]:
    name, colon, password = line.partition(":")
    if not colon:
        raise AdvisorError(f"{where}: there is no colon; expected name:password")
    if not name.strip():
        raise AdvisorError(f"{where}: there is no name before the colon; expected name:password")
    if not password:
        raise AdvisorError(f"{where}: there is no password after the colon; expected name:password")
    if password != password.strip() or not password.isprintable():
        raise AdvisorError(
            f"{where}: the password begins or ends with a space, or holds what no key can; choose another"
        )
    return name.strip(), password


class Door:
    """Who is let in, by name and password. A name that was tried with TRIES wrong passwords within a minute stays out,
    with the right one, too, until the first of them is a minute old: a password is not found by trying."""

    def __init__(self, known: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self._known = dict(known)
        self._clock = clock
        self._missed = {name: deque[float](maxlen=TRIES) for name in known}
        self._lock = Lock()

    def lets_in(self, name: str, password: str) -> bool:
        """Whether the password is that name's. It takes as long for a wrong one, and for a name that is not known."""
        right = compare_digest(_digest(self._known.get(name, "")), _digest(password))
        if name not in self._known:
            return False
        with self._lock:
            missed, now = self._missed[name], self._clock()
            if len(missed) == TRIES and now - missed[0] < PAUSE:
                return False
            if not right:
                missed.append(now)
        return right


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def caller(door: Door | None) -> Callable[[Request], str | None]:
    """Return what says who asks over the API: a person of the file, or, where there is none, the caller's address."""

    def who(request: Request) -> str | None:
        if door is None:
            return request.client.host if request.client else ""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        try:
            name, _, password = key.strip().encode("latin-1").decode().partition(":")
        except UnicodeDecodeError:
            return None
        return name if scheme.lower() == "bearer" and door.lets_in(name, password) else None

    return who
