"""speed: rows by a made-up clock, what is started and how it is read, and one cold start of the whole program."""

import io
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from advisor import open as opening
from advisor.answer import ground
from advisor.config import Config
from advisor.errors import AdvisorError
from advisor.eval import commands, speed
from advisor.eval.speed import ANSWERED, QUESTION, Row, measure
from advisor.types import Answer, Event, Sentence, Trace

TOLD = Sentence("Learn Python.", (), 1.0)


class Clock:
    """A clock that runs only when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Process:
    """A process that takes as long as it is told to, up to its first character and up to its end."""

    started: list[list[str]]
    seconds: dict[str, list[tuple[float, float]]]  # by a word of the command, for each run
    clock: Clock

    def __init__(self, command: Sequence[str], bufsize: int, stdout: int, stderr: io.IOBase) -> None:
        assert (bufsize, stdout) == (0, subprocess.PIPE)
        self.started.append(list(command))
        self.word = next(word for word in self.seconds if word in command)
        self.first, self.end = self.seconds[self.word].pop(0)
        self.text = io.BytesIO(b"0.25\n" if self.word == "-c" else b"An answer.\n")
        self.stdout = self
        self.returncode = 0

    def read(self, size: int = -1) -> bytes:
        self.clock.now += self.first if size == 1 else self.end - self.first
        return self.text.read(size)

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout = None


class Slow:
    """A search whose n-th query takes n milliseconds."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[tuple[str, int]] = []

    def search(self, query: str, k: int) -> list[object]:
        self.asked.append((query, k))
        self.clock.now += len(self.asked) / 1000
        return []


class Answering:
    """An advisor whose n-th answer shows its first sentence after n seconds, and a second one later; the ones from
    `ends` on are refusals."""

    ends = ANSWERED + 1

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[str] = []

    def ask(self, question: str) -> None:
        self.clock.now += 500.0

    def stream(self, question: str) -> Iterator[Event]:
        self.asked.append(question)
        told = (TOLD, TOLD) if len(self.asked) < self.ends else ()
        self.clock.now += len(self.asked)
        for sentence in told:
            yield sentence
            self.clock.now += 70.0
        yield Answer(question, "", told, (), (), "answer", Trace(question, "", ""))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(speed, "perf_counter", clock)
    return clock


@pytest.fixture
def started(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    monkeypatch.setattr(Process, "clock", clock, raising=False)
    monkeypatch.setattr(Process, "started", [], raising=False)
    seconds = {
        "-c": [(9.0, 9.0)] * 5,  # what the child says counts, not how long it lives
        "--help": [(0.1, took) for took in (0.2, 0.4, 0.3, 0.9, 0.1)],
        "ask": [(took, took + 50) for took in (8.0, 2.0, 3.0)],
    }
    monkeypatch.setattr(Process, "seconds", seconds, raising=False)
    monkeypatch.setattr(subprocess, "Popen", Process)
    return Process.started


@pytest.fixture
def search(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow(clock)
    monkeypatch.setattr(opening, "open_search", lambda *_: slow)
    return slow


@pytest.fixture
def advisor(clock: Clock, search: Slow, monkeypatch: pytest.MonkeyPatch) -> Answering:
    advisor = Answering(clock)

    def support(sentence: str, sources: Sequence[object]) -> None:
        clock.now += 0.002

    monkeypatch.setattr(opening, "make_advisor", lambda *_: advisor)
    monkeypatch.setattr(ground, "support", support)
    return advisor


def test_rows_by_hand(started: list[list[str]], search: Slow, advisor: Answering, tmp_path: Path) -> None:
    rows = list(measure([], tmp_path, Config()))
    count = len(search.asked) - 1
    middle = count / 2 + 1.5
    assert rows == [
        Row("import advisor", 0.25, 0.25, 5, "s", 0.3, held=True),
        Row("advisor --help", pytest.approx(0.3), pytest.approx(0.9), 5, "s", 0.5, held=True),
        Row("search, warm", pytest.approx(middle), pytest.approx(count + 1), count, "ms", 30, held=middle <= 30),
        Row(
            "first sentence of an answer, warm",
            pytest.approx((ANSWERED + 1) / 2),
            ANSWERED,
            ANSWERED,
            "s",
            4,
            held=False,
        ),
        Row("check of a sentence", pytest.approx(2.0), pytest.approx(2.0), 2 * ANSWERED, "ms", 50, held=True),
        Row("first character of an answer, cold", pytest.approx(3.0), pytest.approx(8.0), 3, "s", 10, held=True),
    ]
    assert len(started) == 5 + 5 + 3


def test_every_bundled_question_is_searched_for_once_with_the_model_warm(
    started: list[list[str]], search: Slow, advisor: Answering, tmp_path: Path
) -> None:
    config = Config(passages=4)
    list(measure([], tmp_path, config))
    questions = {item.question for item in commands.bundled(None, "all")}
    (first, *rest) = search.asked
    assert len(rest) == len(questions) >= 60
    assert {question for question, _ in rest} == questions
    assert {k for _, k in (first, *rest)} == {4}


def test_answers_are_of_questions_that_stand_alone_and_have_one(
    started: list[list[str]], advisor: Answering, tmp_path: Path
) -> None:
    list(measure([], tmp_path, Config()))
    answered = [one.question for one in commands.bundled(None, "all") if one.behaviour == "answer" and not one.history]
    assert len(advisor.asked) == len(set(advisor.asked)) == ANSWERED
    assert advisor.asked[0] == QUESTION
    assert set(advisor.asked) <= {QUESTION, *answered}


def test_a_refusal_is_not_timed(started: list[list[str]], advisor: Answering, tmp_path: Path) -> None:
    advisor.ends = 4
    *_, first, check, _ = measure([], tmp_path, Config())
    assert (first.runs, first.worst, check.runs) == (3, pytest.approx(3.0), 6)


def test_without_an_answer_there_is_no_row(started: list[list[str]], advisor: Answering, tmp_path: Path) -> None:
    advisor.ends = 1
    told = [row.what for row in measure([], tmp_path, Config())]
    assert told[2:] == ["search, warm", "first character of an answer, cold"]


def test_what_was_named_is_passed_on(started: list[list[str]], advisor: Answering, tmp_path: Path) -> None:
    config = Config(embedder="some/embedder", model="some.gguf", prompt="answer/v1")
    list(measure(["one", "two"], tmp_path, config))
    asked = [command for command in started if "ask" in command]
    expected = ["--corpus", "one", "two", "--index", str(tmp_path)]
    expected += ["--embedder", "some/embedder", "--model", "some.gguf", "--prompt", "answer/v1"]
    assert [command[command.index("ask") + 2 :] for command in asked] == [expected] * 3
    assert {command[0] for command in started} == {sys.executable}


def test_without_a_corpus_none_is_passed_on(started: list[list[str]], advisor: Answering, tmp_path: Path) -> None:
    list(measure([], tmp_path, Config()))
    assert not any("--corpus" in command for command in started)


def test_a_row_is_there_before_the_next_one_is_measured(started: list[list[str]], search: Slow, tmp_path: Path) -> None:
    rows = measure([], tmp_path, Config())
    assert next(rows).what == "import advisor"
    assert (len(started), search.asked) == (5, [])


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (
            "import sys; print('begun'); print('so', file=sys.stderr); sys.exit('ModelError: no such model')",
            1,
            "no such",
        ),
        ("raise SystemExit(2)", 2, "nothing was said"),
        ("pass", 0, "nothing was said"),  # no first character ever came
        ("import sys; sys.stderr.write('x' * 1_000_000 + '\\nend\\n'); sys.exit(3)", 3, "end"),
    ],
)
def test_a_command_that_fails_is_said_and_not_timed(
    code: str, status: int, said: str, advisor: Answering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speed, "ADVISOR", (sys.executable, "-c", code))
    with pytest.raises(AdvisorError, match=rf"ended with status {status}: .*{said}"):
        list(measure([], tmp_path, Config()))


def test_starting_costs_little(tmp_path: Path) -> None:
    """The program itself, in new processes: three times the limits, for a machine that is busy."""
    rows = measure([], tmp_path, Config())
    for row in (next(rows), next(rows)):
        assert row.runs == 5
        assert 0 < row.median <= row.worst
        assert row.median < 3 * row.limit


@pytest.mark.real
def test_a_cold_answer(model_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search and `ask` as they are, over a small corpus: an answer that the packaged model has a part in."""
    monkeypatch.setenv("ADVISOR_CACHE", str(model_cache))
    (tmp_path / "pay.md").write_text(
        "# Salaries\n\nAn entry-level machine learning engineer in India earns 400,000 to 900,000 rupees a year.\n",
        encoding="utf-8",
    )
    *_, warm, first, check, cold = measure([str(tmp_path / "pay.md")], tmp_path / "index", Config())
    assert (warm.what, warm.unit, cold.unit) == ("search, warm", "ms", "s")
    for row in (warm, first, check):
        assert 0 < row.median < 3 * row.limit
    assert cold.runs == 3
    assert warm.median / 1000 < cold.median < 3 * cold.limit
