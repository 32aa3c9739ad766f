import dataclasses
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes import ask, tiny_llama

from advisor.config import Config
from advisor.errors import ModelError
from advisor.models import local, memory, vocabulary
from advisor.models.generators import load_generator

CONFIG = Config(max_new_tokens=12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_llama(tmp_path_factory.mktemp("models") / "tiny")


def _load(folder, stop=(), **changes):
    return load_generator(str(folder), dataclasses.replace(CONFIG, **changes), stop=stop)


def test_greedy_is_the_models_own_greedy_and_repeats(folder):
    import torch

    generator = _load(folder)
    answer = "".join(generator.stream(ask("hello")))
    assert answer == "".join(generator.stream(ask("hello")))
    ids = local.chat.encode(generator._tokenizer, ask("hello"), "tiny")
    for _ in range(12):  # by hand: the likeliest token, again and again, without cache or library loop
        with torch.inference_mode():
            best = int(generator._model(torch.tensor([ids])).logits[0, -1].argmax())
        ids.append(best)
        if best in generator._ends:
            break
    assert answer == generator._decode(ids[generator.usage.prompt_tokens :])
    assert generator.usage.generated_tokens == len(ids) - generator.usage.prompt_tokens


def test_a_model_that_takes_no_token_back_writes_all_the_same(folder, tmp_path):
    from transformers import MambaConfig, MambaForCausalLM

    shutil.copytree(folder, tmp_path / "mamba", ignore=shutil.ignore_patterns("*.safetensors", "config.json"))
    size = len(_load(folder)._tokenizer)
    config = MambaConfig(vocab_size=size, hidden_size=32, state_size=4, num_hidden_layers=2)
    MambaForCausalLM(config).save_pretrained(tmp_path / "mamba")
    generator = _load(tmp_path / "mamba")
    list(generator.stream(ask("hello hello hello")))
    assert generator.usage.generated_tokens == 12


def test_usage(folder):
    generator = _load(folder)
    assert generator.usage is None
    list(generator.stream(ask("hello")))
    assert generator.usage.prompt_tokens == generator.count_prompt(ask("hello"))
    assert generator.usage.finish in ("length", "end")


def test_seed_fixes_a_sample(folder):
    def text(seed):
        return "".join(_load(folder, temperature=1.5, seed=seed).stream(ask("hello")))

    assert text(1) == text(1)
    assert text(1) != text(2)


def test_closing_stops_the_model_and_leaves_no_thread(folder):
    generator = _load(folder, max_new_tokens=180)
    stream = generator.stream(ask("hello"))
    next(stream)
    stream.close()
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("generate")]
    assert generator.usage.generated_tokens < 180
    assert generator.usage.finish == "stopped"
    assert "".join(generator.stream(ask("hello")))  # and the lock is free again


def test_a_fault_in_the_worker_reaches_the_reader(folder, monkeypatch):
    generator = _load(folder)

    def fail(*args, **kwargs):
        raise RuntimeError("inside")

    monkeypatch.setattr(generator._model, "generate", fail)
    with pytest.raises(RuntimeError, match="inside"):
        list(generator.stream(ask("hello")))
    assert not local._CPU.locked()


def test_a_prompt_that_is_too_long_says_by_how_much(folder):
    generator = _load(folder)
    prompt = ask("x" * 300)
    above = generator.count_prompt(prompt) + 12 - 256
    with pytest.raises(ModelError, match=f"{above} above the 256 of tiny"):
        generator.stream(prompt)


def test_time_limit(folder):
    generator = _load(folder, time_limit=0.0001)
    list(generator.stream(ask("hello")))
    assert generator.usage.finish == "time"
    assert generator.usage.generated_tokens <= 2


def test_one_generation_at_a_time(folder):
    generator = _load(folder, time_limit=0.1)
    with local._turn(1), pytest.raises(ModelError, match="another answer"):
        list(generator.stream(ask("hello")))


def test_stop_string(folder):
    whole = "".join(_load(folder).stream(ask("hello")))
    mark = whole[2:4]
    assert "".join(_load(folder, stop=(mark,)).stream(ask("hello"))) == whole[: whole.index(mark)]


def test_counts(folder):
    generator = _load(folder)
    assert generator.count_tokens("₹9") == 4
    assert generator.context == 256
    assert generator.name == "tiny"


def test_the_files_own_sampling_settings_are_not_used(folder):
    settings = _load(folder)._model.generation_config
    assert (settings.do_sample, settings.repetition_penalty) == (False, 1.0)
    assert set(settings.eos_token_id) == {0, 2}  # <|endoftext|> ends an answer too


def test_too_little_memory(folder, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 1000)
    with pytest.raises(ModelError, match="tiny needs about"):
        _load(folder)


def test_unknown_architecture(tmp_path, folder):
    import json

    place = tmp_path / "strange"
    shutil.copytree(folder, place)
    config = json.loads((place / "config.json").read_text())
    (place / "config.json").write_text(json.dumps(config | {"model_type": "strange"}))
    with pytest.raises(ModelError, match="strange cannot be loaded") as fault:
        load_generator(str(place), CONFIG)
    assert "\n" not in str(fault.value)


def _broken(folder, place, name, old, new):
    shutil.copytree(folder, place)
    (place / name).write_bytes((place / name).read_bytes().replace(old, new))
    return place


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("config.json", b'"hidden_size": 32', b'"hidden_size": 64', "not those that its config.json tells of; copy"),
        ("config.json", b"{", b"half", "not a valid JSON file; use smollm2-135m"),
        (
            "tokenizer.json",
            b"{",
            b"half",
            r"bad/tokenizer\.json is not a tokenizer \(.*\); copy the model's whole folder",
        ),
        ("tokenizer.json", b'"merges"', b'"mergers"', r"bad/tokenizer\.json is not a tokenizer \(.*\); copy"),
        ("tokenizer.json", b'"added_tokens": [', b'"added_tokens": [{"id": "x"},', r"tokenizer\.json is not.*u32"),
        ("tokenizer.json", b'"version": "1.0"', b'"version": "9"', r"not a tokenizer \(Unknown tokenizer version '9'"),
        ("model.safetensors", b"self_attn.q_proj", b"self_attn.x_proj", "lacks 2 of its weights, as .*q_proj.*; copy"),
    ],
)
def test_a_folder_with_a_fault_says_what_to_do(folder, tmp_path, name, old, new, says):
    with pytest.raises(ModelError, match=says) as fault:
        load_generator(str(_broken(folder, tmp_path / "bad", name, old, new)), CONFIG)
    assert "\n" not in str(fault.value)


def test_the_tokenizer_is_not_blamed_for_what_else_is_wrong(folder, tmp_path):
    place = _broken(folder, tmp_path / "bad", "config.json", b"{", b"half")
    with pytest.raises(OSError, match="a fault"), vocabulary.told(place):
        raise OSError("a fault")
    (place / "tokenizer.json").unlink()
    with pytest.raises(OSError, match="a fault"), vocabulary.told(place):
        raise OSError("a fault")


def test_a_folder_without_tokenizer(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "bad")
    (tmp_path / "bad" / "tokenizer.json").unlink()
    with pytest.raises(ModelError, match="bad cannot be loaded: its tokenizer is missing or cannot be read; use"):
        load_generator(str(tmp_path / "bad"), CONFIG)


def test_each_weight_is_a_step(folder):
    told = []
    generator = load_generator(str(folder), CONFIG, progress=lambda *step: told.append(step))
    assert {doing for doing, _ in told} == {"reading the weights"}
    parts = [part for _, part in told if part is not None]
    many = len(list(generator._model.named_parameters()))
    assert parts == pytest.approx([n / many for n in range(many)])


def test_out_of_memory_while_it_writes(folder, monkeypatch):
    generator = _load(folder)

    def fail(*args, **kwargs):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(generator._model, "generate", fail)
    with pytest.raises(ModelError, match="the memory ran out under tiny"):
        list(generator.stream(ask("hello")))


def test_threads_that_share_a_model_each_have_their_own_text_and_usage(folder):
    generator = _load(folder, max_new_tokens=4, time_limit=60.0)
    questions = ["x" * n for n in range(1, 7)]
    alone = ["".join(generator.stream(ask(text))) for text in questions]
    gate = threading.Barrier(len(questions))

    def answer(text):
        gate.wait()
        seen = []
        for _ in range(5):
            stream, before = generator.stream(ask(text)), []
            pieces = []
            for piece in stream:
                before.append(stream.usage)
                pieces.append(piece)
            seen.append(("".join(pieces), stream.usage.prompt_tokens, set(before)))
        return seen

    with ThreadPoolExecutor(len(questions)) as pool:
        found = list(pool.map(answer, questions))
    for text, expected, seen in zip(questions, alone, found, strict=True):
        assert seen == [(expected, generator.count_prompt(ask(text)), {None})] * 5
    assert len({generator.count_prompt(ask(text)) for text in questions}) == len(questions)


@pytest.mark.parametrize("leave", ["close", "forget"])
def test_a_reader_who_goes_away_makes_room_for_the_one_who_waits(folder, leave):
    generator = _load(folder, max_new_tokens=180, time_limit=60.0)
    first = generator.stream(ask("hello"))
    next(first)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(lambda: list(generator.stream(ask("hi"))))
        if leave == "close":
            first.close()
            assert first.usage.finish == "stopped"
            assert first.usage.prompt_tokens == generator.count_prompt(ask("hello"))
        del first
        assert second.result(60)
    assert generator.usage.prompt_tokens == generator.count_prompt(ask("hi"))


def test_a_stream_that_was_never_begun_holds_nobody_up(folder):
    generator = _load(folder)
    waiting = generator.stream(ask("hello"))
    assert list(generator.stream(ask("hello")))
    waiting.close()
    assert waiting.usage is None
    assert list(waiting) == []
