"""Headless Chromium for the page's tests, and the page itself served from another process."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium(width: int = 1280, height: int = 900, dark: bool = False) -> Iterator[webdriver.Chrome]:
    """Yield a browser that logs every request it makes.

    :raises AssertionError: there is no Chromium or no chromedriver on this machine.
    """
    binary = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    driver = shutil.which("chromedriver")
    assert binary, f"no Chromium found (looked for {', '.join(CHROMIUM)})"
    assert driver, "no chromedriver found"
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--hide-scrollbars"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    try:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        yield browser
    finally:
        browser.quit()


def hosts(browser: webdriver.Chrome) -> set[str]:
    """Return the hosts that pages have asked for anything since the last call."""
    asked = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(urlsplit(message["params"]["request"]["url"]).hostname or "")
        elif message["method"] == "Network.webSocketCreated":
            asked.add(urlsplit(message["params"]["url"]).hostname or "")
    return asked - {""}


@contextmanager
def serving(*arguments: str, log: Path, seconds: float = 120.0, crashes: bool = False) -> Iterator[str]:
    """Start `advisor chat` in another process and yield the page's address once it answers.

    :param crashes: it is not ended but killed, whatever it is at.
    """
    with _started(["-m", "advisor.cli", "chat", *arguments, "--port"], log, seconds, crashes) as address:
        yield address


@contextmanager
def opened(program: str, folder: Path) -> Iterator[webdriver.Chrome]:
    """Yield a browser at the page that a Python file serves, run as a program with a port as its one argument.

    :param folder: where what it prints is kept.
    """
    with _started([program], folder / "page.log", 60.0) as address, chromium() as browser:
        browser.get(address)
        yield browser


@contextmanager
def _started(arguments: Sequence[str], log: Path, seconds: float, crashes: bool = False) -> Iterator[str]:
    """Start Python in another process, a port as its last argument; yield the page's address once it answers."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("w") as lines:
        process = subprocess.Popen([sys.executable, *arguments, str(port)], stderr=lines, stdout=lines)
        try:
            _await(process, address, seconds, log)
            yield address
        finally:
            process.send_signal(signal.SIGKILL if crashes else signal.SIGTERM)
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await(process: subprocess.Popen[bytes], address: str, seconds: float, log: Path) -> None:
    """Return once the page answers; a refused connection is asked again until the time is over."""
    from time import monotonic

    until = monotonic() + seconds
    while monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            try:
                status = process.wait(0.1)  # returns at once where the process has died
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"the page's process ended with {status}: {log.read_text()}") from None
    raise AssertionError(f"no page at {address} after {seconds:.0f} s: {log.read_text()}")


def until(browser: webdriver.Chrome, holds: Callable[[webdriver.Chrome], object]) -> None:
    """Wait until something holds; what the page replaces in the meantime is looked up again."""
    WebDriverWait(browser, 20.0, 0.05, [StaleElementReferenceException]).until(holds)


def seen(browser: webdriver.Chrome, selector: str) -> list[WebElement]:
    """Return the things in sight that fit."""
    return [found for found in browser.find_elements(By.CSS_SELECTOR, selector) if found.is_displayed()]


def one(browser: webdriver.Chrome, selector: str) -> WebElement:
    """Return the one thing in sight that fits, once it is there."""
    until(browser, lambda page: len(seen(page, selector)) == 1)
    return seen(browser, selector)[0]
