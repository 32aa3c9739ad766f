"""A question to what it takes for granted, asked by itself: documents that do not hold its answer may speak of this."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.answer.evidence import Scored, led
from advisor.answer.listing import Line
from advisor.answer.spans import Span
from advisor.answer.words import denies

LIKELY = 0.9  # share of the best probability to answer from which a source sentence is told of what is supposed
FEWEST = 3  # words that say something
MOST = 2  # source sentences that are told of it
SURE = 0.9  # how sure it is that the documents speak of it where what denies it is an answer; see eval/LOG.md
_GIVEN = (
    r"(?:since(?! (?:19|20)\d\d)|given that|because|now that|considering(?: that)?|seeing (?:as|that)|knowing that"
    r"|assuming(?: that)?|supposing(?: that)?|if)"
)
_KNOWN = r"(?:(?:i|we|you) (?:all )?know (?:that )?)?"
_ASKS = (
    r"(?:(?:after|at|by|for|from|in|of|on|since|to|under|until|up to|with|within) (?=wh|how))?(?:who|whom|whose|what"
    r"|which|when|where|why|how|is|are|am|was|were|do|does|did|can|could|should|shall|will|would|may|might|has|have"
    r"|tell|name|list)\b"
)
_AUX = r"(?:is|are|was|were|has|have|do|does|did|can|could|should|will|would|must)"
_SO = r"(?:so|and|but|then|hence|therefore)"
_TAG = rf", (?:right|correct|yes|no|okay|ok|{_AUX}n['’]t \w+)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"^(?:(?:and|but|so)\b,? )?(?:{_GIVEN}|given|as|when|with) {_KNOWN}(?P<held>.+), (?:so |then )?{_ASKS}.*$",
        rf"^(?!{_ASKS})(?P<held>[^?]+?)(?:{_TAG})?(?:,? {_SO},?|(?:;|:| -| –)(?: {_SO},?)?) (?:exactly )?{_ASKS}.*$",
        rf"^(?!{_ASKS})(?P<held>[^?]+?)(?:[.!]|{_TAG}\?) [^.?!]+\?$",
        rf"^{_ASKS}.+?,? {_GIVEN} {_KNOWN}(?P<held>.+)$",
        r"^(?:how come|(?:what(?: is|['’]s) |explain )?(?:the )?reasons? (?:that|why)|explain why) (?P<held>.+)$",
        rf"^(?:and |but |so )?why (?P<asked>{_AUX}\b.+?)(?:, and [^,]*\?)?$",
    )
)
_HEARSAY = re.compile(  # of whom one has it
    r"^(?:(?:and|but|so),? )?(?:i(?:['’]m| am| was|['’]ve been| have been|['’]ve| have)?"
    r" (?:told|heard|hear|read|know|think|believe)"
    r"|(?:they|people|some|many|everyone|everybody|someone|somebody) (?:says?|said|told me)|it is said"
    r"|(?:my|a|an|the|some) \w+ (?:says?|said|told me|claims?|thinks?))(?: that|,|:)? "
    r"|, (?:i(?:['’]m| was|['’]ve been) told|i (?:hear|heard|read)|they say|people say)$",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:i|i['’]m|i['’]ve|i['’]d|my|we|we['’]re|our)\b", re.IGNORECASE)  # of the person who asks


def supposed(question: str) -> str:
    """Return what a question takes for granted as a question of its own, empty where it shows none."""
    for form in _FORMS:
        if found := form.match(question.strip()):
            parts = found.groupdict()
            said = _HEARSAY.sub("", parts.get("asked") or parts["held"]).strip(" ,;.!?")
            if len(said.split()) >= FEWEST and not _OWN.search(said):
                return f"{said[0].upper()}{said[1:]}{'' if 'asked' in parts else ', right'}?"
    return ""


def likely(scored: Sequence[Scored]) -> list[Span]:
    """Return the source sentences, MOST at most, that most likely tell whether what is supposed is so, by a reader, or
    by their fit without one; and those that they point back to."""
    told = [(one.answers or one.fit, one.span) for one in scored if one.tells]
    least = LIKELY * max((how for how, _ in told), default=0.0)
    return led([span for how, span in told if how >= least][:MOST], scored)


def is_denied(supposed: str, held: Sequence[Line], confidence: float) -> bool:
    """Whether what the documents say of it, surely enough, denies what is supposed, or affirms what that denies."""
    return confidence >= SURE and any(denies(line.text) != denies(supposed) for line in held if not line.leads)
