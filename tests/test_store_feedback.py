"""store.feedback: what was given is read back, and a thumbs-down that says what was expected becomes an eval item."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from advisor import jsonl
from advisor.eval import items
from advisor.eval.items import Nugget, Quote
from advisor.store import feedback
from advisor.store.feedback import Feedback
from advisor.types import Answer, Chunk, Citation, Passage, Sentence, Trace, Turn

TEXT = "Learn Python. “Then” learn\u2028Git."
HELD = Passage(1, Chunk("c1", "guide", ("Tools",), 100, 100 + len(TEXT), TEXT), "Guide", "A blog", 1.0)
FIRST, SECOND = Citation(1, "c1", "guide", 100, 113), Citation(1, "c1", "guide", 114, 131)
HISTORY = (Turn("user", "What does one do?"), Turn("assistant", "Much."))


def given(*citations: Citation, question: str = "Which tools?", **changes: object) -> Feedback:
    sentences = tuple(Sentence(f"Said {n}.", (one,), 1.0) for n, one in enumerate(citations))
    trace = Trace("Which tools does one need?", "answer/v2", "tiny", {"retrieve": 0.5})
    kind = "answer" if citations else "abstain"
    said = Answer(question, "Said.", sentences, citations, (HELD,), kind, trace)
    return replace(Feedback("f1", "down", (), jsonl.answer(said), time="2026-01-02T03:04:05+00:00"), **changes)


def test_what_was_given_is_read_back_whole() -> None:
    first = given(FIRST, SECOND, reason="wrong", note="Ünder\n“{{x}}”", history=HISTORY)
    second = given(id="f2", thumb="up", time="2026-01-01T00:00:00+00:00")
    for one in (first, second):
        feedback.keep(one)
    assert feedback.load() == [first, second]


def test_what_has_no_time_is_of_now_in_utc() -> None:
    feedback.keep(given(time=""))
    (kept,) = feedback.load()
    assert abs(datetime.fromisoformat(kept.time) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_second_thought_takes_the_place_of_the_first_and_can_be_withdrawn() -> None:
    feedback.keep(given(thumb="up"))
    feedback.keep(given(note="Rust."))
    feedback.keep(given(id="f2"))
    assert [(one.id, one.thumb, one.note) for one in feedback.load()] == [("f1", "down", "Rust."), ("f2", "down", "")]
    feedback.withdraw("f1")
    feedback.withdraw("nothing")
    assert [one.id for one in feedback.load()] == ["f2"]


def test_the_persons_words_become_a_nugget_and_the_cited_spans_the_evidence() -> None:
    feedback.keep(given(FIRST, SECOND, FIRST, note=" Python and Git \n", history=HISTORY))
    (item,) = feedback.drafts()
    assert item.id.startswith("draft-")
    assert (item.question, item.history) == ("Which tools?", ("What does one do?",))
    assert item.standalone == "Which tools does one need?"
    assert (item.behaviour, item.tags, item.split, item.difficulty) == ("answer", ("draft",), "dev", "medium")
    assert item.nuggets == (Nugget(vital=True, says=(("Python and Git",),)),)
    ((one, other),) = item.evidence
    assert one == Quote(doc="guide", start=100, end=113, quote="Learn Python.")
    assert other == Quote(doc="guide", start=114, end=131, quote="“Then” learn\u2028Git.")
    assert item.keys == ()


def test_a_question_without_a_history_stands_alone_already() -> None:
    feedback.keep(given(FIRST, note="Git"))
    (item,) = feedback.drafts()
    assert (item.history, item.standalone) == ((), "")


def test_what_the_documents_do_not_hold_is_to_be_refused_whatever_else_is_said() -> None:
    feedback.keep(given(FIRST, absent=True, note="Nothing."))
    (item,) = feedback.drafts()
    assert (item.behaviour, item.nuggets, item.evidence, item.keys) == ("abstain", (), (), ())


def test_where_nothing_was_cited_the_words_are_the_keys() -> None:
    feedback.keep(given(note="Learn Git"))
    (item,) = feedback.drafts()
    assert (item.behaviour, item.evidence, item.keys) == ("answer", (), (("Learn Git",),))


@pytest.mark.parametrize(
    "changes",
    [{}, {"reason": "wrong"}, {"note": " \n"}, {"note": "?!"}, {"thumb": "up", "note": "Git"}],
    ids=["nothing", "a reason", "blanks", "no word", "a thumbs-up"],
)
def test_what_says_nothing_of_what_was_expected_is_kept_and_makes_no_draft(changes: dict[str, object]) -> None:
    feedback.keep(given(FIRST, **changes))
    assert len(feedback.load()) == 1
    assert feedback.drafts() == []


def test_the_same_said_of_two_answers_is_one_draft_and_the_later_one() -> None:
    feedback.keep(given(FIRST, note="Git"))
    feedback.keep(given(SECOND, note="Git", id="f2"))
    feedback.keep(given(SECOND, note="Rust", id="f3"))
    git, rust = feedback.drafts()
    assert git.id != rust.id
    assert git.evidence[0][0].start == SECOND.start


def test_the_lines_are_a_set_that_can_be_loaded(tmp_path: Path) -> None:
    assert list(feedback.drafts_lines()) == []
    feedback.keep(given(FIRST, SECOND, note="Git", history=HISTORY))
    feedback.keep(given(absent=True, id="f2"))
    lines = list(feedback.drafts_lines())
    assert [json.loads(line)["behaviour"] for line in lines] == ["answer", "abstain"]
    (tmp_path / "drafts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert items.load(tmp_path / "drafts.jsonl") == feedback.drafts()
