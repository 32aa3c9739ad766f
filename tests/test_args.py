"""args: what may be written, what it means, and that wrong usage ends with 2 and says what was expected."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from advisor import __version__, args, cli
from advisor.config import Config
from advisor.eval.systems import System, load

MODELS = "--embedder", "--model", "--prompt"


def test_a_question_alone_takes_the_defaults() -> None:
    found = args.parse(["ask", "What?"])
    assert (found.command, found.question, found.input, found.json) == ("ask", "What?", None, False)
    assert (found.corpus, found.index) == ([], None)
    assert (found.embedder, found.model, found.prompt) == (Config().embedder, Config().model, Config().prompt)


def test_every_command_has_its_function() -> None:
    lines = ["index", "search Q", "ask Q", "chat", "eval retrieval", "eval answers", "eval speed", "models"]
    lines += ["eval run", "eval gate --baseline b", "eval lint", "eval drafts", "eval agreement"]
    lines += ["eval refusals", "eval fit --out r"]
    lines += [
        "eval rewrite --conversations d",
        "eval compare a b",
        "prompts list",
        "prompts show answer",
        "prompts diff answer/v1 answer/v2",
    ]
    named = {args.parse(shlex.split(line)).command for line in lines}
    assert named == set(cli.COMMANDS)
    assert len(named) == len(lines)


def test_a_corpus_is_one_path_or_more_in_one_flag_or_more() -> None:
    assert args.parse(["index", "--corpus", "a", "b", "--corpus", "c"]).corpus == ["a", "b", "c"]
    assert args.parse(["index"]).corpus == []  # nothing is left over from the call before


def test_flags_become_paths_and_numbers() -> None:
    found = args.parse(["search", "Q", "--k", "3", "--index", "ix"])
    assert (found.k, found.index) == (3, Path("ix"))
    assert args.parse(["chat", "--port", "80"]).port == 80
    assert args.parse(["eval", "compare", "a", "b", "--margin", "0.1"]).margin == 0.1
    assert args.parse(["eval", "run", "--out", "r", "--systems", "s.toml"]).systems == Path("s.toml")


def test_a_page_is_of_this_machine_and_lets_everybody_in_unless_it_is_told() -> None:
    found = args.parse(["chat"])
    assert (found.host, found.port, found.auth, found.share) == ("127.0.0.1", 7860, None, False)
    found = args.parse(["chat", "--host", "0.0.0.0", "--auth", "people", "--share"])
    assert (found.host, found.auth, found.share) == ("0.0.0.0", Path("people"), True)


def test_what_nothing_backs_is_dropped_or_marked_where_a_person_reads_it() -> None:
    for line in (["ask", "Q"], ["chat"]):
        assert args.parse(line).unbacked == Config().unbacked == "drop"
        assert args.parse([*line, "--unbacked", "mark"]).unbacked == "mark"
    assert "unbacked" not in args.parse(["search", "Q"])


def test_an_eval_is_of_the_bundled_items_and_standard_systems_and_changes_nothing_unless_it_is_told() -> None:
    found = args.parse(["eval", "run"])
    assert (found.systems, found.items, found.split, found.out, found.open) == (
        None,
        None,
        "all",
        Path("report"),
        False,
    )
    assert (found.judge, args.parse(["eval", "answers"]).out) == (None, None)
    assert args.parse(["eval", "gate", "--baseline", "b"]).update is False
    assert args.parse(["eval", "lint"]).fix is False


WRONG = {
    "": "COMMAND",
    "dance": "dance",
    "eval": "WHAT",
    "prompts": "WHAT",
    "ask": "neither was given",
    "search": "neither was given",
    "ask Q --input q.jsonl": "both were given",
    "search Q --input q.jsonl": "both were given",
    "ask ''": "question is empty",
    "search ' '": "question is empty",
    "ask '' --input q.jsonl": "question is empty",
    "ask --corpus notes Q": 'ask "QUESTION" --corpus PATH',
    "search Q --k 0": "'0' is not a whole number from 1 up",
    "search Q --k -1": "'-1'",
    "search Q --k ten": "'ten' is not a whole number from 1 up",
    "search Q --k 1.5": "'1.5'",
    "chat --port 65536": "'65536' is not a port",
    "chat --port 0": "'0' is not a port",
    "eval retrieval --split train": "train",
    "eval rewrite": "--conversations",
    "eval gate": "--baseline",
    "eval fit": "--out",
    "eval agreement --ratings d --claims d": "not allowed with argument",
    "eval compare a": "AFTER",
    "eval compare a b --margin wide": "'wide'",
    "eval run --model smollm2-135m": "--model",
    "ask Q --corpus": "--corpus",
    "ask Q --unbacked keep": "'keep'",
    "chat --auth": "--auth",
    "ask Q --auth people": "--auth",
    "chat --unbacked": "--unbacked",
    "search Q --unbacked mark": "--unbacked",
    "eval answers --unbacked mark": "--unbacked",
    "ask Q --nonsense": "--nonsense",
    "prompts show": "NAME",
}


@pytest.mark.parametrize(("line", "says"), WRONG.items())
def test_wrong_usage_ends_with_2_and_says_what_was_expected(
    line: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        args.parse(shlex.split(line))
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert says in err.splitlines()[-1]
    assert "usage: advisor" in err


def test_a_question_that_is_not_utf_8_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        args.parse(["ask", "caf\udce9"])  # as Python reads the byte E9 of a Latin-1 terminal
    assert "not UTF-8" in capsys.readouterr().err


def test_a_lone_question_is_not_said_to_be_taken_by_the_corpus(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        args.parse(["ask", "--corpus", "notes"])
    assert "did --corpus take it" not in capsys.readouterr().err


HELP: dict[str, tuple[str, ...]] = {
    "": (),
    "index": ("--corpus PATH", "--index DIR", "--embedder MODEL"),
    "search": ("QUESTION", "--input FILE", "--json", "--k N", "--corpus PATH", "--index DIR", "--embedder MODEL"),
    "ask": (
        "QUESTION",
        "--input FILE",
        "--json",
        "--model MODEL",
        "--prompt NAME",
        "--unbacked {drop,mark}",
        "--corpus PATH",
        "--index DIR",
    ),
    "chat": (
        "--terminal",
        "--host HOST",
        "--port N",
        "--auth FILE",
        "--share",
        "--model MODEL",
        "--prompt NAME",
        "--unbacked {drop,mark}",
        "--corpus PATH",
    ),
    "eval": (
        "retrieval",
        "answers",
        "run",
        "compare",
        "gate",
        "lint",
        "agreement",
        "refusals",
        "fit",
        "rewrite",
        "speed",
    ),
    "eval retrieval": (
        "--items FILE",
        "--split {dev,test,all}",
        "--beir DIR",
        "--json",
        "--corpus PATH",
        "--index DIR",
    ),
    "eval answers": (
        "--items FILE",
        "--split {dev,test,all}",
        "--json",
        "--model MODEL",
        "--prompt NAME",
        "--out FILE",
    ),
    "eval run": (
        "--systems FILE",
        "--items FILE",
        "--split {dev,test,all}",
        "--json",
        "--out DIR",
        "--open",
        "--judge MODEL",
    ),
    "eval gate": ("--baseline FILE", "--update", "--items FILE", "--json", "--model MODEL", "--prompt NAME"),
    "eval lint": ("--items FILE", "--fix", "--json", "--corpus PATH", "--index DIR"),
    "eval drafts": (),
    "eval refusals": ("--questions PATH", "--json", "--corpus PATH", "--index DIR"),
    "eval fit": ("--questions DIR", "--items FILE", "--out FILE", "--embedder MODEL", "--corpus PATH"),
    "eval agreement": ("--ratings DIR", "--claims DIR", "--json"),
    "eval rewrite": ("--conversations DIR", "--json"),
    "eval compare": ("BEFORE", "AFTER", "--margin X", "--json"),
    "eval speed": ("--json", "--model MODEL", "--corpus PATH", "--index DIR"),
    "models": ("--json",),
    "prompts": ("list", "show", "diff"),
    "prompts list": (),
    "prompts show": ("NAME",),
    "prompts diff": ("ONE", "OTHER"),
}


def help_of(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit, match="0"):
        args.parse([*line.split(), "--help"])
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize(("line", "flags"), HELP.items())
def test_the_help_of_every_command_has_its_flags(
    line: str, flags: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    text = help_of(line, capsys)
    assert text.startswith(f"usage: advisor {line}".strip())
    assert [flag for flag in flags if flag not in text] == []


def test_the_help_of_a_run_names_every_setting_of_a_system(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of("eval run", capsys)
    assert [setting for setting in System.model_fields if not re.search(rf"\b{setting}\b", text)] == []
    (tmp_path / "systems.toml").write_text(text[text.index("  [[system]]") : text.index("Answers are kept")])
    (system,) = load(tmp_path / "systems.toml")
    assert (system.name, system.chunk_tokens, system.prompt) == ("small chunks", 128, "answer/v1")


def test_the_first_help_lists_every_command_the_statuses_and_the_environment(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = help_of("", capsys)
    listed = {line.split()[0] for line in text.splitlines() if line.startswith("    ") and line.split()}
    assert {"index", "search", "ask", "chat", "eval", "models", "prompts"} <= listed
    assert "Exit status: 0 done, 1 an error that you can mend, 2 wrong usage." in text
    assert all(name in text for name in ("ADVISOR_INDEX", "ADVISOR_CACHE", "ADVISOR_DATA", "ADVISOR_API_KEY"))


def test_every_flag_has_a_help_text() -> None:
    silent = []
    todo = [args.parser()]
    for parser in todo:
        for action in parser._actions:
            if isinstance(action.choices, dict):
                todo.extend(action.choices.values())
            elif not action.help:
                silent.append(f"{parser.prog} {action.dest}")
    assert silent == []
    assert len(todo) == len(HELP)


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        args.parse(["--version"])
    assert capsys.readouterr().out == f"advisor {__version__}\n"
