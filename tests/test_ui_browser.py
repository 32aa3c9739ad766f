"""The chat in headless Chromium, served by another process: packaged models, bundled documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import chromium, hosts, serving
from selenium.common.exceptions import ElementNotInteractableException, StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from advisor import paths
from advisor.corpus import read
from advisor.ui.app import EXAMPLES

pytestmark = pytest.mark.browser
QUESTION = "What does a mid-level machine learning engineer earn in India?"
FOLLOW_UP, UNDERSTOOD = "And a senior one?", "senior machine learning engineer"
LISTED = "Which certifications are worth getting?"  # the answer is a list of the documents: no model writes
LONG = "Do I need Python to become a machine learning engineer?"
ABSENT = "What does a nurse earn in Norway?"
HOSTILE = 'Who is <img src=x onerror="document.title=1"> [x](javascript:alert(1)) **king** of Zembla?'
UPLOADED = "Method not implemented"  # a warning that Gradio logs of every upload
_SCROLLS = "return document.documentElement.scrollWidth > innerWidth"
_VISIBLE = "return [...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility())"
_TEXTS = f"{_VISIBLE}.map(one => one.innerText.trim())"
_COVERED = """
const { left, top, width, height } = document.getElementById('source').getBoundingClientRect();
const steps = [...Array(20).keys()].map(step => (step + .5) / 20);
const over = steps.flatMap(x => steps.map(y => document.elementFromPoint(left + x * width, top + y * height)));
return over.filter(one => !one.closest('#source')).map(one => one.outerHTML);
"""
_BEHIND = """
for (let at = document.querySelector(arguments[0]); at; at = at.parentElement) {
  const [red, green, blue, alpha] = getComputedStyle(at).backgroundColor.match(/[\\d.]+/g).map(Number);
  if (alpha !== 0) return (red + green + blue) / 3;
}
return 255;
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model_cache: Path, bundled_index: Path) -> Iterator[str]:
    arguments = ("--corpus", str(paths.data("corpus")), "--index", str(bundled_index))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(model_cache))
        with serving(*arguments, log=tmp_path_factory.mktemp("page") / "chat.log") as found:
            yield found


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Chrome]:
    with chromium(1440) as found:
        found.get(address)
        yield found


@pytest.fixture
def page(browser: Chrome) -> Chrome:
    """The page with a new conversation."""
    find(browser, "#clear").click()
    until(browser, lambda page: not visible(page, "#chat .asked") and visible(page, "#ask"))
    return browser


def until(browser: Chrome, holds: Callable[[Chrome], object], seconds: float = 40.0) -> None:
    """Wait until something holds; what the page replaces or moves in the meantime is looked up again."""
    passing = [StaleElementReferenceException, ElementNotInteractableException]
    WebDriverWait(browser, seconds, 0.05, passing).until(holds)


def visible(browser: Chrome, selector: str) -> list[WebElement]:
    found: list[WebElement] = browser.execute_script(_VISIBLE, selector)
    return found


def texts(browser: Chrome, selector: str) -> list[str]:
    """Return the text of each thing in sight, all as they are at one moment."""
    found: list[str] = browser.execute_script(_TEXTS, selector)
    return found


def find(browser: Chrome, selector: str, place: int = 0) -> WebElement:
    """Return one of the things in sight that fit, once it is there: the first, or the last with a place of -1."""
    until(browser, lambda page: visible(page, selector))
    return visible(browser, selector)[place]


def click(browser: Chrome, selector: str, place: int = 0) -> None:
    """Click on one of the things in sight that fit, even if the page puts it there anew meanwhile."""
    until(browser, lambda page: find(page, selector, place).click() is None)


def ask(browser: Chrome, text: str) -> None:
    """Ask a question, and wait until it stands in the chat."""
    until(browser, lambda page: visible(page, "#question textarea") and visible(page, "#ask"))
    before = len(visible(browser, "#chat .asked"))
    browser.find_element(By.CSS_SELECTOR, "#question textarea").send_keys(text)
    browser.find_element(By.CSS_SELECTOR, "#ask").click()
    until(browser, lambda page: len(visible(page, "#chat .asked")) == before + 1)


def answered(browser: Chrome, text: str) -> None:
    """Ask a question, and wait until its answer, or its refusal, is whole and another could be asked."""
    count = len(visible(browser, "#chat .reply.whole"))
    ask(browser, text)
    settled(browser, count + 1)


def settled(browser: Chrome, count: int) -> None:
    """Wait until there are so many whole answers, and another question could be asked."""
    until(browser, lambda page: len(visible(page, "#chat .reply.whole")) == count and visible(page, "#ask"))


def said(browser: Chrome) -> str:
    return "".join(texts(browser, "#chat"))


def questions(browser: Chrome) -> list[str]:
    return texts(browser, "#chat .asked")


def last(browser: Chrome, selector: str) -> str:
    """Return the text of the last such thing in the chat, nothing where there is none."""
    return "".join(texts(browser, f"#chat {selector}")[-1:])


def nothing_amiss(browser: Chrome) -> None:
    """Check that nothing came from elsewhere and that nothing failed."""
    assert hosts(browser) == {"127.0.0.1"}
    told = [entry["message"] for entry in browser.get_log("browser")]
    assert [message for message in told if UPLOADED not in message] == []


def reload(browser: Chrome) -> None:
    """Open the page anew; that it was left in the middle of something is all that Gradio may log of it."""
    nothing_amiss(browser)
    browser.refresh()
    find(browser, "#ask")
    browser.get_log("browser")


def test_an_answer_is_seen_to_grow_and_a_citation_opens_its_passage_beside_it(page: Chrome) -> None:
    ask(page, QUESTION)
    until(page, lambda page: "writing" in last(page, ".note") and visible(page, "#stop"))
    settled(page, 1)
    assert "sentences backed · smollm2-135m, answer/v2" in said(page)
    assert not visible(page, "#source")
    click(page, "#chat a.cite")
    until(page, lambda page: visible(page, "#source mark.chosen"))
    panel, mark = find(page, "#source"), find(page, "#source mark.chosen")
    assert mark.text
    (document,) = [one for one in read.read([paths.data("corpus")]).documents if mark.text in one.text]
    head = panel.find_element(By.TAG_NAME, "h2")
    assert document.title in head.text
    assert "Salary of a Machine Learning Engineer in India › Salary by Experience" in head.text
    assert "Why this passage: BM25 rank 1" in panel.text
    assert document.source in panel.text
    assert page.switch_to.active_element == head
    assert head.location["x"] > find(page, "#chat .reply").location["x"] + find(page, "#chat .reply").size["width"]
    page.switch_to.active_element.send_keys(Keys.ESCAPE)
    until(page, lambda page: not visible(page, "#source"))
    assert page.switch_to.active_element == find(page, "#chat a.cite")


def test_a_follow_up_is_understood_and_can_be_asked_in_other_words(page: Chrome) -> None:
    answered(page, QUESTION)
    answered(page, FOLLOW_UP)
    assert UNDERSTOOD in last(page, ".understood q")
    assert "Senior-Level" in last(page, ".answer")
    assert len(visible(page, "#chat .reword")) == 1
    find(page, "#chat .reword").click()
    box = find(page, "#reword textarea")
    until(page, lambda page: box.get_property("value") == last(page, ".understood q").strip('"“”'))
    box.clear()
    box.send_keys(LISTED)
    find(page, "#reask").click()
    until(page, lambda page: questions(page) == [QUESTION, LISTED])
    settled(page, 2)
    assert "TensorFlow Developer Certificate" in last(page, ".reply")
    assert not visible(page, "#reword-row")


def test_what_could_be_asked_next_is_answered_with_a_click(page: Chrome) -> None:
    answered(page, LISTED)
    offers = texts(page, "#chat .nexts .offer")
    assert offers
    assert LISTED not in offers
    find(page, "#question textarea").send_keys("A draft")
    click(page, "#chat .nexts .offer")
    until(page, lambda page: questions(page) == [LISTED, offers[0]])
    settled(page, 2)
    assert "sentences backed" in last(page, ".reply")
    assert not {LISTED, offers[0]} & {*texts(page, "#chat .nexts .offer")}
    assert find(page, "#question textarea").get_property("value") == "A draft"
    find(page, "#question textarea").clear()


@pytest.mark.parametrize("by_key", [False, True], ids=["click", "key"])
def test_what_a_refusal_offers_is_asked_with_one_click_or_key(page: Chrome, by_key: bool) -> None:
    answered(page, ABSENT)
    assert ABSENT in last(page, ".abstain")
    wanted = texts(page, "#chat .offer")[0]
    assert f"- {wanted}" not in last(page, ".reply")
    if by_key:
        find(page, "#chat .offer").send_keys(Keys.ENTER)
    else:
        click(page, "#chat .offer")
    until(page, lambda page: questions(page) == [ABSENT, wanted])
    settled(page, 2)
    assert "sentences backed" in last(page, ".reply")


def test_what_a_person_types_is_text_and_older_citations_still_open(page: Chrome) -> None:
    answered(page, LISTED)
    answered(page, HOSTILE)
    assert questions(page) == [LISTED, HOSTILE]
    assert HOSTILE in last(page, ".abstain")
    assert not page.find_elements(By.CSS_SELECTOR, "#chat img, #chat a:not(.cite), #chat .asked strong")
    assert page.title == "Career advisor"
    click(page, "#chat a.cite")
    until(page, lambda page: visible(page, "#source mark.chosen"))
    find(page, "#source .close").click()
    until(page, lambda page: not visible(page, "#source"))


def test_stop_ends_an_answer_and_retry_does_not_double_it(page: Chrome) -> None:
    ask(page, LONG)
    until(page, lambda page: visible(page, "#stop") and "writing" in said(page))
    assert not find(page, "#clear").is_enabled()
    find(page, "#stop").click()
    until(page, lambda page: "Stopped." in said(page) and visible(page, "#ask"))
    assert not visible(page, "#chat .reply.whole")
    find(page, "#retry").click()
    click(page, "#chat a.cite")
    until(page, lambda page: visible(page, "#source mark.chosen"))
    settled(page, 1)
    assert visible(page, "#source mark.chosen")
    assert visible(page, "#chat a.cite.chosen") == [find(page, "#chat a.cite")]
    find(page, "#source .close").click()
    assert questions(page) == [LONG]
    assert "Stopped." not in said(page)
    assert "sentences backed" in last(page, ".reply")


def settings(browser: Chrome) -> None:
    """Open the settings, which a page begins with closed."""
    find(browser, "#settings > button").click()
    find(browser, "#model input")


def pick(browser: Chrome, picker: str, words: str) -> None:
    """Choose what begins with these words in one of the pickers."""
    find(browser, f"{picker} input").click()
    until(browser, lambda page: any(one.text.startswith(words) for one in visible(page, f"{picker} [role=option]")))
    (option,) = [one for one in visible(browser, f"{picker} [role=option]") if one.text.startswith(words)]
    option.click()


def facts(browser: Chrome) -> dict[str, str]:
    """Open how the last answer was made, and return what it says."""
    find(browser, "#chat .made summary", -1).click()
    rows = find(browser, "#chat .made[open]", -1).find_elements(By.CSS_SELECTOR, "dt, dd")
    return {name.text: fact.text for name, fact in zip(rows[::2], rows[1::2], strict=True)}


def test_an_answer_says_the_settings_it_was_made_with_and_marks_what_nothing_backs(page: Chrome) -> None:
    settings(page)
    number = find(page, "#passages input[type=number]")
    number.send_keys(Keys.CONTROL, "a")
    number.send_keys("2", Keys.TAB)
    find(page, "#unbacked label:nth-of-type(2)").click()
    answered(page, "What is PyTorch used for?")
    now = facts(page)
    assert (now["Model"], now["Prompt"], now["Passages"], now["Unbacked"]) == ("smollm2-135m", "answer/v2", "2", "mark")
    assert 1 <= len(page.find_elements(By.CSS_SELECTOR, "#chat .passage")) <= 2
    doubtful, backed = find(page, "#chat .unbacked"), find(page, "#chat .backed")
    assert "not backed by the documents" in doubtful.text
    assert doubtful.value_of_css_property("text-decoration-line") == "underline"
    assert backed.value_of_css_property("text-decoration-line") == "none"
    pick(page, "#prompt", "answer/v1")
    answered(page, LISTED)
    assert facts(page)["Prompt"] == "answer/v1"
    reload(page)


def test_a_model_that_is_not_here_is_told_with_what_to_do_and_another_still_answers(page: Chrome) -> None:
    settings(page)
    pick(page, "#model", "smollm2-360m")
    until(page, lambda page: "Not loaded" in find(page, "#model-state").text)
    told = find(page, "#model-state").text
    assert "is not on this machine and the hub cannot be reached" in told
    assert "use smollm2-135m" in told
    ask(page, "Which books should I read?")
    until(page, lambda page: visible(page, "#chat .problem") and visible(page, "#ask"))
    assert "use smollm2-135m" in last(page, ".problem")
    assert "Traceback" not in said(page)
    pick(page, "#model", "smollm2-135m")
    until(page, lambda page: "smollm2-135m is ready" in find(page, "#model-state").text)
    find(page, "#retry").click()
    settled(page, 1)
    assert "sentences backed" in last(page, ".reply")
    assert not visible(page, "#chat .problem")
    reload(page)


def test_no_other_host_was_asked_for_anything_and_nothing_was_logged(page: Chrome) -> None:
    nothing_amiss(page)


def test_all_is_within_reach_on_a_narrow_dark_screen(address: str) -> None:
    with chromium(360, 740, dark=True) as phone:
        phone.get(address)
        until(phone, lambda phone: phone.find_element(By.ID, "sidebar").location["x"] < 0)
        find(phone, "#chat button.example", EXAMPLES.index(LISTED)).click()
        settled(phone, 1)
        assert questions(phone) == [LISTED]
        assert not phone.execute_script(_SCROLLS)
        assert _lightness(phone, "body") < 60
        assert _lightness(phone, "#chat") < 60
        click(phone, "#chat a.cite")
        until(phone, lambda phone: visible(phone, "#source mark.chosen"))
        assert find(phone, "#source").rect["width"] == 360
        assert phone.execute_script(_COVERED) == []
        assert not phone.execute_script(_SCROLLS)
        find(phone, "#source .close").click()
        find(phone, ".toggle-button").click()
        until(phone, lambda phone: find(phone, "#clear").location["x"] >= 0)
        settings(phone)
        assert not phone.execute_script(_SCROLLS)
        find(phone, ".toggle-button").click()
        until(phone, lambda phone: find(phone, "#question textarea").is_enabled())
        nothing_amiss(phone)


def _lightness(browser: Chrome, selector: str) -> float:
    """Return how light what lies behind this is, 0 to 255; where it has no colour of its own, what lies behind that."""
    return float(browser.execute_script(_BEHIND, selector))
