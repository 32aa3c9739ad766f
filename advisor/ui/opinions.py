"""The Feedback tab: what people gave, listed and searched, to be read whole, withdrawn and exported.

`tab` binds the store to widgets; what it lists and saves is made by functions that know no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from advisor import jsonl
from advisor.errors import AdvisorError
from advisor.store import feedback
from advisor.store.feedback import Feedback
from advisor.ui import render
from advisor.ui.events import QUIET
from advisor.ui.opinion import THUMBS, time, whole

Which = Literal["all", "up", "down"]
NONE_YET = "No feedback yet. Ask in the chat and press a thumb under the answer: what you give is listed here."
NONE_FITS = "Nothing fits. Empty the search, or show all."
NO_DRAFTS = "No drafts: a draft is made of a thumbs-down that says what the answer should have said."
GONE = "This feedback was withdrawn meanwhile."
MOST = 100  # that are listed at once; the search reaches the others

CSS = """
#opinions { gap: .8rem; }
#opinions .html-container { padding: 0; }
#opinions-row { align-items: end; }
#opinions-export { align-items: center; }
#opinions-export button, #opinions-acts button { flex: none; }
#opinions-list { max-height: 22rem; overflow-y: auto; }
#opinions-list .wrap { flex-direction: column; flex-wrap: nowrap; }
#opinions-list label { width: 100%; }
#opinions-list label span { display: block; white-space: pre-line; overflow-wrap: anywhere; font-size: .85rem; }
#opinions-list label span::first-line { font-weight: 600; font-size: .95rem; }
#opinions h2 { margin: 1.1em 0 .3em; font-size: 1rem; }
#opinions .turns { margin: 0; padding: 0; list-style: none; color: var(--quiet); overflow-wrap: anywhere;
  white-space: pre-line; }
#opinions .said { margin: .3em 0; white-space: pre-line; overflow-wrap: anywhere; }
#opinions .facts { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .2em 1.2em; margin: 0;
  font-size: .9rem; }
#opinions .facts dt { color: var(--quiet); }
#opinions .facts dd { margin: 0; overflow-wrap: anywhere; }
#opinions-one { border: 1px solid var(--border-color-primary); border-radius: 8px; padding: .8em; }
"""

SAVE = """(text, name) => {
  if (!text) return '';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/jsonl' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  return '';
}"""


def picked(kept: Sequence[Feedback], which: Which, text: str) -> list[Feedback]:
    """Return those with this thumb that hold every word of a search, the newest first; `kept` has the oldest first.

    They are searched in their question, reason, note and answer, whatever the case.
    """
    words = text.casefold().split()
    return [
        given
        for given in reversed(kept)
        if which in ("all", given.thumb) and all(word in _told(given) for word in words)
    ]


def _told(given: Feedback) -> str:
    return "\n".join((given.question, given.reason, given.note, str(given.answer.get("answer", "")))).casefold()


def label(given: Feedback) -> str:
    """Return two lines, as text: the question, then the thumb, what else was said, and when."""
    absent = "the documents do not hold it" if given.absent else ""
    said = " · ".join(
        part for part in (THUMBS[given.thumb], given.reason, absent, _line(given.note), time(given)) if part
    )
    return f"{_line(given.question)}\n{said}"


def _line(text: str) -> str:
    return " ".join(text.split())


def count(shown: int, fitting: int, kept: int) -> str:
    """Return how many are listed of how many, or what to do where there are none."""
    if not kept:
        return render.note(NONE_YET)
    if not fitting:
        return render.note(NONE_FITS)
    newest = f"the newest {shown} of " if shown < fitting else ""
    return render.note(f"{newest}{fitting} of {kept}" if fitting < kept else f"{newest}{kept} in all")


def lines(kept: Sequence[Feedback]) -> str:
    """Return all that is kept as lines of JSON, the oldest first; `""` for none."""
    return "".join(f"{jsonl.dumps({**asdict(given), 'answer': dict(given.answer)})}\n" for given in kept)


def tab(page: Any, place: Any) -> None:
    """Put the tab's widgets where Gradio stands, in the blocks `page`.

    :param place: the tab itself, the `gr.Tab`: what is listed is read anew whenever it is selected.
    """
    import gradio as gr

    with gr.Column(elem_id="opinions"):
        with gr.Row(elem_id="opinions-row"):
            which = gr.Radio(
                [("All", "all"), *((told, thumb) for thumb, told in THUMBS.items())],
                value="all",
                label="Show",
                elem_id="opinions-which",
                min_width=220,
            )
            search = gr.Textbox(
                label="Search", value="", placeholder="words of it", elem_id="opinions-search", min_width=220
            )
        with gr.Row(elem_id="opinions-export"):
            told = gr.HTML(elem_id="opinions-told", min_width=220)
            export = gr.Button("Export all as JSON lines", size="sm", elem_id="opinions-all", interactive=False)
            drafts = gr.Button("Export drafts of eval items", size="sm", elem_id="opinions-drafts")
        listed = gr.Radio([], label="What people gave, the newest first", elem_id="opinions-list", visible=False)
        one = gr.HTML(elem_id="opinions-one", visible=False)
        with gr.Row(elem_id="opinions-acts"):
            withdraw = gr.Button("Withdraw this one", size="sm", elem_id="opinions-withdraw", visible=False)
            sure = gr.Button("Withdraw it for good", variant="stop", size="sm", elem_id="opinions-sure", visible=False)
            leave = gr.Button("Keep it", size="sm", elem_id="opinions-leave", visible=False)
        carried = gr.Textbox(visible="hidden", elem_id="opinions-carried")  # what the page's script is to save
    asking = [withdraw, sure, leave]

    def show(name: str | None, kept: Sequence[Feedback]) -> dict[Any, Any]:
        given = next((given for given in kept if given.id == name), None)
        return {
            one: gr.HTML(whole(given) if given else "", visible=given is not None),
            withdraw: gr.Button(visible=given is not None),
            sure: gr.Button(visible=False),
            leave: gr.Button(visible=False),
        }

    def fail(error: AdvisorError, what: str) -> dict[Any, Any]:
        return {told: render.problem(str(error), what)}

    def fill(of: Which, words: str, chosen: str | None) -> dict[Any, Any]:
        try:
            kept = feedback.load()
        except AdvisorError as error:
            return {**fail(error, "No feedback"), listed: gr.Radio(visible=False), **show(None, [])}
        fitting = picked(kept, of, words)
        shown = fitting[:MOST]
        still = chosen if chosen in {given.id for given in shown} else None
        choices = [(label(given), given.id) for given in shown]
        return {
            told: count(len(shown), len(fitting), len(kept)),
            listed: gr.Radio(choices, value=still, visible=bool(shown)),
            export: gr.Button(interactive=bool(kept)),
            **show(still, kept),
        }

    def choose(name: str) -> dict[Any, Any]:
        try:
            kept = feedback.load()
        except AdvisorError as error:
            return fail(error, "Not read")
        gone = name not in {given.id for given in kept}
        return {**show(name, kept), **({told: render.note(GONE)} if gone else {})}

    def forget(of: Which, words: str, name: str) -> dict[Any, Any]:
        try:
            feedback.withdraw(name)
        except AdvisorError as error:
            return fail(error, "Not withdrawn")
        return fill(of, words, None)

    def ask(asked: bool) -> list[Any]:
        return [gr.Button(visible=not asked), gr.Button(visible=asked), gr.Button(visible=asked)]

    def all_lines() -> dict[Any, Any]:
        try:
            return {carried: lines(feedback.load())}
        except AdvisorError as error:
            return {carried: "", **fail(error, "Not exported")}

    def draft_lines() -> dict[Any, Any]:
        try:
            found = "".join(f"{line}\n" for line in feedback.drafts_lines())
        except AdvisorError as error:
            return {carried: "", **fail(error, "Not exported")}
        return {carried: found} if found else {carried: "", told: render.note(NO_DRAFTS)}

    everything = [told, listed, export, one, *asking]
    asked = [which, search, listed]
    gr.on([page.load, place.select, which.input], fill, asked, everything, **QUIET)
    search.input(fill, asked, everything, trigger_mode="always_last", **QUIET)
    listed.input(choose, listed, [told, one, *asking], **QUIET)
    withdraw.click(lambda: ask(True), None, asking, **QUIET)
    leave.click(lambda: ask(False), None, asking, **QUIET)
    sure.click(forget, asked, everything, **QUIET)
    for button, fn, name in ((export, all_lines, "feedback"), (drafts, draft_lines, "drafts")):
        saved = button.click(fn, None, [carried, told], **QUIET)
        saved.then(None, carried, carried, js=f"text => ({SAVE})(text, '{name}.jsonl')", **QUIET)
