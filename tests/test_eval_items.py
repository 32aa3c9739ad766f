"""items: what is refused and how it is named, and the set that is shipped against the documents that it is about."""

import json
from collections import Counter
from pathlib import Path

import pytest

from advisor import paths
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.errors import ItemError
from advisor.eval.items import Item, load
from advisor.eval.retrieval import is_relevant
from advisor.models.embedders import load_embedder

SHIPPED = paths.data("eval") / "sets" / "core.jsonl"
SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
GOOD: dict[str, object] = {
    "id": "pay",
    "question": "What is the pay?",
    "history": ["Who am I?"],
    "behaviour": "answer",
    "evidence": [["400,000", "India"]],
    "facts": [["400,000", "4 lakh"], ["India"]],
    "tags": ["figure"],
    "split": "dev",
}
ABSENT = {**GOOD, "behaviour": "abstain", "evidence": [], "facts": []}


def written(folder: Path, *lines: object) -> Path:
    """Write lines, each as it is or as JSON."""
    path = folder / "items.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def test_an_item_is_its_line(tmp_path: Path) -> None:
    (item,) = load(written(tmp_path, GOOD))
    assert item == Item(
        id="pay",
        question="What is the pay?",
        history=("Who am I?",),
        behaviour="answer",
        evidence=(("400,000", "India"),),
        facts=(("400,000", "4 lakh"), ("India",)),
        tags=("figure",),
        split="dev",
    )


def test_history_may_be_left_out(tmp_path: Path) -> None:
    (item,) = load(written(tmp_path, {key: value for key, value in GOOD.items() if key != "history"}))
    assert item.history == ()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("{", "item: Invalid JSON"),
        ("[]", "item: "),
        ("null", "item: "),
        *[
            ({key: value for key, value in GOOD.items() if key != gone}, f"{gone}: Field required")
            for gone in ("id", "question", "behaviour", "evidence", "facts", "tags", "split")
        ],
        ({**GOOD, "answer": "400,000"}, "answer: Extra inputs are not permitted"),
        ({**GOOD, "behaviour": "refuse"}, "behaviour: Input should be 'answer' or 'abstain'"),
        ({**GOOD, "split": "train"}, "split: Input should be 'dev' or 'test'"),
        ({**GOOD, "id": 7}, "id: Input should be a valid string"),
        ({**GOOD, "facts": ["400,000"]}, "facts.0: Input should be a valid array"),
        ({**GOOD, "evidence": []}, "needs evidence and facts"),
        ({**GOOD, "facts": []}, "needs evidence and facts"),
        ({**ABSENT, "facts": [["400,000"]]}, "one to abstain from has neither"),
        ({**ABSENT, "evidence": [["400,000"]]}, "one to abstain from has neither"),
        ({**GOOD, "evidence": [["400,000"], []]}, "is empty, or holds a key without letters"),
        ({**GOOD, "facts": [[]]}, "is empty, or holds a key without letters"),
        ({**GOOD, "facts": [["400,000", " "]]}, "is empty, or holds a key without letters"),
        ({**GOOD, "evidence": [["–"]]}, "is empty, or holds a key without letters"),
        ({**GOOD, "id": ""}, "the id or the question is empty"),
        ({**GOOD, "question": " "}, "the id or the question is empty"),
    ],
)
@pytest.mark.parametrize("before", [0, 2])
def test_a_wrong_line_is_named(tmp_path: Path, wrong: object, reason: str, before: int) -> None:
    """Blank lines count, as they do in an editor."""
    good = [{**GOOD, "id": "one"}, ""][:before]
    path = written(tmp_path, *good, wrong, {**GOOD, "id": "last"})
    with pytest.raises(ItemError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}, line {before + 1}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_fault_of_a_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"line 1: behaviour: .*; tags: .*; split: "):
        load(written(tmp_path, {**GOOD, "behaviour": "", "tags": "figure", "split": 3}))


def test_an_id_that_stands_twice_is_named_with_both_lines(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, {**GOOD, "id": "other"}, "", {**ABSENT, "split": "test"})
    with pytest.raises(ItemError) as caught:
        load(path, "dev")  # though the second is not in the split
    assert str(caught.value) == f"{path}, line 4: the id 'pay' stands in line 1; rename one"


def test_splits(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD, {**GOOD, "id": "b", "split": "test"}, {**ABSENT, "id": "c"})
    assert [item.id for item in load(path)] == ["pay", "b", "c"]
    assert [item.id for item in load(path, "dev")] == ["pay", "c"]
    assert [item.id for item in load(path, "test")] == ["b"]


def test_an_empty_split_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    with pytest.raises(ItemError, match=r"has no items in split test$"):
        load(path, "test")
    with pytest.raises(ItemError, match=r"has no items in split all$"):
        load(written(tmp_path, "", " "))


def test_a_line_separator_inside_a_question_ends_no_line(tmp_path: Path) -> None:
    path = written(tmp_path, {**GOOD, "question": "What\u2028is\x85the pay?"})
    assert path.read_text(encoding="utf-8").count("\u2028") == 1
    assert load(path)[0].question == "What\u2028is\x85the pay?"


def test_line_ends_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_bytes((json.dumps(GOOD) + "\r\n" + json.dumps({**ABSENT, "id": "b"}) + "\r\n").encode())
    assert [item.id for item in load(path)] == ["pay", "b"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"none\.jsonl cannot be read: .*No such file"):
        load(tmp_path / "none.jsonl")
    with pytest.raises(ItemError, match=r"cannot be read: .*Is a directory"):
        load(tmp_path)
    (tmp_path / "latin.jsonl").write_bytes("{é}".encode("latin-1"))
    with pytest.raises(ItemError, match=r"latin\.jsonl cannot be read: .*utf-8"):
        load(tmp_path / "latin.jsonl")


# The set that is shipped


def test_the_shipped_set_is_whole() -> None:
    items = load(SHIPPED)
    assert len(items) >= 60
    assert len({item.id for item in items}) == len(items)
    asked = Counter((item.question.casefold(), item.history) for item in items)
    assert [question for question, count in asked.items() if count > 1] == []


def test_the_shipped_set_has_both_behaviours_in_both_splits() -> None:
    counts = Counter((item.behaviour, item.split) for item in load(SHIPPED))
    assert set(counts) == {(behaviour, split) for behaviour in ("answer", "abstain") for split in ("dev", "test")}
    assert min(counts.values()) >= 5
    assert len(load(SHIPPED, "dev")) + len(load(SHIPPED, "test")) == len(load(SHIPPED))


@pytest.mark.real
@pytest.mark.parametrize(
    "source",
    [
        paths.data("corpus"),
        pytest.param(
            SEEDS,
            marks=pytest.mark.skipif(
                not SEEDS.is_dir(), reason="the raw seed documents do not lie beside this checkout"
            ),
        ),
    ],
    ids=["bundled", "seeds"],
)
def test_some_chunk_holds_each_items_evidence(source: Path) -> None:
    """Chunks are as long as the packaged embedder lets them be."""
    embedder = load_embedder("minilm")
    texts = [
        found.text
        for document in read([source]).documents
        for found in chunk(document, embedder.count_tokens, embedder.max_tokens)
    ]
    asked = [item for item in load(SHIPPED) if item.behaviour == "answer"]
    without = [item.id for item in asked if not any(is_relevant(item, text) for text in texts)]
    assert without == []
