"""The Gradio page: a chat whose answers carry their passages, and pickers for model and prompt.

A conversation is a tuple of exchanges. `asked` grows it; `build` binds it to widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError
from advisor.types import Answer, Passage, Retrieved, Sentence, Turn
from advisor.ui import render
from advisor.ui.style import CSS, HEAD, INTRO

EXAMPLES = (
    "What are the steps to become a machine learning engineer?",
    "What does a mid-level machine learning engineer earn in India?",
    "Which books should I read?",
    "How does a machine learning engineer differ from a data scientist?",
    "Which certifications are worth getting?",
)
MakeAdvisor = Callable[[str, str], Advisor]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what is shown for it. `text` is what later questions may refer to; empty after an error."""

    question: str
    html: str
    text: str = ""
    running: bool = False


Conversation = tuple[Exchange, ...]


def asked(make: MakeAdvisor, held: Conversation, question: str, model: str, prompt: str) -> Iterator[Conversation]:
    """Yield the conversation as it grows by the answer to one question; a user's error is shown as its answer."""
    now = Exchange(question, render.note("Looking through the documents …"), running=True)
    yield (*held, now)
    history = [turn for one in held if one.text for turn in (Turn("user", one.question), Turn("assistant", one.text))]
    try:
        for now in _grown(make(model, prompt), question, history, f"a{len(held)}"):
            yield (*held, now)
    except AdvisorError as error:
        yield (*held, Exchange(question, render.problem(str(error))))


def _grown(advisor: Advisor, question: str, history: list[Turn], key: str) -> Iterator[Exchange]:
    passages: tuple[Passage, ...] = ()
    sentences: list[Sentence] = []
    for event in advisor.stream(question, history):
        if isinstance(event, Answer):
            yield Exchange(question, render.whole(key, event), event.text)
            return
        if isinstance(event, Retrieved):
            passages = event.passages
        else:
            sentences.append(event)
        html = render.growing(key, sentences, passages, f"Read {len(passages)} passages, writing …")
        yield Exchange(question, html, " ".join(sentence.text for sentence in sentences), running=True)


def stopped(held: Conversation, why: str = "Stopped.") -> Conversation:
    """Return the conversation with its running exchange ended as it is."""
    if not held or not held[-1].running:
        return held
    return (*held[:-1], replace(held[-1], html=held[-1].html + render.note(why), running=False))


def messages(held: Conversation) -> list[dict[str, str]]:
    """Return what the chat shows."""
    return [
        {"role": role, "content": content}
        for one in held
        for role, content in (("user", render.question(one.question)), ("assistant", one.html))
    ]


def build(make: MakeAdvisor, models: list[str], prompts: list[str], model: str, prompt: str) -> Any:
    """Return the page as Gradio blocks.

    :param make: returns the advisor for a model and a prompt; it is asked anew for each answer.
    """
    import gradio as gr

    with gr.Blocks(title="Career advisor", analytics_enabled=False, fill_height=True) as page:
        gr.HTML(INTRO, elem_id="intro")
        held = gr.State(())
        chat = gr.Chatbot(
            elem_id="chat",
            show_label=False,
            height=None,
            min_height=260,
            scale=1,
            layout="panel",
            buttons=[],
            latex_delimiters=[],
            group_consecutive_messages=False,
            placeholder="Ask a question, or start with one of these.",
            examples=[{"text": example} for example in EXAMPLES],
        )
        with gr.Row(elem_id="ask-row"):
            question = gr.Textbox(
                show_label=False,
                container=False,
                autofocus=True,
                max_lines=4,
                scale=1,
                placeholder="Ask about a career in machine learning",
                elem_id="question",
            )
            ask = gr.Button("Ask", variant="primary", elem_id="ask", scale=0, min_width=90)
            stop = gr.Button("Stop", variant="stop", elem_id="stop", scale=0, min_width=90, visible=False)
        with gr.Row(elem_id="tools"):
            picked = gr.Dropdown(models, value=model, label="Model", elem_id="model", min_width=140)
            wording = gr.Dropdown(prompts, value=prompt, label="Prompt", elem_id="prompt", min_width=140)
            retry = gr.Button("Retry", elem_id="retry", min_width=140, interactive=False)
            clear = gr.Button("New conversation", elem_id="clear", min_width=140)
        shown = [held, chat, ask, stop, retry]

        def show(now: Conversation) -> tuple[Any, ...]:
            running = bool(now) and now[-1].running
            return (
                now,
                messages(now),
                gr.Button(visible=not running),
                gr.Button(visible=running),
                gr.Button(interactive=bool(now) and not running),
            )

        def answer(text: str, now: Conversation, *pickers: str) -> Iterator[tuple[Any, ...]]:
            if text.strip():
                yield from (("", *show(grown)) for grown in asked(make, now, text.strip(), *pickers))
            else:
                yield ("", *show(now))

        def example(event: gr.SelectData, now: Conversation, *pickers: str) -> Iterator[tuple[Any, ...]]:
            yield from answer(event.value["text"], now, *pickers)

        def again(now: Conversation, *pickers: str) -> Iterator[tuple[Any, ...]]:
            if now:
                yield from (show(grown) for grown in asked(make, now[:-1], now[-1].question, *pickers))

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        one_at_a_time = {"concurrency_id": "answer", "concurrency_limit": 1, **quiet}
        state = [held, picked, wording]
        running = [
            gr.on([ask.click, question.submit], answer, [question, *state], [question, *shown], **one_at_a_time),
            chat.example_select(example, state, [question, *shown], **one_at_a_time),
            retry.click(again, state, shown, **one_at_a_time),
        ]
        for run in running:
            run.failure(lambda now: show(stopped(now, "This went wrong; the log says why.")), held, shown, **quiet)
        stop.click(lambda now: show(stopped(now)), held, shown, cancels=running, **quiet)
        clear.click(lambda: show(()), None, shown, cancels=running, **quiet)
    return page


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
