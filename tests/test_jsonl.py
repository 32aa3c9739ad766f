"""jsonl: the keys of what scripts read, in their order, and questions from lines, with bad lines named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from advisor import jsonl
from advisor.errors import AdvisorError
from advisor.types import Answer, Chunk, Citation, Hit, Passage, Sentence, Trace, Turn

PASSAGE = Passage(
    2,
    Chunk("c1", "guide", ("Tools", "Python"), 10, 23, "Learn Python."),
    "Guide",
    "A blog",
    0.12345678,
    (Hit("c1", 7.00000049, 3, "bm25"), Hit("c1", 0.5, 1, "dense"), Hit("c1", 0.12345678, 2, "fused")),
)
CITED = Citation(2, "c1", "guide", 10, 23)
ANSWER = Answer(
    "And tools?",
    "Learn Python. [2] Or ₹0.",
    (Sentence("Learn Python.", (CITED,), 0.98765, 2, True), Sentence("Or ₹0.", (), 0.0)),
    (CITED,),
    (PASSAGE,),
    "answer",
    Trace(
        "Which tools?",
        "answer/v2",
        "tiny",
        {"retrieve": 0.0123456},
        {"prompt": 9, "generated": 3},
        1,
        ("Learn to fly.", "And"),
        0.81234,
    ),
    ("What is Git?",),
)
HIT_KEYS = ["rank", "score", "chunk_id", "doc_id", "title", "source", "heading_path", "start", "end", "text", "stages"]
SENTENCE_KEYS = ["text", "backed", "support", "depth", "quoted", "citations"]
ANSWER_KEYS = ["question", "rewritten", "answer", "sentences", "citations", "passages", "abstained", "kind", "offers"]
ANSWER_KEYS += ["prompt", "model", "seconds", "tokens", "confidence", "removed_citations", "dropped_sentences"]


def test_a_hit_has_these_keys_in_this_order() -> None:
    found = jsonl.hit(PASSAGE)
    assert list(found) == HIT_KEYS
    assert found == {
        "rank": 2,
        "score": 0.123457,
        "chunk_id": "c1",
        "doc_id": "guide",
        "title": "Guide",
        "source": "A blog",
        "heading_path": ["Tools", "Python"],
        "start": 10,
        "end": 23,
        "text": "Learn Python.",
        "stages": {
            "bm25": {"rank": 3, "score": 7.0},
            "dense": {"rank": 1, "score": 0.5},
            "fused": {"rank": 2, "score": 0.123457},
        },
    }


def test_an_answer_has_these_keys_in_this_order() -> None:
    found = jsonl.answer(ANSWER)
    citation = {"n": 2, "chunk_id": "c1", "doc_id": "guide", "start": 10, "end": 23}
    assert list(found) == ANSWER_KEYS
    assert [list(one) for one in found["sentences"]] == [SENTENCE_KEYS] * 2
    assert found == {
        "question": "And tools?",
        "rewritten": "Which tools?",
        "answer": "Learn Python. [2] Or ₹0.",
        "sentences": [
            {
                "text": "Learn Python.",
                "backed": True,
                "support": 0.9877,
                "depth": 2,
                "quoted": True,
                "citations": [citation],
            },
            {"text": "Or ₹0.", "backed": False, "support": 0.0, "depth": 0, "quoted": False, "citations": []},
        ],
        "citations": [citation],
        "passages": [{"n": 2, **jsonl.hit(PASSAGE)}],
        "abstained": False,
        "kind": "answer",
        "offers": ["What is Git?"],
        "prompt": "answer/v2",
        "model": "tiny",
        "seconds": {"retrieve": 0.0123},
        "tokens": {"prompt": 9, "generated": 3},
        "confidence": 0.8123,
        "removed_citations": 1,
        "dropped_sentences": 2,
    }


def test_the_sentence_that_the_readme_shows_has_the_keys_of_one() -> None:
    lines = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8").splitlines()
    (shown,) = [json.loads(line) for line in lines if line.startswith('{"text":')]
    assert list(shown) == SENTENCE_KEYS


def test_the_results_of_an_input_line_carry_its_id() -> None:
    found = jsonl.hits(jsonl.Question(7, "And tools?"), "Which tools?", [PASSAGE])
    assert list(found) == ["id", "question", "rewritten", "hits"]
    assert found == {"id": 7, "question": "And tools?", "rewritten": "Which tools?", "hits": [jsonl.hit(PASSAGE)]}


def test_an_object_is_one_line_whatever_is_in_it() -> None:
    held = {"text": "₹1\n\u2028\x85 “two” \U0001f600 \ud800"}
    line = jsonl.dumps(held)
    assert (len(line.splitlines()), line.isascii()) == (1, True)
    assert json.loads(line) == held


def write(folder: Path, *lines: object) -> Path:
    path = folder / "q.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_questions_keep_their_order_ids_and_history(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"id": "b", "question": "First?", "history": ["Zero?", "One?"]},
        "",
        {
            "question": "Second?",
            "id": 7,
            "history": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": ""}, "R"],
        },
        '  {"question": " Third? ", "history": null, "more": 1}  \r',
        {"id": None, "question": "Part\u2028ed?", "history": []},
    )
    assert jsonl.questions(path) == [
        jsonl.Question("b", "First?", (Turn("user", "Zero?"), Turn("user", "One?"))),
        jsonl.Question(7, "Second?", (Turn("user", "Q"), Turn("assistant", ""), Turn("user", "R"))),
        jsonl.Question(None, " Third? ", ()),
        jsonl.Question(None, "Part\u2028ed?", ()),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "₹?"}\n', encoding="utf-8-sig")
    assert jsonl.questions(path) == [jsonl.Question(None, "₹?")]


def test_an_empty_file_has_no_questions(tmp_path: Path) -> None:
    assert jsonl.questions(write(tmp_path, "", " ")) == []


BAD: dict[str, tuple[object, str]] = {
    "not JSON": ("What?", "expected .*found What"),
    "half an object": ('{"question": "Q"', "expected "),
    "a list": (["Q"], "expected "),
    "a string": ('"question"', "expected "),
    "null": ("null", "expected "),
    "deep": ("[" * 200_000, "expected "),
    "no question": ({"id": 1, "text": "Q"}, "expected "),
    "an empty question": ({"question": " \n"}, "question is empty"),
    "a number": ({"question": 5}, "question is not a string: 5"),
    "no text": ({"question": None}, "question is not a string: null"),
    "half a character": ('{"question": "\\ud800?"}', "question holds half a character"),
    "a list as id": ({"id": ["a"], "question": "Q"}, "id is neither"),
    "a truth as id": ({"id": True, "question": "Q"}, "id is neither"),
    "a string as history": ({"question": "Q", "history": "abc"}, "history is not a list"),
    "an object as history": ({"question": "Q", "history": {}}, "history is not a list"),
    "a number as history": ({"question": "Q", "history": 0}, "history is not a list"),
    "a number as turn": ({"question": "Q", "history": [1]}, "turn of the history is neither"),
    "a system turn": ({"question": "Q", "history": [{"role": "system", "content": "C"}]}, "turn of the history"),
    "a turn without a role": ({"question": "Q", "history": [{"content": "C"}]}, "turn of the history"),
    "a list as role": ({"question": "Q", "history": [{"role": [], "content": "C"}]}, "turn of the history"),
    "a turn without content": ({"question": "Q", "history": [{"role": "user"}]}, "turn of the history"),
    "content in parts": ({"question": "Q", "history": [{"role": "user", "content": []}]}, "turn of the history"),
    "half a character in a turn": ('{"question": "Q", "history": ["\\udfff"]}', "turn holds half a character"),
}


@pytest.mark.parametrize(("line", "says"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_with_its_number(tmp_path: Path, line: object, says: str) -> None:
    path = write(tmp_path, {"question": "Good?"}, "", line, {"question": "Good?"})
    with pytest.raises(AdvisorError, match=rf"q\.jsonl, line 3: .*{says}") as fault:
        jsonl.questions(path)
    assert len(str(fault.value).splitlines()) == 1
    assert len(str(fault.value).removeprefix(str(path))) < 250


def test_every_bad_line_is_named_up_to_three(tmp_path: Path) -> None:
    path = write(tmp_path, "a", {"question": "Good?"}, "b", "c")
    with pytest.raises(AdvisorError, match=r"line 1: .*found a; line 3: .*found b; line 4: .*found c$"):
        jsonl.questions(path)
    path = write(tmp_path, *"abcde")
    with pytest.raises(AdvisorError, match=r"line 3: .*found c; and 2 lines more$"):
        jsonl.questions(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(AdvisorError, match=r"none\.jsonl cannot be read: .*No such file"):
        jsonl.questions(tmp_path / "none.jsonl")
    with pytest.raises(AdvisorError, match=r"cannot be read: .*directory"):
        jsonl.questions(tmp_path)
    (tmp_path / "latin").write_bytes('{"question": "café?"}'.encode("latin-1"))
    with pytest.raises(AdvisorError, match=r"latin cannot be read: .*utf-8"):
        jsonl.questions(tmp_path / "latin")
