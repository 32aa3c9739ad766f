"""The page of a report: it stands alone, holds its data as data, and shows an item's answers side by side."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from browser import chromium, hosts
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait
from test_eval_written import FIRST, HOSTILE, SECOND, sample

from advisor.eval.page import html
from advisor.eval.report import dumps

AA = 4.5  # contrast of words with what they stand on: WCAG 2.2, 1.4.3


class Parts(HTMLParser):
    """The elements of a page: names with their attributes, and what the scripts and the style hold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.inside = tag in ("script", "style")
        self.inline += [""] * self.inside

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.inline[-1] += data


@pytest.fixture(scope="module")
def page() -> str:
    return html(sample())


def test_the_page_names_no_address(page: str) -> None:
    parts = Parts(page)
    addresses = [value for _, has in parts.elements for name, value in has.items() if name in ("src", "href", "action")]
    assert addresses == ["#summary", "#plots", "#verdicts", "#items"]
    assert {tag for tag, _ in parts.elements}.isdisjoint({"link", "img", "iframe", "object", "embed", "base"})
    assert not re.search(r"https?:|//\w+\.|url\(|@import|\bfetch\(|XMLHttp|import\(", page)


def test_the_data_are_the_report_whatever_its_texts_hold(page: str) -> None:
    scripts = [has for tag, has in Parts(page).elements if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "report"}, {}]
    data = Parts(page).inline[1]
    assert json.loads(data) == json.loads(dumps(sample()))
    assert not set(data) & set("<>&\u2028\u2029")
    assert json.loads(data)["items"][1]["question"] == HOSTILE


def test_only_what_the_page_holds_itself_may_run(page: str) -> None:
    parts = Parts(page)
    policy = next(has["content"] for _, has in parts.elements if has.get("http-equiv") == "Content-Security-Policy")
    digests = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in parts.inline]
    rules = dict(part.strip().split(" ", 1) for part in str(policy).split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == f"'sha256-{digests[0]}'"
    assert rules["script-src"] == f"'sha256-{digests[2]}'"
    assert not [name for _, has in parts.elements for name in has if name.startswith("on") or name == "style"]


def test_nothing_of_the_data_is_ever_read_as_markup(page: str) -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", page)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_words_stand_out_from_what_they_stand_on(page: str, scheme: int) -> None:
    blocks = re.findall(r":root \{([^}]*)\}", Parts(page).inline[0])
    colours = dict(pair for block in blocks[: scheme + 1] for pair in re.findall(r"--(\w[\w-]*): (#\w{6})", block))
    on_paper = ["ink", "quiet", "accent", "good", "bad"]
    pairs = [(ink, ground) for ink in on_paper for ground in ("paper", "raised")]
    pairs += [(name, f"{name}-tint") for name in ("good", "bad", "same", "care")] + [("mark-ink", "mark")]
    pairs += [("paper", f"stage{n}") for n in range(5)] + [("paper", "other")]
    weak = {pair: found for pair in pairs if (found := contrast(colours[pair[0]], colours[pair[1]])) < AA}
    assert len(blocks) == 2
    assert weak == {}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, definition of "contrast ratio")."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.fixture(scope="module")
def address(page: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page, encoding="utf-8")
    return file.as_uri()


@pytest.fixture
def opened(address: str) -> Iterator[Chrome]:
    with chromium(1440, 1000) as browser:
        browser.get(address)
        yield browser
        assert browser.get_log("browser") == []
        assert hosts(browser) == set()
        assert browser.title == "Evaluation: core.jsonl"


def texts(browser: Chrome, selector: str) -> list[str]:
    return [one.text for one in browser.find_elements(By.CSS_SELECTOR, selector)]


def pick(browser: Chrome, label: str, value: str) -> None:
    field = browser.find_element(By.XPATH, f"//label[span='{label}']/select")
    Select(field).select_by_visible_text(value)


@pytest.mark.browser
def test_the_tables_and_plots_tell_what_the_report_holds(opened: Chrome) -> None:
    assert texts(opened, "#table tbody th") == [FIRST, SECOND, "no passages"]
    shown = [texts(opened, f"#table tbody tr:nth-child({n}) td") for n in (1, 2, 3)]
    assert shown[0][:3] == [".667\n.567 to .717", ".667\n.250 to 1.000", "1.25\np95 12.5"]
    assert shown[1][3:8] == [".500", "1.000", ".667", "–", ".125"]
    assert [row[8:] for row in shown] == [list("00010"), list("01020"), list("–––––")]
    assert texts(opened, "#verdicts .verdict") == ["worse", "too few", "worse"]
    assert "right: it ranks nothing" in opened.find_element(By.ID, "flags").text
    labels = [one.get_attribute("aria-label") for one in opened.find_elements(By.CSS_SELECTOR, "#means svg")]
    assert labels[0] == f"told: {FIRST} .667, {SECOND} .333, no passages .000"
    assert texts(opened, "#wholes figure:first-child .value") == ["1 of 3", "3 of 3"]


@pytest.mark.browser
def test_an_item_is_found_by_filters_and_opens_side_by_side(opened: Chrome) -> None:
    names = "#list .id"
    assert texts(opened, names) == ["pay", "odd one/é", "none"]
    opened.find_element(By.XPATH, "//label[span='changed items only']/input").click()
    assert texts(opened, names) == ["pay"]
    assert texts(opened, "#list .chips .down") == ["1 → 0"]
    pick(opened, "Right", FIRST)
    assert texts(opened, names) == []
    opened.find_element(By.CSS_SELECTOR, "#filters [type=reset]").click()
    pick(opened, "Lost at", "no stage")
    assert texts(opened, names) == ["pay", "none"]
    opened.find_element(By.CSS_SELECTOR, "#filters [type=search]").send_keys("SENIORS what")
    assert texts(opened, names) == ["pay"]
    opened.find_element(By.CSS_SELECTOR, "#list a").click()
    WebDriverWait(opened, 10).until(lambda page: texts(page, "#item h3"))
    assert texts(opened, "#item .answer h4") == [f"{FIRST} answer", f"{SECOND} answer lost at generation"]
    assert [said.split(" [")[0] for said in texts(opened, "#item .said")] == ["Seniors earn 30.", "Juniors earn 5."]
    assert texts(opened, "#item tbody:first-of-type tr")[0] == "told 1.000 .000 −1.000"
    assert texts(opened, "#item td.down") == ["−1.000"]
    assert texts(opened, "#item .history li") == ["And juniors?"]
    assert "Stand-alone: Senior pay?" in texts(opened, "#item > .hint")
    assert opened.current_url.endswith("#item=pay")


@pytest.mark.browser
def test_gold_is_marked_where_its_offsets_are_and_a_citation_opens_its_passage(opened: Chrome, address: str) -> None:
    opened.get(f"{address}#item=pay")
    passages = texts(opened, "#item .passages:last-child summary")
    assert passages == ["[1] Work", "[2] Pay › In India gold"]
    assert texts(opened, "#item mark") == ["Seniors earn 30."] * 2
    passage = opened.find_element(By.ID, "passage-1-2")
    opened.execute_script("arguments[0].open = false", passage)
    opened.find_elements(By.CSS_SELECTOR, "#item .cite")[1].click()
    assert passage.get_property("open")
    assert opened.switch_to.active_element.text.startswith("[2] Pay")
    opened.find_element(By.ID, "next").click()
    WebDriverWait(opened, 10).until(lambda page: "odd one" in page.find_element(By.CSS_SELECTOR, "#item .id").text)
    assert opened.find_element(By.CSS_SELECTOR, "#item h3").get_property("textContent") == HOSTILE
    assert opened.switch_to.active_element.get_attribute("id") == "next"
    assert texts(opened, "#item mark") == ["Juniors", "5", "Juniors", "5"] * 2
    assert not opened.find_elements(By.CSS_SELECTOR, "#items script, #items b b")


@pytest.mark.browser
def test_a_control_that_was_not_asked_an_item_leaves_its_side_out(opened: Chrome, address: str) -> None:
    opened.get(f"{address}#item=odd%20one%2F%C3%A9")
    pick(opened, "Right", "no passages")
    assert texts(opened, "#item .answer h4") == [f"{FIRST} answer lost at generation"]
    assert "‘no passages’ was not asked this." in texts(opened, "#item > .hint")
    assert texts(opened, "#count") == ["3 of 3 items; 2 changed from ‘default’ to ‘no passages’"]
    pick(opened, "Left", "no passages")
    assert texts(opened, "#list .id") == ["pay", "none"]
    assert texts(opened, "#item .answer") == []


@pytest.mark.browser
def test_on_a_narrow_dark_screen_one_thing_is_shown_at_a_time(address: str) -> None:
    with chromium(360, 780, dark=True) as phone:
        phone.get(f"{address}#item=odd%20one%2F%C3%A9")
        assert phone.execute_script("return document.documentElement.scrollWidth") == 360
        assert phone.find_element(By.CSS_SELECTOR, "#item h3").is_displayed()
        assert not phone.find_element(By.ID, "list").is_displayed()
        phone.find_element(By.CSS_SELECTOR, "#item .back").click()
        WebDriverWait(phone, 10).until(lambda page: page.find_element(By.ID, "list").is_displayed())
        assert phone.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(23, 24, 27)"
        assert phone.get_log("browser") == []
