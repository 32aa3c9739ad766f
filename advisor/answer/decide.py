"""A question and what was found for it to whether the documents hold its answer, and to the refusal if not."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import takewhile

from advisor.answer.evidence import Scored, Weight, in_context
from advisor.answer.ground import names
from advisor.answer.lists import Line
from advisor.answer.rewrite import content_words
from advisor.answer.spans import Span
from advisor.corpus.chunk import indexed_text
from advisor.index.tokens import tokenize
from advisor.types import Passage

THRESHOLD = 0.36  # chosen on the dev split of eval/sets/core.jsonl; see eval/LOG.md
COSINE_SHARE = 0.65
ENOUGH = 1.5  # terms that no document holds: words of that weight are enough of a question
BESIDE = 0.8  # share of the best score from which a gap announced in the same passage is what was asked for
FIGURE_NEAR = 0.85  # share of the best score from which a source sentence may hold the figure that was asked for
LIKELIEST = 5  # source sentences that are looked at
COUNTED = 5  # words behind a figure among which stands what it counts
NEAREST = 3  # topics that a refusal names
LONGEST_ACRONYM = 5  # letters
_QUANTITY = re.compile(
    r"\bhow (?:many|much|big|large|long|old|high|often)\b|\bat what rate\b"
    r"|\b(?:what|which) (?:percent(?:age)?|share|fraction|proportion)\b"
    r"|\bwhat (?:do|does|did|can|could|would|will) .*\b(?:earn|cost)\b"
    r"|\bwhat salar(?:y|ies) (?:do|does|did|can|could|is|are|will|would)\b"
    r"|\bwhat(?: is| are| was| were|['’]s) the (?:[\w-]+ ){0,4}?"
    r"(?:salary|salaries|costs?|price|median|average|percentage|share)\b(?! functions?\b)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![^\W\d_]-)\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|once|twice|daily|weekly|monthly|yearly|half|hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow many (?!per ?cent\b)((?:[\w-]+\W+){1,3})", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\w.,₹$€£])(?:19|20)\d\d(?=s?\b)(?![.,]\d)")
_ASKS_YEAR = re.compile(r"\bwhen (?:was|were|did)\b|\b(?:which|what) year\b", re.IGNORECASE)
_ASKS_NAME = re.compile(
    r"\bwho (?:(?:is|was|are|were) the (?:author|editor|writer|founder|creator|inventor|owner|publisher|head|ceo)s?"
    r"|(?:wrote|founded|invented|created|published|owns|runs|made|developed|designed|started|leads|teaches))\b"
    r"|\b(?:which|what) (?:countr|cit|compan|universit)(?:y|ies)\b"
    r"|\b(?:which|what) (?:firm|employer|college|organi[sz]ation|institution|state(?![- ]of[- ]the)|region)s?\b",
    re.IGNORECASE,
)
_ASKS_PAY = re.compile(
    r"\b(?:earns?(?! (?:an?|the|my|your) (?:[\w'’-]+ )?(?:degree|diploma|badge|certificat))"
    r"|earning|salar(?:y|ies)|wages?|fees?|prices?|costs? (?:of|for)|pays? (?:more|less|better|best)"
    r"|(?:better|more|less|best|higher|highest) pa(?:id|ying)|how much .*\b(?:(?<!to )make|paid|pay|cost)s?)\b",
    re.IGNORECASE,
)
_OF_PAY = re.compile(
    r"[₹$€£]\s?\d|\b(?:INR|USD|earn\w*|salar\w+|wages?|pa(?:y|ys|id|ying)|compensat\w+|remunerat\w+|income|fees?|"
    r"pric\w+|costs?|free|lakhs?|bonus\w*|benefits?)\b",
    re.IGNORECASE,
)
_SPELT = {
    "ml": "machine learning",
    "ai": "artificial intelligence",
    "dl": "deep learning",
    "us": "united states",
    "uk": "united kingdom",
}
_DIFFER = re.compile(
    r"\bdifferences? between (?:an? |the )?(.+?) and (?:an? |the )?(.+?)(?: (?:of|in|for|on|at)\b.*)?[?.!]*$",
    re.IGNORECASE,
)
_DEMONYM = ("n", "an", "ian", "ish", "ese")


def confidence(
    question: str,
    passages: Sequence[Passage],
    scored: Sequence[Scored],
    listed: Sequence[Line],
    weight: Weight,
) -> float:
    """Return how sure it is that the passages hold the answer, about 0 to 1: best meaning and best term coverage
    blended; 0 where what was asked for is missing by name, by kind, or by the documents' own word."""
    told = [one for one in scored if not one.announces and one.span.kind != "heading"]
    if not told or announced(scored, listed):
        return 0.0
    if missing_names(question, passages) or missing_side(question, told) or missing_kind(question, told):
        return 0.0
    if not listed and missing_figure(question, told):  # a list answers how many there are
        return 0.0
    held = [set(tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))) for p in passages[:3]]
    coverage = max(_enough(set(tokenize(question)), terms, weight) for terms in held)
    return COSINE_SHARE * max(one.cosine for one in told[:LIKELIEST]) + (1 - COSINE_SHARE) * coverage


def _enough(wanted: set[str], held: set[str], weight: Weight) -> float:
    """Return how much of the terms `wanted` is held, by weight, 0 to 1.

    1 is for all of them, or for as much as ENOUGH: a short question must be met whole, and a long one has words that
    its answer need not have.
    """
    whole = min(sum(map(weight, wanted)), ENOUGH * weight(""))
    return min(sum(map(weight, wanted & held)) / whole, 1.0) if whole else 1.0


def announced(scored: Sequence[Scored], listed: Sequence[Line]) -> bool:
    """Whether the documents only announce what was asked for: a missing table or a list that breaks off fits best, or
    nearly so in the very passage of what fits best. A list that another passage holds is no announcement."""
    told = next(one for one in scored if not one.announces)
    held = {line.span.passage.n for line in listed}
    return any(
        one.score >= told.score or (one.score >= BESIDE * told.score and one.span.passage.n == told.span.passage.n)
        for one in scored
        if one.announces and not held - {one.span.passage.n}
    )


def missing_names(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the names and years in a question that no passage holds; an acronym may be held spelt out or
    in a compound."""
    text = "\n".join(indexed_text(p.title, p.chunk.heading_path, p.chunk.text) for p in passages)
    held = set(tokenize(text))
    years = [year for year in _YEAR.findall(question) if not re.search(rf"(?<!\d){year}(?!\d)", text)]
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
    return bool(compound) or _SPELT.get(name, "\0") in text.casefold() or _spelt_out(name, text)


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


def missing_figure(question: str, told: Sequence[Scored]) -> bool:
    """Whether a question asks for a quantity and none of the likeliest source sentences has a figure."""
    if not _QUANTITY.search(question):
        return False
    unit = _counted(question)
    near = [one.span for one in _near(told)]
    return not any(_counts(span, unit) if unit else _FIGURE.search(span.text) for span in near)


def missing_kind(question: str, told: Sequence[Scored]) -> bool:
    """Whether a question asks for a year, a name or a pay, and none of the likeliest source sentences holds one."""
    near = [one.span for one in _near(told)]
    if _ASKS_YEAR.search(question):
        return not any(set(_YEAR.findall(span.text)) - set(_YEAR.findall(question)) for span in near)
    if _ASKS_NAME.search(question):
        return not any(names(span.text) - names(question) for span in near)
    return bool(_ASKS_PAY.search(question)) and not any(_OF_PAY.search(in_context(span)) for span in near)


def _near(told: Sequence[Scored]) -> list[Scored]:
    """Return the likeliest source sentences: those whose fit is near the best."""
    best = max(one.fit for one in told)
    return [one for one in told[:LIKELIEST] if one.fit >= FIGURE_NEAR * best]


def _counts(span: Span, unit: set[str]) -> bool:
    """Whether a source sentence, or its heading, has a figure with what is counted a few words behind it; or the
    sentence has any figure, where what is counted stands in its headings alone."""
    if not unit & set(tokenize(span.text)) and _FIGURE.search(span.text):
        return unit <= set(tokenize(in_context(span)))
    texts = (*span.passage.chunk.heading_path[-1:], span.text)
    behind = (text[found.end() :].split()[:COUNTED] for text in texts for found in _FIGURE.finditer(text))
    return any(unit <= set(tokenize(" ".join(words))) for words in behind)


def _counted(question: str) -> set[str]:
    """Return the term of what is counted: question, of "how many exam questions does it have"."""
    found = _HOW_MANY.search(question)
    words = list(takewhile(tokenize, re.findall(r"[\w-]+", found[1]))) if found else []
    named = [word for word in words if word.endswith("s")][-1:] or words[:1]  # no verb after it ends like a plural
    return {tokenize(word)[-1] for word in named}


def missing_side(question: str, told: Sequence[Scored]) -> bool:
    """Whether a question asks how two things differ, and one of them is in none of the likeliest source sentences."""
    found = _DIFFER.search(question)
    sides = found.groups() if found else ()
    texts = [in_context(one.span) for one in told[:LIKELIEST] if one.fit >= FIGURE_NEAR * told[0].fit]
    return not all(any(_holds(side, text) for text in texts) for side in sides)


def _holds(side: str, text: str) -> bool:
    held = set(tokenize(text)) | {short for short, words in _SPELT.items() if words in text.casefold()}
    return set(tokenize(side)) <= held


def missing_terms(question: str, passages: Sequence[Passage]) -> list[str]:
    """Return the question's words of meaning that no passage holds, in the question's order."""
    held = {t for p in passages for t in tokenize(indexed_text(p.title, p.chunk.heading_path, p.chunk.text))}
    words = dict.fromkeys(content_words(question))
    return [word for word in words if (terms := tokenize(word)) and not set(terms) <= held]


def refusal(question: str, passages: Sequence[Passage]) -> str:
    """Return a refusal that says what was looked for, what is missing, and the nearest topics that are there."""
    lines = [f"The documents do not hold the answer to: {question.strip()}"]
    if missing := missing_terms(question, passages):
        lines.append(f"Nothing found mentions: {', '.join(missing)}.")
    if topics := list(dict.fromkeys(_topic(passage) for passage in passages))[:NEAREST]:
        lines.append(f"Nearest topics that they do cover: {'; '.join(topics)}.")
    return "\n".join(lines)


def _topic(passage: Passage) -> str:
    headings = passage.chunk.heading_path
    return f"{headings[-1]} ({passage.title})" if headings else passage.title
