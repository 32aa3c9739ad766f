"""The Gradio page: a chat with its sources beside it, and pickers for model and prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from advisor.answer.pipeline import Advisor
from advisor.errors import AdvisorError
from advisor.types import Answer, Retrieved, Sentence, Turn
from advisor.ui import render
from advisor.ui.style import CSS, HEAD

EXAMPLES = (
    "What are the steps to become a machine learning engineer?",
    "What does a mid-level machine learning engineer earn in India?",
    "Which books should I read?",
    "How does a machine learning engineer differ from a data scientist?",
    "Which certifications are worth getting?",
)
Messages = list[dict[str, str]]
MakeAdvisor = Callable[[str, str], Advisor]


def build(make: MakeAdvisor, models: list[str], prompts: list[str], model: str, prompt: str) -> Any:
    """Return the page as Gradio blocks.

    :param make: returns the advisor for a model and a prompt; it is asked anew for each answer.
    """
    import gradio as gr

    with gr.Blocks(title="Career advisor", analytics_enabled=False) as page:
        gr.HTML("<h1>Career advisor</h1><p>Every sentence is backed by a passage that you can open.</p>")
        turns = gr.State([])
        with gr.Row(elem_id="columns"):
            with gr.Column(scale=3, min_width=320):
                chat = gr.Chatbot(label="Conversation", height=520, elem_id="chat", group_consecutive_messages=False)
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask about a career in machine learning",
                    elem_id="question",
                )
                with gr.Row():
                    ask = gr.Button("Ask", variant="primary", elem_id="ask")
                    stop = gr.Button("Stop", elem_id="stop")
                    retry = gr.Button("Retry", elem_id="retry")
                    clear = gr.Button("New conversation", elem_id="clear")
                gr.Examples([[example] for example in EXAMPLES], inputs=question, label="For example")
            with gr.Column(scale=2, min_width=320):
                model_picker = gr.Dropdown(models, value=model, label="Model", allow_custom_value=True, elem_id="model")
                prompt_picker = gr.Dropdown(prompts, value=prompt, label="Prompt", elem_id="prompt")
                sources = gr.HTML(render.sources(()), label="Sources", elem_id="sources")
        pickers = [model_picker, prompt_picker]
        shown = [chat, turns, sources, question]

        def answer(text: str, held: Messages, *picked: str) -> Iterator[tuple[Any, ...]]:
            yield from _answers(make, text, held, *picked)

        def again(held: Messages, *picked: str) -> Iterator[tuple[Any, ...]]:
            asked = [turn["text"] for turn in held if turn["role"] == "user"]
            if asked:
                last = max(i for i, turn in enumerate(held) if turn["role"] == "user")
                yield from _answers(make, asked[-1], held[:last], *picked)
            else:
                yield _show([]), [], render.sources(()), ""

        running = [
            ask.click(answer, [question, turns, *pickers], shown),
            question.submit(answer, [question, turns, *pickers], shown),
            retry.click(again, [turns, *pickers], shown),
        ]
        stop.click(None, cancels=running)
        clear.click(lambda: (_show([]), [], render.sources(()), ""), None, shown, cancels=running)
    return page


def launch(page: Any, host: str, port: int, share: bool) -> None:
    """Serve the page until it is interrupted."""
    import gradio as gr

    page.queue(default_concurrency_limit=1).launch(
        server_name=host,
        server_port=port,
        share=share,
        css=CSS,
        head=HEAD,
        theme=gr.themes.Soft(),
        quiet=True,
        run_history=False,
        footer_links=[],
        ssr_mode=False,
    )


def _answers(make: MakeAdvisor, text: str, held: Messages, model: str, prompt: str) -> Iterator[tuple[Any, ...]]:
    """Yield the page's state as an answer grows; a user's error becomes a message with what mends it."""
    if not text.strip():
        yield _show(held), held, render.sources(()), ""
        return
    history = [Turn("assistant" if turn["role"] == "assistant" else "user", turn["text"]) for turn in held]
    asked = [*held, {"role": "user", "text": text, "html": _escaped(text)}]
    yield (
        _show(asked, "<p class='details'>Looking through the documents …</p>"),
        asked,
        render.sources(()),
        "",
    )
    try:
        yield from _stream(make(model, prompt), text, history, asked)
    except AdvisorError as error:
        yield (
            _show(asked, f"<p class='answer problem'>{_escaped(str(error))}</p>"),
            asked,
            render.sources(()),
            text,
        )


def _stream(advisor: Advisor, text: str, history: list[Turn], asked: Messages) -> Iterator[tuple[Any, ...]]:
    sentences: list[Sentence] = []
    panel = render.sources(())
    for event in advisor.stream(text, history):
        if isinstance(event, Retrieved):
            panel = render.sources(event.passages)
        elif isinstance(event, Sentence):
            sentences.append(event)
            yield _show(asked, render.message(sentences)), asked, panel, ""
        elif isinstance(event, Answer):
            done = [*asked, {"role": "assistant", "text": event.text, "html": render.whole(event)}]
            yield _show(done), done, render.sources(event.passages, event.citations), ""


def _show(held: Messages, growing: str = "") -> list[dict[str, str]]:
    messages = [{"role": turn["role"], "content": turn["html"]} for turn in held]
    return [*messages, {"role": "assistant", "content": growing}] if growing else messages


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)
