"""The Gradio page: a chat whose answers carry their passages, its conversations and settings in a sidebar, and beside
it tabs of the documents, of systems compared and evaluated, and of feedback.

Binds a conversation to widgets. Stopping is not left to Gradio's `cancels`, which waits for the sentence in the making.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

from advisor.errors import AdvisorError
from advisor.library import Stacks
from advisor.models.shelf import Shelf
from advisor.store import feedback
from advisor.store.feedback import REASONS, Feedback, Thumb
from advisor.ui import choices, compare, evaluate, library, memory, opinions, render, sidebar
from advisor.ui.bench import Bench
from advisor.ui.choices import Offered
from advisor.ui.evaluate import Put
from advisor.ui.events import ANSWERING, QUIET, asker, owner
from advisor.ui.style import CSS, HEAD, INTRO, MAKE_ROOM, SHOW_FORM, SOURCE, TAKE_PRESSED
from advisor.ui.talk import (
    WENT_WRONG,
    Conversation,
    Desk,
    Seat,
    Settings,
    asked,
    is_running,
    messages,
    stopped,
    thumbed,
    thumbs,
)

EXAMPLES = (
    "What are the steps to become a machine learning engineer?",
    "What does a mid-level machine learning engineer earn in India?",
    "Which books should I read?",
    "How does a machine learning engineer differ from a data scientist?",
    "Which certifications are worth getting?",
    "Which programming languages should I learn?",
)


def build(
    desk: Desk,
    offered: Offered,
    bench: Bench | None = None,
    stacks: Stacks | None = None,
    shelf: Shelf | None = None,
    is_shared: bool = False,
) -> Any:
    """Return the page as Gradio blocks.

    :param bench: what evaluations are made on; without it there is no tab for them.
    :param stacks: the documents; without them there is no tab for them.
    :param shelf: the models; without it the page does not tell how far one is.
    :param is_shared: several people log in: what one of them gave as feedback is not for the others to read.
    """
    import gradio as gr

    pickable = list(offered.models), list(offered.prompts), offered.model, offered.prompt
    with gr.Blocks(title="Career advisor", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        with gr.Sidebar(label="Conversations and settings", width=300, elem_id="sidebar"):
            side, bind = sidebar.put()
            with gr.Accordion("Settings", open=False, elem_id="settings"):
                settings = choices.pickers(page, offered, shelf)
        gr.HTML(INTRO, elem_id="intro")
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Chat", id="chat"):
                chat = _chat(page, desk, settings, side, bind)
            if stacks:
                with gr.Tab("Documents") as here:
                    library.tab(page, stacks, here)
            with gr.Tab("Compare"):
                compare.tab(page, desk, *pickable)
            if bench:
                with gr.Tab("Evaluate"):
                    evaluate.tab(page, bench, *pickable, tabs, *chat)
            if not is_shared:
                with gr.Tab("Feedback") as place:
                    opinions.tab(page, place)
        gr.HTML(SOURCE, elem_id="source-place")
        page.load(js=MAKE_ROOM, **QUIET)
    return page


def _chat(page: Any, desk: Desk, settings: list[Any], side: sidebar.Sidebar, bind: Any) -> tuple[list[Any], Put]:
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
    with gr.Row(visible=False, elem_id="reword-row") as rewording:
        reworded = gr.Textbox(label="Ask it in these words instead", max_lines=4, elem_id="reword", scale=1)
        reask = gr.Button("Ask this", variant="primary", elem_id="reask", scale=0, min_width=110)
        leave = gr.Button("Leave it", elem_id="reword-leave", scale=0, min_width=110)
    with gr.Row(elem_id="ask-row"):
        question = gr.Textbox(
            label="Your question",
            show_label=False,
            container=False,
            max_lines=4,
            scale=1,
            placeholder="Ask a career question",
            elem_id="question",
        )
        ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=90)
        stop = gr.Button("Stop", variant="stop", elem_id="stop", scale=0, min_width=90, visible=False)
        retry = gr.Button("Retry", elem_id="retry", scale=0, min_width=90, interactive=False)
    taken = gr.Textbox(visible="hidden", elem_id="offered-text")
    offered = gr.Button(visible="hidden", elem_id="offered")  # pressed by the page's script, with the offer's text
    reword = gr.Button(visible="hidden", elem_id="reworded")  # pressed by the page's script
    shown = [held, chat, ask, stop, retry, side.new]

    def show(now: Conversation) -> tuple[Any, ...]:
        running = is_running(now)
        return (
            now,
            gr.update(value=messages(now), feedback_value=thumbs(now)),
            gr.Button(visible=not running),
            gr.Button(visible=running),
            gr.Button(interactive=bool(now) and not running),
            gr.Button(interactive=not running),
        )

    def grown(
        text: str, now: Conversation, name: str, request: Any, picked: tuple[Any, ...], alone: bool = False
    ) -> Iterator[Conversation]:
        seat = Seat(name, owner(request), asker(request))
        return memory.remembered(asked(desk, now, text, Settings(*picked), seat, alone), seat)

    def answer(text: str, now: Conversation, name: str, request: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        if text.strip() and not is_running(now):
            yield from (("", *show(one)) for one in grown(text.strip(), now, name, request, picked))
        else:
            yield (text, *show(now))

    def example(event: Any, now: Conversation, name: str, request: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        yield from answer(event.value["text"], now, name, request, *picked)

    def again(now: Conversation, name: str, request: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        if now:
            last = now[-1]
            yield from (show(one) for one in grown(last.question, now[:-1], name, request, picked, last.alone))

    def offer(text: str, now: Conversation, name: str, request: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        if text and not is_running(now):
            yield from (show(one) for one in grown(text, now, name, request, picked))

    def instead(text: str, now: Conversation, name: str, request: Any, *picked: Any) -> Iterator[tuple[Any, ...]]:
        if now and text.strip():
            for one in grown(text.strip(), now[:-1], name, request, picked, alone=True):
                yield gr.Row(visible=False), *show(one)

    def understood(now: Conversation) -> tuple[Any, Any]:
        told = now[-1].answer if now else None
        return gr.Row(visible=told is not None), told.trace.rewritten if told else ""

    def halt(now: Conversation) -> tuple[Any, ...]:
        return show(stopped(now))

    def broken(now: Conversation, name: str, request: Any) -> tuple[Any, ...]:
        now = stopped(now, WENT_WRONG)
        with suppress(AdvisorError):  # it is shown, kept or not
            memory.ended(now, Seat(name, owner(request)))
        return show(now)

    for fn in (answer, example, again, offer, instead, broken):
        fn.__annotations__["request"] = gr.Request  # Gradio reads it here; as a string it would not be found
    example.__annotations__["event"] = gr.SelectData
    state = [held, side.named]
    running = [
        gr.on([ask.click, question.submit], answer, [question, *state, *settings], [question, *shown], **ANSWERING),
        chat.example_select(example, [*state, *settings], [question, *shown], **ANSWERING),
        retry.click(again, [*state, *settings], shown, **ANSWERING),
        offered.click(offer, [taken, *state, *settings], shown, js=TAKE_PRESSED, **ANSWERING),
        gr.on([reask.click, reworded.submit], instead, [reworded, *state, *settings], [rewording, *shown], **ANSWERING),
    ]
    for run in running:
        run.then(side.refresh, [side.search, side.named], side.lists, **QUIET)
        run.failure(broken, state, shown, **QUIET)
    stop.click(halt, held, shown, **QUIET)
    reword.click(understood, held, [rewording, reworded], **QUIET)
    others = [leave.click, ask.click, question.submit, retry.click, offered.click, side.new.click, side.opened.click]
    gr.on(others, lambda: gr.Row(visible=False), None, rewording, **QUIET)
    gr.on([ask.click, question.submit], lambda: close()[0], None, said, **QUIET)
    gr.on([retry.click, side.new.click, offered.click], close, None, [said, form], **QUIET)
    bind(page, held, show, shown)
    put = [side.named, question, *shown, said, form]
    return put, lambda text, now: (uuid4().hex, text, *show(now), *close())


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


def looks() -> dict[str, Any]:
    """Return the page's style, script and theme, as Gradio takes them."""
    import gradio as gr

    theme = gr.themes.Base(primary_hue="indigo", font=["system-ui", "sans-serif"], font_mono=["monospace"])
    return {"css": CSS + library.CSS + opinions.CSS, "head": HEAD, "theme": theme}
