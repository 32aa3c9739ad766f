"""The commands `advisor eval …`: flags to what an eval prints, and to its exit status."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from advisor import console, jsonl

if TYPE_CHECKING:
    from advisor.eval.report import Report


def _retrieval(args: Namespace) -> int:
    from advisor.eval import beir, commands

    if args.beir:
        rows = commands.beir(args.beir, args.index, console.config_of(args), console.progress("embedding"))
        return console.print_rows(rows, args.json, beir.as_json)
    return console.print_rows(commands.retrieval(args.items, args.split, *console.indexed(args)), args.json)


def _answers(args: Namespace) -> int:
    from advisor.eval import commands

    report = commands.answers(args.items, args.split, *console.indexed(args), progress=console.clock(), out=args.out)
    return _print_report(report, args.json)


def _run(args: Namespace) -> int:
    import webbrowser

    from advisor.eval import commands

    corpus, folder, _ = console.indexed(args)
    report = commands.run(args.systems, args.items, args.split, corpus, folder, console.clock(), args.out, args.judge)
    status = _print_report(report, args.json)
    page = (args.out / "report.html").resolve()
    console.note(f"the report is {page}")
    if args.open:
        webbrowser.open(page.as_uri())
    return status


def _print_report(found: Report, as_json: bool) -> int:
    from advisor.eval import report, written

    lines = map(jsonl.dumps, report.objects(found)) if as_json else written.table(found)
    print("".join(f"{line}\n" for line in lines), end="")
    return 0


def _compare(args: Namespace) -> int:
    from advisor.eval import comparison

    sides = comparison.load(args.before), comparison.load(args.after)
    return console.print_rows(comparison.compare(*sides, args.margin), args.json)


def _gate(args: Namespace) -> int:
    from advisor.eval import commands

    rows = commands.gate(
        args.baseline, args.items, args.split, *console.indexed(args), progress=console.clock(), update=args.update
    )
    console.print_rows(rows, args.json)
    if worse := [row.score for row in rows if row.kind == "worse"]:
        console.note(f"worse than {args.baseline}: {', '.join(worse)}; see the lost items with: advisor eval run")
    return 1 if worse else 0


def _lint(args: Namespace) -> int:
    from advisor.eval import commands

    found = commands.lint(args.items, *console.indexed(args), fix=args.fix)
    console.print_rows(found, args.json)
    return 1 if any(finding.error for finding in found) else 0


def _drafts(args: Namespace) -> int:
    from advisor.store import feedback

    print("".join(f"{line}\n" for line in feedback.drafts_lines()), end="")
    return 0


def _agreement(args: Namespace) -> int:
    from advisor.eval import commands

    return console.print_rows(commands.agreement(args.ratings, args.claims), args.json)


def _refusals(args: Namespace) -> int:
    from advisor.eval import commands

    return console.print_rows(commands.refused(args.questions, *console.indexed(args)), args.json)


def _fit(args: Namespace) -> int:
    from advisor.eval import commands

    commands.fit(args.questions, args.items, args.corpus, args.out, console.config_of(args), console.note)
    return 0


def _rewrite(args: Namespace) -> int:
    from advisor.eval import commands

    return console.print_rows(commands.rewrite(args.conversations), args.json)


def _speed(args: Namespace) -> int:
    from advisor.eval import speed

    return console.print_rows(speed.measure(*console.indexed(args)), args.json)


COMMANDS: dict[str, Callable[[Namespace], int]] = {
    "eval retrieval": _retrieval,
    "eval answers": _answers,
    "eval run": _run,
    "eval compare": _compare,
    "eval gate": _gate,
    "eval lint": _lint,
    "eval drafts": _drafts,
    "eval agreement": _agreement,
    "eval refusals": _refusals,
    "eval fit": _fit,
    "eval rewrite": _rewrite,
    "eval speed": _speed,
}
