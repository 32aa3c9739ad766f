import threading

import pytest
from fakes import ask, byte_tokens, tiny_gguf

from advisor.config import Config
from advisor.errors import ModelError
from advisor.models import gguf, gguf_header
from advisor.models.generators import load_generator
from advisor.models.quiet import quiet
from advisor.models.steps import Cancelled, Steps


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ADVISOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "models"


def test_header_against_the_gguf_library(tmp_path):
    from gguf import GGUFReader

    path = tiny_gguf(tmp_path / "tiny.gguf")
    ours, theirs = gguf_header.read(path), GGUFReader(path)
    assert ours.parameters == sum(int(tensor.n_elements) for tensor in theirs.tensors)
    assert ours.tokens() == byte_tokens()
    for key in ("general.architecture", "tokenizer.chat_template", "llama.attention.head_count"):
        assert ours.metadata[key] == theirs.fields[key].contents()
    assert ours.text("missing") == ""
    assert ours.number("missing") is None


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 a zip file", b"GGUF\x03\x00\x00\x00\x01"])
def test_what_is_no_gguf_file(tmp_path, data):
    (tmp_path / "x.gguf").write_bytes(data)
    with pytest.raises(ModelError, match="no GGUF file"):
        gguf_header.read(tmp_path / "x.gguf")


def test_cut_short(tmp_path):
    path = tiny_gguf(tmp_path / "tiny.gguf")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ModelError, match="cut short"):
        gguf_header.read(path)


def test_converted_once_and_answers(tmp_path, cache):
    path, notes = tiny_gguf(tmp_path / "tiny.gguf"), []
    config = Config(max_new_tokens=5)
    first = load_generator(str(path), config, note=notes.append)
    again = load_generator(str(path), config, note=notes.append)
    assert notes == ["converting tiny.gguf once, which takes about half a minute for each 100 MB"]
    assert first.context == 128
    assert "".join(first.stream(ask("hello"))) == "".join(again.stream(ask("hello")))
    assert [each.name for each in cache.iterdir() if each.is_dir()] == [f"tiny-{_sha(path)[:12]}"]


def _sha(path):
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_digits_are_cut_off_again(tmp_path, cache):
    from transformers import AutoTokenizer

    place = gguf.folder(tiny_gguf(tmp_path / "tiny.gguf"), "a" * 64, "tiny")
    tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=True)
    cuts = tokenizer.backend_tokenizer.pre_tokenizer.pre_tokenize_str("to  2024")
    assert [text for text, _ in cuts] == ["to", "ĠĠ", "2", "0", "2", "4"]
    assert tokenizer.eos_token == "<|im_end|>"


def test_a_killed_conversion_leaves_nothing_that_counts(tmp_path, cache):
    path, sha = tiny_gguf(tmp_path / "tiny.gguf"), "b" * 64
    left = cache / f"tiny-{sha[:12]}.part"
    left.mkdir(parents=True)
    (left / "config.json").write_text("half")
    assert gguf.converted("tiny", sha) is None
    place = gguf.folder(path, sha, "tiny")
    assert (place / "model.safetensors").is_file()
    assert not left.exists()


def test_two_at_once_convert_once(tmp_path, cache):
    path, notes, places = tiny_gguf(tmp_path / "tiny.gguf"), [], []
    workers = [
        threading.Thread(target=lambda: places.append(gguf.folder(path, "c" * 64, "tiny", notes.append)))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(notes) == 1
    assert len(set(places)) == 1


def test_an_architecture_that_cannot_be_converted(tmp_path, cache):
    with pytest.raises(ModelError, match=r"granite.*openai:URL#model") as fault:
        gguf.folder(tiny_gguf(tmp_path / "tiny.gguf", architecture="granite"), "d" * 64, "tiny")
    assert "\n" not in str(fault.value)
    assert not list(cache.glob("tiny-*/"))


def test_no_room_on_the_disk(tmp_path, cache, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10}))
    with pytest.raises(ModelError, match="ADVISOR_CACHE"):
        gguf.folder(tiny_gguf(tmp_path / "tiny.gguf"), "e" * 64, "tiny")


def test_a_tokenizer_that_lost_something_is_refused(tmp_path, cache):
    from transformers import AutoTokenizer

    path = tiny_gguf(tmp_path / "tiny.gguf")
    header = gguf_header.read(path)
    tokenizer = AutoTokenizer.from_pretrained(gguf.folder(path, "f" * 64, "tiny"), local_files_only=True)
    gguf.check(tokenizer, header, "tiny")
    tokenizer.chat_template = None
    tokenizer.eos_token = "<|endoftext|>"
    tokenizer.add_tokens(["surplus"])
    with pytest.raises(ModelError, match=r"end token 0, in the file 2; 262 tokens.*another chat template"):
        gguf.check(tokenizer, header, "tiny")


class _Stop:
    """Asks to stop at the step that comes so many steps after `doing` began; keeps what was told."""

    def __init__(self, doing="", after=0):
        self.doing, self.after, self.told = doing, after, []

    def progress(self, doing, part):
        self.told.append((doing, part))

    def cancelled(self):
        return bool(self.doing) and sum(doing == self.doing for doing, _ in self.told) > self.after

    def load(self, path):
        return load_generator(str(path), Config(max_new_tokens=3), progress=self.progress, cancelled=self.cancelled)


def test_each_tensor_is_a_step_of_the_conversion(tmp_path, cache):
    path, heard, again = tiny_gguf(tmp_path / "tiny.gguf"), _Stop(), _Stop()
    heard.load(path)
    assert list(dict.fromkeys(doing for doing, _ in heard.told)) == [
        "checking the file",
        "converting the weights, once",
        "writing the converted weights, once",
        "reading the weights",
    ]
    parts = [part for doing, part in heard.told if doing.startswith("converting") and part is not None]
    assert {n / 11 for n in range(11)} <= set(parts)  # the file has 11 tensors
    again.load(path)
    assert list(dict.fromkeys(doing for doing, _ in again.told)) == ["checking the file", "reading the weights"]


@pytest.mark.parametrize(
    ("doing", "after"),
    [
        ("checking the file", 0),
        ("converting the weights, once", 0),
        ("converting the weights, once", 7),
        ("writing the converted weights, once", 0),  # all is written, and not yet moved in
    ],
)
def test_a_cancelled_conversion_leaves_nothing_and_the_next_one_works(tmp_path, cache, doing, after):
    path = tiny_gguf(tmp_path / "tiny.gguf")
    with pytest.raises(Cancelled, match=r"^loading tiny was cancelled; pick a model and ask again$"):
        _Stop(doing, after).load(path)
    assert not list(cache.glob("tiny-*/"))
    assert "".join(_Stop().load(path).stream(ask("hello")))
    assert [each.name for each in cache.iterdir() if each.is_dir()] == [f"tiny-{_sha(path)[:12]}"]


def test_reading_the_weights_may_be_cancelled_and_leaves_the_librarys_bars_as_they_were(tmp_path, cache):
    from transformers import modeling_gguf_pytorch_utils as library
    from transformers.utils import logging

    bar, shown = library.tqdm, logging.is_progress_bar_enabled()
    path = tiny_gguf(tmp_path / "tiny.gguf")
    stop = _Stop("reading the weights", 4)
    with pytest.raises(Cancelled):
        stop.load(path)
    assert [part for _, part in stop.told][-5:-3] == [None, 0.0]
    assert library.tqdm is bar
    assert logging.is_progress_bar_enabled() is shown
    assert logging.set_tqdm_hook(None) is None


def test_the_bar_that_knows_no_hook_is_heard_too():
    from transformers import modeling_gguf_pytorch_utils as library

    told = []
    with quiet(Steps("tiny", lambda *step: told.append(step)), "converting"):
        assert list(library.tqdm(["a", "b"], desc="tensors")) == ["a", "b"]
        assert told == [("converting", 0.0), ("converting", 0.5)]


def test_a_fault_in_the_middle_of_writing_leaves_nothing(tmp_path, cache, monkeypatch):
    def full(tokenizer, place, **options):
        assert (place / "model.safetensors").is_file()
        raise MemoryError

    monkeypatch.setattr("transformers.PreTrainedTokenizerFast.save_pretrained", full)
    with pytest.raises(ModelError, match=r"the memory ran out under tiny; .*advisor models$"):
        gguf.folder(tiny_gguf(tmp_path / "tiny.gguf"), "a" * 64, "tiny")
    assert not list(cache.glob("tiny-*/"))


def test_waiting_for_another_programs_conversion_may_be_cancelled(tmp_path, cache):
    from filelock import FileLock

    cache.mkdir(parents=True)
    path, stop = tiny_gguf(tmp_path / "tiny.gguf"), _Stop("converting the weights, once, in another program")
    with FileLock(cache / f"tiny-{_sha(path)[:12]}.lock"), pytest.raises(Cancelled):
        stop.load(path)
    assert stop.told[-1] == ("converting the weights, once, in another program", None)
    assert "".join(_Stop().load(path).stream(ask("hello")))
