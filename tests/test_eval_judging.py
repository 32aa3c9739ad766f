"""judging: one answer becomes its scores, each worked out by hand here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log2

import pytest
from test_answer_pipeline import EARNS, GIT, GUIDE, KEEPS, MAY, PAY, PLATFORMS, SHIPS, advisor, indexed

from advisor.answer.retrieve import Search
from advisor.answer.run import compose
from advisor.answer.spans import spans
from advisor.eval.controls import EXPECTED
from advisor.eval.gold import gold
from advisor.eval.items import Figure, Item, Nugget, Quote
from advisor.eval.judging import HEADLINES, METRICS, cited_texts, prose, scores
from advisor.eval.report import Scores
from advisor.types import Answer, Chunk, Citation, Kind, Passage, Sentence, Trace

WELCOME = Nugget(vital=False, says=(("Git",),))
EARN = Nugget(figures=(Figure(value=900_000, unit="INR"),))
BANK = Nugget(says=(("bank",), ("India", "Bharat")))
PAID = Item(
    id="pay",
    question=PAY,
    behaviour="answer",
    nuggets=(EARN, BANK, WELCOME),
    must_not_say=("Canada",),
    evidence=((Quote(doc="guide", quote=EARNS), Quote(doc="guide", quote=MAY)),),
    split="dev",
)
ABSENT = Item(id="none", question="Which bananas are yellow?", behaviour="abstain", must_not_say=("42",), split="dev")
HELD = ("mrr@10", "ndcg@10", "recall@1", "recall@5", "recall@10", "shown", "all shown")
TOLD = ("vital", "vital strict", "nuggets", "nuggets strict", "complete")
BACKED = ("grounded", "worst sentence", "citation precision", "citation recall", "followed")


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Search:
    return indexed(tmp_path_factory.mktemp("made"), GUIDE)


def said(
    search: Search, *texts: str, query: str = PAY, kind: Kind = "answer", shown: Sequence[Passage] | None = None
) -> Answer:
    """Return an answer of these sentences, each with the place in the passages that has its very words, if any."""
    passages = tuple(search.search(query, 6)) if shown is None else tuple(shown)
    found = {span.text: span for passage in reversed(passages) for span in spans(passage)}
    sentences = []
    for text in texts:
        cited = [found[text]] if text in found else []
        places = [Citation(s.passage.n, s.passage.chunk.id, s.passage.chunk.doc_id, s.start, s.end) for s in cited]
        sentences.append(Sentence(text, tuple(places), float(bool(places))))
    citations = tuple(citation for one in sentences for citation in one.citations)
    refused = f"Nothing is held on {PAY} {EARNS} {MAY} Canada"  # whose words count for nothing
    text = compose(sentences) if kind == "answer" else refused
    return Answer("As asked.", text, tuple(sentences), citations, passages, kind, Trace(query, "", ""))


def holding(search: Search, text: str) -> list[Passage]:
    """Return the passages that hold a text, found with the text itself."""
    return [passage for passage in search.search(text, 50) if text in passage.chunk.text]


def judged(search: Search, item: Item, answer: Answer) -> Scores:
    return scores(item, answer, gold(item, search.index.documents), search)


def check(found: Scores, **expected: float | None) -> None:
    """Check the scores whose names are given with _ for a space."""
    named = {name.replace("_", " "): value for name, value in expected.items()}
    assert {name: found[name] for name in named} == pytest.approx(named)


# Whole, half and wrong


def test_an_answer_that_tells_it_all(search: Search) -> None:
    found = judged(search, PAID, said(search, EARNS, MAY))
    check(found, vital=1, vital_strict=1, nuggets=2 / 3, nuggets_strict=2 / 3, complete=1)
    check(found, figures_right=1, figures_told=1, clean=1, right=1, credit=1)
    check(found, grounded=1, worst_sentence=1, citation_precision=1, citation_recall=1)
    assert [found[name] for name in HELD] == [1.0] * len(HELD)
    assert found["rewrite f1"] is None


def test_an_answer_that_tells_half(search: Search) -> None:
    """Of the bank and India it tells India alone: half a nugget, and none of the strict ones."""
    found = judged(search, PAID, said(search, EARNS))
    check(found, vital=3 / 4, vital_strict=1 / 2, nuggets=1 / 2, nuggets_strict=1 / 3, complete=0)
    check(found, figures_told=1, right=1, credit=0, clean=1)


def test_an_answer_beside_the_point_is_worse_than_a_refusal(search: Search) -> None:
    found = judged(search, PAID, said(search, KEEPS))
    check(found, vital=0, vital_strict=0, nuggets=1 / 3, nuggets_strict=1 / 3, complete=0)
    check(found, figures_right=None, figures_told=0, right=1, credit=-1, clean=1)


def test_what_must_not_be_said_costs_all_credit(search: Search) -> None:
    found = judged(search, PAID, said(search, EARNS, MAY, "In Canada 5% of them do."))
    check(found, complete=1, clean=0, credit=-1, right=1)
    check(found, figures_right=1 / 2, figures_told=1)  # of 900,000 rupees and 5%
    check(found, grounded=2 / 3, worst_sentence=0, citation_precision=1, citation_recall=2 / 3)


def test_a_figure_that_no_quote_but_a_cited_text_holds_is_right(search: Search) -> None:
    untrue = "In 2020 a baker got 30 coins."
    passage = search.search(PAY, 1)[0]
    chunk = passage.chunk
    mine = Sentence(EARNS, (Citation(1, chunk.id, chunk.doc_id, chunk.start, chunk.end),), 1.0)
    other = Answer(PAY, "", (Sentence(untrue, (), 0.0), mine), (), (passage,), "answer", Trace(PAY, "", ""))
    check(judged(search, PAID, other), figures_right=1 / 3)
    cut = PAID.model_copy(update={"evidence": ((Quote(doc="guide", quote=MAY),),), "nuggets": (BANK,)})
    check(judged(search, cut, said(search, EARNS)), figures_right=1, figures_told=None)


def test_the_number_of_a_list_item_is_no_figure_of_the_answer(search: Search) -> None:
    check(judged(search, PAID, said(search, EARNS, "3. Data Engineering:")), figures_right=1)


def test_an_answer_of_no_sentence_is_wrong_and_claims_nothing(search: Search) -> None:
    found = judged(search, PAID, said(search))
    check(found, vital=0, credit=-1, right=1, clean=1, grounded=1, citation_precision=None, citation_recall=None)


# Refusals


@pytest.mark.parametrize("kind", ["abstain", "smalltalk"])
def test_a_wrong_refusal_tells_nothing_whatever_its_text_says(kind: Kind, search: Search) -> None:
    found = judged(search, PAID, said(search, kind=kind))
    check(found, right=0, credit=0, vital=0, vital_strict=0, nuggets=0, nuggets_strict=0, complete=0)
    check(found, figures_right=None, figures_told=0, clean=None)
    assert [found[name] for name in BACKED] == [None] * len(BACKED)
    check(found, shown=1)  # the passages were there


@pytest.mark.parametrize("behaviour", ["abstain", "clarify"])
def test_a_right_refusal_is_right_and_says_nothing_else(behaviour: str, search: Search) -> None:
    item = ABSENT.model_copy(update={"behaviour": behaviour})
    found = judged(search, item, said(search, kind="abstain"))
    assert {name: score for name, score in found.items() if score is not None} == {"right": 1.0, "credit": 1.0}


def test_an_answer_to_what_the_documents_lack_is_wrong_however_well_backed(search: Search) -> None:
    found = judged(search, ABSENT, said(search, EARNS))
    check(found, right=0, credit=-1, grounded=1, citation_recall=1, clean=1, vital=None, shown=None)
    check(judged(search, ABSENT, said(search, "It is 42.")), clean=0, credit=-1, grounded=0)


# What was found


def test_what_was_found_is_judged_on_the_question_as_it_was_searched_for(search: Search) -> None:
    asked = "Which data does Git keep?"
    ranked = [EARNS in passage.chunk.text for passage in search.search(asked, 10)]
    place = 1 + ranked.index(True)
    assert place > 1
    found = judged(search, PAID, said(search, KEEPS, query=asked))
    check(found, **{"mrr@10": 1 / place, "ndcg@10": 1 / log2(1 + place), "recall@1": 0, "recall@10": 1})
    check(found, **{"recall@5": float(place <= 5)})


def test_half_of_the_evidence_in_each_of_two_passages(search: Search) -> None:
    quotes = (Quote(doc="guide", quote=EARNS), Quote(doc="guide", quote=KEEPS))
    item = PAID.model_copy(update={"evidence": (quotes,)})
    shown = search.search(PAY, 1)
    found = judged(search, item, said(search, EARNS, shown=shown))
    check(found, shown=1 / 2, all_shown=0, **{"recall@1": 1 / 2, "recall@10": 1, "mrr@10": 1})
    whole = judged(search, item, said(search, EARNS, shown=[*shown, *holding(search, KEEPS)]))
    check(whole, shown=1, all_shown=1)
    check(judged(search, item, said(search, EARNS, shown=())), shown=0, all_shown=0)


def test_either_of_two_sets_of_evidence_is_enough(search: Search) -> None:
    item = PAID.model_copy(
        update={"evidence": ((Quote(doc="guide", quote=KEEPS),), (Quote(doc="guide", quote=EARNS),))}
    )
    check(judged(search, item, said(search, EARNS, shown=search.search(PAY, 1))), shown=1, all_shown=1)


def test_keys_are_evidence_where_no_document_of_a_quote_is_there(search: Search) -> None:
    item = PAID.model_copy(
        update={"evidence": ((Quote(doc="elsewhere", quote=EARNS),),), "keys": (("engineer", "900,000"),)}
    )
    check(judged(search, item, said(search, EARNS)), shown=1, all_shown=1, **{"mrr@10": 1})


# A follow-up


def test_a_follow_up_is_judged_on_its_gold_form(search: Search) -> None:
    """Of 10 and 8 words, 7 are shared: what, earn, in, India, a, data, engineer."""
    item = PAID.model_copy(update={"history": ("What may an analyst earn in India?",), "standalone": PAY})
    answer = said(search, EARNS, query="What may an analyst earn in India – a data engineer?")
    check(judged(search, item, answer), **{"rewrite f1": 14 / 18})
    check(judged(search, item, said(search, EARNS)), **{"rewrite f1": 1})
    check(judged(search, item, said(search, kind="abstain", query="bananas")), **{"rewrite f1": 0})


# What the model wrote

HALF = "A data engineer earns a fortune."  # three words of EARNS: data, engineer, earns; of ₹, 900,000, year, in, India
QUOTED, BACKED_BY, UNBACKED = (True, True), (True, False), (False, False)


def wrote(*told: tuple[str, tuple[bool, bool]], dropped: Sequence[str] = ()) -> Answer:
    """Return an answer of sentences, each with whether it is backed and whether it is quoted."""
    piece = Chunk("made", "guide", ("Pay",), 0, 0, f"## Pay\n\n{EARNS}\n\nBananas are yellow.")
    cited = (Citation(1, piece.id, piece.doc_id, 0, 9),)
    sentences = tuple(Sentence(text, cited if backed else (), 1.0, 0, quoted) for text, (backed, quoted) in told)
    shown = (Passage(1, piece, "", "", 1.0),)
    return Answer(PAY, "", sentences, (), shown, "answer", Trace(PAY, "", "", dropped=tuple(dropped)))


@pytest.mark.parametrize(
    ("answer", "followed"),
    [
        (wrote((EARNS, BACKED_BY)), 1),
        (wrote(("Engineers of data, in other words.", BACKED_BY)), 1),  # backed is backed
        (wrote((HALF, UNBACKED)), 3 / 8),
        (wrote((EARNS, BACKED_BY), dropped=[HALF]), (1 + 3 / 8) / 2),
        (wrote((HALF, UNBACKED), dropped=["Bananas are red", "Monkeys"]), (3 / 8 + 1 / 2 + 0) / 3),  # of the nearest
        (wrote((EARNS, QUOTED), (EARNS, QUOTED), dropped=["Monkeys"]), 0),  # quotes are none of its work
        (wrote(dropped=["Pay"]), 0),  # a heading is no source
        (wrote((EARNS, QUOTED)), None),  # it wrote nothing
        (wrote(), None),
    ],
)
def test_followed_is_how_far_what_the_model_wrote_goes_along_with_a_source(
    search: Search, answer: Answer, followed: float | None
) -> None:
    check(judged(search, PAID, answer), followed=followed)


def test_followed_without_a_passage_is_nothing(search: Search) -> None:
    bare = replace(wrote((HALF, UNBACKED)), passages=())
    check(judged(search, PAID, bare), followed=0)


@pytest.mark.parametrize(
    ("question", "reply", "followed"),
    [
        (PAY, f"{EARNS} {MAY}", 1),
        (PAY, f"{EARNS} Monkeys eat bananas.", 1 / 2),
        (PAY, "Monkeys eat bananas.", 0),
        (PAY, "", None),
        (PLATFORMS, EARNS, None),  # a list is quoted without the model
        ("Which bananas ripen soonest?", EARNS, None),  # refused
    ],
)
def test_followed_of_what_a_model_wrote(search: Search, question: str, reply: str, followed: float | None) -> None:
    check(judged(search, PAID, advisor(search, reply)[0].ask(question)), followed=followed)


# What an answer points at


def test_the_words_that_are_cited_are_those_of_the_documents(search: Search) -> None:
    shown = [passage for text in (EARNS, KEEPS, SHIPS) for passage in holding(search, text)]
    answer = said(search, EARNS, MAY, KEEPS, "Bananas.", SHIPS, shown=shown)
    assert cited_texts(answer.sentences, answer) == [EARNS, MAY, KEEPS, SHIPS]
    assert cited_texts(answer.sentences[3:4], answer) == []
    document = search.index.documents["guide"].text
    assert [document[one.start : one.end] for one in answer.citations] == [EARNS, MAY, KEEPS, SHIPS]


def test_prose_has_no_marks(search: Search) -> None:
    answer = said(search, EARNS, MAY)
    assert answer.text == f"{EARNS} [1] {MAY} [1]"
    assert prose(answer) == f"{EARNS}\n{MAY}"
    assert prose(said(search, kind="abstain")) == ""


# The list of metrics


@pytest.mark.parametrize("question", [PAY, GIT, PLATFORMS, "Which bananas are yellow?", "Hello!", "What about it?"])
@pytest.mark.parametrize("reply", [EARNS, "Bananas are 42.", ""])
@pytest.mark.parametrize("item", [PAID, ABSENT])
def test_every_answer_has_every_score_in_its_range(question: str, reply: str, item: Item, search: Search) -> None:
    found = judged(search, item, advisor(search, reply)[0].ask(question))
    assert [*found] == [measure.name for measure in METRICS]
    values = {name: value for name, value in found.items() if value is not None}
    assert all((-1 if name == "credit" else 0) <= value <= 1 for name, value in values.items())
    assert {type(value) for value in values.values()} == {float}
    assert {"right", "credit"} <= values.keys()
    assert (item is PAID) == all(name in values for name in (*HELD, *TOLD))


def test_the_metrics_have_names_of_their_own_and_the_controls_know_them() -> None:
    names = [measure.name for measure in METRICS]
    assert len(set(names)) == len(names)
    assert set(HEADLINES) == {measure.name for measure in METRICS if measure.headline}
    assert {metric for metric, _ in EXPECTED} <= set(HEADLINES)
