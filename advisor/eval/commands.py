"""What the command line names to the rows of an eval: items, documents and a model in, one row for each system out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from advisor import open as opening
from advisor import paths
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.errors import ItemError
from advisor.eval import agreement as people
from advisor.eval import beir as beir_format
from advisor.eval import claims, comparison, conversations, experiment, page, refusals, report, written
from advisor.eval import lint as linting
from advisor.eval import questions as questions_of
from advisor.eval import retrieval as ranked
from advisor.eval.items import Item, Split, load
from advisor.eval.judge import PROMPT, Judge
from advisor.eval.questions import Question
from advisor.eval.report import Report
from advisor.eval.systems import System
from advisor.eval.systems import load as load_systems
from advisor.index import store
from advisor.index.folder import sha256
from advisor.models import embedders
from advisor.models.generators import load_generator
from advisor.models.reader import Reader, Tokens
from advisor.prompts import library
from advisor.types import Turn

Progress = Callable[[int, int], None]
Tell = Callable[[str, int, int], None]  # what is being done, how much of it is, and how much there is


def shipped() -> Path:
    """Return the item set that is shipped."""
    return paths.data("eval") / "sets" / "core.jsonl"


def bundled(items: Path | None, split: Split) -> list[Item]:
    """Return the items of a split of a file, or of the set that is shipped.

    :raises ItemError: the file cannot be read, holds a line that is no item, or nothing of the split.
    """
    return load(items or shipped(), split)


def retrieval(
    items: Path | None, split: Split, corpus: Sequence[str], folder: Path, config: Config
) -> Iterator[ranked.Row]:
    """Yield the row of each way to rank over the documents of the index; no model writes."""
    asked = bundled(items, split)
    search = opening.open_search(corpus, folder, config)
    yield from ranked.compare(search, [Path(path) for path in search.index.origin.paths], asked)


def beir(
    source: Path, given: Path | None, config: Config, progress: Progress | None = None
) -> Iterator[beir_format.Row]:
    """Yield the row of each way to rank the documents of a BEIR folder, whose index is brought up to date first.

    :raises ItemError: the folder holds no such data set; the file and the line at fault are named.
    :raises StaleIndex: `given` holds something that is not an index.
    """
    queries, grades = beir_format.judged(source)
    documents = beir_format.documents(source)
    if not {document.id for document in documents} & {name for one in grades.values() for name in one}:
        raise ItemError(f"{source}/corpus.jsonl has none of the documents that are judged")
    folder = given or paths.corpus_index([source / "corpus.jsonl"])
    embedder = embedders.load_embedder(config.embedder, config.threads)
    fingerprint = sha256(repr(documents).encode())[:16]  # of no corpus that `advisor index` reads
    if not store.is_current(folder, fingerprint, embedder.name):
        sources = [source / "corpus.jsonl"]
        opening.index_documents(documents, sources, fingerprint, folder, embedder, embedder.max_tokens, progress)
    search = Search(store.load(folder), embedder, config)
    yield from beir_format.compare(search, source.resolve().name, queries, grades)


def answers(
    items: Path | None,
    split: Split,
    corpus: Sequence[str],
    folder: Path,
    config: Config,
    progress: Tell,
    out: Path | None = None,
) -> Report:
    """Return the report of one model with one prompt, without controls, and keep its scores in `out`.

    :raises ItemError: `out` cannot be written.
    """
    _check_place(out)
    found = _run([_one(config)], items, split, corpus, folder, progress, with_controls=False)
    if out:
        comparison.save(comparison.scored(found), out)
    return found


def run(
    systems: Path | None,
    items: Path | None,
    split: Split,
    corpus: Sequence[str],
    folder: Path,
    progress: Tell,
    out: Path,
    judge: str | None = None,
) -> Report:
    """Return the report of the systems of a file, and write it to the folder `out` in every form.

    :raises ItemError: the file names no systems, or `out` cannot be written.
    """
    named = load_systems(systems or paths.data("eval") / "systems" / "standard.toml")
    try:
        out.mkdir(parents=True, exist_ok=True)  # a place that cannot be written is told before the work
    except OSError as error:
        raise ItemError(f"{out} cannot be made: {error}; give --out another folder") from error
    found = _run(named, items, split, corpus, folder, progress, judge=judge)
    forms = (("report.html", page.html), ("report.md", written.markdown), ("junit.xml", written.junit))
    texts = {"report.json": report.dumps(found).decode(), **{name: text(found) for name, text in forms}}
    try:
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ItemError(
            f"{out} cannot be written: {error}; run again with another --out, the answers are kept"
        ) from error
    return found


def _one(config: Config) -> System:
    name = f"{config.model}, {config.prompt}"
    return System(name=name, embedder=config.embedder, model=config.model, prompt=config.prompt)


def _run(
    systems: Sequence[System],
    items: Path | None,
    split: Split,
    corpus: Sequence[str],
    folder: Path,
    progress: Tell,
    with_controls: bool = True,
    with_reasons: bool = True,
    judge: str | None = None,
) -> Report:
    asked = bundled(items, split)
    named = f"{(items or shipped()).name}, {'all' if split == 'all' else split} {len(asked)}"
    return experiment.run(systems, asked, named, corpus, folder, progress, with_controls, with_reasons, _judge(judge))


def _judge(model: str | None) -> Judge | None:
    if model is None:
        return None
    return Judge(load_generator(model, Config(model=model), api_key=paths.api_key()), library.load(PROMPT))


def gate(
    baseline: Path,
    items: Path | None,
    split: Split,
    corpus: Sequence[str],
    folder: Path,
    config: Config,
    progress: Tell,
    update: bool = False,
) -> list[comparison.Row]:
    """Return how the system as it is now stands beside a baseline's scores, or make it the new baseline.

    :raises ItemError: the baseline is not there or holds no scores, or shares no item with the set.
    """
    _check_place(baseline)
    before = None if update else comparison.load(baseline)
    found = _run([_one(config)], items, split, corpus, folder, progress, with_controls=False, with_reasons=False)
    now = comparison.scored(found)
    if before is None:
        comparison.save(now, baseline)
    return comparison.compare(now if before is None else before, now)


def lint(items: Path | None, corpus: Sequence[str], folder: Path, config: Config, fix: bool) -> list[linting.Finding]:
    """Return what is wrong with a set beside the documents of an index; with `fix`, mend its quotes' places first."""
    path = items or shipped()
    documents = opening.open_search(corpus, folder, config).index.documents
    found = load(path)
    if fix:
        linting.save(linting.fixed(found, documents), path)
        found = load(path)
    return list(linting.lint(found, documents))


def agreement(ratings: Path | None, wice: Path | None) -> Iterator[people.Row]:
    """Yield how well each measure of groundedness agrees with people: with their ratings of a folder of answers, with
    what they held of WiCE's claims, or with the labels of the sentences that ship."""
    if ratings:
        yield from people.agreement(ratings)
    else:
        yield from claims.score(claims.wice(wice) if wice else claims.own())


def refused(questions: Path | None, corpus: Sequence[str], folder: Path, config: Config) -> Iterator[refusals.Row]:
    """Yield how well each file of questions is parted into those that are answered and those that are refused; no
    model writes.

    :raises ItemError: there are no questions, or all of a file's are answerable, or none.
    """
    asked = questions_of.load(questions or paths.data("eval") / "questions" / "heldout")
    advisor = opening.make_advisor(opening.open_search(corpus, folder, config), config)
    for name, some in asked.items():
        yield refusals.score(advisor, name, some)


def fit(
    questions: Path | None, items: Path | None, corpora: Sequence[str], out: Path, config: Config, note: opening.Note
) -> None:
    """Fit the reader to questions, the decision to questions that it has not seen and the items of the dev split; write
    the reader.

    :param questions: a folder with the folders `fit` and `weigh`. The questions of a NAME.jsonl there are asked of
        NAME.md, if it lies beside it, or else of each corpus.
    :param corpora: documents that hold what the questions ask, each an index of its own; the bundled ones if none.
    :param note: is told how far it is, and last the decision's weights.
    :raises ItemError: there are no questions, or `out` cannot be written.
    """
    from advisor.eval import fitting
    from advisor.models import network

    _check_place(out)
    folder = questions or paths.data("eval") / "questions"
    searches = [opening.open_search(one, opening.index_folder(one, None), config) for one in _each(corpora)]
    embedder = searches[0].embedder
    if not isinstance(embedder, Tokens):
        raise ItemError(f"{config.embedder} gives no vectors of tokens; fit the reader to another embedder")
    lessons = list(_lessons(folder / "fit", searches, config))
    examples = list[fitting.Example]()
    for done, (search, some) in enumerate(lessons, start=1):
        examples += fitting.examples(search, some)
        note(f"{done} of {len(lessons)} sets of questions asked: {len(examples)} examples")
    found = fitting.fit(examples, embedder, note)
    asked = [
        (search, one.question, tuple[Turn, ...](), one.answerable)
        for search, some in _lessons(folder / "weigh", searches, config)
        for one in some
    ]
    asked += [
        (search, one.question, one.turns, one.behaviour == "answer")
        for search in searches
        for one in bundled(items, "dev")
    ]
    for search, *_ in asked:
        search.reader = Reader(found, embedder)
    seen = [(fitting.seen(search, text, turns), held) for search, text, turns, held in asked]
    weights = fitting.weigh([one for one, _ in seen if one], [is_held for one, is_held in seen if one])
    network.save(found, embedder.name, out)
    note(f"written to {out}; weights of advisor/answer/decide.py: {weights}")


def _lessons(folder: Path, searches: Sequence[Search], config: Config) -> Iterator[tuple[Search, list[Question]]]:
    """Yield the questions of each file of a folder with what they are asked of: NAME.md, if it lies beside NAME.jsonl,
    or else each of the `searches`."""
    for name, some in questions_of.load(folder).items():
        document = folder / f"{name}.md"
        if document.exists():
            own = [str(document)]
            yield opening.open_search(own, opening.index_folder(own, None), config), some
        else:
            yield from ((search, some) for search in searches)


def _each(corpora: Sequence[str]) -> list[list[str]]:
    return [[one] for one in corpora] or [[]]


def _check_place(path: Path | None) -> None:
    """Tell before the work, not after it, that a file cannot be written."""
    if path and not path.parent.is_dir():
        raise ItemError(f"{path.parent} is no folder; make it, or name another place")
    if path and path.is_dir():
        raise ItemError(f"{path} is a folder; name a file")


def rewrite(folder: Path) -> Iterator[conversations.Row]:
    """Yield the row of each year of a folder of conversations; neither documents nor a model are needed.

    :raises ItemError: the folder has no `turns.jsonl`, or a line of it is no turn.
    """
    yield from conversations.score(conversations.load(folder))
