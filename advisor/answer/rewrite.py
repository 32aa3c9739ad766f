"""A follow-up and the user's turns before it to a question that stands alone, without a model.

A pronoun gives way to what the talk is about. Where that is not sure, the last question that stood alone is put in
front of one that points back or says too little: on public conversations more than that lowers retrieval, and less
leaves unsaid what is asked. A question that stands alone already comes back as it was, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.answer import smalltalk, topic
from advisor.answer.rivals import ORDINALS, replace_rivals, unnumbered
from advisor.types import Turn

_ANAPHORA = re.compile(
    r"\b(?:it|its|it's|they|them|their|theirs|he|she|his|her|him|those|these|one|ones|former|latter|same|"
    r"such|instead|previous|next|afterwards|others?)\b"
    r"|(?<!\bis )(?<!\bare )\bthere\b(?! (?:is|are)\b)|\b(?:of|between) the two\b"
    r"|\b(?:this|that)\b(?=\s*(?:[?.,!]|$|one|step|role|job|field|level|stage|course|list|skill|language|section))"
    r"|\b(?:about|after|before|than|for|of|to|does|do|did|is|was|with|in|from|like|why|how) (?:this|that)\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:its?|he|she|him|they|them|which ones?|(?:this|that|the (?:first|second|third|last|other|next|same)) ones?"
    r"|(?:of|between) (?:the|these|those) two|(?:after|before|about) (?:this|that))\b"
    r"|^(?:and|but|so|then|also)\b[\s,]*(?:at|in|for|with|after|before|on|the)\b",
    re.IGNORECASE,
)
_IDLE = re.compile(  # it stands for nothing
    r"\b(?:(?:is it|it is|it['’]s) (?:\w+ ){1,2}(?:to|that|for)"
    r"|(?:does|would|will|can) it (?:help|hurt|matter|pay|suffice|make sense) (?:\w+ )?(?:to|if|that))\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:yes|no|and|but|so|also|or|ok(?:ay)?|then|what about|how about|what of|and for|for)\b[\s,.!]*)+",
    re.IGNORECASE,
)
_PART = re.compile(  # "And with three years of experience?"
    r"(?:and|but|so|what about|how about)\b[\s,]*(?:at|in|for|with|without|after|before|on|as)\b", re.IGNORECASE
)
_WHOLE = re.compile(
    r"(?:what|which) (?:[\w-]+ ){1,3}(?:are|is) there\b"
    r"|(?:what|who)(?: is| are|['’]s)\b(?! the\b(?! (?-i:[A-Z])))"
    r"|(?:explain|define|describe|tell me about)\b(?! the\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[-+/'’][^\W_]+)*\+*")
_ABOUT = re.compile(
    r"(?:(?:and|but|so|ok|okay)[\s,.]+)*((?:tell me (?:more )?about|(?:what|how) about) (?!the\b|for\b|it\b))",
    re.IGNORECASE,
)
_COMPARES = re.compile(r"\b(?:differ\w*|compar\w+|versus|vs|than)\b", re.IGNORECASE)  # both are meant
_BOTH = re.compile(r"\b(?:both|either|neither|the two)\b", re.IGNORECASE)
_DASH = " – "
SHORT = 3  # words of meaning up to which a question may lean on the one before
_ENOUGH = 4  # words of meaning that a question can be found by, whatever else it points back to
_EMPTY = frozenset(
    """
    a an the and or but so also then of for in on at to with from by about as is are was were be do does did
    can could should would will shall may might must have has had i you we me my your our what which who whom
    whose when where why how tell explain describe give list name please more much many long any some there it
    its they them that this those these one ones else say mean work need know like
""".split()
)
_STEP = re.compile(r"\b(step|stage|phase|skill|part)\s+(\d+)\b", re.IGNORECASE)
_PATH = re.compile(r"\b(?:steps?|stages?|phases?|path|pathway|roadmap|process)\b", re.IGNORECASE)
_STEPS = re.compile(r"\b(step|stage|phase)s\b", re.IGNORECASE)
_NTH = re.compile(rf"\b(the (?:{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)))(?: one\b|(?=\W*$))", re.IGNORECASE)
_BESIDE = re.compile(
    r"\b(?:the )?(step|stage|phase|skill|part) (?:that (?:comes|follows) )?(after|before|following) (?:\1 )?(\d+)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:the )?(?:(?:next|following) (?:step|stage|phase|one|skill|part)|"
    r"(?:step|stage|phase|one|comes|is|skill) after (?:that|it|this))\b|^after (?:that|it|this)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:the )?(?:previous (?:step|stage|phase|one)|(?:step|stage|phase|one|comes) before (?:that|it|this))\b|"
    r"^before (?:that|it|this)\b",
    re.IGNORECASE,
)


def standalone(question: str, history: Sequence[Turn]) -> str:
    """Return `question` with what it leaves out taken from the user turns before it, or as it is."""
    said = [turn.text for turn in history if turn.role == "user" and turn.text.strip()]
    alone, topics = "", list[str]()
    for text in (*(text for text in said if not smalltalk.reply(text)), question):
        before, alone = alone, _alone(text, alone, topics)
        topics = _topics(text, topics, bool(before))
    return alone


def _alone(question: str, before: str, topics: Sequence[str]) -> str:
    """Return a question with what it leaves out taken from the one before it, which stands alone, and the topics."""
    question = _BESIDE.sub(_counted_on, question)
    if not before or not (is_follow_up(question) or _asks_its_step(question, before)):
        return question
    core = _core(question)
    counted = _number_step(core, before)
    whole, swapped = replace_rivals(before, counted)
    if swapped and _COMPARES.search(counted):
        return _beside(before, counted)
    if swapped and set(content_words(counted)) <= set(content_words(whole)):
        return whole
    return _beside(whole, counted) if swapped or counted != core else _filled(question, core, whole, topics)


def _asks_its_step(question: str, before: str) -> bool:
    """Whether a question says no more than a step, and the one before it is of some steps: which ones is left out."""
    return unnumbered(question) != question and not content_words(unnumbered(question)) and bool(_PATH.search(before))


def _filled(question: str, core: str, before: str, topics: Sequence[str]) -> str:
    """Return a question with the topic in the place of its pronouns, or beside what it leaves out."""
    resolved = topic.resolve(question, topics)
    said = len(content_words(core))
    if resolved != question or (said >= _ENOUGH and not points_back(question)):
        return resolved
    return _beside(topics[0] if topics and said > 1 and question == core and not _counts(core) else before, core)


def _topics(text: str, topics: list[str], is_later: bool) -> list[str]:
    """Return what the talk is about after a turn, the latest first. A question that stands alone and shows no topic
    ends the one before."""
    about = _ABOUT.match(text)
    if is_later and not about and is_follow_up(text):
        return topics
    new = topic.named(text[about.start(1) :] if about else _core(text))
    return [*new, *topics] if new or about else []


def _beside(before: str, core: str) -> str:
    """Return the question that the talk began with, the one just before where `core` says too little, and `core`."""
    begun, *since = before.strip().rstrip("?.! ").split(_DASH)
    goes_on = len(content_words(core)) < 2 or _BOTH.search(core)
    return _DASH.join([begun, *(since[-1:] if goes_on else []), core])


def behind(before: str, question: str) -> str:
    """Return a question behind the one before it, unless that is in front of it already."""
    begun = before.strip().rstrip("?.! ")
    return question if question.startswith(begun) else begun + _DASH + question


def _counted_on(found: re.Match[str]) -> str:
    """Return "step 4" for "the step after step 3"; as it was where there is no such step."""
    number = int(found[3]) + (-1 if found[2].casefold() == "before" else 1)
    return f"{found[1]} {number}" if number else found.group()


def points_back(question: str) -> bool:
    """Whether a question speaks of something by a pronoun, or goes on from something, without naming it."""
    if topic.names_its_own(question):
        return False
    return bool(_BACK.search(_IDLE.sub("", question)))


def is_follow_up(question: str) -> bool:
    """Whether a question leans on what was said before: it points back, or says too little alone."""
    if topic.names_its_own(question):
        return False
    if any(pattern.search(_LEAD.sub("", question)) for pattern in (_ANAPHORA, _AFTER, _BEFORE)):
        return True
    words = content_words(_LEAD.sub("", question))
    if words and _WHOLE.match(question):
        return False
    return len(words) <= (4 if _PART.match(question) else 2 if _LEAD.match(question) else 1)


def may_lean(question: str) -> bool:
    """Whether a question may lean on what was said before: it is a follow-up, begins like one, or is short."""
    return is_follow_up(question) or bool(_LEAD.match(question)) or len(content_words(question)) <= SHORT


def _core(question: str) -> str:
    """Return a follow-up without what leads it in; "And then?" asks for what comes after that."""
    core = _LEAD.sub("", question).strip()
    return core if _WORD.search(core) else "after that?"


def _counts(core: str) -> bool:
    return bool(_AFTER.search(core) or _BEFORE.search(core))


def content_words(text: str) -> list[str]:
    """Return the words of `text` that carry its meaning, case folded."""
    return [word for word in (found.casefold() for found in _WORD.findall(text)) if word not in _EMPTY]


def _number_step(core: str, before: str) -> str:
    """Turn "the step after that" into "Step 4" where the question before named step 3, and "the fourth one" into "the
    fourth step" where it asked for the steps."""
    if kind := _STEPS.search(before):
        core = _NTH.sub(rf"\1 {kind[1]}", core)
    found = _STEP.search(before)
    if not found:
        return core
    for pattern, move in ((_AFTER, 1), (_BEFORE, -1)):
        if pattern.search(core) and int(found[2]) + move:
            return pattern.sub(f"{found[1]} {int(found[2]) + move}", core)
    return core
