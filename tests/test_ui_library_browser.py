"""The Documents tab in headless Chromium: a file is dropped, listed, read with its chunks, and removed.

Run as a program it serves the page on the port that it is given.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pages
import pytest
from browser import hosts, one, opened, seen, until
from fakes import FakeEmbedder
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from advisor import library, paths
from advisor import open as opening
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.corpus import read
from advisor.index import store
from advisor.ui import library as tab

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>"
NOTES = f"""# Notes {HOSTILE}

## First & last

Git keeps every version of a file. The following table lists tools:

{HOSTILE}

- one
  - two

#### Deep

| Tool | Use |
| --- | --- |
| `git` | <b>keeps</b> |

```
if a < b: pass
```
"""


def build(stacks: library.Stacks) -> Any:
    """Return a page that holds the tab alone."""
    import gradio as gr

    with gr.Blocks(title="Career advisor", analytics_enabled=False) as page:
        gr.HTML("<h1>Career advisor</h1>", elem_id="intro")
        with gr.Tabs(elem_id="tabs"), gr.Tab("Documents") as here:
            tab.tab(page, stacks, here)
    return page


def main() -> None:
    """Serve the bundled documents, in an index of a fake embedder, until the process is ended."""
    with tempfile.TemporaryDirectory() as folder:
        home, added = Path(folder) / "home", paths.user_data() / "documents"
        sources, embedder = [paths.data("corpus")], FakeEmbedder()
        documents = read.read(sources).documents
        opening.index_documents(documents, sources, read.corpus_hash(sources), home, embedder, embedder.max_tokens)
        begun = library.start([], home, added)
        stacks = library.Stacks(begun, Search(store.load(home), embedder, Config()), lambda search: None)
        pages.serve(build(stacks), int(sys.argv[1]))


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Chrome]:
    with opened(__file__, tmp_path) as browser:
        yield browser


def titles(browser: Chrome) -> list[str]:
    return [label.text.split("\n")[0] for label in browser.find_elements(By.CSS_SELECTOR, "#documents label")]


def drop(browser: Chrome, *files: Path) -> None:
    box = browser.find_element(By.CSS_SELECTOR, "#drop input[type=file]")
    box.send_keys("\n".join(map(str, files)))


def test_a_dropped_file_is_listed_read_and_removed(page: Chrome, tmp_path: Path) -> None:
    until(page, lambda page: len(titles(page)) == 5)
    notes, empty, twin = tmp_path / f"{HOSTILE}.md", tmp_path / "empty.md", tmp_path / "twin.md"
    for file, text in ((notes, NOTES), (empty, ""), (twin, NOTES)):
        file.write_text(text)
    drop(page, empty, notes, twin)
    until(page, lambda page: len(seen(page, "#library-said li")) == 3)
    told = [line.text for line in seen(page, "#library-said li")]
    assert told[:2] == ["Not added: empty.md is empty", "Added: Notes"]
    assert told[2].startswith("Not added: twin.md has the same text as ")
    until(page, lambda page: titles(page)[5:] == ["Notes"])
    kept = [path for path in (paths.user_data() / "documents").iterdir() if not path.name.startswith(".")]
    assert [path.read_text() for path in kept] == [NOTES]
    assert one(page, "#document h2").text == "Notes"
    assert "First & last: the table that it lists is not in the source" in one(page, "#document .gaps").text
    assert [cell.text for cell in seen(page, "#document td")] == ["git", "keeps"]
    assert not seen(page, "#document .chunk")
    one(page, "#show-chunks input").click()
    until(page, lambda page: seen(page, "#document .chunk"))
    assert "First & last › Deep · " in seen(page, "#document .chunk .note")[-1].text
    one(page, "#remove").click()
    assert "Remove “Notes” and its file?" in one(page, "#sure-question").text
    one(page, "#sure-no").click()
    until(page, lambda page: not seen(page, "#sure"))
    assert kept[0].exists()
    one(page, "#remove").click()
    one(page, "#sure-yes").click()
    until(page, lambda page: "Removed: Notes" in one(page, "#library-said").text)
    until(page, lambda page: len(titles(page)) == 5)
    assert not kept[0].exists()
    assert not seen(page, "#remove")
    drop(page, notes)  # the place for files is there again
    until(page, lambda page: titles(page)[5:] == ["Notes"])
    page.refresh()
    until(page, lambda page: titles(page)[5:] == ["Notes"])
    _nothing_wrong(page)


def test_a_document_is_chosen_and_walked_through_with_the_keyboard_alone(page: Chrome) -> None:
    until(page, lambda page: len(titles(page)) == 5)
    page.find_element(By.CSS_SELECTOR, "#documents input").send_keys(Keys.SPACE)
    until(page, lambda page: one(page, "#document h2").text == titles(page)[0])
    page.find_elements(By.CSS_SELECTOR, "#documents input")[0].send_keys(Keys.ARROW_DOWN)
    until(page, lambda page: one(page, "#document h2").text == titles(page)[1])
    link = seen(page, "#document nav a")[6]
    place = str(link.get_attribute("href")).split("#")[1]
    words = link.text
    link.send_keys(Keys.ENTER)
    until(page, lambda page: page.switch_to.active_element.get_attribute("id") == place)
    assert page.switch_to.active_element.text == words
    levels = [int(heading.tag_name[1]) for heading in page.find_elements(By.CSS_SELECTOR, "h1, h2, h3, h4, h5, h6")]
    assert levels[:2] == [1, 2]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    unnamed = """return [...document.querySelectorAll('#library input, #library button, #library textarea')]
        .filter(one => !(one.labels?.length || one.ariaLabel || one.textContent.trim()) && one.checkVisibility())
        .map(one => one.outerHTML)"""
    assert page.execute_script(unnamed) == []
    _nothing_wrong(page)


def _nothing_wrong(page: Chrome) -> None:
    """Check that nothing came from outside and nothing failed; of an upload, Gradio itself logs a warning."""
    assert hosts(page) == {"127.0.0.1"}
    assert [entry for entry in page.get_log("browser") if "Method not implemented" not in entry["message"]] == []


if __name__ == "__main__":
    main()
