import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from fakes import ask

from advisor.config import Config
from advisor.errors import ModelError
from advisor.models.generators import load_generator

CONFIG = Config(max_new_tokens=20, time_limit=5.0)


def _event(text=None, finish=None, **more):
    return {"choices": [{"delta": {"content": text} if text else {}, "finish_reason": finish}], **more}


GOOD = [_event("Hello"), _event(" world"), _event(finish="stop"), "[DONE]"]


class _Server(ThreadingHTTPServer):
    events, status, pause, asked = GOOD, 200, 0.0, None


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.asked = (self.path, self.headers.get("Authorization"), json.loads(body))
        self.send_response(server.status)
        self.end_headers()
        if server.status != 200:
            self.wfile.write(json.dumps({"error": {"message": "no\nsuch thing"}}).encode())
            return
        self.wfile.write(b": a comment\n\n")
        try:
            for event in server.events:
                data = event if isinstance(event, str) else json.dumps(event)
                self.wfile.write(f"data: {data}\n\n".encode())
                self.wfile.flush()
                time.sleep(server.pause)
        except (BrokenPipeError, ConnectionResetError):
            server.asked = "hung up"

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    with _Server(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _load(server, config=CONFIG, **more):
    return load_generator(f"openai:http://127.0.0.1:{server.server_port}/v1#llama3.2", config, **more)


def test_stream_and_request(server):
    generator = _load(server, api_key="secret\n", stop=("\n\n",))
    assert list(generator.stream(ask("hi", system="be brief"))) == ["Hello", " world"]
    path, key, body = server.asked
    assert (path, key) == ("/v1/chat/completions", "Bearer secret")
    assert body["messages"] == [{"role": "system", "content": "be brief"}, {"role": "user", "content": "hi"}]
    assert (body["model"], body["stream"], body["max_tokens"], body["temperature"]) == (
        "llama3.2",
        True,
        20,
        0.0,
    )
    assert generator.usage.finish == "end"
    assert generator.usage.generated_tokens == 3  # 11 characters, estimated
    assert generator.name == "openai:llama3.2"


def test_the_servers_own_count_is_taken(server):
    server.events = [
        *GOOD[:-1],
        {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}},
        "[DONE]",
    ]
    generator = _load(server)
    list(generator.stream(ask("hi")))
    assert (generator.usage.prompt_tokens, generator.usage.generated_tokens) == (9, 2)


def test_length_and_stop(server):
    server.events = [_event("Hello there"), _event(" world"), _event(finish="length"), "[DONE]"]
    generator = _load(server)
    list(generator.stream(ask("hi")))
    assert generator.usage.finish == "length"
    assert "".join(_load(server, stop=("lo",)).stream(ask("hi"))) == "Hel"


def test_an_end_without_done_is_an_end(server):
    server.events = GOOD[:-1]
    assert "".join(_load(server).stream(ask("hi"))) == "Hello world"


def test_closing_hangs_up(server):
    server.events, server.pause = [_event("word ")] * 200, 0.02
    stream = _load(server).stream(ask("hi"))
    next(stream)
    stream.close()
    for _ in range(100):
        if server.asked == "hung up":
            break
        time.sleep(0.05)
    assert server.asked == "hung up"


@pytest.mark.parametrize(
    ("events", "says"),
    [
        (GOOD[:2], "broke off"),
        ([_event("x"), {"error": {"message": "out of memory"}}], "stopped with an error: out of memory"),
        (["{half"], "not JSON"),
    ],
)
def test_broken_streams(server, events, says):
    server.events = events
    with pytest.raises(ModelError, match=says):
        list(_load(server).stream(ask("hi")))


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (404, "has no model llama3.2 .no such thing.*ollama pull"),
        (401, "API key"),
        (500, "status 500: no such thing"),
    ],
)
def test_refusals(server, status, says):
    server.status = status
    with pytest.raises(ModelError, match=says) as fault:
        list(_load(server).stream(ask("hi")))
    assert "\n" not in str(fault.value)


def test_endpoint_down():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    generator = load_generator(f"openai:http://127.0.0.1:{port}/v1#m", CONFIG)
    with pytest.raises(ModelError, match=r"nothing answers at .*ollama serve"):
        list(generator.stream(ask("hi")))


def test_silence_is_a_fault_and_slowness_an_early_end(server):
    server.pause = 0.4
    server.events = [_event("Hello")] * 20
    generator = _load(server, Config(time_limit=0.6))
    assert "".join(generator.stream(ask("hi"))) == "HelloHello"
    assert generator.usage.finish == "time"
    server.events = [_event()] * 3
    with pytest.raises(ModelError, match="said nothing within"):
        list(generator.stream(ask("hi")))


def test_tokens_are_estimated(server):
    generator = _load(server)
    assert generator.count_tokens("12345") == 2
    assert generator.count_prompt(ask("12345678")) == 6


def test_streams_at_once_each_have_their_own_usage(server):
    generator = _load(server)
    first, second = generator.stream(ask("hi")), generator.stream(ask("a longer question"))
    assert next(first) == next(second) == "Hello"
    assert first.usage is second.usage is None
    second.close()
    assert second.usage.finish == "stopped"
    assert list(first) == [" world"]
    assert (first.usage.finish, first.usage.prompt_tokens) == ("end", generator.count_prompt(ask("hi")))
    assert second.usage.prompt_tokens == generator.count_prompt(ask("a longer question"))
