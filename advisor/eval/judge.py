"""An answer and the nuggets in words to what a model says of each: told, told in part, or not.

The model is only a second opinion: it is reported beside the nugget recall that compares words (`nuggets.recall`), with
its agreement, and never in its place. A model sees a paraphrase that words miss, but is not sure to repeat itself, and
not sure to be right. After the assigner of the TREC 2024 RAG track's AutoNuggetizer (Pradeep et al. 2024,
https://arxiv.org/abs/2411.09607). What the documents say, it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import TypeAdapter

from advisor.errors import ModelError
from advisor.eval import nuggets
from advisor.eval.items import Figure, Item, Nugget
from advisor.eval.metrics import mean
from advisor.eval.run import keep
from advisor.eval.statistics import kappa
from advisor.prompts.library import Template
from advisor.types import Generator

PROMPT = "judge/v1"
_CREDIT = {"support": 1.0, "partial": 0.5, "none": 0.0}
_LINE = re.compile(
    rf"(?:[-*•]\s+)?(?:(?P<n>\d+)\s*[.):]?\s*)?(?P<mark>[*_`\"']*)(?P<label>{'|'.join(_CREDIT)})(?P=mark)[.,;]?",
    re.IGNORECASE,
)
_LABELS = TypeAdapter(list[float])
_SHOWN = 80  # characters of a reply that cannot be read


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a judge goes with the comparison of words, over `nuggets` labels of each.

    `same` is the share of equal labels, `kappa` what is left of it beyond chance, from -1 to 1.
    """

    nuggets: int
    same: float
    kappa: float


@dataclass(frozen=True, slots=True)
class Judge:
    """A model that is asked what an answer tells, and the template to ask it with: `library.load(PROMPT)`.

    Report it beside `nuggets.recall`, with its `agreement`, never in its place.
    """

    generator: Generator
    template: Template

    def told(self, question: str, nuggets: Sequence[str], answer: str) -> list[float]:
        """Return 1.0 for each nugget that an answer tells, 0.5 for one told in part, else 0.0.

        The model is asked a second time where its reply cannot be read, and not at all about an empty answer.

        :param nuggets: each in words, as `words` gives it.
        :raises ModelError: the second reply cannot be read either, or the model cannot be reached.
        """
        if not nuggets or not answer.strip():
            return [0.0] * len(nuggets)
        reply = ""
        for again in (False, True):  # asked the same, a model at temperature 0 would only repeat itself
            prompt = self.template.render(question=question, nuggets=list(nuggets), answer=answer, again=again)
            reply = "".join(self.generator.stream(prompt))
            credit = _read(reply)
            if credit is not None and len(credit) == len(nuggets):
                return credit
        raise ModelError(
            f"{self.generator.name} judged {len(nuggets)} nuggets twice in other words than it was asked for: "
            f"{_beginning(reply)}; expected support, partial or none on each of {len(nuggets)} lines; judge with a "
            "larger model"
        )


def _read(reply: str) -> list[float] | None:
    """Return the credit that each line gives; None where one gives none, or has another number than its own."""
    credit: list[float] = []
    for line in filter(None, map(str.strip, reply.splitlines())):
        found = _LINE.fullmatch(line)
        if found is None or int(found["n"] or len(credit) + 1) != len(credit) + 1:
            return None
        credit.append(_CREDIT[found["label"].casefold()])
    return credit


def _beginning(reply: str) -> str:
    text = " ".join(reply.split())
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def opinion(judge: Judge, asked: Sequence[tuple[Item, str]]) -> str:
    """Return what a judge finds told of items' vital nuggets, beside what the comparison of words does, in a line.

    Its labels are kept, so that only new answers are judged.

    :param asked: items to answer, each with the words of its answer.
    """
    mine: list[float] = []
    other: list[float] = []
    for item, text in asked:
        vital = [nugget for nugget in item.nuggets if nugget.vital]
        told = [words(nugget) for nugget in vital]
        key = [judge.generator.name, judge.template.sha256, item.question, told, text]
        labels: list[float] = keep(_LABELS, "judged", key, partial(judge.told, item.question, told, text))
        other += labels
        mine += [nuggets.told(text, nugget) for nugget in vital]
    found = agreement(other, mine)
    return (
        f"{judge.generator.name} finds {mean(other):.3f} of the vital nuggets told, their words {mean(mine):.3f}; "
        f"{found.same:.3f} of {found.nuggets} labels are the same, kappa {found.kappa:.3f}"
    )


def words(nugget: Nugget) -> str:
    """Return a nugget in words, for a judge and for a report: the first alias of each group, then the figures."""
    return "; ".join((*(aliases[0] for aliases in nugget.says), *map(_figure, nugget.figures)))


def _figure(figure: Figure) -> str:
    number = f"{'about ' if figure.tolerance else ''}{figure.value:,.15g}"
    if figure.unit == "%":
        return f"{number}%"
    if figure.unit.isupper():
        return f"{number} {figure.unit}"
    return f"{number} {_counted(figure.unit, figure.value)}".rstrip()


def _counted(noun: str, value: float) -> str:
    """Return a noun in the number that goes with a value; a unit of two letters, such as gb, has no plural."""
    return noun if value == 1 or len(noun) <= 2 else re.sub(r"(?<=[^aeiou])y$", "ie", noun) + "s"


def agreement(judged: Sequence[float], matched: Sequence[float]) -> Agreement:
    """Return how far what a judge says of each nugget goes with what `nuggets.told` finds.

    :raises ItemError: the lengths differ, there is no nugget, or both give all nuggets one and the same label, which
        leaves nothing beyond chance to agree on.
    """
    beyond = kappa(judged, matched)
    return Agreement(len(judged), mean([float(a == b) for a, b in zip(judged, matched, strict=True)]), beyond)
