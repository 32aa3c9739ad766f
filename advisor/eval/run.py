"""Systems and items to answers, each kept under all that it depends on: a run that was stopped goes on where it was.

A kept answer is known by the question, the prompt's and the program's hash, the model, the index and the decoding.
Scores are not kept: they are made anew from the answers, so that a new metric costs no answer.
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import resource
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from advisor import paths
from advisor.answer.pipeline import Advisor
from advisor.eval import systems as opening
from advisor.eval.items import Item
from advisor.eval.systems import System
from advisor.index.folder import MANIFEST, sha256
from advisor.models.catalogue import resolve
from advisor.types import Answer, Generator, Passage, Prompt, Sentence, Turn

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is, and how much there is


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and what it took: seconds to the first sentence shown, without loading, and the process's MB."""

    answer: Answer
    first_s: float
    peak_mb: float


Shape = TypeVar("Shape")
_KEPT = TypeAdapter(Kept)
_TEXT = TypeAdapter(str)
BATCH = 8  # answers written at once


class Cells:
    """The answers of one system, out of the cache or made."""

    def __init__(self, system: System, advisor: Advisor, index: Path) -> None:
        self.system = system
        self.advisor = advisor
        self.made = 0
        self._same = {
            "program": opening.program(system.plain),
            "prompt": advisor.template.sha256,
            "model": model_identity(system.model),
            "index": sha256((index / MANIFEST).read_bytes()),
            "settings": system.model_dump(exclude={"name", "embedder", "chunk_tokens", "prompt", "model", "plain"}),
        }

    def answer(self, question: str, history: Sequence[str] = (), given: Sequence[Passage] | None = None) -> Kept:
        """Return the answer to a question.

        :param given: passages to answer from in place of a search.
        """
        ids = None if given is None else [passage.chunk.id for passage in given]
        return self.kept(["answer", question, [*history], ids], lambda: _timed(self.advisor, question, history, given))

    def unaided(self, questions: Sequence[str], tokens: int) -> list[str]:
        """Return what the model says to each question without any passage, cut at about so many tokens."""
        same = [opening.program(plain=True), self._same["model"], self._same["settings"]]  # no rule has a say in it
        keys: dict[str, object] = {question: [same, question, tokens] for question in questions}
        missing = [question for question, key in keys.items() if held(_TEXT, "unaided", key) is None]
        if missing:
            for question, text in zip(missing, _written(self.advisor.generator, missing, tokens), strict=True):
                keep(_TEXT, "unaided", keys[question], partial(str, text))
        return [held(_TEXT, "unaided", keys[question]) or "" for question in questions]

    def kept(self, asked: object, make: Callable[[], Kept]) -> Kept:
        """Return what was kept under `asked`, or make and keep it."""

        def counted() -> Kept:
            self.made += 1
            return make()

        return keep(_KEPT, "answers", [self._same, asked], counted)


def keep(shape: TypeAdapter[Shape], room: str, key: object, make: Callable[[], Shape]) -> Shape:
    """Return what is in a room of the cache under a key, or make it and put it there, whole or not at all."""
    if (found := held(shape, room, key)) is not None:
        return found
    made, path = make(), _place(room, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(shape.dump_json(made))
    part.replace(path)
    return made


def held(shape: TypeAdapter[Shape], room: str, key: object) -> Shape | None:
    """Return what is in a room of the cache under a key; None where nothing is, or something of another shape."""
    try:
        return shape.validate_json(_place(room, key).read_bytes())
    except (OSError, ValidationError):
        return None


def _place(room: str, key: object) -> Path:
    name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()
    return paths.cache() / "eval" / room / name[:2] / f"{name}.json"


def _written(generator: Generator, questions: Sequence[str], tokens: int) -> list[str]:
    from advisor.models.local import LocalGenerator

    prompts = [Prompt((Turn("user", question),), "unaided", 1) for question in questions]
    if isinstance(generator, LocalGenerator):  # in batches: five times as fast, since nothing stops these early
        batches = [prompts[at : at + BATCH] for at in range(0, len(prompts), BATCH)]
        return [text for batch in batches for text in generator.batch(batch, tokens)]
    return [_cut(generator, prompt, tokens) for prompt in prompts]


def _cut(generator: Generator, prompt: Prompt, tokens: int) -> str:
    pieces = generator.stream(prompt)
    try:
        return "".join(islice(pieces, tokens))  # a piece is about a token
    finally:
        if close := getattr(pieces, "close", None):
            close()


def _timed(advisor: Advisor, question: str, history: Sequence[str], given: Sequence[Passage] | None) -> Kept:
    started = time.perf_counter()
    first: float | None = None
    turns = [Turn("user", turn) for turn in history]
    for event in advisor.stream(question, turns, given=given):
        if isinstance(event, Sentence | Answer) and first is None:
            first = time.perf_counter() - started
    assert isinstance(event, Answer)
    return Kept(event, max((first or 0.0) - event.trace.seconds.get("load", 0.0), 0.0), memory_mb())


def memory_mb() -> float:
    """Return the MB of memory that this process holds now, or, where the system does not say, held at most."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def model_identity(spec: str) -> str:
    """Return what a model is known by in the cache: its name, and its weights where they lie on this machine.

    A file is known by its size and time, for to read gigabytes at each run would cost more than it saves. What an
    endpoint runs cannot be known: change its name where the model behind it changes.
    """
    source = resolve(spec, "generator")
    if source.where == "package" and source.entry and source.entry.package:
        return f"{source.name}:{source.entry.package.sha256}"
    if source.where in ("folder", "gguf"):
        at = Path(source.at)
        files = sorted(at.glob("*")) if at.is_dir() else [at]
        return f"{source.at}:{[(f.name, f.stat().st_size, f.stat().st_mtime_ns) for f in files if f.is_file()]}"
    return f"{source.name}:{source.at}#{source.model}"


def answered(
    systems: Sequence[System], items: Sequence[Item], corpus: Sequence[str], folder: Path, progress: Progress
) -> Iterator[tuple[Cells, Mapping[str, Kept]]]:
    """Yield each system's cells with its answers by the items' ids; one system's model is let go before the next's."""
    total = len(systems) * len(items)
    for number, system in enumerate(systems):
        advisor, index = opening.opened(system, corpus, folder)
        cells = Cells(system, advisor, index)
        found: dict[str, Kept] = {}
        for place, item in enumerate(items, start=1):
            found[item.id] = cells.answer(item.question, item.history)
            progress("answering", number * len(items) + place, total)
        yield cells, found
        del advisor, cells
        gc.collect()
