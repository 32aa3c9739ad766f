"""cli: what every command prints where, and with what status it ends. The models are stand-ins, the rest is real."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from fakes import FakeEmbedder, FakeGenerator

from advisor import cli, paths, text
from advisor.answer.pipeline import Advisor
from advisor.config import Config
from advisor.errors import ModelError
from advisor.eval import commands, comparison, lint, speed, written
from advisor.eval.deciding import Kind
from advisor.eval.judging import METRICS
from advisor.eval.report import Abstention, Cost, Mean, Report, System
from advisor.models import embedders, generators
from advisor.types import Answer, Event, Turn

HIT = ["rank", "score", "chunk_id", "doc_id", "title", "source", "heading_path", "start", "end", "text", "stages"]
ANSWER = ["question", "rewritten", "answer", "sentences", "citations", "passages", "abstained", "kind", "offers"]
ANSWER += ["prompt", "model", "seconds", "tokens", "confidence", "removed_citations", "dropped_sentences"]
QUESTION = "What does a junior data engineer earn in India?"
SAID = "A junior data engineer in India earns between ₹400,000 and ₹900,000 a year."
NOTES = f"""# Data Engineer Guide

## Salary

{SAID}

## Version Control

Git keeps every version of every file of a project.

## Containers

Docker runs images as containers on every machine.
"""


@pytest.fixture(autouse=True)
def loads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Put stand-ins in the place of the models; return what was loaded, in order."""
    loaded: list[str] = []

    def embedder(spec: str, threads: int) -> FakeEmbedder:
        loaded.append("embedder")
        return FakeEmbedder()

    def generator(spec: str, config: Config, *, api_key: str | None, **told: object) -> FakeGenerator:
        loaded.append("generator")
        return FakeGenerator(SAID)

    monkeypatch.setenv("ADVISOR_INDEX", str(tmp_path / "index" / "default"))
    monkeypatch.setattr(embedders, "load_embedder", embedder)
    monkeypatch.setattr(embedders, "identity", lambda spec: "fake")
    monkeypatch.setattr(generators, "load_generator", generator)
    return loaded


@pytest.fixture
def notes(tmp_path: Path) -> str:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "guide.md").write_text(NOTES, encoding="utf-8")
    return str(folder)


@pytest.fixture
def indexed(notes: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    folder = str(tmp_path / "ix")
    assert cli.main(["index", "--corpus", notes, "--index", folder]) == 0
    capsys.readouterr()
    return folder


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def questions(folder: Path, *lines: object) -> str:
    path = folder / "questions.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return str(path)


def test_search_prints_one_hit_a_line(indexed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["search", QUESTION, "--index", indexed, "--k", "2", "--json"]) == 0
    out, err = capsys.readouterr()
    hits = objects(out)
    assert [list(hit) for hit in hits] == [HIT, HIT]
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert SAID in hits[0]["text"]
    assert set(hits[0]["stages"]) == {"bm25", "dense", "fused"}
    assert hits[0]["stages"]["fused"] == {"rank": 1, "score": hits[0]["score"]}
    assert hits[0]["heading_path"] == ["Salary"]
    assert err == ""


def test_search_in_text_has_rank_place_score_and_passage(indexed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["search", QUESTION, "--index", indexed, "--k", "1"]) == 0
    head, *rest = capsys.readouterr().out.splitlines()
    assert head.startswith("1. Data Engineer Guide > Salary  (")
    assert SAID in rest
    assert rest[-1] == ""


def test_search_mends_and_completes_what_is_asked_as_ask_does(
    indexed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    count = FakeEmbedder.count_tokens
    monkeypatch.setattr(FakeEmbedder, "count_tokens", lambda self, text: count(self, text) + text.count("versoin"))
    path = questions(tmp_path, {"question": "And what does it keep?", "history": ["What is Git versoin control?"]})
    rewritten = []
    for command in ("search", "ask"):
        assert cli.main([command, "--input", path, "--index", indexed]) == 0
        rewritten.append(objects(capsys.readouterr().out)[0]["rewritten"])
    assert rewritten[0] == rewritten[1]
    assert "Git version control" in rewritten[0]


def test_ask_prints_one_object(indexed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", QUESTION, "--index", indexed, "--json"]) == 0
    out, err = capsys.readouterr()
    (found,) = objects(out)
    assert list(found) == ANSWER
    assert (found["question"], found["kind"], found["abstained"]) == (QUESTION, "answer", False)
    assert SAID in found["answer"]
    assert (found["prompt"], found["model"], found["tokens"]["generated"]) == ("answer/v2", "fake", len(SAID.split()))
    assert [list(one) for one in found["citations"]] == [["n", "chunk_id", "doc_id", "start", "end"]]
    assert [list(one) for one in found["passages"]] == [["n", *HIT]] * len(found["passages"])
    assert {"retrieve", "generate", "ground"} <= set(found["seconds"])
    assert err == ""


@pytest.mark.parametrize(
    ("question", "kind", "abstained"),
    [("Hello!", "smalltalk", False), ("How do whales sleep under Antarctic ice?", "abstain", True)],
)
def test_ask_tells_greetings_and_refusals_as_such_and_loads_no_model_for_them(
    question: str, kind: str, abstained: bool, indexed: str, loads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", question, "--index", indexed, "--json"]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert (found["kind"], found["abstained"], found["citations"]) == (kind, abstained, [])
    assert list(found) == ANSWER
    assert "generator" not in loads
    assert cli.main(["ask", question, "--index", indexed]) == 0
    assert capsys.readouterr().out == found["answer"] + "\n"


def test_a_refusal_ends_with_the_questions_that_the_documents_answer(
    indexed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", "What does a junior data engineer earn in Norway?", "--index", indexed, "--json"]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert found["kind"] == "abstain"
    assert found["offers"]
    assert cli.main(["ask", found["question"], "--index", indexed]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"The documents do not hold the answer to: {found['question']}"
    at = lines.index("Questions that they do answer:")
    assert lines[at + 1 :] == [f"- {offer}" for offer in found["offers"]]
    for offer in found["offers"]:
        assert cli.main(["ask", offer, "--index", indexed, "--json"]) == 0
        (told,) = objects(capsys.readouterr().out)
        assert (told["kind"], told["offers"]) == ("answer", [])


MADE_UP = "Bananas grow on tall ladders in winter."
MARK = " (not backed by the documents)"


@pytest.fixture
def makes_up(monkeypatch: pytest.MonkeyPatch) -> None:
    reply = FakeGenerator(f"{MADE_UP} {SAID}")
    monkeypatch.setattr(generators, "load_generator", lambda *given, **more: reply)


@pytest.mark.usefixtures("makes_up")
@pytest.mark.parametrize(("flags", "told"), [((), ""), (("--unbacked", "drop"), ""), (("--unbacked", "mark"), MARK)])
def test_a_sentence_that_nothing_backs_is_dropped_or_marked(
    flags: Sequence[str], told: str, indexed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["ask", QUESTION, "--index", indexed, *flags]) == 0
    out = capsys.readouterr().out
    assert out.startswith(f"{MADE_UP}{MARK} {SAID} [1]" if told else f"{SAID} [1]")
    assert (out.count(MADE_UP), out.count(MARK)) == (bool(told), bool(told))
    assert out.count(SAID) == 1
    assert out.splitlines()[-2:] == ["", "[1] Data Engineer Guide > Salary (guide.md)"]
    assert cli.main(["ask", QUESTION, "--index", indexed, "--json", *flags]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert [one["text"] for one in found["sentences"] if not one["backed"]] == [MADE_UP] * bool(told)
    assert MARK not in found["answer"]


@pytest.mark.usefixtures("makes_up")
def test_a_talk_marks_too_and_its_history_is_what_was_said(
    indexed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = talk(f"{QUESTION}\nHello!\n", indexed, monkeypatch, "--unbacked", "mark")
    assert capsys.readouterr().out.startswith(f"{MADE_UP}{MARK} {SAID} [1]")
    assert asked[1][1][1].text.startswith(f"{MADE_UP} {SAID} [1]")


LINES = (
    {"id": "z", "question": QUESTION},
    {"id": 3, "question": "And what does it keep?", "history": ["What is Git version control?"]},
    {"question": "Hello!"},
    {
        "id": "a",
        "question": "And what does it keep?",
        "history": [
            {"role": "user", "content": "What is Git version control?"},
            {"role": "assistant", "content": "It is Docker."},
        ],
    },
)


@pytest.mark.parametrize(
    ("command", "keys"), [("search", ["id", "question", "rewritten", "hits"]), ("ask", ["id", *ANSWER])]
)
def test_input_gets_one_line_for_each_in_order_with_one_loading(
    command: str,
    keys: list[str],
    indexed: str,
    tmp_path: Path,
    loads: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    loads.clear()
    assert cli.main([command, "--input", questions(tmp_path, *LINES), "--index", indexed]) == 0
    found = objects(capsys.readouterr().out)
    assert [list(one) for one in found] == [keys] * 4
    assert [one["id"] for one in found] == ["z", 3, None, "a"]
    assert [one["question"] for one in found] == [line["question"] for line in LINES]
    assert found[1]["rewritten"] == found[3]["rewritten"] != found[1]["question"]
    assert loads.count("embedder") == 1
    assert loads.count("generator") == (1 if command == "ask" else 0)


def test_the_hits_of_an_input_line_are_those_of_its_question(
    indexed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = questions(tmp_path, {"question": QUESTION})
    assert cli.main(["search", "--input", path, "--index", indexed, "--k", "2"]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert cli.main(["search", QUESTION, "--index", indexed, "--k", "2", "--json"]) == 0
    assert found["hits"] == objects(capsys.readouterr().out)


class Flushes(io.StringIO):
    """Keeps what was there at each flush."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def flush(self) -> None:
        self.seen.append(self.getvalue())


@pytest.mark.parametrize("command", ["search", "ask"])
def test_each_input_line_is_flushed_as_it_comes(
    command: str, indexed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Flushes()
    monkeypatch.setattr(sys, "stdout", out)
    assert cli.main([command, "--input", questions(tmp_path, *LINES), "--index", indexed]) == 0
    assert {text.count("\n") for text in out.seen} >= {1, 2, 3, 4}


@pytest.mark.parametrize("command", ["search", "ask"])
def test_bad_input_lines_are_named_and_nothing_is_printed_or_loaded(
    command: str, indexed: str, tmp_path: Path, loads: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    loads.clear()
    path = questions(tmp_path, {"question": "Hello!"}, "no JSON", {"question": ""}, {"question": "Hello!"})
    assert cli.main([command, "--input", path, "--index", indexed]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines()), loads) == ("", 1, [])
    assert err.startswith(f"AdvisorError: {path}, line 2: expected ")
    assert "; line 3: the question is empty" in err


def test_ask_in_text_is_the_answer_and_its_sources(indexed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", QUESTION, "--index", indexed, "--json"]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert cli.main(["ask", QUESTION, "--index", indexed]) == 0
    text, _, sources = capsys.readouterr().out.partition("\n\n")
    assert text == found["answer"]
    cited = sorted({citation["n"] for citation in found["citations"]})
    assert [line.split()[0] for line in sources.splitlines()] == [f"[{n}]" for n in cited]
    assert sources.splitlines()[0] == "[1] Data Engineer Guide > Salary (guide.md)"


def test_ask_in_text_shows_each_sentence_when_it_is_checked(
    indexed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps: list[str] = []
    stream = Advisor.stream

    def watched(self: Advisor, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        for event in stream(self, question, history):
            if isinstance(event, Answer):
                steps.append(capsys.readouterr().out)  # what stands there before the whole answer comes
            yield event

    monkeypatch.setattr(Advisor, "stream", watched)
    assert cli.main(["ask", QUESTION, "--index", indexed]) == 0
    assert steps[0].startswith(SAID)
    assert capsys.readouterr().out == "\n\n[1] Data Engineer Guide > Salary (guide.md)\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["ask", "Q?", "--index", "none"], "IndexMissing: there is no index in none; run: advisor index --index none"),
        (["search", "Q?", "--corpus", "none"], "CorpusError: none does not exist; give --corpus"),
        (["index", "--corpus", "none"], "CorpusError: nothing to index in none (none: does not exist)"),
        (["ask", "--input", "none.jsonl"], "AdvisorError: none.jsonl cannot be read: "),
        (["eval", "retrieval", "--items", "none.jsonl"], "ItemError: none.jsonl cannot be read: "),
        (["prompts", "show", "none"], "PromptError: there is no prompt 'none'"),
    ],
)
def test_a_user_s_error_is_one_line_and_status_1(
    line: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.main(line) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.startswith(says)


def test_an_error_of_many_lines_is_told_in_one(
    indexed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*given: object, **more: object) -> FakeGenerator:
        raise ModelError("it broke\nhere is\nwhy")

    monkeypatch.setattr(generators, "load_generator", failing)
    assert cli.main(["ask", QUESTION, "--index", indexed]) == 1
    assert capsys.readouterr().err == "ModelError: it broke here is why\n"


def test_a_bug_keeps_its_traceback(indexed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generators, "load_generator", lambda *given, **more: None)
    with pytest.raises(AttributeError):
        cli.main(["ask", QUESTION, "--index", indexed])


def test_wrong_usage_is_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    for line in (["ask"], ["ask", ""], ["ask", "Q", "--input", "x"], ["dance"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(line)
        assert (ended.value.code, capsys.readouterr().out) == (2, "")


def test_an_interruption_is_one_word(
    indexed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*given: object, **more: object) -> FakeGenerator:
        raise KeyboardInterrupt

    monkeypatch.setattr(generators, "load_generator", interrupted)
    assert cli.main(["ask", QUESTION, "--index", indexed]) == 1
    assert capsys.readouterr() == ("", "stopped\n")


@pytest.mark.parametrize("command", [["search", QUESTION, "--json"], ["ask", QUESTION, "--json"]])
def test_a_corpus_has_its_own_folder_and_leaves_the_default_index_alone(
    command: list[str], notes: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "o.md").write_text("# Other\n\nOther words altogether.\n")
    default = paths.default_index()
    assert cli.main(["index", "--corpus", str(other), "--index", str(default)]) == 0
    before = {path.name: path.read_bytes() for path in default.iterdir()}
    capsys.readouterr()

    own = paths.corpus_index([Path(notes)])
    assert cli.main([*command, "--corpus", notes]) == 0
    out, err = capsys.readouterr()
    assert err == f"index built: 1 document in {own}\n"
    assert SAID in json.dumps(objects(out), ensure_ascii=False)
    assert cli.main([*command, "--corpus", notes]) == 0  # it is found again, from wherever it is named
    assert capsys.readouterr().err == ""
    assert cli.main([*command, "--corpus", f"{notes}/../notes"]) == 0
    assert capsys.readouterr().err == ""
    (Path(notes) / "guide.md").write_text(NOTES + "\nAnd more.\n", encoding="utf-8")
    assert cli.main([*command, "--corpus", notes]) == 0
    assert capsys.readouterr().err == f"index built: 1 document in {own}\n"
    assert {path.name: path.read_bytes() for path in default.iterdir()} == before


def test_index_says_what_it_did_and_where(notes: str, capsys: pytest.CaptureFixture[str]) -> None:
    own = paths.corpus_index([Path(notes)])
    assert cli.main(["index", "--corpus", notes]) == 0
    assert capsys.readouterr() == (f"index built: 1 document in {own}\n", "")
    assert cli.main(["index", "--corpus", notes]) == 0
    assert capsys.readouterr() == (f"index is up to date: 1 document in {own}\n", "")
    assert not paths.default_index().exists()
    (Path(notes) / "bad.pdf").write_text("no PDF")
    assert cli.main(["index", "--corpus", notes]) == 1
    out, err = capsys.readouterr()
    assert out == f"index built: 1 document in {own}\n"
    assert err.startswith(f"left out {notes}/bad.pdf: ")


def test_index_without_a_corpus_builds_the_bundled_one_into_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["index"]) == 0
    count = len(list(paths.data("corpus").iterdir()))
    assert capsys.readouterr().out == f"index built: {count} documents in {paths.default_index()}\n"


def test_a_stale_index_is_refused_with_the_command(
    indexed: str, notes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(notes) / "guide.md").write_text("# Other\n\nOther words.\n")
    assert cli.main(["search", QUESTION, "--index", indexed]) == 1
    out, err = capsys.readouterr()
    assert (out, len(err.splitlines())) == ("", 1)
    assert err.endswith(f"run: advisor index --corpus {notes} --index {indexed}\n")


def talk(lines: str, indexed: str, monkeypatch: pytest.MonkeyPatch, *flags: str) -> list[tuple[str, tuple[Turn, ...]]]:
    """Talk in the terminal; return what the advisor was asked, and with which history."""
    asked: list[tuple[str, tuple[Turn, ...]]] = []
    stream = Advisor.stream

    def watched(self: Advisor, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        asked.append((question, tuple(history)))
        return stream(self, question, history)

    monkeypatch.setattr(Advisor, "stream", watched)
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert cli.main(["chat", "--terminal", "--index", indexed, *flags]) == 0
    return asked


def test_a_talk_goes_on_with_what_was_said(
    indexed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = talk(f"Hello!\n  {QUESTION}  \n\nAfter the end?\n", indexed, monkeypatch)
    out, err = capsys.readouterr()
    greeting, answer, *_ = out.splitlines()
    assert asked == [("Hello!", ()), (QUESTION, (Turn("user", "Hello!"), Turn("assistant", greeting)))]
    assert answer.startswith(SAID)
    assert err == "Ask a question; an empty line ends the conversation.\n"


def test_a_talk_ends_with_its_lines_and_outlives_an_error(
    indexed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*given: object, **more: object) -> FakeGenerator:
        raise ModelError("the server is down")

    monkeypatch.setattr(generators, "load_generator", failing)
    asked = talk(f"{QUESTION}\nHello!", indexed, monkeypatch)
    out, err = capsys.readouterr()
    assert asked == [(QUESTION, ()), ("Hello!", ())]  # what failed is no part of the conversation
    assert out.startswith("Hello.")
    assert err.splitlines()[1:] == ["ModelError: the server is down"]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Put a stand-in in the place of the server; return what it was to serve."""
    from advisor.serve import house

    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(house, "open_house", lambda *given: found.append(given))
    return found


def test_the_page_is_opened_with_what_was_asked_for(indexed: str, opened: list[tuple[Any, ...]]) -> None:
    line = ["chat", "--index", indexed, "--port", "81", "--model", "openai:http://h/v1#m", "--unbacked", "mark"]
    assert cli.main([*line, "--host", "0.0.0.0", "--share", "--auth", "people"]) == 0
    ((switch, stacks, begun, *served, _),) = opened
    assert served == ["0.0.0.0", 81, True, Path("people")]
    assert (begun.corpus, begun.index) == ((), Path(indexed))
    assert switch.config == Config(model="openai:http://h/v1#m", unbacked="mark")
    assert switch(Config().model, "answer/v2").config.unbacked == "mark"
    assert SAID in switch(Config().model, "answer/v2").ask(QUESTION).text
    assert [one.document.title for one in stacks.documents()] == ["Data Engineer Guide"]


def test_a_wrong_name_is_told_before_the_page_is_opened(
    indexed: str, opened: list[tuple[Any, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong, says in ((["--prompt", "none"], "PromptError"), (["--model", "none"], "ModelError")):
        assert cli.main(["chat", "--index", indexed, *wrong]) == 1
        assert capsys.readouterr().err.startswith(says)
    assert opened == []


def test_a_page_without_flags_is_of_this_machine_and_lets_everybody_in(
    indexed: str, opened: list[tuple[Any, ...]], loads: list[str]
) -> None:
    assert cli.main(["chat", "--index", indexed]) == 0
    ((*_, host, port, share, auth, note),) = opened
    assert (host, port, share, auth) == ("127.0.0.1", 7860, False, None)
    assert callable(note)
    assert "generator" not in loads


def test_what_the_server_says_goes_to_stderr(
    indexed: str, opened: list[tuple[Any, ...]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["chat", "--index", indexed]) == 0
    note = opened[0][-1]
    note("the chat is at http://127.0.0.1:7860")
    assert capsys.readouterr() == ("", "the chat is at http://127.0.0.1:7860\n")


def test_what_is_added_to_the_documents_of_a_running_chat_is_searched_by_it(
    indexed: str, opened: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    assert cli.main(["chat", "--index", indexed]) == 0
    ((switch, stacks, *_),) = opened
    before = switch.search
    (tmp_path / "new.md").write_text("# Kafka\n\nKafka keeps events in order.\n")
    (note,) = stacks.add([(tmp_path / "new.md", "new.md")], lambda *step: None)
    assert note.document
    assert switch.search is stacks.search() is not before
    assert "Kafka keeps events" in " ".join(chunk.text for chunk in switch.search.index.chunks)


@dataclass(frozen=True)
class Row:
    """One line of some table."""

    system: str
    items: int
    mrr: float
    missed: tuple[str, ...] = ()


ROWS = (Row("bm25", 9, 0.5, ("q1", "q22")), Row("advisor", 10, 2 / 3))
EVALS = (("retrieval", commands), ("speed", speed))


@pytest.mark.parametrize(("kind", "module"), EVALS)
def test_eval_prints_a_table_of_rows(
    kind: str, module: object, notes: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: list[tuple[object, ...]] = []

    def rows(*given: object, **more: object) -> Iterator[Row]:
        called.append(given)
        yield from ROWS

    monkeypatch.setattr(module, "measure" if kind == "speed" else kind, rows)
    own = paths.corpus_index([Path(notes)])
    chosen = [] if kind == "speed" else ["--items", "x.jsonl", "--split", "dev"]
    assert cli.main(["eval", kind, "--corpus", notes, *chosen]) == 0
    out, err = capsys.readouterr()
    table = ["system   items    mrr", "bm25         9  0.500", "advisor     10  0.667", "bm25: missed q1, q22"]
    assert out.splitlines() == table
    assert err == f"index built: 1 document in {own}\n"
    assert called == [(*([] if kind == "speed" else [Path("x.jsonl"), "dev"]), [notes], own, Config())]

    assert cli.main(["eval", kind, "--json", "--corpus", notes]) == 0
    printed = objects(capsys.readouterr().out)
    assert [list(row) for row in printed] == [["system", "items", "mrr", "missed"]] * 2
    assert printed[0] == {"system": "bm25", "items": 9, "mrr": 0.5, "missed": ["q1", "q22"]}
    assert printed[1]["mrr"] == 2 / 3
    assert called[1][-3:] == ([notes], own, Config())


COST, NONE = Cost(1.0, 2.0, 1.0, None, None, 9.0), Abstention(1.0, 1.0, 1.0, None, 0.0)
REPORT = Report(
    "2026-01-01",
    "1",
    "items.jsonl, dev 9",
    "a.md",
    1.0,
    9,
    METRICS,
    (System("ours", {}, False, {"right": Mean(0.5, 0.25, 0.75, 9)}, COST, NONE, {}),),
    (),
    (),
    {},
    (),
)


def report(called: list[tuple[object, ...]]) -> Callable[..., Report]:
    """Return what stands for an eval that is over, and keeps what it was given but for its progress."""

    def made(*given: object, **named: object) -> Report:
        (named if "progress" in named else {"progress": given[5]}).pop("progress")("asking", 1, 2)
        called.append((*(one for one in given if not callable(one)), *named.values()))
        return REPORT

    return made


def test_answers_are_of_the_model_that_is_named_and_printed_as_a_table_or_an_object(
    notes: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: list[tuple[object, ...]] = []
    monkeypatch.setattr(commands, "answers", report(called))
    assert cli.main(["eval", "answers"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == list(written.table(REPORT))
    assert (out.splitlines()[1].split()[0], err) == ("ours", "")  # no bar where no person looks
    flags = ["--model", "qwen3-0.6b", "--prompt", "answer/v1", "--embedder", "gte-small", "--index", "ix"]
    line = ["--items", "x.jsonl", "--split", "dev", "--out", "kept.jsonl", "--json"]
    assert cli.main(["eval", "answers", *flags, *line]) == 0
    (found,) = objects(capsys.readouterr().out)
    assert (found["system"], found["metrics"]) == ("ours", {"right": 0.5})
    config = Config(model="qwen3-0.6b", prompt="answer/v1", embedder="gte-small")
    assert called == [
        (None, "all", [], paths.default_index(), Config(), None),
        (Path("x.jsonl"), "dev", [], Path("ix"), config, Path("kept.jsonl")),
    ]


def test_a_run_says_where_its_report_is_and_opens_it_when_told(
    notes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called, opened = list[tuple[object, ...]](), list[str]()
    monkeypatch.setattr(commands, "run", report(called))
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "report" / "report.html"
    assert cli.main(["eval", "run"]) == 0
    assert capsys.readouterr() == ("".join(f"{line}\n" for line in written.table(REPORT)), f"the report is {page}\n")
    assert opened == []
    own = paths.corpus_index([Path(notes)])
    line = ["--systems", "s.toml", "--items", "x.jsonl", "--split", "dev", "--corpus", notes, "--out", "o"]
    assert cli.main(["eval", "run", *line, "--judge", "openai:http://h/v1#m", "--open", "--json"]) == 0
    out, err = capsys.readouterr()
    assert [found["system"] for found in objects(out)] == ["ours"]
    assert err == f"index built: 1 document in {own}\nthe report is {tmp_path / 'o' / 'report.html'}\n"
    assert opened == [(tmp_path / "o" / "report.html").as_uri()]
    assert called == [
        (None, None, "all", [], paths.default_index(), Path("report"), None),
        (Path("s.toml"), Path("x.jsonl"), "dev", [notes], own, Path("o"), "openai:http://h/v1#m"),
    ]


def compared(score: str, kind: Kind) -> comparison.Row:
    return comparison.Row(score, 9, 0.5, 0.25, 0.01, kind, f"{kind} by some")


@pytest.mark.parametrize(
    ("kinds", "worse"),
    [
        (("same", "better", "too few"), ""),
        (("same", "worse", "better"), "vital"),
        (("worse", "too few", "worse"), "right, shown"),
    ],
)
def test_a_gate_ends_with_1_where_a_score_is_worse_and_names_it(
    kinds: tuple[Kind, ...], worse: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [compared(score, kind) for score, kind in zip(("right", "vital", "shown"), kinds, strict=True)]
    monkeypatch.setattr(commands, "gate", lambda *given, **more: rows)
    for flags, told in (([], text.table(rows)), (["--json"], (json.dumps(asdict(row)) for row in rows))):
        assert cli.main(["eval", "gate", "--baseline", "b.jsonl", *flags]) == int(bool(worse))
        out, err = capsys.readouterr()
        assert out.splitlines() == list(told)
        assert err == (f"worse than b.jsonl: {worse}; see the lost items with: advisor eval run\n" if worse else "")


def test_a_gate_is_given_its_baseline_and_whether_to_replace_it(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[tuple[object, ...], bool]] = []
    monkeypatch.setattr(commands, "gate", lambda *given, progress, update: called.append((given, update)) or [])
    for flags in ([], ["--update", "--items", "x.jsonl", "--split", "test", "--index", "ix", "--prompt", "answer/v1"]):
        assert cli.main(["eval", "gate", "--baseline", "b.jsonl", *flags]) == 0
    assert called == [
        ((Path("b.jsonl"), None, "all", [], paths.default_index(), Config()), False),
        ((Path("b.jsonl"), Path("x.jsonl"), "test", [], Path("ix"), Config(prompt="answer/v1")), True),
    ]


def test_a_gate_over_real_files_of_an_advisor(
    notes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it answers but should refuse was refused by the baseline in the one case, and not in the other."""
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    names = [f"q{n}" for n in range(9)]
    asked = {"question": QUESTION, "behaviour": "abstain", "split": "dev"}
    items, baseline = tmp_path / "items.jsonl", tmp_path / "baseline.jsonl"
    items.write_text("".join(f"{json.dumps({'id': name, **asked})}\n" for name in names))
    line = ["eval", "gate", "--baseline", str(baseline), "--items", str(items), "--corpus", notes, "--json"]
    for right, status in ((0.0, 0), (1.0, 1)):
        rows = (comparison.Scored(id=name, group=name, scores={"right": right}) for name in names)
        comparison.save(rows, baseline)
        assert cli.main(line) == status
        (found,) = objects(capsys.readouterr().out)
        assert (found["score"], found["before"], found["after"]) == ("right", right, 0.0)
    assert cli.main([*line, "--update"]) == 0
    assert [one.scores["right"] for one in comparison.load(baseline)] == [0.0] * 9
    assert cli.main(line) == 0


def test_two_files_of_scores_are_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for path, right in (("a.jsonl", 1.0), ("b.jsonl", 0.0)):
        rows = (comparison.Scored(id=f"q{n}", group=f"q{n}", scores={"right": right}) for n in range(9))
        comparison.save(rows, Path(path))
    assert cli.main(["eval", "compare", "a.jsonl", "b.jsonl"]) == 0
    head, row = capsys.readouterr().out.splitlines()
    assert head.split() == ["score", "items", "before", "after", "p", "kind", "verdict"]
    assert row.split()[:6] == ["right", "9", "1.000", "0.000", "0.004", "worse"]
    assert cli.main(["eval", "compare", "b.jsonl", "b.jsonl", "--json"]) == 0
    assert [found["kind"] for found in objects(capsys.readouterr().out)] == ["too few"]


@pytest.mark.parametrize(("kind", "status"), [("moved", 1), ("twin", 0)])
def test_lint_ends_with_1_where_a_finding_is_an_error(
    kind: lint.Kind, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: list[tuple[tuple[object, ...], bool]] = []

    def found(*given: object, fix: bool) -> list[lint.Finding]:
        called.append((given, fix))
        return [lint.Finding("pay", kind, "of late")]

    monkeypatch.setattr(commands, "lint", found)
    assert cli.main(["eval", "lint"]) == status
    assert capsys.readouterr().out.splitlines()[1].split() == ["pay", kind, "of", "late"]
    assert cli.main(["eval", "lint", "--fix", "--items", "x.jsonl", "--index", "ix", "--json"]) == status
    assert objects(capsys.readouterr().out) == [{"item": "pay", "kind": kind, "words": "of late"}]
    assert called == [
        ((None, [], paths.default_index(), Config()), False),
        ((Path("x.jsonl"), [], Path("ix"), Config()), True),
    ]


def test_agreement_is_of_the_folder_that_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "agreement", lambda ratings, wice: iter([Row(f"{ratings} {wice}", 9, 0.5)]))
    assert cli.main(["eval", "agreement", "--ratings", "people"]) == 0
    assert capsys.readouterr() == ("system       items    mrr\npeople None      9  0.500\n", "")
    assert cli.main(["eval", "agreement", "--claims", "wice"]) == 0
    assert "None wice" in capsys.readouterr().out


def test_refusals_are_of_the_questions_that_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commands, "refused", lambda questions, *given: iter([Row(f"{questions}", 9, 0.5)]))
    assert cli.main(["eval", "refusals"]) == 0
    assert capsys.readouterr() == ("system  items    mrr\nNone        9  0.500\n", "")
    assert cli.main(["eval", "refusals", "--questions", "q.jsonl"]) == 0
    assert "q.jsonl" in capsys.readouterr().out


def test_what_is_fitted_is_told_on_stderr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fit(
        questions: object, items: object, corpora: object, out: Path, config: Config, note: Callable[[str], None]
    ) -> None:
        note(f"{questions} {items} {corpora} {out} {config.embedder}")

    monkeypatch.setattr(commands, "fit", fit)
    assert cli.main(["eval", "fit", "--out", "r.safetensors", "--corpus", "a", "b"]) == 0
    out, told = capsys.readouterr()
    assert (out, told.strip().endswith("None None ['a', 'b'] r.safetensors minilm")) == ("", True)


def test_no_rows_are_no_table(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(commands, "retrieval", lambda *given: iter(()))
    assert cli.main(["eval", "retrieval"]) == 0
    assert capsys.readouterr() == ("", "")


def test_models_are_a_table_with_a_footer_or_objects(capsys: pytest.CaptureFixture[str]) -> None:
    from advisor.models import catalogue

    rows = catalogue.rows()
    assert cli.main(["models"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.split() == list(catalogue.Row.__dataclass_fields__)
    assert lines[-2:] == ["", catalogue.FOOTER]
    at = head.index("licence")
    assert [(line.split()[0], line[at:].startswith(row.licence)) for line, row in zip(lines, rows, strict=False)] == [
        (row.name, True) for row in rows
    ]
    assert cli.main(["models", "--json"]) == 0
    assert [found["name"] for found in objects(capsys.readouterr().out)] == [row.name for row in rows]


def test_prompts_are_listed_shown_and_compared(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["prompts", "list"]) == 0
    assert "answer/v2" in [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    texts = []
    for name in ("answer/v1", "answer/v2"):
        assert cli.main(["prompts", "show", name]) == 0
        texts.append(capsys.readouterr().out)
        assert texts[-1] == (paths.data("prompts") / f"{name}.md").read_text(encoding="utf-8")
    assert cli.main(["prompts", "diff", "answer/v1", "answer/v2"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head == "--- answer/v1"
    changed = {line[1:] for line in lines[1:] if line.startswith("+")}
    assert changed == set(texts[1].splitlines()) - set(texts[0].splitlines())


class Terminal(io.StringIO):
    """A screen."""

    def isatty(self) -> bool:
        return True


def test_a_long_build_draws_a_bar_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "long"
    folder.mkdir()
    parts = "".join(f"\n## Part {n}\n\nTool number {n} is of use for work {n}.\n" for n in range(60))
    (folder / "long.md").write_text(f"# Long\n{parts}")
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    assert cli.main(["search", "tool", "--corpus", str(folder)]) == 0
    first, *more = screen.getvalue().split("\r")[1:]
    assert first.startswith("embedding [##")
    assert more[-1].splitlines()[0].startswith(f"embedding [{'#' * 30}] ")
    assert more[-1].splitlines()[1].removeprefix("\x1b[K").startswith("index built: 1 document in ")


def eval_for(monkeypatch: pytest.MonkeyPatch, *steps: tuple[float, str, int, int]) -> None:
    """Run an eval whose steps are told at these seconds after it began."""
    clock = iter([0.0, *(seconds for seconds, *_ in steps)])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))

    def answers(*given: object, progress: Callable[[str, int, int], None], out: object) -> Report:
        for _, doing, done, total in steps:
            progress(doing, done, total)
        return REPORT

    monkeypatch.setattr(commands, "answers", answers)
    assert cli.main(["eval", "answers"]) == 0


def test_a_long_eval_draws_a_bar_with_the_time_that_each_thing_still_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the steps took so far; how long the first took is not known, since a cache may have held it."""
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    steps = [(100.0, "asking", 4, 10), (106.0, "asking", 6, 10), (130.0, "judging", 1, 3), (131.0, "judging", 2, 3)]
    eval_for(monkeypatch, *steps)
    lefts = [None, 12.0, None, 1.0]
    bars = [text.bar(*step, left) for (_, *step), left in zip(steps, lefts, strict=True)]
    assert screen.getvalue() == "".join(bars)


def test_a_log_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [(10.0, "asking", 1, 9), (29.0, "asking", 2, 9), (30.0, "asking", 3, 9), (59.0, "asking", 4, 9)]
    eval_for(monkeypatch, *steps, (70.0, "asking", 5, 9), (71.0, "judging", 1, 9))
    assert capsys.readouterr().err == "asking 3/9, 60 s left\nasking 5/9, 60 s left\n"


def started(*given: str) -> float:
    """Return the seconds that a new process takes, the best of five."""
    took = []
    for _ in range(5):
        began = perf_counter()
        subprocess.run([sys.executable, *given], check=True, capture_output=True)
        took.append(perf_counter() - began)
    return min(took)


def test_the_import_takes_less_than_0_3_seconds_and_loads_nothing() -> None:
    assert started("-c", "import advisor") < 0.3
    heavy = "import sys, advisor.cli; print({'torch', 'gradio', 'transformers', 'numpy', 'bs4'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", heavy], check=True, capture_output=True, text=True)
    assert run.stdout == "set()\n"


def test_the_help_takes_less_than_0_5_seconds() -> None:
    assert started("-m", "advisor", "--help") < 0.5


def test_a_reader_that_goes_away_is_no_bug() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as pipe:
        run = subprocess.run(
            [sys.executable, "-m", "advisor", "models"], stdout=pipe, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (run.returncode, run.stderr) == (1, "")


def test_drafts_of_items_are_printed_as_lines_that_load(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from advisor.store import feedback

    monkeypatch.setattr(feedback, "drafts_lines", lambda: iter(['{"id": "draft-1"}', '{"id": "draft-2"}']))
    assert cli.main(["eval", "drafts"]) == 0
    assert capsys.readouterr().out == '{"id": "draft-1"}\n{"id": "draft-2"}\n'
