"""serve.line: turns go round by person, none is lost, never more are out than there are, whoever leaves and when."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from advisor.serve.line import KEPT, Line, Place

PEOPLE = "abcde"
LONG = 20.0  # seconds after which a thread counts as stuck


class Sheets:
    """The same line on paper: a sheet a round, on it everybody at most once; who comes goes on the first free sheet."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self.sheets: list[dict[str, int | None]] = [{}]  # who to their place, None once they had the turn
        self.inside: set[int] = set()

    def join(self, who: str, place: int) -> None:
        sheet = next((sheet for sheet in self.sheets if who not in sheet), None)
        if sheet is None:
            self.sheets.append(sheet := {})
        sheet[who] = place
        self.serve()

    def waiting(self) -> list[int]:
        return [place for sheet in self.sheets for place in sorted(held for held in sheet.values() if held is not None)]

    def serve(self) -> None:
        while len(self.inside) < self.at_once and (places := self.waiting()):
            self.inside.add(places[0])
            while places[0] not in self.sheets[0].values():
                self.sheets.pop(0)
            self.sheets[0] = {who: None if held == places[0] else held for who, held in self.sheets[0].items()}

    def leave(self, who: str, place: int) -> None:
        if place in self.inside:
            self.inside.remove(place)
        else:
            mine = [sheet for sheet in self.sheets if sheet.get(who) is not None]
            places = [sheet.pop(who) for sheet in mine]
            places.remove(place)
            for sheet, held in zip(mine, places, strict=False):  # those behind come forward
                sheet[who] = held
        if not self.inside and not self.waiting():
            self.sheets = [{}]
        self.serve()


@pytest.mark.parametrize("at_once", [1, 2, 3])
@pytest.mark.parametrize("seed", range(40))
def test_turns_are_given_as_on_paper(seed: int, at_once: int) -> None:
    chance, line, paper = random.Random(seed), Line(at_once), Sheets(at_once)
    places: dict[int, Place] = {}
    for step in range(300):
        if not places or chance.random() < (0.6 if step % 100 < 50 else 0.4):
            who = chance.choice(PEOPLE)
            places[step] = line.join(who)
            paper.join(who, step)
        else:
            number = chance.choice(list(places))
            place = places.pop(number)
            place.leave()
            paper.leave(place.who, number)
        assert {number for number, place in places.items() if place.has_turn} == paper.inside
        waiting = paper.waiting()
        assert line.waiting == len(waiting)
        ahead = {number: next(place.wait()) for number, place in places.items() if not place.has_turn}
        assert ahead == {number: len(paper.inside) + nth for nth, number in enumerate(waiting)}
        assert all(line.waiting_of(who) == sum(places[n].who == who for n in waiting) for who in PEOPLE)


def order(line: Line, *places: Place) -> str:
    """Return whose turn it is after whose, each turn given back at once."""
    told, left = "", list(places)
    while now := [place for place in left if place.has_turn]:
        told += now[0].who
        now[0].leave()
        left.remove(now[0])
    assert not left
    assert line.waiting == 0
    return told


def test_ten_questions_of_one_person_never_hold_another_ones_first() -> None:
    line = Line()
    assert order(line, *map(line.join, "aaaaaaaaaa"), *map(line.join, "bbc")) == "abcabaaaaaaaa"


def test_among_people_who_came_first_is_first() -> None:
    line = Line()
    assert order(line, *map(line.join, "abcabc")) == "abcabc"
    assert order(line, *map(line.join, "cab")) == "cab"


def test_what_was_asked_before_a_pause_sets_nobody_back_after_it() -> None:
    line = Line()
    order(line, *map(line.join, "aaaa"))
    assert order(line, *map(line.join, "xab")) == "xab"


def test_whoever_asks_and_leaves_again_loses_no_round() -> None:
    line = Line()
    first = line.join("x")
    for _ in range(5):
        line.join("a").leave()
    others = [line.join(who) for who in "abb"]
    assert order(line, first, *others) == "xabb"


def breaking(line: Line, who: str, has_turn: bool) -> None:
    with line.join(who) as place:
        assert place.has_turn is has_turn
        assert list(place.wait(lambda: True)) == []
        raise ZeroDivisionError


def test_a_place_is_left_and_a_turn_given_back_whatever_happens() -> None:
    line = Line()
    with pytest.raises(ZeroDivisionError):
        breaking(line, "a", True)
    with line.join("a") as first:
        with pytest.raises(ZeroDivisionError):
            breaking(line, "b", False)
        assert line.waiting == 0
        assert first.has_turn
    assert not first.has_turn
    first.leave()
    with line.join("b") as one, line.join("c") as other:
        assert (one.has_turn, other.has_turn) == (True, False)


def test_one_who_waits_hears_at_once_and_of_every_change_until_the_turn() -> None:
    line = Line()
    places = [line.join(who) for who in "abc"]
    heard = places[2].wait()
    assert next(heard) == 2
    places[1].leave()
    assert next(heard) == 1
    line.join("d")  # behind: no news
    threading.Timer(0.05, places[0].leave).start()
    assert list(heard) == []
    assert places[2].has_turn


def test_one_who_stops_waiting_hears_no_more_and_holds_nobody() -> None:
    line, stop = Line(), threading.Event()
    first = line.join("a")
    with line.join("b") as second:
        heard = second.wait(stop.is_set)
        assert next(heard) == 1
        threading.Timer(0.05, stop.set).start()
        assert list(heard) == []
        assert not second.has_turn
    third = line.join("c")
    first.leave()
    assert third.has_turn


def test_a_closed_line_sends_everybody_home_and_gives_no_turn() -> None:
    line = Line()
    first, second = line.join("a"), line.join("b")
    assert not line.closed
    heard = second.wait()
    assert next(heard) == 1
    threading.Timer(0.05, line.close).start()
    assert list(heard) == []
    assert line.closed
    first.leave()
    third = line.join("c")
    assert [place.has_turn for place in (first, second, third)] == [False, False, False]
    assert list(third.wait()) == []


def test_the_last_waiting_times_are_kept() -> None:
    line = Line()
    for _ in range(KEPT + 5):
        line.join("a").leave()
    assert len(line.times) == KEPT
    assert max(line.times) < 1.0
    first, second = line.join("a"), line.join("b")
    second.joined -= 7.0
    first.leave()
    assert 7.0 <= line.times[-1] < 8.0
    assert len(line.times) == KEPT


class Crowd:
    """People in threads of their own, who ask, wait, give up, fail; notes who was let in."""

    def __init__(self, line: Line, at_once: int) -> None:
        self.line, self.at_once = line, at_once
        self.lock = threading.Lock()
        self.inside = self.most = 0
        self.turns: Counter[str] = Counter()
        self.gave_up: Counter[str] = Counter()

    def person(self, who: str, asks: int, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(asks):
            looks = chance.choice([1, 3, 10**9])
            patience = iter(range(looks))
            with self.line.join(who) as place:
                for _ in place.wait(lambda patience=patience: next(patience, None) is None):
                    pass
                self.turn(who, chance) if place.has_turn else self.gave_up.update([who])

    def turn(self, who: str, chance: random.Random) -> None:
        with self.lock:
            self.turns[who] += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        threading.Event().wait(chance.choice([0.0, 0.0005]))
        with self.lock:
            self.inside -= 1


@pytest.fixture
def _switching() -> Iterator[None]:
    import sys

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads take turns more often than they do by themselves
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_switching")
@pytest.mark.parametrize("at_once", [1, 3])
def test_no_turn_is_lost_and_never_are_more_out_in_a_crowd_of_threads(at_once: int) -> None:
    line = Line(at_once)
    crowd = Crowd(line, at_once)
    threads = [threading.Thread(target=crowd.person, args=(PEOPLE[n % 5], 25, n), daemon=True) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert not any(thread.is_alive() for thread in threads)
    assert crowd.turns.total() + crowd.gave_up.total() == 30 * 25
    assert crowd.turns.total() > 200
    assert crowd.gave_up.total() > 50
    assert crowd.most == at_once
    assert (crowd.inside, line.waiting) == (0, 0)
    last = [line.join("z") for _ in range(at_once)]
    assert all(place.has_turn for place in last)


@pytest.mark.usefixtures("_switching")
def test_a_person_alone_is_let_in_between_any_two_turns_of_a_busy_one() -> None:
    line, done, order = Line(), threading.Event(), list[str]()

    def busy() -> None:
        while not done.is_set():
            with line.join("busy") as place:
                for _ in place.wait():
                    pass
                order.append("busy")

    threads = [threading.Thread(target=busy, daemon=True) for _ in range(10)]
    for thread in threads:
        thread.start()
    for _ in range(50):
        with line.join("alone") as place:
            before = len(order)
            for _ in place.wait():
                pass
            assert len(order) - before <= 2  # the one in the making, and one of the round that goes on
            order.append("alone")
    done.set()
    for thread in threads:
        thread.join(LONG)
    assert not any(thread.is_alive() for thread in threads)
    assert order.count("alone") == 50
