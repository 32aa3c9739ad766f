"""What takes long while a model is loaded becomes steps: each is told, and before each one the load may be stopped.

Knows no model and no thread: who wants to hear of the steps, or to stop them, says so with two functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from advisor.errors import ModelError

Progress = Callable[[str, float | None], None]
"""Is told what is being done, in a few words, and what part of that is done: 0 to 1, or None where nobody knows."""

Item = TypeVar("Item")


class Cancelled(ModelError):
    """The load was stopped because somebody asked for that."""

    def __init__(self, name: str) -> None:
        super().__init__(f"loading {name} was cancelled; pick a model and ask again")


def unheard(doing: str, part: float | None) -> None:
    """Tell nobody."""


def never() -> bool:
    """Stop nothing."""
    return False


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one load, of the model `name`."""

    name: str
    progress: Progress = unheard
    cancelled: Callable[[], bool] = never

    def tell(self, doing: str, part: float | None = None) -> None:
        """Begin a step.

        :raises Cancelled: the load is to end here.
        """
        self.check()
        self.progress(doing, part)

    def check(self) -> None:
        """Go on with a step.

        :raises Cancelled: the load is to end here.
        """
        if self.cancelled():
            raise Cancelled(self.name)

    def each(self, items: Iterable[Item], doing: str, total: int = 0) -> Iterator[Item]:
        """Pass the items on, each as a step.

        :param total: how many items there are, if that is known.
        :raises Cancelled: the load is to end here.
        """
        for done, item in enumerate(items):
            self.tell(doing, done / total if total else None)
            yield item


UNWATCHED = Steps("")
