"""store.votes: what was voted is read back, and the tally of each pair is that of sums by hand and of scipy."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from scipy.stats import binomtest

from advisor.store import votes
from advisor.store.votes import Pair, System, Vote

SMALL, LARGE, OLD = System("small", "answer/v2"), System("large", "answer/v2"), System("large", "answer/v1")


def vote(*systems: System, winner: int | str, blind: bool = True) -> Vote:
    return Vote("What?", systems, "tie" if winner == "tie" else int(winner), blind, "2026-01-02T03:04:05+00:00")


def counts(pair: Pair) -> tuple[str, str, int, int, int]:
    return pair.one.name, pair.other.name, pair.wins, pair.losses, pair.ties


def test_votes_are_read_back_as_they_were_given_the_oldest_first() -> None:
    given = [
        vote(SMALL, LARGE, winner=1),
        vote(LARGE, OLD, SMALL, winner="tie", blind=False),
        Vote("Wö'rüm? \n{{x}}", (OLD, SMALL), 0, True, "2026-01-02T03:04:05+00:00"),
    ]
    for one in given:
        votes.keep(one)
    assert votes.load() == given


def test_a_vote_without_a_time_is_of_now_in_utc() -> None:
    votes.keep(Vote("What?", (SMALL, LARGE), 0, True))
    (kept,) = votes.load()
    assert abs(datetime.fromisoformat(kept.time) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_winner_that_was_not_shown_is_not_kept() -> None:
    with pytest.raises(sqlite3.IntegrityError):
        votes.keep(vote(SMALL, LARGE, winner=2))
    assert votes.load() == []


def test_where_nothing_was_voted_there_is_no_pair() -> None:
    assert votes.tally() == []


def test_wins_losses_and_ties_are_counted_whatever_the_order_of_the_columns() -> None:
    for winner in (0, 0, 0, 1, "tie", "tie"):
        votes.keep(vote(SMALL, LARGE, winner=winner))
    votes.keep(vote(LARGE, SMALL, winner=0, blind=False))
    (pair,) = votes.tally()
    assert counts(pair) == ("large, answer/v2", "small, answer/v2", 2, 3, 2)
    assert pair.share == 3 / 7
    assert (pair.votes, pair.blind) == (7, 6)


def test_the_winner_of_three_beats_both_and_nothing_is_said_of_these() -> None:
    found = votes.tally([vote(SMALL, LARGE, OLD, winner=0)])
    assert [counts(pair) for pair in found] == [
        (OLD.name, SMALL.name, 0, 1, 0),
        (LARGE.name, SMALL.name, 0, 1, 0),
    ]


def test_a_tie_of_three_is_one_of_every_pair() -> None:
    found = votes.tally([vote(SMALL, LARGE, OLD, winner="tie")])
    assert [counts(pair)[2:] for pair in found] == [(0, 0, 1)] * 3
    assert [pair.share for pair in found] == [0.5] * 3


@pytest.mark.parametrize(("wins", "losses"), [(0, 1), (1, 0), (3, 7), (50, 0), (0, 50), (499, 501)])
def test_the_interval_is_wilsons(wins: int, losses: int) -> None:
    given = [vote(SMALL, OLD, winner=1)] * wins + [vote(SMALL, OLD, winner=0)] * losses
    (pair,) = votes.tally(given)
    oracle = binomtest(wins, wins + losses).proportion_ci(confidence_level=0.95, method="wilson")
    assert (pair.low, pair.high) == pytest.approx((oracle.low, oracle.high), abs=1e-12)


def test_a_tie_counts_half_in_the_interval_too() -> None:
    (pair,) = votes.tally([vote(SMALL, OLD, winner="tie")] * 4)
    oracle = binomtest(2, 4).proportion_ci(method="wilson")
    assert (pair.low, pair.high) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
    low, high = votes.wilson(2.5, 4)
    assert votes.wilson(2, 4)[0] < low < 2.5 / 4 < high < votes.wilson(3, 4)[1]
