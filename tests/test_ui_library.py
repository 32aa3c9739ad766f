"""ui.library, ui.document: a document as safe HTML with its chunks; adding and removing, with every outcome."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from advisor import paths
from advisor.corpus import read
from advisor.corpus.chunk import chunk
from advisor.errors import AdvisorError, CorpusError
from advisor.library import Note, Progress, Shelved
from advisor.types import Document
from advisor.ui import document as html_module
from advisor.ui import library
from advisor.ui.talk import WENT_WRONG

HOSTILE = "<img src=x onerror=alert(1)> {{value}} ${1+1} & \"quoted\" 'too'"
TEXT = f"""# Guide

Before all {HOSTILE}

## First {HOSTILE}

Words. More words here. And more.

- one {HOSTILE}
  - inner
- two

#### Far below

1. step
2. next `code <b>`

| Tool {HOSTILE} | Use |
| --- | --- |
| a \\| b | c |

```
if a < b: # not a heading
    # {HOSTILE}
```

# Second
"""
DOCUMENT = Document("guide", "Guide", TEXT, "guide.md", ("a table is absent", HOSTILE))


def words(text: str) -> int:
    return len(text.split())


class Tags(HTMLParser):
    """Collects the tags of HTML, its attributes' names, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == [], "every tag is closed, by its own name"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def levels(self) -> list[int]:
        return [int(tag[1]) for tag in self.tags if re.fullmatch("h[1-6]", tag)]


def shelved(document: Document = DOCUMENT, window: int = 12, added: bool = False) -> Shelved:
    return Shelved(document, tuple(chunk(document, words, window)), added)


def squeezed(text: str) -> str:
    return re.sub(r"[\s|#`\\]|---|(?<!\w)- ", "", text)


@pytest.mark.parametrize("with_chunks", [False, True])
def test_what_a_document_says_is_text_and_never_a_tag(with_chunks: bool) -> None:
    found = Tags(library.shown(shelved(window=256), with_chunks, words))
    assert set(found.tags) <= set(
        "article h2 h3 h4 p details summary ul li nav a div section table thead tbody tr th td pre code span".split()
    )
    assert found.names <= {"id", "class", "href", "tabindex", "role", "aria-label", "aria-labelledby", "open"}
    assert found.text.count(HOSTILE) == 1 + 5 + 1 + 2 * with_chunks  # its gap, text and outline; its chunks' headings


def test_headings_begin_below_the_title_and_skip_no_level() -> None:
    found = Tags(library.shown(shelved(), False, words))
    assert found.levels == [2, 3, 4, 3]
    deep = Document("d", "D", "".join(f"{'#' * level} H{level}\n\nText.\n\n" for level in (6, 2, 3, 4, 5, 6, 1)), "d")
    assert Tags(html_module.html(deep)).levels == [3, 3, 4, 5, 6, 6, 3]


def test_every_link_of_the_outline_has_its_heading() -> None:
    html = library.shown(shelved(), True, words)
    links = re.findall(r'<a href="#([^"]+)">(.*?)</a>', html)
    assert [unescape(text) for _, text in links] == [f"First {HOSTILE}", "Far below", "Second"]
    for place, text in links:
        assert f'id="{place}" tabindex="-1">{text}</h' in html
    assert html_module.outline(Document("d", "D", "# D\n\n## One\n\nText.\n", "d")) == ""


def test_lists_tables_and_code_are_what_they_are() -> None:
    html = html_module.html(DOCUMENT)
    assert '<li class="depth1">inner</li><li class="depth0">two</li></ul>' in html
    assert '<li class="depth0 numbered"><span class="mark">2.</span> next <code>code &lt;b&gt;</code></li>' in html
    assert "<td>a | b</td><td>c</td></tr></tbody></table>" in html
    assert "<code>if a &lt; b: # not a heading\n    # &lt;img" in html
    assert html.count("<th>") == 2


@pytest.mark.parametrize("window", [4, 12, 40, 256])
def test_with_chunks_it_is_the_same_text_each_part_in_its_chunk(window: int) -> None:
    for document in (DOCUMENT, *read.read([paths.data("corpus")]).documents):
        one = shelved(document, window)
        html = html_module.html(document, one.chunks, words)
        boxes = re.findall(r'<section class="chunk"[^>]*><p class="note">(.*?)</p>(.*?)</section>', html, re.DOTALL)
        assert len(boxes) == len(one.chunks)
        for place, (part, (head, inside)) in enumerate(zip(one.chunks, boxes, strict=True), start=1):
            path = " › ".join(part.heading_path) or "no heading"
            assert unescape(head) == f"Chunk {place} of {len(boxes)} · {path} · {words(part.text)} tokens"
            title = f"# {document.title}\n"
            assert squeezed(Tags(inside).text) == squeezed(part.text.removeprefix(title))
        notes = re.compile(r'<p class="note">.*?</p>')
        assert squeezed(Tags(notes.sub("", html)).text) == squeezed(Tags(html_module.html(document)).text)


def test_of_a_very_long_document_the_beginning_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_module, "MOST", 1_000)
    long = Document("d", "D", "word " * 1_000 + "\n", "d")
    html = html_module.html(long, chunk(long, words, 50), words)
    assert "The last 4,001 characters are not shown here" in html
    assert html.count("word ") < 300


def test_the_list_tells_title_source_figures_and_whether_it_was_added() -> None:
    one = shelved(added=True, window=256)
    figures = f"{len(one.chunks)} chunks · {len(TEXT.split())} words · 2 gaps"
    assert library.label(one) == f"Guide\nguide.md\n{figures} · added"
    other = Document("o", "A\ntitle", "One.\n", "A title (blog)")
    assert library.label(shelved(other)) == "A title\n(blog)\n1 chunk · 1 word · from the start"


def test_gaps_are_named_and_many_of_them_are_folded() -> None:
    assert '<details class="gaps" open><summary>This source announces and lacks: 2 points</summary>' in library.shown(
        shelved(), False, words
    )
    many = Document("d", "D", "Text.\n", "d", ("a", "b", "c", "d"))
    assert '<details class="gaps"><summary>' in library.shown(shelved(many), False, words)
    none = Document("d", "D", "Text.\n", "d")
    assert "lacks" not in library.shown(shelved(none), False, words)


@dataclass
class Shelf:
    """Takes the place of the stacks. `error` is raised by a change; before it ends it waits until it may `go`."""

    held: list[Shelved] = field(default_factory=lambda: [shelved()])
    error: Exception | None = None
    notes: list[Note] = field(default_factory=list)
    given: list[tuple[Path, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def documents(self) -> Sequence[Shelved]:
        return self.held

    def count_tokens(self, text: str) -> int:
        return words(text)

    def add(self, given: Sequence[tuple[Path, str]], progress: Progress) -> list[Note]:
        progress("embedding", 3, 7)
        self._change()
        self.given += given
        self.held += [shelved(note.document, added=True) for note in self.notes if note.document]
        return self.notes

    def remove(self, document_id: str, progress: Progress) -> None:
        progress("embedding", 3, 7)
        self._change()
        self.gone.append(document_id)
        self.held = [one for one in self.held if one.document.id != document_id]

    def _change(self) -> None:
        assert self.go.wait(20)
        if self.error:
            raise self.error


class Page:
    """The tab on a page of its own: its handlers by their names."""

    def __init__(self, shelf: Shelf) -> None:
        self.functions = {fn.name: fn for fn in asyncio.run(self._built(shelf)).fns.values()}

    @staticmethod
    async def _built(shelf: Shelf) -> Any:
        import gradio as gr

        with gr.Blocks(analytics_enabled=False) as page, gr.Tabs(), gr.Tab("Documents") as here:
            library.tab(page, shelf, here)
        return page

    def call(self, name: str, *inputs: object) -> dict[str, Any]:
        """Return what a handler shows, by the widgets' ids."""
        return {widget.elem_id: value for widget, value in self.functions[name].fn(*inputs).items()}

    def change(self, shelf: Shelf, name: str, *inputs: object) -> list[dict[str, Any]]:
        """Return what a handler shows, step by step; the shelf goes on once the first step is shown."""
        steps = self.functions[name].fn(*inputs)
        first = next(steps)
        shelf.go.set()
        return [{widget.elem_id: value for widget, value in step.items()} for step in (first, *steps)]


NEW = Document("new", "New <b>", "# New\n\nText.\n", "new.md")


def test_the_list_is_that_of_now_and_a_choice_that_is_gone_is_given_up() -> None:
    shelf = Shelf([shelved(), shelved(NEW, added=True)])
    page = Page(shelf)
    shown = page.call("refresh", "new", False)
    assert [value for _, value in shown["documents"].choices] == ["guide", "new"]
    assert (shown["documents"].value, shown["remove"].visible) == ("new", True)
    shelf.held.pop()
    shown = page.call("refresh", "new", False)
    assert (shown["documents"].value, shown["remove"].visible) == (None, False)
    assert "Choose a document" in shown["document"]


def test_a_choice_shows_the_document_and_its_chunks_on_request() -> None:
    page = Page(Shelf())
    plain, boxed = (page.call("read", "guide", chunks) for chunks in (False, True))
    assert 'class="chunk"' not in plain["document"]
    assert 'class="chunk"' in boxed["document"]
    assert not plain["remove"].visible
    assert "Choose a document" in page.call("read", "gone", False)["document"]


def test_adding_tells_how_far_it_is_then_a_line_for_each_file_and_shows_the_new_one() -> None:
    shelf = Shelf(notes=[Note("e.md", said=f"e.md is {HOSTILE}"), Note("new.md", NEW)])
    first, *_, last = Page(shelf).change(shelf, "add", ["/tmp/x/e.md", "/tmp/y/new.md"], "guide", False)
    assert "<progress" in first["library-said"]
    assert not first["drop"].visible
    assert shelf.given == [(Path("/tmp/x/e.md"), "e.md"), (Path("/tmp/y/new.md"), "new.md")]
    assert Tags(last["library-said"]).tags == ["div", "ul", "li", "b", "li", "b"]
    assert Tags(last["library-said"]).text == f"Not added: e.md is {HOSTILE}Added: New <b>"
    assert (last["documents"].value, last["drop"].visible, last["remove"].visible) == ("new", True, True)


def test_progress_is_told_in_words_and_as_a_bar() -> None:
    going, go = threading.Event(), threading.Event()

    def work(progress: Progress) -> list[Note]:
        progress("embedding", 3, 7)
        going.set()
        assert go.wait(20)
        return []

    job = library.Job(work)
    assert going.wait(20)
    assert '<progress aria-label="done" max="7" value="3">' in library.progressed(job)
    assert "Embedding, 3 of 7 …" in library.progressed(job)
    go.set()
    assert job.ended.wait(20)


@pytest.mark.parametrize("name", ["add", "removed"])
def test_an_error_is_told_and_a_bug_leaves_its_traceback_to_the_log(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: Queue[type] = Queue()
    monkeypatch.setattr(threading, "excepthook", lambda told: logged.put(told.exc_type))
    for error, says in ((AdvisorError("make <room>"), "make &lt;room&gt;"), (ZeroDivisionError(), WENT_WRONG)):
        shelf = Shelf(error=error)
        inputs = [["/tmp/x/e.md"], "guide", False] if name == "add" else ["guide", False]
        *_, last = Page(shelf).change(shelf, name, *inputs)
        head = "Nothing added" if name == "add" else "Not removed"
        assert f"<strong>{head}:</strong>" in last["library-said"]
        assert says in last["library-said"]
        assert (last["documents"].value, last["drop"].visible) == ("guide", True)
    assert logged.get(timeout=20) is ZeroDivisionError
    assert logged.empty()


def test_removing_asks_first_and_then_shows_no_document() -> None:
    shelf = Shelf([shelved(), shelved(NEW, added=True)])
    page = Page(shelf)
    asked = page.call("ask", "new")
    assert "Remove “New &lt;b&gt;” and its file?" in asked["sure-question"]
    assert asked["sure"].visible
    assert shelf.gone == []
    *_, last = page.change(shelf, "removed", "new", False)
    assert shelf.gone == ["new"]
    assert Tags(last["library-said"]).text == "Removed: New <b>"
    assert [value for _, value in last["documents"].choices] == ["guide"]
    assert last["documents"].value is None
    assert not page.call("ask", "new")["sure"].visible


def test_what_another_one_removed_meanwhile_is_told() -> None:
    shelf = Shelf(error=CorpusError("there is no document 'x' any more; reload"))
    *_, last = Page(shelf).change(shelf, "removed", "x", False)
    assert "there is no document &#x27;x&#x27; any more; reload" in last["library-said"]
