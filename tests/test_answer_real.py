"""The packaged models over a bundled document: whatever they write, every sentence and figure stands in its source.

One of the five documents does: to embed all of them takes up to a minute.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import open as opening
from advisor import paths
from advisor.answer import decide, words
from advisor.answer.pipeline import Advisor
from advisor.answer.retrieve import Search
from advisor.answer.run import compose
from advisor.config import Config
from advisor.index import store
from advisor.models.embedders import load_embedder
from advisor.types import Answer, Retrieved, Turn

pytestmark = pytest.mark.real
CONFIG = Config(max_new_tokens=80)


@pytest.fixture(scope="module")
def advisor(tmp_path_factory: pytest.TempPathFactory, model_cache: Path) -> Iterator[Advisor]:
    folder = tmp_path_factory.mktemp("index") / "made"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(model_cache))
        opening.build_index([paths.data("corpus") / "must-have-skills.md"], folder, CONFIG)
        search = Search(store.load(folder), load_embedder(CONFIG.embedder, CONFIG.threads), CONFIG)
        yield opening.make_advisor(search, CONFIG)


def assert_backed(advisor: Advisor, answer: Answer) -> None:
    """Check that each sentence is cited from where it says, and that each figure stands in a passage cited for it."""
    documents = advisor.search.index.documents
    passages = {p.n: p for p in answer.passages}
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.backed
        assert 0 < sentence.support <= 1
        cited = set()
        for citation in sentence.citations:
            held = passages[citation.n].chunk
            text = documents[citation.doc_id].text
            assert (held.id, held.doc_id) == (citation.chunk_id, citation.doc_id)
            assert held.start <= citation.start < citation.end <= held.end
            assert text[held.start : held.end] == held.text
            cited |= words.figures(text[citation.start : citation.end])
        assert words.figures(sentence.text) <= cited
    assert answer.text == compose(answer.sentences)


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("How big was the global machine learning market in 2022?", ["35.80 billion"]),
        ("What does Emergen Research expect of the Python market?", ["100.6 million", "44.8%"]),
        ("Why is Python so popular for machine learning?", ["Python"]),
        ("Why does version control with Git matter?", ["Git"]),
    ],
)
def test_what_the_model_writes_is_backed(advisor: Advisor, question: str, facts: list[str]) -> None:
    retrieved, *sentences, answer = advisor.stream(question)
    assert isinstance(retrieved, Retrieved)
    assert isinstance(answer, Answer)
    assert tuple(sentences) == answer.sentences
    assert (answer.kind, answer.trace.model) == ("answer", "smollm2-135m")
    assert 0 < answer.trace.tokens["generated"] <= CONFIG.max_new_tokens
    assert [fact for fact in facts if fact not in answer.text] == []
    assert_backed(advisor, answer)


def test_a_follow_up_is_answered_from_the_documents_too(advisor: Advisor) -> None:
    history = [Turn("user", "What does Emergen Research expect of the Python market?")]
    answer = advisor.ask("At what rate will the market grow?", history)
    assert "44.8%" in answer.text
    assert_backed(advisor, answer)


@pytest.mark.parametrize(
    "question",
    [
        "What are the must-have skills of a machine learning engineer?",
        pytest.param(
            "What are the most popular frameworks for deep learning?",
            marks=pytest.mark.xfail(strict=True, reason="the reader refuses it over this one document, by a hair"),
        ),
    ],
)
def test_a_list_is_quoted_whole(advisor: Advisor, question: str) -> None:
    answer = advisor.ask(question)
    assert [sentence.depth for sentence in answer.sentences].count(1) > 1
    assert answer.trace.model == ""
    assert_backed(advisor, answer)


@pytest.mark.parametrize(
    "question", ["Who won the football world cup in 1998?", "What does a nurse earn in Norway?", "How do I cook pasta?"]
)
def test_what_the_documents_do_not_hold_is_refused(advisor: Advisor, question: str) -> None:
    answer = advisor.ask(question)
    assert answer.abstained
    assert (answer.sentences, answer.citations) == ((), ())
    assert answer.trace.confidence < decide.THRESHOLD
    assert answer.text.startswith(f"The documents do not hold the answer to: {question}")


def test_a_refusal_tells_what_is_held_of_what_the_question_takes_for_granted(advisor: Advisor) -> None:
    answer = advisor.ask(
        "Since Subversion is the industry standard for version control, what does a server for it cost?"
    )
    assert answer.abstained
    assert ["the industry standard for it is Git" in one.text for one in answer.sentences][:1] == [True]
    assert "What they say of what it takes for granted:" in answer.text
    answer = advisor.ask("Since every ML engineer must hold a government licence, which office issues it?")
    assert (answer.abstained, answer.sentences) == (True, ())


def test_a_greeting_is_answered_without_a_search(advisor: Advisor) -> None:
    (answer,) = advisor.stream("Hello there!")
    assert isinstance(answer, Answer)
    assert (answer.kind, answer.passages, answer.trace.seconds) == ("smalltalk", (), {})


def test_the_same_question_has_the_same_answer(advisor: Advisor) -> None:
    first, again = (advisor.ask("Why does version control with Git matter?") for _ in range(2))
    assert (first.text, first.sentences) == (again.text, again.sentences)
