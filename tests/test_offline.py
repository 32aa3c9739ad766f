"""With the default models nothing is asked of the network: every test runs under the hook of offline/."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

PUBLIC = "192.0.2.1"  # an address that no machine has (RFC 5737)


def test_a_connection_beyond_this_machine_is_refused_here() -> None:
    with pytest.raises(PermissionError, match="offline"):
        socket.create_connection((PUBLIC, 80), timeout=1)
    with socket.socket() as one, pytest.raises(PermissionError, match="offline"):
        one.connect((PUBLIC, 80))
    with pytest.raises(PermissionError, match="offline"):
        socket.getaddrinfo("example.org", 443)


def test_a_connection_to_this_machine_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as one:
        assert one.getpeername() == server.getsockname()


def test_processes_that_tests_start_are_offline_too() -> None:
    code = f"import socket; socket.create_connection(('{PUBLIC}', 80), timeout=1)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr


@pytest.mark.real
def test_index_search_and_answer_need_no_network(
    model_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADVISOR_CACHE", str(model_cache))
    corpus = tmp_path / "notes.md"
    corpus.write_text("# Notes\n\n## Git\n\nGit keeps every version of a file, so that nothing is lost.\n", "utf-8")
    question = "What does Git keep?"
    for words in (["index"], ["search", question], ["ask", question], ["models"]):
        flags = [] if words == ["models"] else ["--corpus", str(corpus), "--index", str(tmp_path / "index")]
        command = [sys.executable, "-m", "advisor", *words, *flags]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, done.stderr
        assert "offline" not in done.stderr
