"""The pictures in the README: an answer with a source open beside it, on a wide screen light and dark and on a phone;
and the top of a report.

Not a test. `make screenshot` runs it, and a folder given to it takes the pictures in the place of `.github`. The report
is that of `make eval`; where there is none its picture stays as it is.
"""

from __future__ import annotations

import base64
import io
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import axe
from browser import chromium, serving
from PIL import Image
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from advisor import paths

QUESTION = "Which books should I read?"
ROOT = Path(__file__).resolve().parent.parent
MADE = ROOT / "eval" / "report" / "report.html"
LOOKS = {"chat.png": (1440, 900, False), "dark.png": (1440, 900, True), "narrow.png": (360, 740, False)}
REPORT = (1280, 1000)  # pixels: the summary and the first plots
CITED = 1  # which link is clicked
COLOURS = 128  # few, so that the files stay small


def main(folder: Path) -> None:
    """Save the pictures in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _chat(folder)
    if MADE.is_file():
        with chromium(*REPORT) as browser:
            browser.get(MADE.as_uri())
            _save(browser, *REPORT, folder / "report.png")


def _chat(folder: Path) -> None:
    for name, (width, height, dark) in LOOKS.items():
        with TemporaryDirectory() as data:  # no conversation of the person's own is in the picture
            os.environ["ADVISOR_DATA"] = data
            arguments = ("--corpus", str(paths.data("corpus")), "--index", str(paths.default_index()))
            with (
                serving(*arguments, log=Path(data) / "chat.log", seconds=600.0) as address,
                chromium(width, height, dark) as browser,
            ):
                browser.get(address)
                _ask(browser)
                _open(browser)
                _save(browser, width, height, folder / name)


def _ask(browser: Chrome) -> None:
    wait = WebDriverWait(browser, 60, 0.1, [StaleElementReferenceException])
    box = wait.until(lambda page: page.find_element(By.CSS_SELECTOR, "#question textarea"))
    wait.until(lambda _: box.is_displayed())
    box.send_keys(QUESTION)
    browser.find_element(By.CSS_SELECTOR, "#ask").click()
    wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, "#chat .nexts"))
    wait.until(lambda page: page.find_element(By.CSS_SELECTOR, "#ask").is_displayed())
    wait.until(lambda page: page.find_elements(By.CSS_SELECTOR, "#talks .talk"))


def _open(browser: Chrome) -> None:
    browser.find_elements(By.CSS_SELECTOR, "#chat a.cite")[CITED].click()
    WebDriverWait(browser, 10, 0.1).until(lambda page: page.find_element(By.CSS_SELECTOR, "#source").is_displayed())
    axe.hold(browser)


def _save(browser: Chrome, width: int, height: int, path: Path) -> None:
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "clip": clip})
    picture = Image.open(io.BytesIO(base64.b64decode(taken["data"]))).convert("RGB")
    picture.quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / ".github")
