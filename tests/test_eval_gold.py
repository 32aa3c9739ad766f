"""gold: quotes are found by their place, their words or words much like them; and how much of them a text holds."""

import random

import pytest

from advisor.errors import ItemError
from advisor.eval.gold import Gold, Keys, Place, gold, locate, relevant
from advisor.eval.items import Item, Quote
from advisor.types import Document

PAY = "A junior baker earns 30,000 coins a year in the harbour town."
OVEN = "An oven is heated with dry beech wood long before dawn."
TEXT = f"# Bakers\n\nIn summer: {PAY} So they say.\n\n{OVEN}\n\nIn winter: {PAY} Nobody knows why.\n"
FIRST, LAST = TEXT.index(PAY), TEXT.rindex(PAY)


def document(text: str = TEXT, name: str = "bakers") -> Document:
    return Document(name, "", text, f"{name}.md")


def quote(words: str = PAY, start: int = 0, before: str = "", after: str = "", doc: str = "bakers") -> Quote:
    return Quote(doc=doc, start=start, end=start + len(words), quote=words, before=before, after=after)


def item(*sets: tuple[Quote, ...], keys: tuple[tuple[str, ...], ...] = (), behaviour: str = "answer") -> Item:
    nuggets = [{"says": [["coins"]]}] if behaviour == "answer" else []
    return Item.model_validate(
        {"id": "pay", "question": "What?", "behaviour": behaviour, "split": "dev", "nuggets": nuggets}
        | {"evidence": sets, "keys": keys}
    )


# Where a quote is


@pytest.mark.parametrize("start", [FIRST, LAST])
def test_offsets_that_hold_the_words_are_taken_at_once(start: int) -> None:
    """Even where the neighbours speak for the other place."""
    other = quote(start=start, before="In winter: ", after=" Nobody") if start == FIRST else quote(start=start)
    assert locate(other, document()) == Place("bakers", start, start + len(PAY), PAY)


@pytest.mark.parametrize("start", [0, 3, 10_000])
def test_words_that_stand_once_are_found_whatever_the_offsets(start: int) -> None:
    at = TEXT.index(OVEN)
    assert locate(quote(OVEN, start), document()) == Place("bakers", at, at + len(OVEN), OVEN)


@pytest.mark.parametrize(
    ("before", "after", "start"),
    [
        ("In summer: ", " So they say.", FIRST),
        ("In winter: ", " Nobody knows", LAST),
        ("", " Nobody", LAST),
        ("In sommer: ", "", FIRST),
        ("In vinter: ", "", LAST),
    ],
)
def test_of_two_places_the_neighbours_decide(before: str, after: str, start: int) -> None:
    """The offsets, of which neither holds the words, are nearer to the other one."""
    near = FIRST + 1 if start == LAST else LAST - 1
    found = locate(quote(start=near, before=before, after=after), document())
    assert found == Place("bakers", start, start + len(PAY), PAY)


@pytest.mark.parametrize(("near", "start"), [(1, FIRST), (FIRST + 9, FIRST), (LAST - 9, LAST), (9999, LAST)])
def test_without_neighbours_the_nearer_place_is_taken(near: int, start: int) -> None:
    found = locate(quote(start=near), document())
    assert found is not None
    assert found.start == start


def test_places_may_lie_over_each_other() -> None:
    found = locate(quote("ana", 9, before="ban"), document("banana"))
    assert found == Place("bakers", 3, 6, "ana")


@pytest.mark.parametrize(
    ("was", "now"), [("30,000", "32,500"), ("junior baker", "Junior Baker"), ("a year", "yearly"), ("A junior", "The")]
)
def test_words_that_were_edited_are_found_by_likeness(was: str, now: str) -> None:
    edited = PAY.replace(was, now)
    text = f"# Bakers\n\n{OVEN} {edited} {OVEN}\n"
    found = locate(quote(start=4), document(text))
    assert found is not None
    assert text[found.start : found.end] == found.text
    assert {*PAY.split()} & {*edited.split()} <= {*found.text.split()}
    assert len(found.text.split()) <= len(PAY.split())


@pytest.mark.parametrize("text", ["", "A junior", f"{OVEN}\n\n{OVEN}", "Bakers earn what bakers have always earned."])
def test_what_is_not_said_is_lost(text: str) -> None:
    assert locate(quote(), document(text)) is None


def test_a_document_shorter_than_the_quote_does_not_hold_it() -> None:
    """Though its words are all in the quote."""
    assert locate(quote(), document(PAY[:-1])) is None


# How much of it a text holds

TEN = Place("d", 0, 0, "one two three four five six seven eight nine ten")
THREE = Place("d", 0, 0, "alpha beta gamma")


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("one two three four five six seven eight nine ten", range(10)),
        ("so: one two three four five six seven eight nine ten, they say", range(9)),  # "ten," is another word
        ("zero one two three four five", range(5)),
        ("seven eight nine ten eleven", range(6, 10)),
        ("three  four\nfive\tsix", range(2, 6)),
        ("one two three four and five six seven eight nine", range(4, 9)),  # the longer run alone
        ("one two three and four five six", range(0)),  # runs of three are chance
        ("One Two Three Four", range(0)),
        ("four three two one", range(0)),
        ("", range(0)),
    ],
)
def test_marked_words_by_hand(text: str, marked: range) -> None:
    assert TEN.marked(text) == set(marked)
    assert TEN.share([text]) == len(marked) / 10


@pytest.mark.parametrize(
    ("text", "marked"), [("of alpha beta gamma", {0, 1, 2}), ("beta gamma", {1, 2}), ("a gamma", {2}), ("delta", set())]
)
def test_a_place_of_few_words_is_marked_from_one_word_on(text: str, marked: set[int]) -> None:
    assert THREE.marked(text) == marked


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("a b c one two three four five d e f g h i j k", True),  # half of the place
        ("a b c one two three four d e f g h i j k l", False),
        ("six seven eight nine", True),  # a passage that is all of the place
        ("six seven eight nine a b c d", True),  # half of the passage
        ("six seven eight nine a b c d e", False),
        ("one two three", False),
        ("", False),
    ],
)
def test_a_passage_is_evidence_by_half_of_the_shorter(text: str, held: bool) -> None:
    assert TEN.is_in(text) is held
    assert Gold(((TEN,),)).is_in(text) is held


def longest_run(mine: list[str], other: list[str]) -> int:
    """Return the length of the longest run of words of both, by trying all."""
    runs = {tuple(other[a:b]) for a in range(len(other)) for b in range(a + 1, len(other) + 1)}
    lengths = [b - a for a in range(len(mine)) for b in range(a + 1, len(mine) + 1) if tuple(mine[a:b]) in runs]
    return max(lengths, default=0)


@pytest.mark.parametrize("seed", range(40))
def test_the_marked_words_are_the_longest_run_of_both(seed: int) -> None:
    rng = random.Random(seed)
    mine, other = ([rng.choice("abc") for _ in range(rng.randint(1, 14))] for _ in range(2))
    marked = sorted(Place("d", 0, 0, " ".join(mine)).marked(" ".join(other)))
    longest = longest_run(mine, other)
    assert len(marked) == (longest if longest >= 4 or len(mine) < 4 else 0)
    if marked:
        assert marked == [*range(marked[0], marked[-1] + 1)]
        assert " ".join(mine[place] for place in marked) in " ".join(other)


def test_the_likeliest_words_are_no_junk_however_often_they_stand() -> None:
    """Past 200 elements, difflib leaves out of account what is frequent, unless it is told not to."""
    assert Place("d", 0, 0, "of the of the").marked("so: " + "of the " * 200) == {0, 1, 2, 3}


# A quote that is cut over two passages


def test_two_passages_hold_a_quote_together() -> None:
    needed = Gold(((TEN,),))
    head, tail, middle = "x y one two three four five six", "seven eight nine ten z", "four five six seven"
    assert [needed.recall(texts) for texts in ([], [head], [tail], [head, tail])] == [0.0, 0.6, 0.4, 1.0]
    assert needed.recall([tail, middle]) == 0.7  # what both hold counts once
    assert needed.recall([head, head, middle]) == pytest.approx(0.7)
    assert needed.is_whole([head, tail])
    assert needed.is_whole([tail, "of no use", head])
    assert not needed.is_whole([head])
    assert not needed.is_whole([])


def test_nine_words_of_ten_are_all_of_it() -> None:
    needed = Gold(((TEN,),))
    assert needed.is_whole(["one two three four five six seven eight nine"])
    assert not needed.is_whole(["one two three four five six seven eight"])
    assert needed.recall(["one two three four five six seven eight nine"]) == 0.9
    longer = Place("d", 0, 0, " ".join(f"w{n}" for n in range(100)))
    heads = [" ".join(f"w{n}" for n in range(size)) for size in (89, 90)]
    assert [Gold(((longer,),)).is_whole([head]) for head in heads] == [False, True]


# Several quotes, and several sets of them

OTHER = Place("e", 0, 0, "a b c d e f g h i j")
LONE = Place("f", 0, 0, "p q r s t u v w")


def test_of_a_set_all_quotes_are_needed() -> None:
    both = Gold(((TEN, OTHER),))
    assert both.recall([TEN.text]) == 0.5
    assert both.recall([TEN.text, "a b c d e"]) == 0.75
    assert both.recall([f"{OTHER.text} {TEN.text}"]) == 1.0
    assert both.is_in(TEN.text)
    assert both.is_in(OTHER.text)
    assert not both.is_whole([TEN.text])
    assert both.is_whole([OTHER.text, TEN.text])


def test_of_several_sets_one_is_enough() -> None:
    either = Gold(((TEN, OTHER), (LONE,)))
    assert either.is_whole([LONE.text])
    assert not either.is_whole([TEN.text, "p q r s t"])
    assert either.is_in(LONE.text)
    assert either.recall([LONE.text]) == 1.0
    assert either.recall([TEN.text]) == 0.5
    assert either.recall([TEN.text, "p q r s t u"]) == 0.75  # of the set of which there is most


def test_nothing_is_needed_of_what_is_to_be_refused() -> None:
    none = Gold(())
    assert (none.recall([PAY]), none.is_whole([PAY]), none.is_in(PAY)) == (0.0, False, False)


def test_keys_must_stand_in_one_passage() -> None:
    needed = Gold(((Keys(("30,000", "year")),), (Keys(("beech",)),)))
    assert needed.is_in("30 000 coins") is needed.is_in("30,000 coins") is False
    assert needed.is_in("30,000 coins in two YEARS")
    assert needed.recall(["30,000 coins", "a year"]) == 0.0
    assert not needed.is_whole(["30,000 coins", "a year"])
    assert needed.recall(["no", "30000 a year"]) == 1.0
    assert needed.is_whole(["no", "Beech-wood"])
    assert Keys(("30,000", "year")).share(["30,000", "30,000 a year"]) == 1.0


def test_relevant_counts_the_texts_that_are_evidence() -> None:
    texts = (TEN.text, "nothing", "six seven eight nine", "one two", LONE.text)
    assert relevant(Gold(((TEN,),)), texts) == 2
    assert relevant(Gold(((TEN,), (LONE,))), texts) == 3
    assert relevant(Gold(()), texts) == 0


# What an item needs of the documents at hand

BOTH = {"bakers": document(), "ovens": document(f"Of ovens. {OVEN}", "ovens")}


def test_gold_is_where_the_quotes_are() -> None:
    asked = item((quote(start=LAST), quote(OVEN, doc="ovens")), (quote(OVEN),))
    at = TEXT.index(OVEN)
    assert gold(asked, BOTH).sets == (
        (Place("bakers", LAST, LAST + len(PAY), PAY), Place("ovens", 10, 10 + len(OVEN), OVEN)),
        (Place("bakers", at, at + len(OVEN), OVEN),),
    )


def test_a_set_with_a_quote_of_an_absent_document_is_left_out() -> None:
    asked = item((quote(), quote(OVEN, doc="ovens")), (quote(OVEN),), keys=(("coins",),))
    (only,) = gold(asked, {"bakers": document()}).sets
    assert [place.text for place in only if isinstance(place, Place)] == [OVEN]


def test_in_other_documents_the_keys_are_needed_and_in_its_own_they_are_not() -> None:
    asked = item((quote(),), keys=(("coins", "year"), ("beech",)))
    other = {"other": document(TEXT, "other")}
    assert gold(asked, other) == Gold(((Keys(("coins", "year")),), (Keys(("beech",)),)))
    assert all(isinstance(one, Place) for needed in gold(asked, BOTH).sets for one in needed)


def test_an_item_of_keys_alone_is_for_any_documents() -> None:
    assert gold(item(keys=(("coins",),)), BOTH) == Gold(((Keys(("coins",)),),))


@pytest.mark.parametrize("behaviour", ["abstain", "clarify"])
def test_an_item_that_is_not_to_be_answered_needs_nothing(behaviour: str) -> None:
    assert gold(item(behaviour=behaviour), BOTH) == Gold(())


def test_a_lost_quote_is_told_with_what_finds_it() -> None:
    with pytest.raises(ItemError) as caught:
        gold(item((quote(OVEN, doc="ovens"),), keys=(("oven",),)), {"ovens": document("Nothing at all.", "ovens")})
    assert str(caught.value) == f"item pay: ovens no longer says {OVEN!r}; run: advisor eval lint"


def test_a_long_lost_quote_is_told_by_its_beginning() -> None:
    with pytest.raises(ItemError, match=r"no longer says '(word ){12}'; run"):
        gold(item((quote("word " * 40),)), {"bakers": document("Nothing at all.")})


def test_documents_that_an_item_says_nothing_of_are_told() -> None:
    asked = item((quote(), quote(OVEN, doc="ovens")), (quote(OVEN),))
    with pytest.raises(ItemError) as caught:
        gold(asked, {"other": document(TEXT, "other")})
    assert str(caught.value) == (
        "item pay: the index has none of its documents (bakers, ovens) and it has no keys; add keys"
    )
