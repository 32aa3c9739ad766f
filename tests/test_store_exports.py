"""store.exports: a conversation is told whole, as Markdown that loads nothing and as an object with keys that stay."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from test_store_conversations import SAID, TEXT, exchange

from advisor.store import exports
from advisor.store.conversations import Conversation, Exchange
from advisor.types import Chunk, Citation, Passage


def of(*exchanges: Exchange, title: str = "Which tools?") -> Conversation:
    return Conversation("k", title, exchanges)


def test_as_markdown_it_has_each_question_what_was_told_and_the_cited_words() -> None:
    told = of(
        exchange(question="Which\ntools?", told=SAID.text, answer=SAID),
        exchange("e2", "And then?", "It be", state="stopped"),
        exchange("e3", "Why?", "No model.", state="failed"),
    )
    assert exports.markdown(told) == (
        "# Which tools?\n\n"
        "## Question\n\n> Which\n> tools?\n\n"
        "## Answer\n\n- Python and Git. [1]\n- Little. [3]\n\n"
        "### Sources\n\n"
        "[1] Guide > Tools > First (A blog)\n\n> Learn Python.\n\n> “Then” learn\n> Git.\n\n"
        "[3] Pay > India (A survey)\n\n> It is low\n\n"
        "## Question\n\n> And then?\n\n## Answer\n\nIt be\n\n*Stopped.*\n\n"
        "## Question\n\n> Why?\n\n## Answer\n\nNo model.\n\n*Failed.*\n"
    )


def test_an_answer_that_cites_nothing_has_no_sources_in_markdown() -> None:
    refused = exchange(answer=replace(SAID, text="I do not know.", citations=(), kind="abstain"))
    assert exports.markdown(of(refused)).endswith("## Answer\n\nI do not know.\n")
    assert exports.markdown(of(exchange(told="", state="running"))).endswith("## Answer\n\n*Not finished.*\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
        ("\\<b>", "\\\\\\<b>"),
        ("![x](http://far.example)", "!\\[x](http://far.example)"),
        ("![1](http://far.example)", "!\\[1](http://far.example)"),
        ("[1]: http://far.example", "\\[1]: http://far.example"),
        ("![x][1]", "!\\[x][1]"),
        ("![1][2]", "!\\[1][2]"),
        ("Said. [1] [12]", "Said. [1] [12]"),
        ("2 > 1 & *so*", "2 > 1 & *so*"),
    ],
)
def test_markdown_shows_what_looks_like_html_a_link_or_an_image_and_does_not_load_it(text: str, told: str) -> None:
    passage = Passage(1, Chunk("c", "d", (text,), 0, len(text), text), text, text, 1.0)
    cited = (Citation(1, "c", "d", 0, len(text)),)
    said = replace(SAID, text=text, passages=(passage,), citations=cited)
    assert exports.markdown(of(exchange(question=text, answer=said), title=text)) == (
        f"# {told}\n\n## Question\n\n> {told}\n\n## Answer\n\n{told}\n\n### Sources\n\n"
        f"[1] {told} > {told} ({told})\n\n> {told}\n"
    )


def test_as_an_object_it_has_all_of_it_under_keys_that_stay() -> None:
    two = of(exchange(told=SAID.text, answer=SAID), exchange("e2", "Why?", "No model.", state="failed"))
    shown = json.loads(json.dumps(exports.json_object(two)))
    assert list(shown) == ["id", "title", "exchanges"]
    one, other = shown["exchanges"]
    assert list(one) == list(other) == ["id", "question", "state", "told", "answer", "settings", "time"]
    assert (other["answer"], other["settings"]["passages"]) == (None, 5)
    assert list(one["answer"]) == [
        "question", "text", "sentences", "citations", "passages", "kind", "trace", "offers",
    ]  # fmt: skip
    assert one["answer"]["citations"][0] == {"n": 1, "chunk_id": "c1", "doc_id": "guide", "start": 114, "end": 131}
    assert one["answer"]["sentences"][1] == {
        "text": "Maybe.", "citations": [], "support": 0.125, "depth": 2, "quoted": False,
    }  # fmt: skip
    assert one["answer"]["passages"][0] == {
        "n": 1,
        "chunk": {
            "id": "c1", "doc_id": "guide", "heading_path": ["Tools", "First"], "start": 100, "end": 100 + len(TEXT),
            "text": TEXT,
        },
        "title": "Guide",
        "source": "A blog",
        "score": 0.1 + 0.2,
        "stages": [{"chunk_id": "c1", "score": 1 / 3, "rank": 2, "stage": "bm25"}],
    }  # fmt: skip
    assert one["answer"]["trace"]["dropped"] == ["So it \ud800 w", ""]
