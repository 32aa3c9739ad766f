import pytest

from advisor.models.streaming import Run, until


@pytest.mark.parametrize(
    ("pieces", "stops", "expected"),
    [
        (["one ", "two"], [], "one two"),
        (["one\n", "\nQ: two"], ["\n\nQ:"], "one"),
        (["a", "b", "c", "d"], ["bc"], "a"),
        (["ab"], ["bc"], "ab"),
        (["aab"], ["ab"], "a"),
        (["STOP rest"], ["STOP"], ""),
        (["x y z"], ["z", "y"], "x "),
    ],
)
def test_until(pieces, stops, expected):
    assert "".join(until(iter(pieces), stops)) == expected


def test_no_piece_is_held_longer_than_needed():
    assert list(until(iter(["ab", "cd", "\n", "ef"]), ["\n\n"])) == ["ab", "cd", "\nef"]


def test_pieces_hold_back_half_a_character():
    import torch

    run = Run(60)
    data = list("₹9 – ok".encode())
    run.put(torch.tensor([[1, 2, 3]]))  # the prompt
    for byte in data:
        run.put(torch.tensor([byte]))
    run.close()
    pieces = list(run.pieces(lambda ids: bytes(ids).decode("utf-8", "replace")))
    assert pieces == ["₹", "9", " ", "–", " ", "o", "k"]


def test_half_a_character_at_the_end_is_still_shown():
    import torch

    run = Run(60)
    run.put(torch.tensor([[1]]))
    run.put(torch.tensor([0xE2]))
    run.close()
    assert "".join(run.pieces(lambda ids: bytes(ids).decode("utf-8", "replace"))) == "\ufffd"


@pytest.mark.parametrize(
    ("ids", "late", "finish"),
    [([5, 2], False, "end"), ([5, 5, 5], True, "length"), ([5], True, "time"), ([], False, "stopped")],
)
def test_how_it_ended(ids, late, finish):
    run = Run(60)
    run.ids, run.late = ids, late
    usage = run.usage(7, frozenset({2}), 3)
    assert (usage.prompt_tokens, usage.generated_tokens, usage.finish) == (7, len(ids), finish)
