"""An answer's text and an item's nuggets to what the answer tells, which figures it gives, and what it must not say.

Pure functions, which compare words and quantities. They know no paraphrase: what is told in words that no alias has
counts as untold, and what is denied in an alias's words as told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from advisor.eval.items import Nugget
from advisor.eval.match import fold, holds, holds_any
from advisor.eval.metrics import mean
from advisor.eval.quantities import Quantity, matches, quantities


@dataclass(frozen=True, slots=True)
class Recall:
    """Mean credit of nuggets, each in [0, 1]: of the vital ones and of all, with half credit for a part and without."""

    vital: float
    all: float
    vital_strict: float
    all_strict: float


def told(text: str, nugget: Nugget) -> float:
    """Return 1.0 if a text holds an alias of every group and every figure of a nugget, 0.5 if some, else 0.0."""
    folded, found = fold(text), quantities(text)
    parts = [holds_any(folded, aliases) for aliases in nugget.says]
    parts += [any(matches(one, figure) for one in found) for figure in nugget.figures]
    return 1.0 if all(parts) else 0.5 if any(parts) else 0.0


def recall(text: str, nuggets: Sequence[Nugget]) -> Recall:
    """Return how much of the nuggets a text tells; a mean of no nuggets is 0.0.

    V, A, V_strict and A_strict of the TREC 2024 RAG track's AutoNuggetizer (Pradeep et al., 2024,
    https://arxiv.org/abs/2411.09607), with words and figures compared in place of a model's labels. Its weighted
    scores, in which other nuggets count half as much as vital ones, are left out.
    """
    credit = [told(text, nugget) for nugget in nuggets]
    vital = [one for one, nugget in zip(credit, nuggets, strict=True) if nugget.vital]
    return Recall(mean(vital), mean(credit), _strict(vital), _strict(credit))


def _strict(credit: Sequence[float]) -> float:
    return mean([float(one == 1.0) for one in credit])


def key_figures(text: str, evidence: Sequence[str], nuggets: Sequence[Nugget]) -> tuple[float | None, float | None]:
    """Return the precision and the recall of a text's figures, each in [0, 1].

    The precision is the share of its quantities that an evidence text or a nugget gives too, None where it has none;
    the recall is the share of the nuggets' figures that it gives, None where they have none. Equal ones count once. A
    bare number ("there are eight") is given where the evidence counts something with it ("eight essential skills").
    """
    said = {(one.value, one.unit): one for one in quantities(text)}
    wanted = {figure for nugget in nuggets for figure in nugget.figures}
    held = [one for source in evidence for one in quantities(source)]
    backed = [
        any(_gives(other, one) for other in held) or any(matches(one, figure) for figure in wanted)
        for one in said.values()
    ]
    given = [any(matches(one, figure) for one in said.values()) for figure in wanted]
    return _share(backed), _share(given)


def forbidden(text: str, must_not_say: Sequence[str]) -> list[str]:
    """Return which of the things that must not be said a text says, in the order given."""
    folded = fold(text)
    return [words for words in must_not_say if holds(folded, [words])]


def _gives(held: Quantity, said: Quantity) -> bool:
    """Whether one quantity is another, or what the other leaves out is only what it counts: `year`, but not INR."""
    return held.value == said.value and (held.unit == said.unit or (not said.unit and held.unit.islower()))


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
