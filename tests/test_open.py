"""open: a corpus that is named is indexed where it is not yet, one that is not is never built; keys reach endpoints."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import cast

import pytest
from fakes import FakeEmbedder, FakeGenerator, ask

from advisor import open as opening
from advisor.answer.retrieve import Search
from advisor.config import Config
from advisor.errors import CorpusError, IndexMissing, ModelError, PromptError, StaleIndex
from advisor.index import store
from advisor.models import embedders, generators
from advisor.models.endpoint import EndpointGenerator
from advisor.types import Document

CONFIG = Config()


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ADVISOR_INDEX", str(tmp_path / "index" / "default"))
    monkeypatch.delenv("ADVISOR_API_KEY", raising=False)
    monkeypatch.setattr(embedders, "load_embedder", lambda spec, threads: FakeEmbedder())
    monkeypatch.setattr(embedders, "identity", lambda spec: "fake")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "tools.md").write_text("# Tools\n\n## Git\n\nGit keeps every version of a file.\n")
    return folder


def texts(search: Search) -> str:
    return " ".join(chunk.text for chunk in search.index.chunks)


def test_the_folder_is_the_given_one_else_the_corpus_s_own_else_the_default(notes: Path, tmp_path: Path) -> None:
    default = tmp_path / "index" / "default"
    assert opening.index_folder([], None) == default
    assert opening.index_folder([str(notes)], tmp_path / "x") == tmp_path / "x"
    assert opening.index_folder([], tmp_path / "x") == tmp_path / "x"
    own = opening.index_folder([str(notes)], None)
    assert (own.parent, own != default) == (default.parent, True)


def test_a_named_corpus_is_indexed_when_absent_or_stale_and_told_of(notes: Path, tmp_path: Path) -> None:
    folder, named = tmp_path / "ix", [str(notes)]
    told: list[str] = []
    steps: list[tuple[int, int]] = []

    def update() -> None:
        opening.bring_up_to_date(named, folder, CONFIG, lambda done, total: steps.append((done, total)), told.append)

    update()
    assert told == [f"index built: 1 document in {folder}"]
    assert steps[-1][0] == steps[-1][1] > 0
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    update()
    assert len(told) == 1
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    (notes / "more.md").write_text("# More\n\nDocker runs images.\n")
    (notes / "bad.pdf").write_text("no PDF")
    update()
    assert told[1].startswith(f"left out {notes / 'bad.pdf'}: ")
    assert told[2:] == [f"index built: 2 documents in {folder}"]


def test_open_search_finds_what_the_named_corpus_now_says(notes: Path, tmp_path: Path) -> None:
    folder, named = tmp_path / "ix", [str(notes)]
    assert "Git keeps" in texts(opening.open_search(named, folder, CONFIG))
    (notes / "tools.md").write_text("# Tools\n\nDocker runs images.\n")
    search = opening.open_search(named, folder, CONFIG)
    assert "Docker" in texts(search)
    assert "Git" not in texts(search)


def test_a_copy_of_the_corpus_elsewhere_counts_for_itself(notes: Path, tmp_path: Path) -> None:
    copy, folder = tmp_path / "copy", tmp_path / "ix"
    copy.mkdir()
    (copy / "tools.md").write_bytes((notes / "tools.md").read_bytes())
    opening.open_search([str(notes)], folder, CONFIG)
    (notes / "tools.md").write_text("# Tools\n\nDocker runs images.\n")
    assert "Git keeps" in texts(opening.open_search([str(copy)], folder, CONFIG))


def test_a_folder_without_a_named_corpus_is_read_as_it_is(notes: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ix"
    with pytest.raises(IndexMissing, match=rf"no index in {folder}; run: advisor index --index {folder}$"):
        opening.open_search([], folder, CONFIG)
    assert not folder.exists()
    opening.build_index([notes], folder, CONFIG)
    assert "Git keeps" in texts(opening.open_search([], folder, CONFIG))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (notes / "tools.md").write_text("# Tools\n\nDocker runs images.\n")
    with pytest.raises(StaleIndex, match=rf"run: advisor index --corpus {notes} --index {folder}$"):
        opening.open_search([], folder, CONFIG)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_index_is_opened_as_it_is_whatever_has_become_of_its_documents(notes: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ix"
    with pytest.raises(IndexMissing, match=rf"no index in {folder}; run: advisor index --index {folder}$"):
        opening.open_built(folder, CONFIG)
    opening.build_index([notes], folder, CONFIG)
    (notes / "tools.md").write_text("# Tools\n\nDocker runs images.\n")
    search = opening.open_built(folder, CONFIG)
    assert "Git keeps" in texts(search)
    assert search.config is CONFIG
    assert [passage.source for passage in search.search("git", 1)] == ["tools.md"]


@pytest.mark.parametrize(
    "open_it", [opening.open_built, lambda folder, config: opening.open_search([], folder, config)]
)
def test_an_index_of_another_embedder_is_refused(
    open_it: Callable[[Path, Config], Search], notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "ix"
    opening.build_index([notes], folder, CONFIG)
    monkeypatch.setattr(FakeEmbedder, "name", "other")
    with pytest.raises(StaleIndex, match="built with fake, asked for is other"):
        open_it(folder, CONFIG)


@pytest.mark.parametrize("window", [8, 20, 256])
def test_documents_are_indexed_in_chunks_of_the_window_under_their_fingerprint(
    window: int, notes: Path, tmp_path: Path
) -> None:
    folder, steps = tmp_path / "ix", list[tuple[int, int]]()
    words = " ".join(f"word{n}" for n in range(100))
    documents = [Document("a", "", f"{words}.", "a.md"), Document("b", "B", "Git keeps files.", "b.md")]

    def draw(done: int, total: int) -> None:
        steps.append((done, total))

    opening.index_documents(documents, [notes], "f1", folder, FakeEmbedder(), window, draw)
    search = opening.open_built(folder, CONFIG)
    sizes = [len(chunk.text.split()) for chunk in search.index.chunks if chunk.doc_id == "a"]
    assert max(sizes) <= window
    assert len(sizes) >= 100 / window
    assert search.index.documents == {document.id: document for document in documents}
    assert search.index.origin == store.Origin((str(notes),), "f1")
    assert steps[-1][0] == steps[-1][1] > 0
    assert store.is_current(folder, "f1", "fake")


def test_documents_are_not_indexed_over_what_is_no_index(notes: Path) -> None:
    before = sorted(notes.iterdir())
    with pytest.raises(StaleIndex, match="is not an index"):
        opening.index_documents([Document("a", "", "A.", "a.md")], [], "f1", notes, FakeEmbedder(), 8)
    assert sorted(notes.iterdir()) == before


def test_a_corpus_that_cannot_be_read_builds_nothing(notes: Path, tmp_path: Path) -> None:
    gone, empty, folder = tmp_path / "gone", tmp_path / "empty", tmp_path / "ix"
    empty.mkdir()
    with pytest.raises(CorpusError, match=rf"^{gone} does not exist; give --corpus"):
        opening.bring_up_to_date([str(notes), str(gone)], folder, CONFIG)
    with pytest.raises(CorpusError, match=rf"nothing to index in {empty} \(no files\)"):
        opening.open_search([str(empty)], folder, CONFIG)
    with pytest.raises(CorpusError, match=rf"nothing to index in {gone} \({gone}: does not exist\)"):
        opening.build_index([gone], folder, CONFIG)
    assert not folder.exists()


def test_build_index_says_whether_it_built_and_what_it_read(notes: Path, tmp_path: Path) -> None:
    (notes / "bad.pdf").write_text("no PDF")
    for first in (True, False):
        rebuilt, reading = opening.build_index([notes], tmp_path / "ix", CONFIG)
        assert rebuilt is first
        assert [document.id for document in reading.documents] == ["tools"]
        assert [problem.path for problem in reading.problems] == [notes / "bad.pdf"]


def test_an_advisor_s_names_are_checked_at_once_and_its_model_loaded_once_when_needed(
    notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[tuple[str, str | None]] = []

    def load(spec: str, config: Config, *, api_key: str | None) -> FakeGenerator:
        loaded.append((spec, api_key))
        return FakeGenerator("x")

    monkeypatch.setattr(generators, "load_generator", load)
    monkeypatch.setenv("ADVISOR_API_KEY", "sk-secret")
    search = opening.open_search([str(notes)], tmp_path / "ix", CONFIG)
    with pytest.raises(ModelError, match="unknown model 'nonsense'"):
        opening.make_advisor(search, Config(model="nonsense"))
    with pytest.raises(PromptError, match="no prompt 'nonsense'"):
        opening.make_advisor(search, Config(prompt="nonsense"))
    advisor = opening.make_advisor(search, Config(model="smollm2-135m"))
    assert (loaded, advisor.is_loaded) == ([], False)
    assert advisor.generator is advisor.generator
    assert (loaded, advisor.is_loaded) == ([("smollm2-135m", "sk-secret")], True)


class Loads:
    """Takes the place of `load_generator`: keeps what it was given, and makes a new generator each time."""

    def __init__(self) -> None:
        self.given: list[tuple[str, Config, str | None]] = []

    def __call__(
        self,
        spec: str,
        config: Config,
        *,
        api_key: str | None,
        progress: Callable[..., None],
        cancelled: Callable[[], bool],
    ) -> FakeGenerator:
        self.given.append((spec, config, api_key))
        progress("reading the weights", 0.5)
        assert not cancelled()
        return FakeGenerator(spec)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Loads:
    found = Loads()
    monkeypatch.setattr(generators, "load_generator", found)
    return found


@pytest.fixture
def switch(notes: Path, tmp_path: Path) -> opening.Switch:
    return opening.Switch(opening.open_search([str(notes)], tmp_path / "ix", CONFIG), CONFIG)


def test_a_shelf_loads_with_a_configuration_s_settings_under_the_asked_name(
    loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_API_KEY", "sk-secret")
    shelf = opening.make_shelf(Config(model="own", temperature=0.5))
    assert loads.given == []
    shelf.get("smollm2-135m")
    assert loads.given == [("smollm2-135m", Config(model="smollm2-135m", temperature=0.5), "sk-secret")]


def test_the_advisors_of_a_switch_share_a_model_and_none_holds_it(loads: Loads, switch: opening.Switch) -> None:
    one = switch("smollm2-135m", "answer/v2")
    other = switch("smollm2-135m", "answer/v1")
    assert loads.given == []
    assert (one.is_loaded, other.is_loaded) == (False, False)
    given = [one.generator, other.generator, switch.shelf.get("smollm2-135m")]
    assert len(set(map(id, given))) == 1
    assert (one.is_loaded, other.is_loaded) == (True, True)
    assert [spec for spec, *_ in loads.given] == ["smollm2-135m"]
    held = weakref.ref(given.pop())
    given.clear()
    for name in ("smollm2-360m", "qwen2.5-0.5b"):
        switch.shelf.get(name)
    gc.collect()
    assert held() is None
    assert (one.is_loaded, other.is_loaded) == (False, False)


def test_a_switch_s_advisor_has_its_configuration_with_what_changes(loads: Loads, notes: Path, tmp_path: Path) -> None:
    config = Config(embedder="minilm", temperature=0.5, unbacked="mark")
    search = opening.open_search([str(notes)], tmp_path / "ix", config)
    switch = opening.Switch(search, config)
    advisor = switch("smollm2-135m", "answer/v1", passages=3)
    assert advisor.config == replace(config, model="smollm2-135m", prompt="answer/v1", passages=3)
    assert advisor.template.name == "answer/v1"
    assert switch("smollm2-135m", "answer/v2", unbacked="drop").config.unbacked == "drop"
    assert switch.config is config


@pytest.mark.parametrize("broken", [{"model": "nonsense"}, {"prompt": "nonsense"}])
def test_a_switch_tells_a_wrong_name_at_once(loads: Loads, switch: opening.Switch, broken: dict[str, str]) -> None:
    with pytest.raises((ModelError, PromptError), match="nonsense"):
        switch(**{"model": "smollm2-135m", "prompt": "answer/v2", **broken})
    assert loads.given == []


def test_a_switch_searches_the_index_that_is_in_use_now(switch: opening.Switch, notes: Path, tmp_path: Path) -> None:
    before = switch("smollm2-135m", "answer/v2")
    (notes / "tools.md").write_text("# Tools\n\nDocker runs images.\n")
    old, new = switch.search, opening.open_search([str(notes)], tmp_path / "ix2", CONFIG)
    switch.use(new)
    assert switch("smollm2-135m", "answer/v2").search is switch.search is new
    assert before.search is old


class _Refusing(BaseHTTPRequestHandler):
    keys: list[str | None]

    def do_POST(self) -> None:
        key = self.headers.get("Authorization")
        self.keys.append(key)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(401)
        self.end_headers()
        self.wfile.write(json.dumps({"error": {"message": f"Bad key provided: {key}"}}).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    _Refusing.keys = []
    with HTTPServer(("127.0.0.1", 0), _Refusing) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"openai:http://127.0.0.1:{server.server_port}/v1#tiny"
        server.shutdown()
        thread.join()


def generator_at(endpoint: str) -> EndpointGenerator:
    unused = cast(Search, None)
    return cast(EndpointGenerator, opening.make_advisor(unused, Config(model=endpoint)).generator)


def test_the_key_is_sent_to_an_endpoint_and_never_told(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_API_KEY", "sk-secret\n")
    generator = generator_at(endpoint)
    with pytest.raises(ModelError, match=r"wants another API key than ADVISOR_API_KEY holds .*: Bearer …\)") as fault:
        list(generator.stream(ask("Q")))
    assert _Refusing.keys == ["Bearer sk-secret"]
    assert "secret" not in f"{fault.value}{generator!r}"


def test_without_a_key_none_is_sent_and_the_variable_named(endpoint: str) -> None:
    with pytest.raises(ModelError, match="wants an API key; set ADVISOR_API_KEY"):
        list(generator_at(endpoint).stream(ask("Q")))
    assert _Refusing.keys == [None]


@pytest.mark.parametrize("key", ["sk-sec\nret", "sk-sec ret", "sk-sécret", "sk-sec\x7fret"])
def test_a_key_that_no_header_can_hold_is_refused_untold(
    endpoint: str, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("ADVISOR_API_KEY", key)
    with pytest.raises(ModelError, match="ADVISOR_API_KEY holds a space, a line break") as fault:
        generator_at(endpoint)
    assert "ret" not in str(fault.value)
    assert _Refusing.keys == []
