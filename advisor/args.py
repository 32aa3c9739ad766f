"""Command-line words to a checked namespace. Knows every flag; knows nothing of what a command does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor import __version__
from advisor.config import Config

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

_EPILOG = """\
examples:
  advisor index                                  index the bundled documents
  advisor ask "Which skills do I need first?"    answer from them, with citations
  advisor chat                                   open the chat page
  advisor ask "Which tools?" --corpus notes/     answer from your own documents
  advisor ask --input questions.jsonl            answer many, one JSON object a line

The result goes to stdout, everything else to stderr.
Exit status: 0 done, 1 an error that you can mend, 2 wrong usage.

environment:
  ADVISOR_INDEX     the index of the bundled documents
  ADVISOR_CACHE     folder for converted models and, in an installed package, indexes
  ADVISOR_DATA      folder for the conversations, documents, votes and feedback of the chat page
  ADVISOR_API_KEY   key for a model of the form openai:URL#name
"""
_INPUT = """\
Each line of --input FILE is an object: {"id": 1, "question": "And in India?", "history": ["What does one earn?"]}.
`history` holds the earlier user turns, or objects with `role` (user, assistant) and `content`; it and `id` may be
left out. One JSON object is printed for each line, in order, as soon as it is there.
"""
_SYSTEMS = """\
A system is a table of --systems FILE. What it leaves out is as in `advisor ask`; the first one is what the others are
compared with.

  [[system]]
  name = "small chunks"
  chunk_tokens = 128       # also: embedder, dense_weight, passages, passage_tokens,
  prompt = "answer/v1"     # model, max_new_tokens, temperature, seed; or plain = true, the plain baseline

Answers are kept: a run that was stopped goes on where it was, and a rerun costs what has changed.
"""


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the flags of the command that was given, its name as `command`; wrong usage ends the program with 2."""
    args = parser().parse_args(argv)
    if "question" in args and (args.question is None) == (args.input is None):
        found = "neither was given" if args.question is None else "both were given"
        swallowed = f'; did --corpus take it? put it first: {args.command} "QUESTION" --corpus PATH'
        args.fail(f"expected a question or --input FILE, {found}{swallowed if len(args.corpus) > 1 else ''}")
    if getattr(args, "beir", None) and (args.items or args.corpus or args.split != "all"):
        args.fail("--beir DIR has its own queries and documents; leave out --items, --split and --corpus")
    return args


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="advisor",
        description="Answer career questions from documents, and show the passage behind every sentence.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"advisor {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _index(commands)
    _search(commands)
    _ask(commands)
    _chat(commands)
    _eval(commands)
    _models(commands)
    _prompts(commands)
    return top


def _add(commands: _Commands, name: str, words: str, epilog: str | None = None) -> argparse.ArgumentParser:
    command = commands.add_parser(
        name.split()[-1],
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(command=name, fail=command.error)
    return command


def _index(commands: _Commands) -> None:
    _corpus_flags(_add(commands, "index", "read documents and build their index"))


def _search(commands: _Commands) -> None:
    command = _add(commands, "search", "show the passages found for a question", _INPUT)
    _question_flags(command)
    command.add_argument("--k", type=_positive, default=10, metavar="N", help="how many passages (default: 10)")
    _corpus_flags(command)


def _ask(commands: _Commands) -> None:
    command = _add(commands, "ask", "answer a question, with citations", _INPUT)
    _question_flags(command)
    _model_flags(command)
    _unbacked_flag(command)
    _corpus_flags(command)


def _chat(commands: _Commands) -> None:
    command = _add(commands, "chat", "open the chat page, or talk in the terminal")
    command.add_argument("--terminal", action="store_true", help="talk here, a question a line, with no page")
    command.add_argument("--host", default="127.0.0.1", help="address to serve the page on (default: 127.0.0.1)")
    command.add_argument("--port", type=_port, default=7860, metavar="N", help="port to serve it on (default: 7860)")
    command.add_argument(
        "--auth", type=Path, metavar="FILE", help="let in only the people of a file with a line name:password each"
    )
    command.add_argument("--share", action="store_true", help="open a public address through Gradio's servers")
    _model_flags(command)
    _unbacked_flag(command)
    _corpus_flags(command)


def _eval(commands: _Commands) -> None:
    command = commands.add_parser("eval", help="score retrieval, answers, rewriting and speed")
    kinds = command.add_subparsers(title="what to score", required=True, metavar="WHAT")
    retrieval = _add(kinds, "eval retrieval", "score each way to rank, beside a plain baseline; no model writes")
    _item_flags(retrieval)
    retrieval.add_argument(
        "--beir", type=Path, metavar="DIR", help="a folder in BEIR's format, to score on its documents and queries"
    )
    _corpus_flags(retrieval)
    answers = _add(kinds, "eval answers", "score whole answers of one model with one prompt")
    _item_flags(answers)
    _model_flags(answers)
    _corpus_flags(answers)
    answers.add_argument("--out", type=Path, metavar="FILE", help="keep each item's scores, a JSON object a line")
    _run(kinds)
    compare = _add(kinds, "eval compare", "say whether the second of two files of scores is better")
    compare.add_argument("before", type=Path, metavar="BEFORE", help="a file of `eval answers --out`")
    compare.add_argument("after", type=Path, metavar="AFTER", help="another, over the same items")
    compare.add_argument(
        "--margin", type=float, default=0.02, metavar="X", help="difference that is held to be none (default: 0.02)"
    )
    _json_flag(compare)
    _gate(kinds)
    lint = _add(kinds, "eval lint", "find lost quotes and other faults of an item set; exit status 1 if there are any")
    lint.add_argument("--items", type=Path, metavar="FILE", help="a JSONL item set (default: the bundled one)")
    lint.add_argument("--fix", action="store_true", help="write each quote's place, as it is now, into the set")
    _json_flag(lint)
    _corpus_flags(lint)
    agreement = _add(kinds, "eval agreement", "score our measures of groundedness against people's ratings")
    people = agreement.add_mutually_exclusive_group()
    people.add_argument(
        "--ratings", type=Path, metavar="DIR", help="MTRAG's folder, a human_eval.jsonl of rated answers"
    )
    people.add_argument("--claims", type=Path, metavar="DIR", help="WiCE's folder (default: the sentences that ship)")
    _json_flag(agreement)
    refusals = _add(kinds, "eval refusals", "score which questions are refused, of files of questions; no model writes")
    refusals.add_argument(
        "--questions", type=Path, metavar="PATH", help="a JSONL file, or a folder of them (default: the held-out ones)"
    )
    _json_flag(refusals)
    _corpus_flags(refusals)
    fit = _add(kinds, "eval fit", "fit the reader, which helps to decide what to refuse, to questions")
    fit.add_argument("--questions", type=Path, metavar="DIR", help="a folder with `fit` and `weigh` (default: ours)")
    fit.add_argument("--items", type=Path, metavar="FILE", help="a JSONL item set, of which the dev split is used, too")
    fit.add_argument("--out", type=Path, required=True, metavar="FILE", help="the reader's weights, as .safetensors")
    _embedder_flag(fit)
    fit.add_argument(
        "--corpus",
        nargs="+",
        default=[],
        metavar="PATH",
        help="documents, each PATH by itself (default: the bundled ones)",
    )
    _add(kinds, "eval drafts", "print the drafts of items that thumbs-down in the chat gave, a JSON object a line")
    rewrite = _add(kinds, "eval rewrite", "score how follow-ups are made to stand alone, against a person's forms")
    rewrite.add_argument(
        "--conversations", type=Path, required=True, metavar="DIR", help="folder with a turns.jsonl of conversations"
    )
    _json_flag(rewrite)
    speed = _add(kinds, "eval speed", "measure what starting, searching and answering cost")
    _json_flag(speed)
    _model_flags(speed)
    _corpus_flags(speed)


def _run(kinds: _Commands) -> None:
    run = _add(kinds, "eval run", "compare systems over one item set, and write a report", _SYSTEMS)
    run.add_argument("--systems", type=Path, metavar="FILE", help="a TOML file of systems (default: the standard ones)")
    _item_flags(run)
    _corpus_flags(run)
    run.add_argument(
        "--out", type=Path, default=Path("report"), metavar="DIR", help="folder of the report (default: %(default)s)"
    )
    run.add_argument(
        "--judge", metavar="MODEL", help="a model, as openai:URL#name, for a second opinion on what the answers tell"
    )
    run.add_argument("--open", action="store_true", help="open the report in a browser")


def _gate(kinds: _Commands) -> None:
    gate = _add(kinds, "eval gate", "exit with status 1 if answers are worse than a baseline's")
    gate.add_argument("--baseline", type=Path, required=True, metavar="FILE", help="a file of `eval answers --out`")
    gate.add_argument("--update", action="store_true", help="make what is measured now the baseline")
    _item_flags(gate)
    _model_flags(gate)
    _corpus_flags(gate)


def _models(commands: _Commands) -> None:
    _json_flag(_add(commands, "models", "list the models that have a name here, and which are ready"))


def _prompts(commands: _Commands) -> None:
    command = commands.add_parser("prompts", help="list, show or compare the versions of the prompts")
    kinds = command.add_subparsers(title="what to do", required=True, metavar="WHAT")
    _add(kinds, "prompts list", "list the prompts, and which are released")
    show = _add(kinds, "prompts show", "print the file of a prompt")
    show.add_argument("name", metavar="NAME", help="a prompt, such as answer/v2; answer alone is its newest")
    diff = _add(kinds, "prompts diff", "compare the files of two prompts, line by line")
    diff.add_argument("one", metavar="ONE", help="the older prompt, such as answer/v1")
    diff.add_argument("other", metavar="OTHER", help="the newer prompt, such as answer/v2")


def _question_flags(command: argparse.ArgumentParser) -> None:
    # QUESTION stands first, for a --corpus before it would take it.
    command.usage = f"{command.prog} [-h] (QUESTION | --input FILE) [OPTION ...]"
    command.add_argument("question", nargs="?", type=_question, metavar="QUESTION", help="one question, in quotes")
    command.add_argument("--input", type=Path, metavar="FILE", help="a JSONL file of questions instead; see below")
    _json_flag(command)


def _json_flag(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON, one object a line")


def _corpus_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--corpus",
        nargs="+",
        action="extend",
        default=[],
        metavar="PATH",
        help="folders or files to read, indexed in a folder of their own (default: the bundled documents)",
    )
    command.add_argument("--index", type=Path, metavar="DIR", help="folder of the index (default: the corpus's own)")
    _embedder_flag(command)


def _embedder_flag(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--embedder",
        default=Config().embedder,
        metavar="MODEL",
        help="name, hub id or folder of the embedding model (default: %(default)s)",
    )


def _model_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model",
        default=Config().model,
        metavar="MODEL",
        help="name, hub id, folder, GGUF file or openai:URL#name of the model that writes (default: %(default)s)",
    )
    command.add_argument(
        "--prompt", default=Config().prompt, metavar="NAME", help="prompt and version (default: %(default)s)"
    )


def _unbacked_flag(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--unbacked",
        choices=("drop", "mark"),
        default=Config().unbacked,
        help="what becomes of a model's sentences that no source backs (default: %(default)s)",
    )


def _item_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument("--items", type=Path, metavar="FILE", help="a JSONL item set (default: the bundled one)")
    command.add_argument("--split", choices=("dev", "test", "all"), default="all", help="items to use (default: all)")
    _json_flag(command)


def _question(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("the question is empty; give one in quotes")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise argparse.ArgumentTypeError("the question is not UTF-8; save or paste it as UTF-8")
    return text


def _positive(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 up")
    return int(text)


def _port(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, a whole number from 1 to 65535")
    return int(text)
