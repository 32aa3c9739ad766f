"""Paths to documents: every readable file becomes a Document, every other one a Problem with its reason."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from advisor.corpus.clean import clean
from advisor.corpus.formats import CONVERTERS, bytes_of, text_of
from advisor.corpus.outline import Block, is_markdown, markdown, render
from advisor.corpus.plain import plain
from advisor.corpus.unwrap import is_wrapped, unwrap
from advisor.errors import CorpusError
from advisor.types import Document

_LONGEST = 300  # characters of an id, a title, a source or a gap that a file gives itself
_LARGEST = 10_000  # characters of front matter; YAML takes up to a second for a thousand
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_ANNOUNCED = re.compile(
    r"\b(?:this|the following|the) table (shows|showcases|presents|illustrates|highlights|compares|provides|displays"
    r"|lists|summari[sz]es|outlines|contains)\b",
    re.IGNORECASE,
)
_BROKEN_OFF = re.compile(r"\b(?:such as|and|or|the|including)$")
_PREPOSITION = re.compile(r"\b(?:of|for|with|like|to)$")  # may end a question or a short title, too
_LEFT_OPEN = re.compile(r"(\S+) …\)")  # what outline.py makes of a bracket that the source leaves open


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that was left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading paths. `documents` are ordered by id."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...]


def read(paths: Sequence[Path]) -> Reading:
    """Read folders (recursively, hidden files left out) and files."""
    documents: dict[str, Document] = {}
    problems = [Problem(path, "does not exist") for path in paths if not path.exists()]
    for path, name in files(paths):
        try:
            document = document_from(path, name)
            if document.id in documents:
                raise CorpusError(f"has the id {document.id!r} of {documents[document.id].source}; rename one of them")
            documents[document.id] = document
        except CorpusError as error:
            problems.append(Problem(path, str(error)))
    return Reading(tuple(documents[key] for key in sorted(documents)), tuple(problems))


def corpus_hash(paths: Sequence[Path]) -> str:
    """Return a fingerprint of the files' names and bytes, for telling whether an index is still of them."""
    digest = hashlib.sha256()
    for path, name in sorted(files(paths), key=lambda pair: pair[1]):
        try:
            data = bytes_of(path)
        except CorpusError as error:
            data = str(error).encode()
        digest.update(os.fsencode(f"{name}\x1f{hashlib.sha256(data).hexdigest()}\n"))
    return digest.hexdigest()[:16]


def files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file once, with its name inside the folder that was given, in a stable order."""
    seen: set[str] = set()
    for path in paths:
        for file in _inside(path) if path.is_dir() else [path] if path.exists() else []:
            real = os.path.realpath(file)
            if real not in seen:
                yield file, path.name if file == path else file.relative_to(path).as_posix()
            seen.add(real)


def _inside(folder: Path) -> Iterator[Path]:
    """Yield the files under a folder, no hidden ones: its own, links, those of linked folders, and unreadable folders.

    Each folder is walked once however it is linked, so a loop of links comes to an end.
    """
    tops, walked, errors = [folder], set[str](), list[OSError]()
    for top in tops:
        if (real := os.path.realpath(top)) in walked:
            continue
        walked.add(real)
        found: list[Path] = []
        for at, folders, names in os.walk(top, onerror=errors.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            tops.extend(Path(at, name) for name in folders if Path(at, name).is_symlink())
            found.extend(Path(at, name) for name in names if not name.startswith("."))
        yield from sorted(found, key=lambda path: (path.is_symlink(), path))
    yield from (Path(error.filename) for error in errors)


def document_from(path: Path, name: str) -> Document:
    """Return one file as a document. Front matter of a Markdown file may give id, title, source and gaps.

    :raises CorpusError: the file cannot be read, or its front matter is not YAML or not of these fields.
    """
    raw = text_of(path).replace("\r\n", "\n").replace("\r", "\n")
    meta, body = _front_matter(raw) if path.suffix.lower() in (".md", ".markdown") else ({}, raw)
    lines = clean(body)
    blocks = _blocks(lines)
    if not blocks:
        raise CorpusError("holds no text besides page furniture")
    stem = name[: -len(path.suffix)] if path.suffix.lower() in CONVERTERS else name
    return Document(
        id=_field(meta, "id") or stem,
        title=_field(meta, "title") or _title(blocks) or path.stem,
        text=render(blocks),
        source=_field(meta, "source") or name,
        gaps=_named_gaps(meta) or (*_gaps(blocks), *_open_lists(blocks, "\n".join(lines))),
    )


def _front_matter(raw: str) -> tuple[dict[str, Any], str]:
    import yaml

    found = _FRONT_MATTER.match(raw)
    if not found:
        return {}, raw
    if len(found[1]) > _LARGEST:
        raise CorpusError(f"has front matter of {len(found[1])} characters; shorten it to {_LARGEST}")
    try:
        aliased = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(found[1]))
        meta = None if aliased else yaml.safe_load(found[1])  # nested, ten lines of aliases stand for billions
    except (yaml.YAMLError, ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise CorpusError(f"has front matter that is not YAML: {str(error).splitlines()[0]}") from error
    if aliased:
        raise CorpusError("has front matter with YAML aliases (`*name`); write out what they stand for")
    if not isinstance(meta, dict | None):
        raise CorpusError("has front matter that is not a list of `key: value` lines")
    return meta or {}, raw[found.end() :]


def _field(meta: dict[str, Any], key: str) -> str:
    return "" if meta.get(key) is None else _line(meta[key], key)


def _named_gaps(meta: dict[str, Any]) -> tuple[str, ...]:
    gaps = meta.get("gaps") or []
    gaps = [gaps] if isinstance(gaps, str) else gaps
    if not isinstance(gaps, list):
        raise CorpusError("has front matter whose `gaps` are no list of lines")
    return tuple(_line(gap, "gaps") for gap in gaps)


def _line(found: object, key: str) -> str:
    if not isinstance(found, str | int | float | date | None):
        raise CorpusError(f"has front matter with more than a line in `{key}`; a line that holds a colon needs quotes")
    try:
        line = str(found)
    except ValueError as error:  # a number of thousands of digits
        raise CorpusError(f"has front matter with too long a number in `{key}`; shorten it") from error
    if len(line) > _LONGEST:
        raise CorpusError(f"has front matter with {len(line)} characters in `{key}`; shorten it to {_LONGEST}")
    return line


def _blocks(lines: list[str]) -> list[Block]:
    if is_markdown(lines):
        return markdown(lines)
    return plain(unwrap(lines) if is_wrapped(lines) else lines)


def _title(blocks: list[Block]) -> str:
    """Return the level-1 heading, else the words that most section headings share, else the first heading."""
    headings = [block for block in blocks if block.kind == "heading"]
    for block in headings[:1]:
        if block.level == 1:
            return block.text
    top = [block.text for block in headings if block.level == min(h.level for h in headings)]
    return _shared_words(top) or (top[0] if top else "")


def _shared_words(headings: list[str]) -> str:
    """Return the longest run of two to five words that stands in at least half of the headings."""
    counts: Counter[str] = Counter()
    for heading in headings:
        words = heading.split()
        runs = {" ".join(words[i : i + n]) for n in range(2, 6) for i in range(len(words) - n + 1)}
        counts.update(runs)
    shared = [run for run, count in counts.items() if count * 2 >= len(headings) and count >= 3]
    return max(shared, key=lambda run: (len(run.split()), run), default="")


def _gaps(blocks: list[Block]) -> Iterator[str]:
    """Yield what a text announces and does not hold: tables that are absent, sentences that break off."""
    tabled = {section for section, block in _with_section(blocks) if block.kind == "row"}
    for section, block in _with_section(blocks):
        if block.kind == "heading":
            continue
        if section not in tabled and (found := _ANNOUNCED.search(block.text)):
            yield f"{section}: the table that it {found[1]} is not in the source"
        words = block.text.split()
        if _BROKEN_OFF.search(block.text) or (len(words) >= 8 and _PREPOSITION.search(block.text)):
            yield f"{section}: the text breaks off after “{' '.join(words[-4:])}”"


def _open_lists(blocks: list[Block], source: str) -> Iterator[str]:
    """Yield one gap that names every item whose bracket the source leaves open."""
    items = [
        f"{re.split('[:(]', block.text)[0].strip('* ')} (after “{word}”)"
        for block in blocks
        for word in _LEFT_OPEN.findall(block.text)
        if f"{word} …)" not in source
    ]
    if items:
        yield f"the lists of {', '.join(items)} break off: the source does not close their brackets"


def _with_section(blocks: list[Block]) -> Iterator[tuple[str, Block]]:
    section = ""
    for block in blocks:
        if block.kind == "heading":
            section = block.text
        yield section, block
