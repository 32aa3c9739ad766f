"""Questions with the sentences that answer them, over documents, to the weights of the reader, and of the decision.

The reader learns to tell the sentence that answers from those that only look like it. An answerable question teaches
with the likeliest of its answers, and with what a reader before takes for another; any other one with what that reader
takes for answers, and with the made-up one that would be it. A later question of a talk is read by turns as it is made
to stand alone, and behind the one before it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from advisor.answer import decide, lists
from advisor.answer.evidence import Scored, headed, unread
from advisor.answer.retrieve import Search
from advisor.eval.match import fold
from advisor.eval.questions import Question
from advisor.index.tokens import form, tokenize
from advisor.models.network import CrossEncoder, LateInteraction, Network, cross_encoder
from advisor.models.reader import Tokens, padded
from advisor.types import Turn

EPOCHS = 2
BATCH = 32
POOL = 32 * BATCH  # examples that are ordered by length at once
RATE = 3e-4  # rises for the first WARM of the steps, then falls to 0
COPIED = 1.5e-4  # the same of what begins as a copy
WARM = 0.05
DECAY = 0.05
SMOOTHED = 0.05  # a label is this far from 0 and 1
ANSWERS = 0.5  # share of a quote's terms from which a source sentence of other documents says it
DOUBTFUL = 0.3  # share from which it may
FEWEST = 3  # source sentences that are no answer, of which one teaches that
ANSWERING = 2  # source sentences that answer
MISTAKEN = 3  # those that a reader takes for an answer where there is none

Tell = Callable[[str], None]
_Taught = tuple[str, bool]  # a text, and whether it answers


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the text that is held against it, and whether this answers it."""

    question: str
    text: str
    answers: bool


def examples(search: Search, questions: Sequence[Question]) -> Iterator[Example]:
    """Yield what questions teach over the documents of an index; one whose answer is not found teaches nothing.

    What is no answer is taught by what a reader takes for one, if the search has a reader: a better one is fitted to
    the mistakes of the one before.
    """
    for place, one in enumerate(questions):
        query = search.query(one.question, one.turns)
        found = decide.told(search.scored(query, search.passages(query, search.config)))
        readings = query.readings
        if found:
            taught = _answered(found, one) if one.answerable else _unanswered(found, one)
            for number, (text, answers) in enumerate(taught, start=place):
                yield Example(readings[number % len(readings)], text, answers)


def _answered(found: Sequence[Scored], one: Question) -> Iterator[_Taught]:
    said = [_said(held.span.text, one.quotes) for held in found]
    answer = [held for held, share in zip(found, said, strict=True) if share >= ANSWERS]
    rest = [held for held, share in zip(found, said, strict=True) if share < DOUBTFUL]
    for held in answer[:ANSWERING]:
        yield headed(held.span), True
    if answer and len(rest) >= FEWEST:
        yield headed(unread(rest)[0].span), False  # what a reader takes for an answer may be one


def _unanswered(found: Sequence[Scored], one: Question) -> Iterator[_Taught]:
    for held in sorted(found, key=lambda held: -held.answers)[:MISTAKEN]:
        yield headed(held.span), False
    yield headed(found[0].span).removesuffix(found[0].span.text) + one.would, True


def _said(text: str, quotes: Sequence[str]) -> float:
    """Return how much of a quote a source sentence says, 0 to 1: 1 for one that it holds, or is a good part of."""
    held, folded = {form(term) for term in tokenize(text)}, fold(text)
    shares = [0.0]
    for quote in quotes:
        terms, whole = {form(term) for term in tokenize(quote)}, fold(quote)
        is_same = whole in folded or (folded in whole and 2 * len(folded) >= len(whole))
        shares.append(1.0 if is_same else len(terms & held) / max(len(terms), 1))
    return max(shares)


def fit(taught: Sequence[Example], embedder: Tokens, tell: Tell) -> list[Network]:
    """Return a network of each kind, fitted to the examples.

    :param tell: is told of each epoch's loss, in a line.
    """
    vectors: dict[str, NDArray[np.float16]] = {}
    texts = sorted({text for one in taught for text in (one.question, one.text)}, key=len)
    for some in (texts[start : start + POOL] for start in range(0, len(texts), POOL)):
        vectors |= {text: rows.astype(np.float16) for text, rows in zip(some, embedder.tokens(some), strict=True)}
    usable = [one for one in taught if len(vectors[one.question]) and len(vectors[one.text])]
    dim = next(iter(vectors.values())).shape[1]
    torch.manual_seed(0)
    networks: list[Network] = [LateInteraction(dim), cross_encoder(dim, embedder.upper())]
    for network in networks:
        _fit(network, usable, vectors, tell)
    return networks


def _fit(
    network: Network,
    usable: Sequence[Example],
    vectors: Mapping[str, NDArray[np.float16]],
    tell: Tell,
) -> None:
    chance = random.Random(0)
    copied = {*network.layers.parameters()} if isinstance(network, CrossEncoder) else set()
    rates = [{"params": [one], "lr": COPIED if one in copied else RATE} for one in network.parameters()]
    best = torch.optim.AdamW(rates, weight_decay=DECAY)
    steps = EPOCHS * len(_batches(usable, chance))
    pace = torch.optim.lr_scheduler.LambdaLR(best, lambda step: _pace(step / steps))
    for epoch in range(EPOCHS):
        network.train()
        lost = 0.0
        for batch in _batches(usable, chance):
            wanted = torch.tensor([SMOOTHED + (1 - 2 * SMOOTHED) * one.answers for one in batch])
            asked = padded([vectors[one.question] for one in batch])
            held = padded([vectors[one.text] for one in batch])
            with _half():
                odds = network(asked[0], held[0], asked[1], held[1])
            loss = nn.functional.binary_cross_entropy_with_logits(odds.float(), wanted)
            best.zero_grad()
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            best.step()
            pace.step()
            lost += loss.item() * len(batch)
        tell(f"{type(network).__name__}, epoch {epoch + 1} of {EPOCHS}: loss {lost / len(usable):.4f}")
    network.eval()


def _pace(done: float) -> float:
    """Return the share of the rate to learn with when that share of the steps is done."""
    return done / WARM if done < WARM else max(0.02, (1 - done) / (1 - WARM))


def _half() -> torch.autocast:
    """Return what multiplies matrices in bfloat16 where the processor can, which is twice as fast and no worse."""
    can = torch.cpu.get_capabilities()
    return torch.autocast("cpu", torch.bfloat16, enabled=any(can[name] for name in can if name.endswith("_bf16")))


def seen(search: Search, question: str, history: Sequence[Turn]) -> decide.Seen | None:
    """Return what there is to decide by for a question, None where it is refused without."""
    query = search.query(question, history)
    passages = search.passages(query, search.config)
    scored = search.scored(query, passages)
    listed = lists.whole(query.sought, search, passages, unread(scored))
    return decide.look(query.sought, passages, scored, listed)


def weigh(seen: Sequence[decide.Seen], answerable: Sequence[bool]) -> tuple[float, ...]:
    """Return the bias and the weights of the logistic model of a decision, on questions that the reader was not fitted
    to, both kinds counting the same."""
    given = torch.tensor([[1.0, one.read or 0.0, one.lacks] for one in seen], dtype=torch.float64)
    wanted = torch.tensor(list(map(float, answerable)), dtype=torch.float64)
    counts = torch.where(wanted > 0, 0.5 / wanted.mean(), 0.5 / (1 - wanted.mean()))
    weights = torch.zeros(given.shape[1], dtype=torch.float64, requires_grad=True)
    best = torch.optim.LBFGS([weights], max_iter=200)

    def loss() -> torch.Tensor:
        best.zero_grad()
        lost = nn.functional.binary_cross_entropy_with_logits(given @ weights, wanted, counts)
        torch.autograd.backward(lost)
        return lost

    best.step(loss)  # type: ignore[no-untyped-call]
    return tuple(round(float(one), 3) for one in weights.detach())


def _batches(taught: Sequence[Example], chance: random.Random) -> list[Sequence[Example]]:
    """Return the examples in batches by chance, those of one batch of like length, so that little is padded."""
    mixed = chance.sample(taught, len(taught))
    pools = [sorted(mixed[start : start + POOL], key=lambda one: len(one.text)) for start in range(0, len(mixed), POOL)]
    batches = [pool[start : start + BATCH] for pool in pools for start in range(0, len(pool), BATCH)]
    return chance.sample(batches, len(batches))
