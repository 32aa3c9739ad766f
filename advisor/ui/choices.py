"""The pickers of the sidebar: model, prompt, passages, what becomes of unbacked sentences; and how far a model is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from advisor.config import Config
from advisor.models.catalogue import Row
from advisor.models.shelf import Shelf, State
from advisor.ui import render
from advisor.ui.events import QUIET

MOST = 12  # passages that can be asked for
_TICK = 0.3  # seconds between two looks at a model that is being loaded
_UNBACKED = (("Left out", "drop"), ("Shown, and marked", "mark"))


@dataclass(frozen=True, slots=True)
class Offered:
    """What there is to pick from, and what is picked at first. `costs` says what a model costs, by its name."""

    models: Sequence[str]
    prompts: Sequence[str]
    model: str
    prompt: str
    costs: Mapping[str, str] = field(default_factory=dict)


def costs(rows: Sequence[Row]) -> dict[str, str]:
    """Return what each model of the catalogue costs, in words: its size, and whether it is here."""
    return {
        row.name: " · ".join([row.name, row.size, "ready" if row.ready == "yes" else "to be downloaded"])
        for row in rows
        if row.kind == "generator"
    }


def told(name: str, state: State) -> str:
    """Return how far a model is."""
    if state.phase == "failed":
        return render.problem(state.fault, "Not loaded")
    if state.phase != "loading":
        return render.note(f"{name} is {'ready' if state.phase == 'ready' else 'not loaded yet'}.")
    bar = "" if state.part is None else f' value="{state.part:.2f}" max="1"'
    words = render.note(f"Loading {name}: {state.doing} …")
    return f'<progress aria-label="loaded"{bar}></progress><div role="status">{words}</div>'


def pickers(page: Any, offered: Offered, shelf: Shelf | None) -> list[Any]:
    """Put the pickers where Gradio stands; return them in the order of the settings' fields.

    :param shelf: the models; without it nothing is loaded ahead.
    """
    import gradio as gr

    names = list(dict.fromkeys([offered.model, *offered.models, *offered.costs]))
    labelled = [(offered.costs.get(name, name), name) for name in names]
    model = gr.Dropdown(labelled, value=offered.model, label="Model", elem_id="model")
    state = gr.HTML(elem_id="model-state")
    cancel = gr.Button("Cancel loading", size="sm", elem_id="cancel-loading", visible=False)
    prompt = gr.Dropdown(list(offered.prompts), value=offered.prompt, label="Prompt", elem_id="prompt")
    passages = gr.Slider(1, MOST, value=Config().passages, step=1, label="Passages read", elem_id="passages")
    unbacked = gr.Radio(
        list(_UNBACKED), value=Config().unbacked, label="Sentences that no passage backs", elem_id="unbacked"
    )
    if shelf:

        def follow(name: str) -> Iterator[dict[Any, Any]]:
            shelf.start(name)
            while (now := shelf.state(name)).phase == "loading":
                yield {state: told(name, now), cancel: gr.Button(visible=True)}
                time.sleep(_TICK)
            yield {state: told(name, now), cancel: gr.Button(visible=False)}

        gr.on([page.load, model.change], follow, model, [state, cancel], concurrency_limit=None, **QUIET)
        cancel.click(lambda name: shelf.cancel(name), model, None, **QUIET)
    return [model, prompt, passages, unbacked]
