"""A fair line for a scarce thing, the model. Knows people by name and nothing of what they ask.

Each round gives everybody who waits one turn, in the order in which they came: somebody with ten questions waits with
nine of them, and never holds another person's first one. This is start-time fair queueing with answers of equal cost
(Goyal, Vin and Cheng 1996, https://doi.org/10.1145/248156.248171).
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import count
from threading import Condition
from types import TracebackType

LOOK = 0.1  # seconds, at most, after which a waiting place looks whether it was stopped
KEPT = 1000  # waiting times that are kept


class Line:
    """Who waits, who has a turn, and how long it took to get one."""

    def __init__(self, at_once: int = 1) -> None:
        """Let `at_once` places have a turn at the same time."""
        self._at_once = at_once
        self._changed = Condition()
        self._version = 0
        self._arrivals = count()
        self._waiting: dict[str, deque[Place]] = {}
        self._rounds: dict[str, int] = {}  # the next round of who waits, or was served in the round that goes on
        self._round = 0
        self._inside = 0
        self._times: deque[float] = deque(maxlen=KEPT)
        self._closed = False

    def join(self, who: str) -> Place:
        """Return a place at the end of the line, for a `with` block: at its end it is left, or the turn given back."""
        with self._changed:
            place = Place(self, who, next(self._arrivals))
            if who not in self._waiting:
                self._waiting[who] = deque()
                self._rounds[who] = max(self._round, self._rounds.get(who, 0))
            self._waiting[who].append(place)
            self._admit()
        return place

    def close(self) -> None:
        """Send everybody home: nobody gets a turn any more, and who has one is told by `closed`."""
        with self._changed:
            self._closed = True
            self._change()

    @property
    def closed(self) -> bool:
        """Whether the line is closed: answers in the making are to be stopped."""
        return self._closed

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        with self._changed:
            return sum(map(len, self._waiting.values()))

    @property
    def times(self) -> list[float]:
        """The seconds that the last turns were waited for, at most 1000, the newest last."""
        with self._changed:
            return list(self._times)

    def waiting_of(self, who: str) -> int:
        """Return how many places of one person wait."""
        with self._changed:
            return len(self._waiting.get(who, ()))

    def _change(self) -> None:
        self._version += 1
        self._changed.notify_all()

    def _admit(self) -> None:
        """Give the free turns to those who are next."""
        while self._inside < self._at_once and self._waiting and not self._closed:
            who = min(self._waiting, key=lambda who: (self._rounds[who], self._waiting[who][0].arrival))
            place = self._waiting[who].popleft()
            self._round = self._rounds[who]
            self._rounds[who] += 1
            self._forget(who)
            self._inside += 1
            self._times.append(time.monotonic() - place.joined)
            place.has_turn = True
        self._change()

    def _forget(self, who: str) -> None:
        """Forget a person who waits no more, and the rounds of those whom they no longer set back."""
        if not self._waiting[who]:
            del self._waiting[who]
        self._rounds = {who: turn for who, turn in self._rounds.items() if who in self._waiting or turn > self._round}

    def _leave(self, place: Place) -> None:
        with self._changed:
            if place.gone:
                return
            place.gone = True
            if place.has_turn:
                place.has_turn = False
                self._inside -= 1
            else:
                self._waiting[place.who].remove(place)
                self._forget(place.who)
            if not self._waiting and not self._inside:
                self._rounds.clear()  # what was served before a pause sets nobody back after it
            self._admit()

    def _ahead(self, place: Place) -> int:
        """Return how many answers are in the making or come before the one of a place that waits."""
        turns = {
            one.arrival: (self._rounds[who] + nth, one.arrival)
            for who, each in self._waiting.items()
            for nth, one in enumerate(each)
        }
        return self._inside + sum(turn < turns[place.arrival] for turn in turns.values())

    def _news(self, place: Place, seen: int, stopped: Callable[[], bool]) -> tuple[int, int] | None:
        """Wait until the line has changed since version `seen`; return its version and how many are ahead of a place
        that still waits then, or None."""
        with self._changed:
            while not (place.has_turn or place.gone or self._closed or stopped()):
                if self._version != seen:
                    return self._version, self._ahead(place)
                self._changed.wait(LOOK)
        return None


class Place:
    """One person's place in a line. `has_turn` says that it is theirs now."""

    def __init__(self, line: Line, who: str, arrival: int) -> None:
        self.who = who
        self.arrival = arrival
        self.joined = time.monotonic()
        self.has_turn = False
        self.gone = False
        self._line = line

    def __enter__(self) -> Place:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.leave()

    def wait(self, stopped: Callable[[], bool] = lambda: False) -> Iterator[int]:
        """Yield how many answers are before this one, at once and whenever that changes, until it is its turn.

        Ends without a turn where `stopped` says so, which is looked at ten times a second, or the line is closed.
        """
        seen, told = -1, -1
        while news := self._line._news(self, seen, stopped):
            seen, ahead = news
            if ahead != told:
                yield ahead
            told = ahead

    def leave(self) -> None:
        """Leave the line, or give the turn back; a second time does nothing."""
        self._line._leave(self)
