"""items: what is refused and how it is named, and the set that is shipped against the documents that it is about."""

import json
from collections import Counter
from pathlib import Path

import pytest

from advisor import paths
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.errors import ItemError
from advisor.eval.gold import Keys, gold, locate
from advisor.eval.items import Figure, Item, Nugget, Quote, load
from advisor.models.embedders import load_embedder
from advisor.types import Document

SHIPPED = paths.data("eval") / "sets" / "core.jsonl"
SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
QUOTE = {"doc": "guide", "start": 4, "end": 17, "quote": "It is 400,000", "before": "Pay.", "after": " here."}
FIGURE = {"value": 400000, "unit": "INR", "tolerance": 0.1}
GOOD: dict[str, object] = {
    "id": "pay",
    "question": "What is the pay?",
    "conversation": "pays",
    "history": ["Who am I?"],
    "standalone": "What am I paid?",
    "behaviour": "answer",
    "nuggets": [{"says": [["India", "there"]], "figures": [FIGURE]}, {"vital": False, "says": [["a year"]]}],
    "must_not_say": ["900,000"],
    "evidence": [[QUOTE], [{"doc": "report", "quote": "4 lakh"}]],
    "keys": [["400,000", "India"]],
    "tags": ["figure"],
    "difficulty": "hard",
    "split": "dev",
}
LEAST = {name: GOOD[name] for name in ("id", "question", "behaviour", "nuggets", "evidence", "split")}
ABSENT = {"id": "pay", "question": "What is the pay?", "behaviour": "abstain", "split": "dev"}


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
        conversation="pays",
        history=("Who am I?",),
        standalone="What am I paid?",
        behaviour="answer",
        nuggets=(
            Nugget(says=(("India", "there"),), figures=(Figure(value=400_000.0, unit="INR", tolerance=0.1),)),
            Nugget(vital=False, says=(("a year",),)),
        ),
        must_not_say=("900,000",),
        evidence=(
            (Quote(doc="guide", start=4, end=17, quote="It is 400,000", before="Pay.", after=" here."),),
            (Quote(doc="report", quote="4 lakh"),),
        ),
        keys=(("400,000", "India"),),
        tags=("figure",),
        difficulty="hard",
        split="dev",
    )


def test_most_may_be_left_out(tmp_path: Path) -> None:
    first, second = load(written(tmp_path, LEAST, {**ABSENT, "id": "absent"}))
    assert (first.conversation, first.history, first.standalone, first.must_not_say) == ("", (), "", ())
    assert (first.keys, first.tags, first.difficulty) == ((), (), "medium")
    assert (second.nuggets, second.evidence, second.keys) == ((), (), ())
    quote = first.evidence[1][0]
    assert (quote.start, quote.end, quote.before, quote.after) == (0, 0, "", "")
    assert (first.nuggets[0].vital, Figure(value=1).unit, Figure(value=1).tolerance) == (True, "", 0.0)


def test_turns_of_a_conversation_are_one_group_and_any_other_item_its_own() -> None:
    assert Item.model_validate(GOOD).group == "pays"
    assert Item.model_validate(LEAST).group == "pay"


@pytest.mark.parametrize("gone", ["evidence", "keys"])
def test_evidence_or_keys_are_enough(tmp_path: Path, gone: str) -> None:
    assert len(load(written(tmp_path, {**GOOD, gone: []}))) == 1


def nugget(**fields: object) -> dict[str, object]:
    return {**LEAST, "nuggets": [fields]}


def quoted(**fields: object) -> dict[str, object]:
    return {**LEAST, "evidence": [[{**QUOTE, **fields}]]}


EMPTY = "a group of words is empty, or holds one without letters and digits"
EXPECTED = "an item to answer needs evidence or keys, and a vital nugget; any other has none of them"
BOTH = "`standalone` is the form of a question with a history; give both or neither"
WRONG: list[tuple[object, str]] = [
    ("{", "object: Invalid JSON"),
    ("[]", "object: Input should be an object"),
    *[
        ({key: value for key, value in LEAST.items() if key != gone}, f"{gone}: Field required")
        for gone in ("id", "question", "behaviour", "split")
    ],
    ({**GOOD, "facts": [["400,000"]]}, "facts: Extra inputs are not permitted"),
    ({**GOOD, "behaviour": "refuse"}, "behaviour: Input should be 'answer', 'abstain' or 'clarify'"),
    ({**GOOD, "split": "all"}, "split: Input should be 'dev' or 'test'"),
    ({**GOOD, "difficulty": "odd"}, "difficulty: Input should be 'easy', 'medium' or 'hard'"),
    ({**GOOD, "id": 7}, "id: Input should be a valid string"),
    ({**GOOD, "id": " "}, "the id or the question is empty"),
    ({**GOOD, "question": ""}, "the id or the question is empty"),
    ({**GOOD, "standalone": " "}, BOTH),
    ({**GOOD, "history": []}, BOTH),
    ({**LEAST, "evidence": []}, EXPECTED),
    ({**LEAST, "nuggets": []}, EXPECTED),
    ({**LEAST, "nuggets": [{"vital": False, "says": [["a"]]}]}, EXPECTED),
    *[
        ({**ABSENT, "behaviour": behaviour, name: GOOD[name]}, EXPECTED)
        for behaviour in ("abstain", "clarify")
        for name in ("nuggets", "evidence", "keys")
    ],
    ({**LEAST, "evidence": [["400,000"]]}, "evidence.0.0: Input should be an object"),
    ({**LEAST, "evidence": [[QUOTE], []]}, "a set of evidence is empty"),
    (quoted(doc=""), "evidence.0.0.doc: String should have at least 1 character"),
    (quoted(quote=""), "evidence.0.0.quote: String should match pattern"),
    (quoted(quote=" \n"), "evidence.0.0.quote: String should match pattern"),
    (quoted(start=-1), "evidence.0.0.start: Input should be greater than or equal to 0"),
    (quoted(end=2.5), "evidence.0.0.end: Input should be a valid integer"),
    (quoted(where=3), "evidence.0.0.where: Extra inputs are not permitted"),
    (nugget(), "nuggets.0: Value error, a nugget needs `says` or `figures`"),
    (nugget(vital=True, says=[], figures=[]), "nuggets.0: Value error, a nugget needs `says` or `figures`"),
    (nugget(says=["India"]), "nuggets.0.says.0: Input should be a valid array"),
    (nugget(says=[["India"], []]), EMPTY),
    (nugget(says=[["India", " "]]), EMPTY),
    (nugget(figures=[{"unit": "INR"}]), "nuggets.0.figures.0.value: Field required"),
    (nugget(figures=[{**FIGURE, "tolerance": 1}]), "nuggets.0.figures.0.tolerance: Input should be less than 1"),
    (nugget(figures=[{**FIGURE, "tolerance": -0.1}]), "tolerance: Input should be greater than or equal to 0"),
    ({**GOOD, "keys": [["400,000"], []]}, EMPTY),
    ({**GOOD, "keys": [["–"]]}, EMPTY),
    ({**GOOD, "must_not_say": ["?!"]}, EMPTY),
]


@pytest.mark.parametrize(("wrong", "reason"), WRONG)
def test_a_wrong_line_is_named(tmp_path: Path, wrong: object, reason: str) -> None:
    path = written(tmp_path, {**GOOD, "id": "one"}, "", wrong, {**GOOD, "id": "last"})
    with pytest.raises(ItemError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}, line 3: ")
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


# The set that is shipped


def test_the_shipped_set_is_whole() -> None:
    items = load(SHIPPED)
    assert len(items) >= 150
    asked = Counter((item.question.casefold(), item.history) for item in items)
    assert [question for question, count in asked.items() if count > 1] == []


def test_the_shipped_set_has_every_behaviour_and_difficulty_in_both_splits() -> None:
    items = load(SHIPPED)
    counts = Counter((item.behaviour, item.split) for item in items)
    assert len(counts) == 3 * 2
    assert min(counts[behaviour, split] for behaviour in ("answer", "abstain") for split in ("dev", "test")) >= 20
    assert len({(item.difficulty, item.split) for item in items}) == 3 * 2
    assert len(load(SHIPPED, "dev")) + len(load(SHIPPED, "test")) == len(items)


def test_no_conversation_of_the_shipped_set_is_in_both_splits() -> None:
    places = {(item.group, item.split) for item in load(SHIPPED)}
    assert [group for group, count in Counter(group for group, _ in places).items() if count > 1] == []


def documents(source: Path) -> dict[str, Document]:
    return {document.id: document for document in read([source]).documents}


def test_every_quote_of_the_shipped_set_stands_at_its_place_in_the_bundled_documents() -> None:
    """Its neighbours too, so that the place is found again after an edit."""
    held = documents(paths.data("corpus"))
    quotes = [quote for item in load(SHIPPED) for needed in item.evidence for quote in needed]
    wrong = []
    for quote in quotes:
        text = held[quote.doc].text
        around = text[max(quote.start - len(quote.before), 0) : quote.end + len(quote.after)]
        if around != f"{quote.before}{quote.quote}{quote.after}":
            wrong.append(quote)
    assert wrong == []
    assert {quote.doc for quote in quotes} == set(held)


def test_every_quote_of_the_shipped_set_is_found_again_without_its_offsets() -> None:
    held = documents(paths.data("corpus"))
    lost = []
    for item in load(SHIPPED):
        for quote in (quote for needed in item.evidence for quote in needed):
            found = locate(quote.model_copy(update={"start": 0, "end": 0}), held[quote.doc])
            if found is None or found.start != quote.start:
                lost.append((item.id, quote.quote))
    assert lost == []


def test_gold_is_at_hand_for_every_item_of_the_shipped_set() -> None:
    held = documents(paths.data("corpus"))
    for item in load(SHIPPED):
        sets = gold(item, held).sets
        assert bool(sets) == (item.behaviour == "answer")
        assert not any(isinstance(one, Keys) for needed in sets for one in needed)


NO_SEED = ["ms-author", "sr-date", "hx-fu-her-hobbies"]  # a byline and a date, which are cleaned out of the raw pages


@pytest.mark.real
@pytest.mark.skipif(not SEEDS.is_dir(), reason="the raw seed documents do not lie beside this checkout")
def test_some_chunk_of_the_seeds_holds_a_set_of_each_items_keys() -> None:
    """The seeds say it in other words, so that no quote is of them; chunks are as the packaged embedder has them."""
    held = documents(SEEDS)
    texts = chunks(held)
    without = []
    for item in load(SHIPPED):
        needed = gold(item, held)
        keys = tuple((Keys(words),) for words in item.keys)
        assert needed.sets == (keys if item.behaviour == "answer" else ())
        if needed.sets and not needed.is_whole(texts):
            without.append(item.id)
    assert without == NO_SEED


@pytest.mark.real
def test_the_chunks_of_the_bundled_documents_hold_each_items_quotes() -> None:
    """Each is evidence by itself somewhere, and together they miss no more of it than a cut costs."""
    held = documents(paths.data("corpus"))
    texts = chunks(held)
    for item in load(SHIPPED):
        if (needed := gold(item, held)).sets:
            assert any(map(needed.is_in, texts)), item.id
            assert needed.recall(texts) >= 0.75, item.id


def chunks(held: dict[str, Document]) -> list[str]:
    embedder = load_embedder("minilm")
    return [one.text for doc in held.values() for one in chunk(doc, embedder.count_tokens, embedder.max_tokens)]
