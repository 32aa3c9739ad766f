"""Paths to documents: every readable file becomes a Document, every other one a Problem with its reason."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advisor.corpus.clean import clean
from advisor.corpus.formats import CONVERTERS, text_of
from advisor.corpus.outline import Block, is_markdown, markdown, render
from advisor.corpus.plain import plain
from advisor.corpus.unwrap import is_wrapped, unwrap
from advisor.errors import CorpusError
from advisor.types import Document

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_ANNOUNCED = re.compile(r"\b(?:this|the following|the) table (\w+s)\b", re.IGNORECASE)
_BROKEN_OFF = re.compile(r"\b(?:such as|and|or|of|the|for|with|including|like|to)$")


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
            data = path.read_bytes() if path.stat().st_size <= 20_000_000 else str(path.stat().st_size).encode()
        except OSError:
            data = b"unreadable"
        digest.update(f"{name}\x1f{hashlib.sha256(data).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each file with its name inside the folder that was given, in a stable order."""
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() or p.is_symlink())
            yield from ((p, p.relative_to(path).as_posix()) for p in inside if not _hidden(p.relative_to(path)))
        elif path.exists():
            yield path, path.name


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def document_from(path: Path, name: str) -> Document:
    """Return one file as a document. Front matter of a Markdown file may give id, title, source and gaps.

    :raises CorpusError: the file cannot be read, or its front matter is not YAML.
    """
    raw = text_of(path).replace("\r\n", "\n")
    meta, body = _front_matter(raw) if path.suffix.lower() in (".md", ".markdown") else ({}, raw)
    blocks = _blocks(body)
    if not blocks:
        raise CorpusError("holds no text besides page furniture")
    stem = name[: -len(path.suffix)] if path.suffix.lower() in CONVERTERS else name
    return Document(
        id=str(meta.get("id") or stem),
        title=str(meta.get("title") or _title(blocks) or path.stem),
        text=render(blocks),
        source=str(meta.get("source") or name),
        gaps=tuple(str(gap) for gap in meta.get("gaps") or ()) or tuple(_gaps(blocks)),
    )


def _front_matter(raw: str) -> tuple[dict[str, Any], str]:
    import yaml

    found = _FRONT_MATTER.match(raw)
    if not found:
        return {}, raw
    try:
        meta = yaml.safe_load(found[1])
    except yaml.YAMLError as error:
        raise CorpusError(f"has front matter that is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(meta, dict):
        raise CorpusError("has front matter that is not a list of `key: value` lines")
    return meta, raw[found.end() :]


def _blocks(body: str) -> list[Block]:
    lines = clean(body)
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
    section = ""
    tabled = {s for s, block in _with_section(blocks) if block.kind == "row"}
    for section, block in _with_section(blocks):
        if block.kind == "heading":
            continue
        if section not in tabled and (found := _ANNOUNCED.search(block.text)):
            yield f"{section}: the table that it {found[1]} is not in the source"
        if _BROKEN_OFF.search(block.text):
            yield f"{section}: the text breaks off after “{' '.join(block.text.split()[-4:])}”"


def _with_section(blocks: list[Block]) -> Iterator[tuple[str, Block]]:
    section = ""
    for block in blocks:
        if block.kind == "heading":
            section = block.text
        yield section, block
