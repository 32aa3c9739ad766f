"""The Gradio page: a chat whose answers carry their passages, and pickers for model and prompt.

Binds a conversation to widgets. Stopping is not left to Gradio's `cancels`, which waits for the sentence in the making.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.ui.style import CSS, HEAD, INTRO
from advisor.ui.talk import Conversation, MakeAdvisor, asked, messages, stopped

EXAMPLES = (
    "What are the steps to become a machine learning engineer?",
    "What does a mid-level machine learning engineer earn in India?",
    "Which books should I read?",
    "How does a machine learning engineer differ from a data scientist?",
    "Which certifications are worth getting?",
    "Which programming languages should I learn?",
)


def build(make: MakeAdvisor, models: list[str], prompts: list[str], model: str, prompt: str) -> Any:
    """Return the page as Gradio blocks.

    :param make: returns the advisor for a model and a prompt; it is asked anew for each answer.
    """
    import gradio as gr

    with gr.Blocks(title="Career advisor", analytics_enabled=False) as page:
        gr.HTML(INTRO, elem_id="intro")
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
        shown = [held, chat, ask, stop, retry, clear]

        def show(now: Conversation) -> tuple[Any, ...]:
            running = bool(now) and bool(now[-1].doing)
            return (
                now,
                messages(now),
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

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        one_at_a_time = {"concurrency_id": "answer", "concurrency_limit": 1, "trigger_mode": "multiple", **quiet}
        state = [held, picked, wording]
        running = [
            gr.on([ask.click, question.submit], answer, [question, *state], [question, *shown], **one_at_a_time),
            chat.example_select(example, state, [question, *shown], **one_at_a_time),
            retry.click(again, state, shown, **one_at_a_time),
        ]
        for run in running:
            run.failure(lambda now: show(stopped(now, "This went wrong; the log says why.")), held, shown, **quiet)
        stop.click(lambda now: show(stopped(now)), held, shown, **quiet)
        clear.click(lambda: show(()), None, shown, **one_at_a_time)
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
