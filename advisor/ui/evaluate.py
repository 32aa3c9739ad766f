"""The Evaluate tab: systems over an item set in a thread of its own, its report, and its items put into the chat.

What happens is in `Bench` and in functions that know no widget; `tab` binds them to the page. There is one evaluation
at a time, whoever started it: every page that is opened shows it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, get_args

from advisor.config import Config
from advisor.errors import AdvisorError, ItemError
from advisor.eval import commands, controls
from advisor.eval import systems as eval_systems
from advisor.eval.items import Item, Split
from advisor.eval.report import Asked
from advisor.eval.systems import System
from advisor.models import catalogue
from advisor.ui import render
from advisor.ui.bench import Bench, Work, told
from advisor.ui.events import ANSWERING, QUIET
from advisor.ui.result import Which, choices, kinds, shown, summary
from advisor.ui.talk import WENT_WRONG, Conversation, Exchange

Put = Callable[[str, Conversation], tuple[Any, ...]]
EARLIER = "An earlier question of this item, which was not answered here."
STOPPED = "Stopped. What was answered is kept: Run goes on from there."
EXAMPLE = '[[system]]\nname = "warm"\ntemperature = 0.7\nprompt = "answer/v2"'
_BASE = '<base href="about:srcdoc">'  # else a link to a place in the frame would load this page into it
SAVE = """() => {
  const page = document.querySelector('#whole iframe').srcdoc.replace('<base href="about:srcdoc">', '');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([page], { type: 'text/html' }));
  link.download = 'report.html';
  link.click();
  URL.revokeObjectURL(link.href);
}"""
_TICK = 0.5  # seconds between two looks at an evaluation


def offered(models: Sequence[str], prompts: Sequence[str], embedder: str) -> list[System]:
    """Return a system for each model with each prompt."""
    return [System(name=f"{m}, {p}", model=m, prompt=p, embedder=embedder) for m in models for p in prompts]


def picked(offers: Sequence[System], names: Sequence[str], pasted: str) -> list[System]:
    """Return the offered systems with these names, in their order, and after them those of a pasted TOML.

    What is pasted may name no model, prompt or embedder but those that are offered here: a visitor of the page must not
    have the server open any file or address.

    :raises AdvisorError: there is none, a name stands twice or is a control's, or the TOML is malformed or names what
        is not offered.
    """
    named = {system.name: system for system in offers}
    found = [*(named[name] for name in names), *(_pasted(pasted, offers) if pasted.strip() else ())]
    if not found:
        raise AdvisorError("there is no system to evaluate; pick one, or paste a TOML of systems")
    every = [system.name for system in found]
    if twice := sorted({name for name in every if every.count(name) > 1}):
        raise ItemError(f"two systems have the name {', '.join(twice)}; rename the pasted one")
    if taken := sorted({*every} & {*controls.NAMES}):
        raise ItemError(f"{', '.join(taken)} is a control's name; rename the pasted system")
    return found


def _pasted(toml: str, offers: Sequence[System]) -> list[System]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "systems.toml"
        path.write_text(toml, encoding="utf-8")
        try:
            found = eval_systems.load(path)
        except ItemError as error:
            raise ItemError(str(error).replace(str(path), "the pasted TOML")) from error
    known = {
        "model": {system.model for system in offers},
        "prompt": {system.prompt for system in offers},
        "embedder": _embedders(offers[0].embedder),
    }
    for system in found:
        for part, names in known.items():
            if (wanted := getattr(system, part)) not in names:
                raise ItemError(
                    f"the system {system.name!r} has the {part} {wanted!r}; this page offers {', '.join(sorted(names))}"
                )
    return found


def _embedders(own: str) -> set[str]:
    """Return the embedders that can be used here. That of the index as it ought to be would take the place of another
    one's index, so it is left out where the page was started with another one."""
    ready = {row.name for row in catalogue.rows("embedder") if row.ready == "yes"}
    return {own, *ready} - ({Config().embedder} - {own})


def asked(path: str, split: Split) -> tuple[list[Item], str]:
    """Return the items of a split of the set at a path, or of the set that is shipped, and what they are called.

    :raises ItemError: there is no such file, it holds a line that is no item, or nothing of the split.
    """
    place = Path(path.strip()).expanduser() if path.strip() else None
    if place and not place.is_file():
        raise ItemError(f"{place} is no file; expected items as JSON lines, as in {commands.shipped()}")
    items = commands.bundled(place, split)
    return items, f"{(place or commands.shipped()).name}, {split} {len(items)}"


def state(work: Work) -> str:
    """Return how far an evaluation is, or what came of it where that is no report."""
    if work.ended.is_set() and work.problem:
        return render.problem(work.problem, "No report")
    if work.ended.is_set():
        return "" if work.report else render.note(STOPPED)
    step = work.step
    done = f' max="{step.total}" value="{step.done}"' if step.total else ""
    bar = f'<progress aria-label="done"{done}></progress>'
    doing = "stopping after the item in hand" if work.stop.is_set() else told(step)
    return f'{bar}<p class="note" role="status">{render.escaped(f"{work.named}: {doing} …")}</p>'


def item_of(work: Work | None, name: str | None) -> Asked | None:
    """Return an evaluation's item of this id, if it has one."""
    items = work.report.items if work and work.report else ()
    return next((item for item in items if item.id == name), None)


def opened(item: Asked) -> tuple[str, Conversation]:
    """Return an item's question, and the conversation that it goes on from: its earlier questions, unanswered.

    The chat tells a follow-up from the earlier questions alone, so nothing is lost by that.
    """
    earlier = (Exchange(turn, render.note(EARLIER), EARLIER) for turn in item.history)
    return item.question, tuple(earlier)


def frame(work: Work) -> str:
    """Return the whole report, in a frame that can neither read this page nor ask for anything."""
    if not work.page:
        return ""
    inside = work.page.replace("<head>", f"<head>{_BASE}", 1)
    return f'<iframe title="The whole report" sandbox="allow-scripts" srcdoc="{escape(inside)}"></iframe>'


def tab(
    page: Any,
    bench: Bench,
    models: Sequence[str],
    prompts: Sequence[str],
    model: str,
    prompt: str,
    tabs: Any,
    chat: Sequence[Any],
    put: Put,
) -> None:
    """Put the tab's widgets where Gradio stands, in the blocks `page`.

    :param tabs: what the tabs are in; the chat's has the id `chat`.
    :param put: returns what the widgets `chat` show of a question to ask and the conversation before it.
    """
    import gradio as gr

    offers = offered(models, prompts, bench.embedder)
    names = [system.name for system in offers]
    held = gr.State(None)
    with gr.Column(elem_id="evaluate"):
        chosen = gr.Dropdown(
            names,
            value=[f"{model}, {prompt}"],
            multiselect=True,
            label="Systems",
            info="The first one is what the others are compared with.",
            elem_id="evaluated",
        )
        with gr.Accordion("More systems, as TOML", open=False, elem_id="more"):
            pasted = gr.Textbox("", show_label=False, container=False, lines=5, placeholder=EXAMPLE, elem_id="toml")
        with gr.Row(elem_id="evaluate-row"):
            path = gr.Textbox(
                label="Item set",
                placeholder="shipped, or a path",
                scale=3,
                min_width=200,
                elem_id="set",
            )
            split = gr.Dropdown(list(get_args(Split)), value="dev", label="Split", min_width=110, elem_id="split")
            run = gr.Button("Run", variant="primary", elem_id="run", scale=0, min_width=90)
            stop = gr.Button("Stop", variant="stop", elem_id="halt", scale=0, min_width=90, visible=False)
        progress = gr.HTML(elem_id="progress")
        with gr.Column(elem_id="result", visible=False) as result:
            table = gr.HTML(elem_id="summary")
            gr.HTML("<h2>Items</h2>")
            with gr.Row(elem_id="item-row"):
                kind = gr.Radio([], show_label=False, container=False, elem_id="kind", min_width=260)
                item = gr.Dropdown([], show_label=False, container=False, elem_id="item", min_width=260)
            card = gr.HTML(elem_id="card")
            into_chat = gr.Button("Open in the chat", elem_id="into-chat", scale=0, min_width=160)
            with gr.Row(elem_id="whole-row"):
                gr.HTML("<h2>The whole report</h2>")
                save = gr.Button("Save as a file", elem_id="save-report", scale=0, min_width=140)
            whole = gr.HTML(elem_id="whole")
    items = [item, card, into_chat]
    everything = [held, progress, run, stop, result, table, kind, *items, whole]

    def list_items(work: Work, of: Which) -> dict[Any, Any]:
        assert work.report
        listed = choices(work.report, of)
        first = listed[0][1] if listed else None
        return {item: gr.Dropdown(listed, value=first, interactive=bool(listed)), **show_item(work, first)}

    def show_item(work: Work, name: str | None) -> dict[Any, Any]:
        assert work.report
        one = item_of(work, name)
        told = shown(work.report, one) if one else render.note("There are none of this kind.")
        return {card: told, into_chat: gr.Button(interactive=one is not None)}

    def show(work: Work) -> dict[Any, Any]:
        running = not work.ended.is_set()
        always = {
            progress: state(work),
            run: gr.Button(visible=not running),
            stop: gr.Button(visible=running, interactive=not work.stop.is_set()),
            result: gr.Column(visible=work.report is not None),
        }
        if work.report is None:
            return always
        first = {held: work, table: summary(work.report), kind: gr.Radio(kinds(work.report), value="all")}
        return {**always, **first, **list_items(work, "all"), whole: frame(work)}

    def follow(work: Work) -> Iterator[dict[Any, Any]]:
        while not work.ended.is_set():
            yield show(work)
            work.ended.wait(_TICK)
        yield show(work)

    def evaluate(names: list[str], toml: str, place: str, part: Split) -> Iterator[dict[Any, Any]]:
        try:
            work = bench.start(picked(offers, names, toml), *asked(place, part))
        except AdvisorError as error:
            yield {progress: render.problem(str(error), "Not started")}
            return
        yield from follow(work)

    def resume() -> Iterator[dict[Any, Any]]:
        yield {progress: ""}  # to yield nothing would empty the buttons
        if bench.work:
            yield from follow(bench.work)

    def open_item(work: Work, name: str) -> tuple[Any, ...]:
        one = item_of(work, name)
        assert one
        return gr.Tabs(selected="chat"), *put(*opened(one))

    running = run.click(evaluate, [chosen, pasted, path, split], everything, **ANSWERING)
    running.failure(lambda: render.problem(WENT_WRONG, "No report"), None, progress, **QUIET)
    page.load(resume, None, everything, **ANSWERING)
    stop.click(bench.stop, None, None, **QUIET)
    kind.input(list_items, [held, kind], items, **QUIET)
    item.input(show_item, [held, item], [card, into_chat], **QUIET)
    into_chat.click(open_item, [held, item], [tabs, *chat], **ANSWERING)
    save.click(None, None, None, js=SAVE)
