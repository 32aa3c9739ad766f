"""The sidebar's conversations: begin, find, open, rename, export, delete. Binds the kept ones to widgets."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from advisor.errors import AdvisorError
from advisor.store import conversations, exports
from advisor.ui import memory, render
from advisor.ui.events import QUIET, owner
from advisor.ui.opinions import SAVE
from advisor.ui.style import MAKE_ROOM, TAKE_PRESSED
from advisor.ui.talk import Conversation, is_running

GONE = "This conversation is not there any more."
BUSY = "An answer is being written here: stop it, or wait for it."
Show = Callable[[Conversation], tuple[Any, ...]]


@dataclass(frozen=True)
class Sidebar:
    """The widgets that other parts of the page need."""

    named: Any  # the state with the id of the conversation that is shown
    new: Any
    opened: Any  # the button that is pressed when one of the list is
    lists: Any  # what the list is shown in
    refresh: Callable[..., Any]  # of a search, the id and the request, to the list
    search: Any


def put() -> tuple[Sidebar, Callable[[Any, Any, Show, list[Any]], None]]:
    """Put the widgets where Gradio stands; return them, and what binds them to a page, the chat's conversation, what
    shows one, and the widgets that it shows it in."""
    import gradio as gr

    named = gr.State(lambda: uuid4().hex)
    new = gr.Button("New chat", elem_id="clear", variant="secondary")
    search = gr.Textbox("", label="Search conversations", placeholder="words of it", elem_id="talks-search")
    listed = gr.HTML(elem_id="talks")
    said = gr.HTML(elem_id="talks-said")
    with gr.Accordion("This conversation", open=False, elem_id="this-talk"):
        title = gr.Textbox(label="Title", elem_id="title", max_length=conversations.LONG)
        with gr.Row():
            rename = gr.Button("Rename", size="sm", elem_id="rename", min_width=90)
            delete = gr.Button("Delete", size="sm", elem_id="delete", min_width=90)
        with gr.Row():
            markdown = gr.Button("Export Markdown", size="sm", elem_id="export-markdown", min_width=90)
            as_json = gr.Button("Export JSON", size="sm", elem_id="export-json", min_width=90)
        everything = gr.Button("Delete all conversations", size="sm", elem_id="delete-all")
        with gr.Row(visible=False, elem_id="delete-row") as sure:
            yes = gr.Button("Delete for good", size="sm", variant="stop", elem_id="delete-yes", min_width=90)
            no = gr.Button("Keep", size="sm", elem_id="delete-no", min_width=90)
    which = gr.State("")  # what is to be deleted: the id of a conversation, or all of them
    pressed = gr.Button(visible="hidden", elem_id="pressed-talk")  # pressed by the page's script with a value
    value = gr.Textbox(visible="hidden", elem_id="pressed-value")
    carried = gr.Textbox(visible="hidden", elem_id="carried")

    def refresh(words: str, name: str, request: Any) -> dict[Any, Any]:
        try:
            found = conversations.headings(owner(request), words)
        except AdvisorError as error:
            return {listed: "", said: render.problem(str(error), "No conversations")}
        return {listed: memory.listed(found, name)}

    def bind(page: Any, held: Any, show: Show, shown: list[Any]) -> None:
        def begin() -> tuple[Any, ...]:
            return uuid4().hex, "", *show(())

        def reopen(name: str, now: str, shows: Conversation, request: Any) -> tuple[Any, ...]:
            if is_running(shows):  # its next step would show in the place of the one that is opened
                return now, gr.skip(), render.problem(BUSY, "Not opened"), *[gr.skip()] * len(shown)
            try:
                kept = conversations.load(name, owner(request))
                found = memory.opened(kept) if kept else ()
            except AdvisorError as error:
                return now, gr.skip(), render.problem(str(error), "Not opened"), *[gr.skip()] * len(shown)
            if kept is None:
                return now, gr.skip(), render.problem(GONE, "Not opened"), *[gr.skip()] * len(shown)
            return kept.id, kept.title, "", *show(found)

        def retitle(name: str, words: str, request: Any) -> str:
            try:
                return "" if conversations.rename(name, owner(request), words) else render.note("Ask something first.")
            except AdvisorError as error:
                return render.problem(str(error), "Not renamed")

        def forget(what: str, now: str, shows: Conversation, request: Any) -> tuple[Any, ...]:
            if is_running(shows):
                return now, render.problem(BUSY, "Not deleted"), gr.Row(visible=False), *[gr.skip()] * len(shown)
            try:
                if what == "all":
                    count = conversations.delete_all(owner(request))
                    note = f"Deleted {count} conversation{'s' * (count != 1)}."
                else:
                    note = "Deleted." if conversations.delete(what, owner(request)) else GONE
            except AdvisorError as error:
                outcome = render.problem(str(error), "Not deleted")
                return now, outcome, gr.Row(visible=False), *[gr.skip()] * len(shown)
            return uuid4().hex, render.note(note), gr.Row(visible=False), *show(())

        def told(name: str, request: Any, form: str) -> tuple[str, str]:
            try:
                kept = conversations.load(name, owner(request))
            except AdvisorError as error:
                return "", render.problem(str(error), "Not exported")
            if kept is None:
                return "", render.note("Nothing to export: ask something first.")
            if form == "md":
                return exports.markdown(kept), ""
            return json.dumps(exports.json_object(kept), ensure_ascii=False, indent=2) + "\n", ""

        def told_markdown(name: str, request: Any) -> tuple[str, str]:
            return told(name, request, "md")

        def told_json(name: str, request: Any) -> tuple[str, str]:
            return told(name, request, "json")

        for fn in (reopen, retitle, forget, told_markdown, told_json):
            fn.__annotations__["request"] = gr.Request
        lists = (refresh, [search, named], [listed, said])
        gr.on([page.load, search.input], *lists, trigger_mode="always_last", **QUIET)
        new.click(begin, None, [named, title, *shown], **QUIET).then(*lists, **QUIET)
        opened = pressed.click(reopen, [value, named, held], [named, title, said, *shown], js=TAKE_PRESSED, **QUIET)
        opened.success(*lists, **QUIET).then(js=MAKE_ROOM, **QUIET)
        rename.click(retitle, [named, title], said, **QUIET).then(*lists, **QUIET)
        gr.on([delete.click], lambda name: (name, gr.Row(visible=True)), named, [which, sure], **QUIET)
        gr.on([everything.click], lambda: ("all", gr.Row(visible=True)), None, [which, sure], **QUIET)
        no.click(lambda: gr.Row(visible=False), None, sure, **QUIET)
        gone = yes.click(forget, [which, named, held], [named, said, sure, *shown], **QUIET)
        gone.then(*lists, **QUIET)
        for button, fn, ending in ((markdown, told_markdown, "md"), (as_json, told_json, "json")):
            saved = button.click(fn, named, [carried, said], **QUIET)
            saved.then(None, carried, carried, js=f"text => ({SAVE})(text, 'conversation.{ending}')", **QUIET)

    refresh.__annotations__["request"] = gr.Request
    return Sidebar(named, new, pressed, [listed, said], refresh, search), bind
