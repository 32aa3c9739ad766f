"""The command line: advisor index | search | ask | chat | eval | models | prompts.

stdout is the result, stderr the rest. Exit status 0 done, 1 a user's error (one line on stderr), 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor import args as flags
from advisor import console, jsonl, paths, text
from advisor import open as opening
from advisor.errors import AdvisorError
from advisor.eval import cli as evals
from advisor.types import Answer, Sentence, Turn

if TYPE_CHECKING:
    from advisor.answer.pipeline import Advisor

NOT_BACKED = "(not backed by the documents)"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    args = flags.parse(argv)
    try:
        status = COMMANDS[args.command](args)
        sys.stdout.flush()  # here a reader that is gone is still told from a bug
    except AdvisorError as error:
        console.complain(error)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _asked(args: Namespace) -> list[jsonl.Question]:
    return jsonl.questions(args.input) if args.input else [jsonl.Question(None, args.question)]


def _index(args: Namespace) -> int:
    folder = opening.index_folder(args.corpus, args.index)
    corpus = opening.corpus_paths(args.corpus)
    rebuilt, reading = opening.build_index(corpus, folder, console.config_of(args), console.progress("embedding"))
    for problem in reading.problems:
        console.note(f"left out {problem.path}: {problem.reason}")
    print(f"index {'built' if rebuilt else 'is up to date'}: {opening.counted(reading)} in {folder}")
    return 1 if reading.problems else 0


def _search(args: Namespace) -> int:
    asked = _asked(args)
    search = opening.open_search(*console.indexed(args))
    for question in asked:
        query = search.query(question.text, question.history)
        passages = search.best(query, args.k)
        if args.input:
            print(jsonl.dumps(jsonl.hits(question, query.text, passages)), flush=True)
        else:
            print("".join(f"{jsonl.dumps(jsonl.hit(p)) if args.json else text.hit(p)}\n" for p in passages), end="")
    return 0


def _ask(args: Namespace) -> int:
    asked = _asked(args)
    advisor = opening.make_advisor(opening.open_search(*console.indexed(args)), console.config_of(args))
    for question in asked:
        if args.input:
            found = jsonl.answer(advisor.ask(question.text, question.history))
            print(jsonl.dumps({"id": question.id, **found}), flush=True)
        elif args.json:
            print(jsonl.dumps(jsonl.answer(advisor.ask(question.text))))
        else:
            _tell(advisor, question.text)
    return 0


def _tell(advisor: Advisor, question: str, history: Sequence[Turn] = ()) -> list[Turn]:
    """Print each sentence of an answer once it is checked, then its sources; return both turns."""
    from advisor.answer.run import compose

    told, shown = list[Sentence](), ""
    for event in advisor.stream(question, history):
        if isinstance(event, Sentence):
            told.append(event if event.backed else replace(event, text=f"{event.text} {NOT_BACKED}"))
            print(compose(told).removeprefix(shown), end="", flush=True)
            shown = compose(told)
        elif isinstance(event, Answer):
            print("" if told else event.text, text.sources(event), sep="\n", end="", flush=True)
            return [Turn("user", question), Turn("assistant", event.text)]
    return []


def _chat(args: Namespace) -> int:
    from advisor import library
    from advisor.serve import heaps

    heaps.share()  # before there are threads
    config = console.config_of(args)
    begun = library.start(args.corpus, args.index, paths.user_data() / "documents")
    opening.bring_up_to_date(begun.corpus, begun.index, config, console.progress("embedding"), console.note)
    switch = opening.Switch(opening.open_search(begun.corpus, begun.index, config), config)
    advisor = switch(config.model, config.prompt)  # a wrong name is told here, not on the page
    if args.terminal:
        return _terminal(advisor)
    from advisor.serve import house

    stacks = library.Stacks(begun, switch.search, switch.use)
    house.open_house(switch, stacks, begun, args.host, args.port, args.share, args.auth, console.note)
    return 0


def _terminal(advisor: Advisor) -> int:
    console.note("Ask a question; an empty line ends the conversation.")
    history: list[Turn] = []
    while question := _line():
        try:
            history += _tell(advisor, question, history)
        except AdvisorError as error:
            console.complain(error)
    return 0


def _line() -> str:
    if sys.stdin.isatty():
        print("> ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _models(args: Namespace) -> int:
    from advisor.models import catalogue

    console.print_rows(catalogue.rows(), args.json)
    if not args.json:
        print(f"\n{catalogue.FOOTER}")
    return 0


def _prompts_list(args: Namespace) -> int:
    from advisor.prompts import library

    held = library.locked()
    for template in library.all_templates():
        state = {template.sha256: "released", None: "draft"}.get(held.get(template.name), "CHANGED since its release")
        print(f"{template.name}  {template.date}  {state}  {' '.join(template.changed.split())}")
    return 0


def _prompts_show(args: Namespace) -> int:
    from advisor.prompts import library

    print(library.source(args.name), end="")
    return 0


def _prompts_diff(args: Namespace) -> int:
    import difflib

    from advisor.prompts import library

    one, other = (library.source(name).splitlines(keepends=True) for name in (args.one, args.other))
    print("".join(difflib.unified_diff(one, other, args.one, args.other)), end="")
    return 0


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "index": _index,
    "search": _search,
    "ask": _ask,
    "chat": _chat,
    **evals.COMMANDS,
    "models": _models,
    "prompts list": _prompts_list,
    "prompts show": _prompts_show,
    "prompts diff": _prompts_diff,
}


if __name__ == "__main__":
    sys.exit(main())
