"""The real page in headless Chromium: packaged models, bundled corpus, another process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import chromium, hosts, serving
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from advisor import paths
from advisor.corpus import read
from advisor.ui.app import EXAMPLES

pytestmark = pytest.mark.browser
QUESTION = "Do I need Python to become a machine learning engineer?"
ABSENT = "What does a nurse earn in Norway?"
HOSTILE = 'Who is <img src=x onerror="document.title=1"> [x](javascript:alert(1)) **king** of Zembla?'


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model_cache: Path, bundled_index: Path) -> Iterator[str]:
    arguments = ("--corpus", str(paths.data("corpus")), "--index", str(bundled_index))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(model_cache))
        with serving(*arguments, log=tmp_path_factory.mktemp("page") / "chat.log") as found:
            yield found


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Chrome]:
    with chromium() as browser:
        browser.get(address)
        yield browser


def until(browser: Chrome, holds: Callable[[Chrome], object], seconds: float = 40.0) -> None:
    """Wait until something holds; what the page replaces in the meantime is looked up again."""
    WebDriverWait(browser, seconds, 0.05, [StaleElementReferenceException]).until(holds)


def visible(browser: Chrome, selector: str) -> list[WebElement]:
    return [found for found in browser.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()]


def ask(browser: Chrome, text: str) -> None:
    until(browser, lambda page: visible(page, "#question textarea") and visible(page, "#ask"))
    browser.find_element(By.CSS_SELECTOR, "#question textarea").send_keys(text)
    browser.find_element(By.CSS_SELECTOR, "#ask").click()


def said(browser: Chrome) -> str:
    return browser.find_element(By.CSS_SELECTOR, "#chat").text


def last(browser: Chrome, selector: str) -> str:
    """Return the text of the last such thing in the chat, nothing where there is none."""
    return "".join(found.text for found in visible(browser, f"#chat {selector}")[-1:])


def test_an_answer_cites_a_passage_that_opens_at_the_marked_span(page: Chrome) -> None:
    ask(page, QUESTION)
    until(page, lambda page: "sentences backed" in said(page))
    link = visible(page, "#chat a.cite")[0]
    mark = page.find_element(By.ID, link.get_attribute("href").split("#")[1])
    assert not mark.is_displayed()
    link.click()
    until(page, lambda page: mark.is_displayed())
    documents = read.read([paths.data("corpus")]).documents
    text = mark.get_property("textContent")
    assert text
    assert any(text in document.text for document in documents)
    opened = mark.find_element(By.XPATH, "ancestor::details[1]")
    assert opened.get_attribute("id") == "-".join(mark.get_attribute("id").split("-")[:2])
    assert link.text.strip("[]") in opened.find_element(By.TAG_NAME, "summary").text
    assert any(document.title in opened.text for document in documents)


def test_stop_ends_an_answer_and_retry_does_not_double_it(page: Chrome) -> None:
    ask(page, QUESTION)
    until(page, lambda page: visible(page, "#stop") and "writing" in said(page))
    page.find_element(By.CSS_SELECTOR, "#stop").click()
    until(page, lambda page: "Stopped." in said(page))
    assert said(page).count("sentences backed") == 1
    page.find_element(By.CSS_SELECTOR, "#retry").click()
    until(page, lambda page: said(page).count("sentences backed") == 2)
    assert [asked.text for asked in visible(page, "#chat .asked")] == [QUESTION, QUESTION]
    assert "Stopped." not in said(page)


def test_what_a_person_types_is_text_and_older_citations_still_open(page: Chrome) -> None:
    ask(page, HOSTILE)
    until(page, lambda page: visible(page, "#chat .abstain"))
    assert visible(page, "#chat .asked")[-1].text == HOSTILE
    assert not page.find_elements(By.CSS_SELECTOR, "#chat img, #chat a:not(.cite), #chat .asked strong")
    assert page.title == "Career advisor"
    mark = page.find_element(By.CSS_SELECTOR, "#chat mark")
    assert mark.get_attribute("id").startswith("a0-")
    page.execute_script("for (const one of document.querySelectorAll('#chat details')) one.open = false")
    page.find_element(By.CSS_SELECTOR, f"#chat a[href='#{mark.get_attribute('id')}']").click()
    until(page, lambda page: mark.is_displayed())


@pytest.mark.parametrize("by_key", [False, True], ids=["click", "key"])
def test_what_a_refusal_offers_is_asked_with_one_click_or_key(page: Chrome, by_key: bool) -> None:
    ask(page, ABSENT)
    until(page, lambda page: ABSENT in last(page, ".asked") and ABSENT in last(page, ".reply.whole"))
    count = len(visible(page, "#chat .asked"))
    refused = visible(page, "#chat .reply")[-1]
    offer = refused.find_elements(By.CSS_SELECTOR, ".offer")[0]
    wanted, answered = offer.text, said(page).count("sentences backed")
    assert f"- {wanted}" not in refused.text
    page.find_element(By.CSS_SELECTOR, "#question textarea").send_keys("A draft")
    if by_key:
        offer.send_keys(Keys.ENTER)
    else:
        offer.click()
    until(page, lambda page: said(page).count("sentences backed") == answered + 1)
    questions = [asked.text for asked in visible(page, "#chat .asked")]
    assert (questions[-2:], len(questions)) == ([ABSENT, wanted], count + 1)
    box = page.find_element(By.CSS_SELECTOR, "#question textarea")
    assert box.get_property("value") == "A draft"
    box.clear()
    until(page, lambda page: visible(page, "#ask"))


def test_no_other_host_was_asked_for_anything_and_nothing_was_logged(page: Chrome) -> None:
    assert hosts(page) == {"127.0.0.1"}
    assert page.get_log("browser") == []


def test_an_example_is_asked_with_a_click_on_a_narrow_dark_screen(address: str) -> None:
    with chromium(390, 844, dark=True) as phone:
        phone.get(address)
        until(phone, lambda phone: _click_example(phone, EXAMPLES[-1]))
        until(phone, lambda phone: "sentences backed" in said(phone))
        assert [asked.text for asked in visible(phone, "#chat .asked")] == [EXAMPLES[-1]]
        assert phone.execute_script("return document.documentElement.scrollWidth") == 390
        assert phone.execute_script("return document.body.classList.contains('dark')")


def _click_example(browser: Chrome, text: str) -> bool:
    found = [one for one in visible(browser, "#chat button") if one.text == text]
    for one in found:
        one.click()
    return bool(found)
