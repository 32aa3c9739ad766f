"""plain: pieces of the files as they are, the best four in one prompt, and what the model writes as the answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeEmbedder, FakeGenerator, Models

from advisor import open as opening
from advisor import paths
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.errors import CorpusError, ItemError, ModelError
from advisor.eval import baseline, controls, experiment, plain
from advisor.eval.gold import Keys, Place, gold
from advisor.eval.items import Item, Nugget, Quote
from advisor.eval.items import load as load_items
from advisor.eval.plain import Pieces, PlainAdvisor, declines
from advisor.eval.report import Report
from advisor.eval.run import Cells
from advisor.eval.systems import System, opened
from advisor.eval.systems import load as load_systems
from advisor.eval.why import gold_passages
from advisor.models import embedders, generators
from advisor.types import Answer, Retrieved, Sentence, Turn

BAKERS = "- **Bakers:** a baker earns **500 coins** a month and bakes at dawn."
TOWN = "\n\n".join(f"## Street {n}\n\nIn street {n} lives a smith who sells {n} nails." for n in range(60))
TEXT = f"---\ntitle: The town\n---\n# Town\n\n{BAKERS}\n\n{TOWN}\n"
ASKED = "What does a baker earn?"
SAID = "A baker earns 500 coins. And bakes at dawn"


@pytest.fixture(autouse=True)
def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Models:
    found = Models(SAID, {"an/other": "I do not know."})
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: FakeEmbedder())
    monkeypatch.setattr(embedders, "identity", lambda spec: "fake")
    monkeypatch.setattr(generators, "load_generator", found)
    return found


@pytest.fixture
def usual(tmp_path: Path) -> Search:
    return searched(tmp_path / "notes", {"town.md": TEXT, "sea.txt": "The sea is wide and holds herring.\n"})


def searched(folder: Path, notes: dict[str, str]) -> Search:
    """Return the advisor's search over files of these names and texts."""
    folder.mkdir()
    for name, text in notes.items():
        (folder / name).write_text(text, encoding="utf-8")
    return opening.open_search([str(folder)], folder.parent / "ix", Config())


def answering(usual: Search, *replies: str) -> tuple[PlainAdvisor, FakeGenerator]:
    generator = FakeGenerator(*replies)
    config = Config(passages=plain.PASSAGES)
    return PlainAdvisor(Pieces(usual, config), plain.template(), lambda: generator, config), generator


def item(
    name: str, question: str, *words: str, quote: str = "", history: tuple[str, ...] = (), standalone: str = ""
) -> Item:
    return Item(
        id=name,
        question=question,
        history=history,
        standalone=standalone,
        behaviour="answer" if words else "abstain",
        nuggets=(Nugget(says=tuple((word,) for word in words)),) if words else (),
        evidence=((Quote(doc="town", quote=quote),),) if quote else (),
        split="dev",
    )


# What is searched


def test_the_pieces_are_those_of_the_baseline_and_spans_of_the_files_as_they_are(usual: Search, tmp_path: Path) -> None:
    pieces = Pieces(usual, Config())
    documents, chunks = pieces.index.documents, pieces.index.chunks
    assert sorted(one.text for one in documents.values()) == sorted(
        path.read_text(encoding="utf-8") for path in (tmp_path / "notes").iterdir()
    )
    assert [chunk.text for chunk in chunks if chunk.doc_id.startswith("town")] == baseline.split(TEXT)
    assert all(documents[one.doc_id].text[one.start : one.end] == one.text for one in chunks)
    assert len({chunk.id for chunk in chunks}) == len(chunks) > 5
    assert not {chunk.id for chunk in chunks} & {chunk.id for chunk in usual.index.chunks}


def test_the_files_keep_the_advisor_s_titles_and_sources_and_have_ids_of_their_own(usual: Search) -> None:
    """Else a place in a file as it is would be taken for one in the cleaned document."""
    pieces = Pieces(usual, Config())
    assert pieces.named.keys() == usual.index.documents.keys() == {"town", "sea"}
    for name, document in pieces.named.items():
        cleaned = usual.index.documents[name]
        assert (document.title, document.source) == (cleaned.title, cleaned.source)
    assert not pieces.index.documents.keys() & usual.index.documents.keys()


@pytest.mark.parametrize("query", [ASKED, "Who sells 17 nails?", "herring", "nothing of the kind"])
def test_pieces_are_ranked_as_the_baseline_ranks_them(query: str, usual: Search, tmp_path: Path) -> None:
    """With many ties among the streets, which are broken alike."""
    plainly, pieces = baseline.Baseline([tmp_path / "notes"], FakeEmbedder()), Pieces(usual, Config())
    found, hits = pieces.search(query, 10), plainly.search(query, 10)
    assert [(one.score, one.chunk.text) for one in found] == [(hit.score, plainly.texts[hit.chunk_id]) for hit in hits]
    assert [passage.n for passage in found] == [*range(1, len(pieces.search(query, 10)) + 1)]
    assert all(passage.stages[-1].chunk_id == passage.chunk.id for passage in found)


def test_what_the_advisor_leaves_out_is_left_out(tmp_path: Path) -> None:
    notes = {"town.md": TEXT, "empty.md": "", "town.txt": "Another file of the same id.", "odd.bin": "x"}
    usual = searched(tmp_path / "notes", notes)
    assert {one.source for one in Pieces(usual, Config()).index.documents.values()} == {
        one.source for one in usual.index.documents.values()
    }


def test_files_that_are_gone_are_said(usual: Search, tmp_path: Path) -> None:
    for path in (tmp_path / "notes").iterdir():
        path.unlink()
    with pytest.raises(CorpusError, match=r"no text in .*notes.*; run: advisor index"):
        Pieces(usual, Config())


# What an item needs of the files as they are


def test_evidence_is_found_again_in_the_file_as_it_is(usual: Search) -> None:
    quote = "Bakers: a baker earns 500 coins a month and bakes at dawn."
    pieces, asked = Pieces(usual, Config()), item("x", ASKED, "500", quote=quote)
    ((place,),) = pieces.gold(asked).sets
    assert isinstance(place, Place)
    assert place.text == "**Bakers:** a baker earns **500 coins** a month and bakes at"  # of the quote's length
    assert pieces.index.documents[place.doc_id].text[place.start : place.end] == place.text
    assert pieces.gold(asked).is_whole([chunk.text for chunk in pieces.index.chunks])
    assert not gold(asked, usual.index.documents).is_whole([chunk.text for chunk in pieces.index.chunks])


def test_what_the_file_as_it_is_does_not_say_is_taken_from_the_cleaned_one(tmp_path: Path) -> None:
    said = "Ovens are heated with dry beech wood."
    usual = searched(tmp_path / "notes", {"town.html": f"<h1>Town</h1>\n<p>{said}</p>"})
    pieces, asked = Pieces(usual, Config()), item("x", "What heats ovens?", "beech", quote=said)
    pieces.named["town"] = replace(pieces.named["town"], text="Nothing of the kind.")
    assert pieces.gold(asked) == gold(asked, usual.index.documents)
    with pytest.raises(ItemError, match="town no longer says"):
        pieces.gold(item("y", "What heats ovens?", "coal", quote="The stoves of every inn burn only black coal."))


def test_an_item_of_other_documents_is_judged_by_its_keys(usual: Search) -> None:
    asked = item("x", ASKED, "500", quote="x").model_copy(
        update={"evidence": ((Quote(doc="other", quote="x"),),), "keys": (("baker", "500"),)}
    )
    assert plain.evidence(asked, Pieces(usual, Config())) == plain.evidence(asked, usual)
    assert plain.evidence(asked, usual).sets == ((Keys(("baker", "500")),),)


def test_an_advisor_s_evidence_is_in_its_own_documents(usual: Search) -> None:
    asked = item("x", ASKED, "500", quote="Bakers: a baker earns 500 coins a month and bakes at dawn.")
    assert plain.evidence(asked, usual) == gold(asked, usual.index.documents)
    assert plain.evidence(asked, usual) != plain.evidence(asked, Pieces(usual, Config()))


# What is answered


def test_the_best_four_pieces_go_whole_into_one_prompt(usual: Search) -> None:
    made, generator = answering(usual, SAID)
    answer = made.ask(ASKED)
    (prompt,) = generator.prompts
    (turn,) = prompt.messages
    best = made.search.search(ASKED, 4)
    assert list(answer.passages) == best
    assert BAKERS in best[0].chunk.text
    assert turn.role == "user"
    assert turn.text == (
        "Answer the question using only the context below. If the context does not hold the answer, say that you do"
        " not know.\n\nContext:\n" + "\n\n".join(one.chunk.text for one in best) + f"\n\nQuestion: {ASKED}"
    )


def test_what_the_model_writes_is_the_answer_and_nothing_is_cited_or_checked(usual: Search) -> None:
    made, _ = answering(usual, "Bakers **sing** [1].\n\n- They earn 7 rubies. And bake at da")
    retrieved, *said, answer = made.stream(ASKED)
    assert isinstance(answer, Answer)
    assert retrieved == Retrieved(ASKED, answer.passages)
    texts = ["Bakers sing.", "They earn 7 rubies.", "And bake at da"]
    assert said == list(answer.sentences) == [Sentence(text, (), 0.0) for text in texts]
    assert answer.text == "Bakers **sing** [1].\n\n- They earn 7 rubies. And bake at da"
    assert (answer.kind, answer.citations) == ("answer", ())
    assert not any(sentence.backed for sentence in answer.sentences)


def test_a_trace_tells_the_prompt_the_model_and_what_it_took(usual: Search) -> None:
    made, generator = answering(usual, SAID)
    trace = made.ask(ASKED).trace
    assert (trace.rewritten, trace.prompt, trace.model, trace.confidence) == (ASKED, "plain/v1", "fake", 0.0)
    assert trace.tokens == {"prompt": generator.count_prompt(generator.prompts[0]), "generated": 9}
    assert set(trace.seconds) == {"retrieve", "load", "first_token", "generate"}
    assert 0 <= trace.seconds["first_token"] <= trace.seconds["generate"] < 60


def test_a_question_is_searched_and_asked_as_it_is_whatever_was_said_before(usual: Search) -> None:
    made, generator = answering(usual, SAID)
    alone, after = made.ask("And a smith?"), made.ask("And a smith?", [Turn("user", ASKED)])
    assert generator.prompts[0] == generator.prompts[1]
    assert (after.trace.rewritten, after.passages) == ("And a smith?", alone.passages)
    assert usual.standalone("And a smith?", [Turn("user", ASKED)]) != "And a smith?"


def test_given_passages_are_answered_from_in_place_of_a_search(usual: Search) -> None:
    made, generator = answering(usual, SAID)
    given = made.search.search("herring", 1)
    assert made.ask(ASKED, given=given).passages == tuple(given)
    assert "herring" in generator.prompts[0].messages[0].text
    assert "baker earns" not in generator.prompts[0].messages[0].text


def test_the_model_is_stopped_at_its_next_word(usual: Search) -> None:
    made, generator = answering(usual, "One. Two. Three. Four.")
    seen: list[str] = []

    def stopped() -> bool:
        return len(seen) == 2

    for event in made.stream(ASKED, stopped=stopped):
        seen += [event.text] if isinstance(event, Sentence) else []
    assert isinstance(event, Answer)
    assert [one.text for one in event.sentences] == seen == ["One.", "Two.", "Three."]  # it was begun
    assert generator.closed == 1


def test_a_model_that_says_that_it_does_not_know_refuses_and_tells_nothing(usual: Search) -> None:
    made, _ = answering(usual, "I do not know. The context is about bakers.")
    answer = made.ask("Which bananas ripen soonest?")
    assert (answer.kind, answer.sentences) == ("abstain", ())
    assert answer.text == "I do not know. The context is about bakers."
    assert len(answer.passages) == 4


def test_a_slip_in_a_model_s_name_is_told_before_any_answer(usual: Search) -> None:
    with pytest.raises(ModelError, match="unknown model 'nonsense'"):
        plain.make(usual, Config(model="nonsense"))


# What counts as a refusal


@pytest.mark.parametrize(
    "text",
    [
        "I do not know.",
        "I don't know the answer to that question.",
        "I’m sorry, but I don’t know.",
        "Sorry. I cannot answer this question from the context.",
        "I'm unable to find that.",
        "I do not have enough information to say.",
        "**I do not know.** The context is about skills such as Python.",
        "You do not know. You do not know.",
        "We do not know what a visa costs.",
        "The context does not hold the answer.",
        "The documents do not say.",
        "Unfortunately, the provided context does not mention salaries in Canada.",
        "Based on the context provided, I do not have any information about visas.",
        "Based on the given context, there is no information about visas.",
        "According to the text, the price isn't specified in the text.",
        "There is no mention of Canada in the text.",
        "There's not enough information to tell.",
        "The passages say nothing about it.",
        "The context makes no mention of bananas.",
        "Visa rules for Canada are not mentioned in the provided context.",
        "The answer is not in the context.",
        "The answer to your question cannot be determined.",
        "It is not possible to say from the context.",
        "Not mentioned.",
        "Unknown",
        "",
        " \n...",
    ],
)
def test_a_text_that_says_that_it_does_not_know_declines(text: str) -> None:
    assert declines(text)
    assert declines(text.upper())


@pytest.mark.parametrize(
    "text",
    [
        "An ML engineer earns ₹900,000.",
        "You do not know Python yet, so learn it first.",
        "If you do not know R, learn it.",
        "If the context does not hold the answer, say that you do not know.",
        "Python is needed. I do not know about R.",
        "I do not know, but I think that it is Python.",
        "The context does not mention Canada. However, in India they earn ₹900,000.",
        "There is no single answer: it depends.",
        "There is not enough data when a model overfits.",
        "The text does not have to be labelled.",
        "It is not available on Windows.",
        "R is not included in the free plan.",
        "No, you cannot find such a job without Python.",
        "No. The roadmap names Python alone.",
        "Yes, no degree is needed.",
        "The answer to your question is:",
        "The answer is no. There is no such work.",
        "The model cannot say why it decided so.",
        "Unknown words are parted into tokens.",
        "Not every engineer needs a PhD.",
    ],
)
def test_a_text_that_tells_something_does_not_decline(text: str) -> None:
    assert not declines(text)


def test_no_answer_that_the_shipped_documents_hold_declines() -> None:
    """Each quote is what an answer to its item may say."""
    quotes = {
        quote.quote
        for one in load_items(paths.data("eval") / "sets" / "core.jsonl")
        for quotes in one.evidence
        for quote in quotes
    }
    assert len(quotes) > 200
    assert [quote for quote in quotes if declines(quote)] == []


# Beside the advisor


ITEMS = [
    item("pay", ASKED, "500 coins", quote="Bakers: a baker earns 500 coins a month and bakes at dawn."),
    item("nails", "How many nails does the smith in street 17 sell?", "17 nails", quote="smith who sells 17 nails"),
    item("then", "And a baker?", "500 coins", quote="a baker earns 500", history=("What is dawn?",), standalone=ASKED),
    item("absent", "Which bananas ripen soonest?"),
]
SYSTEMS = [System(name="default"), System(name="plain", plain=True)]


def ran(tmp_path: Path, systems: list[System] = SYSTEMS) -> Report:
    notes = [str(tmp_path / "notes")]
    return experiment.run(systems, ITEMS, "made-up", notes, tmp_path / "ix", lambda *step: None)


def test_a_run_tells_both_systems_with_their_scores(usual: Search, tmp_path: Path) -> None:
    found = ran(tmp_path)
    assert [one.name for one in found.systems] == ["default", "plain", *controls.NAMES]
    assert found.systems[1].settings["prompt"] == "plain/v1"
    assert found.documents == "sea.txt, town.md"
    cells = {one.id: one.cells["plain"] for one in found.items}
    assert {name: cell.kind for name, cell in cells.items()} == dict.fromkeys(cells, "answer")
    assert cells["pay"].text == SAID
    assert len(cells["pay"].passages) == 4
    assert (cells["pay"].scores["complete"], cells["pay"].scores["credit"], cells["pay"].scores["mrr@10"]) == (1, 1, 1)
    assert cells["pay"].scores["shown"] == 1.0
    assert cells["pay"].scores["citation precision"] is None
    assert (cells["pay"].scores["citation recall"], cells["absent"].scores["credit"]) == (0.0, -1.0)
    assert 0 < (cells["pay"].scores["grounded"] or 0.0) <= 1
    assert (found.systems[1].abstention.auroc, found.systems[1].abstention.recall) == (None, 0.0)
    assert {one.metric for one in found.compared if one.system == "plain"} >= {"vital", "right", "credit", "grounded"}


def test_what_a_plain_system_lost_is_told_with_its_stage(usual: Search, tmp_path: Path) -> None:
    lost = {one.id: one.cells["plain"].lost for one in ran(tmp_path).items}
    assert lost == {"pay": None, "nails": "generation", "then": None, "absent": "decision"}


def test_the_gold_passages_of_a_plain_system_are_its_own_pieces(usual: Search, tmp_path: Path) -> None:
    system = System(name="plain", plain=True)
    cells = Cells(system, *opened(system, [str(tmp_path / "notes")], tmp_path / "ix"))
    passages = gold_passages(cells, plain.evidence(ITEMS[0], cells.advisor.search))
    assert [BAKERS in passage.chunk.text for passage in passages] == [True]
    assert passages[0].chunk in cells.advisor.search.index.chunks


def test_the_evidence_is_told_as_it_is_in_both_texts(usual: Search, tmp_path: Path) -> None:
    """So that a page marks it in the passages of either."""
    pay = ran(tmp_path).items[0]
    assert [one.doc_id for one in pay.gold] == ["town", "town (as it is)"]
    chunks = ran(tmp_path).chunks
    for name, place in zip(("default", "plain"), pay.gold, strict=True):
        held = [chunks[one] for one in pay.cells[name].passages if chunks[one].doc_id == place.doc_id]
        shown = [one.text[place.start - one.start : place.end - one.start] for one in held if one.start <= place.start]
        assert place.text in shown


@pytest.mark.parametrize("systems", [SYSTEMS[1:], SYSTEMS[::-1]])
def test_a_plain_system_may_be_the_first_or_the_only_one(systems: list[System], usual: Search, tmp_path: Path) -> None:
    """Then the controls are made from its answers."""
    found, both = ran(tmp_path, systems), ran(tmp_path)
    assert found.systems[0].means == both.systems[1].means
    assert [one.name for one in found.systems if one.control] == [*controls.NAMES]


def test_a_model_that_refuses_is_right_where_the_documents_do_not_hold_it(usual: Search, tmp_path: Path) -> None:
    found = ran(tmp_path, [System(name="default"), System(name="plain", plain=True, model="an/other")])
    cells = {one.id: one.cells["plain"] for one in found.items}
    assert {cell.kind for cell in cells.values()} == {"abstain"}
    assert {cell.text for cell in cells.values()} == {"I do not know."}
    assert (cells["absent"].scores["credit"], cells["absent"].lost) == (1.0, None)
    assert (cells["pay"].scores["credit"], cells["pay"].scores["vital"], cells["pay"].lost) == (0.0, 0.0, "decision")


def test_a_rerun_makes_nothing_and_neither_system_takes_the_other_s_answers(
    usual: Search, tmp_path: Path, models: Models
) -> None:
    first = ran(tmp_path)
    asked = models.asked
    again = ran(tmp_path)
    assert (again.answered, models.asked) == (0, asked)
    assert replace(again, seconds=first.seconds, answered=first.answered) == first
    assert ran(tmp_path, SYSTEMS[1:]).answered == 0
    assert all(one.cells["default"].text != one.cells["plain"].text for one in first.items)


def test_code_of_the_plain_system_that_was_changed_answers_anew(
    usual: Search, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran(tmp_path, SYSTEMS[1:])
    other = replace(plain.template(), sha256="0" * 64)
    monkeypatch.setattr(plain, "template", lambda: other)
    assert ran(tmp_path, SYSTEMS[1:]).answered >= len(ITEMS)


def test_the_hash_is_of_the_code_that_makes_a_plain_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = {plain.template.__wrapped__().sha256}
    for module in (plain, baseline):
        copy = tmp_path / "changed.py"
        copy.write_bytes(Path(module.__file__).read_bytes() + b"\n# more\n")
        with monkeypatch.context() as patch:
            patch.setattr(module, "__file__", str(copy))
            hashes.add(plain.template.__wrapped__().sha256)
    assert len(hashes) == 3


def test_the_shipped_file_holds_the_advisor_and_beside_it_the_plain_system() -> None:
    usual, beside = load_systems(paths.data("eval") / "systems" / "beside.toml")
    assert (usual, beside) == (System(name="default"), System(name="plain", plain=True))
