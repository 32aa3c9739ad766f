"""The documents about the program: what they name is there, and what they say to type is understood."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from advisor import __version__, args
from advisor.cli import COMMANDS
from advisor.models.entries import ENTRIES
from advisor.prompts import library

ROOT = Path(__file__).resolve().parent.parent
GUIDES = ("README.md", "CONTRIBUTING.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def tracked() -> list[str]:
    """Return the files that git tracks or would; in an unpacked archive, those that are there and were not made."""
    if not (ROOT / ".git").exists():
        found = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file()]
        made = re.compile(r"(?:\.venv|build|dist|\.\w+_cache|index/default[^/]*|.*__pycache__)/")
        return sorted(name for name in found if not made.match(name))
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return sorted(name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file())


MARKDOWN = [name for name in tracked() if name.endswith(".md") and not name.startswith(("corpus/", "prompts/"))]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Return a document without its code blocks."""
    return FENCE.sub("", text)


def commands(text: str) -> list[str]:
    """Return each `advisor …` to type, in the shell blocks and in backticks; a command's bare name is no such line."""
    lines = [
        line for kind, block in FENCE.findall(text) if kind == "sh" for line in block.replace("\\\n", "").split("\n")
    ]
    spoken = re.findall(r"`([^`\n]+)`", prose(text))
    found = [line.removeprefix("$ ").strip() for line in [*lines, *spoken]]
    return [
        line for line in found if re.match(r"advisor [a-z]", line) and line not in ("advisor ask", "advisor search")
    ]


def words(line: str) -> list[str]:
    """Return the words after `advisor` of one command line, up to a pipe, a redirection or a comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    ended = [*lexer, "|"]
    end = next(at for at, word in enumerate(ended) if word in {"|", ">", ">>", "&&", ";", "#"})
    return ended[1:end]


def understood(line: str) -> bool:
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            args.parse(words(line))
        except SystemExit as ended:
            return ended.code == 0
    return True


def test_the_guides_are_there_and_found() -> None:
    assert {*GUIDES, "CHANGELOG.md", "index/README.md"} <= set(MARKDOWN)
    assert all(read(name).startswith("# ") for name in MARKDOWN)


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_relative_link_leads_to_a_file(name: str) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", prose(read(name)))
    relative = [link.partition("#")[0] for link in links if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in relative if not (ROOT / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_that_is_shown_is_understood(name: str) -> None:
    found = commands(read(name))
    assert len(found) >= 8
    assert [line for line in found if not understood(line)] == []


def test_what_is_wrong_in_a_command_is_seen() -> None:
    assert words('advisor ask "How?" --json | jq .') == ["ask", "How?", "--json"]
    assert words("advisor index   # the bundled ones") == ["index"]
    assert words('advisor ask Q --model "openai:http://h/v1#m"')[-1] == "openai:http://h/v1#m"
    assert understood("advisor eval answers --split dev | head")
    wrong = ("advisor dance", "advisor ask", "advisor ask Q --k 3", "advisor chat --port x", "advisor eval")
    assert [line for line in wrong if understood(line)] == []
    assert commands("```sh\n$ advisor index\nindex built\n```\n`advisor chat`, `advisor`") == [
        "advisor index",
        "advisor chat",
    ]


def test_every_command_has_an_example_in_the_readme() -> None:
    shown = [line for line in commands(read("README.md")) if "--help" not in line]
    assert {args.parse(words(line)).command for line in shown} == set(COMMANDS)


def test_models_and_prompts_in_examples_exist() -> None:
    drafts = {"answer/v3"}  # the one that CONTRIBUTING.md tells how to write
    prompts = {template.name for template in library.all_templates()} | drafts
    for line in [line for name in GUIDES for line in commands(read(name)) if "--help" not in line]:
        found = vars(args.parse(words(line)))
        for name in filter(None, map(found.get, ("model", "embedder"))):
            assert name in ENTRIES or re.search(r"[/:]|^NAME$", name), line
        for name in filter(None, map(found.get, ("prompt", "name", "one", "other"))):
            assert name in prompts | {"answer"}, line
    assert {"smollm2-135m", "minilm", "smollm2-360m"} <= set(ENTRIES)
    shown = re.findall(r"^(\S+) +(embedder|generator) ", read("README.md"), re.MULTILINE)
    assert len(shown) >= 3
    assert all(ENTRIES[name].kind == kind for name, kind in shown)


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_path_in_backticks_exists(name: str) -> None:
    folders = {path.name for path in ROOT.iterdir() if path.is_dir()}
    spoken = re.findall(r"`([\w./-]+)`", prose(read(name)))
    looks = [path for path in spoken if path.partition("/")[0] in folders and "/" in path]
    looks += [path for path in spoken if re.fullmatch(r"[\w-]+\.(?:md|toml|txt)", path)]
    made = re.compile(r"index/.+|\.venv/?.*")
    assert [path for path in looks if not made.fullmatch(path) and not (ROOT / path).exists()] == []


def test_the_picture_of_the_path_names_files_that_exist() -> None:
    picture = next(block for kind, block in FENCE.findall(read("README.md")) if kind == "text")
    steps = re.findall(r"^(\w+) +(advisor/\S+\.py)", picture, re.MULTILINE)
    assert [step for step, _ in steps][:3] == ["rewrite", "retrieve", "fuse"]
    assert len(steps) == 9
    assert [path for _, path in steps if not (ROOT / path).is_file()] == []


def test_the_table_of_folders_is_that_of_the_repository() -> None:
    shown = re.findall(r"^\| `([\w.]+)/` \|", read("README.md"), re.MULTILINE)
    assert shown == sorted({name.split("/")[0] for name in tracked() if "/" in name})


@pytest.mark.parametrize("name", MARKDOWN)
def test_every_make_target_is_in_the_makefile(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    text = read(name)
    asked = set(re.findall(r"`make ([a-z]+)`", text)) | set(re.findall(r"^\$? ?make ([a-z]+)", text, re.MULTILINE))
    assert asked <= targets
    assert name != "README.md" or {"chat", "test"} <= asked


def test_the_limits_of_speed_are_those_that_the_eval_holds() -> None:
    rows = re.findall(r"^\| ([\w ,-]+?) \| ([\d.]+) (s|ms) \|", read("README.md"), re.MULTILINE)
    held = re.findall(r'_row\("([^"]+)", .*, "(s|ms)", ([\d.]+)\)', read("advisor/eval/speed.py"))
    assert rows == [(what, limit, unit) for what, unit, limit in held]
    assert len(rows) >= 4


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[([^\]]+)\] - \d{4}-\d\d-\d\d$", read("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == __version__


def test_no_file_names_a_place_on_one_machine() -> None:
    private = re.compile(rb"(?<![\w.])/(?:work|root|tmp/w)(?:/|\b)")
    named = {name: found for name in tracked() if (found := private.findall((ROOT / name).read_bytes()))}
    assert {name: found for name, found in named.items() if not name.endswith(".png")} == {}
