"""A question to the jobs that it is about and that no passage names: nurse, data engineer, project manager.

An embedding holds all jobs for alike, so that the steps to become a surgeon would be those of an engineer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from advisor.index.tokens import tokenize

BESIDE = 4  # words in front of a job's name among which stands what sort of it is meant
SPELT = {
    "ml": "machine learning",
    "ai": "artificial intelligence",
    "dl": "deep learning",
    "us": "united states",
    "uk": "united kingdom",
    "tf": "tensorflow",
}

_DOER = r"(?:[a-z]{2,}(?:er|or|ist|ian|ant|eer|yst|man)|nurse|chef|pilot|cook|clerk|judge|coach|guard)"
_SORT = r"((?:(?!(?:and|or|with|to|not|of|in|for|the|you|i|we|they|it) )[\w'’/+-]+,? ){0,3}?)"
_DONE = r"(?=\W*$|\s*[?.,;]|\s+(?:need|do|earn|get|have|use|make|know|work|learn|train|study|spend|take|become)\b)"
_PERSON = r"\b(?:i|you|we|he|she|they|one|someone|people|to|of|by|for|about|in|before|after|when|while)"
_JOBS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_PERSON} becom(?:e|ing) an? {_SORT}([a-z]+)(?=\W*$|\s*[?.,;]|\s+(?:in|with|at|to|if|and|or|by)\b)",
        rf"\b(?:does|should|must|can|of|for) an? {_SORT}({_DOER}){_DONE}",
        rf"\b(?:do|should|must|can) {_SORT}({_DOER})s{_DONE}",
    )
)
_ANYBODY = frozenset(
    """
    beginner newcomer learner starter employer recruiter manager interviewer developer expert master user customer
    practitioner professional candidate graduate mentor teacher computer server parameter classifier layer number
    order matter answer paper chapter newsletter transformer container cluster register power factor vector tensor
    error sensor processor generator optimizer optimiser estimator descriptor career list
""".split()
)
_PLAIN = frozenset(  # say how somebody does a job, not which
    """
    good great successful proficient competent professional typical real aspiring would-be future experienced new young
    old certified skilled self-taught senior junior mid-level entry-level lead full-time average my your the this that
    any some most all
""".split()
)
_PARTS = frozenset("and or vs vs. versus the a an of".split())  # end what belongs together


def missing_jobs(question: str, texts: Sequence[str]) -> list[str]:
    """Return the jobs, in lower case, that a question is about and none of the texts names."""
    held = [re.findall(r"[\w'’+-]+", text.casefold()) for text in texts]
    missing = []
    for sort, job in _jobs(question.casefold()):
        if (sort or job not in _ANYBODY) and not any(_named(job, sort, words) for words in held):
            missing.append(f"{sort} {job}".strip())
    return missing


def _jobs(question: str) -> Iterator[tuple[str, str]]:
    """Yield each job that a question is about, and what sort of it: ("data", "engineer"), ("", "nurse")."""
    for pattern in _JOBS:
        for sorts, job in pattern.findall(question):
            kept = [word for word in sorts.replace(",", "").split() if tokenize(word) and word not in _PLAIN]
            yield " ".join(kept), job


def _named(job: str, sort: str, words: Sequence[str]) -> bool:
    """Whether a job stands among words, with what sort of it is meant right in front."""
    wanted = set(tokenize(job))
    for place, word in enumerate(words):
        if wanted & set(tokenize(word)):
            near = list(takewhile(lambda one: one not in _PARTS, words[max(place - BESIDE, 0) : place][::-1]))
            before = " ".join(near[::-1])
            if all(
                set(tokenize(one)) <= set(tokenize(before)) or SPELT.get(one, "\0") in before for one in sort.split()
            ):
                return True
    return False


def _parts(word: str) -> set[str]:
    """Return the terms of a word, those of a compound's parts: machine and learning, of machine-learning."""
    return {term for term in tokenize(word) if "-" not in term}
