"""Kept conversations in headless Chromium: found again after a reload and a crash, changed, saved, and one's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from browser import chromium, serving
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from test_ui_browser import (
    LISTED,
    LONG,
    QUESTION,
    answered,
    ask,
    click,
    find,
    last,
    nothing_amiss,
    questions,
    reload,
    said,
    settled,
    texts,
    until,
    visible,
)

from advisor import paths

pytestmark = pytest.mark.browser
Serve = Callable[..., AbstractContextManager[str]]


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory, model_cache: Path, bundled_index: Path) -> Iterator[Serve]:
    """What serves the page, given further arguments, on one folder of a person's data."""
    log = tmp_path_factory.mktemp("page") / "chat.log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(model_cache))
        patch.setenv("ADVISOR_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setenv("ADVISOR_INDEX", str(tmp_path_factory.mktemp("index") / "default"))  # of documents that are added
        arguments = ("--corpus", str(paths.data("corpus")), "--index", str(bundled_index))
        yield lambda *more, **options: serving(*arguments, *more, log=log, **options)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the browser saves files in."""
    return tmp_path_factory.mktemp("saved")


@pytest.fixture(scope="module")
def browser(serve: Serve, saved: Path) -> Iterator[Chrome]:
    with serve() as address, chromium(1440) as found:
        folder = {"behavior": "allow", "downloadPath": str(saved)}
        found.execute_cdp_cmd("Browser.setDownloadBehavior", folder)
        found.get(address)
        yield found


@pytest.fixture
def page(browser: Chrome) -> Chrome:
    """The page, opened anew, with no conversation kept."""
    reload(browser)
    manage(browser)
    click(browser, "#delete-all")
    click(browser, "#delete-yes")
    until(browser, lambda page: titles(page) == [] and "Deleted" in find(page, "#talks-said").text)
    return browser


def manage(browser: Chrome) -> None:
    """Open what can be done with the conversation that is shown, which a page begins with closed."""
    click(browser, "#this-talk > button")
    find(browser, "#title")


def titles(browser: Chrome) -> list[str]:
    """Return the titles of the conversations that are listed."""
    return [told.split("\n")[0] for told in texts(browser, "#talks .talk")]


def test_a_conversation_is_found_and_opened_after_a_reload_with_its_citations(page: Chrome) -> None:
    answered(page, LISTED)
    answered(page, QUESTION)
    until(page, lambda page: titles(page) == [LISTED])
    told = [told.split("\nAsk next")[0].strip() for told in texts(page, "#chat .reply")]
    reload(page)
    until(page, lambda page: len(titles(page)) == 1 and not visible(page, "#chat .asked"))
    click(page, "#talks .talk")
    settled(page, 2)
    assert questions(page) == [LISTED, QUESTION]
    assert texts(page, "#chat .reply") == told
    until(page, lambda page: visible(page, "#talks .talk[aria-current=true]"))
    click(page, "#chat .bot-row:last-of-type a.cite")
    until(page, lambda page: visible(page, "#source mark.chosen"))
    assert "Mid-Level Machine Learning Engineer" in find(page, "#source mark.chosen").text
    answered(page, "And a senior one?")
    assert "senior machine learning engineer" in last(page, ".understood q")
    assert len(titles(page)) == 1


def test_conversations_are_renamed_searched_and_deleted(page: Chrome) -> None:
    answered(page, LISTED)
    find(page, "#clear").click()
    until(page, lambda page: not visible(page, "#chat .asked"))
    answered(page, "What does a nurse earn in Norway?")
    until(page, lambda page: titles(page) == ["What does a nurse earn in Norway?", LISTED])
    click(page, "#talks .talk", -1)
    until(page, lambda page: questions(page) == [LISTED])
    title = find(page, "#title :is(input, textarea)")
    until(page, lambda page: title.get_property("value") == LISTED)
    title.clear()
    title.send_keys("Papers <b>& more</b>")
    find(page, "#rename").click()
    until(page, lambda page: "Papers <b>& more</b>" in titles(page))
    search = find(page, "#talks-search :is(input, textarea)")
    search.send_keys("papers tensorflow")
    until(page, lambda page: titles(page) == ["Papers <b>& more</b>"])
    search.clear()
    search.send_keys("norway")
    until(page, lambda page: titles(page) == ["What does a nurse earn in Norway?"])
    assert questions(page) == [LISTED]
    find(page, "#delete").click()
    find(page, "#delete-no").click()
    until(page, lambda page: not visible(page, "#delete-yes"))
    assert questions(page) == [LISTED]
    find(page, "#delete").click()
    find(page, "#delete-yes").click()
    until(page, lambda page: not visible(page, "#chat .asked"))
    reload(page)
    until(page, lambda page: titles(page) == ["What does a nurse earn in Norway?"])


def test_a_conversation_is_saved_as_markdown_and_as_json(page: Chrome, saved: Path) -> None:
    answered(page, LISTED)
    find(page, "#export-markdown").click()
    until(page, lambda page: (saved / "conversation.md").is_file())
    lines = (saved / "conversation.md").read_text().splitlines()
    assert lines[0] == f"# {LISTED}"
    assert f"> {LISTED}" in lines
    assert "### Sources" in lines
    find(page, "#export-json").click()
    until(page, lambda page: (saved / "conversation.json").is_file())
    kept = json.loads((saved / "conversation.json").read_text())
    assert [(one["question"], one["state"]) for one in kept["exchanges"]] == [(LISTED, "whole")]
    shown = page.find_elements(By.CSS_SELECTOR, "#chat .backed")
    sentences = kept["exchanges"][0]["answer"]["sentences"]
    assert [one["text"] for one in sentences] == [one.text for one in shown]
    assert kept["exchanges"][0]["settings"]["prompt"] == "answer/v2"


def select(browser: Chrome, tab: str) -> None:
    until(browser, lambda page: [found for found in visible(page, "#tabs [role=tab]") if found.text == tab])
    (button,) = [found for found in visible(browser, "#tabs [role=tab]") if found.text == tab]
    button.click()
    until(browser, lambda page: [one.text for one in visible(page, "#tabs [aria-selected=true]")] == [tab])


def test_a_document_that_is_dropped_is_answered_from_until_it_is_removed(page: Chrome, tmp_path: Path) -> None:
    notes, asked = tmp_path / "zembla.md", "Which trees grow in the royal garden of Zembla?"
    notes.write_text(
        "# Zembla\n\n## Royal garden\n\nIn the royal garden of Zembla grow three cedars and a walnut tree.\n"
    )
    answered(page, asked)
    assert asked in last(page, ".abstain")
    select(page, "Documents")
    page.find_element(By.CSS_SELECTOR, "#drop input[type=file]").send_keys(str(notes))
    until(page, lambda page: "Added: Zembla" in find(page, "#library-said").text)
    select(page, "Chat")
    find(page, "#retry").click()
    until(page, lambda page: not visible(page, "#chat .abstain"))
    settled(page, 1)
    assert "three cedars" in last(page, ".answer")
    click(page, "#chat a.cite")
    until(page, lambda page: visible(page, "#source mark.chosen"))
    assert "three cedars" in find(page, "#source mark.chosen").text
    select(page, "Documents")
    find(page, "#remove").click()
    find(page, "#sure-yes").click()
    until(page, lambda page: "Removed: Zembla" in find(page, "#library-said").text)
    select(page, "Chat")
    find(page, "#retry").click()
    until(page, lambda page: visible(page, "#chat .abstain"))
    settled(page, 1)


def test_a_thumb_down_with_its_reason_is_in_the_feedback_tab_and_on_the_answer_once_more(page: Chrome) -> None:
    answered(page, LISTED)
    find(page, "#chat button[aria-label=Dislike]").click()
    find(page, "#reason label:nth-of-type(2)").click()
    reason = find(page, "#reason label:nth-of-type(2)").text
    find(page, "#note textarea").send_keys("A <i>licence</i>.")
    find(page, "#save").click()
    until(page, lambda page: "Kept." in find(page, "#kept").text)
    select(page, "Feedback")
    until(page, lambda page: visible(page, "#opinions-list label"))
    (told,) = [label.text for label in visible(page, "#opinions-list label")]
    assert all(words in told for words in (LISTED, reason, "A <i>licence</i>."))
    reload(page)
    click(page, "#talks .talk")
    until(page, lambda page: visible(page, "#chat button[aria-label=Disliked]"))


def test_nothing_came_from_elsewhere_and_nothing_was_logged(page: Chrome) -> None:
    nothing_amiss(page)


def log_in(browser: Chrome, name: str) -> None:
    """Log in as somebody, whoever was before."""
    browser.delete_all_cookies()
    browser.refresh()
    word = find(browser, "input[type=password]")
    assert not visible(browser, "#chat")
    find(browser, "input[type=text]").send_keys(name)
    word.send_keys(f"{name}'s word")
    (button,) = [one for one in visible(browser, "button") if one.text == "Login"]
    button.click()
    until(browser, lambda page: visible(page, "#ask"))


def test_what_somebody_asked_outlasts_a_crash_and_is_seen_by_nobody_else(serve: Serve, tmp_path: Path) -> None:
    people = tmp_path / "people"
    people.touch(0o600)
    people.write_text("Ann:Ann's word\nBob:Bob's word\n")
    with chromium(1440) as browser:
        with serve("--auth", str(people), crashes=True) as address:
            browser.get(address)
            log_in(browser, "Ann")
            answered(browser, LISTED)
            log_in(browser, "Bob")
            until(browser, lambda page: "No conversations yet." in find(page, "#talks").text)
            log_in(browser, "Ann")
            until(browser, lambda page: titles(page) == [LISTED])
            click(browser, "#talks .talk")
            settled(browser, 1)
            ask(browser, LONG)
            until(browser, lambda page: "writing" in said(page))
        with serve("--auth", str(people)) as address:
            browser.get(address)
            log_in(browser, "Ann")
            until(browser, lambda page: titles(page) == [LISTED])
            click(browser, "#talks .talk")
            until(browser, lambda page: questions(page) == [LISTED, LONG])
            assert "TensorFlow Developer Certificate" in visible(browser, "#chat .reply")[0].text
            assert "This answer was cut off; press Retry" in said(browser)
            assert not [tab for tab in visible(browser, "#tabs [role=tab]") if tab.text == "Feedback"]
