"""A question and what was found for it to whether the documents hold its answer, and to the refusal if not."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from math import exp
from statistics import fmean

from advisor.answer import asked
from advisor.answer.asked import LIKELIEST, YEAR
from advisor.answer.evidence import Scored, Weight
from advisor.answer.jobs import SPELT, missing_jobs
from advisor.answer.listing import Line
from advisor.answer.rewrite import content_words, points_back
from advisor.answer.rivals import unnumbered
from advisor.answer.words import names
from advisor.corpus.chunk import indexed_text
from advisor.index.tokens import tokenize
from advisor.types import Passage

THRESHOLD = 0.34  # chosen on the dev split of eval/sets/core.jsonl; see eval/LOG.md
COSINE_SHARE = 0.65
# Of the logistic model of a decision with a reader: chosen on dev and weigh; see eval/LOG.md
BIAS, READS, LACKS = 0.4, 1.0, -1.5
ENOUGH = 1.5  # terms that no document holds: words of that weight are enough of a question
BESIDE = 0.8  # share of the best score from which a gap announced in the same passage is what was asked for
COVERED = 0.95  # share of the question's terms from which a source sentence is no less than what is announced
VAGUE = 2  # words of meaning of a question that a pronoun may be the heart of
LONGEST_ACRONYM = 5  # letters
VAGUE_NOTE = "It is not clear what is meant: name it, and ask again."
_OPEN = re.compile(  # asks for no table: why, how, or yes or no
    r"^(?:(?:and|but|so|ok|okay)\b[\s,]*)*(?:why|how (?!many|much|are|is)|is|are|am|was|do|does|did|will|would|can"
    r"|could|should)\b"
    r"|[,.?!] (?:so |and |but |then )?(?:why|is|are|do|does|did|will|would|can|could|should)\b[^?.]*\?$",
    re.IGNORECASE,
)
_POINTS = re.compile(  # at what was said before, however much it says besides
    r"^(?:and |so |but )?(?:is|was) that (?:really |still |also )?"
    r"(?:enough|true|right|correct|all|normal|realistic|good|bad|hard|easy|sure)\b(?!.* that\b)"
    r"|\b(?:that (?:last|first|second|third)|your (?:last|previous|first|second|third)) "
    r"(?:bit|part|point|answer|sentence|thing|one)\b",
    re.IGNORECASE,
)
_IDLE = frozenset(  # that they are missing says nothing
    """
    make makes since because though use used using hear heard hearing say says said ask asks asked answer yes no
    please thanks hello hi just really actually also maybe get gets getting got want wants wanted let go goes
    going try start started i'm i've don't what's very too still even ever now just other another usually often mostly
    more less given plus found wrote come comes set worth
""".split()
)
_DEMONYM = ("n", "an", "ian", "ish", "ese")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a decision is made by: the source sentences that tell something, best first, the log-odds that the likeliest
    answers, the mean of the question's readings, None without a reader, and whether something asked for is missing."""

    found: Sequence[Scored]
    read: float | None
    lacks: bool


def confidence(
    question: str,
    passages: Sequence[Passage],
    scored: Sequence[Scored],
    listed: Sequence[Line],
    weight: Weight,
) -> float:
    """Return how sure it is that the passages hold the answer, about 0 to 1.

    It is the probability of a logistic model of what a reader made of them and of whether something is missing. Without
    a reader it is how near they are, and 0 where something is missing. It is 0, too, where they only announce the
    answer, or have no such step.
    """
    seen = look(question, passages, scored, listed)
    if seen is None:
        return 0.0
    if seen.read is None:
        return 0.0 if seen.lacks else nearness(question, passages, seen.found, weight)
    return 1 / (1 + exp(-(BIAS + READS * seen.read + LACKS * seen.lacks)))


def look(question: str, passages: Sequence[Passage], scored: Sequence[Scored], listed: Sequence[Line]) -> Seen | None:
    """Return what there is to decide by, None where the passages tell nothing of it, only announce it, have no step
    of the number that is asked for, or do not say who wrote them."""
    found = told(scored)
    if not found or announced(question, scored, listed) or (not listed and asked.missing_step(question, found)):
        return None
    if asked.misses_author(question, found):
        return None
    readings = zip(*(one.odds for one in found if one.odds), strict=True)
    odds = fmean(likeliest) if (likeliest := list(map(max, readings))) else None
    return Seen(found, odds, _lacks(question, passages, found, listed))


def told(scored: Sequence[Scored]) -> list[Scored]:
    """Return the source sentences that tell something, best first: no headings, and none that announces a gap."""
    return [one for one in scored if one.tells]


def nearness(question: str, passages: Sequence[Passage], found: Sequence[Scored], weight: Weight) -> float:
    """Return how near the passages are, about 0 to 1: best meaning and best term coverage blended."""
    held = [set(tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))) for p in passages[:3]]
    coverage = max(_enough(set(tokenize(question)), terms, weight) for terms in held)
    return COSINE_SHARE * max(one.cosine for one in found[:LIKELIEST]) + (1 - COSINE_SHARE) * coverage


def _lacks(question: str, passages: Sequence[Passage], found: Sequence[Scored], listed: Sequence[Line]) -> bool:
    """Whether what was asked for is missing, by name or by kind."""
    return bool(
        missing_names(question, passages)
        or missing_jobs(question, asked.likely(found))
        or asked.missing_side(question, found)
        or asked.missing(question, passages, found, has_list=bool(listed))
    )


def _enough(wanted: set[str], held: set[str], weight: Weight) -> float:
    """Return how much of the terms `wanted` is held, by weight, 0 to 1.

    1 is for all of them, or for as much as ENOUGH: a short question must be met whole, and a long one has words that
    its answer need not have.
    """
    whole = min(sum(map(weight, wanted)), ENOUGH * weight(""))
    return min(sum(map(weight, wanted & held)) / whole, 1.0) if whole else 1.0


def announced(question: str, scored: Sequence[Scored], listed: Sequence[Line]) -> bool:
    """Whether the documents only announce what was asked for: a missing table or a list that breaks off fits best, or
    nearly so in the very passage of what fits best. A list that another passage holds is no announcement."""
    if _OPEN.search(question):
        return False
    best = next(one for one in scored if not one.announces)
    held = {line.span.passage.n for line in listed}
    if best.coverage >= COVERED:
        return False
    return any(
        one.score >= best.score or (one.score >= BESIDE * best.score and one.span.passage.n == best.span.passage.n)
        for one in scored
        if one.announces and not held - {one.span.passage.n}
    )


def is_vague(question: str) -> bool:
    """Whether a question with nothing before it points back to something that it does not name."""
    return bool(_POINTS.search(question)) or (len(content_words(question)) <= VAGUE and points_back(question))


def missing_names(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the names and years in a question that no passage holds; an acronym may be held spelt out or
    in a compound."""
    text = "\n".join(indexed_text(p.title, p.chunk.heading_path, p.chunk.text) for p in passages)
    held = set(tokenize(text))
    years = [year for year in YEAR.findall(question) if not re.search(rf"(?<!\d){year}(?!\d)", text)]
    wanted = [name for name in names(question) if tokenize(name) or re.search(rf"\b{name.upper()}\b", question[1:])]
    absent = [name for name in wanted if (len(name) > 1 or tokenize(name)) and not _holds_name(name, text, held)]
    return absent + years


def _holds_name(name: str, text: str, held: Collection[str]) -> bool:
    terms = set(tokenize(name))
    if terms and (terms <= set(held) or not _lands(name).isdisjoint(held)):
        return True
    if len(name) > LONGEST_ACRONYM or not name.isalpha():
        return False
    compound = re.search(rf"(?<![A-Z]){name.upper()}(?![A-Za-z])", text)
    return bool(compound) or SPELT.get(name, "\0") in text.casefold() or _spelt_out(name, text)


def _lands(name: str) -> set[str]:
    """Return what may be the land that a name is of: america of american, canada of canadian, germany of german."""
    roots = {name.removesuffix(end) for end in _DEMONYM}
    return {root + end for root in roots if len(root) > 3 for end in ("", "a", "y")}


def _spelt_out(acronym: str, text: str) -> bool:
    """Whether words of meaning in a row begin with the letters of an acronym, three or more: two do so by chance."""
    if len(acronym) < 3:
        return False
    runs = re.finditer(r"\b" + r"[\s-]".join(rf"{letter}\w{{2,}}" for letter in acronym), text, re.IGNORECASE)
    return any(all(map(tokenize, re.split(r"[\s-]", run.group()))) for run in runs)


def missing_terms(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the question's words of meaning that no passage holds, in the question's order."""
    held = {t for p in passages for t in tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))}
    words = dict.fromkeys(word for word in content_words(question) if word not in _IDLE)
    text = " ".join(p.chunk.text for p in passages).casefold()
    spelt = {short for short, whole in SPELT.items() if whole in text}
    return [word for word in words if (terms := tokenize(word)) and not set(terms) <= held and word not in spelt]


def reasons(
    question: str,
    passages: Sequence[Passage],
    scored: Sequence[Scored],
    vocabulary: Container[str] = (),
) -> list[str]:
    """Return what was looked for and not found, a sentence each.

    :param vocabulary: the terms of all documents: what stands in another passage is not said to be in none.
    """
    found = told(scored)
    absent = missing_terms(unnumbered(question), passages)
    kinds = [*asked.missing_step(question, found)]
    kinds += asked.missing(question, passages, found, has_list=False) if found and not absent else []
    absent = [_as_written(word, question) for word in absent]
    elsewhere = [word for word in absent if all(term in vocabulary for term in tokenize(word))]
    nowhere = [word for word in absent if word not in elsewhere]
    mentioned = [f"Nothing found mentions: {', '.join(nowhere)}."] if nowhere else []
    mentioned += [f"Mentioned elsewhere, but not with it: {', '.join(elsewhere)}."] if elsewhere else []
    return mentioned + [f"What stands nearest to it does not tell {kind}." for kind in kinds]


def _as_written(word: str, question: str) -> str:
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", question, re.IGNORECASE)
    return found.group() if found else word


def refusal(question: str, why: Sequence[str], offered: Sequence[str]) -> str:
    """Return a refusal that says what was looked for, what is missing, and what can be asked in its place."""
    lines = [f"The documents do not hold the answer to: {question.strip()}", *why]
    if offered:
        lines += ["Questions that they do answer:", *(f"- {one}" for one in offered)]
    return "\n".join(lines)
