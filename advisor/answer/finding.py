"""A question and its passages to what it is answered by, and to how sure it is that this answers it.

A question that is not answered whole may ask for two things, or take something for granted: these are asked by
themselves, and what the documents say of them is told beside the refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from advisor.answer import decide, leads, lists, orders, parts, premise, smalltalk
from advisor.answer.evidence import Scored, choose, unread
from advisor.answer.listing import Line
from advisor.answer.retrieve import Query, Search
from advisor.answer.rewrite import is_follow_up, points_back
from advisor.answer.spans import Span
from advisor.answer.words import figures
from advisor.config import Config
from advisor.types import Passage, Turn

WRITTEN = 2  # source sentences that a model is asked to put together: a small one mixes up more


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a question was found to be answered by: all source sentences, those to answer with, and the best of them.

    Where they are not enough, `missing` is the question that is not answered, all of it or a part, and `beside` what is
    told all the same, of what `of` names.
    """

    scored: Sequence[Scored]
    lines: Sequence[Line]
    best: Sequence[Span]  # none where the lines are quoted without a model
    confidence: float
    missing: str
    beside: Sequence[Line] = ()
    of: str = ""
    is_vague: bool = False  # it points back, and nothing was said before it

    @property
    def is_enough(self) -> bool:
        return self.confidence >= decide.THRESHOLD and bool(self.lines)

    @property
    def best_place(self) -> tuple[str, int]:
        """Where the best of what answers begins: a document's id, and a character of it. There must be lines."""
        best = self.best[0] if self.best else self.lines[-1].span
        return best.passage.chunk.doc_id, best.start


class Finder:
    """A search, and a decision on what it finds.

    :param given: the passages to answer from in place of a search.
    """

    def __init__(self, search: Search, config: Config, given: Sequence[Passage] | None = None) -> None:
        self._search = search
        self._config = config
        self._given = None if given is None else search.fitting(given, config)

    def passages(self, query: Query) -> tuple[Passage, ...]:
        """Return the passages that an answer to a query is made from."""
        return self._search.passages(query, self._config) if self._given is None else self._given

    def find(self, question: str, history: Sequence[Turn] = ()) -> Evidence:
        """Return what a question is to be answered by, or refused for."""
        query = self._search.query(question, history)
        return self.decided(question, history, query, self.passages(query))

    def decided(self, question: str, history: Sequence[Turn], query: Query, passages: Sequence[Passage]) -> Evidence:
        """Return what a question is to be answered by, or refused for, from its query and the passages for it."""
        asked = orders.without(question)
        several = [part for part in parts.parted(asked) if not smalltalk.reply(part)]
        several = several if len(several) > 1 else []
        evidence = self._evidence(query, passages)
        if not history and decide.is_vague(several[0] if several else query.text):
            return replace(evidence, confidence=0.0, is_vague=True)
        apart = self._apart(several, history, evidence)
        return apart if apart.is_enough or apart.beside else self._supposed(asked, history, apart)

    def _apart(self, asked: Sequence[str], history: Sequence[Turn], evidence: Evidence) -> Evidence:
        """Return the evidence of a question with what it leaves out of the questions in it; where it is not enough,
        what answers these if each is held, or else it beside what is held of them."""
        before = history
        found: list[Evidence] = []
        for part in asked:
            query = self._search.query(part, before if is_follow_up(part) else ())
            found.append(replace(self._evidence(query, self.passages(query)), missing=part))
            before = [*history, Turn("user", asked[0])]
        held = [one for one in found if one.is_enough]
        if evidence.is_enough:
            alone = [one for part, one in zip(asked, found, strict=True) if one in held and not is_follow_up(part)]
            left = [one.lines for one in alone if one.best_place not in map(_place, evidence.lines)]
            return replace(evidence, lines=[*evidence.lines, *chain.from_iterable(left)]) if left else evidence
        lines = [*chain.from_iterable(one.lines for one in held)]
        if held and len(held) == len(found):
            return replace(evidence, lines=lines, best=(), confidence=min(one.confidence for one in held))
        missing = " ".join(one.missing for one in found if not one.is_enough)
        return replace(evidence, missing=missing, beside=lines, of="the rest") if held else evidence

    def _supposed(self, question: str, history: Sequence[Turn], evidence: Evidence) -> Evidence:
        """Return the evidence beside what the documents say of what the question takes for granted; or this alone, if
        it denies that."""
        if not (supposed := premise.supposed(question)):
            return evidence
        asked = self._search.query(supposed, history if points_back(supposed) else ())
        passages = self.passages(asked)
        found = self._evidence(asked, passages)
        if found.confidence < decide.THRESHOLD:
            return evidence
        held = leads.under(self._search, passages, premise.likely(found.scored))
        if premise.is_denied(supposed, held, found.confidence):
            return replace(found, lines=held, best=())
        return replace(evidence, beside=held, of="what it takes for granted")

    def _evidence(self, query: Query, passages: Sequence[Passage]) -> Evidence:
        """Return the source sentences that answer a question, and how sure it is that they do."""
        question = query.sought
        scored = self._search.scored(query, passages)
        listed = lists.whole(question, self._search, passages, unread(scored))
        confidence = decide.confidence(question, passages, scored, listed, self._search.weight)
        chosen = [] if listed else choose(question, scored)
        best = [one.span for one in scored if one.span in chosen]
        told = best[:1] or [line.span for line in listed if figures(line.text)]
        chosen += [span for span in self._search.otherwise(told, passages) if span not in chosen]
        lines = leads.whole(self._search, passages, listed) + leads.under(self._search, passages, chosen)
        return Evidence(scored, lines, best[:WRITTEN], confidence, query.text)


def _place(line: Line) -> tuple[str, int]:
    return line.span.passage.chunk.doc_id, line.span.start
