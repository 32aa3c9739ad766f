"""A question and its passages to the source sentences that answer it, best first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp
from statistics import fmean

from advisor.answer.rivals import Mentions, conflict, meant, mentions, numbered
from advisor.answer.spans import Span, before, spans
from advisor.answer.words import figures, names
from advisor.corpus.chunk import indexed_text
from advisor.index.tokens import tokenize
from advisor.types import Passage

Weight = Callable[[str], float]
# Of some texts, the log-odds that each answers the question, one for each reading of this
Read = Callable[[Sequence[str]], Sequence[tuple[float, ...]]]
Cosines = Callable[[str, Sequence[Span]], Sequence[float]]  # of a question with source sentences
MEANING = 0.6  # share of the embedding's score in a source sentence's score; the rest is term coverage
NEAR = 0.65  # share of the best sentence's score from which another one is evidence too
BESIDES = 0.6  # the same for one that holds a term of the question that no better one holds
MEANT = 0.65  # share of the best sentence's cosine from which another one may be evidence
LIKELY = 0.2  # share of the best probability to answer from which another one is evidence; see eval/LOG.md
MOST = 8  # source sentences in an answer that is not a list
PLACE = 0.2  # what the best passage adds to the score of its sentences, the others by their share of its score
EXPECTED = 0.05  # added to the score of a source sentence that holds the kind of thing that was asked for
ANSWERS = 0.2  # what is added to the score of a source sentence that surely answers
READ = 32  # source sentences that are read, each by itself
_ASKS_FIGURE = re.compile(
    r"\bhow (?:many|much|big|large|long|old|high)\b|\bwhen\b|\bwhat .*\b(?:earn|cost)\b", re.IGNORECASE
)
_ASKS_NAMES = re.compile(r"\b(?:who|which|name)\b", re.IGNORECASE)
_NUMBER = re.compile(  # of a heading: "Step 3: ", "4. ", "Misconception 1: "
    r"^(?:(?:step |stage |phase |skill |part )?\d+[.:)]?|[^\W\d_]+ \d{1,2}[.:)])\s", re.IGNORECASE
)
_COUNT = re.compile(r"(\d{1,2})[.)]\s")
_ANNOUNCES = re.compile(
    r"\b(?:this|the|a|its|that) table\b.*\b(?:show|present|display|illustrat|highlight|compar|provid|set|list|break|"
    r"not (?:in|part|includ)|absent|missing|left out)|\bannounces a table\b|"
    r"\btables? (?:itself |themselves )?(?:is|are) (?:not|absent|missing)|"
    r"\bnot in the source\b|\b(?:source|list|entry|text) breaks off\b|\b(?:such as|for example|including)$",
    re.IGNORECASE,
)
# Tells nothing without what follows
_LEADS_ON = re.compile(r"[:?]$|\bbelow\b(?! (?:(?:the|an?)\b|\W?\d))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Scored:
    """A source sentence with how well it fits the question: its cosine, its share of the terms, whether it holds the
    kind of thing that was asked for, and the log-odds that it answers, for each reading of the question."""

    span: Span
    cosine: float
    coverage: float
    expected: bool = False
    odds: tuple[float, ...] = ()

    @property
    def answers(self) -> float:
        """The probability that it answers; 0 where it was not read."""
        return 1 / (1 + exp(-fmean(self.odds))) if self.odds else 0.0

    @property
    def fit(self) -> float:
        """How well it fits by meaning and terms, about 0 to 1."""
        return MEANING * self.cosine + (1 - MEANING) * self.coverage

    @property
    def score(self) -> float:
        """Its fit, and more if it holds the kind of thing that was asked for, or was read to answer."""
        return self.fit + EXPECTED * self.expected + ANSWERS * self.answers

    @property
    def tells(self) -> bool:
        """Whether it tells something: it is no heading, and announces no gap."""
        return not self.announces and self.span.kind != "heading"

    @property
    def announces(self) -> bool:
        """Whether it announces what the source does not hold: a table that is missing, a list that breaks off."""
        return bool(_ANNOUNCES.search(self.span.text))


def rank(question: str, passages: Sequence[Passage], cosines: Cosines, weight: Weight) -> list[Scored]:
    """Return the passages' source sentences by how well they fit the question, ties by place.

    A sentence is scored with its headings, which say what it is about; one that is about another level, role, degree
    or step than the question is left out.
    """
    asked = meant(question)
    found = [span for passage in passages for span in _of_the_kind(asked, spans(passage))]
    wanted = set(tokenize(question))
    scored = []
    for span, cosine in zip(found, cosines(question, found), strict=True):
        coverage = covered(wanted, set(tokenize(in_context(span))), weight)
        scored.append(Scored(span, cosine, coverage, expected(question, span.text)))
    return _ranked(scored)


def reread(scored: Sequence[Scored], read: Read) -> list[Scored]:
    """Return source sentences, best first, the likeliest of them read: of each passage the best one, whatever its
    place, so that none falls behind for being unread, and then the best ones of all.

    :param read: returns nothing without a reader.
    """
    told = [one for one in scored if one.tells]
    first = {one.span.passage.n: one for one in reversed(told)}  # of each passage
    best = sorted(told, key=lambda one: first[one.span.passage.n] is not one)[:READ]
    odds = read([headed(one.span) for one in best])
    found = {id(one): replace(one, odds=own) for one, own in zip(best, odds, strict=False)}
    return _ranked([found.get(id(one), one) for one in scored])


def unread(scored: Sequence[Scored]) -> list[Scored]:
    """Return source sentences by how well they fit, whatever a reader makes of them: it reads no headings."""
    return _ranked([replace(one, odds=()) for one in scored])


def _ranked(scored: Sequence[Scored]) -> list[Scored]:
    return sorted(scored, key=lambda one: (-one.score, one.span.passage.n, one.span.start))


def _of_the_kind(asked: Mentions, held: Sequence[Span]) -> Iterator[Span]:
    """Yield the source sentences that are not about another level, role or kind than the question. One that names none,
    under a heading that names several, is about what the sentence before it is about."""
    before: Mentions = {}
    for span in held:
        own, under = mentions(span.text), mentions(in_context(span))
        is_prose = span.kind == "sentence"
        carried = {name: kind for name, kind in before.items() if name not in own and len(under.get(name, ())) != 1}
        if not conflict(asked, under | (carried if is_prose else {})):
            yield span
        before = carried | own if is_prose else {}


def expected(question: str, text: str) -> bool:
    """Whether a text holds what a question asks for by kind: names for who and which, figures for how many."""
    if _ASKS_FIGURE.search(question):
        return bool(figures(text) - figures(question))
    new = names(text) - names(question)
    return len(new) >= 2 and bool(_ASKS_NAMES.search(question))


def in_context(span: Span) -> str:
    """Return a source sentence under its headings; the third item of a numbered list is step 3, too."""
    path = span.passage.chunk.heading_path
    if span.kind == "heading" and span.text in path:  # those below it say nothing of it
        path = path[: path.index(span.text)]
    return indexed_text(span.passage.title, tuple(map(counted, path)), stepped(span))


def stepped(span: Span) -> str:
    """Return a source sentence with the step said that it is in a numbered list."""
    return f"step {span.step}: {span.text}" if span.step else counted(span.text)


def counted(text: str) -> str:
    """Return a text with the step said that its number makes it: "2. Concepts" is step 2, too."""
    return f"step {found[1]}: {text}" if (found := _COUNT.match(text)) else text


def headed(span: Span) -> str:
    """Return a source sentence as it is read: behind the heading that it stands under."""
    return "".join(f"{heading}: " for heading in span.passage.chunk.heading_path[-1:]) + span.text


def covered(wanted: set[str], held: set[str], weight: Weight) -> float:
    """Return the weighted share of the terms `wanted` that are among `held`, 0 to 1; 1 where nothing is wanted."""
    total = sum(weight(term) for term in wanted)
    return sum(weight(term) for term in wanted & held) / total if total else 1.0


def choose(question: str, scored: Sequence[Scored]) -> list[Span]:
    """Return the few source sentences to answer from, in the order of their passages: those that are near the best in
    score and likely to answer, and those that speak of what the question names and the better ones leave out."""
    asked = set(tokenize(question))
    told = [one for one in sorted(scored, key=_placed(scored), reverse=True) if not one.announces]
    told = _of_the_step(question, told) or told
    held = [one for one in told if one.span.text.endswith(".") or not set(tokenize(one.span.text)) <= asked]
    held = [
        one for one in held if one.span.kind != "heading" or re.search(r"\d", _NUMBER.sub("", one.span.text))
    ] or held
    held = [one for one in held if not _LEADS_ON.search(one.span.text)] or held
    best = max((one.score for one in held), default=0.0)
    chosen: list[Scored] = []
    for one in held:
        said = {term for other in chosen for term in tokenize(other.span.text)}
        least = BESIDES if asked & set(tokenize(one.span.text)) - said else NEAR
        near = one.score >= least * best and one.cosine >= MEANT * held[0].cosine
        if not chosen or (len(chosen) < MOST and near):
            chosen.append(one)
    likely = LIKELY * max((one.answers for one in chosen), default=0.0)
    chosen = [one for one in chosen if one.answers >= likely]
    return sorted(led([one.span for one in chosen], scored), key=lambda span: (span.passage.n, span.start))


def _of_the_step(question: str, told: Sequence[Scored]) -> list[Scored]:
    """Return the source sentences about the numbered step that a question asks for, of the document that tells it best:
    another's step of that number is another step."""
    asked = numbered(question)
    found = [one for one in told if asked & numbered(in_context(one.span))]
    return [one for one in found if one.span.passage.chunk.doc_id == found[0].span.passage.chunk.doc_id]


def led(chosen: Sequence[Span], scored: Sequence[Scored]) -> list[Span]:
    """Return source sentences with those before them that they point back to; what points to one that is left out, as
    it is about another level, role or step, is left out too, unless it is the best."""
    places = {(one.span.passage.n, one.span.start): one.span for one in scored}
    led: dict[tuple[int, int], Span] = {}
    for span in chosen:
        line = [span]
        while line[0].points_back and (earlier := before(line[0])):
            line.insert(0, earlier)
        if span is chosen[0] or all((one.passage.n, one.start) in places for one in line):
            led |= {(one.passage.n, one.start): one for one in line if (one.passage.n, one.start) in places}
    return [*led.values()]


def _placed(scored: Sequence[Scored]) -> Callable[[Scored], float]:
    """Return the score of a source sentence with a share for how well its passage was found."""
    best = max((one.span.passage.score for one in scored), default=0.0)
    return lambda one: one.score + PLACE * (one.span.passage.score / best if best > 0 else 1.0)
