"""A page in a browser to what axe-core finds wrong with it. Nothing is fetched: the script is on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from selenium.webdriver import Chrome

SCRIPT = Path(__file__).resolve().parent.parent / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
MISSING = f"no {SCRIPT.name} in .venv/axe; run: npm install --prefix .venv/axe axe-core@4.14.1"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")
GRAVE = ("serious", "critical")
_SECONDS = 60.0  # for one scan
_STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"
_HOLD = """
if (document.getElementById('still')) return;
const style = document.createElement('style');
style.id = 'still';
style.textContent = arguments[0];
document.head.append(style);
"""
_RUN = """
const [within, tags, done] = arguments;
axe.run({ include: [[within]] }, { runOnly: { type: 'tag', values: tags } }).then(
  found => done({ violations: found.violations, looked: found.passes.length }),
  error => done({ error: String(error) }));
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """A rule and one element that breaks it: where it stands (a CSS selector), its HTML, and what axe-core says."""

    rule: str
    impact: str
    where: str
    html: str
    told: str

    def __str__(self) -> str:
        return f"{self.impact} {self.rule} at {self.where}: {self.told} {self.html}"


def look(browser: Chrome, width: int, dark: bool) -> None:
    """Make the page as wide as this, a phone's below 600 pixels, and light or dark, as a machine asks for it."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def hold(browser: Chrome) -> None:
    """End what moves or fades on the page, and point at nothing: what is seen is then what will be seen."""
    browser.execute_script(_HOLD, _STILL)
    browser.execute_cdp_cmd("Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 0, "y": 0})


def faults(browser: Chrome, within: str = "html") -> list[Fault]:
    """Return what axe-core finds wrong with the page as it is now, or with the part that a CSS selector names.

    :raises AssertionError: axe-core could not run, or looked at nothing.
    """
    hold(browser)
    browser.set_script_timeout(_SECONDS)
    if not browser.execute_script("return 'axe' in window"):
        browser.execute_script(SCRIPT.read_text(encoding="utf-8"))
    result = browser.execute_async_script(_RUN, within, [*TAGS])
    assert "error" not in result, result["error"]
    assert result["looked"], "axe-core looked at nothing"
    return [
        Fault(
            rule["id"],
            node["impact"] or rule["impact"],
            " ".join(map(str, node["target"])),
            node["html"],
            " ".join(check["message"] for kind in ("any", "all", "none") for check in node[kind]),
        )
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def grave(browser: Chrome) -> list[str]:
    """Return the faults that keep somebody from using the page, in words."""
    return [str(fault) for fault in faults(browser) if fault.impact in GRAVE]
