"""ui.comparison, ui.compare: one search, one system after the other; blind until the vote, one vote a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pages import built

from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError, ModelError
from advisor.store import database, votes
from advisor.store.votes import System, Vote
from advisor.types import Answer, Chunk, Citation, Event, Passage, Retrieved, Sentence, Trace, Turn
from advisor.ui import comparison
from advisor.ui.comparison import Comparison
from advisor.ui.talk import Desk

SMALL, LARGE, OLD = System("small", "answer/v2"), System("large", "answer/v2"), System("large", "answer/v1")
HOSTILE = "Learn <b>Git</b> {{value}} ${1+1}."
HELD = (
    Passage(1, Chunk("c1", "d", ("Tools",), 0, 13, "Learn Python."), "Guide", "A blog", 1.0),
    Passage(2, Chunk("c2", "d", ("More",), 20, 20 + len(HOSTILE), HOSTILE), "Guide", "A blog", 0.5),
)


class Systems:
    """Advisors over one search, each of which says who it is; they tell what they were asked, and in which order.

    :param broken: the model that fails after its first sentence; `unknown` cannot be had at all.
    :param wait: is called before each sentence.
    """

    def __init__(self, broken: str = "", unknown: str = "", wait: Callable[[], object] = lambda: None) -> None:
        self.broken, self.unknown, self.wait = broken, unknown, wait
        self.searched: list[str] = []
        self.given: list[tuple[str, str, Sequence[Passage] | None]] = []
        self.running = self.most = self.closed = 0

    def __call__(self, model: str, prompt: str, **changes: object) -> Advisor:
        if model == self.unknown:
            raise ModelError(f"there is no {model}")
        return cast(Advisor, FakeAdvisor(self, System(model, prompt)))

    def query(self, question: str) -> str:
        return f"{question} (alone)"

    def passages(self, query: str, config: Any) -> list[Passage]:
        self.searched.append(query)
        return list(HELD[: config.passages])


class FakeAdvisor:
    """Answers in two sentences from the passages that it is given, or that there are."""

    is_loaded = False

    def __init__(self, systems: Systems, system: System) -> None:
        self.systems, self.system = systems, system
        self.search = systems
        self.config = SimpleNamespace(passages=2)

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        stopped: Callable[[], bool] = lambda: False,
        given: Sequence[Passage] | None = None,
    ) -> Iterator[Event]:
        systems = self.systems
        systems.given.append((self.system.model, question, given))
        given = HELD if given is None else given
        systems.running += 1
        systems.most = max(systems.most, systems.running)
        try:
            yield Retrieved(f"{question} (alone)", tuple(given))
            said = []
            for passage in given:
                systems.wait()
                chunk = passage.chunk
                cited = Citation(passage.n, chunk.id, chunk.doc_id, chunk.start, chunk.end)
                said.append(Sentence(f"{chunk.text}", (cited,), 1.0))
                yield said[-1]
                if self.system.model == systems.broken:
                    raise ModelError("the server went away; start it again")
            trace = Trace(question, self.system.prompt, self.system.model, {"generate": 1.25})
            citations = tuple(citation for one in said for citation in one.citations)
            yield Answer(question, "Learn.", tuple(said), citations, tuple(given), "answer", trace)
        except GeneratorExit:
            systems.closed += 1
            raise
        finally:
            systems.running -= 1

    def suggest(self, answer: Answer) -> tuple[str, ...]:
        return ()


class Seen(HTMLParser):
    """What a browser makes of HTML: its text, the ids and the names of its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.ids, self.tags = "", [], []
        self.cells: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.cells:
            self.cells[-1] += data


def steps(systems: Systems, *named: System, blind: bool = False) -> list[Comparison]:
    return list(comparison.compared(Desk(systems), "What?", named, blind, order=lambda order: [*reversed(order)]))


def html(now: Comparison) -> str:
    return "".join(comparison.column_html(now, place) for place in range(len(now.columns)))


def test_the_question_is_searched_once_and_all_answer_from_the_same_passages() -> None:
    systems = Systems()
    steps(systems, SMALL, LARGE, OLD)
    assert systems.searched == ["What? (alone)"]
    assert [(model, question) for model, question, _ in systems.given] == [
        ("small", "What?"),
        ("large", "What?"),
        ("large", "What?"),
    ]
    assert all(given is systems.given[0][2] for _, _, given in systems.given)
    assert systems.given[0][2] == list(HELD)


def test_one_answers_after_the_other_sentence_by_sentence() -> None:
    systems = Systems()
    seen = [[bool(c.answer) for c in now.columns] for now in steps(systems, SMALL, LARGE)]
    assert systems.most == 1
    assert seen == [[False, False]] * 4 + [[True, False]] * 4 + [[True, True]]
    grown = [[c.html.count('class="backed"') for c in now.columns] for now in steps(systems, SMALL, LARGE)]
    assert grown == [[0, 0], [0, 0], [1, 0], [2, 0], [2, 0], [2, 0], [2, 1], [2, 2], [2, 2]]


def test_only_what_is_to_come_is_said_to_be_doing_something() -> None:
    first, *_, last = steps(Systems(), SMALL, LARGE)
    assert [c.doing for c in first.columns] == ["Looking through the documents …", "Waits for its turn …"]
    assert first.running
    assert not first.votable
    assert [c.doing for c in last.columns] == ["", ""]
    assert last.votable
    assert not last.running


def test_no_two_columns_and_no_answer_of_the_chat_share_an_id() -> None:
    ids = Seen(html(steps(Systems(), SMALL, LARGE, OLD)[-1])).ids
    assert len(ids) == len(set(ids)) > 3
    assert not any(found.startswith("a") for found in ids)


def test_what_a_document_says_is_text() -> None:
    seen = Seen(html(steps(Systems(), SMALL, System("<i>large", "answer/v2"))[-1]))
    assert HOSTILE in seen.text
    assert "<i>large, answer/v2" in seen.text
    assert "i" not in seen.tags
    assert seen.tags.count("b") == 4  # the numbers of two passages in two columns
    assert seen.tags.count("summary") == 6  # and what holds those of a column


def test_names_are_told_at_once_where_it_is_not_blind() -> None:
    now = steps(Systems(), SMALL, LARGE)[-1]
    assert [c.system for c in now.columns] == [SMALL, LARGE]
    text = Seen(html(now)).text
    assert "A small, answer/v2" in text
    assert "B large, answer/v2" in text
    assert "1.2 s" in text


def test_blind_columns_tell_no_name_no_time_and_no_order_until_the_vote() -> None:
    grown = steps(Systems(), SMALL, LARGE, blind=True)
    assert [c.system for c in grown[-1].columns] == [LARGE, SMALL]
    for now in grown:
        text = Seen(html(now)).text
        assert not [word for word in ("small", "large", "answer/v2", "1.2 s", "oading") if word in text]
    text = Seen(html(comparison.voted(grown[-1], 1))).text
    assert "A large, answer/v2" in text
    assert "B small, answer/v2 your choice" in text
    assert "1.2 s" in text


def test_the_blind_order_is_any_order() -> None:
    orders = {tuple(comparison.shuffled([SMALL, LARGE, OLD])) for _ in range(300)}
    assert len(orders) == 6


@pytest.mark.parametrize("winner", [0, 1, 2, "tie"])
def test_a_vote_is_kept_as_it_was_shown(winner: comparison.Winner) -> None:
    now = comparison.voted(steps(Systems(), SMALL, LARGE, OLD, blind=True)[-1], winner)
    (kept,) = votes.load()
    assert (kept.question, kept.systems, kept.winner, kept.blind) == ("What?", (OLD, LARGE, SMALL), winner, True)
    assert now.vote == winner


def test_there_is_one_vote_a_comparison_and_none_before_all_are_done() -> None:
    *early, last = steps(Systems(), SMALL, LARGE)
    for now in early:
        assert comparison.voted(now, 0) == now
    done = comparison.voted(last, 0)
    assert not done.votable
    assert comparison.voted(done, 1) == done
    assert [(vote.winner, vote.blind) for vote in votes.load()] == [(0, False)]


def test_a_vote_that_cannot_be_kept_can_be_given_again() -> None:
    now = steps(Systems(), SMALL, LARGE, blind=True)[-1]
    database.place().mkdir(parents=True)
    with pytest.raises(AdvisorError, match="set ADVISOR_DATA"):
        comparison.voted(now, 0)
    database.place().rmdir()
    assert comparison.voted(now, 0).vote == 0


def test_a_system_that_fails_ends_the_comparison_with_names_and_without_a_vote() -> None:
    systems = Systems(broken="large")
    now = steps(systems, SMALL, LARGE, OLD, blind=True)[-1]
    assert [model for model, _, _ in systems.given] == ["large"]
    first, second, third = now.columns
    assert "the server went away" in first.html
    assert "Not asked" in second.html
    assert "Not asked" in third.html
    assert not now.running
    assert not now.votable
    assert "A large, answer/v1" in Seen(html(now)).text
    assert "no vote" in comparison.told(now)
    assert comparison.voted(now, 0) == now
    assert votes.load() == []


def test_what_was_written_before_another_failed_stays() -> None:
    now = steps(Systems(broken="large"), SMALL, LARGE)[-1]
    assert now.columns[0].answer is not None
    assert "sentences backed" in now.columns[0].html


def test_a_slip_in_a_name_is_told_in_its_column_before_anything_is_asked() -> None:
    systems = Systems(unknown="large")
    now = steps(systems, SMALL, LARGE)[-1]
    assert systems.given == []
    assert "there is no large" in now.columns[1].html
    assert "Not asked" in now.columns[0].html


def test_a_bug_keeps_its_traceback() -> None:
    def make(model: str, prompt: str) -> Advisor:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(comparison.compared(Desk(make), "What?", [SMALL, LARGE], False))


def test_stop_keeps_what_was_shown_and_closes_the_model() -> None:
    systems = Systems()
    growing = comparison.compared(Desk(systems), "What?", [SMALL, LARGE], False)
    now = [next(growing) for _ in range(3)][-1]
    ended = comparison.stopped(now)
    assert list(growing) == [ended]
    assert systems.closed == 1
    assert [model for model, _, _ in systems.given] == ["small"]
    assert [("Stopped." in c.html, c.html.count('class="backed"')) for c in ended.columns] == [(True, 1), (True, 0)]
    assert not ended.running
    assert not ended.votable


def test_each_answer_takes_a_turn_in_the_line_of_those_who_ask() -> None:
    desk = Desk(Systems())
    with desk.line.join("somebody else"):
        growing = comparison.compared(desk, "What?", [SMALL, LARGE], False, "me")
        doing = [next(growing).columns[0].doing for _ in range(2)]
        assert doing == ["Looking through the documents …", "Waiting: 1 answer before yours …"]
        assert desk.line.waiting_of("me") == 1
    last = [*growing][-1]
    assert last.votable
    assert len(desk.line.times) == 3
    assert desk.line.waiting == 0


def test_somebody_who_asks_in_between_comes_before_the_next_column() -> None:
    desk = Desk(Systems())
    growing = comparison.compared(desk, "What?", [SMALL, LARGE], False, "me")
    while not (now := next(growing)).columns[0].html:
        pass
    other = desk.line.join("somebody else")
    while not (now := next(growing)).columns[1].doing.startswith("Waiting: 1 answer"):
        pass
    assert other.has_turn
    assert now.columns[0].answer
    other.leave()
    assert [*growing][-1].votable


@pytest.mark.parametrize("closes", [True, False])
def test_a_comparison_that_waits_can_be_stopped(closes: bool) -> None:
    systems = Systems()
    desk = Desk(systems)
    with desk.line.join("somebody else"):
        growing = comparison.compared(desk, "What?", [SMALL, LARGE], False, "me")
        now = [next(growing) for _ in range(2)][-1]
        if closes:
            desk.line.close()
        else:
            now.stop.set()
        (ended,) = growing
    assert ["Stopped." in column.html for column in ended.columns] == [True, True]
    assert systems.given == []
    assert desk.line.waiting == 0


def test_stop_does_nothing_to_a_comparison_that_is_done() -> None:
    now = steps(Systems(), SMALL, LARGE, blind=True)[-1]
    assert comparison.stopped(now) == now
    assert now.votable


def test_what_can_be_done_is_told() -> None:
    first, *_, last = steps(Systems(), SMALL, LARGE)
    assert "vote once all are done" in comparison.told(first)
    assert "Which answer is better?" in comparison.told(last)
    assert "Kept&#58; B is better." in comparison.told(comparison.voted(last, 1))
    assert "Kept&#58; a tie." in comparison.told(Comparison("What?", last.columns, True, "tie"))


def test_two_or_three_different_systems_can_be_picked() -> None:
    every = [SMALL, LARGE, OLD]
    assert comparison.picked(every, [LARGE.name, SMALL.name, comparison.NONE]) == [LARGE, SMALL]
    assert comparison.picked(every, [OLD.name, SMALL.name, LARGE.name]) == [OLD, SMALL, LARGE]
    for names in ([SMALL.name, SMALL.name, comparison.NONE], [SMALL.name, LARGE.name, SMALL.name]):
        with pytest.raises(AdvisorError, match="two or three different systems"):
            comparison.picked(every, names)


def test_the_tally_shows_each_pair_with_its_interval() -> None:
    assert "No votes yet." in comparison.tallied()
    for winner in (0, 0, 0, "tie"):
        votes.keep(Vote("What?", (SMALL, LARGE), winner, True))
    cells = Seen(comparison.tallied()).cells
    low, high = votes.wilson(0.5, 4)
    expected = ["large, answer/v2", "small, answer/v2", "0", "3", "1", "12%", f"{low:.0%} to {high:.0%}", "4 of 4"]
    assert cells[8:] == expected


def test_a_tally_that_cannot_be_read_is_told() -> None:
    database.place().mkdir(parents=True)
    assert "No tally" in comparison.tallied()
    assert "set ADVISOR&#95;DATA" in comparison.tallied()


class Page:
    """The tab's handlers, called as Gradio calls them."""

    def __init__(self, systems: Systems, *models: str) -> None:
        page = built(systems, models)
        self.fns = {fn.name: fn for fn in page.fns.values()}
        self.votes = [fn for fn in page.fns.values() if fn.name == "vote"]
        self.components = {block.elem_id: block for block in page.blocks.values() if getattr(block, "elem_id", None)}

    def ask(self, *named: System, text: str = "What?", blind: bool = True) -> list[Any]:
        names = [system.name for system in named]
        request = SimpleNamespace(session_hash="page")
        return list(self.fns["compare"].fn(text, blind, request, *names, *[comparison.NONE] * (3 - len(names))))


def test_vote_buttons_are_enabled_when_all_are_done_and_as_many_as_columns() -> None:
    *early, last = Page(Systems(), "small", "large").ask(SMALL, LARGE)
    for outputs in early:
        assert not any(button.interactive for button in outputs[-4:])
    assert [(button.visible, button.interactive) for button in last[-4:-1]] == [
        (True, True),
        (True, True),
        (False, True),
    ]
    assert last[-1].interactive


def test_a_vote_shows_the_names_and_the_tally() -> None:
    page = Page(Systems(), "small", "large")
    now = page.ask(SMALL, LARGE)[-1][1]
    *_, buttons_end, tally = page.votes[-1].fn(now)
    assert not buttons_end.interactive
    assert Seen(tally).cells[8:13] == ["large, answer/v2", "small, answer/v2", "0", "0", "1"]


def test_each_button_votes_for_its_own_column() -> None:
    page = Page(Systems(), "small", "large")
    now = page.ask(SMALL, LARGE, OLD)[-1][1]
    for fn in page.votes:
        fn.fn(now)
    assert [vote.winner for vote in votes.load()] == [0, 1, 2, "tie"]


def test_the_same_system_twice_and_an_empty_question_ask_nothing() -> None:
    systems = Systems()
    page = Page(systems, "small", "large")
    ((told,),) = [list(outputs.values()) for outputs in page.ask(SMALL, SMALL)]
    assert "two or three different systems" in told.value
    assert told.visible
    assert page.ask(SMALL, LARGE, text=" \n") == []
    assert systems.given == []


def test_a_vote_that_cannot_be_kept_is_told_on_the_page() -> None:
    page = Page(Systems(), "small", "large")
    now = page.ask(SMALL, LARGE)[-1][1]
    database.place().mkdir(parents=True)
    (told,) = page.votes[0].fn(now).values()
    assert "Not kept" in told.value
    assert told.visible


def test_comparisons_wait_in_the_line_and_votes_for_none_of_them() -> None:
    page = Page(Systems(), "small", "large")
    assert page.fns["compare"].concurrency_limit is page.fns["answer"].concurrency_limit is None  # of Gradio's own
    assert {fn.concurrency_id for fn in page.votes} == {"vote"}
    assert {fn.concurrency_limit for fn in page.votes} == {1}


def test_every_model_with_every_prompt_can_be_picked_and_the_first_two_differ() -> None:
    page = Page(Systems(), "small", "large")
    first, second, third = (page.components[f"system-{place}"] for place in range(3))
    names = [f"{model}, answer/v{number}" for model in ("small", "large") for number in (1, 2)]
    assert [choice for choice, _ in first.choices] == [choice for choice, _ in second.choices] == names
    assert [choice for choice, _ in third.choices] == [comparison.NONE, *names]
    assert (first.value, third.value) == (SMALL.name, comparison.NONE)
    assert second.value != first.value


def test_a_page_with_one_system_can_be_built() -> None:
    assert built(Systems(), ["small"], ["answer/v2"]).title == "Career advisor"
