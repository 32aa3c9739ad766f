"""A TOML file, or flags, to the systems of a run, and a system to an advisor over the documents at hand."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from advisor import open as opening
from advisor import paths
from advisor.config import Config
from advisor.errors import ItemError
from advisor.eval import plain

if TYPE_CHECKING:
    from advisor.answer.pipeline import Advisor
    from advisor.index.folder import Origin
    from advisor.types import Document

Progress = Callable[[int, int], None]
_PLAIN = {"name", "plain", "embedder", "model", "max_new_tokens", "temperature", "seed"}  # all that a plain one reads


class System(BaseModel):
    """One way to answer. What is left out is as in `Config`; `chunk_tokens` of 0 is the embedder's whole window.

    `plain` is the plain baseline in the advisor's place, which has pieces, passages and a prompt of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    embedder: str = Config().embedder
    chunk_tokens: int = Field(default=0, ge=0)
    dense_weight: float = Field(default=Config().dense_weight, ge=0, le=1)
    passages: int = Field(default=Config().passages, ge=1)
    passage_tokens: int = Field(default=Config().passage_tokens, ge=1)
    prompt: str = Config().prompt
    model: str = Config().model
    max_new_tokens: int = Field(default=Config().max_new_tokens, ge=1)
    temperature: float = Field(default=Config().temperature, ge=0)
    seed: int = Config().seed
    plain: bool = False

    @model_validator(mode="after")
    def _plain_is_plain(self) -> System:
        if self.plain and (more := sorted(self.model_fields_set - _PLAIN)):
            raise ValueError(f"a plain system does not read {', '.join(more)}; leave it out")
        return self

    def config(self) -> Config:
        """Return the configuration that the system runs with."""
        return replace(Config(), **self.model_dump(exclude={"name", "chunk_tokens", "plain"}))

    def settings(self) -> dict[str, str]:
        """Return what sets the system apart, and always its prompt and model, in words."""
        told = self.model_dump(exclude={"name"}, exclude_defaults=True)
        prompt = plain.PROMPT if self.plain else self.prompt
        return {name: str(value) for name, value in {"prompt": prompt, "model": self.model, **told}.items()}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    system: tuple[System, ...] = Field(min_length=1)


def load(path: Path) -> list[System]:
    """Return the systems of a TOML file, in order.

    :raises ItemError: the file cannot be read, is no TOML, has an unknown setting, or gives a name twice.
    """
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).system
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ItemError(f"{path} cannot be read: {error}; expected tables [[system]] with a name") from error
    except ValidationError as error:
        reasons = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ItemError(f"{path}: {reasons}; known settings: {', '.join(System.model_fields)}") from error
    names = [system.name for system in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ItemError(f"{path}: two systems have the name {', '.join(twice)}; rename one")
    return list(found)


def opened(
    system: System, corpus: Sequence[str], folder: Path, progress: Progress | None = None
) -> tuple[Advisor, Path]:
    """Return the advisor of a system and the folder of its index; its model is loaded when first needed.

    :param corpus: the documents by name; with none named, they are those of the index in `folder`.
    :param folder: their index in the usual chunks by the usual embedder; any other system gets an index of its own,
        kept in the cache.
    """
    config = system.config()
    if system.chunk_tokens or system.embedder != Config().embedder:
        folder = _own_index(system, corpus, folder, config, progress)
        search = opening.open_built(folder, config)
    else:
        search = opening.open_search(corpus, folder, config)
    return plain.make(search, config) if system.plain else opening.make_advisor(search, config), folder


def _own_index(system: System, corpus: Sequence[str], folder: Path, config: Config, progress: Progress | None) -> Path:
    """Bring the index of a system with other chunks or another embedder up to date, and return its folder."""
    from advisor.index import store
    from advisor.models.embedders import load_embedder

    documents, origin = _documents(corpus, folder)
    named = json.dumps([origin.fingerprint, system.embedder, system.chunk_tokens])
    own = paths.cache() / "eval" / f"index-{hashlib.sha256(named.encode()).hexdigest()[:16]}"
    embedder = load_embedder(config.embedder, config.threads)
    if not store.is_current(own, origin.fingerprint, embedder.name):
        window = min(system.chunk_tokens or embedder.max_tokens, embedder.max_tokens)
        sources = [Path(path) for path in origin.paths]
        opening.index_documents(documents, sources, origin.fingerprint, own, embedder, window, progress)
    return own


def _documents(corpus: Sequence[str], folder: Path) -> tuple[Sequence[Document], Origin]:
    """Return the documents that were named or, where none were, those of the index that the other systems search."""
    from advisor.corpus.read import corpus_hash, read
    from advisor.index import store

    if corpus:
        sources = opening.corpus_paths(corpus)
        return read(sources).documents, store.Origin(tuple(map(str, sources)), corpus_hash(sources))
    index = store.load(folder)
    store.check_origin(index, folder, corpus_hash)
    return [*index.documents.values()], index.origin


@cache
def program(plain: bool = False) -> str:
    """Return a hash of the code that decides what an answer is: kept answers of other code are no answers of this. The
    plain baseline's own code is in the hash of its prompt; no rule and no reader has a say in it."""
    rooms = ("corpus", "index", "models", "prompts") if plain else ("answer", "corpus", "index", "models", "prompts")
    kinds = ("*.py",) if plain else ("*.py", "*.safetensors")
    files = [path for room in rooms for kind in kinds for path in sorted((paths.PACKAGE / room).glob(kind))]
    files += [paths.PACKAGE / "types.py", paths.PACKAGE / "config.py"]
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
