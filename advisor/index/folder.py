"""Named files to an index folder and back, whole or not at all. Knows nothing of what is in them.

A file has the start of its hash in its name, and the manifest says which files make up the index. A build writes its
files beside the old ones and then replaces the manifest, which is one step: at whatever moment it is killed, a whole
index is there. Nothing but the manifest and such files is ever replaced or deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from advisor.errors import IndexMissing, StaleIndex

FORMAT = 3
MANIFEST, LOCK = "manifest.json", "advisor.lock"
_STORED = re.compile(r"(\w+)-[0-9a-f]{16}(\.\w+?)(?:\.part)?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Origin:
    """What an index was built from: the paths that were read, and a fingerprint of the files in them."""

    paths: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True)
class Manifest:
    """What an index was made from and with, and the hash of every file in it."""

    advisor: str
    embedder: str
    origin: Origin
    documents: int
    chunks: int
    sha256: Mapping[str, str]
    format: object = FORMAT  # of any type, so that every other format is told as one

    def files(self) -> Iterator[tuple[str, str, str]]:
        """Yield each file's name, its name in the folder and its hash."""
        for name, digest in self.sha256.items():
            stem, dot, suffix = name.partition(".")
            yield name, f"{stem}-{digest[:16]}{dot}{suffix}", digest


def sha256(data: bytes) -> str:
    """Return the hash by which a file is known."""
    return hashlib.sha256(data).hexdigest()


def check_place(folder: Path, names: Sequence[str], sources: Sequence[str]) -> None:
    """Check that an index may be written to `folder`: it is absent, empty, or holds one, be it a damaged one.

    :param names: the files that an index is made up of.
    :raises StaleIndex: it holds something else.
    """
    if not folder.exists():
        return
    found = {path.name for path in folder.iterdir()} - {LOCK} if folder.is_dir() else {"a file"}
    if found and not any(_is_stored(name, names) for name in found) and not _is_ours(folder / MANIFEST):
        raise StaleIndex(f"{folder} holds something that is not an index; run: {command(sources, Path('OTHER'))}")


def _is_stored(name: str, names: Collection[str]) -> bool:
    """Whether a build gives such a name in the folder to one of the files `names`."""
    found = _STORED.fullmatch(name)
    return found is not None and found[1] + found[2] in names


def _is_ours(manifest: Path) -> bool:
    try:
        found = json.loads(manifest.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and {"advisor", "embedder"} <= found.keys()


def write(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Write an index's files, then its manifest, then delete the files that no manifest names any more."""
    from filelock import FileLock

    folder = folder.resolve()  # a link stays a link
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / LOCK):
        kept = {stored: files[name] for name, stored, _ in manifest.files()}
        for name, data in {**kept, MANIFEST: json.dumps(asdict(manifest), indent=2).encode()}.items():
            _write(folder / name, data)
        for path in folder.iterdir():
            if _is_stored(path.name, files.keys()) and path.name not in kept:
                path.unlink()


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_manifest(folder: Path, names: Sequence[str]) -> Manifest:
    """Return the manifest of an index that is made up of the files `names`.

    :raises IndexMissing: there is no index in `folder`.
    :raises StaleIndex: it is of another format, or its manifest is damaged.
    """
    from pydantic import TypeAdapter

    path = folder / MANIFEST
    if not path.is_file():
        raise IndexMissing(f"there is no index in {folder}; run: {command((), folder)}")
    try:
        found = TypeAdapter(Manifest).validate_python({"format": None} | json.loads(path.read_bytes()))
    except (ValueError, TypeError) as error:  # not JSON or of other fields, or not an object
        raise StaleIndex(f"{path} is damaged or of another format; run: {command((), folder)}") from error
    again = command(found.origin.paths, folder)
    if found.format != FORMAT:
        raise StaleIndex(f"{folder} has index format {found.format}, this program reads {FORMAT}; run: {again}")
    if set(found.sha256) != set(names) or not all(map(_SHA256.fullmatch, found.sha256.values())):
        raise StaleIndex(f"{path} does not give {len(names)} files and their hashes; run: {again}")
    return found


def read(folder: Path, names: Sequence[str]) -> tuple[Manifest, dict[str, bytes]]:
    """Return an index's manifest and its files, each as it was when its hash was checked.

    :raises IndexMissing: there is no index in `folder`.
    :raises StaleIndex: it is of another format, or a file is missing or damaged.
    """
    manifest = read_manifest(folder, names)
    files: dict[str, bytes] = {}
    for name, stored, digest in manifest.files():
        path = folder / stored
        with suppress(FileNotFoundError):
            files[name] = path.read_bytes()
        if name not in files or sha256(files[name]) != digest:
            if read_manifest(folder, names) != manifest:  # another build has replaced it meanwhile
                return read(folder, names)
            raise StaleIndex(f"{path} is missing or damaged; run: {command(manifest.origin.paths, folder)}")
    return manifest, files


def command(sources: Sequence[str], folder: Path, embedder: str = "") -> str:
    """Return the command that builds an index, to be pasted into a shell."""
    corpus = ["--corpus", *sources] if sources else []
    model = ["--embedder", embedder] if embedder else []
    return shlex.join(["advisor", "index", *corpus, "--index", str(folder), *model])
