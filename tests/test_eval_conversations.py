"""conversations: a folder to turns, and turns to how near a rewriting comes to a person's own."""

import json
import random
from pathlib import Path

import pytest

from advisor import cli
from advisor.answer.rewrite import standalone
from advisor.errors import ItemError
from advisor.eval import commands, conversations
from advisor.eval.metrics import token_f1, words
from advisor.types import Turn

CAST = Path(__file__).resolve().parents[2] / "shared" / "data" / "trec_cast"


def turn(number: int, utterance: str, rewrite: str, *before: str, year: int = 2019) -> dict[str, object]:
    history = [{"user": text} for text in before]
    place = {"id": f"{year}_1_{number}", "year": year, "conv": "1", "turn": number}
    return {**place, "history": history, "utterance": utterance, "rewrite": rewrite}


TURNS = [
    turn(1, "What is Kaggle?", "What is Kaggle?"),
    turn(2, "Is it free?", "Is Kaggle free?", "What is Kaggle?"),
    turn(3, "Who owns it?", "Who bought Kaggle?", "What is Kaggle?", "Is it free?"),
    turn(2, "What is TensorFlow?", "What is TensorFlow?", "What is Kaggle?", year=2021),
]


def folder(path: Path, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (path / "turns.jsonl").write_text(text, encoding="utf-8")
    return path


def test_a_folder_gives_its_turns_in_order(tmp_path: Path) -> None:
    spoken = {"user": "What is Kaggle?", "system": "A site for competitions."}
    passage = {**TURNS[1], "id": "x", "history": [spoken], "passage": "left alone"}
    found = conversations.load(folder(tmp_path, TURNS[0], "", passage))
    assert [(one.id, one.year, one.conv, one.turn) for one in found] == [
        ("2019_1_1", 2019, "1", 1),
        ("x", 2019, "1", 2),
    ]
    assert (found[1].utterance, found[1].rewrite) == ("Is it free?", "Is Kaggle free?")
    assert found[0].turns() == []
    assert found[1].turns() == [Turn("user", spoken["user"]), Turn("assistant", spoken["system"])]


def test_a_line_separator_inside_a_turn_is_no_end_of_line(tmp_path: Path) -> None:
    line = json.dumps(turn(1, "Is it\u2028free?", "Is it free?"), ensure_ascii=False)
    assert conversations.load(folder(tmp_path, line))[0].utterance == "Is it\u2028free?"


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["{"], r"turns\.jsonl, line 1: object: Invalid JSON"),
        (["[]"], r"turns\.jsonl, line 1: object: Input should be an object"),
        ([TURNS[0], {**TURNS[1], "year": "last"}], r"turns\.jsonl, line 2: year: "),
        ([TURNS[0], "", {k: v for k, v in TURNS[1].items() if k != "rewrite"}], r"line 3: rewrite: Field required"),
        ([{**TURNS[1], "history": [{"text": "What?"}]}], r"line 1: history\.0\.user: Field required"),
        ([{**TURNS[1], "rewrite": " "}], r"line 1: object: .*the rewrite is empty"),
        ([{**TURNS[1], "utterance": ""}], r"line 1: object: .*the utterance or the rewrite is empty"),
        ([TURNS[0], TURNS[1], TURNS[0]], r"line 3: the id '2019_1_1' stands in line 1; rename one"),
        (["", " "], r"turns\.jsonl has no turns"),
    ],
)
def test_a_malformed_file_is_named_with_its_line(tmp_path: Path, lines: list[object], says: str) -> None:
    with pytest.raises(ItemError, match=says):
        conversations.load(folder(tmp_path, *lines))


def test_a_folder_that_holds_none_and_one_that_is_not_utf_8_are_named(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match=r"turns\.jsonl cannot be read: .*No such file"):
        conversations.load(tmp_path)
    (tmp_path / "turns.jsonl").write_bytes(b"caf\xe9")
    with pytest.raises(ItemError, match=r"turns\.jsonl cannot be read: "):
        conversations.load(tmp_path)


def test_rows_by_year_leave_first_turns_out(tmp_path: Path) -> None:
    rows = list(commands.rewrite(folder(tmp_path, *TURNS)))
    assert [(row.year, row.turns) for row in rows] == [("2019", 2), ("2021", 1), ("all", 3)]
    assert [row.copy_f1 for row in rows] == pytest.approx([(2 / 3 + 1 / 3) / 2, 1, (2 / 3 + 1 / 3 + 1) / 3])
    assert [row.advisor_f1 for row in rows] == pytest.approx([(1 + 2 / 3) / 2, 1, (1 + 2 / 3 + 1) / 3])
    assert [row.exact for row in rows] == pytest.approx([1 / 2, 1, 2 / 3])


def test_conversations_of_one_turn_have_nothing_to_score(tmp_path: Path) -> None:
    with pytest.raises(ItemError, match="no turn has a history"):
        list(commands.rewrite(folder(tmp_path, TURNS[0])))


def test_the_command_prints_a_table_or_objects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["eval", "rewrite", "--conversations", str(folder(tmp_path, *TURNS))]
    assert cli.main(asked) == 0
    out, err = capsys.readouterr()
    table = ["year  turns  copy_f1  advisor_f1  exact", "2019      2    0.500       0.833  0.500"]
    assert (out.splitlines()[:2], len(out.splitlines()), err) == (table, 4, "")
    assert cli.main([*asked, "--json"]) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["year"], one["turns"]) for one in printed] == [("2019", 2), ("2021", 1), ("all", 3)]


def test_the_command_tells_what_is_wrong_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["eval", "rewrite", "--conversations", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"ItemError: {tmp_path / 'turns.jsonl'} cannot be read: ")


@pytest.mark.parametrize(
    ("predicted", "gold", "expected"),
    [
        ("Is it free?", "is it FREE", 1),
        ("Is it free?", "Is Kaggle free?", 2 / 3),
        ("the the the", "the", 1 / 2),
        ("the", "the the the", 1 / 2),
        ("Kaggle's cost", "cost of Kaggle", 2 / 3),
        ("C++ or snake_case", "c or snake case", 1),
        ("free", "paid", 0),
        ("", "paid", 0),
        ("paid", "", 0),
        ("?", "", 1),
        ("STRASSE", "straße", 1),
    ],
)
def test_token_f1_by_hand(predicted: str, gold: str, expected: float) -> None:
    assert token_f1(predicted, gold) == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(20))
def test_token_f1_is_the_harmonic_mean_of_precision_and_recall(seed: int) -> None:
    rng = random.Random(seed)
    said, wanted = ([rng.choice("abcdef") for _ in range(rng.randint(1, 12))] for _ in range(2))
    left = list(wanted)
    for word in said:
        if word in left:
            left.remove(word)
    shared = len(wanted) - len(left)
    precision, recall = shared / len(said), shared / len(wanted)
    expected = 2 * precision * recall / (precision + recall) if shared else 0.0
    assert token_f1(" ".join(said), " ".join(wanted)) == pytest.approx(expected)
    assert token_f1(" ".join(wanted), " ".join(said)) == pytest.approx(expected)


def test_words_are_folded_runs_of_letters_and_digits() -> None:
    assert words("Ng's C++, CI/CD_2 — Éa?") == ["ng", "s", "c", "ci", "cd", "2", "éa"]


@pytest.mark.skipif(not CAST.is_dir(), reason="the TREC CAsT conversations do not lie beside this checkout")
def test_the_rewriting_comes_nearer_to_a_persons_than_the_question_as_it_was() -> None:
    turns = conversations.load(CAST)
    rows = {row.year: row for row in conversations.score(turns)}
    assert {year: row.turns for year, row in rows.items()} == {"2019": 429, "2020": 191, "2021": 213, "all": 833}
    copied = [rows[year].copy_f1 for year in ("2019", "2020", "2021")]
    assert copied == pytest.approx([0.797, 0.702, 0.715], abs=0.001)
    assert rows["all"].advisor_f1 > rows["all"].copy_f1
    assert all(standalone(one.utterance, []) == one.utterance for one in turns if not one.history)
