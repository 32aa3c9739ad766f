"""library: files added and removed in a running chat, whose search is switched to the new index or stays as it was."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from fakes import FakeEmbedder
from numpy.typing import NDArray

from advisor import open as opening
from advisor import paths
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.errors import AdvisorError, CorpusError
from advisor.index import store
from advisor.library import Note, Stacks, start
from advisor.models import embedders

CONFIG = Config()
WAIT = 20.0  # seconds, at most, for what comes at once


class Embedder(FakeEmbedder):
    """Keeps the texts of passages that it was given; with `broken` it fails on them.

    With `held` it waits within a call for passages until it may `go`; `inside` is set once it is there.
    """

    def __init__(self) -> None:
        self.given: list[str] = []
        self.broken = self.held = False
        self.go, self.inside = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        if not query:
            self.given += texts
            if self.broken:
                raise RuntimeError("no memory")
            if self.held:
                self.inside.set()
                assert self.go.wait(WAIT)
        return super().encode(texts, query=query)


@dataclass
class Chat:
    """A chat over the documents of one folder, as the program starts it."""

    folder: Path
    embedder: Embedder
    stacks: Stacks
    switched: list[Search] = field(default_factory=list)
    steps: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, *files: tuple[str, str | bytes]) -> list[Note]:
        given = []
        for place, (name, text) in enumerate(files):
            path = self.folder / f"{place}{Path(name).suffix}"
            path.write_bytes(text.encode() if isinstance(text, str) else text)
            given.append((path, name))
        return self.stacks.add(given, self.progress)

    def remove(self, name: str) -> None:
        self.stacks.remove(name, self.progress)

    def progress(self, doing: str, done: int, total: int) -> None:
        self.steps.append((doing, done, total))

    @property
    def listed(self) -> list[tuple[str, bool]]:
        return [(one.document.id, one.added) for one in self.stacks.documents()]

    @property
    def kept(self) -> list[str]:
        """The files that were added, as far as a person sees them."""
        folder = added()
        return sorted(path.name for path in folder.iterdir() if path.name != ".lock") if folder.exists() else []


def added() -> Path:
    return paths.user_data() / "documents"


def finds(search: Search, query: str) -> list[str]:
    return [passage.chunk.doc_id for passage in search.search(query, 1)]


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "git.md").write_text("# Git\n\n## Use\n\nGit keeps every version of a file.\n")
    return folder


@pytest.fixture
def chat(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Chat:
    monkeypatch.setenv("ADVISOR_INDEX", str(tmp_path / "index" / "default"))
    return opened(tmp_path, notes, monkeypatch)


def opened(tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Start a chat as the program does: bring the index up to date, open it, put the stacks on it."""
    embedder = Embedder()
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: embedder)
    monkeypatch.setattr(embedders, "identity", lambda spec: "fake")
    begun = start([str(notes)], None, added())
    search = opening.open_search(begun.corpus, begun.index, CONFIG)
    (upload := tmp_path / "upload").mkdir(exist_ok=True)
    chat = Chat(upload, embedder, cast(Stacks, None))
    chat.stacks = Stacks(begun, search, chat.switched.append)
    embedder.given.clear()
    return chat


DOCKER = ("docker.md", "# Docker\n\n## Images\n\nDocker runs images.\n")
RUST = ("rust.md", "# Rust\n\n## Safety\n\nRust checks who owns memory.\n")


def test_what_is_added_is_found_and_only_it_is_embedded(chat: Chat) -> None:
    old = chat.stacks.search()
    assert chat.listed == [("git", False)]
    (note,) = chat.add(DOCKER)
    assert (note.name, note.document and note.document.title, note.said) == ("docker.md", "Docker", "")
    assert chat.switched == [chat.stacks.search()] != [old]
    assert finds(chat.stacks.search(), "docker images") == ["docker"]
    assert finds(old, "docker images") == ["git"]
    assert chat.listed == [("git", False), ("docker", True)]
    assert chat.embedder.given
    assert not [text for text in chat.embedder.given if "Git" in text]
    doing = list(dict.fromkeys(step[0] for step in chat.steps))
    assert doing == ["waiting for another change to end", "reading", "embedding", "opening the index"]
    done, total = [step for step in chat.steps if step[0] == "embedding"][-1][1:]
    assert done == total == len(chat.embedder.given)
    chat.embedder.given.clear()
    chat.add(RUST)
    assert not [text for text in chat.embedder.given if "Rust" not in text and "Safety" not in text]
    assert chat.listed == [("git", False), ("docker", True), ("rust", True)]


def test_the_chunks_and_their_tokens_are_those_of_the_index(chat: Chat) -> None:
    chat.add(DOCKER)
    index = chat.stacks.search().index
    listed = chat.stacks.documents()
    assert [chunk for one in listed for chunk in one.chunks] == sorted(
        index.chunks, key=lambda chunk: (chunk.doc_id != "git", chunk.start)
    )
    assert chat.stacks.count_tokens("two words") == 2


def test_each_file_is_told_of_and_the_good_ones_are_added(chat: Chat) -> None:
    told = chat.add(
        DOCKER, ("run.exe", "x"), ("again.md", DOCKER[1]), ("../x.md", "# X\n\nText.\n"), ("e.md", b""), RUST
    )
    assert [bool(note.document) for note in told] == [True, False, False, False, False, True]
    assert [note.said.split(";")[0] for note in told[1:5]] == [
        "run.exe is of a kind that cannot be read",
        "again.md has the same text as docker.md, which is there already",
        "'../x.md' is no plain file name",
        "e.md is empty",
    ]
    assert chat.kept == ["docker.md", "rust.md"]
    assert len(chat.switched) == 1


def test_where_nothing_is_added_no_index_is_built(chat: Chat) -> None:
    chat.add(("e.md", b""))
    assert (chat.switched, chat.embedder.given, chat.kept) == ([], [], [])


def test_the_index_of_the_given_documents_is_never_touched(chat: Chat, notes: Path) -> None:
    home = opening.index_folder([str(notes)], None)
    before = {path.name: path.read_bytes() for path in home.iterdir()}
    chat.add(DOCKER)
    chat.remove("docker")
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before


def test_what_is_removed_is_found_no_more_and_nothing_is_embedded(chat: Chat) -> None:
    chat.add(DOCKER, RUST)
    chat.embedder.given.clear()
    chat.remove("docker")
    assert chat.listed == [("git", False), ("rust", True)]
    assert (chat.kept, chat.embedder.given) == (["rust.md"], [])
    assert finds(chat.switched[-1], "docker images") != ["docker"]
    chat.remove("rust")
    assert chat.listed == [("git", False)]
    with pytest.raises(CorpusError, match=r"git\.md was not added here"):
        chat.remove("git")
    with pytest.raises(CorpusError, match="there is no document 'rust' any more"):
        chat.remove("rust")


@pytest.mark.parametrize("change", ["add", "remove"])
def test_where_the_embedder_fails_the_old_index_goes_on_answering(chat: Chat, notes: Path, change: str) -> None:
    chat.add(DOCKER)
    (notes / "git.md").write_text("# Git\n\n## Use\n\nGit keeps every version of every file.\n")  # to be embedded
    old, listed, chat.embedder.broken = chat.stacks.search(), chat.listed, True
    with pytest.raises(RuntimeError, match="no memory"):
        chat.add(RUST) if change == "add" else chat.remove("docker")
    assert (chat.stacks.search(), chat.listed, chat.kept) == (old, listed, ["docker.md"])
    assert len(chat.switched) == 1
    assert finds(chat.stacks.search(), "docker images") == ["docker"]
    chat.embedder.broken = False
    chat.add(RUST)
    assert chat.listed == [("git", False), ("docker", True), ("rust", True)]


def test_while_an_index_is_built_questions_are_answered_and_another_change_waits(chat: Chat) -> None:
    chat.embedder.held = True
    old = chat.stacks.search()
    threads = [threading.Thread(target=chat.add, args=[DOCKER]), threading.Thread(target=chat.add, args=[RUST])]
    threads[0].start()
    assert chat.embedder.inside.wait(WAIT)
    chat.embedder.inside.clear()
    threads[1].start()
    for _ in range(3):
        assert finds(chat.stacks.search(), "versions of a file") == ["git"]
    assert chat.stacks.search() is old
    assert chat.listed == [("git", False)]
    assert threads[1].is_alive()
    assert not chat.embedder.inside.wait(0.3)
    chat.embedder.go.set()
    for thread in threads:
        thread.join(WAIT)
    assert chat.listed == [("git", False), ("docker", True), ("rust", True)]
    assert len(chat.switched) == 2


def test_a_chat_starts_with_what_was_added_before_and_embeds_nothing(
    chat: Chat, tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.add(DOCKER)
    again = opened(tmp_path, notes, monkeypatch)
    assert again.listed == [("git", False), ("docker", True)]
    begun = start([str(notes)], None, added())
    assert begun.corpus == (str(notes), str(added()))
    assert begun.index == paths.corpus_index([notes, added()])
    assert begun.home == paths.corpus_index([notes])
    again.remove("docker")
    assert start([str(notes)], None, added()).index == begun.home


def test_a_chat_without_a_named_corpus_goes_on_from_what_its_index_was_built_from(
    chat: Chat, tmp_path: Path, notes: Path
) -> None:
    given = tmp_path / "given"
    opening.build_index([notes], given, CONFIG)
    begun = start([], given, added())
    assert (begun.library.given, begun.corpus, begun.index, begun.home) == ((notes,), (), given, given)
    chat.add(DOCKER)
    begun = start([], given, added())
    assert begun.corpus == (str(notes), str(added()))
    assert start([], tmp_path / "none", added()).corpus == (str(paths.data("corpus")), str(added()))
    (notes / "git.md").unlink()
    notes.rmdir()
    assert (start([], given, added()).corpus, start([], given, added()).index) == ((), given)


def test_documents_that_are_gone_are_not_lost_from_the_index(chat: Chat, notes: Path) -> None:
    (notes / "git.md").unlink()
    notes.rmdir()
    with pytest.raises(CorpusError, match=rf"{notes} is not there any more; bring it back, or start"):
        chat.add(DOCKER)
    assert (chat.listed, chat.kept) == ([("git", False)], [])


def test_the_last_document_cannot_be_removed(chat: Chat, notes: Path) -> None:
    chat.add(DOCKER)
    (notes / "git.md").unlink()
    with pytest.raises(AdvisorError, match="no document would be left; add another one first"):
        chat.remove("docker")
    assert chat.kept == ["docker.md"]


def test_an_index_that_cannot_be_written_is_told(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "build", full)
    with pytest.raises(AdvisorError, match=r"cannot be written to .*: No space left on device; make room there"):
        chat.add(DOCKER)
    assert (chat.switched, chat.kept) == ([], [])


def test_a_folder_that_cannot_be_written_is_told(chat: Chat) -> None:
    added().parent.mkdir(parents=True, exist_ok=True)
    added().write_text("a file where the folder is to be")
    with pytest.raises(CorpusError, match=r"cannot be written: .*; set ADVISOR_DATA"):
        chat.add(DOCKER)
