"""The program to what it costs to start, to search, to check a sentence and to answer, each beside the limit that it is
held to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter

from advisor import open as opening
from advisor.answer import ground
from advisor.answer.spans import spans
from advisor.config import Config
from advisor.errors import AdvisorError
from advisor.eval.commands import bundled
from advisor.types import Answer, Sentence

PYTHON = (sys.executable, "-u")  # a pipe would hold back what a terminal shows at once
ADVISOR = (*PYTHON, "-m", "advisor.cli")
IMPORT = "from time import perf_counter as now; began = now(); import advisor; print(now() - began)"
QUESTION = "What does an entry-level machine learning engineer earn in India?"  # one that the model writes on
ANSWERED = 30  # questions that are answered with the model warm


@dataclass(frozen=True, slots=True)
class Row:
    """What one thing costs: the median and the worst of its runs, in `unit`, what the median may be at most, and
    whether it is."""

    what: str
    median: float
    worst: float
    runs: int
    unit: str
    limit: float
    held: bool


def measure(corpus: Sequence[str], folder: Path, config: Config) -> Iterator[Row]:
    """Yield the row of the import, of the help, of a search, of an answer's first sentence and of the check of one with
    the model warm, and of a cold answer's beginning.

    :raises AdvisorError: a command that was started failed, or the index cannot be opened.
    """
    yield _row("import advisor", [float(_run([*PYTHON, "-c", IMPORT])[0]) for _ in range(5)], "s", 0.3)
    yield _row("advisor --help", [_run([*ADVISOR, "--help"])[2] for _ in range(5)], "s", 0.5)
    yield _row("search, warm", [1000 * took for took in _searches(corpus, folder, config)], "ms", 30)
    first, checks = _answers(corpus, folder, config)
    if first:  # other documents may answer none of the questions
        yield _row("first sentence of an answer, warm", first, "s", 4)
        yield _row("check of a sentence", [1000 * took for took in checks], "ms", 50)
    ask = [*ADVISOR, "ask", QUESTION, *_flags(corpus, folder, config)]
    yield _row("first character of an answer, cold", [_run(ask)[1] for _ in range(3)], "s", 10)


def _row(what: str, took: Sequence[float], unit: str, limit: float) -> Row:
    return Row(what, median(took), max(took), len(took), unit, limit, median(took) <= limit)


def _searches(corpus: Sequence[str], folder: Path, config: Config) -> Iterator[float]:
    """Yield the seconds of one search for each bundled question; the first, which loads libraries, is left out."""
    search = opening.open_search(corpus, folder, config)
    search.search(QUESTION, config.passages)
    for question in dict.fromkeys(item.question for item in bundled(None, "all")):
        began = perf_counter()
        search.search(question, config.passages)
        yield perf_counter() - began


def _answers(corpus: Sequence[str], folder: Path, config: Config) -> tuple[list[float], list[float]]:
    """Return the seconds to the first sentence of each answer with the model warm, and to check each of the sentences
    against the passages that were found."""
    advisor = opening.make_advisor(opening.open_search(corpus, folder, config), config)
    advisor.ask(QUESTION)  # loads the model
    asked = [item.question for item in bundled(None, "all") if item.behaviour == "answer" and not item.history]
    first, checks = list[float](), list[float]()
    for question in list(dict.fromkeys([QUESTION, *asked]))[:ANSWERED]:
        began = perf_counter()
        waited = None
        for event in advisor.stream(question):
            if isinstance(event, Sentence) and waited is None:
                waited = perf_counter() - began
                first.append(waited)
            elif isinstance(event, Answer):
                checks += _checks(event)
    return first, checks


def _checks(answer: Answer) -> Iterator[float]:
    sources = [span for passage in answer.passages for span in spans(passage)]
    for sentence in answer.sentences:
        began = perf_counter()
        ground.support(sentence.text, sources)
        yield perf_counter() - began


def _flags(corpus: Sequence[str], folder: Path, config: Config) -> list[str]:
    named = ["--corpus", *corpus] if corpus else []
    chosen = ["--embedder", config.embedder, "--model", config.model, "--prompt", config.prompt]
    return [*named, "--index", str(folder), *chosen]


def _run(command: Sequence[str]) -> tuple[bytes, float, float]:
    """Return what a new process prints, and the seconds to its first character and to its end."""
    with TemporaryFile() as complaints:
        began = perf_counter()
        with subprocess.Popen(command, bufsize=0, stdout=subprocess.PIPE, stderr=complaints) as process:
            assert process.stdout
            text = process.stdout.read(1)
            first = perf_counter() - began
            text += process.stdout.read()
        ended = perf_counter() - began
        complaints.seek(0)
        if process.returncode or not text:
            said = complaints.read().decode(errors="replace").strip().splitlines() or ["nothing was said"]
            raise AdvisorError(f"{' '.join(command)} ended with status {process.returncode}: {said[-1]}")
    return text, first, ended
