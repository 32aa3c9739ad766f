"""A model's name, as a person gives it, becomes a `Source`; the table of models becomes rows to print.

Looks at files on disk alone: it loads no model, imports no library that does, and never asks the hub.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from advisor.errors import ModelError
from advisor.models import hub, packaged
from advisor.models.entries import ENTRIES, FOOTER, Entry, ModelKind

__all__ = ["ENTRIES", "FOOTER", "Entry", "Row", "Source", "resolve", "rows"]

Where = Literal["package", "hub", "folder", "gguf", "endpoint"]
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_EXAMPLE = "openai:http://127.0.0.1:11434/v1#llama3.2"
_FORMS = "a catalogue name, a hub id org/name, a folder, a .gguf file or openai:URL#model"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model is. `at` is a path, a hub id or a URL; `model` is the name an endpoint knows it by."""

    name: str
    where: Where
    at: str
    model: str = ""
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of models. `ready` is yes, the command that makes it so, or why it is not."""

    name: str
    kind: ModelKind
    licence: str
    parameters: str
    size: str
    context: str
    source: str
    ready: str
    note: str


def resolve(spec: str, kind: ModelKind) -> Source:
    """Say where the model that `spec` names is.

    :raises ModelError: if it names nothing, a model of another kind, or a file that is not there.
    """
    if spec.startswith("openai:"):
        return _endpoint(spec, kind)
    if entry := ENTRIES.get(spec.lower()):
        return _entry(entry, kind)
    path = Path(spec).expanduser()
    if path.exists():
        return _local(path, kind)
    if _HUB_ID.fullmatch(spec) and not spec.endswith(".gguf"):
        known = next((entry for entry in ENTRIES.values() if entry.hub_id.lower() == spec.lower()), None)
        return Source(spec, "hub", spec, entry=known)
    if "/" in spec or spec.endswith(".gguf"):
        raise ModelError(f"there is no model at {spec}; expected {_FORMS}")
    raise ModelError(f"unknown model {spec!r}; expected {_FORMS}; for the names run: advisor models")


def _entry(entry: Entry, kind: ModelKind) -> Source:
    if entry.kind != kind:
        names = ", ".join(each.name for each in ENTRIES.values() if each.kind == kind)
        raise ModelError(f"{entry.name} is of kind {entry.kind}, not {kind}; of that kind are: {names}")
    if entry.package:
        return Source(entry.name, "package", entry.package.module, entry=entry)
    return Source(entry.name, "hub", entry.hub_id, entry=entry)


def _endpoint(spec: str, kind: ModelKind) -> Source:
    if kind != "generator":
        raise ModelError(f"{spec} is an endpoint, which can only be a generator; a {kind} needs a local model")
    url, _, model = spec.removeprefix("openai:").partition("#")
    if not model or not url.startswith(("http://", "https://")):
        raise ModelError(f"{spec} is incomplete; expected openai:URL#model, as {_EXAMPLE}")
    return Source(f"openai:{model}", "endpoint", url.rstrip("/"), model)


def _local(path: Path, kind: ModelKind) -> Source:
    if path.is_dir() and (path / "config.json").is_file() | (path / "modules.json").is_file():
        return Source(path.resolve().name, "folder", str(path.resolve()))
    files = [path] if path.is_file() else sorted(path.glob("*.gguf"))
    if len(files) != 1 or files[0].suffix != ".gguf":
        raise ModelError(f"{path} holds no model: expected a folder with config.json, or one .gguf file")
    if kind != "generator":
        raise ModelError(f"{path} is a GGUF file, which can only be a generator; give a folder or a hub id")
    return Source(files[0].stem, "gguf", str(files[0].resolve()))


def rows(kind: ModelKind | None = None) -> list[Row]:
    """Return the table of models, of one kind or of all; `FOOTER` goes below it."""
    return [_row(entry) for entry in ENTRIES.values() if kind in (None, entry.kind)]


def _row(entry: Entry) -> Row:
    source = f"package {entry.package.module}" if entry.package else f"hub {entry.hub_id}"
    return Row(
        name=entry.name,
        kind=entry.kind,
        licence=entry.licence,
        parameters=entry.parameters,
        size=entry.size,
        context=entry.context,
        source=source,
        ready=_ready(entry),
        note=entry.note,
    )


def _ready(entry: Entry) -> str:
    if entry.kind == "reranker":
        return "no: no stage uses a reranker yet"
    if entry.package:
        return "yes" if packaged.find(entry.package) else entry.package.install
    return "yes" if hub.cached(entry.hub_id) else f"hf download {entry.hub_id}"
