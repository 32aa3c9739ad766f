"""The pictures in the README: an answer with one of its passages opened at the marked span, and the top of a report.

Not a test. `make screenshot` runs it. The answer is too long for one view, so two views of one page are put together.
The report is that of `make eval`; where there is none its picture stays as it is.
"""

from __future__ import annotations

import base64
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from browser import chromium, serving
from PIL import Image
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from advisor import paths

QUESTION = "How do I become a machine learning engineer?"
ROOT = Path(__file__).resolve().parent.parent
CHAT, REPORT = ROOT / ".github" / "chat.png", ROOT / ".github" / "report.png"
MADE = ROOT / "eval" / "report" / "report.html"
WIDTH, HEIGHT = 1280, 1000  # pixels
REPORT_HEIGHT = 1000  # pixels: the summary and the first plots
CITED = 2  # which link is clicked: that of the first item with a sentence of its own
TOP = 700  # pixels of the page, at most, that show the question and the list
GAP = 24  # pixels between the two views, and below
COLOURS = 64  # few, so that the file stays small
LAST_WHOLE_ITEM = """
const bottoms = [...document.querySelectorAll('#chat .answer li')].map(item => item.getBoundingClientRect().bottom);
return Math.max(...bottoms.filter(bottom => bottom <= arguments[0]));
"""


def main() -> None:
    """Save the pictures where the README shows them."""
    CHAT.parent.mkdir(parents=True, exist_ok=True)
    _chat()
    if MADE.is_file():
        with chromium(WIDTH, HEIGHT) as browser:
            browser.get(MADE.as_uri())
            _save(_taken(browser, 0, REPORT_HEIGHT), REPORT)


def _save(picture: Image.Image, path: Path) -> None:
    picture.quantize(COLOURS).save(path, optimize=True)


def _chat() -> None:
    with TemporaryDirectory() as folder:
        arguments = ("--corpus", str(paths.data("corpus")), "--index", str(Path(folder) / "index"))
        with serving(*arguments, log=Path(folder) / "chat.log") as address, chromium(WIDTH, HEIGHT) as browser:
            browser.get(address)
            _ask(browser)
            _open(browser)
            answer, passage = _views(browser)
    both = Image.new("RGB", (WIDTH, answer.height + passage.height + 2 * GAP), "white")
    both.paste(answer, (0, 0))
    both.paste(passage, (0, answer.height + GAP))
    _save(both, CHAT)


def _ask(browser: Chrome) -> None:
    wait = WebDriverWait(browser, 60, 0.1, [StaleElementReferenceException])
    box = wait.until(lambda page: page.find_element(By.CSS_SELECTOR, "#question textarea"))
    wait.until(lambda _: box.is_displayed())
    box.send_keys(QUESTION)
    browser.find_element(By.CSS_SELECTOR, "#ask").click()
    wait.until(lambda page: "sentences backed" in page.find_element(By.CSS_SELECTOR, "#chat").text)


def _open(browser: Chrome) -> None:
    link = browser.find_elements(By.CSS_SELECTOR, "#chat a.cite")[CITED]
    mark = browser.find_element(By.ID, str(link.get_attribute("href")).split("#")[1])
    link.click()
    WebDriverWait(browser, 10, 0.1).until(lambda _: mark.is_displayed())


def _views(browser: Chrome) -> tuple[Image.Image, Image.Image]:
    """Return the top of the page with the question in sight, and the strip that holds the opened passage."""
    passage = browser.find_element(By.CSS_SELECTOR, "#chat details.passage[open]")
    browser.execute_script("document.querySelector('#chat .asked').closest('.message-row').scrollIntoView()")
    top = _taken(browser, 0, browser.execute_script(LAST_WHOLE_ITEM, TOP))
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", passage)
    place = browser.execute_script("return arguments[0].getBoundingClientRect().toJSON()", passage)
    return top, _taken(browser, place["top"], place["height"])


def _taken(browser: Chrome, top: float, height: float) -> Image.Image:
    clip = {"x": 0, "y": round(top), "width": WIDTH, "height": round(height), "scale": 1}
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})
    return Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")


if __name__ == "__main__":
    main()
