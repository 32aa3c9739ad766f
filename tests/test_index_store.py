"""store: an index on disk is what was built, is refused when it is not, and outlives a build that dies."""

import errno
import hashlib
import itertools
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder
from numpy.typing import NDArray

from advisor.corpus.chunk import chunk, embedded_text, indexed_text
from advisor.corpus.read import corpus_hash
from advisor.corpus.sentences import parts
from advisor.errors import CorpusError, IndexMissing, ModelError, StaleIndex
from advisor.index import store
from advisor.index.dense import DenseRetriever
from advisor.index.embed import BATCH, embed
from advisor.index.folder import FORMAT, LOCK, MANIFEST, read_manifest
from advisor.index.store import FILES, Index, Origin
from advisor.types import Chunk, Document

ORIGIN = Origin(("corpus",), "0123456789abcdef")


class Counting(FakeEmbedder):
    """Keeps every text that it is given."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        self.seen += texts
        return super().encode(texts, query=query)


def document(name: str, *facts: str) -> Document:
    """Return a document with a section for each fact."""
    text = f"# {name.title()}\n" + "".join(f"\n## Part {n}\n\n{fact}\n" for n, fact in enumerate(facts, start=1))
    return Document(name, name.title(), text, f"{name}.md", gaps=("table of books",))


DOCUMENTS = (
    document("roles", "A data engineer earns ₹900,000.", "An analyst writes SQL.\u2028New “line”."),
    document("skills", "Learn C++ and CI/CD.", "Learn k-means.", "Learn Kafka."),
)


def chunks_of(documents: Sequence[Document]) -> list[Chunk]:
    return [found for each in documents for found in chunk(each, FakeEmbedder().count_tokens, 60)]


def build(folder: Path, documents: Sequence[Document] = DOCUMENTS, embedder: FakeEmbedder | None = None) -> Index:
    return store.build(documents, chunks_of(documents), embedder or FakeEmbedder(), folder, ORIGIN)


def embedded(documents: Sequence[Document]) -> set[str]:
    """Return every text that is embedded of documents of which nothing is known."""
    embedder = Counting()
    embed({each.id: each for each in documents}, chunks_of(documents), embedder, {})
    return set(embedder.seen)


def assert_vectors(index: Index, documents: Sequence[Document]) -> None:
    """Check the vectors of chunks and of sentences against those of their texts, and that none is missing."""
    by_id = {each.id: each for each in documents}
    chunks = chunks_of(documents)
    texts = [embedded_text(by_id[c.doc_id].title, c.heading_path, c.text) for c in chunks]
    assert np.array_equal(index.vectors.chunks, FakeEmbedder().encode(texts))
    owners = [(chunks[row], start, end) for row, start, end in index.vectors.places.tolist()]
    texts = [f"{c.heading_path[-1]}: {by_id[c.doc_id].text[start:end]}" for c, start, end in owners]
    assert np.array_equal(index.vectors.sentences, FakeEmbedder().encode(texts))
    assert [c for c, _, _ in owners] == [c for c in chunks for _ in parts(c)]


def assert_same(found: Index, expected: Index) -> None:
    assert (found.documents, found.chunks) == (expected.documents, expected.chunks)
    assert (found.embedder, found.origin) == (expected.embedder, expected.origin)
    for name, kind in (("chunks", np.float32), ("sentences", np.float32), ("places", np.int64)):
        one, other = getattr(found.vectors, name), getattr(expected.vectors, name)
        assert one.dtype == other.dtype == kind
        assert np.array_equal(one, other)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stored(folder: Path, name: str) -> Path:
    """Return where a file of the index in `folder` lies."""
    return folder / {name: there for name, there, _ in read_manifest(folder, FILES).files()}[name]


def assert_tidy(folder: Path) -> None:
    """Check that the folder holds the index that its manifest names, a lock and nothing else, and has no sibling."""
    named = {stored(folder, name).name for name in FILES}
    assert {path.name for path in folder.iterdir()} - {LOCK} == named | {MANIFEST}
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "indexes" / "default"


# What is written


def test_loaded_is_what_was_built(folder: Path) -> None:
    built = build(folder)
    loaded = store.load(folder)
    assert_same(loaded, built)
    assert dict(loaded.documents) == {each.id: each for each in DOCUMENTS}
    assert list(loaded.chunks) == chunks_of(DOCUMENTS)
    assert_vectors(loaded, DOCUMENTS)


def test_loaded_finds_what_was_built_finds(folder: Path) -> None:
    built = build(folder)
    loaded = store.load(folder)
    for query in ("data engineer", "C++ Kafka", "nothing of it"):
        assert loaded.bm25.search(query, 9) == built.bm25.search(query, 9)
        first, second = (
            DenseRetriever([c.id for c in index.chunks], index.vectors, FakeEmbedder()).search(query, 9)
            for index in (built, loaded)
        )
        assert first == second != []


def test_a_chunk_is_found_by_its_id_and_by_its_indexed_text(folder: Path) -> None:
    index = build(folder)
    for each in chunks_of(DOCUMENTS):
        assert index.chunk(each.id) == each
        assert index.indexed(each) == indexed_text(each.doc_id.title(), each.heading_path, each.text)
    with pytest.raises(KeyError):
        index.chunk("no such id")


def test_the_manifest_says_what_it_is_of(folder: Path) -> None:
    build(folder)
    about = json.loads((folder / MANIFEST).read_bytes())
    digests = about.pop("sha256")
    assert about == {
        "format": FORMAT,
        "advisor": store.program(),
        "embedder": "fake",
        "origin": {"paths": ["corpus"], "fingerprint": "0123456789abcdef"},
        "documents": len(DOCUMENTS),
        "chunks": len(chunks_of(DOCUMENTS)),
    }
    assert set(digests) == set(FILES)
    for name, digest in digests.items():
        stem, _, suffix = name.partition(".")
        assert sha256(folder / f"{stem}-{digest[:16]}.{suffix}") == digest
    assert_tidy(folder)


def test_nothing_in_the_folder_is_a_pickle(folder: Path) -> None:
    build(folder)
    paths = [path for path in folder.rglob("*") if not path.is_dir()]
    assert paths
    for path in paths:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".jsonl":
            assert all(json.loads(line) for line in path.read_text(encoding="utf-8").strip("\n").split("\n"))
        elif path.name == LOCK:
            assert path.read_bytes() == b""
        else:
            assert path.suffix == ".npy"
            assert np.load(path, allow_pickle=False).size


def test_nothing_is_left_beside_the_folder(folder: Path) -> None:
    build(folder)
    build(folder, DOCUMENTS[:1])
    assert_tidy(folder)


def test_an_index_of_no_chunks_is_an_index(folder: Path) -> None:
    build(folder, [])
    assert store.load(folder).vectors.chunks.shape == (0, FakeEmbedder.dim)
    assert store.load(folder).bm25.search("python", 5) == []


def test_an_empty_folder_is_filled(folder: Path) -> None:
    folder.mkdir(parents=True)
    built = build(folder)
    assert_same(store.load(folder), built)


def test_a_chunk_that_is_not_its_span_is_refused(folder: Path) -> None:
    first, *rest = chunks_of(DOCUMENTS)
    with pytest.raises(CorpusError, match=first.id):
        store.build(DOCUMENTS, [replace(first, start=first.start + 1), *rest], FakeEmbedder(), folder, ORIGIN)
    assert not folder.exists()


def test_a_chunk_of_no_document_is_refused(folder: Path) -> None:
    with pytest.raises(CorpusError, match="skills"):
        store.build(DOCUMENTS[:1], chunks_of(DOCUMENTS), FakeEmbedder(), folder, ORIGIN)


# What is refused


def test_no_folder_is_no_index(folder: Path) -> None:
    with pytest.raises(IndexMissing, match=f"run: advisor index --index {re.escape(str(folder))}$"):
        store.load(folder)


def test_a_foreign_folder_is_no_index(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(IndexMissing, match="run: advisor index"):
        store.load(folder)


def test_a_changed_corpus_is_stale(folder: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# A\n\nFirst.\n")
    origin = Origin((str(corpus),), before := corpus_hash([corpus]))
    index = store.build(DOCUMENTS, chunks_of(DOCUMENTS), FakeEmbedder(), folder, origin)
    store.check_origin(index, folder, corpus_hash)
    (corpus / "a.md").write_text("# A\n\nSecond.\n")
    with pytest.raises(StaleIndex, match="run: advisor index") as caught:
        store.check_origin(index, folder, corpus_hash)
    assert str(caught.value).endswith(f"advisor index --corpus {corpus} --index {folder}")
    assert before[:6] in str(caught.value)
    assert corpus_hash([corpus])[:6] in str(caught.value)
    (corpus / "a.md").write_text("# A\n\nFirst.\n")
    (corpus / "b.md").write_text("# B\n\nNew.\n")
    with pytest.raises(StaleIndex, match="advisor index"):
        store.check_origin(index, folder, corpus_hash)


def test_a_corpus_that_is_gone_is_no_fault(folder: Path, tmp_path: Path) -> None:
    origin = Origin((str(tmp_path / "gone"),), "0123")
    index = store.build(DOCUMENTS, chunks_of(DOCUMENTS), FakeEmbedder(), folder, origin)
    store.check_origin(index, folder, corpus_hash)
    assert store.load(folder).origin == origin


def test_the_command_may_be_pasted_where_a_path_holds_a_space(tmp_path: Path) -> None:
    folder = tmp_path / "my index"
    with pytest.raises(IndexMissing) as caught:
        store.load(folder)
    assert shlex.split(str(caught.value).partition("run: ")[2]) == ["advisor", "index", "--index", str(folder)]


def test_another_embedder_is_stale(folder: Path) -> None:
    index = build(folder, embedder=Counting("minilm:53aa"))
    store.check_embedder(index, folder, "minilm:53aa")
    with pytest.raises(StaleIndex, match=r"advisor index .*--embedder other$") as caught:
        store.check_embedder(index, folder, "other:9b2c")
    assert "minilm:53aa" in str(caught.value)
    assert "other:9b2c" in str(caught.value)


def test_the_command_names_a_hub_model_without_its_commit(folder: Path) -> None:
    index = build(folder)
    with pytest.raises(StaleIndex, match=r"--embedder some/model$"):
        store.check_embedder(index, folder, "some/model@0123456789ab")


def test_is_current_only_for_these_files_this_embedder_and_this_version(folder: Path) -> None:
    assert not store.is_current(folder, ORIGIN.fingerprint, "fake")
    build(folder)
    assert store.is_current(folder, ORIGIN.fingerprint, "fake")
    assert not store.is_current(folder, "fedcba9876543210", "fake")
    assert not store.is_current(folder, ORIGIN.fingerprint, "other")
    forge(folder, advisor="0.0.0")  # another version may chunk in another way
    assert not store.is_current(folder, ORIGIN.fingerprint, "fake")
    forge(folder, advisor=store.program())
    assert store.is_current(folder, ORIGIN.fingerprint, "fake")
    stored(folder, store.CHUNK_VECTORS).write_bytes(b"")
    assert not store.is_current(folder, ORIGIN.fingerprint, "fake")


def test_an_index_of_another_version_is_refused_and_its_vectors_are_used_again(folder: Path) -> None:
    build(folder)
    forge(folder, advisor="0.0.0+00000000")
    with pytest.raises(StaleIndex, match=r"built by advisor 0\.0\.0\+00000000, this is .*; run: advisor index"):
        store.load(folder)
    embedder = Counting()
    build(folder, embedder=embedder)
    assert embedder.seen == []
    assert store.load(folder).chunks


def forge(folder: Path, **fields: object) -> None:
    """Set fields of an index's manifest; a field set to None is taken out."""
    about = json.loads((folder / MANIFEST).read_text()) | fields
    about = {name: value for name, value in about.items() if value is not None}
    (folder / MANIFEST).write_text(json.dumps(about))


@pytest.mark.parametrize("found", [0, FORMAT + 1, "1", None])
def test_another_format_is_stale(folder: Path, found: object) -> None:
    build(folder)
    forge(folder, format=found)
    with pytest.raises(StaleIndex, match=f"{found}, this program reads {FORMAT}; run: advisor index"):
        store.load(folder)
    assert_same(build(folder), store.load(folder))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", ["cut", "changed", "emptied", "gone"])
def test_a_broken_file_is_stale(folder: Path, name: str, harm: str) -> None:
    build(folder)
    path = stored(folder, name)
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes({"cut": data[:-1], "changed": data[:-1] + bytes([data[-1] ^ 1]), "emptied": b""}[harm])
    with pytest.raises(StaleIndex, match=f"{re.escape(str(path))} is missing or damaged; run: advisor index"):
        store.load(folder)
    again = Counting()
    assert_same(build(folder, embedder=again), store.load(folder))
    assert set(again.seen) == embedded(DOCUMENTS)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"format"', '{"format": 1}', "\udc80"])
def test_a_broken_manifest_is_stale(folder: Path, text: str) -> None:
    build(folder)
    (folder / MANIFEST).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(StaleIndex, match="run: advisor index"):
        store.load(folder)


@pytest.mark.parametrize("field", ["embedder", "origin", "sha256"])
def test_a_manifest_without_a_field_is_stale_and_built_anew(folder: Path, field: str) -> None:
    build(folder)
    forge(folder, **{field: None})
    with pytest.raises(StaleIndex, match="run: advisor index"):
        store.load(folder)
    assert_same(build(folder), store.load(folder))


def test_a_file_that_the_manifest_does_not_vouch_for_is_not_read(folder: Path) -> None:
    build(folder)
    forge(folder, sha256={})
    with pytest.raises(StaleIndex, match="run: advisor index"):
        store.load(folder)


def test_a_manifest_alone_is_stale(folder: Path) -> None:
    build(folder)
    for name in FILES:
        stored(folder, name).unlink()
    with pytest.raises(StaleIndex, match="run: advisor index"):
        store.load(folder)


@pytest.mark.parametrize("digest", ["", "0" * 63, "../../../../thesis", "\0" * 64, "\udc80" * 64])
def test_what_is_no_hash_is_stale_and_is_not_looked_for(folder: Path, digest: str) -> None:
    build(folder)
    forge(folder, sha256=dict.fromkeys(FILES, digest))
    with pytest.raises(StaleIndex, match=r"manifest\.json .*; run: advisor index"):
        store.load(folder)
    assert_same(build(folder), store.load(folder))


# Where the folder is


def test_the_folder_may_be_the_one_that_one_is_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    build(Path())
    built = build(Path(), CHANGED)
    assert_same(store.load(Path()), built)
    assert_same(store.load(folder), built)
    assert_tidy(folder)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(folder: Path, tmp_path: Path, there: bool) -> None:
    folder.parent.mkdir()
    real = tmp_path / "disk" / "index"
    if there:
        build(real)
    folder.symlink_to(real)
    built = build(folder, CHANGED)
    assert folder.is_symlink()
    assert folder.readlink() == real
    assert_same(store.load(real), built)
    assert_tidy(real)


def test_names_that_are_not_unicode_are_kept(folder: Path) -> None:
    """A path of any bytes is a str with lone surrogates."""
    name = os.fsdecode(b"caf\xe9.md")
    origin = Origin((f"corpus/{name}",), ORIGIN.fingerprint)
    documents = [replace(DOCUMENTS[0], source=name)]
    built = store.build(documents, chunks_of(documents), FakeEmbedder(), folder, origin)
    assert_same(store.load(folder), built)
    assert store.load(folder).origin == origin


# What is embedded again


def test_an_unchanged_corpus_embeds_nothing(folder: Path) -> None:
    build(folder)
    again = Counting()
    assert_same(build(folder, embedder=again), store.load(folder))
    assert again.seen == []


def test_only_changed_texts_are_embedded_again(folder: Path) -> None:
    build(folder)
    added = document("tools", "Learn Git.")
    changed = (DOCUMENTS[0], document("skills", "Learn C++ and CI/CD.", "Learn k-medoids.", "Learn Kafka."), added)
    again = Counting()
    index = build(folder, changed, again)
    assert sorted(again.seen) == sorted(embedded(changed) - embedded(DOCUMENTS))
    assert len(again.seen) == 4  # two chunks, each of one sentence
    assert_vectors(index, changed)
    assert_same(store.load(folder), index)


def test_what_is_taken_out_is_gone_and_what_moves_keeps_its_vector(folder: Path) -> None:
    build(folder)
    again = Counting()
    index = build(folder, DOCUMENTS[::-1], again)
    assert again.seen == []
    assert_vectors(index, DOCUMENTS[::-1])
    index = build(folder, DOCUMENTS[1:], again)
    assert again.seen == []
    assert list(store.load(folder).documents) == ["skills"]
    assert_vectors(index, DOCUMENTS[1:])


def test_a_new_heading_is_embedded_again_for_it_is_part_of_what_is_found(folder: Path) -> None:
    build(folder)
    text = DOCUMENTS[1].text.replace("Part 2", "Clusters")
    changed = (DOCUMENTS[0], replace(DOCUMENTS[1], text=text))
    again = Counting()
    assert_vectors(build(folder, changed, again), changed)
    assert sorted(again.seen) == sorted(embedded(changed) - embedded(DOCUMENTS))
    assert len(again.seen) == 3  # the chunk, its heading and its sentence
    assert all("Clusters" in text for text in again.seen)


def test_a_text_that_stands_twice_is_embedded_once(folder: Path) -> None:
    twice = (document("one", "Learn Git."), document("two", "Learn Git."))
    embedder = Counting()
    assert_vectors(build(folder, twice, embedder), twice)
    assert len(embedder.seen) == len(set(embedder.seen)) == 3  # the chunk, its heading and its sentence


def test_another_embedder_embeds_everything(folder: Path) -> None:
    build(folder)
    other = Counting("other")
    assert build(folder, embedder=other).embedder == "other"
    assert set(other.seen) == embedded(DOCUMENTS)


def test_progress_counts_what_is_new(folder: Path) -> None:
    build(folder, DOCUMENTS[:1])
    many = (DOCUMENTS[0], document("facts", *(f"Fact number {n}." for n in range(2 * BATCH + 1))))
    new = len(embedded(many) - embedded(DOCUMENTS[:1]))
    assert new > 2 * BATCH
    told: list[tuple[int, int]] = []
    store.build(many, chunks_of(many), FakeEmbedder(), folder, ORIGIN, lambda done, total: told.append((done, total)))
    assert [done for done, _ in told] == [*range(BATCH, new, BATCH), new]
    assert {total for _, total in told} == {new}
    assert_same(store.load(folder), build(folder, many))


# What a build that fails or dies leaves behind

CHANGED = (DOCUMENTS[0], document("skills", "Learn Rust."), document("tools", "Learn Git."))


class Failing(FakeEmbedder):
    """Fails at its second batch."""

    def __init__(self) -> None:
        self.calls = 0

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        self.calls += 1
        if self.calls == 2:
            raise ModelError("out of memory")
        return super().encode(texts, query=query)


def test_an_embedder_that_fails_leaves_the_old_index(folder: Path) -> None:
    old = build(folder)
    many = (document("facts", *(f"Fact number {n}." for n in range(2 * BATCH))),)
    with pytest.raises(ModelError, match="out of memory"):
        build(folder, many, Failing())
    assert_same(store.load(folder), old)
    assert_tidy(folder)
    assert_same(build(folder, many), store.load(folder))


@pytest.mark.parametrize("room", range(len(FILES) + 1))
@pytest.mark.parametrize("first", [True, False])
def test_a_disk_that_is_full_leaves_the_old_index(
    folder: Path, monkeypatch: pytest.MonkeyPatch, room: int, first: bool
) -> None:
    old = None if first else build(folder)
    written: list[int] = []

    def full(file: int) -> None:
        written.append(file)
        if len(written) > room:
            raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space left"):
            build(folder, CHANGED)
    if old:
        assert_same(store.load(folder), old)
    else:
        with pytest.raises(IndexMissing):
            store.load(folder)
    assert_same(build(folder, CHANGED), store.load(folder))
    assert_tidy(folder)


BUILD = """
import os, signal, sys
from pathlib import Path
from advisor.index import store
from fakes import FakeEmbedder
from test_index_store import CHANGED, build

folder, kind, left = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])

def count():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

def step(event, args):
    if event.startswith(("os.", "shutil.", "open")) and any(str(folder.parent) in str(arg) for arg in args):
        count()

class Dying(FakeEmbedder):
    def encode(self, texts, *, query=False):
        if kind == "encode":
            count()
        return super().encode(texts, query=query)

if kind == "step":
    sys.addaudithook(step)
build(folder, CHANGED, Dying())
"""


def run(code: str, *args: object) -> "subprocess.Popen[str]":
    """Run Python code in a process of its own that may import the tests."""
    places = [str(Path(__file__).parent), str(Path(store.__file__).parents[2])]
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
        stderr=subprocess.PIPE,
        text=True,
    )


def build_killed_at(kind: str, count: int, folder: Path) -> bool:
    """Build in another process that is killed at its `count`th batch or step on the disk; return whether it was."""
    process = run(BUILD, folder, kind, count)
    _, said = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), said
    return process.returncode != 0


def test_a_build_killed_while_embedding_leaves_the_old_index(folder: Path) -> None:
    old = build(folder)
    assert build_killed_at("encode", 1, folder)
    assert_same(store.load(folder), old)
    assert_same(build(folder, CHANGED), store.load(folder))
    assert_tidy(folder)


def test_a_first_build_that_is_killed_leaves_no_index_and_the_next_succeeds(folder: Path) -> None:
    assert build_killed_at("encode", 1, folder)
    with pytest.raises(IndexMissing):
        store.load(folder)
    assert_same(build(folder), store.load(folder))
    assert_tidy(folder)


def test_a_build_killed_at_any_step_leaves_a_whole_index(tmp_path: Path) -> None:
    old, new = build(tmp_path / "old"), build(tmp_path / "new", CHANGED)
    lost = []
    for step in itertools.count(1):
        folder = tmp_path / f"step{step}" / "default"
        shutil.copytree(tmp_path / "old", folder)
        if not build_killed_at("step", step, folder):
            break
        try:
            found = store.load(folder)
        except (IndexMissing, StaleIndex) as error:
            lost.append((step, str(error)))
        else:
            assert_same(found, new if "tools" in found.documents else old)
        assert_same(build(folder, CHANGED), store.load(folder))
        assert_tidy(folder)
    assert step > 8  # so many files are read and written at the least
    assert lost == []


# Other people's files


def test_a_folder_of_other_files_is_refused_and_stays(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(StaleIndex, match="--index"):
        build(folder)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("thesis.txt", "mine")]
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_folder_of_other_files_is_refused_before_anything_is_embedded(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("mine")
    embedder = Counting()
    with pytest.raises(StaleIndex):
        build(folder, embedder=embedder)
    assert embedder.seen == []


def test_a_file_in_its_place_is_refused_and_stays(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("mine")
    with pytest.raises(StaleIndex, match="--index"):
        build(folder)
    assert folder.read_text() == "mine"


@pytest.mark.parametrize("manifest", ['{"manifest_version": 3, "name": "an extension"}', '{"format": 1}', "not JSON"])
def test_a_folder_with_a_manifest_of_another_program_is_refused_and_stays(folder: Path, manifest: str) -> None:
    folder.mkdir(parents=True)
    (folder / MANIFEST).write_text(manifest)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(StaleIndex, match="--index"):
        build(folder)
    assert (folder / MANIFEST).read_text() == manifest
    assert (folder / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["notes.txt", "chunks-of-mine.jsonl", "thesis-0123456789abcdef.npy", "chunks.jsonl.part"]
)
def test_a_file_that_was_put_into_an_index_is_not_deleted(folder: Path, name: str) -> None:
    build(folder)
    (folder / name).write_text("mine")
    built = build(folder, CHANGED)
    assert (folder / name).read_text() == "mine"
    assert_same(store.load(folder), built)


def test_a_folder_of_files_that_are_named_alike_is_refused_and_stays(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis-0123456789abcdef.npy").write_text("mine")
    with pytest.raises(StaleIndex, match="--index"):
        build(folder)
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("thesis-0123456789abcdef.npy", "mine")]


@pytest.mark.parametrize("name", [".default.backup", ".default.git", ".default.new-ideas"])
def test_what_lies_beside_the_folder_stays(folder: Path, name: str) -> None:
    beside = folder.parent / name
    beside.mkdir(parents=True)
    (beside / "thesis.txt").write_text("mine")
    build(folder)
    assert (beside / "thesis.txt").read_text() == "mine"


# Two builds at once

BUILD_OFTEN = """
import sys
from pathlib import Path
from test_index_store import CHANGED, DOCUMENTS, build

for _ in range(30):
    for documents in (DOCUMENTS, CHANGED):
        build(Path(sys.argv[1]), documents)
"""


def test_builds_at_once_all_succeed_and_leave_one_whole_index(folder: Path) -> None:
    old = build(folder)
    processes = [run(BUILD_OFTEN, folder) for _ in range(3)]
    said = [process.communicate(timeout=60)[1] for process in processes]
    found = store.load(folder)
    assert_same(found, build(folder, CHANGED) if "tools" in found.documents else old)
    assert_tidy(folder)
    assert [process.returncode for process in processes] == [0, 0, 0], "\n".join(said)


def test_a_build_that_another_build_overtakes_is_whole(folder: Path) -> None:
    """The other one begins and ends while this one embeds."""

    class Overtaken(FakeEmbedder):
        def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
            build(folder, CHANGED)
            return super().encode(texts, query=query)

    assert_same(build(folder, embedder=Overtaken()), store.load(folder))
    assert_tidy(folder)


@pytest.mark.parametrize("reads", range(len(FILES) + 1))
def test_an_index_that_is_replaced_while_it_is_read_is_not_mixed_with_the_new(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reads: int
) -> None:
    """Chunks of the one and as many vectors of the other would be an index that nothing tells from a whole one."""
    old = build(folder)
    other = (DOCUMENTS[0], document("skills", "Learn Rust.", "Learn Go.", "Learn Java."))
    real, left, built = Path.read_bytes, iter(range(reads)), []

    def overtaken(path: Path) -> bytes:
        if next(left, None) is None and not built:
            monkeypatch.undo()
            built.append(build(folder, other))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", overtaken)
    found = store.load(folder)
    (new,) = built
    assert len(new.chunks) == len(old.chunks)
    assert_same(found, new if found.chunks == new.chunks else old)
