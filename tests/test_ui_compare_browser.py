"""The page in headless Chromium with made-up systems: a blind vote reaches the tally, a thumbs-down becomes a draft.

Run as a program it serves the page on the port that it is given.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pages
import pytest
from browser import hosts, opened
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from test_ui_compare import HOSTILE, Systems

from advisor.store import feedback, votes

pytestmark = pytest.mark.browser
NAMES = ("small, answer/v2", "large, answer/v2")


def main() -> None:
    """Serve the page until the process is ended."""
    pages.serve(pages.blocks(Systems(), ["small", "large"], ["answer/v2"]), int(sys.argv[1]))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Chrome]:
    with opened(__file__, tmp_path) as browser:
        yield browser


def until(browser: Chrome, holds: Callable[[Chrome], object]) -> None:
    WebDriverWait(browser, 20.0, 0.05, [StaleElementReferenceException]).until(holds)


def one(browser: Chrome, selector: str) -> WebElement:
    """Return the one thing in sight that fits, once it is there."""
    until(browser, lambda page: len(_seen(page, selector)) == 1)
    return _seen(browser, selector)[0]


def _seen(browser: Chrome, selector: str) -> list[WebElement]:
    return [found for found in browser.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()]


def test_a_blind_vote_names_the_systems_and_reaches_the_tally(page: Chrome) -> None:
    one(page, "#tabs button[role=tab]:nth-of-type(2)").click()
    assert "No votes yet." in one(page, "#tally").text
    one(page, "#compare-question textarea").send_keys("What <b>first</b>?")
    one(page, "#compare-ask").click()
    until(page, lambda page: one(page, "#vote-B").is_enabled())
    columns = one(page, "#columns")
    assert one(page, "#compared").text == "What <b>first</b>?"
    assert HOSTILE in columns.text
    assert not [name for name in NAMES if name in columns.text]
    assert not _seen(page, "#vote-C")
    _opens_at_its_mark(page)
    one(page, "#vote-B").click()
    until(page, lambda page: all(name in one(page, "#columns").text for name in NAMES))
    assert not one(page, "#vote-A").is_enabled()
    (vote,) = votes.load()
    assert (vote.question, vote.winner, vote.blind) == ("What <b>first</b>?", 1, True)
    assert one(page, "#column-B h3").text == f"B {vote.systems[1].name} your choice"
    until(page, lambda page: "95% interval" in one(page, "#tally").text)
    won = vote.systems[1] == sorted(vote.systems)[0]
    assert one(page, "#tally tbody").text.endswith(
        "1 0 0 100% 21% to 100% 1 of 1" if won else "0 1 0 0% 0% to 79% 1 of 1"
    )
    page.refresh()
    one(page, "#tabs button[role=tab]:nth-of-type(2)").click()
    until(page, lambda page: "1 of 1" in one(page, "#tally").text)
    _nothing_from_outside(page)


def _opens_at_its_mark(page: Chrome) -> None:
    """Check that a citation of the second column opens that column's passage beside it."""
    link = one(page, "#column-B a.cite[href$='-p2-20']")
    mark = page.find_element(By.ID, link.get_attribute("href").split("#")[1])
    assert mark.find_element(By.XPATH, "ancestor::*[starts-with(@id, 'column-')]").get_attribute("id") == "column-B"
    link.click()
    assert one(page, "#source mark.chosen").text == HOSTILE
    one(page, "#source .close").click()
    until(page, lambda page: not _seen(page, "#source"))


def test_a_thumbs_down_becomes_a_draft_and_a_thumbs_up_takes_it_back(page: Chrome) -> None:
    for count, question in enumerate(("What first?", "And then?"), start=1):
        one(page, "#question textarea").send_keys(question)
        one(page, "#ask").click()
        until(page, lambda page, count=count: len(_seen(page, "#chat button[aria-label=Dislike]")) == count)
    _seen(page, "#chat button[aria-label=Dislike]")[1].click()
    assert "And then?" in one(page, "#wrong").text
    assert [(given.thumb, given.question) for given in feedback.load()] == [("down", "And then?")]
    one(page, "#reason label:nth-of-type(3)").click()
    one(page, "#note textarea").send_keys("Learn “Rust”.")
    one(page, "#save").click()
    until(page, lambda page: "Kept." in one(page, "#kept").text)
    assert not _seen(page, "#wrong")
    (given,) = feedback.load()
    assert (given.reason, given.note, given.absent) == ("incomplete", "Learn “Rust”.", False)
    (item,) = feedback.drafts()
    assert (item.question, item.history, item.nuggets[0].says) == (
        "And then?",
        ("What first?",),
        (("Learn “Rust”.",),),
    )
    assert [quote.quote for quote in item.evidence[0]] == ["Learn Python.", HOSTILE]
    _seen(page, "#chat button[aria-label=Like]")[1].click()
    until(page, lambda page: _seen(page, "#chat button[aria-label=Liked]"))
    until(page, lambda page: [given.thumb for given in feedback.load()] == ["up"])
    assert feedback.drafts() == []
    _seen(page, "#chat button[aria-label=Liked]")[0].click()
    until(page, lambda page: feedback.load() == [])
    _nothing_from_outside(page)


def _nothing_from_outside(page: Chrome) -> None:
    assert hosts(page) == {"127.0.0.1"}
    assert page.get_log("browser") == []


if __name__ == "__main__":
    main()
