"""The real page, for somebody with a screen reader, with a keyboard only, or with weak eyes; and for nobody outside.

axe-core looks at every tab and at what the chat shows, light and dark, on a wide screen and on a phone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import axe
import pytest
from browser import chromium, hosts, serving
from selenium.webdriver import ActionChains, Chrome
from selenium.webdriver.common.keys import Keys
from test_ui_browser import ABSENT, LISTED, answered, click, find, settings, settled, until, visible
from test_ui_conversations_browser import manage, select

from advisor import paths

pytestmark = pytest.mark.browser
needs_axe = pytest.mark.skipif(not axe.SCRIPT.is_file(), reason=axe.MISSING)
LOOKS = [(width, dark) for width in (1440, 360) for dark in (False, True)]
TAB = "#tabs [role=tab]"
MOST = 200  # presses of a key until something is out of reach
_DARK = "return document.body.classList.contains('dark')"
_FOCUS = """
const traits = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor', 'backgroundColor'];
const look = at => JSON.stringify([at, at.parentElement, at.parentElement.parentElement].map(one => {
  const style = getComputedStyle(one);
  return traits.map(trait => style[trait]);
}));
const at = document.activeElement;
const focused = look(at);
at.blur();
const blurred = look(at);
at.focus();
return focused !== blurred;
"""
_STOP = """
const at = document.activeElement;
if (at === document.body) return '';
const place = [...document.querySelectorAll(at.tagName)].indexOf(at);
return `${at.tagName.toLowerCase()} ${place} in #${at.closest('[id]')?.id}, ${at.className}: ${at.textContent.trim()}`;
"""
_NAMES = """
const held = document.querySelectorAll('textarea, input:not([type=hidden]), [role=tab], button, a.cite, iframe');
return [...held].filter(one => one.checkVisibility()).map(one => {
  const label = one.labels && one.labels.length ? one.labels[0].textContent : '';
  const name = one.getAttribute('aria-label') || label || one.textContent || one.title;
  return [one.tagName.toLowerCase(), one.closest('[id]')?.id ?? '', name.trim()];
});
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, model_cache: Path, bundled_index: Path) -> Iterator[str]:
    arguments = ("--corpus", str(paths.data("corpus")), "--index", str(bundled_index))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(model_cache))
        with serving(*arguments, log=tmp_path_factory.mktemp("page") / "chat.log") as found:
            yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chromium(1440) as found:
        yield found


@pytest.fixture
def page(browser: Chrome, address: str) -> Chrome:
    """The page as somebody finds it who opens it on a wide screen."""
    axe.look(browser, 1440, False)
    browser.get(address)
    until(browser, lambda page: visible(page, "#ask"))
    return browser


def tabs(page: Chrome) -> list[str]:
    return [tab.text for tab in visible(page, TAB)]


def faults(page: Chrome) -> str:
    """Return the grave faults of the page as it stands, a line each, for each width, light and dark."""
    found = []
    for width, dark in LOOKS:
        axe.look(page, width, dark)
        until(page, lambda page, dark=dark: page.execute_script(_DARK) == dark)
        found += [f"{width} {'dark' if dark else 'light'}: {told}" for told in axe.grave(page)]
    axe.look(page, 1440, False)
    return "\n".join(found)


@needs_axe
def test_axe_finds_what_is_wrong(page: Chrome) -> None:
    page.execute_script("document.body.insertAdjacentHTML('beforeend', '<main><img src=\"data:,\"></main>')")
    assert any("image-alt" in told for told in axe.grave(page))


@needs_axe
def test_the_empty_chat_can_be_used_by_all(page: Chrome) -> None:
    told = faults(page)
    assert not told, told


@needs_axe
def test_an_answer_with_an_opened_citation_can_be_used_by_all(page: Chrome) -> None:
    answered(page, LISTED)
    click(page, "#chat a.cite")
    find(page, "#source mark.chosen")
    told = faults(page)
    assert not told, told


@needs_axe
def test_a_refusal_can_be_used_by_all(page: Chrome) -> None:
    answered(page, ABSENT)
    find(page, "#chat .offer")
    told = faults(page)
    assert not told, told


@needs_axe
def test_the_open_sidebar_can_be_used_by_all(page: Chrome) -> None:
    answered(page, LISTED)
    find(page, "#talks .talk")
    settings(page)
    manage(page)
    find(page, "#delete-all").click()
    find(page, "#delete-yes")
    told = faults(page)
    assert not told, told


@needs_axe
def test_every_tab_can_be_used_by_all(page: Chrome) -> None:
    names = tabs(page)
    assert {"Chat", "Compare", "Evaluate"} <= {*names}
    found = []
    for name in names:
        select(page, name)
        found += [f"{name}, {told}" for told in faults(page).splitlines()]
    assert not found, "\n".join(found)


def test_everything_that_can_be_used_has_a_name_of_its_own(page: Chrome) -> None:
    nameless = []
    for tab in tabs(page):
        select(page, tab)
        nameless += [(tab, *told) for told in page.execute_script(_NAMES) if told[2] in ("", "Textbox", "Dropdown")]
    assert nameless == []


def test_no_tab_asks_another_machine_for_anything(page: Chrome) -> None:
    for name in tabs(page):
        select(page, name)
    assert hosts(page) == {"127.0.0.1"}


def press(page: Chrome, *keys: str) -> None:
    ActionChains(page).send_keys(*keys).perform()


def reach(page: Chrome, selector: str) -> None:
    """Press the tab key until what fits has the focus.

    :raises AssertionError: it cannot be reached.
    """
    for _ in range(MOST):
        press(page, Keys.TAB)
        if page.execute_script("return document.activeElement.matches(arguments[0])", selector):
            return
    raise AssertionError(f"{selector} is out of reach of the keyboard")


def test_a_keyboard_is_enough(page: Chrome) -> None:
    reach(page, "#question textarea")
    press(page, ABSENT)
    reach(page, "#ask")
    press(page, Keys.ENTER)
    settled(page, 1)
    reach(page, "#chat .offer")
    assert _shown(page)
    press(page, Keys.ENTER)
    settled(page, 2)
    reach(page, "#chat a.cite")
    assert _shown(page)
    press(page, Keys.ENTER)
    until(page, lambda page: visible(page, "#source mark.chosen"))
    reach(page, "#source .close")
    press(page, Keys.ENTER)
    until(page, lambda page: not visible(page, "#source"))
    assert page.execute_script("return document.activeElement.matches('#chat a.cite')")


def test_it_can_be_seen_where_the_keyboard_is(page: Chrome) -> None:
    unseen = []
    for tab in tabs(page):
        select(page, tab)
        stops = _stops(page)
        assert len(stops) > 3
        unseen += [f"{tab}: {stop}" for stop, shown in stops.items() if not shown]
    assert not unseen, "\n".join(unseen)


def _stops(page: Chrome) -> dict[str, bool]:
    """Press the tab key until it comes round; return what had the focus, and whether that was to be seen."""
    page.execute_script("document.activeElement.blur(); window.getSelection().removeAllRanges()")
    found: dict[str, bool] = {}
    for _ in range(MOST):
        press(page, Keys.TAB)
        stop = page.execute_script(_STOP)
        if stop in found:
            return found
        if stop:
            found[stop] = _shown(page)
    raise AssertionError(f"the tab key does not come round in {MOST} presses: {[*found][-5:]}")


def _shown(page: Chrome) -> bool:
    axe.hold(page)
    return bool(page.execute_script(_FOCUS))
