"""The Gradio page: a chat whose answers carry their passages, beside it tabs that compare and evaluate systems.

Binds a conversation to widgets. Stopping is not left to Gradio's `cancels`, which waits for the sentence in the making.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from advisor.errors import AdvisorError
from advisor.store import feedback
from advisor.store.feedback import REASONS, Feedback, Thumb
from advisor.ui import compare, evaluate, render
from advisor.ui.bench import Bench
from advisor.ui.compare import ONE_AT_A_TIME, QUIET
from advisor.ui.evaluate import Put
from advisor.ui.style import CSS, HEAD, INTRO, SHOW_FORM, TAKE_OFFER
from advisor.ui.talk import WENT_WRONG, Conversation, MakeAdvisor, asked, messages, stopped, thumbed, thumbs

EXAMPLES = (
    "What are the steps to become a machine learning engineer?",
    "What does a mid-level machine learning engineer earn in India?",
    "Which books should I read?",
    "How does a machine learning engineer differ from a data scientist?",
    "Which certifications are worth getting?",
    "Which programming languages should I learn?",
)


def build(
    make: MakeAdvisor, models: list[str], prompts: list[str], model: str, prompt: str, bench: Bench | None = None
) -> Any:
    """Return the page as Gradio blocks.

    :param make: returns the advisor for a model and a prompt; it is asked anew for each answer.
    :param bench: what evaluations are made on; without it there is no tab for them.
    """
    import gradio as gr

    with gr.Blocks(title="Career advisor", analytics_enabled=False) as page:
        gr.HTML(INTRO, elem_id="intro")
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Chat", id="chat"):
                chat = _chat(make, models, prompts, model, prompt)
            with gr.Tab("Compare"):
                compare.tab(page, make, models, prompts, model, prompt)
            if bench:
                with gr.Tab("Evaluate"):
                    evaluate.tab(page, bench, models, prompts, model, prompt, tabs, *chat)
    return page


def _chat(make: MakeAdvisor, models: list[str], prompts: list[str], model: str, prompt: str) -> tuple[list[Any], Put]:
    """Put the chat's widgets where Gradio stands; return them, and what they show of a question and a conversation."""
    import gradio as gr

    held = gr.State(())
    chat = gr.Chatbot(
        elem_id="chat",
        show_label=False,
        layout="panel",
        autoscroll=False,
        buttons=[],
        latex_delimiters=[],
        group_consecutive_messages=False,
        placeholder="Ask a question, or start with one of these.",
        examples=[{"text": example} for example in EXAMPLES],
    )
    said, form, close = _wrong(chat, held)
    with gr.Row(elem_id="ask-row"):
        question = gr.Textbox(
            show_label=False,
            container=False,
            max_lines=4,
            scale=1,
            placeholder="Ask a career question",
            elem_id="question",
        )
        ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=90)
        stop = gr.Button("Stop", variant="stop", elem_id="stop", scale=0, min_width=90, visible=False)
    with gr.Row(elem_id="tools"):
        picked = gr.Dropdown(models, value=model, label="Model", elem_id="model", min_width=140)
        wording = gr.Dropdown(prompts, value=prompt, label="Prompt", elem_id="prompt", min_width=140)
        retry = gr.Button("Retry", elem_id="retry", min_width=140, interactive=False)
        clear = gr.Button("New chat", elem_id="clear", min_width=140)
    offered = gr.Button(visible="hidden", elem_id="offered")  # pressed by the page's script, with the offer's text
    shown = [held, chat, ask, stop, retry, clear]

    def show(now: Conversation) -> tuple[Any, ...]:
        running = bool(now) and bool(now[-1].doing)
        return (
            now,
            gr.update(value=messages(now), feedback_value=thumbs(now)),
            gr.Button(visible=not running),
            gr.Button(visible=running),
            gr.Button(interactive=bool(now) and not running),
            gr.Button(interactive=not running),
        )

    def answer(text: str, now: Conversation, *pickers: str) -> Iterator[tuple[Any, ...]]:
        if text.strip():
            yield from (("", *show(grown)) for grown in asked(make, now, text.strip(), *pickers))
        else:
            yield ("", *show(now))

    def example(event: Any, now: Conversation, *pickers: str) -> Iterator[tuple[Any, ...]]:
        yield from answer(event.value["text"], now, *pickers)

    example.__annotations__["event"] = gr.SelectData  # Gradio reads it here; as a string it would not be found

    def again(now: Conversation, *pickers: str) -> Iterator[tuple[Any, ...]]:
        if now:
            yield from (show(grown) for grown in asked(make, now[:-1], now[-1].question, *pickers))

    def offer(text: str, now: Conversation, *pickers: str) -> Iterator[tuple[Any, ...]]:
        yield from (show(grown) for grown in asked(make, now, text, *pickers))

    state = [held, picked, wording]
    running = [
        gr.on([ask.click, question.submit], answer, [question, *state], [question, *shown], **ONE_AT_A_TIME),
        chat.example_select(example, state, [question, *shown], **ONE_AT_A_TIME),
        retry.click(again, state, shown, **ONE_AT_A_TIME),
        offered.click(offer, [question, *state], shown, js=TAKE_OFFER, **{**ONE_AT_A_TIME, "trigger_mode": "once"}),
    ]
    for run in running:
        run.failure(lambda now: show(stopped(now, WENT_WRONG)), held, shown, **QUIET)
    stop.click(lambda now: show(stopped(now)), held, shown, **QUIET)
    clear.click(lambda: show(()), None, shown, **ONE_AT_A_TIME)
    gr.on([ask.click, question.submit], lambda: close()[0], None, said, **QUIET)
    gr.on([retry.click, clear.click, offered.click], close, None, [said, form], **QUIET)
    return [question, *shown, said, form], lambda text, now: (text, *show(now), *close())


def _wrong(chat: Any, held: Any) -> tuple[Any, Any, Any]:
    """Let the chat's answers be given thumbs, and put the form where Gradio stands that a thumbs-down opens.

    Return what was said of it, the form, and the function that closes both.
    """
    import gradio as gr

    about = gr.State(None)
    said = gr.HTML(visible=False, elem_id="kept")
    with gr.Column(visible=False, elem_id="wrong") as form:
        asked = gr.HTML(elem_id="about")
        reason = gr.Radio(REASONS, label="What is wrong with the answer?", elem_id="reason")
        note = gr.Textbox(label="What should it have said?", lines=2, max_lines=6, elem_id="note")
        absent = gr.Checkbox(label="The documents do not hold the answer", container=False, elem_id="absent")
        with gr.Row():
            save = gr.Button("Save", variant="primary", elem_id="save", min_width=90)
            leave = gr.Button("Close", elem_id="leave", min_width=90)

    def says(html: str = "") -> Any:
        return gr.HTML(html, visible=bool(html))

    def thumb(event: Any, now: Conversation) -> dict[Any, Any]:
        given: Thumb | None = "up" if event.liked is True else "down" if event.liked is False else None
        try:
            kept = thumbed(now, event.index, given)
        except AdvisorError as error:
            return {said: says(render.problem(str(error), "Not kept"))}
        # The page is told what it shows already, so that it sees a change when another answer takes this one's place.
        shown = {said: says(), chat: gr.update(feedback_value=thumbs(now))}
        if kept is None or kept.thumb == "up":
            return {**shown, form: gr.Column(visible=False)}
        emptied = {reason: None, note: "", absent: False}
        return {**shown, form: gr.Column(visible=True), about: kept, asked: render.question(kept.question), **emptied}

    thumb.__annotations__["event"] = gr.LikeData

    def keep(given: Feedback, why: str | None, words: str, nowhere: bool) -> dict[Any, Any]:
        try:
            feedback.keep(replace(given, reason=why or "", note=words, absent=nowhere))
        except AdvisorError as error:
            return {said: says(render.problem(str(error), "Not kept"))}
        return {said: says(render.note("Kept. Thank you.")), form: gr.Column(visible=False)}

    def close() -> tuple[Any, ...]:
        return says(), gr.Column(visible=False)

    chat.like(thumb, held, [said, about, asked, form, reason, note, absent, chat], **QUIET).then(js=SHOW_FORM, **QUIET)
    save.click(keep, [about, reason, note, absent], [said, form], **QUIET)
    leave.click(close, None, [said, form], **QUIET)
    return said, form, close


def launch(page: Any, host: str, port: int, share: bool) -> None:
    """Serve the page until it is interrupted."""
    import gradio as gr

    page.queue(default_concurrency_limit=4).launch(
        server_name=host,
        server_port=port,
        share=share,
        css=CSS,
        head=HEAD,
        theme=gr.themes.Base(primary_hue="indigo", font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        quiet=True,
        run_history=False,
        footer_links=[],
        ssr_mode=False,
    )
