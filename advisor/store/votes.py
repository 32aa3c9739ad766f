"""Votes between the answers of systems to one question: kept, and counted for each pair of systems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, groupby
from math import sqrt
from statistics import NormalDist
from typing import Literal

from advisor.store.database import opened

Z = NormalDist().inv_cdf(0.975)  # 95% of a normal distribution lie within ±Z


@dataclass(frozen=True, slots=True, order=True)
class System:
    """A model with a prompt."""

    model: str
    prompt: str

    @property
    def name(self) -> str:
        """How a person reads it."""
        return f"{self.model}, {self.prompt}"


@dataclass(frozen=True, slots=True)
class Vote:
    """What a person held of the systems' answers to one question, in the order in which they were shown.

    `winner` is a place in `systems`. `blind` says whether the names were hidden; `time` is in UTC, ISO 8601.
    """

    question: str
    systems: tuple[System, ...]
    winner: int | Literal["tie"]
    blind: bool
    time: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """How often `one` was held to be better than `other`; `share` is its part of the votes, ties counting half.

    `low` to `high` is the 95% interval of the share. `blind` of the votes were given without knowing the names.
    """

    one: System
    other: System
    wins: int
    losses: int
    ties: int
    share: float
    low: float
    high: float
    blind: int

    @property
    def votes(self) -> int:
        """How many votes there are on the two."""
        return self.wins + self.losses + self.ties


def keep(vote: Vote) -> None:
    """Keep a vote; its time, if it has none, is now.

    :raises AdvisorError: the file cannot be opened or written.
    """
    time = vote.time or datetime.now(UTC).isoformat(timespec="seconds")
    winner = None if vote.winner == "tie" else vote.winner
    with opened() as connection:
        row = (time, vote.question, vote.blind, winner)
        number = connection.execute(
            "INSERT INTO votes (time, question, blind, winner) VALUES (?, ?, ?, ?)", row
        ).lastrowid
        rivals = [(number, place, system.model, system.prompt) for place, system in enumerate(vote.systems)]
        connection.executemany("INSERT INTO rivals (vote, place, model, prompt) VALUES (?, ?, ?, ?)", rivals)


def load() -> list[Vote]:
    """Return the votes, the oldest first.

    :raises AdvisorError: the file cannot be opened.
    """
    with opened() as connection:
        rows = connection.execute(
            "SELECT id, time, question, blind, winner, model, prompt FROM votes JOIN rivals ON vote = id"
            " ORDER BY id, place"
        ).fetchall()
    found = []
    for (_, time, question, blind, winner), rivals in groupby(rows, key=lambda row: row[:5]):
        systems = tuple(System(*row[5:]) for row in rivals)
        found.append(Vote(question, systems, "tie" if winner is None else winner, bool(blind), time))
    return found


def tally(votes: Iterable[Vote] | None = None) -> list[Pair]:
    """Return what the votes, or those that were kept, say of each pair of systems, by their names.

    A winner beats each of the others; of these, nothing is said of one beside another. A tie is one of every pair.

    :raises AdvisorError: the file cannot be opened.
    """
    results: dict[tuple[System, System], list[tuple[float, bool]]] = {}
    for vote in load() if votes is None else votes:
        for (i, one), (j, other) in combinations(sorted(enumerate(vote.systems), key=lambda placed: placed[1]), 2):
            if vote.winner in ("tie", i, j):
                result = 0.5 if vote.winner == "tie" else float(vote.winner == i)
                results.setdefault((one, other), []).append((result, vote.blind))
    return [_pair(*systems, results[systems]) for systems in sorted(results)]


def _pair(one: System, other: System, results: Sequence[tuple[float, bool]]) -> Pair:
    points = [result for result, _ in results]
    low, high = wilson(sum(points), len(points))
    wins, losses, ties = (points.count(result) for result in (1.0, 0.0, 0.5))
    share, blind = sum(points) / len(points), sum(blind for _, blind in results)
    return Pair(one, other, wins, losses, ties, share, low, high, blind)


def wilson(points: float, votes: int) -> tuple[float, float]:
    """Return the 95% score interval of a share: `points`, halves too, of `votes`, 1 or more.

    (k + z²/2 ± z √(k (n - k) / n + z²/4)) / (n + z²) (Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953).
    With ties as halves it is no narrower than it should be: they spread less than wins and losses do.
    """
    middle = points + Z**2 / 2
    reach = Z * sqrt(points * (votes - points) / votes + Z**2 / 4)
    return max(0.0, (middle - reach) / (votes + Z**2)), min(1.0, (middle + reach) / (votes + Z**2))
