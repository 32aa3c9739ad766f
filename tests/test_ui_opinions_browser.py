"""The Feedback tab in headless Chromium: listed, searched, read whole, withdrawn, saved; what a person wrote is text.

Run as a program it serves the tab on the port that it is given.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import axe
import pytest
from browser import hosts, one, opened, seen, until
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from test_ui_opinions import HOSTILE, given

from advisor.store import database, feedback

pytestmark = pytest.mark.browser


def main() -> None:
    """Serve the page until the process is ended."""
    import gradio as gr

    from advisor.ui import opinions, style

    with gr.Blocks(title="Career advisor", analytics_enabled=False) as page:
        gr.HTML("<h1>Feedback</h1>")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Chat"):
                gr.HTML("<p>Nothing here.</p>")
            with gr.Tab("Feedback") as place:
                opinions.tab(page, place)
    page.launch(
        server_name="127.0.0.1",
        server_port=int(sys.argv[1]),
        css=style.CSS + opinions.CSS,
        head=style.HEAD,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        quiet=True,
        footer_links=[],
        ssr_mode=False,
    )


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Chrome]:
    with opened(__file__, tmp_path) as browser:
        folder = {"behavior": "allow", "downloadPath": str(tmp_path)}
        browser.execute_cdp_cmd("Browser.setDownloadBehavior", folder)
        yield browser


def select(browser: Chrome, tab: str) -> None:
    one(browser, "#tabs")
    (button,) = [found for found in seen(browser, "#tabs button[role=tab]") if found.text == tab]
    button.click()


def listed(browser: Chrome) -> list[str]:
    """Return the first line of each that is listed: its question."""
    return [label.text.split("\n")[0] for label in seen(browser, "#opinions-list label")]


def test_what_was_given_is_listed_read_and_withdrawn(page: Chrome) -> None:
    feedback.keep(given("f1", note=HOSTILE, history=()))
    feedback.keep(replace(given("f2"), thumb="up", answer={**given("f2").answer, "question": HOSTILE}))
    select(page, "Feedback")
    until(page, lambda page: listed(page) == [HOSTILE, "Which tools?"])
    seen(page, "#opinions-list label")[1].click()
    until(page, lambda page: "Which tools alone?" in one(page, "#opinions-one").text)
    shown = one(page, "#opinions-one")
    assert HOSTILE in shown.text
    assert not shown.find_elements(By.CSS_SELECTOR, "img, script, a:not(.cite)")
    for link in shown.find_elements(By.CSS_SELECTOR, "a.cite"):
        assert len(page.find_elements(By.CSS_SELECTOR, f"[id='{link.get_attribute('href').split('#')[1]}']")) == 1
    one(page, "#opinions-withdraw").click()
    one(page, "#opinions-leave").click()
    one(page, "#opinions-withdraw").click()
    assert len(feedback.load()) == 2
    one(page, "#opinions-sure").click()
    until(page, lambda page: listed(page) == [HOSTILE])
    assert [kept.id for kept in feedback.load()] == ["f2"]
    assert not seen(page, "#opinions-one, #opinions-sure, #opinions-leave, #opinions-withdraw")
    assert page.title == "Career advisor"
    nothing_amiss(page)


def test_it_is_read_anew_when_the_tab_is_selected_and_searched(page: Chrome) -> None:
    select(page, "Feedback")
    until(page, lambda page: "No feedback yet." in one(page, "#opinions-told").text)
    assert not one(page, "#opinions-all").is_enabled()
    select(page, "Chat")
    feedback.keep(given("f1", note="Rust."))
    feedback.keep(given("f2", thumb="up"))
    select(page, "Feedback")
    until(page, lambda page: len(listed(page)) == 2)
    one(page, "#opinions-search textarea, #opinions-search input").send_keys("rust")
    until(page, lambda page: listed(page) == ["Which tools?"])
    seen(page, "#opinions-which label")[1].click()
    until(page, lambda page: "Nothing fits." in one(page, "#opinions-told").text)
    seen(page, "#opinions-which label")[0].click()
    until(page, lambda page: listed(page) == ["Which tools?"])
    nothing_amiss(page)


def test_both_exports_are_saved_as_files(page: Chrome, tmp_path: Path) -> None:
    feedback.keep(given("f1", note="Rust “\u2028”."))
    feedback.keep(given("f2", thumb="up"))
    select(page, "Feedback")
    until(page, lambda page: len(listed(page)) == 2)
    one(page, "#opinions-all").click()
    until(page, lambda page: (tmp_path / "feedback.jsonl").is_file())
    saved = [json.loads(line) for line in (tmp_path / "feedback.jsonl").read_text().splitlines()]
    assert [(line["id"], line["note"]) for line in saved] == [("f1", "Rust “\u2028”."), ("f2", "")]
    assert saved[0]["answer"] == feedback.load()[0].answer
    one(page, "#opinions-drafts").click()
    until(page, lambda page: (tmp_path / "drafts.jsonl").is_file())
    assert (tmp_path / "drafts.jsonl").read_text().splitlines() == [*feedback.drafts_lines()]
    nothing_amiss(page)


def test_a_store_that_cannot_be_read_is_a_sentence(page: Chrome) -> None:
    database.place().mkdir(parents=True)
    select(page, "Feedback")
    until(page, lambda page: "set ADVISOR_DATA" in one(page, "#opinions-told [role=alert]").text)
    assert not listed(page)
    nothing_amiss(page)


@pytest.mark.skipif(not axe.SCRIPT.is_file(), reason=axe.MISSING)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_keeps_anybody_from_reading_it(page: Chrome, dark: bool) -> None:
    feedback.keep(given("f1", note="Rust."))
    axe.look(page, 360, dark)
    page.refresh()
    select(page, "Feedback")
    until(page, lambda page: len(listed(page)) == 1)
    assert axe.faults(page, "#opinions") == []
    seen(page, "#opinions-list label")[0].click()
    one(page, "#opinions-withdraw").click()
    one(page, "#opinions-sure")
    assert axe.faults(page, "#opinions") == []
    assert page.execute_script("return document.documentElement.scrollWidth") == 360


def nothing_amiss(page: Chrome) -> None:
    """Check that nothing was asked of another machine, and nothing logged."""
    assert hosts(page) == {"127.0.0.1"}
    assert page.get_log("browser") == []


if __name__ == "__main__":
    main()
