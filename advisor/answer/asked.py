"""A question and its likeliest source sentences to what it asks for that they do not hold: a figure, a year, a name, a
place, a pay. How near they are in meaning it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import takewhile

from advisor.answer.evidence import Scored, in_context
from advisor.answer.jobs import SPELT
from advisor.answer.rivals import numbered
from advisor.answer.spans import Span
from advisor.index.tokens import tokenize
from advisor.types import Passage

NEAR = 0.85  # share of the best fit from which a source sentence may hold what was asked for
LIKELIEST = 5  # source sentences that are looked at
COUNTED = 5  # words behind a figure among which stands what it counts
SHORT = 4  # words of a source sentence that may be a name from its first one on
_QUANTITY = re.compile(
    r"\bhow (?:many|much|big|large|long|old|high|often)\b|\bat what rate\b"
    r"|\b(?:what|which) (?:percent(?:age)?|share|fraction|proportion)\b"
    r"|\bwhat (?:do|does|did|can|could|would|will) .*\b(?:earn|cost)\b"
    r"|\bwhat salar(?:y|ies) (?:do|does|did|can|could|is|are|will|would)\b"
    r"|\bwhat(?: is| are| was| were|['’]s) the (?:[\w-]+ ){0,4}?"
    r"(?:salary|salaries|costs?|price|median|average|percentage|share)\b(?! functions?\b)"
    r"|\bper (?:hour|day|week|month|year)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![^\W\d_]-)\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teen|once|twice|daily|weekly|monthly|yearly|half|hundred|thousand|million|billion)\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(r"\bhow many (?!per ?cent\b)((?:[\w-]+\W+){1,3})", re.IGNORECASE)
YEAR = re.compile(r"(?<![\w.,₹$€£])(?:19|20)\d\d(?=s?\b)(?![.,]\d)")
_ASKS_YEAR = re.compile(r"\bwhen (?:was|were|did)\b|\b(?:which|what) year\b", re.IGNORECASE)
_ASKS_MAKER = re.compile(
    r"\bwho (?:(?:is|was|are|were) the (?:author|editor|writer|founder|creator|inventor|owner|publisher|head|ceo)s?"
    r"|(?:wrote|founded|invented|created|published|made|developed|designed|started|introduced|discovered|coined"
    r"|came up with))\b"
    r"|\b(?:which|what) (?:company|firm|person|university) (?:(?:has|have) )?"
    r"(?:founded|invented|created|published|made|developed|designed|owns)\b",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\bby (?:the )?[A-Z]|\s[–—-] [A-Z]|(?i:\b(?:author|editor|writer|written|wrote|founde[dr]|creat(?:ed|or)"
    r"|invent(?:ed|or)|owne[dr]|publishe[dr]|develope[dr] by|designe[dr]|introduce[dr]|discovere[dr]|coined|head of"
    r"|CEO))"
)
_ASKS_AUTHOR = re.compile(  # of a document itself, not of what it names
    r"\bwho (?:(?:is|are|was|were) the (?:author|editor|writer)s?(?: of)?|wrote|created|made|published)"
    r"(?: (?:the|this|that|these) (?:[\w-]+ )?(?:article|blog|document|guide|page|piece|post|report|roadmap|text)s?\b"
    r"|\W*$)",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"\b(?:authors?|editors?|writers?|written|wrote)\b", re.IGNORECASE)
_ASKS_NAME = re.compile(
    r"\b(?:which|what) (?:[\w-]+ )?(?:(?:countr|cit|compan|universit)(?:y|ies)"
    r"|(?:firm|employer|college|organi[sz]ation|institution|state(?![- ]of[- ]the)|region)s?)\b"
    r"|\bname (?:one|two|three|four|five|some|any|a few)\b",
    re.IGNORECASE,
)
_ASKS_BEST = re.compile(r"\bbest ((?:[\w-]+ )?[\w-]+)(?= (?:for|to|in|on|with)\b|[?.!]*$)", re.IGNORECASE)
_DIFFER = re.compile(
    r"\bdifferences? between (?:an? |the )?(.+?) and (?:an? |the )?(.+?)(?: (?:of|in|for|on|at)\b.*)?[?.!]*$",
    re.IGNORECASE,
)
_NO_THING = r"(?!(?:an? |the )?\w*(?:step|stage|last|first|next|average|median|salary|pay|cost|price)\b)"
_THING = rf"{_NO_THING}(?:an? |the )?([\w'’/+-]+(?: (?!(?:known|used|for|in|of|on|at)\b)[\w'’/+-]+){{0,2}})"
_DEFINES = re.compile(
    rf"^(?:please )?(?:(?:explain|define|describe|tell me about|what(?:['’]?s| is| are)) {_THING}(?: to me| about)?"
    rf"|(?:what|how) (?:does|do) {_THING} (?:do|mean|work))\W*$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:which|what|where|who)\b.*\b((?:easi|hard|fast|quick|slow|cheap|old|young|safe|rich|short|long|bigg|larg|small)"
    r"(?:er|est))\b",
    re.IGNORECASE,
)
_SUBJECT = 8  # words at the beginning of a source sentence among which stands what it is about
_DETAILS = frozenset(  # one is told of them or not: no other word stands for them
    tokenize("""
    email e-mail telephone address url website webpage version code snippet chapter isbn edition deadline
    timetable schedule syllabus grade score gpa rank ranking rating visa licence license permit tax rent budget
    scholarship grant loan discount refund insurance pension vacation uniform laptop keyboard monitor gender nationality
    surname birthday password formula equation podcast blog bootcamp
""")
)
_NAME = re.compile(r"\b[A-Z][\w&+-]+")
_LABEL = re.compile(r"^[^:.!?]{1,80}:\s+")
_INNER_NAME = re.compile(rf"(?<!^)(?<![.:;!?] ){_NAME.pattern}")
Test = Callable[[Span], bool]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is asked for, in words, how one asks for it, and what a source sentence or its headings then have."""

    what: str
    asks: re.Pattern[str]
    held: re.Pattern[str]


def _kind(what: str, asks: str, held: str) -> _Kind:
    return _Kind(what, re.compile(asks, re.IGNORECASE), re.compile(held))


_SHARE = _kind(
    "a share",
    r"\bhow many per ?cent\b|\b(?:what|which) (?:percent(?:age)?|share|fraction|proportion)\b",
    r"(?i)\d\s?%|\bper ?cent\b|\bhalf\b|\bthirds?\b|\bquarters?\b|\bmajority\b",
)
_PLACE = _kind(
    "a place",
    r"\bwhere (?:is|was|are|were|does|do|did|will) .*"
    r"\b(?:held|takes? place|located|based|happen(?:s|ing)?|headquartered|lives?)\b",
    r"\b(?:in|at|near) (?:the )?[A-Z]",
)
_PAY = _kind(
    "a pay or a price",
    r"\b(?:earns?(?! (?:an?|the|my|your) (?:[\w'’-]+ )?(?:degree|diploma|badge|certificat))"
    r"|earning|salar(?:y|ies)|wages?|fees?|prices?|costs? (?:of|for|me)|charge|what (?:do|does|did|would|will) .*cost"
    r"|pays? (?:more|less|better|best)"
    r"|(?:better|more|less|best|higher|highest) pa(?:id|ying)|how much .*\b(?:(?<!to )make|paid|pay|cost)s?)\b",
    r"(?i)[₹$€£]\s?\d|\b(?:INR|USD|earn\w*|salar\w+|wages?|pa(?:y|ys|id|ying)|compensat\w+|remunerat\w+|income|fees?|"
    r"pric\w+|costs?|free|lakhs?|bonus\w*|benefits?)\b",
)
_OTHERS = (
    _kind(
        "a time",
        r"\b(?:in|within|under) (?:an?|one|two|three|four|five|six|\d+|a few|a couple of) (?:day|week|month|year)s?\b"
        r"|\bwhen (?:does|do|is|will) .*\b(?:start|leave|open|close|begin|end|take place)s?\b",
        r"(?i)\b(?:\d+|one|two|three|four|five|six|few|several)\b.*\b(?:day|week|month|year)s?\b",
    ),
    _kind(
        "what is not so",
        r"^(?:which|what|who|where|when|list|name)\b.*(?:\b(?:not|never)|n['’]t)\b(?! only\b)",
        r"(?i)\b(?:not|never|no|none|neither|nor|without|cannot|avoid\w*|optional|unnecessary)\b|n['’]t\b",
    ),
    _kind(
        "what is paid best",
        r"\b(?:pays? (?:the )?(?:best|most)|(?:best|highest)[- ]pa(?:id|ying)|highest (?:pay|(?:average )?salar\w+))\b",
        r"(?i)\b(?:highest|best|most|top)\b",
    ),
    _kind(
        "a university",
        r"\b(?:which|what) (?:universit(?:y|ies)|colleges?|schools?)\b",
        r"\b(?:Universit|Institut|College|School|IIT|MIT)",
    ),
    _kind(
        "a book",
        r"\b(?<!to )(?<!can i )(?:books|(?:a|the|which|what|any|good|best|this|that) (?:\w+ )?book)\b",
        r"(?i)\bbooks?\b|\bliterature|\breadings?\b|[“\"]\w",
    ),
    _kind(
        "a course",
        r"\b(?:which|what|an?|any|good|best|free|online) (?:\w+ ){0,2}(?:course|tutorial)s?\b",
        r"(?i)\bcourses?|\btutorials?|\bclass|\bprogramm?e?|\blearn",
    ),
)


def missing(question: str, passages: Sequence[Passage], told: Sequence[Scored], has_list: bool) -> list[str]:
    """Return the kinds of thing that a question asks for and the likeliest source sentences do not hold, in words.

    :param told: the source sentences of the passages, best first.
    :param has_list: whether a list answers, which also tells how many there are.
    """
    near = [one.span for one in _near(told)]
    common = {word for passage in passages for word in re.findall(r"\b[a-z]+", passage.chunk.text)}
    return [what for what, test in _wanted(question, has_list, common) if not any(map(test, near))]


def _wanted(question: str, has_list: bool, common: Collection[str]) -> Iterator[tuple[str, Test]]:
    """Yield each kind of thing that a question asks for, with the test of a source sentence that has it."""
    if _SHARE.asks.search(question):
        yield _SHARE.what, partial(_has, _SHARE.held)
    elif _QUANTITY.search(question) and not has_list:
        unit = _counted(question)
        yield "a figure", lambda span: _counts(span, unit) if unit else bool(_FIGURE.search(span.text))
    if _ASKS_YEAR.search(question):
        asked = set(YEAR.findall(question))
        yield "a year", lambda span: bool(set(YEAR.findall(span.text)) - asked)
    elif _ASKS_MAKER.search(question):
        yield "who", lambda span: bool(_MADE.search(in_context(span))) and bool(_new_names(question, span, common))
    elif _ASKS_NAME.search(question):
        yield "a name", lambda span: bool(_new_names(question, span, common))
    else:
        yield from _asked((_PLACE, _PAY), question)
    for detail in sorted(_DETAILS.intersection(tokenize(question))):
        yield f"any {detail}", partial(_names, [detail])
    if compared := _COMPARED.search(question):
        yield f"what is {compared[1]}", partial(_has, re.compile(rf"(?i)\b{compared[1][:3]}"))
    if (defined := _DEFINES.match(question)) and not has_list:
        thing = defined[1] or defined[2]
        yield f"what {thing} is", partial(_is_about, tokenize(thing))
    if best := _ASKS_BEST.search(question):
        yield f"the best {best[1]}", partial(_names, tokenize(best[1])[-1:])
    yield from _asked(_OTHERS, question)


def _asked(kinds: Sequence[_Kind], question: str) -> Iterator[tuple[str, Test]]:
    for kind in kinds:
        if kind.asks.search(question):
            yield kind.what, partial(_has, kind.held)


def missing_step(question: str, told: Sequence[Scored]) -> list[str]:
    """Return the numbered steps that a question asks for, if none of the source sentences is of one: there is no
    twelfth. The first step may be meant of what has no numbers."""
    steps = numbered(question) - {"step 1", "next step 1"}
    held = (numbered(in_context(one.span)) for one in told)
    return sorted(steps) if all(map(steps.isdisjoint, held)) else []


def misses_author(question: str, told: Sequence[Scored]) -> bool:
    """Whether a question asks who wrote a document itself, and none of the likeliest source sentences says who did: the
    authors of what it recommends did not, nor did another document's, if the title of one is nearer to the question."""
    if not _ASKS_AUTHOR.search(question):
        return False

    def named(one: Scored) -> int:
        return len(set(tokenize(question)) & set(tokenize(one.span.passage.title)))

    held = [named(one) for one in told[:LIKELIEST] if _AUTHOR.search(in_context(one.span))]
    return not held or max(held) < max(map(named, told))


def _has(held: re.Pattern[str], span: Span) -> bool:
    return bool(held.search(in_context(span)))


def _names(terms: Collection[str], span: Span) -> bool:
    return set(terms) <= set(tokenize(in_context(span)))


def _is_about(terms: Collection[str], span: Span) -> bool:
    """Whether a source sentence says something of what the terms name: it begins with it, or stands under it alone."""
    begins = set(tokenize(" ".join(span.text.split()[:_SUBJECT])))
    under = set(tokenize(" ".join(span.passage.chunk.heading_path[-1:])))
    return set(terms) <= begins | under and len(set(tokenize(span.text)) - set(terms)) > 1


def likely(told: Sequence[Scored]) -> list[str]:
    """Return the likeliest source sentences, each under its headings."""
    return [in_context(one.span) for one in _near(told)]


def _near(told: Sequence[Scored]) -> list[Scored]:
    """Return the likeliest source sentences: those whose fit is near the best."""
    best = max(one.fit for one in told)
    return [one for one in told[:LIKELIEST] if one.fit >= NEAR * best]


def _new_names(question: str, span: Span, common: Collection[str]) -> set[str]:
    """Return the names of a source sentence that the question does not have: words with a capital that no passage
    has without."""
    asked = set(re.findall(r"\w+", question.casefold())) | set(SPELT)
    pattern = _NAME if len(span.text.split()) <= SHORT else _INNER_NAME
    found = {one.casefold() for one in pattern.findall(_LABEL.sub("", span.text))}
    return {name for name in found if name not in asked and not any(part in common for part in name.split("-"))}


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


def missing_side(question: str, told: Sequence[Scored]) -> list[str]:
    """Return the sides of a question that asks how two things differ that are in none of the likeliest source
    sentences."""
    found = _DIFFER.search(question)
    texts = [in_context(one.span) for one in told[:LIKELIEST] if one.fit >= NEAR * told[0].fit]
    return [side for side in (found.groups() if found else ()) if not any(_holds(side, text) for text in texts)]


def _holds(side: str, text: str) -> bool:
    held = set(tokenize(text)) | {short for short, words in SPELT.items() if words in text.casefold()}
    return set(tokenize(side)) <= held
