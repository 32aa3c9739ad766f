"""The Documents tab: a list to read from, files to add by dropping them, and what was added to remove.

Binds a shelf of documents to widgets. A change runs in a thread of its own, so that it comes to its end and the index
stays whole when the page is closed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from threading import Event, Thread
from typing import Any, Protocol

from advisor.corpus.formats import CONVERTERS, MAX_BYTES
from advisor.errors import AdvisorError
from advisor.library import Note, Progress, Shelved
from advisor.ui import document as documents_html
from advisor.ui import render
from advisor.ui.events import QUIET
from advisor.ui.talk import WENT_WRONG

# Gradio gives each choice a group of its own, again whenever it is chosen, and the arrow keys stay within a group. And
# it calls the place for files by other words than are seen on it. Both are mended as soon as they are made.
KEEP_MENDED = """() => {
  const mend = () => {
    document.querySelectorAll('#documents input:not([name=documents])').forEach(one => { one.name = 'documents'; });
    document.querySelector('#drop button[aria-dropeffect][aria-label]')?.removeAttribute('aria-label');
  };
  const watched = { childList: true, subtree: true, attributes: true, attributeFilter: ['name', 'aria-label'] };
  new MutationObserver(mend).observe(document.body, watched);
  mend();
}"""
_LONGEST = 300  # characters of a title or source that are shown
_TICK = 0.2  # seconds between two looks at a change
KINDS = f"{', '.join(CONVERTERS)}; at most {MAX_BYTES // 1_000_000} MB each"
# No comma within a bracket: Gradio takes each comma for the end of a selector.
CSS = """
#library { gap: .8rem; }
#library .html-container { padding: 0; }
#library-row { align-items: start; }
#documents .wrap { flex-direction: column; flex-wrap: nowrap; gap: .3rem; max-height: 19rem; overflow-y: auto; }
#documents label { width: 100%; padding: .45em .7em; align-items: start; background: none; box-shadow: none;
  border: 1px solid transparent; }
#documents label:hover { background: var(--background-fill-secondary); }
#documents label.selected { border-color: var(--backed); }
#documents label input { margin-top: .2em; }
#documents label span { flex: 1; min-width: 0; overflow: hidden; white-space: pre; text-overflow: ellipsis;
  font-size: .85rem; line-height: 1.45; color: var(--quiet); }
#documents label span::first-line { font-size: .95rem; font-weight: 600; color: var(--body-text-color); }
#adding { gap: .3rem; }
#drop { min-height: 9rem; }
#drop .or { display: none; }
#library-said:not(:has(.prose > *)), #kinds p { margin: 0; }
#library-said:not(:has(.prose > *)) { display: none; }
#library-said progress { display: block; appearance: none; width: 100%; height: .4rem; border: 0;
  border-radius: .2rem; overflow: hidden; background: var(--border-color-primary); }
#library-said ::-webkit-progress-bar { background: var(--border-color-primary); }
#library-said ::-webkit-progress-value { background: var(--backed); }
#library-said ::-moz-progress-bar { background: var(--backed); }
#library-said .files { margin: 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
#library-said .kept b { color: var(--better); }
#library-said .refused b { color: var(--trouble); }
#reading-row { align-items: center; }
#show-chunks { border: 0; padding: 0; background: none; }
#sure { align-items: center; padding: .6em .9em; border-left: 4px solid var(--trouble); border-radius: 4px;
  background: var(--background-fill-secondary); }
#sure p { margin: 0; overflow-wrap: anywhere; }
#sure-question { flex: 1 1 16rem; }
#sure button { flex: none; white-space: nowrap; }
#document h2 { margin: 0; font-size: 1.3rem; overflow-wrap: anywhere; }
#document ul { list-style: disc; padding-left: 1.3em; }
#document .gaps { margin: .6em 0 0; padding: .5em .9em; border-left: 4px solid var(--unsure); border-radius: 4px;
  background: var(--background-fill-secondary); overflow-wrap: anywhere; font-size: .9rem; }
#document .reading { display: grid; gap: 1.2rem; margin-top: .9rem; }
#document nav { max-height: 11rem; overflow-y: auto; border: 1px solid var(--border-color-primary); border-radius: 8px;
  padding: .5em .7em; font-size: .85rem; }
#document nav ul { margin: 0; padding: 0; list-style: none; }
#document nav li { margin: 0 0 .35em; overflow-wrap: anywhere; }
#document nav .level4 { padding-left: .9em; }
#document nav .level5 { padding-left: 1.8em; }
#document nav .level6 { padding-left: 2.7em; }
#document nav a { display: block; padding: 0; text-align: left; color: var(--backed);
  text-decoration: none; }
#document nav a:hover, #document nav a:focus-visible { text-decoration: underline; }
#document .pane { min-width: 0; line-height: 1.6; overflow-wrap: anywhere; }
#document .pane .heading { margin: 1.3em 0 .4em; font-weight: 600; scroll-margin-top: .5rem; }
#document .pane h3 { font-size: 1.15rem; }
#document .pane h4 { font-size: 1.02rem; }
#document .pane h5, #document .pane h6 { font-size: .95rem; color: var(--quiet); }
#document .pane .document-text > :first-child, #document .pane .chunk > .note + * { margin-top: 0; }
#document .pane p { margin: 0 0 .7em; }
#document .pane ul { margin: 0 0 .7em; }
#document .pane li { margin: 0 0 .25em; }
#document .pane .depth1 { margin-left: 1.2em; }
#document .pane .depth2 { margin-left: 2.4em; }
#document .pane .depth3 { margin-left: 3.6em; }
#document .pane .numbered { list-style: none; text-indent: -1.3em; }
#document .wide { margin: 0 0 .9em; overflow-x: auto; }
#document table { width: 100%; border: 0; border-collapse: collapse; font-size: .9rem; }
#document thead, #document tbody, #document tr { border: 0; }
#document th, #document td { border: 0; border-bottom: 1px solid var(--border-color-primary); padding: .35em .6em;
  text-align: left; vertical-align: top; min-width: 6rem; }
#document pre { margin: 0 0 .9em; padding: .7em; overflow-x: auto; white-space: pre; border-radius: 6px;
  background: var(--background-fill-secondary); color: var(--body-text-color); }
#document .chunk { margin: 0 0 .8em; padding: .6em .9em; border-radius: 6px; border-style: solid;
  border-width: 1px 1px 1px 4px; --edge: var(--border-color-primary);
  border-color: var(--edge) var(--edge) var(--edge) var(--backed); }
#document .chunk > .note { margin: 0 0 .5em; }
@media (min-width: 800px) {
  #document .outlined { grid-template-columns: minmax(11rem, 15rem) minmax(0, 1fr); align-items: start; }
  #document .outlined nav { max-height: 80dvh; }
  #document .pane { max-height: 80dvh; overflow-y: auto; padding-right: .8rem; }
}
"""


class Shelf(Protocol):
    """What the tab talks to; `advisor.library.Stacks` is one."""

    def documents(self) -> Sequence[Shelved]:
        """Return the documents that are searched now, in the order of the list."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the length of a text in the embedding model's tokens."""
        ...

    def add(self, given: Sequence[tuple[Path, str]], progress: Progress) -> list[Note]:
        """Add files under names; return in their order what became of each.

        :raises AdvisorError: nothing was added.
        """
        ...

    def remove(self, document_id: str, progress: Progress) -> None:
        """Remove a document that was added.

        :raises AdvisorError: it was not removed.
        """
        ...


class Job:
    """A change in a thread of its own: how far it is, and once it has `ended` its notes, or its problem."""

    def __init__(self, work: Callable[[Progress], Sequence[Note]]) -> None:
        self.step = ("starting", 0, 0)
        self.notes: Sequence[Note] = ()
        self.problem = ""
        self.ended = Event()
        Thread(target=self._run, args=[work], name="library", daemon=True).start()

    def _run(self, work: Callable[[Progress], Sequence[Note]]) -> None:
        problem = WENT_WRONG  # of a bug, whose traceback goes to the log
        try:
            self.notes = work(self._take)
            problem = ""
        except AdvisorError as error:
            problem = str(error)
        finally:
            self.problem = problem
            self.ended.set()

    def _take(self, doing: str, done: int, total: int) -> None:
        self.step = (doing, done, total)


def label(one: Shelved) -> str:
    """Return a document's lines in the list: its title, then its source and figures."""
    title, source = _line(one.document.title), _line(one.document.source)
    rest = source.removeprefix(title).strip() or source
    return f"{title}\n{rest}\n{_figures(one)}"


def _line(text: str) -> str:
    """Return a document's own text as one line, which its front matter may have made as long as it likes."""
    return " ".join(text[:_LONGEST].split())


def _figures(one: Shelved) -> str:
    gaps = len(one.document.gaps)
    parts = [_count(len(one.chunks), "chunk"), _count(len(one.document.text.split()), "word")]
    return " · ".join([*parts, *([_count(gaps, "gap")] if gaps else []), "added" if one.added else "from the start"])


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def shown(one: Shelved | None, with_chunks: bool, count_tokens: Callable[[str], int]) -> str:
    """Return a document to be read: title, figures, gaps, outline and text."""
    if one is None:
        return render.note("Choose a document to read it.")
    document = one.document
    text = documents_html.html(document, one.chunks if with_chunks else (), count_tokens)
    outline = documents_html.outline(document)
    return (
        f'<article aria-labelledby="document-title"><h2 id="document-title">{escape(_line(document.title))}</h2>'
        f'<p class="note">Source: {escape(_line(document.source))} · {_figures(one)}</p>{_gaps(document.gaps)}'
        f'<div class="reading{" outlined" * bool(outline)}">{outline}'
        f'<div class="pane" tabindex="0" role="region" aria-label="Text of the document">{text}</div></div></article>'
    )


def _gaps(gaps: Sequence[str]) -> str:
    if not gaps:
        return ""
    items = "".join(f"<li>{escape(gap)}</li>" for gap in gaps)
    is_open = " open" * (len(gaps) <= 3)
    head = f"<summary>This source announces and lacks: {_count(len(gaps), 'point')}</summary>"
    return f'<details class="gaps"{is_open}>{head}<ul>{items}</ul></details>'


def progressed(job: Job) -> str:
    """Return how far a change is."""
    doing, done, total = job.step
    bar = f' max="{total}" value="{done}"' if total else ""
    words = f"{doing}, {done} of {total} …" if total else f"{doing} …"
    words = words[0].upper() + words[1:]
    return f'<progress aria-label="done"{bar}></progress><p class="note" role="status">{escape(words)}</p>'


def told(notes: Sequence[Note]) -> str:
    """Return a line for each file: that it was added, or why not."""
    lines = (
        f'<li class="{"kept" if note.document else "refused"}"><b>{"Added" if note.document else "Not added"}:</b> '
        f"{escape(_line(note.document.title if note.document else note.said))}</li>"
        for note in notes
    )
    return f'<div role="status"><ul class="files">{"".join(lines)}</ul></div>'


def tab(page: Any, shelf: Shelf, here: Any) -> None:
    """Put the tab's widgets where Gradio stands, in the blocks `page`.

    :param here: the tab that they stand in; whenever it is chosen, the list is that of the documents there are now.
    """
    import gradio as gr

    with gr.Column(elem_id="library"):
        with gr.Row(elem_id="library-row"):
            listed = gr.Radio([], label="Documents", elem_id="documents", scale=3, min_width=280)
            with gr.Column(scale=2, min_width=260, elem_id="adding"):
                drop = gr.File(
                    label="Add documents", file_count="multiple", elem_id="drop", height=150, interactive=True
                )
                gr.HTML(render.note(KINDS), elem_id="kinds")
        said = gr.HTML(elem_id="library-said")
        with gr.Row(elem_id="reading-row"):
            boxed = gr.Checkbox(False, label="Show chunks", container=False, elem_id="show-chunks", min_width=140)
            remove = gr.Button("Remove", elem_id="remove", scale=0, min_width=110, visible=False)
        with gr.Row(elem_id="sure", visible=False) as sure:
            question = gr.HTML(elem_id="sure-question")
            yes = gr.Button("Remove for good", variant="stop", elem_id="sure-yes", scale=0, min_width=150)
            no = gr.Button("Keep it", elem_id="sure-no", scale=0, min_width=110)
        text = gr.HTML(elem_id="document")
    reader = [text, remove, sure]
    everything = [listed, drop, said, *reader]

    def found(name: str | None) -> Shelved | None:
        return next((one for one in shelf.documents() if one.document.id == name), None)

    def read(name: str | None, with_chunks: bool) -> dict[Any, Any]:
        one = found(name)
        return {
            text: shown(one, with_chunks, shelf.count_tokens),
            remove: gr.Button(visible=one is not None and one.added),
            sure: gr.Row(visible=False),
        }

    def refresh(name: str | None, with_chunks: bool) -> dict[Any, Any]:
        choices = [(label(one), one.document.id) for one in shelf.documents()]
        value = name if name in [id for _, id in choices] else None
        return {listed: gr.Radio(choices, value=value), **read(value, with_chunks)}

    def follow(job: Job) -> Iterator[dict[Any, Any]]:
        busy = {drop: gr.File(None, visible=False), remove: gr.Button(visible=False), sure: gr.Row(visible=False)}
        while not job.ended.is_set():
            yield {said: progressed(job), **busy}
            job.ended.wait(_TICK)

    def add(files: list[str] | None, name: str | None, with_chunks: bool) -> Iterator[dict[Any, Any]]:
        given = [(Path(file), Path(file).name) for file in files or ()]
        job = Job(lambda progress: shelf.add(given, progress))
        yield from follow(job)
        added = [note.document.id for note in job.notes if note.document]
        outcome = render.problem(job.problem, "Nothing added") if job.problem else told(job.notes)
        ready = gr.File(None, visible=True)
        yield {said: outcome, drop: ready, **refresh(added[0] if added else name, with_chunks)}

    def ask(name: str | None) -> dict[Any, Any]:
        one = found(name)
        asked = f"Remove “{_line(one.document.title)}” and its file? This cannot be undone." if one else ""
        return {question: f'<p role="alert">{escape(asked)}</p>', sure: gr.Row(visible=one is not None)}

    def removed(name: str, with_chunks: bool) -> Iterator[dict[Any, Any]]:
        one = found(name)
        title = _line(one.document.title) if one else name

        def work(progress: Progress) -> Sequence[Note]:
            shelf.remove(name, progress)
            return ()

        job = Job(work)
        yield from follow(job)
        outcome = render.problem(job.problem, "Not removed") if job.problem else render.note(f"Removed: {title}")
        yield {said: outcome, drop: gr.File(None, visible=True), **refresh(name, with_chunks)}

    many = {"concurrency_limit": None, **QUIET}
    now = [listed, boxed]
    page.load(js=KEEP_MENDED, **QUIET)
    gr.on([page.load, here.select], refresh, now, [listed, *reader], **QUIET)
    gr.on([listed.input, boxed.input], read, now, reader, **QUIET)
    drop.upload(add, [drop, *now], everything, **many)
    yes.click(removed, now, everything, **many)
    remove.click(ask, listed, [question, sure], **QUIET)
    no.click(lambda: gr.Row(visible=False), None, sure, **QUIET)
