"""ui.evaluate: an evaluation starts, tells how far it is, stops, shows its report, and its items open in the chat.

Run as a program it serves the page on the port that it is given.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from html import unescape
from pathlib import Path
from queue import Queue
from threading import Event
from typing import Any

import pages
import pytest
from browser import hosts, opened
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait
from test_eval_written import CONTROL, FIRST, HOSTILE, SECOND, sample
from test_ui_compare import Systems

from advisor.answer.rewrite import standalone
from advisor.errors import AdvisorError, ItemError, ModelError
from advisor.eval import experiment
from advisor.eval.items import Item
from advisor.eval.report import Report
from advisor.eval.run import Progress
from advisor.eval.systems import System
from advisor.types import Turn
from advisor.ui import bench as bench_module
from advisor.ui import evaluate, result, talk
from advisor.ui.bench import Bench, Step, Work

OFFERS = evaluate.offered(["small", "large"], ["answer/v1", "answer/v2"], "minilm")
ITEM = Item(id="king", question="Who is king?", behaviour="abstain", split="dev")
WAIT = 20.0  # seconds, at most, for what comes at once


class Fake:
    """Takes the place of `experiment.run`: `steps` items, then the report, or an error in its place.

    With `held` it waits within its second item until it is told to `go`; `inside` is set once it is there.
    """

    def __init__(self, steps: int = 3, error: Exception | None = None, held: bool = False) -> None:
        self.steps = steps
        self.error = error
        self.held = held
        self.go, self.inside = Event(), Event()
        self.given: list[tuple[Any, ...]] = []
        self.answered = 0

    def __call__(
        self,
        systems: Sequence[System],
        items: Sequence[Item],
        item_set: str,
        corpus: Sequence[str],
        folder: Path,
        progress: Progress,
    ) -> Report:
        self.given.append((list(systems), list(items), item_set, corpus, folder))
        for place in range(1, self.steps + 1):
            if self.held and place == 2:
                self.inside.set()
                assert self.go.wait(WAIT)
            self.answered = place
            progress("answering", place, self.steps)
        if self.error:
            raise self.error
        return sample()


def bench(monkeypatch: pytest.MonkeyPatch, fake: Fake) -> Bench:
    monkeypatch.setattr(experiment, "run", fake)
    return Bench(("docs",), Path("index"))


def ended(work: Work) -> Work:
    assert work.ended.wait(WAIT)
    return work


def test_an_evaluation_is_run_over_the_documents_of_the_bench_and_ends_with_its_report(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake = Fake()
    work = ended(bench(monkeypatch, fake).start(OFFERS[:1], [ITEM], "core, dev 1"))
    assert fake.given == [(OFFERS[:1], [ITEM], "core, dev 1", ("docs",), Path("index"))]
    assert (work.report, work.problem) == (sample(), "")
    assert evaluate.state(work) == ""
    assert "<script" in work.page


def test_while_it_runs_it_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(held=True)
    work = bench(monkeypatch, fake).start(OFFERS[:1], [ITEM], "core, dev 1")
    assert fake.inside.wait(WAIT)
    assert (work.step.doing, work.step.done, work.step.total) == ("answering", 1, 3)
    told = unescape(evaluate.state(work))
    assert 'max="3" value="1"' in told
    assert "core, dev 1: answering: 1 of 3 …" in told
    fake.go.set()
    assert ended(work).step.done == 3


def test_stop_ends_it_after_the_item_in_hand_and_it_can_be_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(held=True)
    held = bench(monkeypatch, fake)
    work = held.start(OFFERS[:1], [ITEM], "core")
    assert fake.inside.wait(WAIT)
    held.stop()
    assert "stopping after the item in hand" in evaluate.state(work)
    fake.go.set()
    ended(work)
    assert (fake.answered, work.report, work.problem) == (2, None, "")
    assert "What was answered is kept" in evaluate.state(work)
    assert ended(held.start(OFFERS[:1], [ITEM], "core")).report == sample()


def test_a_second_one_is_told_what_goes_on_and_leaves_the_first_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(held=True)
    held = bench(monkeypatch, fake)
    work = held.start(OFFERS[:1], [ITEM], "core, dev 1")
    assert fake.inside.wait(WAIT)
    with pytest.raises(AdvisorError, match=r"over core, dev 1 is under way \(answering: 1 of 3\); wait .* or reload"):
        held.start(OFFERS, [ITEM], "other")
    assert held.work is work
    assert len(fake.given) == 1
    fake.go.set()
    assert ended(work).report == sample()


def test_stopping_when_nothing_was_started_does_nothing() -> None:
    held = Bench((), Path("index"))
    held.stop()
    assert held.work is None


def test_an_error_that_a_person_can_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(error=ModelError("no model <x>; see: advisor models"))
    work = ended(bench(monkeypatch, fake).start(OFFERS[:1], [ITEM], "core"))
    assert work.report is None
    assert "<strong>No report:</strong> no model &lt;x&gt;; see&#58; advisor models" in evaluate.state(work)


def test_a_bug_goes_to_the_log_and_the_next_evaluation_can_start(monkeypatch: pytest.MonkeyPatch) -> None:
    logged: Queue[type[BaseException]] = Queue()
    monkeypatch.setattr(threading, "excepthook", lambda given: logged.put(given.exc_type))
    held = bench(monkeypatch, Fake(error=ZeroDivisionError()))
    work = held.start(OFFERS[:1], [ITEM], "core")
    assert ended(work).problem == talk.WENT_WRONG
    monkeypatch.setattr(experiment, "run", Fake())
    assert ended(held.start(OFFERS[:1], [ITEM], "core")).report
    assert logged.get(timeout=WAIT) is ZeroDivisionError


def test_the_time_left_is_that_of_the_last_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0] * 100 + [2.0 * second for second in range(1, 21)])
    monkeypatch.setattr(bench_module.time, "monotonic", lambda: next(clock))
    work = Work("core")
    for done in range(1, 101):  # out of the cache, in no time
        work.progress("answering", done, 130)
    assert bench_module.told(work.step) == "answering: 100 of 130"
    for done in range(101, 121):
        work.progress("answering", done, 130)
    assert work.step == Step("answering", 120, 130, 20.0)
    assert bench_module.told(work.step) == "answering: 120 of 130, about 20 s left"


def test_what_is_done_next_has_a_time_of_its_own() -> None:
    work = Work("core")
    work.progress("answering", 1, 2)
    work.progress("answering", 2, 2)
    assert bench_module.told(work.step) == "answering: 2 of 2, summing up"
    work.progress("judging", 1, 2)
    assert work.step == Step("judging", 1, 2, None)
    assert bench_module.told(Step()) == "opening the documents"


def test_the_picked_systems_come_in_their_order_and_the_pasted_ones_after_them() -> None:
    found = evaluate.picked(OFFERS, ["large, answer/v2", "small, answer/v1"], f'{evaluate.EXAMPLE}\nmodel = "small"')
    assert found == [
        System(name="large, answer/v2", model="large", prompt="answer/v2"),
        System(name="small, answer/v1", model="small", prompt="answer/v1"),
        System(name="warm", temperature=0.7, prompt="answer/v2", model="small"),
    ]


PASTED = '[[system]]\nname = "new"\nmodel = "small"\n'


@pytest.mark.parametrize(
    ("names", "pasted", "told"),
    [
        ([], " \n", "there is no system to evaluate; pick one"),
        ([], "not toml", "the pasted TOML cannot be read: .*; expected tables"),
        ([], PASTED + "warmth = 3", "the pasted TOML: .*warmth: .*; known settings: name"),
        (["small, answer/v1"], PASTED.replace("new", "small, answer/v1"), "two systems have the name small, answer/v1"),
        (
            [],
            '[[system]]\nname = "a"\nmodel = "openai:http://h/v1#m"',
            "'a' has the model 'openai.*'; this page offers large, small",
        ),
        ([], PASTED + 'prompt = "judge/v1"', "the prompt 'judge/v1'; this page offers answer/v1, answer/v2"),
        ([], PASTED + 'embedder = "../secret"', "the embedder '../secret'; this page offers .*minilm"),
        ([], PASTED + 'embedder = "minilm"\n\n[[system]]\nname = "always refusing"\nmodel = "small"', "is a control's"),
    ],
)
def test_what_cannot_be_evaluated_is_told_in_a_sentence(names: list[str], pasted: str, told: str) -> None:
    with pytest.raises(AdvisorError, match=told) as caught:
        evaluate.picked(OFFERS, names, pasted)
    assert "systems.toml" not in str(caught.value)


def test_no_system_puts_its_index_in_the_place_of_the_one_that_the_chat_has_open() -> None:
    other = evaluate.offered(["small"], ["answer/v2"], "mine")
    assert evaluate.picked(other, ["small, answer/v2"], "")[0].embedder == "mine"
    with pytest.raises(ItemError, match="has the embedder 'minilm'; this page offers mine"):
        evaluate.picked(other, [], PASTED)


def test_a_set_is_the_shipped_one_or_a_file(tmp_path: Path) -> None:
    items, named = evaluate.asked(" ", "test")
    assert {item.split for item in items} == {"test"}
    assert named == f"core.jsonl, test {len(items)}"
    path = tmp_path / "own.jsonl"
    path.write_text(ITEM.model_dump_json())
    assert evaluate.asked(f" {path} ", "dev") == ([ITEM], "own.jsonl, dev 1")


def test_what_is_no_set_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    for missing in (path, tmp_path, Path("/dev/zero")):  # what would never end must not be read
        with pytest.raises(ItemError, match="is no file; expected items as JSON lines, as in "):
            evaluate.asked(str(missing), "dev")
    path.write_text(ITEM.model_dump_json() + "\n{}")
    with pytest.raises(ItemError, match=r"own\.jsonl, line 2: .*Field required"):
        evaluate.asked(str(path), "dev")
    path.write_text(ITEM.model_dump_json())
    with pytest.raises(ItemError, match="no items in split test"):
        evaluate.asked(str(path), "test")


def test_the_summary_tells_every_systems_headlines_the_verdicts_and_the_flags() -> None:
    report = sample()
    lost = [sum(system.lost.values()) for system in report.systems]
    told = unescape(result.summary(report))
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', told)
    assert heads == ["system", "told", "right", "p50 s", "refusals", "lost"]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?</tr>", told)[1:]]
    refusals = ".667<small>.125 wrong</small>"
    right = ".667<small>.250 to 1.000</small>"
    assert rows == [
        [FIRST, ".667<small>.567 to .717</small>", right, "1.25", refusals, f"{lost[0]}<small>of 3</small>"],
        [SECOND, ".333<small>.233 to .383</small>", right, "1.25", refusals, f"{lost[1]}<small>of 3</small>"],
        [CONTROL, ".000<small>-.100 to .050</small>", "–", "1.25", refusals, "–"],
    ]
    assert told.count('<tr class="control">') == 1
    assert re.findall(r'<li class="(.*?)"><b>(.*?)</b>', told) == [("worse", "told"), ("too-few", "right")]
    assert all(words in told for words in ("core.jsonl · 75 s · 4 answers made", "greedy"))
    assert "right: it ranks nothing" in told


def test_the_summary_is_text_and_says_nothing_of_flags_where_there_are_none() -> None:
    told = result.summary(replace(sample(), item_set=HOSTILE, notes=(HOSTILE,), flags=()))
    assert "<script" not in told
    assert "<b>v1" not in told  # the second system's name
    assert "Read with care" not in told


def test_items_are_all_those_lost_and_those_that_systems_do_not_score_alike() -> None:
    report = sample()
    found = {kind: [item.id for item in result.which(report, kind)] for kind in ("all", "lost", "changed")}
    assert found == {"all": ["pay", "odd one/é", "none"], "lost": ["pay", "odd one/é"], "changed": ["pay"]}
    assert result.kinds(report) == [("All (3)", "all"), ("Lost (2)", "lost"), ("Changed (1)", "changed")]
    assert result.choices(report, "changed") == [("pay: What do seniors earn?", "pay")]


def test_with_one_system_no_item_changed() -> None:
    report = sample()
    alone = replace(report, systems=(report.systems[0], report.systems[2]))
    assert result.choices(alone, "changed") == []


def test_an_item_is_shown_with_what_each_system_made_of_it() -> None:
    report = sample()
    told = unescape(result.shown(report, report.items[0]))
    assert re.sub("<.*?>", "|", told.replace(SECOND, "second")) == (
        "||And juniors?|||What do seniors earn?||Expected: 30|"
        "|default |as expected|||Seniors earn 30.||second |lost at generation|||Juniors earn 5.|"
    )
    assert "Expected: a refusal" in unescape(result.shown(report, report.items[2]))
    assert "<script" not in result.shown(report, report.items[1])


def test_an_items_earlier_questions_are_turns_that_its_question_may_refer_to() -> None:
    question, before = evaluate.opened(sample().items[0])
    assert question == "What do seniors earn?"
    turns = talk.history(before)
    assert [turn.text for turn in turns if turn.role == "user"] == ["And juniors?"]
    assert all(evaluate.EARLIER in unescape(shown["content"]) for shown in talk.messages(before)[1::2])
    assert standalone("What of their pay there?", turns) == standalone(
        "What of their pay there?", [Turn("user", "And juniors?")]
    )


def test_the_frame_holds_the_whole_page_and_can_neither_read_nor_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    work = ended(bench(monkeypatch, Fake()).start(OFFERS[:1], [ITEM], "core"))
    (found,) = re.findall(
        r'^<iframe title="The whole report" sandbox="allow-scripts" srcdoc="([^"]*)"></iframe>$', evaluate.frame(work)
    )
    assert unescape(found).replace('<base href="about:srcdoc">', "") == work.page
    assert evaluate.frame(Work("core")) == ""


class Page:
    """The page's handlers, called as Gradio calls them."""

    def __init__(self, held: Bench) -> None:
        page = pages.built(Systems(), ["small", "large"], ["answer/v2"], bench=held)
        self.functions = {fn.name: fn for fn in page.fns.values()}

    def steps(self, name: str, *inputs: object) -> list[dict[str, Any]]:
        """Return what a handler shows, step by step, by the widgets' ids."""
        return [
            {widget.elem_id or "held": value for widget, value in step.items()}
            for step in self.functions[name].fn(*inputs)
        ]

    def call(self, name: str, *inputs: object) -> dict[str, Any]:
        """Return what a handler shows, by the widgets' ids."""
        found = self.functions[name].fn(*inputs)
        named = found.items() if isinstance(found, dict) else zip(self.functions[name].outputs, found, strict=True)
        return {widget.elem_id or "held": value for widget, value in named}


CHOSEN = (["small, answer/v2"], "", "", "dev")


def test_run_shows_how_far_it_is_and_then_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake(held=True)
    page = Page(bench(monkeypatch, fake))
    running = page.functions["evaluate"].fn(*CHOSEN)
    first = {widget.elem_id: value for widget, value in next(running).items()}
    assert "<progress" in first["progress"]
    assert (first["run"].visible, first["halt"].visible, first["result"].visible) == (False, True, False)
    fake.go.set()
    last = {widget.elem_id or "held": value for widget, value in [*running][-1].items()}
    assert (last["run"].visible, last["halt"].visible, last["result"].visible) == (True, False, True)
    assert last["summary"] == result.summary(sample())
    assert last["item"].value == "pay"
    assert "srcdoc" in last["whole"]
    assert [system.name for system in fake.given[0][0]] == ["small, answer/v2"]


def test_a_page_that_is_opened_later_follows_what_goes_on_and_shows_what_came_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = bench(monkeypatch, Fake())
    page = Page(held)
    assert page.steps("resume") == [{"progress": ""}]
    work = ended(held.start(OFFERS[:1], [ITEM], "core"))
    assert page.steps("resume")[-1]["held"] is work


def test_a_slip_is_told_on_the_page_and_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake()
    page = Page(bench(monkeypatch, fake))
    for given in (
        ([], "", "", "dev"),
        (["small, answer/v2"], "oops", "", "dev"),
        (["small, answer/v2"], "", "no", "dev"),
    ):
        (told,) = page.steps("evaluate", *given)
        assert "<strong>Not started:</strong>" in told["progress"]
    assert fake.given == []


def test_a_kind_without_items_offers_none_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(Bench((), Path("index")))
    none = Work("core", report=replace(sample(), items=()))
    told = page.call("list_items", none, "lost")
    assert (told["item"].value, told["into-chat"].interactive) == (None, False)
    assert "There are none" in told["card"]
    told = page.call("list_items", Work("core", report=sample()), "changed")
    assert (told["item"].choices, told["item"].value) == ([("pay: What do seniors earn?", "pay")], "pay")
    assert told["into-chat"].interactive


def test_open_in_the_chat_puts_the_question_in_its_box_after_the_earlier_ones() -> None:
    shown = Page(Bench((), Path("index"))).call("open_item", Work("core", report=sample()), "pay")
    assert shown["tabs"].selected == "chat"
    assert shown["question"] == "What do seniors earn?"
    assert [one.question for one in shown["held"]] == ["And juniors?"]


def test_a_page_without_a_bench_has_no_such_tab() -> None:
    page = pages.built(Systems(), ["small"], ["answer/v2"])
    assert "evaluate" not in {fn.name for fn in page.fns.values()}


def main() -> None:
    """Serve the page, with evaluations that are made up, on the port that was given."""
    experiment.run = Fake()
    held = Bench((), Path("index"))
    pages.serve(pages.blocks(Systems(), ["small", "large"], ["answer/v2"], bench=held), int(sys.argv[1]))


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Chrome]:
    with opened(__file__, tmp_path) as found:
        yield found


def until(browser: Chrome, holds: Callable[[Chrome], object]) -> None:
    WebDriverWait(browser, WAIT, 0.05, [StaleElementReferenceException]).until(holds)


def press(browser: Chrome, selector: str, words: str) -> None:
    """Click what has these words, once it is in sight."""

    def pressed(browser: Chrome) -> bool:
        found = [one for one in browser.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()]
        fit = [one for one in found if one.text == words]
        for one in fit[:1]:
            one.click()
        return bool(fit)

    until(browser, pressed)


def words(browser: Chrome, selector: str) -> str:
    return " ".join(one.text for one in browser.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed())


@pytest.mark.browser
def test_an_evaluation_is_run_seen_and_one_of_its_items_opened_in_the_chat(browser: Chrome) -> None:
    press(browser, "button[role=tab]", "Evaluate")
    press(browser, "#run", "Run")
    until(browser, lambda page: ".567 to .717" in words(page, "#summary table"))
    assert browser.title == "Career advisor"
    frame = browser.find_element(By.CSS_SELECTOR, "#whole iframe")
    browser.switch_to.frame(frame)
    press(browser, "nav a", "Items")  # a link that stays within the frame
    until(browser, lambda page: page.execute_script("return location.href") == "about:srcdoc#items")
    assert browser.execute_script("return document.querySelectorAll('#list li').length") == 3
    browser.switch_to.default_content()
    press(browser, "#kind label", "Changed (1)")
    until(browser, lambda page: "And juniors?" in words(page, "#card"))
    press(browser, "#into-chat", "Open in the chat")
    until(browser, lambda page: page.find_element(By.CSS_SELECTOR, "#question textarea").is_displayed())
    box = browser.find_element(By.CSS_SELECTOR, "#question textarea")
    until(browser, lambda _: box.get_property("value") == "What do seniors earn?")
    assert words(browser, "#chat .asked") == "And juniors?"
    assert hosts(browser) == {"127.0.0.1"}
    assert browser.get_log("browser") == []


@pytest.mark.browser
def test_a_page_that_is_opened_again_shows_the_report_that_was_made(browser: Chrome) -> None:
    press(browser, "button[role=tab]", "Evaluate")
    press(browser, "#run", "Run")
    until(browser, lambda page: ".567 to .717" in words(page, "#summary table"))
    browser.refresh()
    press(browser, "button[role=tab]", "Evaluate")
    until(browser, lambda page: ".567 to .717" in words(page, "#summary table"))
    assert words(browser, "#run") == "Run"


@pytest.mark.browser
def test_a_slip_is_seen_as_a_sentence(browser: Chrome) -> None:
    press(browser, "button[role=tab]", "Evaluate")
    until(browser, lambda page: words(page, "#run") == "Run")
    browser.find_element(By.CSS_SELECTOR, "#set textarea").send_keys("no-such.jsonl")
    press(browser, "#run", "Run")
    until(browser, lambda page: "no-such.jsonl is no file" in words(page, "#progress"))
    assert words(browser, "#run") == "Run"


if __name__ == "__main__":
    main()
