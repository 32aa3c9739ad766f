"""ui.opinion, ui.opinions: what was kept is shown as it was, whatever was written in it; lists, searches, lines."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from test_ui_compare import Seen

from advisor import jsonl
from advisor.store import database, feedback
from advisor.store.feedback import Feedback
from advisor.types import Answer, Chunk, Citation, Hit, Passage, Sentence, Trace, Turn
from advisor.ui import opinion, opinions, render

HOSTILE = "Learn <b>Git</b> <img src=x onerror='document.title=1'> {{value}} ${1+1} [x](javascript:alert(1))."
TEXT = f"Learn Python. {HOSTILE}"
HELD = (
    Passage(
        1,
        Chunk("c1", "guide.md", ("Tools", "<i>More</i>"), 100, 100 + len(TEXT), TEXT),
        "Guide",
        "guide.md",
        1.5,
        (Hit("c1", 3.5, 2, "bm25"), Hit("c1", 0.25, 1, "dense")),
    ),
    Passage(2, Chunk("c2", "other.md", (), 0, 4, "Rest"), "Other", "other.md", 0.5),
)
FIRST, SECOND = Citation(1, "c1", "guide.md", 100, 113), Citation(1, "c1", "guide.md", 114, 100 + len(TEXT))
TRACE = Trace(
    "Which tools alone?", "answer/v2", "tiny", {"retrieve": 0.5, "generate": 1.25}, {"prompt": 900}, 2, (), 0.5
)
ANSWER = Answer(
    "Which tools?",
    f"Learn Python. {HOSTILE}",
    (Sentence("Learn Python.", (FIRST,), 1.0), Sentence(HOSTILE, (SECOND,), 0.75), Sentence("And more.", (), 0.25)),
    (FIRST, SECOND),
    HELD,
    "answer",
    TRACE,
)
REFUSAL = replace(
    ANSWER, text="Not held.\n- What then?", sentences=(), citations=(), kind="abstain", offers=("What then?",)
)


def given(name: str = "f1", answer: Answer = ANSWER, **changes: object) -> Feedback:
    kept = Feedback(name, "down", (), jsonl.answer(answer), time="2026-01-02T03:04:05+00:00")
    return replace(kept, **changes)


def asked(name: str, question: str, **changes: object) -> Feedback:
    return given(name, replace(ANSWER, question=question), **changes)


@pytest.mark.parametrize("answer", [ANSWER, REFUSAL, replace(ANSWER, kind="smalltalk")], ids=lambda one: one.kind)
def test_an_answer_is_rebuilt_from_its_object(answer: Answer) -> None:
    assert opinion.rebuilt(json.loads(jsonl.dumps(jsonl.answer(answer)))) == answer


def test_an_answer_is_shown_as_the_chat_showed_it() -> None:
    html = opinion.whole(given())
    assert render.whole("given", ANSWER) in html
    ids = Seen(html).ids
    assert len(ids) == len(set(ids))
    assert not [found for found in ids if found.startswith("a")]


LISTED = replace(
    ANSWER,
    sentences=(
        Sentence("Learn Python.", (FIRST,), 1.0, 0, True),
        Sentence(HOSTILE, (SECOND,), 0.75, 1, True),
        Sentence("And more.", (), 0.25, 2),
    ),
    passages=(replace(HELD[0], source="A <b>blog</b>"), HELD[1]),
)


def test_a_list_is_kept_and_shown_as_a_list_with_its_sources() -> None:
    feedback.keep(given(answer=LISTED))
    (kept,) = feedback.load()
    assert opinion.rebuilt(kept.answer) == LISTED
    html = opinion.whole(kept)
    assert render.whole("given", LISTED) in html
    assert Seen(html).tags.count("li") == 2
    assert "A <b>blog</b>" in Seen(html).text


def test_what_an_older_version_kept_has_its_documents_as_sources_and_no_lists() -> None:
    kept = json.loads(jsonl.dumps(jsonl.answer(LISTED)))
    for one in kept["passages"]:
        del one["source"]
    for one in kept["sentences"]:
        del one["depth"], one["quoted"]
    kept["new"] = "thing"
    answer = opinion.rebuilt(kept)
    assert [one.source for one in answer.passages] == ["guide.md", "other.md"]
    assert [(one.depth, one.quoted) for one in answer.sentences] == [(0, False)] * 3


@pytest.mark.parametrize("part", ["sentences", "kind", "seconds", "citations", "model"])
def test_an_answer_of_another_form_is_shown_by_its_text_and_passages(part: str) -> None:
    kept = {name: value for name, value in jsonl.answer(ANSWER).items() if name != part}
    assert opinion.rebuilt(kept) is None
    seen = Seen(opinion.whole(replace(given(), answer=kept)))
    assert opinion.OLD in seen.text
    assert seen.text.count(HOSTILE) == 2  # in the answer and in its passage
    assert "Rest" in seen.text


@pytest.mark.parametrize("passages", [None, "none", [], ["bare"]], ids=repr)
def test_an_answer_without_passages_is_shown_by_its_text(passages: object) -> None:
    seen = Seen(opinion.whole(replace(given(), answer={"question": "What?", "answer": HOSTILE, "passages": passages})))
    assert HOSTILE in seen.text
    assert "A passage" not in seen.text


def test_all_that_is_kept_is_shown() -> None:
    history = (Turn("user", "What does one do?"), Turn("assistant", "Much <b>indeed</b>."))
    text = Seen(opinion.whole(given(reason="wrong", note="Say “Rust”.", absent=True, history=history))).text
    for told in (
        "Thumbs down, 2026-01-02 03:04 UTC",
        "Reasonwrong",
        "It should have saidSay “Rust”.",
        "do not hold the answer",
        "Asked: What does one do?",
        "Answered: Much <b>indeed</b>.",
        "Understood asWhich tools alone?",
        "Modeltiny",
        "Promptanswer/v2",
        "Secondsretrieve 0.5, generate 1.25",
        "Tokensprompt 900",
        "50% likely",
        "Sentences dropped0",
        "Citations removed2",
    ):
        assert told in text, told


def test_what_was_not_said_has_no_heading() -> None:
    text = Seen(opinion.whole(given(thumb="up"))).text
    assert text.startswith("Thumbs up, 2026")
    assert not [word for word in ("Reason", "should have said", "What came before", "do not hold") if word in text]


def test_what_anybody_wrote_is_text() -> None:
    history = (Turn("user", HOSTILE),)
    every = given(answer=replace(ANSWER, question=HOSTILE), note=HOSTILE, reason=HOSTILE, history=history)
    for kept in (every, replace(every, answer={**every.answer, "kind": "else", "model": HOSTILE})):
        seen = Seen(opinion.whole(kept))
        assert not {*seen.tags} & {"img", "script", "i"}
        assert seen.text.count(HOSTILE) >= 6


def test_the_newest_is_listed_first_and_a_thumb_and_words_choose() -> None:
    kept = [
        asked("f1", "Which TOOLS?", thumb="up"),
        asked("f2", "Which books?", note="Ünder the bridge"),
        asked("f3", "Which pay?", reason="incomplete"),
    ]

    def names(which: opinions.Which, text: str) -> list[str]:
        return [one.id for one in opinions.picked(kept, which, text)]

    assert names("all", "") == ["f3", "f2", "f1"]
    assert names("up", " ") == ["f1"]
    assert names("down", "") == ["f3", "f2"]
    assert names("all", "tools") == ["f1"]
    assert names("all", "bridge ÜNDER") == ["f2"]
    assert names("all", "bridge incomplete") == []
    assert names("up", "incomplete") == []
    assert names("all", "learn python") == ["f3", "f2", "f1"]  # in the answers


def test_a_label_is_two_lines_however_many_a_person_wrote() -> None:
    first, second = opinions.label(
        asked("f1", "Which\n\ntools?", note="Say\nRust.", reason="wrong", absent=True)
    ).split("\n")
    assert first == "Which tools?"
    assert second == "Thumbs down · wrong · the documents do not hold it · Say Rust. · 2026-01-02 03:04 UTC"
    assert opinions.label(given(thumb="up")) == "Which tools?\nThumbs up · 2026-01-02 03:04 UTC"


def test_how_many_there_are_is_told_and_what_to_do_where_there_are_none() -> None:
    assert Seen(opinions.count(0, 0, 0)).text == opinions.NONE_YET
    assert Seen(opinions.count(0, 0, 3)).text == opinions.NONE_FITS
    assert Seen(opinions.count(3, 3, 3)).text == "3 in all"
    assert Seen(opinions.count(2, 2, 3)).text == "2 of 3"
    assert Seen(opinions.count(100, 150, 150)).text == "the newest 100 of 150 in all"
    assert Seen(opinions.count(100, 150, 200)).text == "the newest 100 of 150 of 200"


def test_the_lines_hold_all_that_is_kept() -> None:
    kept = [given(note="Ünder\u2028“x”", history=(Turn("user", "What?"),)), given("f2", REFUSAL, thumb="up")]
    assert opinions.lines([]) == ""
    found = opinions.lines(kept)
    assert found.isascii()
    assert found.endswith("}\n")
    first, second = [json.loads(line) for line in found.splitlines()]
    assert first["answer"] == json.loads(json.dumps(kept[0].answer))
    assert (first["id"], first["note"], first["history"]) == (
        "f1",
        "Ünder\u2028“x”",
        [{"role": "user", "text": "What?"}],
    )
    assert (second["thumb"], second["reason"], second["absent"]) == ("up", "", False)


class Page:
    """The tab's handlers, called as Gradio calls them; what they return is told by the widgets' ids."""

    def __init__(self) -> None:
        asyncio.run(self._build())  # outside of a running loop Gradio makes loops that it never closes

    async def _build(self) -> None:
        import gradio as gr

        with gr.Blocks(analytics_enabled=False) as page, gr.Tabs(), gr.Tab("Feedback") as place:
            opinions.tab(page, place)
        self.fns = {fn.name: fn for fn in page.fns.values()}

    def call(self, name: str, *inputs: object) -> dict[str, Any]:
        found = self.fns[name].fn(*inputs)
        return {widget.elem_id.removeprefix("opinions-"): value for widget, value in found.items()}


def test_the_list_keeps_what_is_chosen_while_it_fits() -> None:
    for one in (asked("f1", "Which tools?"), asked("f2", "Which books?", thumb="up")):
        feedback.keep(one)
    page = Page()
    shown = page.call("fill", "all", "", "f1")
    assert [(told.split("\n")[0], name) for told, name in shown["list"].choices] == [
        ("Which books?", "f2"),
        ("Which tools?", "f1"),
    ]
    assert shown["list"].value == "f1"
    assert shown["one"].visible
    assert shown["withdraw"].visible
    hidden = page.call("fill", "up", "", "f1")
    assert [name for _, name in hidden["list"].choices] == ["f2"]
    assert hidden["list"].value is None
    assert not hidden["one"].visible
    assert not hidden["withdraw"].visible


def test_no_more_are_listed_than_can_be_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinions, "MOST", 2)
    for number in range(3):
        feedback.keep(asked(f"f{number}", f"Question {number}?"))
    shown = Page().call("fill", "all", "", None)
    assert [name for _, name in shown["list"].choices] == ["f2", "f1"]
    assert Seen(shown["told"]).text == "the newest 2 of 3 in all"
    assert [name for _, name in Page().call("fill", "all", "question 0", None)["list"].choices] == ["f0"]


def test_where_there_is_none_it_says_what_to_do_and_all_cannot_be_exported() -> None:
    shown = Page().call("fill", "all", "", None)
    assert Seen(shown["told"]).text == opinions.NONE_YET
    assert not shown["list"].visible
    assert not shown["all"].interactive
    feedback.keep(given())
    assert Page().call("fill", "all", "", None)["all"].interactive


def test_one_is_withdrawn_only_when_asked_once_more() -> None:
    for one in (given("f1"), given("f2", note="Rust.")):
        feedback.keep(one)
    page = Page()
    chosen = page.call("choose", "f1")
    assert (chosen["withdraw"].visible, chosen["sure"].visible, chosen["leave"].visible) == (True, False, False)
    assert len(feedback.load()) == 2
    after = page.call("forget", "all", "", "f1")
    assert [one.id for one in feedback.load()] == ["f2"]
    assert not after["one"].visible
    assert not after["sure"].visible


def test_what_was_withdrawn_elsewhere_is_told() -> None:
    shown = Page().call("choose", "f1")
    assert opinions.GONE in Seen(shown["told"]).text
    assert not shown["one"].visible


def test_exports_are_carried_to_the_page() -> None:
    page = Page()
    assert page.call("draft_lines")["carried"] == ""
    assert Seen(page.call("draft_lines")["told"]).text == opinions.NO_DRAFTS
    feedback.keep(given(note="Rust."))
    assert page.call("all_lines") == {"carried": opinions.lines(feedback.load())}
    assert page.call("draft_lines") == {"carried": "".join(f"{line}\n" for line in feedback.drafts_lines())}


def test_a_store_that_cannot_be_read_is_told_whatever_is_pressed() -> None:
    page = Page()
    database.place().mkdir(parents=True)
    for name, inputs, what in (
        ("fill", ("all", "", None), "No feedback"),
        ("choose", ("f1",), "Not read"),
        ("forget", ("all", "", "f1"), "Not withdrawn"),
        ("all_lines", (), "Not exported"),
        ("draft_lines", (), "Not exported"),
    ):
        shown = page.call(name, *inputs)
        text = Seen(shown["told"]).text
        assert text.startswith(f"{what}:")
        assert "set ADVISOR_DATA" in text
        assert not shown.get("carried")


def test_nothing_of_it_is_an_address_that_others_may_call() -> None:
    assert {fn.api_visibility for fn in Page().fns.values()} == {"private"}
