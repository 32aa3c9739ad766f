"""answers: made-up answers judged by hand, and the row that they sum up to."""

from collections.abc import Sequence

import pytest

from advisor.eval.answers import Row, judge, run, summary
from advisor.eval.items import Item
from advisor.types import Answer, Chunk, Citation, Kind, Passage, Sentence, Trace, Turn

PAY = Item(
    id="pay",
    question="What is the pay?",
    behaviour="answer",
    evidence=(("400,000",),),
    facts=(("400,000", "4 lakh"), ("900,000",)),
    tags=(),
    split="dev",
)
STEPS = PAY.model_copy(update={"id": "steps", "facts": (("2",),)})
ABSENT = PAY.model_copy(update={"id": "absent", "behaviour": "abstain", "evidence": (), "facts": ()})
SOURCES = ("It pays ₹400,000 to ₹900,000.", "It takes 2 to 3 steps.")


def passage(n: int) -> Passage:
    text = SOURCES[n - 1]
    return Passage(n, Chunk(f"c{n}", "d", (), 0, len(text), text), "Title", "d.md", 1.0)


def answer(
    *sentences: tuple[str, Sequence[int]],
    kind: Kind = "answer",
    text: str = "",
    seconds: dict[str, float] | None = None,
) -> Answer:
    """Return an answer over both sources: each sentence with the numbers that it cites."""
    made = [
        Sentence(said, tuple(Citation(n, f"c{n}", "d", 0, len(SOURCES[n - 1])) for n in cited), float(bool(cited)))
        for said, cited in sentences
    ]
    told = text or " ".join(said + "".join(f" [{n}]" for n in cited) for said, cited in sentences)
    citations = tuple(citation for sentence in made for citation in sentence.citations)
    trace = Trace("q", "answer/v2", "fake", seconds or {})
    return Answer("q", told, tuple(made), citations, (passage(1), passage(2)), kind, trace)


@pytest.mark.parametrize(
    ("given", "facts", "figures"),
    [
        (answer(("It pays 400,000 to 900,000.", [1])), 1.0, (0, 2)),
        (answer(("It pays 400000.", [1])), 0.5, (0, 1)),
        (answer(("It pays 4 lakh.", [1])), 0.5, (1, 1)),
        (answer(("It pays ₹800,000.", [1])), 0.0, (1, 1)),
        (answer(("It pays 400,000.", [1]), ("And 900,000.", [1])), 1.0, (0, 2)),
        (answer(("It pays 400,000.", [2])), 0.5, (1, 1)),  # only what is cited backs a figure
        (answer(("It pays 400,000.", [])), 0.5, (1, 1)),
        (answer(("It pays 400,000.", [2]), ("It pays.", [1])), 0.5, (0, 1)),  # by a passage that the answer cites
        (answer(("It pays.", [1, 2])), 0.0, (0, 0)),
    ],
)
def test_an_answer_is_judged(given: Answer, facts: float, figures: tuple[int, int]) -> None:
    judged = judge(PAY, given)
    assert judged.facts == facts
    assert (judged.unbacked_figures, judged.figures) == figures
    assert (judged.item, judged.answer) == (PAY, given)


def test_the_number_of_a_passage_is_no_fact() -> None:
    given = answer(("It takes steps.", [2]))
    assert given.text == "It takes steps. [2]"
    assert judge(STEPS, given).facts == 0.0
    assert judge(STEPS, answer(("It takes 2 steps.", [2]))).facts == 1.0


def test_the_figures_of_a_refusal_do_not_count() -> None:
    judged = judge(ABSENT, answer(kind="abstain", text="The documents do not say what it paid in 1999."))
    assert (judged.unbacked_figures, judged.figures, judged.facts) == (0, 0, 0.0)


def test_summary_by_hand() -> None:
    row = summary(
        "made up",
        [
            judge(PAY, answer(("It pays 400,000 to 900,000.", [1]), seconds={"retrieve": 1.0, "generate": 2.0})),
            judge(PAY, answer(("It pays 400,000.", [1]), ("Or 7.", []), seconds={"rewrite": 0.5, "load": 90.0})),
            judge(PAY, answer(kind="abstain", text="No 1.", seconds={"decide": 0.25, "first_sentence": 90.0})),
            judge(ABSENT, answer(kind="abstain", text="No 2.", seconds={"ground": 0.125})),
            judge(ABSENT, answer(("It pays 900,000 and 3.", [1]))),
        ],
    )
    assert row == Row(
        system="made up",
        items=5,
        facts=pytest.approx((1 + 0.5 + 0) / 3),
        complete=pytest.approx(1 / 3),
        refused=pytest.approx(1 / 2),
        wrongly_refused=pytest.approx(1 / 3),
        unbacked_figures=2,  # 7 and 3
        figures=6,
        backed=pytest.approx(3 / 4),
        words=pytest.approx((5 + 5 + 0) / 3),
        p50_s=0.25,
        p95_s=3.0,
    )


def test_summary_of_nothing_is_nothing() -> None:
    assert summary("none", []) == Row("none", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


class Listening:
    """An advisor that gives one answer, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[Turn]]] = []

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, list(history)))
        return answer(("It pays 400,000.", [1]))


def test_every_item_is_asked_with_its_history() -> None:
    follow_up = PAY.model_copy(update={"id": "fu", "question": "And then?", "history": ("Who?", "What?")})
    advisor, seen = Listening(), list[tuple[int, int]]()
    judged = run(advisor, [PAY, follow_up], lambda done, total: seen.append((done, total)))
    assert advisor.asked == [("What is the pay?", []), ("And then?", [Turn("user", "Who?"), Turn("user", "What?")])]
    assert [(one.item.id, one.facts) for one in judged] == [("pay", 0.5), ("fu", 0.5)]
    assert seen == [(1, 2), (2, 2)]
