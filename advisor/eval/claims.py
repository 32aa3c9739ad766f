"""Claims that readers held against texts to how well each measure of support parts the backed ones from the rest.

Two sources of claims: the labelled sentences in `eval/labelled/`, which the packaged model wrote over the bundled
documents and language models labelled, and a folder of WiCE (Kamoi et al. 2023, https://arxiv.org/abs/2303.01432),
claims of Wikipedia with parts of the pages that they cite.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from advisor import paths
from advisor.answer import ground, support
from advisor.eval import agreement, grounding, lines

FILES = "code_and_resources__entailment_inputs__oracle_chunks__claim__{}.jsonl"
SPLIT = "test"  # of WiCE; the weights of `support` were fitted on its dev split


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, the texts that it is held against, and whether its readers found that they support all of it.

    Claims of one `group` are of one sentence, with different texts.
    """

    group: str
    sentence: str
    texts: tuple[str, ...]
    supported: bool


class Labelled(BaseModel):
    """A sentence that a model wrote from `sources`, and what readers held of it; `label` is the stricter of theirs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    item: str
    prompt: str
    question: str
    sentence: str = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    label: Literal["supported", "partial", "unsupported", "empty"]
    readers: tuple[str, ...]


class _Meta(BaseModel):
    id: str


class _Wice(BaseModel):
    label: Literal["supported", "partially_supported", "not_supported"]
    claim: str
    evidence: tuple[str, ...]
    meta: _Meta


def labelled() -> list[Labelled]:
    """Return the labelled sentences that ship.

    :raises ItemError: a line of the file is none.
    """
    return lines.load(paths.data("eval") / "labelled" / "sentences.jsonl", Labelled, lambda one: one.id)


def own() -> list[Claim]:
    """Return the labelled sentences as claims; an empty one is not supported."""
    return [Claim(one.id, one.sentence, one.sources, one.label == "supported") for one in labelled()]


def wice(folder: Path, split: str = SPLIT) -> list[Claim]:
    """Return the claims of a split of WiCE, each with the parts of its page that hold its evidence.

    :raises ItemError: there is no such file, or a line of it is no such claim.
    """
    numbers = iter(range(10**9))  # a claim stands once for each part
    found = lines.load(folder / FILES.format(split), _Wice, lambda one: f"{one.meta.id} {next(numbers)}")
    return [Claim(one.meta.id, one.claim, one.evidence, one.label == "supported") for one in found]


def score(claims: Sequence[Claim], rounds: int = 2000) -> Iterator[agreement.Row]:
    """Yield a row for each measure; the claims of one group are drawn together for its intervals.

    :raises ItemError: all claims are supported or none is, or a measure is the same for all.
    """
    people = np.array([float(claim.supported) for claim in claims])
    for metric, measure in (
        ("words", grounding.precision),
        ("support", grounding.support),
        ("likelihood", support.support),
    ):
        measured = np.array([measure(claim.sentence, claim.texts) for claim in claims])
        yield agreement.row(metric, "supported", measured, people, [c.group for c in claims], rounds, good=0.5)


def let_in(sentences: Sequence[Labelled]) -> list[Labelled]:
    """Return the sentences that the check lets into an answer as backed."""
    return [one for one in sentences if any(ground.backs(source, one.sentence) for source in one.sources)]
