"""The Evaluate tab: systems over an item set in a thread of its own, its report, and its items put into the chat.

What happens is in `Bench` and in functions that know no widget; `tab` binds them to the page. There is one evaluation
at a time, whoever started it: every page that is opened shows it.
"""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Literal, get_args

from advisor import text
from advisor.config import Config
from advisor.errors import AdvisorError, ItemError
from advisor.eval import commands, controls, experiment
from advisor.eval import page as whole_page
from advisor.eval import systems as eval_systems
from advisor.eval.items import Item, Split
from advisor.eval.report import Asked, Compared, Report
from advisor.eval.report import System as Reached
from advisor.eval.systems import System
from advisor.eval.written import figure
from advisor.models import catalogue
from advisor.ui import render
from advisor.ui.compare import ONE_AT_A_TIME, QUIET
from advisor.ui.talk import WENT_WRONG, Conversation, Exchange

Which = Literal["all", "lost", "changed"]
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
_REFUSALS = {"abstain": "a refusal", "clarify": "a question back"}
_TICK = 0.5  # seconds between two looks at an evaluation
_WINDOW = 20  # steps that the time left is told from: what the cache holds takes no time, what comes after it does


class _Stopped(Exception):
    """Leaves an evaluation from within, after the item in hand."""


@dataclass(frozen=True, slots=True)
class Step:
    """What an evaluation is doing, how much of that is done, and the seconds that the rest takes, if that is known."""

    doing: str = "opening the documents"
    done: int = 0
    total: int = 0
    left: float | None = None


@dataclass(eq=False, slots=True)
class Work:
    """One evaluation. Its own thread writes it and pages read it; `stop` asks it to end, `ended` tells that it has.

    Once ended it has a `report`, with the whole of it as a page, or a `problem`, or neither where it was stopped.
    """

    named: str
    step: Step = field(default_factory=Step)
    report: Report | None = None
    page: str = ""
    problem: str = ""
    stop: Event = field(default_factory=Event)
    ended: Event = field(default_factory=Event)
    _moments: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=_WINDOW + 1))

    def progress(self, doing: str, done: int, total: int) -> None:
        """Take a step.

        :raises _Stopped: it is to end here.
        """
        if doing != self.step.doing:
            self._moments.clear()
        self._moments.append((time.monotonic(), done))
        self.step = Step(doing, done, total, left(self._moments, total - done))
        if self.stop.is_set():
            raise _Stopped


def left(moments: Sequence[tuple[float, int]], steps: int) -> float | None:
    """Return the seconds that more steps take, told from when the last ones were done: times, and how many then."""
    (begun, before), (now, done) = moments[0], moments[-1]
    return (now - begun) / (done - before) * steps if done > before else None


@dataclass(eq=False, slots=True)
class Bench:
    """The documents that evaluations are made on, as `advisor eval` takes them, and the latest evaluation.

    `embedder` is the one that the index in `folder` was made with.
    """

    corpus: Sequence[str]
    folder: Path
    embedder: str = Config().embedder
    work: Work | None = None
    _starting: Lock = field(default_factory=Lock)

    def start(self, systems: Sequence[System], items: Sequence[Item], named: str) -> Work:
        """Start an evaluation in a thread of its own.

        :raises AdvisorError: another one is under way.
        """
        with self._starting:
            if (held := self.work) and not held.ended.is_set():
                raise AdvisorError(
                    f"an evaluation over {held.named} is under way ({told(held.step)}); "
                    "wait for its end, or reload this page to follow or stop it"
                )
            self.work = work = Work(named)
        Thread(target=self._run, args=(work, systems, items), name="evaluation", daemon=True).start()
        return work

    def _run(self, work: Work, systems: Sequence[System], items: Sequence[Item]) -> None:
        problem = WENT_WRONG  # of a bug, whose traceback goes to the log
        try:
            found = experiment.run(systems, items, work.named, self.corpus, self.folder, work.progress)
            work.page = whole_page.html(found)
            work.report, problem = found, ""
        except _Stopped:
            problem = ""
        except AdvisorError as error:
            problem = str(error)
        finally:
            work.problem = problem
            work.ended.set()

    def stop(self) -> None:
        """Ask the evaluation under way to end after the item in hand."""
        if self.work:
            self.work.stop.set()


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


def told(step: Step) -> str:
    """Return what an evaluation is doing, in words."""
    done = f"{step.doing}: {step.done} of {step.total}" if step.total else step.doing
    if step.total and step.done == step.total:
        return f"{done}, summing up"
    return done if step.left is None or step.left < 1 else f"{done}, about {text.duration(step.left)} left"


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


def summary(report: Report) -> str:
    """Return the summary of a report: what it is of, its flags, the systems in a table, and the verdicts."""
    took = text.duration(report.seconds)
    about = f"{report.item_set} · {took} · {report.answered} answers made, the others from the cache"
    return "".join(
        (
            f"<h2>Result</h2>{render.note(about)}",
            *map(render.note, report.notes),
            _listed("Read with care: a metric does not rank the controls as it should.", "flags", report.flags),
            _table(report),
            _verdicts(report),
        )
    )


def _listed(heading: str, kind: str, lines: Sequence[str]) -> str:
    entries = "".join(f"<li>{render.escaped(line)}</li>" for line in lines)
    return f'<div class="{kind}"><strong>{heading}</strong><ul>{entries}</ul></div>' if lines else ""


def _table(report: Report) -> str:
    names = [measure.name for measure in report.metrics if measure.headline]
    titles = {measure.name: measure.words for measure in report.metrics}
    heads = (("system", "a control, in grey, is bad on purpose"), *((name, titles[name]) for name in names), *_COSTS)
    head = "".join(f'<th scope="col" title="{escape(words)}">{escape(name)}</th>' for name, words in heads)
    rows = "".join(_row(system, names, len(report.items)) for system in report.systems)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="wide" role="region" aria-label="Summary" tabindex="0">{table}</div>'


_COSTS = (
    ("p50 s", "seconds of half of the answers, at most"),
    ("refusals", "F1 of the refusals; beneath, the share of the answerable items that were refused"),
    ("lost", "items that were not answered as expected"),
)


def _row(system: Reached, names: Sequence[str], items: int) -> str:
    means = [system.means.get(name) for name in names]
    cells = [f"{figure(m.mean)}<small>{figure(m.low)} to {figure(m.high)}</small>" if m else "–" for m in means]
    cells.append(figure(system.cost.p50_s, 2))
    cells.append(f"{figure(system.abstention.f1)}<small>{figure(system.abstention.wrongly_refused)} wrong</small>")
    cells.append("–" if system.control else f"{sum(system.lost.values())}<small>of {items}</small>")
    kind = ' class="control"' if system.control else ""
    name = f'<th scope="row">{render.escaped(system.name)}</th>'
    return f"<tr{kind}>{name}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _verdicts(report: Report) -> str:
    """Return how each system stands beside the first; what of the controls matters, the flags tell."""
    real = {system.name for system in report.systems if not system.control}
    by_system: dict[str, list[Compared]] = {}
    for one in report.compared:
        if one.system in real:
            by_system.setdefault(one.system, []).append(one)
    return "".join(
        f"<h3>{render.escaped(name)} <span>beside {render.escaped(found[0].beside)}</span></h3>"
        f'<ul class="verdicts">{"".join(map(_verdict, found))}</ul>'
        for name, found in by_system.items()
    )


def _verdict(one: Compared) -> str:
    told = f"<b>{escape(one.metric)}</b> <span>{render.escaped(one.text)}</span>"
    return f'<li class="{one.kind.replace(" ", "-")}">{told}</li>'


def which(report: Report, kind: Which) -> list[Asked]:
    """Return the items of a report: all, those that a system lost, or those that the systems did not score alike."""
    real = [system.name for system in report.systems if not system.control]
    headlines = [measure.name for measure in report.metrics if measure.headline]

    def kept(item: Asked) -> bool:
        cells = [item.cells[name] for name in real]
        if kind == "lost":
            return any(cell.lost for cell in cells)
        return kind == "all" or any(len({cell.scores[name] for cell in cells}) > 1 for name in headlines)

    return [item for item in report.items if kept(item)]


def kinds(report: Report) -> list[tuple[str, Which]]:
    """Return the kinds of items to pick from, each with its number of items in words."""
    return [(f"{kind.capitalize()} ({len(which(report, kind))})", kind) for kind in get_args(Which)]


def choices(report: Report, kind: Which) -> list[tuple[str, str]]:
    """Return the items of a kind as what is shown of each and its id."""
    return [(f"{item.id}: {item.question}", item.id) for item in which(report, kind)]


def item_of(work: Work | None, name: str | None) -> Asked | None:
    """Return an evaluation's item of this id, if it has one."""
    items = work.report.items if work and work.report else ()
    return next((item for item in items if item.id == name), None)


def shown(report: Report, item: Asked) -> str:
    """Return an item: its question with the earlier ones, what is expected, and what each system made of it."""
    earlier = "".join(f"<li>{render.escaped(turn)}</li>" for turn in item.history)
    expected = _REFUSALS.get(item.behaviour) or "; ".join(item.nuggets)
    real = [system.name for system in report.systems if not system.control]
    return "".join(
        (
            f'<ol class="earlier">{earlier}</ol>' if earlier else "",
            render.question(item.question),
            render.note(f"Expected: {expected}"),
            *(_outcome(name, item) for name in real),
        )
    )


def _outcome(name: str, item: Asked) -> str:
    cell = item.cells[name]
    came = f"lost at {cell.lost}" if cell.lost else "as expected"
    said = render.escaped(" ".join(one.text for one in cell.sentences) or cell.text)
    return f"<h3>{render.escaped(name)} <span>{came}</span></h3><p>{said}</p>"


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

    many = {"concurrency_limit": None, **QUIET}
    running = run.click(evaluate, [chosen, pasted, path, split], everything, **many)
    running.failure(lambda: render.problem(WENT_WRONG, "No report"), None, progress, **QUIET)
    page.load(resume, None, everything, **many)
    stop.click(bench.stop, None, None, **QUIET)
    kind.input(list_items, [held, kind], items, **QUIET)
    item.input(show_item, [held, item], [card, into_chat], **QUIET)
    into_chat.click(open_item, [held, item], [tabs, *chat], **ONE_AT_A_TIME)
    save.click(None, None, None, js=SAVE)
