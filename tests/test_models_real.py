"""The two packaged models, without a network."""

import time

import numpy as np
import pytest
from fakes import ask

from advisor.config import Config
from advisor.models import local
from advisor.models.embedders import load_embedder
from advisor.models.generators import load_generator

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def generator(model_cache):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADVISOR_CACHE", str(model_cache))
        config = Config(max_new_tokens=40)
        began = time.monotonic()
        again = load_generator("smollm2-135m", config)
        assert time.monotonic() - began < 5
        yield again


def test_minilm_places_like_by_like():
    embedder = load_embedder("minilm")
    assert (embedder.name, embedder.dim, embedder.max_tokens) == ("minilm:53aa51172d14", 384, 256)
    query = embedder.encode(["What does a DevOps engineer do?"], query=True)
    rows = embedder.encode(["DevOps engineers automate the delivery of software.", "Bananas are yellow."])
    near, far = (rows @ query[0]).tolist()
    assert near > 0.6 > 0.2 > far
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_minilm_sees_256_tokens():
    embedder = load_embedder("minilm")
    long = "cloud " * 254
    assert embedder.count_tokens(long) == 256
    assert embedder.count_tokens(long + "banana") == 257
    inside, cut = embedder.encode([long, long + "banana"])
    assert np.allclose(inside, cut, atol=1e-6)


def test_smollm2_answers_and_repeats(generator):
    first = list(generator.stream(ask("What is the capital of France?")))
    assert "Paris" in "".join(first)
    assert len(first) > 3
    assert first == list(generator.stream(ask("What is the capital of France?")))
    assert generator.usage.finish == "end"  # <|im_end|> ends it, and is not shown
    assert "<|" not in "".join(first)


def test_what_smollm2_copies_from_the_prompt_takes_fewer_steps(generator, monkeypatch):
    prompt = ask("Say this again, word for word: A senior engineer in India earns ₹1,500,000 to ₹3,000,000 a year.")
    steps = []
    hook = generator._model.register_forward_hook(lambda *_: steps.append(generator._copied))
    pieces = list(generator.stream(prompt))
    assert "₹1,500,000" in "".join(pieces)
    monkeypatch.setattr(generator, "_copied", None)
    assert pieces == list(generator.stream(prompt))  # the same, and still a token a piece
    hook.remove()
    assert 2 * steps.count(local._COPIED) < steps.count(None) == generator.usage.generated_tokens


def test_smollm2_keeps_its_template_and_its_digits(generator):
    tokenizer = generator._tokenizer
    assert "<|im_start|>" in tokenizer.chat_template
    assert tokenizer.convert_ids_to_tokens([1, 2]) == ["<|im_start|>", "<|im_end|>"]
    assert generator.context == 8192
    for text in ("₹900,000 to ₹1,500,000", "C++", "CI/CD", "one\n\n2. two\n"):
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text
    # one token for each digit, and white space before a number is not torn: as in the released tokenizer
    assert tokenizer.tokenize("in  2024\n\n1.") == ["in", "ĠĠ", "2", "0", "2", "4", "ĊĊ", "1", "."]
