"""reader: what it makes of texts hangs on their words, and it is there only for the embedder that it was fitted to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from fakes import FakeEmbedder, FakeTokens

from advisor.models import network, reader
from advisor.models.network import CrossEncoder, LateInteraction, Network
from advisor.models.reader import LIMIT, Reader, _Latest, load_reader


def made(dim: int = 16, seed: int = 1) -> LateInteraction:
    torch.manual_seed(seed)
    return LateInteraction(dim).eval()


def crossed(dim: int = 16) -> CrossEncoder:
    torch.manual_seed(3)
    return CrossEncoder(dim, 2, 24).eval()


@pytest.mark.parametrize("one", [made(), crossed()])
def test_a_network_is_on_disk_what_it_was(one: Network, tmp_path: Path) -> None:
    network.save([one, made(seed=2)], "fake:1", tmp_path / "reader.safetensors")
    (again, other), fitted = network.load(tmp_path / "reader.safetensors")
    asked, held = torch.randn(2, 5, 16), torch.randn(2, 9, 16)
    assert fitted == "fake:1"
    assert torch.allclose(one(asked, held), again(asked, held), atol=1e-2)  # written in half precision
    assert not torch.allclose(one(asked, held), other(asked, held), atol=1e-2)


def test_a_cross_encoder_begins_as_the_embedders_upper_layers(tmp_path: Path) -> None:
    from fakes import tiny_embedder

    from advisor.models.embedders import load_embedder

    embedder = load_embedder(str(tiny_embedder(tmp_path / "tiny")))
    assert isinstance(embedder, reader.Tokens)
    upper = embedder.upper()
    assert upper
    begun = network.cross_encoder(2 * embedder.dim, upper).eval()
    rows = torch.randn(1, 5, embedder.dim)
    for copied, layer in zip(begun.layers, upper, strict=False):
        given = layer(rows)
        expected = given[0] if isinstance(given, tuple) else given
        with torch.inference_mode():
            assert torch.allclose(copied(rows), expected, atol=1e-4)


@pytest.mark.parametrize("one", [made(), crossed()])
def test_padding_changes_nothing(one: Network) -> None:
    asked, held = torch.randn(1, 4, 16), torch.randn(1, 7, 16)
    padded = [torch.cat([rows, torch.full((1, 3, 16), 9.0)], 1) for rows in (asked, held)]
    masks = [torch.arange(rows.shape[1])[None] < rows.shape[1] - 3 for rows in padded]
    assert torch.allclose(one(asked, held), one(*padded, *masks), atol=1e-5)


def test_each_text_is_read_as_if_it_were_alone() -> None:
    read = Reader([made()], FakeTokens(16))
    some = ["data engineers build", "they test", ""]
    found = read("what do they build", some)
    assert found == pytest.approx([odds for text in some for odds in read("what do they build", [text])], abs=1e-4)
    assert found[0] != pytest.approx(found[1], abs=1e-4)
    assert found[2] == -LIMIT
    assert read("", some) == [-LIMIT] * 3
    assert read("what", []) == []
    assert read("what", ["", ""]) == [-LIMIT] * 2


def test_the_mean_of_the_networks_is_taken() -> None:
    tokens, some = FakeTokens(16), ["data engineers build", "they test"]
    one, two, both = (Reader(networks, tokens) for networks in ([made()], [made(seed=2)], [made(), made(seed=2)]))
    means = [(a + b) / 2 for a, b in zip(one("what", some), two("what", some), strict=True)]
    assert both("what", some) == pytest.approx(means, abs=1e-5)


def test_the_latest_are_held_and_no_more() -> None:
    held, made_of = _Latest[str, str](3), list[str]()

    def make(keys: list[str]) -> list[str]:
        made_of.extend(keys)
        return [key.upper() for key in keys]

    assert held.of(["a", "b", "a"], make) == ["A", "B", "A"]
    assert held.of(["c", "a"], make) == ["C", "A"]
    assert made_of == ["a", "b", "c"]
    assert held.of(["d"], make) == ["D"]  # and b, which was asked for longest ago, is let go
    assert held.of(["a", "c", "d", "b"], make) == ["A", "C", "D", "B"]
    assert made_of == ["a", "b", "c", "d", "b"]
    assert held.of([], make) == []


def test_more_texts_than_are_held_are_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [f"a{n} b" for n in range(9)]
    whole = Reader([made()], FakeTokens(16))
    monkeypatch.setattr(reader, "KEPT", 2)
    monkeypatch.setattr(reader, "KEPT_ODDS", 2)
    few = Reader([made()], FakeTokens(16))
    for _ in range(2):
        assert few("a1", some) == pytest.approx(whole("a1", some), abs=1e-5)


def test_a_text_is_looked_at_once() -> None:
    tokens = FakeTokens(16)
    read = Reader([made()], tokens)
    for question in ("one", "two"):
        read(question, ["a b", "c d"])
    assert sorted(tokens.asked) == ["a b", "c d", "one", "two"]


def test_there_is_a_reader_only_for_its_embedder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    network.save([made()], "fake:1", tmp_path / "reader.safetensors")
    monkeypatch.setattr(reader, "WEIGHTS", tmp_path / "reader.safetensors")
    reader._shipped.cache_clear()
    try:
        assert load_reader(FakeTokens(16, "fake:1"))
        assert load_reader(FakeTokens(16, "fake:2")) is None
        assert load_reader(FakeEmbedder()) is None  # gives no vectors of tokens
        monkeypatch.setattr(reader, "WEIGHTS", tmp_path / "none.safetensors")
        assert load_reader(FakeTokens(16, "fake:1")) is None
    finally:
        reader._shipped.cache_clear()


@pytest.fixture(scope="module")
def read() -> Reader:
    from advisor.models.embedders import load_embedder

    found = load_reader(load_embedder("minilm"))
    assert found
    return found


PAY = "Salaries: A mid-level Machine Learning Engineer in India earns between 800,000 and 1,500,000 rupees a year."
LANGUAGE = "Programming: Python is the first language that a learner should choose."


@pytest.mark.real
@pytest.mark.parametrize(
    ("answered", "not_answered"),
    [
        (
            "What does a mid-level ML engineer earn in India?",
            "What does a mid-level ML engineer pay for rent in India?",
        ),
        (
            "What does a mid-level ML engineer earn in India?",
            "What does a mid-level ML engineer pay in tax in India?",
        ),
        ("Which language should I begin with?", "Which editor should I begin with?"),
        ("What can I expect to be paid after some years?", "What can I expect to be asked in the interview?"),
    ],
)
def test_the_packaged_reader_tells_what_answers_from_what_is_near(
    read: Reader, answered: str, not_answered: str
) -> None:
    assert max(read(answered, [LANGUAGE, PAY])) > max(read(not_answered, [LANGUAGE, PAY])) + 0.5


@pytest.mark.real
def test_the_packaged_reader_wants_the_sentence_that_answers(read: Reader) -> None:
    asked = "What does a mid-level ML engineer earn in India?"
    language, pay = read(asked, [LANGUAGE, PAY])
    assert pay > language + 1


def test_the_weights_are_small_and_no_pickle() -> None:
    assert reader.WEIGHTS.stat().st_size < 16_000_000
    assert reader.WEIGHTS.suffix == ".safetensors"


def test_tokens_of_a_model_are_those_of_its_text(tmp_path: Path) -> None:
    from fakes import tiny_embedder

    from advisor.models.embedders import load_embedder

    embedder = load_embedder(str(tiny_embedder(tmp_path / "tiny")))
    assert isinstance(embedder, reader.Tokens)
    rows, none, again = embedder.tokens(["cloud devops cloud", "", "cloud"])
    assert rows.shape == (embedder.count_tokens("cloud devops cloud") - 2, 2 * embedder.dim)  # two layers
    assert rows.dtype == np.float32
    assert len(none) == 0
    assert np.allclose(again, embedder.tokens(["cloud"])[0], atol=1e-5)  # whatever stands beside it
    assert embedder.tokens([]) == []
