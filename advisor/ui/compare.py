"""The Compare tab: binds a comparison to widgets. Votes go to the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from advisor.errors import AdvisorError
from advisor.store.votes import System
from advisor.ui import render
from advisor.ui.comparison import (
    LETTERS,
    NONE,
    Comparison,
    Winner,
    column_html,
    compared,
    picked,
    stopped,
    tallied,
    told,
    voted,
)
from advisor.ui.events import ANSWERING, QUIET, asker
from advisor.ui.talk import WENT_WRONG, Desk


def tab(page: Any, desk: Desk, models: Sequence[str], prompts: Sequence[str], model: str, prompt: str) -> None:
    """Put the tab's widgets where Gradio stands, in the blocks `page`.

    :param desk: where the questions are answered; it is asked for its advisors anew for each comparison.
    """
    import gradio as gr

    systems = [System(one, other) for one in models for other in prompts]
    first = System(model, prompt)
    names = [system.name for system in systems]
    others = [system.name for system in systems if system != first]
    held = gr.State(None)
    with gr.Column(elem_id="compare"):
        with gr.Row(elem_id="systems"):
            pickers = [
                gr.Dropdown(choices, value=value, label=label, min_width=220, elem_id=f"system-{place}")
                for place, (choices, value, label) in enumerate(
                    (
                        (names, first.name, "First system"),
                        (names, others[0] if others else first.name, "Second system"),
                        ([NONE, *names], NONE, "Third system"),
                    )
                )
            ]
        with gr.Row(elem_id="compare-row"):
            question = gr.Textbox(
                label="Your question",
                show_label=False,
                container=False,
                max_lines=4,
                scale=1,
                placeholder="Ask all of them a career question",
                elem_id="compare-question",
            )
            ask = gr.Button("Ask", variant="primary", elem_id="compare-ask", scale=0, min_width=90)
            stop = gr.Button("Stop", variant="stop", elem_id="compare-stop", scale=0, min_width=90, visible=False)
        blind = gr.Checkbox(True, label="Blind: names are shown after the vote", container=False, elem_id="blind")
        asked = gr.HTML(visible=False, elem_id="compared")
        with gr.Row(visible=False, elem_id="columns") as side_by_side:
            columns = [gr.HTML(visible=False, elem_id=f"column-{letter}") for letter in LETTERS]
        state = gr.HTML(visible=False, elem_id="vote-state")
        with gr.Row(elem_id="votes", visible=False) as row:
            buttons = [
                gr.Button(f"{letter} is better", elem_id=f"vote-{letter}", min_width=110, interactive=False)
                for letter in LETTERS
            ]
            buttons.append(gr.Button("Tie", elem_id="vote-tie", min_width=110, interactive=False))
        gr.HTML("<h2>Votes so far</h2>")
        tally = gr.HTML(elem_id="tally")
    shown = [held, ask, stop, asked, side_by_side, *columns, state, row, *buttons]

    def show(now: Comparison) -> tuple[Any, ...]:
        count = len(now.columns)
        return (
            now,
            gr.Button(visible=not now.running),
            gr.Button(visible=now.running),
            gr.HTML(render.question(now.question), visible=True),
            gr.Row(visible=True),
            *(gr.HTML(column_html(now, place), visible=True) for place in range(count)),
            *(gr.HTML("", visible=False) for _ in LETTERS[count:]),
            gr.HTML(told(now), visible=True),
            gr.Row(visible=True),
            *(gr.Button(interactive=now.votable, visible=place < count) for place in range(len(LETTERS))),
            gr.Button(interactive=now.votable),
        )

    def compare(text: str, unseen: bool, request: Any, *named: str) -> Iterator[tuple[Any, ...] | dict[Any, Any]]:
        if not text.strip():
            return
        try:
            chosen = picked(systems, named)
        except AdvisorError as error:
            yield {state: gr.HTML(render.problem(str(error), "Not asked"), visible=True)}
            return
        growing = compared(desk, text.strip(), chosen, unseen, asker(request))
        yield from (("", *show(now)) for now in growing)

    def vote_for(winner: Winner) -> Callable[[Comparison], tuple[Any, ...] | dict[Any, Any]]:
        def vote(now: Comparison) -> tuple[Any, ...] | dict[Any, Any]:
            try:
                return (*show(voted(now, winner)), tallied())
            except AdvisorError as error:
                return {state: gr.HTML(render.problem(str(error), "Not kept"), visible=True)}

        return vote

    compare.__annotations__["request"] = gr.Request  # Gradio reads it here; as a string it would not be found
    run = gr.on([ask.click, question.submit], compare, [question, blind, *pickers], [question, *shown], **ANSWERING)
    run.failure(lambda now: show(stopped(now, WENT_WRONG)) if now else {}, held, shown, **QUIET)
    stop.click(lambda now: show(stopped(now)), held, shown, **QUIET)
    winners: list[Winner] = [*range(len(LETTERS)), "tie"]
    for button, winner in zip(buttons, winners, strict=True):
        button.click(vote_for(winner), held, [*shown, tally], concurrency_id="vote", concurrency_limit=1, **QUIET)
    page.load(tallied, None, tally, **QUIET)
