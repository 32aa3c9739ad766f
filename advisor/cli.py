"""The command line: advisor index | search | ask | chat | eval | models | prompts.

stdout is the result, stderr the rest. Exit status 0 done, 1 a user's error (one line on stderr), 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from advisor import args as flags
from advisor import jsonl, paths, text
from advisor import open as opening
from advisor.config import Config
from advisor.errors import AdvisorError
from advisor.types import Answer, Sentence, Turn

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Row

    from advisor.answer.pipeline import Advisor
    from advisor.eval.report import Report

NOT_BACKED = "(not backed by the documents)"
EVERY = 30.0  # seconds between the lines of a log
AnyRow = TypeVar("AnyRow", bound="Row")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    args = flags.parse(argv)
    try:
        status = COMMANDS[args.command](args)
        sys.stdout.flush()  # here a reader that is gone is still told from a bug
    except AdvisorError as error:
        _complain(error)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _complain(error: AdvisorError) -> None:
    print(f"{type(error).__name__}: {' '.join(str(error).splitlines())}", file=sys.stderr)


def _note(line: str) -> None:
    print(line, file=sys.stderr)


def _progress(doing: str) -> Callable[[int, int], None]:
    """Return what draws a bar on a terminal, for work that is long enough to need one."""

    def draw(done: int, total: int) -> None:
        if sys.stderr.isatty() and total >= text.LONG:
            print(text.bar(doing, done, total), end="", file=sys.stderr, flush=True)

    return draw


def _config(args: Namespace) -> Config:
    named = ("embedder", "model", "prompt", "unbacked")
    return replace(Config(), **{name: vars(args)[name] for name in named if name in args})


def _indexed(args: Namespace) -> tuple[list[str], Path, Config]:
    """Return the corpus that was named, its index's folder and the configuration, with the index up to date."""
    folder, config = opening.index_folder(args.corpus, args.index), _config(args)
    opening.bring_up_to_date(args.corpus, folder, config, _progress("embedding"), _note)
    return args.corpus, folder, config


def _asked(args: Namespace) -> list[jsonl.Question]:
    return jsonl.questions(args.input) if args.input else [jsonl.Question(None, args.question)]


def _index(args: Namespace) -> int:
    folder = opening.index_folder(args.corpus, args.index)
    corpus = opening.corpus_paths(args.corpus)
    rebuilt, reading = opening.build_index(corpus, folder, _config(args), _progress("embedding"))
    for problem in reading.problems:
        _note(f"left out {problem.path}: {problem.reason}")
    print(f"index {'built' if rebuilt else 'is up to date'}: {opening.counted(reading)} in {folder}")
    return 1 if reading.problems else 0


def _search(args: Namespace) -> int:
    asked = _asked(args)
    search = opening.open_search(*_indexed(args))
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
    advisor = opening.make_advisor(opening.open_search(*_indexed(args)), _config(args))
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

    config = _config(args)
    begun = library.start(args.corpus, args.index, paths.user_data() / "documents")
    opening.bring_up_to_date(begun.corpus, begun.index, config, _progress("embedding"), _note)
    switch = opening.Switch(opening.open_search(begun.corpus, begun.index, config), config)
    advisor = switch(config.model, config.prompt)  # a wrong name is told here, not on the page
    if args.terminal:
        return _terminal(advisor)
    from advisor.serve import house

    stacks = library.Stacks(begun, switch.search, switch.use)
    house.open_house(switch, stacks, begun, args.host, args.port, args.share, args.auth, _note)
    return 0


def _terminal(advisor: Advisor) -> int:
    _note("Ask a question; an empty line ends the conversation.")
    history: list[Turn] = []
    while question := _line():
        try:
            history += _tell(advisor, question, history)
        except AdvisorError as error:
            _complain(error)
    return 0


def _line() -> str:
    if sys.stdin.isatty():
        print("> ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def _eval_retrieval(args: Namespace) -> int:
    from advisor.eval import beir, commands

    if args.beir:
        rows = commands.beir(args.beir, args.index, _config(args), _progress("embedding"))
        return _print_rows(rows, args.json, beir.as_json)
    return _print_rows(commands.retrieval(args.items, args.split, *_indexed(args)), args.json)


def _clock() -> Callable[[str, int, int], None]:
    """Return what draws a bar with the time left for each thing that a long run does; in a log, a line now and then."""
    began: dict[str, tuple[float, int]] = {}
    told = time.monotonic()

    def draw(doing: str, done: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        start, first = began.setdefault(doing, (now, done))
        left = (now - start) / (done - first) * (total - done) if done > first else None
        if sys.stderr.isatty():
            print(text.bar(doing, done, total, left), end="", file=sys.stderr, flush=True)
        elif now - told >= EVERY and left is not None:
            told = now
            _note(f"{doing} {done}/{total}, {text.duration(left)} left")

    return draw


def _eval_answers(args: Namespace) -> int:
    from advisor.eval import commands

    report = commands.answers(args.items, args.split, *_indexed(args), progress=_clock(), out=args.out)
    return _print_report(report, args.json)


def _eval_run(args: Namespace) -> int:
    import webbrowser

    from advisor.eval import commands

    corpus, folder, _ = _indexed(args)
    report = commands.run(args.systems, args.items, args.split, corpus, folder, _clock(), args.out, args.judge)
    status = _print_report(report, args.json)
    page = (args.out / "report.html").resolve()
    _note(f"the report is {page}")
    if args.open:
        webbrowser.open(page.as_uri())
    return status


def _print_report(found: Report, as_json: bool) -> int:
    from advisor.eval import report, written

    lines = map(jsonl.dumps, report.objects(found)) if as_json else written.table(found)
    print("".join(f"{line}\n" for line in lines), end="")
    return 0


def _eval_compare(args: Namespace) -> int:
    from advisor.eval import comparison

    sides = comparison.load(args.before), comparison.load(args.after)
    return _print_rows(comparison.compare(*sides, args.margin), args.json)


def _eval_gate(args: Namespace) -> int:
    from advisor.eval import commands

    rows = commands.gate(args.baseline, args.items, args.split, *_indexed(args), progress=_clock(), update=args.update)
    _print_rows(rows, args.json)
    if worse := [row.score for row in rows if row.kind == "worse"]:
        _note(f"worse than {args.baseline}: {', '.join(worse)}; see the lost items with: advisor eval run")
    return 1 if worse else 0


def _eval_lint(args: Namespace) -> int:
    from advisor.eval import commands

    found = commands.lint(args.items, *_indexed(args), fix=args.fix)
    _print_rows(found, args.json)
    return 1 if any(finding.error for finding in found) else 0


def _eval_drafts(args: Namespace) -> int:
    from advisor.store import feedback

    print("".join(f"{line}\n" for line in feedback.drafts_lines()), end="")
    return 0


def _eval_agreement(args: Namespace) -> int:
    from advisor.eval import commands

    return _print_rows(commands.agreement(args.ratings, args.claims), args.json)


def _eval_refusals(args: Namespace) -> int:
    from advisor.eval import commands

    return _print_rows(commands.refused(args.questions, *_indexed(args)), args.json)


def _eval_fit(args: Namespace) -> int:
    from advisor.eval import commands

    commands.fit(args.questions, args.items, args.corpus, args.out, _config(args), _note)
    return 0


def _eval_rewrite(args: Namespace) -> int:
    from advisor.eval import commands

    return _print_rows(commands.rewrite(args.conversations), args.json)


def _eval_speed(args: Namespace) -> int:
    from advisor.eval import speed

    return _print_rows(speed.measure(*_indexed(args)), args.json)


def _models(args: Namespace) -> int:
    from advisor.models import catalogue

    _print_rows(catalogue.rows(), args.json)
    if not args.json:
        print(f"\n{catalogue.FOOTER}")
    return 0


def _print_rows(rows: Iterable[AnyRow], as_json: bool, shape: Callable[[AnyRow], dict[str, object]] = asdict) -> int:
    """Print dataclasses as JSON, each as it comes, or as a table once all are there."""
    if as_json:
        for row in rows:
            print(jsonl.dumps(shape(row)), flush=True)
    else:
        print("".join(f"{line}\n" for line in text.table(list(rows))), end="")
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
    "eval retrieval": _eval_retrieval,
    "eval answers": _eval_answers,
    "eval run": _eval_run,
    "eval compare": _eval_compare,
    "eval gate": _eval_gate,
    "eval lint": _eval_lint,
    "eval drafts": _eval_drafts,
    "eval agreement": _eval_agreement,
    "eval refusals": _eval_refusals,
    "eval fit": _eval_fit,
    "eval rewrite": _eval_rewrite,
    "eval speed": _eval_speed,
    "models": _models,
    "prompts list": _prompts_list,
    "prompts show": _prompts_show,
    "prompts diff": _prompts_diff,
}


if __name__ == "__main__":
    sys.exit(main())
