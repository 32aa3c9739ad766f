"""retrieve: the best passages, once each and within the budget; those added later are numbered on."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, FakeReader

from advisor.answer import evidence, retrieve
from advisor.answer.retrieve import (
    AGAIN,
    AS_ASKED,
    ASKED,
    BEFORE,
    BY_READING,
    NEAR,
    Query,
    Search,
    within_budget,
)
from advisor.answer.spans import spans
from advisor.config import Config
from advisor.corpus.chunk import chunk
from advisor.corpus.read import read
from advisor.corpus.sentences import parts
from advisor.index import store
from advisor.index.embed import Vectors, embed
from advisor.index.fuse import convex
from advisor.types import Chunk, Passage, Turn

Over = Callable[..., Search]
TOPICS = ("Git keeps every version", "Kafka moves events", "Docker ships images", "Airflow plans jobs")
GUIDE = "# Guide\n" + "".join(f"\n## Part {n}\n\n{fact} for team {n}.\n" for n, fact in enumerate(TOPICS, start=1))
LONG = " ".join(f"Fact {n} says that tool{n} is good at task{n}." for n in range(12))


@pytest.fixture
def over(tmp_path: Path) -> Over:
    """Return a function that indexes Markdown texts, named d0, d1 and so on."""

    def search(*texts: str, window: int = 60, config: Config | None = None) -> Search:
        folder = tmp_path / "notes"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"d{number}.md").write_text(text)
        documents, embedder = read([folder]).documents, FakeEmbedder()
        chunks = [piece for each in documents for piece in chunk(each, embedder.count_tokens, window)]
        origin = store.Origin((str(folder),), "fingerprint")
        index = store.build(documents, chunks, embedder, tmp_path / "index", origin)
        return Search(index, embedder, config or Config())

    return search


class ReadBy:
    """Gives the log-odds of a question, whatever the texts."""

    def __init__(self, odds: Mapping[str, float]) -> None:
        self.odds = odds

    def __call__(self, question: str, texts: Sequence[str]) -> list[float]:
        return [self.odds[question]] * len(texts)


def fact(passage: Passage) -> str:
    return passage.chunk.text.splitlines()[-1]


def passage(n: int, text: str) -> Passage:
    return Passage(n, Chunk(f"c{n}", "d", (), 0, len(text), text), "T", "d.md", 1.0)


# search and what is reranked


def test_a_question_that_names_a_document_is_asked_of_that_one_alone(over: Over) -> None:
    search = over(
        "# Team guide\n\n## Tools\n\nKafka moves events.\n", "# Pay report\n\n## Tools\n\nKafka moves money.\n"
    )
    assert {p.chunk.doc_id for p in search.search("What does Kafka move?", 9)} == {"d0", "d1"}
    one = search.query("What does Kafka move, by the pay report?")
    assert (one.text, one.sought) == ("What does Kafka move, by the pay report?", "What does Kafka move, by it?")
    assert {p.chunk.doc_id for p in search.search(one, 9)} == {"d1"}
    later = search.query("And what else?", [Turn("user", "What does Kafka move in the team guide?")])
    assert {p.chunk.doc_id for p in search.search(later, 9)} == {"d0"}


def test_a_reader_puts_first_what_holds_the_answer_and_numbers_anew(over: Over) -> None:
    search = over(GUIDE)
    found = search.search("Kafka moves events", 4)
    last = found[-1].chunk
    search.reader = FakeReader({fact(found[-1]).split()[0]: 9.0})
    best = search.best("Kafka moves events", 4)
    assert [p.n for p in best] == [1, 2, 3, 4]
    read = {p.chunk.id: p.stages[-1] for p in best}
    assert {hit.stage for hit in read.values()} == {"read"}
    assert read[last.id].score == pytest.approx(1 / (1 + math.exp(-9)))
    was = {p.chunk.id: p.score for p in found}
    assert {p.chunk.id: p.score for p in best} == pytest.approx(
        {name: score + BY_READING * read[name].score for name, score in was.items()}
    )
    assert [p.score for p in best] == sorted((p.score for p in best), reverse=True)


def test_what_is_found_late_may_come_first_when_it_is_read(over: Over) -> None:
    search = over(*(f"# T\n\n## Part {n}\n\nGit keeps file{n} safe.\n" for n in range(9)))
    late = search.search("Git keeps", 9)[-1]
    search.reader = FakeReader({fact(late).split()[2]: 9.0})
    assert search.best("Git keeps", 1)[0].chunk == late.chunk


def test_only_the_passages_found_first_and_their_likeliest_sentences_are_read(
    over: Over, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrieve, "RERANKED", 3)
    search = over(GUIDE)
    search.reader = FakeReader({})
    found = search.search("Kafka moves events", 3)
    search.best("Kafka moves events", 1)
    assert sorted(text.split(": ")[1] for text in search.reader.read) == sorted(fact(p) for p in found)
    monkeypatch.setattr(evidence, "READ", 2)
    search.reader = FakeReader({})
    assert len(search.best("Kafka moves events", 4)) == 4
    assert len(search.reader.read) == 2


def test_an_index_without_sentences_has_nothing_to_read(over: Over, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such is that of the plain baseline."""
    monkeypatch.setattr(retrieve, "load_reader", lambda embedder: FakeReader({}))
    search = over(GUIDE)
    assert search.reader
    chunks = replace(search.index, vectors=Vectors.of_chunks(search.index.vectors.chunks))
    plain = Search(chunks, search.embedder, Config())
    assert plain.reader is None
    assert plain.best("Kafka moves events", 3) == plain.search("Kafka moves events", 3)


def test_without_a_reader_the_best_are_those_found_first(over: Over) -> None:
    search = over(GUIDE)
    assert search.best("Kafka moves events", 3) == search.search("Kafka moves events", 3)
    search.reader = FakeReader({})
    assert search.best("zebra", 0) == []


@pytest.mark.parametrize("k", [1, 2, 3])
def test_k_passages_come_best_first_and_numbered(over: Over, k: int) -> None:
    found = over(GUIDE).search("Kafka moves events", k)
    assert [p.n for p in found] == list(range(1, k + 1))
    assert found[0].chunk.heading_path == ("Part 2",)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)


def test_fewer_come_where_there_are_fewer(over: Over) -> None:
    assert len(over(GUIDE).search("Kafka", 50)) == len(TOPICS)


def test_the_ranking_is_that_of_both_legs_fused(over: Over) -> None:
    search, query = over(GUIDE), "which team ships images with Docker"
    fused = convex(search.bm25.search(query, 50), search.dense.search(query, 50), search.config.dense_weight)
    found = search.search(query, 50)
    assert [(p.chunk.id, p.score) for p in found] == [(hit.chunk_id, hit.score) for hit in fused]


def test_a_passage_knows_its_place_in_every_stage(over: Over) -> None:
    search = over(GUIDE)
    first, *_, last = search.search("Docker ships images", 4)
    assert [hit.stage for hit in first.stages] == ["bm25", "dense", "fused"]
    assert all(hit.rank == 1 and hit.chunk_id == first.chunk.id for hit in first.stages)
    assert (first.stages[-1].score, first.title, first.source) == (first.score, "Guide", "d0.md")
    assert [hit.stage for hit in last.stages] == ["dense", "fused"]  # it holds no word of the query
    assert last.stages[-1].rank == last.n == 4


def test_equals_are_ordered_by_id(over: Over) -> None:
    found = over(GUIDE).search("zebra", 4)  # which nothing has anything in common with
    assert {p.score for p in found} == {found[0].score}
    assert [p.chunk.id for p in found] == sorted(p.chunk.id for p in found)


def test_the_candidates_of_each_leg_are_limited(over: Over) -> None:
    assert len(over(GUIDE, config=Config(candidates=1)).search("Kafka moves events", 6)) == 1


def test_the_weight_of_the_legs_counts(over: Over) -> None:
    query = "Kafka moves events for team 2"
    scores = {}
    search = over(GUIDE)
    for share in (0.0, 1.0):
        weighed = Search(search.index, search.embedder, Config(dense_weight=share))
        scores[share] = {p.chunk.id: p.score for p in weighed.search(query, 4)}
    for share, leg in ((0.0, search.bm25), (1.0, search.dense)):
        hits = leg.search(query, 4)
        expected = {hit.chunk_id: max(hit.score, 0.0) / hits[0].score for hit in hits}
        assert {key: scores[share][key] for key in expected} == pytest.approx(expected)


def test_the_same_words_in_two_documents_come_once(over: Over) -> None:
    text = "# {}\n\n## Versions\n\nGit keeps every version of each file that a team writes.\n"
    search = over(text.format("One"), text.format("Two"), "# Three\n\n## Fruit\n\nBananas are yellow.\n")
    found = search.search("Git keeps every version", 6)
    assert [p.chunk.heading_path for p in found] == [("Versions",), ("Fruit",)]
    assert [p.n for p in found] == [1, 2]
    copies = sorted(piece.id for piece in search.index.chunks if piece.heading_path == ("Versions",))
    assert found[0].chunk.id == copies[0]


@pytest.mark.parametrize(
    ("other", "kept"),
    [
        ("alpha beta gamma delta zeta", 2),  # 4 of 6 terms
        ("alpha beta gamma delta epsilon zeta", 1),  # 5 of 6
        ("epsilon delta gamma beta alpha", 1),
        ("alpha beta gamma delta", 1),  # 4 of 5, the bound itself
        ("alpha beta gamma", 2),
    ],
)
def test_near_duplicates_are_told_by_their_share_of_terms(over: Over, other: str, kept: int) -> None:
    search = over("# One\n\nalpha beta gamma delta epsilon\n", f"# Two\n\n{other}\n")
    assert len(search.search("alpha", 6)) == kept


def test_a_near_duplicate_takes_no_place_from_the_next(over: Over) -> None:
    text = "# {}\n\nGit keeps every version.\n"
    search = over(text.format("One"), text.format("Two"), "# Three\n\nBananas are yellow.\n")
    assert len(search.search("Git keeps every version", 2)) == 2


# The budget


@pytest.mark.parametrize(("budget", "kept"), [(0, 1), (2, 1), (3, 1), (4, 1), (5, 2), (8, 2), (9, 3), (99, 3)])
def test_passages_are_kept_while_they_fit(budget: int, kept: int) -> None:
    passages = [passage(1, "one two three"), passage(2, "four five"), passage(3, "six seven eight nine")]
    assert within_budget(passages, lambda text: len(text.split()), budget) == passages[:kept]


def test_no_later_passage_is_kept_in_place_of_one_that_does_not_fit() -> None:
    passages = [passage(1, "one"), passage(2, "two three four"), passage(3, "five")]
    assert within_budget(passages, lambda text: len(text.split()), 2) == passages[:1]


def test_a_budget_over_nothing_keeps_nothing() -> None:
    assert within_budget([], len, 10) == []


# A later question of a talk


TALK = (
    "# Guide\n\n## Cloud\n\n### Choosing\n\nKafka moves events between clouds.\n"
    "\n### Paying\n\nSpot machines halve money.\n"
    "\n## Kitchen\n\n### Baking\n\nWarm ovens halve hours.\n\n### Brewing\n\nTea steeps slowly.\n"
)


def test_a_question_that_nothing_came_before_is_asked_alone(over: Over) -> None:
    search = over(GUIDE)
    assert search.query("What does Kafka move?") == Query("What does Kafka move?")
    assert search.query("What does Kafka move?", [Turn("assistant", "Ask me.")]) == Query("What does Kafka move?")


def test_a_later_question_brings_its_own_words_and_the_question_before_it_made_to_stand_alone(over: Over) -> None:
    turns = [Turn("user", "What does Kafka move?"), Turn("assistant", "Events."), Turn("user", "And Docker?")]
    query = over(GUIDE).query("And Airflow?", [*turns, Turn("assistant", "Images.")])
    before = "What does Kafka move – Docker?"
    assert query == Query("What does Kafka move – Docker – Airflow?", "And Airflow?", before)


@pytest.mark.parametrize(
    ("query", "readings"),
    [
        (Query("What does Kafka move?"), ("What does Kafka move?",)),
        (Query("Kafka moves – Docker?", "And Docker?", "Kafka moves"), ("Kafka moves – Docker?",)),
        (Query("Who ships?", "who ships", " What moves? "), ("Who ships?", "What moves – Who ships?")),
    ],
)
def test_a_later_question_is_read_alone_and_behind_the_one_before(query: Query, readings: tuple[str, ...]) -> None:
    assert query.readings == readings


def test_a_later_question_has_log_odds_for_each_of_its_readings(over: Over) -> None:
    search = over(GUIDE)
    assert search.read(Query("Who ships?"), ["Docker."]) == []
    search.reader = ReadBy({"Who ships?": 3.0, "What moves – Who ships?": -1.0})
    later = Query("Who ships?", "who ships", "What moves?")
    for query, expected in ((Query("Who ships?"), (3.0,)), (later, (3.0, -1.0))):
        assert search.read(query, ["Docker.", "Kafka."]) == [expected] * 2


def test_the_source_sentences_of_a_later_question_are_read_by_each_of_its_readings(
    over: Over, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, asked = over(GUIDE), list[str]()

    def each(query: Query, texts: Sequence[str]) -> list[tuple[float, ...]]:
        asked.extend(query.readings)
        return [(0.0, 0.0)] * len(texts)

    monkeypatch.setattr(search, "read", each)
    query = search.query("Who ships images?", [Turn("user", "What does Kafka move?")])
    search.scored(query, search.search(query, 3))
    assert asked == ["Who ships images?", "What does Kafka move – Who ships images?"]


def test_a_whole_question_is_asked_alone_whatever_came_before(over: Over) -> None:
    asked = "Which team ships images with Docker every morning?"
    assert over(GUIDE).query(asked, [Turn("user", "What does Kafka move?")]) == Query(asked)


def test_what_stands_near_the_answer_before_comes_before_what_fits_as_well(over: Over) -> None:
    search = over(TALK, window=20)
    (first, *_) = search.search("halve", 4)
    assert first.chunk.heading_path[0] == "Kitchen"
    (later, *_) = search.search(Query("halve", "halve", "Which clouds does Kafka move events between?"), 4)
    assert later.chunk.heading_path[0] == "Cloud"


def test_a_later_questions_ranking_is_the_weighted_mean_of_its_parts(over: Over) -> None:
    search = over(GUIDE)
    query = Query("which team ships images", "who ships", "Kafka moves events")
    ranked = [
        {hit.chunk_id: hit.score for hit in convex(search.bm25.search(text, 50), search.dense.search(text, 50), 0.6)}
        for text in (query.text, query.asked, query.before)
    ]
    third = sorted(ranked[2].values())[-3]  # each part of GUIDE stands under a heading of its own
    for found in search.search(query, 50):
        text, asked, before = (part.get(found.chunk.id, 0.0) for part in ranked)
        near = before if before >= third else 0.0
        expected = (text + ASKED * asked + BEFORE * before + NEAR * near) / (1 + ASKED + BEFORE + NEAR)
        assert math.isclose(found.score, expected, abs_tol=1e-9)


def test_the_cosines_of_a_later_question_are_the_mean_of_those_of_its_forms(over: Over) -> None:
    search = over(GUIDE)
    found = [span for p in search.search("Kafka", 3) for span in spans(p)]
    text, asked = (np.array(search.cosines(one, found)) for one in ("Docker ships", "And images?"))
    both = search.cosines(Query("Docker ships", "And images?", "Kafka"), found)
    assert np.allclose(both, (1 - AS_ASKED) * text + AS_ASKED * asked, atol=1e-6)


# Weights, cosines and the query


def test_a_word_weighs_its_inverse_document_frequency_and_an_unknown_one_the_most(over: Over) -> None:
    search = over(GUIDE)
    rare = math.log((4 - 1 + 0.5) / (1 + 0.5))  # in one chunk of four
    assert search.weight("kafka") == pytest.approx(rare)
    assert search.weight("zebra") == max(search.bm25.idf.values()) == pytest.approx(rare)
    assert 0 <= search.weight("team") < rare


def test_cosines_are_the_dot_products_of_the_vectors_of_the_texts(over: Over) -> None:
    search, query = over(GUIDE), "Docker ships images for whom"
    found = [span for p in search.search(query, 3)[::-1] for span in spans(p)]
    embedder = FakeEmbedder()
    rows = embedder.encode([f"{span.passage.chunk.heading_path[-1]}: {span.text}" for span in found])
    expected = rows @ embedder.encode([query])[0]
    assert len(found) == 6  # a heading and a sentence each
    assert np.allclose(search.cosines(query, found), expected, atol=1e-6)
    assert search.cosines(query, []) == []


def test_the_cosines_of_passages_added_later_are_there_too(over: Over) -> None:
    search = over(f"# Guide\n\n## Tools\n\n{LONG}\n", window=30)
    (best,) = search.search("Fact 5 tool5 task5", 1)
    added = [span for p in search.section([best], best) for span in spans(p)]
    assert len(search.cosines("Fact 5", added)) == len(added) > 12


class Splitting(FakeEmbedder):
    """Has no token for one misspelt word and makes two of it."""

    def count_tokens(self, text: str) -> int:
        return len(text.split()) + text.count("dokcer")


def test_the_query_stands_alone_and_what_is_no_word_is_spelt_as_the_documents_spell_it(over: Over) -> None:
    index = over(GUIDE).index
    history = [Turn("user", "What does Kafka move?")]
    for embedder, expected in ((Splitting(), "docker"), (FakeEmbedder(), "dokcer")):
        search = Search(index, embedder, Config())
        assert search.standalone("And dokcer?", history) == f"What does Kafka move – {expected}?"


def test_a_query_of_no_documents_finds_nothing() -> None:
    index = store.Index({}, (), embed({}, [], FakeEmbedder(), {}), "fake", store.Origin((), ""))
    search = Search(index, FakeEmbedder(), Config())
    assert search.search("Kafka", 6) == []
    assert search.weight("kafka") == 1.0


# Passages added to those that were found


def test_a_section_is_whole_and_in_order_and_numbered_on(over: Over) -> None:
    search = over(f"# Guide\n\n## Tools\n\n{LONG}\n\n## Other\n\nBananas are yellow.\n", window=30)
    found = search.search("Fact 7 tool7 task7", 2)
    section = search.section(found, found[0])
    pieces = [piece for piece in search.index.chunks if piece.heading_path == ("Tools",)]
    assert [p.chunk for p in section] == pieces
    assert len(pieces) > 3
    known = {p.chunk.id: p.n for p in found}
    assert [p.n for p in section if p.chunk.id in known] == [known[p.chunk.id] for p in section if p.chunk.id in known]
    added = [p for p in section if p.chunk.id not in known]
    assert [p.n for p in added] == list(range(3, 3 + len(added)))
    assert {(p.title, p.source, p.score) for p in added} == {("Guide", "d0.md", 0.0)}
    assert {p.n for p in section} >= {found[0].n}


def test_a_section_is_of_one_document(over: Over) -> None:
    search = over(GUIDE, GUIDE.replace("Kafka moves events", "Bananas are yellow fruit"))
    found = search.search("Kafka moves events", 1)
    assert [p.chunk.id for p in search.section(found, found[0])] == [found[0].chunk.id]


def test_an_outline_names_the_headings_under_a_path_and_numbers_on(over: Over) -> None:
    text = (
        "# Guide\n\n## Path\n\n### Learn\n\nRead good books.\n\n### Build\n\nShip small things.\n\n### Rest\n\nSleep.\n"
    )
    search = over(text)
    found = search.search("Ship small things", 1)
    outline = search.outline(found, found[0], ["Path"])
    assert [span.text for span in outline] == ["Path", "Learn", "Build", "Rest"]
    assert [span.passage.n for span in outline] == [2, 2, 1, 3]  # `Path` has no text and stands in the chunk of `Learn`
    for span in outline:
        assert search.index.documents["d0"].text[span.start : span.end] == span.text
    assert search.outline(found, found[0], ["Nowhere"]) == []


def test_every_source_sentence_of_the_index_has_its_cosine(over: Over) -> None:
    search = over(GUIDE, f"# Long\n\n## Tools\n\n{LONG}\n", window=30)
    everything = search.search("team", 99)
    found = [span for p in everything for span in spans(p)]
    assert len(search.cosines("team", found)) == sum(len(parts(piece)) for piece in search.index.chunks)


# What other documents say otherwise

EARNS = "A data engineer at the firm earns {} a year in India."


def otherwise(search: Search) -> list[tuple[str, str, int]]:
    """Return the document, text and passage number of what is told otherwise than by the first document."""
    mine = next(chunk for chunk in search.index.chunks if chunk.doc_id == "d0")
    told = next(span for span in spans(Passage(1, mine, "T", "s", 1.0)) if span.kind == "sentence")
    found = search.otherwise([told], [told.passage])
    for span in found:
        assert search.index.documents[span.passage.chunk.doc_id].text[span.start : span.end] == span.text
    return [(span.passage.chunk.doc_id, span.text, span.passage.n) for span in found]


def paid(figure: str, title: str = "Guide") -> str:
    return f"# {title}\n\n## Pay\n\n{EARNS.format(figure)}\n"


def test_each_other_document_with_other_figures_for_the_same_is_found_and_numbered_on(over: Over) -> None:
    search = over(paid("$90"), paid("$80"), paid("$90.00"), paid("$70"), "# Fruit\n\nBananas cost $1.\n")
    found = otherwise(search)
    assert {(doc, text) for doc, text, _ in found} == {("d1", EARNS.format("$80")), ("d3", EARNS.format("$70"))}
    assert [n for *_, n in found] == [2, 3]


def test_a_document_that_denies_it_is_found(over: Over) -> None:
    search = over(paid("$90"), paid("no more than $90"), paid("just $90"))
    assert [doc for doc, *_ in otherwise(search)] == ["d1"]


def test_of_one_document_the_likest_that_differs_is_found(over: Over) -> None:
    other = f"# T\n\n## Pay\n\n{EARNS.format('$90')} {EARNS.format('about $80')} {EARNS.format('$70')}\n"
    assert otherwise(over(paid("$90"), other)) == [("d1", EARNS.format("$70"), 2)]


def test_the_same_document_is_not_another(over: Over) -> None:
    assert otherwise(over(f"# T\n\n## Pay\n\n{EARNS.format('$90')} {EARNS.format('$80')}\n", paid("$90"))) == []


def test_what_is_about_another_thing_is_not_otherwise(over: Over) -> None:
    near, far = EARNS.format("$80"), "A nurse at any firm gets $80 a week in Peru."
    mine, *others = FakeEmbedder().encode([f"Pay: {text}" for text in (EARNS.format("$90"), near, far)])
    assert [float(mine @ other) >= AGAIN for other in others] == [True, False]
    assert otherwise(over(paid("$90"), paid("$80").replace(near, far), paid("$80"))) == [("d2", near, 2)]


def test_a_passage_that_was_found_keeps_its_number(over: Over) -> None:
    search = over(paid("$90"), paid("$80"))
    mine, other = sorted(search.index.chunks, key=lambda chunk: chunk.doc_id)
    passages = [Passage(5, other, "T", "s", 0.5), Passage(7, mine, "T", "s", 0.4)]
    told = next(span for span in spans(passages[1]) if span.kind == "sentence")
    (found,) = search.otherwise([told], passages)
    assert (found.passage, found.text) == (passages[0], EARNS.format("$80"))
