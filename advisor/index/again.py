"""A leg's scores to those of a second look: what is like the leg's best chunk rises.

Relevance feedback after Rocchio, 1971, from one chunk that is taken to be relevant unasked (Croft and Harper, 1979,
doi:10.1108/eb026683); with two or more, short questions lose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Scores = TypeVar("Scores", NDArray[np.float32], NDArray[np.float64])

SHARE = 0.35  # of the likeness in a score; eval/LOG.md: .3 to .5 do alike


def again(scores: Scores, ids: Sequence[str], likeness: Callable[[int], Scores], share: float) -> Scores:
    """Return `(1 - share) * scores + share * likeness`, the latter scaled so that the best chunk keeps its score.

    :param scores: `(n,)`; where none is above 0 there is no best chunk, and they come back as they are.
    :param ids: the chunks' ids by row; the least of equally good ones is the best.
    :param likeness: a row to the likeness of each chunk to that row's, `(n,)`, above 0 for itself.
    """
    top = float(scores.max(initial=0.0))
    if not share or top <= 0:
        return scores
    best = min((scores == top).nonzero()[0].tolist(), key=lambda row: ids[row])
    like = likeness(best)
    moved: Scores = (1 - share) * scores + share * top / float(like[best]) * like
    return moved
