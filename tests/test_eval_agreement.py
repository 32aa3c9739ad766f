"""agreement: a folder to rated answers, and measures to how far they go with people's ratings."""

import json
from dataclasses import asdict
from math import isfinite
from pathlib import Path

import pytest
from scipy import stats

from advisor.answer.support import support as likelihood
from advisor.errors import ItemError
from advisor.eval import agreement
from advisor.eval.grounding import bigrams, precision, support
from advisor.eval.metrics import mean, token_f1

RATED = Path(__file__).resolve().parents[2] / "shared" / "data" / "mtrag_human_eval"
BACKED = ("words", "bigrams", "support", "worst", "likelihood", "supported")

SOURCE = "Kaggle hosts competitions for data scientists. Google bought Kaggle in 2017."


def rated(task: str, response: str, *faithful: str, model: str = "gpt", kind: str = "ANSWERABLE") -> dict[str, object]:
    complete = ["4" if "2017" in response else "1"] * 3
    return {
        "task_id": task,
        "model": model,
        "question": "left alone",
        "contexts": [SOURCE],
        "reference": "Google bought Kaggle in 2017.",
        "response": response,
        "answerability": [kind],
        "annotations": {"faithfulness": faithful, "completeness": complete, "rl_f": [0.5]},
    }


ANSWERS = [
    rated("a", "Google bought Kaggle in 2017.", "4", "4", "4"),
    rated("a", "Microsoft acquired Kaggle in 2015. It is in Seattle.", "1", "1", "2", model="llama"),
    rated("b", "1. **Kaggle** hosts competitions.\n2. Google bought Kaggle in 2017.", "4", "3", "4"),
    rated("b", "Kaggle sells shoes.", "1", "2", "1", model="llama"),
    rated("c", "Google bought Kaggle. Kaggle hosts competitions. Penguins swim.", "3", "3", "4", kind="PARTIAL"),
    rated("c", "Data scientists meet in Paris and dance.", "2", "2", "2", model="llama", kind="PARTIAL"),
]
LEFT_OUT = [
    rated("a", "A person wrote this.", "4", model="reference"),
    rated("d", "I do not know.", "4", kind="UNANSWERABLE"),
    rated("e", "Hello.", "4", kind="CONVERSATIONAL"),
]


def folder(path: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (path / "human_eval.jsonl").write_text(text, encoding="utf-8")
    return path


def test_models_answers_to_what_can_be_answered_are_kept_in_order(tmp_path: Path) -> None:
    found = agreement.load(folder(tmp_path, *LEFT_OUT, *ANSWERS))
    assert [(one.task_id, one.model) for one in found] == [
        (task, model) for task in "abc" for model in ("gpt", "llama")
    ]
    assert (found[0].contexts, found[0].annotations.faithfulness) == ((SOURCE,), (4, 4, 4))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["{"], r"human_eval\.jsonl, line 1: object: Invalid JSON"),
        ([ANSWERS[0], {**ANSWERS[1], "contexts": None}], r"line 2: contexts: "),
        ([{**ANSWERS[0], "response": " "}], r"line 1: object: .*the response is empty"),
        (
            [{**ANSWERS[0], "annotations": {"completeness": ["4"]}}],
            r"line 1: annotations\.faithfulness: Field required",
        ),
        ([rated("a", "No rating.")], r"line 1: annotations\.faithfulness: "),
        ([rated("a", "Rated too high.", "4", "5")], r"line 1: annotations\.faithfulness\.1: .*less than or equal to 4"),
        ([rated("a", "Rated in words.", "good")], r"line 1: annotations\.faithfulness\.0: .*valid number"),
        ([ANSWERS[0], ANSWERS[1], ANSWERS[0]], r"line 3: the id 'a of gpt' stands in line 1"),
        ([], r"human_eval\.jsonl has 0 answers, none of a model to a task that is ANSWERABLE or PARTIAL"),
        (LEFT_OUT, r"human_eval\.jsonl has 3 answers, none of a model"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(tmp_path: Path, lines: list[object], says: str) -> None:
    with pytest.raises(ItemError, match=says):
        agreement.load(folder(tmp_path, *lines))


def test_a_folder_that_holds_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"human_eval\.jsonl cannot be read: "):
        agreement.agreement(tmp_path)


def test_each_measure_is_that_of_the_answers_sentences(tmp_path: Path) -> None:
    rows = {row.metric: row for row in agreement.agreement(folder(tmp_path, *ANSWERS), rounds=200)}
    sentences = [
        ["Google bought Kaggle in 2017."],
        ["Microsoft acquired Kaggle in 2015.", "It is in Seattle."],
        ["Kaggle hosts competitions.", "Google bought Kaggle in 2017."],  # without their marks
        ["Kaggle sells shoes."],
        ["Google bought Kaggle.", "Kaggle hosts competitions.", "Penguins swim."],
        ["Data scientists meet in Paris and dance."],
    ]
    people = [4, 4 / 3, 11 / 3, 4 / 3, 10 / 3, 2]
    expected = {
        "words": [mean([precision(one, [SOURCE]) for one in answer]) for answer in sentences],
        "bigrams": [mean([bigrams(one, [SOURCE]) for one in answer]) for answer in sentences],
        "support": [mean([support(one, [SOURCE]) for one in answer]) for answer in sentences],
        "worst": [min(support(one, [SOURCE]) for one in answer) for answer in sentences],
        "likelihood": [mean([likelihood(one, [SOURCE]) for one in answer]) for answer in sentences],
        "supported": [mean([float(support(one, [SOURCE]) >= 0.5) for one in answer]) for answer in sentences],
    }
    for metric, scores in expected.items():
        assert rows[metric].spearman == pytest.approx(stats.spearmanr(scores, people).statistic), metric
        good = [score for score, rating in zip(scores, people, strict=True) if rating > 3.33]  # 10/3 among them
        bad = [score for score, rating in zip(scores, people, strict=True) if rating <= 3.33]
        assert rows[metric].auroc == pytest.approx(stats.mannwhitneyu(good, bad).statistic / 9), metric


def test_token_f1_is_held_to_completeness(tmp_path: Path) -> None:
    rows = list(agreement.agreement(folder(tmp_path, *ANSWERS), rounds=200))
    assert [(row.metric, row.people) for row in rows] == [
        *((metric, "faithfulness") for metric in BACKED),
        ("token_f1", "completeness"),
    ]
    scores = [token_f1(str(one["response"]), str(one["reference"])) for one in ANSWERS]
    expected = stats.spearmanr(scores, [4, 1, 4, 1, 1, 1]).statistic
    assert rows[-1].spearman == pytest.approx(expected)
    assert rows[-1].answers == 6


def test_intervals_hold_their_figure_and_repeat(tmp_path: Path) -> None:
    loaded = agreement.load(folder(tmp_path, *ANSWERS))
    rows = list(agreement.score(loaded, rounds=200))
    for row in rows:
        assert row.spearman_low <= row.spearman <= row.spearman_high
        assert row.auroc_low <= row.auroc <= row.auroc_high
        assert all(isfinite(value) for value in asdict(row).values() if isinstance(value, float))
    assert list(agreement.score(loaded, rounds=200)) == rows


def test_answers_to_one_task_are_drawn_together(tmp_path: Path) -> None:
    apart = [{**one, "task_id": f"{one['task_id']}{place}"} for place, one in enumerate(ANSWERS)]
    many = [{**one, "task_id": f"{one['task_id']}{place}"} for place in range(4) for one in ANSWERS]
    whole, *_ = agreement.agreement(folder(tmp_path, *ANSWERS), rounds=200)
    alone, *_ = agreement.agreement(folder(tmp_path, *apart), rounds=200)
    more, *_ = agreement.agreement(folder(tmp_path, *many), rounds=200)
    assert alone.spearman == whole.spearman == pytest.approx(more.spearman)
    assert alone.spearman_high - alone.spearman_low > whole.spearman_high - whole.spearman_low
    assert alone.spearman_high - alone.spearman_low > more.spearman_high - more.spearman_low


def test_answers_that_are_all_rated_alike_cannot_be_told_apart(tmp_path: Path) -> None:
    alike = [rated(task, str(one["response"]), "4") for task, one in zip("abcdef", ANSWERS, strict=True)]
    with pytest.raises(ItemError, match="6 scores of one value have no order"):
        list(agreement.agreement(folder(tmp_path, *alike)))


@pytest.mark.skipif(not RATED.is_dir(), reason="MTRAG's human evaluation does not lie beside this checkout")
def test_support_goes_with_what_people_hold_faithful() -> None:
    rows = {row.metric: row for row in agreement.agreement(RATED)}
    assert {row.answers for row in rows.values()} == {300}
    assert rows["support"].auroc >= 0.85
    assert rows["support"].auroc_low >= 0.80
    assert rows["support"].spearman >= 0.70
    assert all(rows["support"].auroc >= rows[metric].auroc for metric in BACKED if metric != "likelihood")
    assert rows["likelihood"].auroc > rows["support"].auroc
