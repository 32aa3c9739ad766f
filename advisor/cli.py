"""The command line: advisor index | search | ask | chat | eval | models | prompts.

stdout is the result, stderr the rest. Exit status 0 done, 1 a user's error (one line on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from advisor import __version__, paths
from advisor.config import Config
from advisor.errors import AdvisorError

if TYPE_CHECKING:
    from advisor.answer.pipeline import Advisor

    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    args = parser().parse_args(argv)
    try:
        status: int = args.run(args)
    except AdvisorError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(prog="advisor", description="Answer career questions from documents it can show.")
    top.add_argument("--version", action="version", version=f"advisor {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _index_command(commands)
    _search_command(commands)
    _ask_command(commands)
    _chat_command(commands)
    _eval_command(commands)
    _models_command(commands)
    _prompts_command(commands)
    return top


def _index_command(commands: _Commands) -> None:
    command = commands.add_parser("index", help="read documents and build the index")
    _corpus_flags(command)
    command.set_defaults(run=_index)


def _search_command(commands: _Commands) -> None:
    command = commands.add_parser("search", help="show the passages for a question")
    _question_flags(command)
    _corpus_flags(command)
    command.add_argument("--k", type=_positive, default=10, help="how many passages (10)")
    command.set_defaults(run=_search)


def _ask_command(commands: _Commands) -> None:
    command = commands.add_parser("ask", help="answer a question, with citations")
    _question_flags(command)
    _corpus_flags(command)
    _model_flags(command)
    command.set_defaults(run=_ask)


def _chat_command(commands: _Commands) -> None:
    command = commands.add_parser("chat", help="open the chat page, or talk in the terminal")
    _corpus_flags(command)
    _model_flags(command)
    command.add_argument("--terminal", action="store_true", help="talk in the terminal")
    command.add_argument("--host", default="127.0.0.1", help="address to serve on (127.0.0.1)")
    command.add_argument("--port", type=_positive, default=7860, help="port to serve on (7860)")
    command.add_argument("--share", action="store_true", help="open a public address through Gradio's servers")
    command.set_defaults(run=_chat)


def _eval_command(commands: _Commands) -> None:
    command = commands.add_parser("eval", help="score retrieval and answers on the item set")
    kinds = command.add_subparsers(title="kinds", required=True, metavar="KIND")
    retrieval = kinds.add_parser("retrieval", help="hit@k and MRR beside a plain baseline; no model is used")
    _eval_flags(retrieval)
    retrieval.set_defaults(run=_eval_retrieval)
    answers = kinds.add_parser("answers", help="facts, figures and refusals of whole answers")
    _eval_flags(answers)
    _model_flags(answers)
    answers.set_defaults(run=_eval_answers)
    speed = kinds.add_parser("speed", help="what starting, searching and answering cost")
    _corpus_flags(speed)
    speed.set_defaults(run=_eval_speed)


def _models_command(commands: _Commands) -> None:
    command = commands.add_parser("models", help="list the models that are known, and which are ready")
    command.add_argument("--json", action="store_true", help="print one object a line")
    command.set_defaults(run=_models)


def _prompts_command(commands: _Commands) -> None:
    command = commands.add_parser("prompts", help="list, show or compare prompt versions")
    kinds = command.add_subparsers(title="kinds", required=True, metavar="KIND")
    kinds.add_parser("list", help="list the prompts").set_defaults(run=_prompts_list)
    show = kinds.add_parser("show", help="print a prompt")
    show.add_argument("name", help="a name such as answer/v2")
    show.set_defaults(run=_prompts_show)
    diff = kinds.add_parser("diff", help="compare two prompts line by line")
    diff.add_argument("one")
    diff.add_argument("other")
    diff.set_defaults(run=_prompts_diff)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def _question_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument("question", nargs="?", help="the question")
    command.add_argument("--input", type=Path, help="a JSONL file of questions: id, question, history")
    command.add_argument("--json", action="store_true", help="print one object a line")


def _corpus_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--corpus", nargs="+", default=[], metavar="PATH", help="folders or files (the bundled corpus)"
    )
    command.add_argument("--index", type=Path, default=None, metavar="DIR", help="where the index is")
    command.add_argument("--embedder", default=Config().embedder, help="name, hub id or folder (minilm)")


def _model_flags(command: argparse.ArgumentParser) -> None:
    command.add_argument("--model", default=Config().model, help="name, hub id, folder, GGUF file or openai:URL#name")
    command.add_argument("--prompt", default=Config().prompt, help="prompt version (answer/v2)")


def _eval_flags(command: argparse.ArgumentParser) -> None:
    _corpus_flags(command)
    command.add_argument("--items", type=Path, default=None, help="item set (eval/sets/core.jsonl)")
    command.add_argument("--split", choices=("dev", "test", "all"), default="all")
    command.add_argument("--json", action="store_true", help="print one object a system")


def _config(args: argparse.Namespace) -> Config:
    config = replace(Config(), embedder=args.embedder)
    if hasattr(args, "model"):
        config = replace(config, model=args.model, prompt=args.prompt)
    return config


def _folder(args: argparse.Namespace) -> Path:
    folder: Path = args.index or paths.default_index()
    return folder


def _index(args: argparse.Namespace) -> int:
    from advisor import open as opening

    rebuilt, reading = opening.build_index(opening.corpus_paths(args.corpus), _folder(args), _config(args), _progress)
    for problem in reading.problems:
        print(f"left out {problem.path}: {problem.reason}", file=sys.stderr)
    done = "built" if rebuilt else "is up to date"
    print(f"index {done}: {len(reading.documents)} documents in {_folder(args)}")
    return 1 if reading.problems else 0


def _progress(done: int, total: int) -> None:
    """Draw a bar on a terminal, for builds that take long enough to need one."""
    if sys.stderr.isatty() and total > 64:
        filled = 30 * done // total
        end = "\n" if done == total else ""
        print(f"\rembedding [{'#' * filled}{'.' * (30 - filled)}] {done}/{total}", end=end, file=sys.stderr)


def _search(args: argparse.Namespace) -> int:
    from advisor import jsonl
    from advisor import open as opening
    from advisor.answer.rewrite import standalone

    asked = _asked(args)
    search = opening.open_search(args.corpus, _folder(args), _config(args))
    for question in asked:
        query = standalone(question.text, question.history)
        hits = [jsonl.hit(passage) for passage in search.search(query, args.k)]
        if args.input:
            print(jsonl.dumps({"id": question.id, "question": question.text, "rewritten": query, "hits": hits}))
        elif args.json:
            print("\n".join(jsonl.dumps(hit) for hit in hits))
        else:
            print("\n\n".join(_hit_text(hit) for hit in hits))
    return 0


def _hit_text(hit: dict[str, object]) -> str:
    path = " > ".join([str(hit["title"]), *map(str, hit["heading_path"])])  # type: ignore[call-overload]
    return f"{hit['rank']}. {path}  ({hit['score']:.3f})\n{hit['text']}"


def _asked(args: argparse.Namespace) -> list:  # type: ignore[type-arg]
    from advisor import jsonl

    if bool(args.question) == bool(args.input):
        raise AdvisorError("give either a question or --input FILE.jsonl")
    return list(jsonl.questions(args.input)) if args.input else [jsonl.Question(None, args.question)]


def _ask(args: argparse.Namespace) -> int:
    from advisor import jsonl

    asked = _asked(args)
    advisor = _advisor(args)
    for question in asked:
        answer = advisor.ask(question.text, question.history)
        found = jsonl.answer(answer)
        if args.input:
            print(jsonl.dumps({"id": question.id, **found}), flush=True)
        elif args.json:
            print(jsonl.dumps(found))
        else:
            _print_answer(answer)
    return 0


def _print_answer(answer) -> None:  # type: ignore[no-untyped-def]
    print(answer.text)
    cited = {citation.n for citation in answer.citations}
    if cited:
        print()
    for passage in answer.passages:
        if passage.n in cited:
            print(f"[{passage.n}] {' > '.join((passage.title, *passage.chunk.heading_path))} ({passage.source})")


def _advisor(args: argparse.Namespace) -> Advisor:
    from advisor import open as opening

    config = _config(args)
    return opening.make_advisor(opening.open_search(args.corpus, _folder(args), config), config)


def _chat(args: argparse.Namespace) -> int:
    from advisor import open as opening

    config = _config(args)
    search = opening.open_search(args.corpus, _folder(args), config)
    if args.terminal:
        return _terminal(opening.make_advisor(search, config))
    from advisor.models import catalogue
    from advisor.prompts import library
    from advisor.ui import app

    templates = [template.name for template in library.all_templates() if template.task == "answer"]
    ready = [row.name for row in catalogue.rows("generator") if row.ready == "yes"]
    models = list(dict.fromkeys([config.model, *ready]))
    page = app.build(opening.Switch(search, config), models, templates, config.model, config.prompt)
    print(f"the chat is at http://{args.host}:{args.port}", file=sys.stderr)
    app.launch(page, args.host, args.port, args.share)
    return 0


def _terminal(advisor: Advisor) -> int:
    from advisor.types import Answer, Turn

    print("Ask a question; an empty line ends the conversation.", file=sys.stderr)
    history: list[Turn] = []
    while question := _line():
        try:
            for event in advisor.stream(question, history):
                if isinstance(event, Answer):
                    _print_answer(event)
                    history += [Turn("user", question), Turn("assistant", event.text)]
        except AdvisorError as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return 0


def _line() -> str:
    try:
        return input("> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""


def _eval_retrieval(args: argparse.Namespace) -> int:
    from advisor.eval import commands

    return commands.retrieval(args.items, args.split, args.corpus, args.index, _config(args), args.json)


def _eval_answers(args: argparse.Namespace) -> int:
    from advisor.eval import commands

    return commands.answers(args.items, args.split, args.corpus, args.index, _config(args), args.json)


def _eval_speed(args: argparse.Namespace) -> int:
    from advisor.eval import speed

    return speed.report(args.corpus, _folder(args), _config(args))


def _models(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from advisor import jsonl
    from advisor.models import catalogue

    rows = [asdict(row) for row in catalogue.rows()]
    if args.json:
        print("\n".join(jsonl.dumps(row) for row in rows))
        return 0
    columns = ("name", "kind", "licence", "parameters", "size", "context", "source", "ready")
    widths = {key: max(len(key), *(len(row[key]) for row in rows)) for key in columns}
    for row in ({key: key for key in columns}, *rows):
        print("  ".join(row[key].ljust(widths[key]) for key in columns).rstrip())
    print(f"\n{catalogue.FOOTER}")
    return 0


def _prompts_list(args: argparse.Namespace) -> int:
    from advisor.prompts import library

    held = library.locked()
    for template in library.all_templates():
        state = {template.sha256: "released", None: "draft"}.get(held.get(template.name), "CHANGED since its release")
        print(f"{template.name}  {template.date}  {state}  {' '.join(template.changed.split())}")
    return 0


def _prompts_show(args: argparse.Namespace) -> int:
    from advisor.prompts import library

    print(library.source(args.name), end="")
    return 0


def _prompts_diff(args: argparse.Namespace) -> int:
    import difflib

    from advisor.prompts import library

    one, other = (library.source(name).splitlines(keepends=True) for name in (args.one, args.other))
    sys.stdout.writelines(difflib.unified_diff(one, other, args.one, args.other))
    return 0


if __name__ == "__main__":
    sys.exit(main())
