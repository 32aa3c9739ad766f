"""lint: each kind of fault of a small item set, where it is found and where it is not, and what mending changes."""

import json
from pathlib import Path

import pytest

from advisor.errors import ItemError
from advisor.eval.items import Item, load
from advisor.eval.lint import Finding, dumps, fixed, lint, save
from advisor.types import Document

PAY = """\
# Pay in Pune

## Bakers

A baker in Pune earns ₹300,000 a year. Who bakes at night gets a tenth more.

## Welders

Certified welders of pipelines earn twice that, as few people can do the work.

## Clerks

Clerks earn the least of all, and their offices close at five.
"""
START = """\
# How to start

## Ovens

Learn first how an oven keeps its heat. People often skip that.

## Schools

The school in Nashik takes people of any age, and its course lasts two years.
"""
DOCUMENTS = {
    "pay": Document("pay", "Pay in Pune", PAY, "pay.md"),
    "start": Document("start", "How to start", START, "s.md"),
}
QUOTE = "A baker in Pune earns ₹300,000 a year."


def quote(words: str, doc: str = "pay", text: str = "") -> dict[str, object]:
    """Return a quote of a document at its place, with its neighbours."""
    text = text or DOCUMENTS[doc].text
    start = text.index(words)
    end = start + len(words)
    sides = {"before": text[max(start - 30, 0) : start], "after": text[end : end + 30]}
    return {"doc": doc, "start": start, "end": end, "quote": words, **sides}


def item(**changes: object) -> Item:
    """Return an item without fault, but for the changes."""
    sound: dict[str, object] = {
        "id": "baker",
        "question": "How much money does one make with bread?",
        "behaviour": "answer",
        "nuggets": [{"figures": [{"value": 300000, "unit": "INR"}]}],
        "evidence": [[quote(QUOTE)]],
        "split": "dev",
    }
    return Item.model_validate(sound | changes)


def found(*items: Item, documents: dict[str, Document] | None = None) -> list[Finding]:
    """Return what lint finds, sections that no item touches left out."""
    return [one for one in lint(items, documents or DOCUMENTS) if one.kind != "untouched"]


def test_a_sound_item_has_no_faults() -> None:
    assert found(item()) == []


def test_a_quote_that_no_document_says_is_lost() -> None:
    (one,) = found(
        item(evidence=[[quote(QUOTE), {"doc": "pay", "quote": "Nobody weighs flour by the ounce any longer."}]])
    )
    assert (one.item, one.kind, one.error) == ("baker", "lost", True)
    assert "'Nobody weighs flour by the ounce any longer.'" in one.words
    assert "said nowhere" in one.words


def test_a_quote_of_an_unknown_document_is_lost_and_the_known_are_named() -> None:
    (one,) = found(item(evidence=[[quote(QUOTE), {"doc": "play", "quote": "A baker in Pune"}]]))
    assert one.kind == "lost"
    assert "there are: pay, start" in one.words


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"start": 0, "end": 0}, "is at 26-64, not at 0-0"),
        ({"start": 25, "end": 63}, "is at 26-64, not at 25-63"),
        ({"quote": "A baker in Pona earns ₹300,000 a year."}, f"now reads {QUOTE!r} at 26-64"),
    ],
)
def test_a_quote_in_another_place_or_in_other_words_is_moved(changed: dict[str, object], told: str) -> None:
    assert (PAY.index(QUOTE), len(QUOTE)) == (26, 38)  # two headings of 13 and 9 characters, two line ends after each
    (one,) = found(item(evidence=[[quote(QUOTE) | changed]]))
    assert (one.item, one.kind, one.error) == ("baker", "moved", True)
    assert told in one.words
    assert "advisor eval lint --fix" in one.words


def test_other_neighbours_are_no_move() -> None:
    assert found(item(evidence=[[quote(QUOTE) | {"before": "", "after": "gone"}]])) == []


def test_what_one_set_does_not_say_is_unbacked_in_that_set_only() -> None:
    sets = [[quote(QUOTE)], [quote("Who bakes at night gets a tenth more.")]]
    (one,) = found(item(evidence=sets))
    assert (one.item, one.kind, one.error) == ("baker", "unbacked", True)
    assert one.words == "evidence set 2 of 2 does not give 300,000 INR"


@pytest.mark.parametrize(
    ("nugget", "words"),
    [
        ({"says": [["rupee", "dollar"]]}, ["does not say rupee or dollar"]),
        ({"says": [["rupee", "baker"], ["Nashik"]]}, ["does not say Nashik"]),
        ({"says": [["rupee", "baker"], ["Pune"]]}, []),
        ({"says": [["Nashik"]], "figures": [{"value": 7}], "vital": False}, []),
        ({"figures": [{"value": 300000, "unit": "USD"}]}, ["does not give 300,000 USD"]),
        ({"figures": [{"value": 310000, "unit": "INR"}]}, ["does not give 310,000 INR"]),
        ({"figures": [{"value": 310000, "unit": "INR", "tolerance": 0.05}]}, []),
        ({"figures": [{"value": 2.5}]}, ["does not give 2.5"]),
    ],
)
def test_what_a_vital_nugget_tells_and_the_evidence_does_not_is_unbacked(nugget: object, words: list[str]) -> None:
    nuggets = [nugget, {"figures": [{"value": 300000, "unit": "INR"}]}]
    assert [(one.kind, one.words) for one in found(item(nuggets=nuggets))] == [
        ("unbacked", f"evidence set 1 of 1 {one}") for one in words
    ]


def test_the_quotes_of_one_set_back_a_nugget_together() -> None:
    sets = [[quote("Who bakes at night gets a tenth more."), quote(QUOTE)]]
    assert found(item(evidence=sets, nuggets=[{"says": [["tenth"], ["Pune"]]}])) == []


def test_a_set_is_judged_by_what_the_document_says_now() -> None:
    now = {**DOCUMENTS, "pay": Document("pay", "Pay in Pune", PAY.replace("300,000", "390,000"), "pay.md")}
    assert [one.kind for one in found(item(), documents=now)] == ["moved", "unbacked"]


def test_what_must_not_be_said_is_not_to_stand_in_the_evidence() -> None:
    (one,) = found(
        item(must_not_say=["400,000", "a Baker in Pune", "welder"], evidence=[[quote(QUOTE)], [quote(QUOTE)]])
    )
    assert one == Finding("baker", "forbidden", "the evidence itself says a Baker in Pune")
    assert one.error


@pytest.mark.parametrize(
    ("says", "told_by_chance"),
    [
        ([["earn"]], True),  # two of the four sections without evidence
        ([["baker", "earn"]], True),
        ([["earn"], ["people"]], False),  # one of them
        ([["earn"], ["baker"]], False),
        ([["people", "close at five"]], True),  # three
        ([["close at five"]], False),
    ],
)
def test_a_nugget_of_common_words_is_a_distractor(says: list[list[str]], told_by_chance: bool) -> None:
    # `earn` is in Bakers, Welders and Clerks; `people` in Welders, Ovens and Schools; `close` in Clerks
    everything = quote("## Bakers" + PAY.split("## Bakers")[1].split("\n\n## Welders")[0])
    nuggets = [{"says": says, "vital": False}, {"says": [["tenth"]]}]
    findings = found(item(nuggets=nuggets, evidence=[[everything]]))
    assert [(one.kind, one.error) for one in findings] == [("distractor", False)] * told_by_chance
    assert all(" of the 4 sections without evidence" in one.words for one in findings)


def test_where_no_quote_says_which_sections_are_evidence_common_words_are_no_fault() -> None:
    assert found(item(nuggets=[{"says": [["earn"]]}], evidence=[], keys=[["earn"]])) == []


def test_a_figure_is_no_chance() -> None:
    nugget = {"says": [["earn"]], "figures": [{"value": 300000, "unit": "INR"}]}
    assert found(item(nuggets=[nugget])) == []


@pytest.mark.parametrize(
    ("question", "nugget", "leaks"),
    [
        ("Do bakers do well in Pune?", {"says": [["baker"], ["Pune", "Nashik"]]}, "baker and Pune or Nashik"),
        ("Do bakers do well?", {"says": [["baker"], ["Pune", "Nashik"]]}, None),
        ("Is ₹3 lakh what bread brings in?", {"figures": [{"value": 300000, "unit": "INR"}]}, "300,000"),
        ("Is ₹4 lakh what bread brings in?", {"figures": [{"value": 300000, "unit": "INR"}]}, None),
    ],
)
def test_a_nugget_that_the_question_tells_leaks(question: str, nugget: object, leaks: str | None) -> None:
    findings = found(item(question=question, nuggets=[nugget]))
    said = [Finding("baker", "leak", f"the question tells {leaks}; add to the nugget what it leaves open")]
    assert findings == (said if leaks else [])
    assert not any(one.error for one in findings)


def test_a_follow_up_leaks_by_its_standalone_form() -> None:
    nuggets = [{"says": [["baker"]]}]
    assert found(item(nuggets=nuggets, question="And there?", history=["hi"], standalone="And the money there?")) == []
    (one,) = found(item(nuggets=nuggets, question="And there?", history=["hi"], standalone="And a baker's money?"))
    assert one.kind == "leak"


COPY = "Who bakes at night gets a tenth more."


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Is it so that who bakes at night has more?", ""),  # four words in a row
        ("Is it so that who bakes at night gets more?", "the question copies 'who bakes at night gets'"),
        ("Nights, tenth: get bakes?", ""),
        # of five content words, three of the four pairs of neighbours stand in the quote, and no run of five words
        ("Bakes by night, gets the tenth: unfair?", "75% of the question's pairs of words stand in its evidence"),
        ("Bakes by night, gets the tenth: deeply unfair?", ""),  # three of five
        ("Bakes by night, gets the tenth?", ""),  # too few to tell
    ],
)
def test_a_question_in_the_words_of_its_evidence_leaks(question: str, words: str) -> None:
    copied = item(
        question=question, nuggets=[{"says": [["gets a tenth more"]]}], evidence=[[quote(COPY)], [quote(COPY)]]
    )
    hint = "; ask in other words, or mark it easy"
    assert [(one.kind, one.words) for one in found(copied)] == ([("leak", words + hint)] if words else [])
    assert found(copied.model_copy(update={"difficulty": "easy"})) == []


ASKED = "Which bread do people in the far north of Norway like the most?"
TWO_WORDS_OFF = "Which bread do people in the far south of Sweden like the most?"  # 79 of 100 alike
ONE_WORD_OFF = "Which bread do people in the far north of Norway like the least?"  # 91


def absent(name: str, question: str, split: str, **changes: object) -> Item:
    """Return an item of a question that the documents do not answer."""
    return Item.model_validate({"id": name, "question": question, "behaviour": "abstain", "split": split} | changes)


@pytest.mark.parametrize(
    ("other", "split", "twins"),
    [
        (ASKED, "dev", True),
        (ASKED, "test", True),
        ("the far north of Norway: which bread do people like the most", "dev", True),  # order is no difference
        (ONE_WORD_OFF, "test", True),
        (ONE_WORD_OFF, "dev", False),  # 95 within a split
        (TWO_WORDS_OFF, "test", False),
        ("Which bread?", "test", False),  # all words of the one in the other
    ],
)
def test_questions_alike_are_twins(other: str, split: str, twins: bool) -> None:
    findings = found(absent("one", ASKED, "dev"), absent("two", other, split))
    assert [(one.item, one.kind, one.error) for one in findings] == ([("two", "twin", False)] if twins else [])
    assert all(one.words.startswith("asks what one asks (") and one.words.endswith(ASKED) for one in findings)


def test_questions_that_name_different_figures_are_no_twins() -> None:
    assert (
        found(
            absent("one", "What did flour cost in 1931?", "dev"), absent("two", "What did flour cost in 1932?", "test")
        )
        == []
    )


def test_a_follow_up_is_a_twin_by_its_standalone_form() -> None:
    follow_up = absent("two", "And there?", "dev", history=["Where?"], standalone=ASKED)
    assert [one.kind for one in found(absent("one", ASKED, "dev"), follow_up)] == ["twin"]
    other = absent("two", ASKED, "dev", history=["Where?"], standalone="Is it cold there?")
    assert found(absent("one", ASKED, "dev"), other) == []


@pytest.mark.parametrize(
    ("changes", "twins"),
    [
        ({"split": "test"}, True),
        ({"split": "dev"}, False),
        ({"split": "test", "evidence": [[quote(COPY)]], "nuggets": [{"says": [["tenth"]]}]}, False),  # another sentence
        ({"split": "test", "question": "With bread, what is the yearly pay?"}, False),
    ],
)
def test_questions_less_alike_are_twins_where_one_sentence_answers_both_splits(
    changes: dict[str, object], twins: bool
) -> None:
    reworded = item(**{"id": "bread", "question": "How much income does one have with bread?"} | changes)  # 81
    assert [(one.item, one.kind) for one in found(item(), reworded)] == ([("bread", "twin")] if twins else [])


def test_a_conversation_is_not_to_be_in_two_splits() -> None:
    first = absent("first", "Who sells rye?", "dev", conversation="rye")
    second = absent("second", "Is maize dear?", "dev", conversation="rye")
    third = absent("third", "May I pay later?", "test", conversation="rye")
    (one,) = found(first, second, third)
    assert one == Finding("third", "split conversation", "is in test, but first of the same conversation (rye) in dev")
    assert one.error
    assert found(first, second, third.model_copy(update={"conversation": "maize"})) == []
    assert found(first, third.model_copy(update={"conversation": ""})) == []


def untouched(*items: Item) -> list[str]:
    """Return the sections that lint finds untouched."""
    return [one.words for one in lint(items, DOCUMENTS) if (one.item, one.kind, one.error) == ("", "untouched", False)]


def test_sections_that_nothing_is_asked_about() -> None:
    others = ["pay > Welders", "pay > Clerks", "start > Ovens", "start > Schools"]
    assert untouched(item()) == others
    both = item(evidence=[[quote(QUOTE), quote("at five.\n")], [quote("Learn", "start")]])
    assert untouched(both) == ["pay > Welders", "start > Schools"]
    up_to = item(evidence=[[quote("tenth more.\n\n")]])  # the next section begins where it ends
    assert untouched(up_to) == others
    from_there = item(evidence=[[quote("## Welders")]])
    assert untouched(from_there) == ["pay > Bakers", "pay > Clerks", "start > Ovens", "start > Schools"]
    lost = item(evidence=[[{"doc": "pay", "quote": "Nobody weighs flour by the ounce any longer."}]])
    assert untouched(lost) == ["pay > Bakers", *others]


def test_fixing_gives_each_quote_its_words_place_and_neighbours() -> None:
    now = {
        "pay": Document(
            "pay", "Pay in Pune", "# Pay in Pune\n\nWages rose.\n\n" + PAY[15:].replace("Pune", "Pone"), "pay.md"
        )
    }
    (mended,) = fixed([item(evidence=[[{"doc": "pay", "quote": "Clerks earn"}, quote(QUOTE)]])], now)
    clerks, baker = mended.evidence[0]
    moved = len("Wages rose.\n\n")
    assert (clerks.start, clerks.quote) == (PAY.index("Clerks earn") + moved, "Clerks earn")
    assert clerks.before == " can do the work.\n\n## Clerks\n\n"  # 30 characters
    assert clerks.after == " the least of all, and their o"
    assert (baker.start, baker.end, baker.quote) == (26 + moved, 64 + moved, QUOTE.replace("Pune", "Pone"))
    assert mended == item(evidence=[[clerks.model_dump(), baker.model_dump()]])  # and nothing else has changed


def test_fixing_at_the_ends_of_a_document_takes_the_neighbours_there_are() -> None:
    whole = {"pay": Document("pay", "Pay", "Ten rupees.", "pay.md")}
    (mended,) = fixed([item(evidence=[[{"doc": "pay", "quote": "Ten rupees."}]])], whole)
    found_quote = mended.evidence[0][0]
    assert (found_quote.start, found_quote.end, found_quote.before, found_quote.after) == (0, 11, "", "")


def test_fixing_leaves_what_is_lost_and_what_is_right() -> None:
    lost = {"doc": "pay", "start": 4, "end": 9, "quote": "Nobody weighs flour by the ounce any longer."}
    items = [item(evidence=[[lost, {"doc": "play", "quote": "Ten"}]]), item(id="other"), absent("two", ASKED, "dev")]
    assert fixed(items, DOCUMENTS) == items


def test_what_is_fixed_is_no_longer_moved_and_fixing_it_changes_nothing() -> None:
    moved = item(evidence=[[quote(QUOTE) | {"start": 0, "end": 0, "before": ""}]])
    assert [one.kind for one in found(moved)] == ["moved"]
    mended = fixed([moved], DOCUMENTS)
    assert found(*mended) == []
    assert mended == [item()]
    assert fixed(mended, DOCUMENTS) == mended


def test_an_item_is_one_line_without_defaults_and_in_the_order_of_its_fields() -> None:
    line = dumps(
        [item(tags=["₹", "a\u2028b"], evidence=[[{"quote": "₹1", "doc": "pay"}]]), absent("two", ASKED, "dev")]
    )
    first, second, rest = line.split("\n")
    assert first == (
        '{"id": "baker", "question": "How much money does one make with bread?", "behaviour": "answer", '
        '"nuggets": [{"figures": [{"value": 300000.0, "unit": "INR"}]}], '
        '"evidence": [[{"doc": "pay", "quote": "₹1"}]], "tags": ["₹", "a\u2028b"], "split": "dev"}'
    )
    assert json.loads(second) == {"id": "two", "question": ASKED, "behaviour": "abstain", "split": "dev"}
    assert rest == ""


def test_a_saved_file_is_what_loads(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("old", encoding="utf-8")
    items = [item(), absent("two", "Was heißt\u2028„Brot“?", "test", tags=["typo"])]
    save(items, path)
    assert load(path) == items
    assert path.read_bytes() == dumps(items).encode()
    assert [one.name for one in tmp_path.iterdir()] == ["set.jsonl"]


def test_a_saved_file_behind_a_link_leaves_the_link(tmp_path: Path) -> None:
    path, link = tmp_path / "set.jsonl", tmp_path / "link.jsonl"
    path.write_text("old", encoding="utf-8")
    link.symlink_to(path)
    save([item()], link)
    assert link.is_symlink()
    assert load(path) == [item()]


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("old", encoding="utf-8")

    def full(self: Path, text: str, **_: object) -> int:
        self.write_bytes(text.encode()[:10])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(ItemError, match=r"set\.jsonl cannot be written: no space left"):
        save([item()], path)
    assert path.read_bytes() == b"old"
