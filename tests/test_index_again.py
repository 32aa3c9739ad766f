"""again: the second look against the formula, and where there is none."""

import numpy as np
import pytest

from advisor.index.again import again

LIKE = np.array([[1.0, 0.5, 0.0], [0.5, 1.0, 0.2], [0.0, 0.2, 1.0]])


def test_by_hand() -> None:
    """The first is best and keeps its 8; the second gets 3/4 of 4 and, half like the first, 1/4 of 4."""
    found = again(np.array([8.0, 4.0, 4.0]), "abc", lambda row: LIKE[row], 0.25)
    assert found == pytest.approx([8, 3 + 1, 3])


def test_the_unit_of_the_likeness_is_of_no_matter() -> None:
    scores = np.array([1.0, 2.0, 0.5])
    assert again(scores, "abc", lambda row: 7 * LIKE[row], 0.4) == pytest.approx(
        again(scores, "abc", lambda row: LIKE[row], 0.4)
    )


@pytest.mark.parametrize(("ids", "best"), [("abc", 0), ("cba", 1), ("bca", 0)])
def test_of_equally_good_chunks_the_least_id_is_the_best(ids: str, best: int) -> None:
    asked: list[int] = []

    def likeness(row: int) -> np.typing.NDArray[np.float64]:
        asked.append(row)
        return LIKE[row]

    again(np.array([2.0, 2.0, 1.0]), ids, likeness, 0.5)
    assert asked == [best]


@pytest.mark.parametrize(("scores", "share"), [([], 0.5), ([0.0, 0.0], 0.5), ([-1.0, -0.5], 0.5), ([2.0, 1.0], 0.0)])
def test_without_a_best_chunk_or_a_share_nothing_is_asked(scores: list[float], share: float) -> None:
    def refuse(row: int) -> np.typing.NDArray[np.float64]:
        raise AssertionError(f"asked for row {row}")

    assert again(np.array(scores), "ab", refuse, share).tolist() == scores


def test_float32_stays() -> None:
    scores = np.array([1, 2, 0.5], dtype=np.float32)
    assert again(scores, "abc", lambda row: LIKE[row].astype(np.float32), 0.35).dtype == np.float32
